"""Terms: a limit of a plan made ready to run on a case, with the events that start and stop it (S-1, P-7, D-8, D-10).

What a word given on one case promises ("we call back at five") has terms of its own, under any plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import Calendar, compile_calendar
from luyue.domain.cases import ARRIVED, CLOSED, REMOTE_STARTED, REPORTED, RESOLVED, CaseEvent
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
NO_CONDITION = When()
PROMISED = "promised"
AGREED = "agreed"
# What a person promises to somebody on one case names its own hour, and each such promise is a clock of its own.
NAMED = frozenset({PROMISED, AGREED})


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


def promised_terms(terms: Terms, start: int, until: int) -> Terms:
    """The limit that was promised to the caller: real time, from the promise to the hour that was named (D-8)."""
    return replace(terms, span=Span(seconds=max(1, until - start)), calendar=_always(), always=True)


@cache
def _always() -> Calendar:
    return compile_calendar(CalendarSpec.always(), date(2000, 1, 1), date(2100, 1, 1))


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
