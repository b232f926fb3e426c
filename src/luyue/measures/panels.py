"""What quotas add to the page of a contract and to the workbenches of customer and storekeeper."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from luyue.accounts.guards import person_of
from luyue.contracts.clauses import in_order
from luyue.desk.tiles import tile
from luyue.measures import faces, queries
from luyue.measures.models import Measurement, Turn
from luyue.measures.pages.listing import with_trend

SHOWN = 20
STORE_SHOWN = 8


def of_contract(request: HttpRequest, contract: Any) -> str:
    """How the contract's quotas stand in the periods that run, and how they went before."""
    if not person_of(request).may("see_quotas"):
        return ""
    rows = with_trend(list(Turn.objects.filter(contract_id=contract.pk, over=False)[:SHOWN]))
    if not rows:
        return ""
    rows.sort(key=lambda row: in_order(row["face"].clause))
    bad = Turn.objects.filter(contract_id=contract.pk, over=True, state__in=["missed", "no_data"]).count()
    facts = {"contract": contract, "rows": rows, "bad": bad}
    return render_to_string("measures/_contract.html", facts, request)


def of_customer(request: HttpRequest, person: Any) -> str:
    """On the customer's workbench: figures that he is asked to do without."""
    if not person.may("answer_quota"):
        return ""
    asked = Measurement.objects.filter(waiver="asked", current=True).select_related(
        "turn__contract", "device"
    )
    rows = [(one, faces.face(one.turn)) for one in asked.order_by("waiver_asked_at", "pk")[:SHOWN]]
    return render_to_string("measures/_customer.html", {"rows": rows}, request) if rows else ""


def _stock(*standing: str) -> str:
    states = "".join(f"&standing={one}" for one in standing)
    return f"{reverse('measures:list')}?view=running&measure={queries.STOCK}{states}"


def store_tile(request: HttpRequest, person: Any) -> str:  # noqa: ARG001 - a storekeeper sees all contracts
    """How many contracts have less in store than was agreed, and of how many nobody has counted it."""
    below = tile(_("库存低于约定"), queries.stock("missed"), _stock("missed"), "breached")
    return below + tile(_("本期没有盘点"), queries.stock("no_data"), _stock("no_data"))


def store_card(request: HttpRequest, person: Any) -> str:  # noqa: ARG001
    """Stock that is below what was agreed or was not counted yet, with the way to enter a count."""
    rows = queries.stock("missed", "no_data").order_by("standing", "last", "id")[:STORE_SHOWN]
    facts = {"rows": faces.faces(rows), "url": _stock("missed", "no_data"), "measure": queries.STOCK}
    return render_to_string("measures/_store.html", facts, request) if rows else ""
