"""Entitlements in a statement: each use is counted once, by its due time, else when it happened (L-5).

A review of a standing pledge belongs to the quarter that it shows. What was not used in the period is not due.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from luyue.contracts.plans import RunningPlan
from luyue.desk.queries import seconds
from luyue.domain.entitlements import outcome
from luyue.domain.plan.model import Promise
from luyue.domain.statement import Period, Statement
from luyue.entitlements.ground import runs
from luyue.entitlements.models import Use
from luyue.statements import queries
from luyue.statements.queries import Count, counted, given
from luyue.statements.tallies import statement

_OUTCOME = """CASE state WHEN 'kept' THEN 'kept' WHEN 'late' THEN 'late' WHEN 'broken' THEN 'missed'
  WHEN 'missed' THEN 'missed' WHEN 'waived' THEN 'waived' WHEN 'withdrawn' THEN 'cancelled'
  ELSE CASE WHEN due_at < %(now)s THEN 'missed' ELSE 'running' END END"""
TALLY = f"""
SELECT contract_id, plan_version_id, promise, width_bucket(counts_at, %(months)s::timestamptz[]), {_OUTCOME}, count(*)
  FROM entitlements_use WHERE {{one}} counts_at >= %(start)s AND counts_at < %(end)s
 GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608


def tally(
    period: Period, now: datetime, contract_id: int | None = None, *, by_month: bool = True
) -> list[Count]:
    """(contract, promise, month index, outcome, count) of one contract or of all in scope."""
    return counted(TALLY, contract_id, given(period, now, by_month=by_month))


def statement_of(
    contract_id: int, period: Period, *, now: datetime, against: Period | None = None
) -> Statement:
    """What a contract in scope has a right to. Three queries, however many uses there are."""
    known = in_force(contract_id, period)
    return statement(tally, known, contract_id, period, now=now, against=against)


def in_force(contract_id: int, period: Period) -> list[tuple[RunningPlan, Promise]]:
    """The entitlements that are executed in a period, in the plan's order."""
    return [
        (running, promise)
        for running in queries.plans_in(contract_id, period)
        for promise in running.plan.entitlements
        if runs(promise)
    ]


def instances(contract_id: int, period: Period) -> QuerySet[Use]:
    """The uses that a statement counts."""
    start, end = queries.moments(period)
    return Use.objects.filter(contract_id=contract_id, counts_at__gte=start, counts_at__lt=end).order_by(
        "counts_at", "pk"
    )


def instances_json(contract_id: int, period: Period, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Every use that the statement counts, with what shows its result."""
    as_of = seconds(now)
    for one in instances(contract_id, period).iterator(chunk_size=2000):
        due = seconds(one.due_at) if one.due_at else None
        yield {
            "promise": one.promise,
            "plan_version": one.plan_version_id,
            "use": one.pk,
            "origin": one.origin,
            "case": one.case_id,
            "at": queries.instant(one.happened_at),
            "due": queries.instant(one.due_at),
            "done": queries.instant(one.done_at),
            "state": one.state,
            "outcome": str(outcome(one.state, due, as_of)),
            "facts": one.facts,
            "what": one.what,
            "evidence": one.evidence,
            "reason": one.reason,
            "answer": one.answer,
            "waiver": {"reason": one.waiver_reason, "agreed_by": one.waiver_by} if one.waived_at else None,
        }
