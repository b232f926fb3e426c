"""Each of the 37 promises of people, driven to kept and to missed by acts alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from luyue.contracts.plans import shipped_plans
from luyue.contracts.queries import ZONE
from luyue.domain.plan.execution import executable
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Staffing
from luyue.domain.staffing import is_trial
from luyue.domain.staffing_needs import FROM_POST, together
from luyue.domain.statement import Key, Outcome, Period
from luyue.roster import actions as roster
from luyue.staffing import actions
from luyue.staffing.models import Check, Post
from luyue.statements import staffing
from tests import factories
from tests.staffing.conftest import sign_month

PROMISES = [
    pytest.param(plan, one, id=f"{plan}-{one.id}")
    for plan, path in shipped_plans().items()
    for one in load_plan(path.read_bytes()).plan.staffing
    if executable(one).status == "runs"
]
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
APRIL = datetime(2026, 4, 2, 1, 0, tzinfo=UTC)
START = date(2026, 1, 1)


def contract_for(plan: str, promise: Staffing):
    facts: dict[str, Any] = {
        "award_on": date(2026, 3, 2), "final_acceptance_on": START, "grade": promise.when.grade or "",
        "options": [promise.when.option] if promise.when.option else [],
    }  # fmt: skip
    return factories.contract(plan, **facts)


def wanted_for(promise: Staffing, person_id: int) -> actions.Wanted:
    first = date(2026, 3, 2) if is_trial(promise) else START
    return actions.Wanted(
        person_id, first, exclusive="exclusive" in promise.needs, one_to_one="one_to_one" in promise.needs,
        region="东区" if "region" in promise.needs else "",
    )  # fmt: skip


def qualify(person, needs, **facts) -> None:
    needs = [need for need in needs if need not in FROM_POST]
    if needs:
        known = {"kind": "knowledge", "name": "资格", "evidence": "档案", "actor": None, "now": APRIL}
        roster.add_qualification(person.pk, needs=needs, **known | facts)


def on_duty(people, gap: bool) -> None:
    """March by turns of twelve hours; gap: the night of the 17th has nobody."""
    begin = datetime(2026, 2, 28, 20, 0, tzinfo=ZONE)
    for number in range(63):
        starts_at = begin + timedelta(hours=12 * number)
        if gap and starts_at.date() == date(2026, 3, 17):
            continue
        roster.add_shift(
            people[number % len(people)].pk, starts_at=starts_at, ends_at=starts_at + timedelta(hours=12), actor=None,
            now=APRIL,
        )  # fmt: skip


def staff(plan: str, promise: Staffing, *, bad: str = ""):
    """A contract whose promise is kept in March; bad: what is left out."""
    of = contract_for(plan, promise)
    number = max(promise.at_least or 1, 2 if promise.calendar else 1)
    people = [factories.person("engineer") for _ in range(number)]
    posts = []
    for person in people:
        qualify(person, promise.needs)
        posts.append(
            actions.name_post(of.pk, promise.id, wanted_for(promise, person.pk), actor=None, now=APRIL)
        )
    if promise.calendar:
        on_duty(people, gap=bad == "cover")
    if promise.sign_in:
        sign_month(posts, skip=bad == "sign_in")
    if is_trial(promise) and bad != "trial":
        actions.assess_trial(posts[0].pk, passed=True, note="", by="王科长", actor=None, now=APRIL)
    actions.check_contract(of.pk, now=APRIL, since=MARCH.first)
    return of, people, posts


def result(of, promise: Staffing) -> Check:
    return Check.objects.get(contract=of, promise=promise.id, month=MARCH.first)


@pytest.mark.parametrize(("plan", "promise"), PROMISES)
def test_kept_and_counted(everything, plan, promise):
    of, _people, _posts = staff(plan, promise)
    found = result(of, promise)
    assert found.verdict == "kept", found.parts
    row = next(
        one for one in staffing.statement_of(of.pk, MARCH, now=APRIL).rows
        if one.key == Key(found.plan_version_id, promise.id)
    )  # fmt: skip
    assert (row.counts.kept, row.counts.missed) == (1, 0)


@pytest.mark.parametrize(("plan", "promise"), PROMISES)
def test_missed_when_nobody_is_there_any_more(everything, plan, promise):
    of, _people, posts = staff(plan, promise, bad="trial" if is_trial(promise) else "")
    if not is_trial(promise):
        for post in posts:
            actions.end_post(post.pk, last=date(2026, 3, 20), reason="离职", actor=None, now=APRIL)
    found = result(of, promise)
    assert found.verdict == "missed", found.parts
    tallied = {(key.promise, what): n for _c, key, _m, what, n in staffing.tally(MARCH, APRIL, of.pk)}
    assert tallied[promise.id, Outcome.MISSED] == 1


@pytest.mark.parametrize(
    ("plan", "promise"), [one for one in PROMISES if one.values[1].needs]
)  # fmt: skip
def test_missed_when_a_need_is_lacking(everything, plan, promise):
    for lacking in promise.needs:
        of = contract_for(plan, promise)
        person = factories.person("engineer")
        if lacking == "own_engineer":
            person.organisation = factories.organisation("partner")
            person.save()
        qualify(person, [need for need in promise.needs if need != lacking])
        wanted = wanted_for(promise, person.pk)
        wanted = replace(
            wanted, exclusive=wanted.exclusive and lacking != "exclusive",
            one_to_one=wanted.one_to_one and lacking != "one_to_one",
            region="" if lacking == "region" else wanted.region,
        )  # fmt: skip
        actions.name_post(of.pk, promise.id, wanted, actor=None, now=APRIL)
        (needs,) = [part for part in result(of, promise).parts if part["name"] == "needs"]
        who = None if together(lacking) else person.pk
        assert needs["verdict"] == "missed"
        assert needs["lacks"] == [[who, lacking, "2026-03-01"]]


@pytest.mark.parametrize(("plan", "promise"), [one for one in PROMISES if one.values[1].calendar])
def test_missed_when_an_hour_has_nobody(everything, plan, promise):
    of, _people, _posts = staff(plan, promise, bad="cover")
    found = result(of, promise)
    (cover,) = [part for part in found.parts if part["name"] == "cover"]
    assert found.verdict == "missed" and cover["verdict"] == "missed" and cover["seconds"] > 0


def test_what_was_never_filled_has_no_data(everything):
    of = factories.contract("regional-video", award_on=START)
    actions.check_contract(of.pk, now=APRIL, since=MARCH.first)
    march = Check.objects.filter(contract=of, month=MARCH.first)
    assert march.count() == 15 and set(march.values_list("verdict", flat=True)) == {"no_data"}
    assert not Post.objects.exists()
