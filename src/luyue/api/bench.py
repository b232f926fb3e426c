"""The floors of the bench: one INSERT, committed by itself. Only there with LUYUE_BENCH=1; see bench/bench_create.py.

The lower one is answered in front of the API; the other is an operation of it like all others.
"""

import json
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Router

from luyue.web.rest import Body, Line

router = Router()
ADDRESS = "/api/bench/insert"
TABLE = "bench_floor"


class FloorMiddleware:
    """Answers the floor's address itself, in front of the wall's transaction: the bare insert commits by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != ADDRESS:
            return self.get_response(request)
        return _insert(json.loads(request.body)["title"])


class Titled(Body):
    title: Line


@router.post("")
def insert(request: HttpRequest, body: Titled) -> HttpResponse:  # noqa: ARG001 - the framework names the arguments
    """The same behind routing, log-in and the check of the body."""
    return _insert(body.title)


def _insert(title: str) -> HttpResponse:
    """Write a title into a plain table that the bench has made."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (title) VALUES (%s) RETURNING id", [title])  # noqa: S608
        number = cursor.fetchone()[0]
    return HttpResponse(json.dumps({"id": number}), status=201, content_type="application/json")
