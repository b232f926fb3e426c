"""Reads of sources of alarms and of the alarms as they stand."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from luyue.channels.models import AlarmSource, Delivery, MachineAlarm
from luyue.desk.models import Case
from luyue.desk.queries import seconds
from luyue.devices.models import Site
from luyue.domain.cases import OPEN_STATES
from luyue.domain.links import bursts
from luyue.domain.refusals import NotFound
from luyue.ledger.wall import Scope

LATELY = timedelta(hours=24)
MOST_LOOKED_AT = 500


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def source_of_token(token: str) -> AlarmSource:
    """The active source that a secret belongs to. Looks through the wall: the secret is the right to.

    Raises:
        NotFound: no such source, or it is switched off.
    """
    with Scope.everything().entered():
        found = AlarmSource.objects.filter(hash=token_hash(token), active=True).first()
    if found is None:
        raise NotFound(subject="alarm_source")
    return found


def sources() -> QuerySet[AlarmSource]:
    return AlarmSource.objects.select_related("contract")


def source(source_id: int, *, lock: bool = False) -> AlarmSource:
    """One source in scope. Raises NotFound."""
    rows = AlarmSource.objects.select_for_update() if lock else sources()
    found = rows.filter(pk=source_id).first()
    if found is None:
        raise NotFound(subject="alarm_source")
    return found


def alarms() -> QuerySet[MachineAlarm]:
    return MachineAlarm.objects.select_related("source", "contract", "case", "device", "site")


def deliveries(source_id: int) -> QuerySet[Delivery]:
    """What a source delivered, the latest first, without the payloads."""
    return Delivery.objects.filter(source_id=source_id).defer("payload")


@dataclass(frozen=True)
class Burst:
    """Alarms of one site that came within minutes, whose cases are open: likely one cause."""

    site: Site
    count: int
    began_at: datetime
    case: Case


def bursts_lately(now: datetime) -> list[Burst]:
    """Sites where so many alarms came so close together that one cause is likely, the latest first."""
    rows = (
        MachineAlarm.objects.filter(
            state="firing", site__isnull=False, case__state__in=OPEN_STATES, began_at__gt=now - LATELY
        )
        .select_related("site", "case")
        .order_by("-began_at")[:MOST_LOOKED_AT]
    )
    by_site: dict[int, list[MachineAlarm]] = {}
    for row in rows:
        by_site.setdefault(row.site_id or 0, []).append(row)
    return [_burst(found) for found in by_site.values() if bursts(seconds(one.began_at) for one in found)]


def _burst(rows: Iterable[MachineAlarm]) -> Burst:
    found = sorted(rows, key=lambda one: (one.began_at, one.pk))
    first = found[0]
    assert first.site is not None and first.case is not None
    return Burst(first.site, len(found), first.began_at, first.case)
