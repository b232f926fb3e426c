# ruff: noqa: ARG001 - the framework passes the request to every route
"""Links of cases over REST: related, duplicate, child of a mass fault."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status
from pydantic import Field

from luyue.desk import links, queries
from luyue.desk.models import CaseLink
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, GivenInstant, Id, Instant, Line, Text

router = Router(tags=["links"])
Relation = Literal["related", "duplicate", "child"]
LinkId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
When = Annotated[GivenInstant | None, Field(description="when it happened; without it: now")]
Note = Annotated[Line, Field(max_length=200)]
ACTIONS = {"related": links.relate_cases, "duplicate": links.merge_case, "child": links.put_under}


class LinkIn(Body):
    """`source` is the duplicate or the child, `target` the case that stays or the mass fault."""

    relation: Relation
    source: Id
    target: Id
    note: Note = ""
    at: When = None


class EndIn(Body):
    note: Note = ""
    at: When = None


class SolutionIn(Body):
    """Which children to resolve, and with what."""

    children: Annotated[list[Id], Field(min_length=1, max_length=500)]
    cause: Text
    fix: Text
    at: When = None


class AgainIn(Body):
    """Somebody reports what is in hand already."""

    reporter_name: Annotated[Line, Field(max_length=60)] = ""
    reporter_phone: Annotated[Line, Field(max_length=30)] = ""
    note: Text = ""
    at: When = None


class LinkOut(Schema):
    id: int
    relation: Relation
    source: int
    target: int
    note: str
    linked_at: Instant
    ended_at: Instant | None


class LinkList(Schema):
    links: list[LinkOut]


class Solved(Schema):
    resolved: list[int]
    refused: dict[int, str]


@router.get("/of/{case_id}", response={200: LinkList, **PROBLEMS}, operation_id="list_links")
def of_case(request: HttpRequest, case_id: Annotated[int, Path(ge=1, le=BIGGEST_ID)]) -> dict[str, Any]:
    """All links of a case, those that were ended too."""
    queries.case(case_id)
    return {"links": [_told(one) for one in links.all_links(case_id)]}


@router.post("", response={201: LinkOut, **PROBLEMS}, operation_id="link_cases")
def link(request: HttpRequest, body: LinkIn) -> Status[dict[str, Any]]:
    """Relate two cases, merge a duplicate into the one that stays, or put a child under a mass fault."""
    now = timezone.now()
    act = ACTIONS[body.relation]
    made = act(body.source, body.target, note=body.note, actor=request.user, at=body.at or now, now=now)
    return Status(201, _told(made))


@router.post("/{link_id}/end", response={200: LinkOut, **PROBLEMS}, operation_id="end_link")
def end(request: HttpRequest, link_id: LinkId, body: EndIn) -> dict[str, Any]:
    """Undo a link; a merged case lives again."""
    now = timezone.now()
    return _told(links.end_link(link_id, note=body.note, actor=request.user, at=body.at or now, now=now))


@router.post(
    "/of/{case_id}/resolve_children", response={200: Solved, **PROBLEMS}, operation_id="resolve_children"
)
def resolve(
    request: HttpRequest, case_id: Annotated[int, Path(ge=1, le=BIGGEST_ID)], body: SolutionIn
) -> dict[str, Any]:
    """Resolve children of a mass fault, each by its own event."""
    now = timezone.now()
    done, refused = links.resolve_children(
        case_id, body.children, cause=body.cause, fix=body.fix, actor=request.user, at=body.at or now, now=now
    )
    return {"resolved": [case.pk for case in done], "refused": {case.pk: why.code for case, why in refused}}


@router.post("/of/{case_id}/report_again", response={204: None, **PROBLEMS}, operation_id="report_again")
def report_again(
    request: HttpRequest, case_id: Annotated[int, Path(ge=1, le=BIGGEST_ID)], body: AgainIn
) -> Status[None]:
    """Somebody else reports it too: no second case, but he is known."""
    now = timezone.now()
    told = body.model_dump(exclude={"at"})
    links.report_again(case_id, actor=request.user, at=body.at or now, now=now, by="api", **told)
    return Status(204, None)


def _told(link: CaseLink) -> dict[str, Any]:
    return {
        "id": link.pk,
        "relation": link.relation,
        "source": link.source_id,
        "target": link.target_id,
        "note": link.note,
        "linked_at": link.linked_at,
        "ended_at": link.ended_at,
    }
