"""Jobs that carry messages out of the product."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.notices import sending


@app.task(queue="mail", name="notices.send")
def send(delivery_id: int) -> None:
    """Send one delivery. Its failures are kept in its row, which is taken up again when it is time."""
    sending.send(delivery_id, now=timezone.now())


@app.periodic(cron="* * * * * */10")
@app.task(queue="mail", name="notices.release", queueing_lock="notices:release", lock="notices:release")
def release(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every ten seconds: let go what waited for the end of quiet hours, its digest or another try."""
    sending.release(timezone.now())
