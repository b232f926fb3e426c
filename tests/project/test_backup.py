"""A backup brings back everything, and nothing is touched where it cannot."""

import json
import os
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from luyue.files import actions as files
from luyue.ledger.wall import Scope, scope
from luyue.project import backup, places, postgres
from tests import factories

OTHER = "luyue_restored"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """A backup of an installation with a contract, its clocks, a photo, and holidays of its own."""
    with django_db_blocker.unblock():
        with scope(Scope.everything()):
            of = factories.contract()
            factories.case(of)
            digest = files.attach(
                PNG, name="现场.png", kind="photo", subject=("case", 1), contract_id=of.pk, actor=None,
                now=factories.NOW,
            ).digest  # fmt: skip
        places.secrets_keys()  # made at the first start
        holidays = places.data() / "holidays/CN"
        holidays.mkdir(parents=True, exist_ok=True)
        (holidays / "2031.yaml").write_text("year: 2031\n")
        told = backup.make(tmp_path_factory.mktemp("backups"), now=datetime(2026, 3, 4, tzinfo=UTC))
        (holidays / "2031.yaml").unlink()
    return told, digest


@pytest.fixture
def elsewhere(django_db_setup, tmp_path):
    """An empty database of a server of one's own, and an empty data folder with the keys."""
    host = quote(str(postgres._socket_folder()), safe="")
    with psycopg.connect(f"postgresql://postgres@{host}/postgres", autocommit=True) as boss:
        boss.execute(f"DROP DATABASE IF EXISTS {OTHER} WITH (FORCE)")
        boss.execute(f"CREATE DATABASE {OTHER} OWNER luyue_owner TEMPLATE template0")
        data = tmp_path / "data"
        data.mkdir()
        (data / "secrets-key").write_text(places.secrets_keys()[0])
        url = f"postgresql://luyue_owner@{host}/{OTHER}"
        env = os.environ | {"LUYUE_DATA": str(data), "DATABASE_URL": url}
        env.pop("DJANGO_SETTINGS_MODULE", None)  # the tests' own looks at their data folder
        yield env
        boss.execute(f"DROP DATABASE {OTHER} WITH (FORCE)")


def luyue(env, *words):
    return subprocess.run([sys.executable, "-m", "luyue", *words], env=env, capture_output=True, text=True)


def rows(url: str) -> dict[str, tuple[int, str]]:
    """Table → number of rows and a digest of them, for the owner behind the wall."""
    found = {}
    with psycopg.connect(url) as owner:
        owner.execute("SET luyue.scope = 'all'")
        tables = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        for (table,) in owner.execute(tables).fetchall():
            asked = sql.SQL(
                "SELECT count(*), md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {} r"
            )
            found[table] = owner.execute(asked.format(sql.Identifier(table))).fetchone()
    return found


def unwritten(env) -> bool:
    with psycopg.connect(env["DATABASE_URL"]) as owner:
        empty = owner.execute("SELECT to_regclass('django_migrations') IS NULL").fetchone()[0]
    return empty and not (Path(env["LUYUE_DATA"]) / "files").exists()


def test_everything_comes_back(made, elsewhere):
    told, digest = made
    done = luyue(elsewhere, "restore", str(told.path))
    assert done.returncode == 0, done.stderr
    before, after = rows(postgres.urls().owner), rows(elsewhere["DATABASE_URL"])
    assert before["desk_case"][0] and before["ledger_event"][0] and before["files_attachment"][0]
    assert after == before
    data = Path(elsewhere["LUYUE_DATA"])
    assert [path.read_bytes() for path in (data / "files").rglob(digest)] == [PNG]
    assert (data / "holidays/CN/2031.yaml").read_text() == "year: 2031\n"
    examined = luyue(elsewhere, "doctor")
    assert "fail" not in examined.stdout and "ok    ledger: append-only" in examined.stdout
    # A second time there is something here already.
    again = luyue(elsewhere, "restore", str(told.path))
    assert again.returncode == 1 and "没有动它" in again.stderr


def test_the_keys_are_not_inside_and_are_asked_for(made, elsewhere):
    told, _ = made
    with tarfile.open(told.path) as archive:
        inside = b"".join(archive.extractfile(one).read() for one in archive if one.isfile())
    assert places.secrets_keys()[0].encode() not in inside and places.secret_key().encode() not in inside
    (Path(elsewhere["LUYUE_DATA"]) / "secrets-key").write_text("another key")
    done = luyue(elsewhere, "restore", str(told.path))
    assert done.returncode == 1 and "secrets-key" in done.stderr and "--without-keys" in done.stderr
    assert unwritten(elsewhere)
    files = Path(elsewhere["LUYUE_DATA"]) / "files"
    files.mkdir()
    (files / "somebody's").write_text("photo")
    # With the keys, or without them if so wished, the next question is whether there is something here already.
    said = luyue(elsewhere, "restore", "--without-keys", str(told.path)).stderr
    assert str(files) in said and "没有动它" in said and (files / "somebody's").read_text() == "photo"


@pytest.mark.parametrize("change", ["cut", "other", "newer", "dump"])
def test_what_is_no_whole_backup_is_refused_before_anything_is_written(made, elsewhere, tmp_path, change):
    told, _ = made
    bad = tmp_path / "bad.tar"
    if change == "cut":
        whole = told.path.read_bytes()
        bad.write_bytes(whole[: len(whole) // 2])
    elif change == "other":
        bad.write_text("not a backup")
    else:
        work = tmp_path / "work"
        with tarfile.open(told.path) as archive:
            archive.extractall(work, filter="data")
        if change == "dump":
            (work / backup.DUMP).write_bytes((work / backup.DUMP).read_bytes()[:-1])
        else:
            note = json.loads((work / backup.NOTE).read_text())
            note["migrations"].append("desk.0999_of_next_year")
            (work / backup.NOTE).write_text(json.dumps(note))
        with tarfile.open(bad, "w") as archive:
            archive.add(work, ".")
    done = luyue(elsewhere, "restore", str(bad))
    assert done.returncode == 1
    assert ("desk.0999_of_next_year" if change == "newer" else str(bad)) in done.stderr
    assert "Traceback" not in done.stderr
    assert unwritten(elsewhere)


def test_a_backup_that_is_there_is_not_overwritten_and_leaves_nothing_half_done(made, tmp_path):
    told, _ = made
    before = told.path.read_bytes()
    with pytest.raises(backup.BackupTrouble, match="没有覆盖"):
        backup.make(told.path, now=datetime.now(UTC))
    assert told.path.read_bytes() == before
    with pytest.raises(backup.BackupTrouble, match="cannot be written"):
        backup.make(tmp_path / "no/such/folder/x.tar", now=datetime.now(UTC))
    assert list(tmp_path.iterdir()) == [] and [one.name for one in told.path.parent.iterdir()] == [
        told.path.name
    ]


def test_others_cannot_read_it(made):
    assert made[0].path.stat().st_mode & 0o077 == 0
