"""Background work of quotas: readings of rounds are taken, periods are reckoned, people hear of bad ends."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.measures import actions
from luyue.measures.models import Turn
from luyue.rounds import queries as rounds


@app.periodic(cron="11 * * * *")
@app.task(queue="measures", queueing_lock="measures:reckon", lock="measures:reckon")
def reckon(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every hour: all running contracts, and those whose last periods are not over yet."""
    now = timezone.now()
    with scope(Scope.everything()):
        running = set(contracts.running_contracts(local_day(now)).values_list("pk", flat=True))
        running |= set(Turn.objects.filter(over=False).values_list("contract_id", flat=True))
    for number in sorted(running):
        _reckon(number)


def _reckon(contract_id: int) -> None:
    """Each contract in a transaction of its own."""
    now = timezone.now()
    with scope(Scope.everything()):
        actions.take_rounds(contract_id, now=now, since=now - timedelta(days=400))
        actions.reckon_contract(contract_id, now=now)


@app.task(queue="measures", name="measures.plan")
def plan(event_id: int) -> None:
    """Plan, dates, figures, sites or devices of a contract have changed: its quotas follow."""
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
    if event.contract_id is not None:
        _reckon(event.contract_id)


@app.task(queue="measures", name="measures.take_round")
def take_round(event_id: int) -> None:
    """A round has ended: its readings are taken."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        found = rounds.rounds().filter(order_id=event.subject_id).first()
        if found is not None:
            actions.take_rounds(found.contract_id, now=now, since=found.made_at - timedelta(days=1))
