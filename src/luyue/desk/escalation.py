"""Escalation by hand, acknowledgement, and what happens when nobody answers (S-5, G-2).

Who was told stands in `Notified`, one row a person; what waits for an answer, alarm or escalation, has `ack_due_at`.
The sweep tells the next stand-in when that time has come and nobody has answered, and gives up when nobody is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.desk import acting, ladder, queries, wording
from luyue.desk.ladder import Finder, Level
from luyue.desk.models import Alarm, Case, Escalation, Notified
from luyue.domain.cases import OPEN_STATES
from luyue.domain.escalation import ACKNOWLEDGE_WITHIN, STAND_INS
from luyue.domain.refusals import BadInput
from luyue.ledger.models import Event
from luyue.ledger.recording import SYSTEM
from luyue.ledger.wall import Scope, scope
from luyue.notices import actions as notices
from luyue.notices.actions import Note, tell

CHASE_BATCH = 50


@transaction.atomic
def escalate_case(
    case_id: int,
    *,
    level: str,
    reason: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    skip_reason: str = "",
    spares: str = "",
    hand_over: bool = False,
    version: int | None = None,
) -> Case:
    """Hand a case up to a level of the ladder, or to the manufacturer.

    Args:
        reason: why; skip_reason: why levels that have people are left out, needed when some are.
        spares: what was allocated with it. hand_over: the first who is told becomes the owner.
    Raises:
        BadInput: no such level, a reason is missing, or nobody of the level may own a case.
    """
    case, force = acting.take(case_id, "escalate", actor, "escalate_case", at, now, version)
    plan = force.running.plan if force.running else None
    target = next((one for one in ladder.levels(case, plan) if one.role == level), None)
    if target is None:
        raise BadInput(field="level")
    acting.must(reason=reason)
    if target.skipped and not skip_reason.strip():
        raise BadInput(field="skip_reason", problem="missing")
    if not target.people:
        raise BadInput(field="level", problem="nobody")
    made = Escalation.objects.create(
        case=case, contract_id=case.contract_id, level=level, reason=acting.text(reason),
        skipped=list(target.skipped), skip_reason=acting.text(skip_reason) if target.skipped else "",
        spares=acting.text(spares), by_name=actor.name if actor else SYSTEM, happened_at=at, recorded_at=now,
        ack_seconds=ACKNOWLEDGE_WITHIN, ack_due_at=now + timedelta(seconds=ACKNOWLEDGE_WITHIN), asked=level,
    )  # fmt: skip
    data: dict[str, Any] = {
        "level": level,
        "note": made.reason,
        "skipped": made.skipped,
        "skip_reason": made.skip_reason,
        "spares": made.spares,
        "told": [{"id": person.pk, "name": person.name} for person in target.people],
    }
    if hand_over:
        new_owner = next((person for person in target.people if person.may("work_case")), None)
        if new_owner is None:
            raise BadInput(field="hand_over", problem="nobody")
        case.owner = new_owner
        data |= {"owner": new_owner.pk, "owner_name": new_owner.name}
    case = acting.finish(case, force, "escalate", actor, at, now, data)
    _tell_escalation(case, made, target, now)
    return case


@transaction.atomic
def allocate_spares(
    case_id: int,
    *,
    spares: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    source: str = "",
    note: str = "",
    version: int | None = None,
) -> Case:
    """Spares or spare equipment were set aside for a case (S-5, G-2): what, from where, by whom.

    Raises:
        BadInput: spares.
    """
    case, force = acting.take(case_id, "allocate_spares", actor, "move_goods", at, now, version)
    acting.must(spares=spares)
    data = {"spares": acting.text(spares), "source": acting.text(source), "note": acting.text(note)}
    return acting.finish(case, force, "allocate_spares", actor, at, now, data)


def _tell_escalation(case: Case, made: Escalation, target: Level, now: datetime) -> None:
    facts = {language: _escalation_facts(case, made, language) for language in ("zh", "en")}
    messages = tell(
        [
            Note(
                person=person, key=f"escalation:{made.pk}", kind="case.escalated", facts_zh=facts["zh"],
                facts_en=facts["en"], link=f"/cases/{case.pk}/", contract_id=case.contract_id, urgent=True,
                ack="desk:acknowledge",
            )
            for person in target.people
        ],
        now=now,
    )  # fmt: skip
    by_person = {message.person_id: message for message in messages}
    Notified.objects.bulk_create(
        Notified(
            case=case, contract_id=case.contract_id, escalation=made, person=person, name=person.name,
            role=made.level, told_at=now, message=by_person.get(person.pk),
        )
        for person in target.people
    )  # fmt: skip


def _escalation_facts(case: Case, made: Escalation, language: str) -> dict[str, str]:
    none = "none" if language == "en" else "无"
    return wording.case_facts(case, language) | {
        "level": wording.role_word(made.level, language),
        "reason": made.reason,
        "spares": made.spares or none,
        "by": made.by_name,
    }


@transaction.atomic
def acknowledge_case(case_id: int, *, actor: Person, now: datetime) -> int:
    """A person has taken note of all that he was told about a case; returns how much was new. Raises NotFound."""
    case = queries.case(case_id)
    mine = Notified.objects.filter(case=case, person=actor, acknowledged_at__isnull=True)
    return _acknowledge(list(mine.select_related("case")), actor, now)


@transaction.atomic
def acknowledge_message(message_id: int, *, actor: Person, now: datetime) -> int:
    """The same for all that one message told, of one case or of many."""
    notices.acknowledge([message_id], person=actor, now=now)
    mine = Notified.objects.filter(message_id=message_id, person=actor, acknowledged_at__isnull=True)
    return _acknowledge(list(mine.select_related("case")), actor, now)


def _acknowledge(rows: Sequence[Notified], actor: Person, now: datetime) -> int:
    if not rows:
        return 0
    Notified.objects.filter(pk__in=[row.pk for row in rows]).update(acknowledged_at=now, how="click")
    messages = [row.message_id for row in rows if row.message_id is not None]
    notices.acknowledge(messages, person=actor, now=now)
    settled = {"ack_due_at": None, "settled": "acknowledged"}
    Alarm.objects.filter(pk__in=[row.alarm_id for row in rows if row.alarm_id]).update(**settled)
    Escalation.objects.filter(pk__in=[row.escalation_id for row in rows if row.escalation_id]).update(
        **settled
    )
    for case in {row.case_id: row.case for row in rows}.values():
        ledger.record(
            "case.acknowledged",
            contract_id=case.contract_id,
            subject=("case", case.pk),
            actor=actor,
            at=now,
            now=now,
            data={"count": sum(row.case_id == case.pk for row in rows)},
        )
    return len(rows)


@dataclass(frozen=True)
class _Unanswered:
    """An alarm or an escalation nobody has answered in time."""

    thing: Alarm | Escalation
    told: Sequence[Notified]


def chase(now: datetime, *, batch: int = CHASE_BATCH) -> int:
    """Tell the stand-ins of those who have not answered in time; returns how many things were looked at."""
    total = 0
    while True:
        with scope(Scope.everything()):
            cases = _due(now, batch)
            for case in cases:
                total += _chase_case(case, now)
        if len(cases) < batch:
            return total


def _due(now: datetime, batch: int) -> list[Case]:
    """Lock the cases; one that somebody works on right now is left for the next time."""
    late = (
        Alarm.objects.filter(ack_due_at__lte=now).order_by("ack_due_at").values_list("clock__case", flat=True)
    )
    ids = set(late[: batch * 4])
    later = (
        Escalation.objects.filter(ack_due_at__lte=now).order_by("ack_due_at").values_list("case", flat=True)
    )
    ids |= set(later[: batch * 4])
    return list(
        Case.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("contract__customer", "owner")
        .defer("words")
        .filter(pk__in=sorted(ids)[:batch])
        .order_by("pk")
    )


def _chase_case(case: Case, now: datetime) -> int:
    things: list[Alarm | Escalation] = [
        *Alarm.objects.filter(clock__case=case, ack_due_at__lte=now).select_related("clock"),
        *Escalation.objects.filter(case=case, ack_due_at__lte=now),
    ]
    told = list(Notified.objects.filter(case=case))
    find = Finder(case)
    asked: dict[int, list[tuple[_Unanswered, str]]] = {}
    people: dict[int, Person] = {}
    for thing in things:
        mine = [
            row
            for row in told
            if thing.pk == (row.alarm_id if isinstance(thing, Alarm) else row.escalation_id)
        ]
        outcome = _settled(case, thing, mine)
        role, others = ("", []) if outcome else _next(find, thing, mine)
        before = thing.asked
        if others:
            thing.asked, thing.ack_due_at = (
                role,
                now + timedelta(seconds=thing.ack_seconds or ACKNOWLEDGE_WITHIN),
            )
        else:
            thing.ack_due_at, thing.settled = None, outcome or "exhausted"
        thing.save(update_fields=["asked", "ack_due_at", "settled"])
        for person in others:
            people[person.pk] = person
            asked.setdefault(person.pk, []).append((_Unanswered(thing, mine), before))
    for person_id, unanswered in asked.items():
        _ask(case, people[person_id], unanswered, now)
    if asked:
        silent = (role for unanswered in asked.values() for _, role in unanswered)
        _record_chase(case, [people[one] for one in asked], silent, now)
    return len(things)


def _settled(case: Case, thing: Alarm | Escalation, told: Sequence[Notified]) -> str:
    """Why nobody has to answer any more; "" while somebody has."""
    if any(row.acknowledged_at for row in told):
        return "acknowledged"
    if case.state not in OPEN_STATES and not isinstance(thing, Alarm):
        return "over"
    if isinstance(thing, Alarm) and (thing.clock.ended_at is not None or thing.clock.stopped_at is not None):
        return "over"
    since = min((row.told_at for row in told), default=None)
    acted = (
        Event.objects.filter(
            subject_kind="case",
            subject_id=case.pk,
            kind__startswith="case.",
            actor_id__in=[row.person_id for row in told if row.person_id],
            recorded_at__gt=since,
        ).order_by("id")
        if since
        else Event.objects.none()
    )
    if (first := acted.first()) is not None:
        mine = [row.pk for row in told if row.person_id == first.actor_id]
        Notified.objects.filter(pk__in=mine).update(acknowledged_at=first.recorded_at, how="act")
        return "acted"
    return ""


def _next(find: Finder, thing: Alarm | Escalation, told: Sequence[Notified]) -> tuple[str, list[Person]]:
    """The next role towards the top that has somebody who was not told of this yet."""
    known = {row.person_id for row in told}
    role: str | None = thing.asked
    seen: set[str] = set()
    while role is not None and role not in seen:
        seen.add(role)
        role = STAND_INS.get(role)
        if role is not None and (others := [person for person in find.own(role) if person.pk not in known]):
            return role, others
    return "", []


def _ask(case: Case, person: Person, unanswered: Sequence[tuple[_Unanswered, str]], now: datetime) -> None:
    """One message to a stand-in for all that a case's people have not answered."""
    first, before = unanswered[0]
    facts = {
        language: wording.case_facts(case, language)
        | {
            "role": wording.role_word(before, language),
            "about": "\n".join(dict.fromkeys(_about(one.thing, language) for one, _ in unanswered)),
            "told": "、".join(dict.fromkeys(row.name for one, _ in unanswered for row in one.told)),
        }
        for language in ("zh", "en")
    }
    mark = f"{'a' if isinstance(first.thing, Alarm) else 'e'}{first.thing.pk}"
    messages = tell(
        [
            Note(
                person=person, key=f"unanswered:{mark}:{before}", kind="case.unacknowledged", facts_zh=facts["zh"],
                facts_en=facts["en"], link=f"/cases/{case.pk}/", contract_id=case.contract_id, urgent=True,
                ack="desk:acknowledge",
            )
        ],
        now=now,
    )  # fmt: skip
    Notified.objects.bulk_create(
        Notified(
            case=case, contract_id=case.contract_id, alarm=one.thing if isinstance(one.thing, Alarm) else None,
            escalation=one.thing if isinstance(one.thing, Escalation) else None, person=person, name=person.name,
            role=one.thing.asked, instead_of=role, told_at=now, message=messages[0] if messages else None,
        )
        for one, role in unanswered
    )  # fmt: skip


def _about(thing: Alarm | Escalation, language: str) -> str:
    if isinstance(thing, Escalation):
        return wording.about_escalation(thing, language)
    return wording.short_alarm(thing, language)


def _record_chase(case: Case, people: Sequence[Person], roles: Iterable[str], now: datetime) -> None:
    ledger.record(
        "clock.unanswered",
        contract_id=case.contract_id,
        subject=("case", case.pk),
        actor=None,
        at=now,
        now=now,
        data={
            "roles": sorted(set(roles)),
            "told": [{"id": person.pk, "name": person.name} for person in people],
        },
    )
