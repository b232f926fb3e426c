"""Which days a report is about, and from when on it can be drafted."""

from datetime import date, datetime, timedelta

from luyue.domain.periods import add_months
from luyue.domain.reports.kinds import Every

Days = tuple[date, date]  # first and last, both included
LONG = timedelta(days=7)
LEAD, SHORT_LEAD = timedelta(days=3), timedelta(hours=8)
_LENGTH: dict[Every, int] = {"month": 1, "quarter": 3}


def turn_of(every: Every, day: date) -> Days:
    """The day, month or quarter that a day lies in; of what comes by events, its month."""
    if every == "day":
        return day, day
    months = _LENGTH.get(every, 1)
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    return first, add_months(first, months) - timedelta(days=1)


def turn_before(days: Days) -> Days:
    """The stretch of the same kind before: whole months before whole months, else as many days."""
    first, last = days
    after = last + timedelta(days=1)
    if first.day == 1 and after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        return add_months(first, -months), first - timedelta(days=1)
    length = last - first + timedelta(days=1)
    return first - length, first - timedelta(days=1)


def last_turn(every: Every, today: date) -> Days:
    """The last turn that is over; for days the day itself, whose log is written in the evening."""
    return turn_of(every, today) if every in ("day", "event") else turn_before(turn_of(every, today))


def name_of(days: Days, english: bool) -> str:
    """2026 年 5 月, 2026 年第 2 季度, 2026-05-03, 2026-05-03 至 2026-05-20."""
    first, last = days
    if first == last:
        return f"{first:%Y-%m-%d}"
    for every, months in _LENGTH.items():
        if turn_of(every, first) == days:
            if months == 1:
                return f"{first:%B %Y}" if english else f"{first.year} 年 {first.month} 月"
            quarter = (first.month + 2) // 3
            return f"Q{quarter} {first.year}" if english else f"{first.year} 年第 {quarter} 季度"
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if english else f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"


def drafts_at(opens_at: datetime, ends_at: datetime | None, due_at: datetime | None) -> datetime:
    """When a report is drafted: when its period has ended, and if it is due before or soon after that, in good time
    before it is due; never before it can be done.

    Args:
        ends_at: end of the period; None: what is asked for by an event is drafted at once.
    """
    if ends_at is None:
        return opens_at
    at = ends_at
    if due_at is not None:
        lead = LEAD if ends_at - opens_at > LONG else SHORT_LEAD
        at = min(at, due_at - lead)
    return max(at, opens_at)
