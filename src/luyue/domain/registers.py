"""A register of devices out of a table as customers and colleagues keep it (A-1): whose column is what, and which rows
cannot be taken. Pure: rows in, entries and faults out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal

from luyue.domain.refusals import BadInput
from luyue.domain.tables import Cell, Row

# Field → what its column is called; spaces, brackets and case do not count.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "serial": (
        "序列号", "设备序列号", "产品序列号", "出厂编号", "设备编号", "资产编号", "序列号sn", "sn", "s/n", "sn码",
        "serial", "serialnumber", "serialno",
    ),
    "name": ("设备名称", "名称", "设备", "name", "device", "devicename"),
    "kind": ("类别", "设备类别", "设备类型", "类型", "kind", "type"),
    "model": ("型号", "规格型号", "设备型号", "型号规格", "model"),
    "site": ("点位", "点位名称", "安装点位", "安装位置", "安装地点", "位置", "站点", "site", "location"),
    "address": ("地址", "点位地址", "详细地址", "安装地址", "address"),
    "unit": ("下级单位", "使用单位", "所属单位", "使用部门", "部门", "unit", "department"),
    "latitude": ("纬度", "latitude", "lat"),
    "longitude": ("经度", "longitude", "lng", "lon"),
}  # fmt: skip
LONGEST = {"serial": 80, "name": 150, "kind": 40, "model": 80, "site": 150, "address": 200, "unit": 150}
DEGREES = {"latitude": 90.0, "longitude": 180.0}
DITTO = {"同上", "〃", "″", '"', "''", "ditto"}
# What a spreadsheet program makes of a long number: it shows 8.6E+14, and keeps fifteen digits.
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
EXACT = 10**15


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be taken. An empty text, or None: the row says nothing of it."""

    row: int
    serial: str
    name: str = ""
    kind: str = ""
    model: str = ""
    site: str = ""
    address: str = ""
    unit: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def facts(self) -> tuple[object, ...]:
        """All of it but where it stood."""
        return tuple(getattr(self, one.name) for one in fields(self) if one.name != "row")


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be taken: its field, a code of what is wrong, and what stands there."""

    row: int
    field: str
    problem: str
    value: str = ""


@dataclass(slots=True)
class Register:
    """What a file holds. repeated: rows that say once more what an earlier one said."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    repeated: int = 0


class _Unfit(Exception):
    def __init__(self, field: str, problem: str, value: str = "") -> None:
        self.field, self.problem, self.value = field, problem, value


def columns_of(header: Sequence[str]) -> dict[str, str]:
    """Field → column, as far as there are some; of several that fit, the name that comes first in HEADERS.

    Raises:
        BadInput: field file; problem no_serial or no_name (neither a name nor a kind).
    """
    plain = {_plain(one): one for one in reversed(header) if one}
    found = {
        name: column
        for name, words in HEADERS.items()
        if (column := next((plain[word] for word in words if word in plain), ""))
    }
    if "serial" not in found:
        raise BadInput(field="file", problem="no_serial")
    if "name" not in found and "kind" not in found:
        raise BadInput(field="file", problem="no_name")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s*（）()\[\]【】:：_.-]", "", name).lower()


def read_register(rows: Iterable[tuple[int, Row]], columns: Mapping[str, str]) -> Register:
    """The devices of a table. A serial number that comes twice with different facts is taken neither time."""
    found = Register()
    above: dict[str, str] = {}
    by_serial: dict[str, Entry] = {}
    spoilt: set[str] = set()
    for number, row in rows:
        given = {name: row.get(column) for name, column in columns.items()}
        try:
            entry = _entry(number, given, above)
        except _Unfit as unfit:
            found.faults.append(Fault(number, unfit.field, unfit.problem, unfit.value[:60]))
            continue
        before = by_serial.setdefault(entry.serial.lower(), entry)
        if before is entry:
            continue
        if before.facts() == entry.facts():
            found.repeated += 1
        else:
            found.faults.append(Fault(number, "serial", "twice", entry.serial))
            spoilt.add(entry.serial.lower())
    for serial in spoilt:
        first = by_serial.pop(serial)
        found.faults.append(Fault(first.row, "serial", "twice", first.serial[:60]))
    found.entries = list(by_serial.values())
    found.faults.sort(key=lambda one: one.row)
    return found


def _entry(number: int, given: Mapping[str, Cell], above: dict[str, str]) -> Entry:
    """Raises _Unfit."""
    texts = {}
    for name in LONGEST:
        text = _text(given.get(name), exact=name == "serial", field=name)
        if text in DITTO and name != "serial":
            text = above.get(name, "")
        if len(text) > LONGEST[name]:
            raise _Unfit(name, "too_long", text)
        texts[name] = above[name] = text
    if not texts["serial"]:
        raise _Unfit("serial", "missing")
    if not texts["name"] and not texts["kind"]:
        raise _Unfit("name", "missing")
    latitude, longitude = (_degrees(given.get(name), name) for name in DEGREES)
    if (latitude is None) != (longitude is None):
        raise _Unfit("latitude" if latitude is None else "longitude", "missing")
    return Entry(number, **texts, latitude=latitude, longitude=longitude)


def _text(cell: Cell, *, exact: bool, field: str) -> str:
    """A cell as text. exact: digits matter, so a number whose digits are lost is none. Raises _Unfit."""
    if cell is None:
        return ""
    if isinstance(cell, bool | int | float):
        if exact and abs(cell) >= EXACT:
            raise _Unfit(field, "digits_lost", str(cell))
        # 123.0 in a sheet is 123 to whoever typed it; 1e-05 would not be.
        return f"{Decimal(str(cell)).normalize():f}" if isinstance(cell, float) else str(cell)
    text = " ".join(str(cell).replace("\ufffd", "").split())
    if exact and SCIENTIFIC.fullmatch(text):
        raise _Unfit(field, "digits_lost", text)
    if "\ufffd" in str(cell):
        raise _Unfit(field, "unreadable", text)
    return text


def _degrees(cell: Cell, name: str) -> float | None:
    """Raises _Unfit."""
    text = str(cell).strip().rstrip("°") if cell is not None else ""
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        raise _Unfit(name, "no_number", text) from None
    if not -DEGREES[name] <= degrees <= DEGREES[name]:
        raise _Unfit(name, "out_of_range", text)
    return degrees
