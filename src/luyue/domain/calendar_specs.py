"""What opening hours are: weekly windows, closed days, exceptions, holidays. Nothing is calculated here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from luyue.domain.holidays import HolidaySet, holiday_set
from luyue.domain.instants import (
    DAY,
    BadCalendar,
    zone_info,
)

if TYPE_CHECKING:
    pass


Window = tuple[int, int]


Windows = tuple[Window, ...]


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


_TIME = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?")


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """What the opening hours are; nothing is calculated here.

    zone: IANA name. week: 7 tuples of windows, Monday first; a window is (from, to) in seconds of the local
    day, 0 <= from < to <= 86400, ascending, touching ones merged.
    For one date the first of these holds: `overrides` (its windows, none = closed), `closed`, the holiday set
    (a day off is closed; a make-up day has the hours of `make_up`), the week.
    version, valid_from: data of whoever keeps versions; they do not change the arithmetic.
    """

    zone: str
    week: tuple[Windows, ...]
    closed: frozenset[date] = frozenset()
    overrides: tuple[tuple[date, Windows], ...] = ()
    holidays: str | None = None
    version: int = 1
    valid_from: date | None = None

    def __post_init__(self) -> None:
        zone_info(self.zone)
        if len(self.week) != 7:
            raise BadCalendar(problem="not_seven_days", value=len(self.week))
        week = tuple(_checked(windows, day) for windows, day in zip(self.week, WEEKDAYS, strict=True))
        object.__setattr__(self, "week", week)
        if len({on for on, _ in self.overrides}) != len(self.overrides):
            raise BadCalendar(problem="date_twice", where="overrides")
        overrides = sorted((on, _checked(windows, on.isoformat())) for on, windows in self.overrides)
        object.__setattr__(self, "overrides", tuple(overrides))

    @classmethod
    def always(cls, zone: str = "Asia/Shanghai") -> "CalendarSpec":
        """24x7: working time is real time. The zone matters for days only."""
        return cls(zone=zone, week=(((0, DAY),),) * 7)

    @classmethod
    def weekly(
        cls,
        zone: str,
        hours: Mapping[str, Iterable[Sequence[str]]],
        *,
        closed: Iterable[date] = (),
        overrides: Mapping[date, Iterable[Sequence[str]]] | None = None,
        holidays: str | None = None,
        version: int = 1,
        valid_from: date | None = None,
    ) -> "CalendarSpec":
        """From words: `weekly("Asia/Shanghai", {"mon": [("08:30", "12:00"), ("13:30", "24:00")]})`.

        Raises:
            BadCalendar: unknown zone or weekday, a time that is none, an empty or backward window, an
            overlap.
        """
        unknown = set(hours) - set(WEEKDAYS)
        if unknown:
            raise BadCalendar(problem="unknown_weekday", value=min(map(str, unknown)))
        return cls(
            zone=zone,
            week=tuple(_windows(hours.get(day, ()), day) for day in WEEKDAYS),
            closed=frozenset(closed),
            overrides=tuple((on, _windows(pairs, on.isoformat())) for on, pairs in (overrides or {}).items()),
            holidays=holidays,
            version=version,
            valid_from=valid_from,
        )

    @property
    def is_always(self) -> bool:
        """Open at every instant: the weekly hours are 24x7 and no date differs."""
        return not (self.closed or self.overrides or self.holidays) and all(
            windows == ((0, DAY),) for windows in self.week
        )

    @property
    def make_up(self) -> Windows:
        """Hours of a make-up working day: those of the first weekday, Monday to Friday, that has any."""
        return next((windows for windows in self.week[:5] if windows), ())

    def exceptions(self, holidays: HolidaySet | None = None) -> dict[date, Windows]:
        """Every date whose windows do not come from the week alone, with its windows (none = closed).

        Args:
            holidays: the set to use; by default the one that `self.holidays` names, as it is now.
        """
        if self.holidays and holidays is None:
            holidays = holiday_set(self.holidays)
        dates: dict[date, Windows] = {}
        for day in holidays.days.values() if holidays else ():
            if day.off:
                dates[day.on] = ()
            elif not self.week[day.on.weekday()]:
                # A weekend day that has hours of its own is worked anyway and keeps them.
                dates[day.on] = self.make_up
        dates.update(dict.fromkeys(self.closed, ()))
        dates.update(self.overrides)
        return dates

    def as_eval_json(self, first: date | None = None, last: date | None = None) -> dict[str, Any]:
        """The calendar in the form of `luyue calendar eval`, which knows no holiday sets: they become dates.

        Args:
            first, last: leave out dates before and after; by default all that are known.
        """
        dates = sorted(
            (on, windows)
            for on, windows in self.exceptions().items()
            if (first is None or on >= first) and (last is None or on <= last)
        )
        own = dict(self.overrides)
        return {
            "tz": self.zone,
            "hours": {
                day: [_pair(window) for window in windows]
                for day, windows in zip(WEEKDAYS, self.week, strict=True)
                if windows
            },
            "holidays": [on.isoformat() for on, windows in dates if not windows and on not in own],
            "date_overrides": {
                on.isoformat(): [_pair(window) for window in windows]
                for on, windows in dates
                if windows or on in own
            },
        }


def spec_from_eval_json(content: Any) -> CalendarSpec:
    """The inverse of `CalendarSpec.as_eval_json`: the "calendar" of a line of `luyue calendar eval`.

    Raises:
        BadCalendar: a field is missing, unknown or of the wrong kind, or see `CalendarSpec.weekly`.
    """
    if not isinstance(content, dict):
        raise BadCalendar(problem="not_an_object", where="calendar")
    unknown = set(content) - {"tz", "hours", "holidays", "date_overrides"}
    if unknown:
        raise BadCalendar(problem="unknown_field", value=min(unknown))
    zone, hours = content.get("tz"), content.get("hours")
    closed, overrides = content.get("holidays") or [], content.get("date_overrides") or {}
    if not isinstance(zone, str):
        raise BadCalendar(problem="missing_field", where="tz")
    if not isinstance(hours, dict):
        raise BadCalendar(problem="missing_field" if hours is None else "wrong_kind", where="hours")
    if not isinstance(closed, list):
        raise BadCalendar(problem="wrong_kind", where="holidays")
    if not isinstance(overrides, dict):
        raise BadCalendar(problem="wrong_kind", where="date_overrides")
    return CalendarSpec.weekly(
        zone,
        hours,
        closed=[_date(on, "holidays") for on in closed],
        overrides={_date(on, "date_overrides"): pairs for on, pairs in overrides.items()},
    )


def _date(text: Any, where: str) -> date:
    try:
        if isinstance(text, str) and len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadCalendar(problem="bad_date", where=where, value=str(text))


def _windows(pairs: Any, where: str) -> Windows:
    if not isinstance(pairs, (list, tuple)):
        raise BadCalendar(problem="wrong_kind", where=where)
    windows = []
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise BadCalendar(problem="bad_window", where=where, value=str(pair))
        windows.append((second_of_day(pair[0], where), second_of_day(pair[1], where)))
    return tuple(windows)


def second_of_day(text: Any, where: str = "") -> int:
    """Seconds of `H:MM`, `HH:MM` or `HH:MM:SS`, 0..86400; `24:00` is the end of a day."""
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        total = hours * 3600 + minutes * 60 + seconds
        if minutes < 60 and seconds < 60 and total <= DAY:
            return total
    raise BadCalendar(problem="bad_time", where=where, value=str(text))


def _checked(windows: Windows, where: str) -> Windows:
    merged: list[Window] = []
    for begin, end in sorted(windows):
        if not 0 <= begin < end <= DAY:
            # Night hours are two windows: up to 24:00, and from 00:00 on the next day.
            raise BadCalendar(problem="backward_window", where=where, value="-".join(_pair((begin, end))))
        if merged and begin < merged[-1][1]:
            raise BadCalendar(problem="windows_overlap", where=where, value="-".join(_pair((begin, end))))
        if merged and begin == merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((begin, end))
    return tuple(merged)


def _pair(window: Window) -> list[str]:
    return [_clock(second) for second in window]


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text
