"""Promises of people: whether enough were named, qualified and present in a month (O-1, O-2, O-9, O-11).

Days are dates of the contracts' zone, both ends included unless a `Stretch` says otherwise; instants are whole UTC
seconds since 1970. Where a plan names no number, one person is meant; a post "round the clock" asks for one person on
duty at any time, however many are named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from luyue.domain.calendar_specs import Window
from luyue.domain.calendars import Calendar
from luyue.domain.instants import DAY, wall_instant
from luyue.domain.obligations.schedule import Ground, stretches, working_days
from luyue.domain.periods import Stretch, add_months
from luyue.domain.plan.model import Staffing
from luyue.domain.plan.spans import Length
from luyue.domain.staffing_needs import FROM_POST, together
from luyue.domain.statement import Outcome

ZONE = "Asia/Shanghai"
# A person with a shift within this time belongs to the roster; then he signs on the days on which he has one.
AROUND = 7 * DAY
MOST_LISTED = 200


class Verdict(StrEnum):
    """What became of a promise of people in a month. no_data: nothing was entered that could be judged."""

    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"
    NO_DATA = "no_data"
    RUNNING = "running"


OUTCOMES: Mapping[Verdict, Outcome] = {
    Verdict.KEPT: Outcome.KEPT,
    Verdict.LATE: Outcome.LATE,
    Verdict.MISSED: Outcome.MISSED,
    Verdict.NO_DATA: Outcome.NOT_STARTED,
    Verdict.RUNNING: Outcome.RUNNING,
}
_WORST = (Verdict.MISSED, Verdict.LATE, Verdict.NO_DATA, Verdict.KEPT)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who fills a promised post. last None: until further notice. own: he is of the firm.

    trial_until: last day of his trial, if he has one; assessed: the customer has said how it went.
    """

    person: int
    first: date
    last: date | None = None
    exclusive: bool = False
    one_to_one: bool = False
    region: str = ""
    own: bool = True
    trial_until: date | None = None
    assessed: bool = False

    def on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Held:
    """A need that somebody fulfils, from a day to a day; None: always, for good."""

    need: str
    since: date | None = None
    until: date | None = None

    def on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-in (`in`) or sign-out (`out`) for one of the day's windows, counted from 0."""

    person: int
    day: date
    window: int
    kind: str
    at: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a month. shifts: person → his shifts, a week around the month included.

    leaves: person → days off that were agreed. elsewhere: person → days on which he is named under another contract.
    """

    named: Sequence[Named] = ()
    held: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    shifts: Mapping[int, Sequence[Window]] = field(default_factory=dict)
    signed: Sequence[Signed] = ()
    leaves: Mapping[int, Sequence[tuple[date, date]]] = field(default_factory=dict)
    elsewhere: Mapping[int, Sequence[tuple[date, date | None]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One question that was asked, its answer, and what shows it; facts hold plain values only."""

    name: str
    verdict: Verdict
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A promise of people in a month: days on which it held, the answers, and what comes of them."""

    first: date
    last: date
    verdict: Verdict
    parts: tuple[Part, ...]


# -- where a promise holds ---------------------------------------------------------------------------------------


def is_trial(promise: Staffing) -> bool:
    """Whether it promises a trial: a few days after a date, then the customer's assessment."""
    return isinstance(promise.length, Length) and promise.length.months == 0


def days_of(promise: Staffing, ground: Ground) -> list[Stretch]:
    """The days on which a promise holds; none while its date is not known, or where the contract does not have it."""
    held = stretches(promise, ground)
    if not held or promise.start is None:
        return held
    name = "contract_start" if promise.start in ("unspecified", "project_start") else promise.start
    first: date | None = getattr(ground.dates, name, None)
    if first is None:
        return []
    if not isinstance(promise.length, Length):
        return [Stretch(first, None)]
    end = add_months(first, promise.length.months) if promise.length.months else first
    return [Stretch(first, end + timedelta(days=promise.length.days))]


def within(held: Iterable[Stretch], first: date, last: date) -> tuple[date, date] | None:
    """From the first to the last day of a month on which a promise holds; None if it does not."""
    parts = [
        (max(first, one.first), min(last, one.end - timedelta(days=1) if one.end else last)) for one in held
    ]
    found = [(begin, end) for begin, end in parts if begin <= end]
    return (min(begin for begin, _ in found), max(end for _, end in found)) if found else None


# -- the check ---------------------------------------------------------------------------------------------------


def check(
    promise: Staffing, ground: Ground, month: tuple[date, date], facts: Facts, now: int
) -> Checked | None:
    """A promise in a month (first and last day), as far as it has passed; None where it does not hold then."""
    if is_trial(promise):
        return _check_trial(promise, ground, month, facts, now)
    days = within(days_of(promise, ground), *month)
    if days is None:
        return None
    first, last = days
    over = wall_instant(last.toordinal(), DAY, ZONE) <= now
    until = last if over else min(last, _day_before(now))
    parts = [_people(promise, facts, first, until)] if until >= first else []
    if parts and parts[0].verdict is not Verdict.NO_DATA:
        if promise.needs:
            parts.append(_needs(promise, facts, first, until))
        if any(one.exclusive or one.one_to_one for one in facts.named):
            parts.append(_exclusive(facts, first, until))
        if promise.calendar is not None:
            parts.append(_cover(promise, ground, facts, first, last, now))
        if promise.sign_in:
            parts.append(_sign_in(promise, ground, facts, first, last, now))
    if parts and parts[0].verdict is Verdict.NO_DATA:
        return Checked(first, last, Verdict.NO_DATA, tuple(parts))
    return Checked(first, last, judged([part.verdict for part in parts], over=over), tuple(parts))


def judged(verdicts: Sequence[Verdict], *, over: bool) -> Verdict:
    """The whole out of its parts: the worst of them; while the month runs only what is lost already is said."""
    found = next((one for one in _WORST if one in verdicts), Verdict.NO_DATA)
    return found if over or found in (Verdict.MISSED, Verdict.LATE) else Verdict.RUNNING


def _day_before(now: int) -> date:
    """The last whole day before an instant."""
    return date.fromordinal(local_ordinal(now) - 1)


def local_ordinal(at: int) -> int:
    """Ordinal of the day of an instant in the contracts' zone."""
    guess = at // DAY + date(1970, 1, 1).toordinal()
    return max(day for day in (guess - 1, guess, guess + 1) if wall_instant(day, 0, ZONE) <= at)


def each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in ascending order as stretches without a gap."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day == found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _people(promise: Staffing, facts: Facts, first: date, last: date) -> Part:
    """Whether enough people were named on every day."""
    least = promise.at_least or 1
    named = [one for one in facts.named if one.first <= last]
    if not named:
        return Part("people", Verdict.NO_DATA, {"least": least})
    there = {
        day: {one.person for one in named if one.on(day) and not _away(facts, one.person, day)}
        for day in each_day(first, last)
    }
    short = [day for day, people in there.items() if len(people) < least]
    found = {
        "least": least,
        "people": sorted({one.person for one in named if one.last is None or one.last >= first}),
        "short": [[str(begin), str(end)] for begin, end in runs(short)],
    }
    return Part("people", Verdict.MISSED if short else Verdict.KEPT, found)


def _away(facts: Facts, person: int, day: date) -> bool:
    """Whether the customer agreed that he is away."""
    return any(first <= day <= last for first, last in facts.leaves.get(person, ()))


def _needs(promise: Staffing, facts: Facts, first: date, last: date) -> Part:
    """Whether the named people hold what is promised of them: each of them, or the team together."""
    lacks = []
    for need in promise.needs:
        if need in FROM_POST:
            lacks += [[one.person, need, str(max(first, one.first))] for one in _named(facts, first, last)
                      if not _from_post(need, one)]  # fmt: skip
        elif together(need):
            days = [
                day for day in each_day(first, last)
                if (there := [one.person for one in facts.named if one.on(day)])
                and not any(_holds(facts, person, need, day) for person in there)
            ]  # fmt: skip
            lacks += [[None, need, str(days[0])]] if days else []
        else:
            for one in _named(facts, first, last):
                begin, end = max(first, one.first), min(last, one.last or last)
                missing = next(
                    (day for day in each_day(begin, end) if not _holds(facts, one.person, need, day)), None
                )
                lacks += [[one.person, need, str(missing)]] if missing is not None else []
    return Part("needs", Verdict.MISSED if lacks else Verdict.KEPT, {"lacks": lacks[:MOST_LISTED]})


def _named(facts: Facts, first: date, last: date) -> list[Named]:
    return [one for one in facts.named if one.first <= last and (one.last is None or one.last >= first)]


def _holds(facts: Facts, person: int, need: str, day: date) -> bool:
    return any(one.need == need and one.on(day) for one in facts.held.get(person, ()))


def _from_post(need: str, one: Named) -> bool:
    return {
        "exclusive": one.exclusive, "one_to_one": one.one_to_one, "region": bool(one.region), "own_engineer": one.own,
    }[need]  # fmt: skip


def _exclusive(facts: Facts, first: date, last: date) -> Part:
    """Whether those who were promised to one customer alone serve no other."""
    both = []
    for one in _named(facts, first, last):
        if not (one.exclusive or one.one_to_one):
            continue
        begin, end = max(first, one.first), min(last, one.last or last)
        for since, until in facts.elsewhere.get(one.person, ()):
            if since <= end and (until is None or until >= begin):
                both.append([one.person, str(max(begin, since)), str(min(end, until or end))])
    return Part("exclusive", Verdict.MISSED if both else Verdict.KEPT, {"both": both[:MOST_LISTED]})


def uncovered(windows: Iterable[Window], shifts: Iterable[Window], least: int = 1) -> list[Window]:
    """The stretches of the windows in which fewer than `least` shifts were on; ascending, none touch.

    The windows are ascending and do not overlap; shifts may be in any order and overlap.
    """
    steps: dict[int, int] = {}
    for begin, end in shifts:
        steps[begin] = steps.get(begin, 0) + 1
        steps[end] = steps.get(end, 0) - 1
    turns, levels, level = sorted(steps), [], 0
    for at in turns:
        level += steps[at]
        levels.append(level)
    thin: list[Window] = []
    edges = [-(2**62), *turns, 2**62]
    for (begin, end), there in zip(pairwise(edges), [0, *levels], strict=True):
        if there >= least:
            continue
        if thin and thin[-1][1] == begin:
            thin[-1] = (thin[-1][0], end)
        else:
            thin.append((begin, end))
    return _overlaps(windows, thin)


def _overlaps(windows: Iterable[Window], thin: Sequence[Window]) -> list[Window]:
    found: list[Window] = []
    start = 0
    for opens, closes in windows:
        while start < len(thin) and thin[start][1] <= opens:
            start += 1
        number = start
        while number < len(thin) and thin[number][0] < closes:
            begin, end = max(opens, thin[number][0]), min(closes, thin[number][1])
            if begin < end:
                if found and found[-1][1] == begin:
                    found[-1] = (found[-1][0], end)
                else:
                    found.append((begin, end))
            number += 1
    return found


def _cover(promise: Staffing, ground: Ground, facts: Facts, first: date, last: date, now: int) -> Part:
    """Whether somebody of the post was on duty throughout its calendar, by the roster."""
    calendar: Calendar = ground.calendars[promise.calendar or ""]
    begin = wall_instant(first.toordinal(), 0, ZONE)
    end = min(wall_instant(last.toordinal(), DAY, ZONE), now)
    windows = calendar.intervals_between(begin, end) if begin < end else []
    shifts = [
        one for person in {one.person for one in facts.named}
        for one in _while_named(facts, person)
    ]  # fmt: skip
    if not any(since < end and until > begin for since, until in shifts):
        return Part("cover", Verdict.NO_DATA, {})
    gaps = uncovered(windows, shifts)
    promised = sum(until - since for since, until in windows)
    missing = sum(until - since for since, until in gaps)
    days = _days_touched(windows)
    found = {
        "gaps": [list(gap) for gap in gaps[:MOST_LISTED]],
        "number": len(gaps),
        "seconds": missing,
        "promised": promised,
        "days": len(days),
        "whole_days": len(days - _days_touched(gaps)),
    }
    return Part("cover", Verdict.MISSED if gaps else Verdict.KEPT, found)


def _days_touched(gaps: Iterable[Window]) -> set[int]:
    return {
        day for begin, end in gaps for day in range(local_ordinal(begin), local_ordinal(end - 1) + 1)
    }  # fmt: skip


def _while_named(facts: Facts, person: int) -> list[Window]:
    """The shifts of a person, cut to the days on which he holds the post."""
    found = []
    for one in facts.named:
        if one.person != person:
            continue
        since = wall_instant(one.first.toordinal(), 0, ZONE)
        until = wall_instant(one.last.toordinal(), DAY, ZONE) if one.last else 2**62
        found += [
            (max(begin, since), min(end, until))
            for begin, end in facts.shifts.get(person, ())
            if begin < until and end > since
        ]
    return found


# -- attendance --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attended:
    """A window that somebody has to be there in, with when he came and left (None: not signed).

    arrival: ok, late, missing, ahead (not over yet); leaving: ok, early, missing, ahead.
    """

    person: int
    day: date
    window: int
    begins: int
    ends: int
    came: int | None
    left: int | None
    arrival: str
    leaving: str

    @property
    def verdict(self) -> Verdict:
        marks = (self.arrival, self.leaving)
        if "missing" in marks:
            return Verdict.MISSED
        if "late" in marks or "early" in marks:
            return Verdict.LATE
        return Verdict.RUNNING if "ahead" in marks else Verdict.KEPT


def second_of(text: str) -> int:
    """08:30 → seconds of the day."""
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def windows_on(sign_in: Sequence[str], day: date) -> list[Window]:
    """The windows of a day as instants."""
    found = []
    for text in sign_in:
        begin, end = text.split("-")
        ordinal = day.toordinal()
        found.append(
            (wall_instant(ordinal, second_of(begin), ZONE), wall_instant(ordinal, second_of(end), ZONE))
        )
    return found


def attendance_calendar(promise: Staffing, ground: Ground) -> Calendar:
    """Days on which residents sign who are not on the roster: the calendar with the same hours, else working days."""
    for one in ground.calendars.values():
        spec = one.spec
        if not spec.is_always and spec.holidays and one.opens and _same_hours(one, promise.sign_in):
            return one
    return working_days()


def _same_hours(calendar: Calendar, sign_in: Sequence[str]) -> bool:
    day = date.fromordinal(calendar.workdays[0])
    wanted = windows_on(sign_in, day)
    return calendar.intervals_between(wanted[0][0] - 1, wanted[-1][1] + 1) == wanted if wanted else False


def expected(
    promise: Staffing, ground: Ground, facts: Facts, first: date, last: date
) -> list[tuple[int, date, int, Window]]:
    """Who has to sign when: (person, day, number of the window, window), by day and person.

    Who is on the roster signs in the windows that his shifts touch, everybody else on working days. Nobody signs on
    days off that were agreed.
    """
    calendar = attendance_calendar(promise, ground)
    found = []
    for day in each_day(first, last):
        windows = windows_on(promise.sign_in, day)
        for person in sorted({one.person for one in facts.named if one.on(day)}):
            if _away(facts, person, day):
                continue
            for number, window in enumerate(windows):
                if _asked(facts.shifts.get(person, ()), window, calendar, day):
                    found.append((person, day, number, window))
    return found


def _asked(shifts: Sequence[Window], window: Window, calendar: Calendar, day: date) -> bool:
    opens, closes = window
    if any(begin < closes + AROUND and end > opens - AROUND for begin, end in shifts):
        return any(begin < closes and end > opens for begin, end in shifts)
    return calendar.is_workday(day)


def attended(
    promise: Staffing, ground: Ground, facts: Facts, first: date, last: date, now: int
) -> list[Attended]:
    """Every window that somebody had to be there in, marked."""
    came: dict[tuple[int, date, int], int] = {}
    left: dict[tuple[int, date, int], int] = {}
    for one in facts.signed:
        key = (one.person, one.day, one.window)
        if one.kind == "in":
            came[key] = min(one.at, came.get(key, one.at))
        else:
            left[key] = max(one.at, left.get(key, one.at))
    return [
        mark(
            person, day, number, window, came.get((person, day, number)), left.get((person, day, number)), now
        )
        for person, day, number, window in expected(promise, ground, facts, first, last)
    ]


def mark(
    person: int, day: date, number: int, window: Window, came: int | None, left: int | None, now: int
) -> Attended:
    """A window with its marks. A minute that has begun still counts: 8:30:59 is not late for 8:30."""
    begins, ends = window
    arrival = _arrival(window, came, now)
    # Signing out may take a while after the end; until then it is not missing.
    unsigned = "missing" if now >= ends + LEAVING else "ahead"
    leaving = unsigned if left is None else "early" if left < ends else "ok"
    return Attended(person, day, number, begins, ends, came, left, arrival, leaving)


def _arrival(window: Window, came: int | None, now: int) -> str:
    if came is None:
        return "missing" if now >= window[1] else "ahead"
    return "late" if came >= window[0] + 60 else "ok"


LEAVING = 4 * 3600  # seconds after a window's end in which one may still sign out
COMING = 2 * 3600  # seconds before a window's begin in which one may sign in already
# A device without a network tells later when it was; further back nobody remembers whether its clock was right.
LONGEST_KEPT = 3 * 24 * 3600  # seconds
AT_ONCE = 60  # seconds within which the server's own clock counts


def moment_of_sign(told: int | None, now: int) -> tuple[int, str]:
    """When somebody signed, by what his device told, and what is doubtful of it.

    Args:
        told: the device's time, put right by what is known of its clock; None: it told none. now: of the server.
    Returns: (moment, doubt): the server's time where both say the same; doubt `future` or `old` where the device's time
    cannot be believed, else "".
    """
    if told is None or abs(now - told) <= AT_ONCE:
        return now, ""
    if told > now:
        return told, "future"
    return told, "old" if now - told > LONGEST_KEPT else ""


def _sign_in(promise: Staffing, ground: Ground, facts: Facts, first: date, last: date, now: int) -> Part:
    rows = [
        one for one in attended(promise, ground, facts, first, min(last, date.fromordinal(local_ordinal(now))), now)
        if one.verdict is not Verdict.RUNNING
    ]  # fmt: skip
    if not rows:
        return Part("sign_in", Verdict.NO_DATA, {})
    missed = [one for one in rows if one.verdict is Verdict.MISSED]
    late = [one for one in rows if one.verdict is Verdict.LATE]
    found = {"windows": len(rows), "missed": len(missed), "late": len(late)}
    if missed:
        return Part("sign_in", Verdict.MISSED, found)
    return Part("sign_in", Verdict.LATE if late else Verdict.KEPT, found)


# -- trial -------------------------------------------------------------------------------------------------------


def _check_trial(
    promise: Staffing, ground: Ground, month: tuple[date, date], facts: Facts, now: int
) -> Checked | None:
    """A trial belongs to the month in which it ends, each with the customer's assessment."""
    first, last = month
    ends = [one.end - timedelta(days=1) for one in days_of(promise, ground) if one.end is not None]
    promised = any(first <= end <= last for end in ends)
    trials = [one for one in facts.named if one.trial_until and first <= one.trial_until <= last]
    if not promised and not trials:
        return None
    over = wall_instant(last.toordinal(), DAY, ZONE) <= now
    rows = [[one.person, str(one.trial_until), one.assessed] for one in trials]
    if not trials:
        parts = [Part("trial", Verdict.NO_DATA, {"trials": []})]
    else:
        overdue = any(
            not one.assessed
            and one.trial_until
            and wall_instant(one.trial_until.toordinal(), DAY, ZONE) <= now
            for one in trials
        )
        parts = [Part("trial", Verdict.MISSED if overdue else Verdict.KEPT, {"trials": rows})]
        if not overdue and not all(one.assessed for one in trials):
            over = False
    return Checked(first, last, judged([parts[0].verdict], over=over), tuple(parts))
