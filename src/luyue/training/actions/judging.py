"""Scores and signed feedback."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.domain.training.results import Attempt, check_attempt, check_marks
from luyue.domain.training.states import SESSION, after
from luyue.files import actions as files
from luyue.training import queries
from luyue.training.acting import record, words
from luyue.training.models import Attendance, Feedback, Score


@transaction.atomic
def enter_score(
    session_id: int, attendance_id: int, given: Attempt, *, actor: Person | None, now: datetime
) -> Score:
    """The score of one part of a trainee's test; entered again for the same attempt, it is corrected.

    Raises:
        NotFound, NotAllowed. IllegalMove: he was not there, the session is cancelled. BadInput: points and the like,
        attempt (a retake before the first).
    """
    one = queries.session(session_id, lock=True)
    require(actor, "hold_training")
    after(SESSION, one.state, "judge", "session")
    check_attempt(given)
    row = queries.attendance(one.pk, attendance_id, lock=True)
    if row.arrived_at is None:
        raise IllegalMove(subject="trainee", state="absent", act="score")
    before = Score.objects.filter(attendance=row, part=given.part)
    if given.number > 1 and not before.filter(attempt=given.number - 1).exists():
        raise BadInput(field="attempt")
    made, _new = Score.objects.update_or_create(
        attendance=row, part=given.part, attempt=given.number,
        defaults={
            "contract_id": one.contract_id, "points": given.points, "full": given.full, "pass_mark": given.pass_mark,
            "at": one.held_until or one.ends_at if given.number == 1 else now, "entered_at": now,
            "entered_by": actor.name if actor else "",
        },
    )  # fmt: skip
    record(
        "training.scored", one, actor, now, now, trainee=row.trainee_id, name=row.trainee.name, part=given.part,
        attempt=given.number, points=given.points, full=given.full, pass_mark=given.pass_mark,
    )  # fmt: skip
    return made


@transaction.atomic
def give_feedback(
    attendance_id: int,
    marks: Mapping[str, int | None],
    *,
    remark: str = "",
    signature: bytes = b"",
    scan: tuple[str, bytes] | None = None,
    way: str,
    actor: Person | None,
    at: datetime,
) -> Feedback:
    """A trainee's feedback with his signature; once. What he does not answer stays without an answer.

    Args:
        way: code (his own phone), glass (the lecturer's), scan (paper).
    Raises:
        NotFound, NotAllowed. IllegalMove: he was not there, or has given it. BadInput: marks, remark, signature, file.
    """
    row = _locked(attendance_id)
    one = queries.session(row.session_id, lock=True)
    if way != "code":
        require(actor, "hold_training")
    after(SESSION, one.state, "attend", "session")
    if row.arrived_at is None or Feedback.objects.filter(attendance=row).exists():
        raise IllegalMove(subject="feedback", state="given" if row.arrived_at else "absent", act="give")
    if not signature and scan is None:
        raise BadInput(field="signature", problem="missing")
    name, content = scan or (f"{row.trainee.name}.png", signature)
    file = files.attach(
        content, name=name, kind="paper" if scan else "signature", subject=(queries.SUBJECT, one.pk),
        contract_id=one.contract_id, actor=actor, now=at, note=row.trainee.name, only_pictures=scan is None,
    )  # fmt: skip
    made = Feedback.objects.create(
        attendance=row, contract_id=one.contract_id, remark=words(remark, "remark", 2000), way=way, file=file, at=at,
        **check_marks(marks),
    )  # fmt: skip
    record(
        "training.feedback_given", one, actor, at, at, trainee=row.trainee_id, name=row.trainee.name, way=way,
        marks={question: mark for question, mark in made.marks.items() if mark is not None}, digest=file.digest,
    )  # fmt: skip
    return made


def _locked(attendance_id: int) -> Attendance:
    found = (
        Attendance.objects.select_for_update(of=("self",))
        .select_related("trainee")
        .filter(pk=attendance_id)
        .first()
    )
    if found is None:
        raise NotFound(subject="trainee")
    return found
