"""Many new obligations by one statement; those that are there already are left as they are."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection

from luyue.obligations.models import Obligation

CHUNK = 5000


def insert_new(rows: Sequence[Obligation]) -> int:
    """Insert unsaved rows whose place is free; returns how many were new.

    One parameter for all: a JSON text, which both sides handle in C (COPY is refused on tables with row security).
    """
    fields = _fields()
    added = 0
    for begin in range(0, len(rows), CHUNK):
        content = [
            {column: getattr(row, name) for name, column in fields} for row in rows[begin : begin + CHUNK]
        ]
        with connection.cursor() as cursor:
            cursor.execute(_statement(), [json.dumps(content, ensure_ascii=False, default=_plain)])
            added += cursor.rowcount
    return added


@cache
def _fields() -> tuple[tuple[str, str], ...]:
    return tuple(
        (field.attname, str(field.column))
        for field in Obligation._meta.concrete_fields
        if field.attname != "id"
    )


@cache
def _statement() -> str:
    names, typed = [], []
    for field in Obligation._meta.concrete_fields:
        if field.attname == "id":
            continue
        kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
        names.append(str(field.column))
        typed.append(f"{field.column} {kind}")
    return (
        f"INSERT INTO {Obligation._meta.db_table} ({', '.join(names)}) SELECT {', '.join(names)} "  # noqa: S608
        f"FROM json_to_recordset(%s) AS row ({', '.join(typed)}) ON CONFLICT DO NOTHING"
    )


def update(rows: Sequence[Obligation], names: Sequence[str]) -> None:
    """Write these fields of many rows by one statement; Django's own way makes an expression for every value."""
    fields = [field for field in Obligation._meta.concrete_fields if field.name in names]
    columns = [(field.attname, str(field.column)) for field in fields]
    typed = ["id bigint"]
    for field in fields:
        kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
        typed.append(f"{field.column} {kind}")
    table = Obligation._meta.db_table
    statement = (
        f"UPDATE {table} SET {', '.join(f'{column} = row.{column}' for _name, column in columns)} "  # noqa: S608
        f"FROM json_to_recordset(%s) AS row ({', '.join(typed)}) WHERE {table}.id = row.id"
    )
    for begin in range(0, len(rows), CHUNK):
        content = [
            {"id": row.pk, **{column: getattr(row, name) for name, column in columns}}
            for row in rows[begin : begin + CHUNK]
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(content, ensure_ascii=False, default=_plain)])


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no column takes {value!r}")
