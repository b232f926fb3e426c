"""One promise of people: its months with what shows them, the people named, and the acts on them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.model import Staffing
from luyue.domain.refusals import BadInput
from luyue.domain.staffing import is_trial
from luyue.domain.staffing_needs import FROM_POST, need_words
from luyue.obligations.ground import segments_of
from luyue.staffing import actions, faces, queries
from luyue.staffing.forms import EndForm, NameForm, ReasonForm, TrialForm, WaiverForm
from luyue.staffing.models import Check, Post
from luyue.staffing.pages.common import done, month_of
from luyue.web.languages import language

MONTHS = 36


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, contract_id: int, post_promise: str) -> HttpResponse:
    """The page of a promise; `?month=2026-03` chooses the month. A post names somebody."""
    person = person_with(request, "see_staffing" if request.method == "GET" else "manage_staffing")
    of = contracts.contract(contract_id)
    known = queries.promise_of(of.pk, post_promise)
    today = local_day(timezone.now())
    form = _name_form(request, of, known, today)
    if request.method == "POST" and done(
        form, lambda: _name(of, known, form, person), {"person": "person_id"}
    ):
        messages.success(request, _("已任命，核对结果已更新。"))
        return redirect("staffing:promise", of.pk, known.id)
    return _show(request, person, of, known, today, {"name": form})


def _name(of: Contract, known: Staffing, form: NameForm, person: Person) -> None:
    data = dict(form.cleaned_data)
    data["person_id"] = int(data["person_id"])
    data["replaces"] = int(data["replaces"]) if data.get("replaces") else None
    actions.name_post(of.pk, known.id, actions.Wanted(**data), actor=person, now=timezone.now())


def _name_form(request: HttpRequest, of: Contract, known: Staffing, today: date) -> NameForm:
    held = [one for one in queries.posts(of.pk, known.id) if one.last is None or one.last >= today]
    return NameForm(
        request.POST if request.method == "POST" else None,
        people=list(queries.nameable()),
        holders=[(one.pk, one.person.name) for one in held],
        initial={
            "first": today.isoformat(), "exclusive": "exclusive" in known.needs,
            "one_to_one": "one_to_one" in known.needs,
        },
    )  # fmt: skip


@login_required
@require_POST
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """An act on a post: `end`, `trial` or `demand`."""
    found = queries.post(post_id)
    now = timezone.now()
    act = request.POST.get("act", "")
    person = person_with(request, "manage_staffing" if act == "end" else "answer_staffing")
    form: forms.Form
    call: Callable[..., Post]
    if act == "end":
        form, call = EndForm(request.POST), actions.end_post
    elif act == "trial":
        form, call = TrialForm(request.POST, himself=person.outside), actions.assess_trial
    elif act == "demand":
        form, call = ReasonForm(request.POST), actions.demand_replacement
    else:
        raise BadInput(field="act")
    if done(form, lambda: call(found.pk, **form.cleaned_data, actor=person, now=now)):
        messages.success(request, _("已登记。"))
        return redirect("staffing:promise", found.contract_id, found.promise)
    known = queries.promise_of(found.contract_id, found.promise)
    return _show(request, person, found.contract, known, local_day(now), {(act, found.pk): form})


@login_required
@require_POST
def waiver(request: HttpRequest, check_id: int) -> HttpResponse:
    """Ask for a waiver, or answer: `act` is `ask`, `agree` or `refuse`."""
    found = queries.check(check_id)
    now = timezone.now()
    act = request.POST.get("act", "")
    person = person_with(request, "manage_staffing" if act == "ask" else "answer_staffing")
    form = WaiverForm(request.POST)
    if act == "ask":
        asked = done(form, lambda: actions.ask_waiver(found.pk, **form.cleaned_data, actor=person, now=now))
        if not asked:
            known = queries.promise_of(found.contract_id, found.promise)
            return _show(
                request, person, found.contract, known, local_day(now), {"waiver": form}, month=found.month
            )
    elif act in ("agree", "refuse"):
        actions.answer_waiver(found.pk, agree=act == "agree", actor=person, now=now)
    else:
        raise BadInput(field="act")
    messages.success(request, _("已登记。"))
    where = reverse("staffing:promise", args=[found.contract_id, found.promise])
    return redirect(f"{where}?{urlencode({'month': f'{found.month:%Y-%m}'})}")


def _show(
    request: HttpRequest,
    person: Person,
    of: Contract,
    known: Staffing,
    today: date,
    typed: dict[Any, forms.Form],
    month: date | None = None,
) -> HttpResponse:
    checks = list(queries.checks(of.pk, known.id)[:MONTHS])
    chosen = _chosen(checks, month or month_of(request.GET.get("month", ""), today))
    plan = next(
        part.running.plan for part in segments_of(of.pk)[::-1] if known.id in part.running.plan.by_id
    )  # fmt: skip
    may_name, may_answer = person.may("manage_staffing"), person.may("answer_staffing")
    posts = queries.posts(of.pk, known.id)
    held = {
        number: {need for row in rows for need in row.needs if row.ends_on is None or row.ends_on >= today}
        for number, rows in queries.qualifications({one.person_id for one in posts}).items()
    }
    facts = {
        "contract": of,
        "promise": known,
        "text": known.text.in_(language()),
        "words": promise_words(known, plan, language()),
        "needs": [need_words(one, language()) for one in known.needs],
        "months": [(one, faces.badge(one), one is chosen) for one in checks],
        "check": chosen,
        "badge": faces.badge(chosen),
        "parts": faces.parts(chosen) if chosen else [],
        "rows": [_row(one, known, held, person, today, typed) for one in posts],
        "form": (typed.get("name") or _name_form(request, of, known, today)) if may_name else None,
        "waiver_form": typed.get("waiver") or WaiverForm(),
        "may_ask": may_name and chosen is not None and chosen.verdict in ("missed", "late")
        and chosen.waiver not in ("asked", "agreed"),
        "may_agree": chosen is not None and chosen.waiver == "asked" and person.role == "customer",
        "may_name": may_name,
        "may_answer": may_answer,
        "trial": is_trial(known),
        "back": typed.get("name") is not None and request.method == "POST",
    }  # fmt: skip
    return render(request, "staffing/promise.html", facts, status=422 if request.method == "POST" else 200)


def _row(
    one: Post,
    known: Staffing,
    held: dict[int, set[str]],
    person: Person,
    today: date,
    typed: dict[Any, forms.Form],
) -> dict[str, Any]:
    """A post with its forms, of which a refused one keeps what was typed."""
    runs = one.last is None or one.last >= today
    lacks = [
        need_words(need, language())
        for need in known.needs
        if need not in held.get(one.person_id, ()) and need not in FROM_POST
    ]
    return {
        "post": one,
        "runs": runs,
        "lacks": lacks,
        "profile": person.may("manage_staff"),
        "end": (typed.get(("end", one.pk)) or EndForm(initial={"last": today.isoformat()}))
        if runs and person.may("manage_staffing") else None,
        "trial": (typed.get(("trial", one.pk)) or TrialForm(himself=person.outside))
        if one.trial_until and not one.trial_result and person.may("answer_staffing") else None,
        "demand": (typed.get(("demand", one.pk)) or ReasonForm())
        if runs and one.demanded_at is None and person.may("answer_staffing") else None,
        "open": [act for act in ("end", "trial", "demand") if (act, one.pk) in typed],
    }  # fmt: skip


def _chosen(checks: list[Check], month: date | None) -> Check | None:
    found = [one for one in checks if one.month == month]
    return found[0] if found else checks[0] if checks else None
