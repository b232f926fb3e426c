"""Obligations over REST. The routes parse, call one action or query, and write the answer."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput
from luyue.obligations import actions, faces, queries
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation, Record
from luyue.obligations.pages.one import reckoning
from luyue.web.languages import language
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, GivenInstant, Id, Instant, Line, Paging, Text

router = Router(tags=["obligations"])
ObligationId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
StateName = Literal[
    "planned", "due", "in_progress", "missed", "done", "done_late", "partial", "waived", "cancelled"
]
KindName = Literal["duty", "trigger"]
Many = Annotated[list[Line], Field(max_length=100)]


class ObligationFilter(Paging):
    """Conditions of the list; a condition given several times means any of its values. `due_to` is not included."""

    contract: Id | None = None
    person: Id | None = None
    case: Id | None = None
    state: Annotated[list[StateName], Field(max_length=9)] = []
    kind: Annotated[list[KindName], Field(max_length=2)] = []
    promise: Annotated[Line, Field(max_length=80)] = ""
    due_from: GivenInstant | None = None
    due_to: GivenInstant | None = None


class ObligationOut(Schema):
    """One obligation as it is now. first, last: days of its turn; word: the event that raised it; by: who owes it."""

    id: int
    contract: int
    promise: str
    clause: str
    text: str
    kind: str
    by: str
    owe: str
    scope: str
    key: str
    first: str | None
    last: str | None
    word: str
    occurred_at: Instant | None
    case: int | None
    opens_at: Instant
    due_at: Instant | None
    state: str
    state_word: str
    times: int
    done_times: int
    hours: float
    done_hours: float
    done_at: Instant | None
    person: int | None
    person_name: str
    waiver: str
    url: str


class ObligationList(Schema):
    obligations: list[ObligationOut]
    next: str


class ObligationRecord(Schema):
    """What was done. at: when it happened; source: what handed it in, if not a person by hand."""

    id: int
    at: Instant
    recorded_at: Instant
    by: str
    what: str
    times: int
    hours: float
    devices: int | None
    items: list[str]
    signer: str
    source: str


class ObligationWhole(ObligationOut):
    """An obligation with the reckoning of its due time and its records."""

    why: list[str]
    records: list[ObligationRecord]
    waiver_reason: str
    waiver_by: str


class ObligationRecordIn(Body):
    """What was done. items: ids of the steps that were done; left out, all of them."""

    what: Text
    at: GivenInstant | None = None
    note: Text = ""
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    hours: Annotated[float, Field(ge=0, le=1000)] = 0
    devices: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    items: Many | None = None
    signer: Annotated[Line, Field(max_length=60)] = ""


class RollOnIn(Body):
    """Why only a part was done."""

    reason: Text


class WaiverIn(Body):
    """Why it should not be owed; agreed_by: the customer's person who has agreed to it already."""

    reason: Text
    agreed_by: Annotated[Line, Field(max_length=60)] = ""


class WaiverAnswerIn(Body):
    """The customer's answer to a waiver."""

    agree: bool
    note: Line = ""


class PostponeIn(Body):
    """Another due time, as agreed with the customer."""

    due_at: GivenInstant
    reason: Text
    agreed_by: Annotated[Line, Field(max_length=60)]


class ResponsibleIn(Body):
    person: Id


class HappeningIn(Body):
    """Something that happened, or will: `key` makes it one, however often it is sent. promises: left out, all."""

    word: Annotated[Line, Field(max_length=60)]
    contracts: Annotated[list[Id], Field(min_length=1, max_length=200)]
    key: UUID
    at: GivenInstant | None = None
    note: Line = ""
    promises: Many | None = None


def _told(one: Obligation, states: dict[str, str], *, outside: bool) -> dict[str, Any]:
    row = faces.face(one, states)
    return {
        "id": one.pk, "contract": one.contract_id, "promise": one.promise, "clause": row.clause, "text": row.text,
        "kind": one.kind, "by": one.by, "owe": one.owe, "scope": one.scope, "key": one.key,
        "first": one.first.isoformat() if one.first else None, "last": one.last.isoformat() if one.last else None,
        "word": one.word, "occurred_at": one.occurred_at, "case": one.case_id, "opens_at": one.opens_at,
        "due_at": one.due_at, "state": one.state, "state_word": row.state, "times": one.times,
        "done_times": one.done_times, "hours": one.hours, "done_hours": one.done_hours, "done_at": one.done_at,
        "person": None if outside else one.person_id,
        "person_name": one.person.name if one.person and not outside else "", "waiver": one.waiver,
        "url": reverse("obligations:one", args=[one.pk]),
    }  # fmt: skip


def _whole(one: Obligation, person: Person) -> dict[str, Any]:
    return _told(one, faces.state_words(), outside=person.outside) | {
        "why": reckoning(one, language()),
        "records": [_record(record) for record in one.records.all()],
        "waiver_reason": one.waiver_reason,
        "waiver_by": one.waiver_by,
    }


def _record(record: Record) -> dict[str, Any]:
    return {
        "id": record.pk, "at": record.occurred_at, "recorded_at": record.recorded_at, "by": record.by_name,
        "what": record.what, "times": record.times, "hours": record.hours, "devices": record.devices,
        "items": record.items, "signer": record.signer, "source": record.source_kind,
    }  # fmt: skip


WHOLE: Any = {200: ObligationWhole, **PROBLEMS}


@router.get("", response={200: ObligationList, **PROBLEMS}, operation_id="list_obligations")
def obligation_list(request: HttpRequest, conditions: Query[ObligationFilter]) -> Any:
    """Obligations in scope by due time; those without one come last."""
    person = person_with(request, "see_obligations")
    rows = queries.find(
        contract_id=conditions.contract,
        person_id=conditions.person,
        kinds=conditions.kind,
        states=conditions.state,
        promise=conditions.promise,
        since=conditions.due_from,
        until=conditions.due_to,
        case_id=conditions.case,
    )
    page = keyset_page(rows, order=queries.ORDERS["due"], after=conditions.after, size=conditions.limit)
    states = faces.state_words()
    return {
        "obligations": [_told(one, states, outside=person.outside) for one in page.rows],
        "next": page.next,
    }


@router.post("/happenings", response={200: ObligationList, **PROBLEMS}, operation_id="enter_happening")
def happening(request: HttpRequest, body: HappeningIn) -> Any:
    """Something happened that a plan asks something for (bad weather, a long holiday, a change of contact …)."""
    person = person_with(request, "enter_happening")
    now = timezone.now()
    raised = actions.enter_happening(
        body.word, contracts_and_promises=dict.fromkeys(body.contracts, body.promises), form_key=body.key,
        at=body.at or now, actor=person, now=now, note=body.note,
    )  # fmt: skip
    rows = queries.find().filter(pk__in=[one.pk for one in raised]).order_by("due_at", "pk")
    states = faces.state_words()
    return {"obligations": [_told(one, states, outside=person.outside) for one in rows], "next": ""}


@router.get("/{obligation_id}", response=WHOLE, operation_id="get_obligation")
def obligation(request: HttpRequest, obligation_id: ObligationId) -> Any:
    """One obligation: why it is due then, and what was done."""
    person = person_with(request, "see_obligations")
    return _whole(queries.obligation(obligation_id), person)


@router.post("/{obligation_id}/start", response=WHOLE, operation_id="start_obligation")
def start(request: HttpRequest, obligation_id: ObligationId) -> Any:
    """Begin."""
    person, now = person_with(request, "see_obligations"), timezone.now()
    return _whole(actions.start_work(obligation_id, actor=person, at=now, now=now), person)


@router.post("/{obligation_id}/records", response=WHOLE, operation_id="record_obligation")
def record(request: HttpRequest, obligation_id: ObligationId, body: ObligationRecordIn) -> Any:
    """Write down what was done; when nothing is missing any more, it is done."""
    person, now = person_with(request, "see_obligations"), timezone.now()
    work = Work(
        what=body.what, note=body.note, times=body.times, hours=body.hours, devices=body.devices, items=body.items,
        signer=body.signer,
    )  # fmt: skip
    return _whole(actions.record_done(obligation_id, work, actor=person, at=body.at or now, now=now), person)


@router.post("/{obligation_id}/waiver", response=WHOLE, operation_id="ask_waiver")
def waiver(request: HttpRequest, obligation_id: ObligationId, body: WaiverIn) -> Any:
    """Ask the customer to do without it."""
    person, now = person_with(request, "see_obligations"), timezone.now()
    made = actions.ask_waiver(
        obligation_id, reason=body.reason, agreed_by=body.agreed_by, actor=person, now=now
    )
    return _whole(made, person)


@router.post("/{obligation_id}/waiver/answer", response=WHOLE, operation_id="answer_waiver")
def answer(request: HttpRequest, obligation_id: ObligationId, body: WaiverAnswerIn) -> Any:
    """The customer's answer."""
    person, now = person_with(request, "see_obligations"), timezone.now()
    made = actions.answer_waiver(obligation_id, agree=body.agree, actor=person, now=now, note=body.note)
    return _whole(made, person)


@router.post("/{obligation_id}/postpone", response=WHOLE, operation_id="postpone_obligation")
def postpone(request: HttpRequest, obligation_id: ObligationId, body: PostponeIn) -> Any:
    """Another due time, as agreed."""
    person, now = person_with(request, "see_obligations"), timezone.now()
    made = actions.postpone(
        obligation_id, due_at=body.due_at, reason=body.reason, agreed_by=body.agreed_by, actor=person, now=now
    )
    return _whole(made, person)


@router.post("/{obligation_id}/roll-on", response=WHOLE, operation_id="roll_on_obligation")
def roll_on(request: HttpRequest, obligation_id: ObligationId, body: RollOnIn) -> Any:
    """Done in part: the rest is done with the next turn."""
    person, now = person_with(request, "see_obligations"), timezone.now()
    return _whole(actions.roll_on(obligation_id, reason=body.reason, actor=person, at=now, now=now), person)


@router.post("/{obligation_id}/person", response=WHOLE, operation_id="reassign_obligation")
def reassign(request: HttpRequest, obligation_id: ObligationId, body: ResponsibleIn) -> Any:
    """Somebody else does it."""
    person, now = person_with(request, "see_obligations"), timezone.now()
    chosen = Person.objects.filter(pk=body.person).first()
    if chosen is None:
        raise BadInput(field="person")
    return _whole(actions.reassign(obligation_id, person=chosen, actor=person, now=now), person)
