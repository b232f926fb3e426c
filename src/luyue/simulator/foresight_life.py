"""The plan under review held against the year's cases, as the department's head does before he signs."""

from datetime import datetime, timedelta

from luyue import ledger
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.drafting.models import Draft
from luyue.foresight import actions
from luyue.ledger.wall import Scope, scope


def foresee(draft: Draft, *, end: datetime) -> None:
    """One reckoning of the draft's author over all contracts, done a quarter of an hour ago."""
    if draft.author is None:
        return
    at = end - timedelta(minutes=15)
    with scope(Scope.everything()), ledger.quiet():
        asked = actions.Asked(
            frozenset(Contract.objects.values_list("pk", flat=True)), local_day(end) - timedelta(days=364),
            local_day(end), draft=draft,
        )  # fmt: skip
        made = actions.ask(asked, actor=draft.author, now=at, defer=False)
    with ledger.quiet():
        actions.reckon(made.pk, clock=lambda: end)
