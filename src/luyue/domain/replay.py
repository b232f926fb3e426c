"""What a history of cases would have meant under a plan. The JSON is described in docs/history-import.md."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from statistics import median
from typing import Any, TextIO

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import CalendarTooShort, compile_calendar
from luyue.domain.cases import Facts
from luyue.domain.clocks import Reading, read_case
from luyue.domain.history import HistoryCase
from luyue.domain.instants import local, zone_info
from luyue.domain.plan.loader import calendar_spec
from luyue.domain.plan.model import Plan
from luyue.domain.plan.spans import Span, Unit
from luyue.domain.terms import STOPS, Terms, terms_of

# What a result can be. Clocks that ended without an answer (superseded, cancelled, waived) are not applicable, and
# say why in `because`: so the five counts of a promise always add up to its results.
RESULTS = ("met", "breached", "running", "not_started", "not_applicable")
# Years beyond the last event for which calendars are compiled, tried in turn: limits may be long.
YEARS_AHEAD = (2, 12, 100)
CHUNK = 2000
# Events that no clock looks at; a log is full of them.
IDLE = frozenset({"case.assigned", "case.noted"})


@dataclass(frozen=True, slots=True)
class Left:
    """A target that cannot run. reason: `ask`, `by_agreement`, or who owes it if not the provider."""

    promise: str
    clause: str
    reason: str


@dataclass(frozen=True)
class Replay:
    """readings: (case id, clock) in the order of the cases, for each case in the order of the plan's targets.

    as_of: UTC seconds at which the clocks are read. first_year, last_year: what the readings touch.
    """

    plan: Plan
    as_of: int
    terms: tuple[Terms, ...]
    specs: Mapping[str, CalendarSpec]
    readings: Sequence[tuple[str, Reading]]
    not_executable: tuple[Left, ...]
    first_year: int
    last_year: int
    untold: frozenset[str] = frozenset()

    @property
    def unconfirmed(self) -> tuple[int, ...]:
        """Years whose public holidays are not known for sure, if a calendar asks for them."""
        return tuple(
            sorted({
                year
                for one in self.terms
                for year in one.calendar.unconfirmed
                if self.first_year <= year <= self.last_year
            })
        )  # fmt: skip


def default_as_of(cases: Iterable[HistoryCase]) -> int | None:
    """The last thing that the history tells: after it nobody knows what happened. None without cases."""
    return max((event.at for case in cases for event in case.events), default=None)


def contract_facts(
    plan: Plan, periods: Iterable[str] | None = None, grade: str | None = None, options: Iterable[str] = ()
) -> Facts:
    """What is assumed of the contract. By default it is in every period that does not come after another one."""
    chosen = [p.id for p in plan.periods if p.after is None] if periods is None else periods
    return Facts(periods=frozenset(chosen), grade=grade, options=frozenset(options))


def replay(
    plan: Plan,
    cases: Sequence[HistoryCase],
    as_of: int,
    *,
    contract: Facts | None = None,
    figures: Mapping[str, Span] | None = None,
    told: frozenset[str] | None = None,
) -> Replay:
    """Read every clock of every case at `as_of`.

    Args:
        cases: in the words of the plan (`history.for_plan`).
        contract: periods, grade and options to assume; see `contract_facts`.
        figures: promise id → limit, for promises that the document leaves open.
        told: kinds of events that the history records (`Mapping.told_events`); None: all.
    """
    known = contract or contract_facts(plan)
    first = min((case.events[0].at for case in cases if case.events), default=as_of)
    specs = {name: calendar_spec(plan, name) for name in plan.calendars}
    for ahead in YEARS_AHEAD:
        begin, end = date(_year(first) - 1, 1, 1), date(min(_year(max(as_of, first)) + ahead, 2199), 12, 31)
        calendars = {name: compile_calendar(spec, begin, end) for name, spec in specs.items()}
        terms = terms_of(plan, calendars, figures)
        try:
            readings = list(_read(terms, cases, known, as_of))
        except CalendarTooShort:
            if ahead == YEARS_AHEAD[-1]:
                raise
            continue
        break
    instants = [at for _, r in readings for at in (r.started_at, r.due_at, r.stopped_at) if at is not None]
    ready = {one.promise for one in terms}
    left = tuple(
        Left(t.id, t.clause, t.by if t.by not in ("provider", "partner") else str(t.within))
        for t in plan.targets
        if t.id not in ready
    )
    target_calendar = {target.id: specs[target.calendar] for target in plan.targets}
    years = _year(min(instants, default=as_of)), _year(max(instants, default=as_of))
    untold = frozenset(
        one.promise
        for one in terms
        if told is not None and not any(STOPS[metric] & told for metric in one.metrics)
    )
    return Replay(plan, as_of, tuple(terms), target_calendar, readings, left, *years, untold)


def _read(
    terms: Sequence[Terms], cases: Sequence[HistoryCase], contract: Facts, as_of: int
) -> Iterator[tuple[str, Reading]]:
    for case in cases:
        if not case.events or case.events[0].at > as_of:
            continue
        facts = replace(case.facts, periods=contract.periods, grade=contract.grade, options=contract.options)
        events = [event for event in case.events if event.kind not in IDLE]
        for reading in read_case(terms, facts, events, as_of):
            yield case.external_id, reading


def _year(at: int) -> int:
    return local(at, "UTC").year


# -- JSON -------------------------------------------------------------------------------------------------------


def counts_of(readings: Iterable[Reading]) -> dict[str, int]:
    """applicable = met + breached + running + not_started; with not_applicable all results."""
    found = Counter(result_of(reading) for reading in readings)
    applicable = sum(found[word] for word in RESULTS[:4])
    return {"applicable": applicable, **{word: found[word] for word in RESULTS}}


def result_of(reading: Reading) -> str:
    return reading.result if reading.result in RESULTS else "not_applicable"


def write_json(result: Replay, file: TextIO) -> None:
    """Write the replay. A line a result, so that also a large file can be looked through with line tools."""
    by_promise: dict[str, list[Reading]] = {one.promise: [] for one in result.terms}
    for _, reading in result.readings:
        by_promise[reading.promise].append(reading)
    promises = [_promise_json(result, one, by_promise[one.promise]) for one in result.terms]
    left = [{"id": one.promise, "clause": one.clause, "reason": one.reason} for one in result.not_executable]
    head = {
        "plan": result.plan.id,
        "as_of": _iso(result.as_of, "Asia/Shanghai"),
        "promises": promises,
        "not_executable": left,
    }
    file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "results": [')
    zones = {one.promise: one.calendar.zone for one in result.terms}
    ids = {one.promise: json.dumps(one.promise) for one in result.terms}
    lines: list[str] = []
    separator, name, shown = "\n", None, ""
    for case, reading in result.readings:
        if case != name:
            name, shown = case, json.dumps(case, ensure_ascii=False)
        zone = zones[reading.promise]
        lines.append(
            f'{separator}{{"case": {shown}, "promise": {ids[reading.promise]}, '
            f'"started": {_quoted(reading.started_at, zone)}, "due": {_quoted(reading.due_at, zone)}, '
            f'"stopped": {_quoted(reading.stopped_at, zone)}, "paused_seconds": {reading.paused_seconds}, '
            f'"result": "{result_of(reading)}"{_extras(reading)}}}'
        )
        separator = ",\n"
        if len(lines) == CHUNK:
            file.write("".join(lines))
            lines.clear()
    file.write("".join(lines) + "\n]}\n")


def _promise_json(result: Replay, terms: Terms, readings: Iterable[Reading]) -> dict[str, Any]:
    spec = result.specs[terms.promise]
    return {
        "id": terms.promise,
        "clause": terms.clause,
        "metric": "|".join(terms.metrics),
        "within": terms.span.iso(),
        "unit": terms.unit.value,
        "calendar": spec.as_eval_json(date(result.first_year, 1, 1), date(result.last_year, 12, 31)),
        "counts": counts_of(readings),
        "told": terms.promise not in result.untold,
    }


def _extras(reading: Reading) -> str:
    because = "" if reading.result in RESULTS else f', "because": "{reading.result}"'
    return because + (f', "round": {reading.round}' if reading.round else "")


@lru_cache(maxsize=65536)
def _quoted(at: int | None, zone: str) -> str:
    return "null" if at is None else f'"{_iso(at, zone)}"'


def _iso(at: int, zone: str) -> str:
    return datetime.fromtimestamp(at, zone_info(zone)).isoformat()


# -- for people -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A promise's row of the table. median_used: seconds of the limit's own kind of time from start to the act,
    pauses excluded (real seconds for limits in days); None when nothing was done."""

    promise: str
    clause: str
    metric: str
    within: Span
    counts: Mapping[str, int]
    median_used: int | None
    told: bool = True

    @property
    def met_share(self) -> float | None:
        """Of those that are decided, how many were kept; 0 to 1."""
        decided = self.counts["met"] + self.counts["breached"]
        return self.counts["met"] / decided if decided else None


def lines(result: Replay) -> list[Line]:
    """One line a promise, in the plan's order."""
    by_promise: dict[str, list[Reading]] = {one.promise: [] for one in result.terms}
    for _, reading in result.readings:
        by_promise[reading.promise].append(reading)
    return [
        Line(
            promise=one.promise,
            clause=one.clause,
            metric="|".join(one.metrics),
            within=one.span,
            counts=counts_of(by_promise[one.promise]),
            median_used=_median_used(one, by_promise[one.promise]),
            told=one.promise not in result.untold,
        )
        for one in result.terms
    ]


def _median_used(terms: Terms, readings: Iterable[Reading]) -> int | None:
    in_days = terms.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    used = [
        r.stopped_at - r.started_at
        if in_days
        else max(0, terms.calendar.duration(r.started_at, r.stopped_at) - r.paused_seconds)
        for r in readings
        if r.stopped_at is not None and r.started_at is not None
    ]
    return int(median(used)) if used else None
