"""Obligations of triggers: when the work is due that a happening asks for (L-1, L13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from luyue.domain.holidays import HolidaySet
from luyue.domain.instants import DAY, local, wall_instant
from luyue.domain.obligations.schedule import AHEAD_DAYS, ZONE, Ground, before_day, calendar_of
from luyue.domain.periods import add_months
from luyue.domain.plan.model import ASK, Trigger
from luyue.domain.plan.spans import Length, Span, parse_term

# What holds where the plan names no time at all, until one is agreed.
SILENT_WITHIN = Span(working_days=3)
LONG_HOLIDAY, MAJOR_HOLIDAY = 5, 3  # days


@dataclass(frozen=True, slots=True)
class Term:
    """By when: `span` after the happening, or before it with `ahead`. source: `plan`, `agreed`, `silent` or `open`."""

    span: Span | Length | None
    ahead: bool
    source: str


def term_of(trigger: Trigger, figure: str | None) -> Term:
    """The term of a trigger: the contract's figure, the plan's, else the firm's own rule; no span while it is open."""
    ahead = trigger.lead is not None
    if figure:
        return Term(parse_term(figure), ahead, "agreed")
    for named in (trigger.within, trigger.lead):
        if isinstance(named, Span | Length):
            return Term(named, ahead, "plan")
    if ASK in (trigger.within, trigger.lead):
        return Term(None, ahead, "open")
    return Term(SILENT_WITHIN, ahead, "silent")


def due_of(trigger: Trigger, at: int, ground: Ground) -> int | None:
    """When the work is due that a happening at `at` asks for; None while its time has not been agreed."""
    term = term_of(trigger, ground.figures.get(trigger.id))
    if term.span is None:
        return None
    calendar = calendar_of(trigger, ground)
    if term.ahead:
        if isinstance(term.span, Span) and term.span.seconds:
            return at - term.span.seconds
        return before_day(local(at, ZONE).date(), term.span, calendar)
    if isinstance(term.span, Length):
        last = add_months(local(at, ZONE).date(), term.span.months) + timedelta(days=term.span.days)
        return wall_instant(last.toordinal(), DAY, ZONE)
    if term.span.working_days:
        return calendar.add_days(at, term.span.working_days, end_of_working_day=True)
    if term.span.calendar_days:
        return calendar.add_calendar_days(at, term.span.calendar_days)
    named = ground.calendars.get(trigger.calendar) if trigger.calendar else None
    return named.add(at, term.span.seconds) if named is not None else at + term.span.seconds


def prepares(trigger: Trigger) -> bool:
    """Whether what it owes is of no use once that has come which it plans."""
    return trigger.owe.startswith("plan.")


def opens_of(trigger: Trigger, at: int, due_at: int | None, known_at: int) -> int:
    """From when the work can be done: at once; of a happening that is announced, when it became known."""
    if trigger.lead is None:
        return at if due_at is None else min(at, due_at)
    return known_at if due_at is None else min(known_at, due_at)


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off in a row."""

    first: date
    last: date
    names: tuple[str, ...]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> frozenset[str]:
        """Event words of plans that it is."""
        return frozenset(
            word
            for word, least in (("holiday.long", LONG_HOLIDAY), ("holiday.major", MAJOR_HOLIDAY))
            if self.days >= least
        )


def holidays(known: HolidaySet, since: date, until: date) -> Iterator[Holiday]:
    """Named runs of days off that begin from `since` to `until`, both included."""
    run: list[tuple[date, str]] = []
    days = [(day.on, day.name) for day in known.between(since - timedelta(days=20), until + timedelta(days=20))
            if day.off]  # fmt: skip
    for on, name in [*days, (date.max, "")]:
        if run and on != run[-1][0] + timedelta(days=1):
            one = Holiday(run[0][0], run[-1][0], tuple(dict.fromkeys(name for _on, name in run)))
            if since <= one.first <= until:
                yield one
            run = []
        if on != date.max:
            run.append((on, name))


def opens_before(due_at: int) -> int:
    """From when work can be done whose time is counted back from a day that everybody knows (a holiday)."""
    return due_at - AHEAD_DAYS * DAY


# Asked for beside what a contract covers, on whichever case.
BEYOND_CONTRACT = frozenset({"request.extra", "request.extra_signed"})
# What may happen before the service begins: the contract is signed, goods are delivered.
_BEFORE = frozenset({"contract", "delivery", "project", "site", "system", "request"})


def before_service(word: str, day: date, ground: Ground) -> bool:
    """Whether something of this family counts on a day before the service has begun; after its end nothing does."""
    return word.split(".")[0] in _BEFORE and (ground.service.end is None or day < ground.service.end)
