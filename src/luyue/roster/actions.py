"""Acts on shifts and staff. Each is one transaction and one ledger event."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.domain.roster import check_shift
from luyue.domain.tables import Cell, Limits, open_table
from luyue.ledger.wall import Scope
from luyue.notices.actions import Note, tell
from luyue.roster import notes, queries
from luyue.roster.models import Certificate, Qualification, Shift, Staff, Swap

MOST_ROWS = 5000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "person": ("人员", "姓名", "登录名", "值班人", "person", "name", "username"),
    "starts_at": ("开始", "开始时间", "上班", "start", "starts_at"),
    "ends_at": ("结束", "结束时间", "下班", "end", "ends_at"),
    "post": ("岗位", "班次", "post"),
}


@transaction.atomic
def add_shift(
    person_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    actor: Person | None,
    now: datetime,
    post: str = "",
) -> Shift:
    """Put somebody on duty.

    Raises:
        NotAllowed. BadInput: person, and see `domain.roster.check_shift`.
    """
    require(actor, "manage_roster")
    made = _shift(person_id, starts_at, ends_at, post, actor, now)
    _record("shift.added", made.person, actor, now, shift=made.pk, **_told(made))
    return made


def _shift(
    person_id: int, starts_at: datetime, ends_at: datetime, post: str, actor: Person | None, now: datetime
) -> Shift:
    # The person's row is the lock: two shifts of one person are entered one after the other.
    person = queries.can_be_on_duty().select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise BadInput(field="person")
    taken = [(one.starts_at, one.ends_at) for one in queries.shifts(starts_at, ends_at).filter(person=person)]
    check_shift(starts_at, ends_at, taken)
    made = _made(person, starts_at, ends_at, post, actor, now)
    made.save()
    return made


def _made(
    person: Person, starts_at: datetime, ends_at: datetime, post: str, actor: Person | None, now: datetime
) -> Shift:
    return Shift(
        person=person,
        starts_at=starts_at,
        ends_at=ends_at,
        post=post.strip()[:40],
        entered_by=actor,
        entered_at=now,
    )


@transaction.atomic
def remove_shift(shift_id: int, *, actor: Person | None, now: datetime) -> None:
    """Take a shift away; the ledger keeps it. Raises NotFound, NotAllowed."""
    require(actor, "manage_roster")
    found = queries.shift(shift_id)
    _record("shift.removed", found.person, actor, now, shift=found.pk, **_told(found))
    found.delete()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of a roster file that cannot be used: its number, the field and what is wrong with it."""

    row: int
    field: str
    problem: str
    value: str


@transaction.atomic
def import_shifts(content: bytes, *, actor: Person | None, now: datetime) -> tuple[int, Sequence[Refused]]:
    """Take a roster out of a spreadsheet: columns person, start, end, post. All rows or, if one is bad, none.

    A row whose shift is there already changes nothing, so a file may be given again.

    Returns:
        How many shifts are new, and the bad rows.
    Raises:
        NotAllowed. BadTable. BadInput: field file, a column is missing.
    """
    require(actor, "manage_roster")
    table = open_table(content, limits=Limits(unpacked=20_000_000, rows=MOST_ROWS))
    columns = {
        field: next((one for one in table.header if one.strip().lower() in words), "")
        for field, words in COLUMNS.items()
    }
    for field in ("person", "starts_at", "ends_at"):
        if not columns[field]:
            raise BadInput(field="file", problem=f"no_{field}")
    told = [
        (number, {field: row.get(column) for field, column in columns.items() if column})
        for number, row in table
    ]
    rows = _Rows([given for _number, given in told], actor, now)
    bad: list[Refused] = []
    for number, given in told:
        try:
            rows.take(given)
        except BadInput as refusal:
            field = str(refusal.facts["field"])
            value = str(given.get(field) or "")[:60]
            bad.append(Refused(number, field, str(refusal.facts.get("problem") or ""), value))
    if bad:
        return 0, bad
    made = Shift.objects.bulk_create(rows.made)
    if made:
        ledger.record(
            "shift.imported", contract_id=None, subject=("shift", made[0].pk), actor=actor, at=now, now=now,
            data={"added": len(made), "people": sorted({one.person.name for one in made})},
        )  # fmt: skip
    return len(made), ()


class _Rows:
    """Rows of a roster file, checked against what is entered already and against each other; nothing is written.

    All who may be on duty are locked, and the shifts of the file's time read once.
    """

    def __init__(self, told: Sequence[Mapping[str, Cell]], actor: Person | None, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.made: list[Shift] = []
        self.names: dict[str, list[Person]] = {}
        for person in queries.can_be_on_duty().order_by("pk").select_for_update(of=("self",)):
            for word in {person.name, person.username}:
                self.names.setdefault(word, []).append(person)
        self.taken: dict[int, list[tuple[datetime, datetime]]] = {}
        for one in queries.shifts(*_stretch(told, now)):
            self.taken.setdefault(one.person_id, []).append((one.starts_at, one.ends_at))

    def take(self, given: Mapping[str, Cell]) -> None:
        """Raises BadInput."""
        people = self.names.get(str(given.get("person") or "").strip(), ())
        if len(people) != 1:
            raise BadInput(field="person", problem="ambiguous" if people else "")
        starts_at, ends_at = _moment(given, "starts_at"), _moment(given, "ends_at")
        taken = self.taken.setdefault(people[0].pk, [])
        if (starts_at, ends_at) in taken:
            return
        check_shift(starts_at, ends_at, taken)
        taken.append((starts_at, ends_at))
        post = str(given.get("post") or "")
        self.made.append(_made(people[0], starts_at, ends_at, post, self.actor, self.now))


def _stretch(told: Sequence[Mapping[str, Cell]], now: datetime) -> tuple[datetime, datetime]:
    """From the first to the last moment that a file names; what cannot be read is left out."""
    moments = [now]
    for given in told:
        with suppress(BadInput):
            moments += [_moment(given, "starts_at"), _moment(given, "ends_at")]
    return min(moments), max(moments)


def _moment(given: Mapping[str, Cell], field: str) -> datetime:
    value = given.get(field)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=ZONE)
    try:
        at = datetime.fromisoformat(str(value or "").strip().replace("/", "-"))
    except ValueError as error:
        raise BadInput(field=field, problem="bad_time") from error
    return at if at.tzinfo else at.replace(tzinfo=ZONE)


@transaction.atomic
def describe_staff(
    person_id: int, *, post: str, speciality: str, actor: Person | None, now: datetime
) -> Staff:
    """Say what customers are told of somebody (O-1). Raises NotAllowed, NotFound."""
    require(actor, "manage_staff")
    one = queries.staff(person_id)
    one.post, one.speciality = post.strip()[:60], speciality.strip()[:120]
    one.save()
    _record("staff.described", one.person, actor, now, post=one.post, speciality=one.speciality)
    return one


@transaction.atomic
def add_certificate(
    person_id: int,
    *,
    name: str,
    actor: Person | None,
    now: datetime,
    number: str = "",
    valid_until: date | None = None,
) -> Certificate:
    """Enter a certificate of somebody. Raises NotAllowed, NotFound. BadInput: name."""
    require(actor, "manage_staff")
    person = queries.staff(person_id).person
    if not name.strip():
        raise BadInput(field="name", problem="missing")
    made = Certificate.objects.create(
        person=person, name=name.strip()[:80], number=number.strip()[:60], valid_until=valid_until
    )
    _record(
        "certificate.added", person, actor, now, name=made.name, number=made.number,
        valid_until=valid_until.isoformat() if valid_until else None,
    )  # fmt: skip
    return made


@transaction.atomic
def remove_certificate(certificate_id: int, *, actor: Person | None, now: datetime) -> Certificate:
    """Take a certificate away. Raises NotAllowed, NotFound."""
    require(actor, "manage_staff")
    one = queries.certificate(certificate_id)
    _record("certificate.removed", one.person, actor, now, name=one.name, number=one.number)
    one.delete()
    return one


@transaction.atomic
def add_qualification(
    person_id: int,
    *,
    kind: str,
    name: str,
    needs: Sequence[str],
    evidence: str,
    actor: Person | None,
    now: datetime,
    since: date | None = None,
    valid_until: date | None = None,
    certificate_id: int | None = None,
) -> Qualification:
    """Enter what shows that somebody fulfils what plans ask for (O-9).

    Raises:
        NotAllowed, NotFound. BadInput: kind, name, needs, evidence (missing), valid_until (before since), certificate
        (not his).
    """
    require(actor, "manage_staff")
    person = queries.staff(person_id).person
    if kind not in Qualification.Kind.values:
        raise BadInput(field="kind")
    for field, value in (("name", name), ("evidence", evidence), ("needs", "".join(needs))):
        if not value.strip():
            raise BadInput(field=field, problem="missing")
    if since is not None and valid_until is not None and valid_until < since:
        raise BadInput(field="valid_until", problem="before_start")
    if (
        certificate_id is not None
        and not Certificate.objects.filter(pk=certificate_id, person=person).exists()
    ):
        raise BadInput(field="certificate")
    made = Qualification.objects.create(
        person=person, kind=kind, name=name.strip()[:120], needs=sorted(set(needs)), evidence=evidence.strip()[:300],
        certificate_id=certificate_id, since=since, valid_until=None if certificate_id else valid_until,
        entered_by=actor, entered_at=now,
    )  # fmt: skip
    _record(
        "qualification.added", person, actor, now, name=made.name, needs=made.needs, evidence=made.evidence,
        valid_until=valid_until.isoformat() if valid_until else None,
    )  # fmt: skip
    return made


@transaction.atomic
def remove_qualification(qualification_id: int, *, actor: Person | None, now: datetime) -> Qualification:
    """Take a qualification away. Raises NotAllowed, NotFound."""
    require(actor, "manage_staff")
    one = queries.qualification(qualification_id)
    _record("qualification.removed", one.person, actor, now, name=one.name, needs=one.needs)
    one.delete()
    return one


@dataclass(frozen=True, slots=True)
class HandingOver:
    """The shifts that one would take over from another, and those that he cannot because he has a shift himself."""

    shifts: Sequence[Shift]
    refused: Sequence[Shift]


def handing_over(person_id: int, to_id: int, since: datetime, until: datetime) -> HandingOver:
    """Who would take over what, from one moment to another. Two queries."""
    rows = list(queries.shifts(since, until).filter(person_id=person_id))
    if not rows:
        return HandingOver((), ())
    begin, end = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    taken = [(one.starts_at, one.ends_at) for one in queries.shifts(begin, end).filter(person_id=to_id)]
    refused = [row for row in rows if any(b < row.ends_at and row.starts_at < e for b, e in taken)]
    return HandingOver([row for row in rows if row not in refused], refused)


@transaction.atomic
def hand_over(
    person_id: int, to_id: int, since: datetime, until: datetime, *, actor: Person | None, now: datetime
) -> int:
    """Somebody's shifts go to another; returns how many.

    Raises:
        NotAllowed. BadInput: starts_at (problem overlap: he is on duty then already).
    """
    require(actor, "manage_roster")
    list(Person.objects.filter(pk__in=[person_id, to_id]).order_by("pk").select_for_update(of=("self",)))
    found = handing_over(person_id, to_id, since, until)
    if found.refused:
        raise BadInput(field="starts_at", problem="overlap")
    to = Person.objects.get(pk=to_id)
    for row in found.shifts:
        before, row.person = row.person, to
        row.save(update_fields=["person"])
        _record("shift.handed_over", before, actor, now, shift=row.pk, to=to.name, **_told(row))
    return len(found.shifts)


@transaction.atomic
def ask_swap(
    shift_id: int, *, to_id: int, reason: str, actor: Person, now: datetime, other_id: int | None = None
) -> Swap:
    """Ask a colleague to take a shift, perhaps for one of his (O-3).

    Raises:
        NotFound. NotAllowed: somebody else's shift. BadInput: to, other (not his), reason. IllegalMove: it has begun,
        or it is asked for already.
    """
    one = queries.shift(shift_id)
    if one.person_id != actor.pk:
        raise NotAllowed(act="swap")
    if one.starts_at <= now or Swap.objects.filter(shift=one, state__in=queries.OPEN_SWAPS).exists():
        raise IllegalMove(subject="shift", state="begun" if one.starts_at <= now else "asked", act="ask_swap")
    to = queries.can_be_on_duty().filter(pk=to_id).first()
    if to is None or to.pk == actor.pk:
        raise BadInput(field="to")
    other = Shift.objects.filter(pk=other_id, person=to, starts_at__gt=now).first() if other_id else None
    if other_id and other is None:
        raise BadInput(field="other")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    made = Swap.objects.create(
        shift=one, other=other, person=actor, to=to, reason=reason.strip()[:200], asked_at=now
    )
    _record("swap.asked", actor, actor, now, swap=made.pk, to=to.name, reason=made.reason, **_told(one))
    _tell([notes.swap_asked(made, to)], now)
    return made


@transaction.atomic
def answer_swap(swap_id: int, *, agree: bool, actor: Person, now: datetime) -> Swap:
    """The colleague says yes or no. Raises NotFound, NotAllowed, IllegalMove."""
    one = queries.swap(swap_id, lock=True)
    if actor.pk != one.to_id:
        raise NotAllowed(act="swap")
    if one.state != Swap.State.ASKED:
        raise IllegalMove(subject="swap", state=one.state, act="answer_swap")
    one.state, one.answered_at = (Swap.State.ACCEPTED if agree else Swap.State.DECLINED), now
    one.save(update_fields=["state", "answered_at"])
    if agree:
        _record("swap.accepted", one.person, actor, now, swap=one.pk, to=one.to.name)
    else:
        _record("swap.declined", one.person, actor, now, swap=one.pk, to=one.to.name)
    _tell([notes.swap_told(one, one.person)], now)
    return one


@transaction.atomic
def decide_swap(swap_id: int, *, approve: bool, actor: Person | None, now: datetime) -> Swap:
    """A manager approves what two have agreed on; then the roster follows.

    Raises:
        NotFound, NotAllowed (also for one's own). IllegalMove. BadInput: starts_at (another shift then).
    """
    require(actor, "manage_roster")
    one = queries.swap(swap_id, lock=True)
    if actor is not None and actor.pk in (one.person_id, one.to_id):
        raise NotAllowed(act="manage_roster")
    if one.state != Swap.State.ACCEPTED:
        raise IllegalMove(subject="swap", state=one.state, act="decide_swap")
    one.state = Swap.State.APPROVED if approve else Swap.State.REFUSED
    one.decided_by, one.decided_at = actor.name[:60] if actor else "", now
    one.save(update_fields=["state", "decided_by", "decided_at"])
    if approve:
        _exchange(one)
        _record("swap.approved", one.person, actor, now, swap=one.pk, to=one.to.name, **_told(one.shift))
    else:
        _record("swap.refused", one.person, actor, now, swap=one.pk, to=one.to.name)
    _tell([notes.swap_told(one, person) for person in (one.person, one.to)], now)
    return one


def _tell(told: Sequence[Note], now: datetime) -> None:
    """Messages of the firm alone: the wall keeps them from who serves single contracts, so its scope is opened."""
    with Scope.everything().entered():
        tell(told, now=now)


def _exchange(one: Swap) -> None:
    """Each shift gets the other's person; both are checked against what else each has."""
    moves = [(one.shift, one.to)] + ([(one.other, one.person)] if one.other else [])
    gone = [shift.pk for shift, _person in moves]
    list(
        Person.objects.filter(pk__in=[one.person_id, one.to_id])
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    for shift, person in moves:
        rows = queries.shifts(shift.starts_at, shift.ends_at).filter(person=person).exclude(pk__in=gone)
        check_shift(shift.starts_at, shift.ends_at, [(row.starts_at, row.ends_at) for row in rows])
        shift.person = person
        shift.save(update_fields=["person"])


def _told(one: Shift) -> dict[str, object]:
    return {"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat(), "post": one.post}


def _record(kind: str, person: Person, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=None, subject=("person", person.pk), actor=actor, at=now, now=now,
        data={"name": person.name, **data} if "name" not in data else data,
    )  # fmt: skip
