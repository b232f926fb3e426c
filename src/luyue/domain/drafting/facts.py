"""The facts of a drafted promise: which fields each kind has, and what may stand in them (L13)."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from luyue.domain.refusals import BadInput

Check = Callable[[object], bool]
LONGEST = 80  # letters of a word in the facts

METRICS = frozenset({
    "respond", "remote_support", "depart", "arrive", "resolve", "replace", "loaner", "plan", "report", "answer_call",
    "repair_return", "spare_delivery",
})  # fmt: skip
BASES = frozenset({"unspecified", "business_day", "business_hours", "calendar", "24x7"})
PAID = frozenset({"free", "cost", "charged", "unspecified"})
_LIMIT = re.compile(r"P(?:\d{1,9}(?:\.\d{1,6})?[DWMY]|T\d{1,9}(?:\.\d{1,6})?[HMS])")
_OTHER = re.compile(r"other:.+")
_WINDOW = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")


def _word(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST and "\0" not in value


def _named(value: object) -> bool:
    return _word(value) and bool(value)


def _one_of(names: frozenset[str], *, other: bool = False) -> Check:
    def check(value: object) -> bool:
        return isinstance(value, str) and (
            value in names or (other and len(value) <= LONGEST and bool(_OTHER.fullmatch(value)))
        )

    return check


def _limit(value: object) -> bool:
    return isinstance(value, str) and bool(_LIMIT.fullmatch(value)) and bool(re.search("[1-9]", value))


def _number(least: float, most: float, *, whole: bool = False) -> Check:
    def check(value: object) -> bool:
        kinds = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            return False
        return math.isfinite(value) and least <= value <= most

    return check


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _windows(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 10 and all(_window(one) == one for one in value)


# kind → field → whether a value may stand in it. Every field is there in the facts of its kind, and no other.
FIELDS: Mapping[str, Mapping[str, Check]] = {
    "target": {
        "metric": _one_of(METRICS, other=True), "severity": _named, "within": _limit, "basis": _one_of(BASES),
        "scope": _word, "starts": _word,
    },
    "duty": {
        "activity": _named, "every": _named, "count": _or_none(_number(1, 10_000, whole=True)),
        "count_per": _or_none(_word), "min_hours": _or_none(_number(0, 10_000)),
    },
    "quota": {
        "what": _named, "op": _one_of(frozenset({"<=", ">=", "=", "<", ">"})), "value": _number(0, 1e12), "unit": _word,
    },
    "period": {"kind": _named, "length": _limit, "starts": _named},
    "hours": {"channel": _named, "basis": _named, "windows": _windows},
    "charge": {
        "phase": _one_of(frozenset({"in_warranty", "post_warranty"})), "labour": _one_of(PAID), "parts": _one_of(PAID),
        "travel": _one_of(PAID),
    },
}  # fmt: skip


def checked(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are, if they are those of a promise of this kind.

    Raises:
        BadInput: kind; or the field that is missing, not of this kind, or cannot hold what stands in it.
    """
    fields = FIELDS.get(kind)
    if fields is None:
        raise BadInput(field="kind")
    for name in [*fields, *facts]:
        if name not in fields or name not in facts or not fields[name](facts[name]):
            raise BadInput(field=name)
    return dict(facts)


def windows_of(typed: str) -> list[str]:
    """Hours of a day as people type them (9:00-12:00，13:30–17:30) as facts keep them. Raises BadInput."""
    found = re.sub(r"[，、,;；]", " ", typed.replace("：", ":"))
    return [_checked_window(one) for one in re.sub(r"\s*[–—~至-]\s*", "-", found).split()]


def _checked_window(typed: str) -> str:
    window = _window(typed)
    if not window:
        raise BadInput(field="windows")
    return window


def _window(typed: object) -> str:
    """HH:MM-HH:MM, from the earlier to the later, 24:00 at the latest; empty when it is none."""
    hit = _WINDOW.fullmatch(typed) if isinstance(typed, str) else None
    if not hit:
        return ""
    first, last = int(hit[1]) * 60 + int(hit[2]), int(hit[3]) * 60 + int(hit[4])
    if not first < last <= 24 * 60 or int(hit[2]) > 59 or int(hit[4]) > 59:
        return ""
    return f"{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"
