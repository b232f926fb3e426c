"""Forms of entitlements."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.desk.forms import MomentField
from luyue.entitlements.words import PROBLEMS
from luyue.obligations.forms import Form, long_text

MISSING = {"required": PROBLEMS[("", "missing")]}
HOW = [
    ("", _("没收")), ("free", _("免费")), ("cost", _("按成本")), ("quoted", _("按报价，客户已同意")),
    ("charged", _("按市价")),
]  # fmt: skip
SOURCES = [("complaint", _("客户投诉")), ("audit", _("审核")), ("hand", _("人工发现"))]


class ChargeForm(Form):
    """What was really charged on a case."""

    labour = forms.ChoiceField(label=_("人工"), choices=HOW, required=False)
    parts = forms.ChoiceField(label=_("配件"), choices=HOW, required=False)
    travel = forms.ChoiceField(label=_("交通"), choices=HOW, required=False)
    lodging = forms.ChoiceField(label=_("住宿"), choices=HOW, required=False)
    amount = forms.DecimalField(
        label=_("金额（元）"), min_value=0, max_value=100_000_000, max_digits=11, decimal_places=2, required=False,
        error_messages={"invalid": PROBLEMS[("amount", "")]},
    )  # fmt: skip
    paper = forms.CharField(label=_("单据号"), max_length=80, required=False)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)
    file = forms.FileField(label=_("发票或报价单"), required=False)
    parts_removed = forms.BooleanField(label=_("换下了旧件"), required=False)
    media_removed = forms.BooleanField(label=_("换下了存储介质"), required=False)


class ClaimForm(Form):
    """What the customer has a right to and asks for."""

    promise = forms.ChoiceField(label=_("哪一条权益"), error_messages=MISSING)
    what = long_text(_("要什么"), hint=_("写清楚数量、设备、希望的时间。"))
    by = forms.CharField(
        label=_("申请人"), max_length=60, required=False, help_text=_("替客户登记时写客户的姓名。")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, promises: Sequence[tuple[str, str]], outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promise"].choices = [("", "—"), *promises]
        if outside:
            del self.fields["by"]


class BreachForm(Form):
    """Something that was promised and not kept."""

    promise = forms.ChoiceField(label=_("哪一条权益"), error_messages=MISSING)
    what = long_text(_("哪里没做到"))
    source = forms.ChoiceField(label=_("怎么发现的"), choices=SOURCES)
    at = MomentField(_("什么时候"))
    file = forms.FileField(label=_("附件"), required=False)

    def __init__(self, *args: Any, promises: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promise"].choices = [("", "—"), *promises]


class DoneForm(Form):
    """What was done, and what shows it."""

    evidence = long_text(_("做了什么"), hint=_("例如新设备序列号、签收单号；客户也看得到。"))
    at = MomentField(_("完成时间"))
    file = forms.FileField(label=_("附件"), required=False)


class AnswerForm(Form):
    answer = long_text(_("您的意见"), rows=2)


class ReviewForm(Form):
    """Many pledges of a quarter at once."""

    use = forms.TypedMultipleChoiceField(coerce=int, required=False)
    evidence = long_text(_("凭什么说做到了"), rows=2)
    file = forms.FileField(label=_("附件"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.getlist("use") if self.data else []
        self.fields["use"].choices = [(one, one) for one in given if one.isdecimal() and len(one) < 19]
