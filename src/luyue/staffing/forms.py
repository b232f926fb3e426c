"""Forms of posts and waivers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.staffing.words import PROBLEMS

MISSING = {"required": PROBLEMS[("", "missing")]}


def day_field(label: object, *, required: bool = True, hint: object = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": PROBLEMS[("first", "")], **MISSING},
    )  # fmt: skip


def text_field(
    label: object, *, required: bool = True, most: int = 500, hint: object = ""
) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=hint, error_messages=MISSING,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class NameForm(forms.Form):
    """Who fills a post."""

    person_id = forms.ChoiceField(label=_("人员"), error_messages=MISSING)
    first = day_field(_("从哪天起"))
    last = day_field(_("到哪天止"), required=False, hint=_("长期就空着。"))
    replaces = forms.ChoiceField(
        label=_("接替谁"), required=False, help_text=_("接替的前一天，那人的任命结束。")
    )
    exclusive = forms.BooleanField(label=_("专职，不兼其他客户"), required=False)
    one_to_one = forms.BooleanField(label=_("一对一服务"), required=False)
    region = forms.CharField(label=_("区域"), max_length=80, required=False)
    trial_until = day_field(_("试用到"), required=False, hint=_("没有试用就空着。"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(
        self, *args: Any, people: Sequence[Person], holders: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, auto_id="name_%s", use_required_attribute=False, **kwargs)
        self.fields["person_id"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]
        if holders:
            self.fields["replaces"].choices = [("", "—"), *((str(pk), name) for pk, name in holders)]
        else:
            del self.fields["replaces"]


class EndForm(forms.Form):
    """Somebody leaves a post."""

    last = day_field(_("最后一天"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages=MISSING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="end_%s", use_required_attribute=False, **kwargs)


class TrialForm(forms.Form):
    """What the customer says of a trial."""

    passed = forms.TypedChoiceField(
        label=_("考核"), choices=[("1", _("通过")), ("0", _("没通过，请换人"))], coerce=lambda value: value == "1",
        widget=forms.RadioSelect, error_messages=MISSING,
    )  # fmt: skip
    note = text_field(_("意见"), required=False)
    by = forms.CharField(label=_("客户考核人"), max_length=60, required=False)

    def __init__(self, *args: Any, himself: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="trial_%s", use_required_attribute=False, **kwargs)
        if himself:
            del self.fields["by"]


class ReasonForm(forms.Form):
    """Why."""

    reason = text_field(_("原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="reason_%s", use_required_attribute=False, **kwargs)


class WaiverForm(forms.Form):
    """Asking the customer to let a month pass."""

    reason = text_field(_("原因"), most=4000)
    agreed_by = forms.CharField(
        label=_("客户已同意的人"), max_length=60, required=False,
        help_text=_("客户已经书面或电话同意就写上；空着则请客户在系统里答复。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="waiver_%s", use_required_attribute=False, **kwargs)
