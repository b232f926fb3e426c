"""Promises of people in a statement: each month in which one held is counted once, by the last day on which it held.

What has no data stands beside the quota, like what was not started; what the customer let pass is waived.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from luyue.contracts.plans import RunningPlan
from luyue.domain import statement as reckoning
from luyue.domain.plan.model import Promise
from luyue.domain.statement import Cell, Key, Outcome, Period, Statement
from luyue.staffing.models import Check
from luyue.staffing.queries import is_checked
from luyue.statements import queries

_OUTCOME = """CASE WHEN waiver = 'agreed' THEN 'waived' WHEN verdict = 'no_data' THEN 'not_started' ELSE verdict END"""
_TALLY = f"""
SELECT contract_id, plan_version_id, promise, width_bucket(last::timestamp, %(months)s::timestamp[]),
       {_OUTCOME}, count(*)
  FROM staffing_check WHERE {{one}} last >= %(first)s AND last <= %(last)s GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608


def tally(
    period: Period, now: datetime, contract_id: int | None = None, *, by_month: bool = True
) -> list[tuple[int, Key, int, Outcome, int]]:
    """(contract, promise, month index, outcome, count) of one contract or of all in scope; as of the last check."""
    months = [month.first for month in period.months()] if by_month else [period.first]
    given = {
        "contract": contract_id,
        "first": period.first,
        "last": period.last,
        "months": [datetime(day.year, day.month, day.day) for day in months],
        "now": now,
    }
    one = "contract_id = %(contract)s AND" if contract_id is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(_TALLY.format(one=one), given)
        return [
            (contract, Key(version, promise), month - 1, Outcome(word), count)
            for contract, version, promise, month, word, count in cursor
        ]


def statement_of(
    contract_id: int, period: Period, *, now: datetime, against: Period | None = None
) -> Statement:
    """What was promised of people under a contract in scope. Three queries, however many months there are."""
    cells = [Cell(key, month, what, count) for _, key, month, what, count in tally(period, now, contract_id)]
    before = [
        Cell(key, month, what, count)
        for _, key, month, what, count in tally(
            against or period.previous(), now, contract_id, by_month=False
        )
    ]
    known = [Key(running.version_id, promise.id) for running, promise in in_force(contract_id, period)]
    return reckoning.build(period, queries.seconds(now), cells, before=before, known=known)


def in_force(contract_id: int, period: Period) -> list[tuple[RunningPlan, Promise]]:
    """The promises of people that are checked in a period, in the plan's order."""
    return [
        (running, promise)
        for running in queries.plans_in(contract_id, period)
        for promise in running.plan.staffing
        if is_checked(promise)
    ]


def instances(contract_id: int, period: Period) -> QuerySet[Check]:
    """The months that a statement counts, by promise."""
    return Check.objects.filter(
        contract_id=contract_id, last__gte=period.first, last__lte=period.last
    ).order_by("promise", "month", "pk")


def instances_json(contract_id: int, period: Period) -> Iterator[dict[str, Any]]:
    """Every month that the statement counts, with what shows its result."""
    for one in instances(contract_id, period).iterator(chunk_size=2000):
        yield {
            "promise": one.promise,
            "plan_version": one.plan_version_id,
            "check": one.pk,
            "month": f"{one.month:%Y-%m}",
            "from": one.first.isoformat(),
            "to": one.last.isoformat(),
            "outcome": str(one.outcome),
            "checked": queries.instant(one.checked_at),
            "parts": one.parts,
            "waiver": {"reason": one.waiver_reason, "agreed_by": one.waiver_by} if one.waived_at else None,
        }
