"""What surveys add to pages of those below, and to workbenches."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.accounts.guards import person_of
from luyue.contracts.models import Contract
from luyue.desk.tiles import tile
from luyue.obligations.models import Obligation
from luyue.surveys import faces, queries

SHOWN = 5


def obligation_card(request: HttpRequest, thing: object) -> str:
    """On the page of an obligation: the campaign that does it."""
    assert isinstance(thing, Obligation)
    person = person_of(request)
    if person.outside or not person.may("see_surveys"):
        return ""
    rows = [faces.campaign_row(one, timezone.now()) for one in queries.of_obligation(thing.pk)]
    if not rows:
        return ""
    return render_to_string("surveys/_campaigns.html", {"rows": rows}, request)


def contract_card(request: HttpRequest, thing: object) -> str:
    """On the page of a contract: the latest surveys and calls."""
    assert isinstance(thing, Contract)
    person = person_of(request)
    if person.outside or not person.may("see_surveys"):
        return ""
    rows = [faces.campaign_row(one, timezone.now()) for one in queries.of_contract(thing.pk, SHOWN)]
    may_run = person.may("run_survey")
    if not rows and not may_run:
        return ""
    facts = {"rows": rows, "contract": thing, "may_run": may_run}
    return render_to_string("surveys/_campaigns.html", facts, request)


def home_card(request: HttpRequest, thing: object) -> str:  # noqa: ARG001 - the person of the request
    """On the customer's workbench: what he is asked to answer."""
    person = person_of(request)
    rows = list(queries.mine(person)[:SHOWN])
    return render_to_string("surveys/_home.html", {"rows": rows}, request) if rows else ""


def calls_tile(request: HttpRequest, thing: object) -> str:  # noqa: ARG001 - the person of the request
    """How many calls of surveys are still to be made."""
    return tile(_("要打的调查电话"), queries.calls(), reverse("surveys:calls"), "warning")
