"""Forms of roster and staff."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.domain.staffing_needs import FROM_POST, NEEDS
from luyue.roster.models import Certificate, Qualification
from luyue.roster.words import PROBLEMS

MISSING = {"required": PROBLEMS[("", "missing")]}


def _moment(label: object) -> forms.DateTimeField:
    """A minute of the contracts' zone."""
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": PROBLEMS[("starts_at", "bad_time")], **MISSING},
    )


class ShiftForm(forms.Form):
    """Who is on duty from when to when, as what."""

    person = forms.ChoiceField(label=_("人员"), error_messages=MISSING)
    starts_at = _moment(_("开始"))
    ends_at = _moment(_("结束"))
    post = forms.CharField(
        label=_("岗位"), max_length=40, required=False, help_text=_("例如热线值班、夜间备班；可以不填。")
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="shift_%s", use_required_attribute=False, **kwargs)
        self.fields["person"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]


class RosterFileForm(forms.Form):
    """A roster as spreadsheet."""

    file = forms.FileField(
        label=_("值班表文件"), error_messages=MISSING,
        help_text=_("CSV 或 Excel，要有“人员”“开始”“结束”三列，“岗位”可有可无。人员写姓名或登录名。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="roster_%s", use_required_attribute=False, **kwargs)


class StaffForm(forms.Form):
    """What customers are told of somebody."""

    post = forms.CharField(
        label=_("职务"), max_length=60, required=False, help_text=_("例如现场技术负责人。")
    )
    speciality = forms.CharField(label=_("专业"), max_length=120, required=False)


class QualificationForm(forms.Form):
    """What shows that somebody fulfils what plans ask for."""

    kind = forms.ChoiceField(label=_("类别"), choices=Qualification.Kind.choices)
    name = forms.CharField(
        label=_("名称"),
        max_length=120,
        error_messages=MISSING,
        help_text=_("例如大专、机电一体化，或安防运维 6 年。"),
    )
    needs = forms.MultipleChoiceField(
        label=_("满足的要求"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": PROBLEMS[("needs", "missing")]},
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("凭据"), max_length=300, error_messages=MISSING,
        help_text=_("凭什么认定，例如学历证书编号、简历第几页、面试考核记录。"),
    )  # fmt: skip
    certificate_id = forms.TypedChoiceField(
        label=_("证书"), coerce=int, required=False, empty_value=None, help_text=_("凭证书的，有效期随证书。")
    )
    since = forms.DateField(
        label=_("从哪天起"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("一直就有的空着。"),
    )  # fmt: skip
    valid_until = forms.DateField(
        label=_("有效期至"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("长期有效就空着。"),
    )  # fmt: skip

    def __init__(self, *args: Any, certificates: Sequence[Certificate], english: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="qualification_%s", use_required_attribute=False, **kwargs)
        language = "en" if english else "zh"
        self.fields["needs"].choices = [
            (need, one.in_(language)) for need, one in NEEDS.items() if need not in FROM_POST
        ]
        if certificates:
            self.fields["certificate_id"].choices = [
                ("", "—"),
                *((str(one.pk), one.name) for one in certificates),
            ]
        else:
            del self.fields["certificate_id"]


class CertificateForm(forms.Form):
    """A certificate."""

    name = forms.CharField(label=_("证书"), max_length=80, error_messages=MISSING)
    number = forms.CharField(label=_("编号"), max_length=60, required=False)
    valid_until = forms.DateField(
        label=_("有效期至"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("长期有效就空着。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="certificate_%s", use_required_attribute=False, **kwargs)


class SwapForm(forms.Form):
    """Which shift goes to whom, and for which of his."""

    shift_id = forms.TypedChoiceField(label=_("我的班次"), coerce=int, error_messages=MISSING)
    to_id = forms.TypedChoiceField(label=_("换给谁"), coerce=int, error_messages=MISSING)
    other_id = forms.TypedChoiceField(
        label=_("换他的哪一班"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("只请他代班就空着。"),
    )
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages=MISSING)

    def __init__(
        self,
        *args: Any,
        own: Sequence[tuple[int, str]],
        people: Sequence[Person],
        others: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, auto_id="swap_%s", use_required_attribute=False, **kwargs)
        self.fields["shift_id"].choices = [("", "—"), *((str(pk), name) for pk, name in own)]
        self.fields["to_id"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]
        self.fields["other_id"].choices = [("", "—"), *((str(pk), name) for pk, name in others)]
