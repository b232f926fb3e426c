# ruff: noqa: ARG001 - the framework passes the request to every route
"""Contracts and their plans over REST."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema

from luyue.contracts import queries
from luyue.contracts.models import Contract
from luyue.domain.plan.execution import executable
from luyue.domain.plan.explain import promise_words
from luyue.domain.refusals import NotFound
from luyue.web.languages import language
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Line, Paging

router = Router(tags=["contracts"])
ContractId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]


class ContractFilter(Paging):
    """Conditions of the list."""

    running_on: date | None = None
    q: Line = ""


class ContractRow(Schema):
    """A contract in a list. starts_on to ends_on, both included: the time in which its promises run."""

    id: int
    number: str
    name: str
    customer: str
    project: str | None
    starts_on: date
    ends_on: date | None


class ContractList(Schema):
    """One page. next: pass it as `after` for the page behind; empty at the end."""

    contracts: list[ContractRow]
    next: str


class BindingOut(Schema):
    """A plan version in force from a day on."""

    plan: str
    version: int
    number: int
    effective_on: date


class ContractOut(ContractRow):
    """A contract with its dates and the plan versions bound to it, the newest first."""

    award_on: date | None
    signed_on: date | None
    delivery_on: date | None
    acceptance_on: date | None
    final_acceptance_on: date | None
    grade: str
    options: list[str]
    plans: list[BindingOut]


class PromiseOut(Schema):
    """A promise of the plan. status: runs, declared, not_yet and so on; answer: the contract's, where the plan asks."""

    id: str
    kind: str
    clause: str
    zh: str
    en: str
    figures: str
    status: str
    answer: str | None


class PlanOut(Schema):
    """The plan in force for a contract now, promise by promise."""

    contract: int
    plan: str
    version: int
    title_zh: str
    title_en: str
    severities: list[str]
    pauses: list[str]
    promises: list[PromiseOut]


@router.get("", response={200: ContractList, **PROBLEMS}, operation_id="list_contracts")
def contracts(request: HttpRequest, wanted: Query[ContractFilter]) -> Any:
    """Contracts in your scope, by number."""
    found = queries.running_contracts(wanted.running_on) if wanted.running_on else queries.visible_contracts()
    if wanted.q:
        found = found.filter(name__icontains=wanted.q)
    page = keyset_page(found, order=("number", "id"), after=wanted.after, size=wanted.limit)
    return {"contracts": [_row(one) for one in page.rows], "next": page.next}


@router.get("/{contract_id}", response={200: ContractOut, **PROBLEMS}, operation_id="get_contract")
def one(request: HttpRequest, contract_id: ContractId) -> Any:
    """A contract with its dates and plans."""
    found = queries.contract(contract_id)
    dates = {name: getattr(found, name) for name in ContractOut.model_fields if name.endswith("_on")}
    plans = [
        {
            "plan": binding.plan_version.plan,
            "version": binding.plan_version_id,
            "number": binding.plan_version.number,
            "effective_on": binding.effective_on,
        }
        for binding in queries.bindings_of(contract_id)[:200]
    ]
    return _row(found) | dates | {"grade": found.grade, "options": found.options, "plans": plans}


@router.get("/{contract_id}/plan", response={200: PlanOut, **PROBLEMS}, operation_id="get_plan_of_contract")
def plan(request: HttpRequest, contract_id: ContractId) -> Any:
    """What the plan in force now promises, and what of it executes. 404 if no plan is bound yet."""
    force = queries.contract_in_force(contract_id, timezone.now())
    if force.running is None:
        raise NotFound(subject="plan")
    running = force.running
    return {
        "contract": contract_id,
        "plan": running.plan.id,
        "version": running.version_id,
        "title_zh": running.plan.title.zh,
        "title_en": running.plan.title.en,
        "severities": [level.id for level in running.plan.severities],
        "pauses": [rule.id for rule in running.plan.pauses],
        "promises": [
            {
                "id": promise.id,
                "kind": promise.kind,
                "clause": promise.clause,
                "zh": promise.text.zh,
                "en": promise.text.en,
                "figures": promise_words(promise, running.plan, language()),
                "status": executable(promise).status,
                "answer": force.figures.get(promise.id),
            }
            for promise in running.plan.promises
        ],
    }


def _row(one: Contract) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": one.number,
        "name": one.name,
        "customer": one.customer.name,
        "project": one.project.name if one.project else None,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
    }
