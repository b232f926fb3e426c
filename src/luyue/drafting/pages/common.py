"""What the pages of drafts share."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from luyue.drafting import faces, taking
from luyue.drafting.actions import hearing
from luyue.drafting.meanwhile import Change
from luyue.drafting.models import Draft, Drafted
from luyue.web.asked import htmx_of
from luyue.web.languages import language


def reader_address() -> str:
    """Where the second reader is; empty: this installation has none."""
    found = hearing.service()
    return found.address if found else ""


def numbers(values: list[str]) -> list[int]:
    """Ids that a form sent; what is none of ours is left out."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 18]


def kind_of(given: QueryDict) -> str:
    """The kind of promise that a form or an address tells, empty: none. It comes first: a period has a field of that
    name, too.
    """
    return next((one for one in given.getlist("kind")[:1] if one in taking.KINDS), "")


def review_address(row: Drafted) -> str:
    """The review page at a promise's card, in the part of the text that it stands in."""
    return f"{reverse('drafting:draft', args=[row.draft_id])}?at={row.start}#promise-{row.pk}"


def back_to(row: Drafted) -> HttpResponse:
    return redirect(review_address(row))


def _page(request: HttpRequest, row: Drafted) -> str:
    """The page that an htmx request was sent from, at the card; empty when it does not say."""
    path = htmx_of(request).current_url_abs_path
    return f"{path.partition('#')[0]}#promise-{row.pk}" if path else ""


def seen_of(request: HttpRequest) -> int | None:
    """The draft's revision that the form or the address tells; none: it tells none."""
    given = request.POST.get("revision") or request.GET.get("since", "")
    return next((one for one in numbers([given]) if one < 2**31), None)


def with_news(address: str, seen: int | None) -> str:
    """A page of the draft that shows on its cards what others changed since `seen`."""
    if seen is None:
        return address
    parts = urlsplit(address)
    asked = [one for one in parse_qsl(parts.query, keep_blank_values=True) if one[0] != "since"]
    return urlunsplit(parts._replace(query=urlencode([*asked, ("since", seen)])))


def changed_card(
    request: HttpRequest, of: Draft, row: Drafted, trouble: str = "", news: Sequence[Change] = ()
) -> HttpResponse:
    """The card anew with the bar on top, for a page that stays; must be called inside of the room.

    news: what others changed of it, for which the act was refused.
    """
    of.refresh_from_db(fields=["revision"])
    facts: dict[str, Any] = {
        "draft": of, "card": faces.card(row, language(), row.merged.count(), news), "trouble": trouble,
        "beside": True, "back": _page(request, row),
    }  # fmt: skip
    status = 409 if news else 422 if trouble else 200
    return render(request, "drafting/_card.html", facts | faces.coverage_facts(of), status=status)
