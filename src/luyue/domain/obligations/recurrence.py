"""Turns of a recurrence: weeks, months, quarters … of a service, cut at its ends. Each is counted from its root, so
that none drifts.

Calendar turns begin with the calendar's week, month, quarter; anchored ones begin on a date of the contract and on the
same day of later months, or their last day (31 January → 28 February → 31 March).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from luyue.domain.calendar_specs import WEEKDAYS
from luyue.domain.calendars import Calendar
from luyue.domain.periods import Stretch, add_months
from luyue.domain.plan.model import PLACEMENT

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
DAYS = {"day": 1, "week": 7, "two_weeks": 14}
ONE = timedelta(days=1)
FAR = date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Turn:
    """One period. first, last: its days within the service; begins, ends: the whole period; all included."""

    begins: date
    ends: date
    first: date
    last: date

    @property
    def whole(self) -> bool:
        return (self.begins, self.ends) == (self.first, self.last)

    @property
    def days(self) -> int:
        """Days within the service."""
        return (self.last - self.first).days + 1

    @property
    def all_days(self) -> int:
        return (self.ends - self.begins).days + 1

    @property
    def owed(self) -> bool:
        """A partial period owes its work when at least half of it lies within the service."""
        return 2 * self.days >= self.all_days

    def share_of(self, count: int) -> int:
        """Of `count` times in a whole period, those of this one, rounded to the nearest, at least once."""
        return max(1, (2 * count * self.days + self.all_days) // (2 * self.all_days))


def turns(
    every: str, service: Stretch, since: date, until: date, *, anchor: date | None = None
) -> Iterator[Turn]:
    """The turns of a service that have a day from `since` to `until`, both included, in order.

    Args:
        every: day, week, two_weeks, month, quarter, half_year or year.
        anchor: where the first turn begins; None: the calendar's own weeks, months, quarters. Two weeks are counted
            from the Monday of the service's first week.
    """
    last_day = min(service.end - ONE if service.end else FAR, FAR)
    if anchor is not None and anchor > service.first:
        service = Stretch(anchor, service.end)
    since = max(since, service.first)
    number = _number(every, _root(every, service, anchor), since)
    while True:
        begins, ends = _bounds(every, _root(every, service, anchor), number)
        if begins > min(until, last_day):
            return
        first, last = max(begins, service.first), min(ends, last_day)
        if first <= last and last >= since and first <= until:
            yield Turn(begins, ends, first, last)
        number += 1


def _root(every: str, service: Stretch, anchor: date | None) -> date:
    if anchor is not None:
        return anchor
    first = service.first
    if every in DAYS:
        return first if every == "day" else first - timedelta(days=first.weekday())
    return date(first.year, 1, 1)


def _bounds(every: str, root: date, number: int) -> tuple[date, date]:
    if every in DAYS:
        begins = root + timedelta(days=DAYS[every] * number)
        return begins, begins + timedelta(days=DAYS[every] - 1)
    months = MONTHS[every]
    return add_months(root, months * number), add_months(root, months * (number + 1)) - ONE


def _number(every: str, root: date, day: date) -> int:
    """The number of the turn that a day lies in, or one before it."""
    if every in DAYS:
        return (day - root).days // DAYS[every]
    months = (day.year - root.year) * 12 + day.month - root.month
    return (months // MONTHS[every]) - 1


# -- the day within a turn ---------------------------------------------------------------------------------------

_ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1}


def placed(word: str, turn: Turn, calendar: Calendar) -> date | None:
    """The day of a turn that `word` names: `day 15`, `last day`, `2nd tue`, `last fri`, `5th working day`.

    Counted in the whole period; a day that the month lacks is its last one. None where the day lies outside of the
    service, or there is no such day (a fifth Monday).
    """
    if not re.fullmatch(PLACEMENT, word):
        raise ValueError(word)
    found = _placed(word, turn, calendar)
    return found if found is not None and turn.first <= found <= turn.last else None


def _placed(word: str, turn: Turn, calendar: Calendar) -> date | None:
    if word == "last day":
        return turn.ends
    if word.startswith("day "):
        return min(turn.begins + timedelta(days=int(word[4:]) - 1), turn.ends)
    ordinal, _, what = word.partition(" ")
    number = _ORDINALS.get(ordinal) or int(ordinal[:-2])
    days = [turn.begins + timedelta(days=n) for n in range(turn.all_days)]
    if what == "working day":
        fit = [day for day in days if calendar.is_workday(day)]
    else:
        fit = [day for day in days if day.weekday() == WEEKDAYS.index(what)]
    if number < 0:
        return fit[-1] if fit else None
    return fit[number - 1] if number <= len(fit) else None


def in_season(turn: Turn, months: Sequence[int]) -> bool:
    """Whether a turn has a day in one of these months (1 to 12); no months: always."""
    if not months:
        return True
    day = turn.first
    while day <= turn.last:
        if day.month in months:
            return True
        day = add_months(day.replace(day=1), 1)
    return False
