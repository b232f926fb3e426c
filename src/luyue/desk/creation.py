"""Making a case with its clocks and its first event."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import clocks, queries
from luyue.desk.models import Case
from luyue.desk.queries import seconds
from luyue.devices.models import Device, Site
from luyue.domain.cases import REPORTED, CaseEvent
from luyue.domain.refusals import Conflict
from luyue.domain.search import index_words


@dataclass(frozen=True, slots=True)
class NewCase:
    """A checked report. source and external_id: where it came from, for reports that may come twice."""

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


_INSERT = """
WITH made AS (
  INSERT INTO desk_case (contract_id, plan_version_id, unit_id, site_id, device_id, kind, severity, title, description,
    channel, reporter_name, reporter_phone, state, in_scope, scope_reason, onsite, owner_id, known, reported_at,
    recorded_at, next_due_at, breached, source, external_id, version, words)
  VALUES (%s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::text, %s::text, %s::text, %s::text, %s::text,
    %s::text, %s::text, %s::text, %s::boolean, %s::text, %s::boolean, %s::bigint, %s::jsonb, %s::timestamptz,
    %s::timestamptz, %s::timestamptz, %s::boolean, %s::text, %s::text, 1, to_tsvector('simple', %s::text))
  ON CONFLICT DO NOTHING RETURNING id, contract_id, plan_version_id), clocks AS (
  INSERT INTO desk_clock (case_id, contract_id, plan_version_id, promise, metric, number, state, result, started_at,
    due_original_at, due_at, warn_at, stopped_at, ended_at, paused_since, paused_seconds, waits_until, late_entry,
    next_alarm_at)
  SELECT made.id, made.contract_id, made.plan_version_id, promise, metric, number, state, result, started_at,
    due_original_at, due_at, warn_at, stopped_at, ended_at, paused_since, paused_seconds, waits_until, late_entry,
    next_alarm_at
  FROM made, json_to_recordset(%s::json) AS clock (promise text, metric text, number smallint, state text, result text,
    started_at timestamptz, due_original_at timestamptz, due_at timestamptz, warn_at timestamptz,
    stopped_at timestamptz, ended_at timestamptz, paused_since timestamptz, paused_seconds integer,
    waits_until timestamptz, late_entry boolean, next_alarm_at timestamptz))"""


def create_case(
    force: InForce, new: NewCase, *, actor: Person | None, at: datetime, now: datetime
) -> Case | None:
    """Write case, clocks, event and the event's jobs with one statement, in the caller's transaction.

    None: a case with this source and external id is there already; nothing was written.
    """
    case, data = prepare(force, new, at=at, now=now)
    reads = clocks.read(case, force, [CaseEvent(REPORTED, seconds(at), seconds(now), data)], now)
    clocks.summarise(case, [one.reading for one in reads])
    case.read_clocks = [clocks.plain_row(one) for one in reads]
    entry = ledger.Entry(REPORTED, case.contract_id, ("case", 0), actor, at, now, data)
    parts, column, values = ledger.appending(entry, subject_id="made.id", source="made")
    row_values = [
        case.contract_id, case.plan_version_id, case.unit_id, case.site_id, case.device_id, case.kind,
        case.severity, case.title, case.description, case.channel, case.reporter_name, case.reporter_phone,
        case.state, case.in_scope, case.scope_reason, case.onsite, case.owner_id,
        json.dumps(case.known, ensure_ascii=False), at, now,
        case.next_due_at, case.breached, case.source, case.external_id, search_text(case),
        json.dumps(case.read_clocks),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_INSERT}, {parts} SELECT event.subject_id, {column} FROM event",  # noqa: S608
            [*row_values, *values],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    case.pk = row[0]
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
