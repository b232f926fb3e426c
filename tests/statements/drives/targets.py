"""Targets: a case that the promise applies to, with its act in time, or with nothing done until it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from luyue.desk import actions as desk
from luyue.desk import alarms, flows
from luyue.desk.models import Case, Clock
from luyue.domain.plan.model import Target
from tests import factories
from tests.statements.drives.world import NOW, Driven, World

MINUTE = timedelta(minutes=1)
# What the desk calls the way that a plan calls otherwise, if at all.
CHANNELS = {"any": "hotline", "desk": "hotline"}

Act = Callable[..., Case]


def _resolve(case_id: int, **who: Any) -> Case:
    return desk.resolve_case(case_id, cause="接头松动", fix="重新压接", **who)


STARTS: dict[str, Act] = {
    "understood": desk.understand_case, "responded": desk.respond_case, "arrived": desk.arrive, "resolved": _resolve,
    "repair_sent": desk.send_repair, "part_ordered": desk.order_part,
}  # fmt: skip
STOPS: dict[str, Act] = {
    "respond": desk.respond_case, "remote": desk.start_remote, "plan": desk.give_plan, "depart": desk.depart,
    "arrive": desk.arrive, "restore": desk.restore_case, "resolve": _resolve, "replace": desk.replace_device,
    "loan": desk.lend_device, "emergency_plan": desk.give_emergency_plan, "report": desk.hand_over_report,
    "call_back": desk.call_back, "repair_return": desk.return_repair, "part_delivery": desk.deliver_part,
}  # fmt: skip


def _begun(world: World, target: Target) -> tuple[Case, datetime]:
    """A case on which the target's clock runs, and the moment of the last act on it."""
    when, plan = target.when, world.plan
    levels = when.severity or tuple(level.id for level in plan.severities[-1:])
    channel = when.channel or "hotline"
    case = factories.case(
        world.contract, NOW, kind=(when.kind or ("fault",))[0], severity=levels[0] if levels else "",
        channel=CHANNELS.get(channel, channel),
    )  # fmt: skip
    at = NOW

    def step(act: Act, **facts: Any) -> None:
        nonlocal at
        at += MINUTE
        act(case.pk, actor=None, at=at, now=at, **facts)

    if when.onsite is not None:
        step(desk.triage_case, onsite=when.onsite)
    if when.remote_failed:
        step(desk.fail_remote)
    if when.under_repair and target.start != "repair_sent":
        step(desk.send_repair)
    if target.start == "promised":
        step(desk.promise_call_back, until=NOW + timedelta(hours=2))
    elif target.start in STARTS:
        step(STARTS[target.start])
    return case, at


def _running(case: Case, target: Target, at: datetime) -> tuple[Clock, datetime]:
    """Its clock, once it has begun, and the moment then: what waits for "not solved within …" begins when the sweep
    sees that."""
    clock = Clock.objects.get(case=case, promise=target.id)
    if clock.due_at is None and clock.waits_until is not None:
        at = clock.waits_until + MINUTE
        alarms.sweep(at, by_mail=False)
        clock.refresh_from_db()
    assert clock.due_at is not None, f"{target.id} does not run: {clock.state}"
    return clock, at


def _delivered(case: Case, at: datetime) -> datetime:
    """A requirement is resolved by being delivered, for which its flow wants a date and a beginning first."""
    sheets: dict[str, dict[str, Any]] = {
        "agree_date": {
            "content": "加一个按派出所的统计",
            "until": int((at + timedelta(days=9)).timestamp()),
            "agreed_by": "王处",
        },
        "start_development": {},
        "deliver": {"fix": "统计已加"},
    }
    for step, sheet in sheets.items():
        at += MINUTE
        flows.take_step(case.pk, step=step, sheet=sheet, actor=None, at=at, now=at)
    return at


def met(world: World, target: Target) -> Driven:
    case, at = _begun(world, target)
    clock, at = _running(case, target, at)
    if case.kind == "requirement":
        at = _delivered(case, at)
    else:
        at += MINUTE
        STOPS[target.metric[0]](case.pk, actor=None, at=at, now=at)
    clock.refresh_from_db()
    assert clock.due_at is not None and clock.stopped_at == at
    return Driven(clock.due_at, at, clock.pk)


def missed(world: World, target: Target) -> Driven:
    case, at = _begun(world, target)
    clock, _at = _running(case, target, at)
    assert clock.due_at is not None
    over = clock.due_at + MINUTE
    alarms.sweep(over, by_mail=False)
    clock.refresh_from_db()
    assert clock.state == "breached" and clock.alarms.filter(kind="breach").exists(), "nobody was told"
    return Driven(clock.due_at, over, clock.pk)
