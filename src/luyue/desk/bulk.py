"""Many rows by one statement with one parameter: a JSON text, which both sides handle in C.

COPY would be quicker still, but PostgreSQL refuses it on tables with row security.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model


def take_numbers(model: type[Model], count: int) -> list[int]:
    """Numbers for `count` rows to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def insert(rows: Sequence[Model], *, search: Mapping[int, str] | None = None) -> None:
    """Insert unsaved rows of one model, which have their numbers.

    search: number → words for the column `words`, a text search vector.
    """
    if not rows:
        return
    model = type(rows[0])
    columns = [(field.attname, field.column) for field in model._meta.concrete_fields]
    content = [{column: getattr(row, name) for name, column in columns} for row in rows]
    if search is not None:
        for row in content:
            row["words"] = search[row["id"]]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model), [json.dumps(content, ensure_ascii=False, default=_plain)])


@cache
def _statement(model: type[Model]) -> str:
    names, taken, typed = [], [], []
    for field in model._meta.concrete_fields:
        column = str(field.column)
        kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
        names.append(column)
        taken.append(f"to_tsvector('simple', {column})" if kind == "tsvector" else column)
        typed.append(f"{column} {'text' if kind == 'tsvector' else kind}")
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(taken)} "  # noqa: S608
        f"FROM json_to_recordset(%s) AS row ({', '.join(typed)})"
    )


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no column takes {value!r}")
