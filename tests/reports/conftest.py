"""A contract under a plan with many reports, people of all parts, a month of faults."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contracts
from luyue.contracts.models import Contract
from luyue.obligations import actions as obligations
from luyue.obligations.models import Obligation
from luyue.reports import actions
from luyue.reports.actions import Wanted
from luyue.reports.models import Report
from tests import factories

ZONE = ZoneInfo("Asia/Shanghai")


def shanghai(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


MAY = (date(2026, 5, 1), date(2026, 5, 31))
JUNE = shanghai("2026-06-02 09:00")


@pytest.fixture
def contract(everything: object) -> Contract:
    return factories.contract("regional-video")


def member(of: Contract, role: str, **facts: Any) -> Person:
    """Somebody who has the contract."""
    person = factories.person(role, **facts)
    contracts.give_access(of.pk, person=person, role=role, actor=None, now=factories.NOW)
    return person


@pytest.fixture
def writer(contract: Contract) -> Person:
    return member(contract, "engineer", name="孙岩")


@pytest.fixture
def lead(contract: Contract) -> Person:
    return member(contract, "project_manager", name="马飞")


@pytest.fixture
def customer(contract: Contract) -> Person:
    return member(contract, "customer", name="客户张")


@pytest.fixture
def faults(contract: Contract) -> int:
    """Five faults of May, three of them solved."""
    for day in range(5):
        at = shanghai(f"2026-05-{5 + 4 * day:02d} 10:00")
        case = factories.case(contract, at, title=f"摄像机黑屏{day}", severity="fault")
        if day < 3:
            factories.resolved(case, timedelta(hours=2))
    return 5


@pytest.fixture
def owed(contract: Contract) -> Callable[[str], Obligation]:
    """The obligation of May for a work."""

    def find(owe: str) -> Obligation:
        obligations.plan_contract(contract.pk, now=JUNE, since=contract.starts_on)
        return Obligation.objects.get(contract=contract, owe=owe, first=MAY[0], last=MAY[1])

    return find


@pytest.fixture
def draft(contract: Contract, writer: Person) -> Callable[..., Report]:
    def make(kind: str = "fault_summary", **facts: Any) -> Report:
        known = {"first": MAY[0], "last": MAY[1], **facts}
        return actions.draft_report(Wanted(contract.pk, kind, **known), actor=writer, now=JUNE)

    return make


@pytest.fixture
def issue(lead: Person, writer: Person) -> Callable[[Report], Report]:
    def through(one: Report, at: datetime = JUNE) -> Report:
        actions.submit_report(one.pk, actor=writer, now=at)
        actions.approve_report(one.pk, actor=lead, now=at)
        return actions.issue_report(one.pk, actor=lead, now=at)

    return through
