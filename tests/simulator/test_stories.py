"""The simulator's stories: repeatable, in order, and playable on every shipped plan."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from luyue.accounts.models import Person
from luyue.contracts.plans import SHIPPED
from luyue.desk.models import Alarm, Case, Clock
from luyue.domain.cases import Facts
from luyue.domain.plan.loader import load_plan, plan_calendar
from luyue.domain.plan.model import Plan
from luyue.domain.terms import terms_of
from luyue.ledger import wall
from luyue.simulator.running import run
from luyue.simulator.stories import Story, tell_story
from luyue.simulator.world import make_world

START = 1_767_200_000


def stories(plan: Plan, seed: int, count: int = 120) -> list[Story]:
    terms = terms_of(plan, {name: plan_calendar(plan, name) for name in plan.calendars})
    rng = random.Random(seed)
    base = Facts(periods=frozenset({"warranty"}))
    return [tell_story(rng, plan, terms, base, START + number * 9000) for number in range(count)]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_stories_run_forwards_and_the_same_seed_tells_the_same(path) -> None:
    plan = load_plan(path.read_bytes()).plan
    told = stories(plan, 7)
    assert told == stories(plan, 7)
    assert told != stories(plan, 8)
    for story in told:
        assert all(story.reported_at <= step.at <= step.recorded for step in story.steps)
        assert [step.recorded for step in story.steps] == sorted(step.recorded for step in story.steps)


def test_a_month_plays_on_all_five_plans_with_hits_and_misses(everything: wall.Scope) -> None:
    rng = random.Random(3)
    end = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
    begin = end - timedelta(days=30)
    world = make_world(rng, starts_on=date(2026, 4, 1), now=begin)
    played = run(world, rng, begin=begin, end=end, per_day=0.4)
    # Mass faults and duplicates come on top of the stories.
    assert 40 < played.cases <= Case.objects.count()
    assert played.refused <= played.acts * 0.01
    results = set(Clock.objects.values_list("result", flat=True))
    assert {"met", "breached", "running", "not_applicable"} <= results
    assert Case.objects.filter(state="open").exists()
    assert Case.objects.values("contract").distinct().count() == 5
    assert 0 < played.alarms <= Alarm.objects.count()
    assert Person.objects.filter(role="customer").count() == 5
