"""Training plans: drawn up, changed, submitted, answered by the customer; agreed ones are replaced, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.domain.refusals import AlreadyThere, BadInput, NotFound
from luyue.domain.training import drawing
from luyue.domain.training.states import AUDIENCES, FORMS, PLAN, after
from luyue.obligations import queries as obligations
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.training import keeping, notes, queries
from luyue.training.acting import line, words
from luyue.training.actions.courses import current_course
from luyue.training.models import Course, PlanLine, TrainingPlan
from luyue.training.words import STAGES

MOST_LINES = 60
_COPIED = (
    "position", "course", "title", "content", "audience", "form", "stage", "place", "material", "hours", "times",
    "held_by", "promises",
)  # fmt: skip


@dataclass(frozen=True)
class LineFacts:
    """A line of a plan as somebody wants it. course: code or "". promises: ids of promises that it keeps."""

    title: str
    course: str = ""
    content: str = ""
    audience: str = "all"
    form: str = "central"
    stage: str = ""
    place: str = ""
    material: str = ""
    hours: float = 0
    times: int = 1
    held_by: str = ""
    promises: Sequence[str] = field(default=())


@transaction.atomic
def draw_plan(contract_id: int, *, actor: Person | None, now: datetime, title: str = "") -> TrainingPlan:
    """A draft: of the agreed plan as it stands, else out of what the service plan promises.

    Raises:
        NotFound, NotAllowed. AlreadyThere: there is one that waits to be finished.
    """
    of = contracts.contract(contract_id)
    require(actor, "plan_training")
    Contract.objects.select_for_update().only("pk").get(
        pk=of.pk
    )  # of two at once, the second finds the first's
    versions = TrainingPlan.objects.filter(contract=of)
    if versions.filter(state__in=["draft", "submitted"]).exists():
        raise AlreadyThere(subject="training_plan", field="version")
    latest = versions.aggregate(latest=Max("version"))["latest"] or 0
    before = queries.agreed_plan(of.pk)
    made = TrainingPlan.objects.create(
        contract=of, version=latest + 1, title=line(title, "title", 200) or _title(of, before),
        note=before.note if before else "", made_at=now, made_by=actor,
        keeps=[one.pk for one in keeping.open_for_plan(of.pk) if one.opens_at <= now],
    )  # fmt: skip
    rows = _copied(before, made) if before else _drawn(of, made, now)
    PlanLine.objects.bulk_create(rows)
    _record(
        "training.plan_drawn", made, actor, now, lines=len(rows), copied=before.version if before else None
    )
    return made


def _title(of: Contract, before: TrainingPlan | None) -> str:
    return before.title if before else f"{of.name}培训计划"[:200]


def _copied(before: TrainingPlan, made: TrainingPlan) -> list[PlanLine]:
    return [
        PlanLine(plan=made, contract_id=made.contract_id, **{name: getattr(row, name) for name in _COPIED})
        for row in queries.lines_of(before.pk)
    ]


def _drawn(of: Contract, made: TrainingPlan, now: datetime) -> list[PlanLine]:
    """Lines out of the plan's promises, in the contract's language."""
    running = contracts.in_force(of, now).running
    if running is None:
        return []
    rows = []
    for position, one in enumerate(drawing.draw(running.plan.promises), 1):
        course = current_course(one.course, now=now) if one.course else None
        rows.append(
            PlanLine(
                plan=made, contract_id=of.pk, position=position, course=course,
                title=(course.zh if course else one.text[0])[:200], content=one.text[0], audience=one.audience,
                form=one.form, stage=one.stage, hours=one.hours or _hours(course), times=one.times,
                promises=list(one.promises),
            )
        )  # fmt: skip
    return rows


def _hours(course: Course | None) -> float:
    return course.theory_hours + course.practice_hours if course else 0


@transaction.atomic
def change_plan(
    plan_id: int, *, title: str, note: str, keeps: Sequence[int], actor: Person | None, now: datetime
) -> TrainingPlan:
    """Change a draft's title, note and what it is for. Raises NotFound, NotAllowed, IllegalMove, BadInput."""
    one = _draft(plan_id, actor, "submit")
    one.title, one.note = line(title, "title", 200, needed=True), words(note, "note")
    one.keeps = obligations.chosen_to_keep(one.contract_id, keeps, drawing.PLAN_NAMES.__contains__)
    one.save(update_fields=["title", "note", "keeps"])
    _record("training.plan_changed", one, actor, now, title=one.title)
    return one


@transaction.atomic
def put_line(
    plan_id: int, facts: LineFacts, *, actor: Person | None, now: datetime, line_id: int | None = None
) -> PlanLine:
    """Add a line to a draft, or change one. Raises NotFound, NotAllowed, IllegalMove, BadInput."""
    one = _draft(plan_id, actor, "submit")
    row = _line(one, line_id)
    if row.pk is None and PlanLine.objects.filter(plan=one).count() >= MOST_LINES:
        raise BadInput(field="line", problem="too_many", limit=MOST_LINES)
    row.title = line(facts.title, "title", 200, needed=True)
    row.content = words(facts.content, "content")
    row.course = current_course(facts.course, now=now) if facts.course else None
    for name, allowed in (("audience", AUDIENCES), ("form", FORMS), ("stage", tuple(STAGES))):
        if getattr(facts, name) not in allowed:
            raise BadInput(field=name)
        setattr(row, name, getattr(facts, name))
    for name, most in (("place", 200), ("material", 300), ("held_by", 120)):
        setattr(row, name, line(getattr(facts, name), name, most))
    if not 0 <= facts.hours <= 200:
        raise BadInput(field="hours")
    if not 1 <= facts.times <= 100:
        raise BadInput(field="times")
    row.hours, row.times = facts.hours, facts.times
    row.promises = _promises(one, facts.promises, now)
    row.save()
    _record("training.plan_changed", one, actor, now, line=row.pk, title=row.title)
    return row


def _line(of: TrainingPlan, line_id: int | None) -> PlanLine:
    if line_id is None:
        last = PlanLine.objects.filter(plan=of).aggregate(last=Max("position"))["last"] or 0
        return PlanLine(plan=of, contract_id=of.contract_id, position=last + 1)
    found = PlanLine.objects.filter(plan=of, pk=line_id).first()
    if found is None:
        raise NotFound(subject="line")
    return found


def _promises(of: TrainingPlan, wanted: Sequence[str], now: datetime) -> list[str]:
    running = contracts.in_force(of.contract, now).running
    known = {one.id for one in running.plan.promises} if running else set()
    if not set(wanted) <= known:
        raise BadInput(field="promises")
    return sorted(set(wanted))


@transaction.atomic
def remove_line(plan_id: int, line_id: int, *, actor: Person | None, now: datetime) -> TrainingPlan:
    """Take a line off a draft. Raises NotFound, NotAllowed, IllegalMove."""
    one = _draft(plan_id, actor, "submit")
    row = _line(one, line_id)
    title = row.title
    row.delete()
    _record("training.plan_changed", one, actor, now, removed=title)
    return one


@transaction.atomic
def submit_plan(plan_id: int, *, actor: Person | None, now: datetime) -> TrainingPlan:
    """Ask the customer to agree. Raises NotFound, NotAllowed, IllegalMove; BadInput: no lines."""
    one = _draft(plan_id, actor, "submit")
    if not PlanLine.objects.filter(plan=one).exists():
        raise BadInput(field="lines", problem="missing")
    one.state, one.submitted_at = after(PLAN, one.state, "submit", "training_plan"), now
    one.answer, one.answered_by, one.answered_at = "", "", None
    one.save(update_fields=["state", "submitted_at", "answer", "answered_by", "answered_at"])
    _record("training.plan_submitted", one, actor, now, version=one.version)
    notes.plan_submitted(one, now)
    return one


@transaction.atomic
def answer_plan(
    plan_id: int,
    *,
    agree: bool,
    actor: Person | None,
    now: datetime,
    note: str = "",
    agreed_by: str = "",
) -> TrainingPlan:
    """The customer agrees, or sends it back with what is to be changed. Agreed, it replaces the version before.

    Args:
        agreed_by: who of the customer's side said so, when the firm enters it.
    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: note (a plan is not sent back without), agreed_by.
    """
    one = queries.plan(plan_id, lock=True)
    require(actor, "answer_training")
    one.state = after(PLAN, one.state, "agree" if agree else "send_back", "training_plan")
    one.answer = words(note, "note", 2000, needed=not agree)
    one.answered_by = who(actor, agreed_by)
    one.answered_at = now
    if agree:
        for old in TrainingPlan.objects.filter(contract_id=one.contract_id, state="agreed"):
            old.state = after(PLAN, old.state, "replace", "training_plan")
            old.save(update_fields=["state"])
    one.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _record(
        "training.plan_answered", one, actor, now, version=one.version, agreed=agree, by=one.answered_by,
        note=one.answer,
    )  # fmt: skip
    notes.plan_answered(one, agree, now)
    if agree:
        for obligation in obligations.kept(one.contract_id, one.keeps):
            work = Work(what=f"{one.title} v{one.version}", signer=one.answered_by)
            hand_in(obligation.pk, work, source=(queries.PLAN_SUBJECT, one.pk), actor=actor, at=now, now=now)
    return one


def who(actor: Person | None, agreed_by: str) -> str:
    """Who of the customer's side it was. Raises BadInput: nobody is named."""
    if actor is not None and actor.outside:
        return actor.name
    return line(agreed_by, "agreed_by", 60, needed=True)


def _draft(plan_id: int, actor: Person | None, act: str) -> TrainingPlan:
    one = queries.plan(plan_id, lock=True)
    require(actor, "plan_training")
    after(PLAN, one.state, act, "training_plan")
    return one


def _record(kind: str, one: TrainingPlan, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=(queries.PLAN_SUBJECT, one.pk), actor=actor, at=now, now=now,
        data=data,
    )  # fmt: skip
