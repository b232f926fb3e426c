"""Many new obligations by one statement; those that are there already are left as they are."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection

from luyue.obligations.models import Obligation

CHUNK = 5000


Row = Mapping[str, Any]


def insert_new(rows: Sequence[Row], common: Row) -> int:
    """Insert rows whose place is free; returns how many were new.

    One parameter for all: a JSON text, which both sides handle in C (COPY is refused on tables with row security).

    Args:
        rows: values by attribute, the same attributes in each. common: those that all rows share; what stands in
            neither has its default.
    """
    if not rows:
        return 0
    statement, constants = _statement(tuple(rows[0]))
    shared = [common.get(name, default) for name, default in constants]
    added = 0
    for begin in range(0, len(rows), CHUNK):
        content = json.dumps(rows[begin : begin + CHUNK], ensure_ascii=False, default=_plain)
        with connection.cursor() as cursor:
            cursor.execute(statement, [*shared, content])
            added += cursor.rowcount
    return added


def row_of(one: Obligation) -> dict[str, Any]:
    """An unsaved obligation as such a row."""
    return {field.attname: getattr(one, field.attname) for field in Obligation._meta.concrete_fields[1:]}


@cache
def _statement(names: tuple[str, ...]) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """The INSERT for rows with these attributes, and (attribute, default) of the others in its order."""
    columns, taken, typed, constants = [], [], [], []
    fields = Obligation._meta.concrete_fields[1:]
    for field in fields:
        kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
        columns.append(str(field.column))
        if field.attname in names:
            taken.append(f"row.{field.column}")
            typed.append(f"{field.column} {kind}")
        else:
            taken.append(f"%s::{kind}")
            constants.append((field.attname, field.get_default()))
    return (
        f"INSERT INTO {Obligation._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(taken)} "  # noqa: S608
        f"FROM json_to_recordset(%s) AS row ({', '.join(typed)}) ON CONFLICT DO NOTHING",
        tuple(constants),
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
