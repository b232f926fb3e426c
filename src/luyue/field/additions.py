"""What apps further up add to orders of a kind: a round brings its devices. Handed over in their AppConfig.ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from luyue.field.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Addition:
    """What is done with orders of one kind.

    look: a device was looked at; finish: the order is ended, and may be refused with what is open; both within the
    act's transaction, with the act (`actions.doing.Doing`). ahead: (request, order, facts of its page) → pages that the
    phone keeps, by address. again: (request, order, facts, field, sentence) → the form of a look once more.
    """

    look: Callable[[Any], None]
    finish: Callable[[Any], None]
    ahead: Callable[[HttpRequest, WorkOrder, Mapping[str, Any]], dict[str, str]]
    again: Callable[[HttpRequest, WorkOrder, Mapping[str, Any], str, str], str]


_additions: dict[str, Addition] = {}


def add(kind: str, addition: Addition) -> None:
    _additions[kind] = addition


def of(kind: str) -> Addition | None:
    return _additions.get(kind)
