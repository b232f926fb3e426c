"""Public holidays and make-up working days (调休), read from reviewed data files, one a year.

A file is shipped with the package (`data/holidays/<SET>/<YEAR>.yaml`) or imported into the user's data folder
(`<folder>/holidays/<SET>/<YEAR>.yaml`), which overrides the shipped year. A year's file may name days of the
neighbouring December and January; where two files name the same day, the later year's counts, because its
notice is the later one.

    holidays: 1
    set: CN
    year: 2026
    status: confirmed            # confirmed: from the official notice; estimated: by law only
    source: [which notice]
    days_off: {元旦: [2026-01-01]}     # the weekend days within them too
    days_worked: {元旦: [2026-01-04]}  # weekend days
"""

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from luyue.domain.refusals import BadInput

SHIPPED = Path(__file__).parent / "data" / "holidays"
STATUSES = ("confirmed", "estimated")
MISSING = "missing"
MOST_DAYS_OFF = 120
_SET_NAME = re.compile(r"[A-Z][A-Z0-9_-]{0,15}")


class BadHolidays(BadInput):
    """A file of holidays that cannot be used. Facts: problem (a word), where, value."""

    code = "bad_holidays"


@dataclass(frozen=True, slots=True)
class HolidayDay:
    """One named day: off, or (not off) a weekend day that is worked."""

    on: date
    name: str
    off: bool


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One file: the days of a notice, ascending, each date once."""

    set_name: str
    year: int
    status: str
    source: tuple[str, ...]
    days: tuple[HolidayDay, ...]


@dataclass(frozen=True, eq=False)
class HolidaySet:
    """All years of a set put together. Compared by identity: one object as long as the files stay the
    same.
    """

    name: str
    statuses: Mapping[int, str]
    days: Mapping[date, HolidayDay]

    def status(self, year: int) -> str:
        """`confirmed`, `estimated`, or `missing` (no data: only the weekly hours hold)."""
        return self.statuses.get(year, MISSING)

    def unconfirmed(self, first: date, last: date) -> tuple[int, ...]:
        """Years from `first` to `last` whose holidays are estimated or missing."""
        return tuple(y for y in range(first.year, last.year + 1) if self.status(y) != "confirmed")

    def between(self, first: date, last: date) -> list[HolidayDay]:
        """Named days from `first` to `last` (both included), ascending."""
        return [self.days[on] for on in sorted(self.days) if first <= on <= last]


def user_folder() -> Path:
    """Where imported years are kept: `$LUYUE_DATA/holidays`, `./var/holidays` when unset."""
    return Path(os.environ.get("LUYUE_DATA") or "var") / "holidays"


def holiday_set(name: str = "CN", folder: Path | None = None) -> HolidaySet:
    """The set, with the years in the user's folder in place of the shipped ones.

    A new or replaced file is seen at the next call: it changes the folder's time stamp.

    Raises:
        BadHolidays: no such set, or a file is broken.
    """
    own = folder / name if folder else _own_folder(name, os.environ.get("LUYUE_DATA"))
    try:
        stamp = own.stat().st_mtime_ns
    except FileNotFoundError:
        stamp = 0
    return _put_together(name, own, stamp)


@lru_cache(maxsize=16)
def _own_folder(name: str, _data: str | None) -> Path:
    # Asked for every compiled calendar; putting a path together takes longer than looking at the folder.
    return user_folder() / name


def status(year: int, name: str = "CN") -> str:
    """How sure the days of a year are: `confirmed`, `estimated` or `missing`."""
    return holiday_set(name).status(year)


@lru_cache(maxsize=16)
def _put_together(name: str, own: Path, _stamp: int) -> HolidaySet:
    if not _SET_NAME.fullmatch(name):
        raise BadHolidays(problem="unknown_set", value=name)
    files = {path.stem: path for folder in (SHIPPED / name, own) for path in sorted(folder.glob("*.yaml"))}
    if not files:
        raise BadHolidays(problem="unknown_set", value=name)
    years = sorted((_filed_year(path, name) for path in files.values()), key=lambda year: year.year)
    days = {day.on: day for year in years for day in year.days}
    return HolidaySet(name, {year.year: year.status for year in years}, days)


def _filed_year(path: Path, name: str) -> HolidayYear:
    found = read_year(path)
    if (found.set_name, str(found.year)) != (name, path.stem):
        raise BadHolidays(problem="wrong_file_name", where=str(path), value=f"{found.set_name}/{found.year}")
    return found


def shipped_year(year: int, name: str = "CN") -> HolidayYear | None:
    """The year as shipped, None when it is not."""
    path = SHIPPED / name / f"{year}.yaml"
    return read_year(path) if path.exists() else None


def read_year(path: Path) -> HolidayYear:
    """Read one file, in our form or in the well-known JSON one (see `parse_year`).

    Raises:
        BadHolidays: unreadable, not UTF-8, not YAML or JSON, or see `parse_year`.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadHolidays(problem="unreadable", where=str(path)) from error
    except (UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise BadHolidays(problem="not_yaml", where=str(path), value=str(error)) from error
    return parse_year(content)


def parse_year(content: Any) -> HolidayYear:
    """The days of a notice from data.

    Two forms: ours (see the module), and `{"year", "papers": [addresses], "days": [{"name", "date",
    "isOffDay"}]}` as published by holiday-cn, which is taken as a confirmed year of the set CN. In the latter
    a *weekday* named as
    worked is dropped: it says nothing new (2020-02-03).

    Raises:
        BadHolidays: a field is missing or of the wrong kind, a date is outside the year and the neighbouring
            December and January, a date comes twice, or there are absurdly many days.
    """
    if not isinstance(content, dict):
        raise BadHolidays(problem="not_a_mapping")
    year = content.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 1900 <= year <= 2200:
        raise BadHolidays(problem="bad_year", value=str(year))
    if "days" in content:
        set_name: Any = "CN"
        how_sure: Any = "confirmed"
        source = content.get("papers") or []
        days = _published_days(content["days"])
    else:
        set_name, how_sure = content.get("set"), content.get("status")
        source = content.get("source")
        days = _named_days(content.get("days_off"), off=True)
        days += _named_days(content.get("days_worked"), off=False)
    if not isinstance(set_name, str) or not _SET_NAME.fullmatch(set_name):
        raise BadHolidays(problem="unknown_set", value=str(set_name))
    if how_sure not in STATUSES:
        raise BadHolidays(problem="bad_status", value=str(how_sure))
    if not isinstance(source, list) or not all(isinstance(line, str) for line in source):
        raise BadHolidays(problem="bad_source", value=str(source))
    _check(days, year)
    days.sort(key=lambda day: day.on)
    return HolidayYear(set_name, year, str(how_sure), tuple(source), tuple(days))


def _published_days(rows: Any) -> list[HolidayDay]:
    if not isinstance(rows, list):
        raise BadHolidays(problem="bad_days", where="days")
    days = []
    for number, row in enumerate(rows, 1):
        where = f"days[{number}]"
        if not isinstance(row, dict) or not isinstance(row.get("name"), str):
            raise BadHolidays(problem="bad_name", where=where)
        if not isinstance(row.get("isOffDay"), bool):
            raise BadHolidays(problem="bad_is_off_day", where=where, value=str(row.get("isOffDay")))
        day = HolidayDay(_date(row.get("date"), where), row["name"], row["isOffDay"])
        if day.off or day.on.weekday() >= 5:
            days.append(day)
    return days


def _named_days(groups: Any, *, off: bool) -> list[HolidayDay]:
    where = "days_off" if off else "days_worked"
    if groups is None and not off:
        return []
    if not isinstance(groups, dict):
        raise BadHolidays(problem="bad_days", where=where)
    days = []
    for name, dates in groups.items():
        if not isinstance(name, str) or not isinstance(dates, list):
            raise BadHolidays(problem="bad_name", where=where, value=str(name))
        days += [HolidayDay(_date(on, f"{where}: {name}"), name, off) for on in dates]
    return days


def _date(value: Any, where: str) -> date:
    if type(value) is date:  # YAML reads 2026-01-01 as a date
        return value
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadHolidays(problem="bad_date", where=where, value=str(value))


def _check(days: list[HolidayDay], year: int) -> None:
    if not days:
        raise BadHolidays(problem="no_days", value=str(year))
    seen: set[date] = set()
    for day in days:
        neighbour = (day.on.year, day.on.month) in ((year - 1, 12), (year + 1, 1))
        if day.on.year != year and not neighbour:
            raise BadHolidays(problem="outside_the_year", where=day.name, value=day.on.isoformat())
        if day.on in seen:
            raise BadHolidays(problem="date_twice", where=day.name, value=day.on.isoformat())
        if not day.off and day.on.weekday() < 5:
            raise BadHolidays(problem="make_up_on_a_weekday", where=day.name, value=day.on.isoformat())
        seen.add(day.on)
    if sum(day.off for day in days) > MOST_DAYS_OFF:
        raise BadHolidays(problem="too_many_days_off", value=str(year))


def difference(old: HolidayYear | None, new: HolidayYear) -> list[str]:
    """What `new` changes against `old`, a line each: `+ 2027-02-20 work 春节`, `- 2027-02-10 off 春节`."""
    before = set(old.days) if old else set()
    gone = [(day.on, "-", day) for day in before - set(new.days)]
    come = [(day.on, "+", day) for day in set(new.days) - before]
    lines = [
        f"{sign} {on.isoformat()} {'off ' if day.off else 'work'} {day.name}"
        for on, sign, day in sorted(gone + come, key=lambda line: (line[0], line[1] == "+"))
    ]
    if old and old.status != new.status:
        lines.append(f"status: {old.status} → {new.status}")
    return lines


def as_yaml(year: HolidayYear) -> str:
    """The year in our file form."""
    lines = ["holidays: 1", f"set: {year.set_name}", f"year: {year.year}", f"status: {year.status}"]
    lines.append("source:" if year.source else "source: []")
    lines += [f"  - {_quoted(line)}" for line in year.source]
    for word, off in (("days_off", True), ("days_worked", False)):
        groups: dict[str, list[str]] = {}
        for day in year.days:
            if day.off is off:
                groups.setdefault(day.name, []).append(day.on.isoformat())
        lines.append(f"{word}:" if groups else f"{word}: {{}}")
        lines += [f"  {_quoted(name)}: [{', '.join(dates)}]" for name, dates in groups.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000).strip()


def write_year(year: HolidayYear, folder: Path | None = None) -> Path:
    """Write the year into the user's folder, whole or not at all; returns the file's path."""
    own = (folder or user_folder()) / year.set_name
    own.mkdir(parents=True, exist_ok=True)
    path = own / f"{year.year}.yaml"
    handle, name = tempfile.mkstemp(dir=own, suffix=".new")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(as_yaml(year))
        fresh.chmod(0o644)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    return path
