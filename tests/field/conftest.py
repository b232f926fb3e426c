"""An engineer, a planner, a case on a contract, and an order for it."""

import struct
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from luyue.accounts.models import Person
from luyue.contracts.models import Access, Contract
from luyue.desk.models import Case
from luyue.devices import actions as devices
from luyue.field import actions
from luyue.field.actions import File, Told
from luyue.field.models import WorkOrder
from luyue.field.planning import Request
from tests import factories


def png(width: int = 40, height: int = 20, *, ink: bool = True) -> bytes:
    """A small picture, with a stroke across it or blank."""
    rows = b""
    for y in range(height):
        row = bytearray(b"\xff" * width)
        if ink:
            row[(y * 7) % width] = 0
        rows += b"\0" + bytes(row)
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)),
             (b"IEND", b""))  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )  # fmt: skip


PHOTO = File("photo.png", png())


@pytest.fixture
def contract(everything: object) -> Contract:
    return factories.contract()


@pytest.fixture
def planner(everything: object) -> Person:
    return factories.person("operator")


@pytest.fixture
def engineer(contract: Contract) -> Person:
    return member(contract, "engineer", name="孙岩")


def member(contract: Contract, role: str, **facts: Any) -> Person:
    """Somebody who serves or watches the contract."""
    person = factories.person(role, **facts)
    Access.objects.create(contract=contract, person=person, role=role)
    return person


@pytest.fixture
def case(contract: Contract, now: datetime) -> Case:
    site = devices.add_site(
        contract.pk, name="东街路口", address="东街 8 号", latitude=30.0, longitude=110.0, actor=None, now=now
    )
    return factories.case(contract, now - timedelta(hours=1), site=site, reporter_phone="13800000000")


@pytest.fixture
def plan(case: Case, engineer: Person, planner: Person, now: datetime) -> Callable[..., WorkOrder]:
    """Plan an order for the case, two hours from now on for an hour."""

    def make(**facts: Any) -> WorkOrder:
        begin = facts.pop("begin", now + timedelta(hours=1))
        at = facts.pop("now", now)
        known = {
            "kind": "visit",
            "engineer_id": engineer.pk,
            "begin": begin,
            "end": begin + timedelta(hours=1),
        }
        if "order_id" not in facts:
            known["case_id"] = case.pk
        return actions.plan_order(Request(**known | facts), actor=planner, now=at)

    return make


@pytest.fixture
def order(plan: Callable[..., WorkOrder]) -> WorkOrder:
    return plan()


@pytest.fixture
def do(engineer: Person, now: datetime) -> Callable[..., actions.Done]:
    """Do an act as the engineer, so many minutes from now, entered at once unless said otherwise."""

    def act(order: WorkOrder, name: str, minutes: float = 0, /, *, by: Person | None = None, came: float | None = None, files: Any = (), key: Any = None, position: Any = None, **payload: Any) -> actions.Done:  # fmt: skip  # noqa: E501
        at = now + timedelta(minutes=minutes)
        entered = at if came is None else now + timedelta(minutes=came)
        told = Told(act=name, payload=payload, happened_at=at, key=key, files=files, position=position)
        return actions.do_act(order.pk, told, actor=by or engineer, now=entered)

    return act


@pytest.fixture
def working(order: WorkOrder, do: Callable[..., actions.Done]) -> WorkOrder:
    """The order with the engineer at work since 13 minutes from now, the checks answered."""
    for minutes, name in ((1, "accept"), (2, "depart"), (12, "arrive"), (13, "start")):
        do(order, name, minutes)
    do(order, "check", 13, check="rules")
    do(order, "check", 13, check="backup")
    do(order, "photo", 13, files=[PHOTO])
    return WorkOrder.objects.get(pk=order.pk)
