"""Reckoning: the periods of a contract's quotas are made and brought up to date, and people hear of bad ends.

Only what nobody has reviewed changes; done twice, nothing changes twice. Who is told of a period is told once of each
end it takes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Q

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import local_day, start_of
from luyue.desk.queries import seconds
from luyue.domain.measures.catalogue import cycle_of, measure_of
from luyue.domain.measures.judging import Bounds, State, at_risk, bounds_of, verdict, whole, worst_of
from luyue.domain.obligations.recurrence import Turn as Stretch_
from luyue.domain.obligations.recurrence import turns
from luyue.domain.periods import Stretch
from luyue.domain.plan.model import Quota
from luyue.measures import notes
from luyue.measures.actions.common import quota_of
from luyue.measures.models import Exclusion, Measurement, Measuring, Turn
from luyue.measures.reckoning import Found, Ground, reckon
from luyue.measures.reckoning.ground import Contractual
from luyue.notices.actions import tell
from luyue.obligations.ground import segments_of

# A period that has ended is reckoned again for so long without being asked: late entries come in.
SETTLES = timedelta(days=45)
LEADS = ("project_manager", "manager")
_RANKS = {"missed": 4, "no_data": 3, "open": 2, "kept": 1}
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a run did: periods made, brought up to date, and told of."""

    made: int = 0
    reckoned: int = 0
    told: int = 0


@transaction.atomic
def reckon_contract(
    contract_id: int,
    *,
    now: datetime,
    since: date | None = None,
    by_mail: bool = True,
    only: Iterable[Turn] | None = None,
    running: bool = True,
) -> Reckoned:
    """Make the periods of all quotas up to today and reckon those that still move.

    Args:
        since: measure from this day on, where nothing has been measured yet; None: from the present period.
        only: reckon these periods and no others; they were touched by something.
        running: also those that are not over; without them a year that lies back is reckoned once.
    Raises:
        NotFound.
    """
    of = Contractual(contracts.contract(contract_id))
    today = local_day(now)
    measuring, fresh = Measuring.objects.select_for_update().get_or_create(
        contract=of.contract, defaults={"since": max(since or today, of.contract.starts_on)}
    )
    if since is not None and not fresh and since < measuring.since:
        measuring.since = max(since, of.contract.starts_on)
    figures = contracts.figures_of(contract_id)
    made = 0 if only is not None else _make(of, measuring.since, figures, today)
    rows = list(only) if only is not None else _moving(contract_id, today, running=running)
    for row in rows:
        _reckon(of, row, figures, now)
    measuring.reckoned_at = now
    measuring.save(update_fields=["since", "reckoned_at"])
    told = _tell(contract_id, rows, now, by_mail=by_mail)
    return Reckoned(made, len(rows), told)


def _moving(contract_id: int, today: date, *, running: bool) -> list[Turn]:
    rows = Turn.objects.select_for_update().filter(contract_id=contract_id, reviewed_at=None)
    if not running:
        rows = rows.filter(last__lt=today)
    return list(
        rows.filter(Q(over=False) | Q(last__gte=today - SETTLES) | Q(stale=True)).order_by("first", "id")
    )


# -- the periods -------------------------------------------------------------------------------------------------


def _make(of: Contractual, since: date, figures: Mapping[str, str], today: date) -> int:
    """The periods from `since` up to today that are not there yet, of quotas whose figure is known."""
    service = Stretch(
        of.contract.starts_on, of.contract.ends_on + timedelta(days=1) if of.contract.ends_on else None
    )
    rows = []
    for part in segments_of(of.contract.pk):
        for quota in part.running.plan.quotas:
            if quota.by not in ("provider", "partner") or bounds_of(quota, figures.get(quota.id)) is None:
                continue
            for one in turns(cycle_of(quota), service, since, today, anchor=_anchor(quota, of)):
                if part.days.covers(min(one.last, today)):
                    rows.append(_turn(of, part.running.version_id, quota, one))
    known = set(Turn.objects.filter(contract=of.contract).values_list("promise", "first"))
    fresh = [row for row in rows if (row.promise, row.first) not in known]
    Turn.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _anchor(quota: Quota, of: Contractual) -> date | None:
    """Years are those of the service: the first one must not be a stump."""
    return of.contract.starts_on if cycle_of(quota) == "year" else None


def _turn(of: Contractual, version: int, quota: Quota, one: Stretch_) -> Turn:
    return Turn(
        contract=of.contract, plan_version_id=version, promise=quota.id, measure=quota.measure, first=one.first,
        last=one.last, whole=one.whole,
    )  # fmt: skip


def _share(row: Turn, quota: Quota, of: Contractual) -> tuple[int, int]:
    """(days of a period within the service, days of the whole period)."""
    if row.whole:
        return 1, 1
    stretch = Stretch(row.first, row.last + timedelta(days=1))
    anchor = _anchor(quota, of)
    one = next(
        turns(
            cycle_of(quota), Stretch(of.contract.starts_on, stretch.end), row.first, row.last, anchor=anchor
        )
    )
    return one.days, one.all_days


# -- one period --------------------------------------------------------------------------------------------------


def figures_found(
    of: Contractual, row: Turn, figures: Mapping[str, str], now: datetime
) -> tuple[Quota, Sequence[Found]]:
    """What a period's quota comes to, by what is known now; nothing is kept."""
    quota = quota_of(row)
    bounds = bounds_of(quota, figures.get(quota.id)) or Bounds()
    running = running_plan(row.plan_version_id)
    ground = Ground(of, running, quota, bounds, row.first, row.last, _share(row, quota, of), seconds(now))
    return quota, reckon(ground)


def _reckon(of: Contractual, row: Turn, figures: Mapping[str, str], now: datetime) -> None:
    quota, found = figures_found(of, row, figures, now)
    over = is_over(row, now)
    before = {
        (one.device_id, one.name): one
        for one in Measurement.objects.select_for_update().filter(turn=row, current=True)
    }
    fresh, changed = [], []
    for one in found:
        old = before.pop((one.device.pk if one.device else None, one.name), None)
        if old is None:
            fresh.append(fill(Measurement(turn=row, contract=of.contract), one, over=over, now=now))
        elif old.waiver != "agreed":
            changed.append(fill(old, one, over=over, now=now))
    # What is no longer in scope was measured provisionally; nobody has reviewed it.
    gone = [one.pk for one in before.values() if one.waiver == ""]
    Measurement.objects.filter(pk__in=gone).delete()
    Measurement.objects.bulk_create(fresh, batch_size=BATCH)
    Measurement.objects.bulk_update(
        changed,
        ["state", "standing", "value", "numerator", "denominator", "at_least", "at_most", "badness", "excluded",
         "steps", "reckoned_at"],
        batch_size=BATCH,
    )  # fmt: skip
    sum_up(row, quota, found, nothing=_nothing(row), over=over, now=now)


def is_over(row: Turn, now: datetime) -> bool:
    """Whether a period has ended."""
    return local_day(now) > row.last


def _nothing(row: Turn) -> bool:
    """Whether somebody has said that there was nothing to measure in a period."""
    start, _end = bounds_at(row)
    return Exclusion.objects.filter(
        contract_id=row.contract_id, promise=row.promise, reason="nothing", struck_at=None, starts_at=start
    ).exists()


def bounds_at(row: Turn) -> tuple[datetime, datetime]:
    """First instant of a period, and the first after it."""
    return start_of(row.first), start_of(row.last + timedelta(days=1))


def fill(row: Measurement, one: Found, *, over: bool, now: datetime) -> Measurement:
    """Write a figure into a measurement; not saved."""
    standing = verdict(one.value, one.bounds, complete=one.complete)
    row.device, row.name = one.device, one.name
    row.standing = str(standing)
    row.state = str(standing if over else State.OPEN)
    row.value = float(one.value.number) if one.value else None
    row.numerator = one.value.numerator if one.value else None
    row.denominator = one.value.denominator if one.value else None
    row.at_least, row.at_most = one.bounds.at_least, one.bounds.at_most
    row.badness = _badness(one, standing)
    row.excluded = list(one.excluded)
    row.steps = [step.plain() for step in one.steps]
    row.reckoned_at = now
    return row


def _badness(one: Found, standing: State) -> float:
    """What to sort by, the worst first: by state, then by how far from the figure."""
    far = 0.0
    if one.value is not None:
        value = float(one.value.number)
        if one.bounds.at_least is not None:
            far = (one.bounds.at_least - value) / max(1.0, abs(one.bounds.at_least))
        elif one.bounds.at_most is not None:
            far = (value - one.bounds.at_most) / max(1.0, abs(one.bounds.at_most))
    return 1000.0 * _RANKS.get(standing, 0) + max(-400.0, min(400.0, 100 * far))


def sum_up(
    row: Turn, quota: Quota, found: Sequence[Found], *, nothing: bool, over: bool, now: datetime
) -> None:
    """What the measurements of a period say together; saves the period."""
    measurements = list(
        Measurement.objects.filter(turn=row, current=True)
        .select_related("device")
        .only("state", "standing", "badness", "name", "device__name")
    )
    standings = ["waived" if one.state == "waived" else one.standing for one in measurements]
    row.over = over
    row.kept, row.missed = standings.count("kept"), standings.count("missed")
    row.no_data, row.waived = standings.count("no_data"), standings.count("waived")
    row.standing = str(State.NOTHING if nothing and not (row.kept or row.missed) else whole(standings))
    row.state = row.standing if over else "open"
    worst = max(measurements, key=lambda one: (one.badness or 0, -one.pk), default=None)
    row.worst = (worst.device.name if worst.device else worst.name) if worst else ""
    promised = bounds_of(quota, None) or Bounds()
    bounds = {(one.bounds.at_least, one.bounds.at_most) for one in found} or {
        (promised.at_least, promised.at_most)
    }
    row.at_least, row.at_most = bounds.pop() if len(bounds) == 1 else (None, None)
    values = [one.value for one in found if one.value is not None]
    of_all = worst_of(measure_of(quota.measure).fold, values, at_least=row.at_least is not None)
    # Figures of different parts or people do not add up to anything.
    row.value = float(of_all.number) if of_all and (row.at_least, row.at_most) != (None, None) else None
    if found and found[0].name and len(found) > 1:
        row.value = None
    row.reckoned_at, row.stale = now, False
    row.save()


# -- who hears of it ---------------------------------------------------------------------------------------------


def _tell(contract_id: int, rows: Sequence[Turn], now: datetime, *, by_mail: bool) -> int:
    """Bad ends and bad prospects, each once."""
    ended = [
        row for row in rows if row.over and row.state in ("missed", "no_data") and row.told_state != row.state
    ]
    risky = [row for row in rows if not row.over and row.warned_at is None and _risky(row, now)]
    if not ended and not risky:
        return 0
    people = contracts.people_of_each([contract_id], LEADS).get(contract_id, [])
    for row in ended:
        row.told_state, row.told_at, row.told = row.state, now, _names(people)
        at = bounds_at(row)[1]
        if row.state == "missed":
            _record("quota.missed", row, people, at, now)
        else:
            _record("quota.no_data", row, people, at, now)
    for row in risky:
        row.warned_at = now
        _record("quota.at_risk", row, people, now, now)
    Turn.objects.bulk_update([*ended, *risky], ["told_state", "told_at", "told", "warned_at"])
    tell(notes.of_turns(ended, risky, people), now=now, by_mail=by_mail)
    return len(ended) + len(risky)


def _risky(row: Turn, now: datetime) -> bool:
    start, end = bounds_at(row)
    passed = Fraction(max(0, seconds(now) - seconds(start)), seconds(end) - seconds(start))
    return at_risk(State(row.standing), passed=passed, grows=measure_of(row.measure).grows)


def _record(kind: str, row: Turn, people: Sequence[Person], at: datetime, now: datetime) -> None:
    ledger.record(
        kind, contract_id=row.contract_id, subject=("quota", row.pk), actor=None, at=min(at, now), now=now,
        data={
            "promise": row.promise, "first": row.first.isoformat(), "last": row.last.isoformat(), "value": row.value,
            "kept": row.kept, "missed": row.missed, "no_data": row.no_data, "told": _names(people),
        },
    )  # fmt: skip


def _names(people: Sequence[Person]) -> list[dict[str, Any]]:
    return [{"id": one.pk, "name": one.name} for one in people]
