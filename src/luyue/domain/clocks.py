"""Clocks: one pure function from (terms, events, now) to state, due time and result (S-1, S-4, L1 to L3).

All times are whole UTC seconds. Nothing is ticked: whoever asks again with a later `now` gets the later answer, and
the same events always give the same clock.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import Calendar, compile_calendar
from luyue.domain.cases import (
    ARRIVED,
    CANCELLED,
    CLOSED,
    EXCUSED,
    PAUSED,
    REMOTE_STARTED,
    REOPENED,
    REPORTED,
    RESOLVED,
    CaseEvent,
    Facts,
    Stretch,
    applies,
    facts_after,
    merged,
    pauses_of,
    solved_stretches,
    standing,
)  # fmt: skip
from luyue.domain.instants import local
from luyue.domain.plan.model import Plan, Target, When
from luyue.domain.plan.spans import Span, Unit

STOPS: dict[str, frozenset[str]] = {
    # More than a reply is a reply too; an automatic acknowledgement is none of these.
    "respond": frozenset(
        {"case.responded", REMOTE_STARTED, "case.plan_given", "case.departed", ARRIVED, RESOLVED, CLOSED}
    ),
    "remote": frozenset({REMOTE_STARTED}),
    "plan": frozenset({"case.plan_given"}),
    "depart": frozenset({"case.departed", ARRIVED}),
    "arrive": frozenset({ARRIVED}),
    "restore": frozenset({"case.restored", RESOLVED, CLOSED}),
    "resolve": frozenset({RESOLVED, CLOSED}),
    "replace": frozenset({"case.replaced"}),
    "loan": frozenset({"case.loaned", "case.replaced"}),
    "emergency_plan": frozenset({"case.emergency_plan_given"}),
    "report": frozenset({"case.report_handed_over"}),
    "call_back": frozenset({"case.called_back"}),
    "repair_return": frozenset({"case.repair_returned"}),
    "answer_call": frozenset({"case.call_answered"}),
    "part_delivery": frozenset({"case.part_delivered"}),
}
STARTS: dict[str, frozenset[str]] = {
    "reported": frozenset({REPORTED}),
    "received": frozenset({"case.received", "case.triaged"}),
    "understood": frozenset({"case.understood"}),
    "responded": frozenset({"case.responded"}),
    "arrived": frozenset({ARRIVED}),
    "resolved": frozenset({RESOLVED, CLOSED}),
    "triggered": frozenset({REPORTED}),
    "open": frozenset({REPORTED}),
    "promised": frozenset({"case.call_back_promised"}),
    "agreed": frozenset({"case.date_agreed"}),
    "repair_sent": frozenset({"case.repair_sent"}),
    "part_ordered": frozenset({"case.part_ordered"}),
}
# Once the case is solved without them, nobody misses these: not applicable, never "met" (L1).
MOOT_ONCE_SOLVED = frozenset(
    {"remote", "plan", "depart", "arrive", "replace", "loan", "emergency_plan", "part_delivery", "restore"}
)
# A new or borrowed device bridges the time until the customer can work again ("not restored in 48 h" [002]). An
# emergency plan does not end there: its clause asks for a solution (003: not solved in 12 h).
MOOT_ONCE_RESTORED = frozenset({"replace", "loan"})
RESTORED = "case.restored"
ENDED_BY_SOLUTION = frozenset({"resolve", "restore"})
NO_CONDITION = When()
PROMISED = "promised"
AGREED = "agreed"
# What a person promises to somebody on one case names its own hour, and each such promise is a clock of its own.
NAMED = frozenset({PROMISED, AGREED})
FINAL = frozenset({"met", "not_applicable", "waived", "superseded", "cancelled"})


@dataclass(frozen=True, slots=True)
class Terms:
    """A target made ready to run: its figure, its compiled calendar, the pauses that the plan allows."""

    promise: str
    metrics: tuple[str, ...]
    span: Span
    calendar: Calendar
    always: bool
    start: str = "reported"
    when: When = NO_CONDITION
    pauses: frozenset[str] = frozenset()
    pause_limits: tuple[tuple[str, int], ...] = ()  # reason, seconds
    warn_at: int = 75
    reopen: str = "resume"
    clause: str = ""
    # The firm's own word on this case: it holds whatever the plan says, also out of scope.
    house: bool = False

    @property
    def unit(self) -> Unit:
        return self.span.unit(always=self.always)


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock at one moment.

    state: not_started, running, warning, paused, met, breached, not_applicable, waived, superseded or cancelled.
    result: the same without warning and paused, which are kinds of running.
    due_at: with the pauses so far; None before the start and while a pause holds the clock.
    paused_seconds: by how much pauses moved the due time (`_moved`), or while one holds the clock, have moved it
    until now.
    round: 0, or the number of the reopening that started this clock anew.
    held: what held it between its start and its stop, in order.
    """

    promise: str
    metrics: tuple[str, ...]
    state: str
    result: str
    started_at: int | None = None
    due_original: int | None = None
    due_at: int | None = None
    warn_at: int | None = None
    stopped_at: int | None = None
    ended_at: int | None = None
    paused_seconds: int = 0
    paused_since: int | None = None
    waits_until: int | None = None
    late_entry: bool = False
    round: int = 0
    held: tuple[Stretch, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something: running, or past due without the act."""
        return self.state in ("running", "warning", "paused") or (
            self.state == "breached" and self.ended_at is None
        )


def due_time(
    terms: Terms, start: int, pauses: Sequence[Stretch], share: int = 100, *, due: int | None = None
) -> int | None:
    """When `share` percent of the limit has run out, pauses excluded; None if an open pause holds it before that.
    `due`: the whole limit's due time, if it is known already.

    For limits in days a share is taken of the working time between start and due.
    """
    span, calendar = terms.span, terms.calendar
    if share == 100 and (span.working_days or span.calendar_days):
        return _due_day(terms, start, pauses)
    if span.seconds:
        left = -(-span.seconds * share // 100)
    else:
        end = due if due is not None else _due_day(terms, start, pauses)
        if end is None:
            return None
        # A limit in calendar days runs through nights and weekends; its share is of real time.
        if span.calendar_days:
            return start + (end - start) * share // 100
        left = -(-(calendar.duration(start, end) - _paused_time(calendar, start, end, pauses)) * share // 100)
        if left <= 0:
            return end
    at = start
    for pause_start, pause_end in pauses:
        if pause_end is not None and pause_end <= at:
            continue
        run = calendar.duration(at, pause_start) if pause_start > at else 0
        if run >= left:
            break
        left -= run
        if pause_end is None:
            return None
        at = pause_end
    return calendar.add(at, left)


def _due_day(terms: Terms, start: int, pauses: Sequence[Stretch]) -> int | None:
    """End of the nth day that counts. A day counts if the clock was running at its end."""
    wanted = terms.span.working_days or terms.span.calendar_days

    def end_of(n: int) -> int:
        if terms.span.working_days:
            return terms.calendar.add_days(start, n, end_of_working_day=True)
        return terms.calendar.add_calendar_days(start, n)

    if not pauses:
        return end_of(wanted)
    day, counted = 0, 0
    while counted < wanted:
        day += 1
        end = end_of(day)
        holding = next((p for p in pauses if p[0] < end and (p[1] is None or end <= p[1])), None)
        if holding is None:
            counted += 1
        elif holding[1] is None:
            return None
    return end_of(day)


def _paused_time(calendar: Calendar, start: int, end: int, pauses: Sequence[Stretch]) -> int:
    """Working seconds of the pauses within [start, end)."""
    total = 0
    for pause_start, pause_end in pauses:
        a, b = max(start, pause_start), end if pause_end is None else min(end, pause_end)
        if b > a:
            total += calendar.duration(a, b)
    return total


def _moved(
    terms: Terms, start: int, original: int | None, due: int | None, now: int, pauses: Sequence[Stretch]
) -> int:
    """How far pauses moved the due time: working seconds, for limits in calendar days real ones.

    Days move as wholes: a pause within a day that still counts moves nothing. So for every unit
    `add(original, moved) == due`, which somebody else can check.
    """
    if original is not None and due is not None:
        if terms.span.calendar_days:
            return due - original
        if terms.span.working_days:
            return terms.calendar.duration(original, due)
    # A pause that began after the clock ran out moved nothing.
    return _paused_time(terms.calendar, start, now if due is None else due, pauses)


def read_clock(terms: Terms, events: Sequence[CaseEvent], now: int) -> Reading:
    """The clock of one target on one case whose conditions hold. `events` in order of `at`, none after `now`."""
    return _read(terms, _Course.of(events), now, number=0)


@dataclass(frozen=True, slots=True)
class _Course:
    """Events in order, and what every clock of the case asks of them."""

    events: Sequence[CaseEvent]
    kinds: frozenset[str]
    solved: int | None
    cancelled: int | None

    @classmethod
    def of(cls, events: Sequence[CaseEvent]) -> "_Course":
        kinds = frozenset(event.kind for event in events)
        cancelled = next(e.at for e in events if e.kind == CANCELLED) if CANCELLED in kinds else None
        return cls(events, kinds, _last_solution(events), cancelled)


def _read(terms: Terms, course: _Course, now: int, number: int) -> Reading:
    events, solved, cancelled = course.events, course.solved, course.cancelled

    def unstarted(state: str, waits_until: int | None = None) -> Reading:
        return Reading(terms.promise, terms.metrics, state, state, waits_until=waits_until, round=number)

    start_event = _start_event(terms, course)
    if start_event is None:
        moot = (solved is not None and _moot(terms)) or cancelled is not None
        return unstarted("not_applicable" if moot else "not_started")
    start = start_event.at
    if terms.start in NAMED:
        terms = promised_terms(terms, start, int(start_event.data.get("until", start + 1)))
    stop = _stop_event(terms, course, start)
    if terms.when.unsolved_for is not None:
        triggered = _triggered_at(terms, events, solved, cancelled)
        if triggered is None or triggered > now:
            settled = solved is not None or cancelled is not None
            return unstarted("not_applicable") if settled else unstarted("not_started", triggered)
        if terms.start == "triggered":
            start = triggered
    stopped_at = max(start, stop.at) if stop else None
    # Most cases were never paused: the shortest way for them.
    paused = PAUSED in course.kinds or REOPENED in course.kinds
    pauses = held_stretches(terms, events, start, stopped_at) if paused else []
    due = due_time(terms, start, pauses)
    original = due_time(terms, start, []) if pauses else due
    warn_at = due_time(terms, start, pauses, terms.warn_at, due=due)
    paused_since = ended_at = None
    excused_at = _excused_at(terms, events) if EXCUSED in course.kinds else None
    if excused_at is not None:
        state = result = "waived"
        ended_at = excused_at
    elif stopped_at is not None:
        state = result = "met" if due is None or stopped_at <= due else "breached"
        ended_at = stopped_at
    else:
        state, ended_at = _unstopped(terms, due, warn_at, now, solved, cancelled, pauses, events)
        result = "running" if state in ("warning", "paused") else state
        if state == "paused":
            paused_since = _holding(pauses, now)
    return Reading(
        promise=terms.promise,
        metrics=terms.metrics,
        state=state,
        result=result,
        started_at=start,
        due_original=original,
        due_at=due,
        warn_at=warn_at,
        stopped_at=stopped_at,
        ended_at=ended_at,
        paused_seconds=_moved(terms, start, original, due, now, pauses) if pauses else 0,
        paused_since=paused_since,
        late_entry=stop is not None and stop.recorded - stop.at > 60,
        round=number,
        held=tuple(pauses),
    )


def needed_limit(terms: Terms, reading: Reading, at: int) -> int:
    """The smallest limit under which a clock that started would not have run out before `at`: the inverse of its due
    time. In seconds, or in days where the limit counts days; at least 1.

    Args:
        reading: of these terms, with any limit of the same unit; its start and what held it do not depend on it.
    """
    assert reading.started_at is not None, "a clock that never started needs nothing"
    start, held, span = reading.started_at, reading.held, terms.span

    def holds(amount: int) -> bool:
        due = due_time(replace(terms, span=_like(span, amount)), start, held)
        return due is None or due >= at

    if not (span.working_days or span.calendar_days):
        calendar = terms.calendar
        used = max(1, calendar.duration(start, at) - _paused_time(calendar, start, at, held))
        # What runs out at closing is due at closing: an act before the next opening needs a second more.
        return used if holds(used) else used + 1
    first, last = local(start, terms.calendar.zone).date(), local(at, terms.calendar.zone).date()
    days = terms.calendar.workdays_between(first, last) if span.working_days else (last - first).days
    return bisect_left(range(1, days + 1), True, key=holds) + 1


def _like(span: Span, amount: int) -> Span:
    """A limit of the same unit."""
    if span.working_days:
        return Span(working_days=amount)
    return Span(calendar_days=amount) if span.calendar_days else Span(seconds=amount)


def _unstopped(
    terms: Terms,
    due: int | None,
    warn_at: int | None,
    now: int,
    solved: int | None,
    cancelled: int | None,
    pauses: Sequence[Stretch],
    events: Sequence[CaseEvent],
) -> tuple[str, int | None]:
    """State of a clock whose act has not happened, and when it ended."""
    ends: list[tuple[int, str]] = []
    if cancelled is not None:
        ends.append((cancelled, "cancelled"))
    if solved is not None and _moot(terms):
        ends.append((solved, "not_applicable"))
    if set(terms.metrics) <= MOOT_ONCE_RESTORED and (restored := _restored_at(events)) is not None:
        ends.append((restored, "not_applicable"))
    if set(terms.metrics) <= {"depart", "arrive"} and (refused := _remote_decided_at(events)) is not None:
        ends.append((refused, "not_applicable"))
    end, word = min(ends, default=(None, ""))
    if end is not None and (due is None or end <= due):
        return word, end
    if due is not None and due < now:
        return "breached", end
    if _holding(pauses, now) is not None:
        return "paused", None
    return ("warning" if warn_at is not None and warn_at <= now else "running"), None


def _holding(pauses: Sequence[Stretch], now: int) -> int | None:
    """Since when a pause holds the clock now, or None."""
    return next((start for start, end in pauses if start <= now and (end is None or now < end)), None)


def _moot(terms: Terms) -> bool:
    return set(terms.metrics) <= MOOT_ONCE_SOLVED


def _remote_decided_at(events: Sequence[CaseEvent]) -> int | None:
    """When it was decided for good that nobody has to go there, or None."""
    decided: int | None = None
    for event in events:
        if event.data.get("onsite") is False:
            decided = event.at
        elif event.data.get("onsite") is True or event.kind in ("case.departed", ARRIVED):
            decided = None
    return decided


def _restored_at(events: Sequence[CaseEvent]) -> int | None:
    """Since when the customer can work again: the first restoring after the last reopening, or None."""
    restored: int | None = None
    for event in events:
        if event.kind == RESTORED and restored is None:
            restored = event.at
        elif event.kind == REOPENED:
            restored = None
    return restored


def _last_solution(events: Sequence[CaseEvent]) -> int | None:
    """The resolution that still stands: the first one after the last reopening."""
    solved: int | None = None
    for event in events:
        if event.kind in (RESOLVED, CLOSED) and solved is None:
            solved = event.at
        elif event.kind == REOPENED:
            solved = None
    return solved


def promised_terms(terms: Terms, start: int, until: int) -> Terms:
    """The limit that was promised to the caller: real time, from the promise to the hour that was named (D-8)."""
    return replace(terms, span=Span(seconds=max(1, until - start)), calendar=_always(), always=True)


@cache
def _always() -> Calendar:
    return compile_calendar(CalendarSpec.always(), date(2000, 1, 1), date(2100, 1, 1))


def _excused_at(terms: Terms, events: Sequence[CaseEvent]) -> int | None:
    return next((e.at for e in events if e.kind == EXCUSED and e.data.get("promise") == terms.promise), None)


def _start_event(terms: Terms, course: _Course) -> CaseEvent | None:
    kinds = STARTS[terms.start]
    if kinds.isdisjoint(course.kinds):
        return None
    if terms.start == "resolved":
        return next((e for e in course.events if e.kind in kinds and e.at == course.solved), None)
    if terms.start in NAMED:  # a new promise takes the place of the one before
        return next((e for e in reversed(course.events) if e.kind in kinds), None)
    return next((e for e in course.events if e.kind in kinds), None)


@lru_cache(maxsize=256)
def _stops_of(metrics: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(STOPS[metric] for metric in metrics))


def _stop_event(terms: Terms, course: _Course, start: int) -> CaseEvent | None:
    """The act that keeps the promise. Done before the clock began it counts as done at its start, except for acts
    that follow a resolution: those belong to the resolution that stands."""
    kinds = _stops_of(terms.metrics)
    if kinds.isdisjoint(course.kinds):
        return None
    undoable = not ENDED_BY_SOLUTION.isdisjoint(terms.metrics)
    for event in course.events:
        if event.kind not in kinds:
            continue
        if (terms.start == "resolved" or terms.start in NAMED) and event.at < start:
            continue
        if undoable and event.kind in (RESOLVED, CLOSED) and event.at != course.solved:
            continue
        return event
    return None


def held_stretches(
    terms: Terms, events: Sequence[CaseEvent], start: int, stopped_at: int | None
) -> list[Stretch]:
    """What held this clock between its start and its stop."""
    stretches = pauses_of(events, terms.pauses, dict(terms.pause_limits))
    if set(terms.metrics) & ENDED_BY_SOLUTION:
        stretches = merged([*stretches, *solved_stretches(events)])
    if not stretches:
        return []
    if stopped_at is not None:
        stretches = [(a, stopped_at if b is None else min(b, stopped_at)) for a, b in stretches]
    return merged((max(a, start), b) for a, b in stretches)


def unsolved_since(terms: Terms, events: Sequence[CaseEvent]) -> int | None:
    """The instant at which a case that is still unsolved begins to owe what a promise owes "if not solved within …"."""
    return None if terms.when.unsolved_for is None else _triggered_at(terms, events, None, None)


def _triggered_at(
    terms: Terms, events: Sequence[CaseEvent], solved: int | None, cancelled: int | None
) -> int | None:
    """When "not solved within …" came true; None if the case was settled before. A future instant is a forecast."""
    assert terms.when.unsolved_for is not None
    reported = next((e.at for e in events if e.kind == REPORTED), None)
    if reported is None:
        return None
    waiting = replace(terms, span=terms.when.unsolved_for)
    at = due_time(waiting, reported, solved_stretches(events))
    settled = min((t for t in (solved, cancelled) if t is not None), default=None)
    return None if at is None or (settled is not None and settled <= at) else at


def read_case(terms: Sequence[Terms], base: Facts, events: Sequence[CaseEvent], now: int) -> list[Reading]:
    """All clocks of a case: a target runs while its conditions hold; one whose conditions ceased is superseded,
    unless it had already ended. A breach already reached stays a breach of the old commitment (L2).

    Args:
        base: facts known from contract and device before the first event.
        events: any order; sorted here by `at`, then as given. Those after `now` are not looked at.
    """
    ordered = standing(sorted((e for e in events if e.at <= now), key=lambda e: e.at))
    stages = _stages(base, ordered)
    course = _Course.of(ordered)
    readings: list[Reading] = []
    for one in terms:
        held = [one.house or applies(one.when, facts, one.promise) for _, facts in stages]
        if not any(held):
            continue
        if held[-1]:
            readings += _rounds(one, course, now)
            continue
        last = max(index for index, holds in enumerate(held) if holds)
        changed_at = stages[last + 1][0]
        before = [e for e in ordered if e.at < changed_at]
        reading = read_clock(one, before, changed_at)
        if reading.state == "breached":
            readings.append(replace(reading, ended_at=reading.ended_at or changed_at))
        elif reading.state in FINAL:
            readings.append(reading)
        elif reading.state != "not_started":
            needless = stages[-1][1].onsite is False and one.when.onsite is True
            word = "not_applicable" if needless else "superseded"
            readings.append(replace(reading, state=word, result=word, ended_at=changed_at, paused_since=None))
    return readings


def _stages(base: Facts, events: Sequence[CaseEvent]) -> list[tuple[int, Facts]]:
    """Facts with the moment from which they held; what is learnt at one moment is one stage."""
    stages: list[tuple[int, Facts]] = []
    facts = base
    for event in events:
        facts = facts_after(facts, event)
        if stages and stages[-1][0] == event.at:
            stages[-1] = (event.at, facts)
        elif not stages or facts != stages[-1][1]:
            stages.append((event.at, facts))
    return stages


def _rounds(terms: Terms, course: _Course, now: int) -> list[Reading]:
    """One reading, or one per reopening for a target that starts anew, or one per promise that named its hour."""
    events = course.events
    if terms.start in NAMED:
        return _promises(terms, course, now)
    anew = terms.reopen == "new" and REOPENED in course.kinds
    reopenings = [end for _, end in solved_stretches(events) if end is not None] if anew else []
    if not reopenings:
        return [_read(terms, course, now, number=0)]
    bounds = [events[0].at, *reopenings, now + 1]
    readings = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        part = [e for e in events if start <= e.at < end and e.kind != REOPENED]
        if number:
            part.insert(0, CaseEvent(REPORTED, start, start))
        reading = _read(terms, _Course.of(part), min(now, end), number)
        if end <= now:
            reading = _over(reading, end)
        readings.append(reading)
    return readings


def _promises(terms: Terms, course: _Course, now: int) -> list[Reading]:
    """One reading per promise to somebody: what became of the earlier ones stays, kept or missed (L2)."""
    events = course.events
    given = [index for index, event in enumerate(events) if event.kind in STARTS[terms.start]]
    if not given:
        return [_read(terms, course, now, number=0)]
    readings = []
    for number, end in enumerate([*given[1:], len(events)]):
        last = end == len(events)
        until = now if last else events[end].at
        reading = _read(terms, _Course.of(events[:end]), min(now, until), number)
        readings.append(reading if last else _over(reading, until))
    return readings


def _over(reading: Reading, at: int) -> Reading:
    """A clock whose round ended at `at` without its act: the next round has a clock of its own."""
    if reading.state == "not_started":
        return replace(reading, state="not_applicable", result="not_applicable", waits_until=None)
    if not reading.open:
        return reading
    if reading.state == "breached":
        return replace(reading, ended_at=at)
    return replace(reading, state="superseded", result="superseded", ended_at=at, paused_since=None)


CALL_BACK_TERMS, AGREED_DATE_TERMS = "house:call-back", "house:agreed-date"
# They are no clauses of a plan, so no statement counts them.
HOUSE_PROMISES = frozenset({CALL_BACK_TERMS, AGREED_DATE_TERMS})


def house_terms(terms: Sequence[Terms], events: Sequence[CaseEvent], *, in_scope: bool = True) -> list[Terms]:
    """Limits that come from a word given on this very case, under any plan: a promised call back (D-8), unless a
    target of the plan watches over it, and the date agreed for a requirement (D-10)."""
    kinds = {event.kind for event in events}
    planned = in_scope and any(one.start == PROMISED for one in terms)
    found = []
    for start, promise, metric, needless in (
        (PROMISED, CALL_BACK_TERMS, "call_back", planned),
        (AGREED, AGREED_DATE_TERMS, "resolve", False),
    ):
        if not needless and not STARTS[start].isdisjoint(kinds):
            found.append(Terms(promise, (metric,), Span(), _always(), True, start=start, house=True))
    return found


def terms_of(
    plan: Plan, calendars: Mapping[str, Calendar], figures: Mapping[str, Span] | None = None
) -> list[Terms]:
    """The targets of a plan that can run: with a figure of their own, or with the contract's answer (P-7).

    Args:
        calendars: compiled calendar by its name in the plan.
        figures: promise id → the figure agreed when the plan was bound.
    """
    figures = figures or {}
    ready: list[Terms] = []
    for target in plan.targets:
        span = figures.get(target.id, target.within)
        if target.start == PROMISED and not isinstance(span, Span):
            span = Span()  # each promise to a caller names its own hour
        if isinstance(span, Span) and target.by in ("provider", "partner"):
            ready.append(terms_of_target(plan, target, span, calendars[target.calendar]))
    return ready


def _pause_seconds(longest: Span) -> int:
    return longest.seconds or longest.calendar_days * 86400


def terms_of_target(plan: Plan, target: Target, span: Span, calendar: Calendar) -> Terms:
    """Terms of one target. A target without a list of its own allows the pauses that the plan allows its metric."""
    allowed = (
        target.pauses
        if target.pauses is not None
        else [p.id for p in plan.pauses if not p.metrics or set(p.metrics) & set(target.metric)]
    )
    return Terms(
        promise=target.id,
        metrics=tuple(target.metric),
        span=span,
        calendar=calendar,
        always=plan.calendars[target.calendar] == "24x7",
        start=target.start,
        when=target.when,
        pauses=frozenset(allowed),
        pause_limits=tuple((p.id, _pause_seconds(p.max)) for p in plan.pauses if p.id in allowed and p.max),
        warn_at=target.warn_at,
        reopen=target.reopen,
        clause=target.clause,
    )
