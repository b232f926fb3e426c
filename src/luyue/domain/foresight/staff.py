"""How many people each shift needs to keep promises of an answer and of being on site (Erlang C, see `queues`).

Assumed: cases come at random within the busiest hour of a shift; whoever answers, or goes there, takes the same mean
time for each; cases wait in one line. One line serves all promises of a pool, so its load is that of all of them and
the tightest limit decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luyue.domain.foresight.queues import servers_for
from luyue.domain.foresight.samples import Sample
from luyue.domain.plan.model import Target
from luyue.domain.plan.spans import HOUR, Unit

DESK, FIELD = "desk", "field"
POOL_OF_METRIC: Mapping[str, str] = {
    "respond": DESK, "answer_call": DESK, "remote": DESK, "depart": FIELD, "arrive": FIELD,
}  # fmt: skip
WEEK_SECONDS = 7 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of the day on some days of the week (0 is Monday)."""

    days: tuple[int, ...]
    first: int
    end: int

    @property
    def hours(self) -> range:
        return range(self.first, self.end)


_WEEK, _WEEKEND = (0, 1, 2, 3, 4), (5, 6)
SHIFTS = tuple(
    Shift(days, first, end) for days in (_WEEK, _WEEKEND) for first, end in ((8, 18), (18, 24), (0, 8))
)


@dataclass(frozen=True, slots=True)
class Times:
    """Mean hours that one case takes: `answer` at the desk, `way` there and `work` on site."""

    answer: float
    way: float
    work: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A promise that needs people: its target, what cases needed, and the limit to keep."""

    target: Target
    sample: Sample
    limit: int

    @property
    def pool(self) -> str:
        return POOL_OF_METRIC[self.target.metric[0]]


@dataclass(frozen=True, slots=True)
class Need:
    """A pool in one shift. per_hour: cases in the busiest hour. people: None when no number keeps the tightest limit
    because the way alone takes longer. promise: whose limit decides; without: people if that one were not promised."""

    pool: str
    shift: Shift
    per_hour: float
    people: int | None
    promise: str
    without: int | None


def wants_people(target: Target, sample: Sample, limit: int | None) -> bool:
    """Whether people can be reckoned for it: an answer or a visit, within hours."""
    pools = {POOL_OF_METRIC.get(metric) for metric in target.metric}
    in_hours = sample.unit in (Unit.REAL_TIME, Unit.WORKING_TIME)
    return len(pools) == 1 and None not in pools and in_hours and limit is not None and bool(sample.acted)


def busiest(hours: Sequence[int], shift: Shift, weeks: float) -> float:
    """Cases an hour in the busiest hour of a shift, the same hour of its days taken together."""
    counts = (sum(hours[day * 24 + hour] for day in shift.days) for hour in shift.hours)
    return max(counts) / (len(shift.days) * weeks)


def needs(wanted: Iterable[Wanted], times: Times, share: float, seconds: int) -> list[Need]:
    """Of each pool the shifts in which cases come. share: 0 to 1, below 1; seconds: how long the history is."""
    by_pool: dict[str, list[Wanted]] = {DESK: [], FIELD: []}
    for one in wanted:
        by_pool[one.pool].append(one)
    weeks = max(seconds, WEEK_SECONDS) / WEEK_SECONDS
    found = (
        _need(pool, some, shift, times, share, weeks) for pool, some in by_pool.items() for shift in SHIFTS
    )
    return [one for one in found if one is not None]


def _need(
    pool: str, wanted: Sequence[Wanted], shift: Shift, times: Times, share: float, weeks: float
) -> Need | None:
    here = [(one, busiest(one.sample.hours, shift, weeks)) for one in wanted]
    here = [(one, rate) for one, rate in here if rate > 0]
    if not here:
        return None
    per_hour = load_of(here)
    people = {one.target.id: _people(one, per_hour, times, share) for one, _rate in here}
    # What no number of people keeps is the hardest of all.
    hardest = max(people, key=lambda name: (people[name] is None, people[name] or 0))
    others = [number for name, number in people.items() if name != hardest]
    without = None if None in others else max((number for number in others if number is not None), default=0)
    return Need(pool, shift, per_hour, people[hardest], hardest, without)


def load_of(rates: Iterable[tuple[Wanted, float]]) -> float:
    """Cases an hour behind promises that may be about the same cases: those of different levels add up, those of the
    same level are the same cases, and a promise for every level is about all of them."""
    every, levels = 0.0, dict[tuple[str, ...], float]()
    for one, rate in rates:
        if one.target.when.severity is None:
            every = max(every, rate)
        else:
            key = tuple(sorted(one.target.when.severity))
            levels[key] = max(levels.get(key, 0.0), rate)
    return max(every, sum(levels.values()))


def _people(one: Wanted, per_hour: float, times: Times, share: float) -> int | None:
    limit = one.limit / HOUR
    if one.pool == DESK:
        return servers_for(share, per_hour, times.answer, limit)
    wait = limit if "depart" in one.target.metric else limit - times.way
    return servers_for(share, per_hour, times.way + times.work, wait)


def added(needed: Iterable[Need]) -> dict[str, int]:
    """Promise → how many people more, over all shifts, because of its limit alone. Shifts that no number mends are
    left out: they have no number."""
    found: dict[str, int] = {}
    for one in needed:
        if one.people is not None and one.without is not None and one.people > one.without:
            found[one.promise] = found.get(one.promise, 0) + one.people - one.without
    return found
