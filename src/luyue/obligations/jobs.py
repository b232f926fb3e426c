"""Background work of obligations: making them ahead, raising them by events, the sweep."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.domain.obligations.events import PLANS_ANEW
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.obligations.actions import (
    counting,
    follow_event,
    plan_contract,
    raise_holidays,
    set_terms,
    signals,
    sweeping,
)


@app.periodic(cron="23 2 * * *")
@app.task(queue="obligations", queueing_lock="obligations:make", lock="obligations:make")
def make_ahead(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every night: move the horizon of every running contract on, each in a transaction of its own."""
    now = timezone.now()
    with scope(Scope.everything()):
        running = list(contracts.running_contracts(local_day(now)).values_list("pk", flat=True))
    for number in running:
        _plan(number)


def _plan(contract_id: int) -> None:
    now = timezone.now()
    with scope(Scope.everything()):
        of = contracts.contract(contract_id)
        plan_contract(contract_id, now=now)
        set_terms(of, now=now)
        raise_holidays(of, now=now)


@app.periodic(cron="* * * * * */20")
@app.task(queue="alarms", queueing_lock="obligations:sweep", lock="obligations:sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Mark what has opened or was missed, and tell those who have to know."""
    sweeping.sweep(timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="obligations", queueing_lock="obligations:count", lock="obligations:count")
def merge_day_counts(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every ten minutes: one row a day again of the counts that the calendar shows."""
    with scope(Scope.everything()):
        counting.merge_day_counts()


@app.task(queue="obligations", name="obligations.plan")
def plan(event_id: int) -> None:
    """Plan, dates, figures or sites of a contract have changed. Of many changes in a row the last one's job does it."""
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        later = Event.objects.filter(
            contract_id=event.contract_id, kind__in=PLANS_ANEW, pk__gt=event_id
        ).exists()
    if event.contract_id is not None and not later:
        _plan(event.contract_id)


@app.task(queue="obligations", name="obligations.follow")
def follow(event_id: int) -> None:
    """Something happened that a plan may ask something for, or that shows something to be done."""
    with scope(Scope.everything()):
        follow_event(event_id, now=timezone.now())


@app.periodic(cron="* * * * * */10")
@app.task(queue="obligations", queueing_lock="obligations:signals", lock="obligations:signals")
def work_off_signals(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every ten seconds: raise what other systems' messages ask for."""
    signals.work_off(clock=timezone.now)
