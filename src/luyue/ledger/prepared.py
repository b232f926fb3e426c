"""Statements that run often: parsed and planned by PostgreSQL once per connection, values sent beside the text.

Django's own cursors write the values into the text, which PostgreSQL then reads and plans anew each time. This goes
to libpq directly: one call waits for the answer without holding up the server's other threads, where a cursor comes
back to Python several times.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

Value = str | int | bool | datetime | date | None
_names = count(1)
# Connection → statement → its name there. A connection that ends takes its statements along.
_prepared: "WeakKeyDictionary[Any, dict[bytes, bytes]]" = WeakKeyDictionary()


def fetch_one(statement: str, values: Sequence[Value]) -> tuple[str | None, ...] | None:
    """Run a statement of the open transaction; returns its first row, as PostgreSQL writes its values.

    The text must be one of few: put nothing into it, and cast every value (`%s::bigint`).

    Raises:
        django.db.Error: as Django's own cursors do.
    """
    inside = connection.connection
    if inside is None or inside.pgconn.transaction_status != TransactionStatus.INTRANS:
        # Lets Django open the connection, complain of a broken transaction, or send the BEGIN that it has promised.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        inside = connection.connection
    link = inside.pgconn
    text = _numbered(statement)
    known = _prepared.setdefault(inside, {})
    with connection.wrap_database_errors:
        name = known.get(text)
        if name is None:
            name = b"luyue_%d" % next(_names)
            _checked(link.prepare(name, text))
            known[text] = name
        result = _checked(link.exec_prepared(name, [_written(value) for value in values]))
    if not result.ntuples:
        return None
    found = (result.get_value(0, column) for column in range(result.nfields))
    return tuple(None if value is None else value.decode() for value in found)


def _checked(result: Any) -> Any:
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise error_from_result(result)
    return result


def _written(value: Value) -> bytes | None:
    """A value as PostgreSQL reads it."""
    match value:
        case None:
            return None
        case bool():
            return b"t" if value else b"f"
        case datetime() | date():
            return value.isoformat().encode()
    text = str(value).encode()
    if b"\0" in text:
        raise ValueError("PostgreSQL's text has no NUL; libpq would cut the value there")
    return text


@cache
def _numbered(statement: str) -> bytes:
    """%s, %s → $1, $2."""
    numbers = count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", statement).encode()
