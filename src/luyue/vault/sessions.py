"""Acts on remote sessions (X-3): asked for, agreed to by the customer, started, ended with what was done."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk import actions as desk_actions
from luyue.desk import queries as desk
from luyue.devices.models import Device
from luyue.domain.refusals import BadInput, IllegalMove, Refusal
from luyue.domain.vault import session_after
from luyue.files import actions as files
from luyue.files.models import Attachment
from luyue.vault import queries
from luyue.vault.models import Session

SKEW = timedelta(minutes=5)
KINDS = ("screenshot", "recording", "document")


@transaction.atomic
def ask_session(
    case_id: int,
    *,
    purpose: str,
    tool: str,
    planned_at: datetime,
    planned_minutes: int,
    actor: Person,
    now: datetime,
    device: Device | None = None,
    target: str = "",
    engineer: Person | None = None,
) -> Session:
    """Ask the customer for remote work on a case.

    Raises:
        NotAllowed, NotFound. BadInput: purpose, tool, planned_at, planned_minutes, device. IllegalMove: case is closed.
    """
    require(actor, "work_case")
    case = desk.case(case_id)
    if not case.is_open:
        raise IllegalMove(subject="case", state=case.state, act="ask_session")
    if not purpose.strip():
        raise BadInput(field="purpose", problem="missing")
    if tool not in Session.Tool.values:
        raise BadInput(field="tool")
    if planned_at < now - timedelta(hours=1):
        raise BadInput(field="planned_at", problem="past")
    if not 1 <= planned_minutes <= 1440:
        raise BadInput(field="planned_minutes", limit=1440)
    if device is not None and device.contract_id != case.contract_id:
        raise BadInput(field="device")
    made = Session.objects.create(
        contract_id=case.contract_id, case=case, engineer=engineer or actor, purpose=purpose.strip()[:300], tool=tool,
        device=device, target=target.strip()[:120], planned_at=planned_at, planned_minutes=planned_minutes,
        asked_at=now,
    )  # fmt: skip
    _record(
        "session.asked",
        made,
        actor,
        now,
        case=case.pk,
        purpose=made.purpose,
        tool=tool,
        device=made.device_id,
    )
    return made


@transaction.atomic
def approve_session(
    session_id: int, *, actor: Person, now: datetime, answered_by: str = "", how: str = "", note: str = ""
) -> Session:
    """The customer agrees: himself, or somebody notes who agreed, how, and what proves it."""
    one, after = _take(session_id, "approve", actor, "answer_session")
    _answer(one, actor, answered_by, how, note)
    one.state, one.answered_at = after, now
    one.save()
    _record(
        "session.approved",
        one,
        actor,
        now,
        case=one.case_id,
        answered_by=one.answered_by,
        how=one.answered_how,
        note=one.answer_note,
    )
    return one


@transaction.atomic
def refuse_session(
    session_id: int, *, actor: Person, now: datetime, answered_by: str = "", how: str = "", note: str = ""
) -> Session:
    """The customer does not agree; the session never starts."""
    one, after = _take(session_id, "refuse", actor, "answer_session")
    _answer(one, actor, answered_by, how, note)
    one.state, one.answered_at = after, now
    one.save()
    _record(
        "session.refused",
        one,
        actor,
        now,
        answered_by=one.answered_by,
        how=one.answered_how,
        note=one.answer_note,
    )
    return one


def _answer(one: Session, actor: Person, answered_by: str, how: str, note: str) -> None:
    if actor.role == "customer":
        answered_by, how = actor.name, "portal"
    elif not answered_by.strip():
        raise BadInput(field="answered_by", problem="missing")
    elif how not in Session.How.values or how == "portal":
        raise BadInput(field="how", problem="missing")
    elif not note.strip():
        raise BadInput(field="answer_note", problem="missing")
    one.answered_by, one.answered_how, one.answer_note = answered_by.strip()[:60], how, note.strip()[:200]


@transaction.atomic
def withdraw_session(session_id: int, *, actor: Person, now: datetime) -> Session:
    """It is not needed after all."""
    one, after = _take(session_id, "withdraw", actor, "work_case")
    one.state = after
    one.save(update_fields=["state"])
    _record("session.withdrawn", one, actor, now)
    return one


@transaction.atomic
def start_session(session_id: int, *, actor: Person, at: datetime, now: datetime) -> Session:
    """Remote work begins; the case's remote help begins with it, unless it has begun before."""
    one, after = _take(session_id, "start", actor, "work_case")
    one.state = after
    if at > now + SKEW:
        raise BadInput(field="at", problem="future")
    if one.answered_at is not None and at < one.answered_at:
        raise BadInput(field="at", problem="order")
    one.started_at = at
    one.save(update_fields=["state", "started_at"])
    _record("session.started", one, actor, now, at=at, case=one.case_id)
    desk_actions.start_remote(one.case_id, actor=actor, at=at, now=now, note=f"{one.number} {one.purpose}")
    return one


@transaction.atomic
def end_session(
    session_id: int, *, done: str, solved: bool, actor: Person, at: datetime, now: datetime
) -> Session:
    """Remote work is over: what was done, and whether it helped. If it did not, the case goes on without it."""
    one, after = _take(session_id, "end", actor, "work_case")
    one.state = after
    if not done.strip():
        raise BadInput(field="done", problem="missing")
    if at > now + SKEW or (one.started_at is not None and at < one.started_at):
        raise BadInput(field="at", problem="future" if at > now else "order")
    one.ended_at, one.done, one.solved = at, done.strip()[:10_000], solved
    one.save(update_fields=["state", "ended_at", "done", "solved"])
    minutes = int((at - one.started_at).total_seconds()) // 60 if one.started_at else 0
    _record("session.ended", one, actor, now, at=at, solved=solved, minutes=minutes)
    if not solved:
        # The case may have been solved or closed meanwhile; what was done remotely stays on record here all the same.
        with suppress(Refusal), transaction.atomic():
            desk_actions.fail_remote(
                one.case_id, actor=actor, at=at, now=now, note=f"{one.number} {one.done[:200]}"
            )
    return one


@transaction.atomic
def attach(
    session_id: int, *, content: bytes, name: str, kind: str, actor: Person, now: datetime
) -> Attachment:
    """Add a screenshot or a recording of the session."""
    require(actor, "work_case")
    one = queries.session(session_id)
    if one.state not in ("running", "ended"):
        raise IllegalMove(subject="session", state=one.state, act="attach")
    if kind not in KINDS:
        raise BadInput(field="kind")
    return files.attach(
        content,
        name=name,
        kind=kind,
        subject=("session", one.pk),
        contract_id=one.contract_id,
        actor=actor,
        now=now,
    )


def _take(session_id: int, act: str, actor: Person, right: str) -> tuple[Session, str]:
    """Lock the session and check the act. Raises NotFound, NotAllowed, IllegalMove."""
    one = queries.session(session_id, lock=True)
    require(actor, right)
    after = session_after(one.state, act)
    if after is None:
        raise IllegalMove(subject="session", state=one.state, act=act)
    return one, after


def _record(
    kind: str, one: Session, actor: Person, now: datetime, *, at: datetime | None = None, **data: Any
) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=("session", one.pk), actor=actor, at=min(at or now, now), now=now,
        data=data,
    )  # fmt: skip
