"""The append-only record of all that happened, and the wall between contracts.

`record()` is the one way in. The lowest app: everybody above records here, nobody below knows of it.
"""

from luyue.ledger.recording import (
    Actor,
    Entry,
    Recorded,
    appending,
    digest,
    quiet,
    react_with,
    record,
    record_many,
)  # fmt: skip

__all__ = [
    "Actor",
    "Entry",
    "Recorded",
    "appending",
    "digest",
    "quiet",
    "react_with",
    "record",
    "record_many",
]
