"""Leaves of a contract: asked for by the firm, answered by the customer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.domain.refusals import BadInput
from luyue.staffing import actions, queries
from luyue.staffing.forms import LeaveForm
from luyue.staffing.models import Leave
from luyue.staffing.pages.common import done
from luyue.staffing.words import LEAVES
from luyue.web.languages import language

SHOWN = 100


@login_required
@require_http_methods(["GET", "POST"])
def leaves(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The list; a post asks for a leave."""
    person = person_with(request, "see_staffing" if request.method == "GET" else "keep_attendance")
    of = contracts.contract(contract_id)
    today = local_day(timezone.now())
    running = [one for one in queries.posts(of.pk) if one.last is None or one.last >= today]
    if not person.may("manage_staffing"):
        running = [one for one in running if one.person_id == person.pk]
    form = None
    if running and person.may("keep_attendance"):
        promises = queries.promises_of(queries.segments_of(of.pk))
        words = {name: one.text.in_(language()) for name, one in promises.items()}
        form = LeaveForm(
            request.POST if request.method == "POST" else None,
            posts=[
                (one.pk, f"{one.person.name} · {words.get(one.promise, one.promise)}"[:80]) for one in running
            ],
            people=list(queries.nameable()),
        )
        chosen = form
        names = {"substitute": "substitute_id"}
        if request.method == "POST" and done(chosen, lambda: _ask(chosen, person), names):
            messages.success(request, _("已提出，已请客户答复。"))
            return redirect("staffing:leaves", of.pk)
    facts = {
        "contract": of,
        "rows": [(one, LEAVES[one.state]) for one in queries.leaves(of.pk)[:SHOWN]],
        "form": form,
        "person": person,
        "may_answer": person.may("answer_staffing"),
        "may_withdraw": person.may("manage_staffing"),
        "himself": person.outside,
        "wrong": request.method == "POST",
    }
    return render(request, "staffing/leaves.html", facts, status=422 if request.method == "POST" else 200)


def _ask(form: LeaveForm, person: Any) -> Leave:
    data = dict(form.cleaned_data)
    return actions.ask_leave(data.pop("post_id"), **data, actor=person, now=timezone.now())


@login_required
@require_POST
def leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Answer a leave (`agree`, `refuse`), or take it back (`withdraw`)."""
    act = request.POST.get("act", "")
    person = person_with(request, "keep_attendance" if act == "withdraw" else "answer_staffing")
    found = queries.leave(leave_id)
    now = timezone.now()
    if act == "withdraw":
        actions.withdraw_leave(found.pk, actor=person, now=now)
    elif act in ("agree", "refuse"):
        try:
            actions.answer_leave(
                found.pk, agree=act == "agree", note=request.POST.get("note", ""), by=request.POST.get("by", ""),
                actor=person, now=now,
            )  # fmt: skip
        except BadInput as refusal:
            said = {"note": _("不同意要写原因。"), "by": _("请写客户是谁答复的。")}
            messages.error(
                request, said.get(str(refusal.facts.get("field")), _("替岗的人这几天已另有班，请换人。"))
            )
            return redirect("staffing:leaves", found.contract_id)
    else:
        raise BadInput(field="act")
    messages.success(request, _("已登记。"))
    return redirect("staffing:leaves", found.contract_id)
