"""Reading what a plan of a visit needs, and the plan itself by the rules of `luyue.domain.dispatch`; writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from luyue.accounts.models import Person
from luyue.desk import queries as desk
from luyue.desk.models import Case
from luyue.desk.queries import seconds
from luyue.devices.models import Site
from luyue.domain import dispatch, work_orders
from luyue.domain.dispatch import Planned, Wish
from luyue.domain.refusals import BadInput, NotFound
from luyue.field import queries
from luyue.field.models import WorkOrder

LONGEST_TITLE, LONGEST_TEXT = 200, 20_000
MOST_LINES = 50


@dataclass(frozen=True)
class Request:
    """What somebody wants: a new order for a case, or another time or engineer for one that is there.

    begin, end: aware; tools, parts: one line each. follows: the unfinished order that the new one goes on.
    """

    kind: str
    engineer_id: int
    begin: datetime
    end: datetime
    case_id: int | None = None
    order_id: int | None = None
    # For an order without a case: what it is for, in the ledger's words, whose it is and where.
    subject: tuple[str, int] | None = None
    contract_id: int | None = None
    site_id: int | None = None
    title: str = ""
    instructions: str = ""
    tools: Sequence[str] = ()
    parts: Sequence[str] = ()
    companions: Sequence[int] = ()
    follows_id: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class Draft:
    """A plan with the rows it was made of."""

    request: Request
    planned: Planned
    engineer: Person
    case: Case | None
    order: WorkOrder | None
    companions: Sequence[Person] = field(default=())


def draft(request: Request, *, now: datetime, lock: bool = False) -> Draft:
    """Fit a request into the engineer's days. lock: hold his days and the order until the transaction ends.

    Raises:
        NotFound: no such case, order or engineer in scope. BadInput: a field that cannot be used.
    """
    engineer = _engineer(request.engineer_id, lock=lock)
    order = None
    if request.order_id is not None:
        order = (queries.locked_order if lock else queries.order)(request.order_id)
    case = _case(request, order)
    _check(request, order)
    contract_id = order.contract_id if order else case.contract_id if case else request.contract_id
    assert contract_id is not None
    site = order.site if order else case.site if case else _site(request)
    due = queries.arrival_due(case.pk) if case is not None else None
    planned = dispatch.plan(
        Wish(
            order=order.pk if order else None,
            kind=request.kind,
            state=order.state if order else "",
            engineer=engineer.pk,
            engineer_name=engineer.name,
            may=queries.may_serve(engineer, contract_id),
            begin=seconds(request.begin),
            end=seconds(request.end),
            place=dispatch.place(site.latitude, site.longitude) if site else None,
            due=seconds(due) if due else None,
            owned=case is None or case.owner_id is not None,
            onsite_known=case is None or case.onsite is True,
        ),
        stops=queries.stops_of(engineer.pk, request.begin, request.end),
        away=[
            dispatch.Away(seconds(one.starts_at), seconds(one.ends_at), one.reason)
            for one in queries.absences(request.begin, request.end, [engineer.pk])
        ],
        hours=queries.office_hours(request.begin - timedelta(days=2), request.end + timedelta(days=2)),
        points=queries.as_points(queries.points()),
        now=seconds(now),
    )
    return Draft(request, planned, engineer, case, order, _companions(request, contract_id))


def _engineer(engineer_id: int, *, lock: bool) -> Person:
    found = Person.objects.filter(pk=engineer_id)
    if lock:
        # Two who plan the same engineer at once: the second sees what the first has put into his day.
        found = found.select_for_update(of=("self",))
    one = found.first()
    if one is None or not one.may("do_work_order"):
        raise BadInput(field="engineer")
    return one


def _case(request: Request, order: WorkOrder | None) -> Case | None:
    if order is not None:
        return order.case
    if request.subject is not None:
        return None
    if request.case_id is None:
        raise NotFound(subject="case")
    case = desk.case(request.case_id)
    if not case.is_open:
        raise BadInput(field="case", problem="not_open")
    return case


def _site(request: Request) -> Site | None:
    if request.site_id is None or request.contract_id is None:
        return None
    return Site.objects.filter(pk=request.site_id, contract_id=request.contract_id).first()


def _companions(request: Request, contract_id: int) -> list[Person]:
    wanted = set(request.companions)
    if request.engineer_id in wanted:
        raise BadInput(field="companions", problem="sent")
    found = [one for one in Person.objects.filter(pk__in=wanted) if queries.may_serve(one, contract_id)]
    if len(found) < len(wanted):
        raise BadInput(field="companions")
    return found


def _check(request: Request, order: WorkOrder | None) -> None:
    if request.kind not in work_orders.KINDS:
        raise BadInput(field="kind")
    if order is not None and order.kind != request.kind and order.state != "planned":
        raise BadInput(field="kind")
    # A round stays one, and nothing else becomes one: its devices hang on it.
    if (request.kind == work_orders.ROUND) != (
        request.subject is not None or (order is not None and order.kind == work_orders.ROUND)
    ):
        raise BadInput(field="kind")
    for name, text, limit in (
        ("title", request.title, LONGEST_TITLE),
        ("instructions", request.instructions, LONGEST_TEXT),
        ("tools", "".join(request.tools), LONGEST_TEXT),
        ("parts", "".join(request.parts), LONGEST_TEXT),
    ):
        if len(text) > limit:
            raise BadInput(field=name, problem="too_long", limit=limit)
        if "\0" in text:
            raise BadInput(field=name, problem="bad_character")
    for name, lines in (("tools", request.tools), ("parts", request.parts)):
        if len(lines) > MOST_LINES:
            raise BadInput(field=name, problem="too_many", limit=MOST_LINES)
    if request.follows_id is not None and request.case_id is not None:
        before = WorkOrder.objects.filter(pk=request.follows_id, case_id=request.case_id).first()
        if before is None or before.state not in work_orders.ENDED_STATES:
            raise BadInput(field="follows")
