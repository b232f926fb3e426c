"""Work orders over REST. The routes parse, call one action or query, and write the answer."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Header, Path, Query, Router, Schema
from pydantic import Field

from luyue.accounts.guards import person_with
from luyue.domain.refusals import BadInput
from luyue.field import actions, faces, queries
from luyue.field.actions import Told
from luyue.field.planning import Request
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, GivenInstant, Id, Instant, Line, Paging, Text

router = Router(tags=["work orders"])
OrderId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
Key = Annotated[
    str, Header(alias="Idempotency-Key", max_length=120, description="a UUID: the same key is one act")
]
StateName = Literal[
    "planned", "accepted", "departed", "arrived", "working", "finished", "unfinished", "confirmed", "refused",
    "rejected", "cancelled",
]  # fmt: skip
KindName = Literal["visit", "remote", "emergency_repair"]


class OrderFilter(Paging):
    """Conditions of the list; a condition given several times means any of its values."""

    state: Annotated[list[StateName], Field(max_length=11)] = []
    contract: Id | None = None
    case: Id | None = None
    engineer: Id | None = None


class OrderOut(Schema):
    """A work order as it is now. acts: what its state allows; next_act: what comes next as a rule."""

    id: int
    number: str
    contract: int
    case: int | None
    kind: str
    state: str
    state_word: str
    result: str
    title: str
    engineer: int | None
    engineer_name: str
    site: int | None
    planned_from: Instant | None
    planned_to: Instant | None
    accepted_at: Instant | None
    departed_at: Instant | None
    arrived_at: Instant | None
    started_at: Instant | None
    ended_at: Instant | None
    confirmed_at: Instant | None
    version: int
    next_act: str | None
    acts: list[str]
    url: str


class OrderList(Schema):
    work_orders: list[OrderOut]
    next: str


class EntryOut(Schema):
    """One act. at: when it happened; device_at: by the sender's clock; recorded_at: when it came; late: long after."""

    id: int
    act: str
    key: str | None
    at: Instant
    device_at: Instant | None
    recorded_at: Instant
    late: bool
    by: str
    text: str
    data: dict[str, Any]
    position: list[float] | None


class OrderWhole(OrderOut):
    """An order with its record."""

    instructions: str
    tools: list[str]
    parts: list[str]
    entries: list[EntryOut]


class PlanIn(Body):
    """A new work order for a case. It is planned as it stands: warnings come back with it, refusals answer 409."""

    case: Id
    engineer: Id
    begin: GivenInstant
    end: GivenInstant
    kind: KindName = "visit"
    title: Line = ""
    instructions: Text = ""
    tools: Annotated[list[Line], Field(max_length=50)] = []
    parts: Annotated[list[Line], Field(max_length=50)] = []
    companions: Annotated[list[Id], Field(max_length=20)] = []
    follows: Id | None = None


class ActIn(Body):
    """An act without files; those with files are sent as a form to /field/orders/{id}/acts/."""

    act: Annotated[Line, Field(max_length=20)]
    happened_at: GivenInstant | None = None
    sent_at: GivenInstant | None = None
    position: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    payload: dict[str, str | int | float | bool | None] = {}
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


class DoneOut(Schema):
    """What was done. repeated: the key had been used before. case_left: state of a case that was left as it is."""

    done: EntryOut
    repeated: bool
    case_left: str
    order: OrderOut


@router.get("", response={200: OrderList, **PROBLEMS}, operation_id="list_work_orders")
def orders(request: HttpRequest, wanted: Query[OrderFilter]) -> JsonResponse:
    """Work orders in your scope, the newest first, page by page."""
    person_with(request, "see_work_order")
    found = queries.visible_orders()
    if wanted.state:
        found = found.filter(state__in=wanted.state)
    for column, value in (
        ("contract_id", wanted.contract),
        ("case_id", wanted.case),
        ("engineer_id", wanted.engineer),
    ):
        if value is not None:
            found = found.filter(**{column: value})
    page = keyset_page(found, order=("-id",), after=wanted.after, size=wanted.limit)
    return _answer({"work_orders": [faces.plain(one) for one in page.rows], "next": page.next})


@router.get("/{order_id}", response={200: OrderWhole, **PROBLEMS}, operation_id="get_work_order")
def one(request: HttpRequest, order_id: OrderId) -> JsonResponse:
    """A work order with its record."""
    if person_with(request, "see_work_order").outside:
        return _answer(_told(order_id))
    return _answer(_whole(order_id))


def _told(order_id: int) -> dict[str, Any]:
    """What the customer may read of an order."""
    entries = [one for one in queries.entries_of(order_id) if one.act in faces.FOR_CUSTOMERS]
    return faces.plain(queries.order(order_id)) | {
        "instructions": "", "tools": [], "parts": [], "entries": [faces.for_customer(one) for one in entries],
    }  # fmt: skip


def _whole(order_id: int) -> dict[str, Any]:
    order = queries.order(order_id)
    return faces.plain(order) | {
        "instructions": order.instructions,
        "tools": order.tools,
        "parts": order.parts,
        "entries": [faces.plain_entry(entry) for entry in queries.entries_of(order_id)],
    }


@router.post("", response={201: OrderWhole, **PROBLEMS}, operation_id="plan_work_order")
def plan(request: HttpRequest, body: PlanIn) -> JsonResponse:
    """Plan a visit or remote session for a case."""
    wanted = Request(
        kind=body.kind, engineer_id=body.engineer, begin=body.begin, end=body.end, case_id=body.case, title=body.title,
        instructions=body.instructions, tools=body.tools, parts=body.parts, companions=body.companions,
        follows_id=body.follows,
    )  # fmt: skip
    made = actions.plan_order(wanted, actor=person_with(request, "see_work_order"), now=timezone.now())
    return _answer(_whole(made.pk), 201)


@router.post("/{order_id}/acts", response={200: DoneOut, **PROBLEMS}, operation_id="do_work_order")
def act(request: HttpRequest, order_id: OrderId, body: ActIn, key: Key = "") -> JsonResponse:
    """Do an act, once for each key: accept, depart, arrive, start, log, check, part, finish, refuse and so on."""
    now: datetime = timezone.now()
    told = Told(
        act=body.act, payload=body.payload, happened_at=body.happened_at, sent_at=body.sent_at, key=_uuid(key),
        position=(body.position[0], body.position[1]) if body.position else None, version=body.version,
    )  # fmt: skip
    if told.position and not (-90 <= told.position[0] <= 90 and -180 <= told.position[1] <= 180):
        raise BadInput(field="position")
    done = actions.do_act(order_id, told, actor=person_with(request, "see_work_order"), now=now)
    return _answer(
        {
            "done": faces.plain_entry(done.entry),
            "repeated": done.repeated,
            "case_left": done.case_left,
            "order": faces.plain(done.order),
        }
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise BadInput(field="key") from error


def _answer(told: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
