"""What the pages of drafts share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from luyue.accounts.models import Person
from luyue.domain.drafting import places
from luyue.drafting import faces, queries
from luyue.drafting.models import Draft, Drafted


def person_of(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person


def language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def numbers(values: list[str]) -> list[int]:
    """Ids that a form sent; what is none of ours is left out."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 18]


def review_address(of: Draft, place: int | None = None, anchor: str = "", show: str = "") -> str:
    """The review page, at the part that a place of the text lies in."""
    part = places.part_at(places.parts(of.text), place) + 1 if place is not None else 1
    asked = [f"part={part}"] if part > 1 else []
    asked += [f"show={show}"] if show else []
    address = reverse("drafting:draft", args=[of.pk])
    return address + (f"?{'&'.join(asked)}" if asked else "") + (f"#{anchor}" if anchor else "")


def back_to(of: Draft, row: Drafted) -> HttpResponse:
    return redirect(review_address(of, row.start, f"promise-{row.pk}"))


def changed_card(request: HttpRequest, of: Draft, row: Drafted, trouble: str = "") -> HttpResponse:
    """The card anew with the bar on top, for a page that stays; must be called inside of the room."""
    merged = queries.merged_places(of)
    facts: dict[str, Any] = {
        "draft": of, "card": faces.card(row, language(), len(merged.get(row.pk, ()))), "trouble": trouble,
        "beside": True,
    }  # fmt: skip
    return render(
        request, "drafting/_card.html", facts | faces.coverage_facts(of), status=422 if trouble else 200
    )
