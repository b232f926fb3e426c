"""Statements that run often: parsed and planned by PostgreSQL once per connection, values sent beside the text.

Django's own cursors write the values into the text, which PostgreSQL then reads and plans anew each time.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def fetch_one(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Run a statement of the open transaction; returns its first row.

    The text must be one of few, so cast every value (`%s::bigint`) and put nothing into it. Keep it below 4,096
    characters: psycopg translates a longer one anew each time.

    Raises:
        django.db.Error: as Django's own cursors do.
    """
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        row: tuple[Any, ...] | None = cursor.execute(statement, values, prepare=True).fetchone()
        return row
