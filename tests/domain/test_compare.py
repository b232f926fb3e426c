"""Two periods side by side, against a slow obvious version."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.compare import Difference, Trend, compare, last_year, trend
from luyue.domain.statement import Counts, Period, month_of, quarter_of, year_of

numbers = st.integers(0, 6)
counts = st.builds(Counts, kept=numbers, late=numbers, missed=numbers, running=numbers, waived=numbers)
listed = st.lists(st.tuples(st.sampled_from("abcdef"), counts), max_size=8)
days = st.dates(date(2001, 1, 1), date(2090, 12, 31))
MIRRORED = {
    Trend.BETTER: Trend.WORSE,
    Trend.WORSE: Trend.BETTER,
    Trend.NEW: Trend.GONE,
    Trend.GONE: Trend.NEW,
}


def slowly(now: Counts, before: Counts) -> Trend:
    here, there = (
        Fraction(one.kept, one.kept + one.late + one.missed) if one.kept + one.late + one.missed else None
        for one in (now, before)
    )
    if here is None or there is None:
        return Trend.NONE if here is there else Trend.GONE if here is None else Trend.NEW
    return Trend.BETTER if here > there else Trend.WORSE if here < there else Trend.SAME


@given(counts, counts)
def test_shares_are_compared_exactly_and_both_ways(now: Counts, before: Counts) -> None:
    found = trend(now, before)
    assert found == slowly(now, before)
    assert trend(before, now) == MIRRORED.get(found, found)


@given(counts, counts)
def test_the_points_never_say_the_contrary(now: Counts, before: Counts) -> None:
    one = Difference("x", now, before)
    if one.points is None:
        assert one.trend in (Trend.NEW, Trend.GONE, Trend.NONE)
    else:
        assert one.points >= 0 if one.trend == Trend.BETTER else one.points <= 0


@given(listed, listed)
def test_nothing_is_lost_and_nothing_is_counted_twice(
    now: list[tuple[str, Counts]], before: list[tuple[str, Counts]]
) -> None:
    found = compare(now, before)
    assert len({one.key for one in found}) == len(found)
    assert sum((one.now for one in found), Counts()) == sum((one for _, one in now), Counts())
    assert sum((one.before for one in found), Counts()) == sum((one for _, one in before), Counts())
    assert all(one.now.total or one.before.total for one in found)


@given(days, st.integers(0, 400))
def test_a_year_earlier(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    earlier = last_year(period)
    assert (earlier.first.year, earlier.first.month) == (first.year - 1, first.month)
    assert abs((earlier.last - earlier.first).days - length) <= 1


@given(days)
def test_whole_months_quarters_and_years_stay_whole(day: date) -> None:
    for whole in (month_of, quarter_of, year_of):
        earlier = last_year(whole(day))
        assert earlier == whole(earlier.first)


def test_the_last_of_february() -> None:
    assert last_year(Period(date(2025, 2, 1), date(2025, 2, 28))) == month_of(date(2024, 2, 1))
    assert last_year(Period(date(2024, 2, 10), date(2024, 2, 29))) == Period(
        date(2023, 2, 10), date(2023, 2, 28)
    )
    assert last_year(Period(date(2024, 2, 29), date(2024, 3, 3))) == Period(
        date(2023, 2, 28), date(2023, 3, 3)
    )
