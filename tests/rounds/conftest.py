"""A contract with devices, an engineer, a round."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.devices.models import Device, Site
from luyue.field import actions as field
from luyue.field.actions import Told
from luyue.rounds import actions
from luyue.rounds.models import Round, Target
from tests import factories
from tests.field.conftest import PHOTO, member


@pytest.fixture
def contract(everything: object) -> Contract:
    return factories.contract()


@pytest.fixture
def planner(everything: object) -> Person:
    return factories.person("operator")


@pytest.fixture
def engineer(contract: Contract) -> Person:
    return member(contract, "engineer", name="孙岩")


@pytest.fixture
def site(contract: Contract) -> Site:
    return Site.objects.create(contract=contract, name="东街路口", address="东街 8 号")


@pytest.fixture
def ups(contract: Contract, site: Site) -> Device:
    return Device.objects.create(contract=contract, site=site, kind="ups", name="机房电源", serial="U1")


@pytest.fixture
def switch(contract: Contract, site: Site) -> Device:
    return Device.objects.create(contract=contract, site=site, kind="switch", name="前端交换机", serial="S1")


@pytest.fixture
def plan(
    contract: Contract, engineer: Person, planner: Person, ups: Device, switch: Device, now: datetime
) -> Callable[..., Round]:
    def make(**facts: Any) -> Round:
        begin = facts.pop("begin", now + timedelta(hours=1))
        at, by = facts.pop("now", now), facts.pop("actor", planner)
        known = {
            "contract_id": contract.pk, "kind": "visit", "engineer_id": engineer.pk, "begin": begin,
            "end": begin + timedelta(hours=3),
        }  # fmt: skip
        return actions.plan_round(actions.Wanted(**known | facts), actor=by, now=at)

    return make


@pytest.fixture
def do(engineer: Person, now: datetime) -> Callable[..., field.Done]:
    def act(
        of: Round,
        name: str,
        minutes: float = 0,
        /,
        *,
        by: Person | None = None,
        files: Any = (),
        key: Any = None,
        **payload: Any,
    ) -> field.Done:
        at = now + timedelta(minutes=minutes)
        payload = {name.replace("_", "-"): value for name, value in payload.items()}
        told = Told(act=name, payload=payload, happened_at=at, key=key, files=files)
        return field.do_act(of.order.pk, told, actor=by or engineer, now=at)

    return act


@pytest.fixture
def on_site(do: Callable[..., field.Done]) -> Callable[[Round], Round]:
    """The engineer is at work on the round, the safety check answered."""

    def begin(of: Round, minutes: float = 1) -> Round:
        for later, name in enumerate(("accept", "depart", "arrive", "start")):
            do(of, name, minutes + later)
        do(of, "check", minutes + 4, check="rules")
        return of

    return begin


def good(target: Target, **other: Any) -> dict[str, Any]:
    """All answers of a device, every one good; other: in place of some."""
    answers: dict[str, Any] = {"target": target.pk}
    for item in target.checklist.whole.items:
        if item.kind == "number":
            low = item.low if item.low is not None else (item.high or 10) * 0.5
            high = item.high if item.high is not None else low + 10
            answers[f"value_{item.id}"] = str((low + high) / 2)
        elif item.kind == "text":
            answers[f"note_{item.id}"] = "已恢复，数据一致"
        else:
            answers[f"item_{item.id}"] = "ok"
    return answers | other


__all__ = ["PHOTO", "good"]
