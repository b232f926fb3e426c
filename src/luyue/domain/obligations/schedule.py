"""Obligations of duties: which there are, when each may be done and is due (L-1, L8).

Where the plan names a rhythm or time only in words (`ask`), the contract's figure is asked for (P-7). Where it names
none at all, the firm's own rule holds until one is agreed; `why` says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import Calendar, compile_calendar
from luyue.domain.instants import DAY, wall_instant
from luyue.domain.obligations.recurrence import DAYS, MONTHS, Turn, in_season, placed, turns
from luyue.domain.periods import Dates, Stretch, add_months
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.loader import HORIZON
from luyue.domain.plan.model import ASK, Duty, Entitlement, Promise, Trigger
from luyue.domain.plan.spans import BadSpan, Length, Span, parse_term

# What holds where a plan says nothing: a work that is owed once is due so many days after its date, standing work is
# shown to be kept every quarter.
ONCE_WITHIN = Span(calendar_days=30)
STANDING = "quarter"
# How long before its due time work opens whose time is counted back from a date.
AHEAD_DAYS = 30
ZONE = "Asia/Shanghai"
_RHYTHM = re.compile(rf"(?:(\d{{1,3}}) ?x )?({'|'.join([*DAYS, *MONTHS, 'once'])})")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a contract adds to a plan.

    service: days of the service; periods: the plan's periods on the contract's dates; figures: promise → answer;
    calendars: those of the plan, compiled.
    """

    dates: Dates
    service: Stretch
    periods: Mapping[str, Stretch] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    grade: str = ""
    options: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Planned:
    """One obligation of a duty. key: unique for promise and scope; first, last: its days (None: owed once)."""

    key: str
    first: date | None
    last: date | None
    opens_at: int
    due_at: int | None
    times: int = 1


@lru_cache(maxsize=4)
def working_days() -> Calendar:
    """Working days where the plan names no calendar: Monday to Friday with the public holidays of China."""
    hours = {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    return compile_calendar(CalendarSpec.weekly(ZONE, hours, holidays="CN"), *HORIZON)


def calendar_of(promise: Duty | Trigger, ground: Ground) -> Calendar:
    """The calendar that counts a promise's working days."""
    own = ground.calendars.get(promise.calendar) if promise.calendar else None
    if own is not None and not own.spec.is_always:
        return own
    return next((one for one in ground.calendars.values() if one.spec.holidays), working_days())


# -- figures -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often: `times` per `every`."""

    every: str
    times: int = 1


def parse_rhythm(text: str) -> Rhythm:
    """Read `month`, `2 x quarter`, `once`. Raises BadSpan."""
    found = _RHYTHM.fullmatch(" ".join(text.lower().split()))
    if not found or found[1] == "0":
        raise BadSpan("unreadable", text)
    return Rhythm(found[2], int(found[1] or 1))


def rhythm_words(rhythm: Rhythm, language: str) -> str:
    """每季度, 每天 2 次; every quarter, 2 times every day."""
    english = language.startswith("en")
    every = v.word_of(v.EVERY_WORDS, rhythm.every, language)
    if rhythm.times == 1:
        return every
    return f"{rhythm.times} times {every}" if english else f"{every} {rhythm.times} 次"


def parse_due(text: str) -> date | Span | Length:
    """Read when work owed once is due: a date (`2026-09-30`), or a term after its start. Raises BadSpan."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return parse_term(text)


def figure_kind(promise: Promise) -> str:
    """What kind of figure a contract may agree for a duty or trigger: `rhythm`, `due` or `term`; "" for none."""
    if isinstance(promise, Duty):
        return "due" if promise.every == "once" else "rhythm"
    return "term" if isinstance(promise, Trigger | Entitlement) else ""


def check_figure(promise: Promise, value: str) -> None:
    """Raises BadSpan for a figure that the promise cannot use."""
    {"rhythm": parse_rhythm, "due": parse_due, "term": parse_term}[figure_kind(promise)](value)


def rhythm_of(duty: Duty, figures: Mapping[str, str]) -> Rhythm | None:
    """How often a duty is owed; None while it has not been agreed."""
    if duty.every != "once" and duty.id in figures:
        agreed = parse_rhythm(figures[duty.id])
        return Rhythm(agreed.every, agreed.times * duty.count if duty.every == ASK else agreed.times)
    if duty.every == ASK:
        return None
    return Rhythm(STANDING if duty.every == "continuous" else duty.every, duty.count)


# -- what is owed ------------------------------------------------------------------------------------------------


def stretches(promise: Promise, ground: Ground) -> list[Stretch]:
    """The days on which a promise holds: the service, within the periods that it names; none where the contract's
    grade or options do not include it."""
    when = promise.when
    if (when.grade and when.grade != ground.grade) or (when.option and when.option not in ground.options):
        return []
    if not when.period:
        return [ground.service]
    found = []
    for name in when.period:
        if (one := ground.periods.get(name)) is not None:
            both = _overlap(one, ground.service)
            if both is not None:
                found.append(both)
    return found


def _overlap(a: Stretch, b: Stretch) -> Stretch | None:
    ends = [end for end in (a.end, b.end) if end is not None]
    first, end = max(a.first, b.first), min(ends) if ends else None
    return None if end is not None and end <= first else Stretch(first, end)


def planned(duty: Duty, ground: Ground, since: date, until: date) -> Iterator[Planned]:
    """The obligations of a duty: turns with a day from `since` to `until`, and what is owed once and due in them.

    Nothing while the rhythm waits for an agreement or the date that it is counted from is not known.
    """
    rhythm = rhythm_of(duty, ground.figures)
    if rhythm is None:
        return
    for stretch in stretches(duty, ground):
        if rhythm.every == "once":
            yield from _once(duty, rhythm, ground, stretch, since, until)
        else:
            yield from _turns(duty, rhythm, ground, stretch, since, until)


def anchor_of(duty: Duty, dates: Dates) -> date | None:
    """The contract's date that a duty is counted from; None while it is not known."""
    name = "contract_start" if duty.start == "unspecified" else duty.start
    found: date | None = getattr(dates, name)
    return found


def once_is_open(duty: Duty, figures: Mapping[str, str]) -> bool:
    """Whether the time of work that is owed once is still to be agreed: the plan has a word for it and no figure."""
    return duty.every == "once" and duty.due is None and duty.id not in figures and bool(duty.ask)


def once_due(duty: Duty, ground: Ground, begins: date) -> int | None:
    """When work that is owed once is due: as agreed, as the plan says, else ONCE_WITHIN; None while it is open."""
    agreed = ground.figures.get(duty.id)
    if once_is_open(duty, ground.figures):
        return None
    term = parse_due(agreed) if agreed else duty.due or ONCE_WITHIN
    if isinstance(term, date):
        return wall_instant(term.toordinal(), DAY, ZONE)
    return after_day(begins, term, calendar_of(duty, ground))


def _once(
    duty: Duty, rhythm: Rhythm, ground: Ground, stretch: Stretch, since: date, until: date
) -> Iterator[Planned]:
    anchor = anchor_of(duty, ground.dates)
    if anchor is None:
        return
    begins = max(anchor, stretch.first) if duty.when.period else anchor
    if stretch.end is not None and begins >= stretch.end:
        return
    due = once_due(duty, ground, begins)
    opens = wall_instant(begins.toordinal(), 0, ZONE)
    if due is not None and due < wall_instant(since.toordinal(), 0, ZONE):
        return
    if opens < wall_instant(until.toordinal(), DAY, ZONE):
        yield Planned("once", None, None, opens if due is None else min(opens, due), due, rhythm.times)


def _turns(
    duty: Duty, rhythm: Rhythm, ground: Ground, stretch: Stretch, since: date, until: date
) -> Iterator[Planned]:
    anchored = duty.start not in ("contract_start", "unspecified")
    anchor = anchor_of(duty, ground.dates) if anchored else None
    if anchored and anchor is None:
        return
    calendar = calendar_of(duty, ground)
    for turn in turns(rhythm.every, stretch, since, until, anchor=anchor):
        if not turn.owed or not in_season(turn, duty.months):
            continue
        if rhythm.every == "day" and duty.calendar and not calendar.is_workday(turn.first):
            continue
        opens, due = window(duty, turn, calendar)
        yield Planned(
            f"{rhythm.every}:{turn.begins}", turn.first, turn.last, opens, due, turn.share_of(rhythm.times)
        )


def window(duty: Duty, turn: Turn, calendar: Calendar) -> tuple[int, int]:
    """From when a turn's work may be done, and until when: by its end, on its day, `due` after it or `lead` before."""
    opens = wall_instant(turn.first.toordinal(), 0, ZONE)
    if isinstance(duty.lead, Span | Length):
        due = before_day(turn.first, duty.lead, calendar)
        return min(opens, due - AHEAD_DAYS * DAY), due
    if duty.due is not None:
        return opens, after_day(turn.last, duty.due, calendar)
    day = placed(duty.on_day, turn, calendar) if duty.on_day else None
    return opens, wall_instant((day or turn.last).toordinal(), DAY, ZONE)


def after_day(day: date, term: Span | Length, calendar: Calendar) -> int:
    """The end of a term after a whole day: seconds after its end, else the end of the last day that is counted."""
    noon = wall_instant(day.toordinal(), DAY // 2, ZONE)
    if isinstance(term, Length):
        last = add_months(day, term.months) + timedelta(days=term.days)
        return wall_instant(last.toordinal(), DAY, ZONE)
    if term.working_days:
        return calendar.add_days(noon, term.working_days, end_of_working_day=True)
    if term.calendar_days:
        return wall_instant(day.toordinal() + term.calendar_days, DAY, ZONE)
    return wall_instant(day.toordinal(), DAY, ZONE) + term.seconds


def before_day(day: date, term: Span | Length, calendar: Calendar) -> int:
    """The last moment that lies a term before a day: the end of the working or calendar day so long before it."""
    if isinstance(term, Length):
        last = add_months(day, -term.months) - timedelta(days=term.days)
        return wall_instant(last.toordinal(), DAY, ZONE)
    if term.working_days:
        noon = wall_instant(day.toordinal(), DAY // 2, ZONE)
        return calendar.subtract_days(noon, term.working_days, end_of_working_day=True)
    if term.calendar_days:
        return wall_instant(day.toordinal() - term.calendar_days, DAY, ZONE)
    return wall_instant(day.toordinal(), 0, ZONE) - term.seconds


def scope_word(promise: Promise) -> str:
    """What a duty's work covers, in the plan's word; "" for the contract as a whole."""
    return (promise.scope or "") if isinstance(promise, Duty) else ""


# Scopes of which each site owes its own; every other is one work over all of its things.
PER_SITE = frozenset({"site"})


def scope_keys(word: str, sites: Sequence[int]) -> list[str]:
    """Keys of the things that a duty is owed for: one per site where the plan says so and there are any."""
    return [f"site:{one}" for one in sites] if word in PER_SITE and sites else [""]
