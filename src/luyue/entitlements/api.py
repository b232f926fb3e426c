"""Entitlements over REST: their uses, asking for one, a breach, and what was done."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.entitlements import actions, queries
from luyue.entitlements.models import Use
from luyue.obligations.ground import promise_of
from luyue.web.languages import language
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, GivenInstant, Id, Instant, Line, Paging, Text, utc

router = Router(tags=["entitlements"])
UseId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
Family = Literal["charges", "support", "devices", "claims", "standing"]
Origin = Literal["case", "device", "claim", "review", "breach"]
StateName = Literal["open", "granted", "missed", "kept", "late", "broken", "waived", "withdrawn"]
PromiseId = Annotated[str, Field(min_length=1, max_length=80)]
Short = Annotated[Line, Field(max_length=60)]


class UseFilter(Paging):
    contract: Id | None = None
    promise: Annotated[str, Field(max_length=80)] = ""
    case: Id | None = None
    family: Annotated[list[Family], Field(max_length=5)] = []
    origin: Annotated[list[Origin], Field(max_length=5)] = []
    state: Annotated[list[StateName], Field(max_length=8)] = []
    since: GivenInstant | None = None
    until: GivenInstant | None = None


class UseOut(Schema):
    """One use of an entitlement. counts_at: when a statement counts it. facts: what shows it, e.g. cases, seconds."""

    id: int
    contract: int
    promise: str
    plan_version: int
    clause: str
    text: str
    family: Family
    origin: Origin
    state: StateName
    case: int | None
    device: int | None
    happened_at: Instant
    due_at: Instant | None
    counts_at: Instant
    what: str
    asked_by: str
    granted_at: Instant | None
    done_at: Instant | None
    evidence: str
    reason: str
    facts: dict[str, Any]
    waiver: str
    answer: str


class UseList(Schema):
    uses: list[UseOut]
    next: str


class ClaimIn(Body):
    """What is asked for. key: the same claim once, however often it is sent. by: who asked, where another enters it."""

    contract: Id
    promise: PromiseId
    what: Text
    by: Short = ""
    case: Id | None = None
    device: Id | None = None
    key: UUID | None = None
    at: GivenInstant | None = None


class BreachIn(Body):
    """What was promised and not kept, and how it came out."""

    contract: Id
    promise: PromiseId
    what: Text
    source: Literal["complaint", "audit", "hand"] = "hand"
    case: Id | None = None
    at: GivenInstant | None = None


class UseDoneIn(Body):
    """What was done, and what shows it."""

    evidence: Text
    at: GivenInstant | None = None


class RefusalIn(Body):
    reason: Text


ONE = {200: UseOut, **PROBLEMS}


@router.get("", response={200: UseList, **PROBLEMS}, operation_id="list_entitlement_uses")
def uses(request: HttpRequest, wanted: Query[UseFilter]) -> JsonResponse:
    """Uses in your scope by the time at which they count, the latest first, page by page."""
    person_with(request, "see_entitlements")
    found = queries.uses()
    given: dict[str, Any] = {
        "contract_id": wanted.contract, "promise": wanted.promise or None, "case_id": wanted.case,
        "family__in": wanted.family or None, "origin__in": wanted.origin or None, "state__in": wanted.state or None,
        "counts_at__gte": wanted.since, "counts_at__lt": wanted.until,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in given.items() if value is not None})
    page = keyset_page(found, order=("-counts_at", "-id"), after=wanted.after, size=wanted.limit)
    lang = language()
    return _answer({"uses": [_use(one, lang) for one in page.rows], "next": page.next})


@router.post("/claims", response=ONE, operation_id="claim_entitlement")
def claim(request: HttpRequest, body: ClaimIn) -> JsonResponse:
    """Ask for what a contract has a right to."""
    person, now = person_with(request, "claim_entitlement"), timezone.now()
    contracts.contract(body.contract)  # not there for a stranger
    made = actions.claim(
        body.contract, body.promise, what=body.what, by="" if person.outside else body.by, case_id=body.case,
        device_id=body.device, key=body.key, actor=person, at=_at(body.at, now), now=now,
    )  # fmt: skip
    return _whole(made)


@router.post("/breaches", response=ONE, operation_id="record_entitlement_breach")
def breach(request: HttpRequest, body: BreachIn) -> JsonResponse:
    """Record that an entitlement was broken; the project manager is told."""
    person, now = person_with(request, "record_breach"), timezone.now()
    made = actions.record_breach(
        body.contract, body.promise, what=body.what, source=body.source, case_id=body.case, actor=person,
        at=_at(body.at, now), now=now,
    )  # fmt: skip
    return _whole(made)


@router.get("/{use_id}", response=ONE, operation_id="get_entitlement_use")
def use(request: HttpRequest, use_id: UseId) -> JsonResponse:
    """One use."""
    person_with(request, "see_entitlements")
    return _whole(queries.use(use_id))


@router.post("/{use_id}/grant", response=ONE, operation_id="grant_entitlement")
def grant(request: HttpRequest, use_id: UseId) -> JsonResponse:
    """Agree to a claim."""
    person = person_with(request, "grant_entitlement")
    return _whole(actions.grant(use_id, actor=person, now=timezone.now()))


@router.post("/{use_id}/refuse", response=ONE, operation_id="refuse_entitlement")
def refuse(request: HttpRequest, use_id: UseId, body: RefusalIn) -> JsonResponse:
    """Say no to a claim: the entitlement is broken then."""
    person = person_with(request, "grant_entitlement")
    return _whole(actions.refuse(use_id, reason=body.reason, actor=person, now=timezone.now()))


@router.post("/{use_id}/done", response=ONE, operation_id="do_entitlement")
def done(request: HttpRequest, use_id: UseId, body: UseDoneIn) -> JsonResponse:
    """It was done, or shown to be kept; late where its time was over."""
    person, now = person_with(request, "do_entitlement"), timezone.now()
    return _whole(actions.done(use_id, evidence=body.evidence, actor=person, at=_at(body.at, now), now=now))


def _at(given: datetime | None, now: datetime) -> datetime:
    return given or now


def _use(one: Use, lang: str) -> dict[str, Any]:
    promise = promise_of(one.plan_version_id, one.promise)
    return {
        "id": one.pk, "contract": one.contract_id, "promise": one.promise, "plan_version": one.plan_version_id,
        "clause": promise.clause if promise else "", "text": promise.text.in_(lang) if promise else one.promise,
        "family": one.family, "origin": one.origin, "state": one.state, "case": one.case_id, "device": one.device_id,
        "happened_at": utc(one.happened_at), "due_at": utc(one.due_at), "counts_at": utc(one.counts_at),
        "what": one.what, "asked_by": one.asked_by, "granted_at": utc(one.granted_at), "done_at": utc(one.done_at),
        "evidence": one.evidence, "reason": one.reason, "facts": one.facts, "waiver": one.waiver, "answer": one.answer,
    }  # fmt: skip


def _whole(one: Use) -> JsonResponse:
    return _answer(_use(one, language()))


def _answer(told: dict[str, Any]) -> JsonResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})
