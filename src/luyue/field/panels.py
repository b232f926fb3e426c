"""What field work adds to the pages of the desk."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.accounts.guards import person_of
from luyue.contracts.queries import local_day
from luyue.desk.models import Case
from luyue.desk.tiles import tile
from luyue.field import faces, queries
from luyue.service_forms.models import ServiceForm
from luyue.web.panels import filled

SHOWN = 8


def case_side(request: HttpRequest, thing: object) -> str:
    """The work orders of a case. A customer sees who comes when, without the way into the firm's own pages."""
    assert isinstance(thing, Case)
    person = person_of(request)
    if not filled(request, "field_workorder", thing.pk):
        return ""
    rows = [faces.row(one) for one in queries.orders_of_case.rows(thing.pk)]
    return render_to_string(
        "field/_case_side.html", {"rows": rows, "opens": person.may("see_work_order"), "case": thing}, request
    )


def case_top(request: HttpRequest, thing: object) -> str:
    """The way to plan a visit."""
    assert isinstance(thing, Case)
    person = person_of(request)
    if not thing.is_open or not person.may("plan_work_order"):
        return ""
    return render_to_string("field/_case_top.html", {"case": thing}, request)


def order_of_form(request: HttpRequest, thing: object) -> str:
    """The way from a report to the order that it came out of."""
    assert isinstance(thing, ServiceForm)
    person = person_of(request)
    if thing.subject_kind != queries.SUBJECT or thing.subject_id is None or not person.may("see_work_order"):
        return ""
    order = queries.order(thing.subject_id)
    return render_to_string("field/_form_side.html", faces.row(order), request)


def _to_pack() -> str:
    states = "".join(f"&state={one}" for one in queries.TO_PACK_STATES)
    return f"{reverse('field:list')}?view=open{states}&parts=yes"


def store_tile(request: HttpRequest, person: Any) -> str:  # noqa: ARG001 - a storekeeper sees all orders
    """How many orders wait for parts to be made ready."""
    return tile(_("要备件的任务"), queries.visible_orders().filter(queries.TO_PACK), _to_pack())


def store_card(request: HttpRequest, person: Any) -> str:  # noqa: ARG001
    """The orders that somebody sets out for next, with what he takes along."""
    rows = queries.visible_orders().filter(queries.TO_PACK).order_by("planned_from", "id")[:SHOWN]
    facts = {"rows": rows, "url": _to_pack()}
    return render_to_string("field/_store.html", facts, request) if rows else ""


def home_card(request: HttpRequest, person: Any) -> str:
    """On the workbench of whoever goes there himself: his orders of today that are not over."""
    now = timezone.now()
    begin, end = queries.day_bounds(local_day(now))
    rows = [one for one in queries.orders_of(person, begin=begin, end=end) if one.is_open]
    if not rows:
        return ""
    facts = {"rows": [faces.row(one) for one in rows[:SHOWN]], "more": len(rows) > SHOWN}
    return render_to_string("field/_home.html", facts, request)
