"""Files of readings: kept as a draft, looked through, taken in; the same file twice changes nothing twice."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.devices.models import Device
from luyue.domain.measures.rows import COLUMNS, Row, read_row, suggest_columns
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.tables import Cell, Limits, Table, open_table
from luyue.measures import queries
from luyue.measures.actions.readings import (
    Given,
    Taken,
    check_given,
    check_measure,
    take_readings,
    wanted_subject,
)
from luyue.measures.models import ReadingFile

LARGEST = 30 * 1024 * 1024  # bytes
LIMITS = Limits(unpacked=200_000_000, rows=200_000)
SAMPLE = 200


@transaction.atomic
def upload(
    contract_id: int, *, measure: str, file_name: str, content: bytes, actor: Person | None, now: datetime
) -> ReadingFile:
    """Keep a file of readings, with the columns that its head suggests.

    Raises:
        NotFound, NotAllowed. BadInput: file, measure. BadTable: it is no table.
    """
    require(actor, "enter_reading")
    of = contracts.contract(contract_id)
    check_measure(of, measure)
    if not content or len(content) > LARGEST:
        raise BadInput(field="file", problem="too_large" if content else "empty", limit=LARGEST)
    table = open_table(content, limits=LIMITS)
    return ReadingFile.objects.create(
        contract=of, measure=measure, file_name=file_name[-200:], content=content,
        digest=hashlib.sha256(content).hexdigest(), mapping=suggest_columns(table.header), created_by=actor,
        created_at=now,
    )  # fmt: skip


def table_of(file: ReadingFile) -> Table:
    return open_table(bytes(file.content), limits=LIMITS)


def needed_fields(file: ReadingFile) -> list[str]:
    """The fields of a file's rows, those that need a column in front."""
    subject = wanted_subject(file.contract, file.measure)
    first = ["name"] if subject == "name" else ["device"]
    return [*first, "day", "value", "numerator", "denominator", "note"]


def check_mapping(file: ReadingFile, mapping: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """The mapping without empty entries. Raises BadInput: a needed column is missing or unknown."""
    clean = {name: column for name, column in mapping.items() if column}
    for name, column in clean.items():
        if name not in COLUMNS or column not in header:
            raise BadInput(field=name)
    subject = wanted_subject(file.contract, file.measure)
    for one in (subject, "day"):
        if one and one not in clean:
            raise BadInput(field=one, problem="missing")
    if "value" not in clean and not {"numerator", "denominator"} <= set(clean):
        raise BadInput(field="value", problem="missing")
    return clean


def rows_of(file: ReadingFile, mapping: Mapping[str, str]) -> Iterator[tuple[int, Given | BadInput]]:
    """(row number, reading or why it is none)."""
    finder = Finder(file.contract)
    for number, row in table_of(file):
        fields: dict[str, Cell] = {name: row.get(column) for name, column in mapping.items() if column}
        try:
            yield number, finder.given(read_row(fields))
        except BadInput as refusal:
            yield number, refusal


class Finder:
    """Finds the devices that rows name, by serial number, else by name."""

    def __init__(self, of: Contract) -> None:
        self.devices = {one.pk: one for one in Device.objects.filter(contract=of)}
        self.by_serial = {one.serial.casefold(): one.pk for one in self.devices.values()}
        self.by_name: dict[str, list[int]] = {}
        for one in self.devices.values():
            self.by_name.setdefault(one.name.casefold(), []).append(one.pk)

    def given(self, row: Row) -> Given:
        """Raises BadInput for a device that the contract does not have, or has several of that name."""
        device = self._device(row.device) if row.device else None
        return Given(row.day, row.value, row.numerator, row.denominator, device, row.name, row.note)

    def _device(self, written: str) -> int:
        plain = written.casefold()
        if plain in self.by_serial:
            return self.by_serial[plain]
        found = self.by_name.get(plain, [])
        if len(found) == 1:
            return found[0]
        raise BadInput(field="device", problem="twice" if found else "unknown", value=written[:60])


def preview(
    file: ReadingFile, mapping: Mapping[str, str], now: datetime
) -> tuple[list[tuple[int, Given, str]], Taken]:
    """The first rows as they would be taken, with the device's name, and the bad ones among the first SAMPLE."""
    good: list[tuple[int, Given, str]] = []
    taken = Taken()
    devices = {one.pk: one for one in Device.objects.filter(contract=file.contract)}
    for number, one in islice(rows_of(file, mapping), SAMPLE):
        try:
            if isinstance(one, BadInput):
                raise one
            clean = check_given(file.contract, file.measure, one, devices, now)
        except BadInput as refusal:
            taken.refuse(number, refusal)
        else:
            name = devices[clean.device].name if clean.device else clean.name
            good.append((number, clean, name))
    return good, taken


@transaction.atomic
def import_file(
    file_id: int, *, mapping: Mapping[str, str], actor: Person | None, now: datetime
) -> ReadingFile:
    """Take all rows of a file in; good ones are kept, bad ones listed with their reasons.

    Raises:
        NotFound, NotAllowed. BadInput: the mapping. IllegalMove: it was imported already.
    """
    require(actor, "enter_reading")
    file = queries.reading_file(file_id, lock=True)
    if file.state != "draft":
        raise IllegalMove(subject="file", state=file.state, act="import")
    clean = check_mapping(file, mapping, table_of(file).header)
    taken = take_readings(
        file.contract_id, measure=file.measure, given=rows_of(file, clean), source="import", actor=actor, now=now,
        source_id=file.pk,
    )  # fmt: skip
    file.mapping, file.state, file.finished_at = clean, "done", now
    file.added, file.replaced, file.unchanged, file.bad = (
        taken.added,
        taken.replaced,
        taken.unchanged,
        taken.bad,
    )
    file.problems = taken.problems
    file.save()
    return file


@transaction.atomic
def drop_file(file_id: int, *, actor: Person | None) -> int:
    """Throw a draft away; nothing of it was taken. Returns the contract's number."""
    require(actor, "enter_reading")
    file = queries.reading_file(file_id, lock=True)
    if file.state != "draft":
        raise IllegalMove(subject="file", state=file.state, act="drop")
    file.delete()
    return file.contract_id
