"""A campaign: whom it asks, how far it is, its acts."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.surveys.asking import BY_LINK, BY_PHONE, DELIVERED, expiry
from luyue.files.queries import attachments_of
from luyue.obligations.ground import promise_of
from luyue.surveys import actions, charts, faces, papers, queries
from luyue.surveys.actions.finishing import shown_steps
from luyue.surveys.actions.running import stretch, uncovered, why_not
from luyue.surveys.forms import AddForm, CancelForm, FinishForm, StartForm
from luyue.surveys.models import Campaign, State
from luyue.surveys.pages.common import inside
from luyue.surveys.results import whole
from luyue.surveys.words import MISSING, PROBLEMS
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.refusals import field_problem


@login_required
@require_GET
def one(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Its page; of a customer, the result."""
    of = queries.campaign(campaign_id)
    if person_of(request).outside:
        return redirect("surveys:result", of.pk)
    return _show(request, of)


def _show(
    request: HttpRequest, of: Campaign, refused: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    person = inside(request)
    now = timezone.now()
    found = whole(of)
    people = [faces.person_row(row) for row in found.people]
    row = faces.campaign_row(of, now)
    facts: dict[str, Any] = {
        "one": of,
        "row": row,
        "whole": found,
        "rate": papers.rate_words(found.rate),
        "satisfied": papers.percent(found.satisfied),
        "people": people,
        "any_tries": any(line.one.tries for line in people),
        "any_reminders": any(line.one.reminders for line in people),
        "questions": found.questions.in_(language()),
        "files": attachments_of(queries.SUBJECT, of.pk) if of.state == State.DONE else [],
        "by_phone": of.kind in BY_PHONE or of.kind == "satisfaction",
        "by_link": of.kind in BY_LINK,
        "delivers": of.kind in DELIVERED,
        "chart": charts.units(found) if found.rate.asked and of.state != State.DRAFT else None,
        "may_enter": person.may("make_follow_up"),
        "may_run": person.may("run_survey"),
    }
    if person.may("run_survey") and not of.over:
        facts |= _acts(of, person, now) | (refused or {})
    return render(request, "surveys/one.html", facts, status=status)


def _acts(of: Campaign, person: Person, now: Any) -> dict[str, Any]:  # noqa: ARG001 - the same for all who may
    found: dict[str, Any] = {"cancel_form": CancelForm()}
    if of.state in (State.DRAFT, State.OPEN) and of.kind != "sample":
        found["add_form"] = AddForm(units=_units(of))
    if of.state == State.DRAFT:
        found["start_form"] = StartForm(initial={"expires_at": expiry(of.due_at, now)})
    else:
        lacking = why_not(of, now)
        found["lacking"] = [str(MISSING[one]) for one in lacking]
        if not lacking:
            found["finish_form"] = _finish_form(of)
    if of.state == State.OPEN and of.kind == "sample":
        since, until = stretch(of, now)
        found |= {"uncovered": uncovered(of, now), "since": since, "until": until}
    return found


def _units(of: Campaign) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in (of.contract.customer, *contracts.units_of(of.contract))]


def _finish_form(of: Campaign, data: Any = None) -> FinishForm:
    steps: list[tuple[str, str]] = []
    done: list[str] = []
    if of.obligation is not None:
        promise = promise_of(of.obligation.plan_version_id, of.obligation.promise)
        english = language() == "en"
        steps = [(item.id, item.en if english else item.zh) for item in promise.items] if promise else []
        done = shown_steps(of, of.obligation)
    return FinishForm(data, steps=steps, initial={"steps": done, "measures": of.measures})


@login_required
@require_POST
def act(request: HttpRequest, campaign_id: int, act: str) -> HttpResponse:
    """An act on a campaign: start, draw, remind, close, finish, cancel, add."""
    person = inside(request)
    do = _ACTS.get(act)
    if do is None:
        raise NotFound(subject="act")
    of = queries.campaign(campaign_id)
    try:
        said, refused = do(request, of, person)
    except BadInput as refusal:
        # What this page cannot show at a field is said above.
        messages.error(request, field_problem(refusal, PROBLEMS)[1])
        return redirect("surveys:one", campaign_id)
    if refused:
        return _show(request, queries.campaign(campaign_id), refused, 422)
    messages.success(request, said)
    return redirect("surveys:one", campaign_id)


Done = tuple[str, dict[str, forms.Form] | None]


def _start(request: HttpRequest, of: Campaign, person: Person) -> Done:
    form = StartForm(request.POST)
    if not form.is_valid():
        return "", {"start_form": form}
    actions.start_campaign(
        of.pk, actor=person, now=timezone.now(), expires_at=form.cleaned_data["expires_at"]
    )
    return _("已启动。"), None


def _draw(request: HttpRequest, of: Campaign, person: Person) -> Done:  # noqa: ARG001
    made = actions.draw_faults(of.pk, seed=secrets.token_hex(16), actor=person, now=timezone.now())
    return _("从 {all} 件里抽中 {n} 件。").format(all=len(made.population), n=len(made.drawn)), None


def _remind(request: HttpRequest, of: Campaign, person: Person) -> Done:
    numbers = [int(one) for one in request.POST.getlist("respondent") if one.isdigit()]
    told, by_hand = actions.remind(of.pk, actor=person, now=timezone.now(), only=numbers or None)
    if not told and not by_hand:
        return _("没有要提醒的：都答过了，或两天内刚提醒过。"), None
    return _("已提醒 {told} 人；{rest} 人没有账号，请打电话或发链接。").format(told=told, rest=by_hand), None


def _close(request: HttpRequest, of: Campaign, person: Person) -> Done:  # noqa: ARG001
    actions.close_campaign(of.pk, actor=person, now=timezone.now())
    return _("已截止，不再收答卷。"), None


def _finish(request: HttpRequest, of: Campaign, person: Person) -> Done:
    form = _finish_form(of, request.POST)
    if not form.is_valid():
        return "", {"finish_form": form}
    data = form.cleaned_data
    made = actions.finish_campaign(
        of.pk, measures=data["measures"], steps=data.get("steps"), actor=person, now=timezone.now()
    )
    return _("结果已送达客户。") if made.kind in DELIVERED else _("已完成。"), None


def _cancel(request: HttpRequest, of: Campaign, person: Person) -> Done:
    form = CancelForm(request.POST)
    if not form.is_valid():
        return "", {"cancel_form": form}
    actions.cancel_campaign(of.pk, reason=form.cleaned_data["reason"], actor=person, now=timezone.now())
    return _("已取消，履约事项还在。"), None


def _add(request: HttpRequest, of: Campaign, person: Person) -> Done:
    form = AddForm(request.POST, units=_units(of))
    if not form.is_valid():
        return "", {"add_form": form}
    data = form.cleaned_data
    actions.add_respondent(
        of.pk, name=data["name"], phone=data["phone"], unit_id=data["unit"], actor=person, now=timezone.now()
    )
    return _("已加上 {name}。").format(name=data["name"]), None


_ACTS: dict[str, Callable[[HttpRequest, Campaign, Person], Done]] = {
    "start": _start,
    "draw": _draw,
    "remind": _remind,
    "close": _close,
    "finish": _finish,
    "cancel": _cancel,
    "add": _add,
}


@login_required
@require_POST
def skip(request: HttpRequest, respondent_id: int) -> HttpResponse:
    """Leave somebody out, or ask him after all."""
    person = inside(request, "run_survey")
    made = actions.skip_respondent(
        respondent_id, skip=request.POST.get("skip") == "yes", actor=person, now=timezone.now()
    )
    return redirect("surveys:one", made.campaign_id)


@login_required
@require_GET
def codes(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The codes to answer by, on a sheet to be cut and handed out."""
    inside(request, "make_follow_up")
    of = queries.campaign(campaign_id)
    people = list(queries.respondents_of(of.pk).filter(queries.OWED))
    if of.kind not in BY_LINK or of.state != State.OPEN or not people:
        raise NotFound(subject="codes")
    return download(papers.codes(of, people), f"{of.title} {_('二维码')}.pdf", save=False)
