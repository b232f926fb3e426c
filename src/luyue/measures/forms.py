"""Forms of quotas."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.desk.forms import MomentField
from luyue.domain.measures.catalogue import REASON_WORDS
from luyue.domain.plan.vocabulary import word_of
from luyue.domain.refusals import NotAllowed, NotFound, Refusal
from luyue.measures.words import PROBLEMS
from luyue.web import refusals

MISSING = {"required": PROBLEMS[("", "missing")], "invalid": PROBLEMS[("", "not_a_number")]}
Choices = Sequence[tuple[str, object]]


def blame(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal next to the field it is about, or on top; one of rights goes on to the person."""
    if isinstance(refusal, NotAllowed | NotFound):
        raise refusal
    refusals.blame(form, refusal, PROBLEMS)


def _day(label: object, **more: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=MISSING, **more)


def _number(label: object, **more: Any) -> forms.FloatField:
    widget = forms.NumberInput({"step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, widget=widget, error_messages=MISSING, **more)


class Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class ReadingForm(Form):
    """One reading: of a device, a person or a part, or of the contract as a whole."""

    device = forms.TypedChoiceField(label=_("设备"), coerce=int, empty_value=None, required=False)
    name = forms.CharField(
        label=_("对象"), max_length=100, required=False, help_text=_("哪个人，或哪种配件。")
    )
    day = _day(_("日期"))
    value = _number(_("数值"), required=False)
    numerator = _number(_("分子"), required=False, help_text=_("按比例算的，可以填分子和分母，不填数值。"))
    denominator = _number(_("分母"), required=False)
    note = forms.CharField(label=_("说明"), max_length=500, required=False)
    file = forms.FileField(label=_("凭证"), required=False, help_text=_("截图、盘点表、报价单、签到表。"))

    def __init__(self, *args: Any, subject: str, devices: Choices, share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if subject == "name" or not devices:
            del self.fields["device"]
        else:
            first: object = "—" if subject == "device" else _("整个合同")
            self.fields["device"].choices = [("", first), *devices]
        if subject != "name":
            del self.fields["name"]
        if not share:
            del self.fields["numerator"], self.fields["denominator"]


class ExclusionForm(Form):
    """A stretch of time that does not count."""

    about = forms.ChoiceField(label=_("范围"), required=False)
    starts_at = MomentField(_("开始"), required=True)
    ends_at = MomentField(_("结束"), required=True)
    reason = forms.ChoiceField(label=_("原因"), error_messages=MISSING)
    note = forms.CharField(
        label=_("说明"), max_length=2000, widget=forms.Textarea({"rows": 3}), error_messages=MISSING,
        help_text=_("写清楚是什么情况、谁同意。客户也看得到。"),
    )  # fmt: skip
    file = forms.FileField(label=_("凭证"), required=False)

    def __init__(self, *args: Any, things: Choices, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("整个合同")), *things]
        reasons = [(one, word_of(REASON_WORDS, one, language)) for one in REASON_WORDS]
        self.fields["reason"].choices = [("", "—"), *reasons]


class ReasonForm(Form):
    """An act that needs a reason."""

    reason = forms.CharField(
        label=_("原因"), max_length=300, widget=forms.Textarea({"rows": 2}), error_messages=MISSING
    )


class WaiverForm(ReasonForm):
    """Asking the customer to do without a figure."""

    agreed_by = forms.CharField(
        label=_("已同意的客户"), max_length=60, required=False,
        help_text=_("客户已在电话或书面中同意时填写；留空就发给客户，请他在门户里答复。"),
    )  # fmt: skip


class PartForm(Form):
    """The agreed figure of one part."""

    promise = forms.ChoiceField(label=_("指标"), error_messages=MISSING)
    part = forms.CharField(label=_("配件"), max_length=100, error_messages=MISSING)
    figure = _number(_("约定数"), min_value=0)
    agreed_by = forms.CharField(label=_("同意人"), max_length=60, error_messages=MISSING)
    agreed_on = _day(_("同意日期"))

    def __init__(self, *args: Any, quotas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promise"].choices = list(quotas)


class UploadForm(Form):
    """A file of readings of one measure."""

    measure = forms.ChoiceField(label=_("指标"), error_messages=MISSING)
    file = forms.FileField(
        label=_("文件"), error_messages=MISSING, help_text=_("CSV、XLSX 或 XLS；每台设备每天一行。")
    )

    def __init__(self, *args: Any, measures: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [("", "—"), *measures]


class MappingForm(Form):
    """Which column of a file holds what."""

    def __init__(self, *args: Any, header: Sequence[str], fields: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", "—"), *((one, one) for one in header if one)]
        for name, label in fields:
            self.fields[name] = forms.ChoiceField(label=label, choices=columns, required=False)
