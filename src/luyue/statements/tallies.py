"""What the parts of a statement have in common: the statement made of their counts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from luyue.contracts.plans import RunningPlan
from luyue.desk.queries import seconds
from luyue.domain import statement as reckoning
from luyue.domain.plan.model import Promise
from luyue.domain.statement import Cell, Key, Period, Statement
from luyue.statements.queries import Count


class Tally(Protocol):
    """Counts of one contract, or of all in scope."""

    def __call__(
        self, period: Period, now: datetime, contract_id: int | None = None, *, by_month: bool = True
    ) -> list[Count]: ...


def statement(
    tally: Tally,
    in_force: Iterable[tuple[RunningPlan, Promise]],
    contract_id: int,
    period: Period,
    *,
    now: datetime,
    against: Period | None = None,
) -> Statement:
    """The statement of a contract in scope. Two counts, however much there is to count."""
    cells = [Cell(key, month, what, count) for _, key, month, what, count in tally(period, now, contract_id)]
    before = [
        Cell(key, month, what, count)
        for _, key, month, what, count in tally(
            against or period.previous(), now, contract_id, by_month=False
        )
    ]
    known = [Key(running.version_id, promise.id) for running, promise in in_force]
    return reckoning.build(period, seconds(now), cells, before=before, known=known)
