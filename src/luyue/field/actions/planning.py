"""Planning, moving and cancelling work orders. What is applied is exactly the plan that was shown."""

from datetime import datetime
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk import actions as desk
from luyue.desk import queries as cases
from luyue.domain import work_orders
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, StaleVersion
from luyue.field import planning, queries
from luyue.field.models import Companion, Entry, WorkOrder
from luyue.field.planning import Draft, Request


@transaction.atomic
def plan_order(
    request: Request, *, actor: Person | None, now: datetime, shown: str | None = None, at: datetime | None = None
) -> WorkOrder:  # fmt: skip
    """Carry out a plan: open or move the order, and tell the case whose it is and that somebody goes there.

    Args:
        shown: the digest of the plan that the person saw; None: he saw none and takes what comes (programs).
        at: when it was decided, if before `now`.
    Raises:
        NotFound, NotAllowed, BadInput; StaleVersion: the engineer's day or the order has changed since it was shown;
        Conflict: the plan has refusals.
    """
    if request.case_id is not None:
        cases.case(request.case_id)  # what one cannot see is not there, also for who may not plan
    require(actor, "plan_work_order")
    draft = planning.draft(request, now=now, lock=True)
    if draft.order is not None and request.version not in (None, draft.order.version):
        raise StaleVersion(subject="work_order", number=draft.order.number)
    if draft.planned.refusals:
        raise Conflict(subject="work_order", finding=draft.planned.refusals[0].code)
    if shown is not None and shown != draft.planned.digest:
        raise StaleVersion(subject="plan")
    happened = at or now
    acts = {step.act for step in draft.planned.steps}
    order = _open(draft, now) if draft.order is None else _move(draft)
    order.engineer = draft.engineer
    order.planned_from, order.planned_to = request.begin, request.end
    order.travel_minutes = draft.planned.way.minutes if draft.planned.way else None
    order.from_point_id = draft.planned.from_point.id if draft.planned.from_point else None
    order.tools, order.parts = _lines(request.tools), _lines(request.parts)
    if request.title.strip():
        order.title = request.title.strip()
    order.instructions = request.instructions.strip()
    order.save()
    _companions(order, draft)
    act = "plan" if "open_order" in acts else "replan"
    _record(order, act, actor, happened, now, _facts(order, draft))
    if draft.case is not None and acts & {"assign_case", "mark_onsite"}:
        owner = draft.engineer if "assign_case" in acts else None
        desk.triage_case(
            draft.case.pk, owner=owner, onsite=True if "mark_onsite" in acts else None, actor=actor, at=happened,
            now=now,
        )  # fmt: skip
    return order


def _open(draft: Draft, now: datetime) -> WorkOrder:
    case, request = draft.case, draft.request
    if case is None:
        assert request.subject is not None and request.contract_id is not None
        return WorkOrder(
            contract_id=request.contract_id,
            subject_kind=request.subject[0],
            subject_id=request.subject[1],
            site_id=request.site_id,
            kind=request.kind,
            follows_id=request.follows_id,
            created_at=now,
        )
    return WorkOrder(
        contract_id=case.contract_id,
        subject_kind="case",
        subject_id=case.pk,
        case=case,
        site=case.site,
        kind=request.kind,
        title=case.title,
        follows_id=request.follows_id,
        created_at=now,
    )


def _move(draft: Draft) -> WorkOrder:
    order = draft.order
    assert order is not None
    state = work_orders.state_after(order.kind, order.state, "replan")
    assert state is not None, "the plan would have refused"
    kept = order.engineer_id == draft.engineer.pk and order.state == "accepted"
    # Who has accepted, and is only asked to come at another time, need not accept again.
    order.state = order.state if kept else state
    if not kept:
        order.accepted_at = None
    order.kind = draft.request.kind
    order.version += 1
    return order


def _companions(order: WorkOrder, draft: Draft) -> None:
    wanted = {person.pk for person in draft.companions}
    known = set(Companion.objects.filter(order=order).values_list("person_id", flat=True))
    Companion.objects.filter(order=order, person_id__in=known - wanted).delete()
    Companion.objects.bulk_create(
        Companion(order=order, contract_id=order.contract_id, person_id=pk) for pk in sorted(wanted - known)
    )


def _lines(lines: Any) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _facts(order: WorkOrder, draft: Draft) -> dict[str, Any]:
    assert order.planned_from is not None and order.planned_to is not None
    return {
        "engineer": draft.engineer.pk,
        "engineer_name": draft.engineer.name,
        "from": order.planned_from.isoformat(),
        "to": order.planned_to.isoformat(),
        "warnings": [one.code for one in draft.planned.warnings],
    }


@transaction.atomic
def cancel_order(
    order_id: int, *, reason: str, actor: Person | None, at: datetime, now: datetime, version: int | None = None
) -> WorkOrder:  # fmt: skip
    """Call an order off before anybody is on site. Raises NotFound, NotAllowed, IllegalMove, StaleVersion, BadInput."""
    require(actor, "plan_work_order")
    order = queries.locked_order(order_id)
    if version not in (None, order.version):
        raise StaleVersion(subject="work_order", number=order.number)
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    state = work_orders.state_after(order.kind, order.state, "cancel")
    if state is None:
        raise IllegalMove(subject="work_order", state=order.state, act="cancel")
    order.state = state
    order.version += 1
    order.save(update_fields=["state", "version"])
    _record(order, "cancel", actor, at, now, {}, text=reason.strip()[: planning.LONGEST_TEXT])
    return order


def _record(
    order: WorkOrder, act: str, actor: Person | None, at: datetime, now: datetime, data: dict[str, Any], text: str = ""
) -> Entry:  # fmt: skip
    entry = Entry.objects.create(
        order=order, contract_id=order.contract_id, act=act, at=at, recorded_at=now, person=actor,
        person_name=actor.name if actor else "", text=text, data=data, late=work_orders.is_late(at, now),
    )  # fmt: skip
    note = {"note": text} if text else {}
    ledger.record(
        work_orders.EVENT_OF_ACT[act], contract_id=order.contract_id, subject=("work_order", order.pk), actor=actor,
        at=at, now=now, data={"case": order.case_id, "entry": entry.pk} | data | note,
    )  # fmt: skip
    return entry
