# ruff: noqa: ARG001 - the framework passes the request to every route
"""Flows over REST: what each kind goes through, where a case stands, taking the next step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router, Schema
from pydantic import Field as Given
from pydantic import TypeAdapter, ValidationError

from luyue.accounts.guards import person_of
from luyue.desk import flows, flows_queries, flows_words, queries
from luyue.desk.api import CaseId, answer, case_made, clocks_told
from luyue.desk.flows_queries import Place
from luyue.desk.queries import moment, seconds
from luyue.desk.schemas import Act, CaseMade
from luyue.domain import flows_table
from luyue.domain.flows import Field, Flow, Step
from luyue.domain.refusals import BadInput
from luyue.web.rest import PROBLEMS, GivenInstant, Instant, Text, utc

router = Router(tags=["flows"])
StepName = Annotated[str, Path(max_length=40)]
_INSTANT: TypeAdapter[datetime] = TypeAdapter(GivenInstant)


class FieldOut(Schema):
    """A field of a step. type: line, text, choice, date, moment (ISO 8601), amount (CNY), digest (SHA-256), file
    (number of an attachment of the case). needed_with: also needed once that other field has a value."""

    name: str
    label: str
    type: str
    needed: bool
    needed_with: str
    choices: list[str]
    inside: bool


class StepOut(Schema):
    """A step. stages: in which it is possible; to: the stage behind it, empty if it stays; state: what it makes of
    the case, empty if nothing."""

    name: str
    label: str
    stages: list[str]
    to: str
    state: str
    signs: bool
    fields: list[FieldOut]


class FlowOut(Schema):
    """A flow in one version, in force for cases entered since an instant."""

    kind: str
    version: int
    since: Instant
    stages: list[str]
    steps: list[StepOut]


class FlowList(Schema):
    flows: list[FlowOut]


class DoneOut(Schema):
    """A step that was taken: who, when."""

    step: str
    by: str
    at: Instant


class PlaceOut(Schema):
    """Where a case stands in one flow. possible: steps that you can take now, the usual one first."""

    track: str
    kind: str
    version: int
    stage: str
    sheet: dict[str, Any]
    done: list[DoneOut]
    possible: list[StepOut]


class PlaceList(Schema):
    """The flow of the case's kind, and the one for what lies outside of the contract. version: of the case."""

    case: int
    version: int
    flows: list[PlaceOut]


class StepIn(Act):
    """What a step is taken with: its fields by name."""

    sheet: Annotated[dict[str, Text | int | None], Given(max_length=40)] = {}


@router.get("", response={200: FlowList, **PROBLEMS}, operation_id="list_flows")
def table(request: HttpRequest) -> HttpResponse:
    """The flows of all kinds, in every version."""
    return answer({"flows": [_flow(flow) for flow in flows_table.FLOWS]})


@router.get("/cases/{case_id}", response={200: PlaceList, **PROBLEMS}, operation_id="get_case_flow")
def place(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """How far a case is in its flow, what was filled in, and what you can do next."""
    person = person_of(request)
    case = queries.case(case_id)
    places = flows_queries.places_of(case)
    able = flows_queries.steps_for(case, places, person)
    told = [
        _place(one, [step for where, step in able if where is one], inside=not person.outside)
        for one in places
        if one.flow is not None
    ]
    return answer({"case": case.pk, "version": case.version, "flows": told})


@router.post("/cases/{case_id}/steps/{step}", response={200: CaseMade, **PROBLEMS}, operation_id="take_step")
def take(request: HttpRequest, case_id: CaseId, step: StepName, body: StepIn) -> HttpResponse:
    """Take a step with what its fields say."""
    now = timezone.now()
    case = flows.take_step(
        case_id, step=step, sheet=_given(body.sheet), actor=person_of(request),
        at=body.at or now, now=now, version=body.version,
    )  # fmt: skip
    return answer(case_made(case, clocks_told(case_id, now)))


def _given(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """Moments as the domain has them."""
    found = dict(sheet)
    for name, value in sheet.items():
        one = flows_words.EVERY_FIELD.get(name)
        if one is not None and one.type == "moment" and isinstance(value, str):
            try:
                found[name] = seconds(_INSTANT.validate_python(value))
            except ValidationError:
                raise BadInput(field=name) from None
    return found


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "kind": flow.kind,
        "version": flow.version,
        "since": utc(moment(flow.since)),
        "stages": list(flow.stages),
        "steps": [_step(step, flow.kind) for step in flow.steps],
    }


def _step(step: Step, kind: str) -> dict[str, Any]:
    return {
        "name": step.name,
        "label": flows_words.step_word(step.name),
        "stages": list(step.at),
        "to": step.to,
        "state": step.state,
        "signs": step.signs,
        "fields": [_field(one, kind) for one in step.fields],
    }


def _field(one: Field, kind: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": flows_words.field_word(one.name, kind),
        "type": one.type,
        "needed": one.needed,
        "needed_with": one.needed_with,
        "choices": list(one.choices),
        "inside": one.inside,
    }


def _place(place: Place, able: list[Step], *, inside: bool) -> dict[str, Any]:
    assert place.flow is not None
    shown = flows_queries.shown_sheet(place.flow, place.sheet, inside=inside)
    return {
        "track": place.track,
        "kind": place.flow.kind,
        "version": place.flow.version,
        "stage": place.stage,
        "sheet": {one.name: utc(moment(value)) if one.type == "moment" else value for one, value in shown},
        "done": [
            {"step": name, "by": one["name"], "at": utc(moment(one["at"]))}
            for name, one in place.done.items()
        ],
        "possible": [_step(step, place.flow.kind) for step in able],
    }
