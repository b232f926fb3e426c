"""A backup brings back everything as it was, and nothing is touched where it cannot."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from luyue.files import actions as files
from luyue.ledger.wall import Scope, scope
from luyue.project import backups, doctor, places, postgres
from tests import factories

OTHER = "luyue_restored"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PNG_NAME = hashlib.sha256(PNG).hexdigest()
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NAME = "20260304T050607Z"
# Owners, rights and walls of everything in the schema.
RIGHTS = """
SELECT relname, relkind::text, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity,
  (SELECT array_agg(one::text ORDER BY one::text) FROM unnest(relacl) one)::text
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
UNION ALL
SELECT oid::regprocedure::text, 'function', pg_get_userbyid(proowner), NULL, NULL, proacl::text
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT tablename || ' ' || policyname, 'policy', NULL, NULL, NULL, qual || with_check FROM pg_policies
UNION ALL SELECT sequencename, 'last', last_value::text, NULL, NULL, NULL FROM pg_sequences
UNION ALL SELECT tgrelid::regclass || ' ' || tgname, tgenabled::text, NULL, NULL, NULL, NULL
FROM pg_trigger WHERE NOT tgisinternal"""


def quiet(_text: str) -> None: ...


def back_up(into: Path, *, now: datetime = NOW, keep: int | None = None) -> backups.Snapshot:
    return backups.make(into, now=now, keep=keep, tell=quiet)[1]


@pytest.fixture(scope="module")
def of(django_db_setup, django_db_blocker):
    """An installation with a contract, its clocks, a photo, and holidays of its own."""
    with django_db_blocker.unblock():
        with scope(Scope.everything()):
            contract = factories.contract()
            factories.case(contract)
            files.attach(
                PNG, name="现场.png", kind="photo", subject=("case", 1), contract_id=contract.pk, actor=None,
                now=factories.NOW,
            )  # fmt: skip
        places.secrets_keys()  # made at the first start
        holidays = places.data() / "holidays/CN"
        holidays.mkdir(parents=True, exist_ok=True)
        (holidays / "2031.yaml").write_text("year: 2031\n")
        yield contract
        (holidays / "2031.yaml").unlink()
        (places.data() / backups.LAST).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def backup(of, tmp_path_factory):
    folder = tmp_path_factory.mktemp("backups") / "of"
    back_up(folder)
    return folder


@pytest.fixture
def copy(backup, tmp_path):
    """A backup of one's own to spoil."""
    return shutil.copytree(backup, tmp_path / "copy")


@pytest.fixture
def elsewhere(django_db_setup, tmp_path):
    """An empty database of a server of one's own, and an empty data folder with the keys."""
    with psycopg.connect(postgres.boss_url("postgres"), autocommit=True) as boss:
        boss.execute(f"DROP DATABASE IF EXISTS {OTHER} WITH (FORCE)")
        boss.execute(f"CREATE DATABASE {OTHER} OWNER luyue_owner TEMPLATE template0")
        data = tmp_path / "data"
        data.mkdir()
        (data / "secrets-key").write_text(places.secrets_keys()[0])
        host = quote(str(postgres._socket_folder()), safe="")
        url = f"postgresql://luyue_owner@{host}/{OTHER}"
        env = os.environ | {"LUYUE_DATA": str(data), "DATABASE_URL": url}
        env.pop("DJANGO_SETTINGS_MODULE", None)  # the tests' own looks at their data folder
        yield env
        boss.execute(f"DROP DATABASE {OTHER} WITH (FORCE)")


def luyue(env, *words):
    return subprocess.run([sys.executable, "-m", "luyue", *words], env=env, capture_output=True, text=True)


def rows(url: str) -> dict[str, tuple[int, str]]:
    """Table → number of rows and a digest of them, as whoever is logged in sees them."""
    found = {}
    with psycopg.connect(url, options="-c luyue.scope=all") as connection:
        tables = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        for (table,) in connection.execute(tables).fetchall():
            asked = sql.SQL(
                "SELECT count(*), md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {} r"
            )
            found[table] = connection.execute(asked.format(sql.Identifier(table))).fetchone()
    return found


def rights(url: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return sorted(connection.execute(RIGHTS).fetchall(), key=str)


def unwritten(env) -> bool:
    with psycopg.connect(env["DATABASE_URL"]) as owner:
        empty = owner.execute("SELECT to_regclass('django_migrations') IS NULL").fetchone()[0]
    return empty and not (Path(env["LUYUE_DATA"]) / "files").exists()


def test_everything_comes_back_with_owners_and_rights(backup, elsewhere):
    done = luyue(elsewhere, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    # What the superuser sees of the one is what comes back to the owner of the other.
    before = rows(postgres.boss_url())
    assert before["desk_case"][0] and before["ledger_event"][0] and before["files_attachment"][0]
    assert rows(elsewhere["DATABASE_URL"]) == before
    assert rights(elsewhere["DATABASE_URL"]) == rights(postgres.urls().owner)
    data = Path(elsewhere["LUYUE_DATA"])
    assert [path.read_bytes() for path in (data / "files").rglob(PNG_NAME)] == [PNG]
    assert (data / "holidays/CN/2031.yaml").read_text() == "year: 2031\n"
    assert [path.name for path in data.iterdir() if path.name.startswith(".")] == []
    examined = luyue(elsewhere, "doctor")
    assert "fail" not in examined.stdout and "ok    ledger: append-only" in examined.stdout
    # A second time there is something here already.
    again = luyue(elsewhere, "restore", str(backup))
    assert again.returncode == 1 and "没有动它" in again.stderr


def test_the_keys_are_not_inside_and_are_asked_for(backup, elsewhere):
    inside = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    assert places.secrets_keys()[0].encode() not in inside and places.secret_key().encode() not in inside
    (Path(elsewhere["LUYUE_DATA"]) / "secrets-key").write_text("another key")
    done = luyue(elsewhere, "restore", str(backup))
    assert done.returncode == 1 and "secrets-key" in done.stderr and "--without-keys" in done.stderr
    assert unwritten(elsewhere)
    there = Path(elsewhere["LUYUE_DATA"]) / "files"
    there.mkdir()
    (there / "somebody's").write_text("photo")
    # With the keys, or without them if so wished, the next question is whether there is something here already.
    said = luyue(elsewhere, "restore", "--without-keys", str(backup)).stderr
    assert str(there) in said and "没有动它" in said and (there / "somebody's").read_text() == "photo"


def cut_dump(snapshot: Path) -> None:
    os.truncate(snapshot / backups.DUMP, 5000)


def spoil_dump(snapshot: Path) -> None:
    with open(snapshot / backups.DUMP, "r+b") as file:
        file.seek(5000)
        file.write(b"????")


def spoil_facts(snapshot: Path) -> None:
    (snapshot / backups.FACTS).write_text("{")


def of_next_year(snapshot: Path) -> None:
    facts = json.loads((snapshot / backups.FACTS).read_text())
    facts["tables"].append(["desk", "0999_of_next_year"])
    (snapshot / backups.FACTS).write_text(json.dumps(facts))


def empty(snapshot: Path) -> None:
    shutil.rmtree(snapshot)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (cut_dump, "已损坏"),
        (spoil_dump, "已损坏"),
        (spoil_facts, "已损坏"),
        (of_next_year, "desk.0999_of_next_year"),
        (empty, "没有快照"),
    ],
)
def test_what_is_no_whole_backup_is_refused_before_anything_is_written(copy, elsewhere, spoil, told):
    spoil(copy / NAME)
    done = luyue(elsewhere, "restore", str(copy))
    assert done.returncode == 1 and told in done.stderr
    assert "Traceback" not in done.stderr
    assert unwritten(elsewhere)


def test_a_dump_that_breaks_off_while_it_is_loaded_leaves_nothing(copy, elsewhere):
    cut_dump(copy / NAME)
    facts = json.loads((copy / NAME / backups.FACTS).read_text())
    facts["dump_bytes"], facts["dump_sha256"] = backups._digest(copy / NAME / backups.DUMP)
    (copy / NAME / backups.FACTS).write_text(json.dumps(facts))
    done = luyue(elsewhere, "restore", str(copy))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert unwritten(elsewhere)


def test_only_what_is_new_is_copied_and_old_snapshots_go(of, copy):
    left = copy / f"{backups.UNDONE}20200101T000000Z"
    left.mkdir()
    told: list[str] = []
    backups.make(copy, now=NOW + timedelta(hours=1), keep=None, tell=told.append)
    assert any("新增 0 个" in line for line in told) and not left.exists()
    back_up(copy, now=NOW + timedelta(hours=2), keep=2)
    assert backups.snapshots(copy) == ["20260304T060607Z", "20260304T070607Z"]
    with pytest.raises(backups.BackupTrouble, match="已有快照"):
        back_up(copy, now=NOW + timedelta(hours=2))


def test_others_cannot_read_it(backup):
    assert backup.stat().st_mode & 0o077 == 0
    for path in (backup / NAME, backup / NAME / backups.DUMP, backup / backups.FILES):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_damaged_attachment_is_told_on_both_sides(of, copy):
    kept = copy / backups.FILES / PNG_NAME[:2] / PNG_NAME
    kept.write_bytes(PNG[:-1] + b"x")
    told: list[str] = []
    assert not backups.check(copy, tell=told.append) and any(PNG_NAME in line for line in told)
    back_up(copy, now=NOW + timedelta(hours=1))
    assert kept.read_bytes() == PNG and backups.check(copy, tell=quiet)
    source = places.data() / "files" / PNG_NAME[:2] / PNG_NAME
    kept.unlink()
    source.write_bytes(b"spoilt")
    try:
        made = back_up(copy, now=NOW + timedelta(hours=2))
    finally:
        source.write_bytes(PNG)
    assert made.damaged == [PNG_NAME] and not kept.exists()


def test_an_attachment_that_is_gone_is_told(of, copy):
    (copy / backups.FILES / PNG_NAME[:2] / PNG_NAME).unlink()
    assert not backups.check(copy, tell=quiet)


def test_a_backup_that_breaks_off_leaves_nothing_half_done(of, copy, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    before = sorted(copy.rglob("*"))
    monkeypatch.setattr(backups, "_copy_all", full)
    with pytest.raises(backups.BackupTrouble, match="No space left"):
        back_up(copy, now=NOW + timedelta(hours=1))
    assert sorted(copy.rglob("*")) == before
    with pytest.raises(backups.BackupTrouble, match="cannot be written"):
        back_up(copy / NAME / backups.DUMP)


def test_doctor_tells_how_old_the_last_backup_is(of, copy):
    now = datetime.now(UTC)
    for days, level in ((0, "ok"), (doctor.BACKUP_DAYS + 1, "warn")):
        back_up(copy, now=now - timedelta(days=days))
        found = doctor._backup()
        assert found.level == level and f"{days} days ago" in found.text and str(copy) in found.text
    (places.data() / backups.LAST).write_text("{")
    assert doctor._backup().level == "warn" and "none" in doctor._backup().text
