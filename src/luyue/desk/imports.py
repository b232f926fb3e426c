"""Import of case history: uploaded, tried, started, carried through by a worker, cancelled, continued.

An import goes forward by batches; each is one transaction with its progress, so that a worker may be killed at any
moment and the next one goes on behind the last whole batch.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app as jobs_app

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.desk.import_taking import LONGEST_SOURCE, Origin, Taken, Taker
from luyue.desk.models import Case, ImportProblem, ImportRun
from luyue.desk.queries import seconds
from luyue.domain.history import BadRow, HistoryCase, Mapping, map_rows, read_mapping
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.domain.tables import BadTable, Table, open_table
from luyue.ledger.wall import Scope, scope
from luyue.web.long_work import GIVEN_UP, Lives

MAPS = Path(__file__).resolve().parent.parent / "maps"
BATCH = 500
LARGEST_FILE = 30 * 1024 * 1024
# What a dry run shows, and of how many cases it reads the clocks.
SHOWN_CASES, SHOWN_PROBLEMS, READ_CASES = 20, 50, 300
STANDS_STILL = timedelta(minutes=10)  # since its last batch
OVER = ("done", "failed", "cancelled")
# (state, act) → state
MOVES = {
    ("draft", "start"): "waiting",
    ("waiting", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
    ("cancelled", "continue"): "waiting",
    ("failed", "continue"): "waiting",
    ("waiting", "continue"): "waiting",
    ("running", "continue"): "waiting",
}

Item = HistoryCase | BadRow


# mappings and files


def shipped_maps() -> dict[str, bytes]:
    """Mapping files that come with the package, by id."""
    return {path.stem: path.read_bytes() for path in sorted(MAPS.glob("*.yaml"))}


def source_of(mapping: Mapping) -> str:
    """The name under which the case numbers of a mapping are kept apart from those of other systems."""
    named = f"import:{mapping.source or mapping.id}"
    return named if len(named) <= LONGEST_SOURCE else f"import:{mapping.id}"[:LONGEST_SOURCE]


def table_of(content: bytes, mapping: Mapping) -> Table:
    """The file's table as the mapping wants it. Raises BadTable."""
    rule = mapping.file
    return open_table(
        content,
        wanted=mapping.columns.names(),
        encoding=rule.encoding,
        delimiter=rule.delimiter,
        sheet=rule.sheet,
        header_row=rule.header_row,
    )


def items_of(content: bytes, mapping: Mapping, now: datetime) -> Iterator[Item]:
    """Cases and bad rows of a file; the same for the same arguments, so that an import can go on where it stopped."""
    return map_rows(table_of(content, mapping), mapping, seconds(now))


# reads


def runs() -> QuerySet[ImportRun]:
    """Imports in scope, without their files."""
    return ImportRun.objects.select_related("contract", "started_by").defer("content", "mapping", "preview")


def run(run_id: int) -> ImportRun:
    """An import in scope, with everything. Raises NotFound."""
    found = ImportRun.objects.select_related("contract", "started_by").filter(pk=run_id).first()
    if found is None:
        raise NotFound(subject="import")
    return found


def same_file(of: ImportRun) -> ImportRun | None:
    """The last other import of the same file into the same contract that was started."""
    others = runs().filter(contract=of.contract_id, digest=of.digest).exclude(pk=of.pk).exclude(state="draft")
    return others.order_by("-id").first()


def remaining_seconds(of: ImportRun) -> int | None:
    """How much longer an import takes at its present pace."""
    if not of.pace or of.done >= of.total:
        return None
    return round((of.total - of.done) / of.pace)


# acts


@transaction.atomic
def upload(
    contract_id: int, *, file_name: str, content: bytes, mapping: str, actor: Person | None, now: datetime
) -> ImportRun:
    """Keep a file for an import. `mapping`: a mapping file's text, which may still be incomplete.

    Raises:
        NotAllowed. NotFound: no such contract in scope. BadInput: too large, or empty.
    """
    require(actor, "import_cases")
    contract = contracts.contract(contract_id)
    if not content:
        raise BadInput(field="file", problem="empty")
    if len(content) > LARGEST_FILE:
        raise BadInput(field="file", problem="too_large", limit=LARGEST_FILE // 1024 // 1024)
    return ImportRun.objects.create(
        contract=contract,
        file_name=file_name.replace("\0", "")[-200:],
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        mapping=mapping,
        started_by=actor,
        created_at=now,
    )


@transaction.atomic
def settle(run_id: int, *, mapping: str, actor: Person | None, now: datetime) -> ImportRun:
    """Give a draft its mapping and try it.

    Raises:
        MappingError: the mapping has errors. BadTable: the file cannot be read by it.
    """
    require(actor, "import_cases")
    found = _locked(run_id)
    if found.state != "draft":
        raise IllegalMove(subject="import", state=found.state, act="settle")
    found.mapping = mapping
    found.preview = None
    read = read_mapping(mapping.encode())
    found.preview = dry_run(found.contract, bytes(found.content), read, file_name=found.file_name, now=now)
    found.total = found.preview["entries"]
    found.save(update_fields=["mapping", "preview", "total"])
    return found


@transaction.atomic
def start(run_id: int, *, actor: Person | None, now: datetime) -> ImportRun:
    """Hand an import with a tried mapping to the worker."""
    found = _move(run_id, "start", actor)
    if found.preview is None:
        raise BadInput(field="mapping", problem="missing")
    found.started_at = found.updated_at = now
    found.started_by = actor
    found.save(update_fields=["state", "started_at", "updated_at", "started_by"])
    _record(
        "import.started", found, actor, now, file=found.file_name, digest=found.digest, entries=found.total
    )
    _defer(found)
    return found


@transaction.atomic
def run_here(
    contract_id: int, *, file_name: str, content: bytes, mapping: str, actor: Person | None, now: datetime
) -> ImportRun:
    """Prepare an import that the caller carries out himself: for the command line. Nothing is handed to the worker."""
    found = upload(contract_id, file_name=file_name, content=content, mapping=mapping, actor=actor, now=now)
    found.state, found.started_at, found.updated_at = "running", now, now
    found.save(update_fields=["state", "started_at", "updated_at"])
    _record(
        "import.started", found, actor, now, file=found.file_name, digest=found.digest, entries=found.total
    )
    return found


@transaction.atomic
def cancel(run_id: int, *, actor: Person | None, now: datetime) -> ImportRun:
    """Stop an import behind its present batch. What was taken stays; it can be continued."""
    found = _move(run_id, "cancel", actor)
    found.finished_at = found.updated_at = now
    found.save(update_fields=["state", "finished_at", "updated_at"])
    _record("import.cancelled", found, actor, now, **_counts(found))
    return found


@transaction.atomic
def proceed(run_id: int, *, actor: Person | None, now: datetime) -> ImportRun:
    """Go on with an import that was cancelled, failed or was left lying."""
    found = _move(run_id, "continue", actor)
    found.finished_at, found.updated_at, found.pace, found.message = None, now, None, ""
    found.save(update_fields=["state", "finished_at", "updated_at", "pace", "message"])
    _record("import.continued", found, actor, now, **_counts(found))
    _defer(found)
    return found


@transaction.atomic
def discard(run_id: int, *, actor: Person | None) -> None:
    """Forget a draft with its file."""
    require(actor, "import_cases")
    found = _locked(run_id)
    if found.state != "draft":
        raise IllegalMove(subject="import", state=found.state, act="discard")
    found.delete()


def carry_out(
    run_id: int,
    contract_id: int,
    *,
    clock: Callable[[], datetime],
    batch: int = BATCH,
    told: Callable[[ImportRun], None] | None = None,
) -> None:
    """Take an import's cases, batch by batch, until it ends or is cancelled. Run twice at once, one of them stops.

    Args:
        clock: the present time, asked once a batch: an import outlasts any one moment.
        told: called after each batch.
    """
    within = Scope.of([contract_id])
    with scope(within):
        found = _locked(run_id)
        if found.state not in ("waiting", "running"):
            return
        found.state = "running"
        found.save(update_fields=["state"])
        content = bytes(found.content)
    assert found.started_at is not None
    mapping = read_mapping(found.mapping.encode())
    position = found.done
    try:
        items = islice(items_of(content, mapping, found.started_at), position, None)
        while chunk := list(islice(items, batch)):
            began = time.monotonic()
            with scope(within):
                after = _next_batch(run_id, position, mapping, chunk, clock())
                if after is None:
                    return
                found = after
                _keep_pace(found, len(chunk) / max(time.monotonic() - began, 0.001))
            position += len(chunk)
            if told is not None:
                told(found)
    except BadTable as broken:
        _finish(run_id, within, "failed", clock(), broken.sentence())
        return
    _finish(run_id, within, "done", clock())


def _next_batch(
    run_id: int, position: int, mapping: Mapping, chunk: Sequence[Item], now: datetime
) -> ImportRun | None:
    """Take one batch and move the progress behind it; None if the import was cancelled or another worker is on it."""
    found = _locked(run_id)
    if found.state != "running" or found.done != position:
        return None
    contract = contracts.contract(found.contract_id)
    origin = Origin(source_of(mapping), found.file_name, found.pk)
    outcome = Taker(contract, origin, actor=found.started_by, now=now).take(chunk)
    found.done += len(chunk)
    found.total = max(found.total, found.done)
    found.added += outcome.added
    found.extended += outcome.extended
    found.unchanged += outcome.unchanged
    found.bad += len(outcome.bad)
    found.conflicts += len(outcome.conflicts)
    found.updated_at = now
    ImportProblem.objects.bulk_create([_problem(found, bad) for bad in (*outcome.bad, *outcome.conflicts)])
    found.save(
        update_fields=["done", "total", "added", "extended", "unchanged", "bad", "conflicts", "updated_at"]
    )
    return found


def _keep_pace(of: ImportRun, now: float) -> None:
    """A mean that follows the last batches."""
    of.pace = now if of.pace is None else 0.7 * of.pace + 0.3 * now
    of.save(update_fields=["pace"])


def _finish(run_id: int, within: Scope, state: str, now: datetime, message: str = "") -> None:
    with scope(within):
        found = _locked(run_id)
        if found.state == "running":
            _end(found, state, now, message)


def _end(found: ImportRun, state: str, now: datetime, message: str) -> None:
    found.state, found.message, found.finished_at, found.updated_at = state, message, now, now
    found.save(update_fields=["state", "message", "finished_at", "updated_at"])
    _record("import.finished", found, found.started_by, now, state=state, **_counts(found))


def waiting(now: datetime) -> Iterable[int]:
    """Imports that stand still though they are not over. One of the command line has no job: it moves, as long as it
    is carried out.
    """
    still = ImportRun.objects.filter(state__in=("waiting", "running"), updated_at__lt=now - STANDS_STILL)
    return still.values_list("pk", flat=True)


def give_up(run_id: int, *, now: datetime, lives: Lives) -> bool:
    """Say of an import that nobody carries on that it failed; what was taken stays. Returns whether it was so."""
    found = _locked(run_id)
    stands = found.updated_at is not None and found.updated_at < now - STANDS_STILL
    if found.state not in ("waiting", "running") or not stands or lives():
        return False
    _end(found, "failed", now, GIVEN_UP)
    return True


def _problem(of: ImportRun, bad: BadRow) -> ImportProblem:
    return ImportProblem(
        run=of,
        contract_id=of.contract_id,
        row=max(0, bad.row),
        column=bad.column[:500],
        code=bad.code,
        value=bad.value.replace("\0", "�")[:200],
        external_id=bad.case.replace("\0", "�")[:120],
        facts=dict(bad.facts),
    )


def bad_row(problem: ImportProblem) -> BadRow:
    """The bad row that was kept."""
    return BadRow(
        problem.row, problem.column, problem.code, problem.value, problem.external_id, problem.facts
    )


# trying


def dry_run(
    contract: Contract,
    content: bytes,
    mapping: Mapping,
    *,
    file_name: str,
    now: datetime,
    most_problems: int | None = SHOWN_PROBLEMS,
) -> dict[str, Any]:
    """What an import would do, as plain values for the page and the command; writes nothing.

    Words that the contract's plan does not know are looked for in the first READ_CASES cases only.

    Raises:
        BadTable: the file cannot be read.
    """
    taker = Taker(contract, Origin(source_of(mapping), file_name), actor=None, now=now)
    cases: list[dict[str, Any]] = []
    bad: list[BadRow] = []
    clocks: Counter[str] = Counter()
    entries = bad_count = good = out_of_scope = open_cases = read = 0
    first = last = None
    numbers: list[str] = []
    for item in items_of(content, mapping, now):
        entries += 1
        if isinstance(item, HistoryCase) and read < READ_CASES:
            read += 1
            taken = taker.new_case(item)
            if isinstance(taken, Taken):
                clocks.update(one.reading.result for one in taken.reads)
                out_of_scope += not taken.case.in_scope
                open_cases += taken.case.is_open
                if len(cases) < SHOWN_CASES:
                    cases.append(_shown(taken))
            else:
                item = taken
        if isinstance(item, BadRow):
            bad_count += 1
            if most_problems is None or len(bad) < most_problems:
                bad.append(item)
            continue
        good += 1
        numbers.append(item.external_id)
        at = item.events[0].at
        first, last = min(first or at, at), max(last or at, at)
    return {
        "entries": entries,
        "good": good,
        "bad": bad_count,
        "there": _count_there(contract, source_of(mapping), numbers),
        "first": first,
        "last": last,
        "read": read,
        "out_of_scope": out_of_scope,
        "open": open_cases,
        "clocks": dict(clocks),
        "cases": cases,
        "problems": [
            {"row": one.row, "column": one.column, "code": one.code, "value": one.value, "case": one.case,
             "facts": dict(one.facts)}
            for one in bad
        ],
    }  # fmt: skip


def _shown(taken: Taken) -> dict[str, Any]:
    case = taken.case
    return {
        "row": taken.row,
        "external_id": case.external_id,
        "title": case.title,
        "kind": case.kind,
        "severity": case.severity,
        "state": case.state,
        "in_scope": case.in_scope,
        "reported": seconds(case.reported_at),
        "resolved": seconds(case.resolved_at) if case.resolved_at else None,
        "events": [[event.kind, event.at] for event in taken.events],
        "met": sum(one.reading.result == "met" for one in taken.reads),
        "breached": sum(one.reading.result == "breached" for one in taken.reads),
    }


def _count_there(contract: Contract, source: str, numbers: Sequence[str]) -> int:
    return sum(
        Case.objects.filter(contract=contract, source=source, external_id__in=numbers[i : i + 5000]).count()
        for i in range(0, len(numbers), 5000)
    )


# inside


def _locked(run_id: int) -> ImportRun:
    found = (
        ImportRun.objects.select_for_update(of=("self",))
        .select_related("contract", "started_by")
        .defer("content", "preview")
        .filter(pk=run_id)
        .first()
    )
    if found is None:
        raise NotFound(subject="import")
    return found


def _move(run_id: int, act: str, actor: Person | None) -> ImportRun:
    require(actor, "import_cases")
    found = _locked(run_id)
    state = MOVES.get((found.state, act))
    if state is None:
        raise IllegalMove(subject="import", state=found.state, act=act)
    found.state = state
    return found


def _defer(of: ImportRun) -> None:
    # By name: the jobs stand above the acts.
    jobs_app.configure_task("desk.import_history").defer(run_id=of.pk, contract_id=of.contract_id)


def _record(kind: str, of: ImportRun, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=of.contract_id, subject=("import", of.pk), actor=actor, at=now, now=now, data=data
    )


def _counts(of: ImportRun) -> dict[str, int]:
    return {
        "added": of.added,
        "extended": of.extended,
        "unchanged": of.unchanged,
        "bad": of.bad,
        "conflicts": of.conflicts,
    }
