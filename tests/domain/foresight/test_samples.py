"""Figures under any limit agree with a replay under that very limit."""

from dataclasses import replace as changed

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luyue.domain.cases import PAUSED, REPORTED, RESOLVED, RESUMED, CaseEvent
from luyue.domain.foresight.samples import Sample, count_under, limit_that_keeps, samples, steps
from luyue.domain.history import HistoryCase
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.spans import Span, Unit
from luyue.domain.replay import replay, result_of
from tests.domain.test_replay import PLAN, at, case, event, histories

RUNNING = load_plan(PLAN).plan
HOURS = st.integers(1, 400).map(lambda n: n * 900)


def span_of(unit: Unit, limit: int) -> Span:
    if unit is Unit.WORKING_DAYS:
        return Span(working_days=limit)
    return Span(calendar_days=limit) if unit is Unit.CALENDAR_DAYS else Span(seconds=limit)


def replayed(cases: list[HistoryCase], as_of: int, sample: Sample, limit: int) -> tuple[int, int]:
    """Kept and missed cases of a promise, by a replay of the whole plan with this limit."""
    read = replay(RUNNING, cases, as_of, figures={sample.promise: span_of(sample.unit, limit)})
    results = [result_of(one) for _, one in read.readings if one.promise == sample.promise]
    return results.count("met"), results.count("breached")


@settings(max_examples=150, deadline=None)
@given(st.lists(histories(), min_size=1, max_size=4), st.integers(0, 25 * 86_400), st.data())
def test_any_limit_counts_what_a_replay_with_it_counts(history, later, data):
    as_of = max(one.events[0].at for one in history) + later
    found = samples(RUNNING, history, as_of)
    sample = data.draw(st.sampled_from(found))
    in_days = sample.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    # The limits at which something changes are where a mistake of one second shows.
    edges = [limit + by for limit in steps(sample) for by in (-1, 0, 1) if limit + by > 0]
    anywhere = st.integers(1, 30) if in_days else HOURS
    limit = data.draw(st.one_of(anywhere, st.sampled_from(edges)) if edges else anywhere)
    count = count_under(sample, limit)
    assert (count.kept, count.missed) == replayed(history, as_of, sample, limit)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_edges_of_the_working_day_agree_too(start, pause, length, rest):
    """Quarters of an hour around an office's openings: reports, pauses and acts fall on closings and in the night."""
    begin = at("2026-03-06 16:00") + start * 900
    paused, resumed = begin + pause * 900, begin + (pause + length) * 900
    stop = resumed + rest * 900
    one = HistoryCase("1", 1, case("1", severity="low").facts, (
        CaseEvent(REPORTED, begin, begin), CaseEvent(PAUSED, paused, paused, {"reason": "customer"}),
        CaseEvent(RESUMED, resumed, resumed, {"reason": "customer"}), CaseEvent(RESOLVED, stop, stop),
    ))  # fmt: skip
    for sample in samples(RUNNING, [one], stop + 86_400):
        for needed in (*sample.acted, *sample.unacted):
            for limit in range(max(1, needed - 1), needed + 2):
                count = count_under(sample, limit)
                assert (count.kept, count.missed) == replayed([one], stop + 86_400, sample, limit)


def test_the_act_after_hours_needs_more_than_the_day_had():
    """Reported one hour before closing, answered in the evening: a limit of an hour ran out at closing."""
    one = case("1", event(REPORTED, "2026-03-05 16:00"), event("case.responded", "2026-03-05 20:00"))
    found = {sample.promise: sample for sample in samples(RUNNING, [one], at("2026-03-20 00:00"))}
    assert found["reply-office"].acted == (3601,)
    assert found["reply"].acted == (4 * 3600,)
    assert found["reply-office"].limit == 7200 and found["reply-office"].unit is Unit.WORKING_TIME


def test_a_figure_that_the_plan_leaves_open_has_a_sample_without_a_limit():
    one = case("1", event(REPORTED, "2026-03-05 16:00"), event("case.responded", "2026-03-05 16:20"))
    found = {sample.promise: sample for sample in samples(RUNNING, [one], at("2026-03-20 00:00"))}
    assert found["promptly"].limit is None and found["promptly"].acted == (1200,)
    assert "theirs" not in found


def test_excused_cases_count_under_no_limit():
    events = (
        event(REPORTED, "2026-03-05 16:00"),
        event("case.excused", "2026-03-06 16:00", promise="solve-days"),
    )
    found = {
        sample.promise: sample for sample in samples(RUNNING, [case("1", *events)], at("2026-03-20 00:00"))
    }
    assert (found["solve-days"].excused, found["solve-days"].acted, found["solve-days"].unacted) == (
        1,
        (),
        (),
    )


def test_what_the_history_never_records_is_not_told():
    one = case("1", event(REPORTED, "2026-03-05 16:00"), event(RESOLVED, "2026-03-05 16:20"))
    found = {
        sample.promise: sample.told
        for sample in samples(RUNNING, [one], at("2026-03-20 00:00"), told=frozenset({RESOLVED}))
    }
    assert found["solve-high"] and not found["arrive"]


numbers = st.lists(st.integers(1, 50), max_size=12).map(lambda found: tuple(sorted(found)))


@given(numbers, numbers, st.floats(0.01, 1.0))
def test_the_limit_that_keeps_a_share_is_the_smallest(acted, unacted, share):
    sample = Sample("x", Unit.REAL_TIME, None, acted, unacted)
    slow = [
        limit
        for limit in range(1, 52)
        if (count := count_under(sample, limit)).decided and count.kept >= share * count.decided
    ]
    assert limit_that_keeps(sample, share) == (min(slow) if slow else None)


@given(numbers, numbers)
def test_a_larger_limit_never_misses_more(acted, unacted):
    sample = Sample("x", Unit.REAL_TIME, None, acted, unacted)
    shares = [
        count.missed / count.decided for limit in range(52) if (count := count_under(sample, limit)).decided
    ]
    assert shares == sorted(shares, reverse=True)


def test_ten_thousand_cases_answer_a_changed_figure_at_once():
    import time

    many = changed(Sample("x", Unit.REAL_TIME, 600, tuple(range(1, 10_001))), unacted=tuple(range(1, 500)))
    begun = time.perf_counter()
    for limit in range(1, 101):
        count_under(many, limit)
        limit_that_keeps(many, 0.95)
    assert time.perf_counter() - begun < 5  # a hundred promises on a busy machine


@pytest.mark.parametrize("limit", [1, 7, 49])
def test_no_case_is_no_rate(limit):
    assert count_under(Sample("x", Unit.REAL_TIME, 5, ()), limit).decided == 0
    assert limit_that_keeps(Sample("x", Unit.REAL_TIME, 5, (), (3, 4)), 0.9) is None
