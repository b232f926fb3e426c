"""Questions to the database that are put into SQL once, not at every request (ADR 30).

Django writes the SQL of a query anew each time it is asked, which takes longer than PostgreSQL's answer. A page asks
the same questions every time, with other values:

    @prepared
    def history(case_id: int) -> QuerySet[Event]:
        return Event.objects.filter(case_id=case_id).order_by("id")

`history(7)` is the query set as ever; `history.rows(7)` gives the same rows, written once and run. Tests compare the
SQL of both wherever a test comes along (tests/conftest.py).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Field, ForeignObject, Lookup, QuerySet, prefetch_related_objects
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

P = ParamSpec("P")
R = TypeVar("R")
# What goes beside the text; None, booleans and choices out of a list decide what the text looks like.
VALUES = (int, str, dt.datetime, dt.date, uuid.UUID, list)
SHAPES = (type(None), bool, Enum)


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`id__any=[1, 2]`: as `__in`, but one text for lists of every length, and so one plan of PostgreSQL's."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        values = self.rhs if isinstance(self.rhs, _Slot) else list(self.rhs)
        return f"{column} = ANY(%s)", [*params, values]


class _Slot(Expression):
    """Stands for a value while the SQL is written."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        return "%s", [self]


class Prepared(Generic[P, R]):
    """A function from values to a query set. See the module."""

    def __init__(self, build: Callable[P, QuerySet[Any, R]]) -> None:
        self.build = build
        self._written: dict[tuple[object, ...], _Statement | None] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **named: P.kwargs) -> QuerySet[Any, R]:
        return self.build(*args, **named)

    def rows(self, *args: P.args, **named: P.kwargs) -> list[R]:
        """The rows of the query set for these values.

        The function may look at nothing but its arguments, and at those not further than whether they are None, true or
        false: the text that was written for the first values is used for all.
        """
        statement = self._statement(args, named)
        return [] if statement is None else statement.rows((*args, *named.values()))

    def first(self, *args: P.args, **named: P.kwargs) -> R | None:
        """The first of these rows. The function has to put them into an order and to leave out the others."""
        return next(iter(self.rows(*args, **named)), None)

    def sql(self, *args: P.args, **named: P.kwargs) -> tuple[str, list[Any]]:
        """The text with the values beside it. Raises EmptyResultSet when these values can find nothing."""
        statement = self._statement(args, named)
        if statement is None:
            raise EmptyResultSet
        return statement.text, statement.values((*args, *named.values()))

    def _statement(self, args: tuple[Any, ...], named: Mapping[str, Any]) -> _Statement | None:
        shape = (len(args), *named, *map(_shape, args), *map(_shape, named.values()))
        if shape not in self._written:
            self._written[shape] = self._write(args, named)
        return self._written[shape]

    def _write(self, args: tuple[Any, ...], named: Mapping[str, Any]) -> _Statement | None:
        """None when these values can find nothing, as with `filter(state__in=[])`."""
        given = (*args, *named.values())
        slots = [_Slot(at) if type(one) in VALUES else one for at, one in enumerate(given)]
        build: Any = self.build
        found = build(*slots[: len(args)], **dict(zip(named, slots[len(args) :], strict=True)))
        try:
            return _Statement(found)
        except EmptyResultSet:
            return None


prepared = Prepared


def _shape(value: object) -> object:
    if type(value) in VALUES:
        return type(value)
    if not isinstance(value, SHAPES):  # a text for each of them would be kept for ever
        raise TypeError(f"not a plain value: {value!r}")
    return value


class _Statement:
    """A query set's SQL, and how its rows become what it gives."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        known: Any = rows
        if known._iterable_class not in READERS or known._known_related_objects:
            raise TypeError(f"not made for {known._iterable_class.__name__} or rows of a related manager")
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.text, params = compiler.as_sql()
        self.params = tuple(params)
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        self.converters = tuple(compiler.get_converters(columns).items())
        self.read = READERS[known._iterable_class](compiler)
        self.prefetched = known._prefetch_related_lookups

    def values(self, given: tuple[Any, ...]) -> list[Any]:
        return [given[one.at] if type(one) is _Slot else one for one in self.params]

    def rows(self, given: tuple[Any, ...]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.values(given))
            found: Iterable[Any] = cursor.fetchall()
        if self.converters:
            found = map(self._converted, found)
        rows = self.read(found)
        if self.prefetched:
            prefetch_related_objects(rows, *self.prefetched)
        return rows

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        changed = list(row)
        for at, (converters, column) in self.converters:
            for convert in converters:
                changed[at] = convert(changed[at], column, connection)
        return tuple(changed)


Reader = Callable[[Iterable[tuple[Any, ...]]], list[Any]]


def _models(compiler: Any) -> Reader:
    """Rows as objects with what was selected along, as `ModelIterable` makes them."""
    info = compiler.klass_info
    model, columns = info["model"], info["select_fields"]
    first, behind = columns[0], columns[-1] + 1
    names = [column.target.attname for column, _sql, _alias in compiler.select[first:behind]]
    related: Any = get_related_populators  # the stubs are of a newer Django
    populators = related(info, compiler.select, DEFAULT_DB_ALIAS)
    annotated = list((compiler.annotation_col_map or {}).items())

    def read(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
        made = []
        for row in rows:
            one = model.from_db(DEFAULT_DB_ALIAS, names, row[first:behind])
            for populator in populators:
                populator.populate(row, one)
            for name, at in annotated:
                setattr(one, name, row[at])
            made.append(one)
        return made

    return read


READERS: dict[type, Callable[[Any], Reader]] = {
    ModelIterable: _models,
    ValuesListIterable: lambda _compiler: list,
    FlatValuesListIterable: lambda _compiler: lambda rows: [row[0] for row in rows],
}
