"""Periods of a plan on the dates of a contract: warranty, service years, what comes after (P-4, A-2)."""

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from luyue.domain.plan.model import Period, Plan
from luyue.domain.plan.spans import Length


@dataclass(frozen=True, slots=True)
class Dates:
    """A contract's dates, None where not known yet."""

    acceptance: date | None = None
    final_acceptance: date | None = None
    award: date | None = None
    signing: date | None = None
    delivery: date | None = None
    contract_start: date | None = None
    contract_end: date | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days: first included, `end` not; an end of None never comes."""

    first: date
    end: date | None

    def covers(self, day: date, years: tuple[float, float] | None = None) -> bool:
        """Whether a day lies in it, and in the years of it that a clause speaks of, counted from its start."""
        if day < self.first or (self.end is not None and day >= self.end):
            return False
        if years is None:
            return True
        since, until = (add_months(self.first, round(one * 12)) for one in years)
        return since <= day < until


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or that month's last day (31 January + 1 month = 28 or 29 February)."""
    number = day.year * 12 + day.month - 1 + count
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def resolve_periods(plan: Plan, dates: Dates) -> dict[str, Stretch]:
    """Period id → its days; periods whose start is not known yet are left out.

    A period without a stated start begins with the contract. One that follows another begins where that one ends.
    One whose length the plan leaves open lasts as long as the contract; of a contract without an end it is left out.
    """
    found: dict[str, Stretch] = {}
    waiting = list(plan.periods)
    while waiting:
        left = [period for period in waiting if not _resolve(period, dates, found)]
        if len(left) == len(waiting):
            break  # the rest hangs on dates that nobody has entered
        waiting = left
    return found


def _resolve(period: Period, dates: Dates, found: dict[str, Stretch]) -> bool:
    first = _first_day(period, dates, found)
    if first is None:
        return False
    end: date | None
    if isinstance(period.length, Length):
        end = add_months(first, period.length.months) if period.length.months else first
        end += timedelta(days=period.length.days)
    elif period.length == "contract":
        end = dates.contract_end + timedelta(days=1) if dates.contract_end else None
    elif period.length == "ask" and period.until is None:
        if dates.contract_end is None:
            return False
        end = dates.contract_end + timedelta(days=1)
    else:
        end = None
    if period.until is not None:
        end = _anchor(period.until, dates)
    if end is not None and end <= first:
        return False
    found[period.id] = Stretch(first, end)
    return True


def _first_day(period: Period, dates: Dates, found: Mapping[str, Stretch]) -> date | None:
    if period.after is not None:
        before = found.get(period.after)
        return before.end if before else None
    return _anchor(period.start, dates)


def _anchor(name: str, dates: Dates) -> date | None:
    if name in ("unspecified", "project_start", "contract_start"):
        return dates.contract_start
    return getattr(dates, name, None)
