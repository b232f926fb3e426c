"""The rows of a case's clocks, kept equal to what the domain reads from the case's events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from luyue.contracts.queries import InForce
from luyue.desk import queries
from luyue.desk.models import Alarm, Case, Clock
from luyue.desk.queries import moment, seconds
from luyue.domain.cases import CaseEvent
from luyue.domain.clocks import Reading, read_case
from luyue.domain.escalation import Rung, next_alarm, rungs
from luyue.domain.terms import Terms, house_terms

_EPOCH = datetime(1970, 1, 1)
FIELDS = (
    "state", "result", "started_at", "due_original_at", "due_at", "warn_at", "stopped_at", "ended_at",
    "paused_since", "paused_seconds", "waits_until", "late_entry", "next_alarm_at",
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A clock as just read, with its whole ladder."""

    terms: Terms
    reading: Reading
    rungs: Sequence[Rung]

    @property
    def key(self) -> tuple[str, int]:
        return self.terms.promise, self.reading.round

    def next_alarm_at(self, told: frozenset[str]) -> datetime | None:
        """When the clock is to be looked at again; `told`: keys of the rungs that were told."""
        alarm = next_alarm(self.rungs, told)
        return _moment(self.reading.waits_until if alarm is None else alarm)

    def values(self, told: frozenset[str]) -> dict[str, object]:
        """Columns of the row; `told` as for `next_alarm_at`."""
        reading = self.reading
        return {
            "state": reading.state,
            "result": reading.result,
            "started_at": _moment(reading.started_at),
            "due_original_at": _moment(reading.due_original),
            "due_at": _moment(reading.due_at),
            "warn_at": _moment(reading.warn_at),
            "stopped_at": _moment(reading.stopped_at),
            "ended_at": _moment(reading.ended_at),
            "paused_since": _moment(reading.paused_since),
            "paused_seconds": reading.paused_seconds,
            "waits_until": _moment(reading.waits_until),
            "late_entry": reading.late_entry,
            "next_alarm_at": self.next_alarm_at(told),
        }


def read(case: Case, force: InForce, events: Sequence[CaseEvent], now: datetime) -> list[Read]:
    """All clocks of a case at a moment, from its events. Reads no database."""
    if force.running is None:
        return []
    terms = {one.promise: one for one in terms_of_case(case, force, events)}
    plan = force.running.plan
    found = []
    for reading in read_case(list(terms.values()), queries.base_facts(case), events, seconds(now)):
        one = terms[reading.promise]
        ladder = rungs(one, reading, events, plan.escalation, case.severity or None, seconds(now))
        found.append(Read(one, reading, ladder))
    return found


def terms_of_case(case: Case, force: InForce, events: Sequence[CaseEvent]) -> list[Terms]:
    """The targets of the contract's plan, and what somebody promised on this very case."""
    if force.running is None:
        return []
    planned = force.running.terms_with(force.figures)
    return [*planned, *house_terms(planned, events, in_scope=case.in_scope)]


def reckon(case: Case, force: InForce, *, now: datetime) -> list[tuple[Clock, Read]]:
    """Bring a case's clock rows up to its events; sets the case's next due time and breach, which the caller saves."""
    return store(case, read(case, force, queries.case_events(case.pk), now))


def store(case: Case, reads: Sequence[Read]) -> list[tuple[Clock, Read]]:
    """Write what was read. A clock whose conditions never came to hold leaves with its row."""
    rows = {(row.promise, row.number): row for row in Clock.objects.filter(case=case)}
    told: dict[int, set[str]] = {}
    if rows:
        for clock_id, key in Alarm.objects.filter(clock__case=case).values_list("clock_id", "key"):
            told.setdefault(clock_id, set()).add(key)
    paired: list[tuple[Clock, Read]] = []
    fresh: list[Clock] = []
    for one in reads:
        row = rows.pop(one.key, None)
        values = one.values(frozenset(told.get(row.pk, ())) if row else frozenset())
        if row is None:
            row = new_row(case, one, values)
            fresh.append(row)
        elif changed := [name for name in FIELDS if getattr(row, name) != values[name]]:
            for name in changed:
                setattr(row, name, values[name])
            row.save(update_fields=changed)
        paired.append((row, one))
    if fresh:
        Clock.objects.bulk_create(fresh)
    gone = [row.pk for row in rows.values() if row.pk not in told]
    if gone:
        Clock.objects.filter(pk__in=gone).delete()
    summarise(case, [one.reading for one in reads])
    return paired


def new_row(case: Case, one: Read, values: Mapping[str, object]) -> Clock:
    """A row for a clock that has none yet; not saved."""
    assert case.plan_version_id is not None, "without a plan there is no clock"
    return Clock(
        case=case,
        contract_id=case.contract_id,
        plan_version_id=case.plan_version_id,
        promise=one.terms.promise,
        metric="|".join(one.terms.metrics),
        number=one.reading.round,
        **values,
    )


def plain_row(one: Read) -> dict[str, object]:
    """The columns of a new clock's row but those it shares with its case, as plain JSON values.

    The same as `Read.values` without a detour over objects: this is done for every clock of every report.
    """
    reading = one.reading
    alarm = next_alarm(one.rungs, frozenset())
    return {
        "promise": one.terms.promise,
        "metric": "|".join(one.terms.metrics),
        "number": reading.round,
        "state": reading.state,
        "result": reading.result,
        "started_at": _iso(reading.started_at),
        "due_original_at": _iso(reading.due_original),
        "due_at": _iso(reading.due_at),
        "warn_at": _iso(reading.warn_at),
        "stopped_at": _iso(reading.stopped_at),
        "ended_at": _iso(reading.ended_at),
        "paused_since": _iso(reading.paused_since),
        "paused_seconds": reading.paused_seconds,
        "waits_until": _iso(reading.waits_until),
        "late_entry": reading.late_entry,
        "next_alarm_at": _iso(reading.waits_until if alarm is None else alarm),
    }


def _iso(at: int | None) -> str | None:
    """As `rest.utc` of the moment."""
    return None if at is None else f"{(_EPOCH + timedelta(seconds=at)).isoformat()}Z"


def summarise(case: Case, readings: Sequence[Reading]) -> None:
    """Set what lists show of a case's clocks: the first due time still open, and whether any limit was missed."""
    dues = [reading.due_at for reading in readings if reading.open and reading.due_at is not None]
    case.next_due_at = _moment(min(dues, default=None))
    case.breached = any(reading.result == "breached" for reading in readings)


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
