"""Entitlements: a closed case, a claim or a quarter uses each; it is met, or broken as it would be broken."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from luyue.contracts.queries import ZONE, local_day
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.devices import actions as devices
from luyue.devices.models import Device
from luyue.domain.entitlements import (
    KINDS,
    TWO_CHANNELS,
    Family,
    by_topic,
    family_of,
    holds_on,
    promised_charges,
)
from luyue.domain.plan.model import Entitlement
from luyue.domain.statement import quarter_of
from luyue.entitlements import actions
from luyue.entitlements.ground import Rights
from luyue.entitlements.models import Use
from tests.statements.drives.happenings import PROOFS, Story
from tests.statements.drives.world import START, Driven, World

CHANNELS = {"email": "email", "online": "portal", "emergency": "emergency"}
_serials = count(1)


def _morning(world: World, one: Entitlement) -> datetime:
    """Ten o'clock on the first Tuesday of the service, or after it, on which the entitlement holds."""
    rights = Rights(world.contract)
    running = rights.running(START)
    assert running is not None
    ground = rights.ground(running)
    tuesday = START + timedelta(days=(1 - START.weekday()) % 7)
    for number in range(52 * 12):
        day = tuesday + timedelta(weeks=number)
        if holds_on(one, ground, day):
            return datetime(day.year, day.month, day.day, 10, tzinfo=ZONE)
    raise AssertionError(f"{one.id} never holds")


def _closed(world: World, one: Entitlement, at: datetime, device: Device | None = None) -> Case:
    """A case of the kind that uses the entitlement, come in by its channel, and closed by its own way."""
    kinds = one.when.kind or sorted(
        by_topic(KINDS, one.topic) or {"fault"}, key=lambda kind: (kind != "fault", kind)
    )
    story = Story(world, at)
    levels = one.when.severity or tuple(level.id for level in world.plan.severities[-1:])
    story.case = desk.report_case(
        world.contract.pk, title="东门黑屏", description="夜间黑屏", kind=kinds[0],
        severity=levels[0] if levels else "",
        channel="email" if one.topic in TWO_CHANNELS else CHANNELS.get(one.channel or "", "hotline"), device=device,
        actor=None, at=at, now=at,
    )  # fmt: skip
    facts: dict[str, object] = {"onsite": one.channel == "onsite" or bool(one.when.onsite)}
    if one.when.in_scope is False:
        facts |= {"in_scope": False, "scope_reason": "合同外设备"}
    story.desk(desk.triage_case, **facts)
    match kinds[0]:
        case "defect":
            PROOFS["repair.software"](story)
            PROOFS["answer.defect"](story)
        case "requirement":
            story.step(
                "agree_date", content="加统计", until=int(story.at.timestamp()) + 9 * 86400, agreed_by="王处"
            )
            story.step("start_development").step("deliver", fix="统计已加")
            story.step("accept", confirmed_by="王处")
        case "complaint":
            PROOFS["complaint.solved"](story)
        case "extraction":
            PROOFS["support.extraction"](story)
        case "integration" | "cover":
            PROOFS["integration.support" if kinds[0] == "integration" else "cover.task"](story)
        case _:
            story.resolve()
    if kinds[0] != "requirement":  # accepted, it is closed
        story.desk(desk.close_case)
    case = Case.objects.select_related("device").get(pk=story.case.pk)
    actions.follow_cases(world.contract, [case], now=story.at)
    return case


def _use(world: World, one: Entitlement, **facts: object) -> Use:
    return Use.objects.get(contract=world.contract, promise=one.id, **facts)


def _brought_up(world: World, one: Entitlement, at: datetime) -> tuple[Use, Case | None]:
    """A use of the entitlement, as it comes about."""
    match family_of(one):
        case Family.CHARGES | Family.SUPPORT:
            case = _closed(world, one, at)
            return _use(world, one, case=case), case
        case Family.STANDING:
            first = quarter_of(local_day(at)).first
            actions.open_reviews(world.contract, first, now=at)
            return _use(world, one, key=f"quarter:{first}"), None
        case Family.DEVICES:
            if (case := _of_device(world, one, at)) is not None:
                return _use(world, one, case=case), case
    return actions.claim(world.contract.pk, one.id, what="请办理", by="王处", actor=None, at=at, now=at), None


def _of_device(world: World, one: Entitlement, at: datetime) -> Case | None:
    """The fault of a device that gives the right by itself; None where the customer has to ask for it."""
    repeated = one.faults is not None or (one.in_months is not None and one.charges is not None)
    if not repeated and one.topic not in ("warranty.extension", "parts_disposal", "media.confidential"):
        return None
    device = devices.add_device(
        world.contract.pk, kind="camera", name="枪机", serial=f"E{next(_serials)}", actor=None, now=at
    )
    case = _closed(world, one, at, device)
    if repeated:
        return _closed(world, one, at + timedelta(days=5), device)
    if one.topic != "warranty.extension":
        later = at + timedelta(hours=1)
        charged = actions.Charged(parts_removed=True, media_removed=True)
        actions.record_charge(case.pk, charged, actor=None, now=later)
    return case


def _driven(one: Use, now: datetime) -> Driven:
    one.refresh_from_db()
    return Driven(one.counts_at, max(now, one.counts_at), one.pk)


def met(world: World, one: Entitlement) -> Driven:
    at = _morning(world, one)
    use, _case = _brought_up(world, one, at)
    now = at + timedelta(days=6)
    if use.origin == "review":
        now = _after_quarter(local_day(at))
    if use.waiting:
        actions.done(use.pk, evidence="新序列号 SN-1，客户签收单", actor=None, at=now, now=now)
    return _driven(use, now)


def _after_quarter(day: date) -> datetime:
    after = quarter_of(day).last + timedelta(days=1)
    return datetime(after.year, after.month, after.day, 9, tzinfo=ZONE)


def missed(world: World, one: Entitlement) -> Driven:
    """Too much was charged, a claim was refused, else somebody found a breach."""
    at = _morning(world, one)
    use, case = _brought_up(world, one, at)
    now = at + timedelta(days=6)
    if use.waiting and use.origin in ("claim", "device"):
        actions.refuse(use.pk, reason="库房没有", actor=None, now=now)
        return _driven(use, now)
    dear = {item for item, most in promised_charges(one).items() if most in ("free", "cost")}
    if case is not None and dear:
        items = dict.fromkeys(dear, "charged")
        actions.record_charge(case.pk, actions.Charged(amount=Decimal(300), **items), actor=None, now=now)
        return _driven(use, now)
    actions.record_breach(
        world.contract.pk, one.id, what="客户投诉没做到", case_id=case.pk if case else None, source="complaint",
        actor=None, at=use.happened_at, now=now,
    )  # fmt: skip
    broken = Use.objects.get(contract=world.contract, promise=one.id, state="broken")
    return _driven(broken, now)
