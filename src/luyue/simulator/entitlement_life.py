"""A year of entitlements in a demo: what closed cases used, claims, quarterly reviews; a few were honestly broken."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.desk.models import Case
from luyue.domain.entitlements import Family, by_topic, family_of, promised_charges
from luyue.domain.plan.model import Entitlement
from luyue.domain.statement import quarter_of
from luyue.entitlements import actions
from luyue.entitlements.ground import Rights
from luyue.entitlements.models import Use
from luyue.ledger.wall import Scope, scope
from luyue.notices.models import Message
from luyue.obligations.ground import promise_of
from luyue.simulator.world import World

# What customers ask for: beginning of a topic → (what is asked for, what was done).
ASKED = {
    "loan": ("借一台录像机，送修期间用", "备用录像机 BY-012 已送到，现场签收"),
    "data_right": ("请提供上季度的故障原始数据", "数据光盘一张，值班室签收"),
    "inspection_right": ("下周派人检查运维记录和签到", "检查两小时，记录副本已交"),
    "replacement_staff": ("驻场人员请换一名熟悉网络的", "已换人，交接单双方签字"),
    "priority": ("急需两只摄像机电源", "当天从备件库发出，运单号 SF-2231"),
    "parts_price": ("请按合同报价供应四个光模块", "按报价供货，发票附后"),
    "consultation": ("录像保存天数怎么调整", "电话说明并发了操作文档"),
    "advice": ("新增摄像机怎么接入平台", "远程演示一遍，客户会用了"),
    "guidance": ("平台升级前要做哪些准备", "准备清单已发，电话讲解"),
    "upgrade": ("请给出存储升级的方案", "方案和预算已交"),
    "optimisation": ("晚高峰画面卡顿，请优化", "调整码流后不再卡顿"),
    "training": ("给新来的值班员再讲一次", "现场讲了半天，签到表附后"),
    "warranty": ("这台交换机请按三包退换", "已换新，新序列号 SN-7741"),
}
# What was done of what rules found.
DONE = {
    "warranty.extension": "停用时间已加到质保期上，补充确认单客户签字",
    "replacement": "整机换新，新序列号 SN-8092，客户签收",
    "media": "存储介质已交客户，交接单签字",
    "parts_disposal": "旧件已交客户，交接单签字",
}
OTHER = ("请按方案办理", "已按方案办理，客户签收")
# How claims end, in turn.
ENDS = ("done", "done", "granted", "done", "late", "refused", "done", "open")
CLAIMS = 6
REMOVED, CHARGED = 0.12, 0.15
REVIEWED = ("季度检查记录和会议纪要可查", "抽查工单、台账，全部符合", "客户季度评价没有提出异议")
FORGOTTEN = 17  # one pledge in so many was not looked at in its quarter
BROKEN = (
    ("support", "夜里两次打不通，客户改发短信才联系上", "complaint"),
    ("quality", "内部审核发现两张工单没有复核签字", "audit"),
    ("principle", "检修没有提前统筹，同一天两次停机", "complaint"),
    ("conduct", "工程师进机房没有登记，客户提出意见", "complaint"),
)


def use_entitlements(world: World, rng: random.Random, *, end: datetime) -> None:
    """Charges and uses of the year's cases, claims, reviews and breaches of every contract; then the sweep."""
    for number, of in enumerate(world.contracts):
        with scope(Scope.everything()), ledger.quiet():
            _cases(world, of, rng, end, dear=number in (0, 3))
            _claims(world, of, number, rng, end)
            _reviews(world, of, number, end)
            _breach(world, of, number, end)
    actions.sweep(end, by_mail=False)
    with scope(Scope.everything()), ledger.quiet():
        _ask_for_waiver(world, end)
        Message.objects.filter(
            kind__startswith="entitlement.", created_at__lt=end - timedelta(days=3), read_at=None
        ).update(read_at=end)


def _cases(world: World, of: Contract, rng: random.Random, end: datetime, *, dear: bool) -> None:
    """What cases used. dear: once, long ago, parts were charged that are free."""
    cases = list(Case.objects.filter(contract=of, state="closed").select_related("device").order_by("pk"))
    actions.follow_cases(of, cases, now=end, aloud=False)
    lead = world.people["project_manager"][0]
    for case in cases:
        if case.closed_at is None or case.kind != "fault":
            continue
        removed, charged = case.device_id is not None and rng.random() < REMOVED, rng.random() < CHARGED
        wrong = dear and charged and case.in_scope
        if not removed and not (charged and (wrong or not case.in_scope)):
            continue
        dear = dear and not wrong
        money = actions.Charged(
            labour="free", parts="charged" if charged else "free", amount=Decimal(260 if charged else 0),
            paper=f"FP-{case.pk:05d}" if charged else "", note="更换电源适配器" if removed else "更换接头",
            parts_removed=removed,
        )  # fmt: skip
        actions.record_charge(case.pk, money, actor=lead, now=min(end, case.closed_at + timedelta(hours=1)))
    for row in Use.objects.filter(contract=of, origin="device", state="open").order_by("pk"):
        at = row.happened_at + timedelta(days=rng.randint(1, 8))
        if at < end:
            promise = promise_of(row.plan_version_id, row.promise)
            said = by_topic(DONE, promise.topic) if isinstance(promise, Entitlement) else None
            actions.done(row.pk, evidence=said or OTHER[1], actor=lead, at=at, now=at)


def _held(of: Contract, day: date, *families: Family) -> list[Entitlement]:
    return [one for _running, one in Rights(of).on(day, *families)]


def _claims(world: World, of: Contract, number: int, rng: random.Random, end: datetime) -> None:
    lead, customer = world.people["project_manager"][0], world.customers[of.pk]
    offered = _held(of, local_day(end), Family.CLAIMS)
    for place, one in enumerate(offered[:CLAIMS]):
        ends = ENDS[(place + number) % len(ENDS)]
        waits = ends in ("open", "granted")
        ago = rng.randint(2, 6) if waits else rng.randint(30, 150)
        at = _office(end - timedelta(days=ago))
        if local_day(at) < of.starts_on or one not in _held(of, local_day(at), Family.CLAIMS):
            continue
        what, evidence = by_topic(ASKED, one.topic) or OTHER
        made = actions.claim(
            of.pk, one.id, what=what, actor=customer, at=at, now=at, key=UUID(int=rng.getrandbits(128))
        )
        _decide(made, ends, evidence, lead, at)


def _decide(made: Use, ends: str, evidence: str, lead: Person, at: datetime) -> None:
    if ends == "refused":
        later = at + timedelta(days=2)
        actions.refuse(made.pk, reason="厂家停产，没有同型号，已提出替代办法", actor=lead, now=later)
        return
    if ends != "open":
        actions.grant(made.pk, actor=lead, now=at + timedelta(hours=3))
    if ends in ("done", "late"):
        later = at + timedelta(days=24 if ends == "late" else 4)
        actions.done(made.pk, evidence=evidence, actor=lead, at=later, now=later)


def _office(at: datetime) -> datetime:
    return datetime.combine(local_day(at), time(10, 20), ZONE)


def _quarters(of: Contract, end: datetime) -> Iterator[date]:
    first = quarter_of(of.starts_on).first
    while first <= local_day(end):
        yield first
        first = quarter_of(first).last + timedelta(days=1)


def _reviews(world: World, of: Contract, number: int, end: datetime) -> None:
    """Every quarter's pledges, looked at a few days after it; now and then one was forgotten."""
    lead = world.people["project_manager"][0]
    for turn, first in enumerate(_quarters(of, end)):
        begin = datetime.combine(max(first, of.starts_on), time(3), ZONE)
        rows = actions.open_reviews(of, first, now=begin)
        at = datetime.combine(quarter_of(first).last + timedelta(days=6), time(15), ZONE)
        looked = [one.pk for place, one in enumerate(rows) if (place + 5 * turn + number) % FORGOTTEN]
        if at < end and looked:
            actions.confirm_reviews(looked, evidence=REVIEWED[turn % len(REVIEWED)], actor=lead, now=at)


def _breach(world: World, of: Contract, number: int, end: datetime) -> None:
    topic, what, source = BROKEN[number % len(BROKEN)]
    at = _office(end - timedelta(days=47 + 9 * number))
    if local_day(at) < of.starts_on:
        return
    held = [one for one in _held(of, local_day(at)) if not promised_charges(one)]
    fitting = [one for one in held if one.topic.partition(".")[0] == topic]
    fitting = fitting or [one for one in held if family_of(one) is Family.STANDING]
    if not fitting:
        return
    made = actions.record_breach(
        of.pk, fitting[0].id, what=what, source=source, actor=world.people["supervisor"][0], at=at,
        now=at + timedelta(hours=5),
    )  # fmt: skip
    actions.answer_use(
        made.pk,
        answer="请说明整改措施，下季度再看。",
        actor=world.customers[of.pk],
        now=at + timedelta(days=1),
    )


def _ask_for_waiver(world: World, end: datetime) -> None:
    """One refusal the customer has let pass, another waits for his answer."""
    lead = world.people["project_manager"][0]
    refused = list(Use.objects.filter(state="broken", origin="claim").order_by("-happened_at", "-pk")[:2])
    for one, agreed in zip(refused, ("", "客户项目负责人"), strict=False):
        actions.ask_waiver(
            one.pk, reason="已提供性能更高的替代型号，没有加价", agreed_by=agreed, actor=lead,
            now=end - timedelta(hours=6),
        )  # fmt: skip
