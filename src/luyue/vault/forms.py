"""Forms of secrets and remote sessions. What was typed as a secret is never sent back to the browser."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk.forms import MomentField, OwnerField
from luyue.devices.models import Device, Site
from luyue.domain.refusals import NotAllowed, Refusal
from luyue.vault import words
from luyue.vault.models import Secret, Session
from luyue.web.refusals import at_field


def blame(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal next to the field it is about, or on top; one of rights goes on to the person."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    field, text = at_field(refusal, words.REFUSED)
    name = {"answer_note": "note"}.get(field, field)
    form.add_error(name if name in form.fields else None, text)


class SecretInput(forms.Textarea):
    """A field for a secret: empty whenever it is drawn, kept by no browser and checked by no speller."""

    def __init__(self) -> None:
        super().__init__({"rows": 3, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"})

    def format_value(self, value: Any) -> str:  # noqa: ARG002 - what was typed is not sent back
        return ""


def _content() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("机密内容"), max_length=10_000, strip=False, widget=SecretInput(),
        error_messages={"required": words.REFUSED[("content", "missing")]},
    )  # fmt: skip


def _day(label: object) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class ThingField(forms.TypedChoiceField):
    """A site or device out of a contract's."""

    def offer(self, things: Sequence[Site] | Sequence[Device]) -> None:
        known = {str(one.pk): one for one in things}
        self.choices = [("", "—"), *((key, str(one)) for key, one in known.items())]
        self.coerce, self.empty_value = known.__getitem__, None


class DescribeForm(forms.Form):
    """What is known about a secret beside its content."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    device = ThingField(label=gettext_lazy("设备"), required=False)
    site = ThingField(label=gettext_lazy("点位"), required=False)
    owner = OwnerField(label=gettext_lazy("保管人"), required=False)
    rotate_on = _day(gettext_lazy("更换日期"))
    two_persons = forms.BooleanField(label=gettext_lazy("双人：查看要项目经理批准"), required=False)

    def __init__(
        self, data: Any = None, *, sites: Sequence[Site], devices: Sequence[Device], people: Sequence[Person],
        initial: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.fields["site"].offer(sites)
        self.fields["device"].offer(devices)
        self.fields["owner"].offer(people, "—")


class NewSecretForm(DescribeForm):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Secret.Kind.choices)
    content = _content()
    field_order = ("name", "kind", "content", "device", "site", "owner", "rotate_on", "two_persons")


class ContentForm(forms.Form):
    content = _content()
    rotate_on = _day(gettext_lazy("下次更换日期"))
    reason = forms.CharField(label=gettext_lazy("更换原因"), max_length=200, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)


class LookForm(forms.Form):
    """Why somebody wants to see a secret."""

    reason = forms.CharField(
        label=gettext_lazy("为什么要看"),
        max_length=200,
        error_messages={"required": words.REFUSED[("reason", "missing")]},
    )
    case_number = forms.CharField(
        label=gettext_lazy("服务请求单号"), max_length=30, required=False,
        widget=forms.TextInput({"placeholder": "FW0000123", "autocomplete": "off"}),
    )  # fmt: skip
    session = forms.TypedChoiceField(
        label=gettext_lazy("用于远程会话"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, data: Any = None, *, sessions: Sequence[Session] = (), initial: Any = None) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False, auto_id="look_%s")
        if sessions:
            choices = [("", "—"), *((str(one.pk), f"{one.number} {one.purpose[:40]}") for one in sessions)]
            self.fields["session"].choices = choices
        else:
            del self.fields["session"]

    def facts(self) -> dict[str, Any]:
        clean = self.cleaned_data
        return {
            "reason": clean["reason"], "case_number": clean["case_number"], "session_id": clean.get("session"),
        }  # fmt: skip


class ChooseForm(forms.Form):
    """For which contract."""

    contract = forms.TypedChoiceField(label=gettext_lazy("合同"), coerce=int)

    def __init__(self, data: Any = None, *, contracts: Sequence[Contract]) -> None:
        super().__init__(data, use_required_attribute=False)
        choices = [("", "—"), *((str(one.pk), f"{one.number} · {one.name}") for one in contracts)]
        self.fields["contract"].choices = choices


class AskForm(forms.Form):
    """Asking for remote work on a case."""

    purpose = forms.CharField(
        label=gettext_lazy("目的"), max_length=300, help_text=gettext_lazy("客户会看到，写清要做什么。"),
        error_messages={"required": words.REFUSED[("", "missing")]},
    )  # fmt: skip
    tool = forms.ChoiceField(label=gettext_lazy("工具"), choices=Session.Tool.choices)
    device = ThingField(label=gettext_lazy("目标设备"), required=False)
    target = forms.CharField(label=gettext_lazy("目标说明"), max_length=120, required=False)
    planned_at = MomentField(gettext_lazy("计划开始"))
    planned_minutes = forms.IntegerField(
        label=gettext_lazy("计划时长（分钟）"), min_value=1, max_value=1440, initial=60
    )

    def __init__(self, data: Any = None, *, devices: Sequence[Device], initial: Any = None) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.fields["device"].offer(devices)
        self.fields["planned_at"].help_text = _("空着就是现在。")


class AnswerForm(forms.Form):
    """The customer's answer. He himself only says yes or no."""

    answered_by = forms.CharField(label=gettext_lazy("客户方同意人"), max_length=60, required=False)
    how = forms.ChoiceField(
        label=gettext_lazy("怎么同意的"),
        required=False,
        choices=[one for one in Session.How.choices if one[0] != "portal"],
    )
    note = forms.CharField(
        label=gettext_lazy("凭证或说明"), max_length=200, required=False,
        help_text=gettext_lazy("代客户登记时必填：通话时间、邮件日期、签字单编号等。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, himself: bool) -> None:
        super().__init__(data, use_required_attribute=False)
        if himself:
            del self.fields["answered_by"], self.fields["how"]
            self.fields["note"].help_text = ""


class EndForm(forms.Form):
    done = forms.CharField(
        label=gettext_lazy("做了什么"), max_length=10_000, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("客户会看到。"), error_messages={"required": words.REFUSED[("done", "missing")]},
    )  # fmt: skip
    solved = forms.ChoiceField(
        label=gettext_lazy("结果"), widget=forms.RadioSelect, initial="yes",
        choices=[("yes", gettext_lazy("解决了")), ("no", gettext_lazy("没解决，要到场或再想办法"))],
    )  # fmt: skip
    at = MomentField(gettext_lazy("结束时间"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.fields["at"].help_text = _("空着就是现在。")


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("文件"))
    kind = forms.ChoiceField(
        label=gettext_lazy("类别"),
        choices=[
            ("screenshot", gettext_lazy("截图")),
            ("recording", gettext_lazy("录像")),
            ("document", gettext_lazy("文档")),
        ],
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, use_required_attribute=False, auto_id="file_%s")
