"""Call records of a telephone system: one by one over the API, or a file of them. The same record twice is one call."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk.queries import moment
from luyue.domain import hotline as rules
from luyue.domain.hotline import BadRecord, Record
from luyue.domain.instants import instant
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.tables import Cell, Limits, Table, open_table
from luyue.hotline import queries
from luyue.hotline.actions import settle
from luyue.hotline.models import Call, CallFile, Line

SOURCE = "cdr"
LARGEST = 30 * 1024 * 1024  # bytes
LIMITS = Limits(unpacked=200_000_000, rows=200_000)
KEPT_PROBLEMS = 500
BATCH = 2000
SAMPLE = 200

ADDED, MERGED, UNCHANGED, BAD = "added", "merged", "unchanged", "bad"


@dataclass
class Taken:
    """What became of records. outcomes: by the place in the given order, (word, call id or None)."""

    added: int = 0
    merged: int = 0
    unchanged: int = 0
    bad: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[int, tuple[str, int | None]] = field(default_factory=dict)

    def refuse(self, place: int, bad: BadRecord) -> None:
        self.bad += 1
        self.outcomes[place] = (BAD, None)
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append({"row": place, **bad.facts})


@transaction.atomic
def take_records(
    given: Sequence[tuple[int, Mapping[str, object]]],
    *,
    actor: Person | None,
    now: datetime,
    line: Line | None = None,
) -> Taken:
    """Take records in. A bad one is told and leaves the others alone.

    Args:
        given: (place, fields in the words of Asterisk's CDR). line: the line of records whose number is none.
    Raises:
        NotAllowed: the role may not import calls.
    """
    require(actor, "import_calls")
    taken = Taken()
    _take(given, taken, queries.known(), line, now)
    if taken.added or taken.merged:
        _record(actor, now, taken)
    return taken


def _take(
    given: Iterable[tuple[int, Mapping[str, object]]],
    taken: Taken,
    known: queries.Known,
    line: Line | None,
    now: datetime,
) -> None:
    read: dict[str, Record] = {}
    facts: dict[str, tuple[Line | None, str]] = {}
    places: dict[str, list[int]] = {}
    for place, fields in given:
        try:
            record = rules.read_record(fields, now=instant(now))
            facts.setdefault(record.mark, _line_of(record, known, line, fields))
        except BadRecord as bad:
            taken.refuse(place, bad)
            continue
        before = read.get(record.mark)
        read[record.mark] = record if before is None else rules.merged(before, record)
        places.setdefault(record.mark, []).append(place)
    there = {
        one.external_id: one
        for one in Call.objects.select_for_update(of=("self",)).filter(
            source=SOURCE, external_id__in=list(read)
        )
    }
    others = {_other_side(record, facts[mark][1]) for mark, record in read.items()}
    earlier = queries.earlier_contracts(others, since=now - queries.REMEMBERED)
    fresh: list[Call] = []
    changed: list[Call] = []
    for mark, record in read.items():
        own, direction = facts[mark]
        old = there.get(mark)
        if old is None:
            fresh.append(_new_call(record, own, direction, known, earlier, now))
        elif _add_to(old, record):
            changed.append(old)
    Call.objects.bulk_create(fresh, batch_size=BATCH)
    Call.objects.bulk_update(
        changed, ["started_at", "answered", "wait_seconds", "talk_seconds", "taker", "name", "in_hours"],
        batch_size=BATCH,
    )  # fmt: skip
    if numbers := {one.plain for one in [*fresh, *changed] if one.plain}:
        settle(Call.objects.filter(plain__in=numbers))
    _tell(
        taken, places, {one.external_id: one.pk for one in fresh}, {one.external_id for one in changed}, there
    )


def _tell(
    taken: Taken,
    places: Mapping[str, Sequence[int]],
    fresh: Mapping[str, int],
    changed: set[str],
    there: Mapping[str, Call],
) -> None:
    """Say of each record what became of it. Of several records of one new call the first added it."""
    for mark, rows in places.items():
        for index, place in enumerate(rows):
            if mark in fresh:
                outcome = ADDED if index == 0 else MERGED
                taken.outcomes[place] = (outcome, fresh[mark])
                taken.added += index == 0
                taken.merged += index > 0
            elif mark in changed:
                taken.outcomes[place] = (MERGED, there[mark].pk)
                taken.merged += 1
            else:
                taken.outcomes[place] = (UNCHANGED, there[mark].pk)
                taken.unchanged += 1


def _line_of(
    record: Record, known: queries.Known, line: Line | None, fields: Mapping[str, object]
) -> tuple[Line | None, str]:
    """The line and the direction of a record: a line's number that was dialled is an incoming call, one that dialled
    is an outgoing one. Raises BadRecord for a call of no line."""
    if record.dialled in known.lines:
        return known.line_of(record.dialled, known.contracts.get(record.source)), "in"
    if record.source in known.lines:
        return known.line_of(record.source, known.contracts.get(record.dialled)), "out"
    if line is not None:
        return line, "in"
    problem = "unknown_line" if record.dialled else "missing"
    raise BadRecord(field="dst", problem=problem, value=str(fields.get("dst") or "")[:60])


def _other_side(record: Record, direction: str) -> str:
    return record.source if direction == "in" else record.dialled


def _new_call(
    record: Record,
    line: Line | None,
    direction: str,
    known: queries.Known,
    earlier: Mapping[str, int],
    now: datetime,
) -> Call:
    number = _other_side(record, direction)
    own = line.contract_id if line else None
    return Call(
        contract_id=own or known.contracts.get(number) or earlier.get(number),
        line=line,
        direction=direction,
        number=number[:30],
        plain=number[:30],
        name=record.name or known.names.get(number, ""),
        started_at=moment(record.started_at),
        answered=record.answered,
        wait_seconds=record.wait_seconds,
        talk_seconds=record.talk_seconds,
        in_hours=line is None or rules.in_service(line.hours, record.started_at),
        taker=record.taker,
        source=SOURCE,
        external_id=record.mark,
        recorded_at=now,
    )


def _add_to(call: Call, record: Record) -> bool:
    """Add another record of a call that is there; False when it says nothing new."""
    started = instant(call.started_at)
    there = Record(
        mark=record.mark,
        started_at=started,
        answered_at=started + call.wait_seconds if call.answered else None,
        ended_at=started + call.wait_seconds + call.talk_seconds,
        source=record.source,
        dialled=record.dialled,
        name=call.name,
        taker=call.taker,
    )
    whole = rules.merged(there, record)
    # A name that somebody has put right stays.
    facts = {
        "started_at": moment(whole.started_at), "answered": whole.answered,
        "wait_seconds": whole.wait_seconds, "talk_seconds": whole.talk_seconds, "taker": whole.taker,
        "name": call.name or whole.name,
    }  # fmt: skip
    if all(getattr(call, name) == value for name, value in facts.items()):
        return False
    for name, value in facts.items():
        setattr(call, name, value)
    return True


# ------------------------------------------------------------------------------------------- files


@transaction.atomic
def upload(
    *, file_name: str, content: bytes, actor: Person | None, now: datetime, line: Line | None = None
) -> CallFile:
    """Keep a file of records, with the columns that its head suggests.

    Raises:
        NotAllowed. BadInput: file. BadTable: it is no table.
    """
    require(actor, "import_calls")
    if not content or len(content) > LARGEST:
        raise BadInput(field="file", problem="too_large" if content else "empty", limit=LARGEST)
    table = open_table(content, limits=LIMITS)
    return CallFile.objects.create(
        file_name=file_name[-200:], content=content, digest=hashlib.sha256(content).hexdigest(),
        mapping=rules.suggest_columns(table.header), line=line, created_by=actor, created_at=now,
    )  # fmt: skip


def table_of(file: CallFile) -> Table:
    """The file as a table."""
    return open_table(bytes(file.content), limits=LIMITS)


def rows_of(file: CallFile, mapping: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Cell]]]:
    """(row number, fields of a record) by a mapping of fields to columns."""
    for number, row in table_of(file):
        yield number, {name: row.get(column) for name, column in mapping.items() if column}


def check_mapping(mapping: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """The mapping without empty entries. Raises BadInput: a needed column is missing or unknown."""
    clean = {name: column for name, column in mapping.items() if column}
    for name, column in clean.items():
        if name not in rules.COLUMNS or column not in header:
            raise BadInput(field=name)
    for name in rules.NEEDED:
        if name not in clean:
            raise BadInput(field=name, problem="missing")
    return clean


def preview(
    file: CallFile, mapping: Mapping[str, str], *, line: Line | None, now: datetime
) -> tuple[list[tuple[int, Record, Line | None, str]], Taken]:
    """The first rows as they would be taken, and the bad ones among the first SAMPLE."""
    known = queries.known()
    good: list[tuple[int, Record, Line | None, str]] = []
    taken = Taken()
    for number, fields in islice(rows_of(file, mapping), SAMPLE):
        try:
            record = rules.read_record(fields, now=instant(now))
            own, direction = _line_of(record, known, line, fields)
        except BadRecord as bad:
            taken.refuse(number, bad)
        else:
            good.append((number, record, own, direction))
    return good, taken


@transaction.atomic
def import_file(
    file_id: int, *, mapping: Mapping[str, str], actor: Person | None, now: datetime, line: Line | None = None
) -> CallFile:
    """Take all rows of a file in; good ones are kept, bad ones listed. A second time nothing changes twice.

    Raises:
        NotFound, NotAllowed. BadInput: the mapping. IllegalMove: it was imported already.
    """
    require(actor, "import_calls")
    file = queries.call_file(file_id, lock=True)
    if file.state != "draft":
        raise IllegalMove(subject="file", state=file.state, act="import")
    mapping = check_mapping(mapping, table_of(file).header)
    taken, known = Taken(), queries.known()
    rows = rows_of(file, mapping)
    while batch := list(islice(rows, BATCH)):
        _take(batch, taken, known, line, now)
    file.mapping, file.line, file.state, file.finished_at = dict(mapping), line, "done", now
    file.added, file.merged, file.unchanged, file.bad = taken.added, taken.merged, taken.unchanged, taken.bad
    file.problems = [{name: value for name, value in one.items() if name != "code"} for one in taken.problems]
    file.save()
    _record(actor, now, taken, file=file)
    return file


@transaction.atomic
def drop_file(file_id: int, *, actor: Person | None) -> None:
    """Throw a draft away; nothing of it was taken."""
    require(actor, "import_calls")
    file = queries.call_file(file_id, lock=True)
    if file.state != "draft":
        raise IllegalMove(subject="file", state=file.state, act="drop")
    file.delete()


def _record(actor: Person | None, now: datetime, taken: Taken, *, file: CallFile | None = None) -> None:
    data: dict[str, Any] = {
        "added": taken.added, "merged": taken.merged, "unchanged": taken.unchanged, "bad": taken.bad,
    }  # fmt: skip
    if file is not None:
        data |= {"file": file.file_name, "digest": file.digest}
    calls = [pk for _word, pk in taken.outcomes.values() if pk is not None]
    subject = ("call_file", file.pk) if file is not None else ("call", calls[0])
    ledger.record("call.imported", contract_id=None, subject=subject, actor=actor, at=now, now=now, data=data)
