"""The customer's pages besides those he shares with the firm: rating, colleagues, and parts of the workbench."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_of, require
from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts import queries as contracts
from luyue.contracts.forms import blame
from luyue.contracts.models import Access, Contract, Customer
from luyue.desk import queries as desk
from luyue.desk.models import Case
from luyue.domain.refusals import NotAllowed, NotFound, Refusal
from luyue.portal import actions, queries
from luyue.portal.forms import ColleagueForm, RatingForm
from luyue.web.panels import filled

TO_RATE = 5


@login_required
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, case_id: int) -> HttpResponse:
    """Rate a solved case; the earlier answer of the same person stands in the form."""
    person = person_of(request)
    case = desk.case(case_id)
    require(person, "rate_case")
    if request.method == "POST":
        form = RatingForm(request.POST)
        if form.is_valid():
            actions.rate_case(case.pk, actor=person, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("谢谢，评价已记录。"))
            return redirect("desk:case", case.pk)
        return render(request, "portal/rate.html", {"form": form, "case": case}, status=422)
    mine = next((one for one in queries.ratings_of(case.pk) if one.person_id == person.pk), None)
    initial = {n: getattr(mine, n) for n in ("speed", "result", "manner", "comment")} if mine else None
    return render(request, "portal/rate.html", {"form": RatingForm(initial=initial), "case": case})


@login_required
@require_http_methods(["GET", "POST"])
def colleagues(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Who of the customer's side sees this contract; naming another one."""
    person, contract = person_of(request), contracts.contract(contract_id)
    require(person, "name_colleagues")
    form = _colleague_form(person, contract, request.POST if request.method == "POST" else None)
    named: tuple[Person, str] | None = None
    if request.method == "POST" and form.is_valid():
        named = _named(form, contract, person)
        if named:
            form = _colleague_form(person, contract, None)
    facts = {
        "contract": contract,
        "people": queries.colleagues(contract),
        "form": form,
        "named": named,
        "me": person.pk,
    }
    answer = render(request, "portal/colleagues.html", facts, status=422 if form.errors else 200)
    if named:
        answer["Cache-Control"] = "no-store"  # the password is on it
    return answer


def _named(form: ColleagueForm, contract: Contract, person: Person) -> tuple[Person, str] | None:
    data = dict(form.cleaned_data)
    unit_id = data.pop("unit", None)
    unit = Customer.objects.get(pk=unit_id) if unit_id else None
    try:
        return actions.name_colleague(contract.pk, unit=unit, actor=person, now=timezone.now(), **data)
    except NotAllowed:
        raise
    except Refusal as refusal:
        blame(form, refusal)
        return None


def _colleague_form(person: Person, contract: Contract, data: Any) -> ColleagueForm:
    units = [(one.pk, one.name) for one in contracts.units_of(contract)]
    own = contracts.unit_of(person, contract.pk)
    return ColleagueForm(data, units=units, own=next((pair for pair in units if pair[0] == own), None))


@login_required
@require_POST
def let_go(request: HttpRequest, contract_id: int, person_id: int) -> HttpResponse:
    """End a colleague's access to the contract."""
    contract = contracts.contract(contract_id)
    found = Access.objects.filter(contract=contract, person_id=person_id).select_related("person").first()
    if found is None:
        raise NotFound(subject="access")
    contract_actions.take_access(
        contract.pk, person=found.person, actor=person_of(request), now=timezone.now()
    )
    messages.success(request, _("{name} 不再看到这份合同。").format(name=found.person.name))
    return redirect("portal:colleagues", contract.pk)


def rating_card(request: HttpRequest, case: object) -> str:
    """What customers said of a case, on its page; the invitation to rate it for those who have not."""
    assert isinstance(case, Case)
    if case.state not in ("resolved", "closed"):
        return ""
    person = person_of(request)
    given = queries.ratings_of(case.pk) if filled(request, "portal_rating", case.pk) else []
    may_rate = person.may("rate_case")
    if not given and not may_rate:
        return ""
    rows = [(one, _stars(one.speed), _stars(one.result), _stars(one.manner)) for one in given]
    rated = any(one.person_id == person.pk for one in given)
    facts = {"case": case, "rows": rows, "may_rate": may_rate, "rated": rated}
    return render_to_string("portal/_rating.html", facts, request)


def contract_card(request: HttpRequest, contract: object) -> str:
    """The way to the colleagues, on a contract's page."""
    assert isinstance(contract, Contract)
    if not person_of(request).may("name_colleagues"):
        return ""
    return render_to_string("portal/_contract.html", {"contract": contract}, request)


def home_card(request: HttpRequest, _thing: object) -> str:
    """Cases that a customer may still rate, on his workbench."""
    person = person_of(request)
    if not person.may("rate_case"):
        return ""
    return render_to_string("portal/_home.html", {"cases": queries.unrated(person, TO_RATE)}, request)


def _stars(number: int) -> str:
    return "★" * number + "☆" * (5 - number)
