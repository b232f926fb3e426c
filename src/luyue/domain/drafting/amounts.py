"""A limit or a length as people type it, a number and a unit, and as a draft keeps it, ISO 8601 and a basis."""

import re
from decimal import Decimal, InvalidOperation

from luyue.domain.refusals import BadInput

# unit → (ISO 8601, basis of a limit)
LIMIT_UNITS: dict[str, tuple[str, str]] = {
    "second": ("PT{}S", "unspecified"),
    "minute": ("PT{}M", "unspecified"),
    "hour": ("PT{}H", "unspecified"),
    "working_hour": ("PT{}H", "business_hours"),
    "working_day": ("P{}D", "business_day"),
    "calendar_day": ("P{}D", "calendar"),
    "month": ("P{}M", "calendar"),
    "year": ("P{}Y", "calendar"),
}
LENGTH_UNITS: dict[str, str] = {"day": "P{}D", "month": "P{}M", "year": "P{}Y"}
_ISO = re.compile(r"P(?:T(?P<time>\d+(?:\.\d+)?)(?P<of>[SMH])|(?P<date>\d+(?:\.\d+)?)(?P<by>[DWMY]))")
_TIME = {"S": "second", "M": "minute", "H": "hour"}
_DATE = {"D": "calendar_day", "M": "month", "Y": "year"}
# The longest that a draft keeps, in each unit: ten years.
_MOST = {
    "second": 315_360_000, "minute": 5_256_000, "hour": 87_600, "working_hour": 87_600, "working_day": 3660,
    "calendar_day": 3660, "day": 3660, "month": 1200, "year": 100,
}  # fmt: skip


def number(text: str) -> Decimal:
    """A typed number above zero. Raises BadInput."""
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation as bad:
        raise BadInput(field="number") from bad
    if not value.is_finite() or value <= 0:
        raise BadInput(field="number")
    return value


def plain(value: Decimal) -> str:
    """A number without an exponent and without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def limit_of(amount: str, unit: str) -> tuple[str, str]:
    """(ISO 8601, basis) of a typed limit. Raises BadInput: field `number` or `unit`."""
    if unit not in LIMIT_UNITS:
        raise BadInput(field="unit")
    form, basis = LIMIT_UNITS[unit]
    return form.format(_checked(amount, unit)), basis


def length_of(amount: str, unit: str) -> str:
    """ISO 8601 of a typed length. Raises BadInput: field `number` or `unit`."""
    if unit not in LENGTH_UNITS:
        raise BadInput(field="unit")
    return LENGTH_UNITS[unit].format(_checked(amount, unit))


def _checked(amount: str, unit: str) -> str:
    value = number(amount)
    if value > _MOST[unit]:
        raise BadInput(field="number", problem="absurd")
    return plain(value)


def limit_parts(iso: str, basis: str) -> tuple[str, str]:
    """(number, unit) of a kept limit, for typing; empty when it is none of ours."""
    hit = _ISO.fullmatch(iso)
    if not hit:
        return "", ""
    if hit["time"]:
        working = hit["of"] == "H" and basis == "business_hours"
        return hit["time"], "working_hour" if working else _TIME[hit["of"]]
    if hit["by"] == "W":
        return plain(Decimal(hit["date"]) * 7), "working_day" if basis == "business_day" else "calendar_day"
    if hit["by"] == "D" and basis == "business_day":
        return hit["date"], "working_day"
    return hit["date"], _DATE[hit["by"]]


def length_parts(iso: str) -> tuple[str, str]:
    """(number, unit) of a kept length; empty when it is none of ours."""
    amount, unit = limit_parts(iso, "")
    return amount, {"calendar_day": "day", "month": "month", "year": "year"}.get(unit, "")
