"""A form's facts: checked, put into words of a language, and hashed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

from luyue.domain.refusals import BadInput
from luyue.domain.service_forms.kinds import Both, Item, Kind

Language = Literal["zh", "en"]
LONGEST = 20_000  # characters of a text
MOST_ROWS = 200
LONGEST_CELL = 200

# Columns of tables that hold instants.
MOMENTS = frozenset({"at", "due"})


def accepted(kind: Kind, extra: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a person or another part of the product gives for a form, each of its item's shape.

    An empty value takes out what was gathered.

    Raises:
        BadInput: field: the item; problem: unknown, bad_value, too_long (limit), bad_character.
    """
    items = {item.key: item for item in kind.items}
    found = {}
    for key, value in extra.items():
        if key not in items:
            raise BadInput(field=key, problem="unknown")
        found[key] = _value(items[key], value)
    return found


def lacking(kind: Kind, facts: Mapping[str, Any]) -> list[Item]:
    """Items without which the form cannot be issued."""
    wanting = [item for item in kind.items if item.needed and facts.get(item.key) in (None, "", [])]
    open_end = next((item for item in kind.items if item.key == "left_over"), None)
    if open_end and facts.get("result") in ("unsolved", "temporary") and not facts.get("left_over"):
        # The user is told what is left and what comes next (F-8).
        wanting.append(open_end)
    return wanting


def digest(kind: str, *, number: str, version: int, facts: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the canonical JSON of what the form says: what a signature is bound to (L7)."""
    said = {"kind": kind, "number": number, "version": version, "facts": facts}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def grouped(of: str, letters: int = 16) -> str:
    """The beginning of a digest in groups of four, to be compared by eye."""
    return " ".join(of[i : i + 4] for i in range(0, letters, 4))


def in_words(item: Item, value: Any, language: Language, zone: tzinfo) -> str:
    """A value that is no table as people read it; "" when there is none."""
    if value in (None, ""):
        return ""
    if item.what == "moment":
        return moment_in_words(int(value), zone)
    if item.what == "seconds":
        return duration_in_words(int(value), language)
    if item.what == "choice":
        return _of((item.choices or {}).get(str(value), (str(value), str(value))), language)
    if item.what == "words":
        return str(value.get(language) or value.get("zh") or "")
    return str(value)


def rows_in_words(item: Item, rows: Any, language: Language, zone: tzinfo) -> list[dict[str, str]]:
    """The rows of a table as people read them."""

    def cell(column: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return str(value.get(language) or value.get("zh") or "")
        if value is None:
            return "–"
        return moment_in_words(int(value), zone) if column in MOMENTS else str(value)

    columns = item.columns or {}
    return [{column: cell(column, row.get(column)) for column in columns} for row in rows or ()]


def moment_in_words(at: int, zone: tzinfo) -> str:
    """An instant on paper: to the minute, with the year."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def duration_in_words(seconds: int, language: Language) -> str:
    """Days, hours and minutes, rounded down to the minute."""
    minutes = seconds // 60
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if language == "en":
        told = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (rest, "min")) if n]
        return " ".join(told) or "0 min"
    told = [f"{n} {unit}" for n, unit in ((days, "天"), (hours, "小时"), (rest, "分")) if n]
    return " ".join(told) or "0 分"


def _of(both: Both, language: Language) -> str:
    return both[language == "en"]


def _value(item: Item, value: Any) -> Any:
    if value in (None, "", [], ()):
        return None
    if item.what in ("line", "text"):
        return _text(item.key, value, LONGEST if item.what == "text" else LONGEST_CELL)
    if item.what in ("moment", "seconds"):
        if isinstance(value, datetime) and value.tzinfo is not None:
            return int(value.timestamp())
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**40:
            raise BadInput(field=item.key, problem="bad_value")
        return value
    if item.what == "choice":
        if value not in (item.choices or {}):
            raise BadInput(field=item.key, problem="bad_value")
        return value
    if item.what == "words":
        if not isinstance(value, Mapping) or not all(
            isinstance(value.get(name), str) for name in ("zh", "en")
        ):
            raise BadInput(field=item.key, problem="bad_value")
        return {name: _text(item.key, value[name], LONGEST_CELL) for name in ("zh", "en")}
    return _rows(item, value)


def _rows(item: Item, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple):
        raise BadInput(field=item.key, problem="bad_value")
    if len(value) > MOST_ROWS:
        raise BadInput(field=item.key, problem="too_many", limit=MOST_ROWS)
    columns = item.columns or {}
    rows: list[dict[str, Any]] = []
    for row in value:
        if not isinstance(row, Mapping) or not set(row) <= set(columns):
            raise BadInput(field=item.key, problem="bad_value")
        told = {column: _cell(item.key, row.get(column)) for column in columns}
        if any(told.values()):
            rows.append(told)
    return rows


def _cell(key: str, value: Any) -> str | dict[str, str]:
    """A cell of a table: one text, or the words of both languages."""
    if isinstance(value, Mapping) and {"zh", "en"} == set(value):
        return {name: _text(key, value[name], LONGEST_CELL) for name in ("zh", "en")}
    return _text(key, str(value or ""), LONGEST_CELL)


def _text(key: str, value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise BadInput(field=key, problem="bad_value")
    text = value.replace("\r\n", "\n").strip()
    if "\0" in text:
        raise BadInput(field=key, problem="bad_character")
    if len(text) > limit:
        raise BadInput(field=key, problem="too_long", limit=limit)
    return text
