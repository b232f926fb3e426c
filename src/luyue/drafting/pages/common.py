"""What the pages of drafts share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from luyue.drafting import faces
from luyue.drafting.actions import hearing
from luyue.drafting.models import Draft, Drafted


def language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def reader_address() -> str:
    """Where the second reader is; empty: this installation has none."""
    found = hearing.service()
    return found.address if found else ""


def numbers(values: list[str]) -> list[int]:
    """Ids that a form sent; what is none of ours is left out."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 18]


def review_address(row: Drafted) -> str:
    """The review page at a promise's card, in the part of the text that it stands in."""
    return f"{reverse('drafting:draft', args=[row.draft_id])}?at={row.start}#promise-{row.pk}"


def back_to(row: Drafted) -> HttpResponse:
    return redirect(review_address(row))


def _page(request: HttpRequest, row: Drafted) -> str:
    """The page that an htmx request was sent from, at the card; empty when it does not say."""
    path = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    return f"{path.partition('#')[0]}#promise-{row.pk}" if path else ""


def changed_card(request: HttpRequest, of: Draft, row: Drafted, trouble: str = "") -> HttpResponse:
    """The card anew with the bar on top, for a page that stays; must be called inside of the room."""
    facts: dict[str, Any] = {
        "draft": of, "card": faces.card(row, language(), row.merged.count()), "trouble": trouble,
        "beside": True, "back": _page(request, row),
    }  # fmt: skip
    return render(
        request, "drafting/_card.html", facts | faces.coverage_facts(of), status=422 if trouble else 200
    )
