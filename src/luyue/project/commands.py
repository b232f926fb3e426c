"""The commands that run an installation: run, serve, worker, demo, migrate, doctor, manage."""

import argparse
import logging
import os
import ssl
import sys
from pathlib import Path

import psycopg

from luyue import cli_words
from luyue.project import postgres, supervising, tables, trial

SETTINGS = "luyue.project.settings"
# Of the server. Four slow requests must not hold up everybody, and a storm of alarms is taken in by groups of them.
THREADS = 16
OLD = (
    "有 {count} 项数据库更新没有做：先 luyue backup，再 luyue migrate / "
    "the tables are not up to date: luyue backup, then luyue migrate"
)
NOBODY = (
    "还没有人员，先添加管理员：luyue person add admin --name 管理员 --role admin / "
    "nobody is there yet: add an administrator"
)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this module. See luyue.cli."""
    run = commands.add_parser(
        "run", help="正式运行：数据库、任务、网页一起启动 / database, jobs and pages in one go"
    )
    run.set_defaults(func=_run)
    serve = commands.add_parser("serve", help="网页与接口服务 / the web server")
    serve.set_defaults(func=_serve)
    for server in (run, serve):
        server.add_argument("--host", default="127.0.0.1")
        server.add_argument("--port", type=cli_words.port, default=8000)
        server.add_argument("--threads", type=cli_words.count, default=THREADS)
        server.add_argument("--cert", type=Path, help="HTTPS 证书 / certificate, PEM, with those above it")
        server.add_argument("--key", type=Path, help="证书的私钥 / its key, PEM")
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
    start_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def start_database() -> None:
    """The database up, without Django.

    Raises:
        SystemExit(1): it cannot be used; the reason has been printed.
    """
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


def migrate_if_new() -> None:
    """Make the tables of an empty database. Those that have data are brought up to date only by `luyue migrate`, which
    somebody runs who has made a backup.

    Raises:
        SystemExit(1): the tables are of an older release, or of a trial version; what to do has been printed.
    """
    with psycopg.connect(postgres.urls().owner) as owner:
        new, missing = not tables.applied(owner), tables.missing(owner)
    if new:
        migrate()
    elif missing:
        print(
            f"luyue: {trial.TOLD if trial.made_the_tables() else OLD.format(count=len(missing))}",
            file=sys.stderr,
        )
        raise SystemExit(1)


def _run(arguments: argparse.Namespace) -> int:
    supervising.end_on_signals()
    try:
        if reason := _unservable(arguments):
            print(f"luyue: {reason}", file=sys.stderr)
            return 1
        start_database()
        if reason := _unready():
            print(f"luyue: {reason}", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0

    def greet() -> None:
        scheme = "https" if arguments.cert else "http"
        at = f"{scheme}://{supervising.reachable(arguments.host)}:{arguments.port}/"
        print(f"履约 Luyue  {at}  Ctrl-C 停止 / stops everything", flush=True)

    words = ["--threads", str(arguments.threads)]
    if arguments.cert:
        words += ["--cert", str(arguments.cert), "--key", str(arguments.key)]
    return supervising.supervise(arguments.host, arguments.port, greet, words=words)


def _unservable(arguments: argparse.Namespace) -> str:
    """Why pages cannot be served so; empty: they can."""
    # The server shares its port with whoever asks the same of the system: two installations would answer in turn.
    if not supervising.is_free(arguments.host, arguments.port):
        return f"端口 {arguments.port} 已被占用，请用 --port 换一个 / the port is taken, choose another with --port"
    if not arguments.cert and not arguments.key:
        return ""
    if not arguments.cert or not arguments.key:
        return "--cert 和 --key 要一起给 / --cert and --key go together"
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(arguments.cert, arguments.key)
    except OSError as error:
        return f"证书或私钥用不了 / certificate or key cannot be used: {error}"
    return ""


def _unready() -> str:
    """What has to be done before people can work; empty: nothing."""
    if trial.made_the_tables():
        return trial.TOLD
    with psycopg.connect(postgres.urls().owner) as owner:
        if not tables.applied(owner):
            return NOBODY
        if missing := tables.missing(owner):
            return OLD.format(count=len(missing))
        somebody = owner.execute("SELECT 1 FROM accounts_person LIMIT 1").fetchone()
    return "" if somebody else NOBODY


def _serve(arguments: argparse.Namespace) -> int:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    if reason := _unservable(arguments):
        print(f"luyue: {reason}", file=sys.stderr)
        return 1
    if arguments.cert:
        os.environ["LUYUE_TLS"] = "1"  # cookies go by HTTPS only
    # The server's process only watches; its worker sets Django up.
    start_database()
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
        ssl_cert=arguments.cert,
        ssl_key=arguments.key,
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


def _demo(arguments: argparse.Namespace) -> int:
    from luyue.project.demo import demo

    return demo(arguments)
