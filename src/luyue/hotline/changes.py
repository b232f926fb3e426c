"""Planned changes of lines and of backup contacts (D-7): told in time, agreed to by the customer, then in force.

A notice that comes too late is possible with a reason only, and is then counted as a broken promise. Nothing changes
before the customer has agreed, where his plan asks for that; the day alone does not do it.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.domain import hotline as rules
from luyue.domain.plan.spans import Span
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.hotline import actions, queries
from luyue.hotline.models import Change, Contact, Line


@transaction.atomic
def plan_change(
    *,
    act: str,
    effective_on: date,
    after: Mapping[str, Any],
    actor: Person | None,
    now: datetime,
    contract_id: int | None = None,
    line_id: int | None = None,
    contact_id: int | None = None,
    reason: str = "",
) -> Sequence[Change]:
    """Plan a change of a line, or of a contact (with `contract_id` and no other id: a new contact). Nobody is told yet.

    Args:
        after: what differs: number, name, hours of a line; region, name, phone, position, duty of a contact.
    Returns:
        One change for each contract that has to be told: one, or for a line of all contracts every running one.
    Raises:
        NotAllowed, NotFound. BadInput: effective_on (before today), after, a field of it.
    """
    require(actor, "manage_hotline")
    if act not in Change.Act.values:
        raise BadInput(field="act")
    today = local_day(now)
    if effective_on < today:
        raise BadInput(field="effective_on", problem="past")
    if line_id is not None:
        line = queries.line(line_id, lock=True)
        actions._check_owner(line, actor)
        told = [line.contract] if line.contract else list(contracts.running_contracts(effective_on))
        before, facts = _of_line(line, act, after)
        subject: dict[str, Any] = {"line": line}
    else:
        contact = queries.contact(contact_id, lock=True) if contact_id is not None else None
        told = [contact.contract if contact else contracts.contract(contract_id or 0)]
        before, facts = _of_contact(contact, act, after)
        subject = {"contact": contact}
    if not told:
        raise BadInput(field="contract", problem="missing")
    group = uuid.uuid4()
    return [
        _planned(of, group, act, before, facts, effective_on, reason, actor, now, **subject)
        for of in told
        if of is not None
    ]


def _planned(
    of: Contract,
    group: uuid.UUID,
    act: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    effective_on: date,
    reason: str,
    actor: Person | None,
    now: datetime,
    *,
    line: Line | None = None,
    contact: Contact | None = None,
) -> Change:
    rule, calendar = queries.rule_for(of, "line" if line else "contact", now)
    latest = rules.latest_notice(effective_on, rule.lead, calendar) if rule.lead and calendar else None
    made = Change.objects.create(
        contract=of, group=group, line=line, contact=contact, act=act, before=dict(before), after=dict(after),
        reason=reason.strip()[:200], effective_on=effective_on, promise=rule.promise, clause=rule.clause,
        lead=kept_lead(rule.lead), latest_on=latest, consent_needed=rule.consent, proposed_by=actor, proposed_at=now,
    )  # fmt: skip
    _record(
        "hotline.change_planned", made, actor, now, act=act, before=made.before, after=made.after,
        effective_on=effective_on.isoformat(), latest_on=latest.isoformat() if latest else None,
        what="line" if line else "contact",
    )  # fmt: skip
    return made


def kept_lead(lead: Span | None) -> str:
    """A lead as a change keeps it, e.g. "15 working_days"; see `words.lead_words`."""
    if lead is None:
        return ""
    if lead.working_days:
        return f"{lead.working_days} working_days"
    return f"{lead.calendar_days} calendar_days" if lead.calendar_days else f"{lead.seconds} seconds"


def _of_line(line: Line, act: str, after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    was = {"name": line.name, "number": line.number, "hours": line.hours}
    if act == "remove":
        return was, {}
    if act == "add":
        return {}, was
    wanted = {field: value for field, value in after.items() if field in was and value not in ("", None)}
    actions.line_facts(
        **(was | wanted), kind=line.kind, aliases=", ".join(line.aliases), short_seconds=line.short_seconds
    )
    new = {field: value for field, value in wanted.items() if value != was[field]}
    if not new:
        raise BadInput(field="after", problem="same")
    return {field: was[field] for field in new}, new


def _of_contact(
    contact: Contact | None, act: str, after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    names = ("region", "name", "phone", "position", "duty")
    was = {field: getattr(contact, field) for field in names} if contact else {}
    if act == "remove":
        return was, {}
    wanted = {field: value for field, value in after.items() if field in names and value is not None}
    none: dict[str, Any] = {"position": 1, "region": "", "name": "", "phone": ""}
    facts = actions.contact_facts(**(none | was | wanted))
    if contact is None:
        return {}, facts
    new = {field: value for field, value in facts.items() if value != was[field]}
    if not new:
        raise BadInput(field="after", problem="same")
    return {field: was[field] for field in new}, new


@transaction.atomic
def notify(change_id: int, *, actor: Person | None, now: datetime, late_reason: str = "") -> Change:
    """Send the notice to the customer's people; from now on his answer is awaited.

    Raises:
        BadInput: late_reason is missing though the last day for it has passed. IllegalMove.
    """
    one, after = _take(change_id, "notify", "manage_hotline", actor)
    today = local_day(now)
    late = 0
    if one.latest_on is not None and today > one.latest_on:
        _rule, calendar = queries.rule_for(one.contract, one.what, now)
        counted = rules.working_days_late(today, one.latest_on, calendar) if calendar else 0
        late = max(1, counted)
        if not late_reason.strip():
            raise BadInput(field="late_reason", problem="missing")
    people = [person for person, _role in contracts.people_of(one.contract_id, roles=["customer"])]
    one.state, one.notified_at, one.notified_by = after, now, actor.name if actor else ""
    one.late_days, one.late_reason = late, late_reason.strip()[:200] if late else ""
    one.told = [{"id": person.pk, "name": person.name} for person in people]
    one.save(update_fields=["state", "notified_at", "notified_by", "late_days", "late_reason", "told"])
    _record(
        "hotline.change_notified", one, actor, now, told=one.told, late_days=late, late_reason=one.late_reason,
        latest_on=one.latest_on.isoformat() if one.latest_on else None, promise=one.promise,
    )  # fmt: skip
    return one


@transaction.atomic
def consent(
    change_id: int, *, actor: Person | None, now: datetime, answered_by: str = "", note: str = ""
) -> Change:
    """The customer agrees: he himself, or somebody of the firm notes who agreed and what proves it."""
    return _answer(change_id, "consent", actor, now, answered_by, note)


@transaction.atomic
def refuse(
    change_id: int, *, actor: Person | None, now: datetime, answered_by: str = "", note: str = ""
) -> Change:
    """The customer does not agree; the change never comes into force."""
    return _answer(change_id, "refuse", actor, now, answered_by, note)


def _answer(
    change_id: int, act: str, actor: Person | None, now: datetime, answered_by: str, note: str
) -> Change:
    one, after = _take(change_id, act, "answer_change", actor)
    himself = actor is not None and actor.role == "customer"
    if himself:
        answered_by = actor.name if actor else ""
    elif not answered_by.strip():
        raise BadInput(field="answered_by", problem="missing")
    elif not note.strip():
        raise BadInput(field="answer_note", problem="missing")
    one.state, one.answered_at = after, now
    one.answered_by, one.answer_note = answered_by.strip()[:60], note.strip()[:200]
    one.save(update_fields=["state", "answered_at", "answered_by", "answer_note"])
    data = {"answered_by": one.answered_by, "note": one.answer_note, "himself": himself}
    if act == "consent":
        _record("hotline.change_consented", one, actor, now, **data)
        _apply_group(one.group, now=now)
    else:
        _record("hotline.change_refused", one, actor, now, **data)
    return queries.change(change_id)


@transaction.atomic
def withdraw(change_id: int, *, reason: str, actor: Person | None, now: datetime) -> Change:
    """Take a planned change back."""
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    one, after = _take(change_id, "withdraw", "manage_hotline", actor)
    one.state, one.answer_note = after, reason.strip()[:200]
    one.save(update_fields=["state", "answer_note"])
    _record("hotline.change_withdrawn", one, actor, now, reason=one.answer_note)
    return one


def apply_due(*, now: datetime) -> int:
    """Bring into force what is due and agreed to; returns how many. What lacks consent stays as it is, whatever the
    day. The caller's scope must be everything."""
    ready = Change.objects.filter(
        Q(state="consented") | Q(state="notified", consent_needed=False), effective_on__lte=local_day(now)
    )
    return sum(_apply_group(group, now=now) for group in set(ready.values_list("group", flat=True)))


@transaction.atomic
def _apply_group(group: uuid.UUID, *, now: datetime) -> int:
    """Do a change once all contracts that were told have agreed and the day has come. 0 when it is not yet so."""
    rows = list(
        Change.objects.select_for_update(of=("self",))
        .select_related("line", "contact", "contract")
        .filter(group=group)
        .exclude(state="withdrawn")
        .order_by("id")
    )
    ready = [rules.change_after(one.state, "apply", consent_needed=one.consent_needed) for one in rows]
    if not rows or None in ready or rows[0].effective_on > local_day(now):
        return 0
    first = rows[0]
    done = _change_line(first.line, first) if first.line is not None else _change_contact(first)
    for one in rows:
        one.state, one.applied_at = "in_force", now
        if isinstance(done, Contact):
            one.contact = done
        one.save(update_fields=["state", "applied_at", "contact"])
        _record("hotline.change_applied", one, None, now, act=one.act, after=one.after)
    return len(rows)


def _change_line(line: Line, change: Change) -> Line:
    if change.act == "remove":
        line.active = False
    else:
        now_is = {"name": line.name, "number": line.number, "hours": line.hours}
        facts = actions.line_facts(
            **(now_is | change.after), kind=line.kind, aliases=", ".join(line.aliases),
            short_seconds=line.short_seconds,
        )  # fmt: skip
        for field, value in facts.items():
            setattr(line, field, value)
        line.active = True
    return actions._save(line)


def _change_contact(change: Change) -> Contact:
    contact = change.contact or Contact(contract=change.contract)
    if change.act == "remove":
        contact.active = False
    for field, value in change.after.items():
        setattr(contact, field, value)
    contact.save()
    return contact


def _take(change_id: int, act: str, right: str, actor: Person | None) -> tuple[Change, str]:
    one = queries.change(change_id, lock=True)
    require(actor, right)
    after = rules.change_after(one.state, act, consent_needed=one.consent_needed)
    if after is None:
        raise IllegalMove(subject="change", state=one.state, act=act)
    return one, after


def _record(kind: str, one: Change, actor: Person | None, now: datetime, **data: Any) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=("change", one.pk), actor=actor, at=now, now=now, data=data
    )
