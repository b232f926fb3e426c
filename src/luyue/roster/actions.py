"""Acts on shifts and staff. Each is one transaction and one ledger event."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.domain.refusals import BadInput, NotAllowed
from luyue.domain.roster import check_shift
from luyue.domain.tables import Cell, Limits, open_table
from luyue.roster import queries
from luyue.roster.models import Certificate, Qualification, Shift, Staff

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
    _check(actor, "manage_roster")
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
    _check(actor, "manage_roster")
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
    _check(actor, "manage_roster")
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
    _check(actor, "manage_staff")
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
    _check(actor, "manage_staff")
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
    _check(actor, "manage_staff")
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
    _check(actor, "manage_staff")
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
    _check(actor, "manage_staff")
    one = queries.qualification(qualification_id)
    _record("qualification.removed", one.person, actor, now, name=one.name, needs=one.needs)
    one.delete()
    return one


def _told(one: Shift) -> dict[str, object]:
    return {"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat(), "post": one.post}


def _record(kind: str, person: Person, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=None, subject=("person", person.pk), actor=actor, at=now, now=now,
        data={"name": person.name, **data} if "name" not in data else data,
    )  # fmt: skip


def _check(actor: Person | None, act: str) -> None:
    if actor is not None and not actor.may(act):
        raise NotAllowed(act=act)
