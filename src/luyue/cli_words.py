"""What several commands take: numbers, days, moments, and files that may be shipped ones."""

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from luyue.domain.calendars import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from luyue.domain.statement import Period

Dated = TypeVar("Dated", bound=date)


def port(text: str) -> int:
    """For argparse: a TCP port; 0 lets the system choose."""
    return _number(text, 0, 65_535)


def count(text: str) -> int:
    """For argparse: how many of something, one or more."""
    return _number(text, 1, 1_000_000)


def days(text: str) -> int:
    """For argparse: a number of days, up to a century."""
    return _number(text, 1, 36_500)


def day(text: str) -> date:
    """For argparse: a date, YYYY-MM-DD."""
    try:
        return _dated(date.fromisoformat(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}：应为 YYYY-MM-DD / must be YYYY-MM-DD") from error


def moment(text: str) -> datetime:
    """For argparse: an instant of ISO 8601, with or without an offset."""
    try:
        return _dated(datetime.fromisoformat(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r}：应为 YYYY-MM-DDTHH:MM，可带时区 / must be YYYY-MM-DDTHH:MM, an offset may follow"
        ) from error


def period(first: date, last: date) -> "Period | None":
    """The days of a statement; None, once the reason has been printed, where they are none."""
    from luyue.domain.statement import Period

    try:
        return Period(first, last)
    except ValueError:
        text = "luyue: --to 早于 --from，或期间过长 / --to is before --from, or the period is too long"
        print(text, file=sys.stderr)
        return None


def shipped(name: str, folder: Path) -> Path | None:
    """A file of the package by its id: `hardware-supply`, `002-hardware-supply` or, if numbered, `002`."""
    for file in sorted(folder.glob("*.yaml")):
        number, _, rest = file.stem.partition("-")
        if name in (file.stem, rest) or (number.isdigit() and name == number):
            return file
    return None


def _number(text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(
            f"{text!r}：应为 {least} 至 {most} 的整数 / must be a whole number from {least} to {most}"
        )
    return number


def _dated(on: Dated) -> Dated:
    """Refuse what calendars do not reach. Raises ValueError."""
    if not FIRST_YEAR < on.year < LAST_YEAR:
        raise ValueError(on)
    return on
