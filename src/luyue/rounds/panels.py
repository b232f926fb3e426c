"""What rounds add to pages of those below."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.accounts.guards import person_of
from luyue.contracts.models import Contract
from luyue.domain import work_orders
from luyue.field import queries as field
from luyue.field.models import WorkOrder
from luyue.obligations.models import Obligation
from luyue.rounds import faces, keeping, queries


def order_card(request: HttpRequest, thing: object) -> str:
    """On the page of a round's work order: its devices, for the crew with the way into each form."""
    assert isinstance(thing, WorkOrder)
    if thing.kind != work_orders.ROUND:
        return ""
    person = person_of(request)
    one = queries.round_of(thing.pk)
    targets = queries.targets_of(one.pk)
    able = person.may("plan_work_order") or (person.may("do_work_order") and field.is_crew(thing, person))
    rows = [faces.target_row(target) for target in targets]
    facts = {
        "order": thing,
        "round": one,
        "rows": rows,
        "next": next((row for row in rows if not row["target"].result), None),
        "counts": faces.counts(targets),
        "all": len(targets),
        "done": sum(1 for target in targets if target.result),
        "opens": able and work_orders.state_after(thing.kind, thing.state, "look") is not None,
    }
    return render_to_string("rounds/_order.html", facts, request)


def obligation_card(request: HttpRequest, thing: object) -> str:
    """On the page of an obligation that a round can do: the rounds planned for it, and the way to plan one."""
    assert isinstance(thing, Obligation)
    person = person_of(request)
    if not keeping.can_keep(thing.owe) or not person.may("see_rounds"):
        return ""
    rows = [faces.round_row(one) for one in keeping.rounds_for(thing.pk)]
    may_plan = thing.open and thing.by == "provider" and person.may("plan_work_order")
    if not rows and not may_plan:
        return ""
    facts = {"rows": rows, "contract": thing.contract, "may_plan": may_plan, "keeps": thing.pk}
    return render_to_string("rounds/_contract.html", facts, request)


def contract_card(request: HttpRequest, thing: object) -> str:
    """On the page of a contract: the latest rounds."""
    assert isinstance(thing, Contract)
    person = person_of(request)
    if not person.may("see_rounds"):
        return ""
    rows = [faces.round_row(one) for one in queries.rounds_of_contract(thing.pk, 5)]
    may_plan = person.may("plan_work_order")
    if not rows and not may_plan:
        return ""
    return render_to_string(
        "rounds/_contract.html", {"rows": rows, "contract": thing, "may_plan": may_plan}, request
    )
