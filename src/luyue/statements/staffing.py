"""Promises of people in a statement: each month in which one held is counted once, by the last day on which it held.

What has no data stands beside the quota, like what was not started; what the customer let pass is waived.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from luyue.contracts.plans import RunningPlan
from luyue.domain.plan.model import Promise
from luyue.domain.statement import Period, Statement
from luyue.staffing.models import Check
from luyue.staffing.queries import is_checked
from luyue.statements import queries
from luyue.statements.queries import Count, counted, given
from luyue.statements.tallies import statement

_OUTCOME = """CASE WHEN waiver = 'agreed' THEN 'waived' WHEN verdict = 'no_data' THEN 'not_started' ELSE verdict END"""
TALLY = f"""
SELECT contract_id, plan_version_id, promise, width_bucket(last::timestamp, %(days)s::timestamp[]),
       {_OUTCOME}, count(*)
  FROM staffing_check WHERE {{one}} last >= %(first)s AND last <= %(last)s GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608


def tally(
    period: Period,
    now: datetime,
    contract_id: int | None = None,
    *,
    by_month: bool = True,
) -> list[Count]:
    """(contract, promise, month index, outcome, count) of one contract or of all in scope; as of the last check."""
    return counted(TALLY, contract_id, given(period, now, by_month=by_month))


def statement_of(
    contract_id: int, period: Period, *, now: datetime, against: Period | None = None
) -> Statement:
    """What was promised of people under a contract in scope. Three queries, however many months there are."""
    known = in_force(contract_id, period)
    return statement(tally, known, contract_id, period, now=now, against=against)


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
