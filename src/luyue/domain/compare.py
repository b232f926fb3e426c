"""Two periods of a statement side by side, promise by promise: what came to be kept better, and what worse (L-5).

Shares are compared exactly, not as they are rounded to be shown. A promise of which nothing was decided in one of the
periods is neither better nor worse.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from luyue.domain.periods import add_months
from luyue.domain.statement import NONE, Counts, Period

K = TypeVar("K", bound=Hashable)


class Trend(StrEnum):
    """How the share kept has changed. NEW: decided now only; GONE: then only; NONE: in neither."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NEW = "new"
    GONE = "gone"
    NONE = "none"


def trend(now: Counts, before: Counts) -> Trend:
    """How the share kept changed from `before` to `now`."""
    if not now.decided or not before.decided:
        if now.decided:
            return Trend.NEW
        return Trend.GONE if before.decided else Trend.NONE
    here, there = now.kept * before.decided, before.kept * now.decided
    if here == there:
        return Trend.SAME
    return Trend.BETTER if here > there else Trend.WORSE


@dataclass(frozen=True, slots=True)
class Difference(Generic[K]):
    """A promise in both periods."""

    key: K
    now: Counts
    before: Counts

    @property
    def trend(self) -> Trend:
        return trend(self.now, self.before)

    @property
    def points(self) -> float | None:
        """By how many points of a hundred the share kept went up; None where one of them has no share."""
        if self.now.share_kept is None or self.before.share_kept is None:
            return None
        return round(100 * (self.now.share_kept - self.before.share_kept), 1)


def compare(now: Iterable[tuple[K, Counts]], before: Iterable[tuple[K, Counts]]) -> tuple[Difference[K], ...]:
    """Every promise of which something was counted in either period: those of now in their order, then the others.

    A key that is given several times, as by several plan versions, is counted together.
    """
    here, there = _summed(now), _summed(before)
    return tuple(
        Difference(key, here.get(key, NONE), there.get(key, NONE))
        for key in dict.fromkeys([*here, *there])
        if here.get(key, NONE).total or there.get(key, NONE).total
    )


def _summed(counts: Iterable[tuple[K, Counts]]) -> dict[K, Counts]:
    found: dict[K, Counts] = {}
    for key, one in counts:
        found[key] = found.get(key, NONE) + one
    return found


def last_year(period: Period) -> Period:
    """The same days a year earlier. Whole months stay whole; 29 February becomes the 28th."""
    after = period.last + timedelta(days=1)
    first = add_months(period.first, -12)
    if after.day == 1:
        return Period(first, add_months(after, -12) - timedelta(days=1))
    return Period(first, add_months(period.last, -12))
