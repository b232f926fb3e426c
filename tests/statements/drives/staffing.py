"""Promises of people: named, qualified, on duty and signed in, or gone before the month was over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.domain.plan.model import Staffing
from luyue.domain.staffing import is_trial
from luyue.domain.staffing_needs import FROM_POST
from luyue.roster import actions as roster
from luyue.staffing import actions
from luyue.staffing.models import Check, Post
from tests import factories
from tests.statements.drives.world import Driven, World

# A service that begins at the end of March: two days are enough to be checked.
BEGIN, END = date(2026, 3, 30), date(2026, 3, 31)
AWARD = date(2026, 3, 16)
APRIL = datetime(2026, 4, 2, 9, tzinfo=ZONE)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def _staffed(world: World, promise: Staffing) -> tuple[World, list[Post]]:
    """A contract of the plan whose post is filled as the plan asks for it."""
    of = factories.contract(
        world.version_row, starts_on=BEGIN, award_on=AWARD, final_acceptance_on=BEGIN, acceptance_on=BEGIN,
        grade=promise.when.grade or "", options=[promise.when.option] if promise.when.option else [],
    )  # fmt: skip
    first = AWARD if is_trial(promise) else BEGIN
    now = _at(first, 6)
    posts = []
    for _ in range(max(promise.at_least or 1, 2 if promise.calendar else 1)):
        person = factories.person("engineer")
        _qualify(person, promise, now)
        wanted = actions.Wanted(
            person.pk, first, exclusive="exclusive" in promise.needs, one_to_one="one_to_one" in promise.needs,
            region="东区" if "region" in promise.needs else "",
        )  # fmt: skip
        posts.append(actions.name_post(of.pk, promise.id, wanted, actor=None, now=now))
    if promise.calendar:
        _on_duty([post.person for post in posts], now)
    return replace(world, contract=of), posts


def _qualify(person: Person, promise: Staffing, now: datetime) -> None:
    needs = [need for need in promise.needs if need not in FROM_POST]
    if needs:
        roster.add_qualification(
            person.pk, kind="knowledge", name="资格", needs=needs, evidence="档案", actor=None, now=now
        )


def _on_duty(people: list[Person], now: datetime) -> None:
    """Turns of twelve hours, from the evening before to the morning after."""
    begin = _at(BEGIN - timedelta(days=1), 20)
    for number in range(6):
        at = begin + timedelta(hours=12 * number)
        roster.add_shift(
            people[number % len(people)].pk,
            starts_at=at,
            ends_at=at + timedelta(hours=12),
            actor=None,
            now=now,
        )


def _moments(promise: Staffing) -> Iterator[tuple[str, datetime]]:
    """Sign-ins and sign-outs of both days."""
    for day in (BEGIN, END):
        for window in promise.sign_in:
            begins, ends = (part.split(":") for part in window.split("-"))
            yield "in", _at(day, int(begins[0]), int(begins[1])) - timedelta(minutes=5)
            yield "out", _at(day, int(ends[0]), int(ends[1])) + timedelta(minutes=5)


def _checked(world: World, promise: Staffing) -> Driven:
    of = world.contract
    actions.check_contract(of.pk, now=APRIL, since=AWARD if is_trial(promise) else BEGIN, by_mail=False)
    found = Check.objects.get(contract=of, promise=promise.id, month=BEGIN.replace(day=1))
    return Driven(_at(found.last, 12), APRIL, found.pk, of.pk)


def met(world: World, promise: Staffing) -> Driven:
    there, posts = _staffed(world, promise)
    for kind, at in _moments(promise):
        for post in posts:
            actions.sign(post.pk, kind, actions.Where(), actor=post.person, now=at)
    if is_trial(promise):
        actions.assess_trial(posts[0].pk, passed=True, note="", by="王科长", actor=None, now=APRIL)
    return _checked(there, promise)


def missed(world: World, promise: Staffing) -> Driven:
    """Those named leave after a day and nobody follows; a trial is assessed by nobody."""
    there, posts = _staffed(world, promise)
    if not is_trial(promise):
        for post in posts:
            actions.end_post(post.pk, last=BEGIN, reason="离职", actor=None, now=APRIL)
    return _checked(there, promise)
