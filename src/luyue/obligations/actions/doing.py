"""Acts on one obligation: start, record, roll on, waive, reassign, postpone. Each is one transaction and one event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.desk.acting import check_time
from luyue.desk.queries import moment, seconds
from luyue.domain.obligations import events as tables
from luyue.domain.obligations.states import Decided, Done, Owed, stand
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.files import actions as files
from luyue.ledger.models import Event
from luyue.notices.actions import tell
from luyue.obligations import notes, queries
from luyue.obligations.actions import bulk
from luyue.obligations.ground import promise_of, steps_of, thing_of
from luyue.obligations.models import OPEN_STATES, Obligation, Record

LONGEST_TEXT = 4000
MOST_TIMES = 1000
MOST_HOURS = 1000
LARGEST_BULK = 200


@dataclass(frozen=True)
class Work:
    """What was done. files: (name, content) of photographs, scans and papers; signature: a picture.

    source: what hands it in, if not a person by hand.
    """

    what: str
    note: str = ""
    times: int = 1
    hours: float = 0
    devices: int | None = None
    items: Sequence[str] | None = None
    signer: str = ""
    files: Sequence[tuple[str, bytes]] = ()
    signature: bytes = b""
    source: tuple[str, int] | None = field(default=None)


@transaction.atomic
def start_work(obligation_id: int, *, actor: Person | None, at: datetime, now: datetime) -> Obligation:
    """Somebody begins. Raises NotFound, NotAllowed, IllegalMove, BadInput (at)."""
    one = _take(obligation_id, actor, "do_obligation", "start")
    check_time(actor, at=at, now=now)
    if one.started_at is not None:
        raise IllegalMove(subject="obligation", state=one.state, act="start")
    one.started_at = at
    return _finish(one, "obligation.started", actor, at, now)


def record_done(
    obligation_id: int, work: Work, *, actor: Person | None, at: datetime, now: datetime
) -> Obligation:
    """Write down what was done about it; when nothing is missing any more, it is done.

    A missed one can still be done: then it is done late. One that was planned for later is not done yet.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is done, waived, cancelled or rolled on already. BadInput: what, times,
        hours, devices, items, at (in the future, before it could be done), file.
    """
    with transaction.atomic():
        one = _take(obligation_id, actor, _right_of(obligation_id), "record")
        check_time(actor, at=at, now=now)
        return _record(one, work, actor, at, now)


def _right_of(obligation_id: int) -> str:
    """What the customer owes may be recorded by the customer too."""
    return "answer_obligation" if queries.obligation(obligation_id).by == "customer" else "do_obligation"


def _record(one: Obligation, work: Work, actor: Person | None, at: datetime, now: datetime) -> Obligation:
    promise = promise_of(one.plan_version_id, one.promise)
    steps = steps_of(promise)
    _check_work(one, work, steps, at)
    made = new_record(one, work, steps, actor, at, now)
    made.save()
    for name, content in work.files:
        _attach(one, name, content, "document", actor, now)
    if work.signature:
        _attach(one, "signature.png", work.signature, "signature", actor, now)
    one.touched = True
    return _finish(one, "obligation.recorded", actor, at, now, steps=steps, **told(one, made))


def new_record(
    one: Obligation, work: Work, steps: frozenset[str], actor: Person | None, at: datetime, now: datetime
) -> Record:
    """What was done as an unsaved record. Without a list of steps all were done."""
    return Record(
        obligation=one, contract_id=one.contract_id, occurred_at=at, recorded_at=now, by=actor,
        by_name=actor.name if actor else "", what=work.what.strip()[:LONGEST_TEXT],
        note=work.note.strip()[:LONGEST_TEXT], times=work.times, hours=work.hours, devices=work.devices,
        items=sorted(steps if work.items is None else set(work.items) & steps), signer=work.signer.strip()[:60],
        source_kind=work.source[0] if work.source else "", source_id=work.source[1] if work.source else None,
    )  # fmt: skip


def told(one: Obligation, made: Record) -> dict[str, Any]:
    """What the ledger is told of a record."""
    return {
        "record": made.pk, "owe": one.owe, "what": made.what[:200], "times": made.times, "hours": made.hours,
        "devices": made.devices, "items": made.items, "signer": made.signer,
        "source": [made.source_kind, made.source_id] if made.source_kind else None, "case": one.case_id,
    }  # fmt: skip


def _check_work(one: Obligation, work: Work, steps: frozenset[str], at: datetime) -> None:
    if not work.what.strip():
        raise BadInput(field="what", problem="missing")
    if not 1 <= work.times <= MOST_TIMES:
        raise BadInput(field="times")
    if not 0 <= work.hours <= MOST_HOURS or (one.hours and not work.hours and work.source is None):
        raise BadInput(field="hours", problem="missing" if not work.hours else "")
    if work.devices is not None and not 0 <= work.devices <= 1_000_000:
        raise BadInput(field="devices")
    if work.items is not None and not set(work.items) <= steps:
        raise BadInput(field="items")
    # A turn's work belongs to the turn; what is owed once, or asked for by something announced, may be done earlier.
    if at < one.opens_at and one.first is not None:
        raise BadInput(field="at", problem="before_opening")


def _attach(
    one: Obligation, name: str, content: bytes, kind: str, actor: Person | None, now: datetime
) -> None:
    files.attach(
        content, name=name, kind=kind, subject=("obligation", one.pk), contract_id=one.contract_id, actor=actor,
        now=now, only_pictures=kind == "signature",
    )  # fmt: skip


def hand_in(
    obligation_id: int,
    work: Work,
    *,
    source: tuple[str, int],
    actor: Person | None,
    at: datetime,
    now: datetime,
) -> Obligation:
    """The same for rooms of the product that do such work themselves (a round, a course, a survey): each of their
    things counts once, and what is over already is left as it is."""
    with transaction.atomic():
        one = queries.obligation(obligation_id, lock=True)
        if not one.open or one.records.filter(source_kind=source[0], source_id=source[1]).exists():
            return one
        given = replace(work, source=source)
        return _record(one, given, actor, max(at, one.opens_at) if one.first else at, now)


@transaction.atomic
def record_many(
    obligation_ids: Iterable[int], work: Work, *, actor: Person | None, at: datetime, now: datetime
) -> tuple[list[Obligation], list[tuple[int, str]]]:
    """Write down the same for many; those that refuse are told apart: (number, code of the refusal)."""
    done: list[Obligation] = []
    refused: list[tuple[int, str]] = []
    ids = list(dict.fromkeys(obligation_ids))
    if len(ids) > LARGEST_BULK:
        raise BadInput(field="obligations", problem="too_many", limit=LARGEST_BULK)
    for number in ids:
        try:
            with transaction.atomic():
                done.append(record_done(number, work, actor=actor, at=at, now=now))
        except (IllegalMove, BadInput, NotAllowed) as refusal:
            refused.append((number, refusal.code))
    return done, refused


@transaction.atomic
def roll_on(
    obligation_id: int, *, reason: str, actor: Person | None, at: datetime, now: datetime
) -> Obligation:
    """Only a part was done: the rest is done with the next turn, and this one counts as done in part.

    Raises:
        NotFound, NotAllowed. IllegalMove: nothing was done, or it is over. BadInput: reason; nothing comes after it.
    """
    one = _take(obligation_id, actor, "lead_obligation", "roll_on")
    _must(reason=reason)
    if not one.done_times and not one.done_hours and not one.records.exists():
        raise IllegalMove(subject="obligation", state=one.state, act="roll_on")
    following = (
        Obligation.objects.select_for_update()
        .filter(
            contract_id=one.contract_id, promise=one.promise, scope=one.scope, first__gt=one.last,
            state__in=OPEN_STATES,
        )
        .order_by("first")
        .first()
    )  # fmt: skip
    if following is None:
        raise BadInput(field="reason", problem="nothing_follows")
    rest = max(one.times - one.done_times, 1 if one.hours == 0 else 0)
    following.times, following.carried = following.times + rest, following.carried + rest
    following.hours += max(0.0, one.hours - one.done_hours)
    following.touched = True
    following.save(update_fields=["times", "carried", "hours", "touched"])
    one.rolled_at = at
    return _finish(
        one, "obligation.rolled_on", actor, at, now, reason=reason.strip(), to=following.pk, times=rest
    )


@transaction.atomic
def reassign(obligation_id: int, *, person: Person, actor: Person | None, now: datetime) -> Obligation:
    """Somebody else does it, and is told. Raises NotFound, NotAllowed, IllegalMove, BadInput (person)."""
    one = _take(obligation_id, actor, "lead_obligation", "reassign")
    if not person.active or person.outside:
        raise BadInput(field="person")
    before = one.person.name if one.person else ""
    one.person = person
    made = _finish(
        one, "obligation.reassigned", actor, now, now, person=person.pk, name=person.name, before=before
    )
    if actor is None or person.pk != actor.pk:
        tell([notes.assigned(made, person, now)], now=now)
    return made


@transaction.atomic
def postpone(
    obligation_id: int,
    *,
    due_at: datetime,
    reason: str,
    agreed_by: str,
    actor: Person | None,
    now: datetime,
) -> Obligation:
    """Another due time, as agreed with the customer; a miss that is known already stays in the ledger.

    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: due_at (not later), reason, agreed_by.
    """
    one = _take(obligation_id, actor, "lead_obligation", "postpone")
    _must(reason=reason, agreed_by=agreed_by)
    if due_at <= max(now, one.due_at or now):
        raise BadInput(field="due_at", problem="not_later")
    before, one.due_at = one.due_at, due_at
    one.due_original = one.due_original or before
    return _finish(
        one, "obligation.postponed", actor, now, now, before=before.isoformat() if before else None,
        due=due_at.isoformat(), reason=reason.strip(), agreed_by=agreed_by.strip(),
    )  # fmt: skip


@transaction.atomic
def ask_waiver(
    obligation_id: int, *, reason: str, actor: Person | None, now: datetime, agreed_by: str = ""
) -> Obligation:
    """Ask the customer to do without it. With `agreed_by` he has agreed already, on paper or by phone.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is over, or he was asked. BadInput: reason.
    """
    one = _take(obligation_id, actor, "lead_obligation", "ask_waiver")
    _must(reason=reason)
    if one.waiver == "asked":
        raise IllegalMove(subject="obligation", state=one.state, act="ask_waiver")
    one.waiver, one.waiver_reason = "asked", reason.strip()[:LONGEST_TEXT]
    one.waiver_asked_at, one.waiver_asked_by = now, actor.name if actor else ""
    _finish(one, "obligation.waiver_asked", actor, now, now, reason=one.waiver_reason)
    if agreed_by.strip():
        return _answered(one, agree=True, by=agreed_by, note="", actor=actor, now=now, himself=False)
    customers = [person for person, _role in contracts.people_of(one.contract_id, ["customer"])]
    tell([notes.waiver_asked(one, person, now) for person in customers], now=now)
    return one


@transaction.atomic
def answer_waiver(
    obligation_id: int, *, agree: bool, actor: Person, now: datetime, note: str = ""
) -> Obligation:
    """The customer agrees to do without it, or does not. Raises NotFound, NotAllowed, IllegalMove."""
    one = _take(obligation_id, actor, "answer_obligation", "answer_waiver")
    if one.waiver != "asked":
        raise IllegalMove(subject="obligation", state=one.state, act="answer_waiver")
    return _answered(one, agree=agree, by=actor.name, note=note, actor=actor, now=now, himself=actor.outside)


def _answered(
    one: Obligation, *, agree: bool, by: str, note: str, actor: Person | None, now: datetime, himself: bool
) -> Obligation:
    one.waiver, one.waiver_by = ("agreed" if agree else "refused"), by.strip()[:60]
    if agree:
        one.waived_at = now
    kind = "obligation.waived" if agree else "obligation.waiver_refused"
    made = _finish(
        one, kind, actor, now, now, reason=one.waiver_reason, agreed_by=one.waiver_by, note=note.strip()[:500],
        himself=himself,
    )  # fmt: skip
    if himself:
        people: list[Person] = [
            person for person, _r in contracts.people_of(one.contract_id, ["project_manager"])
        ]
        if one.person is not None and one.person.pk not in {person.pk for person in people}:
            people.append(one.person)
        tell([notes.waiver_answered(made, person, now) for person in people], now=now)
    return made


# -- proof by ledger events --------------------------------------------------------------------------------------


def prove(
    of: Contract,
    raised: Sequence[Obligation],
    proving: Sequence[Event],
    *,
    now: datetime,
) -> None:
    """Hand in the ledger events that show obligations to be met: those just raised, by what happened with or after the
    happening; those that wait, by the new events. An event that shows only parts of a promise ticks those."""
    found: dict[int, tuple[Obligation, list[Event]]] = {}
    fresh = [row for row in raised if row.open and row.owe in tables.PROOFS]
    subjects = {(row.subject_kind, row.subject_id) for row in fresh if row.subject_id is not None}
    about_cases = {row.case_id for row in fresh if row.case_id is not None}
    known = _by_thing(_events_about(of.pk, subjects, about_cases)) if fresh else {}
    for row in fresh:
        if events := _proofs(row, known):
            found[row.pk] = (row, events)
    if proving:
        new = _by_thing(proving)
        about = Q(case_id__in=[number for kind, number in new if kind == "case"])
        for thing in ("change", "report", "round"):
            about |= Q(subject_kind=thing, subject_id__in=[number for kind, number in new if kind == thing])
        waiting = Obligation.objects.filter(
            about, contract=of, state__in=OPEN_STATES, owe__in=list(tables.PROOFS)
        )
        for row in waiting:
            if row.pk not in found and (events := _proofs(row, new)):
                found[row.pk] = (row, events)
    shown = _shown(found.values())
    people = Person.objects.in_bulk({event.actor_id for _n, event, _s in shown if event.actor_id})
    enter_many(
        [
            Entered(
                number,
                Work(what=notes.event_text(event), source=("event", event.pk), items=sorted(steps)),
                people.get(event.actor_id or 0),
                event.occurred_at,
            )
            for number, event, steps in shown
        ],
        now=now,
    )


def _shown(
    found: Iterable[tuple[Obligation, Sequence[Event]]],
) -> list[tuple[int, Event, frozenset[str]]]:
    """(obligation, event, parts that it ticks), each event only where it adds something."""
    several = [row.pk for row, _events in found if steps_of(promise_of(row.plan_version_id, row.promise))]
    ticked: dict[int, set[str]] = {}
    for number, items in Record.objects.filter(obligation__in=several).values_list("obligation_id", "items"):
        ticked.setdefault(number, set()).update(items)
    added = []
    for row, events in found:
        steps = steps_of(promise_of(row.plan_version_id, row.promise))
        done = ticked.get(row.pk, set())
        for event in events:
            fresh = (tables.shown(row.owe, steps, event.kind, event.data) or frozenset()) - done
            if fresh or not steps:
                added.append((row.pk, event, fresh))
                done |= fresh
            if done >= steps:
                break
    return added


@dataclass(frozen=True)
class Entered:
    """One record to be entered by `enter_many`. now: when it was entered, None: with the others."""

    obligation_id: int
    work: Work
    actor: Person | None
    at: datetime
    now: datetime | None = None


@transaction.atomic
def enter_many(entries: Sequence[Entered], *, now: datetime) -> int:
    """Enter many records at once, for what the product knows by itself and for histories: those of open obligations
    whose source was not handed in before. Six statements, however many; returns how many were new."""
    if not entries:
        return 0
    rows = {
        row.pk: row
        for row in Obligation.objects.select_for_update(of=("self",))
        .filter(pk__in={one.obligation_id for one in entries}, state__in=OPEN_STATES)
        .order_by("pk")
    }
    known: dict[int, list[Record]] = {}
    for record in Record.objects.filter(obligation__in=rows):
        known.setdefault(record.obligation_id, []).append(record)
    seen = {(row.obligation_id, row.source_kind, row.source_id) for some in known.values() for row in some
            if row.source_kind}  # fmt: skip
    made: list[Record] = []
    steps = {number: steps_of(promise_of(row.plan_version_id, row.promise)) for number, row in rows.items()}
    for one in entries:
        row = rows.get(one.obligation_id)
        place = (one.obligation_id, *one.work.source) if one.work.source else None
        if row is None or (place is not None and place in seen):
            continue
        if place is not None:
            seen.add(place)
        at = max(one.at, row.opens_at) if row.first else one.at
        made.append(new_record(row, one.work, steps[row.pk], one.actor, at, one.now or now))
    Record.objects.bulk_create(made, batch_size=2000)
    for record in made:
        known.setdefault(record.obligation_id, []).append(record)
    changed = [rows[number] for number in dict.fromkeys(record.obligation_id for record in made)]
    for row in changed:
        row.touched = True
        settle(row, known[row.pk], now, steps[row.pk])
    bulk.update(changed, ["touched", "state", "done_times", "done_hours", "done_at", "next_alarm_at"])
    ledger.record_many(
        ledger.Entry(
            "obligation.recorded", record.contract_id, ("obligation", record.obligation_id), record.by,
            min(record.occurred_at, record.recorded_at), record.recorded_at, _said(rows[record.obligation_id], record),
        )
        for record in made
    )  # fmt: skip
    return len(made)


def _said(row: Obligation, record: Record) -> dict[str, Any]:
    data = {"promise": row.promise, "state": row.state, **told(row, record)}
    return {name: value for name, value in data.items() if value is not None}


def _events_about(
    contract_id: int, subjects: Iterable[tuple[str, int | None]], case_ids: Iterable[int]
) -> list[Event]:
    found: dict[int, Event] = {}
    wanted: dict[str, set[int]] = {"case": set(case_ids)}
    for kind, number in subjects:
        if number is not None:
            wanted.setdefault(kind, set()).add(number)
    for kind, numbers in wanted.items():
        if numbers:
            rows = Event.objects.filter(
                subject_kind=kind, subject_id__in=numbers, kind__in=[*tables.PROVING, "case.reopened"]
            )
            found.update({row.pk: row for row in rows})
    if rounds := wanted.get("round"):
        visits = Event.objects.filter(
            contract_id=contract_id, kind__in=[one for one in tables.PROVING if one.startswith("work_order.")],
            data__about__in=[["round", number] for number in sorted(rounds)],
        )  # fmt: skip
        found.update({row.pk: row for row in visits})
    if case_ids:
        papers = Event.objects.filter(
            contract_id=contract_id, kind__in=[one for one in tables.PROVING if not one.startswith("case.")],
            data__case__in=list(case_ids),
        )  # fmt: skip
        found.update({row.pk: row for row in papers})
    return [found[number] for number in sorted(found)]


# What closes a matter: what was done on it before counts too, since it was opened the last time.
_CLOSING = frozenset(
    {
        "case.resolved",
        "defect.solved",
        "repair.emergency_finished",
        "consultation.answered",
        *tables.FOLLOWS["round"],
    }
)


Things = Mapping[tuple[str, int], Sequence[Event]]


def _by_thing(events: Iterable[Event]) -> Things:
    """Events by what they are about."""
    found: dict[tuple[str, int], list[Event]] = {}
    for event in events:
        kind, number = thing_of(event)
        found.setdefault((kind, number or 0), []).append(event)
    return found


def _proofs(row: Obligation, known: Things) -> list[Event]:
    """The events that show it, or parts of it, to be done."""
    thing = ("case", row.case_id) if row.case_id is not None else (row.subject_kind, row.subject_id or 0)
    events = known.get(thing, ())
    since = row.event or 0
    if row.word in _CLOSING:
        reopened = [event.pk for event in events if event.kind == "case.reopened" and event.pk < since]
        since = max(reopened, default=0)
    steps = steps_of(promise_of(row.plan_version_id, row.promise))
    return [
        event for event in events
        if event.pk >= since and tables.shown(row.owe, steps, event.kind, event.data) is not None
    ]  # fmt: skip


# -- common ------------------------------------------------------------------------------------------------------


def _take(obligation_id: int, actor: Person | None, right: str, act: str) -> Obligation:
    """Lock it and check that it is not over. Raises NotFound, NotAllowed, IllegalMove."""
    one = queries.obligation(obligation_id, lock=True)
    require(actor, right)
    if not one.open:
        raise IllegalMove(subject="obligation", state=one.state, act=act)
    return one


def _finish(
    one: Obligation,
    kind: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    *,
    steps: frozenset[str] | None = None,
    **data: Any,
) -> Obligation:
    """Reckon the state anew, keep it, record the event."""
    one.touched = True
    reckon(one, now, steps)
    one.save()
    ledger.record(
        kind, contract_id=one.contract_id, subject=("obligation", one.pk), actor=actor, at=min(at, now), now=now,
        data={
            "promise": one.promise, "state": one.state,
            **{name: value for name, value in data.items() if value is not None},
        },
    )  # fmt: skip
    return one


def reckon(one: Obligation, now: datetime, steps: frozenset[str] | None = None) -> None:
    """State, progress and next alarm of an obligation out of its records; not saved."""
    settle(one, one.records.all(), now, steps)


def settle(
    one: Obligation, records: Iterable[Record], now: datetime, steps: frozenset[str] | None = None
) -> None:
    """The same out of records that the caller has read."""
    if steps is None:
        steps = steps_of(promise_of(one.plan_version_id, one.promise))
    standing = stand(
        Owed(seconds(one.opens_at), _at(one.due_at), one.times, one.hours, steps),
        [Done(seconds(row.occurred_at), row.times, row.hours, frozenset(row.items)) for row in records],
        seconds(now),
        Decided(_at(one.started_at), _at(one.rolled_at), _at(one.waived_at), _at(one.cancelled_at)),
    )
    how_far = standing.progress
    one.state = str(standing.state)
    one.done_times, one.done_hours = how_far.times, how_far.hours
    one.done_at = moment(how_far.done_at) if how_far.done_at is not None else None
    one.next_alarm_at = moment(standing.next_at) if standing.next_at is not None else None


def _at(at: datetime | None) -> int | None:
    return seconds(at) if at is not None else None


def _must(**given: str) -> None:
    for name, value in given.items():
        if not value.strip():
            raise BadInput(field=name, problem="missing")
