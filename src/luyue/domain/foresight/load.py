"""A load that was never there: cases at random, answered and visited by so many people, as a history to reckon with."""

import heapq
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from luyue.domain.cases import ARRIVED, CLOSED, DEPARTED, REPORTED, RESOLVED, CaseEvent, Facts
from luyue.domain.history import HistoryCase

HOUR, DAY = 3600, 86_400
# How many of a day's cases come in each hour, in parts: most while offices work.
PROFILE = (1, 1, 1, 1, 1, 1, 2, 4, 10, 13, 12, 9, 6, 9, 11, 11, 9, 7, 4, 3, 3, 2, 2, 1)
MOST_CASES = 50_000


@dataclass(frozen=True, slots=True)
class Load:
    """per_day: cases on average. onsite: share of them that need a visit, 0 to 1; the others are solved from afar.
    desk, field: people on duty at any hour. answer, way, work: mean minutes. severities: weight of each level of the
    plan, from the gravest; none given: all alike.
    """

    per_day: float
    days: int
    onsite: float
    desk: int
    field: int
    answer: float
    way: float
    work: float
    severities: tuple[float, ...] = ()
    seed: int = 1

    @property
    def expected(self) -> float:
        """Cases in all."""
        return self.per_day * self.days


def arrivals(load: Load, start: int, profile: Sequence[int], dice: random.Random) -> Iterator[int]:
    """Instants at which cases come: at random, thinned to the profile of the day. start: local midnight."""
    most = max(profile)
    fastest = load.per_day * most / sum(profile) / HOUR
    at, end = float(start), start + load.days * DAY
    while True:
        at += dice.expovariate(fastest)
        if at >= end:
            return
        if dice.random() * most < profile[int((at - start) % DAY // HOUR)]:
            yield int(at)


def simulate(
    load: Load, levels: Sequence[str], start: int, profile: Sequence[int] = PROFILE
) -> list[HistoryCase]:
    """The cases with all their events, in the order of their reports. The same load gives the same cases.

    Who comes first is served first, at the desk and by the field alike; each takes a time at random around its mean.

    Args:
        levels: ids of the plan's severities, from the gravest. start: local midnight of the first day, UTC seconds.
    """
    dice = random.Random(load.seed)
    weights = load.severities if len(load.severities) == len(levels) else (1.0,) * len(levels)
    answered = [
        (at, begun, ready, dice.choices(levels, weights)[0] if levels else None)
        for at, begun, ready in _served(arrivals(load, start, profile, dice), load.desk, load.answer, dice)
    ]
    # Visits are waited for in the order in which the desk asks for them, not in that of the reports.
    sent = sorted((ready, number) for number, (_at, _begun, ready, _level) in enumerate(answered))
    visited: dict[int, tuple[float, float, float]] = {}
    field = [0.0] * load.field
    for ready, number in sent:
        if dice.random() < load.onsite:
            departed = max(ready, heapq.heappop(field))
            arrived = departed + dice.expovariate(1 / (load.way * 60))
            solved = arrived + dice.expovariate(1 / (load.work * 60))
            heapq.heappush(field, solved)
            visited[number] = departed, arrived, solved
    return [
        _case(number, at, begun, visited.get(number), ready + dice.expovariate(1 / (load.work * 60)), level)
        for number, (at, begun, ready, level) in enumerate(answered)
    ]


def _served(
    coming: Iterator[int], servers: int, minutes: float, dice: random.Random
) -> Iterator[tuple[int, float, float]]:
    """(came, begun, done): first come, first served."""
    free = [0.0] * servers
    for at in coming:
        begun = max(float(at), heapq.heappop(free))
        done = begun + dice.expovariate(1 / (minutes * 60))
        heapq.heappush(free, done)
        yield at, begun, done


def _case(
    number: int,
    at: int,
    begun: float,
    visit: tuple[float, float, float] | None,
    from_afar: float,
    level: str | None,
) -> HistoryCase:
    data: Mapping[str, object] = {"severity_word": level} if level else {}
    events = [
        _event(REPORTED, at, **data), _event("case.triaged", begun, onsite=visit is not None),
        _event("case.responded", begun),
    ]  # fmt: skip
    solved = from_afar
    if visit is not None:
        departed, arrived, solved = visit
        events += [_event(DEPARTED, departed), _event(ARRIVED, arrived)]
    events += [_event(RESOLVED, solved), _event(CLOSED, solved)]
    return HistoryCase(str(number + 1), number + 1, Facts(severity=level), tuple(events))


def _event(kind: str, at: float, **data: object) -> CaseEvent:
    return CaseEvent(kind, int(at), int(at), data)
