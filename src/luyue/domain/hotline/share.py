"""Which calls count for the answered share, and the share itself (D-7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Counted(StrEnum):
    """What a call is for the answered share. Only the first two count."""

    ANSWERED = "answered"
    MISSED = "missed"
    SHORT = "short"
    OUTSIDE = "outside"
    OUTGOING = "outgoing"


def counted(
    *, incoming: bool, answered: bool, in_hours: bool, wait_seconds: int, short_seconds: int
) -> Counted:
    """What a call is: one out of service hours counts neither way, nor does a caller who gave up within the time that
    the line's rule names. Of several reasons the first in this order holds."""
    if not incoming:
        return Counted.OUTGOING
    if not in_hours:
        return Counted.OUTSIDE
    if answered:
        return Counted.ANSWERED
    return Counted.SHORT if wait_seconds < short_seconds else Counted.MISSED


@dataclass(frozen=True, slots=True)
class Share:
    """Answered share of a stretch of calls: answered ÷ (answered + missed); the others are shown beside it."""

    answered: int = 0
    missed: int = 0
    short: int = 0
    outside: int = 0

    @property
    def denominator(self) -> int:
        return self.answered + self.missed

    @property
    def incoming(self) -> int:
        """All incoming calls, whether they count or not."""
        return self.denominator + self.short + self.outside

    @property
    def percent(self) -> float | None:
        """0 to 100; None when no call counts: no calls is not a broken promise, and not a kept one."""
        return 100 * self.answered / self.denominator if self.denominator else None

    def keeps(self, at_least: float) -> bool | None:
        """Whether the share reaches a quota, reckoned exactly, not on the rounded figure. None: nothing to judge."""
        return None if not self.denominator else 100 * self.answered >= at_least * self.denominator

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.answered + other.answered,
            self.missed + other.missed,
            self.short + other.short,
            self.outside + other.outside,
        )


def share_of(calls: Iterable[Counted]) -> Share:
    """The share of calls that have been judged one by one."""
    count = dict.fromkeys(Counted, 0)
    for one in calls:
        count[one] += 1
    return Share(count[Counted.ANSWERED], count[Counted.MISSED], count[Counted.SHORT], count[Counted.OUTSIDE])
