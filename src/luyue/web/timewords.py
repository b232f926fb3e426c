"""Times and lengths of time in words, Chinese or English by the active language. Values in, text out.

`frontend/src/duration.js` says lengths in the same words in the browser; tests/web/test_timewords.py holds the two
together.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one language, looked up once: a list says a hundred times and lengths."""

    english: bool
    seconds: str
    units: tuple[str, str, str]  # days, hours, minutes
    near: dict[int, str]  # days from today


@lru_cache(maxsize=8)
def _words_in(language: str) -> _Words:
    return _Words(
        english=language.startswith("en"),
        seconds=_("{n} 秒"),
        units=(_("{n} 天"), _("{n} 小时"), _("{n} 分")),
        near={-1: _("昨天"), 0: _("今天"), 1: _("明天")},
    )


def _words() -> _Words:
    return _words_in(get_language() or "")


def as_instant(value: dt.datetime | int | float) -> dt.datetime:
    """An aware UTC datetime from one (any zone) or from whole UTC seconds since 1970.

    Raises:
        ValueError: a datetime without a zone, whose instant nobody knows.
    """
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(dt.UTC)
    return dt.datetime.fromtimestamp(value, dt.UTC)


def duration(seconds: float) -> str:
    """A length of time with its two largest units: "2 天 3 小时", "1 小时 12 分", "45 秒". The sign is ignored."""
    words = _words()
    rest = abs(int(seconds))
    if rest < 60:
        return words.seconds.format(n=rest)
    days, rest = divmod(rest, 86400)
    hours, rest = divmod(rest, 3600)
    parts = list(zip((days, hours, rest // 60), words.units, strict=True))
    first = next(i for i, (n, _unit) in enumerate(parts) if n)
    return " ".join(unit.format(n=n) for n, unit in parts[first : first + 2] if n)


def day(on: dt.date, today: dt.date) -> str:
    """A day as people say it: 今天, 明天, 昨天, 11-22, with the year when it is another one."""
    words = _words()
    if near := words.near.get((on - today).days):
        return near
    if words.english:
        text = f"{on.day} {MONTHS[on.month - 1]}"
        return text if on.year == today.year else f"{text} {on.year}"
    return on.isoformat()[5:] if on.year == today.year else on.isoformat()


def when(value: dt.datetime | dt.date | int, now: dt.datetime, zone: str = "Asia/Shanghai") -> str:
    """An instant (or a day) as people say it, in the contract's zone: 今天 14:30, 11-22 14:30, 2025-11-22 14:30.

    Args:
        value: aware datetime, UTC seconds, or a date, which gets no time of day.
        now: aware; decides what is today.
    """
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return day(value, today)
    local = as_instant(value).astimezone(place)
    return f"{day(local.date(), today)} {local.hour:02}:{local.minute:02}"


def exact(value: dt.datetime | int, zone: str = "Asia/Shanghai") -> str:
    """An instant to the second with its offset from UTC, for hover and screen readers."""
    text = as_instant(value).astimezone(ZoneInfo(zone)).isoformat(" ", "seconds")
    return f"{text[:19]} (UTC{text[19:]})"


def iso(value: dt.datetime | int) -> str:
    """An instant for `<time datetime>`: whole seconds, UTC, ending in Z."""
    return as_instant(value).isoformat(timespec="seconds")[:19] + "Z"
