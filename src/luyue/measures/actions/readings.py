"""Readings: by hand, from files and programs, out of rounds. Never changed; a later one replaces an earlier one."""

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.devices.models import Device
from luyue.domain.measures.catalogue import DEVICES_PER, Fold, Source, measure_of
from luyue.domain.measures.rounds import reading_of
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.rounds.checklists import Checklist
from luyue.files.actions import attach
from luyue.measures import queries
from luyue.measures.actions.common import needed, touched
from luyue.measures.actions.reckon import reckon_contract
from luyue.measures.models import Reading
from luyue.obligations.ground import segments_of
from luyue.rounds import shipped
from luyue.rounds.models import Answer

KEPT_PROBLEMS = 500
BATCH = 1000
Key = tuple[int | None, str, date, str]
ADDED, REPLACED, UNCHANGED, BAD = "added", "replaced", "unchanged", "bad"


@dataclass(frozen=True, slots=True)
class Given:
    """A reading as somebody gives it. device: number of a device; name: a person or a part; neither: the contract."""

    day: date
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    device: int | None = None
    name: str = ""
    note: str = ""
    source_id: int | None = None


@dataclass
class Taken:
    """What became of readings. outcomes: by place, one of added, replaced, unchanged, bad."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    bad: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[int, str] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    def refuse(self, place: int, refusal: BadInput) -> None:
        self.bad += 1
        self.outcomes[place] = BAD
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append({"row": place, **refusal.facts})

    def say(self, place: int, outcome: str) -> None:
        self.outcomes[place] = outcome
        setattr(self, outcome, getattr(self, outcome) + 1)


@transaction.atomic
def enter_reading(
    contract_id: int,
    *,
    measure: str,
    given: Given,
    actor: Person | None,
    now: datetime,
    files: Sequence[tuple[str, bytes]] = (),
) -> Reading:
    """Enter one reading by hand, with files as evidence. One of the same thing and day takes its place.

    Raises:
        NotFound, NotAllowed. BadInput: see `check_given`.
    """
    require(actor, "enter_reading")
    of = contracts.contract(contract_id)
    known = (
        {one.pk: one for one in Device.objects.filter(contract=of, pk=given.device)} if given.device else {}
    )
    clean = check_given(of, measure, given, known, now)
    taken = Taken()
    # Where readings add up, a second one of the same day is one more, not another word for the first.
    mark = str(uuid.uuid4()) if adds_up(measure) else ""
    _keep(of, measure, [(1, clean)], taken, source="hand", actor=actor, now=now, mark=mark)
    made = taken.readings[0]
    for name, content in files:
        attach(
            content,
            name=name,
            kind="document",
            subject=("reading", made.pk),
            contract_id=of.pk,
            actor=actor,
            now=now,
        )
    _record(of, measure, "hand", taken, actor, now)
    _follow(of.pk, {measure}, [given.day], now)
    return made


@transaction.atomic
def take_readings(
    contract_id: int,
    *,
    measure: str,
    given: Iterable[tuple[int, Given | BadInput]],
    source: str,
    actor: Person | None,
    now: datetime,
    source_id: int | None = None,
) -> Taken:
    """Take many readings of one measure in; a bad one is told and leaves the others alone. The same again changes
    nothing.

    Args:
        given: (place, reading, or why it is none).
    Raises:
        NotFound, NotAllowed. BadInput: the measure takes no readings.
    """
    require(actor, "enter_reading")
    of = contracts.contract(contract_id)
    check_measure(of, measure)
    known = {one.pk: one for one in Device.objects.filter(contract=of)}
    taken, good = Taken(), []
    for place, one in given:
        if isinstance(one, BadInput):
            taken.refuse(place, one)
            continue
        try:
            good.append((place, replace(check_given(of, measure, one, known, now), source_id=source_id)))
        except BadInput as refusal:
            taken.refuse(place, refusal)
    _keep(of, measure, good, taken, source=source, actor=actor, now=now)
    if taken.added or taken.replaced:
        _record(of, measure, source, taken, actor, now)
        _follow(of.pk, {measure}, [one.day for _place, one in good], now)
    return taken


@transaction.atomic
def strike_reading(reading_id: int, *, why: str, actor: Person | None, now: datetime) -> Reading:
    """The reading was wrong: it stays to be seen and counts no longer. Raises NotFound, NotAllowed, BadInput,
    IllegalMove."""
    require(actor, "enter_reading")
    found = queries.reading(reading_id, lock=True)
    if not found.standing:
        raise IllegalMove(subject="reading", state="struck", act="strike")
    found.struck_at, found.struck_by = now, actor.name if actor else ""
    found.struck_why = needed("reason", why)
    found.save(update_fields=["struck_at", "struck_by", "struck_why"])
    ledger.record(
        "quota.reading_struck", contract_id=found.contract_id, subject=("reading", found.pk), actor=actor, at=now,
        now=now, data={"measure": found.measure, "day": found.day.isoformat(), "why": found.struck_why},
    )  # fmt: skip
    _follow(found.contract_id, {found.measure}, [found.day], now)
    return found


@transaction.atomic
def take_rounds(contract_id: int, *, now: datetime, since: datetime | None = None) -> int:
    """Take the readings of the contract's rounds that have ended and were not taken yet; returns how many are new.

    Args:
        since: only what was looked at from then on.
    """
    of = contracts.contract(contract_id)
    rows = Answer.objects.filter(
        contract=of, target__device__isnull=False, target__looked_at__isnull=False,
        target__round__order__ended_at__isnull=False,
    ).exclude(pk__in=Reading.objects.filter(contract=of, source="round").values("source_id"))  # fmt: skip
    if since is not None:
        rows = rows.filter(target__looked_at__gte=since)
    by_measure: dict[str, list[Given]] = {}
    for answer in rows.select_related("target__checklist").order_by("target__looked_at", "id"):
        measure = measure_of_item(answer.target.checklist.whole, answer.item)
        found = reading_of(measure, answer.verdict, answer.value) if measure else None
        if found is not None:
            assert answer.target.looked_at is not None
            day = answer.target.looked_at.astimezone(ZONE).date()
            one = Given(day, *found, device=answer.target.device_id, note=answer.note, source_id=answer.pk)
            by_measure.setdefault(measure, []).append(one)
    number = 0
    for measure, given in sorted(by_measure.items()):
        own = Taken()
        for some in _waves(given):
            _keep(of, measure, list(enumerate(some)), own, source="round", actor=None, now=now, always=True)
        _record(of, measure, "round", own, None, now)
        number += len(own.readings)
    if number:
        days = [one.day for given in by_measure.values() for one in given]
        _follow(of.pk, set(by_measure), days, now)
    return number


def measure_of_item(content: Checklist, item: str) -> str:
    """The measure that an item of a checklist reads, "" for none. Versions from before items named theirs read what the
    shipped list of the same name reads."""
    own = content.by_id.get(item)
    if own is not None and own.measure:
        return own.measure
    known = shipped.contents().get(content.code)
    same = known.by_id.get(item) if known is not None else None
    return same.measure if same is not None else ""


def _waves(given: Sequence[Given]) -> list[list[Given]]:
    """Readings so that no two of one list are of the same thing and day, the later ones in later lists."""
    found: list[list[Given]] = []
    times: dict[tuple[int | None, date], int] = {}
    for one in given:
        key = (one.device, one.day)
        number = times[key] = times.get(key, -1) + 1
        if number == len(found):
            found.append([])
        found[number].append(one)
    return found


# -- checks ------------------------------------------------------------------------------------------------------


def check_measure(of: Contract, measure: str) -> None:
    """Raises BadInput for a measure that no plan of the contract has, or that is reckoned without readings."""
    plans = [part.running.plan for part in segments_of(of.pk)]
    if not measure_of(measure).takes_readings or measure not in {
        quota.measure for plan in plans for quota in plan.quotas
    }:
        raise BadInput(field="measure")


def adds_up(measure: str) -> bool:
    """Whether several entries of one day are several things: hours of training, days of meetings, prices asked."""
    one = measure_of(measure)
    return one.source is Source.RECORDS or (one.source is Source.PARTS and one.fold is Fold.HIGHEST)


def check_given(
    of: Contract, measure: str, given: Given, devices: Mapping[int, Device], now: datetime
) -> Given:
    """The same reading, fit to be kept.

    Args:
        devices: those of the contract, by number.
    Raises:
        BadInput: field day, value, numerator, denominator, device or name.
    """
    if given.day > local_day(now):
        raise BadInput(field="day", problem="future")
    if given.day < of.starts_on - timedelta(days=3660):
        raise BadInput(field="day", problem="before_start")
    _check_numbers(given)
    if given.device is not None and given.device not in devices:
        raise BadInput(field="device", problem="unknown", value=str(given.device))
    wanted = wanted_subject(of, measure)
    name = given.name.replace("\0", "").strip()[:100]
    if wanted == "device" and given.device is None:
        raise BadInput(field="device", problem="missing")
    if wanted == "name" and not name:
        raise BadInput(field="name", problem="missing")
    return Given(
        given.day, given.value, given.numerator, given.denominator, given.device, name if wanted == "name" else "",
        given.note.replace("\0", "").strip()[:500], given.source_id,
    )  # fmt: skip


def wanted_subject(of: Contract, measure: str) -> str:
    """What a reading of a measure must name: `device`, `name`, or "" (a device or nothing)."""
    quotas = [
        quota for part in segments_of(of.pk) for quota in part.running.plan.quotas if quota.measure == measure
    ]
    if measure_of(measure).source is Source.PARTS or any(one.per in ("person", "part") for one in quotas):
        return "name"
    return "device" if quotas and all(one.per in DEVICES_PER for one in quotas) else ""


def _check_numbers(given: Given) -> None:
    for name in ("value", "numerator", "denominator"):
        number = getattr(given, name)
        if number is not None and (not math.isfinite(number) or abs(number) >= 1e12):
            raise BadInput(field=name, problem="not_a_number")
    shared = (given.numerator, given.denominator)
    if given.value is not None:
        if shared != (None, None):
            raise BadInput(field="value", problem="either")
        return
    if given.numerator is None or given.denominator is None:
        raise BadInput(field="value", problem="missing")
    if given.denominator <= 0:
        raise BadInput(field="denominator")
    if given.numerator < 0:
        raise BadInput(field="numerator", problem="not_a_number")


# -- keeping -----------------------------------------------------------------------------------------------------


def _keep(
    of: Contract,
    measure: str,
    good: Sequence[tuple[int, Given]],
    taken: Taken,
    *,
    source: str,
    actor: Person | None,
    now: datetime,
    mark: str = "",
    always: bool = False,
) -> None:
    """Write readings; of one thing and day the last one given counts. always: an unchanged one is written down too, so
    that its source is known to have been read."""
    if not good:
        return
    _one_at_a_time(of.pk, measure)
    days = [one.day for _place, one in good]
    there: dict[Key, Reading] = {
        (row.device_id, row.name, row.day, row.mark): row
        for row in Reading.objects.select_for_update().filter(
            contract=of,
            measure=measure,
            replaced_at=None,
            struck_at=None,
            day__gte=min(days),
            day__lte=max(days),
        )
    }
    fresh: dict[Key, Reading] = {}
    old: list[Reading] = []
    for place, one in good:
        key = (one.device, one.name, one.day, mark)
        before = fresh.get(key) or there.get(key)
        same = before is not None and (before.value, before.numerator, before.denominator) == (
            one.value,
            one.numerator,
            one.denominator,
        )
        if same and not always:
            taken.say(place, UNCHANGED)
            continue
        taken.say(place, REPLACED if before is not None else ADDED)
        if before is not None and before.pk:
            before.replaced_at = now
            old.append(before)
        fresh[key] = Reading(
            contract=of, measure=measure, device_id=one.device, name=one.name, day=one.day, mark=mark, value=one.value,
            numerator=one.numerator, denominator=one.denominator, note=one.note, source=source,
            source_id=one.source_id, by=actor, by_name=actor.name if actor else "", recorded_at=now,
        )  # fmt: skip
    Reading.objects.bulk_update(old, ["replaced_at"], batch_size=BATCH)
    taken.readings += Reading.objects.bulk_create(list(fresh.values()), batch_size=BATCH)


def _one_at_a_time(contract_id: int, measure: str) -> None:
    """Two files with the same day must not collide: the second waits and sees the first one's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"readings {contract_id} {measure}"])


def _record(
    of: Contract, measure: str, source: str, taken: Taken, actor: Person | None, now: datetime
) -> None:
    days = [row.day for row in taken.readings]
    ledger.record(
        "quota.readings_taken", contract_id=of.pk, subject=("contract", of.pk), actor=actor, at=now, now=now,
        data={
            "measure": measure, "source": source, "added": taken.added, "replaced": taken.replaced,
            "unchanged": taken.unchanged, "bad": taken.bad, "first": min(days).isoformat(),
            "last": max(days).isoformat(),
            "readings": [row.pk for row in taken.readings[:20]],
        },
    )  # fmt: skip


def _follow(contract_id: int, measures: set[str], days: Sequence[date], now: datetime) -> None:
    """Periods with one of these days follow at once."""
    rows = touched(contract_id, min(days), max(days), measures)
    if rows:
        reckon_contract(contract_id, now=now, only=rows)
