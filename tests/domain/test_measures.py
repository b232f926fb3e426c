"""Downtime against a slow minute-by-minute version, figures judged exactly, and what the five plans ask."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts.plans import shipped_plans
from luyue.domain.measures.catalogue import MEASURES, Fold, cycle_of, measure_of, subject_of
from luyue.domain.measures.downtime import clipped, down, length, outages, united, without
from luyue.domain.measures.judging import (
    Bounds,
    Point,
    State,
    alone,
    at_risk,
    bounds_of,
    folded,
    parse_figure,
    share,
    verdict,
    whole,
    worst_of,
)
from luyue.domain.measures.rounds import reading_of
from luyue.domain.measures.vocabulary import RECKONED
from luyue.domain.measures.why import sentences, step
from luyue.domain.plan.execution import executable
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Quota
from luyue.domain.plan.spans import BadSpan

MINUTE = 60
WEEK = 7 * 24 * 60
spans = st.lists(
    st.tuples(st.integers(-300, 900), st.integers(-300, 900)).map(
        lambda pair: (pair[0] * MINUTE, pair[1] * MINUTE)
    ),
    max_size=8,
)
QUOTAS = {
    quota.id: quota for path in shipped_plans().values() for quota in load_plan(path.read_bytes()).plan.quotas
}


def minutes(some: list[tuple[int, int]]) -> set[int]:
    """The slow version: every minute on its own."""
    return {minute for start, end in some for minute in range(start // MINUTE, max(start, end) // MINUTE)}


@given(spans)
def test_the_union_counts_every_minute_once(some: list[tuple[int, int]]) -> None:
    found = united(some)
    assert length(found) == MINUTE * len(minutes(some))
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(spans, spans)
def test_holes_take_out_what_they_cover(some: list[tuple[int, int]], holes: list[tuple[int, int]]) -> None:
    found = without(some, holes)
    assert minutes(found) == minutes(some) - minutes(holes)
    assert found == united(found)


@given(spans, spans, st.integers(0, 300), st.integers(0, 600))
def test_downtime_agrees_with_counting_minute_by_minute(
    faults: list[tuple[int, int]], holes: list[tuple[int, int]], begin: int, more: int
) -> None:
    start, end = begin * MINUTE, (begin + more) * MINUTE
    asked = down(faults, holes, start, end)
    every = set(range(begin, begin + more))
    counted = every - minutes(holes)
    broken = every & minutes(faults)
    assert asked.time == MINUTE * len(counted)
    assert asked.down == MINUTE * len(broken & counted)
    assert asked.excluded == MINUTE * len(every & minutes(holes))
    assert asked.spared == MINUTE * len(broken - counted)
    assert 0 <= asked.down <= asked.time


@given(spans, st.integers(-100, 500), st.integers(0, 500))
def test_clipping_keeps_what_lies_within(some: list[tuple[int, int]], begin: int, more: int) -> None:
    found = clipped(some, begin * MINUTE, (begin + more) * MINUTE)
    assert minutes(found) == minutes(some) & set(range(begin, begin + more))


KINDS = {"begins": frozenset({"report", "reopen"}), "ends": frozenset({"restore", "resolve"}),
         "voids": frozenset({"cancel"})}  # fmt: skip


def test_a_fault_lasts_from_report_to_restoration_and_again_after_a_reopening() -> None:
    events = [("report", 100), ("restore", 200), ("resolve", 260), ("reopen", 400), ("resolve", 500)]
    assert outages(events, 1000, **KINDS) == [(100, 200), (400, 500)]
    assert outages(events[:1], 1000, **KINDS) == [(100, 1000)]
    assert outages([*events[:1], ("cancel", 150)], 1000, **KINDS) == []
    assert outages([("report", 2000)], 1000, **KINDS) == []


# -- judging -----------------------------------------------------------------------------------------------------


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_share_is_judged_on_whole_numbers(top: int, below: int) -> None:
    asked = verdict(share(top, below), Bounds(at_least=99.9))
    assert (asked is State.KEPT) == (1000 * top >= 999 * below)


def test_no_data_is_never_kept() -> None:
    assert verdict(None, Bounds(at_least=0)) is State.NO_DATA
    assert verdict(share(0, 0), Bounds(at_most=100)) is State.NO_DATA
    assert verdict(alone(5), Bounds()) is State.NO_DATA
    # What is known may show it missed, but that it is kept needs all of it.
    assert verdict(alone(70), Bounds(at_least=60), complete=False) is State.NO_DATA
    assert verdict(alone(50), Bounds(at_least=60), complete=False) is State.MISSED


@given(st.lists(st.sampled_from([str(one) for one in State])))
def test_a_period_is_as_bad_as_its_worst_subject(states: list[str]) -> None:
    asked = whole(states)
    if not states:
        assert asked is State.NO_DATA
    if asked is State.KEPT:
        assert set(states) <= {"kept", "waived", "nothing"} and "kept" in states


def test_readings_become_one_figure() -> None:
    day = date(2026, 5, 3)
    points = [Point(day, 62.0), Point(date(2026, 5, 9), 61.5)]
    assert folded(Fold.LOWEST, points) == alone(61.5)
    assert folded(Fold.HIGHEST, points) == alone(62)
    assert folded(Fold.SUM, points) == alone(123.5)
    assert folded(Fold.LATEST, points) == alone(61.5)
    assert folded(Fold.LOWEST, []) is None
    shares = [Point(day, numerator=3, denominator=4), Point(day, numerator=6, denominator=6)]
    found = folded(Fold.SHARE, shares)
    assert found is not None and found.number == 90
    alone_ = folded(Fold.SHARE, [Point(day, 50.0)])
    assert alone_ is not None and alone_.number == 50


def test_of_many_the_worst_counts_and_shares_are_added_up() -> None:
    assert worst_of(Fold.LOWEST, [alone(30), alone(45)], at_least=True) == alone(30)
    assert worst_of(Fold.HIGHEST, [alone(0), alone(2)], at_least=False) == alone(2)
    two = [share(1, 2), share(9, 10)]
    found = worst_of(Fold.SHARE, [one for one in two if one], at_least=True)
    assert found is not None and found.number == Fraction(250, 3)
    assert worst_of(Fold.SUM, [], at_least=True) is None


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("99.5", Bounds(99.5)), ("≥ 99.5 %", Bounds(99.5)), (">=99%", Bounds(99)), ("<=2", Bounds(None, 2))],
)
def test_an_agreed_figure_is_read(text: str, bounds: Bounds) -> None:
    assert parse_figure(QUOTAS["availability"], text) == bounds


def test_the_direction_is_the_measures_own() -> None:
    assert parse_figure(QUOTAS["failure-rate"], "2 %") == Bounds(at_most=2)
    assert parse_figure(QUOTAS["wearing-parts"], "parts") == Bounds()
    assert bounds_of(QUOTAS["availability"], None) is None
    for bad in ("viel", "parts", "-1", "nan", ""):
        with pytest.raises(BadSpan):
            parse_figure(QUOTAS["availability"], bad)


def test_people_are_warned_when_it_is_not_too_early() -> None:
    assert at_risk(State.MISSED, passed=Fraction(1, 10), grows=False)
    assert not at_risk(State.MISSED, passed=Fraction(1, 10), grows=True)
    assert at_risk(State.NO_DATA, passed=Fraction(3, 4), grows=False)
    assert not at_risk(State.NO_DATA, passed=Fraction(1, 2), grows=False)
    assert not at_risk(State.KEPT, passed=Fraction(1), grows=False)


def test_an_answer_of_a_round_is_a_reading() -> None:
    assert reading_of("recording.days_kept", "fail", 25.0) == (25.0, None, None)
    assert reading_of("recording.gaps", "ok", None) == (0.0, None, None)
    assert reading_of("image.covered", "fail", None) == (1.0, None, None)
    assert reading_of("recording.playable_share", "fail", None) == (None, 0.0, 1.0)
    assert reading_of("recording.gaps", "na", None) is None


# -- the plans ---------------------------------------------------------------------------------------------------


def test_the_table_of_measures_is_complete() -> None:
    assert set(MEASURES) == RECKONED
    assert all(all(one.name) and all(one.formula) for one in MEASURES.values())
    assert measure_of("quality.parts").source == "hand"


def test_every_quota_of_the_five_plans_runs_or_asks_for_its_figure() -> None:
    assert len(QUOTAS) == 16
    asks = {name for name, quota in QUOTAS.items() if executable(quota).status == "asks"}
    assert asks == {"wearing-parts", "main-parts-ceiling", "failure-rate", "availability"}
    assert all(executable(quota).status == "runs" for name, quota in QUOTAS.items() if name not in asks)


def test_what_a_quota_holds_for_and_how_long_its_period_is() -> None:
    subjects = {name: (subject_of(quota), cycle_of(quota)) for name, quota in QUOTAS.items()}
    assert subjects["every-channel"] == ("device", "month")
    assert subjects["storage-30-days"] == ("", "month")
    assert subjects["new-staff-hours"] == ("person", "month")
    assert subjects["wearing-parts"] == ("part", "month")
    assert subjects["gathering-days"] == ("", "year")
    assert cycle_of(QUOTAS["answer-rate"].model_copy(update={"per": "quarter"})) == "quarter"


def test_steps_are_told_in_both_languages() -> None:
    told = [step("devices", n=3).plain(), step("no_readings").plain()]
    assert sentences(told, "zh") == ["范围内设备 3 台", "本期没有读数"]
    assert sentences(told, "en") == ["3 devices in scope", "no reading in this period"]
    with pytest.raises(KeyError):
        step("nonsense")


def test_a_quota_of_another_measure_is_entered_by_hand() -> None:
    quota = QUOTAS["free-disk"].model_copy(update={"measure": "quality.checks"})
    assert isinstance(quota, Quota)
    assert executable(quota).reason == "entered"
