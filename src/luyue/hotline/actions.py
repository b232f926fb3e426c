"""Acts on calls, lines and backup contacts. Each is one transaction and one ledger event.

Planned changes of lines and contacts are in `changes`, files of call records in `records`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import queries as desk
from luyue.desk.models import Case
from luyue.domain import hotline as rules
from luyue.domain.instants import instant
from luyue.domain.refusals import AlreadyThere, BadInput, IllegalMove, NotAllowed
from luyue.hotline import queries
from luyue.hotline.models import Call, Contact, Line

LONGEST_WAIT = 3600
SKEW = timedelta(minutes=5)
EARLIEST = timedelta(days=3660)
# A caller who gets through within this time has settled his missed call himself.
SETTLED_WITHIN = timedelta(hours=24)


# ------------------------------------------------------------------------------------------- calls


@transaction.atomic
def record_call(
    *,
    number: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    answered: bool = True,
    line_id: int | None = None,
    contract_id: int | None = None,
    direction: str = "in",
    name: str = "",
    wait_seconds: int = 0,
    talk_seconds: int = 0,
    note: str = "",
) -> Call:
    """Enter one call by hand; `at`: its first ring. Without a contract, the number tells whose call it most likely is.

    Raises:
        NotAllowed, NotFound (line or contract out of scope). BadInput: number, started_at, contract, direction.
    """
    require(actor, "record_call")
    plain = rules.plain_number(number)
    if number.strip() and not plain:
        raise BadInput(field="number")
    if not number.strip() and not answered:
        raise BadInput(field="number", problem="missing")
    if direction not in Call.Direction.values:
        raise BadInput(field="direction")
    if at > now + SKEW or at < now - EARLIEST:
        raise BadInput(field="started_at", problem="future" if at > now else "too_old")
    if not 0 <= wait_seconds <= LONGEST_WAIT or not 0 <= talk_seconds <= rules.LONGEST_CALL:
        raise BadInput(field="wait_seconds" if wait_seconds > LONGEST_WAIT else "talk_seconds")
    found, heard = queries.whose(plain, now=now)
    line = queries.line(line_id) if line_id is not None else None
    owner = contract_id or (line.contract_id if line else None) or found
    if owner is not None:
        contracts.contract(owner)
    elif actor is not None and not actor.sees_all:
        # Behind the wall nobody could find it again.
        raise BadInput(field="contract", problem="missing")
    made = Call.objects.create(
        contract_id=owner, line=line, direction=direction, number=number.strip()[:30], plain=plain[:30],
        name=(name.strip() or heard)[:60], started_at=at, answered=answered, wait_seconds=wait_seconds,
        talk_seconds=talk_seconds if answered else 0, in_hours=_in_hours(line, at),
        taken_by=actor if answered else None,
        taker=actor.name if actor and answered else "", note=note.strip()[:2000], recorded_at=now,
    )  # fmt: skip
    _record("call.recorded", made, actor, at, now, number=made.number, line=line_id, answered=answered)
    settle(Call.objects.filter(plain=made.plain) if made.plain else Call.objects.none())
    return made


@transaction.atomic
def change_call(call_id: int, *, actor: Person | None, now: datetime, **changes: Any) -> Call:
    """Correct what was entered: contract_id, name, note, answered, line_id. The ledger keeps both values."""
    require(actor, "record_call")
    one = queries.call(call_id, lock=True)
    before: dict[str, list[object]] = {}
    if changes.get("contract_id") is not None:
        contracts.contract(changes["contract_id"])
    if changes.get("line_id") is not None:
        queries.line(changes["line_id"])
    for field, value in changes.items():
        if field not in ("contract_id", "name", "note", "answered", "line_id"):
            raise BadInput(field=field)
        old = getattr(one, field)
        new = value.strip() if isinstance(value, str) else value
        if new != old:
            before[field] = [old, new]
            setattr(one, field, new)
    if one.contract_id is None and actor is not None and not actor.sees_all:
        raise BadInput(field="contract", problem="missing")
    if before:
        line = queries.line(one.line_id) if one.line_id else None
        one.in_hours = _in_hours(line, one.started_at)
        one.save()
        _record("call.changed", one, actor, now, now, changes=before)
        settle(Call.objects.filter(plain=one.plain) if one.plain else Call.objects.none())
    return one


@transaction.atomic
def link_case(call_id: int, *, case_id: int, actor: Person | None, now: datetime) -> Call:
    """Say which case a call was about; it then belongs to the case's contract."""
    require(actor, "record_call")
    one = queries.call(call_id, lock=True)
    case: Case = desk.case(case_id)
    if one.case_id == case.pk:
        return one
    one.case, one.contract_id = case, case.contract_id
    one.name = one.name or case.reporter_name
    one.save(update_fields=["case", "contract", "name"])
    _record("call.linked", one, actor, now, now, case=case.pk)
    return one


@transaction.atomic
def assign_call_back(call_id: int, *, owner: Person, actor: Person | None, now: datetime) -> Call:
    """Say who calls back for a missed call."""
    require(actor, "record_call")
    one = _missed(call_id)
    if not owner.active or not owner.may("record_call"):
        raise BadInput(field="owner")
    one.back_by = owner
    one.save(update_fields=["back_by"])
    _record("call.back_assigned", one, actor, now, now, owner=owner.pk, owner_name=owner.name)
    return one


@transaction.atomic
def call_back(
    call_id: int, *, result: str, actor: Person | None, at: datetime, now: datetime, note: str = ""
) -> Call:
    """Record a call back for a missed call: reached, unreached (it stays open) or not needed (with a reason)."""
    require(actor, "record_call")
    one = _missed(call_id)
    if result not in Call.Back.values:
        raise BadInput(field="result")
    if result == "not_needed" and not note.strip():
        raise BadInput(field="note", problem="missing")
    if at > now + SKEW or at < one.started_at:
        raise BadInput(field="at", problem="future" if at > now else "before_call")
    one.back_result, one.back_at, one.back_note = result, at, note.strip()[:200]
    one.back_by = actor or one.back_by
    if result != "not_needed":
        one.back_tries = F("back_tries") + 1
    one.save(update_fields=["back_result", "back_at", "back_note", "back_by", "back_tries"])
    _record("call.called_back", one, actor, at, now, result=result, note=one.back_note)
    return queries.call(call_id)


def settle(among: QuerySet[Call]) -> int:
    """Mark missed calls whose caller got through, or was reached, soon after; returns how many."""
    later = (
        Call.objects.filter(
            plain=OuterRef("plain"), answered=True, started_at__gt=OuterRef("started_at"),
            started_at__lte=OuterRef("started_at") + SETTLED_WITHIN,
        )
        .order_by("started_at", "id")
        .values("id")[:1]
    )  # fmt: skip
    waiting = among.filter(queries.TO_CALL_BACK).exclude(plain="").annotate(through=Subquery(later))
    ids = dict(waiting.exclude(through=None).values_list("id", "through"))
    rows = list(Call.objects.filter(pk__in=ids).only("id"))
    for row in rows:
        row.settled_by_id = ids[row.pk]
    Call.objects.bulk_update(rows, ["settled_by"])
    return len(rows)


def _missed(call_id: int) -> Call:
    one = queries.call(call_id, lock=True)
    if not one.to_call_back:
        raise IllegalMove(subject="call", state=one.back_result or "answered", act="call_back")
    return one


def _in_hours(line: Line | None, at: datetime) -> bool:
    return line is None or rules.in_service(line.hours, instant(at))


# ------------------------------------------------------------------------------------------- lines


@transaction.atomic
def add_line(
    *,
    name: str,
    number: str,
    hours: Mapping[str, Any],
    actor: Person | None,
    now: datetime,
    contract_id: int | None = None,
    kind: str = "office",
    aliases: str = "",
    short_seconds: int = 0,
) -> Line:
    """Register a line; without a contract it serves all of them.

    Raises:
        NotAllowed, NotFound. BadInput: name, number, kind, hours. AlreadyThere: the number is registered.
    """
    require(actor, "manage_hotline")
    facts = line_facts(
        name=name, number=number, hours=hours, kind=kind, aliases=aliases, short_seconds=short_seconds
    )
    if contract_id is not None:
        contracts.contract(contract_id)
    elif actor is not None and not actor.sees_all:
        raise BadInput(field="contract", problem="missing")
    made = _save(Line(contract_id=contract_id, **facts))
    _record("line.added", made, actor, now, now, name=made.name, number=made.number)
    return made


@transaction.atomic
def correct_line(line_id: int, *, reason: str, actor: Person | None, now: datetime, **changes: Any) -> Line:
    """Put right what was entered wrongly, without a notice; its past calls are judged by the corrected hours.

    A real change of the number is planned instead, see `changes.plan_change`.
    """
    require(actor, "manage_hotline")
    one = queries.line(line_id, lock=True)
    _check_owner(one, actor)
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    now_is = {
        "name": one.name, "number": one.number, "hours": one.hours, "kind": one.kind,
        "aliases": ", ".join(one.aliases), "short_seconds": one.short_seconds,
    }  # fmt: skip
    active = changes.pop("active", one.active)
    facts = line_facts(**now_is | changes)
    before = {
        field: [getattr(one, field), value] for field, value in facts.items() if getattr(one, field) != value
    }
    if active != one.active:
        before["active"] = [one.active, active]
    for field, (_old, new) in before.items():
        setattr(one, field, new)
    if before:
        _save(one)
        if "hours" in before:
            judge_again(one)
        _record("line.corrected", one, actor, now, now, changes=before, reason=reason.strip()[:200])
    return one


def line_facts(
    *, name: str, number: str, hours: Mapping[str, Any], kind: str, aliases: str, short_seconds: int
) -> dict[str, Any]:
    """The columns of a line, checked. Raises BadInput."""
    if not name.strip():
        raise BadInput(field="name", problem="missing")
    plain = rules.plain_number(number)
    if not plain:
        raise BadInput(field="number")
    if kind not in Line.Kind.values:
        raise BadInput(field="kind")
    if not 0 <= short_seconds <= 120:
        raise BadInput(field="short_seconds", limit=120)
    rules.check_hours(hours)
    others = [word.strip() for word in aliases.replace("，", ",").split(",") if word.strip()]
    words = sorted({rules.line_word(word) for word in others})
    return {
        "name": name.strip()[:60], "number": number.strip()[:30], "plain": plain[:30], "hours": dict(hours),
        "kind": kind, "aliases": words[:20], "short_seconds": short_seconds,
    }  # fmt: skip


def judge_again(line: Line) -> int:
    """Read the line's past calls by its hours of now; returns how many are seen differently."""
    changed = []
    for one in Call.objects.filter(line=line).only("id", "started_at", "in_hours").iterator():
        if (fits := _in_hours(line, one.started_at)) != one.in_hours:
            one.in_hours = fits
            changed.append(one)
    Call.objects.bulk_update(changed, ["in_hours"], batch_size=1000)
    return len(changed)


@transaction.atomic
def fail_line(line_id: int, *, actor: Person | None, at: datetime, now: datetime, note: str = "") -> Line:
    """The line is out of order: the backup contacts stand in, and everybody concerned is told by a job."""
    require(actor, "record_call")
    one = queries.line(line_id, lock=True)
    _check_owner(one, actor)
    if one.failed_since is not None:
        raise IllegalMove(subject="line", state="failed", act="fail")
    if at > now + SKEW:
        raise BadInput(field="at", problem="future")
    one.failed_since, one.failed_note = at, note.strip()[:200]
    one.save(update_fields=["failed_since", "failed_note"])
    _record("hotline.failed", one, actor, at, now, note=one.failed_note)
    return one


@transaction.atomic
def restore_line(line_id: int, *, actor: Person | None, at: datetime, now: datetime) -> Line:
    """The line works again."""
    require(actor, "record_call")
    one = queries.line(line_id, lock=True)
    _check_owner(one, actor)
    if one.failed_since is None:
        raise IllegalMove(subject="line", state="working", act="restore")
    if at > now + SKEW or at < one.failed_since:
        raise BadInput(field="at", problem="future" if at > now else "order")
    minutes = int((at - one.failed_since).total_seconds()) // 60
    one.failed_since, one.failed_note = None, ""
    one.save(update_fields=["failed_since", "failed_note"])
    _record("hotline.restored", one, actor, at, now, minutes=minutes)
    return one


def _save(line: Line) -> Line:
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise AlreadyThere(subject="line", field="number") from error
    return line


def _check_owner(line: Line, actor: Person | None) -> None:
    """A line of all contracts is the business of those who see all."""
    if line.contract_id is None and actor is not None and not actor.sees_all:
        raise NotAllowed(act="manage_hotline")


# ------------------------------------------------------------------------------------------- contacts


@transaction.atomic
def add_contact(
    contract_id: int,
    *,
    region: str,
    name: str,
    phone: str,
    actor: Person | None,
    now: datetime,
    position: int | None = None,
    duty: str = "",
) -> Contact:
    """Enter a backup contact that the customer knows of already. A new one is planned, see `changes.plan_change`."""
    require(actor, "manage_hotline")
    contract = contracts.contract(contract_id)
    facts = contact_facts(region=region, name=name, phone=phone, position=position or 1, duty=duty)
    if position is None:
        last = Contact.objects.filter(contract=contract, region=facts["region"], active=True).last()
        facts["position"] = last.position + 1 if last else 1
    made = Contact.objects.create(contract=contract, **facts)
    ledger.record(
        "contact.added", contract_id=contract.pk, subject=("contact", made.pk), actor=actor, at=now, now=now,
        data={"region": made.region, "name": made.name, "position": made.position},
    )  # fmt: skip
    return made


@transaction.atomic
def correct_contact(
    contact_id: int, *, reason: str, actor: Person | None, now: datetime, **changes: Any
) -> Contact:
    """Put right what was entered wrongly, without a notice."""
    require(actor, "manage_hotline")
    one = queries.contact(contact_id, lock=True)
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    names = ("region", "name", "phone", "position", "duty")
    facts = contact_facts(**{field: getattr(one, field) for field in names} | changes)
    before = {
        field: [getattr(one, field), value] for field, value in facts.items() if getattr(one, field) != value
    }
    for field, value in facts.items():
        setattr(one, field, value)
    if before:
        one.save()
        ledger.record(
            "contact.corrected", contract_id=one.contract_id, subject=("contact", one.pk), actor=actor, at=now,
            now=now, data={"changes": before, "reason": reason.strip()[:200]},
        )  # fmt: skip
    return one


@transaction.atomic
def remove_contact(contact_id: int, *, reason: str, actor: Person | None, now: datetime) -> Contact:
    """Take off a contact that should never have stood there."""
    require(actor, "manage_hotline")
    one = queries.contact(contact_id, lock=True)
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    one.active = False
    one.save(update_fields=["active"])
    ledger.record(
        "contact.removed", contract_id=one.contract_id, subject=("contact", one.pk), actor=actor, at=now, now=now,
        data={"name": one.name, "region": one.region, "reason": reason.strip()[:200]},
    )  # fmt: skip
    return one


def contact_facts(*, region: str, name: str, phone: str, position: int, duty: str = "") -> dict[str, Any]:
    """The columns of a contact, checked. Raises BadInput."""
    for field, value in (("region", region), ("name", name)):
        if not value.strip():
            raise BadInput(field=field, problem="missing")
    if len(rules.plain_number(phone)) < 3:
        raise BadInput(field="phone")
    if not 1 <= position <= 99:
        raise BadInput(field="position", limit=99)
    return {
        "region": region.strip()[:60], "name": name.strip()[:60], "phone": phone.strip()[:30], "position": position,
        "duty": duty.strip()[:60],
    }  # fmt: skip


def _record(
    kind: str, one: Call | Line, actor: Person | None, at: datetime, now: datetime, **data: Any
) -> None:
    subject = ("call" if isinstance(one, Call) else "line", one.pk)
    ledger.record(
        kind, contract_id=one.contract_id, subject=subject, actor=actor, at=min(at, now), now=now, data=data
    )
