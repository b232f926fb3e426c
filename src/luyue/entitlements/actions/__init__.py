"""Acts of entitlements."""

from luyue.entitlements.actions.charging import Charged, record_charge
from luyue.entitlements.actions.claiming import (
    answer_use,
    answer_waiver,
    ask_waiver,
    claim,
    done,
    grant,
    grant_many,
    record_breach,
    refuse,
    withdraw,
)
from luyue.entitlements.actions.following import follow_cases, line_failed
from luyue.entitlements.actions.reviewing import confirm_reviews, open_reviews
from luyue.entitlements.actions.sweeping import sweep

__all__ = [
    "Charged", "answer_use", "answer_waiver", "ask_waiver", "claim", "confirm_reviews", "done", "follow_cases",
    "grant", "grant_many", "line_failed", "open_reviews", "record_breach", "record_charge", "refuse", "sweep",
    "withdraw",
]  # fmt: skip
