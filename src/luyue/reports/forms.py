"""Forms of reports and of the risk register."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.accounts.models import Person
from luyue.domain.cases import case_named
from luyue.domain.reports.content import LONGEST_TEXT
from luyue.reports.models import Hazard
from luyue.reports.words import PROBLEMS

MISSING = {"required": PROBLEMS[("", "missing")]}
Choices = Sequence[tuple[str, object]]


def _day(label: object) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={**MISSING, "invalid": _("请填日期，例如 2026-03-04。")},
    )  # fmt: skip


def _text(label: object, *, rows: int = 2, most: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), error_messages=MISSING
    )


class Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class DraftForm(Form):
    """Which report, of which contract, about which days."""

    kind = forms.ChoiceField(label=_("报告种类"), error_messages=MISSING)
    contract = forms.ChoiceField(label=_("合同"), error_messages=MISSING)
    first = _day(_("从"))
    last = _day(_("到"))
    case = forms.CharField(
        label=_("服务请求"), max_length=20, required=False,
        help_text=_("故障、事故、报废类报告要写，例如 FW0000123。"),
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Choices, contracts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds
        self.fields["contract"].choices = [("", "—"), *contracts]

    def clean_case(self) -> int | None:
        """The number of the case. Raises ValidationError."""
        text = self.cleaned_data["case"]
        if not text.strip():
            return None
        number = case_named(text)
        if number is None:
            raise forms.ValidationError(PROBLEMS[("case", "")])
        return number


class RunForm(Form):
    """One kind and stretch of days for many contracts."""

    kind = forms.ChoiceField(label=_("报告种类"), error_messages=MISSING)
    first = _day(_("从"))
    last = _day(_("到"))

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds


class SectionForm(Form):
    """The text of one section in both languages; both empty: what the figures say."""

    section = forms.CharField(max_length=40)
    revision = forms.IntegerField(min_value=1)
    zh = forms.CharField(required=False, max_length=LONGEST_TEXT, strip=False)
    en = forms.CharField(required=False, max_length=LONGEST_TEXT, strip=False)


class RemarkForm(Form):
    text = _text(_("意见"))


class ReasonForm(Form):
    reason = _text(_("退回原因"))


class CorrectForm(Form):
    reason = forms.CharField(label=_("更正原因"), max_length=300, error_messages=MISSING)


class WishForm(Form):
    wish = _text(_("哪里不对"), rows=3)


class HazardForm(Form):
    """A hazard with what is done against it."""

    what = forms.CharField(label=_("隐患"), max_length=300, error_messages=MISSING)
    level = forms.ChoiceField(
        label=pgettext_lazy("hazard", "级别"), choices=Hazard.Level.choices, initial=Hazard.Level.MIDDLE
    )
    site = forms.ChoiceField(label=_("点位"), required=False)
    prevention = forms.CharField(label=_("预防措施"), max_length=300, error_messages=MISSING)
    parts = forms.CharField(label=_("备件或替代"), max_length=200, required=False)
    person = forms.ChoiceField(label=_("负责人"), error_messages=MISSING)
    due_on = _day(_("期限"))

    def __init__(self, *args: Any, sites: Choices, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", "—"), *sites]
        self.fields["person"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]


class EndForm(Form):
    """How a hazard ended."""

    ended_on = _day(_("消除日期"))
    end = forms.CharField(label=_("结果"), max_length=300, error_messages=MISSING)
