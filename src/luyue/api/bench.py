"""The floor of the bench: one INSERT, committed by itself. Only there with LUYUE_BENCH=1; see bench/bench_create.py."""

import json
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

ADDRESS = "/api/bench/insert"
TABLE = "bench_floor"


class FloorMiddleware:
    """Answers the floor's address itself, in front of the wall's transaction: the bare insert commits by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return insert(request) if request.path == ADDRESS else self.get_response(request)


def insert(request: HttpRequest) -> HttpResponse:
    """Write the body's title into a plain table that the bench has made."""
    title = json.loads(request.body)["title"]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (title) VALUES (%s) RETURNING id", [title])  # noqa: S608
        number = cursor.fetchone()[0]
    return HttpResponse(json.dumps({"id": number}), status=201, content_type="application/json")
