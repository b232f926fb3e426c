"""Reckonings before signing over REST: ask, wait, read what to expect of each promise under any figures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Path, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.desk.imports import LARGEST_FILE
from luyue.desk.models import Kind
from luyue.desk.queries import moment
from luyue.domain.foresight.load import Load
from luyue.domain.foresight.rates import curve
from luyue.domain.foresight.samples import Sample, limit_that_keeps
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.drafting import queries as drafts
from luyue.foresight import actions, faces, papers, queries
from luyue.foresight.actions import Asked
from luyue.foresight.actions import File as Table
from luyue.foresight.models import Foresight, State
from luyue.foresight.pages import shown
from luyue.foresight.words import rounded_up
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, Id, Instant, Line, Paging

router = Router(tags=["forecasts before signing"])
ForesightId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
PromiseName = Annotated[str, Path(max_length=80)]
FILE = File(...)
PAPERS = {"pdf": papers.paper, "xlsx": papers.workbook}
OriginName = Literal["history", "load", "file"]
StateName = Literal["waiting", "running", "ready", "failed"]
UnitName = Literal["real_time", "working_time", "working_days", "calendar_days"]
KindName = Literal[*Kind.values]  # type: ignore[valid-type]  # known when it runs only
OfPromise = Annotated[str, Field(max_length=100, pattern=r"^[^:]{1,80}:[0-9.]{1,16}$")]
Positive = Annotated[float, Field(gt=0, le=faces.MOST_MINUTES)]
Cost = Annotated[float, Field(ge=0, le=faces.MOST_COST)]


class ForesightRow(Schema):
    """A reckoning in a list. done of total: how far it is; problem: why it failed; contracts: whose cases it uses."""

    id: int
    title: str
    origin: OriginName
    state: StateName
    done: int
    total: int
    problem: str
    version: int | None
    draft: int | None
    contracts: list[int]
    author: str
    created_at: Instant
    reckoned_at: Instant | None


class ForesightList(Schema):
    """One page. next: pass it as `after` for the page behind; empty at the end."""

    foresights: list[ForesightRow]
    next: str


class ForesightOut(ForesightRow):
    """asked: what was chosen, as it was sent. undecided: promises of a draft that nobody had accepted yet. Once it is
    ready, cases: how many were read, from first to last; days that they cover; severities and kinds: cases by word;
    minutes: mean times that the history tells; bad: rows of a file that were not taken; cut: there were too many."""

    asked: dict[str, Any]
    undecided: int
    cases: int
    first: Instant | None
    last: Instant | None
    days: int
    severities: dict[str, int]
    kinds: dict[str, int]
    minutes: dict[str, float | None]
    bad: int
    cut: bool


class ForeseenOut(Schema):
    """What to expect of a promise under `limit`, counted in `unit` (seconds of its calendar, or days); promised: the
    plan's own. decided: cases that it decides, missed of them; undecided: in no share. share, low, high: expected share
    of missed cases and its interval of 95 %, null where the history says nothing; few: below 30 cases. per_year: missed
    cases. keeps: the smallest limit that keeps the wished share. note: why there is no share."""

    promise: str
    clause: str
    says: str
    about: str
    unit: UnitName
    promised: int | None
    limit: int | None
    decided: int
    missed: int
    undecided: int
    excused: int
    share: float | None
    low: float | None
    high: float | None
    few: bool
    per_year: float | None
    keeps: int | None
    note: str


class PeopleNeededOut(Schema):
    """People of a shift (days, 0 is Monday; hours from first to end, not included). people: null when the way alone
    takes longer than `promise` allows, whose limit decides."""

    pool: Literal["desk", "field"]
    days: list[int]
    first: int
    end: int
    per_hour: float
    people: int | None
    promise: str


class DearPromiseOut(Schema):
    """What a promise costs a year: each missed case, all of them, and the people it takes beyond the next one."""

    promise: str
    per_year: float
    each: float | None
    cost: float | None
    people: int


class ExpectedOut(Schema):
    """keep: the wished share in percent; minutes: mean times that people are reckoned with."""

    keep: float
    minutes: dict[str, float]
    promises: list[ForeseenOut]
    people: list[PeopleNeededOut]
    dearest: list[DearPromiseOut]


class CurvePoint(Schema):
    limit: int
    share: float


class CurveOut(Schema):
    """Expected share of missed cases under every limit at which it changes, thinned."""

    promise: str
    unit: UnitName
    points: list[CurvePoint]


class SimulatedLoadIn(Body):
    """A load in place of a history. onsite: share of the cases that need a visit, 0 to 1; severities: weight of each
    level of the plan, from the gravest (none: all alike); desk, field: people on duty; the others: mean minutes."""

    per_day: Annotated[float, Field(gt=0, le=5000)]
    days: Annotated[int, Field(ge=1, le=1100)] = 365
    severities: Annotated[list[Annotated[float, Field(ge=0, le=1e6)]], Field(max_length=20)] = []
    onsite: Annotated[float, Field(ge=0, le=1)] = 0.4
    desk: Annotated[int, Field(ge=1, le=500)] = 1
    field: Annotated[int, Field(ge=1, le=500)] = 3
    answer: Positive = 15
    way: Positive = 60
    work: Positive = 120


class AskForesightIn(Body):
    """A plan version or a draft, and the cases to hold it against: of `contracts` (none: all that you may see) on days
    from `since` to `until`, or a simulated `load`. Of a history only those of kinds, sites and regions, where given."""

    version: Id | None = None
    draft: Id | None = None
    since: date | None = None
    until: date | None = None
    contracts: Annotated[list[Id], Field(max_length=1000)] = []
    kinds: Annotated[list[KindName], Field(max_length=20)] = []
    sites: Annotated[list[Id], Field(max_length=1000)] = []
    regions: Annotated[list[Line], Field(max_length=100)] = []
    load: SimulatedLoadIn | None = None


class TableIn(Body):
    """Beside `file`, a table of cases (CSV or Excel): `mapping`, the text of a mapping file as for the import."""

    version: Id | None = None
    draft: Id | None = None
    mapping: Annotated[str, Field(max_length=100_000)]


class Wishes(Schema):
    """Other figures than the plan's and the history's: `limit` and `cost_of` as `promise:number`, a limit in the unit
    of its promise; cost: of each missed case; answer, way, work: mean minutes."""

    keep: Annotated[float, Field(ge=faces.LEAST_KEEP, le=faces.MOST_KEEP)] = faces.USUAL_KEEP
    limit: Annotated[list[OfPromise], Field(max_length=500)] = []
    cost: Cost | None = None
    cost_of: Annotated[list[OfPromise], Field(max_length=500)] = []
    answer: Positive | None = None
    way: Positive | None = None
    work: Positive | None = None


class PaperWishes(Wishes):
    """The same, and as which file."""

    format: Literal["pdf", "xlsx"] = "pdf"


@router.get("", response={200: ForesightList, **PROBLEMS}, operation_id="list_foresights")
def foresights(request: HttpRequest, wanted: Query[Paging]) -> Any:
    """Reckonings that you may see: your own while you see every contract they use, or all; the newest first."""
    person = person_of(request)
    with queries.room(person):
        page = keyset_page(
            queries.visible(person), order=("-id",), after=wanted.after, size=wanted.limit
        )  # fmt: skip
        return {"foresights": [_row(one) for one in page.rows], "next": page.next}


@router.post("", response={201: ForesightOut, **PROBLEMS}, operation_id="ask_foresight")
def ask(request: HttpRequest, told: AskForesightIn) -> Any:
    """Hold a plan or a draft against cases; it is reckoned in the background."""
    person, today = person_of(request), local_day(timezone.now())
    if told.load is None and (told.since is None or told.until is None):
        raise BadInput(field="since" if told.since is None else "until", problem="missing")
    # In the person's own scope: in the room there are more.
    chosen = told.contracts or [pk for pk, _name in contracts.contract_choices()]
    load = told.load and Load(**told.load.model_dump() | {"severities": tuple(told.load.severities)})
    return _asked(
        person,
        told,
        Asked(
            frozenset(chosen), told.since or today, told.until or today, load=load,
            kinds=frozenset(told.kinds), sites=frozenset(told.sites), regions=tuple(told.regions),
        ),
    )  # fmt: skip


@router.post("/table", response={201: ForesightOut, **PROBLEMS}, operation_id="ask_foresight_of_table")
def ask_of_table(request: HttpRequest, told: Form[TableIn], file: UploadedFile = FILE) -> Any:
    """The same with the rows of a table from elsewhere, which is deleted once it is reckoned and makes no cases."""
    if (file.size or 0) > LARGEST_FILE:
        raise BadInput(field="file", problem="too_large")
    table = Table(file.name or "table", file.read(), told.mapping)
    return _asked(person_of(request), told, Asked(frozenset(), date.min, date.min, file=table))


def _asked(person: Person, told: AskForesightIn | TableIn, what: Asked) -> Status[Any]:
    if (told.version is None) == (told.draft is None):
        raise BadInput(field="plan", problem="one_of_version_and_draft")
    version = None if told.version is None else contracts.visible_plan(told.version, person)
    with queries.room(person):
        draft = None if told.draft is None else drafts.draft(told.draft, to=person)
        asked = replace(what, version=version, draft=draft)
        made = actions.ask(asked, actor=person, now=timezone.now())
        return Status(201, _whole(queries.one(made.pk, to=person)))


@router.get("/{foresight_id}", response={200: ForesightOut, **PROBLEMS}, operation_id="get_foresight")
def one(request: HttpRequest, foresight_id: ForesightId) -> Any:
    """A reckoning: how far it is, what was asked, what was found of the cases as a whole."""
    person = person_of(request)
    with queries.room(person):
        return _whole(queries.one(foresight_id, to=person))


@router.post(
    "/{foresight_id}/again", response={200: ForesightOut, **PROBLEMS}, operation_id="ask_foresight_again"
)
def again(request: HttpRequest, foresight_id: ForesightId) -> Any:
    """Reckon once more what failed; 409 when it is reckoned."""
    person = person_of(request)
    with queries.room(person):
        actions.ask_again(foresight_id, actor=person, now=timezone.now())
        return _whole(queries.one(foresight_id, to=person))


@router.post("/{foresight_id}/remove", response={204: None, **PROBLEMS}, operation_id="remove_foresight")
def remove(request: HttpRequest, foresight_id: ForesightId) -> Any:
    """Throw a reckoning away; plans and cases stay."""
    person = person_of(request)
    with queries.room(person):
        actions.remove(foresight_id, actor=person, now=timezone.now())
    return Status(204, None)


@router.get("/{foresight_id}/expected", response={200: ExpectedOut, **PROBLEMS}, operation_id="get_expected")
def expected(request: HttpRequest, foresight_id: ForesightId, wished: Query[Wishes]) -> Any:
    """What to expect of each promise, how many people it takes and what it costs, with other figures if you like."""
    person = person_of(request)
    with queries.room(person):
        of = _ready(foresight_id, person)
        return _expected(of, wished)


@router.get(
    "/{foresight_id}/curves/{promise}",
    response={200: CurveOut, **PROBLEMS},
    operation_id="get_expected_curve",
)
def expected_curve(request: HttpRequest, foresight_id: ForesightId, promise: PromiseName) -> Any:
    """The share of missed cases of a promise under every limit."""
    person = person_of(request)
    with queries.room(person):
        of = _ready(foresight_id, person)
        sample = next((one for one in queries.samples_of(of) if one.promise == promise), None)
    if sample is None:
        raise NotFound(subject="promise")
    points = [{"limit": limit, "share": share} for limit, share in curve(sample)]
    return {"promise": promise, "unit": sample.unit.value, "points": points}


@router.get(
    "/{foresight_id}/file", response=PROBLEMS, operation_id="get_foresight_file",
    openapi_extra={"responses": {200: {"description": "the paper", "content": {"application/octet-stream": {}}}}},
)  # fmt: skip
def paper(request: HttpRequest, foresight_id: ForesightId, wished: Query[PaperWishes]) -> HttpResponse:
    """What to expect as PDF or Excel, in the language of the request, with other figures if you like."""
    person = person_of(request)
    with queries.room(person):
        of = _ready(foresight_id, person)
        samples = queries.samples_of(of)
        content = PAPERS[wished.format](of, shown(of, samples, _wish(samples, wished)))
    return download(content, f"{_('签约前测算')} {faces.title(of)}.{wished.format}")


def _ready(foresight_id: int, person: Person) -> Foresight:
    of = queries.one(foresight_id, to=person)
    if of.state != State.READY:
        raise IllegalMove(subject=queries.SUBJECT, state=of.state, act="read")
    return of


# -- answers -----------------------------------------------------------------------------------------------------------


def _row(of: Foresight) -> dict[str, Any]:
    return {
        "id": of.pk, "title": faces.title(of), "origin": of.origin, "state": of.state, "done": of.done,
        "total": of.total, "problem": of.problem, "version": of.plan_version_id, "draft": of.draft_id,
        "contracts": of.contract_ids, "author": of.author_name, "created_at": of.created_at,
        "reckoned_at": of.reckoned_at,
    }  # fmt: skip


def _whole(of: Foresight) -> dict[str, Any]:
    facts = of.facts
    first, last = (moment(facts[name]) if facts.get(name) is not None else None for name in ("first", "last"))
    return _row(of) | {
        "asked": of.asked, "undecided": of.undecided, "cases": facts.get("cases", 0), "first": first, "last": last,
        "days": facts.get("seconds", 0) // actions.DAY, "severities": facts.get("severities", {}),
        "kinds": facts.get("kinds", {}), "minutes": {name: facts.get(name) for name in faces.MINUTES},
        "bad": facts.get("bad", 0), "cut": facts.get("cut", False),
    }  # fmt: skip


def _expected(of: Foresight, wished: Wishes) -> dict[str, Any]:
    plan, samples = queries.plan_of(of), queries.samples_of(of)
    wish = _wish(samples, wished)
    rows = faces.rows_of(plan, samples, wish, of.facts["seconds"])
    staff = faces.staff_of(rows, wish, of.facts)
    return {
        "keep": wished.keep,
        "minutes": faces.usual_minutes(of.facts) | dict(wish.minutes),
        "promises": [_foreseen(row, wished.keep) for row in rows],
        "people": [
            {
                "pool": one.pool, "days": list(one.shift.days), "first": one.shift.first, "end": one.shift.end,
                "per_hour": one.per_hour, "people": one.people, "promise": one.promise,
            }
            for one in staff.needs
        ],
        "dearest": [
            {
                "promise": one.row.target.id, "per_year": one.row.rate.per_year, "each": one.each, "cost": one.cost,
                "people": one.people,
            }
            for one in faces.dearest(rows, wish, staff)
        ],
    }  # fmt: skip


def _wish(samples: Sequence[Sample], wished: Wishes) -> faces.Wished:
    """The figures that were sent. Raises BadInput: one that is none, of no promise of the plan, or out of range."""
    known = {one.promise: one for one in samples}
    limits = {name: int(number) for name, number in _pairs("limit", wished.limit, known).items()}
    for name, limit in limits.items():
        if not 0 < limit <= faces.longest(known[name]):
            raise BadInput(field="limit", problem="out_of_range")
    costs = _pairs("cost_of", wished.cost_of, known)
    if any(one > faces.MOST_COST for one in costs.values()):
        raise BadInput(field="cost_of", problem="out_of_range")
    minutes = {name: getattr(wished, name) for name in faces.MINUTES if getattr(wished, name) is not None}
    return faces.Wished(keep=wished.keep, limits=limits, minutes=minutes, cost=wished.cost, costs=costs)


def _foreseen(row: faces.Row, keep: float) -> dict[str, Any]:
    rate, sample = row.rate, row.sample
    keeps = limit_that_keeps(sample, keep / 100) if sample.told else None
    return {
        "promise": row.target.id, "clause": row.target.clause, "says": row.target.text.in_(language()),
        "about": row.about, "unit": sample.unit.value, "promised": sample.limit, "limit": rate.limit,
        "decided": rate.decided, "missed": rate.missed, "undecided": rate.undecided, "excused": sample.excused,
        "share": rate.share, "low": rate.low, "high": rate.high, "few": rate.few, "per_year": rate.per_year,
        "keeps": None if keeps is None else rounded_up(keeps, sample.unit), "note": row.why_none,
    }  # fmt: skip


def _pairs(field: str, given: list[str], known: dict[str, Any]) -> dict[str, float]:
    """promise:number as they were sent. Raises BadInput: one that is no number, or of no promise of the plan."""
    found: dict[str, float] = {}
    for text in given:
        name, _colon, number = text.rpartition(":")
        if name not in known:
            raise BadInput(field=field, problem="unknown")
        try:
            found[name] = float(number)
        except ValueError as bad:
            raise BadInput(field=field, problem="no_number") from bad
    return found
