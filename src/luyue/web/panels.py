"""Parts of a page that come from apps further up, by name: a hook instead of an import that would point up."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

Panel = Callable[[HttpRequest, Any], str]


def panels(place: str, request: HttpRequest, thing: object) -> SafeString:
    """All parts for a place, one after the other.

    Raises:
        KeyError: no page has such a place.
    """
    return mark_safe("".join(panel(request, thing) for panel in _panels()[place]))  # noqa: S308 - rendered by templates


def filled(request: HttpRequest, table: str, case_id: int) -> bool:
    """Whether a table has rows of the case that the page is about: most have none, and need not be asked one by one.

    The tables of all panels beside a case are looked at with the first question, in one statement.

    Raises:
        KeyError: the table is not among `luyue.project.panels.TABLES`.
    """
    known: dict[int, dict[str, bool]] = request.__dict__.setdefault("luyue_filled", {})
    if case_id not in known:
        tables, statement = _question()
        with connection.cursor() as cursor:
            cursor.execute(statement, [case_id] * len(tables))
            known[case_id] = dict(zip(tables, cursor.fetchone(), strict=True))
    return known[case_id][table]


@cache
def _panels() -> Mapping[str, list[Panel]]:
    named: Mapping[str, list[str]] = import_string(settings.LUYUE_PANELS)
    return {place: [import_string(name) for name in names] for place, names in named.items()}


@cache
def _question() -> tuple[list[str], str]:
    tables: list[str] = import_string(settings.LUYUE_PANEL_TABLES)
    asked = (f"EXISTS (SELECT 1 FROM {table} WHERE case_id = %s)" for table in tables)  # noqa: S608 - ours
    return tables, f"SELECT {', '.join(asked)}"
