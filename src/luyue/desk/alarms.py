"""The sweep: clocks whose alarm is due tell the people on their ladder, once (S-5, L6; design decision 4).

Its cost follows what falls due, not what is open: an index on the next alarm finds the clocks. All that one case's
alarms change and say is one transaction; a worker that is killed in it has done nothing, and the next one does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import clocks, wording
from luyue.desk.clocks import Read
from luyue.desk.ladder import Finder
from luyue.desk.models import Alarm, Case, Clock, Notified
from luyue.desk.queries import moment
from luyue.domain.escalation import Rung
from luyue.domain.quiet import QuietHours
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell
from luyue.notices.models import Message
from luyue.notices.planning import reachable_at

BATCH = 50
# More than so many alarms for one person in one go come as a digest.
MOST_SINGLE_MESSAGES = 3
EVENT_KINDS = {
    "warning": "clock.warned",
    "breach": "clock.breached",
    "pause": "clock.pause_reminded",
    "begun": "clock.begun",
}


@dataclass(frozen=True)
class Raised:
    """An alarm that was just raised, with the people to tell."""

    alarm: Alarm
    case: Case
    read: Read
    rung: Rung
    people: Sequence[Person]


def sweep(now: datetime, *, batch: int = BATCH, by_mail: bool = True) -> int:
    """Raise every alarm that is due, batch by batch; returns how many. Several workers may sweep at once.

    Args:
        by_mail: False leaves the messages in the product and waits for nobody's acknowledgement: for simulations.
    """
    total = 0
    while True:
        with scope(Scope.everything()):
            taken, raised = _sweep_batch(now, batch)
            notes = _notes(raised)
            messages = tell([note for note, _ in notes], now=now, by_mail=by_mail)
            _remember(raised, notes, messages, now, wait=by_mail)
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
        .select_related("contract__customer", "owner")
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
    find = Finder(case)
    raised: list[Raised] = []
    for clock, read in due.values():
        passed = [rung for rung in read.rungs if moment(rung.at) <= now and (clock.pk, rung.key) not in told]
        raised += [_raised(case, clock, read, rung, find(rung.role), now) for rung in passed]
        keys = {key for clock_id, key in told if clock_id == clock.pk} | {rung.key for rung in passed}
        clock.next_alarm_at = read.next_alarm_at(frozenset(keys))
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
        ack_seconds=rung.ack,
        asked=rung.role,
    )
    return Raised(alarm, case, read, rung, people)


def _record(case: Case, kind: str, raised: Sequence[Raised], now: datetime) -> None:
    """One ledger event per case, kind and sweep: which promises, and who was told."""
    ledger.record(
        EVENT_KINDS[kind],
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


Told = tuple[Note, Sequence[Raised]]


def _remember(
    raised: Sequence[Raised], notes: Sequence[Told], messages: Sequence[Message], now: datetime, *, wait: bool
) -> None:
    """Note on each alarm who was told by which message, and until when somebody has to acknowledge it."""
    by_place = {(message.person_id, message.key): message for message in messages}
    message_of = {
        (note.person.pk, one.alarm.pk): by_place.get((note.person.pk, note.key))
        for note, ones in notes
        for one in ones
    }
    Notified.objects.bulk_create(
        Notified(
            case=one.case, contract_id=one.case.contract_id, alarm=one.alarm, person=person, name=person.name,
            role=one.alarm.role, told_at=now, message=message_of.get((person.pk, one.alarm.pk)),
        )
        for one in raised
        for person in one.people
    )  # fmt: skip
    awaited = [one for one in raised if wait and one.rung.ack is not None and one.people]
    if not awaited:
        return
    reached = reachable_at({person.pk for one in awaited for person in one.people}, now)
    for one in awaited:
        assert one.rung.ack is not None
        first = now if one.rung.urgent else min(reached(person.pk, quiet_of(one)) for person in one.people)
        one.alarm.ack_due_at = first + timedelta(seconds=one.rung.ack)
    Alarm.objects.bulk_update([one.alarm for one in awaited], ["ack_due_at"])


def quiet_of(one: Raised) -> tuple[QuietHours, ...]:
    """The quiet hours of an alarm's level."""
    return (QuietHours.parse(one.rung.quiet),) if one.rung.quiet else ()


def _notes(raised: Sequence[Raised]) -> list[Told]:
    """What to tell whom, each with the alarms that it tells: of many clocks a digest."""
    per_person: dict[int, dict[int, list[Raised]]] = {}
    people: dict[int, Person] = {}
    for one in sorted(raised, key=lambda raised: raised.alarm.due_at):
        for person in one.people:
            people[person.pk] = person
            per_person.setdefault(person.pk, {}).setdefault(one.alarm.clock_id, []).append(one)
    notes: list[Told] = []
    for person_id, by_clock in per_person.items():
        if len(by_clock) <= MOST_SINGLE_MESSAGES:
            notes += [_single(people[person_id], ones) for ones in by_clock.values()]
        else:
            notes += _digests(people[person_id], list(by_clock.values()))
    return notes


def _single(person: Person, ones: Sequence[Raised]) -> Told:
    """Of several rungs of one clock the last passed."""
    one = ones[-1]
    note = Note(
        person=person,
        key=f"alarm:{one.alarm.clock_id}:{one.alarm.key}",
        kind=EVENT_KINDS[one.alarm.kind],
        facts_zh=wording.clock_facts(one.case, one.read, "zh"),
        facts_en=wording.clock_facts(one.case, one.read, "en"),
        link=f"/cases/{one.case.pk}/",
        contract_id=one.case.contract_id,
        urgent=any(other.rung.urgent for other in ones),
        quiet=quiet_of(one),
        ack="desk:acknowledge" if any(other.rung.ack for other in ones) else "",
    )
    return note, ones


def _digests(person: Person, alarms: Sequence[Sequence[Raised]]) -> list[Told]:
    """One message for many clocks. Who does not see all contracts gets one per contract: a message that belongs to
    several contracts would stand on both sides of the wall."""
    groups: dict[int | None, list[Sequence[Raised]]] = {}
    for ones in alarms:
        groups.setdefault(None if person.sees_all else ones[0].case.contract_id, []).append(ones)
    return [_digest(person, group, contract_id) for contract_id, group in groups.items()]


def _digest(person: Person, group: Sequence[Sequence[Raised]], contract_id: int | None) -> Told:
    last = [ones[-1] for ones in group]
    lines = {
        language: "\n".join(wording.alarm_title(one.case, one.read, one.alarm.kind, language) for one in last)
        for language in ("zh", "en")
    }
    every = [one for ones in group for one in ones]
    note = Note(
        person=person,
        # The alarms themselves make the key: the same sweep again would be the same digest.
        key=f"digest:{min(f'{one.alarm.clock_id}:{one.alarm.key}' for one in last)}:{len(group)}",
        kind="clock.digest",
        facts_zh={"count": str(len(group)), "list": lines["zh"]},
        facts_en={"count": str(len(group)), "list": lines["en"]},
        link="/cases/?view=breached",
        contract_id=contract_id,
        urgent=any(one.rung.urgent for one in every),
        ack="desk:acknowledge" if any(one.rung.ack for one in every) else "",
    )
    return note, every
