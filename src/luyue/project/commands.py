"""The commands that run an installation: serve, worker, demo, migrate, doctor, manage."""

import argparse
import hashlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from luyue import cli_words
from luyue.project import places, postgres, trial

SETTINGS = "luyue.project.settings"
FILLING = "luyue demo: filling"  # said of a private database while the demo makes its data
DEMO_PASSWORD = "luyue-demo"  # noqa: S105
# Of the server. Four slow requests must not hold up everybody, and a storm of alarms is taken in by groups of them.
THREADS = 16


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this module. See luyue.cli."""
    serve = commands.add_parser("serve", help="网页与接口服务 / the web server")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=cli_words.port, default=8000)
    serve.add_argument("--threads", type=cli_words.count, default=THREADS)
    serve.set_defaults(func=_serve)
    worker = commands.add_parser("worker", help="后台任务 / background jobs")
    worker.add_argument("--concurrency", type=cli_words.count, default=4, help="jobs at the same time")
    worker.add_argument("--once", action="store_true", help="end when nothing is left to do")
    worker.set_defaults(func=_worker)
    demo = commands.add_parser(
        "demo", help="演示：数据库、任务、网页一起启动 / everything at once, with data"
    )
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--port", type=cli_words.port, default=8000)
    demo.set_defaults(func=_demo)
    migrate = commands.add_parser("migrate", help="更新数据库结构 / bring the tables up to date")
    migrate.set_defaults(func=_migrate)
    doctor = commands.add_parser("doctor", help="检查安装 / check the installation")
    doctor.set_defaults(func=_doctor)
    # No prefix of ours: all options, `--help` too, are Django's.
    manage = commands.add_parser(
        "manage", help="Django 命令 / Django's own commands", add_help=False, prefix_chars="\0"
    )
    manage.add_argument("words", nargs=argparse.REMAINDER)
    manage.set_defaults(func=_manage)


def ready() -> None:
    """Database up and Django set up: what every command needs before it touches a model.

    Raises:
        SystemExit(1): the database cannot be used; the reason has been printed.
    """
    _start_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def _start_database() -> None:
    try:
        postgres.ensure_database()
    except postgres.DatabaseTrouble as trouble:
        print(f"luyue: {trouble}", file=sys.stderr)
        raise SystemExit(1) from trouble


def migrate() -> None:
    """Apply the migrations, as the tables' owner.

    Raises:
        SystemExit(1): the tables are those of a trial version; what to do has been printed.
    """
    if trial.made_the_tables():
        print(f"luyue: {trial.TOLD}", file=sys.stderr)
        raise SystemExit(1)
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0, interactive=False)


def _serve(arguments: argparse.Namespace) -> int:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # The server shares its port with whoever asks the same of the system: two installations would answer in turn.
    if not _is_free(arguments.host, arguments.port):
        told = f"端口 {arguments.port} 已被占用，请用 --port 换一个 / the port is taken, choose another with --port"
        print(f"luyue: {told}", file=sys.stderr)
        return 1
    # The server's process only watches; its worker sets Django up.
    _start_database()
    # It warns of more threads than cores; here most of them wait for the database.
    logging.getLogger("_granian").addFilter(lambda told: "Python threads" not in told.getMessage())
    Server(
        "luyue.project.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=arguments.threads,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def _worker(arguments: argparse.Namespace) -> int:
    ready()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from luyue.project.jobs import HEARTBEAT_SECONDS, STALLED_SECONDS

    # The connector of requests shares their connection; a worker needs its own, which can also listen.
    with app.replace_connector(DjangoConnector().get_worker_connector()) as working:
        working.run_worker(
            concurrency=arguments.concurrency,
            wait=not arguments.once,
            delete_jobs="successful",
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            shutdown_graceful_timeout=10,
        )
    return 0


def _migrate(_arguments: argparse.Namespace) -> int:
    ready()
    migrate()
    print("数据库结构已是最新 / the tables are up to date")
    return 0


def _doctor(_arguments: argparse.Namespace) -> int:
    from luyue.project.doctor import examine

    return examine()


def _manage(arguments: argparse.Namespace) -> int:
    ready()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["luyue manage", *arguments.words])
    return 0


# ------------------------------------------------------------------------------------------------ demo


def _demo(arguments: argparse.Namespace) -> int:
    """Everything in one go. Ctrl-C or SIGTERM ends the server, then the worker, then the database."""
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job starts with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    children: list[subprocess.Popen[bytes]] = []
    try:
        logins = _prepare_demo()
        port = _free_port(arguments.host, arguments.port)
        server = _child("serve", "--host", arguments.host, "--port", str(port))
        children = [server, _child("worker")]
        if not _answers(arguments.host, port, server):
            print("luyue: 网页服务未能启动 / the web server did not start", file=sys.stderr)
            return 1
        _greet(arguments.host, port, logins, time.monotonic() - began)
        while server.poll() is None:
            if children[1].poll() is not None:
                print(
                    "luyue: 后台任务意外退出，重新启动 / the worker ended, starting it again", file=sys.stderr
                )
                children[1] = _child("worker")
            time.sleep(1)
        print("luyue: 网页服务意外退出 / the web server has ended", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n正在停止 / stopping …", flush=True)
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        for child in children:
            _end(child)
        postgres.stop()


def _prepare_demo() -> list[tuple[str, str, str]]:
    """Tables and data are there afterwards; returns log-in name, password and role of whom to log in as."""
    with postgres.only_one_at_a_time(places.data() / "demo.lock"):
        return _prepared_demo(places.data() / "demo-made.json")


def _prepared_demo(made: Path) -> list[tuple[str, str, str]]:
    private = postgres.is_private()
    if private:
        _start_database()
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
    from django.utils import timezone

    from luyue.accounts import actions
    from luyue.accounts.models import Person

    simulated = find_spec("luyue.simulator.demo") is not None
    demo: Any = import_module("luyue.simulator.demo") if simulated else None
    if not Person.objects.exists():
        if private:
            postgres.mark_private_database(FILLING)
        print("首次启动，正在生成演示数据 / first start: making the data …", flush=True)
        if demo is not None:
            demo.fill()
        else:
            actions.add_person(
                username="admin",
                name="系统管理员",
                role="admin",
                password=DEMO_PASSWORD,
                actor=None,
                now=timezone.now(),
            )
        if private:
            postgres.mark_private_database("")
    logins: list[tuple[str, str, str]] = (
        demo.logins() if demo is not None else [("admin", DEMO_PASSWORD, "系统管理员")]
    )
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
    for path in sorted(Path(__file__).parents[1].glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _child(*words: str) -> "subprocess.Popen[bytes]":
    """`luyue WORDS` in a session of its own, so that Ctrl-C reaches us alone and we end things in order."""
    return subprocess.Popen(
        [sys.executable, "-m", "luyue", *words],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=postgres.end_with_parent(signal.SIGTERM),
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _free_port(host: str, wish: int) -> int:
    """The first free port from `wish` on."""
    for port in range(wish, wish + 50):
        if not _is_free(host, port):
            continue
        if port != wish:
            print(f"端口 {wish} 已被占用，改用 {port} / port {wish} is taken, using {port}")
        return port
    raise SystemExit(f"luyue: 端口 {wish} 至 {wish + 49} 均被占用 / all taken")


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _answers(host: str, port: int, server: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server takes connections; False if it ends or takes longer than 30 s."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with socket.create_connection((_reachable(host), port), timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _greet(host: str, port: int, logins: list[tuple[str, str, str]], seconds: float) -> None:
    print(f"\n履约 Luyue  http://{_reachable(host)}:{port}/   ({seconds:.1f} s)\n")
    print("登录名 / name       密码 / password     角色 / role")
    for name, password, role in logins:
        print(f"{name:<20}{password:<20}{role}")
    print("\nCtrl-C 停止 / stops everything", flush=True)
