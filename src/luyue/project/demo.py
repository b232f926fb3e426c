"""`luyue demo`: an installation with five contracts and a year of simulated operation, and all that runs it."""

import argparse
import hashlib
import json
import time
from datetime import datetime
from pathlib import Path

import psycopg

from luyue.project import places, postgres, tables, trial
from luyue.project.commands import migrate, ready, start_database
from luyue.project.supervising import end_on_signals, free_port, reachable, supervise

FILLING = "luyue demo: filling"  # said of a private database while the demo makes its data


def demo(arguments: argparse.Namespace) -> int:
    """Everything in one go, with data that are made at the first start."""
    began = time.monotonic()
    end_on_signals()
    try:
        logins = _prepare()
        port = free_port(arguments.host, arguments.port)
    except KeyboardInterrupt:
        print("\n正在停止 / stopping …", flush=True)
        postgres.stop()
        return 0
    return supervise(
        arguments.host, port, lambda: _greet(arguments.host, port, logins, time.monotonic() - began)
    )


def _prepare() -> list[tuple[str, str, str]]:
    """Tables and data are there afterwards; returns log-in name, password and role of whom to log in as."""
    with postgres.only_one_at_a_time(places.data() / "demo.lock"):
        return _prepared(places.data() / "demo-made.json")


def _prepared(made: Path) -> list[tuple[str, str, str]]:
    private = postgres.is_private()
    if private:
        start_database()
        if postgres.private_mark() == FILLING:
            # The last start was interrupted while it made the data. What it left is half a year of nothing.
            postgres.drop_private_database()
        elif (known := _made_before(made)) is not None:
            return known
        elif trial.made_the_tables():
            # Somebody may have worked in it, so it is kept.
            kept = f"luyue_trial_{datetime.now():%Y%m%d_%H%M%S}"
            postgres.set_private_database_aside(kept)
            print(
                f"数据由试用版建立，已改名保留为 {kept}，现在重新生成 / "
                f"the data is of a trial version: it is kept as {kept} and made anew",
                flush=True,
            )
    ready()
    migrate()
    from luyue.accounts.models import Person
    from luyue.simulator.demo import fill
    from luyue.simulator.demo import logins as people

    if not Person.objects.exists():
        if private:
            postgres.mark_private_database(FILLING)
        print("首次启动，正在生成演示数据 / first start: making the data …", flush=True)
        fill()
        if private:
            postgres.mark_private_database("")
    logins: list[tuple[str, str, str]] = people()
    if private:
        made.write_text(json.dumps({"tables": _tables_wanted(), "logins": logins}), encoding="utf-8")
    return logins


def _made_before(made: Path) -> list[tuple[str, str, str]] | None:
    """Log-ins of a demo whose data and tables are as this release wants them; it need not wait for Django to see so."""
    try:
        known = json.loads(made.read_text(encoding="utf-8"))
        logins = [(str(name), str(password), str(role)) for name, password, role in known["logins"]]
        if known["tables"] != _tables_wanted():
            return None
        with psycopg.connect(postgres.urls().owner) as connection:
            return logins if connection.execute("SELECT 1 FROM accounts_person LIMIT 1").fetchone() else None
    except (OSError, ValueError, KeyError, TypeError, psycopg.Error):
        return None


def _tables_wanted() -> str:
    """A digest of all migrations."""
    digest = hashlib.sha256()
    for path in tables.files():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _greet(host: str, port: int, logins: list[tuple[str, str, str]], seconds: float) -> None:
    print(f"\n履约 Luyue  http://{reachable(host)}:{port}/   ({seconds:.1f} s)\n")
    print("登录名 / name       密码 / password     角色 / role")
    for name, password, role in logins:
        print(f"{name:<20}{password:<20}{role}")
    print("\nCtrl-C 停止 / stops everything", flush=True)
