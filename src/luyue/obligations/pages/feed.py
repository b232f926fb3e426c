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
        text = calendar_text(rows.exclude(key__startswith="day:").order_by("due_at", "pk")[:MOST], now)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def calendar_text(rows: Iterable[Obligation], now: datetime) -> str:
    """The feed: an event of an hour before each due time."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Luyue//obligations//ZH", "METHOD:PUBLISH"]
    for row in faces.faces(rows):
        one = row.one
        assert one.due_at is not None
        lines += [
            "BEGIN:VEVENT",
            f"UID:obligation-{one.pk}@luyue",
            f"DTSTAMP:{_time(now)}",
            f"DTSTART:{_time(one.due_at - timedelta(hours=1))}",
            f"DTEND:{_time(one.due_at)}",
            f"SUMMARY:{_text(f'{row.text} · {one.contract.number}')}",
            f"DESCRIPTION:{_text(' '.join([row.clause, row.state, row.about]).strip())}",
            f"URL:{settings.LUYUE_ADDRESS.rstrip('/')}{reverse('obligations:one', args=[one.pk])}",
            "END:VEVENT",
        ]
    return "\r\n".join(part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)) + "\r\n"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Lines of at most 75 bytes, as RFC 5545 wants them; never a letter cut in two."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > 74:
            parts.append(part)
            part = " "
        part += letter
    return [*parts, part]
