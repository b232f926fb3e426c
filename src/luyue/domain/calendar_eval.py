"""Answers questions about working time, one JSON object a line: `luyue calendar eval`. Format:
docs/calendars.md.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from luyue.domain.calendar_specs import CalendarSpec, spec_from_eval_json
from luyue.domain.calendars import FIRST_YEAR, LAST_YEAR, Calendar, ask
from luyue.domain.instants import instant, local, zone_info
from luyue.domain.refusals import BadInput, Refusal

INTERVALS = 3
_END_OF_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[T ]24:00(?::00)?(|Z|[+-]\d\d:?\d\d)")


class BadQuestion(BadInput):
    """A line that asks nothing that can be answered. Facts: problem (a word), where, value."""

    code = "bad_question"


def answer_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The answer to each line that is not blank: `{"id", "value"}` or `{"id", "error": {"code",
    "message"}}`.
    """
    specs: dict[str, CalendarSpec] = {}
    for line in lines:
        if line.strip():
            yield answer_line(line, specs)


def answer_line(line: str, specs: dict[str, CalendarSpec] | None = None) -> dict[str, Any]:
    """The answer to one line.

    Args:
        specs: calendars already read, by their text; grows. Thousands of lines usually share a few calendars.
    """
    name = None
    try:
        question = _read(line)
        name = question.get("id")
        return {"id": name, "value": _answer(question, {} if specs is None else specs)}
    except Refusal as refusal:
        return {"id": name, "error": {"code": refusal.code, "message": sentence(refusal)}}


def sentence(refusal: Refusal) -> str:
    """What was wrong, for a person at a terminal."""
    facts = refusal.facts
    if refusal.code == "no_opening":
        return "the calendar has no opening within 400 days"
    if refusal.code == "calendar_too_short":
        return f"the answer lies more than a century away, or outside of {FIRST_YEAR}..{LAST_YEAR}"
    text = str(facts.get("problem", refusal.code)).replace("_", " ")
    if facts.get("where"):
        text += f" in {facts['where']}"
    return f"{text}: {facts['value']}" if facts.get("value") is not None else text


def _read(line: str) -> dict[str, Any]:
    try:
        # NaN and Infinity are no JSON: as words they are refused where a number is asked, and never answered.
        question = json.loads(line, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise BadQuestion(problem="not_json", value=str(error)) from error
    if not isinstance(question, dict):
        raise BadQuestion(problem="not_an_object")
    return question


def _answer(question: dict[str, Any], specs: dict[str, CalendarSpec]) -> Any:
    op = question.get("op")
    operation = OPERATIONS.get(op) if isinstance(op, str) else None
    if operation is None:
        raise BadQuestion(problem="unknown_op", value=str(op))
    if "calendar" not in question:
        raise BadQuestion(problem="missing_field", where="calendar")
    text = json.dumps(question["calendar"])
    spec = specs.get(text)
    if spec is None:
        spec = specs[text] = spec_from_eval_json(question["calendar"])
    return operation(question, spec)


# -- operations ----------------------------------------------------------------------------------------------


def _add(question: dict[str, Any], spec: CalendarSpec) -> str:
    return _shifted(spec, _instant(question, spec, "start"), _whole(question, "work_seconds"))


def _subtract(question: dict[str, Any], spec: CalendarSpec) -> str:
    return _shifted(spec, _instant(question, spec, "end", "start"), -_whole(question, "work_seconds"))


def _shifted(spec: CalendarSpec, at: int, seconds: int) -> str:
    def move(calendar: Calendar) -> int:
        return calendar.add(at, seconds) if seconds >= 0 else calendar.subtract(at, -seconds)

    return _text(ask(spec, at, move), spec)


def _add_days(question: dict[str, Any], spec: CalendarSpec) -> str:
    at = _instant(question, spec, "start")
    days = _whole(question, "work_days")
    at_end = question.get("end_of_working_day", False)
    if not isinstance(at_end, bool):
        raise BadQuestion(problem="not_a_boolean", where="end_of_working_day", value=str(at_end))

    def move(calendar: Calendar) -> int:
        if days < 0:
            return calendar.subtract_days(at, -days, at_end)
        return calendar.add_days(at, days, at_end)

    return _text(ask(spec, at, move), spec)


def _duration(question: dict[str, Any], spec: CalendarSpec) -> int:
    begin, end = _instant(question, spec, "start"), _instant(question, spec, "end")
    return ask(spec, begin, lambda calendar: calendar.duration(begin, end))


def _next_open(question: dict[str, Any], spec: CalendarSpec) -> str:
    at = _instant(question, spec, "at", "start")
    return _text(ask(spec, at, lambda calendar: calendar.next_open(at)), spec)


def _is_open(question: dict[str, Any], spec: CalendarSpec) -> bool:
    at = _instant(question, spec, "at", "start")
    return ask(spec, at, lambda calendar: calendar.is_open(at))


def _is_workday(question: dict[str, Any], spec: CalendarSpec) -> bool:
    on = _day(question, spec)
    noon = instant(datetime(on.year, on.month, on.day, 12, tzinfo=zone_info(spec.zone)))
    return ask(spec, noon, lambda calendar: calendar.is_workday(on))


def _open_intervals(question: dict[str, Any], spec: CalendarSpec) -> list[list[str | None]]:
    at = _instant(question, spec, "from", "at", "start")
    found = ask(spec, at, lambda calendar: calendar.open_intervals(at, INTERVALS))
    return [
        [_text(opened, spec), None if closed is None else _text(closed, spec)] for opened, closed in found
    ]


OPERATIONS: dict[str, Callable[[dict[str, Any], CalendarSpec], Any]] = {
    "add": _add,
    "subtract": _subtract,
    "add_days": _add_days,
    "duration": _duration,
    "next_open": _next_open,
    "is_open": _is_open,
    "is_workday": _is_workday,
    "open_intervals": _open_intervals,
}


# -- values --------------------------------------------------------------------------------------------------


def _text(at: int, spec: CalendarSpec) -> str:
    return local(at, spec.zone).isoformat()


def _instant(question: dict[str, Any], spec: CalendarSpec, *names: str) -> int:
    """The instant in the first of the fields that is there; without an offset it is local time of the
    zone.
    """
    for name in names:
        if name in question:
            return parse_instant(question[name], spec.zone, name)
    raise BadQuestion(problem="missing_field", where=names[0])


def parse_instant(value: Any, zone: str, where: str) -> int:
    """An instant of ISO 8601, in whole seconds; local time of `zone` when it carries no offset.

    `24:00` is the end of the day. Of a local time that is shown twice it is the first; one that is skipped
    moves on by the length of the gap.

    Raises:
        BadQuestion: not a time, a fraction of a second, or outside of 1900..2200.
    """
    if not isinstance(value, str):
        raise BadQuestion(problem="bad_instant", where=where, value=str(value))
    end_of_day = _END_OF_DAY.fullmatch(value)
    try:
        if end_of_day:
            moment = datetime.fromisoformat(f"{end_of_day[1]}T00:00{end_of_day[2]}") + timedelta(days=1)
        else:
            moment = datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        raise BadQuestion(problem="bad_instant", where=where, value=value) from error
    if moment.microsecond:
        raise BadQuestion(problem="fraction_of_a_second", where=where, value=value)
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise BadQuestion(problem="year_out_of_range", where=where, value=value)
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=zone_info(zone)))


def _day(question: dict[str, Any], spec: CalendarSpec) -> date:
    """The local date of "date"; the date of the instant when a time of day comes with it."""
    if "date" not in question:
        return local(_instant(question, spec, "at", "start"), spec.zone).date()
    value = question["date"]
    if isinstance(value, str) and len(value) > 10:
        return local(parse_instant(value, spec.zone, "date"), spec.zone).date()
    try:
        on = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadQuestion(problem="bad_date", where="date", value=str(value)) from error
    if not FIRST_YEAR < on.year < LAST_YEAR:
        raise BadQuestion(problem="year_out_of_range", where="date", value=str(value))
    return on


def _whole(question: dict[str, Any], name: str) -> int:
    if name not in question:
        raise BadQuestion(problem="missing_field", where=name)
    value = question[name]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadQuestion(problem="not_a_whole_number", where=name, value=str(value))
    return value
