"""Backups that are made while people work, and their way back. Without Django.

A backup folder has many snapshots and one copy of each attachment:

    files/ab/ab12…              content by its SHA-256, shared by all snapshots
    20261127T103000Z/           a snapshot, in UTC
        database.dump           pg_dump's own format
        holidays/               public holidays that were imported here
        snapshot.json           what it is, with the hash of the dump; written last

Keys stay outside: who finds a backup must not be able to open customers' secrets with it. Fingerprints of them lie
inside, so that a restored installation does not make itself a new key unnoticed. Private database or one of your own
makes no difference, so a backup is also the way from the one to the other. See docs/adr/0037-backups.md.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from luyue import __version__
from luyue.project import places, postgres, tables

COUNTED = ("accounts_person", "contracts_contract", "desk_case", "ledger_event", "files_attachment")
UNDONE = ".unfinished-"
STAMP = "%Y%m%dT%H%M%SZ"
DUMP, FACTS, FILES, HOLIDAYS = "database.dump", "snapshot.json", "files", "holidays"
LAST = "last-backup.json"  # in the data folder: when the last one was made, and where it lies
# Row security binds the owner too, and pg_dump would leave out in silence what it hides.
SEE_ALL = "-c luyue.scope=all -c row_security=on"
# Of the database and its roles, which `ensure_database` makes: their owner may bear another name here.
MADE_ALREADY = re.compile(r"^\d+; \d+ \d+ (DEFAULT ACL|DATABASE|SCHEMA|ACL - SCHEMA|COMMENT - EXTENSION) ")
# Settings of newer servers that an older one (15, 16) does not know.
NEWER = (b"SET transaction_timeout = 0;\n",)
PIECE = 1 << 20
Tell = Callable[[str], None]


class BackupTrouble(Exception):
    """A backup cannot be made or used. The text says what happened and what to do, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands in a snapshot's `snapshot.json`. rows: of some tables, to hold a restored database against; keys:
    fingerprints; damaged: attachments that were not what their name says and were left out."""

    luyue: str
    made_at: str
    postgresql: int
    dump_bytes: int
    dump_sha256: str
    tables: list[list[str]]
    rows: dict[str, int]
    keys: list[str]
    files: int
    file_bytes: int
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Copied:
    """Attachments after a backup: how many, their bytes, how many were new, and which are damaged."""

    files: int
    size: int
    new: int
    damaged: list[str]


# ------------------------------------------------------------------------------------------------ making


def make(into: Path, *, now: datetime, keep: int | None, tell: Tell) -> tuple[str, Snapshot]:
    """Add a snapshot to a backup folder. Half a snapshot is never seen; what was there before is untouched.

    Args:
        keep: how many snapshots stay, the new one included; None: all.
    Raises:
        BackupTrouble: the folder, the database or a file does not let us.
        postgres.DatabaseTrouble: no database.
    """
    postgres.ensure_database()
    with _alone_in(into):
        for left in into.glob(f"{UNDONE}*"):
            shutil.rmtree(left)
        name = now.astimezone(UTC).strftime(STAMP)
        if (into / name).exists():
            raise BackupTrouble(f"已有快照 {name} / there is a snapshot {name} already")
        work = into / f"{UNDONE}{name}"
        work.mkdir(mode=0o700)
        try:
            made = _snapshot(into, work, now=now, tell=tell)
            work.rename(into / name)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        _sync(into)
        _write(places.data() / LAST, {"at": now.astimezone(UTC).isoformat(), "to": str(into)})
        for old in snapshots(into)[:-keep] if keep else []:
            shutil.rmtree(into / old)
            tell(f"删除旧快照 {old} / an old snapshot is removed")
    return name, made


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The only backup at work in a folder, which is made if it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with postgres.only_one_at_a_time(folder / "lock"):
            yield
    except OSError as error:
        raise BackupTrouble(
            f"写不成 / cannot be written: {error.filename or folder}: {error.strerror}"
        ) from error


def _snapshot(into: Path, work: Path, *, now: datetime, tell: Tell) -> Snapshot:
    with _owner() as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
        have = sorted(tables.applied(connection))
        if not have or exported is None:
            raise BackupTrouble("数据库还没有表 / the database has no tables yet")
        # The database first: of what it names then, no file is missing afterwards.
        (work / DUMP).touch(mode=0o600)
        _run(
            "pg_dump", "--format=custom", "--enable-row-security", f"--snapshot={exported[0]}",
            f"--file={work / DUMP}",
        )  # fmt: skip
        rows = _rows(connection)
        version = connection.info.server_version
    size, digest = _digest(work / DUMP)
    tell(f"数据库 {_human(size)} / the database")
    found = _copy_all(places.data() / FILES, into / FILES, tell)
    tell(f"附件 {found.files} 个，{_human(found.size)}，新增 {found.new} 个 / attachments, {found.new} new")
    if (places.data() / HOLIDAYS).exists():
        shutil.copytree(places.data() / HOLIDAYS, work / HOLIDAYS)
    made = Snapshot(
        luyue=__version__, made_at=now.astimezone(UTC).isoformat(timespec="seconds"), postgresql=version,
        dump_bytes=size, dump_sha256=digest, tables=[list(one) for one in have], rows=rows,
        keys=[_fingerprint(key) for key in places.secrets_keys_here()], files=found.files, file_bytes=found.size,
        damaged=found.damaged,
    )  # fmt: skip
    _write(work / FACTS, asdict(made))
    _sync(work)
    return made


def _copy_all(source: Path, to: Path, tell: Tell) -> Copied:
    to.mkdir(mode=0o700, exist_ok=True)
    files = size = new = 0
    damaged: list[str] = []
    for path in _contents(source):
        target = to / path.parent.name / path.name
        files, size = files + 1, size + path.stat().st_size
        if target.exists() and target.stat().st_size == path.stat().st_size:
            continue
        if _copy(path, target):
            new += 1
        else:
            damaged.append(path.name)
        if new and new % 1000 == 0:
            tell(f"附件 {files} … / attachments")
    return Copied(files, size, new, damaged)


def _contents(folder: Path) -> Iterator[Path]:
    """The files of a store by content: two letters, then the whole hash."""
    for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
        if len(path.name) == 64 and path.name.startswith(path.parent.name) and path.is_file():
            yield path


def _copy(path: Path, target: Path) -> bool:
    """Copy a content to where it is whole or not at all. False, and no copy: it is not what its name says."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    digest = hashlib.sha256()
    with open(path, "rb") as source, open(part, "wb") as out:
        while piece := source.read(PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != path.name:
        part.unlink()
        return False
    part.replace(target)
    return True


# ------------------------------------------------------------------------------------------------ looking


def last() -> tuple[datetime, str] | None:
    """When the last backup of this installation was made, and the folder it went to."""
    try:
        found = json.loads((places.data() / LAST).read_text(encoding="utf-8"))
        return datetime.fromisoformat(found["at"]), str(found["to"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def snapshots(folder: Path) -> list[str]:
    """The finished snapshots of a backup folder, the oldest first."""
    return sorted(path.parent.name for path in folder.glob(f"[0-9]*Z/{FACTS}"))


def facts(folder: Path, name: str) -> Snapshot:
    """What a snapshot says of itself.

    Raises:
        BackupTrouble: there is none of that name, or it cannot be read.
    """
    try:
        return Snapshot(**json.loads((folder / name / FACTS).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        there = ", ".join(snapshots(folder)) or "—"
        raise BackupTrouble(f"没有快照 {name}；现有 / no such snapshot, there are: {there}") from error
    except (ValueError, TypeError) as error:
        raise BackupTrouble(f"已损坏 / is damaged: {folder / name / FACTS}: {error}") from error


def check(folder: Path, *, tell: Tell) -> bool:
    """Read everything again: each dump against its hash, each attachment against its name. True: all is well."""
    names, well = _some(folder), True
    for name in names:
        wanted = facts(folder, name)
        if _is_whole(folder / name / DUMP, wanted):
            tell(f"{name}：{_human(wanted.dump_bytes)}，{wanted.rows['desk_case']} 单 / cases")
        else:
            tell(f"{name}：数据库备份已损坏 / its dump is damaged")
            well = False
    count = 0
    for path in _contents(folder / FILES):
        count += 1
        if _digest(path)[1] != path.name:
            tell(f"附件 {path.name} 已损坏，下次备份重新复制 / is damaged; the next backup copies it again")
            path.rename(path.with_name(f"{path.name}.damaged"))
            well = False
    latest = facts(folder, names[-1])
    if count < latest.files - len(latest.damaged):
        tell(f"附件应有 {latest.files} 个，只有 {count} 个 / attachments are missing")
        well = False
    tell(f"附件 {count} 个 / attachments")
    return well


def _some(folder: Path) -> list[str]:
    if names := snapshots(folder):
        return names
    raise BackupTrouble(f"{folder} 里没有快照 / there is no snapshot in it")


# ------------------------------------------------------------------------------------------------ back


def chosen(folder: Path, name: str | None, *, without_keys: bool) -> tuple[str, Snapshot]:
    """A snapshot that can come back here; nothing is written, no database needed to say so.

    Args:
        name: None: the latest.
        without_keys: although its keys are not here; what they sealed stays shut.
    Raises:
        BackupTrouble: there is none, it is damaged, of a later release or of other keys, or there is something here.
    """
    name = name or _some(folder)[-1]
    wanted = facts(folder, name)
    if newer := sorted(_own(wanted) - tables.known()):
        raise BackupTrouble(
            f"备份来自更新的版本 {wanted.luyue}，先更新软件 / the backup is of a newer release, update the software "
            f"first: {', '.join('.'.join(one) for one in newer[:3])}"
        )
    if not _is_whole(folder / name / DUMP, wanted):
        raise BackupTrouble(f"已损坏，换一个快照 / is damaged, take another snapshot: {folder / name / DUMP}")
    if not without_keys:
        _refuse_other_keys(wanted)
    for inside in (FILES, HOLIDAYS):
        there = places.data() / inside
        if there.exists() and any(there.iterdir()):
            raise BackupTrouble(_occupied(there))
    return name, wanted


def restore(folder: Path, name: str, wanted: Snapshot, *, tell: Tell) -> None:
    """Bring a `chosen` snapshot back into an empty installation; `luyue migrate` then brings its tables up to date.

    Raises:
        BackupTrouble: the database is not empty, or cannot be loaded; nothing was changed then.
        postgres.DatabaseTrouble: no database.
    """
    postgres.ensure_database()
    with _owner() as connection:
        if tables.applied(connection):
            raise BackupTrouble(_occupied(places.data()))
    tell(f"快照 {name}，{_human(wanted.dump_bytes)} / the snapshot")
    with _beside(places.data()) as work:
        found = _copy_all(folder / FILES, work / FILES, tell)
        tell(f"附件 {found.files} 个，{_human(found.size)} / attachments")
        for lost in found.damaged:
            tell(f"附件 {lost} 在备份里已损坏 / attachment is damaged in the backup")
        if (folder / name / HOLIDAYS).exists():
            shutil.copytree(folder / name / HOLIDAYS, work / HOLIDAYS)
        _load_as_it_was(folder / name / DUMP)
        for inside in work.iterdir():
            inside.rename(places.data() / inside.name)  # in place of an empty one, if there is one
    with _owner() as connection:
        if (rows := _rows(connection)) != wanted.rows:
            raise BackupTrouble(f"恢复后的行数不符 / the rows differ: {rows}, {wanted.rows}")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder to make things ready in, on the same disk; it goes away with what is left in it."""
    try:
        with tempfile.TemporaryDirectory(prefix=".luyue-", dir=folder) as work:
            yield Path(work)
    except OSError as error:
        raise BackupTrouble(
            f"写不成 / cannot be written: {error.filename or folder}: {error.strerror}"
        ) from error


def _load_as_it_was(dump: Path) -> None:
    """A dump names the rights of a table against PostgreSQL's own default. Ours would add to them what a migration took
    away (of the ledger, say), so they are set aside until the tables are there."""
    postgres.withhold_default_rights()
    try:
        _load(dump)
    finally:
        postgres.ensure_database()


def _is_whole(dump: Path, wanted: Snapshot) -> bool:
    return dump.exists() and _digest(dump) == (wanted.dump_bytes, wanted.dump_sha256)


def _own(wanted: Snapshot) -> set[tables.Migration]:
    """The snapshot's migrations of applications that are ours."""
    ours = {app for app, _ in tables.known()}
    return {(app, number) for app, number in map(tuple, wanted.tables) if app in ours}


def _refuse_other_keys(wanted: Snapshot) -> None:
    if {_fingerprint(key) for key in places.secrets_keys_here()}.issuperset(wanted.keys):
        return
    place = places.data() / "secrets-key"
    raise BackupTrouble(
        f"加密密钥不在这里：先把另存的密钥放到 {place}（或设 LUYUE_SECRETS_KEY）再恢复；密钥丢了就加 --without-keys，"
        f"客户机密、邮箱和消息通道的密码就解不开了 / the key of the backup is not here: put its copy at {place} "
        "(or set LUYUE_SECRETS_KEY) first; if it is lost, add --without-keys, and customers' secrets and the passwords "
        "of mailboxes and outlets stay shut"
    )


def _occupied(what: Path) -> str:
    return (
        f"{what} 里已有数据，没有动它：换一个空的数据文件夹（LUYUE_DATA）或空数据库 / has data and was left alone: "
        "take an empty data folder (LUYUE_DATA) or an empty database"
    )


def _load(dump: Path) -> None:
    """Run what the dump says in one transaction, as the owner: all of it or nothing."""
    contents = _run("pg_restore", "--list", str(dump)).decode()
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted, tempfile.TemporaryFile() as told:
        wanted.write("\n".join(line for line in contents.splitlines() if not MADE_ALREADY.match(line)))
        wanted.flush()
        words = ["--no-owner", f"--use-list={wanted.name}", "--file=-", "--enable-row-security", str(dump)]
        script = subprocess.Popen([_program("pg_restore"), *words], stdout=subprocess.PIPE, stderr=told)
        words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"]
        psql = subprocess.Popen(
            [_program("psql"), *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told,
            env=_environment(),
        )  # fmt: skip
        assert script.stdout and psql.stdin
        try:
            head = script.stdout.read(1 << 14)
            for line in NEWER:
                head = head.replace(line, b"")
            psql.stdin.write(head)
            shutil.copyfileobj(script.stdout, psql.stdin, PIECE)
            psql.stdin.close()
        except BrokenPipeError:
            pass  # psql has said why
        script.stdout.close()
        if psql.wait() or script.wait():
            told.seek(0)
            raise BackupTrouble(
                "数据库没有恢复，什么都没有写入 / the database was not restored, nothing was written:\n"
                + "\n".join(told.read().decode(errors="replace").splitlines()[-5:])
            )


# ------------------------------------------------------------------------------------------------ parts


def _owner() -> "psycopg.Connection[tuple[object, ...]]":
    """A connection of the owner that sees all rows."""
    return psycopg.connect(postgres.urls().owner, options=SEE_ALL)


def _rows(connection: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    counted = {}
    for table in COUNTED:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a name of COUNTED
        counted[table] = int(str(row[0])) if row else 0
    return counted


def _fingerprint(key: str) -> str:
    """Tells keys apart and tells nothing of them: they are long and random."""
    return hashlib.sha256(b"luyue backup\0" + key.strip().encode()).hexdigest()[:16]


def _program(name: str) -> str:
    return str(postgres.programs() / name)


def _environment() -> dict[str, str]:
    """The owner's log-in for libpq's programs, in their environment: their words could be read by everybody."""
    parts = conninfo_to_dict(postgres.urls().owner)
    given = {key: str(value) for key, value in parts.items() if value is not None}
    options = " ".join(word for word in (given.pop("options", ""), SEE_ALL) if word)
    named = {f"PG{key.upper()}": value for key, value in given.items() if key != "dbname"}
    return os.environ | named | {"PGDATABASE": given.get("dbname", ""), "PGOPTIONS": options}


def _run(name: str, *words: str) -> bytes:
    done = subprocess.run([_program(name), *words], capture_output=True, env=_environment())
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupTrouble(f"{name}: " + "\n".join(said[-5:]))
    return done.stdout


def _digest(path: Path) -> tuple[int, str]:
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def _write(path: Path, content: object) -> None:
    """A JSON file that only its owner reads, on disk when this returns."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _human(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
