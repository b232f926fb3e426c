"""Safety: educations, checks with hazards, accidents, and the rule systems that people have read (O-4 to O-7).

Each record is handed in for the obligations that it was chosen for; a hazard raises what the plan promises for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.files import actions as files
from luyue.files.models import Attachment
from luyue.files.queries import attachments_of
from luyue.notices.actions import tell
from luyue.obligations import actions as obligations
from luyue.obligations.actions.doing import Work
from luyue.obligations.ground import promise_of, steps_of
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.staffing import notes, queries
from luyue.staffing.models import Acknowledgement, Hazard, RuleDocument, SafetyRecord

LONGEST_TEXT = 10_000
# What a record of each kind can do of what plans owe.
OWED: dict[str, tuple[str, ...]] = {
    "education": (
        "safety.education",
        "safety.training",
        "report.safety_education",
        "training.confidentiality",
    ),
    "induction": ("induction.resident",),
    "check": ("safety.check", "safety.management"),
    "qualification": ("safety.qualification_check",),
    "critical": ("safety.critical_work",),
    "statistics": ("report.safety_statistics", "report.safety_education"),
    "accident": ("report.accident", "safety.accident_inquiry"),
}


@dataclass(frozen=True)
class Told:
    """What is written down. keeps: numbers of the obligations that it does. files: (name, content)."""

    kind: str
    title: str
    held_at: datetime
    content: str
    place: str = ""
    leader: str = ""
    people: str = ""
    result: str = ""
    keeps: Sequence[int] = ()
    files: Sequence[tuple[str, bytes]] = ()


def can_keep(contract_id: int, kind: str) -> list[Obligation]:
    """What is still owed that a record of this kind can do, the first due in front."""
    return list(
        Obligation.objects.filter(
            contract_id=contract_id, owe__in=OWED[kind], by="provider", state__in=OPEN_STATES
        ).order_by("due_at", "pk")[:40]
    )


@transaction.atomic
def write_safety(contract_id: int, told: Told, *, actor: Person | None, now: datetime) -> SafetyRecord:
    """Write down an act for safety. An accident stays a draft until it is reported; all else is handed in at once.

    Raises:
        NotFound, NotAllowed. BadInput: kind, title, content, people (of an education or induction), held_at (in the
        future), keeps, file.
    """
    require(actor, "manage_safety")
    of = contracts.contract(contract_id)
    if told.kind not in SafetyRecord.Kind.values:
        raise BadInput(field="kind")
    for field in ("title", "content", *(("people",) if told.kind in ("education", "induction") else ())):
        if not getattr(told, field).strip():
            raise BadInput(field=field, problem="missing")
    if told.held_at > now:
        raise BadInput(field="held_at", problem="future")
    if set(told.keeps) - {one.pk for one in can_keep(of.pk, told.kind)}:
        raise BadInput(field="keeps")
    accident = told.kind == SafetyRecord.Kind.ACCIDENT
    made = SafetyRecord.objects.create(
        contract=of, kind=told.kind, title=told.title.strip()[:200], held_at=told.held_at,
        place=told.place.strip()[:200],
        leader=told.leader.strip()[:60], people=told.people.strip()[:1000], content=told.content.strip()[:LONGEST_TEXT],
        result=told.result.strip()[:LONGEST_TEXT], keeps=sorted(set(told.keeps)), made_by=actor, made_at=now,
        state=SafetyRecord.State.DRAFT if accident else SafetyRecord.State.DONE,
    )  # fmt: skip
    for name, content in told.files:
        files.attach(
            content,
            name=name,
            kind="document",
            subject=(subject_of(made), made.pk),
            contract_id=of.pk,
            actor=actor,
            now=now,
        )
    _record("safety.written", made, actor, now, at=told.held_at)
    if accident:
        happened("accident.happened", of, made, now)
    else:
        _hand_in(made, actor, now)
    return made


def subject_of(one: SafetyRecord) -> str:
    """Whose attachments they are: papers of an accident stay with the firm, the customer gets the report."""
    return "accident" if one.kind == SafetyRecord.Kind.ACCIDENT else "safety"


def files_of(one: SafetyRecord, to: Person) -> list[Attachment]:
    """The papers of a record that somebody may open."""
    if to.outside and one.kind == SafetyRecord.Kind.ACCIDENT:
        return []
    return list(attachments_of(subject_of(one), one.pk))


def happened(word: str, of: Contract, about: SafetyRecord | Hazard, now: datetime) -> None:
    """What the plan promises when it happens is owed from now on; nothing where it promises none."""
    note = about.title if isinstance(about, SafetyRecord) else about.what
    key = uuid5(NAMESPACE_URL, f"{word}:{type(about).__name__}:{about.pk}")
    try:
        obligations.enter_happening(
            word, contracts_and_promises={of.pk: None}, form_key=key, at=now, actor=None, now=now, note=note
        )
    except BadInput as refusal:
        if refusal.facts.get("problem") != "nothing_owed":
            raise


def _hand_in(one: SafetyRecord, actor: Person | None, now: datetime) -> None:
    what = f"{one.get_kind_display()}：{one.title}" + (f"（{one.people}）" if one.people else "")
    for number in one.keeps:
        obligations.hand_in(
            number, Work(what=what[:2000]), source=("safety", one.pk), actor=actor, at=one.held_at, now=now
        )


@transaction.atomic
def report_accident(
    record_id: int, *, to: str, actor: Person | None, now: datetime, keeps: Sequence[int] = ()
) -> SafetyRecord:
    """Hand the report of an accident to the customer; then it does not change.

    Raises:
        NotFound, NotAllowed. IllegalMove: no draft. BadInput: to; result (what was found out is missing); keeps.
    """
    require(actor, "manage_safety")
    one = queries.safety(record_id, lock=True)
    if one.kind != SafetyRecord.Kind.ACCIDENT or one.state != SafetyRecord.State.DRAFT:
        raise IllegalMove(subject="safety", state=one.state, act="report_accident")
    for field, value in (("to", to), ("result", one.result)):
        if not value.strip():
            raise BadInput(field=field, problem="missing")
    if set(keeps) - {found.pk for found in can_keep(one.contract_id, one.kind)}:
        raise BadInput(field="keeps")
    one.state, one.reported_at, one.reported_to = SafetyRecord.State.REPORTED, now, to.strip()[:120]
    one.keeps = sorted({*one.keeps, *keeps})
    one.save(update_fields=["state", "reported_at", "reported_to", "keeps"])
    _record("safety.accident_reported", one, actor, now, to=one.reported_to)
    what = f"事故报告：{one.title}，已报{one.reported_to}"
    for number in one.keeps:
        obligations.hand_in(number, Work(what=what), source=("safety", one.pk), actor=actor, at=now, now=now)
    customers = [person for person, _role in contracts.people_of(one.contract_id, ["customer"])]
    tell([notes.accident(one, person) for person in customers], now=now)
    return one


@transaction.atomic
def complete_accident(
    record_id: int, *, content: str, result: str, actor: Person | None, now: datetime
) -> SafetyRecord:
    """Write on at the draft of an accident. Raises NotFound, NotAllowed, IllegalMove, BadInput (content)."""
    require(actor, "manage_safety")
    one = queries.safety(record_id, lock=True)
    if one.state != SafetyRecord.State.DRAFT:
        raise IllegalMove(subject="safety", state=one.state, act="complete_accident")
    if not content.strip():
        raise BadInput(field="content", problem="missing")
    one.content, one.result = content.strip()[:LONGEST_TEXT], result.strip()[:LONGEST_TEXT]
    one.save(update_fields=["content", "result"])
    _record("safety.completed", one, actor, now)
    return one


# -- hazards -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_hazard(
    record_id: int, *, what: str, remedy: str, person: str, due_on: date, actor: Person | None, now: datetime
) -> Hazard:
    """A check has found a hazard: what is to be done, by whom, until when.

    Raises:
        NotFound, NotAllowed. IllegalMove: the record is no check. BadInput: what, remedy, person.
    """
    require(actor, "manage_safety")
    one = queries.safety(record_id, lock=True)
    if one.kind != SafetyRecord.Kind.CHECK:
        raise IllegalMove(subject="safety", state=one.kind, act="add_hazard")
    for field, value in (("what", what), ("remedy", remedy), ("person", person)):
        if not value.strip():
            raise BadInput(field=field, problem="missing")
    made = Hazard.objects.create(
        contract_id=one.contract_id, record=one, what=what.strip()[:500], remedy=remedy.strip()[:500],
        person=person.strip()[:60], due_on=due_on,
    )  # fmt: skip
    _record("safety.hazard_found", one, actor, now, hazard=made.pk, what=made.what, due=str(due_on))
    happened("risk.safety_hazard", one.contract, made, now)
    proposed = Obligation.objects.filter(
        contract_id=one.contract_id, owe="proposal.remedy", state__in=OPEN_STATES,
        key=f"hand:{uuid5(NAMESPACE_URL, f'risk.safety_hazard:Hazard:{made.pk}')}",
    )  # fmt: skip
    for row in proposed:
        work = Work(what=f"整改措施：{made.remedy}，{made.person}，{due_on} 前")
        obligations.hand_in(row.pk, work, source=("hazard", made.pk), actor=actor, at=now, now=now)
    return made


@transaction.atomic
def remedy_hazard(hazard_id: int, *, done: str, actor: Person | None, now: datetime) -> Hazard:
    """It was put right. Raises NotFound, NotAllowed, IllegalMove, BadInput (done)."""
    require(actor, "manage_safety")
    one = queries.hazard(hazard_id, lock=True)
    if one.state != Hazard.State.OPEN:
        raise IllegalMove(subject="hazard", state=one.state, act="remedy_hazard")
    if not done.strip():
        raise BadInput(field="done", problem="missing")
    one.state, one.done, one.done_at = Hazard.State.REMEDIED, done.strip()[:500], now
    one.save(update_fields=["state", "done", "done_at"])
    _record("safety.hazard_remedied", one.record, actor, now, hazard=one.pk, done=one.done)
    return one


@transaction.atomic
def recheck_hazard(hazard_id: int, *, good: bool, actor: Person | None, now: datetime) -> Hazard:
    """It was looked at again: good, or to be done anew. Raises NotFound, NotAllowed, IllegalMove."""
    require(actor, "manage_safety")
    one = queries.hazard(hazard_id, lock=True)
    if one.state != Hazard.State.REMEDIED:
        raise IllegalMove(subject="hazard", state=one.state, act="recheck_hazard")
    one.state = Hazard.State.CLOSED if good else Hazard.State.OPEN
    one.checked_by, one.checked_at = actor.name[:60] if actor else "", now
    one.save(update_fields=["state", "checked_by", "checked_at"])
    _record("safety.hazard_rechecked", one.record, actor, now, hazard=one.pk, good=good)
    return one


# -- rule systems ------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_rules(
    contract_id: int, system: str, *, title: str, effective_on: date, file: tuple[str, bytes], actor: Person | None,
    now: datetime,
) -> RuleDocument:  # fmt: skip
    """A new version of a rule system. When all five are there, the plan's duty to have them gets its record.

    Raises:
        NotFound, NotAllowed. BadInput: system, title, file.
    """
    require(actor, "manage_staffing")
    of = contracts.contract(contract_id)
    if system not in RuleDocument.System.values:
        raise BadInput(field="system")
    if not title.strip():
        raise BadInput(field="title", problem="missing")
    Contract.objects.select_for_update().get(pk=of.pk)
    same = RuleDocument.objects.filter(contract=of, system=system).order_by("-version").first()
    made = RuleDocument.objects.create(
        contract=of, system=system, version=same.version + 1 if same else 1, title=title.strip()[:200],
        effective_on=effective_on, made_by=actor, made_at=now,
    )  # fmt: skip
    files.attach(
        file[1],
        name=file[0],
        kind="document",
        subject=("rules", made.pk),
        contract_id=of.pk,
        actor=actor,
        now=now,
    )
    ledger.record(
        "rules.issued", contract_id=of.pk, subject=("rules", made.pk), actor=actor, at=now, now=now,
        data={"system": system, "version": made.version, "title": made.title, "effective_on": str(effective_on)},
    )  # fmt: skip
    owed = Obligation.objects.filter(
        contract=of, owe="document.rules", by="provider", state__in=OPEN_STATES, opens_at__lte=now
    )
    for row in owed:
        steps = steps_of(promise_of(row.plan_version_id, row.promise))
        what = f"{made.get_system_display()}制度第 {made.version} 版：{made.title}"
        work = Work(what=what, items=[system] if system in steps else [])
        obligations.hand_in(row.pk, work, source=("rules", made.pk), actor=actor, at=now, now=now)
    return made


@transaction.atomic
def acknowledge_rules(document_id: int, *, actor: Person, now: datetime) -> Acknowledgement:
    """Somebody of the firm has read it. A second time changes nothing. Raises NotFound, NotAllowed."""
    if actor.outside:
        raise NotAllowed(act="keep_attendance")
    one = queries.rule_document(document_id, lock=True)
    made, new = Acknowledgement.objects.get_or_create(
        contract_id=one.contract_id, document=one, person=actor, defaults={"at": now}
    )
    if new:
        ledger.record(
            "rules.acknowledged", contract_id=one.contract_id, subject=("rules", one.pk), actor=actor, at=now, now=now,
            data={"title": one.title, "version": one.version, "name": actor.name},
        )  # fmt: skip
    return made


def _record(
    kind: str,
    one: SafetyRecord,
    actor: Person | None,
    now: datetime,
    *,
    at: datetime | None = None,
    **data: Any,
) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=("safety", one.pk), actor=actor, at=at or now, now=now,
        data={"kind": one.kind, "title": one.title, **data},
    )  # fmt: skip
