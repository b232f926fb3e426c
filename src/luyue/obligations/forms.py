"""Forms of obligations."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk.forms import MomentField
from luyue.obligations.words import LEVELS, PROBLEMS

MISSING = {"required": PROBLEMS[("", "missing")]}


def long_text(label: object, *, required: bool = True, rows: int = 3, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=4000, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=MISSING,
    )  # fmt: skip


class Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class RecordForm(Form):
    """What was done."""

    what = long_text(_("做了什么"), hint=_("客户也看得到。"))
    at = MomentField(_("完成时间"))
    times = forms.IntegerField(label=_("次数"), min_value=1, max_value=1000, initial=1, required=False)
    hours = forms.FloatField(label=_("小时"), min_value=0, max_value=1000, required=False)
    devices = forms.IntegerField(label=_("设备数"), min_value=0, max_value=1_000_000, required=False)
    items = forms.MultipleChoiceField(
        label=_("完成的步骤"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("没做的不要勾；全部勾上才算完成。"),
    )  # fmt: skip
    signer = forms.CharField(label=_("签字人"), max_length=60, required=False)
    file = forms.FileField(label=_("照片、扫描件或文件"), required=False)
    note = long_text(_("内部备注"), required=False, rows=2, hint=_("只有服务方看得到。"))

    def __init__(
        self, *args: Any, items: list[tuple[str, str]], times: int, hours: float, outside: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = items
        self.fields["items"].initial = [name for name, _text in items]
        if not items:
            del self.fields["items"]
        if times == 1:
            del self.fields["times"]
        if not hours:
            del self.fields["hours"]
        if outside:
            del self.fields["note"]


class ReasonForm(Form):
    """An act that needs a reason."""

    reason = long_text(_("原因"), rows=2)


class WaiverForm(ReasonForm):
    """Asking the customer to do without it."""

    agreed_by = forms.CharField(
        label=_("已同意的客户"), max_length=60, required=False,
        help_text=_("客户已在电话或书面中同意时填写；留空就发给客户，请他在门户里答复。"),
    )  # fmt: skip


class PostponeForm(ReasonForm):
    """Another due time, as agreed."""

    due_at = MomentField(_("新的到期时间"), required=True)
    agreed_by = forms.CharField(label=_("同意改期的客户"), max_length=60, error_messages=MISSING)
    field_order = ("due_at", "agreed_by", "reason")


class ReassignForm(Form):
    """Somebody else."""

    person = forms.ModelChoiceField(label=_("交给"), queryset=Person.objects.none(), error_messages=MISSING)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(pk__in=[one.pk for one in people]).order_by(
            "name"
        )
        self.fields["person"].label_from_instance = lambda one: one.name


class BulkForm(Form):
    """What to do with the chosen ones."""

    obligation = forms.TypedMultipleChoiceField(coerce=int, required=False)
    act = forms.ChoiceField(choices=[("assign", ""), ("record", "")])
    person = forms.ModelChoiceField(queryset=Person.objects.none(), required=False)
    what = forms.CharField(max_length=4000, required=False)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(pk__in=[one.pk for one in people])
        given = self.data.getlist("obligation") if self.data else []
        self.fields["obligation"].choices = [(one, one) for one in given if one.isdecimal() and len(one) < 19]


class SignalSourceForm(Form):
    """What another system's messages stand for."""

    name = forms.CharField(label=_("名称"), max_length=80, error_messages=MISSING)
    word = forms.ChoiceField(label=_("代表什么事"), error_messages=MISSING)
    kinds = forms.CharField(
        label=_("只要这些种类"), max_length=600, required=False,
        help_text=_("种类或标题里有这些词的才算，用逗号隔开，例如：雷电，大风，暴雨。空着都算。"),
    )  # fmt: skip
    least = forms.ChoiceField(
        label=_("最低等级"), required=False, choices=[("", _("不限")), *LEVELS.items()],
        help_text=_("没写等级的也算。"),
    )  # fmt: skip
    contracts = forms.TypedMultipleChoiceField(
        label=_("哪些合同"), widget=forms.CheckboxSelectMultiple, required=False, coerce=int,
        help_text=_("一个都不选，就是方案里有这件事的全部合同。"),
    )  # fmt: skip
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(
        self, *args: Any, words: list[tuple[str, str]], contracts: list[Contract], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].choices = [("", "—"), *words]
        self.fields["contracts"].choices = [(one.pk, f"{one.number} {one.name}") for one in contracts]

    def facts(self) -> dict[str, Any]:
        """The values as the acts take them."""
        given = dict(self.cleaned_data)
        given["kinds"] = re.split(r"[,，、;；\s]+", given["kinds"])
        return given


class HappeningForm(Form):
    """Something that happened, and to which contracts."""

    word = forms.ChoiceField(label=_("发生了什么"), error_messages=MISSING)
    contracts = forms.MultipleChoiceField(
        label=_("哪些合同"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": PROBLEMS[("contracts", "missing")]},
    )  # fmt: skip
    at = MomentField(_("什么时候"))
    note = forms.CharField(label=_("说明"), max_length=500, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, words: list[tuple[str, str]], contracts: list[Contract], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].choices = [("", "—"), *words]
        self.fields["contracts"].choices = [(str(one.pk), f"{one.number} {one.name}") for one in contracts]
