"""Ending a session, its minutes and resolutions, its result for the customer."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import translation

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk import acting as desk
from luyue.documents import pdf, word
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.training import attending, drawing
from luyue.domain.training.states import RESULT, SESSION, after
from luyue.files import actions as files
from luyue.obligations import queries as obligations
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation
from luyue.training import keeping, notes, papers, queries
from luyue.training.acting import line, record, words
from luyue.training.actions.attending import reckon
from luyue.training.actions.plans import who
from luyue.training.models import Attendance, Resolution, Session

MOST_RESOLUTIONS = 60
NEW_STAFF_OWE = "training.new_watch_staff"


@transaction.atomic
def finish_session(
    session_id: int,
    *,
    held_from: datetime,
    held_until: datetime,
    summary: str,
    actor: Person | None,
    now: datetime,
    minutes: str = "",
    steps: Mapping[int, Sequence[str]] | None = None,
) -> Session:
    """It is over: hours are reckoned, and what it was for has its record.

    Args:
        held_from, held_until: as it was held. minutes: of a meeting. steps: obligation → steps of it that were done
        here; one that stands not in it, all.
    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: held_from, ends_at, at (in the future), minutes, trainees (nobody
        was there), items.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "hold_training")
    one.state = after(SESSION, one.state, "finish", "session")
    if not 0 < (held_until - held_from).total_seconds() <= attending.LONGEST:
        raise BadInput(field="ends_at")
    desk.check_time(actor, at=held_until, now=now)
    rows = list(Attendance.objects.select_related("trainee").filter(session=one).order_by("pk"))
    if not any(row.arrived_at for row in rows):
        raise BadInput(field="trainees", problem="missing")
    one.held_from, one.held_until = held_from, held_until
    one.seconds = queries.held(one).seconds
    one.summary = words(summary, "summary")
    one.minutes = words(minutes, "minutes", needed=one.is_meeting and not one.minutes) or one.minutes
    one.save(update_fields=["state", "held_from", "held_until", "seconds", "summary", "minutes"])
    for row in rows:
        row.seconds = reckon(one, row)
    Attendance.objects.bulk_update(rows, ["seconds"])
    came = [row for row in rows if row.arrived_at]
    record(
        "training.session_finished", one, actor, held_until, now, kind=one.kind, title=one.title, seconds=one.seconds,
        listed=len(rows), came=len(came), keeps=one.keeps,
    )  # fmt: skip
    for obligation in obligations.kept(one.contract_id, one.keeps):
        chosen = (steps or {}).get(obligation.pk)
        _hand_in(one, obligation, came, len(rows), chosen, actor, now)
    return one


def _hand_in(
    one: Session,
    obligation: Obligation,
    came: Sequence[Attendance],
    listed: int,
    steps: Sequence[str] | None,
    actor: Person | None,
    now: datetime,
) -> None:
    assert one.held_until is not None
    what = f"{one.title} · {len(came)}/{listed} · {attending.hours(one.seconds):g} h"
    hours, short = _hours(one, obligation)
    if short:
        what += f" · < {obligation.hours:g} h: {', '.join(short)}"
    work = Work(what=what[:1000], hours=hours, items=steps)
    hand_in(obligation.pk, work, source=(queries.SUBJECT, one.pk), actor=actor, at=one.held_until, now=now)


def _hours(one: Session, obligation: Obligation) -> tuple[float, list[str]]:
    """Hours to be handed in, and who has not got those that are promised to everybody."""
    if obligation.owe != NEW_STAFF_OWE or not obligation.hours:
        return attending.hours(one.seconds), []
    rows = queries.new_staff_of(one, obligation.pk)
    give = attending.credit([length for _name, length in rows], obligation.done_hours)
    return give, [name for name, length in rows if attending.short(length, obligation.hours)]


@transaction.atomic
def write_minutes(session_id: int, *, minutes: str, actor: Person | None, now: datetime) -> Session:
    """The minutes of a meeting, also while it goes on. Raises NotFound, NotAllowed, IllegalMove, BadInput."""
    one = queries.session(session_id, lock=True)
    require(actor, "hold_training")
    after(SESSION, one.state, "judge", "session")
    one.minutes = words(minutes, "minutes", needed=True)
    one.save(update_fields=["minutes"])
    record("training.minutes_written", one, actor, now, now, letters=len(one.minutes))
    return one


@transaction.atomic
def make_resolution(
    session_id: int,
    *,
    text: str,
    actor: Person | None,
    now: datetime,
    person: Person | None = None,
    name: str = "",
    due_on: date | None = None,
) -> Resolution:
    """What was decided, who does it, until when; one of the firm's is told.

    Raises NotFound, NotAllowed, IllegalMove, BadInput.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "hold_training")
    after(SESSION, one.state, "judge", "session")
    if Resolution.objects.filter(session=one).count() >= MOST_RESOLUTIONS:
        raise BadInput(field="text", problem="too_many", limit=MOST_RESOLUTIONS)
    if due_on is not None and not 2000 <= due_on.year <= 2150:
        raise BadInput(field="due_on")
    made = Resolution.objects.create(
        session=one, contract_id=one.contract_id, text=line(text, "text", 500, needed=True), person=person,
        name=person.name if person else line(name, "name", 60, needed=True), due_on=due_on,
    )  # fmt: skip
    record(
        "training.resolution_made", one, actor, now, now, resolution=made.pk, text=made.text, name=made.name,
        due_on=str(due_on) if due_on else None,
    )  # fmt: skip
    if person is not None:
        notes.resolution(one, made, person, now)
    return made


@transaction.atomic
def finish_resolution(
    session_id: int, resolution_id: int, *, note: str, actor: Person | None, now: datetime
) -> Resolution:
    """It was done. Raises NotFound, NotAllowed, IllegalMove, BadInput."""
    one = queries.session(session_id, lock=True)
    require(actor, "hold_training")
    found = Resolution.objects.filter(session=one, pk=resolution_id).first()
    if found is None:
        raise NotFound(subject="resolution")
    if found.done_at is not None:
        return found
    found.done_at, found.done_note = now, line(note, "note", 300)
    found.save(update_fields=["done_at", "done_note"])
    record("training.resolution_done", one, actor, now, now, resolution=found.pk, note=found.done_note)
    return found


@transaction.atomic
def hand_over_result(session_id: int, *, actor: Person | None, now: datetime) -> Session:
    """The result document is made, kept as Word and PDF, and laid before the customer; what asks for it has its record.

    Raises NotFound, NotAllowed. IllegalMove: it is not over, or the customer has confirmed the result.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "hold_training")
    after(SESSION, one.state, "hand_over", "session")
    one.result_state = after(RESULT, one.result_state, "hand_over", "result")
    with translation.override("zh-hans"):  # data in the language of the contract
        sheet = papers.report(one, now)
        made = {"pdf": pdf.sheet(sheet), "docx": word.sheet(sheet)}
        name = f"PX{one.pk:05d} {one.title}"
    for ending, content in made.items():
        files.attach(
            content, name=f"{name}.{ending}", kind="document", subject=(queries.SUBJECT, one.pk),
            contract_id=one.contract_id, actor=actor, now=now,
        )  # fmt: skip
    one.result_at, one.result_digest = now, hashlib.sha256(made["pdf"]).hexdigest()
    one.result_answered_at, one.result_answered_by, one.result_answer = None, "", ""
    one.save(
        update_fields=[
            "result_state", "result_at", "result_digest", "result_answered_at", "result_answered_by", "result_answer",
        ]
    )  # fmt: skip
    record("training.result_handed_over", one, actor, now, now, digest=one.result_digest, title=one.title)
    notes.result_handed_over(one, now)
    for obligation in keeping.open_reports(one.contract_id, one.keeps):
        work = Work(what=name)
        hand_in(obligation.pk, work, source=(queries.SUBJECT, one.pk), actor=actor, at=now, now=now)
    return one


@transaction.atomic
def answer_result(
    session_id: int, *, agree: bool, actor: Person | None, now: datetime, note: str = "", agreed_by: str = ""
) -> Session:
    """The customer confirms the result, or says what is wrong with it.

    Raises NotFound, NotAllowed, IllegalMove, BadInput.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "answer_training")
    one.result_state = after(RESULT, one.result_state, "confirm" if agree else "object", "result")
    one.result_answer = words(note, "note", 2000, needed=not agree)
    one.result_answered_by, one.result_answered_at = who(actor, agreed_by), now
    one.save(update_fields=["result_state", "result_answer", "result_answered_by", "result_answered_at"])
    record(
        "training.result_answered", one, actor, now, now, agreed=agree, by=one.result_answered_by,
        note=one.result_answer,
    )  # fmt: skip
    if agree:
        work = Work(what=f"{one.title} · {one.result_answered_by}", signer=one.result_answered_by[:60])
        for obligation in keeping.open_reports(one.contract_id, one.keeps, drawing.SIGNED_NAMES):
            hand_in(obligation.pk, work, source=(queries.SUBJECT, one.pk), actor=actor, at=now, now=now)
    notes.result_answered(one, agree, now)
    return one
