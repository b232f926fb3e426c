# ruff: noqa: ARG001 - the framework passes the request to every route
"""Cases over REST. The routes parse, call one action or query, and write the answer."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Path, Query, Router

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.desk import actions, escalation, faces, queries, queue, schemas, storms, triage
from luyue.desk.flows_queries import shown_data
from luyue.desk.models import Case, Clock
from luyue.devices.models import Device, Site
from luyue.domain.cases import case_number
from luyue.domain.refusals import NotFound
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, utc
from luyue.web.walled import walled

router = Router(tags=["cases"])
CaseId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
Round = Annotated[int, Query(ge=0, le=10_000, description="the number of the reopening that started it anew")]
Key = Annotated[
    str, Header(alias="Idempotency-Key", max_length=120, description="the same key gives the same case")
]

# act → (action, body). The words are those of the lifecycle, luyue.domain.cases.
ACTS: dict[str, tuple[Callable[..., Case], type[Body]]] = {
    "triage": (actions.triage_case, schemas.Triage),
    "assign": (actions.assign_case, schemas.Assign),
    "change_severity": (actions.change_severity, schemas.ChangeSeverity),
    "escalate": (escalation.escalate_case, schemas.Escalate),
    "respond": (actions.respond_case, schemas.Note),
    "understand": (actions.understand_case, schemas.Note),
    "start_remote": (actions.start_remote, schemas.Note),
    "fail_remote": (actions.fail_remote, schemas.Note),
    "give_plan": (actions.give_plan, schemas.Note),
    "depart": (actions.depart, schemas.Note),
    "arrive": (actions.arrive, schemas.Note),
    "restore": (actions.restore_case, schemas.Note),
    "replace": (actions.replace_device, schemas.Note),
    "loan": (actions.lend_device, schemas.Note),
    "give_emergency_plan": (actions.give_emergency_plan, schemas.Note),
    "hand_over_report": (actions.hand_over_report, schemas.Note),
    "send_repair": (actions.send_repair, schemas.Note),
    "return_repair": (actions.return_repair, schemas.Note),
    "order_part": (actions.order_part, schemas.Note),
    "deliver_part": (actions.deliver_part, schemas.Note),
    "deliver_some": (actions.deliver_some, schemas.NoteNeeded),
    "return_spares": (actions.return_spares, schemas.Note),
    "take_back_loan": (actions.take_back_loan, schemas.Note),
    "allocate_spares": (escalation.allocate_spares, schemas.AllocateSpares),
    "promise_call_back": (actions.promise_call_back, schemas.PromiseCallBack),
    "call_back": (actions.call_back, schemas.Note),
    "decide_charges": (triage.decide_charges, schemas.DecideCharges),
    "urge": (actions.urge_case, schemas.Note),
    "note": (actions.note_case, schemas.NoteNeeded),
    "resolve": (actions.resolve_case, schemas.Resolve),
    "close": (actions.close_case, schemas.Note),
    "reopen": (actions.reopen_case, schemas.Reason),
    "cancel": (actions.cancel_case, schemas.Reason),
    "pause": (actions.pause_case, schemas.Pause),
    "resume": (actions.resume_case, schemas.Resume),
    "excuse": (actions.excuse_clock, schemas.Excuse),
}

_ROW = (
    "id", "contract_id", "contract__number", "contract__customer__name", "title", "kind", "severity", "channel",
    "state", "in_scope", "owner_id", "owner__name", "reported_at", "resolved_at", "closed_at", "next_due_at",
    "breached", "version",
)  # fmt: skip


@router.post("", response={(200, 201): schemas.CaseMade, **PROBLEMS}, operation_id="report_case")
def report(request: HttpRequest, body: schemas.CaseIn, key: Key = "") -> HttpResponse:
    """Take in a case and start its clocks: 201, or 200 and the case that is there for a key used before."""
    now, person = timezone.now(), person_of(request)
    said = body.model_dump(exclude={"contract", "site", "device", "at"})
    at = body.at or now
    # Both ways open their transactions themselves (LUYUE_OWN_TRANSACTIONS).
    told = actions.Told(person, body.contract, body.site, body.device, said | {"key": key}, at, now)
    case = storms.take_in(told)
    clocks: list[dict[str, Any]] = []
    if case is None:
        with walled(person):
            case = actions.report_case(
                body.contract,
                **said,
                site=_site(body.site),
                device=_device(body.device),
                idempotency_key=key,
                actor=person,
                at=at,
                now=now,
            )
            clocks = [] if case.read_clocks is not None else clocks_told(case.pk, now)
    if case.read_clocks is None:
        return answer(case_made(case, clocks))
    return answer(case_made(case, [_clock(row, str(row["state"])) for row in case.read_clocks]), 201)


@router.get("", response={200: schemas.CaseList, **PROBLEMS}, operation_id="list_cases")
def cases(request: HttpRequest, wanted: Query[schemas.CaseFilter]) -> HttpResponse:
    """Cases in your scope, page by page."""
    person = person_of(request)
    found = queries.find_cases(
        queue.searched(queue.scoped(person), wanted.q),
        states=wanted.state,
        open_only=wanted.open,
        contract_id=wanted.contract,
        severities=wanted.severity,
        kinds=wanted.kind,
        owner_id=wanted.owner,
        nobodys=wanted.nobodys,
        breached=wanted.breached,
        reported_from=wanted.reported_from,
        reported_to=wanted.reported_to,
    ).values(*_ROW)
    page = keyset_page(found, order=queries.ORDERS[wanted.sort], after=wanted.after, size=wanted.limit)
    return answer({"cases": [_row(row) for row in page.rows], "next": page.next})


@router.get("/{case_id}", response={200: schemas.CaseOut, **PROBLEMS}, operation_id="get_case")
def one(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """A case with its clocks and its history."""
    case = queries.case(case_id)
    person = person_of(request)
    told = case_made(case, clocks_told(case_id, timezone.now())) | {
        "description": case.description,
        "reporter_name": case.reporter_name,
        "reporter_phone": case.reporter_phone,
        "site": case.site_id,
        "device": case.device_id,
        "timeline": [
            {
                "id": event.id,
                "kind": event.kind,
                "actor": event.actor_name,
                "occurred_at": utc(event.occurred_at),
                "recorded_at": utc(event.recorded_at),
                "data": shown_data(event.data, person),
            }
            for event in queries.history.rows(case_id)
            # Notes are the firm's own.
            if event.kind != "case.noted" or person.may("see_ledger")
        ],
    }
    return answer(told)


@router.get("/{case_id}/why/{promise}", response={200: schemas.Why, **PROBLEMS}, operation_id="why_due_then")
def why(
    request: HttpRequest, case_id: CaseId, promise: Annotated[str, Path(max_length=80)], round: Round = 0
) -> HttpResponse:
    """Why a limit is due when it is: the reckoning step by step, in the words of the request's language."""
    now = timezone.now()
    case = queries.case(case_id)
    clock = _found(queries.clocks_of(case_id).filter(promise=promise, number=round).first(), "clock")
    steps = faces.reckoning(case, clock, queries.case_events(case_id), now)
    told = [
        {
            "code": step.code,
            "at": None if step.at is None else utc(queries.moment(step.at)),
            "until": None if step.until is None else utc(queries.moment(step.until)),
            "seconds": step.seconds,
            "text": text,
        }
        for step, text in steps
    ]
    return answer({"clock": _told(clock, now), "steps": told})


def _add_act(name: str, action: Callable[..., Case], body_type: type[Body]) -> None:
    def act(request: HttpRequest, case_id: CaseId, body: Any) -> HttpResponse:
        now = timezone.now()
        facts = body.model_dump()
        at = facts.pop("at") or now
        if "owner" in facts:
            facts["owner"] = _person(facts["owner"])
        case = action(case_id, actor=request.user, at=at, now=now, **facts)
        return answer(case_made(case, clocks_told(case_id, now)))

    act.__annotations__["body"] = body_type
    act.__doc__ = (action.__doc__ or "").partition("\n")[0]
    router.post(
        f"/{{case_id}}/acts/{name}",
        response={200: schemas.CaseMade, **PROBLEMS},
        operation_id=f"act_{name}",
        summary=name.replace("_", " ").capitalize(),
    )(act)


for _name, (_action, _body) in ACTS.items():
    _add_act(_name, _action, _body)


def _site(site_id: int | None) -> Site | None:
    return None if site_id is None else _found(Site.objects.filter(pk=site_id).first(), "site")


def _device(device_id: int | None) -> Device | None:
    if device_id is None:
        return None
    return _found(Device.objects.select_related("site").filter(pk=device_id).first(), "device")


def _person(person_id: int | None) -> Person | None:
    if person_id is None:
        return None
    return _found(Person.objects.filter(pk=person_id, active=True).first(), "person")


def _found(thing: Any, subject: str) -> Any:
    if thing is None:
        raise NotFound(subject=subject)
    return thing


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": case_number(row["id"]),
        "contract": row["contract_id"],
        "contract_number": row["contract__number"],
        "customer": row["contract__customer__name"],
        "title": row["title"],
        "kind": row["kind"],
        "severity": row["severity"],
        "channel": row["channel"],
        "state": row["state"],
        "in_scope": row["in_scope"],
        "owner": row["owner_id"],
        "owner_name": row["owner__name"],
        "reported_at": utc(row["reported_at"]),
        "resolved_at": utc(row["resolved_at"]),
        "closed_at": utc(row["closed_at"]),
        "next_due_at": utc(row["next_due_at"]),
        "breached": row["breached"],
        "version": row["version"],
    }


def case_made(case: Case, clocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "contract": case.contract_id,
        "title": case.title,
        "kind": case.kind,
        "severity": case.severity,
        "channel": case.channel,
        "state": case.state,
        "in_scope": case.in_scope,
        "scope_reason": case.scope_reason,
        "onsite": case.onsite,
        "owner": case.owner_id,
        "reported_at": utc(case.reported_at),
        "resolved_at": utc(case.resolved_at),
        "closed_at": utc(case.closed_at),
        "next_due_at": utc(case.next_due_at),
        "breached": case.breached,
        "version": case.version,
        "clocks": clocks,
    }


def clocks_told(case_id: int, now: datetime) -> list[dict[str, Any]]:
    return [_told(clock, now) for clock in queries.clocks_of.rows(case_id)]


def _told(clock: Clock, now: datetime) -> dict[str, Any]:
    row = {name: getattr(clock, name) for name in _CLOCK}
    plain = {name: utc(value) if isinstance(value, datetime) else value for name, value in row.items()}
    return _clock(plain, clock.state_at(now))


_CLOCK = (
    "promise", "metric", "number", "started_at", "due_original_at", "due_at", "warn_at", "stopped_at", "ended_at",
    "paused_since", "paused_seconds", "late_entry",
)  # fmt: skip


def _clock(row: Mapping[str, Any], state: str) -> dict[str, Any]:
    told = {name: row[name] for name in _CLOCK}
    told["round"] = told.pop("number")
    return told | {"state": state}


def answer(content: Mapping[str, Any], status: int = 200) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")
