"""The form of a reckoning. The action checks again."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import PlanVersion
from luyue.drafting import queries as drafts
from luyue.drafting.models import Draft
from luyue.drafting.models import State as DraftState
from luyue.foresight.actions import Asked

MOST_PLANS, MOST_CONTRACTS = 300, 500
USUAL_DAYS = 365


def _day(label: object) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请填日期。"), "required": _("请填日期。")},
    )  # fmt: skip


class AskForm(forms.Form):
    """A plan or draft, and whose cases of which days."""

    plan = forms.ChoiceField(
        label=_("方案或草稿"), help_text=_("草稿里已接受和待审阅的承诺都算，已拒绝的不算。")
    )
    since = _day(_("从"))
    until = _day(_("到"))
    contracts = forms.MultipleChoiceField(
        label=_("用哪些合同的历史"), required=False, help_text=_("不选就是您看得到的全部合同。"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, person: Person, chosen: str, today: date) -> None:
        super().__init__(
            data,
            initial={"plan": chosen, "since": today - timedelta(days=USUAL_DAYS - 1), "until": today},
        )
        with drafts.room(person):
            found = list(drafts.visible_drafts(person).filter(state=DraftState.READY)[:MOST_PLANS])
        versions = list(contracts.visible_plans(person).order_by("plan", "-number")[:MOST_PLANS])
        self.drafts: dict[str, Draft] = {f"draft-{one.pk}": one for one in found}
        self.versions: dict[str, PlanVersion] = {f"version-{one.pk}": one for one in versions}
        self.fields["plan"].choices = [
            ("", "—"),
            (_("方案草稿"), [(key, one.title) for key, one in self.drafts.items()]),
            (_("方案版本"), [(key, f"{one} {one.title_zh}") for key, one in self.versions.items()]),
        ]
        self.offered = contracts.contract_choices(MOST_CONTRACTS)
        self.fields["contracts"].choices = [(str(pk), name) for pk, name in self.offered]

    def asked(self) -> Asked:
        """What was chosen; without a choice all contracts in scope, also those beyond the list."""
        facts = self.cleaned_data
        chosen = frozenset(int(one) for one in facts["contracts"])
        return Asked(
            contract_ids=chosen or frozenset(pk for pk, _name in contracts.contract_choices()),
            since=facts["since"],
            until=facts["until"],
            version=self.versions.get(facts["plan"]),
            draft=self.drafts.get(facts["plan"]),
        )
