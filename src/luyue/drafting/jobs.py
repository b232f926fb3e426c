"""Background work of drafts: reading a document, asking the second reader about it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.drafting.actions import hearing, reading
from luyue.web.long_work import PATIENCE


@app.task(queue="imports", name="drafting.read", retry=PATIENCE)
def read(draft_id: int) -> None:
    """Read a document. Run again after a crash it reads anew; what is read already it leaves alone."""
    reading.read_draft(draft_id, clock=timezone.now)
    hearing.hear_second_reader(draft_id, clock=timezone.now)


@app.task(queue="imports", name="drafting.hear", retry=PATIENCE)
def hear(draft_id: int) -> None:
    """Ask the second reader about a document that is read. Run again after a crash it asks anew."""
    hearing.hear_second_reader(draft_id, clock=timezone.now)
