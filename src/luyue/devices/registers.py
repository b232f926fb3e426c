"""A register file against the devices of a contract: what would be new, changed or left as it is. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract, Customer
from luyue.devices.kinds import WORDS, kind_of, kind_word
from luyue.devices.models import Device, Site
from luyue.domain.registers import Entry, Fault, columns_of, read_register
from luyue.domain.tables import Limits, open_table

MOST_ROWS = 50_000
LARGEST = 30_000_000  # bytes of an upload
DEVICE_FACTS = ("name", "kind", "model")
SITE_FACTS = ("address", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Change:
    """A device that the file says something else of: field → (now, then)."""

    device: Device
    row: int
    facts: dict[str, tuple[str, str]]


@dataclass(slots=True)
class Compared:
    """What taking the file would do. columns: our field → the file's column."""

    columns: dict[str, str]
    new: list[Entry] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    repeated: int = 0
    new_sites: list[str] = field(default_factory=list)
    changed_sites: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    unknown_kinds: list[str] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return bool(self.new or self.changed or self.new_sites or self.changed_sites)


def compare(of: Contract, content: bytes) -> Compared:
    """Read a register and hold it against the contract's.

    Raises:
        BadTable: it cannot be read. BadInput: field file; no_serial or no_name: a column is missing.
    """
    table = open_table(content, limits=Limits(unpacked=LARGEST * 4, rows=MOST_ROWS))
    columns = columns_of(table.header)
    register = read_register(table, columns)
    found = Compared(columns, repeated=register.repeated, faults=register.faults)
    units = {unit.name: unit for unit in contracts.units_of(of)}
    sites = {site.name: site for site in Site.objects.filter(contract=of)}
    devices = {
        device.serial.lower(): device for device in Device.objects.filter(contract=of).select_related("site")
    }
    for entry in register.entries:
        if entry.unit and entry.unit not in units:
            found.faults.append(Fault(entry.row, "unit", "unknown", entry.unit))
            continue
        found.entries.append(entry)
        device = devices.get(entry.serial.lower())
        if device is None:
            found.new.append(entry)
        elif facts := _changed(device, entry):
            found.changed.append(Change(device, entry.row, facts))
        else:
            found.same += 1
    found.faults.sort(key=lambda one: one.row)
    for name, facts in site_facts(found.entries, units).items():
        if name not in sites:
            found.new_sites.append(name)
        elif any(getattr(sites[name], field) != value for field, value in facts.items()):
            found.changed_sites.append(name)
    found.unknown_kinds = sorted({facts["kind"] for facts in map(whole_facts, found.new)} - set(WORDS))
    return found


def facts_of(entry: Entry) -> dict[str, str]:
    """What an entry says of its device, but for serial number and site; what it says nothing of is left out."""
    told = {"name": entry.name, "kind": kind_of(entry.kind), "model": entry.model}
    return {name: value for name, value in told.items() if value}


def whole_facts(entry: Entry) -> dict[str, str]:
    """All that a new device needs: a name stands for a missing kind and the other way round."""
    kind = kind_of(entry.kind or entry.name)
    return {"name": entry.name or kind_word(kind), "kind": kind[:40], "model": entry.model}


def _changed(device: Device, entry: Entry) -> dict[str, tuple[str, str]]:
    told: dict[str, Any] = facts_of(entry) | ({"site": entry.site} if entry.site else {})
    now = {
        **{name: getattr(device, name) for name in DEVICE_FACTS},
        "site": device.site.name if device.site else "",
    }
    return {name: (now[name], value) for name, value in told.items() if now[name] != value}


def site_facts(entries: Sequence[Entry], units: dict[str, Customer]) -> dict[str, dict[str, Any]]:
    """Site → what the file says of it; of several rows the first that says something."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if not entry.site:
            continue
        facts = found.setdefault(entry.site, {})
        for name in SITE_FACTS:
            value = getattr(entry, name)
            if value not in ("", None):
                facts.setdefault(name, value)
        if entry.unit:
            facts.setdefault("unit", units[entry.unit])
    return found
