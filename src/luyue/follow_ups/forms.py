"""客户意见调查表 as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.desk.forms import MomentField
from luyue.follow_ups.models import FollowUp
from luyue.follow_ups.words import PROBLEMS

SCORES = (
    ("5", _("5 很满意")),
    ("4", _("4 满意")),
    ("3", _("3 一般")),
    ("2", _("2 不满意")),
    ("1", _("1 很不满意")),
)


class CallForm(forms.Form):
    """What came of a call to the customer."""

    result = forms.ChoiceField(
        label=_("结果"), choices=FollowUp.Result.choices, widget=forms.RadioSelect, initial="reached",
        error_messages={"required": PROBLEMS[("", "missing")]},
    )  # fmt: skip
    answered_by = forms.CharField(label=_("接受回访的人"), max_length=60, required=False)
    score = forms.TypedChoiceField(
        label=_("满意度"), choices=SCORES, widget=forms.RadioSelect, required=False, coerce=int, empty_value=None,
        help_text=_("2 分及以下会开一件投诉。"),
    )  # fmt: skip
    words = forms.CharField(
        label=_("客户意见"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("没有意见也写一句。空着不算填了调查表。"),
    )  # fmt: skip
    at = MomentField(_("回访时间"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["at"].help_text = _("空着就是现在。")


class OpinionForm(forms.Form):
    """What the customer thinks, where the call brought only a score."""

    words = forms.CharField(label=_("客户意见"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    answered_by = forms.CharField(label=_("接受回访的人"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
