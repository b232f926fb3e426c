"""Forms of rounds."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.desk.forms import MomentField
from luyue.devices.models import Site
from luyue.domain.refusals import BadInput
from luyue.field import words
from luyue.field.forms import CompanionsInput, PlanForm, length_words
from luyue.rounds.models import Kind


class PlanRoundForm(forms.Form):
    """Which contract, what about, who, when."""

    contract = forms.ChoiceField(label=_("合同"))
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices, initial=Kind.VISIT)
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        required=False,
        help_text=_("临时巡检要写，例如雷雨之后、重大活动之前。"),
    )
    sites = forms.MultipleChoiceField(
        label=_("点位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选就是全部点位。"),
    )
    keeps = forms.MultipleChoiceField(
        label=_("履行的承诺"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("做完自动登记为这些承诺的履约凭证。"),
    )  # fmt: skip
    engineer = forms.ChoiceField(label=_("工程师"))
    companions = forms.MultipleChoiceField(
        label=_("同行人"), required=False, widget=CompanionsInput,
        help_text=_("一起做这次巡检的人，各人在自己的手机上看各自的设备。"),
    )  # fmt: skip
    begin = MomentField(_("开始"), required=True)
    minutes = forms.TypedChoiceField(label=_("用时"), coerce=int, initial=240)
    title = forms.CharField(
        label=_("名称"), max_length=200, required=False, help_text=_("空着就用类别和原因。")
    )
    instructions = forms.CharField(
        label=_("交代事项"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明怎么查。方案要求编巡检预案的，写了才算编全。"),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        contracts: Sequence[tuple[int, str]],
        people: Sequence[Person],
        sites: Sequence[Site],
        keeps: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["contract"].choices = [("", "—"), *((str(pk), name) for pk, name in contracts)]
        self.fields["engineer"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]
        self.fields["companions"].choices = [(str(one.pk), one.name) for one in people]
        sent = self.data.get("engineer") if self.is_bound else self.initial.get("engineer")
        self.fields["companions"].widget.engineer = str(sent or "")
        self.fields["minutes"].choices = [(one, length_words(one)) for one in PlanForm.LENGTHS]
        if sites:
            self.fields["sites"].choices = [(str(one.pk), one.name) for one in sites]
        else:
            del self.fields["sites"]
        if keeps:
            self.fields["keeps"].choices = [(str(pk), text) for pk, text in keeps]
        else:
            del self.fields["keeps"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("engineer") and found["engineer"] in found.get("companions", ()):
            self.add_error("companions", words.problem(BadInput(field="companions", problem="sent")))
        return found


class NoticeForm(forms.Form):
    """The customer was told beforehand."""

    noticed_to = forms.CharField(label=_("通知了谁"), max_length=120)
    agreed = forms.CharField(
        label=_("客户答复"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("约好的时间、进门要求等。"),
    )  # fmt: skip
    may_stop = forms.BooleanField(label=_("客户同意停机检查"), required=False)
    at = MomentField(_("通知时间"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class ChecklistForm(forms.Form):
    """A checklist as YAML."""

    source = forms.CharField(
        label=_("检查表"),
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "round-source", "spellcheck": "false", "lang": "zh"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
