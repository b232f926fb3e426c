"""Work orders: the lifecycle of one visit or remote session, its times, and what must be there before it ends.

The lifecycle is the table below. An act that is not in it leaves the state alone or is not possible. Source: F-1 to
F-8, L7 of the semantics.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

VISIT, REMOTE, EMERGENCY_REPAIR, ROUND = "visit", "remote", "emergency_repair", "round"
KINDS = (VISIT, REMOTE, EMERGENCY_REPAIR, ROUND)
STATES = (
    "planned", "accepted", "departed", "arrived", "working", "finished", "unfinished", "confirmed", "refused",
    "rejected", "cancelled",
)  # fmt: skip
RESULTS = ("complete", "partial", "failed")

# (state, act) → state. "refused": the customer would not sign; a paper may still come.
LIFECYCLE: dict[tuple[str, str], str] = {
    ("planned", "accept"): "accepted",
    ("planned", "reject"): "rejected", ("accepted", "reject"): "rejected",
    ("planned", "replan"): "planned", ("accepted", "replan"): "planned", ("rejected", "replan"): "planned",
    ("accepted", "depart"): "departed",
    ("departed", "arrive"): "arrived", ("accepted", "arrive"): "arrived",
    ("arrived", "start"): "working", ("accepted", "start"): "working",
    ("working", "finish"): "finished",
    ("departed", "unsolved"): "unfinished", ("arrived", "unsolved"): "unfinished",
    ("working", "unsolved"): "unfinished",
    ("finished", "confirm"): "confirmed", ("unfinished", "confirm"): "confirmed",
    ("refused", "confirm"): "confirmed",
    ("finished", "refuse"): "refused", ("unfinished", "refuse"): "refused",
    ("planned", "cancel"): "cancelled", ("accepted", "cancel"): "cancelled", ("rejected", "cancel"): "cancelled",
    ("departed", "cancel"): "cancelled",
}  # fmt: skip
# Acts that leave the state alone, and the states in which they can be done.
_UNDER_WAY = frozenset({"accepted", "departed", "arrived", "working"})
_NOT_YET_SIGNED = _UNDER_WAY | {"finished", "unfinished", "refused"}
ACTS_BESIDE: dict[str, frozenset[str]] = {
    "log": _NOT_YET_SIGNED,
    "photo": _NOT_YET_SIGNED,
    "part": _NOT_YET_SIGNED - {"accepted", "departed"},
    "check": _UNDER_WAY,
    "paper": _NOT_YET_SIGNED,
    "correct": frozenset(STATES) - {"planned", "rejected", "cancelled"},
    # A device of a round was looked at.
    "look": frozenset({"arrived", "working"}),
}
ACTS = frozenset(act for _state, act in LIFECYCLE) | frozenset(ACTS_BESIDE)
OPEN_STATES = ("planned", "accepted", "departed", "arrived", "working", "rejected")
# The engineer is busy with it, or will be: it holds its place in his day.
BOOKED_STATES = ("planned", "accepted", "departed", "arrived", "working")
ENDED_STATES = ("finished", "unfinished", "refused", "confirmed")
# The customer has said his word: signed, or refused to.
SAID_STATES = ("confirmed", "refused")
# An emergency repair in one of these holds its case no longer: accepted, or not to be.
PAST_ACCEPTANCE = ("confirmed", "rejected", "cancelled")

# In a remote session nobody goes anywhere; a visit begins by arriving; a round may be done from afar (I-1).
_NOT_REMOTE = frozenset({"depart", "arrive", "paper"})
_NATURAL = {
    "planned": "accept", "accepted": "depart", "departed": "arrive", "arrived": "start", "working": "finish",
    "finished": "confirm", "unfinished": "confirm", "refused": "confirm",
}  # fmt: skip
# Moments that follow each other in the world, not only in the system.
STAMPS = ("depart", "arrive", "start", "finish", "unsolved", "confirm", "refuse")

# What an act does to the case of the order: (kind of order, act) → act on the case.
CASE_ACTS: dict[tuple[str, str], str] = {
    (VISIT, "depart"): "depart", (VISIT, "arrive"): "arrive",
    (EMERGENCY_REPAIR, "depart"): "depart", (EMERGENCY_REPAIR, "arrive"): "arrive",
    (REMOTE, "start"): "start_remote", (REMOTE, "unsolved"): "fail_remote",
}  # fmt: skip

EVENT_OF_ACT = {
    "plan": "work_order.planned", "replan": "work_order.replanned", "accept": "work_order.accepted",
    "reject": "work_order.rejected", "cancel": "work_order.cancelled", "depart": "work_order.departed",
    "arrive": "work_order.arrived", "start": "work_order.started", "finish": "work_order.finished",
    "unsolved": "work_order.left_unsolved", "confirm": "work_order.confirmed",
    "refuse": "work_order.confirmation_refused", "log": "work_order.logged", "photo": "work_order.photographed",
    "part": "work_order.part_used", "check": "work_order.checked", "paper": "work_order.paper_filed",
    "correct": "work_order.stamp_corrected", "told": "work_order.told", "look": "work_order.looked",
}  # fmt: skip

# Data safety on site (F-6): what each kind of order has to answer before it can be finished.
CHECKS: dict[str, tuple[str, ...]] = {
    VISIT: ("rules", "backup", "found"),
    REMOTE: ("backup", "found"),
    EMERGENCY_REPAIR: ("rules", "backup", "found"),
    ROUND: ("rules",),
}
CHECK_ANSWERS = ("done", "not_needed")
# What an emergency repair files, and the customer accepts (F-3).
PAPERS = ("plan", "drawing", "equipment")

# What the customer says of a round, 1 to 5 each (I-5).
MARKS = ("quality", "efficiency", "attitude")

LATE_AFTER = timedelta(minutes=10)
CLOCK_SKEW = timedelta(minutes=1)
CLOCK_NOTE = timedelta(minutes=2)


def state_after(kind: str, state: str, act: str) -> str | None:
    """The state that an act leads to, or None when there is no such step for this kind of order."""
    if kind == REMOTE and act in _NOT_REMOTE:
        return None
    if act == "start" and state == "accepted" and kind not in (REMOTE, ROUND):
        return None
    # What a round finds becomes a case of its own; it is never "not solved".
    if (act == "look" and kind != ROUND) or (act == "unsolved" and kind == ROUND):
        return None
    if act == "paper" and kind != EMERGENCY_REPAIR:
        return None
    if (state, act) in LIFECYCLE:
        return LIFECYCLE[(state, act)]
    return state if state in ACTS_BESIDE.get(act, ()) else None


def next_act(kind: str, state: str) -> str | None:
    """What the engineer does next, as a rule: the one big button of his page."""
    if kind == REMOTE and state == "accepted":
        return "start"
    return _NATURAL.get(state)


@cache
def possible_acts(kind: str, state: str) -> frozenset[str]:
    """All acts that the lifecycle allows now."""
    return frozenset(act for act in ACTS if state_after(kind, state, act) is not None)


def open_checks(kind: str, answered: Collection[str], *, pictures: int) -> tuple[str, ...]:
    """Items of the safety check that still need an answer. A picture of what was found answers "found"."""
    return tuple(item for item in CHECKS[kind] if item not in answered and not (item == "found" and pictures))


def open_papers(kind: str, filed: Collection[str]) -> tuple[str, ...]:
    """Papers of an emergency repair that are not filed yet; nothing for the other kinds."""
    return tuple(paper for paper in PAPERS if paper not in filed) if kind == EMERGENCY_REPAIR else ()


def resolves_at_finish(kind: str) -> bool:
    """Whether finishing solves the case at once. An emergency repair waits for the customer's acceptance (F-3)."""
    return kind != EMERGENCY_REPAIR


def true_time(told: datetime, sent: datetime | None, now: datetime) -> datetime:
    """When something happened, by a device whose own clock may be wrong.

    Args:
        told: when it happened by the device's clock. sent: what that clock showed when it was sent, if it said so.
        now: what the server's clock shows on arrival. All aware.
    Returns: `told`, moved by the difference of the clocks if that is more than a minute.
    """
    if sent is None:
        return told
    off = now - sent
    return told if abs(off) <= CLOCK_SKEW else told + off


def clock_off(sent: datetime | None, now: datetime) -> int | None:
    """Seconds that the server's clock is ahead of a device's, when that is worth a note (2 minutes); else None.

    The time itself is corrected by `true_time`; the note lets a reader see that it was.
    """
    if sent is None or abs(now - sent) <= CLOCK_NOTE:
        return None
    return round((now - sent).total_seconds())


def is_late(at: datetime, now: datetime) -> bool:
    """Whether an entry came so long after the fact that it is marked."""
    return now - at > LATE_AFTER


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 in hex over an order's content as canonical JSON: what the customer signed, and nothing else."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
