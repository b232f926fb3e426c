"""Long work whose job comes to nothing: workers that are killed over it, jobs that failed for good or are gone."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk import imports
from luyue.drafting import actions as drafts
from luyue.drafting import queries
from luyue.drafting.models import Draft
from luyue.files.models import Attachment
from luyue.foresight import actions as foresight
from luyue.foresight.models import Foresight
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.project import jobs, long_work
from luyue.reports.actions import bulk as reports
from luyue.reports.models import Run
from luyue.web.long_work import TRIES
from tests import factories
from tests.desk.test_imports import csv, mapping, row
from tests.drafting.test_drafting import client_of
from tests.drafting.test_lost_readers import start_worker, work

Owner = psycopg.Connection[tuple[Any, ...]]
TEXT = "接到故障报修后，我方2小时内响应，4小时内到达现场。"


# -- a document that every worker dies of --------------------------------------------------------------------------


@pytest.fixture
def uploaded(committing: None) -> Iterator[tuple[Person, int]]:
    """Somebody whose document waits to be read."""
    with wall.scope(wall.Scope.everything()):
        author = factories.person("project_manager")
        made = drafts.upload(
            TEXT.encode(), file_name="方案.txt", title="某医院方案", plan="", actor=author, now=factories.NOW,
            key=os.urandom(8).hex(),
        )  # fmt: skip
    yield author, made.pk
    ProcrastinateJob.objects.filter(task_name="drafting.read", args__draft_id=made.pk).delete()
    with wall.scope(wall.Scope.everything()):  # other tests of this database begin without drafts and files
        Draft.objects.filter(pk=made.pk).delete()
        Attachment.objects.filter(pk=made.file_id).delete()


def draft(number: int) -> Draft:
    with wall.scope(wall.Scope.everything()):
        return Draft.objects.get(pk=number)


def read_job(number: int) -> ProcrastinateJob:
    return ProcrastinateJob.objects.get(task_name="drafting.read", args__draft_id=number)


def kill_a_reader(owner: Owner, number: int) -> None:
    """A worker is killed in the middle of the document, and housekeeping looks after its job."""
    with owner.transaction():
        owner.execute("LOCK TABLE drafting_draft IN EXCLUSIVE MODE")  # it waits for its draft
        worker = start_worker("imports")
        for _ in range(600):
            if read_job(number).status == "doing":
                break
            time.sleep(0.05)
        else:
            raise AssertionError("nobody takes the job")
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    app.configure_task("luyue.project.jobs.retake_stalled_jobs").defer(timestamp=0)
    work("housekeeping")


def test_a_document_that_kills_every_worker_is_given_up_told_and_can_be_read_again(
    uploaded: tuple[Person, int], owner: Owner
) -> None:
    author, number = uploaded
    kill_a_reader(owner, number)
    assert (read_job(number).status, read_job(number).attempts) == ("todo", 1)
    jobs.end_lost(0)
    assert draft(number).state in ("waiting", "reading")
    # As if so many workers more had died of it.
    owner.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [TRIES, read_job(number).pk])
    kill_a_reader(owner, number)
    assert (read_job(number).status, read_job(number).attempts) == ("failed", TRIES + 1)
    work("housekeeping")
    assert read_job(number).status == "failed", "nobody takes it up any more"
    jobs.end_lost(0)
    assert (draft(number).state, draft(number).problem) == ("failed", "given_up")
    with wall.scope(wall.Scope.everything()):
        told = Event.objects.filter(
            subject_kind=queries.SUBJECT, subject_id=number, kind="plan_draft.unreadable"
        )
        assert [one.data["problem"] for one in told] == ["given_up"]
        page = client_of(author).get(f"/drafts/{number}/").content.decode()
        assert "读不出来" in page and "读了几次都中断" in page and "再读一次" in page
        owner.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [read_job(number).pk])
    assert client_of(author).post(f"/drafts/{number}/again/").status_code == 302
    work()
    assert (draft(number).state, draft(number).problem) == ("ready", "")


def test_a_dead_workers_job_that_waits_anew_already_does_not_keep_the_others_from_being_taken_up(
    committing: None, owner: Owner
) -> None:
    """A periodic job at work when its worker dies is deferred again by the next turn, under the same lock."""
    lock = os.urandom(8).hex()
    made = """INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, queueing_lock)
              VALUES ('nobodys', 'none.of.ours', '{}', %s, %s) RETURNING id"""
    rows = (("doing", lock), ("todo", lock), ("doing", None))
    dead, anew, other = (row[0] for one in rows if (row := owner.execute(made, one).fetchone()))
    app.configure_task("luyue.project.jobs.retake_stalled_jobs").defer(timestamp=0)
    work("housekeeping")
    found = dict(ProcrastinateJob.objects.filter(pk__in=(dead, anew, other)).values_list("pk", "status"))
    owner.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'nobodys'")
    assert found == {dead: "failed", anew: "todo", other: "todo"}


# -- all kinds -----------------------------------------------------------------------------------------------------


@pytest.fixture
def of(everything: wall.Scope) -> Contract:
    return factories.contract()


def a_draft(of: Contract) -> Callable[[], tuple[str, str]]:
    made = drafts.upload(
        TEXT.encode(), file_name="方案.txt", title="方案", plan="", actor=factories.person("manager"), now=factories.NOW
    )  # fmt: skip
    return lambda: Draft.objects.values_list("state", "problem").get(pk=made.pk)


def a_foresight(of: Contract) -> Callable[[], tuple[str, str]]:
    version = of.bindings.get().plan_version
    asked = foresight.Asked(frozenset({of.pk}), date(2026, 3, 1), date(2026, 3, 31), version=version)
    made = foresight.ask(asked, actor=factories.person("manager"), now=factories.NOW + timedelta(days=40))
    return lambda: Foresight.objects.values_list("state", "problem").get(pk=made.pk)


def an_import(of: Contract) -> Callable[[], tuple[str, str]]:
    clerk, at = factories.person("operator"), timezone.now() - 2 * imports.STANDS_STILL
    made = imports.upload(
        of.pk, file_name="登记.csv", content=csv(row("A1")), mapping=mapping(), actor=clerk, now=at
    )  # fmt: skip
    imports.settle(made.pk, mapping=mapping(), actor=clerk, now=at)
    imports.start(made.pk, actor=clerk, now=at)
    return lambda: imports.runs().values_list("state", "message").get(pk=made.pk)


@pytest.mark.parametrize("make", [a_draft, a_foresight, an_import])
def test_what_no_job_will_do_any_more_says_that_it_was_given_up(
    of: Contract, make: Callable[[Contract], Callable[[], tuple[str, str]]]
) -> None:
    told = make(of)
    before = told()
    assert long_work.end_lost(timezone.now()) == 0 and told() == before, "its job waits"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert long_work.end_lost(timezone.now()) == 1
    assert told() == ("failed", "given_up")
    assert long_work.end_lost(timezone.now()) == 0


def test_an_import_that_moves_without_a_job_is_somebodys_at_the_command_line(of: Contract) -> None:
    now = timezone.now()
    made = imports.run_here(
        of.pk, file_name="登记.csv", content=csv(row("A1")), mapping=mapping(), actor=None, now=now
    )
    assert long_work.end_lost(now + imports.STANDS_STILL) == 0
    assert long_work.end_lost(now + imports.STANDS_STILL + timedelta(seconds=1)) == 1
    assert imports.run(made.pk).state == "failed"


def test_a_run_of_reports_goes_on_behind_the_contract_that_it_breaks_on(of: Contract) -> None:
    other = factories.contract("regional-video")
    made = reports.start_run(
        "fault_summary", date(2026, 3, 1), date(2026, 3, 31), contract_ids=[of.pk, other.pk],
        actor=factories.person("manager"), now=factories.NOW + timedelta(days=40),
    )  # fmt: skip
    assert len(made.contracts) == 2
    for done in (1, 2):
        ProcrastinateJob.objects.filter(task_name="reports.draft_run").delete()
        assert long_work.end_lost(timezone.now()) == 1
        run = Run.objects.get(pk=made.pk)
        assert (run.done, run.failed, run.ended_at) == (done, done, None)
        assert (
            ProcrastinateJob.objects.filter(task_name="reports.draft_run", args__run_id=made.pk).count() == 1
        )
    assert reports.draft_next(made.pk, now=timezone.now()) is False
    assert Run.objects.get(pk=made.pk).ended_at is not None and long_work.end_lost(timezone.now()) == 0
