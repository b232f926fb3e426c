"""Acts on sites and devices."""

from datetime import datetime

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Customer
from luyue.devices.models import Device, Site
from luyue.domain.refusals import AlreadyThere, BadInput


@transaction.atomic
def add_site(
    contract_id: int,
    *,
    name: str,
    actor: Person | None,
    now: datetime,
    address: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    unit: Customer | None = None,
) -> Site:
    """Add a site to a contract, of the customer or one of his sub-units. Raises BadInput, AlreadyThere."""
    require(actor, "manage_devices")
    contract = contracts.contract(contract_id)
    if not name.strip():
        raise BadInput(field="name")
    if unit is not None and unit.parent_id != contract.customer_id:
        raise BadInput(field="unit")
    try:
        with transaction.atomic():
            made = Site.objects.create(
                contract=contract,
                unit=unit,
                name=name.strip(),
                address=address,
                latitude=latitude,
                longitude=longitude,
            )
    except IntegrityError as error:
        raise AlreadyThere(subject="site", field="name") from error
    ledger.record(
        "site.added", contract_id=contract.pk, subject=("site", made.pk), actor=actor, at=now, now=now,
        data={"name": made.name},
    )  # fmt: skip
    return made


@transaction.atomic
def add_device(
    contract_id: int,
    *,
    kind: str,
    name: str,
    serial: str,
    actor: Person | None,
    now: datetime,
    site: Site | None = None,
    model: str = "",
) -> Device:
    """Add a device to a contract, at one of its sites. Raises BadInput, AlreadyThere."""
    require(actor, "manage_devices")
    contract = contracts.contract(contract_id)
    for field, value in (("kind", kind), ("name", name), ("serial", serial)):
        if not value.strip():
            raise BadInput(field=field)
    if site is not None and site.contract_id != contract.pk:
        raise BadInput(field="site")
    try:
        with transaction.atomic():
            made = Device.objects.create(
                contract=contract,
                site=site,
                kind=kind.strip(),
                name=name.strip(),
                serial=serial.strip(),
                model=model,
            )
    except IntegrityError as error:
        raise AlreadyThere(subject="device", field="serial") from error
    ledger.record(
        "device.added", contract_id=contract.pk, subject=("device", made.pk), actor=actor, at=now, now=now,
        data={"name": made.name, "kind": made.kind, "serial": made.serial},
    )  # fmt: skip
    return made
