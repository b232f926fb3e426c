"""What entitlements add to the pages of cases, devices and contracts, and to workbenches."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.accounts.guards import person_of
from luyue.contracts.queries import local_day
from luyue.desk.tiles import tile
from luyue.entitlements import faces, queries
from luyue.entitlements.models import Use
from luyue.entitlements.pages.listing import moments
from luyue.web.panels import filled

SHOWN = 8


def of_case(request: HttpRequest, case: Any) -> str:
    """What the case used: breaks and claims first; the way to record what was charged."""
    person = person_of(request)
    if not person.may("see_entitlements"):
        return ""
    may_charge = person.may("record_charge")
    may_breach = person.may("record_breach")
    used = filled(request, "entitlements_use", case.pk)
    if not used and case.state in ("new", "open") and case.kind != "complaint":
        return ""
    rows = faces.faces(queries.uses_of_case.rows(case.pk)) if used else []
    charge = queries.charge_of(case.pk) if filled(request, "entitlements_charge", case.pk) else None
    loud = [row for row in rows if row.one.state != "kept"]
    facts = {
        "case": case, "loud": loud, "quiet": [row for row in rows if row.one.state == "kept"], "charge": charge,
        "may_charge": may_charge, "may_breach": may_breach,
    }  # fmt: skip
    return render_to_string("entitlements/_case.html", facts, request)


def of_device(request: HttpRequest, device: Any) -> str:
    """What rules found of the device."""
    person = person_of(request)
    rows = (
        queries.uses()
        .filter(device_id=device.pk)
        .exclude(origin="case")
        .order_by("-happened_at", "-pk")[:SHOWN]
    )
    if not person.may("see_entitlements") or not rows:
        return ""
    return render_to_string("entitlements/_device.html", {"rows": faces.faces(rows)}, request)


def of_contract(request: HttpRequest, contract: Any) -> str:
    """What was kept and broken this year, what is due, and the ways in."""
    person = person_of(request)
    if not person.may("see_entitlements"):
        return ""
    today = local_day(timezone.now())
    counts = queries.counts_of(contract.pk, *moments(date(today.year, 1, 1), today)).values()
    due = queries.claims().filter(queries.WAITING, contract_id=contract.pk).order_by("due_at", "pk")
    facts = {
        "contract": contract,
        "kept": sum(row["kept"] for row in counts),
        "broken": sum(row["broken"] for row in counts),
        "rows": faces.faces(due[:SHOWN]),
        "left": queries.open_reviews(contract.pk) if not person.outside else 0,
        "may_claim": person.may("claim_entitlement"),
    }
    return render_to_string("entitlements/_contract.html", facts, request)


def of_customer(request: HttpRequest, person: Any) -> str:
    """On the customer's workbench: what he asked for, and what he is asked to let pass."""
    if not person.may("claim_entitlement"):
        return ""
    asked = queries.uses().filter(waiver="asked").order_by("counts_at", "pk")[:SHOWN]
    own = Use.objects.none() if person.role != "customer" else (
        queries.claims().filter(queries.WAITING, origin="claim").order_by("due_at", "pk")[:SHOWN]
    )  # fmt: skip
    facts = {"asked": faces.faces(asked), "own": faces.faces(own)}
    if not facts["asked"] and not facts["own"]:
        return ""
    return render_to_string("entitlements/_customer.html", facts, request)


def _goods_claimed() -> tuple[QuerySet[Use], str]:
    """Claims that wait for something to be handed over, and the address of their list."""
    topics = queries.topics()
    wanted = [topic for topic in queries.GOODS if topic in topics]
    chosen = "".join(f"&topic={topic}" for topic in wanted)
    waiting = queries.claims().filter(queries.WAITING)
    return queries.about(waiting, wanted, topics), f"{reverse('entitlements:claims')}?view=waiting{chosen}"


def store_tile(request: HttpRequest, person: Any) -> str:  # noqa: ARG001 - a storekeeper sees all contracts
    """How many claims wait for a loan, a replacement or a part."""
    rows, url = _goods_claimed()
    return tile(_("客户要的备件和备机"), rows, url)


def store_card(request: HttpRequest, person: Any) -> str:  # noqa: ARG001
    """Claims that wait for a loan, a replacement or a part, the first due first."""
    rows, url = _goods_claimed()
    facts = {"rows": faces.faces(rows.order_by("due_at", "pk")[:SHOWN]), "url": url}
    return render_to_string("entitlements/_store.html", facts, request) if facts["rows"] else ""
