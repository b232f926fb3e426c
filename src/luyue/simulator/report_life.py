"""A year of reports in a demo: mostly on time, some late, one corrected; hazards with what was done against them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.domain.obligations.states import State
from luyue.domain.reports.kinds import KINDS, kind_for, owed_words
from luyue.ledger.wall import Scope, scope
from luyue.obligations.models import Obligation
from luyue.reports import actions
from luyue.reports.actions import HazardFacts, Wanted
from luyue.reports.actions.drafting import days_of
from luyue.reports.models import Report
from luyue.simulator.world import World

# Of what comes every day, or with every fault, the latest few are enough to look at.
FEW = {"day": 3, "event": 3}
MOST = 70
WORDS = {
    "advice": "本期运行平稳。建议雨季前检查前端防水，老化线缆分批更换。",
    "next": "下期按计划巡检，重点看机房供电和存储空间。",
    "care": "雷雨后先查防雷和供电，避免频繁断电重启。",
    "gain": "前端掉线次数预计减少三成。",
    "handover": "无遗留。",
    "cause": "设备老化，接头氧化。",
    "remedy": "更换接头并重新测试，恢复正常。",
    "case": "见记录。",
    "verdict": "主板烧毁，无维修价值。",
    "proposal": "建议报废，用同型号替换。",
}
HAZARDS = (
    ("机房空调制冷不足，夏季易过热", "high", "每周清洗滤网，高温时段加开备用风机", "备用风机 2 台", 40, None),
    ("路口立杆接地电阻偏大", "middle", "雷雨前复测，超限先断电", "接地极 4 套", 21, None),
    ("录像主机硬盘接近寿命", "middle", "每月查健康度，先备份再更换", "4 TB 硬盘 6 块", 60, 12),
    ("值班室线路私接", "low", "已告知用户并张贴提示", "", 90, 30),
)


def write_reports(world: World, rng: random.Random, *, end: datetime) -> None:
    """Reports for what the plans owed in the year, and the risk registers."""
    with scope(Scope.everything()), ledger.quiet():
        for of in world.contracts:
            writer = _writer(world, of)
            _hazards(of, writer, end)
            for one in _owed(of, end):
                _report(world, of, one, writer, rng, end)
        _correct(world, end)


def _writer(world: World, of: Contract) -> Person:
    there = (
        of.access.filter(role__in=("resident", "engineer"))
        .select_related("person")
        .order_by("-role", "pk")
        .first()
    )
    return there.person if there else world.people["engineer"][0]


def _hazards(of: Contract, writer: Person, end: datetime) -> None:
    for what, level, prevention, parts, ago, ended in HAZARDS:
        found = local_day(end) - timedelta(days=ago)
        facts = HazardFacts(what, level, prevention, parts, writer.pk, found + timedelta(days=45))
        made = actions.add_hazard(of.pk, facts, found_on=found, actor=writer, now=end - timedelta(days=ago))
        if ended is not None:
            at = end - timedelta(days=ended)
            actions.end_hazard(made.pk, ended_on=local_day(at), end="已整改并复查", actor=writer, now=at)


def _owed(of: Contract, end: datetime) -> Iterator[Obligation]:
    """The latest first, of each kind as many as are worth looking at."""
    rows = Obligation.objects.filter(
        contract=of, owe__in=owed_words(), by="provider", due_at__isnull=False, opens_at__lt=end,
        due_at__lt=end + timedelta(days=3),
    ).exclude(state__in=(State.WAIVED, State.CANCELLED, State.PARTIAL))  # fmt: skip
    seen: dict[str, int] = {}
    for one in rows.select_related("case", "person").order_by("-due_at", "-pk"):
        kind = kind_for(one.owe, one.kind)
        if kind is None or (kind.about and one.case_id is None):
            continue
        seen[kind.key] = seen.get(kind.key, 0) + 1
        if seen[kind.key] <= FEW.get(kind.every, 12) and sum(seen.values()) <= MOST:
            yield one


def _report(
    world: World, of: Contract, one: Obligation, writer: Person, rng: random.Random, end: datetime
) -> None:
    kind = kind_for(one.owe, one.kind)
    assert kind is not None and one.due_at is not None
    done = one.done_at if one.done_at is not None and one.done_at < end else None
    begun = max(one.opens_at, (done or min(one.due_at, end)) - timedelta(hours=20))
    begun = min(begun, end)
    first, last = days_of(kind, one, begun)
    wanted = Wanted(of.pk, kind.key, first, last, one.case_id if kind.about else None, one.pk)
    report = actions.draft_report(wanted, actor=writer, now=begun, silent=True)
    for section in report.sections:
        words = WORDS.get(section["key"])
        if words and not section["text"]["zh"] and (done or rng.random() < 0.5):
            report = actions.write_section(
                report.pk, section["key"], zh=words, en="", revision=report.revision, actor=writer, now=begun
            )
    if done is not None:
        _issue(world, report, rng, done, end)
    elif (
        all(report_says(report, section.key) for section in kind.sections if section.wanted)
        and rng.random() < 0.6
    ):
        actions.submit_report(report.pk, actor=writer, now=begun, silent=True)


def report_says(report: Report, key: str) -> bool:
    return any(part["key"] == key and part["text"]["zh"] for part in report.sections)


def _issue(world: World, report: Report, rng: random.Random, at: datetime, end: datetime) -> None:
    lead = world.people["project_manager"][0]
    actions.submit_report(report.pk, actor=report.writer, now=at, silent=True)
    actions.approve_report(report.pk, actor=lead, now=at)
    actions.issue_report(report.pk, actor=lead, now=at, silent=True)
    customer = world.customers[report.contract_id]
    read, answered = at + timedelta(hours=rng.randint(1, 30)), at + timedelta(hours=rng.randint(31, 90))
    if read < end and rng.random() < 0.95:
        actions.open_report(report.pk, actor=customer, now=read)
        if answered < end and rng.random() < 0.9:
            actions.confirm_report(report.pk, actor=customer, now=answered)


def _correct(world: World, end: datetime) -> None:
    """One report that the customer sent back, corrected a day later."""
    one = (
        Report.objects.filter(
            state="issued",
            confirmed_at=None,
            kind__in=[name for name, kind in KINDS.items() if not kind.about],
        )
        .filter(issued_at__lt=end - timedelta(days=3))
        .order_by("-issued_at", "pk")
        .first()
    )
    if one is None or one.issued_at is None:
        return
    lead, at = world.people["project_manager"][0], one.issued_at + timedelta(days=1)
    actions.ask_correction(
        one.pk, wish="东街路口的故障漏计一件，请核对。", actor=world.customers[one.contract_id], now=at
    )
    new = actions.correct_report(
        one.pk, reason="漏计东街路口故障一件，已补", actor=one.writer, now=at + timedelta(days=1)
    )
    later = at + timedelta(days=1, hours=3)
    actions.submit_report(new.pk, actor=one.writer, now=later, silent=True)
    actions.approve_report(new.pk, actor=lead, now=later)
    actions.issue_report(new.pk, actor=lead, now=later, silent=True)
