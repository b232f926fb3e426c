"""The private server, run by a process of its own: starting, stopping, being killed, odd places."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from luyue.project import postgres

HOLD = """
import sys, time
from luyue.project import postgres
print(postgres.ensure_database({"fsync": "off", "shared_buffers": "16MB"}).app, flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def template():
    """A data folder with an empty database: making one takes longer than copying it."""
    # Root's server runs as another user, whom pytest's private folders would shut out.
    made = Path(f"/tmp/luyue-test-pg-{os.getpid()}")
    made.mkdir()
    hold = [sys.executable, "-c", HOLD, "0"]
    subprocess.run(hold, env=os.environ | {"LUYUE_DATA": str(made / "template")}, check=True)
    assert gone(made)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def folder(template, tmp_path):
    made = template / tmp_path.name
    subprocess.run(["cp", "-a", template / "template", made], check=True)
    yield made
    assert gone(made)


@pytest.fixture
def start(folder):
    """Start a process that holds the database of a data folder; returns it and the database's address."""
    running = []

    def start(place: Path, seconds: float = 60) -> tuple[subprocess.Popen, str]:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(seconds)],
            env=os.environ | {"LUYUE_DATA": str(place)},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(holder)
        return holder, holder.stdout.readline().strip()

    yield start
    for holder in running:
        holder.kill()
        holder.wait()


def postmasters(folder: Path) -> list[psutil.Process]:
    """Servers on a folder. What they have just forked still carries their words for a moment, and is not counted."""
    found = []
    for process in psutil.process_iter(["cmdline", "status", "ppid"]):
        words = process.info["cmdline"] or []
        if (
            process.info["status"] != psutil.STATUS_ZOMBIE
            and "-D" in words
            and any(str(folder) in word for word in words)
            and "postgres" in words[0]
        ):
            found.append(process)
    own = {one.pid for one in found}
    return [one for one in found if one.info["ppid"] not in own]


def gone(folder: Path) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not postmasters(folder):
            return True
        time.sleep(0.05)
    return False


def asks(url: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT current_user").fetchone()[0]


def test_the_server_stops_with_the_process_that_started_it(start, folder):
    holder, url = start(folder, seconds=0.1)
    holder.wait(20)
    assert url and gone(folder)
    assert not (folder / "pg/postmaster.pid").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_the_server_stops_even_if_that_process_is_killed(start, folder):
    holder, url = start(folder)
    assert asks(url) == "luyue_app"
    holder.kill()
    holder.wait()
    assert gone(folder)


def test_what_was_committed_is_there_after_the_server_was_killed(start, folder):
    holder, url = start(folder)
    owner = url.replace("luyue_app@", "luyue_owner@")
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    (server,) = postmasters(folder)
    server.kill()
    holder.kill()
    holder.wait()
    assert gone(folder)
    _, url = start(folder)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_lock_file_whose_number_belongs_to_another_program_does_not_hinder(start, folder):
    holder, _ = start(folder, seconds=0.1)
    holder.wait(20)
    assert gone(folder)
    (folder / "pg/postmaster.pid").write_text(
        f"{os.getpid()}\n{folder}/pg\n1\n5432\n{folder}/pg\n\n 1 1\nready\n"
    )
    _, url = start(folder)
    assert asks(url) == "luyue_app"


def test_a_second_process_uses_the_server_that_runs(start, folder):
    _, first = start(folder)
    _, second = start(folder, seconds=0.1)
    assert first == second and asks(second) == "luyue_app"
    assert len(postmasters(folder)) == 1


@pytest.mark.parametrize("name", ["with a space, and a comma", "long" * 30, "售后"])
def test_the_data_may_lie_anywhere(start, folder, name):
    place = folder / name
    place.mkdir()
    (folder / "pg").rename(place / "pg")
    _, url = start(place)
    assert asks(url) == "luyue_app"


def test_nobody_else_may_enter_the_folder_of_the_socket(start, folder):
    start(folder)
    assert (folder / "pg").stat().st_mode & 0o077 == 0


def test_data_of_another_version_are_left_alone(start, folder):
    holder, _ = start(folder, seconds=0.1)
    holder.wait(20)
    assert gone(folder)
    version = folder / "pg/PG_VERSION"
    kept = version.read_text()
    version.write_text("9\n")
    holder, url = start(folder)
    assert url == "" and holder.wait(20) != 0
    version.write_text(kept)


def test_the_applications_address_follows_from_the_owners(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:secret@db.example:5433/luyue?sslmode=require")
    monkeypatch.delenv("DATABASE_APP_URL", raising=False)
    url = postgres.urls().app
    assert url.startswith("postgresql://luyue_app:") and url.endswith(
        "@db.example:5433/luyue?sslmode=require"
    )
    assert "secret" not in url and postgres.urls().app == url
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:other@db.example:5433/luyue")
    assert postgres.urls().app.split("@")[0] != url.split("@")[0]


def test_a_server_that_is_not_there_is_said_plainly(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(postgres.DatabaseTrouble, match="cannot be reached"):
        postgres.ensure_database()


def test_a_given_server_gets_the_plain_role(start, folder, monkeypatch):
    _, url = start(folder)
    owner = url.replace("luyue_app@", "postgres@")
    with psycopg.connect(owner, autocommit=True) as boss:
        boss.execute("CREATE DATABASE other")
        boss.execute("DROP OWNED BY luyue_app")
    given = owner.rpartition("/")[0] + "/other"
    monkeypatch.setenv("DATABASE_URL", given)
    found = postgres.ensure_database()
    assert found.owner == given and asks(found.app) == "luyue_app"


def test_server_and_worker_may_start_at_the_same_moment(folder, start):
    start(folder)
    words = [sys.executable, "-c", HOLD, "0"]
    together = [
        subprocess.Popen(
            words,
            env=os.environ | {"LUYUE_DATA": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert [(one.communicate()[1], one.returncode) for one in together] == [("", 0)] * 4


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "nonsense of s3cret", "DATABASE_URL cannot be read"),
        ("LUYUE_DATA", "/dev/null/luyue", "Give LUYUE_DATA another one"),
    ],
)
def test_a_place_that_cannot_be_used_is_told_in_a_sentence(name, value, said):
    others = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    ran = subprocess.run(
        [sys.executable, "-m", "luyue", "migrate"], env=others | {name: value}, capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert said in ran.stderr and "s3cret" not in ran.stderr and "Traceback" not in ran.stderr


KEEP = """
import psycopg
from luyue.project import postgres
postgres.ensure_database({"fsync": "off", "shared_buffers": "16MB"})
postgres.mark_private_database("half done")
with psycopg.connect(postgres.urls().owner, autocommit=True) as owner:
    owner.execute("CREATE TABLE work AS SELECT 7 AS figure")
assert postgres.private_mark() == "half done"
postgres.set_private_database_aside("luyue_kept")
postgres.ensure_database()
assert postgres.private_mark() == ""
with psycopg.connect(postgres.urls().owner) as owner:
    assert owner.execute("SELECT to_regclass('work')").fetchone() == (None,)
with psycopg.connect(postgres.urls().owner.removesuffix("luyue") + "luyue_kept") as owner:
    assert owner.execute("SELECT figure FROM work").fetchone() == (7,)
print("kept")
"""


def test_a_database_set_aside_is_kept_and_its_mark_goes_with_it(folder):
    ran = subprocess.run(
        [sys.executable, "-c", KEEP],
        env=os.environ | {"LUYUE_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stdout.strip() == "kept", ran.stderr


def test_a_lock_in_a_new_installation_makes_its_folder(tmp_path):
    lock = tmp_path / "new" / "data" / "demo.lock"
    with postgres.only_one_at_a_time(lock):
        assert lock.exists()
