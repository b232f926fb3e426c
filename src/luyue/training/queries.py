"""Reads of trainings and meetings. The wall decides which there are; courses are for everybody of the firm."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from luyue.contracts.queries import ZONE
from luyue.desk.queries import seconds
from luyue.domain.refusals import NotFound
from luyue.domain.training import results
from luyue.domain.training.attending import Held, Stretch
from luyue.files.models import Attachment
from luyue.ledger.wall import Scope
from luyue.training import shipped
from luyue.training.models import (
    Attendance,
    Course,
    Feedback,
    Lecturer,
    PlanLine,
    Score,
    Session,
    Trainee,
    TrainingPlan,
)

SUBJECT, PLAN_SUBJECT, COURSE_SUBJECT = "training_session", "training_plan", "course"


# -- courses ----------------------------------------------------------------------------------------------------


def courses() -> list[Course]:
    """Courses in use: the firm's own, and those that come with Luyue as rows that are not saved."""
    own = {row.code: row for row in Course.objects.all()}
    found = {code: shipped.course(code) for code in shipped.contents()} | own
    return [found[code] for code in sorted(found) if found[code].active]


def course(code: str) -> Course:
    """A course, saved or shipped. Raises NotFound."""
    found = Course.objects.filter(code=code).first()
    if found is None and code in shipped.contents():
        return shipped.course(code)
    if found is None:
        raise NotFound(subject="course")
    return found


def materials(of: Course) -> list[Attachment]:
    """Files of a course. They are the firm's, and no contract's: read in the scope of everything."""
    if of.pk is None:
        return []
    with Scope.everything().entered():
        return list(Attachment.objects.filter(subject_kind=COURSE_SUBJECT, subject_id=of.pk))


def material(of: Course, file_id: int) -> Attachment:
    """One file of a course. Raises NotFound."""
    found = next((one for one in materials(of) if one.pk == file_id), None)
    if found is None:
        raise NotFound(subject="file")
    return found


# -- plans ------------------------------------------------------------------------------------------------------


def plan(plan_id: int, *, lock: bool = False) -> TrainingPlan:
    """A plan in scope. Raises NotFound."""
    rows = TrainingPlan.objects.select_for_update(of=("self",)) if lock else TrainingPlan.objects
    found = rows.select_related("contract__customer", "made_by").filter(pk=plan_id).first()
    if found is None:
        raise NotFound(subject="training_plan")
    return found


def plans_of(contract_id: int, *, outside: bool = False) -> list[TrainingPlan]:
    """The versions, the newest first; who is not of the firm does not see drafts."""
    rows = TrainingPlan.objects.filter(contract_id=contract_id).select_related("made_by")
    if outside:
        rows = rows.exclude(state="draft")
    return list(rows.annotate(number=Count("lines")).order_by("-version"))


def lines_of(plan_id: int) -> list[PlanLine]:
    rows = PlanLine.objects.filter(plan_id=plan_id).select_related("course")
    held = Count("sessions", filter=Q(sessions__state="finished"))
    return list(rows.annotate(held=held, planned=Count("sessions", filter=Q(sessions__state="planned"))))


def agreed_plan(contract_id: int) -> TrainingPlan | None:
    return TrainingPlan.objects.filter(contract_id=contract_id, state="agreed").first()


# -- sessions ---------------------------------------------------------------------------------------------------


def sessions() -> QuerySet[Session]:
    """Sessions with what a list shows of them."""
    there = Q(attendances__arrived_at__isnull=False)
    return Session.objects.select_related("contract__customer", "course").annotate(
        listed=Count("attendances"), came=Count("attendances", filter=there)
    )


def session(session_id: int, *, lock: bool = False) -> Session:
    """A session in scope. Raises NotFound."""
    rows = Session.objects.select_for_update(of=("self",)) if lock else Session.objects
    found = (
        rows.select_related("contract__customer", "course", "line__plan", "made_by").filter(pk=session_id)
    ).first()
    if found is None:
        raise NotFound(subject="session")
    return found


def sessions_between(start: datetime, end: datetime, contract_id: int | None = None) -> QuerySet[Session]:
    rows = sessions().filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "id")
    return rows.filter(contract_id=contract_id) if contract_id else rows


def attendances_of(session_id: int) -> list[Attendance]:
    """Everybody on the list with scores and feedback. Three queries."""
    rows = Attendance.objects.filter(session_id=session_id).select_related("trainee")
    return list(
        rows.prefetch_related(
            Prefetch("scores", Score.objects.order_by("part", "attempt")),
            Prefetch("feedback", Feedback.objects.select_related("file")),
        )
    )


def attendance(session_id: int, attendance_id: int, *, lock: bool = False) -> Attendance:
    """One of them. Raises NotFound."""
    rows = Attendance.objects.select_for_update(of=("self",)) if lock else Attendance.objects
    found = rows.select_related("trainee", "session").filter(pk=attendance_id, session_id=session_id).first()
    if found is None:
        raise NotFound(subject="trainee")
    return found


def files_of(session_id: int) -> list[Attachment]:
    return list(Attachment.objects.filter(subject_kind=SUBJECT, subject_id=session_id))


def held(one: Session) -> Held:
    """The session as it was held; as planned while it is not over."""
    begin, end = one.held_from or one.starts_at, one.held_until or one.ends_at
    return Held(seconds(begin), seconds(end), break_stretches(one))


def break_stretches(one: Session) -> list[Stretch]:
    """Breaks as instants: on the local day of the session's begin, and on the next for one that runs past midnight."""
    day = one.starts_at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for begin, end in one.breaks:
        first, last = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in (begin, end))
        base = seconds(day)
        found += [(base + shift + first, base + shift + last) for shift in (0, 86_400)]
    return found


# -- what it adds up to -------------------------------------------------------------------------------------------


def gathering_days(contract_id: int, since: datetime, until: datetime) -> int:
    """On how many days meetings, trainings and assessments were held (R-2, the days a year that are promised)."""
    rows = Session.objects.filter(contract_id=contract_id, state="finished")
    starts = rows.filter(starts_at__gte=since, starts_at__lt=until).values_list("starts_at", flat=True)
    return results.days(starts, ZONE)


@dataclass(frozen=True, slots=True)
class Total:
    """A trainee with what he has. seconds: of trainings; tested, passed: of the latest test, None: never tested."""

    trainee: Trainee
    seconds: int
    sessions: int
    tested_on: date | None
    passed: bool | None


def totals(
    contract_id: int, *, since: datetime | None = None, until: datetime | None = None, new_staff: bool = False
) -> list[Total]:
    """Every trainee of a contract with hours of finished trainings. Three queries."""
    people = Trainee.objects.filter(contract_id=contract_id)
    if new_staff:
        people = people.filter(new_staff=True)
    rows = Attendance.objects.filter(
        contract_id=contract_id, session__state="finished", session__kind="training", arrived_at__isnull=False
    )
    if since is not None:
        rows = rows.filter(session__starts_at__gte=since)
    if until is not None:
        rows = rows.filter(session__starts_at__lt=until)
    spent: dict[int, list[int]] = {}
    for trainee_id, length in rows.values_list("trainee_id", "seconds"):
        spent.setdefault(trainee_id, []).append(length)
    tested = _latest_tests(contract_id)
    return [
        Total(one, sum(spent.get(one.pk, ())), len(spent.get(one.pk, ())), *tested.get(one.pk, (None, None)))
        for one in people
    ]


def _latest_tests(contract_id: int) -> dict[int, tuple[date, bool]]:
    """Trainee → day of the latest session with a score, and whether each part was passed there at last."""
    scores = Score.objects.filter(contract_id=contract_id).order_by(
        "attendance__session__starts_at", "attempt"
    )
    found: dict[int, tuple[date, bool]] = {}
    by_part: dict[tuple[int, int], dict[str, bool]] = {}
    for trainee, session_id, part, passed, at in scores.annotate(
        passed=Q(points__gte=F("pass_mark"))
    ).values_list(
        "attendance__trainee_id", "attendance__session_id", "part", "passed", "attendance__session__starts_at"
    ):
        parts = by_part.setdefault((trainee, session_id), {})
        parts[part] = parts.get(part, False) or passed
        found[trainee] = (at.astimezone(ZONE).date(), all(parts.values()))
    return found


def waiting_plans() -> QuerySet[TrainingPlan]:
    """Plans that wait for the customer's answer."""
    return (
        TrainingPlan.objects.filter(state="submitted")
        .select_related("contract")
        .order_by("submitted_at", "id")
    )


def waiting_results() -> QuerySet[Session]:
    return (
        Session.objects.filter(result_state="handed").select_related("contract").order_by("result_at", "id")
    )


def coming(now: datetime) -> QuerySet[Session]:
    return (
        Session.objects.filter(state="planned", ends_at__gte=now)
        .select_related("contract")
        .order_by("starts_at", "id")
    )


def sessions_for(obligation_id: int) -> list[Session]:
    """The sessions that were planned for an obligation, the latest first."""
    return list(sessions().filter(keeps__contains=[obligation_id]).order_by("-starts_at", "-id")[:20])


def new_staff_of(one: Session, obligation_id: int) -> list[tuple[str, int]]:
    """New watch staff on the lists of the sessions for an obligation: name, and taught time at all of them together."""
    rows = Attendance.objects.filter(
        contract_id=one.contract_id, trainee__new_staff=True, session__keeps__contains=[obligation_id],
        session__state="finished",
    )  # fmt: skip
    found: dict[int, tuple[str, int]] = {}
    for trainee_id, name, length in rows.values_list("trainee_id", "trainee__name", "seconds"):
        found[trainee_id] = (name, found.get(trainee_id, (name, 0))[1] + length)
    return list(found.values())


def sessions_of_lecturer(name: str) -> Any:
    """Numbers of the sessions that somebody taught, for searching."""
    return Lecturer.objects.filter(name__icontains=name).values("session_id")


def contract_with_most_trainees() -> int | None:
    """The contract in scope that has most trainees."""
    rows = (
        Trainee.objects.values("contract_id").annotate(number=Count("id")).order_by("-number", "contract_id")
    )
    return rows.values_list("contract_id", flat=True).first()
