"""Writing to the ledger."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs_app

from luyue.domain.seals import canonical, instant_text, seal


class Actor(Protocol):
    """Who acts: a person. None in place of an actor is Luyue itself."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it was written. Times are aware UTC; digest has 32 bytes."""

    id: int
    contract_id: int | None
    kind: str
    subject: tuple[str, int]
    actor_id: int | None
    actor_name: str
    occurred_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be written by `record_many`; the fields are the arguments of `record`."""

    kind: str
    contract_id: int | None
    subject: tuple[str, int]
    actor: Actor | None
    at: datetime
    now: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


SYSTEM = "履约"  # the name in the ledger of acts that no person did

_reactions: dict[str, list[str]] = {}
_quiet: ContextVar[bool] = ContextVar("luyue_ledger_quiet", default=False)


def react_with(reactions: Mapping[str, list[str]]) -> None:
    """Replace the list event kind → names of jobs. Each job is deferred with `event_id`."""
    _reactions.clear()
    _reactions.update({kind: list(names) for kind, names in reactions.items()})


@contextmanager
def quiet() -> Iterator[None]:
    """In the block, events are recorded and nobody reacts: for history, whose messages are long out of date."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def digest(
    kind: str,
    *,
    contract_id: int | None,
    subject: tuple[str, int],
    actor_id: int | None,
    actor_name: str,
    occurred_at: datetime,
    recorded_at: datetime,
    data: Mapping[str, Any],
) -> bytes:
    """The seal of an event, see `luyue.domain.seals`. 32 bytes."""
    return seal(
        {
            "actor_id": actor_id, "actor_name": actor_name, "contract_id": contract_id, "data": data, "kind": kind,
            "occurred_at": instant_text(occurred_at), "recorded_at": instant_text(recorded_at),
            "subject_id": subject[1], "subject_kind": subject[0],
        }
    )  # fmt: skip


def record(
    kind: str,
    *,
    contract_id: int | None,
    subject: tuple[str, int],
    actor: Actor | None,
    at: datetime,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> Recorded:
    """Append one event and defer the jobs that react to its kind, in the caller's transaction and in one statement.

    Args:
        kind: noun and past verb, e.g. "case.resolved".
        contract_id: the contract it belongs to; None: the firm's own, seen by the scope of everything only.
        at, now: when it happened, when it was entered; aware.
        data: what else is to be known; plain JSON values.
    Raises:
        TransactionManagementError: no transaction is open; the event could outlive the change it tells of.
    """
    _check_transaction()
    told = dict(data or {})
    row = _row(Entry(kind, contract_id, subject, actor, at, now, told))
    jobs = [] if _quiet.get() else _reactions.get(kind, [])
    event_id = _insert(row, jobs)
    return Recorded(event_id, contract_id, kind, subject, row[4], row[5], at, now, told, row[9])


def record_many(entries: Iterable[Entry]) -> int:
    """Append many events in the given order with one INSERT, for imports; returns how many.

    Same checks, same digest and same reactions as `record`, once per event.
    """
    _check_transaction()
    given = list(entries)
    rows: list[list[Any]] = []
    for entry in given:
        if not _quiet.get() and _reactions.get(entry.kind):
            # Its jobs need the event's number; what came before keeps its place in the order.
            _insert_rows(rows)
            rows = []
            _insert(_row(entry), _reactions[entry.kind])
        else:
            rows.append(_row(entry))
    _insert_rows(rows)
    return len(given)


def _check_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An event is recorded in the transaction of its act: open one."
        )


def _row(entry: Entry) -> list[Any]:
    """The columns of an event but its number, in the order of the INSERTs below."""
    actor_id, actor_name = (None, SYSTEM) if entry.actor is None else (entry.actor.id, entry.actor.name)
    sealed = digest(
        entry.kind,
        contract_id=entry.contract_id,
        subject=entry.subject,
        actor_id=actor_id,
        actor_name=actor_name,
        occurred_at=entry.at,
        recorded_at=entry.now,
        data=entry.data,
    )
    data = canonical(entry.data)
    return [
        entry.contract_id,
        entry.kind,
        *entry.subject,
        actor_id,
        actor_name,
        entry.at,
        entry.now,
        data,
        sealed,
    ]


# The number comes from a sub-query because RETURNING would demand that the writer may read the row.
_INSERT = """
WITH number AS MATERIALIZED (SELECT nextval('ledger_event_id_seq') AS id), written AS (
  INSERT INTO ledger_event (id, contract_id, kind, subject_kind, subject_id, actor_id, actor_name,
                            occurred_at, recorded_at, data, digest)
  SELECT number.id, %s::bigint, %s, %s, %s::bigint, %s::bigint, %s, %s::timestamptz, %s::timestamptz,
         %s::jsonb, %s::bytea FROM number)
SELECT number.id"""
_DEFER = (
    "ROW(%s::text, %s::text, %s::integer, NULL, NULL, jsonb_build_object('event_id', {event}.id), NULL)"
    "::procrastinate_job_to_defer_v1"
)


def _insert(row: Sequence[Any], jobs: Sequence[str]) -> int:
    """Write the event and defer its jobs; returns the event's number."""
    parameters: list[Any] = [*row]
    statement = _INSERT
    if jobs:
        tasks = [jobs_app.tasks[name] for name in jobs]
        parameters += [value for task in tasks for value in (task.queue, task.name, task.priority)]
        # The queue's own function, so that its triggers and constraints stay its own business.
        statement += (
            f", procrastinate_defer_jobs_v1(ARRAY[{', '.join([_DEFER.format(event='number')] * len(jobs))}])"
        )
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} FROM number", parameters)
        event_id: int = cursor.fetchone()[0]
    return event_id


def appending(entries: Sequence[Entry], *, source: str) -> tuple[str, str, list[Any]]:
    """The same for acts that write all in one statement, before their subjects have numbers.

    Returns (WITH parts, result column, values): put the parts behind those that make the subjects, read the column
    from anywhere, once. Each row of `source` makes one event and its jobs; an entry without a row makes none.

    Args:
        entries: all of one kind; their subjects' numbers are not looked at.
        source: the WITH part with the subjects: `id`, and `n`, the place of its entry among the entries, from 0.
    """
    _check_transaction()
    kind = entries[0].kind
    values: list[Any] = [
        json.dumps([_told(n, one) for n, one in enumerate(entries)], ensure_ascii=False),
        kind,
    ]
    column = "NULL"
    if jobs := [] if _quiet.get() else _reactions.get(kind, []):
        tasks = [jobs_app.tasks[name] for name in jobs]
        values += [value for task in tasks for value in (task.queue, task.name, task.priority)]
        defer = " || ".join([f"array_agg({_DEFER.format(event='event')} ORDER BY event.id)"] * len(jobs))
        column = f"(SELECT procrastinate_defer_jobs_v1({defer}) FROM event)"  # noqa: S608 - ours
    return _APPENDING.format(source=source), column, values


def _told(n: int, entry: Entry) -> dict[str, Any]:
    """An event's columns, and the text that `digest` seals cut where the number belongs: its keys come in order."""
    actor_id, actor_name = (None, SYSTEM) if entry.actor is None else (entry.actor.id, entry.actor.name)
    rest = {
        "actor_id": actor_id,
        "actor_name": actor_name,
        "contract_id": entry.contract_id,
        "data": entry.data,
        "kind": entry.kind,
        "occurred_at": instant_text(entry.at),
        "recorded_at": instant_text(entry.now),
    }
    subject = entry.subject[0]
    return rest | {
        "n": n,
        "subject_kind": subject,
        "head": canonical(rest)[:-1] + ',"subject_id":',
        "tail": f',"subject_kind":{canonical(subject)}}}',
    }


_APPENDING = """told AS MATERIALIZED (
  SELECT {source}.id AS subject_id, told.* FROM {source} JOIN json_to_recordset(%s::json) AS told (n integer,
    contract_id bigint, subject_kind text, actor_id bigint, actor_name text, occurred_at timestamptz,
    recorded_at timestamptz, data jsonb, head text, tail text) USING (n) ORDER BY n), event AS MATERIALIZED (
  SELECT nextval('ledger_event_id_seq') AS id, told.* FROM told), written AS (
  INSERT INTO ledger_event (id, contract_id, kind, subject_kind, subject_id, actor_id, actor_name,
                            occurred_at, recorded_at, data, digest)
  SELECT id, contract_id, %s::text, subject_kind, subject_id, actor_id, actor_name, occurred_at, recorded_at, data,
         sha256(convert_to(head || subject_id || tail, 'UTF8')) FROM event)"""


# One parameter for all rows: arrays of a thousand values each would take longer to write out than the INSERT itself.
_INSERT_MANY = """
INSERT INTO ledger_event (contract_id, kind, subject_kind, subject_id, actor_id, actor_name,
                          occurred_at, recorded_at, data, digest)
SELECT (row->>0)::bigint, row->>1, row->>2, (row->>3)::bigint, (row->>4)::bigint, row->>5,
       (row->>6)::timestamptz, (row->>7)::timestamptz, (row->>8)::jsonb, decode(row->>9, 'hex')
FROM json_array_elements(%s) WITH ORDINALITY AS rows (row, n) ORDER BY n"""


def _insert_rows(rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        plain = [[*row[:6], instant_text(row[6]), instant_text(row[7]), row[8], row[9].hex()] for row in rows]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_MANY, [json.dumps(plain, ensure_ascii=False)])
