"""A load that was never there."""

import statistics
from dataclasses import replace

import pytest

from luyue.domain.foresight.load import Load, simulate
from luyue.domain.foresight.queues import share_waiting_longer
from luyue.domain.foresight.samples import samples
from luyue.domain.plan.loader import load_plan
from tests.domain.test_replay import PLAN, at

START = at("2025-03-03 00:00")
LOAD = Load(per_day=40, days=200, onsite=0.4, desk=2, field=3, answer=20, way=45, work=90, severities=(1, 3))
LEVELS = ("high", "low")


def times(cases, kind):
    return [next((event.at for event in case.events if event.kind == kind), None) for case in cases]


def test_it_is_as_large_as_was_asked_and_the_same_every_time():
    cases = simulate(LOAD, LEVELS, START)
    assert len(cases) == pytest.approx(LOAD.expected, rel=0.05)
    assert cases == simulate(LOAD, LEVELS, START)
    assert cases != simulate(replace(LOAD, seed=2), LEVELS, START)
    high = sum(case.facts.severity == "high" for case in cases) / len(cases)
    assert high == pytest.approx(0.25, abs=0.03)
    visited = sum(one is not None for one in times(cases, "case.arrived")) / len(cases)
    assert visited == pytest.approx(0.4, abs=0.03)


def test_events_are_in_order_and_within_the_days():
    for case in simulate(replace(LOAD, days=20), LEVELS, START):
        instants = [event.at for event in case.events]
        assert instants == sorted(instants)
        assert START <= instants[0] < START + 20 * 86_400


def test_a_flat_day_waits_at_the_desk_as_erlang_says():
    load = replace(LOAD, per_day=240, days=250, onsite=0, desk=4, answer=18)
    cases = simulate(load, LEVELS, START, (1,) * 24)
    waits = [
        answered - reported
        for reported, answered in zip(
            times(cases, "case.reported"), times(cases, "case.responded"), strict=True
        )
    ]
    for minutes in (1, 5, 15):
        seen = sum(wait > minutes * 60 for wait in waits) / len(waits)
        assert seen == pytest.approx(share_waiting_longer(4, 10, 0.3, minutes / 60), abs=0.02)


def test_more_people_keep_more_of_the_plan():
    plan = load_plan(PLAN).plan

    def missed(field: int) -> float:
        cases = simulate(replace(LOAD, field=field), LEVELS, START)
        found = {one.promise: one for one in samples(plan, cases, cases[-1].events[-1].at)}
        return statistics.mean(one > 4 * 3600 for one in found["arrive"].acted)

    assert missed(2) > missed(3) > missed(6)


def test_a_plan_without_levels_has_cases_without():
    assert {case.facts.severity for case in simulate(replace(LOAD, days=5), (), START)} == {None}
