"""What obligations add to the pages of contracts and cases, and to workbenches."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.accounts.guards import person_of
from luyue.desk.tiles import tile
from luyue.obligations import faces, queries
from luyue.web.panels import filled

SHOWN = 8


def of_contract(request: HttpRequest, contract: Any) -> str:
    """What is owed to this customer in the next 30 days, and what was missed."""
    if not person_of(request).may("see_obligations"):
        return ""
    now = timezone.now()
    own = queries.find(contract_id=contract.pk)
    missed = own.filter(state="missed")
    # What comes every day is one line of the calendar, not thirty here; the link leaves it out too.
    ahead = own.filter(queries.ahead(now)).exclude(queries.DAILY)
    facts = {
        "contract": contract,
        "missed": missed.count(),
        "number": ahead.count(),
        "rows": faces.faces(ahead.order_by("due_at", "pk")[:SHOWN]),
    }
    return render_to_string("obligations/_contract.html", facts, request)


def of_case(request: HttpRequest, case: Any) -> str:
    """What the case asked for besides its clocks."""
    if not filled(request, "obligations_obligation", case.pk) or not person_of(request).may(
        "see_obligations"
    ):
        return ""
    rows = faces.faces(queries.of_case(case.pk))
    if not rows:
        return ""
    opened = [row for row in rows if row.one.open]
    facts = {"rows": opened, "over": [row for row in rows if not row.one.open], "case": case}
    return render_to_string("obligations/_case.html", facts, request)


def of_customer(request: HttpRequest, person: Any) -> str:  # noqa: ARG001 - the wall knows him
    """On the customer's workbench: what he is asked to agree to, and what he owes himself."""
    asked = queries.find().filter(queries.OPEN, waiver="asked").order_by("waiver_asked_at", "pk")
    own = (
        queries.find(by=["customer"])
        .filter(queries.OPEN, opens_at__lte=timezone.now() + queries.AHEAD)
        .order_by("due_at", "pk")
    )
    facts = {"asked": faces.faces(asked[:SHOWN]), "own": faces.faces(own[:SHOWN])}
    if not facts["asked"] and not facts["own"]:
        return ""
    return render_to_string("obligations/_customer.html", facts, request)


def store_tile(request: HttpRequest, person: Any) -> str:  # noqa: ARG001
    """How many obligations are the storekeeper's own."""
    mine = queries.obligations().filter(queries.mine(person, timezone.now()))
    late = mine.filter(state="missed").exists()
    return tile(_("我的履约事项"), mine, _mine(), "breached" if late else "warning")


def home_card(request: HttpRequest, person: Any) -> str:
    """On the workbench of whoever works: his own obligations, the first due first."""
    rows = queries.obligations().filter(queries.mine(person, timezone.now())).order_by("due_at", "pk")[:SHOWN]
    facts = {"rows": faces.faces(rows), "url": _mine()}
    return render_to_string("obligations/_home.html", facts, request) if rows else ""


def _mine() -> str:
    return f"{reverse('obligations:list')}?view=mine"
