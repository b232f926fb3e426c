"""Each entitlement of the five plans that executes, driven through the real acts to kept and to broken."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import transaction

from luyue.contracts.models import Contract
from luyue.contracts.plans import shipped_plans
from luyue.contracts.queries import local_day
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.domain.entitlements import (
    KINDS,
    TWO_CHANNELS,
    Family,
    by_topic,
    family_of,
    promised_charges,
)
from luyue.domain.plan.execution import executable
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Entitlement
from luyue.domain.statement import Key, Outcome, Period, quarter_of
from luyue.entitlements import actions
from luyue.entitlements.ground import Rights
from luyue.entitlements.models import Use
from luyue.statements import entitlements
from tests import factories
from tests.entitlements.conftest import contract_for, morning

PROMISES = [
    (plan, one)
    for plan, path in shipped_plans().items()
    for one in load_plan(path.read_bytes()).plan.entitlements
    if executable(one).status == "runs"
]
# What can be driven under one and the same contract.
GROUPS: dict[tuple[str, str, str], list[Entitlement]] = {}
for _plan, _one in PROMISES:
    GROUPS.setdefault((_plan, _one.when.grade or "", _one.when.option or ""), []).append(_one)
_serials = count(1)


def test_all_150_run():
    assert len(PROMISES) == 150


def closed(of: Contract, one: Entitlement, at: datetime, device: Device | None = None) -> Case:
    """A case of the kind that uses the entitlement, reported by its channel and closed."""
    kinds = one.when.kind or sorted(by_topic(KINDS, one.topic) or {"fault"}, key=lambda kind: kind != "fault")
    channel = {"email": "email", "online": "portal", "emergency": "emergency"}.get(
        one.channel or "", "hotline"
    )
    if one.topic in TWO_CHANNELS:
        channel = "email"
    running = Rights(of).running(of.starts_on)
    assert running is not None
    levels = one.when.severity or tuple(level.id for level in running.plan.severities[-1:])
    severity = levels[0] if levels else ""
    case = factories.case(of, at, kind=kinds[0], channel=channel, severity=severity, device=device)
    facts = {
        "onsite": one.channel == "onsite" or bool(one.when.onsite),
        "in_scope": one.when.in_scope is not False,
    }
    # What has its own way to be closed is not what is looked at here.
    Case.objects.filter(pk=case.pk).update(
        **facts, state="closed", resolved_at=at + timedelta(hours=2), closed_at=at + timedelta(hours=3)
    )
    case.refresh_from_db()
    actions.follow_cases(of, [case], now=at + timedelta(hours=3))
    return case


def use_of(of: Contract, one: Entitlement, **facts: object) -> Use:
    return Use.objects.get(contract=of, promise=one.id, **facts)


def bring_up(of: Contract, one: Entitlement, at: datetime) -> tuple[Use, Case | None]:
    """A use of the entitlement as it comes about."""
    match family_of(one):
        case Family.CHARGES | Family.SUPPORT:
            case = closed(of, one, at)
            return use_of(of, one, case=case), case
        case Family.STANDING:
            first = quarter_of(local_day(at)).first
            actions.open_reviews(of, first, now=at)
            return use_of(of, one, key=f"quarter:{first}"), None
        case Family.DEVICES:
            device = Device.objects.create(
                contract=of, kind="camera", name="枪机", serial=f"S{next(_serials)}"
            )
            if one.faults is not None or (one.in_months is not None and one.charges is not None):
                closed(of, one, at, device)
                again = closed(of, one, at + timedelta(days=5), device)
                return use_of(of, one, case=again), again
            if one.topic == "warranty.extension":
                case = closed(of, one, at, device)
                return use_of(of, one, case=case), case
            if one.topic in ("parts_disposal", "media.confidential"):
                case = closed(of, one, at, device)
                actions.record_charge(
                    case.pk, actions.Charged(parts_removed=True, media_removed=True), actor=None, now=at
                )
                return use_of(of, one, case=case), case
    made = actions.claim(of.pk, one.id, what="请办理", by="王处", actor=None, at=at, now=at)
    return made, None


def finish(one: Use, at: datetime) -> None:
    if one.waiting:
        actions.done(one.pk, evidence="新序列号 SN-1，客户签收单", actor=None, at=at, now=at)


def destroy(of: Contract, promise: Entitlement, one: Use, case: Case | None, at: datetime) -> None:
    """Break it as it would be broken: too much was charged, a claim was refused, else somebody found a breach."""
    if one.waiting and one.origin in ("claim", "device"):
        actions.refuse(one.pk, reason="库房没有", actor=None, now=at)
        return
    dear = {item for item, most in promised_charges(promise).items() if most in ("free", "cost")}
    if case is not None and dear:
        items = dict.fromkeys(dear, "charged")
        actions.record_charge(case.pk, actions.Charged(amount=Decimal(300), **items), actor=None, now=at)
        return
    actions.record_breach(
        of.pk, promise.id, what="客户投诉没做到", case_id=case.pk if case else None, source="complaint", actor=None,
        at=one.happened_at, now=at,
    )  # fmt: skip


def counted(of: Contract, promise: Entitlement, one: Use) -> Outcome:
    """What the statement of the day on which the use counts says of it."""
    day = local_day(one.counts_at)
    statement = entitlements.statement_of(of.pk, Period(day, day), now=one.counts_at)
    row = next(row for row in statement.rows if row.key == Key(one.plan_version_id, promise.id))
    found = {name for name in Outcome if getattr(row.counts, str(name))}
    assert len(found) == 1, row.counts
    return found.pop()


def kept(of: Contract, promise: Entitlement, at: datetime) -> None:
    good, _case = bring_up(of, promise, at)
    # A quarter is looked at when it is over.
    finish(good, good.counts_at + timedelta(days=2) if good.origin == "review" else at + timedelta(days=6))
    good.refresh_from_db()
    assert good.state == "kept"
    assert counted(of, promise, good) is Outcome.KEPT


def broken(of: Contract, promise: Entitlement, at: datetime) -> None:
    bad, case = bring_up(of, promise, at)
    destroy(of, promise, bad, case, at + timedelta(days=6))
    (row,) = Use.objects.filter(contract=of, promise=promise.id, state="broken")
    assert counted(of, promise, row) is Outcome.MISSED


@pytest.mark.parametrize("group", GROUPS, ids="-".join)
def test_kept_and_broken(everything, group):
    """Every entitlement of a plan both ways, each time on the untouched contract: what was done is undone after it."""
    of = contract_for(*group)
    wrong = {}
    for promise in GROUPS[group]:
        at = morning(of, promise)
        for drive in (kept, broken):
            before = transaction.savepoint()
            try:
                drive(of, promise, at)
            except Exception as fault:  # noqa: BLE001 - all that fail are named, not the first alone
                wrong[f"{promise.id} {drive.__name__}"] = repr(fault)[:300]
            transaction.savepoint_rollback(before)
    assert not wrong


def test_a_claim_not_met_in_time_is_missed_and_told(video, lead, everything):
    at = factories.NOW
    made = actions.claim(video.pk, "raw-data-given", what="请给故障数据", actor=None, at=at, now=at)
    assert made.due_at is not None
    assert actions.sweep(made.due_at + timedelta(minutes=1)) == 1
    made.refresh_from_db()
    assert made.state == "missed"
    later = made.due_at + timedelta(days=1)
    actions.done(made.pk, evidence="光盘一张", actor=lead, at=later, now=later)
    made.refresh_from_db()
    assert made.state == "late"


def test_closing_a_case_in_the_desk_uses_what_it_may(video, everything):
    case = factories.case(video, factories.NOW, severity="fault", kind="fault")
    at = factories.NOW + timedelta(hours=1)
    desk.resolve_case(case.pk, actor=None, at=at, now=at, cause="断电", fix="恢复供电")
    made = desk.close_case(case.pk, actor=None, at=at, now=at)
    actions.follow_cases(video, [made], now=at)
    number = Use.objects.filter(case=case).count()
    assert number
    assert not actions.follow_cases(video, [made], now=at), "a second look writes nothing twice"
    assert Use.objects.filter(case=case).count() == number
