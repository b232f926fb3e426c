"""Plan files from YAML, with the line of every error (P-2).

YAML is read node by node, because the usual loader forgets lines, turns the key `on` into True and `12:30` into 750.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from luyue.domain.calendars import WEEKDAYS, BadCalendar, Calendar, CalendarSpec, compile_calendar
from luyue.domain.plan import words
from luyue.domain.plan.model import (
    ALWAYS,
    SECTIONS,
    CalendarRule,
    Entitlement,
    Item,
    Plan,
    Promise,
    Quota,
    Target,
)
from luyue.domain.plan.problems import Problem
from luyue.domain.plan.spans import Span

LARGEST_FILE = 4 * 1024 * 1024
MOST_NODES = 400_000
Path = tuple[str | int, ...]
_INT = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?\d+\.\d+")
_NULLS = {"", "~", "null"}
_BOOLS = {"true": True, "false": False}


class PlanError(Exception):
    """A plan file with errors. `problems` are sorted by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("; ".join(f"{p.line}: {p.code}: {p.sentence('en')}" for p in self.problems))


@dataclass(frozen=True)
class Source:
    """A read plan file: the plan and the line of each path in it."""

    plan: Plan
    lines: dict[Path, int]

    def line_of(self, *path: str | int) -> int:
        """Line of a path, or of its nearest parent."""
        return line_of_path(self.lines, path)

    def line_of_promise(self, promise_id: str) -> int:
        for section in SECTIONS:
            for index, promise in enumerate(getattr(self.plan, section)):
                if promise.id == promise_id:
                    return self.line_of(section, index)
        return 1


def load_plan(raw: bytes) -> Source:
    """Read and check a plan file.

    Raises:
        PlanError: with every error found, each with its line.
    """
    if len(raw) > LARGEST_FILE:
        raise PlanError([Problem(1, "file.too_large", {"limit": "4 MB"})])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = raw[: bad.start].count(b"\n") + 1
        raise PlanError([Problem(line, "file.encoding")]) from bad
    data, lines = read_yaml(text)
    try:
        plan = Plan.model_validate(data)
    except ValidationError as invalid:
        raise PlanError(problems_of(invalid.errors(), lines)) from invalid
    if problems := list(_broken_references(plan, lines)):
        raise PlanError(problems)
    return Source(plan, lines)


# How far back and ahead clocks are reckoned: history to import on one side, a long warranty on the other.
HORIZON = (date(2010, 1, 1), date(2045, 12, 31))


def calendar_spec(plan: Plan, name: str) -> CalendarSpec:
    """The calendar of a plan by its name. Source: S-3."""
    rule = plan.calendars[name]
    return CalendarSpec.always() if isinstance(rule, str) else spec_of_rule(rule)


def plan_calendar(plan: Plan, name: str) -> Calendar:
    """The same, compiled over the horizon."""
    return compile_calendar(calendar_spec(plan, name), *HORIZON)


def spec_of_rule(rule: CalendarRule) -> CalendarSpec:
    """The calendar in the words of a plan file; raises BadCalendar with what is wrong."""
    hours = [_window(text) for text in rule.hours]
    return CalendarSpec.weekly(
        rule.zone,
        dict.fromkeys(_weekdays(rule.days), hours),
        closed=[_date(day) for day in rule.closed],
        holidays=rule.holidays,
        version=rule.version,
    )


def _weekdays(text: str) -> list[str]:
    chosen: list[str] = []
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        last = last or first
        if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(last) < WEEKDAYS.index(first):
            raise BadCalendar(problem="unknown_weekday", where="days", value=part)
        chosen += WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]
    return chosen


def _window(text: str) -> tuple[str, str]:
    first, dash, last = text.replace(" ", "").partition("-")
    if not dash:
        raise BadCalendar(problem="bad_window", where="hours", value=text)
    return first, last


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as bad:
        raise BadCalendar(problem="bad_date", where="closed", value=text) from bad


def read_yaml(text: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The content of a YAML text whose top is a mapping, and the line of each path in it. Raises PlanError."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as bad:
        mark = bad.problem_mark or bad.context_mark
        line = mark.line + 1 if mark else 1
        raise PlanError([Problem(line, "yaml.syntax", {"detail": str(bad.problem or bad.context)})]) from bad
    except yaml.YAMLError as bad:
        # A forbidden character carries no mark, only a position in the text.
        position = int(getattr(bad, "position", 0))
        line = text[:position].count("\n") + 1
        raise PlanError([Problem(line, "yaml.syntax", {"detail": str(getattr(bad, "reason", bad))})]) from bad
    except RecursionError as bad:
        raise PlanError([Problem(1, "yaml.syntax", {"detail": "nesting"})]) from bad
    if not isinstance(root, yaml.MappingNode):
        raise PlanError([Problem(1, "yaml.not_a_mapping")])
    lines: dict[Path, int] = {}
    problems: list[Problem] = []
    visited = 0

    def build(node: yaml.Node, path: Path) -> Any:
        nonlocal visited
        visited += 1
        if visited > MOST_NODES or len(path) > 40:
            raise PlanError([Problem(node.start_mark.line + 1, "yaml.alias_bomb")])
        lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            mapping: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                line = key_node.start_mark.line + 1
                if key in mapping:
                    problems.append(Problem(line, "yaml.duplicate_key", {"key": key}))
                    continue
                lines[(*path, key)] = line
                mapping[key] = build(value_node, (*path, key))
            return mapping
        if isinstance(node, yaml.SequenceNode):
            return [build(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    data = build(root, ())
    if problems:
        raise PlanError(problems)
    return data, lines


def _scalar(node: yaml.Node) -> object:
    value = str(node.value)
    if getattr(node, "style", None):  # quoted or block text stays text
        return value
    if value.lower() in _NULLS:
        return None
    if value in _BOOLS:
        return _BOOLS[value]
    if _INT.fullmatch(value):
        return int(value) if len(value) < 19 else value
    return float(value) if _FLOAT.fullmatch(value) else value


def line_of_path(lines: dict[Path, int], path: Path) -> int:
    """Line of a path, or of its nearest parent."""
    for end in range(len(path), -1, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


_RANGE = {"greater_than_equal", "less_than_equal", "greater_than", "less_than", "string_too_short", "string_too_long",
          "too_short", "too_long"}  # fmt: skip


def problems_of(errors: list[ErrorDetails], lines: dict[Path, int]) -> list[Problem]:
    """Pydantic's errors in our words. A union reports one error per arm: the most telling arm is kept."""
    found: dict[int | tuple[int, str], Problem] = {}
    for error in sorted(errors, key=lambda e: 0 if "." in e["type"] else 1):
        path = _path_in_file(error["loc"], lines)
        line = line_of_path(lines, path)
        problem = _problem_of(error, path, line)
        key = (line, ".".join(map(str, path)))
        found.setdefault(key, problem)
    return list(found.values())


def _path_in_file(loc: Path, lines: dict[Path, int]) -> Path:
    """Drop the names of union arms that pydantic puts into a location."""
    path: Path = ()
    for step in loc:
        if (*path, step) in lines or (
            step == loc[-1] and isinstance(step, str) and re.fullmatch(r"[a-z_]+", step)
        ):
            path = (*path, step)
    return path


def _problem_of(error: ErrorDetails, path: Path, line: int) -> Problem:
    kind, context = error["type"], error.get("ctx", {})
    shown = _show(path)
    match kind:
        case "missing":
            return Problem(
                line, "key.missing", {"path": _show(path[:-1]), "key": str(path[-1]) if path else ""}
            )
        case "extra_forbidden":
            key = str(path[-1]) if path else ""
            return Problem(
                line, "key.unknown", {"path": _show(path[:-1]), "key": key, "hint": _hint(key, path)}
            )
        case "literal_error":
            facts = {"path": shown, "word": str(error["input"]), "choices": str(context.get("expected", ""))}
            return Problem(line, "word.unknown", facts)
        case "word.unknown":
            return Problem(
                line, kind, {"path": shown, "word": str(context["word"]), "choices": _families(path)}
            )
        case "plan.empty":
            return Problem(line, kind)
        case _ if kind.startswith("duration."):
            return Problem(line, kind, {"path": shown, "text": str(context["text"])})
        case "string_pattern_mismatch":
            return Problem(line, "value.pattern", {"path": shown, "detail": str(error["input"])})
        case _ if kind in _RANGE:
            return Problem(line, "value.range", {"path": shown, "detail": error["msg"]})
        case _:
            return Problem(line, "value.type", {"path": shown, "detail": error["msg"]})


def _show(path: Path) -> str:
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "plan"


def _hint(key: str, path: Path) -> str:
    models: list[type] = [SECTIONS[str(path[0])]] if path and path[0] in SECTIONS else [Plan]
    known = [field.alias or name for model in models for name, field in model.model_fields.items()]  # type: ignore[attr-defined]
    close = difflib.get_close_matches(key, known, n=1)
    return f"（是否 {close[0]}？）" if close else ""


def _families(path: Path) -> str:
    last = path[-1] if path else ""
    table = {"owe": words.OWE_FAMILIES, "on": words.EVENT_FAMILIES, "measure": words.MEASURE_FAMILIES}
    return ", ".join(sorted(table.get(str(last), words.TOPICS)))


def _broken_references(plan: Plan, lines: dict[Path, int]) -> Iterable[Problem]:
    """Errors that need more than one field: duplicate ids, unknown references, impossible pairs."""
    yield from _duplicates(plan, lines)
    for name, rule in plan.calendars.items():
        if isinstance(rule, CalendarRule):
            try:
                spec_of_rule(rule)
            except BadCalendar as bad:
                yield Problem(
                    line_of_path(lines, ("calendars", name)),
                    "calendar.bad",
                    {"id": name, "detail": _told(bad)},
                )
    periods = {period.id for period in plan.periods}
    known = {
        "calendar": set(plan.calendars),
        "severity": {level.id for level in plan.severities},
        "pause": {pause.id for pause in plan.pauses},
        "period": periods,
    }

    def missing(path: Path, what: str, ids: Iterable[str | None]) -> Iterable[Problem]:
        for one in ids:
            if one is not None and one not in known[what]:
                facts = {"path": _show(path), "what": _WHAT[what], "id": one}
                yield Problem(line_of_path(lines, path), "reference.unknown", facts)

    for index, step in enumerate(plan.escalation):
        yield from missing(("escalation", index), "severity", step.severity or ())
    for index, period in enumerate(plan.periods):
        yield from missing(("periods", index), "period", [period.after])
    yield from _circles(plan, lines)
    for section in SECTIONS:
        for index, promise in enumerate(getattr(plan, section)):
            path: Path = (section, index)
            yield from missing((*path, "calendar"), "calendar", [getattr(promise, "calendar", None)])
            yield from missing((*path, "when"), "severity", promise.when.severity or ())
            yield from missing((*path, "when"), "period", promise.when.period or ())
            yield from _odd_fields(plan, promise, path, lines)
            if isinstance(promise, Target):
                yield from missing((*path, "pauses"), "pause", promise.pauses or ())
            if isinstance(promise, Entitlement):
                yield from missing((*path, "period"), "period", promise.period or ())


def _told(bad: BadCalendar) -> str:
    return " ".join(str(fact) for fact in bad.facts.values())


_WHAT = {
    "calendar": "服务日历 calendar",
    "severity": "故障等级 severity",
    "pause": "暂停原因 pause",
    "period": "期间 period",
}


def _odd_fields(plan: Plan, promise: Promise, path: Path, lines: dict[Path, int]) -> Iterable[Problem]:
    name = getattr(promise, "calendar", None)
    for field in ("within", "lead"):
        span = getattr(promise, field, None)
        if isinstance(span, Span) and span.working_days and name and plan.calendars.get(name) == ALWAYS:
            facts = {"path": _show((*path, field)), "id": name}
            yield Problem(line_of_path(lines, (*path, field)), "calendar.no_working_days", facts)
    bounds: list[tuple[Path, Quota | Item]] = [
        ((*path, "items", i), item) for i, item in enumerate(promise.items)
    ]
    if isinstance(promise, Quota):
        bounds.append((path, promise))
        if promise.at_least is None and promise.at_most is None and promise.value is None:
            yield Problem(line_of_path(lines, path), "quota.no_figure", {"path": _show(path)})
    for where, bound in bounds:
        if bound.at_least is not None and bound.at_most is not None and bound.at_least > bound.at_most:
            yield Problem(line_of_path(lines, where), "bounds.reversed", {"path": _show(where)})
    if isinstance(promise, Entitlement) and promise.years and promise.years[0] >= promise.years[1]:
        yield Problem(
            line_of_path(lines, (*path, "years")), "years.reversed", {"path": _show((*path, "years"))}
        )


def _duplicates(plan: Plan, lines: dict[Path, int]) -> Iterable[Problem]:
    """Promise and item ids share one space, because the statement names both; other ids are per section."""

    def repeated(entries: Iterable[tuple[str, int]]) -> Iterable[Problem]:
        seen: dict[str, int] = {}
        for one, line in entries:
            if one in seen:
                yield Problem(line, "id.duplicate", {"id": one, "first": str(seen[one])})
            seen.setdefault(one, line)

    def promise_ids() -> Iterable[tuple[str, int]]:
        for section in SECTIONS:
            for index, promise in enumerate(getattr(plan, section)):
                yield promise.id, line_of_path(lines, (section, index, "id"))
                for number, item in enumerate(promise.items):
                    yield (
                        f"{promise.id}/{item.id}",
                        line_of_path(lines, (section, index, "items", number, "id")),
                    )

    yield from repeated(promise_ids())
    for section in ("severities", "pauses", "periods"):
        entries = [
            (e.id, line_of_path(lines, (section, i, "id"))) for i, e in enumerate(getattr(plan, section))
        ]
        yield from repeated(entries)


def _circles(plan: Plan, lines: dict[Path, int]) -> Iterable[Problem]:
    after = {period.id: period.after for period in plan.periods}
    for index, period in enumerate(plan.periods):
        seen, step = {period.id}, after.get(period.id)
        while step is not None and step not in seen:
            seen.add(step)
            step = after.get(step)
        if step == period.id:
            yield Problem(line_of_path(lines, ("periods", index)), "period.circle", {"id": period.id})
