"""Background work of surveys: drafts for what has opened, last reminders, the end of answering."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.domain.surveys.asking import BY_LINK, GUARDED, LAST_REMINDER
from luyue.ledger.wall import Scope, scope
from luyue.obligations.models import Obligation
from luyue.surveys.actions import opening, running
from luyue.surveys.actions.finishing import FORM, hand_in_form
from luyue.surveys.models import Campaign, State

BATCH = 200


@app.periodic(cron="*/10 * * * *")
@app.task(queue="obligations", queueing_lock="surveys:sweep", lock="surveys:sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every ten minutes. Run twice, it changes nothing twice."""
    look(timezone.now())


def look(now: datetime) -> int:
    """Do what is due; returns how many drafts were made. Each thing is a transaction of its own."""
    with scope(Scope.everything()):
        owed = opening.waiting(now, BATCH)
        running_ones = list(
            Campaign.objects.filter(
                Q(state=State.DRAFT, kind__in=sorted(GUARDED))
                | Q(state=State.OPEN, kind__in=sorted(BY_LINK), expires_at__lte=now + LAST_REMINDER)
            ).values_list("pk", flat=True)
        )
    made = sum(_open(number, now) for number in owed)
    for number in running_ones:
        with scope(Scope.everything()):
            running.sweep_one(number, now=now)
    return made


def _open(obligation_id: int, now: datetime) -> int:
    with scope(Scope.everything()):
        owed = Obligation.objects.get(pk=obligation_id)
        if owed.owe == FORM and hand_in_form(owed, now=now) is not None:
            return 0
        return 1 if opening.open_for(obligation_id, now=now) else 0
