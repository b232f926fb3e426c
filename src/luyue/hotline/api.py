# ruff: noqa: ARG001 - the framework passes the request to every route
"""Calls over REST: a telephone system sends its records here, in the words of Asterisk's CDR."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, ConfigDict, Field

from luyue.accounts.guards import person_of, person_with
from luyue.contracts import queries as contracts
from luyue.domain.hotline import BadRecord
from luyue.domain.refusals import BadInput
from luyue.domain.statement import Period
from luyue.hotline import queries, records, words
from luyue.hotline.models import Call
from luyue.web.paging import keyset_page
from luyue.web.rest import PROBLEMS, Id, Instant, Paging

router = Router(tags=["calls"])
MOST_RECORDS = 1000


def _storable(value: object) -> object:
    if isinstance(value, str) and ("\0" in value or len(value) > 200):
        raise ValueError("at most 200 characters, without NUL")
    return value


Cell = Annotated[str | int | float | None, AfterValidator(_storable)]


class RecordIn(Schema):
    """One call record. Words of the telephone system that are not listed here are left aside.

    A time without an offset is one of China's zone. `uniqueid` makes a record one call: sent again it changes nothing,
    and several records of one call (a queue rings several people) are put together.
    """

    model_config = ConfigDict(extra="ignore")

    uniqueid: Cell = None
    start: Cell = Field(None, description="first ring, e.g. 2026-03-04 10:00:00")
    answer: Cell = None
    end: Cell = None
    src: Cell = Field(None, description="number that called")
    dst: Cell = Field(None, description="number, extension or queue that was called: a registered line")
    clid: Cell = None
    disposition: Cell = Field(None, description="ANSWERED, NO ANSWER, BUSY, FAILED, CONGESTION")
    duration: Cell = Field(None, description="seconds from start to end")
    billsec: Cell = Field(None, description="seconds from answer to end")
    dstchannel: Cell = Field(
        None, description="who took it; sent and empty: a machine did, so nobody answered"
    )


class TakenRow(Schema):
    """What became of one record: added, merged (into a call that was there), unchanged or bad."""

    uniqueid: str
    outcome: str
    call: int | None
    detail: str = ""


class TakenOut(Schema):
    added: int
    merged: int
    unchanged: int
    bad: int
    records: list[TakenRow]


class CallRow(Schema):
    """A call. counts_as: answered, missed, short, outside or outgoing; only the first two make the answered share."""

    id: int
    contract: int | None
    line: int | None
    direction: str
    number: str
    name: str
    started_at: Instant
    answered: bool
    wait_seconds: int
    talk_seconds: int
    taker: str
    case: int | None
    counts_as: str
    to_call_back: bool
    uniqueid: str


class CallsOut(Schema):
    calls: list[CallRow]
    next: str


class CallFilter(Paging):
    """Conditions of the list."""

    contract: Id | None = None
    line: Id | None = None
    to_call_back: bool = False


class ShareOut(Schema):
    """Answered share: answered ÷ (answered + missed) in percent, null when no call counts. short, outside: calls that
    do not count."""

    contract: int
    first: str
    last: str
    answered: int
    missed: int
    short: int
    outside: int
    percent: float | None
    promised: float | None
    kept: bool | None


@router.post("", response={200: TakenOut, 201: TakenOut, **PROBLEMS}, operation_id="send_calls")
def send(request: HttpRequest, body: RecordIn | list[RecordIn]) -> Any:
    """Take in one call record, or up to 1,000. A single bad one is refused; of several, bad ones are told and the
    others taken."""
    person = person_of(request)
    single = isinstance(body, RecordIn)
    given = [body] if isinstance(body, RecordIn) else body
    if not 1 <= len(given) <= MOST_RECORDS:
        raise BadInput(field="body", problem="too_many", limit=MOST_RECORDS)
    # What is not sent is not there; what is sent empty is empty (`dstchannel`).
    fields = [one.model_dump(exclude_unset=True) for one in given]
    taken = records.take_records(list(enumerate(fields)), actor=person, now=timezone.now())
    if single and taken.bad:
        raise BadRecord(**{name: value for name, value in taken.problems[0].items() if name != "row"})
    told = {one["row"]: words.problem_words(one) for one in taken.problems}
    rows = [
        {
            "uniqueid": str(fields[place].get("uniqueid") or ""),
            "outcome": taken.outcomes[place][0],
            "call": taken.outcomes[place][1],
            "detail": told.get(place, ""),
        }
        for place in range(len(given))
    ]
    counts = {name: getattr(taken, name) for name in ("added", "merged", "unchanged", "bad")}
    return Status(201 if taken.added else 200, counts | {"records": rows})


@router.get("", response={200: CallsOut, **PROBLEMS}, operation_id="list_calls")
def listed(request: HttpRequest, wanted: Query[CallFilter]) -> Any:
    """Calls in scope, the newest first."""
    person_with(request, "see_calls")
    found = Call.objects.select_related("line").defer("note")
    if wanted.contract is not None:
        found = found.filter(contract_id=wanted.contract)
    if wanted.line is not None:
        found = found.filter(line_id=wanted.line)
    if wanted.to_call_back:
        found = found.filter(queries.TO_CALL_BACK)
    page = keyset_page(found, order=("-started_at", "-id"), after=wanted.after, size=wanted.limit)
    return {"calls": [_row(call) for call in page.rows], "next": page.next}


@router.get("/share/{contract}", response={200: ShareOut, **PROBLEMS}, operation_id="answered_share")
def share(request: HttpRequest, contract: Id, first: date | None = None, last: date | None = None) -> Any:
    """The answered share of a contract in a period of days; by default of this month."""
    now = timezone.now()
    of = contracts.contract(contract)
    today = contracts.local_day(now)
    begin, end = first or today.replace(day=1), last or today
    try:
        period = Period(begin, end)
    except ValueError as error:
        raise BadInput(field="last") from error
    found = queries.answered_share(of.pk, period).share
    quota = queries.quota_of(of.pk, now)
    at_least = quota.at_least if quota else None
    return {
        "contract": of.pk, "first": begin.isoformat(), "last": end.isoformat(), "answered": found.answered,
        "missed": found.missed, "short": found.short, "outside": found.outside, "percent": found.percent,
        "promised": at_least, "kept": found.keeps(at_least) if at_least is not None else None,
    }  # fmt: skip


def _row(call: Call) -> dict[str, Any]:
    return {
        "id": call.pk, "contract": call.contract_id, "line": call.line_id, "direction": call.direction,
        "number": call.number, "name": call.name, "started_at": call.started_at, "answered": call.answered,
        "wait_seconds": call.wait_seconds, "talk_seconds": call.talk_seconds, "taker": call.taker,
        "case": call.case_id, "counts_as": str(call.judged), "to_call_back": call.to_call_back,
        "uniqueid": call.external_id,
    }  # fmt: skip
