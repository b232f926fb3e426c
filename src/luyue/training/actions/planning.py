"""Planning a session, changing, moving and cancelling it, inviting the customer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import translation

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.desk.queries import seconds
from luyue.domain.refusals import BadInput
from luyue.domain.training import drawing, results
from luyue.domain.training.attending import LONGEST
from luyue.domain.training.states import AUDIENCES, FORMS, KINDS, SESSION, after
from luyue.files import actions as files
from luyue.files.content import read
from luyue.files.models import Attachment
from luyue.obligations import queries as obligations
from luyue.training import notes, queries, words
from luyue.training.acting import line, record
from luyue.training.acting import words as text_of
from luyue.training.actions.courses import current_course
from luyue.training.models import Lecturer, PlanLine, Session

_BREAK = re.compile(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*[-–—~～]\s*([01]\d|2[0-3]):([0-5]\d)\s*")
_COMMAS = re.compile(r"[,，;；、\n]+")
MOST_LECTURERS = 8


@dataclass(frozen=True)
class LecturerWish:
    """A lecturer: one of the firm's by number, or somebody by name. qualification: where no certificate is."""

    person_id: int | None = None
    name: str = ""
    qualification: str = ""


@dataclass(frozen=True)
class Wanted:
    """A session as somebody wants it. starts_at, ends_at: aware; breaks: "12:00-13:30"; course: code or "";
    line: of the agreed training plan; keeps: numbers of the obligations it is for; tested: parts of its test."""

    contract_id: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    content: str = ""
    course: str = ""
    line_id: int | None = None
    form: str = "central"
    audience: str = "all"
    stage: str = ""
    place: str = ""
    link: str = ""
    breaks: str = ""
    tested: Sequence[str] = ()
    lecturers: Sequence[LecturerWish] = field(default=())
    keeps: Sequence[int] = ()


@transaction.atomic
def plan_session(wanted: Wanted, *, actor: Person | None, now: datetime) -> Session:
    """Plan a training, an assessment or a meeting.

    Raises:
        NotFound: no such contract in scope. NotAllowed. BadInput: kind, form, audience, starts_at, ends_at, breaks,
        place, link, course, line, lecturers (missing; unqualified: no valid certificate, and nothing said of his
        qualification), keeps.
    """
    of = contracts.contract(wanted.contract_id)
    require(actor, "plan_training")
    one = Session(contract=of, made_at=now, made_by=actor)
    _fill(one, wanted, of, now)
    lecturers = _lecturers(one, wanted)
    one.save()
    _keep_lecturers(one, lecturers)
    _hand_materials_on(one, actor, now)
    record(
        "training.session_planned", one, actor, now, now, kind=one.kind, title=one.title,
        starts_at=one.starts_at.isoformat(), ends_at=one.ends_at.isoformat(), place=one.place or one.link,
        lecturers=[row.name for row in lecturers], keeps=one.keeps,
    )  # fmt: skip
    return one


@transaction.atomic
def change_session(session_id: int, wanted: Wanted, *, actor: Person | None, now: datetime) -> Session:
    """Change what was planned but for its time, which `move_session` changes.

    Raises: as `plan_session`; IllegalMove: it is over.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "plan_training")
    after(SESSION, one.state, "change", "session")
    starts_at, ends_at, course = one.starts_at, one.ends_at, one.course_id
    _fill(one, wanted, one.contract, now)
    one.starts_at, one.ends_at = starts_at, ends_at
    lecturers = _lecturers(one, wanted)
    one.save()
    Lecturer.objects.filter(session=one).delete()
    _keep_lecturers(one, lecturers)
    if one.course_id != course:
        _hand_materials_on(one, actor, now)
    record(
        "training.session_changed", one, actor, now, now, title=one.title, place=one.place or one.link,
        lecturers=[row.name for row in lecturers], keeps=one.keeps,
    )  # fmt: skip
    return one


def _fill(one: Session, wanted: Wanted, of: Contract, now: datetime) -> None:
    for name, allowed in (
        ("kind", KINDS), ("form", FORMS), ("audience", AUDIENCES), ("stage", tuple(words.STAGES)),
    ):  # fmt: skip
        if getattr(wanted, name) not in allowed:
            raise BadInput(field=name)
        setattr(one, name, getattr(wanted, name))
    check_times(wanted.starts_at, wanted.ends_at)
    one.starts_at, one.ends_at = wanted.starts_at, wanted.ends_at
    one.breaks = breaks_of(wanted.breaks)
    one.course = current_course(wanted.course, now=now) if wanted.course else None
    one.line = _plan_line(of.pk, wanted.line_id)
    one.title = line(wanted.title, "title", 200) or _title(one)
    one.content = text_of(wanted.content, "content") or (one.course.outline_zh if one.course else "")
    one.place, one.link = line(wanted.place, "place", 200), line(wanted.link, "link", 300)
    if one.link and not one.link.startswith("https://"):
        raise BadInput(field="link")
    if not one.place and not one.link:
        raise BadInput(field="place", problem="missing")
    if not set(wanted.tested) <= set(results.PARTS):
        raise BadInput(field="tested")
    one.tested = [part for part in results.PARTS if part in wanted.tested]
    one.keeps = obligations.chosen_to_keep(of.pk, wanted.keeps, drawing.can_keep)


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raises BadInput: ends_at."""
    if not 0 < seconds(ends_at) - seconds(starts_at) <= LONGEST:
        raise BadInput(field="ends_at")


def breaks_of(typed: str) -> list[list[str]]:
    """12:00-13:30, 15:00-15:10 → [["12:00", "13:30"], …]. Raises BadInput."""
    found = []
    for part in _COMMAS.split(typed):
        if not part.strip():
            continue
        match = _BREAK.fullmatch(part)
        if match is None:
            raise BadInput(field="breaks")
        begin, end = f"{match[1]}:{match[2]}", f"{match[3]}:{match[4]}"
        if begin >= end:
            raise BadInput(field="breaks")
        found.append([begin, end])
    return sorted(found)[:8]


def _plan_line(contract_id: int, line_id: int | None) -> PlanLine | None:
    if line_id is None:
        return None
    found = PlanLine.objects.filter(
        pk=line_id, contract_id=contract_id, plan__state__in=["agreed", "replaced"]
    ).first()
    if found is None:
        raise BadInput(field="line")
    return found


def _title(one: Session) -> str:
    """Data in the language of the contract, like the titles of cases."""
    if one.line is not None:
        return one.line.title
    if one.course is not None:
        return one.course.zh
    with translation.override("zh-hans"):
        return str(words.KINDS[one.kind])


def _lecturers(one: Session, wanted: Wanted) -> list[Lecturer]:
    """Rows that are not saved. Of a training each must be qualified on its day (T-2)."""
    if one.kind == "training" and not wanted.lecturers:
        raise BadInput(field="lecturers", problem="missing")
    if len(wanted.lecturers) > MOST_LECTURERS:
        raise BadInput(field="lecturers", problem="too_many", limit=MOST_LECTURERS)
    on = local_day(one.starts_at)
    numbers = [wish.person_id for wish in wanted.lecturers if wish.person_id is not None]
    people = {
        person.pk: person
        for person in Person.objects.filter(pk__in=numbers, active=True).prefetch_related("certificates")
        if not person.outside
    }
    rows = []
    for wish in wanted.lecturers:
        person = people.get(wish.person_id) if wish.person_id is not None else None
        if wish.person_id is not None and person is None:
            raise BadInput(field="lecturers")
        name = person.name if person else line(wish.name, "lecturers", 60, needed=True)
        row = Lecturer(
            contract_id=one.contract_id, person=person, name=name,
            qualification=line(wish.qualification, "lecturers", 200),
        )  # fmt: skip
        if person is not None and (best := _certificate(person, on)):
            row.certificate, row.valid_until = f"{best.name} {best.number}".strip(), best.until
        if one.kind == "training" and not row.certificate and not row.qualification:
            raise BadInput(field="lecturers", problem="unqualified", name=name)
        rows.append(row)
    return rows


def _certificate(person: Person, on: date) -> results.Held | None:
    return results.best_certificate(
        (results.Held(one.name, one.number, one.valid_until) for one in person.certificates.all()), on
    )


def _keep_lecturers(one: Session, rows: Sequence[Lecturer]) -> None:
    for row in rows:
        row.session = one
    Lecturer.objects.bulk_create(rows)


def _hand_materials_on(one: Session, actor: Person | None, now: datetime) -> None:
    """The course's materials become the session's, so that the customer can read them; content is kept once."""
    if one.course is None:
        return
    there = {file.digest for file in queries.files_of(one.pk)}
    for file in queries.materials(one.course):
        if file.digest not in there:
            files.attach(
                read(file.digest), name=file.name, kind="document", subject=(queries.SUBJECT, one.pk),
                contract_id=one.contract_id, actor=actor, now=now,
            )  # fmt: skip


@transaction.atomic
def move_session(
    session_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    actor: Person | None,
    now: datetime,
) -> Session:
    """Another time, with the reason; those who were invited are told.

    Raises NotFound, NotAllowed, IllegalMove, BadInput.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "plan_training")
    one.state = after(SESSION, one.state, "move", "session")
    why = line(reason, "reason", 300, needed=True)
    check_times(starts_at, ends_at)
    was = one.starts_at
    one.moves = [
        *one.moves,
        {
            "from": was.isoformat(), "to": starts_at.isoformat(), "reason": why, "at": now.isoformat(),
            "by": actor.name if actor else "",
        },
    ]  # fmt: skip
    one.starts_at, one.ends_at = starts_at, ends_at
    one.save(update_fields=["starts_at", "ends_at", "moves"])
    record(
        "training.session_moved", one, actor, now, now, was=was.isoformat(), starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(), reason=why,
    )  # fmt: skip
    if one.invited_at:
        notes.moved(one, why, now)
    return one


@transaction.atomic
def cancel_session(session_id: int, *, reason: str, actor: Person | None, now: datetime) -> Session:
    """It is not held, with the reason; what it was for stays owed.

    Raises NotFound, NotAllowed, IllegalMove, BadInput.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "plan_training")
    one.state = after(SESSION, one.state, "cancel", "session")
    one.reason = line(reason, "reason", 300, needed=True)
    one.save(update_fields=["state", "reason"])
    record("training.session_cancelled", one, actor, now, now, reason=one.reason, keeps=one.keeps)
    if one.invited_at:
        notes.cancelled(one, now)
    return one


@transaction.atomic
def invite(session_id: int, *, actor: Person | None, now: datetime) -> int:
    """Tell the customer's people, with an entry for their calendars; returns how many. Done again, it tells them again.

    Raises NotFound, NotAllowed, IllegalMove.
    """
    one = queries.session(session_id, lock=True)
    require(actor, "plan_training")
    after(SESSION, one.state, "change", "session")
    one.invited_at = now
    one.save(update_fields=["invited_at"])
    told = notes.invited(one, now)
    record("training.invited", one, actor, now, now, people=told)
    return told


@transaction.atomic
def add_file(
    session_id: int, content: bytes, *, name: str, kind: str, actor: Person | None, now: datetime
) -> Attachment:
    """A material, a photograph, a scan of the signed sheet. Raises NotFound, NotAllowed, IllegalMove, BadInput."""
    one = queries.session(session_id, lock=True)
    require(actor, "hold_training")
    after(SESSION, one.state, "attend", "session")
    if kind not in ("photo", "paper", "document"):
        raise BadInput(field="kind")
    return files.attach(
        content, name=name, kind=kind, subject=(queries.SUBJECT, one.pk), contract_id=one.contract_id, actor=actor,
        now=now, only_pictures=kind == "photo",
    )  # fmt: skip
