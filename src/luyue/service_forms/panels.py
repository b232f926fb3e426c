"""What service forms add to the storekeeper's workbench."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from luyue.desk.tiles import tile
from luyue.service_forms import queries

SHOWN = 8


def _address() -> str:
    return f"{reverse('service_forms:list')}?kind=restock&state=issued"


def store_tile(request: HttpRequest, person: Any) -> str:  # noqa: ARG001 - a storekeeper sees all contracts
    """How many restock requests wait for his signature."""
    return tile(_("待签补库申请"), queries.to_restock(), _address())


def store_card(request: HttpRequest, person: Any) -> str:  # noqa: ARG001
    """The restock requests that wait for his signature, the oldest first."""
    rows = [
        {
            "form": form, "parts": [part for part in form.facts.get("parts", []) if part.get("name")],
            "by": form.facts.get("applicant") or form.issued_name, "store": form.facts.get("store", ""),
        }
        for form in queries.to_restock().order_by("issued_at", "id")[:SHOWN]
    ]  # fmt: skip
    facts = {"rows": rows, "url": _address()}
    return render_to_string("service_forms/_store.html", facts, request) if rows else ""
