"""Every duty and every trigger of the five plans, driven through the real actions to done and to missed (L-1)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.plans import shipped_plans
from luyue.contracts.queries import figures_of
from luyue.domain.obligations import events, raising
from luyue.domain.obligations.schedule import figure_kind, once_is_open, rhythm_of
from luyue.domain.plan.execution import executable
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Duty, Plan, Trigger
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.obligations import actions
from luyue.obligations.actions import sweeping
from luyue.obligations.actions.doing import Work
from luyue.obligations.ground import steps_of
from luyue.obligations.models import Obligation
from tests import factories

DOCS = Path(__file__).parents[2] / "docs"
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
START = date(2026, 1, 1)
PLANS: dict[str, Plan] = {name: load_plan(path.read_bytes()).plan for name, path in shipped_plans().items()}
DUTIES = [
    (name, one.id)
    for name, plan in PLANS.items()
    for one in plan.duties
    if executable(one).status != "declared"
]
TRIGGERS = [(name, one.id) for name, plan in PLANS.items() for one in plan.triggers]
ANSWERS = {"rhythm": "month", "due": "2026-06-30", "term": "2 working days"}


class Undo(Exception):
    """Ends a savepoint that leaves nothing behind."""


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict[str, Contract]]:
    """One contract per plan with all its obligations of a year; gone afterwards."""
    with django_db_blocker.unblock():
        try:
            with wall.scope(wall.Scope.everything()):
                made = {name: _contract(name) for name in PLANS}
                with transaction.atomic():
                    # A test wakes the one that it is about: the sweep of all of them would take its time.
                    Obligation.objects.update(next_alarm_at=None)
                    yield made
                    raise Undo
        except Undo:
            pass


def _contract(name: str) -> Contract:
    day = START
    of = factories.contract(
        name, starts_on=day, award_on=day, signed_on=day, delivery_on=day, acceptance_on=day, final_acceptance_on=day,
        grade="platinum", options=["customer_training", "event_cover"],
    )  # fmt: skip
    lead = factories.person("project_manager")
    contract_actions.give_access(of.pk, person=lead, role="project_manager", actor=None, now=NOW)
    known = figures_of(of.pk)
    for one in (*PLANS[name].duties, *PLANS[name].triggers):
        if executable(one).status == "asks" and one.id not in known:
            contract_actions.agree_figure(
                of.pk, promise=one.id, value=ANSWERS[figure_kind(one)], agreed_by="客户", agreed_on=day, actor=None,
                now=NOW,
            )  # fmt: skip
    actions.plan_contract(of.pk, now=NOW, since=START, until=date(2027, 1, 31))
    return of


def lead_of(of: Contract) -> Person:
    return Person.objects.get(contract_access__contract=of, contract_access__role="project_manager")


def done(one: Obligation) -> Obligation:
    """All that is owed, in one record, at the moment it opens."""
    at = max(one.opens_at, NOW - timedelta(days=80))
    work = Work(what="已完成", times=one.times, hours=one.hours)
    return actions.record_done(one.pk, work, actor=lead_of(one.contract), at=at, now=max(at, NOW))


def missed(one: Obligation) -> Obligation:
    """Nobody does anything until it is over, and the sweep comes by."""
    assert one.due_at is not None
    Obligation.objects.filter(pk=one.pk).update(next_alarm_at=one.due_at + timedelta(seconds=1))
    sweeping.sweep(one.due_at + timedelta(seconds=2), by_mail=False)
    one.refresh_from_db()
    return one


def check_both_ways(one: Obligation) -> None:
    lead = lead_of(one.contract)
    with undone():
        assert done(one).state == "done"
        event = Event.objects.filter(kind="obligation.recorded", subject_id=one.pk).get()
        assert event.data["promise"] == one.promise
    one.refresh_from_db()
    with undone():
        late = missed(one)
        assert late.state == "missed"
        event = Event.objects.filter(kind="obligation.missed", subject_id=one.pk).get()
        assert lead.pk in {person["id"] for person in event.data["told"]}
        assert Message.objects.filter(person=lead, kind="obligation.missed").exists()
        at = late.due_at + timedelta(hours=1)
        after = actions.record_done(
            one.pk, Work(what="补做", times=one.times, hours=one.hours), actor=lead, at=at, now=at
        )
        assert after.state == "done_late"


@pytest.mark.parametrize(("plan", "promise"), DUTIES)
def test_a_duty_is_done_or_missed(world: dict[str, Contract], plan: str, promise: str) -> None:
    of = world[plan]
    rows = Obligation.objects.filter(contract=of, promise=promise).order_by("first", "pk")
    one = rows.exclude(last__lt=NOW.date()).first()
    assert one is not None, "nothing was made"
    duty = PLANS[plan].by_id[promise]
    assert isinstance(duty, Duty)
    rhythm = rhythm_of(duty, figures_of(of.pk))
    assert rhythm is not None and not once_is_open(duty, figures_of(of.pk))
    assert one.due_at is not None and one.person_id == lead_of(of).pk
    check_both_ways(one)


@pytest.mark.parametrize(("plan", "promise"), TRIGGERS)
def test_a_trigger_is_done_or_missed(world: dict[str, Contract], plan: str, promise: str) -> None:
    of = world[plan]
    trigger = PLANS[plan].by_id[promise]
    assert isinstance(trigger, Trigger)
    with undone():
        at = NOW + timedelta(days=60) if raising.term_of(trigger, None).ahead else NOW
        key = uuid.uuid4()
        given = {"form_key": key, "at": at, "actor": None, "now": NOW}
        raised = actions.enter_happening(trigger.on, contracts_and_promises={of.pk: [promise]}, **given)
        again = actions.enter_happening(trigger.on, contracts_and_promises={of.pk: [promise]}, **given)
        (one,) = raised
        assert [row.pk for row in again] == [one.pk] and one.due_at is not None
        one = Obligation.objects.get(pk=one.pk)
        check_both_ways(one)


def test_what_the_tables_say_is_automatic_can_be_recorded_by_the_product() -> None:
    told = (DOCS / "events.md").read_text(encoding="utf-8")
    unknown = {kind for kind in (*events.HAPPENINGS, *events.PROVING) if f"`{kind}`" not in told}
    assert not unknown


def test_steps_have_to_be_ticked(world: dict[str, Contract]) -> None:
    of = world["regional-video"]
    one = Obligation.objects.filter(contract=of, promise="check-power", last__gte=NOW.date()).order_by(
        "first"
    )[0]
    steps = sorted(steps_of(PLANS["regional-video"].by_id["check-power"]))
    with undone():
        lead = lead_of(of)
        first = actions.record_done(one.pk, Work(what="x", items=steps[:1]), actor=lead, at=NOW, now=NOW)
        assert first.state == "in_progress"
        assert (
            actions.record_done(one.pk, Work(what="y", items=steps[1:]), actor=lead, at=NOW, now=NOW).state
            == "done"
        )
