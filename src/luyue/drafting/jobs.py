"""Background work of drafts: reading a document, asking the second reader about it."""

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from luyue.drafting.actions import hearing, reading


@app.task(
    queue="imports",
    name="drafting.read",
    retry=RetryStrategy(max_attempts=5, exponential_wait=3, retry_exceptions={OperationalError}),
)
def read(draft_id: int) -> None:
    """Read a document. Run again after a crash it reads anew; what is read already it leaves alone."""
    reading.read_draft(draft_id, clock=timezone.now)
    hearing.hear_second_reader(draft_id, clock=timezone.now)


@app.task(
    queue="imports",
    name="drafting.hear",
    retry=RetryStrategy(max_attempts=hearing.TRIES, exponential_wait=3, retry_exceptions={OperationalError}),
)
def hear(draft_id: int) -> None:
    """Ask the second reader about a document that is read. Run again after a crash it asks anew."""
    hearing.hear_second_reader(draft_id, clock=timezone.now)


@app.periodic(cron="* * * * *")
@app.task(queue="imports", name="drafting.end_lost", queueing_lock="drafting:end_lost")
def end_lost(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Tell of second readers that nobody will hear any more, so that they can be asked again."""
    hearing.end_lost(now=timezone.now())
