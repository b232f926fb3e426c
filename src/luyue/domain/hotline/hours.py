"""When a line is to be answered (D-7): always, within the hours of a calendar, or outside of them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from pydantic import ValidationError

from luyue.domain.calendars import Calendar, compile_calendar
from luyue.domain.instants import BadCalendar
from luyue.domain.plan.loader import HORIZON, spec_of_rule
from luyue.domain.plan.model import CalendarRule
from luyue.domain.plan.vocabulary import rule_words
from luyue.domain.refusals import BadInput


def check_hours(hours: Mapping[str, object]) -> None:
    """Refuse hours of a line that are none.

    Args:
        hours: `{"kind": "always"}`, or kind `within` / `outside` with the words of a plan's calendar: days, hours,
            holidays.
    Raises:
        BadInput: field hours, problem.
    """
    kind = hours.get("kind")
    if kind not in ("always", "within", "outside"):
        raise BadInput(field="hours", problem="unknown_kind")
    if kind != "always":
        try:
            _calendar(_key(hours))
        except (ValidationError, BadCalendar) as bad:
            raise BadInput(field="hours", problem="bad_hours") from bad


def in_service(hours: Mapping[str, object], at: int) -> bool:
    """Whether the line is to be answered at an instant, by its hours. `outside` is open when `within` is not."""
    if hours.get("kind") == "always":
        return True
    is_open = _calendar(_key(hours)).is_open(at)
    return not is_open if hours.get("kind") == "outside" else is_open


def hours_of_line_words(hours: Mapping[str, object], language: str = "zh") -> str:
    """A line's hours in words: 7×24, 周一至周五 09:00–18:00（法定节假日除外）, or what lies outside of that."""
    if hours.get("kind") == "always":
        return rule_words("24x7", language)
    text = rule_words(_rule(_key(hours)), language)
    if hours.get("kind") != "outside":
        return text
    return f"outside {text}" if language.startswith("en") else f"{text}以外的时间"


_Key = tuple[str, tuple[str, ...], str]


def _key(hours: Mapping[str, object]) -> _Key:
    windows = hours.get("hours") or ()
    written = (
        [windows] if isinstance(windows, str) else list(windows) if isinstance(windows, Iterable) else []
    )
    return str(hours.get("days") or "mon-fri"), tuple(map(str, written)), str(hours.get("holidays") or "")


def _rule(key: _Key) -> CalendarRule:
    days, windows, holidays = key
    return CalendarRule.model_validate({"days": days, "hours": windows, "holidays": holidays or None})


@lru_cache(maxsize=256)
def _calendar(key: _Key) -> Calendar:
    return compile_calendar(spec_of_rule(_rule(key)), *HORIZON)
