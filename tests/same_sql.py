"""Whenever a test comes to a prepared question: its SQL is the SQL that Django would write now for these values."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS

from luyue.web.prepared import Prepared


def watch() -> None:
    """Compare at every `Prepared.rows` from now on. Asks the database nothing."""
    rows = Prepared.rows

    def compared(self: Any, *args: Any, **named: Any) -> list[Any]:
        usual: Any = self.build(*args, **named)
        compiler = usual.query.get_compiler(DEFAULT_DB_ALIAS)
        assert _said(lambda: self.sql(*args, **named)) == _said(compiler.as_sql), self.build
        return rows(self, *args, **named)

    Prepared.rows = compared


def _said(write: Callable[[], tuple[str, Any]]) -> tuple[str, list[Any]]:
    """Without the brackets that stand around what takes a value's place."""
    try:
        text, values = write()
    except EmptyResultSet:
        return "", []
    return text.replace("(%s)", "%s"), list(values)
