"""`luyue doctor`: examines an installation and says what is wrong and what to do."""

import os
import shutil
import smtplib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import psycopg

from luyue.project import backups, places, postgres, trial

BACKUP_DAYS = 7  # an older backup is a reason to warn
UNPACK_SECONDS = 60
Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. todo: what to do about it, "" if nothing."""

    level: Level
    about: str
    text: str
    todo: str = ""


def examine() -> int:
    """Print all findings; 1 if one of them is a failure, else 0."""
    failed = False
    for finding in findings():
        failed = failed or finding.level == "fail"
        print(f"{finding.level:<5} {finding.about}: {finding.text}")
        if finding.todo:
            print(f"      → {finding.todo}")
    return 1 if failed else 0


def findings() -> Iterator[Finding]:
    """The findings, cheap ones first. Without a database the rest is left out."""
    yield _python()
    yield _disk()
    yield _backup()
    yield (key := _secrets_key())
    if key.level == "fail":  # the settings read the key, too
        return
    try:
        urls = postgres.ensure_database()
    except postgres.DatabaseTrouble as trouble:
        yield Finding(
            "fail", "database", str(trouble), "see the message; $LUYUE_DATA/postgresql.log has more"
        )
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.project.settings")
    import django

    django.setup()
    yield from _database(urls)
    yield from (tables := list(_migrations()))
    checks = [_static, _translations, _mail]
    if all(finding.level == "ok" for finding in tables):  # of tables that are not there nothing can be said
        checks = [_wall, _secrets, *checks, _worker]
    for check in checks:
        yield from check()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("ok", "python", version)


def _disk() -> Finding:
    folder = places.data()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding(
            "fail", "disk", f"{folder}: {error.strerror}", "give LUYUE_DATA a folder that can be written"
        )
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free in {folder}"
    if free < 200e6:
        return Finding("fail", "disk", text, "make room; the database stops when the disk is full")
    if free < 2e9:
        return Finding("warn", "disk", text, "make room soon")
    return Finding("ok", "disk", text)


def _backup() -> Finding:
    todo = "run every day: luyue backup FOLDER --keep 30, on another disk"
    if (found := backups.last()) is None:
        return Finding("warn", "backup", "none was made by luyue backup", todo)
    at, folder = found
    days = (datetime.now(UTC) - at).days
    text = f"{days} days ago in {folder}"
    return Finding("warn", "backup", text, todo) if days > BACKUP_DAYS else Finding("ok", "backup", text)


def _secrets_key() -> Finding:
    """The key of encrypted columns, before anything needs it."""
    file = places.data() / "secrets-key"
    given = bool(os.environ.get("LUYUE_SECRETS_KEY"))
    try:
        if not given and file.exists() and not file.read_text().strip():
            return Finding("fail", "secrets", f"{file} is empty", "put the key's copy back there")
    except OSError as error:
        return Finding(
            "fail",
            "secrets",
            f"{file}: {error.strerror}",
            "give the file back to the user that runs Luyue, mode 600",
        )
    if given:
        return Finding("ok", "secrets", "key from LUYUE_SECRETS_KEY")
    if not file.exists():
        return Finding(
            "warn", "secrets", f"no key yet: {file}", "it is made at the first start; keep a copy of it apart"
        )
    if file.stat().st_mode & 0o077:
        return Finding("warn", "secrets", f"others can read {file}", f"chmod 600 {file}")
    return Finding("ok", "secrets", f"key in {file}; keep a copy apart from the database's backup")


def _secrets() -> Iterator[Finding]:
    """Whether the key at hand opens what is kept."""
    from django.utils import timezone

    from luyue.ledger.encryption import Undecipherable
    from luyue.ledger.wall import Scope, scope
    from luyue.vault import actions

    try:
        with scope(Scope.everything()):
            count = actions.rekey(now=timezone.now(), only_try=True)
    except Undecipherable:
        yield Finding(
            "fail", "vault", "a customer's secret does not open: the key is missing or another one",
            "put the key's copy back: LUYUE_SECRETS_KEY or the file secrets-key in the data folder",
        )  # fmt: skip
    else:
        yield Finding("ok", "vault", f"{count} secrets of customers open")


def _database(urls: postgres.Urls) -> Iterator[Finding]:
    try:
        with psycopg.connect(urls.app, connect_timeout=10) as app:
            version = app.info.server_version
            role = app.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            owns = app.execute(
                "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relkind IN ('r', 'p')"
            ).fetchone()
    except psycopg.OperationalError as error:
        yield Finding(
            "fail",
            "database",
            f"the application's role cannot log in: {error}",
            "set DATABASE_APP_URL, or give luyue_app its password",
        )
        return
    kind = "private" if postgres.is_private() else "DATABASE_URL"
    yield Finding("ok", "database", f"PostgreSQL {version // 10_000}.{version % 10_000} ({kind})")
    if role is None or owns is None or any(role[1:]) or owns[0]:
        yield Finding(
            "fail",
            "roles",
            f"{role[0] if role else '?'} is not a plain role: the wall between contracts does not bind it",
            "ALTER ROLE luyue_app NOSUPERUSER NOBYPASSRLS NOCREATEROLE; tables belong to the owner",
        )
    else:
        yield Finding("ok", "roles", f"{role[0]} is a plain role")


def _migrations() -> Iterator[Finding]:
    if trial.made_the_tables():
        yield Finding(
            "fail",
            "migrations",
            trial.WHAT,
            trial.ADVICE,
        )
        return
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{one.app_label}.{one.name}" for one, _ in missing[:5])
        yield Finding("fail", "migrations", f"{len(missing)} not applied: {names}", "run: luyue migrate")
    else:
        yield Finding("ok", "migrations", "all applied")


def unprotected_tables() -> list[str]:
    """Tables with a column contract_id but without forced row security."""
    return _column(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'contract_id' "
        "AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace "
        "AND NOT (c.relrowsecurity AND c.relforcerowsecurity "
        "AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)) ORDER BY 1"
    )


def _wall() -> Iterator[Finding]:
    if bare := unprotected_tables():
        yield Finding(
            "fail",
            "wall",
            f"no row security on: {', '.join(bare)}",
            "run: luyue migrate; if it stays, report it",
        )
    else:
        yield Finding("ok", "wall", "row security is forced on all tables of contracts")
    if not _column("SELECT 1 FROM pg_trigger WHERE tgname = 'ledger_event_append_only' AND tgenabled <> 'D'"):
        yield Finding("fail", "ledger", "the trigger that keeps it append-only is gone", "run: luyue migrate")
    else:
        yield Finding("ok", "ledger", "append-only")
    if not _column("SELECT 1 FROM pg_proc WHERE proname = 'ts_match_vq' AND proleakproof"):
        yield Finding(
            "warn",
            "search",
            "text search cannot use its index behind the wall and is slow on large tables",
            "as superuser: ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF",
        )


def _static() -> Iterator[Finding]:
    from django.contrib.staticfiles import finders

    missing = [name for name in ("luyue/dist/app.js", "luyue/dist/app.css") if finders.find(name) is None]
    if missing:
        yield Finding("fail", "pages", f"not built: {', '.join(missing)}", "run: make install")
    else:
        yield Finding("ok", "pages", "script and style are built")


def _translations() -> Iterator[Finding]:
    from django.conf import settings

    source = settings.LOCALE_PATHS[0] / "en/LC_MESSAGES/django.po"
    built = source.with_suffix(".mo")
    # A package is unpacked in any order within seconds.
    old = built.exists() and built.stat().st_mtime < source.stat().st_mtime - UNPACK_SECONDS
    if not source.exists() or not built.exists() or old:
        yield Finding("warn", "languages", "English is not compiled or out of date", "run: make install")
    else:
        yield Finding("ok", "languages", "Chinese and English")


def _mail() -> Iterator[Finding]:
    from django.conf import settings

    host = settings.EMAIL_HOST
    if not host:
        yield Finding(
            "warn", "mail", "no mail server: messages are shown in the pages only", "set LUYUE_MAIL_HOST"
        )
        return
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with kind(host, settings.EMAIL_PORT, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            "fail",
            "mail",
            f"{host}:{settings.EMAIL_PORT}: {error}",
            "check LUYUE_MAIL_HOST and LUYUE_MAIL_PORT",
        )
    else:
        yield Finding("ok", "mail", f"{host}:{settings.EMAIL_PORT} answers")


def _worker() -> Iterator[Finding]:
    alive = _column(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"
    )
    waiting = _column(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
    )
    failed = _column("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    if alive == [0]:
        yield Finding(
            "warn",
            "worker",
            f"none is running, {waiting[0]} jobs wait: no alarms, no mail",
            "run: luyue worker",
        )
    else:
        yield Finding("ok", "worker", f"{alive[0]} running, {waiting[0]} jobs wait")
    if failed != [0]:
        yield Finding(
            "warn", "jobs", f"{failed[0]} have failed", "see them: luyue manage procrastinate shell"
        )


def _column(query: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
