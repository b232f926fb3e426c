"""Rounds over REST. To look at a device is an act "look" on the work order: POST /work-orders/{id}/acts."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from luyue.accounts.guards import person_with
from luyue.rounds import actions, queries
from luyue.rounds.models import Answer, Finding, Round, Target
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, GivenInstant, Id, Instant, Line, Paging, Text, utc

router = Router(tags=["rounds"])
RoundId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
KindName = Literal["image", "system", "visit", "room", "baseline", "extra"]


class RoundFilter(Paging):
    contract: Id | None = None
    kind: Annotated[list[KindName], Field(max_length=6)] = []


class RoundOut(Schema):
    """A round. looked: of how many devices there is a result; faults: how many failed."""

    id: int
    contract: int
    kind: KindName
    title: str
    reason: str
    keeps: list[int]
    work_order: int | None
    state: str
    targets: int
    looked: int
    faults: int
    remarks: int
    planned_from: Instant | None
    ended_at: Instant | None


class RoundList(Schema):
    rounds: list[RoundOut]
    next: str


class AnswerOut(Schema):
    """verdict: ok, flag, fail, na. why: low, high, drift or empty."""

    item: str
    verdict: str
    value: float | None
    note: str
    why: str


class TargetOut(Schema):
    """A device or site of a round. result: empty, ok, flag, fail, na, skipped."""

    id: int
    device: int | None
    site: int | None
    name: str
    checklist: str
    version: int
    result: str
    note: str
    looked_at: Instant | None
    answers: list[AnswerOut]


class FindingOut(Schema):
    """opened: the round opened the case; else it was open already."""

    target: int
    item: str
    case: int
    opened: bool


class RoundWhole(RoundOut):
    devices: list[TargetOut]
    findings: list[FindingOut]


class RoundIn(Body):
    """A new round with its work order. sites: only these; none: all of the contract. companions: who does it too."""

    contract: Id
    kind: KindName
    engineer: Id
    begin: GivenInstant
    end: GivenInstant
    title: Line = ""
    reason: Line = ""
    instructions: Text = ""
    keeps: Annotated[list[Id], Field(max_length=40)] = []
    sites: Annotated[list[Id], Field(max_length=200)] = []
    companions: Annotated[list[Id], Field(max_length=10)] = []


@router.get("", response={200: RoundList, **PROBLEMS}, operation_id="list_rounds")
def rounds(request: HttpRequest, wanted: Query[RoundFilter]) -> JsonResponse:
    """Rounds in your scope, the newest first, page by page."""
    person_with(request, "see_rounds")
    found = queries.rounds()
    if wanted.contract is not None:
        found = found.filter(contract_id=wanted.contract)
    if wanted.kind:
        found = found.filter(kind__in=wanted.kind)
    page = keyset_page(found, order=("-id",), after=wanted.after, size=wanted.limit)
    return _answer({"rounds": [_told(one) for one in page.rows], "next": page.next})


@router.get("/{round_id}", response={200: RoundWhole, **PROBLEMS}, operation_id="get_round")
def one(request: HttpRequest, round_id: RoundId) -> JsonResponse:
    """A round with all answers and what it found."""
    person_with(request, "see_rounds")
    return _answer(_whole(round_id))


@router.post("", response={201: RoundWhole, **PROBLEMS}, operation_id="plan_round")
def plan(request: HttpRequest, body: RoundIn) -> JsonResponse:
    """Plan a round: its devices come from the checklists, its work order goes to the engineer."""
    wanted = actions.Wanted(
        contract_id=body.contract, kind=body.kind, engineer_id=body.engineer, begin=body.begin, end=body.end,
        title=body.title, reason=body.reason, sites=body.sites, instructions=body.instructions, keeps=body.keeps,
        companions=body.companions,
    )  # fmt: skip
    made = actions.plan_round(wanted, actor=person_with(request, "see_rounds"), now=timezone.now())
    return _answer(_whole(made.pk), 201)


def _told(found: Round) -> dict[str, Any]:
    counted: Any = found
    order = found.order
    return {
        "id": found.pk, "contract": found.contract_id, "kind": found.kind, "title": found.title, "reason": found.reason,
        "keeps": found.keeps, "work_order": order.pk if order else None, "state": order.state if order else "",
        "targets": counted.all, "looked": counted.looked, "faults": counted.faults, "remarks": counted.remarks,
        "planned_from": utc(order.planned_from) if order else None, "ended_at": utc(order.ended_at) if order else None,
    }  # fmt: skip


def _whole(round_id: int) -> dict[str, Any]:
    queries.one_round(round_id)  # not there for a stranger
    found = queries.rounds().get(pk=round_id)
    targets = queries.targets_of(round_id)
    answers = queries.answers_of(one.pk for one in targets)
    return _told(found) | {
        "devices": [_target(one, answers.get(one.pk, {})) for one in targets],
        "findings": [_finding(one) for one in queries.findings_of(round_id)],
    }


def _target(target: Target, answers: dict[str, Answer]) -> dict[str, Any]:
    return {
        "id": target.pk, "device": target.device_id, "site": target.site_id, "name": target.name,
        "checklist": target.checklist.code, "version": target.checklist.version, "result": target.result,
        "note": target.note, "looked_at": utc(target.looked_at),
        "answers": [
            {"item": one.item, "verdict": one.verdict, "value": one.value, "note": one.note, "why": one.why}
            for one in answers.values()
        ],
    }  # fmt: skip


def _finding(found: Finding) -> dict[str, Any]:
    return {"target": found.target_id, "item": found.item, "case": found.case_id, "opened": found.opened}


def _answer(told: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
