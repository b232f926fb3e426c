"""Statement of performance (L-5): what was promised for a period against what was done.

A clock belongs to the period in which it was due; while an open pause keeps it from being due it belongs where it
started, and one that never started where its case was reported. All times: whole UTC seconds since 1970.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from luyue.domain.periods import add_months

LONGEST_DAYS = 20 * 366
MOST_PERCENT = 1000  # used shares above are counted here: ten times the limit says enough


class Outcome(StrEnum):
    """What became of a clock. The first four are the quota; the others are listed beside it."""

    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"
    RUNNING = "running"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"


DECIDED = (Outcome.KEPT, Outcome.LATE, Outcome.MISSED)
BROKEN = (Outcome.LATE, Outcome.MISSED)


def outcome(result: str, due_at: int | None, stopped_at: int | None, as_of: int) -> Outcome:
    """What became of a clock, read from its stored result (see `clocks.Reading`) at the moment `as_of`.

    A running clock past its due time is missed, whether the sweep has come by or not.
    """
    if result == "met":
        return Outcome.KEPT
    if result == "breached":
        return Outcome.MISSED if stopped_at is None else Outcome.LATE
    if result == "running":
        return Outcome.MISSED if due_at is not None and due_at < as_of else Outcome.RUNNING
    return Outcome(result)


def belongs_at(due_at: int | None, started_at: int | None, reported_at: int) -> int:
    """The instant by which a clock belongs to a period."""
    if due_at is not None:
        return due_at
    return started_at if started_at is not None else reported_at


def used_percent(started_at: int, due_at: int, stopped_at: int) -> int:
    """The share of the stretch from start to due that was used, in whole percent, rounded up: kept if and only if
    it is 100 or less. Closed hours and pauses lie in both lengths."""
    whole = due_at - started_at
    return min(MOST_PERCENT, -(-100 * (stopped_at - started_at) // whole))


# ------------------------------------------------------------------------------------------- periods


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included.

    Raises:
        ValueError: it ends before it starts, or is longer than 20 years.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 <= (self.last - self.first).days <= LONGEST_DAYS:
            raise ValueError("period")

    def bounds(self, zone: ZoneInfo) -> tuple[int, int]:
        """First second and the second after the last one."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone)

    def months(self) -> tuple["Period", ...]:
        """The period cut at the first day of each month."""
        parts = []
        first = self.first
        while first <= self.last:
            following = add_months(first.replace(day=1), 1)
            parts.append(Period(first, min(self.last, following - timedelta(days=1))))
            first = following
        return tuple(parts)

    def previous(self) -> "Period":
        """The period before: as many whole months if it is made of whole months, else as many days."""
        after = self.last + timedelta(days=1)
        last = self.first - timedelta(days=1)
        if self.first.day == 1 and after.day == 1:
            months = (after.year - self.first.year) * 12 + after.month - self.first.month
            return Period(add_months(self.first, -months), last)
        return Period(self.first - (after - self.first), last)


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1) - timedelta(days=1))


def quarter_of(day: date) -> Period:
    """The calendar quarter of a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period(first, add_months(first, 3) - timedelta(days=1))


def year_of(day: date) -> Period:
    """The calendar year of a day."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


# -------------------------------------------------------------------------------------------- counts


@dataclass(frozen=True, slots=True)
class Counts:
    """How many clocks had which outcome."""

    kept: int = 0
    late: int = 0
    missed: int = 0
    running: int = 0
    waived: int = 0
    not_applicable: int = 0
    superseded: int = 0
    cancelled: int = 0
    not_started: int = 0

    @classmethod
    def of(cls, outcomes: Mapping[Outcome, int]) -> "Counts":
        return cls(**{str(name): count for name, count in outcomes.items()})

    @property
    def promised(self) -> int:
        """Due in the period and neither waived nor void."""
        return self.kept + self.late + self.missed + self.running

    @property
    def broken(self) -> int:
        return self.late + self.missed

    @property
    def decided(self) -> int:
        return self.kept + self.broken

    @property
    def excluded(self) -> int:
        """Beside the quota: waived, not applicable, superseded, cancelled, not started."""
        return self.total - self.promised

    @property
    def total(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))

    @property
    def share_kept(self) -> float | None:
        """Kept of decided, 0 to 1; None while nothing is decided: no work is not 100 %."""
        return self.kept / self.decided if self.decided else None

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


NONE = Counts()


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A promise as a clock names it: plan version and the promise's id in it."""

    version: int
    promise: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`count` clocks of a promise with one outcome, in the month with index `month` of the period."""

    key: Key
    month: int
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class Used:
    """`count` clocks of a promise that were stopped after `percent` of their time."""

    key: Key
    percent: int
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One promise in a statement. months: one per month of the period; before: the period before.

    used: (percent, count) ascending, of the clocks that were stopped; median, p90: nearest rank, in percent.
    """

    key: Key
    counts: Counts
    months: tuple[Counts, ...]
    before: Counts = NONE
    used: tuple[tuple[int, int], ...] = ()
    median: int | None = None
    p90: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """All promises of a contract (or of all) in a period, as known at `as_of`. earlier: all of the period that it is
    held against, also those that have no row here; before: its sum."""

    period: Period
    as_of: int
    rows: tuple[Row, ...]
    totals: Counts = field(default=NONE)
    before: Counts = field(default=NONE)
    earlier: tuple[tuple[Key, Counts], ...] = ()

    @property
    def months(self) -> tuple[Period, ...]:
        return self.period.months()

    @property
    def month_totals(self) -> tuple[Counts, ...]:
        return tuple(_sum(row.months[index] for row in self.rows) for index in range(len(self.months)))

    @property
    def used(self) -> tuple[tuple[int, int], ...]:
        """(percent, count) ascending over all promises."""
        return _merged(pair for row in self.rows for pair in row.used)


def build(
    period: Period,
    as_of: int,
    cells: Iterable[Cell],
    used: Iterable[Used] = (),
    before: Iterable[Cell] = (),
    known: Iterable[Key] = (),
) -> Statement:
    """Put a statement together from grouped counts.

    Args:
        cells, used: of the period; before: cells of the period before, or of another that it is held against; their
            month does not matter.
        known: promises in force, in the order wanted; those without a clock get a row of zeros. Others that have
            clocks follow, by version and id. A promise that occurs only in the period before gets no row of its own.
    Raises:
        IndexError: a cell lies in a month that the period does not have.
    """
    width = len(period.months())
    months: dict[Key, list[dict[Outcome, int]]] = {}
    for cell in cells:
        if not 0 <= cell.month < width:
            raise IndexError(f"month {cell.month} of {width}")
        here = months.setdefault(cell.key, [{} for _ in range(width)])[cell.month]
        here[cell.outcome] = here.get(cell.outcome, 0) + cell.count
    shares: dict[Key, list[tuple[int, int]]] = {}
    for one in used:
        shares.setdefault(one.key, []).append((one.percent, one.count))
    earlier: dict[Key, Counts] = {}
    for cell in before:
        earlier[cell.key] = earlier.get(cell.key, NONE) + Counts.of({cell.outcome: cell.count})
    order = list(dict.fromkeys([*known, *sorted(months)]))
    rows = tuple(
        _row(key, months.get(key, [{}] * width), earlier.get(key, NONE), shares.get(key, ())) for key in order
    )
    return Statement(
        period,
        as_of,
        rows,
        _sum(row.counts for row in rows),
        _sum(earlier.values()),
        tuple(sorted(earlier.items())),
    )


def _row(
    key: Key, months: Sequence[Mapping[Outcome, int]], before: Counts, shares: Iterable[tuple[int, int]]
) -> Row:
    counted = tuple(Counts.of(month) for month in months)
    used = _merged(shares)
    return Row(key, _sum(counted), counted, before, used, percentile(used, 50), percentile(used, 90))


def percentile(used: Sequence[tuple[int, int]], share: int) -> int | None:
    """The smallest percent below or at which `share` percent of the clocks lie; `used` ascending. None of nothing."""
    total = sum(count for _, count in used)
    seen = 0
    for percent, count in used:
        seen += count
        if seen * 100 >= total * share:
            return percent
    return None


# Bars of the distribution: used share from (low, high] in percent; the promised line lies after the fifth.
BINS = (*range(0, 121, 20), 150, 200, 300, MOST_PERCENT)


def histogram(used: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(low, high, count) for each bar; a share of 0 lies in the first."""
    bars = [[low, high, 0] for low, high in pairwise(BINS)]
    for percent, count in used:
        bar = next((bar for bar in bars if percent <= bar[1]), bars[-1])
        bar[2] += count
    return [(low, high, count) for low, high, count in bars]


def _sum(counts: Iterable[Counts]) -> Counts:
    return sum(counts, NONE)


def _merged(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for percent, count in pairs:
        found[percent] = found.get(percent, 0) + count
    return tuple(sorted(found.items()))
