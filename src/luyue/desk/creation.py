"""Making a case with its clocks and its first event."""

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import clocks, queries
from luyue.desk.acting import LONGEST_TEXT, check_time, must
from luyue.desk.models import Case, Channel, Kind
from luyue.desk.queries import seconds
from luyue.devices.models import Device, Site
from luyue.domain.cases import REPORTED, CaseEvent, facts_after
from luyue.domain.refusals import BadInput, Conflict
from luyue.domain.search import index_words

LONGEST_TITLE = 200
KINDS, CHANNELS = frozenset(Kind.values), frozenset(Channel.values)


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is reported. source and external_id: where it came from, for reports that may come twice."""

    title: str
    kind: str
    severity: str = ""
    description: str = ""
    channel: str = "hotline"
    reporter_name: str = ""
    reporter_phone: str = ""
    site: Site | None = None
    device: Device | None = None
    unit_id: int | None = None
    owner: Person | None = None
    onsite: bool | None = None
    source: str = ""
    external_id: str = ""

    @classmethod
    def told(
        cls,
        actor: Person | None,
        *,
        title: str,
        kind: str,
        severity: str,
        description: str,
        channel: str,
        reporter_name: str,
        reporter_phone: str,
        onsite: bool | None,
        key: str,
        site: Site | None,
        device: Device | None,
        own_unit: int | None = None,
        owner: Person | None = None,
    ) -> "NewCase":
        """As it was told. key: an idempotency key; own_unit: the customer's sub-unit that the actor is limited to."""
        place = site or (device.site if device else None)
        return cls(
            title=title.strip(),
            kind=kind,
            severity=severity,
            description=description.strip(),
            channel=channel,
            reporter_name=reporter_name.strip()[:60],
            reporter_phone=reporter_phone.strip()[:30],
            site=place,
            unit_id=place.unit_id if place and place.unit_id else own_unit,
            device=device,
            owner=owner,
            onsite=onsite,
            source=f"key:{actor.pk if actor else 0}" if key else "",
            external_id=key,
        )

    @property
    def mark(self) -> str:
        """A short digest of what was reported, without its time: a report that is sent again has the same."""
        place = (self.site.pk if self.site else None, self.device.pk if self.device else None)
        said = (
            self.title, self.kind, self.severity, self.description, self.channel, self.reporter_name,
            self.reporter_phone, place, self.onsite,
        )  # fmt: skip
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def same_case(contract_id: int, new: NewCase) -> Case | None:
    """The case that this report made before, under the same source and external id.

    Raises:
        Conflict: that was another report.
    """
    case = (
        Case.objects.defer("words")
        .filter(contract_id=contract_id, source=new.source, external_id=new.external_id)
        .first()
    )
    if case is not None:
        reported = queries.history(case.pk).filter(kind=REPORTED).first()
        if reported is None or reported.data.get("request") != new.mark:
            raise Conflict(subject="case", field="idempotency_key", problem="other_report")
    return case


_TYPES = {
    "contract_id": "bigint", "plan_version_id": "bigint", "unit_id": "bigint", "site_id": "bigint",
    "device_id": "bigint", "kind": "text", "severity": "text", "title": "text", "description": "text",
    "channel": "text", "reporter_name": "text", "reporter_phone": "text", "state": "text", "in_scope": "boolean",
    "scope_reason": "text", "onsite": "boolean", "owner_id": "bigint", "known": "jsonb", "reported_at": "timestamptz",
    "recorded_at": "timestamptz", "next_due_at": "timestamptz", "breached": "boolean", "source": "text",
    "external_id": "text",
}  # fmt: skip
_OWN = tuple(_TYPES)
_COLUMNS = ", ".join(_OWN)
_INSERT = f"""
WITH given AS MATERIALIZED (
  SELECT nextval('desk_case_id_seq') AS id, given.* FROM json_to_recordset(%s::json) AS given (n integer, alike integer,
    {", ".join(f"{name} {kind}" for name, kind in _TYPES.items())}, words text)), made AS (
  INSERT INTO desk_case (id, {_COLUMNS}, version, words)
  SELECT id, {_COLUMNS}, 1, to_tsvector('simple', words) FROM given
  ON CONFLICT DO NOTHING RETURNING id), taken AS MATERIALIZED (
  SELECT id, n, alike, contract_id, plan_version_id FROM given JOIN made USING (id)), clocks AS (
  INSERT INTO desk_clock (case_id, contract_id, plan_version_id, promise, metric, number, state, result, started_at,
    due_original_at, due_at, warn_at, stopped_at, ended_at, paused_since, paused_seconds, waits_until, late_entry,
    next_alarm_at)
  SELECT taken.id, taken.contract_id, taken.plan_version_id, promise, metric, number, state, result, started_at,
    due_original_at, due_at, warn_at, stopped_at, ended_at, paused_since, paused_seconds, waits_until, late_entry,
    next_alarm_at
  FROM taken JOIN json_to_recordset(%s::json) AS clock (alike integer, promise text, metric text, number smallint,
    state text, result text, started_at timestamptz, due_original_at timestamptz, due_at timestamptz,
    warn_at timestamptz, stopped_at timestamptz, ended_at timestamptz, paused_since timestamptz,
    paused_seconds integer, waits_until timestamptz, late_entry boolean, next_alarm_at timestamptz) USING (alike))"""  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class Report:
    """A report with the contract as it stood when it happened. at: when; now: when it was entered."""

    force: InForce
    new: NewCase
    at: datetime
    now: datetime


def check(report: Report, actor: Person | None) -> None:
    """Raises: BadInput; NotAllowed: it is of a time that only some may enter."""
    new = report.new
    check_time(actor, at=report.at, now=report.now)
    must(title=new.title)
    for field, said, limit in (
        ("title", new.title, LONGEST_TITLE),
        ("description", new.description, LONGEST_TEXT),
        ("idempotency_key", new.external_id, 120),
    ):
        if len(said) > limit:
            raise BadInput(field=field, problem="too_long", limit=limit)
        if "\0" in said:
            raise BadInput(field=field, problem="bad_character")
    if new.kind not in KINDS:
        raise BadInput(field="kind")
    if new.channel not in CHANNELS:
        raise BadInput(field="channel")
    if new.severity:
        severity_in(report.force, new.severity)
    for place, field in ((new.site, "site"), (new.device, "device")):
        if place is not None and place.contract_id != report.force.contract.pk:
            raise BadInput(field=field)


def severity_in(force: InForce, severity: str) -> str:
    """A level of the contract's plan by its id. Raises BadInput."""
    known = [level.id for level in force.running.plan.severities] if force.running else []
    if severity not in known:
        raise BadInput(field="severity", problem="not_in_plan")
    return severity


def create_cases(reports: Sequence[Report], *, actor: Person | None) -> list[Case | None]:
    """Write cases, clocks, events and the events' jobs with one statement, in the caller's transaction.

    None in a place: a case with that source and external id is there already; nothing was written for it.
    """
    if not reports:
        return []
    alike: dict[_Started, int] = {}
    cases: list[Case] = []
    rows: list[dict[str, Any]] = []
    entries: list[ledger.Entry] = []
    for n, one in enumerate(reports):
        case, data = prepare(one.force, one.new, at=one.at, now=one.now)
        started = _start(case, one, data)
        case.read_clocks = started.clocks
        case.next_due_at, case.breached = started.next_due_at, started.breached
        cases.append(case)
        row = {name: getattr(case, name) for name in _OWN}
        rows.append(
            {"n": n, "alike": alike.setdefault(started, len(alike)), **row, "words": search_text(case)}
        )
        entries.append(ledger.Entry(REPORTED, case.contract_id, ("case", 0), actor, one.at, one.now, data))
    clock_rows = [{"alike": number, **clock} for one, number in alike.items() for clock in one.clocks]
    parts, column, values = ledger.appending(entries, source="taken")
    given = [json.dumps(some, ensure_ascii=False, default=datetime.isoformat) for some in (rows, clock_rows)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_INSERT}, {parts} SELECT n, id, {column} FROM taken",  # noqa: S608
            [*given, *values],
        )
        numbers = {n: number for n, number, _jobs in cursor.fetchall()}
    return [_written(case, numbers.get(n)) for n, case in enumerate(cases)]


@dataclass(frozen=True, slots=True, eq=False)
class _Started:
    """The clocks of cases that are alike: rows of new clocks, and what they say of their case."""

    clocks: list[dict[str, object]]
    next_due_at: datetime | None
    breached: bool


_MOST_STARTED = 256
_started: dict[Hashable, _Started] = {}


def _start(case: Case, report: Report, data: Mapping[str, Any]) -> _Started:
    """Read the clocks of a new case; once for all that differ in nothing a clock looks at, as those of a storm do."""
    at, now = seconds(report.at), seconds(report.now)
    event = CaseEvent(REPORTED, at, now, data)
    facts = facts_after(queries.base_facts(case), event)
    figures = tuple(sorted(report.force.figures.items()))
    mark = (case.plan_version_id, figures, facts, at, now)
    found = _started.get(mark)
    if found is None:
        reads = clocks.read(case, report.force, [event], report.now)
        clocks.summarise(case, [read.reading for read in reads])
        rows = [clocks.plain_row(read) for read in reads]
        if len(_started) >= _MOST_STARTED:
            _started.clear()
        found = _started[mark] = _Started(rows, case.next_due_at, case.breached)
    return found


def _written(case: Case, number: int | None) -> Case | None:
    if number is None:
        return None
    case.pk = number
    case._state.adding, case._state.db = False, "default"
    # As after a read that left the search words out: whoever saves the case does not empty them.
    del case.__dict__["words"]
    return case


def prepare(force: InForce, new: NewCase, *, at: datetime, now: datetime) -> tuple[Case, dict[str, Any]]:
    """The unsaved case and the data of its first event."""
    day = contracts.local_day(at)
    in_scope = force.runs_on(day)
    case = Case(
        contract=force.contract,
        plan_version_id=force.version_id,
        unit_id=new.unit_id,
        site=new.site,
        device=new.device,
        kind=new.kind,
        severity=new.severity,
        title=new.title,
        description=new.description,
        channel=new.channel,
        reporter_name=new.reporter_name,
        reporter_phone=new.reporter_phone,
        in_scope=in_scope,
        scope_reason="" if in_scope else "contract_not_in_force",
        onsite=new.onsite,
        owner=new.owner,
        known={
            "periods": sorted(force.periods_on(day)),
            "grade": force.contract.grade,
            "options": force.contract.options,
            "device": new.device.kind if new.device else None,
        },
        reported_at=at,
        recorded_at=now,
        source=new.source,
        external_id=new.external_id,
    )
    data: dict[str, Any] = {
        "kind": new.kind,
        "title": new.title,
        "channel": new.channel,
        "in_scope": in_scope,
    }
    if new.severity:
        data["severity"] = new.severity
    if new.onsite is not None:
        data["onsite"] = new.onsite
    if new.source.startswith("key:"):
        data["request"] = new.mark
    return case, data


def search_text(case: Case) -> str:
    """Indexed words of a case: what people remember of it."""
    return index_words(
        " ".join((case.title, case.description, case.reporter_name, case.reporter_phone, case.external_id))
    )
