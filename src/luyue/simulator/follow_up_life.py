"""Calls after closed cases in a demo: most were made, the latest are owed."""

import random
from datetime import datetime, timedelta

from luyue import ledger
from luyue.domain.cases import CLOSED
from luyue.follow_ups import actions
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.simulator.world import World

LOOKED_AT, OWED = 24, 6
SAID = (
    (5, "处理得快，人也客气"),
    (5, ""),
    (4, "解决了，就是电话里等得久"),
    (4, ""),
    (3, "修好了，现场没收拾干净"),
    (2, "说好上午来，下午才到"),
)


def call_customers(world: World, rng: random.Random, *, end: datetime) -> None:
    """The quality supervisor's calls of the latest closed cases; one customer is not content."""
    supervisor = world.people["supervisor"][0]
    with scope(Scope.everything()), ledger.quiet():
        closings = Event.objects.filter(kind=CLOSED, occurred_at__lt=end - timedelta(hours=2))
        for number, event in enumerate(closings.order_by("-occurred_at", "-id")[:LOOKED_AT]):
            made = actions.open_follow_up(
                event.subject_id,
                event=event.pk,
                at=event.occurred_at,
                now=max(event.occurred_at, event.recorded_at),
            )
            if made is None or number < OWED:
                continue
            at = min(event.occurred_at + timedelta(hours=rng.randint(20, 30)), end)
            # Of the customers one is not content; his complaint is on the desk.
            score, words = SAID[-1] if number == OWED else rng.choice(SAID[:-1])
            result = "no_answer" if number == OWED + 1 else "refused" if number == OWED + 2 else "reached"
            actions.record_call(
                made.pk, result=result, actor=supervisor, at=at, now=at, score=score if result == "reached" else None,
                words=words if result == "reached" else "", answered_by="值班室" if result == "reached" else "",
            )  # fmt: skip
