"""A contract of the plan with quarterly satisfaction, sampled calls and visits, and its supervisor."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract, Customer
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.obligations import actions as obligations
from luyue.obligations.models import Obligation
from luyue.surveys import actions
from luyue.surveys.models import Campaign
from tests import factories

NOW = factories.NOW
GOOD = {
    "answering": "5",
    "recording": "4",
    "arrival": "5",
    "repair": "4",
    "manner": "5",
    "advice": "4",
    "overall": "5",
}
OPINION = {"solved": "yes", "speed": "5", "result": "4", "manner": "5", "overall": "5"}


@pytest.fixture
def contract(everything: Any) -> Contract:
    buyer = factories.customer(name="行署", contact_name="值班室", contact_phone="0800")
    factories.customer(name="南部派出所", parent=buyer, contact_name="所长", contact_phone="0801")
    return factories.contract("regional-video", customer=buyer)


@pytest.fixture
def supervisor(contract: Contract) -> Person:
    return factories.person("supervisor", name="黄莉")


@pytest.fixture
def lead(contract: Contract) -> Person:
    person = factories.person("project_manager", name="陈静")
    contract_actions.give_access(contract.pk, person=person, role=person.role, actor=None, now=NOW)
    return person


@pytest.fixture
def customer(contract: Contract) -> Person:
    person = factories.person("customer", name="王主任", phone="138")
    contract_actions.give_access(contract.pk, person=person, role="customer", actor=None, now=NOW)
    return person


@pytest.fixture
def unit(contract: Contract) -> Customer:
    return Customer.objects.get(name="南部派出所")


def owed(contract: Contract, owe: str, key: str = "quarter:2026-01-01") -> Obligation:
    obligations.plan_contract(contract.pk, now=NOW)
    return Obligation.objects.get(contract=contract, owe=owe, key=key)


def campaign(contract: Contract, kind: str = "satisfaction", **facts: Any) -> Campaign:
    known = {"first": date(2026, 1, 1), "last": date(2026, 3, 31), "kind": kind, "contract_id": contract.pk}
    actor, now = facts.pop("actor", None), facts.pop("now", NOW)
    return actions.make_campaign(actions.Wanted(**known | facts), actor=actor, now=now)


def closed_fault(contract: Contract, at: datetime = NOW, **facts: Any) -> Case:
    """A fault closed two hours after its report."""
    case = factories.case(
        contract, at, **{"reporter_name": "小李", "reporter_phone": "139", "severity": ""} | facts
    )
    factories.resolved(case, timedelta(hours=1))
    then = at + timedelta(hours=2)
    return desk.close_case(case.pk, actor=None, at=then, now=then)
