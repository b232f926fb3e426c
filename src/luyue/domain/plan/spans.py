"""Amounts of time as a plan writes them, with the unit never left open (L4)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST_SECONDS = 10 * 366 * DAY
LONGEST_DAYS = 10 * 366
LONGEST_MONTHS = 100 * 12
LONGEST_TEXT = 60


class Unit(StrEnum):
    """How an amount is counted. The names are those of the replay's output."""

    REAL_TIME = "real_time"
    WORKING_TIME = "working_time"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class BadSpan(ValueError):
    """An amount that cannot be read. `code` is public, `text` is what was written."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True)
class Span:
    """A time limit: seconds, or whole days of one kind. Exactly one of the three is not zero, or all are zero."""

    seconds: int = 0
    working_days: int = 0
    calendar_days: int = 0

    def iso(self) -> str:
        """ISO 8601 duration; the kind of day is told by `unit`."""
        days = self.working_days or self.calendar_days
        if days:
            return f"P{days}D"
        hours, rest = divmod(self.seconds, HOUR)
        minutes, seconds = divmod(rest, MINUTE)
        parts = [f"{n}{letter}" for n, letter in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n]
        return "PT" + ("".join(parts) or "0S")

    def unit(self, *, always: bool) -> Unit:
        """The unit on a calendar; `always` says that the calendar never closes."""
        if self.working_days:
            return Unit.WORKING_DAYS
        if self.calendar_days:
            return Unit.CALENDAR_DAYS
        return Unit.REAL_TIME if always else Unit.WORKING_TIME


_TIME_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)")
_SECONDS = {"s": 1, "min": MINUTE, "h": HOUR}
_DAYS = re.compile(r"(\d+)\s*(working|calendar)[ _]days?")
_BARE_DAYS = re.compile(r"\d+\s*(d|days?|wd)")
_MONTHS = re.compile(r"(\d+)\s*months?")


def parse_span(text: str) -> Span:
    """Read `10min`, `1h30min`, `48h`, `5 working days`, `7 calendar days`.

    Raises:
        BadSpan: `ambiguous_day` for a bare day, `month` for months, which no clock counts, `negative`, `zero`,
            `absurd` (over 10 years), else `unreadable`.
    Source: S-3, semantics L4 ("never let 1 day be implicit").
    """
    written = str(text).strip().lower()
    if len(written) > LONGEST_TEXT:
        raise BadSpan("unreadable", text)
    if written.startswith("-"):
        raise BadSpan("negative", text)
    if found := _DAYS.fullmatch(written):
        days = int(found[1])
        if days == 0:
            raise BadSpan("zero", text)
        if days > LONGEST_DAYS:
            raise BadSpan("absurd", text)
        return Span(working_days=days) if found[2] == "working" else Span(calendar_days=days)
    if _BARE_DAYS.fullmatch(written):
        raise BadSpan("ambiguous_day", text)
    if _MONTHS.fullmatch(written):
        raise BadSpan("month", text)
    parts = _TIME_PART.findall(written)
    if not parts or _TIME_PART.sub("", written).strip():
        raise BadSpan("unreadable", text)
    # Decimal, because 1.1h in floats is no whole number of seconds.
    exact = sum(Decimal(number) * _SECONDS[unit] for number, unit in parts)
    if exact > LONGEST_SECONDS:
        raise BadSpan("absurd", text)
    if exact != int(exact):
        raise BadSpan("unreadable", text)
    if exact == 0:
        raise BadSpan("zero", text)
    return Span(seconds=int(exact))


@dataclass(frozen=True, slots=True)
class Length:
    """Length of a period in whole calendar months or days (one of them is zero)."""

    months: int = 0
    days: int = 0


_LENGTH = re.compile(r"(\d+)\s*(y|years?|months?|weeks?|days?)")


def parse_length(text: str) -> Length:
    """Read `3y`, `18 months`, `1 week`, `30 days`. Raises BadSpan like `parse_span`."""
    written = str(text).strip().lower()
    if len(written) > LONGEST_TEXT:
        raise BadSpan("unreadable", text)
    if written.startswith("-"):
        raise BadSpan("negative", text)
    found = _LENGTH.fullmatch(written)
    if not found:
        raise BadSpan("unreadable", text)
    number, unit = int(found[1]), found[2][0]
    if number == 0:
        raise BadSpan("zero", text)
    months = number * 12 if unit == "y" else number if unit == "m" else 0
    days = number * 7 if unit == "w" else number if unit == "d" else 0
    if months > LONGEST_MONTHS or days > LONGEST_DAYS:
        raise BadSpan("absurd", text)
    return Length(months=months, days=days)


def parse_term(text: str) -> Span | Length:
    """Read when work is due: a time limit, or whole calendar months (`1 month`). Raises BadSpan like the two."""
    months = _MONTHS.fullmatch(str(text).strip().lower())
    return parse_length(text) if months else parse_span(text)
