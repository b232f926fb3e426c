"""A contract whose plan promises trainings, people of both sides, a session."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.domain.training.people import Human
from luyue.obligations import actions as obligation_actions
from luyue.obligations.models import Obligation
from luyue.roster import actions as roster
from luyue.training import actions, queries
from luyue.training.actions import LecturerWish, Wanted
from luyue.training.models import Attendance, Session
from tests import factories


@pytest.fixture
def contract(everything: object) -> Contract:
    return factories.contract("regional-video", delivery_on=date(2026, 1, 1))


@pytest.fixture
def planner(everything: object) -> Person:
    return factories.person("operator")


def member(contract: Contract, role: str, **facts: Any) -> Person:
    made = factories.person(role, **facts)
    contract_actions.give_access(contract.pk, person=made, role=role, actor=None, now=factories.NOW)
    return made


@pytest.fixture
def teacher(contract: Contract, now: datetime) -> Person:
    made = member(contract, "engineer", name="孙岩")
    roster.add_certificate(
        made.pk, name="讲师证", number="J-1", valid_until=date(2026, 12, 31), actor=None, now=now
    )
    return made


@pytest.fixture
def lead(contract: Contract) -> Person:
    return member(contract, "project_manager", name="马飞")


@pytest.fixture
def customer(contract: Contract) -> Person:
    return member(contract, "customer", name="王科长")


@pytest.fixture
def owed(contract: Contract, now: datetime) -> Callable[[str], Obligation]:
    """The open obligation of a work, the first due."""

    def find(owe: str) -> Obligation:
        obligation_actions.plan_contract(contract.pk, now=now, since=contract.starts_on)
        return Obligation.objects.filter(contract=contract, owe=owe).order_by("due_at", "pk")[0]

    return find


@pytest.fixture
def plan(contract: Contract, teacher: Person, planner: Person, now: datetime) -> Callable[..., Session]:
    def make(**facts: Any) -> Session:
        begin = facts.pop("begin", now + timedelta(hours=1))
        by = facts.pop("actor", planner)
        known = {
            "contract_id": contract.pk, "kind": "training", "starts_at": begin, "ends_at": begin + timedelta(hours=3),
            "course": "watch-duty", "place": "二楼会议室", "lecturers": [LecturerWish(teacher.pk)],
        }  # fmt: skip
        return actions.plan_session(Wanted(**known | facts), actor=by, now=now)

    return make


@pytest.fixture
def listed(planner: Person, now: datetime) -> Callable[..., list[Attendance]]:
    """People put on the list of a session."""

    def put(one: Session, *humans: Human) -> list[Attendance]:
        actions.add_trainees(one.pk, humans, actor=planner, now=now)
        return queries.attendances_of(one.pk)

    return put


@pytest.fixture
def client_of() -> Callable[..., Client]:
    def log_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return log_in
