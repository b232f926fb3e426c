"""Acts on sites and devices."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract, Customer
from luyue.devices import registers
from luyue.devices.kinds import kind_of
from luyue.devices.models import Device, Site
from luyue.domain.refusals import AlreadyThere, BadInput, IllegalMove, NotFound


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
                kind=kind_of(kind),
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


@transaction.atomic
def change_site(site_id: int, *, actor: Person | None, now: datetime, **changes: Any) -> Site:
    """Correct a site's name, address, place or sub-unit. Raises NotFound, BadInput, AlreadyThere."""
    require(actor, "manage_devices")
    one = Site.objects.select_for_update(of=("self",)).filter(pk=site_id).first()
    if one is None:
        raise NotFound(subject="site")
    if changes.get("unit") and changes["unit"].parent_id != one.contract.customer_id:
        raise BadInput(field="unit")
    may = ("name", "address", "latitude", "longitude", "unit")
    if before := _change(one, changes, may, ("name",), "name"):
        ledger.record(
            "site.changed", contract_id=one.contract_id, subject=("site", one.pk), actor=actor, at=now, now=now,
            data={"name": one.name, "changes": before},
        )  # fmt: skip
    return one


@transaction.atomic
def change_device(device_id: int, *, actor: Person | None, now: datetime, **changes: Any) -> Device:
    """Correct a device's facts, or move it to another site of its contract. Raises NotFound, BadInput, AlreadyThere."""
    require(actor, "manage_devices")
    one = Device.objects.select_for_update(of=("self",)).filter(pk=device_id).first()
    if one is None:
        raise NotFound(subject="device")
    if changes.get("site") and changes["site"].contract_id != one.contract_id:
        raise BadInput(field="site")
    if "kind" in changes:
        changes["kind"] = kind_of(changes["kind"])
    required = ("kind", "name", "serial")
    if before := _change(one, changes, (*required, "model", "site"), required, "serial"):
        ledger.record(
            "device.changed", contract_id=one.contract_id, subject=("device", one.pk), actor=actor, at=now, now=now,
            data={"name": one.name, "changes": before},
        )  # fmt: skip
    return one


def _change(
    one: Site | Device, changes: dict[str, Any], may: tuple[str, ...], needed: tuple[str, ...], unique: str
) -> dict[str, list[str]]:
    """Write what differs; returns field → [before, after]. Raises BadInput, AlreadyThere."""
    before: dict[str, list[str]] = {}
    for field, value in changes.items():
        if field not in may:
            raise BadInput(field=field)
        value = value.strip() if isinstance(value, str) else value
        if field in needed and not value:
            raise BadInput(field=field)
        if getattr(one, field) != value:
            before[field] = [_plain(getattr(one, field)), _plain(value)]
            setattr(one, field, value)
    if before:
        try:
            with transaction.atomic():
                one.save(update_fields=list(before))
        except IntegrityError as error:
            raise AlreadyThere(subject=type(one).__name__.lower(), field=unique) from error
    return before


def _plain(value: object) -> str:
    return "" if value is None else str(value)


@transaction.atomic
def remove_device(device_id: int, *, actor: Person | None, now: datetime) -> Device:
    """Take a device out that was entered by mistake. One that something was done about stays.

    Raises:
        NotFound. IllegalMove: something hangs on it; problem in_use.
    """
    require(actor, "manage_devices")
    one = Device.objects.select_for_update(of=("self",)).filter(pk=device_id).first()
    if one is None:
        raise NotFound(subject="device")
    told = {"name": one.name, "kind": one.kind, "serial": one.serial}
    number = one.pk
    _delete(one)
    ledger.record(
        "device.removed", contract_id=one.contract_id, subject=("device", number), actor=actor, at=now, now=now,
        data=told,
    )  # fmt: skip
    return one


@transaction.atomic
def remove_site(site_id: int, *, actor: Person | None, now: datetime) -> Site:
    """Take a site out that was entered by mistake, once nothing is there any more. Raises NotFound, IllegalMove."""
    require(actor, "manage_devices")
    one = Site.objects.select_for_update(of=("self",)).filter(pk=site_id).first()
    if one is None:
        raise NotFound(subject="site")
    number = one.pk
    _delete(one)
    ledger.record(
        "site.removed", contract_id=one.contract_id, subject=("site", number), actor=actor, at=now, now=now,
        data={"name": one.name},
    )  # fmt: skip
    return one


def _delete(one: Site | Device) -> None:
    subject = "site" if isinstance(one, Site) else "device"
    try:
        with transaction.atomic():
            one.delete()
    except (ProtectedError, RestrictedError, IntegrityError) as error:
        raise IllegalMove(subject=subject, problem="in_use") from error


@transaction.atomic
def import_devices(
    contract_id: int, content: bytes, *, actor: Person | None, now: datetime
) -> registers.Compared:
    """Take a register into a contract: new sites and devices, and corrections by serial number (A-1).

    What the file says nothing of stays as it is, nothing is removed, and rows with faults change nothing; so a file may
    be given again.

    Raises:
        NotFound, BadTable. BadInput: field file; a column is missing.
    """
    require(actor, "manage_devices")
    of = contracts.contract(contract_id)
    # Two people with the same file: the second finds the devices of the first.
    type(of).objects.select_for_update().filter(pk=of.pk).first()
    found = registers.compare(of, content)
    sites = _take_sites(of, found)
    Device.objects.bulk_create(
        [
            Device(contract=of, serial=one.serial, site=sites.get(one.site), **registers.whole_facts(one))
            for one in found.new
        ],
        batch_size=2000,
    )
    changed = []
    for change in found.changed:
        for name, (_before, value) in change.facts.items():
            setattr(change.device, name, sites[value] if name == "site" else value)
        changed.append(change.device)
    if changed:
        Device.objects.bulk_update(changed, ["name", "kind", "model", "site"], batch_size=2000)
    if found.does_something:
        places = len(found.new_sites) + len(found.changed_sites)
        ledger.record(
            "device.imported", contract_id=of.pk, subject=("contract", of.pk), actor=actor, at=now, now=now,
            data={"added": len(found.new), "changed": len(changed), "sites": places,
                  "sha256": hashlib.sha256(content).hexdigest()},
        )  # fmt: skip
    return found


def _take_sites(of: Contract, found: registers.Compared) -> dict[str, Site]:
    """The contract's sites by name, those of the file among them, with what it says of them."""
    units = {unit.name: unit for unit in contracts.units_of(of)}
    told = registers.site_facts(found.entries, units)
    sites = {site.name: site for site in Site.objects.filter(contract=of)}
    fresh = [Site(contract=of, name=name, **told[name]) for name in found.new_sites]
    for name in found.changed_sites:
        for field, value in told[name].items():
            setattr(sites[name], field, value)
    Site.objects.bulk_create(fresh, batch_size=2000)
    if found.changed_sites:
        touched = [sites[name] for name in found.changed_sites]
        Site.objects.bulk_update(touched, ["address", "latitude", "longitude", "unit"], batch_size=2000)
    return sites | {site.name: site for site in fresh}
