"""Things for tests to happen to, with as few words as possible."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from luyue.accounts.models import Organisation, Person

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def person(role: str = "operator", **facts: Any) -> Person:
    """A person who can log in with PASSWORD."""
    number = next(_numbers)
    made = Person(
        **{"username": f"p{number}", "name": f"人员{number}", "role": role, "created_at": NOW} | facts
    )
    made.set_password(PASSWORD)
    made.save()
    return made


def organisation(kind: str = "customer", **facts: Any) -> Organisation:
    return Organisation.objects.create(**{"name": f"单位{next(_numbers)}", "kind": kind} | facts)
