"""Forms of posts and waivers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.desk.forms import MomentField
from luyue.staffing.models import RuleDocument, Sign
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


class CorrectionForm(forms.Form):
    """A sign-in or sign-out that is missing or wrong."""

    day = day_field(_("日期"))
    window = forms.TypedChoiceField(label=_("时段"), coerce=int)
    kind = forms.ChoiceField(label=_("补哪一次"), choices=Sign.Kind.choices)
    time = forms.TimeField(
        label=_("实际时间"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=MISSING,
    )
    reason = forms.CharField(label=_("原因"), max_length=300, error_messages=MISSING)

    def __init__(self, *args: Any, windows: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="correction_%s", use_required_attribute=False, **kwargs)
        self.fields["window"].choices = [(str(number), text) for number, text in enumerate(windows)]


class NoteForm(forms.Form):
    """A word on a decision; by: who of the customer decided, where the firm enters it."""

    note = forms.CharField(label=_("意见"), max_length=200, required=False)
    by = forms.CharField(label=_("客户答复人"), max_length=60, required=False)

    def __init__(self, *args: Any, by: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note_%s", use_required_attribute=False, **kwargs)
        if not by:
            del self.fields["by"]


class LeaveForm(forms.Form):
    """Somebody wants to be away."""

    post_id = forms.TypedChoiceField(label=_("谁请假"), coerce=int, error_messages=MISSING)
    first = day_field(_("从哪天起"))
    last = day_field(_("到哪天止"))
    substitute_id = forms.TypedChoiceField(label=_("替岗的人"), coerce=int, error_messages=MISSING)
    reason = forms.CharField(label=_("原因"), max_length=300, error_messages=MISSING)

    def __init__(
        self, *args: Any, posts: Sequence[tuple[int, str]], people: Sequence[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, auto_id="leave_%s", use_required_attribute=False, **kwargs)
        self.fields["post_id"].choices = [("", "—"), *((str(pk), name) for pk, name in posts)]
        self.fields["substitute_id"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]


class VehiclesForm(forms.Form):
    """Vehicles, one a line."""

    vehicles = forms.CharField(
        label=_("车辆"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一辆一行：车牌，司机，电话，用途。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="vehicles_%s", use_required_attribute=False, **kwargs)


class SubmitForm(forms.Form):
    """To whom of the customer."""

    to = forms.CharField(label=_("交给谁"), max_length=120, error_messages=MISSING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="submit_%s", use_required_attribute=False, **kwargs)


class SafetyForm(forms.Form):
    """An act for safety."""

    title = forms.CharField(label=_("名称"), max_length=200, error_messages=MISSING)
    held_at = MomentField(_("时间"), required=True)
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    leader = forms.CharField(label=_("负责人"), max_length=60, required=False)
    people = forms.CharField(
        label=_("参加的人"), max_length=1000, required=False, help_text=_("用顿号隔开；签到表作为附件上传。")
    )
    content = text_field(_("内容"), most=10_000)
    result = text_field(
        _("结果"), most=10_000, required=False, hint=_("考核成绩、检查结论、事故原因和处理。")
    )
    keeps = forms.TypedMultipleChoiceField(
        label=_("履行的承诺"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("登记后自动成为这些承诺的履约凭证。"),
    )  # fmt: skip
    file = forms.FileField(label=_("附件"), required=False)

    def __init__(self, *args: Any, keeps: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="safety_%s", use_required_attribute=False, **kwargs)
        if keeps:
            self.fields["keeps"].choices = [(str(pk), text) for pk, text in keeps]
        else:
            del self.fields["keeps"]


class AccidentForm(forms.Form):
    """Writing on at the draft of an accident."""

    content = text_field(_("经过"), most=10_000)
    result = text_field(_("原因和处理"), most=10_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="accident_%s", use_required_attribute=False, **kwargs)


class HazardForm(forms.Form):
    """What a check found."""

    what = forms.CharField(label=_("隐患"), max_length=500, error_messages=MISSING)
    remedy = forms.CharField(label=_("整改措施"), max_length=500, error_messages=MISSING)
    person = forms.CharField(label=_("整改人"), max_length=60, error_messages=MISSING)
    due_on = day_field(_("整改期限"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="hazard_%s", use_required_attribute=False, **kwargs)


class RulesForm(forms.Form):
    """A version of a rule system."""

    system = forms.ChoiceField(label=_("制度"), choices=RuleDocument.System.choices)
    title = forms.CharField(label=_("名称"), max_length=200, error_messages=MISSING)
    effective_on = day_field(_("生效日期"))
    file = forms.FileField(label=_("文件"), error_messages=MISSING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="rules_%s", use_required_attribute=False, **kwargs)
