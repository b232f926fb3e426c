"""From rows of a foreign table to cases with events, by a mapping. Nothing bad is dropped without saying so."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import datetime
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
from luyue.domain.history.cells import Cells, number_of
from luyue.domain.history.mapping import (
    EVENT_OF_FIELD,
    PAIRS,
    TEXT_FIELDS,
    ActState,
    Mapping,
    PauseState,
)  # fmt: skip
from luyue.domain.history.told import BadCell, BadRow, HistoryCase
from luyue.domain.tables import BadTable, Row

LONGEST_ID = 100


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


@dataclass(slots=True)
class _Log:
    """Rows of one case while a log is read. Each: (at, order, row, state, severity, assignee, recorded)."""

    external_id: str
    rows: list[tuple[int, tuple[float, ...], int, str, str, str, int | None]]
    head: tuple[int, tuple[float, ...]]
    first: tuple[int, Row]


class _Reader(Cells):
    """One pass over a file: its cells, and the bad rows found."""

    def __init__(self, mapping: Mapping, now: int) -> None:
        super().__init__(mapping, now)
        self.bad: list[BadRow] = []
        self.acts = [(name, kind) for name, kind in EVENT_OF_FIELD.items() if name in self.columns]

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
                        problems.append(self.listed(number, name, BadCell("word.unknown"), word, case))
        return {name: value for name, value in facts.items() if value is not None}

    def guarded(
        self, read: Any, row: Row, name: str, problems: list[BadRow], number: int, case: str, **how: Any
    ) -> Any:
        try:
            return read(row, name, **how)
        except BadCell as bad:
            problems.append(self.listed(number, name, bad, row.get(self.columns[name][0]), case))
            return None

    def listed(self, number: int, name: str, bad: BadCell, value: Any, case: str) -> BadRow:
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
            problems.append(self.listed(number, "external_id", BadCell("id.missing"), "", ""))
        elif case is not None:
            if case in seen:
                bad = BadCell("case.duplicate", first=seen[case])
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
                problems.append(self.out_of_order(number, row, name, BadCell("order.before_report"), case))
            data: dict[str, Any] = {}
            if kind == PAUSED:
                word = self.guarded(self.text, row, "pause_reason", problems, number, case)
                data["reasons"] = self.mapping.words.pause_reason.get(word or "", (word or "",))
            events.append(CaseEvent(kind, at, max(at, recorded or at), data))
        for earlier, later in PAIRS:
            if earlier in times and later in times and times[later] < times[earlier]:
                bad = BadCell("order.reversed", first=self.columns[earlier][0])
                problems.append(self.out_of_order(number, row, later, bad, case))
        data = self.known_facts(row, problems, number, case)
        word = self.guarded(self.text, row, "severity", problems, number, case) or ""
        try:
            data |= self.severity(word)
        except BadCell as bad:
            problems.append(self.listed(number, "severity", bad, word, case))
        texts = self.texts(row, problems, number, case)
        if problems or reported is None:
            yield from problems
            return
        report = CaseEvent(REPORTED, reported, max(reported, recorded or reported), data)
        ordered = (report, *sorted(events, key=lambda event: event.at))
        yield HistoryCase(case, number, _facts(data), ordered, **texts)

    def out_of_order(self, number: int, row: Row, name: str, bad: BadCell, case: str) -> BadRow:
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
            order = tuple(number_of(row.get(column)) for column in self.columns.get("order", ()))
        except BadCell as bad:
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
        raise BadCell(code)

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
                    self.listed(place, "at", BadCell("order.before_report"), _shown(at, self.zone), case)
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


def _facts(data: Dict[str, Any]) -> Facts:
    return Facts(
        **{name: data[name] for name in ("kind", "channel", "onsite", "remote_failed") if name in data}
    )


def _shown(at: int, zone: Any) -> str:
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M")
