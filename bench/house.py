"""A Luyue of its own for a measurement: private PostgreSQL with the product's settings, server, worker; thrown away."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER_PREFIX = "luyue-bench-"


@contextmanager
def house() -> Iterator[Path]:
    """A new data folder with a migrated database; Django is set up in this process. Ends with the block.

    Once per process: Django reads its settings once.
    """
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    os.environ["LUYUE_DATA"] = str(folder)
    os.environ["LUYUE_BENCH"] = "1"
    for name in ("DATABASE_URL", "DATABASE_APP_URL", "LUYUE_MAIL_HOST", "LUYUE_DEBUG"):
        os.environ.pop(name, None)
    from luyue.project import commands, postgres

    try:
        commands.ready()
        commands.migrate()
        yield folder
    finally:
        from django.db import connections

        connections.close_all()
        for connection in connections.all(initialized_only=True):
            if getattr(connection, "pool", None):
                connection.close_pool()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def program(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`luyue WORDS` in the background, stopped at the end of the block."""
    child = subprocess.Popen([sys.executable, "-m", "luyue", *words], stdin=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """The web server as the product runs it: (port, process id of its watcher)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with program("serve", "--port", str(port)) as child:
        for _ in range(1200):
            try:
                asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
                asked.request("GET", "/api/v1/openapi.json")
                asked.getresponse().read()
                asked.close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit("the server did not start")
        yield port, child.pid


def owner() -> Any:
    """A connection as the owner of the tables, committing by itself; it sees through the wall after `see_all`."""
    import psycopg

    from luyue.project import postgres

    return psycopg.connect(postgres.urls().owner, autocommit=True)


def settings_of_database() -> str:
    """The settings that decide whether a commit is a commit."""
    with owner() as connection:
        found = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', "
            "'shared_buffers', 'server_version') ORDER BY name"
        ).fetchall()
    return ", ".join(f"{name}={setting}" for name, setting in found)


def memory_of(pid: int) -> tuple[float, float]:
    """(PSS, RSS) in MB of a process and its children."""
    pss = rss = 0.0
    for one in (pid, *_children(pid)):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        pss += int(re.findall(r"^Pss:\s+(\d+)", text, re.M)[0]) / 1024
        rss += int(re.findall(r"^Rss:\s+(\d+)", text, re.M)[0]) / 1024
    return pss, rss


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_children(int(child))]
    return found
