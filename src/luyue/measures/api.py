"""Quotas over REST: how they stand, their subjects, and the door for readings of probes and other programs."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.domain.measures.rows import Row
from luyue.domain.refusals import BadInput
from luyue.measures import actions, queries
from luyue.measures.actions.readings import Given
from luyue.measures.files import Finder
from luyue.measures.models import Measurement, Turn
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, Id, Instant, Line, Paging, Text, utc

router = Router(tags=["quotas"])
TurnId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
StateName = Literal["open", "kept", "missed", "no_data", "waived", "nothing"]
Number = Annotated[float, Field(gt=-1e12, lt=1e12)]


class QuotaFilter(Paging):
    contract: Id | None = None
    promise: Annotated[str, Field(max_length=80)] = ""
    over: bool | None = None
    standing: Annotated[list[StateName], Field(max_length=6)] = []


class QuotaOut(Schema):
    """A quota in one period. state: open while it runs; standing: how it ends, or would end now. kept, missed, no_data,
    waived: of how many subjects."""

    id: int
    contract: int
    promise: str
    plan_version: int
    measure: str
    first: date
    last: date
    over: bool
    state: StateName
    standing: StateName
    value: float | None
    at_least: float | None
    at_most: float | None
    kept: int
    missed: int
    no_data: int
    waived: int
    reckoned_at: Instant | None
    reviewed_at: Instant | None


class QuotaList(Schema):
    quotas: list[QuotaOut]
    next: str


class MeasurementOut(Schema):
    """One subject. excluded: what was left out and why; steps: how it was reckoned, as codes with facts."""

    id: int
    version: int
    device: int | None
    name: str
    state: StateName
    standing: StateName
    value: float | None
    numerator: float | None
    denominator: float | None
    at_least: float | None
    at_most: float | None
    excluded: list[dict[str, Any]]
    steps: list[Any]


class MeasurementList(Schema):
    measurements: list[MeasurementOut]
    next: str


class ReadingIn(Body):
    """A reading: value, or numerator and denominator. device: serial number, else name; name: a person or a part."""

    day: date
    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    device: Line = ""
    name: Line = ""
    note: Text = ""


class ReadingsIn(Body):
    """Readings of one measure of a contract. The same again changes nothing; another figure of the same thing and day
    takes the place of the earlier one."""

    contract: Id
    measure: Annotated[str, Field(max_length=80)]
    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=1000)]


class ReadingsOut(Schema):
    """outcomes: of each reading in turn, added, replaced, unchanged or bad. problems: row (from 0), field, problem."""

    added: int
    replaced: int
    unchanged: int
    bad: int
    outcomes: list[str]
    problems: list[dict[str, Any]]


@router.get("", response={200: QuotaList, **PROBLEMS}, operation_id="list_quotas")
def quotas(request: HttpRequest, wanted: Query[QuotaFilter]) -> JsonResponse:
    """Quotas by period in your scope, the latest first, page by page."""
    person_with(request, "see_quotas")
    found = queries.turns()
    if wanted.contract is not None:
        found = found.filter(contract_id=wanted.contract)
    if wanted.promise:
        found = found.filter(promise=wanted.promise)
    if wanted.over is not None:
        found = found.filter(over=wanted.over)
    if wanted.standing:
        found = found.filter(standing__in=wanted.standing)
    page = keyset_page(found, order=("-last", "-id"), after=wanted.after, size=wanted.limit)
    return _answer({"quotas": [_turn(one) for one in page.rows], "next": page.next})


@router.get(
    "/{turn_id}/measurements", response={200: MeasurementList, **PROBLEMS}, operation_id="list_measurements"
)
def measurements(request: HttpRequest, turn_id: TurnId, wanted: Query[Paging]) -> JsonResponse:
    """The subjects of a quota in one period, the worst first."""
    person_with(request, "see_quotas")
    queries.turn(turn_id)  # not there for a stranger
    rows = queries.measurements(turn_id)
    page = keyset_page(rows, order=("-badness", "id"), after=wanted.after, size=wanted.limit)
    return _answer({"measurements": [_measurement(one) for one in page.rows], "next": page.next})


@router.post("/readings", response={200: ReadingsOut, **PROBLEMS}, operation_id="send_readings")
def readings(request: HttpRequest, body: ReadingsIn) -> JsonResponse:
    """Send readings of one measure; each is told what became of it, and a bad one leaves the others alone."""
    person = person_with(request, "enter_reading")
    finder = Finder(contracts.contract(body.contract))
    taken = actions.take_readings(
        body.contract, measure=body.measure, given=[(at, _given(finder, one)) for at, one in enumerate(body.readings)],
        source="api", actor=person, now=timezone.now(),
    )  # fmt: skip
    return _answer(
        {
            "added": taken.added, "replaced": taken.replaced, "unchanged": taken.unchanged, "bad": taken.bad,
            "outcomes": [taken.outcomes[at] for at in range(len(body.readings))], "problems": taken.problems,
        }
    )  # fmt: skip


def _given(finder: Finder, one: ReadingIn) -> Given | BadInput:
    try:
        return finder.given(
            Row(one.day, one.device, one.name, one.value, one.numerator, one.denominator, one.note)
        )
    except BadInput as refusal:
        return refusal


def _turn(one: Turn) -> dict[str, Any]:
    return {
        "id": one.pk, "contract": one.contract_id, "promise": one.promise, "plan_version": one.plan_version_id,
        "measure": one.measure, "first": one.first.isoformat(), "last": one.last.isoformat(), "over": one.over,
        "state": one.state, "standing": one.standing, "value": one.value, "at_least": one.at_least,
        "at_most": one.at_most, "kept": one.kept, "missed": one.missed, "no_data": one.no_data, "waived": one.waived,
        "reckoned_at": utc(one.reckoned_at), "reviewed_at": utc(one.reviewed_at),
    }  # fmt: skip


def _measurement(one: Measurement) -> dict[str, Any]:
    return {
        "id": one.pk, "version": one.version, "device": one.device_id, "name": one.name, "state": one.state,
        "standing": one.standing, "value": one.value, "numerator": one.numerator, "denominator": one.denominator,
        "at_least": one.at_least, "at_most": one.at_most, "excluded": one.excluded, "steps": one.steps,
    }  # fmt: skip


def _answer(told: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
