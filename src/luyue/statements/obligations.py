"""Obligations in a statement: what duties and triggers promised in a period, and what became of it (L-5).

An obligation belongs to the period in which it was due; what is due at 24:00 belongs to the day that ends. One whose
time was never agreed belongs where its event happened, or where it could be begun; it stands beside the quota.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from luyue.contracts import queries as contracts
from luyue.contracts.plans import RunningPlan
from luyue.desk.queries import seconds
from luyue.domain.obligations.states import outcome
from luyue.domain.plan.model import Promise
from luyue.domain.statement import Key, Outcome, Period, Statement
from luyue.obligations.models import OPEN_STATES, Obligation, Record
from luyue.obligations.queries import counted as counted_in
from luyue.statements import queries
from luyue.statements.queries import Count, counted, given
from luyue.statements.tallies import statement

_AGREED, _BEGUN = "due_at - interval '1 second'", "coalesce(occurred_at, opens_at)"
_OUTCOME = """CASE state WHEN 'done' THEN 'kept' WHEN 'done_late' THEN 'late' WHEN 'partial' THEN 'missed'
  WHEN 'missed' THEN 'missed' WHEN 'waived' THEN 'waived' WHEN 'cancelled' THEN 'cancelled'
  ELSE CASE WHEN due_at IS NULL THEN 'not_started' WHEN due_at < %(now)s THEN 'missed' ELSE 'running' END END"""
# Two parts, each within an index: the first has all that is asked, the second is of the few without a due time.
TALLY = f"""
SELECT contract_id, plan_version_id, promise, width_bucket(at, %(months)s::timestamptz[]), outcome, count(*) FROM (
  SELECT contract_id, plan_version_id, promise, {_AGREED} AS at, {_OUTCOME} AS outcome FROM obligations_obligation
   WHERE {{one}} due_at > %(start)s AND due_at <= %(end)s
  UNION ALL
  SELECT contract_id, plan_version_id, promise, {_BEGUN}, {_OUTCOME} FROM obligations_obligation
   WHERE {{one}} due_at IS NULL AND {_BEGUN} >= %(start)s AND {_BEGUN} < %(end)s) AS owed
GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608


def tally(
    period: Period, now: datetime, contract_id: int | None = None, *, by_month: bool = True
) -> list[Count]:
    """(contract, promise, month index, outcome, count) of one contract or of all in scope."""
    return counted(TALLY, contract_id, given(period, now, by_month=by_month))


def statement_of(
    contract_id: int, period: Period, *, now: datetime, against: Period | None = None
) -> Statement:
    """What duties and triggers of a contract in scope promised. Four queries, however many there are."""
    known = in_force(contract_id, period)
    return statement(tally, known, contract_id, period, now=now, against=against)


def in_force(contract_id: int, period: Period) -> list[tuple[RunningPlan, Promise]]:
    """The duties and triggers whose obligations have due times in a period, in the plan's order."""
    answered = contracts.figures_of(contract_id)
    return [
        (running, promise)
        for running in queries.plans_in(contract_id, period)
        for promise in (*running.plan.duties, *running.plan.triggers)
        if queries.is_scheduled(promise, answered)
    ]


def partly(contract_id: int, period: Period, now: datetime) -> dict[Key, int]:
    """How many of the missed ones were done in part, by promise."""
    start, end = queries.moments(period)
    begun = Record.objects.filter(obligation=OuterRef("pk"))
    rows = (
        Obligation.objects.filter(Exists(begun), contract_id=contract_id, due_at__gt=start, due_at__lte=end)
        .filter(Q(state__in=("missed", "partial")) | Q(state__in=OPEN_STATES, due_at__lt=now))
        .values_list("plan_version_id", "promise")
        .annotate(n=models.Count("pk"))
    )
    return {Key(version, promise): n for version, promise, n in rows.order_by()}


def instances(contract_id: int, period: Period) -> QuerySet[Obligation]:
    """The obligations that a statement counts, the first due in front; those without a due time come last."""
    return (
        Obligation.objects.filter(counted_in(*queries.moments(period)), contract_id=contract_id)
        .select_related("person", "site", "contract")
        .prefetch_related("records")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def outcome_of(one: Obligation, now: datetime) -> Outcome:
    """What the statement counts an obligation as."""
    due = seconds(one.due_at) if one.due_at else None
    return outcome(one.state, due, seconds(now))


def instances_json(contract_id: int, period: Period, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Every obligation that the statement counts, with what proves it."""
    for one in instances(contract_id, period).iterator(chunk_size=2000):
        yield {
            "promise": one.promise,
            "plan_version": one.plan_version_id,
            "obligation": one.pk,
            "key": one.key,
            "opens": queries.instant(one.opens_at),
            "due": queries.instant(one.due_at),
            "done": queries.instant(one.done_at),
            "times": [one.done_times, one.times],
            "parts": sorted({name for record in one.records.all() for name in record.items}),
            "state": one.state,
            "outcome": str(outcome_of(one, now)),
            "waiver": {"reason": one.waiver_reason, "agreed_by": one.waiver_by} if one.waived_at else None,
            "records": [
                {"at": queries.instant(record.occurred_at), "by": record.by_name, "what": record.what}
                for record in one.records.all()
            ],
        }
