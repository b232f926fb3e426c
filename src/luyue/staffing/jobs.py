"""Background work of people's promises: the nightly check, and what follows from shifts and certificates."""

from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.staffing.actions import check_contract, tell_expiring
from luyue.staffing.actions.posts import end_trials
from luyue.staffing.models import Post


@app.periodic(cron="41 2 * * *")
@app.task(queue="obligations", queueing_lock="staffing:check", lock="staffing:check")
def check_all(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every night: the month of yesterday and this one of every running contract, each in a transaction of its own."""
    now = timezone.now()
    yesterday = local_day(now) - timedelta(days=1)
    with scope(Scope.everything()):
        running = list(contracts.running_contracts(yesterday).values_list("pk", flat=True))
    for number in running:
        with scope(Scope.everything()):
            check_contract(number, now=now, since=yesterday)
    with scope(Scope.everything()):
        tell_expiring(now=now)
        end_trials(now=now)


@app.task(queue="obligations", name="staffing.check")
def check(event_id: int) -> None:
    """Plan or dates of a contract have changed: its promises of people are checked anew, this month's."""
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        if event.contract_id is not None:
            check_contract(event.contract_id, now=timezone.now())


@app.task(queue="obligations", name="staffing.follow_person")
def follow_person(event_id: int) -> None:
    """The roster or what somebody holds has changed: the contracts that he has a post in are checked anew."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        posts = Post.objects.all()
        if event.subject_kind == "person":
            posts = posts.filter(person_id=event.subject_id)
        numbers = sorted(set(posts.values_list("contract_id", flat=True)))
        starts = event.data.get("starts_at")
        since = local_day(datetime.fromisoformat(starts)) if isinstance(starts, str) else local_day(now)
        for number in numbers:
            check_contract(number, now=now, since=min(since, local_day(now)))
