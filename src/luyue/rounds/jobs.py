"""Background work of rounds."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.accounts.models import Person
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.rounds.actions import record_done
from luyue.rounds.models import Round


@app.task(queue="messages", name="rounds.hand_in")
def hand_in(event_id: int) -> None:
    """A work order was finished: if it was a round, the promises it keeps have their record. Run twice, once."""
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        one = Round.objects.select_related("order").filter(order_id=event.subject_id).first()
        if one is None:
            return
        actor = Person.objects.filter(pk=event.actor_id).first() if event.actor_id else None
        record_done(one, actor=actor, at=event.occurred_at, now=timezone.now())
