"""Raising obligations of triggers: by ledger events, by the calendar, by hand; each happening once (L-1, L13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import local_day
from luyue.desk.models import Case
from luyue.desk.queries import moment, seconds
from luyue.domain.cases import Facts, applies
from luyue.domain.holidays import holiday_set
from luyue.domain.instants import wall_instant
from luyue.domain.obligations import raising as rules
from luyue.domain.obligations.events import FOLLOWED, HAPPENINGS, PROVING, follows, happenings
from luyue.domain.obligations.schedule import ZONE, Ground
from luyue.domain.obligations.states import Owed, stand
from luyue.domain.plan.model import Trigger, When
from luyue.domain.refusals import BadInput
from luyue.ledger.models import Event
from luyue.obligations.actions import doing
from luyue.obligations.actions.bulk import insert_new, row_of, update
from luyue.obligations.ground import (
    Team,
    case_of,
    ground_of,
    in_force,
    promise_of,
    segments_of,
    team_of,
    thing_of,
)
from luyue.obligations.models import OPEN_STATES, Obligation

HOLIDAYS_AHEAD = 120  # days


@dataclass(frozen=True)
class What:
    """Something that happened to a contract. at: when, UTC seconds; known_at: since when it is known.

    announced: when that comes which it only prepares; leads are counted back from there. done: the promise whose work
    it is.
    """

    word: str
    key: str
    at: int
    known_at: int
    event: int | None = None
    subject: tuple[str, int] | None = None
    case: Case | None = None
    announced: int | None = None
    done: str = ""

    def moment_for(self, trigger: Trigger) -> int:
        """The moment that the trigger's term is counted from."""
        return self.at if self.announced is None or trigger.lead is None else max(self.at, self.announced)


@dataclass
class Raiser:
    """Raises the obligations of one contract: plan, figures and team are read once."""

    of: Contract
    now: datetime

    def __post_init__(self) -> None:
        self.parts = segments_of(self.of.pk)
        self._figures: Mapping[str, str] | None = None
        self._team: Team | None = None
        self._grounds: dict[int, Ground] = {}

    def triggers(self, word: str, day: date) -> list[Trigger]:
        """The plan's triggers for an event word on a day."""
        running = in_force(self.parts, day)
        return [one for one in running.plan.triggers if one.on == word] if running else []

    def rows(self, what: What, only: Iterable[str] | None = None) -> list[Obligation]:
        """What a happening asks for: unsaved rows. only: ids of promises, None for all."""
        day = local_day(moment(what.at))
        running = in_force(self.parts, day)
        if running is None:
            return []
        chosen = None if only is None else set(only)
        ground = self.ground(running)
        return [
            self._row(what, trigger, running.version_id, ground)
            for trigger in running.plan.triggers
            if trigger.on == what.word
            # Work that is asked for by its own doing would be asked for without end.
            and trigger.id != what.done
            and (chosen is None or trigger.id in chosen)
            and self._applies(trigger, what, ground, day)
        ]

    def ground(self, running: Any) -> Ground:
        if self._figures is None:
            self._figures = contracts.figures_of(self.of.pk)
        if running.version_id not in self._grounds:
            self._grounds[running.version_id] = ground_of(self.of, running, self._figures)
        return self._grounds[running.version_id]

    def _applies(self, trigger: Trigger, what: What, ground: Ground, day: date) -> bool:
        if not ground.service.covers(day) and not rules.before_service(what.word, day, ground):
            return False
        periods = frozenset(name for name, stretch in ground.periods.items() if stretch.covers(day))
        case = what.case
        when = trigger.when
        if case is None:
            # Without a case nothing is known of kind and severity; who enters the happening has chosen.
            when = When(period=when.period, grade=when.grade, option=when.option)
            facts = Facts(periods=periods, grade=ground.grade or None, options=ground.options)
        else:
            facts = Facts(
                kind=case.kind, severity=case.severity or None, in_scope=case.in_scope, onsite=case.onsite,
                periods=periods, grade=ground.grade or None, options=ground.options,
                device=case.device.kind if case.device_id and case.device else None,
                declared=frozenset({trigger.id}),
            )  # fmt: skip
            if what.word in rules.BEYOND_CONTRACT:
                # What was asked for on top lies out of scope, whatever the case is about.
                when = when.model_copy(update={"in_scope": None})
                facts = replace(facts, in_scope=True)
        return applies(when, facts, trigger.id)

    def _row(self, what: What, trigger: Trigger, version_id: int, ground: Ground) -> Obligation:
        counted = what.moment_for(trigger)
        due = rules.due_of(trigger, counted, ground)
        if due is not None and what.announced is not None and rules.prepares(trigger):
            due = min(due, max(what.at, what.announced))
        if what.key.startswith("holiday:") and due is not None:
            opens = rules.opens_before(due)
        else:
            opens = rules.opens_of(trigger, counted, due, what.known_at)
        standing = stand(Owed(opens, due), (), seconds(self.now))
        missed = standing.state == "missed"
        alarm = due if missed else standing.next_at
        if self._team is None:
            self._team = team_of(self.of.pk)
        person = self._team.responsible(trigger.owe, trigger.by)
        if what.case is not None and what.case.owner_id and trigger.by in ("provider", "partner"):
            person = what.case.owner_id
        due_at = moment(due) if due is not None else None
        return Obligation(
            contract_id=self.of.pk,
            plan_version_id=version_id,
            kind="trigger",
            promise=trigger.id,
            by=trigger.by,
            owe=trigger.owe,
            key=what.key,
            word=what.word,
            occurred_at=moment(counted),
            event=what.event,
            subject_kind=what.subject[0] if what.subject else "",
            subject_id=what.subject[1] if what.subject else None,
            case_id=what.case.pk if what.case else None,
            opens_at=moment(opens),
            due_at=due_at,
            due_original=due_at,
            state="due" if missed else str(standing.state),
            person_id=person,
            next_alarm_at=moment(alarm) if alarm is not None else None,
            made_at=self.now,
        )


# -- by ledger events --------------------------------------------------------------------------------------------


@transaction.atomic
def follow_event(event_id: int, *, now: datetime) -> list[Obligation]:
    """What follows from one ledger event: obligations that it raises, and those that it shows to be met. Run twice, it
    changes nothing more."""
    event = Event.objects.get(pk=event_id)
    if event.contract_id is None or event.kind not in FOLLOWED:
        return []
    return follow_events(contracts.contract(event.contract_id), [event], now=now)


def follow_events(of: Contract, events: Sequence[Event], *, now: datetime) -> list[Obligation]:
    """The same for many events of one contract, in their order; for history and simulations too."""
    raiser = Raiser(of, now)
    if not raiser.parts:
        return []
    cases = (
        Case.objects.select_related("device").defer("words").in_bulk({c for e in events if (c := case_of(e))})
    )
    fresh: dict[tuple[str, str], Obligation] = {}
    for event in events:
        case = cases.get(case_of(event) or 0)
        for what in _whats(event, case):
            for row in raiser.rows(what):
                fresh.setdefault((row.promise, row.key), row)
    raised = _keep(of, list(fresh.values()), now)
    proving = [event for event in events if event.kind in PROVING]
    doing.prove(of, raised, proving, now=now)
    return raised


def _whats(event: Event, case: Case | None) -> list[What]:
    subject = thing_of(event)
    at, known = seconds(event.occurred_at), seconds(event.recorded_at)
    if event.kind == "obligation.recorded":
        if event.data.get("state") not in ("done", "done_late"):
            return []
        words = [word for word in follows(str(event.data.get("owe", ""))) if word not in _told_already(event)]
        source = Obligation.objects.filter(pk=event.subject_id).first() if words else None
        coming = _coming(source) if source is not None else None
        subject = _round_of(event, source) or (event.subject_kind, event.subject_id)
        done = source.promise if source is not None else ""
        # All that was done about one obligation is one happening: its last record.
        return [
            What(word, f"done:{event.subject_id}", at, known, event.pk, subject, case, coming, done)
            for word in words
        ]
    found = []
    happened_at = at
    about = (case.kind, case.channel) if case else ("", "")
    for one in happenings(event.kind, event.data, *about):
        at = happened_at
        if one.on and (day := event.data.get(one.on)):
            at = wall_instant(date.fromisoformat(str(day)).toordinal(), 0, ZONE)
        coming = None
        if one.announces and (moment_ := event.data.get(one.announces)):
            coming = seconds(datetime.fromisoformat(str(moment_)))
        key = f"{subject[0]}:{subject[1]}:{one.word}"[:60] if one.once else f"event:{event.pk}"
        if one.once and case is not None and subject[0] != "work_order":
            key = f"case:{case.pk}:{one.word}"[:60]
        found.append(What(one.word, key, at, known, event.pk, subject, case, coming))
    return found


def _coming(source: Obligation) -> int | None:
    """What was prepared (a round that was drafted) comes when that comes for which it was owed."""
    asked = Event.objects.filter(pk=source.event).first() if source.event else None
    for one in HAPPENINGS.get(asked.kind, ()) if asked is not None else ():
        if asked is not None and one.announces and (moment_ := asked.data.get(one.announces)):
            return seconds(datetime.fromisoformat(str(moment_)))
    return seconds(source.occurred_at) if source.occurred_at else None


def _round_of(event: Event, source: Obligation | None) -> tuple[str, int] | None:
    """The round that a record is about: what follows from it is proved by the acts on that round."""
    match event.data.get("source"):
        case ["round", int(number)]:
            return ("round", number)
    if source is not None and source.subject_kind == "round" and source.subject_id is not None:
        return ("round", source.subject_id)
    return None


def _told_already(event: Event) -> frozenset[str]:
    """Words that the ledger event has told which proves this record: one signature is signed once."""
    kind, number = event.data.get("source") or ("", 0)
    if kind != "event":
        return frozenset()
    proof = Event.objects.filter(pk=number).values_list("kind", flat=True).first()
    return frozenset(one.word for one in HAPPENINGS.get(proof or "", ()))


@transaction.atomic
def set_terms(of: Contract, *, now: datetime) -> int:
    """Give a due time to what was raised before its term was agreed; returns how many got one."""
    raiser = Raiser(of, now)
    changed = []
    for row in Obligation.objects.select_for_update().filter(
        contract=of, kind="trigger", due_at=None, state__in=OPEN_STATES, occurred_at__isnull=False
    ):
        trigger = promise_of(row.plan_version_id, row.promise)
        if not isinstance(trigger, Trigger) or row.occurred_at is None:
            continue
        due = rules.due_of(
            trigger, seconds(row.occurred_at), raiser.ground(running_plan(row.plan_version_id))
        )
        if due is not None:
            row.due_at = row.due_original = moment(due)
            doing.reckon(row, now)
            # What is over already is told by the sweep like any other miss.
            row.next_alarm_at = row.next_alarm_at or row.due_at
            row.state = "due" if row.state == "missed" else row.state
            changed.append(row)
    update(changed, ["due_at", "due_original", "state", "next_alarm_at"])
    return len(changed)


def _keep(of: Contract, rows: Sequence[Obligation], now: datetime) -> list[Obligation]:
    """Insert what is new; returns the rows as they stand in the database, also those that were there."""
    if not rows:
        return []
    added = insert_new([row_of(row) for row in rows], {})
    places = {(row.promise, row.key) for row in rows}
    found = [
        row
        for row in Obligation.objects.filter(
            contract=of, kind="trigger", key__in={key for _promise, key in places}
        ).order_by("pk")
        if (row.promise, row.key) in places
    ]
    if added:
        by_event: dict[int | None, list[str]] = {}
        for row in found:
            if row.made_at == now:
                by_event.setdefault(row.event, []).append(row.promise)
        ledger.record_many(
            ledger.Entry(
                "obligation.raised",
                of.pk,
                ("contract", of.pk),
                None,
                now,
                now,
                {"event": event, "promises": promises},
            )
            for event, promises in by_event.items()
        )
    return found


# -- by the calendar ---------------------------------------------------------------------------------------------


@transaction.atomic
def raise_holidays(of: Contract, *, now: datetime, since: date | None = None) -> list[Obligation]:
    """The obligations that holidays ask for, some time ahead; once each."""
    raiser = Raiser(of, now)
    today = local_day(now)
    begin = since or today
    rows: list[Obligation] = []
    for holiday in rules.holidays(holiday_set("CN"), begin, today + timedelta(days=HOLIDAYS_AHEAD)):
        at = wall_instant(holiday.first.toordinal(), 0, ZONE)
        for word in sorted(holiday.words):
            rows += raiser.rows(What(word, f"holiday:{holiday.first}", at, seconds(now)))
    return _keep(of, rows, now)


# -- by hand -----------------------------------------------------------------------------------------------------


def preview(
    word: str, contract_ids: Iterable[int], *, at: datetime, now: datetime
) -> list[tuple[Contract, list[Obligation]]]:
    """What a happening would ask for, contract by contract; nothing is kept."""
    found = []
    for contract_id in sorted(set(contract_ids)):
        of = contracts.contract(contract_id)
        found.append((of, Raiser(of, now).rows(What(word, "preview", seconds(at), seconds(now)))))
    return found


@transaction.atomic
def enter_happening(
    word: str,
    *,
    contracts_and_promises: Mapping[int, Sequence[str] | None],
    form_key: UUID,
    at: datetime,
    actor: Person | None,
    now: datetime,
    note: str = "",
) -> list[Obligation]:
    """Somebody enters that something happened: the obligations that it asks for are raised, once per form.

    Args:
        contracts_and_promises: contract → promises chosen of the preview, None for all that apply.
        at: when it happened or will happen (a planned change, a holiday).
    Raises:
        NotAllowed, NotFound. BadInput: no contract, no promise of any plan for this word, or a time that cannot be.
    """
    require(actor, "enter_happening")
    if not contracts_and_promises:
        raise BadInput(field="contracts", problem="missing")
    if not abs(at - now) < timedelta(days=1100):
        raise BadInput(field="at", problem="future" if at > now else "too_old")
    raised: list[Obligation] = []
    for contract_id, chosen in sorted(contracts_and_promises.items()):
        of = contracts.contract(contract_id)
        key = f"hand:{form_key}"
        already = Obligation.objects.filter(contract=of, key=key).order_by("pk")
        if already:
            raised += already
            continue
        raiser = Raiser(of, now)
        rows = raiser.rows(What(word, key, seconds(at), seconds(now)), chosen)
        if not rows:
            continue
        event = ledger.record(
            "happening.entered", contract_id=of.pk, subject=("contract", of.pk), actor=actor, at=min(at, now), now=now,
            data={"word": word, "note": note.strip()[:500], "happens_at": at.isoformat()},
        )  # fmt: skip
        for row in rows:
            row.event = event.id
        raised += _keep(of, rows, now)
    if not raised:
        raise BadInput(field="word", problem="nothing_owed")
    return raised
