"""All promises of people of a contract: who is named, and what was found in the last months."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_of, person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.documents import pdf
from luyue.obligations.ground import segments_of
from luyue.roster.pages.staff import sheet_of
from luyue.staffing import faces, queries
from luyue.staffing.actions.people_lists import hand_over_staff_list
from luyue.staffing.forms import SubmitForm
from luyue.staffing.pages.common import done

MONTHS = 6


@login_required
@require_GET
def board(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The board of a contract."""
    person = person_with(request, "see_staffing")
    of = contracts.contract(contract_id)
    today = local_day(timezone.now())
    months = queries.service_months(of, today)[:MONTHS]
    promises = {
        one.id: (one, part.running.plan)
        for part in segments_of(of.pk)
        for one in part.running.plan.staffing
        if queries.is_checked(one)
    }
    checks = queries.checks(of.pk).filter(month__in=months)
    facts = {
        "contract": of,
        "months": months,
        "lines": faces.lines(promises, queries.posts(of.pk), checks, months, today),
        "may_name": person.may("manage_staffing"),
    }
    return render(request, "staffing/board.html", facts)


@login_required
@require_POST
def staff_list(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The list of service people, as it stands now, was handed to the customer."""
    person = person_with(request, "manage_staffing")
    of = contracts.contract(contract_id)
    form = SubmitForm(request.POST)
    file = (f"{_('服务人员名单')} {of.number}.pdf", pdf.sheet(sheet_of(of)))

    def hand_over() -> object:
        return hand_over_staff_list(
            of.pk, to=form.cleaned_data["to"], file=file, actor=person, now=timezone.now()
        )

    if done(form, hand_over):
        messages.success(request, _("已登记。"))
    else:
        messages.error(request, next(iter(form.errors.values()))[0])
    return redirect("roster:staff", of.pk)


def contract_panel(request: HttpRequest, of: object) -> str:
    """On the page of a contract: what was not kept of its promises of people, and the way to them."""
    assert isinstance(of, Contract)
    person = person_of(request)
    if not person.may("see_staffing"):
        return ""
    today = local_day(timezone.now())
    missed = (
        queries.checks(of.pk).filter(verdict="missed", month=today.replace(day=1)).exclude(waiver="agreed")
    )
    return render_to_string("staffing/_contract.html", {"contract": of, "missed": missed.count()}, request)
