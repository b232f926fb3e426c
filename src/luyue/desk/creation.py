"""Making a case with its clocks and its first event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import clocks
from luyue.desk.models import Case, Clock
from luyue.desk.queries import seconds
from luyue.devices.models import Device, Site
from luyue.domain.cases import REPORTED, CaseEvent
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
    owner: Person | None = None
    onsite: bool | None = None
    source: str = ""
    external_id: str = ""


def existing_case(contract_id: int, source: str, external_id: str) -> Case | None:
    """The case that this report made before."""
    return Case.objects.filter(contract_id=contract_id, source=source, external_id=external_id).first()


def create_case(force: InForce, new: NewCase, *, actor: Person | None, at: datetime, now: datetime) -> Case:
    """Write case, clocks and event, in the caller's transaction."""
    case, event = prepare(force, new, at=at, now=now)
    reads = clocks.read(case, force, [CaseEvent(REPORTED, seconds(at), seconds(now), event)], now)
    clocks.summarise(case, [one.reading for one in reads])
    case.words = SearchVector(Value(search_text(case)), config="simple")
    case.save(force_insert=True)
    Clock.objects.bulk_create([clocks.new_row(case, one, one.values(frozenset())) for one in reads])
    ledger.record(
        REPORTED, contract_id=case.contract_id, subject=("case", case.pk), actor=actor, at=at, now=now, data=event
    )
    return case


def prepare(force: InForce, new: NewCase, *, at: datetime, now: datetime) -> tuple[Case, dict[str, Any]]:
    """The unsaved case and the data of its first event."""
    day = contracts.local_day(at)
    in_scope = force.runs_on(day)
    case = Case(
        contract=force.contract,
        plan_version_id=force.version_id,
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
    data: dict[str, Any] = {"kind": new.kind, "title": new.title, "channel": new.channel, "in_scope": in_scope}
    if new.severity:
        data["severity"] = new.severity
    if new.onsite is not None:
        data["onsite"] = new.onsite
    return case, data


def search_text(case: Case) -> str:
    """Indexed words of a case: what people remember of it."""
    return index_words(
        " ".join((case.title, case.description, case.reporter_name, case.reporter_phone, case.external_id))
    )
