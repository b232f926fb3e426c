"""Work of the weeks to come against the hours that people have (L8): what work takes, who is there, what moves.

All times: whole UTC seconds since 1970. A week is named by its Monday.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from luyue.domain.instants import DAY, wall_instant
from luyue.domain.obligations.schedule import ZONE

HOUR: Final = 3600
# The stretches of a working day, where no roster says otherwise: seconds after midnight; eight hours.
WORKING: Final = ((8 * HOUR + HOUR // 2, 12 * HOUR), (13 * HOUR + HOUR // 2, 18 * HOUR))
LONGEST_DAY: Final = 8 * HOUR  # of a day at most that counts as working time, however long a shift is
# From this part of the hours that somebody has on is a week tight; above all of them it is too full.
TIGHT: Final = 0.85
# Hours that a piece of work takes where neither the plan nor any record says so: by what is owed, else by its family.
USUAL: Final[Mapping[str, float]] = {
    "report.daily_log": 0.5, "maintenance.daily": 1, "log": 0.5,
    "round": 4, "maintenance": 4, "visit": 3, "cleaning": 3, "tuning": 4, "installation": 8, "upgrade": 4, "repair": 4,
    "replacement": 3, "restore": 2, "backup": 1, "test": 3, "drill": 4, "monitoring": 2, "cover": 8,
    "report": 3, "document": 2, "plan": 4, "review": 3, "assessment": 4, "analysis": 4, "proposal": 4,
    "training": 4, "meeting": 2, "survey": 3, "follow_up": 0.5, "call": 0.5, "contact": 0.5, "notice": 0.5,
}  # fmt: skip
OTHERWISE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work. first: the day from which it can be done; due: the day by which it has to be.

    fixed: its time is agreed, so that it moves to another person only. basis: where the hours come from: `promised`,
    `measured` (what the same took before), `usual`, `planned`.
    """

    key: str
    person: int | None
    contract: int
    first: date
    due: date
    hours: float
    basis: str = "usual"
    fixed: bool = False


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def hours_for(
    owe: str, *, promised: float, done: float, times: int, measured: Mapping[str, float]
) -> tuple[float, str]:
    """(hours still to be worked, basis).

    Args:
        promised: hours that the plan owes in all, 0 for none; done: of them. times: how often it is still to be done.
        measured: what is owed → hours that one took on the average.
    """
    if promised > 0:
        return max(0.0, promised - done), "promised"
    if owe in measured:
        return measured[owe] * times, "measured"
    return USUAL.get(owe, USUAL.get(owe.partition(".")[0], OTHERWISE)) * times, "usual"


def available(
    week: date,
    *,
    open_days: Collection[date],
    shifts: Sequence[tuple[int, int]] | None,
    away: Iterable[tuple[int, int]],
) -> float:
    """Hours that somebody can work in a week.

    Args:
        open_days: the working days. shifts: his of the roster; None: the roster says nothing of him, so that he works
            on working days. away: stretches in which he cannot work; they may overlap.
    """
    gone = list(away)
    total = 0
    for number in range(7):
        day = week + timedelta(days=number)
        begin = wall_instant(day.toordinal(), 0, ZONE)
        if shifts is not None:
            there = [(max(a, begin), min(b, begin + DAY)) for a, b in shifts if a < begin + DAY and b > begin]
        else:
            there = [(begin + a, begin + b) for a, b in WORKING] if day in open_days else []
        total += min(LONGEST_DAY, seconds_left(there, gone))
    return total / HOUR


def seconds_left(there: Iterable[tuple[int, int]], gone: Iterable[tuple[int, int]]) -> int:
    """Seconds within any of the first stretches and none of the second."""
    ends: list[tuple[int, int, int]] = []
    for kind, some in ((0, there), (1, gone)):
        for begin, end in some:
            if begin < end:
                ends += [(begin, 1, kind), (end, -1, kind)]
    inside, total, last = [0, 0], 0, 0
    for at, sign, kind in sorted(ends):
        if inside[0] and not inside[1]:
            total += at - last
        inside[kind] += sign
        last = at
    return total


def load(work: float, hours: float) -> str:
    """How full a week is: `free` (nothing to do), `fits`, `tight` or `over`."""
    if work <= 0:
        return "free"
    if work > hours:
        return "over"
    return "tight" if work > TIGHT * hours else "fits"


@dataclass(frozen=True, slots=True)
class Moves:
    """Where work could go. weeks: of the same person, the latest first; people: in its week, the freest first."""

    job: Job
    weeks: tuple[date, ...]
    people: tuple[int, ...]


def work_of(jobs: Iterable[Job]) -> dict[tuple[int | None, date], float]:
    """(person, week) → hours of what is due in it."""
    found: dict[tuple[int | None, date], float] = defaultdict(float)
    for job in jobs:
        found[job.person, monday_of(job.due)] += job.hours
    return dict(found)


def longest_first(jobs: Iterable[Job]) -> list[Job]:
    return sorted(jobs, key=lambda one: (-one.hours, one.due, one.key))


def moves(
    jobs: Iterable[Job],
    work: Mapping[tuple[int | None, date], float],
    hours: Mapping[tuple[int, date], float],
    teams: Mapping[int, Collection[int]],
    *,
    person: int | None,
    week: date,
    since: date,
) -> list[Moves]:
    """Where each job of a person's week can go; nothing goes where it would be too much.

    A job may be done before its week, not before it opens, nor after it is due.

    Args:
        work, hours: (person, week) → what is due, what he can work. teams: contract → who serves it. since: the week
            that runs.
    """

    def room(who: int, when: date) -> float:
        return hours.get((who, when), 0.0) - work.get((who, when), 0.0)

    found = []
    for job in jobs:
        before: list[date] = []
        at = week - timedelta(days=7)
        while person is not None and not job.fixed and at >= max(since, monday_of(job.first)):
            if room(person, at) >= job.hours:
                before.append(at)
            at -= timedelta(days=7)
        others = [
            who for who in teams.get(job.contract, ()) if who != person and room(who, week) >= job.hours
        ]
        others.sort(key=lambda who: (-room(who, week), who))
        found.append(Moves(job, tuple(before), tuple(others)))
    return found
