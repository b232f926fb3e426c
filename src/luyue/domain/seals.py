"""The seal of a ledger event: SHA-256 over canonical JSON, which anybody can reckon again (L-2)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

# All columns of an event but `id` and `digest`.
SEALED = (
    "actor_id",
    "actor_name",
    "contract_id",
    "data",
    "kind",
    "occurred_at",
    "recorded_at",
    "subject_id",
    "subject_kind",
)

# Keys sorted, no spaces, letters as they are; NaN and Infinity are refused.
canonical: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def instant_text(moment: datetime) -> str:
    """ISO 8601 in UTC with six decimals, as it stands under the seal."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def seal(event: Mapping[str, Any]) -> bytes:
    """The seal of an event, times as `instant_text`; 32 bytes. Raises KeyError for a column that is missing."""
    return hashlib.sha256(canonical({name: event[name] for name in SEALED}).encode()).digest()
