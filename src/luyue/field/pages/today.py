"""The engineer's start page on the phone: his orders of the day in order of time."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.contracts.queries import local_day
from luyue.desk import faces as desk_faces
from luyue.domain import work_orders
from luyue.domain.refusals import NotAllowed
from luyue.field import faces, queries
from luyue.field.models import WorkOrder

AHEAD = timedelta(days=7)


@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Orders of the person who asks: what he is at, what comes today, what comes later, what is done."""
    person = person_of(request)
    if not (person.may("do_work_order") or person.may("plan_work_order")):
        raise NotAllowed(act="do_work_order")
    now = timezone.now()
    begin, end = queries.day_bounds(local_day(now))
    found = queries.orders_of(person, begin=begin, end=end + AHEAD)
    open_cases = [one.case for one in found if one.case is not None and one.is_open]
    clocks = desk_faces.first_open(open_cases, now)
    rows = [faces.row(one, clocks.get(one.case_id)) for one in found]
    return render(
        request, "field/today.html", {"day": local_day(now), **_parts(rows, end), "any": bool(rows)}
    )


def _parts(rows: list[dict[str, Any]], end: datetime) -> dict[str, Any]:
    under_way = [row for row in rows if row["order"].state in ("departed", "arrived", "working")]
    waiting = [row for row in rows if row["order"].state in ("planned", "accepted")]
    ended = [row for row in rows if row["order"].state in work_orders.ENDED_STATES]
    # The latest first: what was left hanging long ago is not what he is at.
    under_way.sort(
        key=lambda row: row["order"].departed_at or row["order"].arrived_at or _starts(row["order"]),
        reverse=True,
    )
    now_on = under_way[:1] or [row for row in waiting if _starts(row["order"]) < end][:1]
    first = now_on[0] if now_on else None
    rest = [row for row in [*under_way, *waiting] if row is not first]
    return {
        "first": first,
        "rows": [row for row in rest if _starts(row["order"]) < end],
        "later": [row for row in rest if _starts(row["order"]) >= end],
        "unsigned": [row for row in ended if row["order"].state != "confirmed"],
        "done": [row for row in ended if row["order"].state == "confirmed"],
    }


def _starts(order: WorkOrder) -> datetime:
    assert order.planned_from is not None
    return order.planned_from
