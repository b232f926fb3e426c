"""People per shift."""

import heapq
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.foresight.queues import servers_for, share_waiting_longer
from luyue.domain.foresight.samples import Sample
from luyue.domain.foresight.staff import (
    DESK,
    FIELD,
    SHIFTS,
    Times,
    Wanted,
    added,
    busiest,
    load_of,
    needs,
    wants_people,
)
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.spans import Unit
from tests.domain.test_replay import PLAN

TARGETS = {one.id: one for one in load_plan(PLAN).plan.targets}
WEEK = 7 * 86_400
TIMES = Times(answer=0.25, way=1.0, work=1.5)


def hours_of(*at: tuple[int, int, int]) -> tuple[int, ...]:
    """(day, hour, cases)"""
    found = [0] * 168
    for day, hour, cases in at:
        found[day * 24 + hour] += cases
    return tuple(found)


def wanted(name: str, limit: int, hours: tuple[int, ...]) -> Wanted:
    return Wanted(TARGETS[name], Sample(name, Unit.REAL_TIME, limit, (60,) * sum(hours), hours=hours), limit)


def test_every_hour_of_the_week_lies_in_one_shift():
    covered = [(day, hour) for shift in SHIFTS for day in shift.days for hour in shift.hours]
    assert sorted(covered) == [(day, hour) for day in range(7) for hour in range(24)]


def test_the_busiest_hour_is_a_mean_over_its_days_and_weeks():
    hours = hours_of((0, 9, 8), (1, 9, 2), (2, 14, 9))
    assert busiest(hours, SHIFTS[0], 2.0) == pytest.approx(10 / 5 / 2)
    assert busiest(hours, SHIFTS[1], 2.0) == 0


def test_a_desk_is_staffed_by_its_tightest_limit_for_all_that_comes():
    """Ten a week-day at nine, over one week, quarter of an hour each: limits of ten minutes and of two hours."""
    hours = hours_of(*((day, 9, 10) for day in range(5)))
    found = needs([wanted("reply", 600, hours), wanted("reply-office", 7200, hours)], TIMES, 0.9, WEEK)
    assert [(one.pool, one.shift, one.promise) for one in found] == [(DESK, SHIFTS[0], "reply")]
    assert found[0].per_hour == pytest.approx(10)
    assert found[0].people == servers_for(0.9, 10, 0.25, 600 / 3600)
    assert found[0].without == servers_for(0.9, 10, 0.25, 2.0)
    assert added(found) == {"reply": found[0].people - found[0].without}


def test_a_visit_has_the_way_taken_off_its_limit_and_takes_the_way_and_the_work():
    hours = hours_of(*((day, 20, 2) for day in range(5)))
    [found] = needs([wanted("arrive", 4 * 3600, hours)], TIMES, 0.9, WEEK)
    assert (found.pool, found.shift) == (FIELD, SHIFTS[1])
    assert found.people == servers_for(0.9, 2, 2.5, 3.0)


def test_a_limit_shorter_than_the_way_has_no_number():
    hours = hours_of((0, 20, 3))
    [found] = needs([wanted("arrive", 1800, hours)], TIMES, 0.9, WEEK)
    assert found.people is None and added([found]) == {}


def test_levels_add_up_and_the_same_cases_do_not():
    some = [
        (wanted("solve-high", 60, hours_of((0, 9, 1))), 3.0), (wanted("solve-low", 60, hours_of((0, 9, 1))), 2.0),
        (wanted("arrive", 60, hours_of((0, 9, 1))), 1.0), (wanted("reply", 60, hours_of((0, 9, 1))), 4.0),
    ]  # fmt: skip
    assert (
        load_of(some) == 5.0
    )  # high: 3 (its arrive is the same cases), low: 2; the 4 of every level are among them


def test_only_answers_and_visits_within_hours_want_people():
    acted = Sample("x", Unit.REAL_TIME, 5, (1,))
    assert wants_people(TARGETS["reply"], acted, 5)
    assert not wants_people(TARGETS["reply"], acted, None)
    assert not wants_people(TARGETS["solve-high"], acted, 5)
    assert not wants_people(TARGETS["reply"], Sample("x", Unit.WORKING_DAYS, 5, (1,)), 5)
    assert not wants_people(TARGETS["reply"], Sample("x", Unit.REAL_TIME, 5, ()), 5)


def test_field_staff_that_was_reckoned_keeps_the_limit_when_it_is_played():
    """Visits come, wait for somebody, who is there after the way and works; played visit by visit."""
    per_hour, share, limit = 1.6, 0.9, 3.0
    hours = hours_of(*((day, 10, 8) for day in range(5)))
    [found] = needs([wanted("arrive", int(limit * 3600), hours)], TIMES, share, 5 * WEEK)
    assert found.per_hour == pytest.approx(per_hour)
    assert found.people is not None
    dice, now, late, visits = random.Random(5), 0.0, 0, 40_000
    free = [0.0] * found.people
    for _ in range(visits):
        now += dice.expovariate(per_hour)
        begun = max(now, heapq.heappop(free))
        # The whole errand is exponential in the model; the way is part of it.
        heapq.heappush(free, begun + dice.expovariate(1 / (TIMES.way + TIMES.work)))
        late += begun + TIMES.way - now > limit
    assert late / visits <= 1 - share + 0.02


@given(
    st.floats(0.5, 0.99), st.lists(st.integers(0, 20), min_size=168, max_size=168), st.integers(900, 8 * 3600)
)
def test_a_higher_share_or_a_shorter_limit_never_needs_fewer(share, hours, limit):
    def people(share: float, limit: int) -> list[int]:
        found = needs([wanted("reply", limit, tuple(hours))], TIMES, share, 2 * WEEK)
        return [one.people or 0 for one in found]

    base = people(share, limit)
    assert all(a <= b for a, b in zip(base, people(min(0.995, share + 0.05), limit), strict=True))
    assert all(a <= b for a, b in zip(base, people(share, limit // 2), strict=True))
    for one in needs([wanted("reply", limit, tuple(hours))], TIMES, share, 2 * WEEK):
        assert one.people is not None
        assert share_waiting_longer(one.people, one.per_hour, TIMES.answer, limit / 3600) <= 1 - share
