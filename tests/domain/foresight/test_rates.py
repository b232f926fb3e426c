"""Rates with their intervals."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.foresight.rates import curve, rate_under, wilson
from luyue.domain.foresight.samples import Sample, count_under
from luyue.domain.plan.spans import Unit

YEAR = 365.25 * 86400


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Published values of the score interval (Newcombe 1998, table I).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_published_values(hits, of, low, high):
    found = wilson(hits, of)
    assert found == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_holds_the_share_and_stays_within_nought_and_one(hits, more):
    of = hits + more
    low, high = wilson(hits, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low <= hits / of <= high


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    dice, truth, covered = random.Random(11), 0.08, 0
    for _ in range(2000):
        hits = sum(dice.random() < truth for _ in range(120))
        low, high = wilson(hits, 120)
        covered += low <= truth <= high
    assert 0.93 <= covered / 2000 <= 0.98


def test_no_data_stays_no_data():
    untold = Sample("x", Unit.REAL_TIME, 600, (), tuple(range(1, 90)), told=False)
    rate = rate_under(untold, 600, 86_400)
    assert (rate.share, rate.low, rate.high, rate.per_year, rate.few) == (None, None, None, None, False)
    assert curve(untold) == []
    assert rate_under(Sample("x", Unit.REAL_TIME, None, (5,)), None, 86_400).share is None


def test_a_year_of_missed_cases_is_reckoned_from_the_length_of_the_history():
    sample = Sample("x", Unit.REAL_TIME, 10, (5, 9, 11, 12))
    rate = rate_under(sample, 10, round(YEAR / 4))
    assert rate.share == 0.5 and rate.per_year == pytest.approx(8, rel=1e-6)
    assert rate.few and rate_under(sample, 10, 0).per_year is None


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=400), st.integers(2, 60))
def test_the_curve_is_thinned_and_true_at_every_point(acted, points):
    sample = Sample("x", Unit.REAL_TIME, 10, tuple(sorted(acted)))
    found = curve(sample, points)
    assert len(found) <= max(points, 1)
    assert found[-1] == (max(acted), 0.0) and found[0][0] == min(acted)
    for limit, share in found:
        count = count_under(sample, limit)
        assert share == count.missed / count.decided
