"""Reports of one program that come at the same time: a storm of alarms is taken in by few transactions.

For the program nothing is different: each report is answered for itself, when it is on disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import creation
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.domain.refusals import NotFound, Refusal
from luyue.web.together import Together
from luyue.web.walled import walled


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it came. at: when it happened, now: when it came; aware."""

    actor: Person
    contract_id: int
    site_id: int | None
    device_id: int | None
    facts: creation.Facts
    at: datetime
    now: datetime


def take_in(told: Told) -> Case | None:
    """The case of a report, with its clocks in `read_clocks`; others of the same caller are taken in with it.

    Not to be called within a transaction, which would hold back the others. None: the report is to be taken in by
    itself, since it is refused, came before, or is of somebody who sees only a part of a contract.
    """
    if told.actor.role == "customer":
        return None
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: whoever takes in the group needs one, while all others only wait
    return _TOGETHER.ask(told.actor.pk, told)


def _take_in_all(told: Sequence[Told]) -> list[Case | None]:
    actor = told[0].actor
    with walled(actor):
        sites = Site.objects.in_bulk({one.site_id for one in told if one.site_id})
        devices = Device.objects.select_related("site").in_bulk(
            {one.device_id for one in told if one.device_id}
        )
        forces: dict[tuple[int, date], InForce] = {}
        ready: dict[int, creation.Report] = {}
        for n, one in enumerate(told):
            try:
                ready[n] = _checked(one, sites, devices, forces)
            except Refusal:
                continue
        made = dict(zip(ready, creation.create_cases(list(ready.values()), actor=actor), strict=True))
    return [made.get(n) for n in range(len(told))]


def _checked(
    told: Told, sites: dict[int, Site], devices: dict[int, Device], forces: dict[tuple[int, date], InForce]
) -> creation.Report:
    """Raises Refusal."""
    require(told.actor, "report_case")
    day = contracts.local_day(told.at)
    force = forces.get((told.contract_id, day))
    if force is None:
        force = forces[told.contract_id, day] = contracts.contract_in_force(told.contract_id, told.at)
    site, device = sites.get(told.site_id or 0), devices.get(told.device_id or 0)
    if (told.site_id and site is None) or (told.device_id and device is None):
        raise NotFound(subject="device" if site else "site")
    new = creation.NewCase.of(told.facts, told.actor, site=site, device=device)
    report = creation.Report(force, new, told.at, told.now)
    creation.check(report, told.actor)
    return report


_TOGETHER = Together(_take_in_all)
