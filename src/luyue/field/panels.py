"""What field work adds to the pages of the desk."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.accounts.guards import person_of
from luyue.desk.models import Case
from luyue.field import faces, queries
from luyue.service_forms.models import ServiceForm
from luyue.web.panels import filled


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
