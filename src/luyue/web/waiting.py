"""How much waits for a person behind each line of the navigation: asked for by the page after it was drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET

from luyue.web import navigation
from luyue.web.paging import Count, capped_counts

COUNTED = 99

# What of a kind of work waits for this person; None where nothing ever does.
Waiting = Callable[[Any, datetime], QuerySet[Any] | None]


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits behind a line, and where a person finds just that: a url name with a query, both "" where the line's
    own page shows it."""

    rows: Waiting
    lead: Callable[[Any], tuple[str, str]] = lambda _person: ("", "")


@login_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """The numbers of all lines and groups that the person has, to be put in their places. One statement."""
    shown = navigation.navigation(request)
    entries = {entry.key: entry.url for entry in shown.entries}
    counts = _counts(request.user, list(entries))
    places = [
        (f"waits-{key}", count, _lead(key, entries[key], request.user) if count.number else entries[key])
        for key, count in counts.items()
    ]
    for line in shown.lines:
        if isinstance(line, navigation.Section):
            inside = [counts[entry.key] for entry in line.entries if entry.key in counts]
            places.append((f"waits-in-{line.key}", _sum(inside), ""))
    return render(request, "web/_waiting.html", {"places": places})


def _lead(key: str, own: str, person: object) -> str:
    """The address that shows what a number counted."""
    name, query = _known()[key].lead(person)
    return (reverse(name) if name else own) + (f"?{query}" if query else "")


def _counts(person: object, keys: list[str]) -> dict[str, Count]:
    now = timezone.now()
    known = _known()
    asked = [
        (key, found) for key in keys if key in known and (found := known[key].rows(person, now)) is not None
    ]
    counts = capped_counts([found for _key, found in asked], COUNTED)
    return {key: count for (key, _found), count in zip(asked, counts, strict=True)}


def _sum(counts: list[Count]) -> Count:
    number = sum(count.number for count in counts)
    return Count(min(number, COUNTED), number > COUNTED or any(count.more for count in counts))


@cache
def _known() -> Mapping[str, Waits]:
    named: Mapping[str, Waits] = import_string(settings.LUYUE_WAITING)
    return named
