"""Rules of shifts (O-1)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from luyue.domain.refusals import BadInput

LONGEST = timedelta(days=7)


def check_shift(starts_at: datetime, ends_at: datetime, taken: Iterable[tuple[datetime, datetime]]) -> None:
    """Whether somebody may be on duty from when to when, besides the shifts he has. Shifts that touch do not overlap.

    Raises:
        BadInput: ends_at (not later; problem too_long), starts_at (problem overlap).
    """
    if ends_at <= starts_at:
        raise BadInput(field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise BadInput(field="ends_at", problem="too_long")
    if any(begin < ends_at and starts_at < end for begin, end in taken):
        raise BadInput(field="starts_at", problem="overlap")
