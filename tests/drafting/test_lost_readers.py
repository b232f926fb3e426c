"""A second reader whose job comes to nothing: real jobs, a database that refuses, workers that are killed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue.accounts.models import Person
from luyue.domain.refusals import IllegalMove
from luyue.drafting import actions, queries
from luyue.drafting.models import SECOND_READER, Draft, Drafted
from luyue.files.models import Attachment
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.project import jobs, places
from luyue.web.long_work import TRIES
from tests import factories
from tests.drafting.test_drafting import client_of
from tests.drafting.test_second_reader import GOOD, TEXT, reader
from tests.reading.test_second import reply

Owner = psycopg.Connection[tuple[Any, ...]]
pytestmark = pytest.mark.usefixtures("committing")
# As `luyue worker --once`, but for the jobs of other tests in the same database.
WORKER = """
from luyue.project.commands import ready
ready()
import sys
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
with app.replace_connector(DjangoConnector().get_worker_connector()) as working:
    working.periodic_registry.periodic_tasks.clear()
    working.run_worker(queues=sys.argv[1:], wait=False, delete_jobs="successful")
"""


def start_worker(*queues: str, **more: str) -> "subprocess.Popen[bytes]":
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "luyue.project.settings", "LUYUE_DATA": str(places.data())}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *queues], env=env | more, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip


def work(*queues: str) -> None:
    """Let a worker do what is due now."""
    assert start_worker(*(queues or ("imports",))).wait(120) == 0


@contextmanager
def everything() -> Iterator[None]:
    with wall.scope(wall.Scope.everything()):
        yield


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Person, int]]:
    """Somebody whose draft is read, and for whose sentences the second reader is asked."""
    with everything():
        author = factories.person("project_manager")
        made = actions.upload(
            TEXT.encode(), file_name="方案.txt", title="某医院方案", plan="", actor=author, now=factories.NOW,
            defer=False, key=os.urandom(8).hex(),
        )  # fmt: skip
    actions.read_draft(made.pk, clock=lambda: factories.NOW)
    with reader(GOOD) as (address, _seen):
        monkeypatch.setenv("LUYUE_READER_URL", address)
        ask(author, made.pk)
        yield author, made.pk
    with everything():  # other tests of this database begin without drafts and files
        Draft.objects.filter(pk=made.pk).delete()
        Attachment.objects.filter(pk=made.file_id).delete()


def ask(author: Person, number: int) -> None:
    with everything():
        actions.ask_second_reader(number, actor=author, now=factories.NOW)


def second(number: int) -> dict[str, Any]:
    with everything():
        return Draft.objects.get(pk=number).second


def job(number: int) -> ProcrastinateJob:
    return ProcrastinateJob.objects.get(task_name="drafting.hear", args__draft_id=number)


@contextmanager
def refused(owner: Owner, number: int) -> Iterator[None]:
    """The database takes no answer for a draft, and the waits between the tries are over at once."""
    owner.execute(
        f"""CREATE FUNCTION refuse_{number}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE 'refused' USING ERRCODE = 'lock_not_available'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON drafting_draft FOR EACH ROW
            WHEN (NEW.id = {number} AND NEW.second->>'state' <> 'waiting') EXECUTE FUNCTION refuse_{number}();
            CREATE FUNCTION hurry_{number}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN NEW.scheduled_at := now(); RETURN NEW; END $$;
            CREATE TRIGGER hurry BEFORE UPDATE ON procrastinate_jobs FOR EACH ROW
            WHEN (NEW.task_name = 'drafting.hear' AND NEW.status = 'todo') EXECUTE FUNCTION hurry_{number}()"""
    )
    try:
        yield
    finally:
        owner.execute(
            f"""DROP TRIGGER refuse ON drafting_draft; DROP FUNCTION refuse_{number}();
                DROP TRIGGER hurry ON procrastinate_jobs; DROP FUNCTION hurry_{number}()"""
        )


def heard_codes(number: int) -> list[str]:
    with everything():
        rows = Event.objects.filter(
            subject_kind=queries.SUBJECT, subject_id=number, kind="plan_draft.reader_heard"
        )
        return [row.data["code"] for row in rows.order_by("pk")]


def heard_at_last(author: Person, number: int) -> None:
    """Asked again, it answers."""
    ask(author, number)
    work()
    assert (second(number)["state"], second(number)["proposed"]) == ("done", 1)
    with everything():
        assert Drafted.objects.filter(draft=number, rule=SECOND_READER).count() == 1


def test_a_job_that_failed_all_its_tries_is_told_and_can_be_asked_again(
    asked: tuple[Person, int], owner: Owner
) -> None:
    author, number = asked
    with refused(owner, number):
        work()
    assert (job(number).status, job(number).attempts) == ("failed", TRIES + 1)
    assert second(number)["state"] == "waiting"
    with everything(), pytest.raises(IllegalMove):
        actions.ask_second_reader(number, actor=author, now=factories.NOW)
    app.configure_task("housekeeping.end_lost").defer(timestamp=0)
    work("housekeeping")
    assert (second(number)["state"], second(number)["code"]) == ("failed", "interrupted")
    assert heard_codes(number) == ["interrupted"]
    with everything():
        page = client_of(author).get(f"/drafts/{number}/?tab=left").content.decode()
    assert "中途出错，请再请一次。" in page and "请第二阅读者看" in page
    owner.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job(number).pk])
    heard_at_last(author, number)


def test_what_a_job_still_does_or_will_do_is_left_alone(asked: tuple[Person, int], owner: Owner) -> None:
    _author, number = asked
    owner.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE id = %s", [job(number).pk]
    )  # fmt: skip
    jobs.end_lost(0)
    assert second(number)["state"] == "waiting"
    owner.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id = %s", [job(number).pk])
    work()
    jobs.end_lost(0)
    assert second(number)["state"] == "done" and heard_codes(number) == [""]


@contextmanager
def slow_reader(answered: Callable[[], bool]) -> Iterator[tuple[str, threading.Event, list[int]]]:
    """A service that holds every question until it is `answered`; its address, when a question came, and how many."""
    came, let_go, seen = threading.Event(), threading.Event(), list[int]()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(1)
            came.set()
            if not answered():
                let_go.wait(60)
                return
            content = reply(GOOD)
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", came, seen
    finally:
        let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


def kill_one(came: threading.Event, owner: Owner) -> None:
    """A worker is killed while it waits for the answer, and its job given to others once its heart has stopped."""
    worker = start_worker("imports")
    assert came.wait(60)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    came.clear()
    owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    app.configure_task("luyue.project.jobs.retake_stalled_jobs").defer(timestamp=0)
    work("housekeeping")


def test_a_killed_workers_question_goes_to_another_one_and_one_that_kills_them_all_is_given_up(
    asked: tuple[Person, int], owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, number = asked
    killed = threading.Event()
    with slow_reader(killed.is_set) as (address, came, seen):
        monkeypatch.setenv("LUYUE_READER_URL", address)
        kill_one(came, owner)
        jobs.end_lost(0)
        assert (job(number).status, job(number).attempts) == ("todo", 1)
        assert second(number)["state"] == "waiting"
        # As if so many workers more had died of it.
        owner.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [TRIES, job(number).pk])
        kill_one(came, owner)
        assert (job(number).status, job(number).attempts) == ("failed", TRIES + 1)
        jobs.end_lost(0)
        assert second(number)["state"] == "failed" and heard_codes(number) == ["interrupted"]
        owner.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job(number).pk])
        killed.set()
        ask(author, number)
        work()
        assert len(seen) == 3
    assert second(number)["state"] == "done" and heard_codes(number) == ["interrupted", ""]
