"""Plan files from YAML, with the line of every error (P-2)."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from luyue.domain.calendar_specs import WEEKDAYS, CalendarSpec
from luyue.domain.calendars import Calendar, compile_calendar
from luyue.domain.instants import BadCalendar
from luyue.domain.plan import words
from luyue.domain.plan.model import (
    ALWAYS,
    PERCENT,
    SECTIONS,
    CalendarRule,
    Charges,
    Document,
    Entitlement,
    Item,
    LadderStep,
    PauseRule,
    Period,
    Plan,
    Promise,
    Quota,
    Severity,
    Staffing,
    Target,
    Text,
    When,
)
from luyue.domain.plan.problems import Fact, Problem
from luyue.domain.plan.spans import Span
from luyue.domain.plan.yaml_lines import Path, PlanError, line_of_path, read_yaml, short

LARGEST_FILE = 1024 * 1024
MOST_PROMISES = 1000


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
        raise PlanError([Problem(1, "file.too_large", {"limit": "1 MB"})])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = raw[: bad.start].count(b"\n") + 1
        raise PlanError([Problem(line, "file.encoding", {"guess": encoding_guess(raw)})]) from bad
    data, lines = read_yaml(text)
    # Before anything is compared in pairs: the largest plan we know has a third of this.
    number = sum(len(data[section]) for section in SECTIONS if isinstance(data.get(section), list))
    if number > MOST_PROMISES:
        facts: dict[str, Fact] = {"number": str(number), "limit": str(MOST_PROMISES)}
        raise PlanError([Problem(1, "plan.too_many", facts)])
    try:
        plan = Plan.model_validate(data)
    except ValidationError as invalid:
        raise PlanError(problems_of(invalid.errors(), lines)) from invalid
    if problems := list(_broken_references(plan, lines)):
        raise PlanError(problems)
    return Source(plan, lines)


def encoding_guess(raw: bytes) -> Fact:
    """What a file that is not UTF-8 probably is, for the sentence; empty if nothing fits."""
    name = ""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "UTF-16"
    elif b"\0" not in raw:
        try:
            # Chinese shows: eight-bit letters of the west seldom pair up to common Chinese characters.
            if any("\u4e00" <= letter <= "\u9fff" for letter in raw.decode("gb18030")):
                name = "GBK"
        except UnicodeDecodeError:
            pass
    return (f"（像是 {name}）", f" (it looks like {name})") if name else ""


# How far back and ahead clocks are reckoned: history to import on one side, a long warranty on the other.
HORIZON = (date(2010, 1, 1), date(2045, 12, 31))


def calendar_spec(plan: Plan, name: str) -> CalendarSpec:
    """The calendar of a plan by its name. Source: S-3."""
    rule = plan.calendars[name]
    return _always() if isinstance(rule, str) else spec_of_rule(rule)


@lru_cache
def _always() -> CalendarSpec:
    return CalendarSpec.always()


def plan_calendar(plan: Plan, name: str) -> Calendar:
    """The same, compiled over the horizon."""
    return compile_calendar(calendar_spec(plan, name), *HORIZON)


@lru_cache(maxsize=256)
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


def _has_hours(rule: CalendarRule) -> None:
    if not rule.hours:
        raise BadCalendar(problem="never_opens", where="hours", value="")


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


def problems_of(errors: list[ErrorDetails], lines: dict[Path, int]) -> list[Problem]:
    """Pydantic's errors in our words, one for each place.

    A union reports an error for each of its arms: the most telling arm is kept, which is the one that got deepest.
    """
    placed = [(_path_in_file(error["loc"], lines), error) for error in errors]
    found: dict[Path, Problem] = {}
    for path, error in sorted(placed, key=lambda one: "." not in one[1]["type"]):
        deeper = any(len(other) > len(path) and other[: len(path)] == path for other, _ in placed)
        if not (deeper and error["type"] in ("literal_error", "model_type", "string_type")):
            found.setdefault(path, _problem_of(error, path, line_of_path(lines, path)))
    return list(found.values())


def _path_in_file(loc: Path, lines: dict[Path, int]) -> Path:
    """Drop the names of union arms that pydantic puts into a location."""
    path: Path = ()
    for place, step in enumerate(loc):
        missing = place == len(loc) - 1 and isinstance(step, str) and re.fullmatch(r"[a-z_]+", step)
        if (*path, step) in lines or missing:
            path = (*path, step)
    return path


def _problem_of(error: ErrorDetails, path: Path, line: int) -> Problem:
    kind, context = error["type"], error.get("ctx", {})
    shown, last = _show(path), str(path[-1]) if path else ""
    match kind:
        case "missing" if isinstance(error["loc"][-1], str):
            return Problem(line, "key.missing", {"path": _show(path[:-1]), "key": last})
        case "extra_forbidden":
            hint = _hint(last, _keys_at(path[:-1]))
            return Problem(line, "key.unknown", {"path": _show(path[:-1]), "key": short(last), "hint": hint})
        case "literal_error" | "word.unknown":
            if kind == "word.unknown":
                word, known = str(context["word"]), sorted(_families(last))
            else:
                word, known = str(error["input"]), re.findall(r"'([^']*)'", str(context.get("expected", "")))
            choices = ", ".join(known) or str(context.get("expected", ""))
            facts: dict[str, Fact] = {"path": shown, "word": short(word), "choices": choices}
            return Problem(line, "word.unknown", facts | {"hint": _hint(word.split(".")[0], known)})
        case "plan.empty":
            return Problem(line, kind)
        case _ if kind.startswith("duration."):
            amount = {"text": short(str(context["text"])), "forms": str(context.get("forms", ""))}
            return Problem(line, kind, {"path": shown, **amount})
        case "string_pattern_mismatch":
            zh, en = _FORMS.get(str(context.get("pattern")), ("", ""))
            text = short(str(error["input"]))
            return Problem(
                line, "value.pattern", {"path": shown, "detail": (f"“{text}”{zh}", f"“{text}”{en}")}
            )
        case _ if kind in _BOUNDS:
            zh, en = _BOUNDS[kind]
            numbers = {
                "least": "",
                "most": "",
                **{_BOUND_NAMES.get(key, key): value for key, value in context.items()},
            }
            return Problem(
                line,
                "value.range",
                {"path": shown, "detail": (zh.format_map(numbers), en.format_map(numbers))},
            )
        case _:
            wanted = next((words for start, words in _TYPES.items() if kind.startswith(start)), None)
            return Problem(
                line, "value.type", {"path": shown, "detail": wanted or (error["msg"], error["msg"])}
            )


# How a text must look, by its pattern.
_FORMS: dict[str, tuple[str, str]] = {
    r"^[a-z0-9][a-z0-9_-]*$": (
        "（只用小写字母、数字、- 和 _）",
        " (small letters, digits, - and _ only)",
    ),
    r"^[a-z][a-z0-9_]*$": ("（只用小写字母、数字和 _）", " (small letters, digits and _ only)"),
    r"\S": ("（不能为空）", " (may not be empty)"),
    r"^([1-9]\d?%|breach(\+\d+(min|h))?|hand)$": (
        "（写 75%、breach、breach+2h 或 hand）",
        " (write 75%, breach, breach+2h or hand)",
    ),
    PERCENT: ("（写 3%，不超过 100%）", " (write 3%, at most 100%)"),
}


# What a value should have been, by the start of pydantic's word for the error.
_TYPES: dict[str, tuple[str, str]] = {
    "string": (
        "应为文字；数字形式的文字请加引号",
        "text is wanted; put quotes around a number that is meant as text",
    ),
    "int": ("应为整数", "a whole number is wanted"),
    "float": ("应为数字", "a number is wanted"),
    "finite": ("应为有限的数字", "a finite number is wanted"),
    "bool": ("应为 true 或 false", "true or false is wanted"),
    "tuple": ("应为列表", "a list is wanted"),
    "missing": ("列表缺少内容", "the list is too short"),
    "dict": ("应为“名称: 内容”", "a mapping is wanted"),
    "model": ("应为“名称: 内容”", "a mapping is wanted"),
}
_BOUND_NAMES = {
    "ge": "least",
    "gt": "least",
    "le": "most",
    "lt": "most",
    "min_length": "least",
    "max_length": "most",
}
_BOUNDS: dict[str, tuple[str, str]] = {
    "greater_than_equal": ("不得小于 {least}", "at least {least}"),
    "greater_than": ("须大于 {least}", "more than {least}"),
    "less_than_equal": ("不得大于 {most}", "at most {most}"),
    "less_than": ("须小于 {most}", "less than {most}"),
    "string_too_short": ("不能为空", "may not be empty"),
    "string_too_long": ("最多 {most} 个字符", "at most {most} characters"),
    "too_short": ("至少 {least} 项", "at least {least} entries"),
    "too_long": ("最多 {most} 项", "at most {most} entries"),
}


def _show(path: Path) -> str:
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return short(text.removeprefix(".")) or "plan"


_PARTS: dict[str, type[BaseModel]] = {
    "when": When, "text": Text, "ask": Text, "note": Text, "title": Text, "means": Text, "document": Document,
    "charges": Charges, "items": Item, "severities": Severity, "pauses": PauseRule, "escalation": LadderStep,
    "periods": Period, "calendars": CalendarRule, **SECTIONS,
}  # fmt: skip


def _keys_at(path: Path) -> list[str]:
    """The keys that the mapping at a path may have; the innermost part that the path names decides."""
    names = [step for step in path if isinstance(step, str) and step in _PARTS]
    model = _PARTS[names[-1]] if names else Plan
    return [field.alias or name for name, field in model.model_fields.items()]


def _hint(word: str, known: Sequence[str]) -> Fact:
    close = difflib.get_close_matches(word[:80], known, n=1)
    return (f"（是否 {close[0]}？）", f" (did you mean {close[0]}?)") if close else ""


def _families(field: str) -> frozenset[str]:
    table = {"owe": words.OWE_FAMILIES, "on": words.EVENT_FAMILIES, "measure": words.MEASURE_FAMILIES}
    return table.get(field, words.TOPICS)


def _broken_references(plan: Plan, lines: dict[Path, int]) -> Iterable[Problem]:
    """Errors that need more than one field: duplicate ids, unknown references, impossible pairs."""
    yield from _duplicates(plan, lines)
    for name, rule in plan.calendars.items():
        if isinstance(rule, CalendarRule):
            try:
                _has_hours(rule)
                spec_of_rule(rule)
            except BadCalendar as bad:
                yield _bad_calendar(bad, ("calendars", name), lines)
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
                facts: dict[str, Fact] = {"path": _show(path), "what": _WHAT[what], "id": one}
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


def _bad_calendar(bad: BadCalendar, path: Path, lines: dict[Path, int]) -> Problem:
    """At the field that is wrong; faults of a weekday stem from the hours."""
    problem, where = str(bad.facts["problem"]), str(bad.facts.get("where", ""))
    field = "zone" if problem == "unknown_zone" else where if where in CalendarRule.model_fields else "hours"
    zh, en = _CALENDAR_WORDS.get(problem, (problem, problem))
    value = short(str(bad.facts.get("value", "")))
    detail = f"{zh} {value}".strip(), f"{en} {value}".strip()
    return Problem(
        line_of_path(lines, (*path, field)), "calendar.bad", {"id": str(path[-1]), "detail": detail}
    )


_CALENDAR_WORDS: dict[str, tuple[str, str]] = {
    "unknown_weekday": (
        "不认识的星期（写 mon-fri 或 mon,wed,sat）",
        "unknown weekdays (write mon-fri):",
    ),
    "bad_window": ("时段写法不对（写 09:00-18:00）", "not a window (write 09:00-18:00):"),
    "bad_time": ("不是一天里的时刻", "not a time of day:"),
    "bad_date": ("不是日期（写 2026-01-31）", "not a date (write 2026-01-31):"),
    "backward_window": (
        "时段的结束不晚于开始（跨夜写成两段）",
        "the window ends before it starts (a night is two windows):",
    ),
    "windows_overlap": ("时段重叠", "windows overlap:"),
    "unknown_zone": ("没有这个时区", "no such time zone:"),
    "never_opens": ("没有一个服务时段（写 09:00-18:00）", "no hours at all (write 09:00-18:00)"),
}
_WHAT: dict[str, tuple[str, str]] = {
    "calendar": ("服务日历", "calendar"),
    "severity": ("故障等级", "severity"),
    "pause": ("暂停原因", "pause"),
    "period": ("期间", "period"),
}


def _odd_fields(plan: Plan, promise: Promise, path: Path, lines: dict[Path, int]) -> Iterable[Problem]:
    name = getattr(promise, "calendar", None)
    for field in ("within", "lead", "due"):
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
        figures = [one for one in (bound.at_least, bound.at_most) if one is not None]
        if bound.unit == "%" and any(not 0 <= figure <= 100 for figure in figures):
            yield Problem(line_of_path(lines, where), "bounds.percent", {"path": _show(where)})
        if bound.at_least is not None and bound.at_most is not None and bound.at_least > bound.at_most:
            yield Problem(line_of_path(lines, where), "bounds.reversed", {"path": _show(where)})
    if isinstance(promise, Staffing) and promise.sign_in:
        yield from _bad_sign_in(promise, path, lines)
    if isinstance(promise, Entitlement) and promise.years and promise.years[0] >= promise.years[1]:
        yield Problem(
            line_of_path(lines, (*path, "years")), "years.reversed", {"path": _show((*path, "years"))}
        )


def _bad_sign_in(staffing: Staffing, path: Path, lines: dict[Path, int]) -> Iterable[Problem]:
    try:
        CalendarSpec.weekly("Asia/Shanghai", {"mon": [_window(text) for text in staffing.sign_in]})
    except BadCalendar as bad:
        found = _bad_calendar(bad, path, lines)
        line = line_of_path(lines, (*path, "sign_in"))
        yield Problem(
            line, "window.bad", {"path": _show((*path, "sign_in")), "detail": found.facts["detail"]}
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
