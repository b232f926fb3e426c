"""What reckonings add to the pages of plans and drafts: the way to a new one."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts.models import PlanVersion
from luyue.drafting.models import Draft
from luyue.foresight import queries


def of_draft(request: HttpRequest, draft: Draft) -> str:
    """A button above a draft under review."""
    return _drawn(request, "foresight/_button.html", f"draft-{draft.pk}")


def of_plan(request: HttpRequest, version: PlanVersion) -> str:
    """A line above a plan version."""
    return _drawn(request, "foresight/_of_plan.html", f"version-{version.pk}")


def _drawn(request: HttpRequest, template: str, chosen: str) -> str:
    person = person_of(request)
    if not isinstance(person, Person) or not person.may(queries.RIGHT):
        return ""
    return render_to_string(template, {"chosen": chosen}, request)
