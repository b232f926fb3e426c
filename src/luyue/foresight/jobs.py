"""Background work of reckonings."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.foresight import actions
from luyue.web.long_work import PATIENCE


@app.task(queue="imports", name="foresight.reckon", retry=PATIENCE)
def reckon(foresight_id: int) -> None:
    """Reckon. Run again after a crash it begins anew; what is reckoned it leaves alone."""
    actions.reckon(foresight_id, clock=timezone.now)
