"""Which migrations the tables have and which this release knows; without Django, so that a command can ask at once."""

from pathlib import Path

import psycopg

Migration = tuple[str, str]  # application and name


def known() -> set[Migration]:
    """Luyue's own migrations of this release."""
    return {(path.parent.parent.name, path.stem) for path in files()}


def files() -> list[Path]:
    """Where they stand."""
    return sorted(Path(__file__).parents[1].glob("*/migrations/[0-9]*.py"))


def applied(connection: "psycopg.Connection[tuple[object, ...]]") -> set[Migration]:
    """All migrations of a database, also those of libraries; none in an empty one."""
    there = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
    if there is None or there[0] is None:
        return set()
    return {
        (str(app), str(name)) for app, name in connection.execute("SELECT app, name FROM django_migrations")
    }


def missing(connection: "psycopg.Connection[tuple[object, ...]]") -> list[Migration]:
    """Luyue's own migrations that a database lacks."""
    return sorted(known() - applied(connection))
