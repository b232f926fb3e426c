"""Acts on service points and on absences."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Organisation, Person
from luyue.domain.dispatch import REACH_MINUTES
from luyue.domain.refusals import AlreadyThere, BadInput
from luyue.field import queries
from luyue.field.models import Absence, ServicePoint


@transaction.atomic
def add_point(
    *,
    name: str,
    latitude: float,
    longitude: float,
    actor: Person | None,
    now: datetime,
    address: str = "",
    phone: str = "",
    reach_minutes: int = REACH_MINUTES,
    area: float | None = None,
    organisation: Organisation | None = None,
) -> ServicePoint:
    """Add a service point (F-1). Raises NotAllowed, BadInput, AlreadyThere."""
    require(actor, "manage_points")
    made = ServicePoint(
        name=name.strip(),
        latitude=latitude,
        longitude=longitude,
        address=address.strip(),
        phone=phone.strip(),
        reach_minutes=reach_minutes,
        area=area,
        organisation=organisation,
    )
    _keep(made)
    ledger.record(
        "service_point.added", contract_id=None, subject=("service_point", made.pk), actor=actor, at=now, now=now,
        data={"name": made.name, "latitude": latitude, "longitude": longitude, "reach_minutes": reach_minutes},
    )  # fmt: skip
    return made


@transaction.atomic
def change_point(point_id: int, *, actor: Person | None, now: datetime, **facts: Any) -> ServicePoint:
    """Change facts of a service point, or take it out of use (active=False). Raises like `add_point`, and NotFound."""
    require(actor, "manage_points")
    found = queries.point(point_id)
    changes = {}
    for field in ("name", "address", "phone", "latitude", "longitude", "area", "reach_minutes", "active"):
        if field in facts and facts[field] != getattr(found, field):
            changes[field] = [getattr(found, field), facts[field]]
            setattr(found, field, facts[field])
    if not changes:
        return found
    _keep(found)
    ledger.record(
        "service_point.changed", contract_id=None, subject=("service_point", found.pk), actor=actor, at=now, now=now,
        data={"changes": changes},
    )  # fmt: skip
    return found


def _keep(one: ServicePoint) -> None:
    if not one.name:
        raise BadInput(field="name", problem="missing")
    if not -90 <= one.latitude <= 90:
        raise BadInput(field="latitude")
    if not -180 <= one.longitude <= 180:
        raise BadInput(field="longitude")
    if one.area is not None and not 0 < one.area < 1_000_000:
        raise BadInput(field="area")
    if not 1 <= one.reach_minutes <= 1440:
        raise BadInput(field="reach_minutes")
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise AlreadyThere(subject="service_point", field="name") from error


@transaction.atomic
def add_absence(
    person_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    actor: Person | None,
    now: datetime,
) -> Absence:
    """Note a time in which somebody cannot be sent. Orders that stand there already stay; planning warns of them."""
    require(actor, "plan_work_order")
    if ends_at <= starts_at:
        raise BadInput(field="ends_at")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    person = next((one for one in queries.field_people() if one.pk == person_id), None)
    if person is None:
        raise BadInput(field="engineer")
    made = Absence.objects.create(
        person=person, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()[:60], entered_by=actor,
        entered_at=now,
    )  # fmt: skip
    ledger.record(
        "absence.added", contract_id=None, subject=("person", person.pk), actor=actor, at=now, now=now,
        data={"absence": made.pk, "reason": made.reason, "starts_at": starts_at.isoformat(),
              "ends_at": ends_at.isoformat()},
    )  # fmt: skip
    return made


@transaction.atomic
def remove_absence(absence_id: int, *, actor: Person | None, now: datetime) -> None:
    """Take an absence back: the person can be sent after all. Raises NotFound, NotAllowed."""
    require(actor, "plan_work_order")
    found = queries.absence(absence_id)
    ledger.record(
        "absence.removed", contract_id=None, subject=("person", found.person_id), actor=actor, at=now, now=now,
        data={"absence": found.pk, "reason": found.reason, "starts_at": found.starts_at.isoformat(),
              "ends_at": found.ends_at.isoformat()},
    )  # fmt: skip
    found.delete()
