"""How a promise is read from the statement: its row's counts, and the things that its row leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from luyue.domain.plan.model import Promise
from luyue.domain.statement import Counts, Outcome, Period
from luyue.statements import queries
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
    return next(row.counts for row in statement.rows if row.key == world.key(promise))  # type: ignore[attr-defined]


def _target_counts(world: World, promise: Promise, days: Period, now: datetime) -> Counts:
    return _row(queries.statement_of(world.contract.pk, days, now=now), world, promise)


def _clocks(world: World, promise: Promise, days: Period, now: datetime, outcome: Outcome) -> list[Found]:
    rows = list(queries.instances(world.contract.pk, days, now=now, key=world.key(promise), outcome=outcome))
    evidence = queries.evidence_of(rows)
    return [Found(row.pk, row.pk in evidence) for row in rows]


READINGS: dict[str, Reading] = {"target": Reading(_target_counts, _clocks)}
