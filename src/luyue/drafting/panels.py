"""What drafts add to the pages of plans."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts.models import PlanVersion
from luyue.drafting import queries


def of_plan(request: HttpRequest, version: PlanVersion) -> str:
    """The way from a plan version to the document that it was read from."""
    person = person_of(request)
    if not isinstance(person, Person) or not person.may(queries.RIGHT):
        return ""
    with queries.room(person):
        there = queries.has_clauses(version)
    return render_to_string("drafting/_of_plan.html", {"version": version}, request) if there else ""
