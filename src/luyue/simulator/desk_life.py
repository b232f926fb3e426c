"""What the desk does besides one case after the other: routes, skills, mass faults, duplicates, linked cases."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk import actions, links, routing
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.simulator.world import World

# Skills and regions of the engineers, in their order.
_SKILLS = (
    (["camera", "recorder", "device"], ["北门", "南广场"]),
    (["switch", "ups", "platform"], ["一号机房", "监控中心"]),
    (["server", "application", "data"], ["办公楼"]),
    (["camera", "switch", "extension"], ["东街"]),
)
_MASS = "汇聚交换机断电"
_OF_ONE_SWITCH = ("画面全黑", "离线", "时断时续", "无法访问")
CALLERS = ("王建国", "李秀英", "张海波", "刘志强", "陈晓燕", "杨帆", "赵国庆", "黄丽娟")


def caller(rng: random.Random, contract: Contract) -> tuple[str, str]:
    """Name and number of somebody who calls for a contract; the same few people call again and again."""
    number = rng.randrange(4)
    return CALLERS[(contract.pk * 3 + number) % len(CALLERS)], f"138{contract.pk % 1000:03d}0{number:04d}"


def settle(world: World, now: datetime) -> None:
    """Routes of the firm, and what its people can do."""
    for person, (skills, regions) in zip(world.people["engineer"], _SKILLS, strict=False):
        routing.set_competence(person.pk, skills=skills, regions=regions, actor=None, now=now)
    managers = world.people["project_manager"]
    routing.set_competence(managers[0].pk, skills=["business", "policy"], regions=[], actor=None, now=now)
    routing.save_rule(
        None, name="业务问题找懂业务的", rank=10, natures=["business"], skill="business", actor=None, now=now
    )
    routing.save_rule(
        None, name="监控中心的设备归驻场", rank=20, kinds=["fault"], regions=["监控中心"], role="resident", actor=None,
        now=now,
    )  # fmt: skip
    routing.save_rule(
        None,
        name="摄像机故障派工程师",
        rank=30,
        kinds=["fault"],
        devices=["camera"],
        role="engineer",
        actor=None,
        now=now,
    )


def play(world: World, rng: random.Random, end: datetime) -> None:
    """A mass fault that is over, one in hand, one that nobody has noticed yet, a duplicate and two related cases."""
    operator = world.people["operator"][0]
    for index, contract in enumerate(world.contracts[:3]):
        engineer = world.someone(rng, "engineer", contract.pk)
        devices = _of_one_site(world.devices[contract.pk])
        if index == 0:
            parent, *children = _reports(rng, contract, devices, end - timedelta(days=6), operator)
            _gather(parent, children, operator, parent.reported_at + timedelta(minutes=25))
            at = parent.reported_at + timedelta(hours=2)
            solution: dict[str, Any] = {"cause": "交换机供电模块烧毁", "fix": "更换供电模块，逐台核对画面"}
            actions.respond_case(parent.pk, actor=engineer, at=at - timedelta(hours=1, minutes=50), now=at)
            actions.resolve_case(parent.pk, actor=engineer, at=at, now=at, **solution)
            links.resolve_children(
                parent.pk, [case.pk for case in children], actor=operator, at=at, now=at, **solution
            )
        elif index == 1:
            parent, *children = _reports(rng, contract, devices, end - timedelta(minutes=50), operator)
            _gather(parent, children[:2], operator, end - timedelta(minutes=20))
            if len(children) > 2:
                at = end - timedelta(minutes=15)
                links.merge_case(
                    children[2].pk,
                    parent.pk,
                    actor=operator,
                    at=at,
                    now=at,
                    note="同一路画面，另一位值班员来电",
                )
            at = end - timedelta(minutes=10)
            late = (
                Case.objects.filter(contract=contract, kind="fault", reported_at__lt=at)
                .exclude(pk__in=[parent.pk])
                .order_by("-id")
            )
            for other in [case for case in late[:8] if case not in children][:1]:
                links.relate_cases(parent.pk, other.pk, actor=operator, at=at, now=at, note="同一台交换机")
        else:
            _reports(rng, contract, devices, end - timedelta(minutes=18), operator)


def _of_one_site(devices: Sequence[Device]) -> list[Device]:
    """The devices of the site that has most of them."""
    sites = [device.site_id for device in devices]
    most = max(sites, key=sites.count)
    return [device for device in devices if device.site_id == most]


def _reports(
    rng: random.Random, contract: Contract, devices: Sequence[Device], begin: datetime, operator: Person
) -> list[Case]:
    """Four reports of one site within a quarter of an hour; the first is the switch itself."""
    site: Site | None = devices[0].site
    made = []
    for number in range(4):
        at = begin + timedelta(minutes=4 * number)
        device = devices[number % len(devices)] if number else None
        name, phone = caller(rng, contract)
        title = f"{device.name}{_OF_ONE_SWITCH[number]}" if device else f"{site.name if site else ''}{_MASS}"
        made.append(
            actions.report_case(
                contract.pk, title=title, kind="fault", site=site, device=device, reporter_name=name,
                reporter_phone=phone, actor=operator, at=at, now=at,
            )
        )  # fmt: skip
    return made


def _gather(parent: Case, children: Sequence[Case], operator: Person, at: datetime) -> None:
    for child in children:
        links.put_under(child.pk, parent.pk, actor=operator, at=at, now=at)
