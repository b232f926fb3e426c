"""What a contract promises at a moment, made ready for the pure engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from luyue.contracts import queries as contracts
from luyue.contracts.models import Binding, Contract
from luyue.contracts.plans import RunningPlan, running_plan
from luyue.domain.obligations.events import hands
from luyue.domain.obligations.schedule import Ground
from luyue.domain.periods import Dates, Stretch, resolve_periods
from luyue.domain.plan.model import Duty, Promise
from luyue.ledger.models import Event


@dataclass(frozen=True)
class Segment:
    """A plan version and the days on which it is in force; the first one reaches back to the beginning of time."""

    running: RunningPlan
    days: Stretch


def segments(bindings: Iterable[Binding]) -> list[Segment]:
    """The versions of a contract by time, from its bindings in any order; none before the first is bound."""
    rows = sorted(bindings, key=lambda row: row.effective_on)
    ends = [*(row.effective_on for row in rows[1:]), None]
    found: list[Segment] = []
    for row, end in zip(rows, ends[: len(rows)], strict=True):
        start = found[-1].days.end if found else None
        found.append(Segment(running_plan(row.plan_version_id), Stretch(start or date.min, end)))
    return found


def segments_of(contract_id: int) -> list[Segment]:
    return segments(Binding.objects.filter(contract_id=contract_id))


def in_force(parts: Iterable[Segment], day: date) -> RunningPlan | None:
    """The version in force on a day."""
    return next((one.running for one in parts if one.days.covers(day)), None)


def ground_of(of: Contract, running: RunningPlan, figures: Mapping[str, str]) -> Ground:
    """The contract under one plan version."""
    dates: Dates = contracts.dates_of(of)
    end = of.ends_on + timedelta(days=1) if of.ends_on else None
    return Ground(
        dates=dates,
        service=Stretch(of.starts_on, end),
        periods=resolve_periods(running.plan, dates),
        figures=figures,
        calendars=running.calendars,
        grade=of.grade,
        options=frozenset(of.options),
    )


@dataclass
class Team:
    """Who serves a contract, by role; whose work something is."""

    by_role: Mapping[str, int]

    def responsible(self, owe: str, by: str) -> int | None:
        """The person whose work it is; None when nobody serves the contract."""
        return next((self.by_role[role] for role in hands(owe, by) if role in self.by_role), None)


def team_of(contract_id: int) -> Team:
    """One query. Of several in a role the one who was given the contract first."""
    rows = sorted(contracts.access_of(contract_id), key=lambda row: -row.pk)
    return Team({row.role: row.person_id for row in rows})


def promise_of(version_id: int, promise: str) -> Promise | None:
    """The promise of an obligation, None for one that the stored file does not know."""
    return running_plan(version_id).plan.by_id.get(promise)


def steps_of(promise: Promise | None) -> frozenset[str]:
    """Ids of the steps that have to be ticked."""
    return frozenset(item.id for item in promise.items) if promise is not None else frozenset()


def hours_of(promise: Promise | None) -> float:
    return (promise.min_hours or 0.0) if isinstance(promise, Duty) else 0.0


def thing_of(event: Event) -> tuple[str, int]:
    """What a ledger event is about: its case, else what its work order is for, else its own subject."""
    if (case := case_of(event)) is not None:
        return ("case", case)
    match event.data.get("about"):
        case [str(kind), int(number)]:
            return (kind, number)
    return (event.subject_kind, event.subject_id)


def case_of(event: Event) -> int | None:
    """Number of the case that a ledger event is about."""
    if event.subject_kind == "case":
        return event.subject_id
    found = event.data.get("case")
    return found if isinstance(found, int) else None
