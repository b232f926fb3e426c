"""How a promise is read from the statement: its row's counts, and the things that its row leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from luyue.domain.plan.model import Promise
from luyue.domain.statement import Counts, Outcome, Period
from luyue.statements import entitlements, obligations, queries, quotas, staffing
from tests.statements.drives.world import World


@dataclass(frozen=True)
class Found:
    """A thing behind a row. proof: whether it names what shows its outcome."""

    pk: int
    proof: bool


@dataclass(frozen=True)
class Reading:
    counts: Callable[[World, Promise, Period, datetime], Counts]
    instances: Callable[[World, Promise, Period, datetime, Outcome], list[Found]]


def _row(statement: object, world: World, promise: Promise) -> Counts:
    return next(row.counts for row in statement.rows if row.key == world.key(promise))


def _target_counts(world: World, promise: Promise, days: Period, now: datetime) -> Counts:
    return _row(queries.statement_of(world.contract.pk, days, now=now), world, promise)


def _clocks(world: World, promise: Promise, days: Period, now: datetime, outcome: Outcome) -> list[Found]:
    rows = list(queries.instances(world.contract.pk, days, now=now, key=world.key(promise), outcome=outcome))
    evidence = queries.evidence_of(rows)
    return [Found(row.pk, row.pk in evidence) for row in rows]


def _owed_counts(world: World, promise: Promise, days: Period, now: datetime) -> Counts:
    return _row(obligations.statement_of(world.contract.pk, days, now=now), world, promise)


def _obligations(
    world: World, promise: Promise, days: Period, now: datetime, outcome: Outcome
) -> list[Found]:
    rows = obligations.instances(world.contract.pk, days).filter(
        promise=promise.id, plan_version_id=world.version
    )
    return [
        Found(row.pk, row.records.exists()) for row in rows if obligations.outcome_of(row, now) is outcome
    ]


def _quota_counts(world: World, promise: Promise, days: Period, now: datetime) -> Counts:
    told = {
        what: number for _c, key, _m, what, number in quotas.tally(days, now, world.contract.pk)
        if key == world.key(promise)
    }  # fmt: skip
    (row,) = [one for one in quotas.rows(world.contract.pk, days) if one.quota.id == promise.id] or (None,)
    counts = Counts.of(told)
    # The row of the page and the sums of the overview say the same.
    assert row is None or (row.kept, row.missed) == (counts.kept, counts.missed)
    return counts


def _measurements(
    world: World, promise: Promise, days: Period, _now: datetime, outcome: Outcome
) -> list[Found]:
    rows = [one for one in quotas.instances(world.contract.pk, days) if one.turn.promise == promise.id]
    assert [one.state for one in rows] == [outcome.value]
    return [Found(row.turn_id, bool(row.steps)) for row in rows]


def _staff_counts(world: World, promise: Promise, days: Period, now: datetime) -> Counts:
    return _row(staffing.statement_of(world.contract.pk, days, now=now), world, promise)


def _checks(world: World, promise: Promise, days: Period, _now: datetime, outcome: Outcome) -> list[Found]:
    rows = staffing.instances(world.contract.pk, days).filter(promise=promise.id)
    return [Found(row.pk, bool(row.parts)) for row in rows if row.outcome == outcome]


def _right_counts(world: World, promise: Promise, days: Period, now: datetime) -> Counts:
    return _row(entitlements.statement_of(world.contract.pk, days, now=now), world, promise)


def _uses(world: World, promise: Promise, days: Period, now: datetime, outcome: Outcome) -> list[Found]:
    told = {
        one["use"]: one for one in entitlements.instances_json(world.contract.pk, days, now=now)
        if one["promise"] == promise.id and one["outcome"] == outcome
    }  # fmt: skip
    return [Found(pk, bool(one["facts"] or one["evidence"] or one["case"])) for pk, one in told.items()]


_OWED = Reading(_owed_counts, _obligations)
READINGS: dict[str, Reading] = {
    "target": Reading(_target_counts, _clocks), "duty": _OWED, "trigger": _OWED,
    "quota": Reading(_quota_counts, _measurements), "staffing": Reading(_staff_counts, _checks),
    "entitlement": Reading(_right_counts, _uses),
}  # fmt: skip
