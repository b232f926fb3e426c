"""What follow-ups add to the workbench of whoever makes the calls."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.desk.tiles import tile
from luyue.domain.follow_ups import LOW
from luyue.follow_ups import queries, words

SHOWN, MOST_LOW = 8, 6
LATELY = timedelta(days=30)


def calls_card(request: HttpRequest, person: Any) -> str:
    """Calls to make, the longest owed first, with the number to dial."""
    if not person.may("make_follow_up"):
        return ""
    owed = queries.follow_ups().filter(queries.OWED)
    rows = [(one, *words.RESULTS[one.result]) for one in owed.order_by("opened_at", "id")[:SHOWN]]
    return render_to_string("follow_ups/_calls.html", {"rows": rows}, request)


def calls_tile(request: HttpRequest, person: Any) -> str:  # noqa: ARG001 - the person of the request
    """How many calls are owed."""
    owed = queries.follow_ups().filter(queries.OWED).order_by()
    return tile(_("要打的回访"), owed, reverse("follow_ups:list"), "warning")


def low_card(request: HttpRequest, person: Any) -> str:
    """Who was not content in the last 30 days, the latest first, and what became of his complaint."""
    if not person.may("see_follow_ups"):
        return ""
    low = queries.follow_ups().filter(score__lte=LOW, called_at__gte=timezone.now() - LATELY)
    rows = low.order_by("-called_at", "-id")[:MOST_LOW]
    return render_to_string("follow_ups/_low.html", {"rows": rows}, request) if rows else ""
