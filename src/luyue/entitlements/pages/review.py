"""The review of a quarter: all standing pledges of a contract, confirmed many at once."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.domain.refusals import BadInput
from luyue.domain.statement import quarter_of
from luyue.entitlements import actions, faces, queries
from luyue.entitlements.forms import ReviewForm
from luyue.entitlements.words import PROBLEMS
from luyue.web.refusals import field_problem

QUARTERS = 8


def _quarters(of: Contract, today: date) -> list[date]:
    """First days of the quarters of a contract up to today's, the latest first."""
    found: list[date] = []
    end = min(today, of.ends_on) if of.ends_on else today
    first = quarter_of(max(end, of.starts_on)).first
    while first >= quarter_of(of.starts_on).first and len(found) < QUARTERS:
        found.append(first)
        first = quarter_of(first - timedelta(days=1)).first
    return found


def _chosen(text: str, quarters: list[date], today: date) -> date:
    """The quarter that is asked for, else the latest that has ended: of the present one nothing can be said yet."""
    ended = next((one for one in quarters if _ended(one, today)), quarters[0])
    return next((one for one in quarters if str(one) == text), ended)


def _ended(first: date, today: date) -> bool:
    return quarter_of(first).last < today


def quarter_word(first: date) -> str:
    return f"{first.year} Q{(first.month + 2) // 3}"


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The review of a quarter; `?quarter=2026-10-01` chooses. A post confirms the chosen pledges."""
    person = person_with(request, "see_entitlements" if request.method == "GET" else "do_entitlement")
    of = contracts.contract(contract_id)
    now = timezone.now()
    today = local_day(now)
    quarters = _quarters(of, today)
    first = _chosen(request.GET.get("quarter", ""), quarters, today)
    form = ReviewForm(request.POST or None, request.FILES or None)
    ours = {one.pk for one in queries.reviews(of.pk, first)}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = actions.confirm_reviews(
                [one for one in form.cleaned_data["use"] if one in ours], evidence=form.cleaned_data["evidence"],
                actor=person, now=now, attached=[(upload.name, upload.read())] if upload else (),
            )  # fmt: skip
        except BadInput as refusal:
            form.add_error(None, field_problem(refusal, PROBLEMS)[1])
        else:
            messages.success(request, _("{n} 条已核实。").format(n=len(made)))
            return redirect(f"{reverse('entitlements:review', args=[of.pk])}?quarter={first}")
    rows = faces.faces(queries.reviews(of.pk, first))
    facts = {
        "contract": of,
        "quarters": [(one, quarter_word(one), one == first) for one in quarters],
        "first": first,
        "word": quarter_word(first),
        "rows": rows,
        "due": rows[0].one.due_at if rows else None,
        "left": sum(1 for row in rows if row.one.waiting),
        "chosen": {int(one) for one in request.POST.getlist("use") if one.isdecimal() and len(one) < 19},
        "form": form,
        "running": not _ended(first, today),
        "may_confirm": person.may("do_entitlement")
        and _ended(first, today)
        and any(row.one.waiting for row in rows),
    }
    return render(request, "entitlements/review.html", facts, status=422 if request.method == "POST" else 200)
