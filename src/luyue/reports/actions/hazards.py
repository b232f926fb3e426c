"""The risk register: a hazard is found, prepared for, and ends (R-3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.devices.models import Device, Site
from luyue.domain.refusals import BadInput, IllegalMove, StaleVersion
from luyue.reports import queries
from luyue.reports.actions import common
from luyue.reports.models import Hazard, Report


@dataclass(frozen=True)
class HazardFacts:
    """A hazard as people enter it. site, device: numbers of the contract's; person: who sees to it."""

    what: str
    level: str
    prevention: str
    parts: str
    person_id: int | None
    due_on: date
    site_id: int | None = None
    device_id: int | None = None


@transaction.atomic
def add_hazard(
    contract_id: int,
    facts: HazardFacts,
    *,
    actor: Person | None,
    now: datetime,
    found_on: date | None = None,
    report_id: int | None = None,
) -> Hazard:
    """Enter a hazard with what is done against it.

    Raises:
        NotFound: contract, report. NotAllowed. BadInput: what, level, person, due_on, site, device.
    """
    require(actor, "write_report")
    of = Contract.objects.select_for_update().get(pk=contracts.contract(contract_id).pk)
    day = found_on or local_day(now)
    found_in = Report.objects.filter(pk=report_id, contract=of).first() if report_id else None
    last = Hazard.objects.filter(contract=of).order_by("-number").values_list("number", flat=True).first()
    one = Hazard(contract=of, number=(last or 0) + 1, found_on=day, found_in=found_in)
    _fill(one, facts)
    one.save()
    _record("hazard.added", one, actor, now, level=one.level, due=one.due_on.isoformat(), report=report_id)
    return one


@transaction.atomic
def change_hazard(
    hazard_id: int, facts: HazardFacts, *, revision: int, actor: Person | None, now: datetime
) -> Hazard:
    """Change what is known of an open hazard. Raises NotFound, NotAllowed, IllegalMove, StaleVersion, BadInput."""
    one = _open(hazard_id, actor, "change")
    if one.revision != revision:
        raise StaleVersion(subject="hazard")
    _fill(one, facts)
    one.revision += 1
    one.save()
    _record("hazard.changed", one, actor, now, level=one.level, due=one.due_on.isoformat())
    return one


@transaction.atomic
def end_hazard(hazard_id: int, *, ended_on: date, end: str, actor: Person | None, now: datetime) -> Hazard:
    """The hazard is no more. Raises NotFound, NotAllowed, IllegalMove, BadInput (end, ended_on)."""
    said = common.text(end, "end", 300)
    one = _open(hazard_id, actor, "end")
    if not one.found_on <= ended_on <= local_day(now):
        raise BadInput(field="ended_on")
    one.ended_on, one.end = ended_on, said
    one.revision += 1
    one.save(update_fields=["ended_on", "end", "revision"])
    _record("hazard.ended", one, actor, now, on=ended_on.isoformat(), note=said)
    return one


def _open(hazard_id: int, actor: Person | None, act: str) -> Hazard:
    require(actor, "write_report")
    one = queries.hazard(hazard_id, lock=True)
    if one.ended_on is not None:
        raise IllegalMove(subject="hazard", state="ended", act=act)
    return one


def _fill(one: Hazard, facts: HazardFacts) -> None:
    one.what = common.text(facts.what, "what", 300)
    one.prevention = common.text(facts.prevention, "prevention", 300)
    one.parts = facts.parts.strip()[:200]
    if facts.level not in Hazard.Level.values:
        raise BadInput(field="level")
    if facts.due_on < one.found_on:
        raise BadInput(field="due_on")
    one.level, one.due_on = facts.level, facts.due_on
    one.person = Person.objects.filter(pk=facts.person_id, active=True).first() if facts.person_id else None
    if one.person is None or one.person.outside:
        raise BadInput(field="person")
    one.site = (
        Site.objects.filter(pk=facts.site_id, contract_id=one.contract_id).first() if facts.site_id else None
    )
    one.device = (
        Device.objects.filter(pk=facts.device_id, contract_id=one.contract_id).first()
        if facts.device_id
        else None
    )
    if (facts.site_id and one.site is None) or (facts.device_id and one.device is None):
        raise BadInput(field="site" if facts.site_id and one.site is None else "device")


def _record(kind: str, one: Hazard, actor: Person | None, now: datetime, **more: Any) -> None:
    known = {"number": one.word, "what": one.what, **more}
    ledger.record(
        kind, contract_id=one.contract_id, subject=("hazard", one.pk), actor=actor, at=now, now=now,
        data={name: value for name, value in known.items() if value is not None},
    )  # fmt: skip
