"""From rows of a foreign table to cases with events, by a mapping. Nothing bad is dropped without saying so."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn

from luyue.domain.cases import (
    CANCELLED,
    CLOSED,
    EVENT_OF_ACT,
    PAUSED,
    REOPENED,
    REPORTED,
    RESOLVED,
    RESUMED,
    SEVERITY_CHANGED,
    CaseEvent,
    Facts,
)  # fmt: skip
from luyue.domain.history.mapping import (
    EVENT_OF_FIELD,
    PAIRS,
    TEXT_FIELDS,
    ActState,
    Mapping,
    PauseState,
    Rank,
    SeverityWord,
)  # fmt: skip
from luyue.domain.instants import instant, zone_info
from luyue.domain.plan.model import Plan
from luyue.domain.tables import SENTENCES as TABLE_SENTENCES
from luyue.domain.tables import BadTable, Row, column_name

EARLIEST = instant(datetime(1990, 1, 1, tzinfo=UTC))
LONGEST_ID = 100
REMEMBERED, MOST_REMEMBERED = 60, 100_000
# Days since 1899-12-30 that a spreadsheet may show as a plain number: the years 1990 to 2100.
SERIAL_DAYS = range(32_874, 73_051)
SERIAL_START = datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class HistoryCase:
    """A case as a foreign log tells it. `row`: where it begins in the file; `facts`: what is known at its report.

    events: in order of time, the first is the report. A severity stands in an event's data as `severity_rank` (1 is
    the gravest) or `severity_word`, a pause's `reason` as `reasons`, until `for_plan` puts in those of a plan.
    """

    external_id: str
    row: int
    facts: Facts
    events: tuple[CaseEvent, ...]
    title: str = ""
    description: str = ""
    reporter: str = ""
    site: str = ""
    device: str = ""
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """What could not be taken over. `code` is public; `value` as it stands in the file, shortened; `case` if known."""

    row: int
    column: str
    code: str
    value: str = ""
    case: str = ""
    facts: Dict[str, str | int] = field(default_factory=dict)

    def sentence(self, language: str = "zh") -> str:
        """What is wrong and what to do, without the row's number."""
        english = language.startswith("en")
        zh, en = TABLE_SENTENCES[self.code[6:]] if self.code.startswith("table.") else SENTENCES[self.code]
        return (en if english else zh).format_map(
            {"row": self.row, "column": self.column, "value": self.value, "case": self.case, **self.facts}
        )


SENTENCES: dict[str, tuple[str, str]] = {
    "id.missing": ("没有单号（列“{column}”）。", "There is no case number (column “{column}”)."),
    "case.duplicate": (
        "单号 {case} 在第 {first} 行已出现过；一个单号只收第一行。",
        "Case {case} stands in row {first} already; only the first row of a number is taken.",
    ),
    "row.duplicate": ("与第 {first} 行完全相同。", "It is the same as row {first}."),
    "date.missing": ("缺少时间（列“{column}”）。", "The time is missing (column “{column}”)."),
    "date.unreadable": (
        "看不懂时间“{value}”（列“{column}”）；请检查日期格式。",
        "Cannot read the time “{value}” (column “{column}”); check the date form.",
    ),
    "date.no_time": (
        "“{value}”（列“{column}”）只有日期没有钟点，算不出时限；补上钟点，或在映射里写 dates_without_time。",
        "“{value}” (column “{column}”) is a date without a time, so no limit can be reckoned; add the time, or set "
        "dates_without_time in the mapping.",
    ),
    "date.too_early": (
        "时间“{value}”（列“{column}”）早于 1990 年，多半是空单元格或格式错。",
        "The time “{value}” (column “{column}”) is before 1990: most likely an empty cell or a wrong form.",
    ),
    "date.future": (
        "时间“{value}”（列“{column}”）在将来。",
        "The time “{value}” (column “{column}”) lies in the future.",
    ),
    "order.before_report": (
        "“{column}”的时间 {value} 早于报修时间。",
        "The time {value} of “{column}” is before the report.",
    ),
    "order.reversed": (
        "“{column}”的时间 {value} 早于“{first}”。",
        "The time {value} of “{column}” is before “{first}”.",
    ),
    "word.unknown": (
        "不认识“{value}”（列“{column}”）；请在映射的 words 或 states 里补上。",
        "“{value}” (column “{column}”) is unknown; add it to words or states in the mapping.",
    ),
    "word.not_in_plan": (
        "方案没有故障等级“{value}”；请在映射的 words.severity 里对应到方案的等级。",
        "The plan has no severity “{value}”; map it to one of the plan's in words.severity.",
    ),
    "text.too_long": (
        "“{column}”超过 {limit} 个字。请缩短后重试。",
        "“{column}” has more than {limit} characters. Shorten it and try again.",
    ),
    "text.encoding": (
        "“{column}”里有无法解码的字：文件中途换了编码或已损坏。",
        "“{column}” has letters that cannot be decoded: the encoding changes midway or the file is damaged.",
    ),
    "text.control": ("“{column}”里有控制字符。", "“{column}” has control characters."),
    "number.unreadable": (
        "“{value}”（列“{column}”）不是数字。",
        "“{value}” (column “{column}”) is not a number.",
    ),
}


class _Bad(Exception):
    """A cell that cannot be used; becomes a BadRow where row and column are known."""

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code, self.facts = code, facts


def map_rows(rows: Iterable[tuple[int, Row]], mapping: Mapping, now: int) -> Iterator[HistoryCase | BadRow]:
    """Cases and bad rows. Of a table as the rows come; of a log after its last row, cases in order of appearance.

    In a table a bad row drops its case. In a log a bad row is left out and the rest of its case is kept.

    Args:
        rows: (row number, cells), a `tables.Table` for one. If it breaks off (BadTable), that is listed as a bad row
            and what came before is kept.
        now: UTC seconds; later times are refused.
    """
    reader = _Reader(mapping, now)
    if mapping.layout == "table":
        seen: dict[str, int] = {}
        for number, row in _whole(rows, reader):
            yield from reader.table_row(number, row, seen)
        yield from reader.bad
        return
    logs: dict[str, _Log] = {}
    for number, row in _whole(rows, reader):
        reader.log_row(number, row, logs)
    for case in logs.values():
        found = reader.log_case(case)
        if found is not None:
            yield found
    yield from sorted(reader.bad, key=lambda bad: bad.row)


def _whole(rows: Iterable[tuple[int, Row]], reader: "_Reader") -> Iterator[tuple[int, Row]]:
    try:
        yield from rows
    except BadTable as broken:
        facts = {name: value for name, value in broken.facts.items() if isinstance(value, str | int)}
        reader.bad.append(BadRow(int(facts.get("row", 0)), "", f"table.{broken.problem}", facts=facts))


def for_plan(case: HistoryCase, plan: Plan) -> HistoryCase | BadRow:
    """The case in the words of a plan: severities by rank or word, pauses by the first reason that the plan knows.

    A rank below the plan's mildest level is that level; but where a plan names a single level, it is one for special
    cases, and ranks below the first have none.
    """
    changed: list[CaseEvent] = []
    for event in case.events:
        data = event.data
        if "severity_rank" in data or "severity_word" in data:
            try:
                data = {**data, "severity": _severity_in(plan, data)}
            except _Bad as bad:
                return BadRow(case.row, "", bad.code, case=case.external_id, value=str(data["severity_word"]))
        if "reasons" in data:
            known = {rule.id for rule in plan.pauses}
            data = {**data, "reason": next((r for r in data["reasons"] if r in known), data["reasons"][0])}
        changed.append(event if data is event.data else replace(event, data=data))
    severity = changed[0].data.get("severity") if changed else None
    return replace(case, events=tuple(changed), facts=replace(case.facts, severity=severity))


def _severity_in(plan: Plan, data: Dict[str, Any]) -> str | None:
    levels = plan.severities
    if not levels:
        return None
    if "severity_rank" in data:
        rank = int(data["severity_rank"])
        return levels[min(rank, len(levels)) - 1].id if rank == 1 or len(levels) > 1 else None
    word = str(data["severity_word"])
    for level in levels:
        if word in (level.id, level.zh, level.en, *level.words):
            return level.id
    raise _Bad("word.not_in_plan")


@dataclass(slots=True)
class _Log:
    """Rows of one case while a log is read. Each: (at, order, row, state, severity, assignee, recorded)."""

    external_id: str
    rows: list[tuple[int, tuple[float, ...], int, str, str, str, int | None]]
    head: tuple[int, tuple[float, ...]]
    first: tuple[int, Row]


class _Reader:
    """One pass over a file: the mapping made ready, the times read so far, the bad rows found."""

    def __init__(self, mapping: Mapping, now: int) -> None:
        self.mapping, self.now = mapping, now
        self.zone = zone_info(mapping.zone)
        self.columns = {
            name: tuple(map(column_name, names)) for name, names in mapping.columns.by_field().items()
        }
        self.missing = frozenset(("", *mapping.missing))
        self.times: dict[str, int | str] = {}  # a text that is no time: the code of what is wrong
        self.texts_read: dict[str, str] = {}
        self.bad: list[BadRow] = []
        self.acts = [(name, kind) for name, kind in EVENT_OF_FIELD.items() if name in self.columns]

    # cells

    def text(self, row: Row, name: str, limit: int = 200) -> str:
        """The trimmed text of a column, "" when missing. Raises _Bad."""
        columns = self.columns.get(name)
        if columns is None:
            return ""
        if len(columns) == 1:
            return self.cell_text(row.get(columns[0]), limit)
        parts = [self.cell_text(row.get(column), limit) for column in columns]
        return self.within(" · ".join(part for part in parts if part), limit)

    def cell_text(self, cell: Any, limit: int) -> str:
        if cell is None:
            return ""
        known = self.texts_read.get(cell) if isinstance(cell, str) else None
        if known is not None:
            return known
        text = self.new_text(cell, limit)
        # Logs repeat the same short words on every row.
        if isinstance(cell, str) and len(cell) <= REMEMBERED and len(self.texts_read) < MOST_REMEMBERED:
            self.texts_read[cell] = text
        return text

    def new_text(self, cell: Any, limit: int) -> str:
        if not isinstance(cell, str):
            cell = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        text: str = cell.strip()
        if text in self.missing:
            return ""
        if not text.isascii() and "\ufffd" in text:
            raise _Bad("text.encoding")
        if not text.isprintable() and any(
            unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text
        ):
            raise _Bad("text.control")
        return self.within(text, limit)

    @staticmethod
    def within(text: str, limit: int) -> str:
        if len(text) > limit:
            raise _Bad("text.too_long", limit=limit)
        return text

    def time(self, cell: Any, *, optional: bool = False) -> int | None:
        """The instant of a cell, None when missing and optional. Raises _Bad."""
        if isinstance(cell, str):
            found = self.times.get(cell)
            if found is None:
                text = self.cell_text(cell, 100)
                if text:
                    try:
                        found = self.checked(self.parsed(text))
                    except _Bad as bad:
                        found = bad.code
                    self.times[cell] = found
            if isinstance(found, str):
                raise _Bad(found)
            if found is not None:
                return found
            cell = None
        if cell is None:
            if optional:
                return None
            raise _Bad("date.missing")
        return self.checked(self.moment(cell))

    def checked(self, at: int) -> int:
        if at < EARLIEST:
            raise _Bad("date.too_early")
        if at > self.now:
            raise _Bad("date.future")
        return at

    def moment(self, cell: Any) -> int:
        """A spreadsheet's cell that is not a text."""
        if isinstance(cell, datetime):
            return self.on_the_wall(cell)
        if isinstance(cell, date):
            return self.day(cell)
        if isinstance(cell, float) and int(cell) in SERIAL_DAYS and not cell.is_integer():
            whole = SERIAL_START + timedelta(seconds=round(cell * 86_400))
            return self.on_the_wall(whole)
        raise _Bad("date.unreadable")

    def parsed(self, text: str) -> int:
        for form in self.mapping.dates:
            if form == "auto":
                found = self.guessed(text)
                if found is not None:
                    return found
                continue
            try:
                read = datetime.strptime(text, form)
            except ValueError:
                continue
            return self.on_the_wall(read) if "%H" in form or "%I" in form else self.day(read.date())
        raise _Bad("date.unreadable")

    def guessed(self, text: str) -> int | None:
        """Year first, in any common way of writing; ISO 8601 with an offset too."""
        match = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
        if match is None:
            try:
                read = datetime.fromisoformat(text)
            except ValueError:
                return None
            return self.on_the_wall(read)
        year, month, day_number, half, hour, minute, second = match.groups()
        try:
            on = date(int(year), int(month), int(day_number))
            if hour is None:
                return self.day(on)
            hours = int(hour) + (12 if half in ("下午", "晚上") and int(hour) < 12 else 0)
            return self.on_the_wall(datetime.combine(on, time(hours, int(minute or 0), int(second or 0))))
        except ValueError:
            return None

    def on_the_wall(self, moment: datetime) -> int:
        return instant(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))

    def day(self, on: date) -> int:
        rule = self.mapping.dates_without_time
        if rule == "refuse":
            raise _Bad("date.no_time")
        of_day = time() if rule == "start_of_day" else time(23, 59, 59)
        return self.on_the_wall(datetime.combine(on, of_day))

    def severity(self, word: str) -> dict[str, str | int]:
        """The data of an event for a severity's foreign word; empty for none. Raises _Bad."""
        table = self.mapping.words.severity
        if not word:
            return _severity_data(self.mapping.constants.severity)
        if not table:
            return {"severity_word": word}
        if word not in table:
            raise _Bad("word.unknown")
        return _severity_data(table[word])

    def known_facts(self, row: Row, problems: list[BadRow], number: int, case: str) -> dict[str, Any]:
        """Facts that the row and the constants tell: kind, channel, onsite, remote_failed."""
        constants, tables = self.mapping.constants, self.mapping.words
        facts: dict[str, Any] = {
            "kind": constants.kind,
            "channel": constants.channel,
            "onsite": constants.onsite,
            "remote_failed": constants.remote_failed,
        }
        for name in facts:
            if name in self.columns:
                word = self.guarded(self.text, row, name, problems, number, case)
                if word:
                    table: Dict[str, Any] = getattr(tables, name)
                    if word in table:
                        facts[name] = table[word]
                    else:
                        problems.append(self.listed(number, name, _Bad("word.unknown"), word, case))
        return {name: value for name, value in facts.items() if value is not None}

    def guarded(
        self, read: Any, row: Row, name: str, problems: list[BadRow], number: int, case: str, **how: Any
    ) -> Any:
        try:
            return read(row, name, **how)
        except _Bad as bad:
            problems.append(self.listed(number, name, bad, row.get(self.columns[name][0]), case))
            return None

    def column_time(self, row: Row, name: str, *, optional: bool = True) -> int | None:
        return self.time(row.get(self.columns[name][0]), optional=optional)

    def listed(self, number: int, name: str, bad: _Bad, value: Any, case: str) -> BadRow:
        shown = "" if value is None else str(value)
        columns = "、".join(self.columns.get(name, (name,)))
        return BadRow(
            number, columns, bad.code, shown[:80] + ("…" if len(shown) > 80 else ""), case, bad.facts
        )

    # a table: a row is a case

    def table_row(self, number: int, row: Row, seen: dict[str, int]) -> Iterator[HistoryCase | BadRow]:
        problems: list[BadRow] = []
        case = self.guarded(self.text, row, "external_id", problems, number, "", limit=LONGEST_ID)
        if case == "":
            problems.append(self.listed(number, "external_id", _Bad("id.missing"), "", ""))
        elif case is not None:
            if case in seen:
                bad = _Bad("case.duplicate", first=seen[case])
                yield self.listed(number, "external_id", bad, case, case)
                return
            seen[case] = number
        case = case or ""
        reported = self.guarded(self.column_time, row, "reported_at", problems, number, case, optional=False)
        recorded = (
            self.guarded(self.column_time, row, "recorded_at", problems, number, case)
            if "recorded_at" in self.columns
            else None
        )
        times: dict[str, int] = {} if reported is None else {"reported_at": reported}
        events = []
        for name, kind in self.acts:
            at = self.guarded(self.column_time, row, name, problems, number, case)
            if at is None:
                continue
            times[name] = at
            if reported is not None and at < reported:
                problems.append(self.out_of_order(number, row, name, _Bad("order.before_report"), case))
            data: dict[str, Any] = {}
            if kind == PAUSED:
                word = self.guarded(self.text, row, "pause_reason", problems, number, case)
                data["reasons"] = self.mapping.words.pause_reason.get(word or "", (word or "",))
            events.append(CaseEvent(kind, at, max(at, recorded or at), data))
        for earlier, later in PAIRS:
            if earlier in times and later in times and times[later] < times[earlier]:
                bad = _Bad("order.reversed", first=self.columns[earlier][0])
                problems.append(self.out_of_order(number, row, later, bad, case))
        data = self.known_facts(row, problems, number, case)
        word = self.guarded(self.text, row, "severity", problems, number, case) or ""
        try:
            data |= self.severity(word)
        except _Bad as bad:
            problems.append(self.listed(number, "severity", bad, word, case))
        texts = self.texts(row, problems, number, case)
        if problems or reported is None:
            yield from problems
            return
        report = CaseEvent(REPORTED, reported, max(reported, recorded or reported), data)
        ordered = (report, *sorted(events, key=lambda event: event.at))
        yield HistoryCase(case, number, _facts(data), ordered, **texts)

    def out_of_order(self, number: int, row: Row, name: str, bad: _Bad, case: str) -> BadRow:
        return self.listed(number, name, bad, row.get(self.columns[name][0]), case)

    def texts(self, row: Row, problems: list[BadRow], number: int, case: str) -> dict[str, str]:
        return {
            name: self.guarded(self.text, row, name, problems, number, case, limit=limit) or ""
            for name, limit in TEXT_FIELDS.items()
            if name in self.columns
        }

    # a log: a row is a change

    def log_row(self, number: int, row: Row, logs: dict[str, _Log]) -> None:
        name, case = "external_id", ""
        try:
            case = self.text(row, "external_id", LONGEST_ID)
            if not case:
                self.refuse("id.missing")
            name = "at"
            at = self.column_time(row, "at", optional=False)
            assert at is not None
            name = "state"
            state = self.text(row, "state")
            if state not in self.mapping.states:
                self.refuse("word.unknown")
            name = "severity"
            severity = self.text(row, "severity")
            if severity and self.mapping.words.severity and severity not in self.mapping.words.severity:
                self.refuse("word.unknown")
            name = "assignee"
            assignee = self.text(row, "assignee")
            name = "recorded_at"
            recorded = self.column_time(row, "recorded_at") if name in self.columns else None
            name = "order"
            order = tuple(_number(row.get(column)) for column in self.columns.get("order", ()))
        except _Bad as bad:
            value = row.get(self.columns[name][0])
            self.bad.append(self.listed(number, name, bad, value, case))
            return
        entry = (at, order, number, state, severity, assignee, recorded)
        log = logs.get(case)
        if log is None:
            logs[case] = _Log(case, [entry], (at, order), (number, row))
            return
        log.rows.append(entry)
        if (at, order) < log.head:
            log.head, log.first = (at, order), (number, row)

    @staticmethod
    def refuse(code: str) -> NoReturn:
        raise _Bad(code)

    def log_case(self, log: _Log) -> HistoryCase | None:
        """A case from its changes. Only what a row itself says at its own time is used: columns that carry final
        values on every row, such as a closing date, would let a replay know the future."""
        number, row = log.first
        case = log.external_id
        problems: list[BadRow] = []
        data = self.known_facts(row, problems, number, case)
        texts = self.texts(row, problems, number, case)
        reported: int | None = log.head[0]
        if "reported_at" in self.columns:
            reported = self.guarded(
                self.column_time, row, "reported_at", problems, number, case, optional=False
            )
        self.bad += problems
        if problems or reported is None:
            return None
        rows = sorted(log.rows, key=lambda entry: entry[:3])
        data |= self.severity(rows[0][4])
        events = [CaseEvent(REPORTED, reported, reported, data)]
        before = _Before(severity=rows[0][4], assignee="")
        seen: dict[tuple[object, ...], int] = {}
        for at, order, place, state, severity, assignee, recorded in rows:
            same = (at, order, state, severity, assignee)
            if order and same in seen:
                self.bad.append(BadRow(place, "", "row.duplicate", case=case, facts={"first": seen[same]}))
                continue
            seen[same] = place
            if at < reported:
                self.bad.append(
                    self.listed(place, "at", _Bad("order.before_report"), _shown(at, self.zone), case)
                )
                continue
            for kind, changes in before.step(
                self.mapping, state, self.severity(severity), severity, assignee
            ):
                events.append(CaseEvent(kind, at, max(at, recorded or at), changes))
        return HistoryCase(case, number, _facts(data), tuple(events), **texts)


_NOTHING: Dict[str, Any] = {}


@dataclass(slots=True)
class _Before:
    """What was so before a change of a log."""

    severity: str
    assignee: str
    state: str = ""
    reasons: tuple[str, ...] = ()
    answered: bool = False
    over: bool = False

    def step(
        self, mapping: Mapping, state: str, data: dict[str, str | int], severity: str, assignee: str
    ) -> Iterator[tuple[str, Dict[str, Any]]]:
        """Events of the next row. The first sign that somebody works on the case is taken as the reply."""
        if severity != self.severity and severity:
            self.severity = severity
            yield SEVERITY_CHANGED, data
        if assignee != self.assignee and assignee:
            self.assignee = assignee
            yield "case.assigned", {"to": assignee}
        if state == self.state:
            return
        self.state = state
        meaning = mapping.states[state]
        if meaning == "ignore":
            return
        pause = meaning.pause if isinstance(meaning, PauseState) else ()
        if self.reasons and pause != self.reasons:
            yield RESUMED, {"reasons": self.reasons}
            self.reasons = ()
        if isinstance(meaning, ActState):
            yield EVENT_OF_ACT[meaning.act], _NOTHING
            return
        if meaning in ("resolved", "closed", "cancelled"):
            self.over = True
            yield {"resolved": RESOLVED, "closed": CLOSED, "cancelled": CANCELLED}[str(meaning)], _NOTHING
            return
        if self.over:
            self.over = False
            yield REOPENED, _NOTHING
        elif meaning != "new" and not self.answered:
            self.answered = True
            yield "case.responded", _NOTHING
        if pause and not self.reasons:
            self.reasons = pause
            yield PAUSED, {"reasons": pause}


_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]*(上午|下午|晚上)?[ ]*(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?)?"
)


def _severity_data(word: SeverityWord | None) -> dict[str, str | int]:
    if word is None:
        return {}
    return {"severity_rank": word.rank} if isinstance(word, Rank) else {"severity_word": word}


def _facts(data: Dict[str, Any]) -> Facts:
    return Facts(
        **{name: data[name] for name in ("kind", "channel", "onsite", "remote_failed") if name in data}
    )


def _number(cell: Any) -> float:
    if cell is None or cell == "":
        return 0.0
    try:
        return float(cell)
    except (TypeError, ValueError) as error:
        raise _Bad("number.unreadable") from error


def _shown(at: int, zone: Any) -> str:
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M")
