"""A contract of the plan with most quotas, its devices, service point and people."""

from datetime import UTC, date, datetime

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.devices.models import Device, Site
from luyue.field import actions as field
from luyue.field.models import ServicePoint
from tests import factories

# The first of a month: March is over, April has just begun.
NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
MARCH = date(2026, 3, 1)


def local(day: int, hour: int = 0, month: int = 3) -> datetime:
    """An hour of a day in the contracts' zone."""
    return datetime.fromisoformat(f"2026-{month:02d}-{day:02d}T{hour:02d}:00:00+08:00")


@pytest.fixture
def video(everything: object) -> Contract:
    of = factories.contract("regional-video", starts_on=MARCH, ends_on=date(2029, 2, 28))
    lead = factories.person("project_manager", name="周敏")
    contract_actions.give_access(of.pk, person=lead, role="project_manager", actor=None, now=factories.NOW)
    return of


@pytest.fixture
def lead(video: Contract) -> Person:
    return Person.objects.get(contract_access__contract=video, contract_access__role="project_manager")


@pytest.fixture
def customer(video: Contract) -> Person:
    made = factories.person("customer", name="王处")
    contract_actions.give_access(video.pk, person=made, role="customer", actor=None, now=factories.NOW)
    return made


@pytest.fixture
def site(video: Contract) -> Site:
    return Site.objects.create(contract=video, name="东街路口", latitude=39.9, longitude=116.4)


@pytest.fixture
def camera(video: Contract, site: Site) -> Device:
    return Device.objects.create(contract=video, site=site, kind="camera", name="东街枪机", serial="C1")


@pytest.fixture
def recorder(video: Contract, site: Site) -> Device:
    return Device.objects.create(contract=video, site=site, kind="recorder", name="录像机一", serial="R1")


@pytest.fixture
def point(everything: object) -> ServicePoint:
    return field.add_point(
        name="城东网点", latitude=39.95, longitude=116.45, area=80.0, actor=None, now=factories.NOW
    )
