"""Triage over REST: who pays, which promises rule a case and why the others do not, whom it should go to."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema

from luyue.accounts.guards import person_of
from luyue.contracts import queries as contracts
from luyue.desk import queries, routing, triage
from luyue.domain.matching import Match
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Instant

router = Router(tags=["triage"])


class ReasonOut(Schema):
    code: str
    wanted: list[str]
    found: list[str]
    other: str


class MatchOut(Schema):
    """A limit of the plan. `due` as if it began with the report; `rules`: the strictest of its kind that applies."""

    promise: str
    metric: list[str]
    clause: str
    applies: bool
    rules: bool
    due: Instant | None
    reasons: list[ReasonOut]


class PointOut(Schema):
    code: str
    points: int
    what: str


class SuggestionOut(Schema):
    person: int
    name: str
    score: int
    reasons: list[PointOut]


class TriageOut(Schema):
    """`charges`: what plan and dates say; null without a plan. `suggestions`: empty for those who do not triage."""

    charges: dict[str, Any] | None
    promises: list[MatchOut]
    suggestions: list[SuggestionOut]


@router.get("/{case_id}", response={200: TriageOut, **PROBLEMS}, operation_id="get_triage")
def one(request: HttpRequest, case_id: Annotated[int, Path(ge=1, le=BIGGEST_ID)]) -> dict[str, Any]:
    """What triage looks at; nothing is decided by it."""
    person = person_of(request)
    case = queries.case(case_id)
    force = contracts.with_version(case.contract, case.plan_version_id)
    facts = triage.facts_now(case, queries.case_events(case_id))
    ruling = triage.ruling_of(case, force, facts)
    people = []
    if person.may("triage_case"):
        people = routing.suggest_for(case, triage.found_by(case_id), timezone.now())
    return {
        "charges": triage.plain(ruling) if ruling else None,
        "promises": [_match(found) for found in triage.matches_of(case, force, facts)],
        "suggestions": people,
    }


def _match(found: Match) -> dict[str, Any]:
    return {
        "promise": found.promise,
        "metric": list(found.target.metric),
        "clause": found.target.clause,
        "applies": found.applies,
        "rules": found.rules,
        "due": None if found.due is None else queries.moment(found.due),
        "reasons": found.reasons,
    }
