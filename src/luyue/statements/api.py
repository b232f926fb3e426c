"""Statements over REST."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from luyue.accounts.guards import person_with
from luyue.domain.refusals import BadInput
from luyue.domain.statement import Period
from luyue.statements.figures import statement_json
from luyue.statements.wording import read_against
from luyue.web.languages import language
from luyue.web.rest import BIGGEST_ID, PROBLEMS

router = Router(tags=["statements"])
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class PeriodIn(Schema):
    """Days, both included. against: a period to hold it against: `previous`, `last_year`, or days as
    `2025-01-01..2025-03-31`."""

    first: date = Field(ge=EARLIEST, le=LATEST, alias="from")
    last: date = Field(ge=EARLIEST, le=LATEST, alias="to")
    against: str = Field("", max_length=40)


class StatementOut(Schema):
    """What was promised against what was done. Counts are by outcome; `rules` says in words how they are reckoned.
    comparison: every promise in both periods, better or worse; only where `against` asks for it."""

    contract: dict[str, Any]
    period: dict[str, str]
    previous_period: dict[str, str]
    as_of: str
    rules: Any
    totals: dict[str, Any]
    previous: dict[str, Any]
    promises: list[dict[str, Any]]
    obligations: dict[str, Any]
    quotas: list[dict[str, Any]]
    measured: list[dict[str, Any]]
    not_executed: list[dict[str, Any]]
    comparison: dict[str, Any] | None = None


@router.get("/{contract_id}", response={200: StatementOut, **PROBLEMS}, operation_id="get_statement")
def statement(
    request: HttpRequest, contract_id: Annotated[int, Path(ge=1, le=BIGGEST_ID)], days: Query[PeriodIn]
) -> Any:
    """The statement of a contract and period, promise by promise; the page's JSON file has every clock besides."""
    person_with(request, "see_statement")
    try:
        period = Period(days.first, days.last)
    except ValueError as error:
        raise BadInput(field="to", problem="before_start") from error
    against, _word = read_against({"against": days.against}, period)
    told = statement_json(
        contract_id, period, now=timezone.now(), language=language(), with_instances=False, against=against
    )
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})
