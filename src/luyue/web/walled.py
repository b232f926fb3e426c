"""A transaction in a person's scope: that of a request, or of a part of one that has its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string


@contextmanager
def walled(person: object | None) -> Iterator[None]:
    """A transaction in the scope of a person, None: of a stranger, who sees no rows. Inside another one: a savepoint,
    and the outer scope comes back afterwards."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if person is None:
            yield
        elif outermost:
            _scope_of()(person).enter()  # ends with the transaction
            yield
        else:
            with _scope_of()(person).entered():
                yield


@cache
def _scope_of() -> Callable[[object], Any]:
    return import_string(settings.LUYUE_SCOPE_OF)
