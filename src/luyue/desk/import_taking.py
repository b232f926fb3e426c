"""Taking cases of a foreign log into a contract: a batch at a time, no case twice, nothing overwritten.

What was recorded stays. A case that is there already gets the events that its file tells anew; where the file now
tells something else than before, that is listed and left alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from luyue import ledger
from luyue.accounts import queries as accounts
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import InForce
from luyue.desk import bulk, clocks, creation, queries
from luyue.desk.clocks import Read
from luyue.desk.models import Alarm, Case, Channel, Clock
from luyue.desk.queries import moment, seconds
from luyue.devices.models import Device, Site
from luyue.domain import cases, rights
from luyue.domain.cases import CaseEvent, facts_after
from luyue.domain.history import BadRow, HistoryCase, for_plan
from luyue.ledger import Entry
from luyue.ledger.models import Event

ASSIGNED = "case.assigned"
LIFECYCLE = frozenset({cases.RESOLVED, cases.CLOSED, cases.CANCELLED, cases.REOPENED})
# Acts that do not mean that somebody has begun to work on the case.
_NO_WORK = frozenset({cases.REPORTED, ASSIGNED, "case.noted", cases.EXCUSED})
# What makes two events the same, besides kind and time.
_TELLING = ("kind", "severity", "channel", "onsite", "remote_failed", "reason", "owner_name")
LONGEST_SOURCE = 60

EventKey = tuple[str, int, tuple[tuple[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where cases come from. source: name of the system they are numbered by; run: number of the import."""

    source: str
    file: str
    run: int | None = None

    def of_row(self, row: int) -> dict[str, Any]:
        """What every event of that row says about its origin."""
        told: dict[str, Any] = {"file": self.file, "row": row}
        return told if self.run is None else {**told, "import": self.run}


@dataclass
class Taken:
    """A new case as it will be written, not saved yet."""

    row: int
    case: Case
    events: list[CaseEvent]
    reads: list[Read]


@dataclass
class Outcome:
    """What became of a batch: cases added, extended by new events, unchanged; rows that could not be taken, and
    events that differ from those taken before."""

    added: int = 0
    extended: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)
    conflicts: list[BadRow] = field(default_factory=list)


class Taker:
    """Takes history into one contract. Knows its plan versions, people, sites and devices from one look each."""

    def __init__(self, contract: Contract, origin: Origin, *, actor: Person | None, now: datetime) -> None:
        self.contract, self.origin, self.actor, self.now = contract, origin, actor, now
        self._versions = [
            (one.effective_on, one.plan_version_id) for one in contracts.bindings_of(contract.pk)
        ]
        self._forces: dict[int | None, InForce] = {}
        self._people = _by_unique_name(contract)
        self._sites = {site.name: site for site in Site.objects.filter(contract=contract)}
        self._devices: dict[str, Device] = {}
        for device in Device.objects.select_related("site").filter(contract=contract):
            self._devices.setdefault(device.name, device)
        self._devices |= {one.serial: one for one in self._devices.values()}

    # one case

    def new_case(self, history: HistoryCase) -> Taken | BadRow:
        """The case with events and clocks as it would be written; reads no database but for plan versions."""
        at = moment(history.events[0].at)
        force = self._force_on(contracts.local_day(at))
        told = _in_plan_words(history, force)
        if isinstance(told, BadRow):
            return told
        events = self._events(told)
        first = events[0].data
        site, device = self._sites.get(told.site), self._devices.get(told.device)
        case, data = creation.prepare(
            force,
            creation.NewCase(
                title=told.title or told.external_id,
                kind=first.get("kind", "fault"),
                severity=first.get("severity") or "",
                description=_description(told, site, device),
                channel=first["channel"],
                reporter_name=told.reporter[:60],
                site=site or (device.site if device else None),
                device=device,
                source=self.origin.source,
                external_id=told.external_id,
            ),
            at=at,
            now=self.now,
        )
        events[0] = replace(events[0], data={**first, **data})
        # A snapshot for clocks only: base facts must not know what the first event tells.
        self._bring_up(case, events)
        reads = clocks.read(case, force, events, self.now)
        clocks.summarise(case, [one.reading for one in reads])
        return Taken(told.row, case, events, reads)

    def _force_on(self, day: date) -> InForce:
        version = next((version for since, version in self._versions if since <= day), None)
        return self._force(version)

    def _force(self, version: int | None) -> InForce:
        if version not in self._forces:
            self._forces[version] = contracts.with_version(self.contract, version)
        return self._forces[version]

    def _events(self, told: HistoryCase) -> list[CaseEvent]:
        """The events in our words, recorded now, each with its origin."""
        recorded = seconds(self.now)
        source = self.origin.of_row(told.row)
        severity = told.events[0].data.get("severity")
        found = []
        for event in told.events:
            data = {
                name: value for name, value in event.data.items() if name in _TELLING and value is not None
            }
            if event.kind == cases.REPORTED:
                channel = data.get("channel", "")
                data["channel"] = channel if channel in Channel.values else Channel.HISTORY.value
            elif event.kind == ASSIGNED:
                name = str(event.data.get("to", ""))[:150]
                data = {"owner_name": name}
                if person := self._people.get(name):
                    data["owner"] = person.pk
            elif event.kind == cases.SEVERITY_CHANGED:
                data = {"severity": event.data.get("severity"), "before": severity, **data}
                severity = data["severity"]
            found.append(CaseEvent(event.kind, event.at, recorded, {**data, "source": source}))
        if told.assignee and not any(event.kind == ASSIGNED for event in found):
            name = told.assignee[:150]
            data = {"owner_name": name, "source": source}
            if person := self._people.get(name):
                data["owner"] = person.pk
            found.insert(1, CaseEvent(ASSIGNED, found[0].at, recorded, data))
        return found

    def _bring_up(self, case: Case, events: Sequence[CaseEvent]) -> None:
        """Set what a case's row repeats of its events: state, times, severity, place to go, owner."""
        facts = queries.base_facts(case)
        state, resolved, closed, owner = "new", None, None, None
        for event in sorted(events, key=lambda event: event.at):
            facts = facts_after(facts, event)
            if event.kind == ASSIGNED:
                owner = event.data.get("owner", owner)
            if event.kind == cases.RESOLVED:
                state, resolved, closed = "resolved", resolved or event.at, None
            elif event.kind == cases.CLOSED:
                state, resolved, closed = "closed", resolved or event.at, event.at
            elif event.kind == cases.CANCELLED:
                state = "cancelled"
            elif event.kind == cases.REOPENED:
                state, resolved, closed = "open", None, None
            elif state == "new" and event.kind not in _NO_WORK:
                state = "open"
        case.state = state
        case.severity = facts.severity or ""
        case.onsite = facts.onsite
        case.resolved_at = None if resolved is None else moment(resolved)
        case.closed_at = None if closed is None else moment(closed)
        if owner is not None:
            case.owner_id = owner

    # a batch

    def take(self, batch: Sequence[HistoryCase | BadRow]) -> Outcome:
        """Write a batch in the caller's transaction. No alarm and no message comes of it.

        The contract is locked against a second import: both would find a case missing and add it.
        """
        outcome = Outcome(bad=[one for one in batch if isinstance(one, BadRow)])
        histories = [one for one in batch if isinstance(one, HistoryCase)]
        Contract.objects.select_for_update(no_key=True).get(pk=self.contract.pk)
        there = {
            case.external_id: case
            for case in Case.objects.select_for_update(of=("self",))
            .defer("words")
            .filter(
                contract=self.contract,
                source=self.origin.source,
                external_id__in=[one.external_id for one in histories],
            )
        }
        recorded: dict[int, list[Event]] = {}
        for event in Event.objects.filter(
            subject_kind="case", subject_id__in=[case.pk for case in there.values()], kind__startswith="case."
        ).order_by("id"):
            recorded.setdefault(event.subject_id, []).append(event)
        fresh: list[Taken] = []
        with ledger.quiet():
            for history in histories:
                case = there.get(history.external_id)
                if case is not None:
                    self._extend(case, history, recorded.get(case.pk, []), outcome)
                    continue
                taken = self.new_case(history)
                if isinstance(taken, BadRow):
                    outcome.bad.append(taken)
                else:
                    fresh.append(taken)
            self._write(fresh)
        outcome.added = len(fresh)
        return outcome

    def _write(self, fresh: Sequence[Taken]) -> None:
        if not fresh:
            return
        numbers = bulk.take_numbers(Case, len(fresh))
        for number, one in zip(numbers, fresh, strict=True):
            one.case.pk = number
        bulk.insert(
            [one.case for one in fresh],
            search={one.case.pk: creation.search_text(one.case) for one in fresh},
        )
        ledger.record_many(self._entry(one.case, event) for one in fresh for event in one.events)
        rows: list[Clock] = []
        alarms: list[Alarm] = []
        clock_numbers = iter(bulk.take_numbers(Clock, sum(len(one.reads) for one in fresh)))
        for one in fresh:
            for read in one.reads:
                passed = [rung for rung in read.rungs if moment(rung.at) <= self.now]
                row = clocks.new_row(one.case, read, read.values(frozenset(rung.key for rung in passed)))
                row.pk = next(clock_numbers)
                rows.append(row)
                alarms += [self._silent(row, rung.key, rung.kind, rung.role, rung.at) for rung in passed]
        bulk.insert(rows)
        for number, alarm in zip(bulk.take_numbers(Alarm, len(alarms)), alarms, strict=True):
            alarm.pk = number
        bulk.insert(alarms)

    def _extend(self, case: Case, history: HistoryCase, recorded: Sequence[Event], outcome: Outcome) -> None:
        """Append what the file tells anew of a case that it brought before."""
        case.contract = self.contract
        force = self._force(case.plan_version_id)
        told = _in_plan_words(history, force)
        if isinstance(told, BadRow):
            outcome.bad.append(told)
            return
        change = compare(self._events(told), recorded)
        outcome.conflicts += [
            BadRow(history.row, "", code, case=history.external_id, facts=facts)
            for code, facts in change.conflicts
        ]
        if not change.fresh:
            outcome.unchanged += 1
            return
        ledger.record_many(self._entry(case, event) for event in change.fresh)
        self._bring_up(case, [*map(_read_back, recorded), *change.fresh])
        for row, read in clocks.reckon(case, force, now=self.now):
            self._hush(row, read)
        case.version += 1
        case.save()
        outcome.extended += 1

    def _hush(self, row: Clock, read: Read) -> None:
        """Note the rungs that lie behind as told to nobody, as for a new case."""
        if row.next_alarm_at is None or row.next_alarm_at > self.now:
            return
        told = set(Alarm.objects.filter(clock=row).values_list("key", flat=True))
        passed = [rung for rung in read.rungs if moment(rung.at) <= self.now and rung.key not in told]
        Alarm.objects.bulk_create(
            [self._silent(row, rung.key, rung.kind, rung.role, rung.at) for rung in passed]
        )
        row.next_alarm_at = read.next_alarm_at(frozenset(told | {rung.key for rung in passed}))
        row.save(update_fields=["next_alarm_at"])

    def _silent(self, row: Clock, key: str, kind: str, role: str, at: int) -> Alarm:
        """A rung that history had passed before it came here: nobody is told, now or later."""
        return Alarm(
            clock=row,
            contract_id=self.contract.pk,
            key=key,
            kind=kind,
            role=role,
            due_at=moment(at),
            raised_at=self.now,
            told=[],
        )

    def _entry(self, case: Case, event: CaseEvent) -> Entry:
        return Entry(
            event.kind,
            self.contract.pk,
            ("case", case.pk),
            self.actor,
            moment(event.at),
            self.now,
            event.data,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """fresh: events to append, in order; conflicts: (code, facts) of what differs from the record."""

    fresh: list[CaseEvent]
    conflicts: list[tuple[str, Mapping[str, str | int]]]


def compare(wanted: Sequence[CaseEvent], recorded: Sequence[Event]) -> Change:
    """What a file tells of a case against what is recorded of it.

    recorded: all its events. Those with a `source` came by import; the others are acts done here. An event that came
    by import and is not told any more has been changed at its origin: it stays, and its new form is not taken.
    After somebody here has resolved, closed, cancelled or reopened the case, the file no longer decides its state.
    """
    here = [event for event in recorded if "source" not in event.data]
    imported = Counter(_key(_read_back(event)) for event in recorded if "source" in event.data)
    fresh: list[CaseEvent] = []
    for event in wanted:
        if imported[_key(event)] > 0:
            imported[_key(event)] -= 1
        else:
            fresh.append(event)
    conflicts: list[tuple[str, Mapping[str, str | int]]] = []
    for kind, at, _told in imported.elements():
        now = next((event for event in fresh if event.kind == kind), None)
        facts: dict[str, str | int] = {"event": kind, "before": at}
        if now is None:
            conflicts.append(("import.gone", facts))
        else:
            fresh.remove(now)
            conflicts.append(("import.changed", {**facts, "after": now.at}))
    if any(event.kind in LIFECYCLE for event in here):
        for event in [one for one in fresh if one.kind in LIFECYCLE]:
            fresh.remove(event)
            conflicts.append(("import.worked_here", {"event": event.kind, "after": event.at}))
    return Change(fresh, conflicts)


def _key(event: CaseEvent) -> EventKey:
    told = tuple((name, event.data[name]) for name in _TELLING if event.data.get(name) is not None)
    return event.kind, event.at, told


def _read_back(event: Event) -> CaseEvent:
    return CaseEvent(event.kind, seconds(event.occurred_at), seconds(event.recorded_at), event.data)


def _in_plan_words(history: HistoryCase, force: InForce) -> HistoryCase | BadRow:
    """Severities and pauses in the words of the plan; without a plan there is no word for either."""
    return for_plan(history, force.running.plan) if force.running else history


def _description(told: HistoryCase, site: Site | None, device: Device | None) -> str:
    """The text, with a place or device that is not in the register, which would be lost otherwise."""
    unknown = [
        f"{label}：{name}"
        for label, name, found in (("点位", told.site, site), ("设备", told.device, device))
        if name and found is None
    ]
    return "\n".join(part for part in (told.description, " · ".join(unknown)) if part)


def _by_unique_name(contract: Contract) -> dict[str, Person]:
    """People who may see the contract, by name, as far as the name means one person only."""
    people = {person.pk: person for person, _role in contracts.people_of(contract.pk)}
    people |= {person.pk: person for person in accounts.by_roles(*rights.SEES_ALL)}
    names = Counter(person.name for person in people.values())
    return {person.name: person for person in people.values() if names[person.name] == 1}
