"""Programs that talk to the API: one per role, each with a token."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from luyue.accounts.models import ApiToken, Person
from luyue.accounts.queries import token_hash
from luyue.ledger.wall import Scope
from tests import factories


@dataclass(frozen=True)
class Program:
    """A client that sends one person's token."""

    person: Person
    client: Client

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def program(everything: Scope, now: datetime) -> Callable[..., Program]:
    """A program in the name of a new person; `access`: the contracts he is given."""

    def make(role: str = "operator", access: Any = ()) -> Program:
        person = factories.person(role)
        token = f"luyue_{person.username}"
        ApiToken.objects.create(person=person, name="x", hash=token_hash(token), hint="x", created_at=now)
        for one in access:
            one.access.create(person=person, role=role)
        return Program(person, Client(headers={"Authorization": f"Bearer {token}"}))

    return make
