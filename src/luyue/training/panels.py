"""What trainings and meetings add to the pages of those below."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from luyue.accounts.guards import person_of
from luyue.contracts.models import Contract
from luyue.domain.training import drawing
from luyue.obligations.models import Obligation
from luyue.training import faces, queries

SHOWN = 5


def contract_card(request: HttpRequest, thing: object) -> str:
    """On the page of a contract: plan in force, the latest sessions."""
    assert isinstance(thing, Contract)
    person = person_of(request)
    if not person.may("see_training"):
        return ""
    now = timezone.now()
    rows = queries.sessions().filter(contract=thing).order_by("-starts_at", "-id")[:SHOWN]
    may_plan = person.may("plan_training")
    told = [faces.session_row(one, now) for one in rows]
    plan = queries.agreed_plan(thing.pk)
    if not told and not may_plan and plan is None:
        return ""
    facts = {"contract": thing, "rows": told, "plan": plan, "may_plan": may_plan}
    return render_to_string("training/_contract.html", facts, request)


def obligation_card(request: HttpRequest, thing: object) -> str:
    """On the page of an obligation that a training or meeting does: the sessions for it, and the way to plan one."""
    assert isinstance(thing, Obligation)
    person = person_of(request)
    if not person.may("see_training"):
        return ""
    if thing.owe in drawing.PLAN_NAMES:
        facts = {"contract": thing.contract, "plans": True}
        return render_to_string("training/_obligation.html", facts, request)
    if not drawing.can_keep(thing.owe):
        return ""
    now = timezone.now()
    rows = [faces.session_row(one, now) for one in queries.sessions_for(thing.pk)]
    may_plan = thing.open and thing.by != "customer" and person.may("plan_training")
    if not rows and not may_plan:
        return ""
    kind = "training"
    if thing.owe.startswith("meeting."):
        kind = {
            "quarterly": "review",
            "users": "users",
            "technical": "exchange",
            "resident_talk": "talk",
        }.get(thing.owe.partition(".")[2], "meeting")
    elif (room := thing.owe.partition(".")[0]) in ("assessment", "drill"):
        kind = room
    facts = {"contract": thing.contract, "rows": rows, "may_plan": may_plan, "keeps": thing.pk, "kind": kind}
    return render_to_string("training/_obligation.html", facts, request)


def of_customer(request: HttpRequest, _thing: object) -> str:
    """On the customer's workbench: plans to agree to, results to confirm, what he is invited to."""
    person = person_of(request)
    if not person.may("see_training"):
        return ""
    now = timezone.now()
    answers = person.may("answer_training")
    facts = {
        "plans": list(queries.waiting_plans()[:SHOWN]) if answers else [],
        "results": list(queries.waiting_results()[:SHOWN]) if answers else [],
        "coming": [faces.session_row(one, now) for one in queries.coming(now)[:SHOWN]],
    }
    if not any(facts.values()):
        return ""
    return render_to_string("training/_customer.html", facts, request)
