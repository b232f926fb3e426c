import hashlib

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue import ledger
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests.factories import person

TASK = "builtin:procrastinate.builtin_tasks.remove_old_jobs"


def write(now, **facts):
    words = {"contract_id": 7, "subject": ("case", 12), "actor": None, "at": now, "now": now} | facts
    return ledger.record(words.pop("kind", "case.tested"), **words)


def test_an_event_reads_back_as_it_was_recorded(everything, now):
    actor = person()
    told = write(now, actor=actor, data={"原因": "电源", "n": 3})
    row = Event.objects.get(pk=told.id)
    assert (row.kind, row.contract_id, row.subject_kind, row.subject_id) == ("case.tested", 7, "case", 12)
    assert (row.actor_id, row.actor_name, row.data) == (actor.pk, actor.name, {"原因": "电源", "n": 3})
    assert row.occurred_at == row.recorded_at == now
    assert bytes(row.digest) == told.digest


def test_the_digest_is_sha_256_of_the_canonical_json(now):
    facts = {
        "contract_id": None,
        "subject": ("person", 1),
        "actor_id": None,
        "actor_name": "履约",
        "data": {"b": 1, "a": "中"},
    }
    text = (
        '{"actor_id":null,"actor_name":"履约","contract_id":null,"data":{"a":"中","b":1},"kind":"k",'
        '"occurred_at":"2026-03-04T02:00:00.000000+00:00","recorded_at":"2026-03-04T02:00:00.000000+00:00",'
        '"subject_id":1,"subject_kind":"person"}'
    )
    assert (
        ledger.digest("k", occurred_at=now, recorded_at=now, **facts)
        == hashlib.sha256(text.encode()).digest()
    )


@pytest.mark.parametrize(
    "act", ["UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event"]
)
def test_the_application_cannot_change_the_ledger(everything, now, act):
    write(now)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)


@pytest.mark.parametrize(
    "act", ["UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event"]
)
def test_not_even_the_owner_can_change_the_ledger(owner, act):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(act)


def test_a_job_is_deferred_with_the_event_and_rolled_back_with_it(everything, now):
    ledger.react_with({"case.tested": [TASK, TASK]})
    try:
        told = write(now)
        jobs = ProcrastinateJob.objects.filter(args__event_id=told.id)
        assert [(job.task_name, job.queue_name) for job in jobs] == [(TASK, "builtin")] * 2
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            gone = write(now)
            raise ZeroDivisionError
        assert not ProcrastinateJob.objects.filter(args__event_id=gone.id).exists()
        assert not Event.objects.filter(pk=gone.id).exists()
    finally:
        ledger.react_with({})


def test_history_is_recorded_quietly(everything, now):
    ledger.react_with({"case.tested": [TASK]})
    try:
        with ledger.quiet():
            told = write(now)
        assert not ProcrastinateJob.objects.filter(args__event_id=told.id).exists()
    finally:
        ledger.react_with({})


@pytest.mark.django_db(transaction=False)
def test_an_event_of_the_firm_may_be_recorded_by_anybody_and_read_by_few(now):
    with wall.scope(wall.Scope.of([7])):
        told = write(now, contract_id=None)
        assert not Event.objects.filter(pk=told.id).exists()
    with wall.scope(wall.Scope.everything()):
        assert Event.objects.filter(pk=told.id).exists()


def test_recording_takes_one_statement(everything, now, django_assert_num_queries):
    ledger.react_with({"case.tested": [TASK]})
    try:
        with django_assert_num_queries(1):
            write(now)
    finally:
        ledger.react_with({})


def test_many_events_are_sealed_and_ordered_as_single_ones(everything, now):
    actor = person()
    entries = [
        ledger.Entry(
            "case.tested", 7, ("case", 900 + n), actor if n % 2 else None, now, now, {"n": n, "字": '"\\中'}
        )
        for n in range(50)
    ]
    assert ledger.record_many(entries) == 50
    rows = list(
        Event.objects.filter(subject_id__gte=900, subject_id__lt=950, kind="case.tested").order_by("id")
    )
    assert [row.data["n"] for row in rows] == list(range(50))
    single = write(now, actor=actor, subject=("case", 901), data={"n": 1, "字": '"\\中'})
    assert bytes(rows[1].digest) == single.digest
    assert (rows[1].actor_name, rows[0].actor_id) == (actor.name, None)


def test_many_events_defer_the_jobs_of_their_kinds_unless_history_is_quiet(everything, now):
    from luyue.project.reactions import REACTIONS

    before = ProcrastinateJob.objects.count()
    ledger.react_with({"case.tested": [TASK]})
    try:
        entries = [
            ledger.Entry(kind, 7, ("case", 1), None, now, now) for kind in ("case.tested", "case.other")
        ]
        ledger.record_many(entries)
        with ledger.quiet():
            ledger.record_many(entries)
    finally:
        ledger.react_with(REACTIONS)
    assert ProcrastinateJob.objects.count() == before + 1
