"""Fixtures for all tests.

The database: one private PostgreSQL per session, migrated by the owner; tests run as the application's plain role, so
that row security binds them exactly as it binds the product. A test that wants the database asks for `db` (rolled back
afterwards) and, to see customers' rows, for `everything` or `wall.scope(...)`.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright

from luyue.ledger import wall
from luyue.project import postgres
from tests import migrated, same_sql

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# A busy machine makes examples slowly; that says nothing about what they test.
settings.register_profile("luyue", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("luyue")
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
}


same_sql.watch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side, a file's tests stay together, and so do all that need the one browser's installation."""
    for item in items:
        folder, _, _ = item.location[0].rpartition("/")
        item.add_marker(pytest.mark.xdist_group("browser" if folder == "tests/browser" else item.location[0]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The session's database, in place of pytest-django's: its aliases are two roles on one database."""
    if migrated.lay():
        postgres.ensure_database(NOT_DURABLE)
    else:
        postgres.ensure_database(NOT_DURABLE)
        with django_db_blocker.unblock():
            call_command("migrate", database="owner", verbosity=0)
            connections.close_all()
        postgres.stop()
        migrated.keep()
        postgres.ensure_database(NOT_DURABLE)
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


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, object], playwright: Playwright
) -> dict[str, object]:
    """The browser of $CHROME, else an installed Chromium or Chrome, else the one `make test` could fetch."""
    fetched = playwright.chromium.executable_path
    found = [
        os.environ.get("CHROME"),
        *map(shutil.which, CHROMIUM),
        fetched if Path(fetched).exists() else None,
    ]
    path = next(filter(None, found), None)
    if path is None:
        pytest.fail(
            "浏览器测试需要 Chromium 或 Chrome / browser tests need Chromium or Chrome. Debian: apt-get install "
            "chromium fonts-noto-cjk; else set CHROME to the program.",
            pytrace=False,
        )
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}
