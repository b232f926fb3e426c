"""Background work of reckonings."""

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from luyue.foresight import actions


@app.task(
    queue="imports",
    name="foresight.reckon",
    retry=RetryStrategy(max_attempts=5, exponential_wait=3, retry_exceptions={OperationalError}),
)
def reckon(foresight_id: int) -> None:
    """Reckon. Run again after a crash it begins anew; what is reckoned it leaves alone."""
    actions.reckon(foresight_id, clock=timezone.now)
