"""Background work of follow-ups."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.follow_ups import actions
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope


@app.task(queue="messages", name="follow_ups.open")
def open_follow_up(event_id: int) -> None:
    """A case was closed: a call is owed. Run twice, it is owed once."""
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        actions.open_follow_up(event.subject_id, event=event.pk, at=event.occurred_at, now=timezone.now())
