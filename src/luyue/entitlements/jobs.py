"""Background work of entitlements: what follows from closed cases and failed lines, reviews, the sweep."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.desk import queries as desk
from luyue.domain.statement import quarter_of
from luyue.entitlements import actions
from luyue.hotline.models import Line
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope


@app.task(queue="obligations", name="entitlements.follow")
def follow(event_id: int) -> None:
    """A case was closed: it may have used entitlements."""
    with scope(Scope.everything()):
        case = desk.case(Event.objects.get(pk=event_id).subject_id)
        actions.follow_cases(case.contract, [case], now=timezone.now())


@app.task(queue="obligations", name="entitlements.line_failed")
def line_failed(event_id: int) -> None:
    """A line is out of order: who has a right to it could not use it."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        line = Line.objects.get(pk=event.subject_id)
        if line.contract_id is not None:
            numbers = [line.contract_id]
        else:
            numbers = list(contracts.running_contracts(local_day(now)).values_list("pk", flat=True))
        actions.line_failed(event, contract_ids=numbers, line_kind=line.kind, now=now)


@app.periodic(cron="53 2 * * *")
@app.task(queue="obligations", queueing_lock="entitlements:reviews", lock="entitlements:reviews")
def make_reviews(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every night: this quarter's reviews of every running contract, each in a transaction of its own."""
    now = timezone.now()
    today = local_day(now)
    with scope(Scope.everything()):
        running = list(contracts.running_contracts(today))
    for of in running:
        with scope(Scope.everything()):
            actions.open_reviews(of, quarter_of(today).first, now=now)


@app.task(queue="obligations", name="entitlements.plan")
def plan(event_id: int) -> None:
    """A plan was bound: its standing pledges have a review from now on."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        if event.contract_id is not None:
            of = contracts.contract(event.contract_id)
            actions.open_reviews(of, quarter_of(local_day(now)).first, now=now)


@app.periodic(cron="* * * * * */30")
@app.task(queue="alarms", queueing_lock="entitlements:sweep", lock="entitlements:sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Mark what was not met in time, and tell those who have to know."""
    actions.sweep(timezone.now())
