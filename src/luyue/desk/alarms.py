"""The sweep: clocks whose alarm is due tell the people on their ladder, once (S-5, L6; design decision 4).

Its cost follows what falls due, not what is open: an index on the next alarm finds the clocks. All that one case's
alarms change and say is one transaction; a worker that is killed in it has done nothing, and the next one does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from luyue import ledger
from luyue.accounts import queries as accounts
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import clocks, wording
from luyue.desk.clocks import Read
from luyue.desk.models import Alarm, Case, Clock
from luyue.desk.queries import moment
from luyue.domain.escalation import Rung
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell

BATCH = 50
# More than so many alarms for one person in one go come as a digest.
MOST_SINGLE_MESSAGES = 3
_EVENT_KINDS = {"warning": "clock.warned", "breach": "clock.breached", "pause": "clock.pause_reminded"}
# Who stands in when a contract has nobody in a role: towards those who can always be told.
_STAND_INS = {
    "second_line": "technical_lead",
    "technical_lead": "project_manager",
    "technical_support": "project_manager",
    "resident": "engineer",
    "engineer": "operator",
    "project_manager": "manager",
    "manager": "general_manager",
    "general_manager": "admin",
    "manufacturer": "project_manager",
    "operator": "manager",
}  # fmt: skip


@dataclass(frozen=True)
class Raised:
    """An alarm that was just raised, with the people to tell."""

    alarm: Alarm
    case: Case
    read: Read
    people: Sequence[Person]


def sweep(now: datetime, *, batch: int = BATCH, by_mail: bool = True) -> int:
    """Raise every alarm that is due, batch by batch; returns how many. Several workers may sweep at once."""
    total = 0
    while True:
        with scope(Scope.everything()):
            taken, raised = _sweep_batch(now, batch)
            tell(_notes(raised), now=now, by_mail=by_mail)
        total += len(raised)
        if taken < batch:
            return total


def _sweep_batch(now: datetime, batch: int) -> tuple[int, list[Raised]]:
    raised: list[Raised] = []
    cases = _due_cases(now, batch)
    for case in cases:
        raised += _raise_for(case, now)
    return len(cases), raised


def _due_cases(now: datetime, batch: int) -> list[Case]:
    """Lock cases with a due alarm, the longest due first. A case that somebody works on right now is left for the
    next sweep: his act reckons its clocks anyway. The case is locked first, as acts do, so that the two cannot meet
    crosswise."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT case_id FROM (SELECT case_id FROM desk_clock WHERE next_alarm_at <= %s "
            "ORDER BY next_alarm_at LIMIT %s) due",
            [now, batch * 4],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(
        Case.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("contract", "owner")
        .defer("words")
        .filter(pk__in=ids[:batch])
        .order_by("pk")
    )


def _raise_for(case: Case, now: datetime) -> list[Raised]:
    force = contracts.with_version(case.contract, case.plan_version_id)
    paired = clocks.reckon(case, force, now=now)
    due = {
        clock.pk: (clock, read)
        for clock, read in paired
        if clock.next_alarm_at and clock.next_alarm_at <= now
    }
    told = set(Alarm.objects.filter(clock__in=due).values_list("clock_id", "key"))
    find = _Finder(case)
    raised: list[Raised] = []
    for clock, read in due.values():
        passed = [rung for rung in read.rungs if moment(rung.at) <= now and (clock.pk, rung.key) not in told]
        raised += [_raised(case, clock, read, rung, find(rung.role), now) for rung in passed]
        keys = {key for clock_id, key in told if clock_id == clock.pk} | {rung.key for rung in passed}
        values = read.values(frozenset(keys))
        clock.next_alarm_at = values["next_alarm_at"]  # type: ignore[assignment]
        clock.save(update_fields=["next_alarm_at"])
    Alarm.objects.bulk_create([one.alarm for one in raised])
    for kind in dict.fromkeys(one.alarm.kind for one in raised):
        _record(case, kind, [one for one in raised if one.alarm.kind == kind], now)
    case.save(update_fields=["next_due_at", "breached"])
    return raised


def _raised(
    case: Case, clock: Clock, read: Read, rung: Rung, people: Sequence[Person], now: datetime
) -> Raised:
    alarm = Alarm(
        clock=clock,
        contract_id=case.contract_id,
        key=rung.key,
        kind=rung.kind,
        role=rung.role,
        due_at=moment(rung.at),
        raised_at=now,
        told=[{"id": person.pk, "name": person.name} for person in people],
    )
    return Raised(alarm, case, read, people)


def _record(case: Case, kind: str, raised: Sequence[Raised], now: datetime) -> None:
    """One ledger event per case, kind and sweep: which promises, and who was told."""
    ledger.record(
        _EVENT_KINDS[kind],
        contract_id=case.contract_id,
        subject=("case", case.pk),
        actor=None,
        at=min(one.alarm.due_at for one in raised),
        now=now,
        data={
            "alarms": [
                {
                    "promise": one.read.terms.promise,
                    "rung": one.alarm.key,
                    "role": one.alarm.role,
                    "due": one.read.reading.due_at,
                    "told": one.alarm.told,
                }
                for one in raised
            ]
        },
    )


class _Finder:
    """Role → people of a case's contract, asked of the database once per role."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.found: dict[str, list[Person]] = {}

    def __call__(self, role: str) -> list[Person]:
        if role not in self.found:
            self.found[role] = self._find(role)
        return self.found[role]

    def _find(self, role: str) -> list[Person]:
        """The owner for the engineer's rung; else who has the role in the contract; else in the firm; else the
        stand-in. Somebody is always told, as long as the firm has anybody at all."""
        owner = self.case.owner
        if role == "engineer" and owner is not None and owner.active:
            return [owner]
        if people := [person for person, _ in contracts.people_of(self.case.contract_id, [role])]:
            return people
        if people := list(accounts.by_roles(role)):
            return people
        stand_in = _STAND_INS.get(role, "operator" if role != "admin" else None)
        return self(stand_in) if stand_in else []


def _notes(raised: Sequence[Raised]) -> list[Note]:
    """What to tell whom: of several rungs of one clock the last passed, of many clocks a digest."""
    per_person: dict[int, dict[int, Raised]] = {}
    people: dict[int, Person] = {}
    for one in sorted(raised, key=lambda raised: raised.alarm.due_at):
        for person in one.people:
            people[person.pk] = person
            per_person.setdefault(person.pk, {})[one.alarm.clock_id] = one
    notes: list[Note] = []
    for person_id, by_clock in per_person.items():
        alarms = list(by_clock.values())
        if len(alarms) <= MOST_SINGLE_MESSAGES:
            notes += [_single(people[person_id], one) for one in alarms]
        else:
            notes += _digests(people[person_id], alarms)
    return notes


def _single(person: Person, one: Raised) -> Note:
    return Note(
        person=person,
        key=f"alarm:{one.alarm.clock_id}:{one.alarm.key}",
        kind=_EVENT_KINDS[one.alarm.kind],
        title_zh=wording.alarm_title(one.case, one.read, one.alarm.kind, "zh"),
        title_en=wording.alarm_title(one.case, one.read, one.alarm.kind, "en"),
        body_zh=wording.alarm_body(one.case, one.read, "zh"),
        body_en=wording.alarm_body(one.case, one.read, "en"),
        link=f"/cases/{one.case.pk}/",
        contract_id=one.case.contract_id,
    )


def _digests(person: Person, alarms: Sequence[Raised]) -> list[Note]:
    """One message for many alarms. Who does not see all contracts gets one per contract: a message that belongs to
    several contracts would stand on both sides of the wall."""
    groups: dict[int | None, list[Raised]] = {}
    for one in alarms:
        groups.setdefault(None if person.sees_all else one.case.contract_id, []).append(one)
    return [
        Note(
            person=person,
            # The alarms themselves make the key: the same sweep again would be the same digest.
            key=f"digest:{min(f'{one.alarm.clock_id}:{one.alarm.key}' for one in group)}:{len(group)}",
            kind="clock.digest",
            title_zh=wording.digest_title(len(group), "zh"),
            title_en=wording.digest_title(len(group), "en"),
            body_zh="\n".join(wording.alarm_title(one.case, one.read, one.alarm.kind, "zh") for one in group),
            body_en="\n".join(wording.alarm_title(one.case, one.read, one.alarm.kind, "en") for one in group),
            link="/cases/?view=breached",
            contract_id=contract_id,
        )
        for contract_id, group in groups.items()
    ]
