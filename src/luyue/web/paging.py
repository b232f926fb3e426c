"""Keyset paging: the next page starts after the last row seen, so page 1000 costs what page 1 costs.

A token carries the order and the key of a row. It is not signed: it says nothing that the person has not seen, and
every value in it is read as the type of its field.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db import connections
from django.db.models import F, Field, ForeignKey, Model, Q, QuerySet
from django.db.models.expressions import Combinable

from luyue.domain.refusals import BadInput

MAX_TOKEN = 2000  # characters
Keys = tuple[object, ...]
Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows. next, previous: tokens for the neighbours, "" at the ends."""

    rows: list[Row]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class Key:
    """One field of an order. nullable rows come last whatever the direction."""

    name: str
    descending: bool
    nullable: bool
    field: Field[Any, Any]

    def ordering(self, backwards: bool) -> Combinable:
        """The ORDER BY of this key; backwards turns the whole list around, empty values first then."""
        descending = self.descending != backwards
        expression = F(self.name)
        if not self.nullable:
            return expression.desc() if descending else expression.asc()
        nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        return expression.desc(**nulls) if descending else expression.asc(**nulls)


def _keys(queryset: QuerySet[Any], order: Sequence[str]) -> tuple[Key, ...]:
    keys = []
    for position, word in enumerate(order):
        name, descending = word.removeprefix("-"), word.startswith("-")
        annotation = queryset.query.annotations.get(name)
        if annotation is not None:
            field, nullable = annotation.output_field, True
        else:
            field, nullable = _field(queryset.model, name)
        if nullable and position:
            raise ValueError(f"only the first key of an order may be empty: {name}")
        keys.append(Key(name, descending, nullable, field))
    if not keys or keys[-1].nullable or not keys[-1].field.unique:
        raise ValueError(f"an order must end with a unique field: {', '.join(order)}")
    return tuple(keys)


def _field(model: type[Model], name: str) -> tuple[Field[Any, Any], bool]:
    """The field behind a name with "__", and whether it can be empty on the way there."""
    *path, last = name.split("__")
    nullable = False
    for step in path:
        relation = model._meta.get_field(step)
        if not isinstance(relation, ForeignKey):
            raise FieldDoesNotExist(name)
        nullable = nullable or relation.null
        model = relation.related_model
    field = model._meta.pk if last == "pk" else model._meta.get_field(last)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(name)
    return field, nullable or field.null


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def encode(order: Sequence[str], values: Keys, backwards: bool) -> str:
    """A token: the page after (or before) the row with these key values in this order."""
    content = json.dumps([list(order), [_plain(v) for v in values], int(backwards)], ensure_ascii=False)
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def decode(token: str, order: Sequence[str], keys: Sequence[Key]) -> tuple[Keys, bool]:
    """The key values and direction in a token.

    Raises:
        BadInput: not a token, or one of another list or order.
    """
    refused = BadInput(field="after")
    if len(token) > MAX_TOKEN:
        raise refused
    try:
        content = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        meant, values, backwards = json.loads(content)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise refused from error
    if (
        meant != list(order)
        or not isinstance(values, list)
        or len(values) != len(keys)
        or backwards not in (0, 1)
    ):
        raise refused
    read: list[object] = []
    for key, value in zip(keys, values, strict=True):
        if value is None and key.nullable:
            read.append(None)
            continue
        if not isinstance(value, str | int | float | bool) or "\0" in str(value):
            raise refused
        try:
            clean = key.field.to_python(value)
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            raise refused from error
        if clean is None or (isinstance(clean, dt.datetime) and clean.tzinfo is None):
            raise refused
        read.append(clean)
    return tuple(read), bool(backwards)


def _beyond(keys: Sequence[Key], values: Keys, backwards: bool) -> Q:
    """Rows beyond a row without empty keys: (a, b) > (x, y) with each key's own direction.

    Written as a >= x AND (a > x OR (a = x AND b > y)): the first part lets the database start in the index there.
    """
    beyond = Q()
    same = Q()
    for key, value in zip(keys, values, strict=True):
        sign = "lt" if key.descending != backwards else "gt"
        beyond |= same & Q(**{f"{key.name}__{sign}": value})
        same &= Q(**{key.name: value})
    first, value = keys[0], values[0]
    sign = "lte" if first.descending != backwards else "gte"
    return Q(**{f"{first.name}__{sign}": value}) & beyond


def _stretches(
    queryset: QuerySet[Record], keys: Sequence[Key], values: Keys | None, backwards: bool
) -> list[QuerySet[Record]]:
    """Querysets that follow one another: rows with a first key and rows without have separate conditions."""
    ordered = queryset.order_by(*(key.ordering(backwards) for key in keys))
    if values is None:
        return [ordered]
    if not keys[0].nullable:
        return [ordered.filter(_beyond(keys, values, backwards))]
    empty = Q(**{f"{keys[0].name}__isnull": True})
    if values[0] is None:
        here = ordered.filter(empty & _beyond(keys[1:], values[1:], backwards))
        return [here, ordered.filter(~empty)] if backwards else [here]
    here = ordered.filter(_beyond(keys, values, backwards))
    return [here] if backwards else [here, ordered.filter(empty)]


def _value(row: object, name: str) -> object:
    for step in name.split("__"):
        if row is None:
            return None
        row = row[step] if isinstance(row, dict) else getattr(row, step)
    return row


def in_order(queryset: QuerySet[Record], order: Sequence[str]) -> QuerySet[Record]:
    """The rows of all pages, as `keyset_page` shows them one after another."""
    return queryset.order_by(*(key.ordering(backwards=False) for key in _keys(queryset, order)))


def keyset_page(
    queryset: QuerySet[Record], *, order: Sequence[str], after: str | None = None, size: int = 50
) -> Page[Record]:
    """One page of a queryset. One query; two where a page runs from filled into empty first keys.

    Args:
        order: field names, "-" before descending ones; the first may be nullable (empty ones come last), the last
            is unique.
        after: token of an earlier page's `next` or `previous`; None or "" for the first page.
    Raises:
        BadInput: a token that is none, or one of another order.
        ValueError: an order that cannot be paged (a mistake in the program).
    """
    keys = _keys(queryset, order)
    values, backwards = decode(after, order, keys) if after else (None, False)
    rows: list[Record] = []
    for stretch in _stretches(queryset, keys, values, backwards):
        rows += stretch[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    ends = [encode(order, tuple(_value(row, key.name) for key in keys), back) for row, back in _ends(rows)]
    first, last = ends if ends else ("", "")
    return Page(
        rows=rows,
        next=last if (more or backwards) else "",
        previous=first if (more if backwards else values is not None) else "",
    )


def _ends(rows: list[Row]) -> list[tuple[Row, bool]]:
    return [(rows[0], True), (rows[-1], False)] if rows else []


@dataclass(frozen=True, slots=True)
class Count:
    """How many, up to a limit. str() gives "37" or "1,000+"."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.more else f"{self.number:,}"


def in_chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """All rows, some at a time, so that who goes through them needs the memory of one chunk."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


def capped_count(queryset: QuerySet[Any], limit: int = 1000) -> Count:
    """Count rows, but never more than `limit` + 1 of them: what is beyond is not worth the wait."""
    found = queryset.order_by()[: limit + 1].count()
    return Count(min(found, limit), found > limit)


def capped_counts(querysets: Sequence[QuerySet[Any]], limit: int) -> list[Count]:
    """`capped_count` of several querysets of one database, in one statement."""
    if not querysets:
        return []
    parts: list[str] = []
    values: list[Any] = []
    for queryset in querysets:
        try:
            sql, params = queryset.order_by().values("pk")[: limit + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, params = "SELECT NULL WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS few)")  # noqa: S608 - Django's own, values apart
        values += params
    with connections[querysets[0].db].cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return [Count(min(found, limit), found > limit) for found in cursor.fetchone()]
