"""Forms of surveys. The questions themselves are no Django form: see `faces.question_rows`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.desk.forms import MomentField
from luyue.surveys.models import Kind


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


def _day(label: object) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请填日期。"), "required": _("请填日期。")},
    )  # fmt: skip


class CampaignForm(_Form):
    """A campaign by hand."""

    contract = forms.ChoiceField(label=_("合同"), error_messages={"required": _("请选合同。")})
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices, initial=Kind.SATISFACTION)
    first = _day(_("期间从"))
    last = _day(_("到"))
    question_set = forms.ChoiceField(label=_("问卷"), required=False, help_text=_("不选就用这类调查常用的。"))
    title = forms.CharField(
        label=_("名称"), max_length=200, required=False, help_text=_("空着就用期间和类别。")
    )

    def __init__(
        self, *args: Any, contracts: Sequence[tuple[int, str]], sets: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].choices = [("", "—"), *((str(pk), name) for pk, name in contracts)]
        self.fields["question_set"].choices = [("", "—"), *sets]


class StartForm(_Form):
    """The end of answering."""

    expires_at = MomentField(_("答卷截止"))


class AddForm(_Form):
    """Somebody else to ask."""

    name = forms.CharField(label=_("姓名"), max_length=60, error_messages={"required": _("请填写。")})
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    unit = forms.TypedChoiceField(label=_("单位"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(str(pk), name) for pk, name in units]


class FinishForm(_Form):
    """Measures, and the steps of the promise that were done."""

    measures = forms.CharField(
        label=_("改进措施"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写进结果文档，客户看得到。"),
    )  # fmt: skip
    steps = forms.MultipleChoiceField(
        label=_("履行的步骤"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("系统能看出来的已经勾上。"),
    )  # fmt: skip

    def __init__(self, *args: Any, steps: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if steps:
            self.fields["steps"].choices = steps
        else:
            del self.fields["steps"]


class CancelForm(_Form):
    reason = forms.CharField(label=_("原因"), max_length=500, error_messages={"required": _("请填写。")})


RESULTS = (("answered", _("打通了，已回答")), ("no_answer", _("没打通")), ("refused", _("客户不愿回访")))


class CallForm(_Form):
    """What came of a call, a visit or a paper, besides the answers."""

    result = forms.ChoiceField(
        label=_("结果"), choices=RESULTS, widget=forms.RadioSelect, initial="answered",
        error_messages={"required": _("请选结果。")},
    )  # fmt: skip
    answered_by = forms.CharField(label=_("接受回访的人"), max_length=60, required=False)
    call_at = MomentField(_("约定再打"))
    note = forms.CharField(label=_("备注"), max_length=500, required=False)
    scan = forms.FileField(label=_("问卷扫描件"), required=False)
    at = MomentField(_("回访时间"))

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if way == "phone":
            del self.fields["scan"]
            return
        for name in ("result", "call_at", "note"):
            del self.fields[name]
        self.fields["answered_by"].label = _("答卷人") if way == "paper" else _("见到了谁")
        self.fields["at"].label = _("答卷时间") if way == "paper" else _("走访时间")


class QuestionSetForm(_Form):
    """A question set as YAML."""

    source = forms.CharField(
        label=_("问卷"),
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "survey-source", "spellcheck": "false", "lang": "zh"}
        ),
        error_messages={"required": _("请填写。")},
    )
