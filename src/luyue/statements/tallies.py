"""What the parts of a statement have in common: counts out of the database, and the statement made of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import connection

from luyue.contracts.plans import RunningPlan
from luyue.domain import statement as reckoning
from luyue.domain.plan.model import Promise
from luyue.domain.statement import Cell, Key, Outcome, Period, Statement
from luyue.statements import queries

Count = tuple[int, Key, int, Outcome, int]  # contract, promise, month index, outcome, how many


class Tally(Protocol):
    """Counts of one contract, or of all in scope."""

    def __call__(
        self, period: Period, now: datetime, contract_id: int | None = None, *, by_month: bool = True
    ) -> list[Count]: ...


def counted(sql: str, contract_id: int | None, given: Mapping[str, Any]) -> list[Count]:
    """The counts of a query that gives contract, version, promise, month from 1, outcome, number; it has `{one}` where
    one contract is chosen."""
    one = "contract_id = %(contract)s AND" if contract_id is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(sql.format(one=one), {**given, "contract": contract_id})
        return [
            (contract, Key(version, promise), month - 1, Outcome(word), count)
            for contract, version, promise, month, word, count in cursor
        ]


def moments(period: Period, now: datetime, *, by_month: bool) -> dict[str, Any]:
    """Start, end, starts of the months and the present as queries of instants take them."""
    start, end = queries.moments(period)
    months = [queries.moments(month)[0] for month in period.months()] if by_month else [start]
    return {"start": start, "end": end, "months": months, "now": now.replace(microsecond=0)}


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
    return reckoning.build(period, queries.seconds(now), cells, before=before, known=known)
