"""Fixtures for all tests.

The database: one private PostgreSQL per session, migrated by the owner; tests run as the application's plain role, so
that row security binds them exactly as it binds the product. A test that wants the database asks for `db` (rolled back
afterwards) and, to see customers' rows, for `everything` or `wall.scope(...)`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from luyue.ledger import wall
from luyue.project import postgres

NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The session's database, in place of pytest-django's: its aliases are two roles on one database."""
    postgres.ensure_database(NOT_DURABLE)
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)
    yield
    postgres.stop()


@pytest.fixture
def everything(db: None) -> Iterator[wall.Scope]:
    """The scope of everything, for the whole test."""
    with wall.scope(wall.Scope.everything()) as scope:
        yield scope


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The database with real transactions, for tests of committing, locking or several connections.

    Nothing is cleaned afterwards (the ledger cannot be emptied), so such a test makes its own things and looks at
    those only. pytest-django's `transaction=True` would empty all tables and fails.
    """
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture
def owner(django_db_setup: None) -> "Iterator[psycopg.Connection[tuple]]":
    """A connection of the tables' owner; what it does is committed at once, so undo it."""
    with psycopg.connect(postgres.urls().owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def now() -> datetime:
    """An instant: Wednesday 2026-03-04 10:00 in Shanghai."""
    return datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
