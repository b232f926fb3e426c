"""A person's obligations as an iCalendar feed (RFC 5545), behind an address that nobody can guess.

The address stands for the person: it ends when he is deactivated or gets another password, as other sessions do.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET
from icalendar import Calendar, Event

from luyue.accounts.models import Person
from luyue.contracts.queries import scope_of
from luyue.ledger.wall import scope
from luyue.obligations import faces, queries
from luyue.obligations.models import Obligation

_SALT = "luyue.obligations.feed"
BEHIND, AHEAD = timedelta(days=14), timedelta(days=120)
MOST = 2000


def token_of(person: Person) -> str:
    return signing.Signer(salt=_SALT).sign(f"{person.pk}.{person.get_session_auth_hash()[:16]}")


def feed_address(person: Person) -> str:
    """The whole address of a person's feed."""
    return settings.LUYUE_ADDRESS.rstrip("/") + reverse("obligations:feed", args=[token_of(person)])


def person_of(token: str) -> Person | None:
    """Whose feed it is; None for a forged or ended address."""
    try:
        number, _, mark = signing.Signer(salt=_SALT).unsign(token).partition(".")
        person = Person.objects.filter(pk=int(number), active=True).first()
    except (signing.BadSignature, ValueError):
        return None
    if person is None or person.get_session_auth_hash()[:16] != mark:
        return None
    return person


@require_GET
def feed(request: HttpRequest, feed_token: str) -> HttpResponse:  # noqa: ARG001 - the address says all
    """What the person has to do, as far as the wall lets him see it now; a customer gets what he is promised too."""
    person = person_of(feed_token)
    if person is None:
        raise Http404
    now = timezone.now()
    with scope(scope_of(person)), translation.override(person.language or "zh"):
        rows = queries.find(since=now - BEHIND, until=now + AHEAD).filter(queries.OPEN)
        if not person.outside:
            rows = rows.filter(person=person)
        text = calendar_text(rows.exclude(queries.DAILY).order_by("due_at", "pk")[:MOST], now)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def calendar_text(rows: Iterable[Obligation], now: datetime) -> bytes:
    """The feed: an event of an hour before each due time."""
    feed = Calendar()
    feed.add("prodid", "-//Luyue//obligations//ZH")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    for row in faces.faces(rows):
        one = row.one
        assert one.due_at is not None
        event = Event()
        event.add("uid", f"obligation-{one.pk}@luyue")
        event.add("dtstamp", now)
        event.add("dtstart", (one.due_at - timedelta(hours=1)).astimezone(UTC))
        event.add("dtend", one.due_at.astimezone(UTC))
        event.add("summary", f"{row.text} · {one.contract.number}")
        event.add("description", " ".join([row.clause, row.state, row.about]).strip())
        event.add("url", settings.LUYUE_ADDRESS.rstrip("/") + reverse("obligations:one", args=[one.pk]))
        feed.add_component(event)
    return feed.to_ical()
