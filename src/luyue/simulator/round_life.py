"""Rounds of a demo: the first look of each contract, that of the last quarter, one out of turn, one for today."""

import random
from datetime import datetime, timedelta
from typing import Any

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE
from luyue.domain.refusals import Refusal
from luyue.domain.rounds.checklists import Item
from luyue.field import actions as field
from luyue.field.actions import File, Told
from luyue.ledger.wall import Scope, scope
from luyue.rounds import actions, queries
from luyue.rounds.actions import Wanted
from luyue.rounds.models import Round, Target
from luyue.simulator import pictures
from luyue.simulator.world import World

AGO = (78,)  # days before the end
WRONG, WATCH = 0.015, 0.03  # share of items
_NOTES = ("有积尘，已清洁", "接头松动，已紧固", "字幕偏移", "指示灯间歇闪烁")
_ASSESSMENTS = (
    "系统总体运行平稳，发现的问题已登记处理。",
    "设备运行正常，录像完整，机房环境良好。",
    "主要设备正常，个别前端供电不稳，已列入处理。",
)
_IMPROVEMENTS = ("建议更换老化的蓄电池。", "建议加装前端防水盒。", "")


def walk_rounds(world: World, rng: random.Random, *, begin: datetime, end: datetime) -> None:
    """The rounds since `begin`, and one that an engineer can do today on his phone."""
    with scope(Scope.everything()), ledger.quiet():
        for number, contract in enumerate(world.contracts):
            first = (begin + timedelta(days=2 + number)).astimezone(ZONE).replace(hour=9, minute=0)
            _walk(world, rng, contract, first, kind="baseline")
            for ago in AGO:
                at = (end - timedelta(days=ago + number)).astimezone(ZONE).replace(hour=9, minute=0)
                if at > first + timedelta(days=30):
                    _walk(world, rng, contract, at, kind="visit")
        stormy = (end - timedelta(days=12)).astimezone(ZONE).replace(hour=14, minute=0)
        if stormy > begin + timedelta(days=30):
            _walk(world, rng, world.contracts[-2], stormy, kind="extra", reason="雷雨大风之后")
        _plan_today(world, end)


def _plan(world: World, contract: Contract, engineer: Person, begin: datetime, **facts: Any) -> Round | None:
    wanted = Wanted(
        contract_id=contract.pk, engineer_id=engineer.pk, begin=begin, end=begin + timedelta(hours=4), **facts
    )
    try:
        return actions.plan_round(wanted, actor=world.people["operator"][0], now=begin - timedelta(days=3))
    except Refusal:
        return None  # nothing to look at, or nobody who could go


def _plan_today(world: World, end: datetime) -> None:
    """In a free hour of the coming day, so that the phone has one to try."""
    contract = world.contracts[0]
    engineer = world.someone(random.Random(contract.pk), "engineer", contract.pk)
    begin = end.astimezone(ZONE).replace(minute=0) + timedelta(hours=2)
    wanted = Wanted(
        contract_id=contract.pk,
        kind="visit",
        engineer_id=engineer.pk,
        begin=begin,
        end=begin + timedelta(hours=4),
    )
    try:
        made = actions.plan_round(wanted, actor=world.people["operator"][0], now=end - timedelta(hours=20))
    except Refusal:
        return
    actions.notice_round(
        made.pk, to="值班室", agreed="到了先在门卫登记，录像主机可以逐台停机。", may_stop=True,
        actor=world.people["operator"][0], at=end - timedelta(hours=19), now=end - timedelta(hours=19),
    )  # fmt: skip


def _walk(
    world: World, rng: random.Random, contract: Contract, begin: datetime, *, kind: str, reason: str = ""
) -> None:
    engineer = world.someone(rng, "engineer", contract.pk)
    one = _plan(world, contract, engineer, begin, kind=kind, reason=reason)
    if one is None or one.order is None:
        return
    at = begin
    order_id = one.order.pk

    def act(name: str, minutes: int, /, *files: File, **payload: Any) -> None:
        nonlocal at
        at += timedelta(minutes=minutes)
        told = Told(act=name, payload=payload, happened_at=at, files=files)
        field.do_act(order_id, told, actor=engineer, now=at)

    act("accept", 0)
    act("depart", 5)
    act("arrive", 25)
    act("start", 3)
    act("check", 1, check="rules")
    for target in queries.targets_of(one.pk):
        act("look", rng.randint(2, 6), **_answers(target, rng))
    act("finish", 5, assessment=rng.choice(_ASSESSMENTS), improvements=rng.choice(_IMPROVEMENTS))
    marks = {name: str(rng.choice((5, 5, 5, 4, 4, 3))) for name in ("quality", "efficiency", "attitude")}
    signed = File("s.png", pictures.signature(rng))
    act(
        "confirm",
        6,
        signed,
        way="signed",
        name="值班室",
        opinion=rng.choice(("", "认真细致", "满意")),
        **marks,
    )


def _answers(target: Target, rng: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {"target": target.pk}
    for item in target.checklist.whole.items:
        luck = rng.random()
        if item.kind == "number":
            answers[f"value-{item.id}"] = f"{_number(item, rng, wrong=luck < WRONG):g}"
        elif item.kind == "text":
            answers[f"note-{item.id}"] = "抽取一份恢复到备用机，数据一致"
        elif item.kind == "photo":
            answers |= {f"item-{item.id}": "na", f"note-{item.id}": "现场不准拍照"}
        elif luck < WRONG:
            answers |= {f"item-{item.id}": "fail", f"note-{item.id}": rng.choice(_NOTES[1:])}
        elif luck < WATCH:
            answers |= {f"item-{item.id}": "flag", f"note-{item.id}": rng.choice(_NOTES)}
        else:
            answers[f"item-{item.id}"] = "ok"
    return answers


def _number(item: Item, rng: random.Random, *, wrong: bool) -> float:
    low = item.low if item.low is not None else (item.high if item.high is not None else 20) * 0.4
    high = item.high if item.high is not None else low + abs(low or 10) * 0.4
    if wrong and item.high is not None:
        return round(high * 1.1, 1)
    return round(low + (high - low) * rng.uniform(0.35, 0.65), 1)
