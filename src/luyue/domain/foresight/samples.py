"""What cases needed of each promise: the smallest limits that would have kept it, read by the clocks of the replay."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge

from luyue.domain.calendars import NoOpening
from luyue.domain.cases import ARRIVED, DEPARTED, RESOLVED, Facts
from luyue.domain.clocks import Reading, needed_limit
from luyue.domain.history import HistoryCase
from luyue.domain.instants import local
from luyue.domain.plan.model import Plan, Target
from luyue.domain.plan.spans import HOUR, Span, Unit
from luyue.domain.replay import replay
from luyue.domain.terms import NAMED, STOPS, Terms

# What a promise is read with whose figure the document leaves open. What a case needed does not depend on it.
ANY_LIMIT = Span(seconds=4 * HOUR)
HOURS_OF_WEEK = 168
NO_HOURS = (0,) * HOURS_OF_WEEK


@dataclass(frozen=True, slots=True)
class Sample:
    """What the cases needed of one promise, in seconds of its calendar or in days, see `unit`. Both lists ascend.

    acted: of cases in which the act was done: under a limit from there on they are kept, under a smaller one missed.
    unacted: of cases in which it was not done before the end of what is known, or before it became needless: under
    a smaller limit they are missed, under a larger one undecided.
    limit: the plan's figure; None when it leaves it open. excused: the customer excused them, under any limit.
    hours: how many of `acted` began to wait in each hour of the week, Monday 0:00 first, in the calendar's zone; what
    begins outside of its hours waits for its opening.
    told: False when the history records the act in no case, so that it says nothing about the promise.
    """

    promise: str
    unit: Unit
    limit: int | None
    acted: Sequence[int]
    unacted: Sequence[int] = ()
    excused: int = 0
    hours: Sequence[int] = NO_HOURS
    told: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """Cases under one limit."""

    kept: int
    missed: int
    undecided: int

    @property
    def decided(self) -> int:
        return self.kept + self.missed


def count_under(sample: Sample, limit: int) -> Count:
    """Exactly what a replay with this limit counts."""
    kept = bisect_right(sample.acted, limit)
    undecided = bisect_right(sample.unacted, limit)
    missed = len(sample.acted) - kept + len(sample.unacted) - undecided
    return Count(kept, missed, undecided)


def steps(sample: Sample) -> list[int]:
    """Every limit at which the share of missed cases changes, ascending."""
    return sorted({*sample.acted, *sample.unacted})


def limit_that_keeps(sample: Sample, share: float) -> int | None:
    """The smallest limit that keeps at least `share` (0 to 1) of the decided cases; None if no case was decided.

    The share of missed cases never rises with the limit, so it is found by halves.
    """
    if not sample.acted:
        return None
    limits = steps(sample)

    def enough(limit: int) -> bool:
        count = count_under(sample, limit)
        return count.decided > 0 and count.kept >= share * count.decided

    return limits[bisect_left(limits, True, key=enough)]


def amount(span: Span) -> int:
    """The figure of a limit in its own unit."""
    return span.working_days or span.calendar_days or span.seconds


def runnable(target: Target) -> bool:
    """Whether a limit of the plan decides about it: a promise to a caller names its own hour, and what the customer
    owes is not ours."""
    return target.by in ("provider", "partner") and target.start not in NAMED


def tells(plan: Plan, kinds: frozenset[str]) -> frozenset[str]:
    """Targets whose act is among these kinds of events: of the others a history without them says nothing."""
    return frozenset(one.id for one in plan.targets if any(STOPS[metric] & kinds for metric in one.metric))


def samples(
    plan: Plan,
    cases: Sequence[HistoryCase],
    as_of: int,
    *,
    contract: Facts | None = None,
    figures: Mapping[str, Span] | None = None,
    told: frozenset[str] | None = None,
) -> list[Sample]:
    """One sample a target, in the plan's order. Arguments as for `replay`."""
    given = dict(figures or {})
    limits = {
        target.id: given.get(target.id, target.within if isinstance(target.within, Span) else None)
        for target in plan.targets
        if runnable(target)
    }
    asked = {promise: limit or ANY_LIMIT for promise, limit in limits.items()}
    read = replay(plan, cases, as_of, contract=contract, figures=asked, told=told)
    readings: dict[str, list[Reading]] = {promise: [] for promise in limits}
    for _, reading in read.readings:
        if reading.promise in readings:
            readings[reading.promise].append(reading)
    return [
        _sample(one, readings[one.promise], limits[one.promise], as_of, one.promise not in read.untold)
        for one in read.terms
        if one.promise in limits
    ]


def visit_of(case: HistoryCase) -> tuple[int | None, int | None]:
    """Seconds on the way and at work of a case's first visit, each None where the history does not tell both ends."""
    first: dict[str, int] = {}
    for event in case.events:
        first.setdefault(event.kind, event.at)
    departed, arrived = first.get(DEPARTED), first.get(ARRIVED)
    solved = first.get(RESOLVED)
    way = arrived - departed if arrived is not None and departed is not None else None
    work = solved - arrived if solved is not None and arrived is not None else None
    return way if way and way > 0 else None, work if work and work > 0 else None


def joined(parts: Iterable[Sequence[Sample]]) -> list[Sample]:
    """The samples of all cases out of those of some cases each, of the same plan."""
    found: dict[str, list[Sample]] = {}
    for part in parts:
        for sample in part:
            found.setdefault(sample.promise, []).append(sample)
    return [
        replace(
            some[0],
            acted=tuple(merge(*(one.acted for one in some))),
            unacted=tuple(merge(*(one.unacted for one in some))),
            excused=sum(one.excused for one in some),
            hours=tuple(map(sum, zip(*(one.hours for one in some), strict=True))),
            told=any(one.told for one in some),
        )
        for some in found.values()
    ]


def _sample(terms: Terms, readings: Sequence[Reading], limit: Span | None, as_of: int, told: bool) -> Sample:
    acted: list[int] = []
    unacted: list[int] = []
    hours = [0] * HOURS_OF_WEEK
    excused = 0
    for reading in readings:
        if reading.result == "waived":
            excused += 1
        elif reading.started_at is None:
            continue
        elif reading.stopped_at is not None:
            acted.append(needed_limit(terms, reading, reading.stopped_at))
            hours[_hour_of_week(terms, reading.started_at)] += 1
        else:
            end = as_of if reading.ended_at is None else reading.ended_at
            unacted.append(needed_limit(terms, reading, end))
    return Sample(
        promise=terms.promise,
        unit=terms.unit,
        limit=None if limit is None else amount(limit),
        acted=tuple(sorted(acted)),
        unacted=tuple(sorted(unacted)),
        excused=excused,
        hours=tuple(hours),
        told=told,
    )


def _hour_of_week(terms: Terms, at: int) -> int:
    """The hour in which work that comes at `at` can begin."""
    try:
        begun = local(terms.calendar.next_open(at), terms.calendar.zone)
    except NoOpening:
        begun = local(at, terms.calendar.zone)
    return begun.weekday() * 24 + begun.hour
