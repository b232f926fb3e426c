"""Who takes part: the list, signing in by code, the lecturer's ticks, going early."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk.queries import seconds
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.domain.training import attending, people
from luyue.domain.training.people import Human
from luyue.domain.training.states import SESSION, after
from luyue.training import queries
from luyue.training.acting import line, record
from luyue.training.models import Attendance, Session, Trainee


@transaction.atomic
def add_trainees(
    session_id: int, wanted: Sequence[Human], *, actor: Person | None, now: datetime
) -> tuple[int, int]:
    """Put people on the list; who is on it already stays once. Returns how many are new on it, and how many were there.

    Raises NotFound, NotAllowed, IllegalMove; BadInput: people.
    """
    one = _take(session_id, actor, "list_trainees")
    if not wanted:
        raise BadInput(field="people", problem="missing")
    there = {row.trainee_id for row in Attendance.objects.filter(session=one)}
    if len(there) + len(wanted) > people.MOST:
        raise BadInput(field="people", problem="too_many", limit=people.MOST)
    known = _known(one.contract_id)
    added = []
    for human in people.fullest_first(map(people.checked, wanted)):
        trainee = _trainee(one.contract_id, human, known, now)
        if trainee.pk not in there:
            there.add(trainee.pk)
            added.append(Attendance(session=one, contract_id=one.contract_id, trainee=trainee))
    Attendance.objects.bulk_create(added)
    if added:
        record(
            "training.trainees_listed", one, actor, now, now, added=len(added),
            names=[row.trainee.name for row in added][:100],
        )  # fmt: skip
    return len(added), len(wanted) - len(added)


def _known(contract_id: int) -> list[Trainee]:
    """All of a contract, locked against another list that brings the same person in at the same moment."""
    Contract.objects.select_for_update(no_key=True).only("pk").get(pk=contract_id)
    return list(Trainee.objects.filter(contract_id=contract_id).order_by("pk"))


def _trainee(contract_id: int, human: Human, known: list[Trainee], now: datetime) -> Trainee:
    """The person's row; what was not known of him is added to it. known: those he may be, grows by a new one."""
    place = people.find([_human(one) for one in known], human)
    if place is None:
        made, _new = Trainee.objects.get_or_create(
            contract_id=contract_id, name=human.name, department=human.department, phone=human.phone,
            defaults={"new_staff": human.new_staff, "made_at": now},
        )  # fmt: skip
        known.append(made)
        return made
    one = known[place]
    told = people.fuller(_human(one), human)
    if told != _human(one) and not _taken(one, told):
        one.department, one.phone, one.new_staff = told.department, told.phone, told.new_staff
        one.save(update_fields=["department", "phone", "new_staff"])
    return one


def _taken(one: Trainee, told: Human) -> bool:
    same = Trainee.objects.filter(
        contract_id=one.contract_id, name=one.name, department=told.department, phone=told.phone
    )
    return same.exclude(pk=one.pk).exists()


def _human(one: Trainee) -> Human:
    return Human(one.name, one.department, one.phone, one.new_staff)


@transaction.atomic
def remove_trainee(session_id: int, attendance_id: int, *, actor: Person | None, now: datetime) -> None:
    """Off the list, as long as he was not there. Raises NotFound, NotAllowed, IllegalMove."""
    one = _take(session_id, actor, "list_trainees")
    row = queries.attendance(one.pk, attendance_id, lock=True)
    if row.arrived_at is not None or one.state != "planned":
        raise IllegalMove(subject="trainee", state="present", act="remove")
    name = row.trainee.name
    row.delete()
    record("training.trainee_removed", one, actor, now, now, name=name)


@transaction.atomic
def sign_in(session_id: int, human: Human, *, at: datetime) -> tuple[Attendance, bool]:
    """Somebody signs in on his own phone. Returns his row, and whether it is new: who signs in twice is there once.

    Raises NotFound, IllegalMove (not open); BadInput: name, department, phone.
    """
    one = queries.session(session_id, lock=True)
    if after(SESSION, one.state, "attend", "session") != "planned":
        raise IllegalMove(subject="session", state=one.state, act="sign_in")
    listed = {row.trainee_id: row for row in Attendance.objects.select_related("trainee").filter(session=one)}
    wanted = people.checked(human)
    known = _known(one.contract_id)
    # The list of this session first: a name without more on it is one of these.
    known.sort(key=lambda trainee: (trainee.pk not in listed, trainee.pk))
    among = [trainee for trainee in known if trainee.pk in listed]
    if people.find([_human(trainee) for trainee in among], wanted) is not None:
        known = among + [
            trainee for trainee in known if _human(trainee) == wanted and trainee.pk not in listed
        ]
    trainee = _trainee(one.contract_id, wanted, known, at)
    row = listed.get(trainee.pk) or Attendance(session=one, contract_id=one.contract_id, trainee=trainee)
    if row.arrived_at is not None:
        return row, False
    row.arrived_at, row.way = at, "code"
    row.save()
    record(
        "training.attended",
        one,
        None,
        at,
        at,
        trainee=row.trainee_id,
        name=row.trainee.name,
        way="code",
        mark="in",
    )
    return row, True


@transaction.atomic
def sign_out(attendance_id: int, *, at: datetime) -> Attendance:
    """Somebody goes before the end, and says so on his phone. Raises NotFound, IllegalMove."""
    row = _by_number(attendance_id)
    one = queries.session(row.session_id, lock=True)
    row.refresh_from_db(fields=["arrived_at", "left_at"])
    if one.state != "planned" or row.arrived_at is None or row.left_at is not None or at < row.arrived_at:
        raise IllegalMove(subject="trainee", state=one.state, act="sign_out")
    row.left_at = at
    row.save(update_fields=["left_at"])
    record(
        "training.attended",
        one,
        None,
        at,
        at,
        trainee=row.trainee_id,
        name=row.trainee.name,
        way="code",
        mark="out",
    )
    return row


def _by_number(attendance_id: int) -> Attendance:
    found = Attendance.objects.select_related("trainee").filter(pk=attendance_id).first()
    if found is None:
        raise NotFound(subject="trainee")
    return found


@transaction.atomic
def tick(
    session_id: int,
    attendance_id: int,
    *,
    present: bool,
    actor: Person | None,
    now: datetime,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    excuse: str = "",
    way: str = "tick",
    new_staff: bool | None = None,
) -> Attendance:
    """The lecturer says who was there, from when till when; also afterwards, from the sheet that was signed on paper.

    Args:
        arrived_at: None: from the beginning. left_at: None: to the end. way: tick or paper.
    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: arrived_at, left_at, excuse, way.
    """
    one = _take(session_id, actor, "hold_training")
    row = queries.attendance(one.pk, attendance_id, lock=True)
    if way not in ("tick", "paper"):
        raise BadInput(field="way")
    begin, end = one.held_from or one.starts_at, one.held_until or one.ends_at
    row.excuse = line(excuse, "excuse", 200)
    if present:
        arrived = arrived_at or begin
        if not begin - (end - begin) <= arrived <= end:
            raise BadInput(field="arrived_at")
        if left_at is not None and left_at < arrived:
            raise BadInput(field="left_at")
        row.arrived_at, row.left_at, row.way = arrived, left_at, way
    else:
        row.arrived_at = row.left_at = None
        row.way = ""
    if new_staff is not None and new_staff != row.trainee.new_staff:
        row.trainee.new_staff = new_staff
        row.trainee.save(update_fields=["new_staff"])
    row.seconds = reckon(one, row) if one.state == "finished" else 0
    row.save()
    record(
        "training.attended", one, actor, now, now, trainee=row.trainee_id, name=row.trainee.name, way=way,
        mark="present" if present else "absent", excuse=row.excuse,
        arrived_at=row.arrived_at.isoformat() if row.arrived_at else None,
        left_at=row.left_at.isoformat() if row.left_at else None,
    )  # fmt: skip
    return row


def reckon(one: Session, row: Attendance) -> int:
    """Seconds of taught time that somebody was there."""
    return attending.attended(
        queries.held(one),
        seconds(row.arrived_at) if row.arrived_at else None,
        seconds(row.left_at) if row.left_at else None,
    )


def _take(session_id: int, actor: Person | None, right: str) -> Session:
    """The session, locked: of two who sign in at once, each sees the other's row."""
    one = queries.session(session_id, lock=True)
    require(actor, right)
    after(SESSION, one.state, "attend", "session")
    return one
