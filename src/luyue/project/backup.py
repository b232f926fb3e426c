"""One file with everything an installation has: its database, its files, its own public holidays; and back again.

The keys stay outside: who finds the file must not be able to open customers' secrets with it. A fingerprint of them
lies inside, so that a restored installation does not make itself a new key unnoticed. Private database or one of your
own makes no difference, so a backup is also the way from the one to the other. See docs/adr/0037-backups.md.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from luyue import __version__
from luyue.project import places, postgres

FORM = 1  # of the file; a reader of another form refuses it
NOTE, DUMP = "luyue-backup.json", "database.dump"
FOLDERS = ("files", "holidays")  # of the data folder; the rest is the database's, or made again, or a key
# Row security binds the owner too, and pg_dump would leave out in silence what it hides.
SEE_ALL = "-c luyue.scope=all -c row_security=on"
# Of the database and its roles, which `ensure_database` makes: their owner may bear another name here.
MADE_ALREADY = re.compile(r"^\d+; \d+ \d+ (DEFAULT ACL|DATABASE|SCHEMA|ACL - SCHEMA|COMMENT - EXTENSION) ")
# Settings of newer servers that an older one (15, 16) does not know.
NEWER = (b"SET transaction_timeout = 0;\n",)


class BackupTrouble(Exception):
    """It cannot be done. The text says what happened and what to do, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a backup holds. size: bytes of the whole file, as written or read."""

    path: Path
    made_at: datetime
    version: str
    files: int
    size: int


# ------------------------------------------------------------------------------------------------ make


def make(to: Path, *, now: datetime) -> Told:
    """Write a backup. People may go on working: the database is copied as it was at one instant.

    Args:
        to: the file, or a folder in which it is given a name with the time.
    Raises:
        BackupTrouble: the file is there already, cannot be written, or the database cannot be read.
        postgres.DatabaseTrouble: no database.
    """
    urls = postgres.ensure_database()
    if to.is_dir():
        to /= f"luyue-{now.astimezone():%Y%m%d-%H%M%S}.tar"
    if to.exists():
        raise BackupTrouble(f"已有这个文件，没有覆盖 / the file is there already and was left alone: {to}")
    part = to.with_name(f".{to.name}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=".luyue-", dir=to.parent) as work:
            dump = Path(work) / DUMP
            # The database first: of what it names then, no file is missing afterwards.
            _run("pg_dump", "--format=custom", "--enable-row-security", f"--file={dump}", url=urls.owner)
            files = _pack(part, dump, urls.owner, now)
        part.rename(to)
    except OSError as error:
        raise BackupTrouble(
            f"写不成 / cannot be written: {error.filename or to}: {error.strerror}"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return Told(to, now, __version__, files, to.stat().st_size)


def _pack(part: Path, dump: Path, url: str, now: datetime) -> int:
    """Write the archive; returns how many files of the data folder are inside."""
    inside = [
        (path, f"{folder}/{path.relative_to(places.data() / folder)}")
        for folder in FOLDERS
        for path in sorted((places.data() / folder).rglob("*"))
        if path.is_file()
    ]
    note = {
        "form": FORM,
        "version": __version__,
        "made_at": now.astimezone(UTC).isoformat(),
        "migrations": _migrations(url),
        "keys": [_fingerprint(key) for key in _keys()],
        "dump_sha256": _digest(dump),
        "files": len(inside),
    }
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
            text = json.dumps(note, ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo(NOTE)
            entry.size, entry.mtime = len(text), int(now.timestamp())
            archive.addfile(entry, io.BytesIO(text))
            archive.add(dump, DUMP)
            for path, name in inside:
                archive.add(path, name)
        out.flush()
        os.fsync(out.fileno())
    return len(inside)


# ------------------------------------------------------------------------------------------------ bring back


def bring_back(source: Path, *, without_keys: bool = False) -> Told:
    """Fill an empty installation from a backup. Nothing is written before the file has been found whole.

    The tables are then those of the backup: bring them up to date afterwards.

    Args:
        without_keys: go on although the keys of the backup are not here; what they sealed stays shut.
    Raises:
        BackupTrouble: no backup, a damaged one, one of a newer release, or there is something here already.
        postgres.DatabaseTrouble: no database.
    """
    with tempfile.TemporaryDirectory(prefix=".luyue-", dir=_data_folder()) as folder:
        work = Path(folder)
        note = _unpack(source, work)
        _refuse_newer(note)
        if not without_keys:
            _refuse_other_keys(note)
        _refuse_what_is_there()
        urls = postgres.ensure_database()
        if _migrations(urls.owner):
            raise BackupTrouble(
                "这里的数据库不是空的，没有动它：换一个空的数据文件夹（LUYUE_DATA）或空数据库 / "
                "the database here is not empty and was left alone: take an empty data folder (LUYUE_DATA) or an empty "
                "database"
            )
        _load(work / DUMP, urls.owner)
        for name in FOLDERS:
            if (work / name).exists():
                (work / name).rename(places.data() / name)  # in place of an empty one, if there is one
    made = datetime.fromisoformat(note["made_at"])
    return Told(source, made, note["version"], note["files"], source.stat().st_size)


def _data_folder() -> Path:
    try:
        places.data().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupTrouble(f"{places.data()}: {error.strerror}") from error
    return places.data()


def _unpack(source: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        note: dict[str, Any] = json.loads((work / NOTE).read_text(encoding="utf-8"))
        whole = note["form"] == FORM and note["dump_sha256"] == _digest(work / DUMP)
        count = sum(1 for name in FOLDERS for path in (work / name).rglob("*") if path.is_file())
    except FileNotFoundError as error:
        if not source.exists():
            raise BackupTrouble(f"没有这个文件 / there is no such file: {source}") from error
        raise BackupTrouble(_not_one(source)) from error
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError) as error:
        raise BackupTrouble(_not_one(source)) from error
    except OSError as error:
        raise BackupTrouble(f"{error.filename or source}: {error.strerror}") from error
    if not whole or count != note["files"]:
        raise BackupTrouble(
            f"备份不完整，什么都没有动 / the backup is damaged; nothing was touched: {source}"
        )
    return note


def _not_one(source: Path) -> str:
    return f"不是履约的备份，或已损坏 / not a backup of Luyue, or a damaged one: {source}"


def _refuse_newer(note: dict[str, Any]) -> None:
    known = {f"{path.parts[-3]}.{path.stem}" for path in Path(__file__).parents[1].glob("*/migrations/0*.py")}
    apps = {name.partition(".")[0] for name in known}
    if newer := [name for name in note["migrations"] if name.partition(".")[0] in apps and name not in known]:
        raise BackupTrouble(
            f"备份来自更新的版本（{note['version']}），先更新软件 / the backup is of a newer release, update the "
            f"software first: {', '.join(newer[:3])}"
        )


def _refuse_other_keys(note: dict[str, Any]) -> None:
    here = {_fingerprint(key) for key in _keys()}
    if here.issuperset(note["keys"]):
        return
    place = places.data() / "secrets-key"
    raise BackupTrouble(
        f"加密密钥不在这里：先把另存的密钥放到 {place}（或设 LUYUE_SECRETS_KEY）再恢复；密钥丢了就加 --without-keys，"
        f"客户机密、邮箱和消息通道的密码就解不开了 / the key of the backup is not here: put its copy at {place} "
        "(or set LUYUE_SECRETS_KEY) first; if it is lost, add --without-keys, and customers' secrets and the passwords "
        "of mailboxes and outlets stay shut"
    )


def _refuse_what_is_there() -> None:
    for name in FOLDERS:
        folder = places.data() / name
        if folder.exists() and any(folder.iterdir()):
            raise BackupTrouble(
                f"{folder} 不是空的，没有动它：换一个空的数据文件夹（LUYUE_DATA）/ is not empty and was left alone: "
                "take an empty data folder (LUYUE_DATA)"
            )


def _load(dump: Path, url: str) -> None:
    """Run what the dump says in one transaction: all of it or nothing."""
    contents = _run("pg_restore", "--list", str(dump), url="").decode()
    wanted = dump.with_suffix(".list")
    wanted.write_text("\n".join(line for line in contents.splitlines() if not MADE_ALREADY.match(line)))
    words = [
        _program("pg_restore"), "--no-owner", f"--use-list={wanted}", "--file=-", "--enable-row-security",
        str(dump),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:
        script = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=complaints)
        psql = subprocess.Popen(
            [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints, env=_environment(url),
        )  # fmt: skip
        if script.stdout is None or psql.stdin is None:
            raise BackupTrouble("pg_restore, psql")
        try:
            head = script.stdout.read(1 << 14)
            for line in NEWER:
                head = head.replace(line, b"")
            psql.stdin.write(head)
            shutil.copyfileobj(script.stdout, psql.stdin, 1 << 20)
            psql.stdin.close()
        except BrokenPipeError:
            pass  # psql has said why
        script.stdout.close()
        if psql.wait() or script.wait():
            complaints.seek(0)
            raise BackupTrouble(
                "数据库没有恢复，什么都没有写入 / the database was not restored, nothing was written:\n"
                + "\n".join(complaints.read().decode(errors="replace").splitlines()[-5:])
            )


# ------------------------------------------------------------------------------------------------ tools


def _keys() -> list[str]:
    """The keys that are here; none is made."""
    given = [key.strip() for key in os.environ.get("LUYUE_SECRETS_KEY", "").split(",") if key.strip()]
    kept = places.data() / "secrets-key"
    return given or ([kept.read_text()] if kept.exists() else [])


def _fingerprint(key: str) -> str:
    """Tells keys apart and tells nothing of them: they are long and random."""
    return hashlib.sha256(b"luyue backup\0" + key.strip().encode()).hexdigest()[:16]


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _migrations(url: str) -> list[str]:
    """What has been applied, e.g. "desk.0003_goods"; nothing in an empty database."""
    with psycopg.connect(url) as owner:
        there = owner.execute("SELECT to_regclass('public.django_migrations')").fetchone()
        if there is None or there[0] is None:
            return []
        rows = owner.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id").fetchall()
        return [str(name) for (name,) in rows]


def _program(name: str) -> str:
    return str(postgres.programs() / name)


def _environment(url: str) -> dict[str, str]:
    """The server for libpq's programs, in their environment: their words could be read by everybody."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    options = " ".join(word for word in (parts.pop("options", ""), SEE_ALL) if word)
    return os.environ | {
        "PGDATABASE": parts.pop("dbname", ""),
        **{f"PG{key.upper()}": value for key, value in parts.items()},
        "PGOPTIONS": options,
    }


def _run(name: str, *words: str, url: str) -> bytes:
    done = subprocess.run(
        [_program(name), *words], capture_output=True, env=_environment(url) if url else None
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupTrouble(f"{name}: " + "\n".join(said[-5:]))
    return done.stdout
