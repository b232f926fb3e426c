"""`luyue run`: all of an installation by one command, and the end of all of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from luyue.project import commands, tables


@pytest.fixture(scope="module")
def data():
    """An installation with its first administrator. Root's database runs as another user, who must pass the folder."""
    made = Path(f"/tmp/luyue-test-run-{os.getpid()}")
    made.mkdir()
    added = luyue(made / "data", "person", "add", "admin", "--name", "管理员", "--role", "admin")
    assert added.returncode == 0, added.stderr
    yield made / "data"
    shutil.rmtree(made)


def luyue(data: Path, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "luyue", *words],
        env=environment(data), input="a-long-password-1\n", capture_output=True, text=True,
    )  # fmt: skip


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LUYUE_", "DJANGO_"))}
    return kept | {"LUYUE_DATA": str(data)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def workers(house: psutil.Process) -> list[psutil.Process]:
    found = []
    for child in house.children():
        try:
            if child.cmdline()[-1:] == ["worker"] and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def test_one_command_runs_all_and_ends_all(data):
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "luyue", "run", "--port", str(port)],
        env=environment(data), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    house = psutil.Process(running.pid)
    try:
        assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=30) as page:
            assert "登录" in page.read().decode()
        taken = luyue(data, "run", "--port", str(port))
        assert taken.returncode == 1 and "已被占用" in taken.stderr
        (first,) = workers(house)
        first.kill()
        until = time.monotonic() + 60
        while not [one for one in workers(house) if one.pid != first.pid] and time.monotonic() < until:
            time.sleep(0.2)
        assert [one for one in workers(house) if one.pid != first.pid]
        children = house.children(recursive=True)
        assert len(children) > 3
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)
    assert running.returncode == 0
    psutil.wait_procs(children, timeout=10)
    assert [one for one in children if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []


def test_it_says_what_is_missing(data):
    nobody = luyue(data.parent / "nobody", "run", "--port", str(free_port()))
    assert nobody.returncode == 1 and "luyue person add" in nobody.stderr


def test_tables_of_an_older_release_are_left_alone_until_somebody_says_so(owner, committing, capsys):
    """As after an update: of the new release's migrations one has not been applied yet."""
    last = ("field", max(name for app, name in tables.known() if app == "field"))
    owner.execute("DELETE FROM django_migrations WHERE app = %s AND name = %s", last)
    try:
        assert "luyue migrate" in commands._unready()
        with pytest.raises(SystemExit) as ended:
            commands.migrate_if_new()
        assert ended.value.code == 1 and "luyue backup" in capsys.readouterr().err
    finally:
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", last)
    assert tables.missing(owner) == []
    commands.migrate_if_new()
