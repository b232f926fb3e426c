"""Messages of other systems that something happened: severe weather above all, and whatever else a plan names (I-1).

Pure: parsed JSON in, values out. Weather services differ in the names of their fields and change them, so the first
that is there counts: QWeather's `warning` (v7) and `alerts`, Caiyun's `content`, or `events` with Luyue's own names.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

MOST_SIGNALS: Final = 500
LONGEST_KEY, LONGEST_TITLE, LONGEST_KIND = 120, 300, 80
LISTS: Final = ("events", "warning", "alerts", "content", "warnings")
# How grave a warning is, the least first; China's four colours.
LEVELS: Final = ("blue", "yellow", "orange", "red")
_COLOURS: Final = {"蓝": "blue", "黄": "yellow", "橙": "orange", "红": "red"}
_SEVERITIES: Final = {"minor": "blue", "moderate": "yellow", "severe": "orange", "extreme": "red"}
_COLOUR_IN_TITLE = re.compile("([蓝黄橙红])色")
_OVER: Final = frozenset({"cancel", "cancelled", "expired", "解除"})


class BadSignal(Exception):
    """A body that cannot be read. code: what is wrong; where: the field."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code, where)
        self.code, self.where = code, where


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that happened. key: the sender's number of it. level: one of LEVELS, "" where none is told.

    at: since when, aware UTC; None where the sender does not say.
    """

    key: str
    title: str
    kind: str = ""
    level: str = ""
    at: datetime | None = None


def read_signals(payload: object) -> list[Signal]:
    """What a body tells, in its order; what it calls off is left out.

    Raises:
        BadSignal: no object, no list that is known, one without number or title, or more than MOST_SIGNALS.
    """
    if not isinstance(payload, Mapping):
        raise BadSignal("not_an_object")
    name = next((one for one in LISTS if isinstance(payload.get(one), list)), "")
    rows: Any = payload[name] if name else [payload]
    if len(rows) > MOST_SIGNALS:
        raise BadSignal("too_many", name)
    found = [_signal(row, f"{name}[{number}]." if name else "") for number, row in enumerate(rows)]
    return [one for one in found if one is not None]


def wanted(signal: Signal, *, kinds: Sequence[str], least: str) -> bool:
    """Whether it is of a wanted kind (words of which one stands in kind or title; none: all) and grave enough.

    What does not say how grave it is counts as grave enough: better asked once too often.
    """
    if kinds and not any(word in signal.kind or word in signal.title for word in kinds):
        return False
    return not least or not signal.level or LEVELS.index(signal.level) >= LEVELS.index(least)


# How long a message that could not be worked on waits for the next try; then somebody has to look.
PAUSES: Final = tuple(timedelta(minutes=one) for one in (1, 5, 30, 120, 720))


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many failures, at least one; None: not by itself any more."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None


def _signal(row: object, where: str) -> Signal | None:
    if not isinstance(row, Mapping):
        raise BadSignal("not_an_object", where.rstrip("."))
    state = _first(row, ("status", "messageType.code", "request_status"))
    key, title = _first(row, ("id", "alertId", "identifier")), _first(row, ("title", "headline", "event"))
    if not key:
        raise BadSignal("missing", f"{where}id")
    if not title:
        raise BadSignal("missing", f"{where}title")
    if state.lower() in _OVER:
        return None
    kind = _first(row, ("kind", "typeName", "eventType.name"))
    level = _level(_first(row, ("level", "severityColor", "color.code")), _first(row, ("severity",)), title)
    at = _first(
        row, ("at", "onsetTime", "startTime", "effectiveTime", "pubTime", "issuedTime", "pubtimestamp")
    )
    return Signal(key[:LONGEST_KEY], title[:LONGEST_TITLE], kind[:LONGEST_KIND], level, _moment(at))


def _first(row: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first field that is filled; a dot goes one object deeper."""
    for name in names:
        outer, _, inner = name.partition(".")
        value: Any = row.get(outer)
        if inner:
            value = value.get(inner) if isinstance(value, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            continue
        if text := str(value).replace("\0", "").encode("utf-8", "replace").decode().strip():
            return text
    return ""


def _level(colour: str, severity: str, title: str) -> str:
    word = colour.lower()
    if word in LEVELS:
        return word
    if colour[:1] in _COLOURS:
        return _COLOURS[colour[0]]
    if found := _COLOUR_IN_TITLE.search(title):
        return _COLOURS[found[1]]
    return _SEVERITIES.get(severity.lower(), "")


def _moment(text: str) -> datetime | None:
    """ISO 8601 with offset, or seconds since 1970."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        try:
            at = datetime.fromtimestamp(float(text), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return at.astimezone(UTC) if at.tzinfo is not None and 1970 < at.year < 9000 else None
