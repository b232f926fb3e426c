"""Training plans of a contract: the version in force, drafts, the customer's answer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.documents import pdf, word
from luyue.domain.plan.model import Duty, Trigger
from luyue.domain.refusals import AlreadyThere, BadInput, NotFound
from luyue.domain.training import drawing
from luyue.obligations import queries as obligations
from luyue.obligations.faces import in_a_line
from luyue.training import actions, faces, keeping, papers, queries
from luyue.training.forms import AnswerForm, LineForm, PlanForm
from luyue.training.models import PlanLine, TrainingPlan
from luyue.training.pages.common import blame, courses
from luyue.web.downloads import download
from luyue.web.languages import language


@login_required
@require_http_methods(["GET", "POST"])
def of_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The versions of a contract's plan, sessions to come, days and hours; posting draws up a draft."""
    person = person_with(request, "plan_training" if request.method == "POST" else "see_training")
    of = contracts.contract(contract_id)
    now = timezone.now()
    if request.method == "POST":
        try:
            made = actions.draw_plan(of.pk, actor=person, now=now)
        except AlreadyThere:
            messages.error(request, _("已有一份没有答复的计划，请先办完它。"))
            return redirect("training:contract", of.pk)
        messages.success(request, _("已按承诺列出课程，请核对。"))
        return redirect("training:plan", made.pk)
    rows = queries.plans_of(of.pk, outside=person.outside)
    year = now.astimezone(contracts.ZONE).year
    since, until = (datetime(y, 1, 1, tzinfo=contracts.ZONE) for y in (year, year + 1))
    facts = {
        "contract": of,
        "plans": [(one, faces.plan_state(one)) for one in rows],
        "sessions": [
            faces.session_row(one, now)
            for one in queries.sessions().filter(contract=of).order_by("-starts_at", "-id")[:10]
        ],
        "days": queries.gathering_days(of.pk, since, until),
        "year": year,
        "may_plan": person.may("plan_training"),
        "may_draw": person.may("plan_training")
        and not any(one.state in ("draft", "submitted") for one in rows),
        "agreed": any(one.state == "agreed" for one in rows),
    }
    return render(request, "training/contract.html", facts)


@login_required
@require_GET
def page(request: HttpRequest, training_plan_id: int) -> HttpResponse:
    """One version. `?format=pdf` and `docx`: as a paper."""
    person = person_with(request, "see_training")
    one = _plan(training_plan_id, person)
    if ending := request.GET.get("format", ""):
        if ending not in ("pdf", "docx"):
            raise BadInput(field="format")
        made = (word if ending == "docx" else pdf).sheet(papers.plan(one, timezone.now()))
        return download(made, f"{one.title} v{one.version}.{ending}")
    return _show(request, one, person, {})


def _plan(plan_id: int, person: Person) -> TrainingPlan:
    one = queries.plan(plan_id)
    if person.outside and one.state == "draft":
        raise NotFound(subject="training_plan")
    return one


def _show(
    request: HttpRequest, one: TrainingPlan, person: Person, bad: dict[str, Form], status: int = 200
) -> HttpResponse:
    draft = one.state == "draft" and person.may("plan_training")
    facts = {
        "one": one,
        "state": faces.plan_state(one),
        "rows": [faces.line_row(row) | {"promised": _promised(one, row)} for row in queries.lines_of(one.pk)],
        "kept": [
            (obligation, in_a_line(obligation)) for obligation in obligations.kept(one.contract_id, one.keeps)
        ],
        "draft": draft,
        "plan_form": (bad.get("plan") or _plan_form(one)) if draft else None,
        "may_answer": one.state == "submitted" and person.may("answer_training"),
        "answer_form": bad.get("answer") or AnswerForm(outside=person.outside),
        "may_plan": person.may("plan_training") and one.state == "agreed",
        "inside": not person.outside,
    }
    return render(request, "training/plan.html", facts, status=status)


def _plan_form(one: TrainingPlan, data: Any = None) -> PlanForm:
    choices = [(str(row.pk), in_a_line(row)) for row in keeping.open_for_plan(one.contract_id)]
    start = {"title": one.title, "note": one.note, "keeps": [str(pk) for pk in one.keeps]}
    return PlanForm(data, initial=start, keeps=choices)


def _promises(one: TrainingPlan) -> dict[str, tuple[str, str]]:
    """Id → clause and text of the trainings and meetings that the service plan promises."""
    running = contracts.in_force(one.contract, timezone.now()).running
    rows = running.plan.promises if running else ()
    return {
        row.id: (row.clause, row.text.in_(language()))
        for row in rows
        if isinstance(row, Duty | Trigger) and drawing.can_keep(row.owe)
    }


def _promised(one: TrainingPlan, row: PlanLine) -> list[str]:
    known = _promises(one)
    return [f"{known[name][0]} {known[name][1]}" if name in known else name for name in row.promises]


@login_required
@require_POST
def act(request: HttpRequest, training_plan_id: int, name: str) -> HttpResponse:
    """An act on it: change, submit, answer."""
    person = person_with(request, "see_training")
    one = _plan(training_plan_id, person)
    now = timezone.now()
    form: Form
    if name == "submit":
        try:
            actions.submit_plan(one.pk, actor=person, now=now)
        except BadInput:
            messages.error(request, _("计划里还没有课程。"))
        else:
            messages.success(request, _("已提交客户。"))
        return redirect("training:plan", one.pk)
    if name == "change":
        form = _plan_form(one, request.POST)
    elif name == "answer":
        form = AnswerForm(request.POST, outside=person.outside)
    else:
        raise NotFound(subject="page")
    if form.is_valid():
        data = form.cleaned_data
        try:
            if name == "change":
                keeps = [int(pk) for pk in data.get("keeps", ())]
                actions.change_plan(
                    one.pk, title=data["title"], note=data["note"], keeps=keeps, actor=person, now=now
                )
            else:
                actions.answer_plan(
                    one.pk, agree=request.POST.get("agree") == "yes", note=data["note"],
                    agreed_by=data.get("agreed_by", ""), actor=person, now=now,
                )  # fmt: skip
        except BadInput as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            fresh = queries.plan(one.pk)
            # Sent back, it is a draft again, which the customer does not see.
            hidden = person.outside and fresh.state == "draft"
            return (
                redirect("training:contract", one.contract_id)
                if hidden
                else redirect("training:plan", one.pk)
            )
    return _show(request, queries.plan(one.pk), person, {"plan" if name == "change" else "answer": form}, 422)


@login_required
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, training_plan_id: int, line_id: int = 0) -> HttpResponse:
    """A line of a draft; 0: a new one. Posting `remove` takes it off."""
    person = person_with(request, "plan_training")
    one = queries.plan(training_plan_id)
    row = next((each for each in queries.lines_of(one.pk) if each.pk == line_id), None)
    if line_id and row is None:
        raise NotFound(subject="line")
    now = timezone.now()
    if request.method == "POST" and "remove" in request.POST and row is not None:
        actions.remove_line(one.pk, row.pk, actor=person, now=now)
        messages.success(request, _("已去掉。"))
        return redirect("training:plan", one.pk)
    choices = [(key, f"{clause} {text}") for key, (clause, text) in _promises(one).items()]
    form = LineForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(row),
        courses=courses(),
        promises=choices,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = actions.LineFacts(
            **{**data, "hours": data["hours"] or 0, "promises": data.get("promises", ())}
        )
        try:
            actions.put_line(one.pk, facts, actor=person, now=now, line_id=row.pk if row else None)
        except BadInput as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("training:plan", one.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "training/line.html", {"one": one, "row": row, "form": form}, status=status)


def _initial(row: PlanLine | None) -> dict[str, Any]:
    if row is None:
        return {"audience": "all", "form": "central", "times": 1}
    names = (
        "title",
        "content",
        "audience",
        "form",
        "stage",
        "place",
        "material",
        "hours",
        "times",
        "held_by",
        "promises",
    )
    return {name: getattr(row, name) for name in names} | {"course": row.course.code if row.course else ""}
