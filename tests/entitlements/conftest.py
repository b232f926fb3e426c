"""A contract of any plan on a day on which one of its entitlements holds."""

from datetime import date, datetime, timedelta

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE
from luyue.domain.entitlements import holds_on
from luyue.domain.plan.model import Entitlement
from luyue.entitlements.ground import Rights
from tests import factories

NOW = datetime(2026, 4, 1, 2, 0, tzinfo=ZONE)


def contract_for(plan: str, grade: str = "", option: str = "") -> Contract:
    day = date(2026, 1, 1)
    return factories.contract(
        plan, final_acceptance_on=day, award_on=day, signed_on=day, delivery_on=day,
        grade=grade, options=[option] if option else [],
    )  # fmt: skip


def morning(of: Contract, one: Entitlement) -> datetime:
    """Ten o'clock on the first working day from the contract's start on which the entitlement holds."""
    rights = Rights(of)
    running = rights.running(of.starts_on)
    assert running is not None
    ground = rights.ground(running)
    for number in range(366 * 12):
        day = date(2026, 1, 5) + timedelta(days=number)
        if day.weekday() == 1 and holds_on(one, ground, day):
            return datetime(day.year, day.month, day.day, 10, 0, tzinfo=ZONE)
    raise AssertionError(f"{one.id} never holds")


@pytest.fixture
def video(everything: object) -> Contract:
    return factories.contract("regional-video", final_acceptance_on=date(2026, 1, 1))


@pytest.fixture
def lead(video: Contract) -> Person:
    made = factories.person("project_manager", name="周敏")
    contract_actions.give_access(video.pk, person=made, role="project_manager", actor=None, now=factories.NOW)
    return made


@pytest.fixture
def customer(video: Contract) -> Person:
    made = factories.person("customer", name="王处")
    contract_actions.give_access(video.pk, person=made, role="customer", actor=None, now=factories.NOW)
    return made
