"""The statement against an obvious version that walks through all clocks, and its worked examples."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.statement import (
    BINS,
    DECIDED,
    Cell,
    Counts,
    Key,
    Outcome,
    Period,
    Used,
    belongs_at,
    build,
    histogram,
    month_of,
    outcome,
    percentile,
    quarter_of,
    used_percent,
    year_of,
)  # fmt: skip

ZONE = ZoneInfo("Asia/Shanghai")
RESULTS = ("met", "breached", "running", "waived", "not_applicable", "superseded", "cancelled", "not_started")


@dataclass(frozen=True)
class Clock:
    key: Key
    result: str
    reported_at: int
    started_at: int | None
    due_at: int | None
    stopped_at: int | None


PERIOD = Period(date(2025, 11, 10), date(2026, 2, 20))
START, END = PERIOD.bounds(ZONE)
DAY = 86400


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """A clock that can be in the table: due after its start, stopped where its result says so."""
    reported = draw(st.integers(START - 60 * DAY, END + 5 * DAY))
    result = draw(st.sampled_from(RESULTS))
    started = None if result == "not_started" else draw(st.none() | st.integers(reported, reported + DAY))
    if result in ("met", "breached"):
        started = started or reported
    due = None if started is None else started + draw(st.integers(1, 40 * DAY))
    if result == "running" and draw(st.booleans()):
        due = None
    stopped = None
    if result == "met":
        stopped = draw(st.integers(started, due))
    elif result == "breached" and draw(st.booleans()):
        stopped = due + draw(st.integers(1, 90 * DAY))
    return Clock(Key(1, draw(st.sampled_from("abc"))), result, reported, started, due, stopped)


def inside(clock: Clock) -> bool:
    return START <= belongs_at(clock.due_at, clock.started_at, clock.reported_at) < END


def grouped(found: list[Clock], as_of: int) -> tuple[list[Cell], list[Used]]:
    starts = [month.bounds(ZONE)[0] for month in PERIOD.months()]
    cells: Counter[tuple[Key, int, Outcome]] = Counter()
    used: Counter[tuple[Key, int]] = Counter()
    for one in filter(inside, found):
        at = belongs_at(one.due_at, one.started_at, one.reported_at)
        what = outcome(one.result, one.due_at, one.stopped_at, as_of)
        cells[one.key, sum(at >= start for start in starts) - 1, what] += 1
        if what in DECIDED and one.stopped_at is not None:
            used[one.key, used_percent(one.started_at, one.due_at, one.stopped_at)] += 1
    return [Cell(*key, n) for key, n in cells.items()], [Used(*key, n) for key, n in used.items()]


@given(st.lists(clocks(), max_size=40), st.integers(START, END))
def test_sums_equal_the_clocks_that_were_counted(found: list[Clock], as_of: int) -> None:
    cells, used = grouped(found, as_of)
    statement = build(PERIOD, as_of, cells, used)
    assert statement.totals.total == sum(map(inside, found))
    assert sum(row.counts.total for row in statement.rows) == statement.totals.total
    for row in statement.rows:
        assert sum(month.total for month in row.months) == row.counts.total
        assert row.counts.promised + row.counts.excluded == row.counts.total
        assert row.counts.decided + row.counts.running == row.counts.promised
    assert sum(month.total for month in statement.month_totals) == statement.totals.total


@given(st.lists(clocks(), max_size=40), st.integers(START, END))
def test_each_promise_counts_what_a_walk_through_all_clocks_counts(found: list[Clock], as_of: int) -> None:
    statement = build(PERIOD, as_of, *grouped(found, as_of))
    for row in statement.rows:
        mine = [c for c in found if c.key == row.key and inside(c)]
        kept = [c for c in mine if c.result == "met"]
        late = [c for c in mine if c.result == "breached" and c.stopped_at is not None]
        missed = [
            c
            for c in mine
            if (c.result == "breached" and c.stopped_at is None)
            or (c.result == "running" and c.due_at is not None and c.due_at < as_of)
        ]
        assert (row.counts.kept, row.counts.late, row.counts.missed) == (len(kept), len(late), len(missed))
        assert row.counts.broken == len(late) + len(missed)
        done = sorted((c.stopped_at - c.started_at) / (c.due_at - c.started_at) for c in [*kept, *late])
        assert sum(n for _, n in row.used) == len(done)
        if done:
            exact = done[-(-len(done) // 2) - 1]
            assert row.median is not None
            assert min(10.0, exact) <= row.median / 100 <= min(10.0, exact) + 0.01


@given(st.lists(clocks(), max_size=30))
def test_a_kept_promise_used_at_most_all_of_its_time_and_a_late_one_more(found: list[Clock]) -> None:
    for one in found:
        if one.stopped_at is not None:
            share = used_percent(one.started_at, one.due_at, one.stopped_at)
            assert (share <= 100) == (one.result == "met")


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 2000))
def test_months_cut_a_period_without_gap_or_overlap(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))
    months = period.months()
    assert months[0].first == period.first
    assert months[-1].last == period.last
    assert all(a.last + timedelta(days=1) == b.first and b.first.day == 1 for a, b in pairwise(months))
    before = period.previous()
    assert before.last + timedelta(days=1) == period.first


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 9)), max_size=30))
def test_the_bars_of_the_distribution_hold_every_clock_once(used: list[tuple[int, int]]) -> None:
    bars = histogram(used)
    assert sum(count for _, _, count in bars) == sum(count for _, count in used)
    kept = sum(count for percent, count in used if percent <= 100)
    assert sum(count for _, high, count in bars if high <= 100) == kept


def test_the_promised_line_lies_between_two_bars() -> None:
    assert 100 in BINS


def test_nothing_decided_is_no_share_at_all() -> None:
    assert Counts(running=3, waived=1).share_kept is None
    assert Counts(kept=3, missed=1, waived=9).share_kept == 0.75


def test_a_running_clock_is_missed_one_second_after_its_due_time_even_before_the_sweep() -> None:
    assert outcome("running", 100, None, 100) is Outcome.RUNNING
    assert outcome("running", 100, None, 101) is Outcome.MISSED
    assert outcome("running", None, None, 101) is Outcome.RUNNING
    assert outcome("breached", 100, 120, 130) is Outcome.LATE
    assert outcome("waived", 100, 120, 130) is Outcome.WAIVED


def test_a_waiting_clock_belongs_where_it_started() -> None:
    assert belongs_at(300, 200, 100) == 300
    assert belongs_at(None, 200, 100) == 200
    assert belongs_at(None, None, 100) == 100


def test_a_promise_in_force_that_never_ran_has_a_row_of_zeros_in_its_place() -> None:
    period = month_of(date(2026, 3, 4))
    known = [Key(1, "b"), Key(1, "a")]
    statement = build(
        period,
        0,
        [Cell(Key(1, "a"), 0, Outcome.KEPT, 2), Cell(Key(0, "old"), 0, Outcome.LATE, 1)],
        known=known,
    )
    assert [row.key.promise for row in statement.rows] == ["b", "a", "old"]
    assert statement.rows[0].counts == Counts()
    assert statement.rows[0].median is None


def test_the_period_before_is_summed_without_rows_of_its_own() -> None:
    period = month_of(date(2026, 3, 4))
    statement = build(period, 0, [], before=[Cell(Key(1, "gone"), 7, Outcome.KEPT, 2)])
    assert statement.rows == ()
    assert statement.before == Counts(kept=2)


def test_a_cell_outside_of_the_period_is_an_error() -> None:
    with pytest.raises(IndexError):
        build(month_of(date(2026, 3, 4)), 0, [Cell(Key(1, "a"), 1, Outcome.KEPT, 1)])


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (month_of(date(2026, 3, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))),
        (quarter_of(date(2026, 2, 3)), Period(date(2025, 10, 1), date(2025, 12, 31))),
        (year_of(date(2026, 2, 3)), Period(date(2025, 1, 1), date(2025, 12, 31))),
        (Period(date(2026, 3, 2), date(2026, 3, 8)), Period(date(2026, 2, 23), date(2026, 3, 1))),
    ],
)
def test_the_period_before_has_as_many_months_or_days(period: Period, before: Period) -> None:
    assert period.previous() == before


@pytest.mark.parametrize("last", [date(2026, 3, 3), date(2060, 1, 1)])
def test_a_period_that_ends_before_it_starts_or_never_is_refused(last: date) -> None:
    with pytest.raises(ValueError, match="period"):
        Period(date(2026, 3, 4), last)


def test_percentiles_are_the_nearest_rank() -> None:
    used = [(10, 5), (50, 4), (300, 1)]
    assert percentile(used, 50) == 10
    assert percentile(used, 51) == 50
    assert percentile(used, 90) == 50
    assert percentile(used, 91) == 300
    assert percentile([], 50) is None
