"""What reports add to the pages of contracts and obligations, and to workbenches."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from luyue.accounts.guards import person_of
from luyue.contracts.models import Contract
from luyue.domain.reports.kinds import kind_for
from luyue.obligations.models import Obligation
from luyue.reports import faces, queries
from luyue.reports.models import Hazard

SHOWN = 6


def contract_card(request: HttpRequest, thing: object) -> str:
    """On the page of a contract: what is being written, the latest that were issued, open hazards."""
    assert isinstance(thing, Contract)
    person = person_of(request)
    if not person.may("see_reports"):
        return ""
    rows = faces.faces(queries.of_contract(thing.pk, to=person, limit=SHOWN), timezone.now())
    may_write = person.may("write_report")
    if not rows and not may_write:
        return ""
    facts = {
        "rows": rows, "contract": thing, "may_write": may_write,
        "hazards": Hazard.objects.filter(contract=thing, ended_on=None).count(),
    }  # fmt: skip
    return render_to_string("reports/_contract.html", facts, request)


def obligation_card(request: HttpRequest, thing: object) -> str:
    """On the page of an obligation that a report fulfils: the report, or the way to draft it."""
    assert isinstance(thing, Obligation)
    person = person_of(request)
    kind = kind_for(thing.owe, thing.kind)
    if kind is None or thing.by != "provider" or not person.may("see_reports"):
        return ""
    rows = faces.faces(queries.of_obligation(thing.pk, to=person), timezone.now())
    may_draft = not rows and thing.open and person.may("write_report")
    if not rows and not may_draft:
        return ""
    return render_to_string(
        "reports/_obligation.html", {"rows": rows, "obligation": thing, "may_draft": may_draft}, request
    )


def customer_card(request: HttpRequest, person: Any) -> str:
    """On the customer's workbench: reports that he has not confirmed yet."""
    if not person.may("confirm_report"):
        return ""
    waiting = queries.reports(person).filter(queries.view_condition("unconfirmed", person, timezone.now()))
    rows = faces.faces(waiting.order_by("-issued_at", "-pk")[:SHOWN], timezone.now())
    return render_to_string("reports/_customer.html", {"rows": rows}, request) if rows else ""


def home_card(request: HttpRequest, person: Any) -> str:
    """On the workbench: reports to approve, and own ones to write, the first due first."""
    now = timezone.now()
    wanted = queries.view_condition("mine", person, now)
    if person.may("approve_report"):
        wanted |= queries.view_condition("review", person, now) & ~Q(writer=person)
    rows = queries.reports(person).filter(wanted).order_by(F("due_at").asc(nulls_last=True), "pk")[:SHOWN]
    return render_to_string("reports/_home.html", {"rows": faces.faces(rows, now)}, request) if rows else ""
