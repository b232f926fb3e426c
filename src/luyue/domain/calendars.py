"""Working time: from a description of opening hours to exact arithmetic on it.

Instants are whole UTC seconds since 1970. A calendar is open at an instant exactly when a clock on the wall
of its zone shows a time inside one of that day's windows. So an hour that a zone change skips is never open,
and an hour that it repeats is open twice; everything else follows from that.

`CalendarSpec` says what the hours are; `compile_calendar` makes the `Calendar` that calculates; `ask` makes
one that is wide enough for a question. Semantics and the corners of day counting: docs/calendars.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, TypeVar

from luyue.domain.calendar_specs import CalendarSpec, Window, Windows
from luyue.domain.holidays import HolidaySet, holiday_set
from luyue.domain.instants import (
    DAY,
    EPOCH,
    EPOCH_DAY,
    BadCalendar,
    end_of_calendar_day,
    local,
    wall_instant,
    zone_info,
)
from luyue.domain.refusals import Refusal

if TYPE_CHECKING:
    from luyue.domain.calendar_arrays import Flags, Instants, Tables

Answer = TypeVar("Answer")

# A calendar without an opening in so long a time is a mistake in its hours; an endless search would hide it.
LONGEST_GAP = 400 * DAY
# Years on each side of a question that `ask` tries in turn. A century of working time is a typing error.
WIDTHS = (0, 1, 4, 20, 100)
FIRST_YEAR, LAST_YEAR = 1900, 2200


class CalendarTooShort(Refusal):
    """The answer lies outside of what the calendar was compiled for. Facts: at, the instant of the
    question.
    """

    code = "calendar_too_short"


class NoOpening(Refusal):
    """The calendar does not open within 400 days. Facts: at, from where on (or back from where)."""

    code = "no_opening"


# -- arithmetic ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class Calendar:
    """Working time of a promise, compiled to n intervals. All times: whole UTC seconds since 1970.

    opens, closes: length n, ascending; interval i is [opens[i], closes[i]), no two touch.
    done: length n; done[i] = working seconds from the first opening up to closes[i].
    workdays: length d, ascending ordinals of the local dates with any open time;
    day_opens, day_closes: length d, first opening and last closing of each.
    begins_at, ends_at: the calendar knows nothing outside of them; a question that needs more raises
    CalendarTooShort. NoOpening is raised when an answer lies beyond more than 400 days without an opening.
    unconfirmed: years in it whose holidays are estimated or missing.
    """

    spec: CalendarSpec
    begins_at: int
    ends_at: int
    first_day: int
    last_day: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    done: tuple[int, ...]
    workdays: tuple[int, ...]
    day_opens: tuple[int, ...]
    day_closes: tuple[int, ...]
    long_gaps: tuple[Window, ...]
    unconfirmed: tuple[int, ...]

    @property
    def zone(self) -> str:
        """IANA name of the zone."""
        return self.spec.zone

    def __repr__(self) -> str:
        first, last = date.fromordinal(self.first_day), date.fromordinal(self.last_day)
        return f"<Calendar {self.zone} {first}..{last}, {len(self.opens)} intervals>"

    # seconds

    def worked(self, at: int) -> int:
        """Working seconds before `at`, counted from where the calendar begins."""
        if not self.begins_at <= at <= self.ends_at:
            raise CalendarTooShort(at=at)
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return 0
        left = self.closes[i] - at
        return self.done[i] - left if left > 0 else self.done[i]

    def add(self, start: int, seconds: int) -> int:
        """Earliest instant by which `seconds` >= 0 of working time has passed since `start` (0: `start`
        itself).

        So what runs out exactly at closing is due at closing, not at the next opening.

        Raises:
            CalendarTooShort, NoOpening: see the class.
        Source: S-3; S-6 asks that the arithmetic can be shown, hence no shortcuts here.
        """
        if seconds <= 0:
            return _nothing(start, seconds)
        goal = self.worked(start) + seconds
        i = bisect_left(self.done, goal)
        if i == len(self.done):
            raise self._beyond_end(start)
        due = self.closes[i] - (self.done[i] - goal)
        if self.long_gaps:
            self._refuse_long_gap(start, due)
        return due

    def subtract(self, end: int, seconds: int) -> int:
        """Latest instant from which `seconds` >= 0 of working time passes until `end` (0: `end` itself).

        Raises:
            CalendarTooShort, NoOpening: see the class.
        """
        if seconds <= 0:
            return _nothing(end, seconds)
        goal = self.worked(end) - seconds
        if goal < 0:
            raise self._before_begin(end)
        i = bisect_right(self.done, goal)
        start = self.closes[i] - (self.done[i] - goal)
        if self.long_gaps:
            self._refuse_long_gap(start, end)
        return start

    def duration(self, begin: int, end: int) -> int:
        """Working seconds from `begin` to `end`; negative when `end` is the earlier."""
        return self.worked(end) - self.worked(begin)

    def is_open(self, at: int) -> bool:
        """Whether `at` is working time. A closing instant is not."""
        if not self.begins_at <= at < self.ends_at:
            raise CalendarTooShort(at=at)
        i = bisect_right(self.opens, at) - 1
        return i >= 0 and at < self.closes[i]

    def next_open(self, at: int) -> int:
        """Earliest open instant at or after `at`; `at` itself when it is open then."""
        if self.is_open(at):
            return at
        i = bisect_right(self.opens, at)
        if i == len(self.opens):
            raise self._beyond_end(at)
        if self.opens[i] - at > LONGEST_GAP:
            raise NoOpening(at=at)
        return self.opens[i]

    def open_intervals(self, at: int, count: int) -> list[tuple[int, int | None]]:
        """The next `count` open intervals; the one that is open at `at` begins at `at`.

        The close is None when it stays open for more than 400 days. The list is shorter when the calendar
        does not open again within 400 days.
        """
        found: list[tuple[int, int | None]] = []
        i = bisect_right(self.opens, at)
        if self.is_open(at):
            i -= 1
        since = at
        while len(found) < count:
            if i == len(self.opens):
                if self.ends_at - since > LONGEST_GAP:
                    return found
                raise CalendarTooShort(at=at)
            begin, end = max(self.opens[i], at), self.closes[i]
            if begin - since > LONGEST_GAP:
                return found
            if end - begin > LONGEST_GAP:
                return [*found, (begin, None)]
            if end == self.ends_at:
                raise CalendarTooShort(at=at)  # it may well stay open on the next day
            found.append((begin, end))
            since = end
            i += 1
        return found

    def intervals_between(self, begin: int, end: int) -> list[Window]:
        """The open intervals from `begin` to `end`, cut at both: what a deadline's explanation shows."""
        if not self.begins_at <= begin <= end <= self.ends_at:
            raise CalendarTooShort(at=begin)
        first = bisect_right(self.closes, begin)
        last = bisect_left(self.opens, end)
        pairs = zip(self.opens[first:last], self.closes[first:last], strict=True)
        return [(max(opened, begin), min(closed, end)) for opened, closed in pairs]

    # days

    def is_workday(self, on: date) -> bool:
        """Whether the local date has any open time."""
        day = self._known(on.toordinal(), at=None)
        i = bisect_left(self.workdays, day)
        return i < len(self.workdays) and self.workdays[i] == day

    def workdays_between(self, after: date, until: date) -> int:
        """Working days after `after`, up to and including `until`; negative when `until` is the earlier."""
        first, last = self._known(after.toordinal(), at=None), self._known(until.toordinal(), at=None)
        return bisect_right(self.workdays, last) - bisect_right(self.workdays, first)

    def add_days(self, start: int, days: int, end_of_working_day: bool = False) -> int:
        """The `days`-th working day after the local date of `start`, which is day 0 whether worked or not.

        The time of day: the day's last closing with `end_of_working_day`; else that of `start`, at most the
        last closing (earlier than the opening, or in the noon break, it stays as it is).
        0 days: `start` itself; with `end_of_working_day` the closing of today, or when that has passed or
        today is no working day, of the next one.

        Raises:
            CalendarTooShort, NoOpening: see the class. ValueError: `days` is negative.
        """
        today, second = self._day_of(start)
        if days < 0:
            raise ValueError(f"negative number of days: {days}")
        if days == 0:
            if not end_of_working_day:
                return start
            i = bisect_left(self.workdays, today)
            if i < len(self.workdays) and self.day_closes[i] < start:
                i += 1
        else:
            i = bisect_right(self.workdays, today) + days - 1
        if i >= len(self.workdays):
            raise self._beyond_end(start)
        due = self._time_on(i, second, end_of_working_day)
        self._refuse_long_gap(start, due)
        return due

    def subtract_days(self, end: int, days: int, end_of_working_day: bool = False) -> int:
        """The `days`-th working day before the local date of `end`; time of day as in `add_days`. 0: `end`
        itself.

        Raises:
            CalendarTooShort, NoOpening: see the class. ValueError: `days` is negative.
        """
        today, second = self._day_of(end)
        if days <= 0:
            return _nothing(end, days)
        i = bisect_left(self.workdays, today) - days
        if i < 0:
            raise self._before_begin(end)
        start = self._time_on(i, second, end_of_working_day)
        self._refuse_long_gap(start, end)
        return start

    def add_calendar_days(self, start: int, days: int) -> int:
        """24:00 local of the `days`-th calendar day after the local date of `start`."""
        return end_of_calendar_day(start, days, self.zone)

    def unconfirmed_between(self, begin: int, end: int) -> tuple[int, ...]:
        """Years touched from `begin` to `end` whose holidays are estimated or missing: reason for a
        warning.
        """
        if not self.unconfirmed:
            return ()
        first, last = local(begin, self.zone).year, local(end, self.zone).year
        return tuple(year for year in self.unconfirmed if first <= year <= last)

    # arrays

    def worked_many(self, at: "Instants") -> "Instants":
        """`worked` of each instant; any shape. Raises CalendarTooShort if one is outside."""
        return self._tables.worked(at)

    def add_many(self, starts: "Instants", seconds: "Instants | int") -> "Instants":
        """`add` of each start; `seconds` is one amount or an array that broadcasts.

        Raises as `add` does, if any one of them would.
        """
        return self._tables.add(starts, seconds)

    def subtract_many(self, ends: "Instants", seconds: "Instants | int") -> "Instants":
        """`subtract` of each end; `seconds` is one amount or an array that broadcasts."""
        return self._tables.subtract(ends, seconds)

    def duration_many(self, begins: "Instants", ends: "Instants") -> "Instants":
        """`duration` of each pair."""
        return self._tables.worked(ends) - self._tables.worked(begins)

    def is_open_many(self, at: "Instants") -> "Flags":
        """`is_open` of each instant."""
        return self._tables.is_open(at)

    @cached_property
    def _tables(self) -> "Tables":
        from luyue.domain.calendar_arrays import Tables  # numpy takes longer to load than most commands run

        return Tables(self)

    # refusals

    def _known(self, day: int, at: int | None) -> int:
        if not self.first_day <= day <= self.last_day:
            raise CalendarTooShort(at=at if at is not None else (day - EPOCH_DAY) * DAY)
        return day

    def _day_of(self, at: int) -> tuple[int, int]:
        wall = local(at, self.zone)
        return self._known(wall.toordinal(), at), wall.hour * 3600 + wall.minute * 60 + wall.second

    def _time_on(self, i: int, second: int, end_of_working_day: bool) -> int:
        if end_of_working_day:
            return self.day_closes[i]
        return min(wall_instant(self.workdays[i], second, self.zone), self.day_closes[i])

    def _beyond_end(self, start: int) -> Refusal:
        since = max(start, self.closes[-1]) if self.closes else start
        return NoOpening(at=since) if self.ends_at - since > LONGEST_GAP else CalendarTooShort(at=start)

    def _before_begin(self, end: int) -> Refusal:
        until = min(end, self.opens[0]) if self.opens else end
        return NoOpening(at=until) if until - self.begins_at > LONGEST_GAP else CalendarTooShort(at=end)

    def _refuse_long_gap(self, begin: int, end: int) -> None:
        """Refuse an answer that needs the calendar to stay closed for more than 400 days."""
        for closed, opened in self.long_gaps:
            if min(opened, end) - max(closed, begin) > LONGEST_GAP:
                raise NoOpening(at=max(closed, begin))


def _nothing(at: int, amount: int) -> int:
    if amount < 0:
        raise ValueError(f"negative amount: {amount}")
    return at


# -- compilation ---------------------------------------------------------------------------------------------


def compile_calendar(spec: CalendarSpec, from_date: date, to_date: date) -> Calendar:
    """The calendar of a description for the local dates `from_date` to `to_date`, both included. Cached.

    Raises:
        BadCalendar: the dates are backward or outside of 1900..2200, or a given holiday set does not exist.
    """
    holidays = holiday_set(spec.holidays) if spec.holidays else None
    return _compile(spec, from_date, to_date, holidays)


def ask(spec: CalendarSpec, at: int, question: Callable[[Calendar], Answer]) -> Answer:
    """The answer to a question that starts at instant `at`, on a calendar as wide as it needs.

        ask(spec, reported_at, lambda calendar: calendar.add(reported_at, 4 * 3600))

    Raises:
        NoOpening: see `Calendar`. CalendarTooShort: the answer is more than a century away.
    """
    try:
        year = (EPOCH + timedelta(seconds=at)).year
    except OverflowError as error:
        raise CalendarTooShort(at=at) from error
    for width in WIDTHS:
        first, last = max(year - width, FIRST_YEAR), min(year + width, LAST_YEAR)
        if not first <= year <= last:
            break
        try:
            return question(compile_calendar(spec, date(first, 1, 1), date(last, 12, 31)))
        except CalendarTooShort:
            continue
    raise CalendarTooShort(at=at)


@lru_cache(maxsize=512)
def _compile(spec: CalendarSpec, first: date, last: date, holidays: HolidaySet | None) -> Calendar:
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR or last < first:
        raise BadCalendar(problem="bad_range", value=f"{first}..{last}")
    first_day, last_day = first.toordinal(), last.toordinal()
    begins_at, ends_at = wall_instant(first_day, 0, spec.zone), wall_instant(last_day, DAY, spec.zone)
    exceptions = {on.toordinal(): windows for on, windows in spec.exceptions(holidays).items()}
    stretches = _stretches(spec.zone, first.year - 1, last.year + 1)

    pieces: list[Window] = []
    workdays: list[int] = []
    day_opens: list[int] = []
    day_closes: list[int] = []
    k = 0
    # A day more on each side: a zone change at midnight can show an evening again after the date has changed.
    for day in range(first_day - 1, last_day + 2):
        windows = exceptions.get(day)
        if windows is None:
            windows = spec.week[(day - 1) % 7]
        if not windows:
            continue
        midnight = (day - EPOCH_DAY) * DAY
        while midnight >= stretches[k].sure_to:
            k += 1
        shift = midnight - stretches[k].offset
        if stretches[k].sure_from <= midnight and midnight + DAY <= stretches[k].sure_to:
            open_times = [(begin + shift, end + shift) for begin, end in windows]
        else:
            open_times = _read_on_the_wall(stretches, midnight, windows)
        if open_times and first_day <= day <= last_day:
            workdays.append(day)
            day_opens.append(open_times[0][0])
            day_closes.append(open_times[-1][1])
        pieces += open_times

    opens: list[int] = []
    closes: list[int] = []
    until = begins_at - 1
    for begin, end in sorted(pieces):
        if begin < begins_at or end > ends_at:
            begin, end = max(begin, begins_at), min(end, ends_at)
            if begin >= end:
                continue
        if begin == until:
            closes[-1] = end
        else:
            opens.append(begin)
            closes.append(end)
        until = end
    done = tuple(accumulate(map(sub, closes, opens)))
    gaps = zip([begins_at, *closes], [*opens, ends_at], strict=True)
    return Calendar(
        spec=spec,
        begins_at=begins_at,
        ends_at=ends_at,
        first_day=first_day,
        last_day=last_day,
        opens=tuple(opens),
        closes=tuple(closes),
        done=done,
        workdays=tuple(workdays),
        day_opens=tuple(day_opens),
        day_closes=tuple(day_closes),
        long_gaps=tuple(gap for gap in gaps if gap[1] - gap[0] > LONGEST_GAP),
        unconfirmed=holidays.unconfirmed(first, last) if holidays else (),
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time without a zone change: instants [begin, end) at `offset` seconds east of UTC.

    sure_from, sure_to: wall seconds since 1970-01-01 00:00 of the zone that are shown in this stretch and no
    other.
    """

    begin: int
    end: int
    offset: int
    sure_from: int
    sure_to: int


def _read_on_the_wall(stretches: tuple[Stretch, ...], midnight: int, windows: Windows) -> list[Window]:
    """Open times of a day on which the zone changes, ascending: each window as each stretch shows it."""
    found = []
    for stretch in stretches:
        if stretch.begin - DAY * 3 < midnight < stretch.end + DAY * 3:
            for begin, end in windows:
                opened = max(midnight + begin - stretch.offset, stretch.begin)
                closed = min(midnight + end - stretch.offset, stretch.end)
                if opened < closed:
                    found.append((opened, closed))
    return sorted(found)


@lru_cache(maxsize=512)
def _stretches(zone: str, first_year: int, last_year: int) -> tuple[Stretch, ...]:
    """The stretches of a zone that cover the years."""
    changes: list[tuple[int, int]] = []
    for year in range(first_year, last_year + 1):
        for at, offset in _offset_changes(zone, year):
            if not changes or changes[-1][1] != offset:
                changes.append((at, offset))
    ends = [at for at, _ in changes[1:]]
    ends.append((date(last_year + 1, 1, 1).toordinal() - EPOCH_DAY) * DAY)
    offsets = [offset for _, offset in changes]
    return tuple(
        Stretch(
            begin=begin,
            end=end,
            offset=offset,
            sure_from=begin + max(offset, before),
            sure_to=end + min(offset, after),
        )
        for (begin, offset), end, before, after in zip(
            changes, ends, offsets[:1] + offsets[:-1], offsets[1:] + offsets[-1:], strict=True
        )
    )


@lru_cache(maxsize=8192)
def _offset_changes(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """(instant, offset from then on) within a UTC year: its start, and every zone change after it."""
    info = zone_info(zone)

    def offset_at(at: int) -> int:
        offset = datetime.fromtimestamp(at, info).utcoffset()
        return 0 if offset is None else offset // timedelta(seconds=1)

    day = (date(year, 1, 1).toordinal() - EPOCH_DAY) * DAY
    end = (date(year + 1, 1, 1).toordinal() - EPOCH_DAY) * DAY
    found = [(day, offset_at(day))]
    while day < end:
        later = offset_at(day + DAY)
        if later != found[-1][1]:
            # No zone has changed twice within a day, so one search between two midnights finds the second.
            low, high = day, day + DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(middle) == found[-1][1] else (low, middle)
            if high < end:
                found.append((high, later))
            else:
                break
        day += DAY
    return tuple(found)
