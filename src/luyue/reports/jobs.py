"""Background work of reports: drafting what is owed, long runs, telling of what is late."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.accounts.models import Person
from luyue.contracts.queries import scope_of
from luyue.domain.refusals import Refusal
from luyue.ledger.wall import Scope, scope
from luyue.reports import actions, queries
from luyue.reports.actions.bulk import draft_next
from luyue.reports.models import Run
from luyue.web.long_work import PATIENCE

# What was due longer ago is history: it is not drafted by itself any more.
LOOKS_BACK = timedelta(days=45)
BATCH = 200


@app.periodic(cron="*/5 * * * *")
@app.task(queue="reports", queueing_lock="reports:draft", lock="reports:draft")
def draft_due(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Draft every report whose time has come, each in a transaction of its own; tell of those that are late."""
    now = timezone.now()
    draft_what_is_owed(now)
    tell_what_is_late(now)


def draft_what_is_owed(now: datetime) -> int:
    """Returns how many were drafted. One that cannot be drafted must not keep the others waiting."""
    made = 0
    with scope(Scope.everything()):
        waiting = list(queries.owed(now, since=now - LOOKS_BACK))
    for one in waiting:
        try:
            with scope(Scope.everything()):
                made += actions.draft_owed(one, now=now) is not None
        except Refusal:
            logging.getLogger(__name__).exception("report for obligation %s", one.pk)
    return made


def tell_what_is_late(now: datetime) -> int:
    with scope(Scope.everything()):
        late = [one.pk for one in queries.late(now)[:BATCH]]
    told = 0
    for number in late:
        with scope(Scope.everything()):
            told += actions.tell_late(number, now=now)
    return told


@app.task(queue="reports", name="reports.draft_run", retry=PATIENCE)
def draft_run(run_id: int) -> None:
    """Go on with a run, contract by contract; run again after a crash, it goes on where it was."""
    more = True
    while more:
        with scope(Scope.everything()):
            run = Run.objects.select_related("started_by").get(pk=run_id)
            person: Person = run.started_by
            mine = scope_of(person)
        with scope(mine):
            more = draft_next(run_id, now=timezone.now())
