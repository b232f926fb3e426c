"""Forms of calls, lines and contacts. The actions check again; forms only help to type."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk.forms import MomentField, OwnerField
from luyue.domain.hotline import COLUMNS
from luyue.domain.refusals import NotAllowed, Refusal
from luyue.hotline import words
from luyue.hotline.models import Call, Change, Line

HOURS = (
    ("always", gettext_lazy("全天（7×24）")),
    ("within", gettext_lazy("下面的时段")),
    ("outside", gettext_lazy("下面的时段以外")),
)
DAYS = (
    ("mon-fri", gettext_lazy("周一至周五")),
    ("mon-sat", gettext_lazy("周一至周六")),
    ("mon-sun", gettext_lazy("每天")),
)


def blame(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal next to the field it is about, or on top; one of rights goes on to the person."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    field, text = words.refused(refusal)
    form.add_error(field if field in form.fields else None, text)


def contract_choices(contracts: Sequence[Contract], empty: object) -> list[tuple[str, object]]:
    return [("", empty), *((str(one.pk), f"{one.number} · {one.name}") for one in contracts)]


class LineChoice(forms.TypedChoiceField):
    """A line out of those in scope; empty is None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, empty_value=None, required=False, **options)

    def offer(self, lines: Sequence[Line]) -> None:
        self.choices = [("", "—"), *((str(one.pk), f"{one.name} {one.number}") for one in lines)]


class CallForm(forms.Form):
    """A call entered while talking, or right after it."""

    number = forms.CharField(
        label=gettext_lazy("来电号码"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, required=False)
    contract = forms.TypedChoiceField(
        label=gettext_lazy("合同"), coerce=int, empty_value=None, required=False
    )
    line = LineChoice(label=gettext_lazy("线路"))
    direction = forms.ChoiceField(
        label=gettext_lazy("方向"), choices=Call.Direction.choices, widget=forms.RadioSelect, initial="in"
    )
    answered = forms.ChoiceField(
        label=gettext_lazy("接听"),
        choices=[("yes", gettext_lazy("已接")), ("no", gettext_lazy("未接"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    wait_seconds = forms.IntegerField(
        label=gettext_lazy("等待（秒）"), min_value=0, max_value=3600, required=False
    )
    talk_minutes = forms.IntegerField(
        label=gettext_lazy("通话（分钟）"), min_value=0, max_value=1440, required=False
    )
    at = MomentField(gettext_lazy("来电时间"))
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Any = None, *, contracts: Sequence[Contract], lines: Sequence[Line], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.fields["contract"].choices = contract_choices(contracts, _("按号码认"))
        self.fields["line"].offer(lines)
        self.fields["at"].help_text = _("空着就是现在。")

    def facts(self) -> dict[str, Any]:
        """Arguments of `record_call` but for actor and times."""
        clean = self.cleaned_data
        return {
            "number": clean["number"], "name": clean["name"], "contract_id": clean["contract"],
            "line_id": clean["line"], "direction": clean["direction"], "answered": clean["answered"] == "yes",
            "wait_seconds": clean["wait_seconds"] or 0, "talk_seconds": 60 * (clean["talk_minutes"] or 0),
            "note": clean["note"],
        }  # fmt: skip


class CorrectCallForm(forms.Form):
    """What may be put right later."""

    contract = forms.TypedChoiceField(
        label=gettext_lazy("合同"), coerce=int, empty_value=None, required=False
    )
    line = LineChoice(label=gettext_lazy("线路"))
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, required=False)
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Any = None, *, call: Call, contracts: Sequence[Contract], lines: Sequence[Line]
    ) -> None:
        initial = {"contract": call.contract_id, "line": call.line_id, "name": call.name, "note": call.note}
        super().__init__(data, initial=initial, use_required_attribute=False, prefix="fix")
        self.fields["contract"].choices = contract_choices(contracts, "—")
        self.fields["line"].offer(lines)

    def facts(self) -> dict[str, Any]:
        clean = self.cleaned_data
        return {
            "contract_id": clean["contract"],
            "line_id": clean["line"],
            "name": clean["name"],
            "note": clean["note"],
        }


class BackForm(forms.Form):
    """A call back for a missed call."""

    result = forms.ChoiceField(
        label=gettext_lazy("结果"), choices=Call.Back.choices, widget=forms.RadioSelect, initial="reached"
    )
    at = MomentField(gettext_lazy("回电时间"))
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False, auto_id="back_%s")
        self.fields["at"].help_text = _("空着就是现在。")
        self.fields["note"].help_text = _("不用回时写原因。")


class AssignBackForm(forms.Form):
    owner = OwnerField(label=gettext_lazy("回电人"), error_messages={"required": gettext_lazy("请选人。")})

    def __init__(self, data: Any = None, *, people: Sequence[Person], chosen: int | None = None) -> None:
        super().__init__(data, use_required_attribute=False, initial={"owner": chosen})
        self.fields["owner"].offer(people, "—")


class HoursMixin(forms.Form):
    """When a line is to be answered."""

    hours_kind = forms.ChoiceField(label=gettext_lazy("服务时间"), choices=HOURS, initial="always")
    days = forms.ChoiceField(label=gettext_lazy("星期"), choices=DAYS, initial="mon-fri")
    windows = forms.CharField(
        label=gettext_lazy("时段"), max_length=100, required=False, initial="08:30-12:00, 13:30-17:30"
    )
    holidays = forms.BooleanField(
        label=gettext_lazy("法定节假日和调休按国家安排"), required=False, initial=True
    )

    def hours(self) -> dict[str, Any]:
        """The hours as a line keeps them."""
        clean = self.cleaned_data
        if clean["hours_kind"] == "always":
            return {"kind": "always"}
        text = clean["windows"].replace("，", ",").replace("、", ",").replace("：", ":").replace("–", "-")
        return {
            "kind": clean["hours_kind"], "days": clean["days"],
            "hours": [part.replace(" ", "") for part in text.split(",") if part.strip()],
            "holidays": "CN" if clean["holidays"] else "",
        }  # fmt: skip

    @staticmethod
    def hours_initial(hours: dict[str, Any]) -> dict[str, Any]:
        """What the fields show for hours of a line."""
        if hours.get("kind", "always") == "always":
            return {"hours_kind": "always"}
        return {
            "hours_kind": hours["kind"], "days": hours.get("days", "mon-fri"),
            "windows": ", ".join(hours.get("hours", [])), "holidays": bool(hours.get("holidays")),
        }  # fmt: skip


class LineForm(HoursMixin):
    """A line. contract is asked once; reason only for a correction."""

    contract = forms.TypedChoiceField(
        label=gettext_lazy("服务哪份合同"), coerce=int, empty_value=None, required=False
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    number = forms.CharField(
        label=gettext_lazy("号码"), max_length=30, widget=forms.TextInput({"inputmode": "tel"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Line.Kind.choices)
    aliases = forms.CharField(
        label=gettext_lazy("交换机里的名字"), max_length=200, required=False,
        help_text=gettext_lazy("话单里代表这条线的分机、队列，用逗号隔开。"),
    )  # fmt: skip
    short_seconds = forms.IntegerField(
        label=gettext_lazy("短呼不计入（秒）"), min_value=0, max_value=120, initial=0,
        help_text=gettext_lazy("没响满这么久就挂断的不算未接；0 是都算。"),
    )  # fmt: skip
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)
    reason = forms.CharField(label=gettext_lazy("更正原因"), max_length=200)
    field_order = (
        "contract", "name", "number", "kind", "hours_kind", "days", "windows", "holidays", "short_seconds", "aliases",
        "active", "reason",
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        contracts: Sequence[Contract] | None = None,
        empty: object = "",
        line: Line | None = None,
    ) -> None:
        initial = {}
        if line is not None:
            initial = self.hours_initial(line.hours) | {
                "name": line.name, "number": line.number, "kind": line.kind, "aliases": ", ".join(line.aliases),
                "short_seconds": line.short_seconds, "active": line.active,
            }  # fmt: skip
        super().__init__(data, initial=initial, use_required_attribute=False)
        if line is None:
            del self.fields["active"], self.fields["reason"]
            choices = contract_choices(contracts or (), empty)
            self.fields["contract"].choices = choices if empty else choices[1:]
        else:
            del self.fields["contract"]

    def facts(self) -> dict[str, Any]:
        clean = self.cleaned_data
        names = ("name", "number", "kind", "aliases", "short_seconds", "active", "reason")
        facts = {name: clean[name] for name in names if name in clean} | {"hours": self.hours()}
        return facts | ({"contract_id": clean["contract"]} if "contract" in clean else {})


class ContactForm(forms.Form):
    """A backup contact. reason only for a correction."""

    region = forms.CharField(label=gettext_lazy("区域"), max_length=60)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    phone = forms.CharField(
        label=gettext_lazy("电话"), max_length=30, widget=forms.TextInput({"inputmode": "tel"})
    )
    duty = forms.CharField(label=gettext_lazy("职务"), max_length=60, required=False)
    position = forms.IntegerField(label=gettext_lazy("顺序"), min_value=1, max_value=99, required=False)
    reason = forms.CharField(label=gettext_lazy("更正原因"), max_length=200)

    def __init__(self, data: Any = None, *, initial: Any = None, correcting: bool = False) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        if not correcting:
            del self.fields["reason"]


class ChangeForm(HoursMixin):
    """A planned change of a line or of a contact; fields that do not belong to it are taken off."""

    act = forms.ChoiceField(label=gettext_lazy("动作"), choices=Change.Act.choices, widget=forms.RadioSelect)
    effective_on = forms.DateField(
        label=gettext_lazy("生效日期"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    region = forms.CharField(label=gettext_lazy("区域"), max_length=60, required=False)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60, required=False)
    number = forms.CharField(label=gettext_lazy("号码"), max_length=30, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=30, required=False)
    duty = forms.CharField(label=gettext_lazy("职务"), max_length=60, required=False)
    position = forms.IntegerField(label=gettext_lazy("顺序"), min_value=1, max_value=99, required=False)
    reason = forms.CharField(label=gettext_lazy("变更原因"), max_length=200, required=False)
    field_order = (
        "act", "effective_on", "region", "name", "number", "phone", "duty", "position", "hours_kind", "days", "windows",
        "holidays", "reason",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, what: str, initial: Any = None, new: bool = False) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        line = ("number", "hours_kind", "days", "windows", "holidays")
        contact = ("region", "phone", "duty", "position")
        for name in contact if what == "line" else line:
            del self.fields[name]
        acts = [choice for choice in Change.Act.choices if (choice[0] == "add") == new]
        self.fields["act"].choices = acts
        self.fields["act"].initial = acts[0][0]
        if what == "contact":
            self.fields["name"].label = _("姓名")
        self.what = what

    def after(self) -> dict[str, Any]:
        """What the change makes of it."""
        clean = self.cleaned_data
        if self.what == "line":
            return {"name": clean["name"], "number": clean["number"], "hours": self.hours()}
        facts = {name: clean[name] for name in ("region", "name", "phone", "duty")}
        return facts | ({"position": clean["position"]} if clean["position"] else {})


class NotifyForm(forms.Form):
    late_reason = forms.CharField(
        label=gettext_lazy("晚通知的原因"), max_length=200, required=False,
        help_text=gettext_lazy("会如实记为未按约定通知，履约报告里看得到。"),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The customer's answer. He himself only says yes or no."""

    answered_by = forms.CharField(label=gettext_lazy("客户方答复人"), max_length=60, required=False)
    note = forms.CharField(
        label=gettext_lazy("凭证或说明"), max_length=200, required=False,
        help_text=gettext_lazy("代客户登记时必填：邮件日期、签字单编号等。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, himself: bool) -> None:
        super().__init__(data, use_required_attribute=False)
        if himself:
            del self.fields["answered_by"]
            self.fields["note"].help_text = ""


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("话单文件"),
        help_text=gettext_lazy("CSV 或 Excel，最大 30 MB；编码自动识别（UTF-8、GBK）。"),
    )
    line = LineChoice(
        label=gettext_lazy("默认线路"), help_text=gettext_lazy("被叫号码不是登记过的线路时，记到这条线。")
    )

    def __init__(self, data: Any = None, files: Any = None, *, lines: Sequence[Line]) -> None:
        super().__init__(data, files, use_required_attribute=False)
        self.fields["line"].offer(lines)


class MappingForm(forms.Form):
    """Which column holds which field of a record."""

    def __init__(
        self,
        data: Any = None,
        *,
        header: Sequence[str],
        mapping: dict[str, str],
        lines: Sequence[Line],
        line: int | None,
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        columns = [("", "—"), *((name, name) for name in header if name)]
        for name in COLUMNS:
            self.fields[name] = forms.ChoiceField(
                label=words.field_word(name), choices=columns, required=False, initial=mapping.get(name, "")
            )
        self.fields["line"] = LineChoice(label=_("默认线路"), initial=line)
        self.fields["line"].offer(lines)

    def mapping(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in COLUMNS if self.cleaned_data.get(name)}
