"""Rules of customer secrets and remote sessions (X-1, X-3)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

# How long a secret stays on the screen, in seconds.
SHOWN_SECONDS = 60
# How long the consent to look at a secret of two persons holds, for one look.
GRANT_LASTS = timedelta(hours=1)
# From so many days before its date on, a secret is due to be changed.
ROTATE_SOON = timedelta(days=14)

SESSION_STATES = ("asked", "approved", "refused", "withdrawn", "running", "ended")
_SESSION_MOVES: Mapping[tuple[str, str], str] = {
    ("asked", "approve"): "approved",
    ("asked", "refuse"): "refused",
    ("asked", "withdraw"): "withdrawn",
    ("approved", "withdraw"): "withdrawn",
    ("approved", "start"): "running",
    ("running", "end"): "ended",
}


def session_after(state: str, act: str) -> str | None:
    """The state of a remote session after an act, None when that is not possible: nothing starts without consent."""
    return _SESSION_MOVES.get((state, act))


def grant_holds(state: str, decided_at: datetime | None, now: datetime) -> bool:
    """Whether a consent to look is there, unused and fresh."""
    return state == "approved" and decided_at is not None and decided_at <= now < decided_at + GRANT_LASTS


def rotation(rotate_on: date | None, today: date) -> str:
    """ "" (no date), ok, soon or due: whether a secret is to be changed."""
    if rotate_on is None:
        return ""
    if rotate_on <= today:
        return "due"
    return "soon" if rotate_on - today <= ROTATE_SOON else "ok"
