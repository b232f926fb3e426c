"""What quotas add to the page of a contract and to the customer's workbench."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.accounts.guards import person_of
from luyue.contracts.clauses import in_order
from luyue.measures import faces
from luyue.measures.models import Measurement, Turn
from luyue.measures.pages.listing import with_trend

SHOWN = 20


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
