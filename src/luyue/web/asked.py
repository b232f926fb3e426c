"""What this house keeps on a request beside Django's own, with its types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class _Asked(HttpRequest):
    """A request as the middleware leaves it."""

    htmx: HtmxDetails
    by_token: bool
    after_rollback: Callable[[], Any]


def htmx_of(request: HttpRequest) -> HtmxDetails:
    """Whether htmx asks for a part of a page (its truth), and from which page."""
    return cast(_Asked, request).htmx


def after_rollback(request: HttpRequest, act: Callable[[], Any]) -> None:
    """Have something done behind the request's transaction if that is rolled back, as every answer of 400 and above is:
    the count of a refused request must not go with it."""
    cast(_Asked, request).after_rollback = act


def done_after_rollback(request: HttpRequest) -> None:
    """Do what was asked for with `after_rollback`, if anything."""
    if act := getattr(request, "after_rollback", None):
        act()


def note_token(request: HttpRequest, by_token: bool) -> None:
    """Whether the person was found by a token: then it needs no protection against forged forms."""
    cast(_Asked, request).by_token = by_token


def is_by_token(request: HttpRequest) -> bool:
    return getattr(request, "by_token", False)
