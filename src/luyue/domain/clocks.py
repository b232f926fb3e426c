"""Clocks: one pure function from (terms, events, now) to state, due time and result (S-1, S-4, L1 to L3).

All times are whole UTC seconds. Nothing is ticked: whoever asks again with a later `now` gets the later answer, and
the same events always give the same clock.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from luyue.domain.cases import (
    ARRIVED,
    CANCELLED,
    CLOSED,
    EXCUSED,
    PAUSED,
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
from luyue.domain.due_times import due_time, moved, paused_time
from luyue.domain.instants import local
from luyue.domain.plan.spans import Span
from luyue.domain.terms import NAMED, STARTS, STOPS, Terms, promised_terms

# Once the case is solved without them, nobody misses these: not applicable, never "met" (L1).
MOOT_ONCE_SOLVED = frozenset(
    {"remote", "plan", "depart", "arrive", "replace", "loan", "emergency_plan", "part_delivery", "restore"}
)
# A new or borrowed device bridges the time until the customer can work again ("not restored in 48 h" [002]). An
# emergency plan does not end there: its clause asks for a solution (003: not solved in 12 h).
MOOT_ONCE_RESTORED = frozenset({"replace", "loan"})
RESTORED = "case.restored"
ENDED_BY_SOLUTION = frozenset({"resolve", "restore"})
FINAL = frozenset({"met", "not_applicable", "waived", "superseded", "cancelled"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock at one moment.

    state: not_started, running, warning, paused, met, breached, not_applicable, waived, superseded or cancelled.
    result: the same without warning and paused, which are kinds of running.
    due_at: with the pauses so far; None before the start and while a pause holds the clock.
    paused_seconds: by how much pauses moved the due time (`due_times.moved`), or while one holds the clock, have
    moved it until now.
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
        paused_seconds=moved(terms, start, original, due, now, pauses) if pauses else 0,
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
        used = max(1, calendar.duration(start, at) - paused_time(calendar, start, at, held))
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
