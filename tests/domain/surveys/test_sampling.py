"""The sample: the same seed draws the same, its size is the promised share, every fault is as likely as another."""

import hashlib
from collections import Counter
from fractions import Fraction
from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.surveys.sampling import draw, fingerprint, share_of, size

numbers = st.sets(st.integers(1, 10**6).map(lambda n: f"FW{n:07}"), max_size=300)
seeds = st.text(min_size=1, max_size=32)
shares = st.fractions(min_value=Fraction(1, 1000), max_value=1)


@given(numbers, seeds, shares, st.randoms())
def test_the_same_seed_draws_the_same_in_whatever_order_the_faults_come(population, seed, share, shuffler):
    shuffled = list(population)
    shuffler.shuffle(shuffled)
    assert draw(shuffled, seed=seed, share=share) == draw(sorted(population), seed=seed, share=share)
    assert fingerprint(shuffled) == fingerprint(population)


@given(numbers, seeds, shares)
def test_the_share_is_drawn_rounded_up_and_at_least_one(population, seed, share):
    drawn = draw(population, seed=seed, share=share)
    assert set(drawn) <= population
    assert len(set(drawn)) == len(drawn) == size(len(population), share)
    assert len(drawn) == (max(1, ceil(share * len(population))) if population else 0)
    assert len(drawn) >= share * len(population)


@given(numbers, seeds)
def test_a_larger_share_draws_those_of_the_smaller_one_first(population, seed):
    few = draw(population, seed=seed, share=Fraction(3, 100))
    assert draw(population, seed=seed, share=Fraction(1, 2))[: len(few)] == few


@given(numbers.filter(lambda found: len(found) > 1), seeds)
def test_one_fault_more_or_less_is_another_population(population, seed):
    assert fingerprint(set(sorted(population)[1:])) != fingerprint(population)


def test_every_fault_is_as_likely_as_another():
    population, times = [f"FW{n:05}" for n in range(100)], 4000
    drawn = Counter(
        one for seed in range(times) for one in draw(population, seed=f"seed {seed}", share=Fraction(3, 100))
    )
    expected = times * 3 / 100
    # Five standard deviations: a fair draw fails here once in some ten thousand sets of seeds, and these are fixed.
    assert max(abs(drawn[one] - expected) for one in population) < 5 * sqrt(expected)
    # And no place in the order of numbers is better than another.
    assert abs(sum(drawn[one] for one in population[:50]) - times * 1.5) < 5 * sqrt(times * 1.5)


def test_it_can_be_checked_with_sha256sum():
    seed, population = "a1b2", ["FW00001", "FW00002", "FW00003"]
    by_hand = sorted(population, key=lambda one: hashlib.sha256(f"a1b2:{one}".encode()).hexdigest())
    assert draw(population, seed=seed, share=Fraction(1)) == by_hand


@pytest.mark.parametrize(("faults", "calls"), [(0, 0), (1, 1), (33, 1), (34, 2), (100, 3), (101, 4)])
def test_three_percent_of_the_faults(faults, calls):
    assert size(faults, share_of("3%")) == calls


def test_shares_are_exact():
    assert share_of("2.5 %") == Fraction(1, 40)
