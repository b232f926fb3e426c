"""Due times: when a limit that starts at an instant has run out, with what paused it left out (S-4, L3).

All times are whole UTC seconds.
"""

from collections.abc import Sequence

from luyue.domain.calendars import Calendar
from luyue.domain.cases import Stretch
from luyue.domain.terms import Terms


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
        left = -(-(calendar.duration(start, end) - paused_time(calendar, start, end, pauses)) * share // 100)
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


def paused_time(calendar: Calendar, start: int, end: int, pauses: Sequence[Stretch]) -> int:
    """Working seconds of the pauses within [start, end)."""
    total = 0
    for pause_start, pause_end in pauses:
        a, b = max(start, pause_start), end if pause_end is None else min(end, pause_end)
        if b > a:
            total += calendar.duration(a, b)
    return total


def moved(
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
    return paused_time(terms.calendar, start, now if due is None else due, pauses)
