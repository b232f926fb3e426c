"""A year of duties and triggers in a demo: most were done in time, some late, some never, a few waived."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE
from luyue.domain.obligations.events import FOLLOWED
from luyue.domain.surveys.asking import KIND_OF
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.obligations import actions
from luyue.obligations.actions import sweeping
from luyue.obligations.actions.doing import Entered, Work, enter_many
from luyue.obligations.actions.raising import follow_events
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.simulator.world import World

# What was written down, by family of work.
SAID = {
    "round": ("已按检查表巡检，发现的问题已报修", "巡检完成，设备运行正常"),
    "maintenance": ("已保养，更换老化接头两处", "除尘、紧固、测试正常"),
    "cleaning": ("镜头和机柜已清洁",),
    "report": ("报告已发客户邮箱并交纸质件", "报告已上传门户"),
    "training": ("培训一场，到场 12 人，签到表附后", "现场培训并答疑"),
    "meeting": ("会议纪要已发各方",),
    "survey": ("巡检时当面问过，用户没有不满意的",),
    "backup": ("备份完成并抽查可恢复",),
    "record": ("记录齐全，抽查 10 条",),
    "document": ("资料已移交，客户签收",),
    "form": ("单据已填写，客户签字",),
    "notice": ("已书面通知客户负责人",),
    "confirmation": ("客户已书面确认",),
    "signature": ("客户已签字",),
}
OTHER = ("已完成，凭证存档", "按方案要求完成")
DISCIPLINE = (0.97, 0.9, 0.94, 0.88, 0.96)  # of the contracts in turn: how much is done in time
# Bad weather of the year: days before the end.
STORMS = (300, 212, 131, 40)


def plan_ahead(world: World, *, end: datetime) -> None:
    """Make the obligations of every contract, so that what people do can be for them."""
    with scope(Scope.everything()), ledger.quiet():
        for of in world.contracts:
            actions.plan_contract(of.pk, now=end, since=of.starts_on - timedelta(days=180))


def keep_promises(world: World, rng: random.Random, *, end: datetime) -> None:
    """Let the year's events raise their obligations, and do most of what is owed."""
    with scope(Scope.everything()), ledger.quiet():
        for number, of in enumerate(world.contracts):
            share = DISCIPLINE[number % len(DISCIPLINE)]
            actions.raise_holidays(of, now=end, since=of.starts_on)
            _storms(of, end)
            follow_events(of, _events(of, 0), now=end)
            last = _last_event(of)
            seen = _do(world, of, rng, share, end, after=0)
            # What was done asks for the next: a round for its report.
            follow_events(of, _events(of, last), now=end)
            _do(world, of, rng, share, end, after=seen)
            _decide(world, of, end)
    sweeping.sweep(end, by_mail=False)


def _events(of: Contract, after: int) -> Sequence[Event]:
    return list(Event.objects.filter(contract_id=of.pk, kind__in=FOLLOWED, pk__gt=after).order_by("pk"))


def _last_event(of: Contract) -> int:
    return Event.objects.filter(contract_id=of.pk).order_by("-pk").values_list("pk", flat=True).first() or 0


def _storms(of: Contract, end: datetime) -> None:
    for number, days in enumerate(STORMS):
        at = end - timedelta(days=days)
        if at.date() < of.starts_on or not _asks(of, "weather.severe"):
            continue
        actions.enter_happening(
            "weather.severe", contracts_and_promises={of.pk: None}, form_key=_uuid(of.pk, number), at=at, actor=None,
            now=at + timedelta(hours=1), note="雷暴大风预警",
        )  # fmt: skip


def _asks(of: Contract, word: str) -> bool:
    from luyue.obligations.ground import segments_of

    return any(one.on == word for part in segments_of(of.pk) for one in part.running.plan.triggers)


def _uuid(*parts: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"storm {parts}")


def _do(world: World, of: Contract, rng: random.Random, share: float, end: datetime, *, after: int) -> int:
    """Do what was due up to now, of those made after a number; returns the last number there is."""
    rows = Obligation.objects.filter(
        contract=of, state__in=OPEN_STATES, records=None, opens_at__lt=end, pk__gt=after
    ).order_by("pk")
    # Surveys and calls were played already; what they left open stays open.
    rows = rows.exclude(kind="duty", owe__in=list(KIND_OF))
    people = {person.pk: person for group in world.people.values() for person in group}
    entries = []
    for row in rows:
        due = row.due_at or row.opens_at + timedelta(days=10)
        if due > end + timedelta(days=2) and rng.random() > 0.3:
            continue
        luck = rng.random()
        if luck < share:
            at = _between(rng, row.opens_at, due)
        elif luck < share + (1 - share) * 0.55:
            at = due + timedelta(hours=rng.randint(3, 120))
        else:
            continue
        if at < end:
            entries.append(_entered(row, at, world, people, rng))
    enter_many(entries, now=end)
    return Obligation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _between(rng: random.Random, opens: datetime, due: datetime) -> datetime:
    """A moment of a working hour, rather late in the time that there is."""
    at = opens + (due - opens) * (0.35 + 0.6 * rng.random())
    day = at.astimezone(ZONE).replace(
        hour=rng.randint(9, 17), minute=rng.randint(0, 59), second=0, microsecond=0
    )
    return day if opens <= day <= due else at.replace(microsecond=0)


def _entered(
    row: Obligation, at: datetime, world: World, people: dict[int, Person], rng: random.Random
) -> Entered:
    customer = row.by == "customer"
    actor = world.customers[row.contract_id] if customer else people.get(row.person_id or 0)
    what = rng.choice(SAID.get(row.owe.split(".")[0], OTHER))
    devices = rng.randint(4, 60) if row.owe.split(".")[0] in ("round", "maintenance") else None
    work = Work(
        what=what, times=row.times, hours=row.hours, devices=devices, signer="值班室" if devices else ""
    )
    return Entered(row.pk, work, actor, at, at)


def _decide(world: World, of: Contract, end: datetime) -> None:
    """A few decisions of people: waived, waiver asked, postponed, carried over."""
    lead = world.people["project_manager"][0]
    over = Obligation.objects.filter(contract=of, state__in=OPEN_STATES, due_at__lt=end, records=None)
    for row in over.order_by("due_at")[:2]:
        actions.ask_waiver(
            row.pk, reason="客户机房改造，双方同意本期不做", agreed_by="客户项目负责人", actor=lead,
            now=end - timedelta(days=3),
        )  # fmt: skip
    ahead = Obligation.objects.filter(contract=of, state__in=("planned", "due"), due_at__gt=end, kind="duty")
    months = ahead.filter(key__startswith="month:").order_by("due_at", "pk")
    for row in months[:1]:
        actions.ask_waiver(
            row.pk, reason="现场断电检修，本期请求免做", actor=lead, now=end - timedelta(hours=20)
        )
    for row in months[3:4]:
        assert row.due_at is not None
        actions.postpone(
            row.pk, due_at=row.due_at + timedelta(days=7), reason="客户盘点，改到下周", agreed_by="客户项目负责人",
            actor=lead, now=end - timedelta(hours=30),
        )  # fmt: skip
