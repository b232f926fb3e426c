"""Planning a session, and changing one."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luyue.accounts.guards import person_with
from luyue.contracts.queries import ZONE
from luyue.domain.refusals import BadInput
from luyue.obligations.faces import in_a_line
from luyue.training import actions, faces, keeping, queries
from luyue.training.actions import LecturerWish, Wanted
from luyue.training.forms import SessionForm
from luyue.training.models import PlanLine, Session
from luyue.training.pages.common import blame, contract_choices, courses, number, team

_NAMES = {"lecturers": "lecturer", "line_id": "line"}


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """The form; `?contract=`, `?line=`, `?kind=` and `?keeps=` fill it."""
    person = person_with(request, "plan_training")
    now = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    contract_id = number(given.get("contract"))
    line = _line(contract_id, number(given.get("line")))
    begin = (now.astimezone(ZONE) + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
    start: dict[str, Any] = {
        "contract": contract_id or "",
        "kind": "training",
        "starts_at": begin,
        "ends_at": begin + timedelta(hours=(line.hours if line and 0 < line.hours <= 12 else 3)),
        "form": "central",
        "audience": "all",
        **_of_line(line, contract_id),
        **{name: value for name, value in request.GET.dict().items() if name in ("kind", "course")},
    }
    if kept := request.GET.getlist("keeps"):
        start["keeps"] = kept
    form = _form(request.POST if request.method == "POST" else None, contract_id, start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = _wanted(form, int(data["contract"]), data["starts_at"], data["ends_at"])
        try:
            made = actions.plan_session(wanted, actor=person, now=now)
        except BadInput as refusal:
            blame(form, refusal, _NAMES)
        else:
            messages.success(request, _("已安排。"))
            return redirect("training:session", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "training/plan_session.html", {"form": form, "contract": contract_id}, status=status
    )


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, training_session_id: int) -> HttpResponse:
    """Change what was planned but for its time."""
    person = person_with(request, "plan_training")
    one = queries.session(training_session_id)
    form = _form(request.POST if request.method == "POST" else None, one.contract_id, _initial(one), one)
    if request.method == "POST" and form.is_valid():
        wanted = _wanted(form, one.contract_id, one.starts_at, one.ends_at)
        try:
            actions.change_session(one.pk, wanted, actor=person, now=timezone.now())
        except BadInput as refusal:
            blame(form, refusal, _NAMES)
        else:
            messages.success(request, _("已修改。"))
            return redirect("training:session", one.pk)
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "training/plan_session.html",
        {"form": form, "one": one, "title": faces.title_of(one)},
        status=status,
    )


def _line(contract_id: int | None, line_id: int | None) -> PlanLine | None:
    if contract_id is None or line_id is None:
        return None
    return PlanLine.objects.select_related("course").filter(pk=line_id, contract_id=contract_id).first()


def _of_line(line: PlanLine | None, contract_id: int | None) -> dict[str, Any]:
    """What a line of the plan says of its sessions, and the obligations that are open of its promises."""
    if line is None or contract_id is None:
        return {}
    keeps = [one.pk for one in keeping.open_obligations(contract_id) if one.promise in line.promises]
    return {
        "line": line.pk, "course": line.course.code if line.course else "", "title": line.title, "form": line.form,
        "audience": line.audience, "stage": line.stage, "place": line.place, "keeps": [str(pk) for pk in keeps[:1]],
    }  # fmt: skip


def _initial(one: Session) -> dict[str, Any]:
    inside = [row for row in one.lecturers.all() if row.person_id]
    guest = next((row for row in one.lecturers.all() if not row.person_id), None)
    said = next((row.qualification for row in one.lecturers.all() if row.qualification), "")
    return {
        "kind": one.kind, "line": one.line_id or "", "course": one.course.code if one.course else "",
        "title": "" if one.course and one.title == one.course.zh else one.title,
        "breaks": ", ".join(f"{begin}-{end}" for begin, end in one.breaks), "form": one.form, "audience": one.audience,
        "stage": one.stage, "place": one.place, "link": one.link, "tested": one.tested,
        "content": "" if one.course and one.content == one.course.outline_zh else one.content,
        "keeps": [str(pk) for pk in one.keeps], "guest": guest.name if guest else "", "qualification": said,
        "lecturer": inside[0].person_id if inside else "", "second": inside[1].person_id if len(inside) > 1 else "",
    }  # fmt: skip


def _form(
    data: Any, contract_id: int | None, initial: dict[str, Any], one: Session | None = None
) -> SessionForm:
    owed = keeping.open_obligations(contract_id) if contract_id else []
    agreed = queries.agreed_plan(contract_id) if contract_id else None
    lines = queries.lines_of(agreed.pk) if agreed else []
    if one is not None and one.line is not None and one.line not in lines:
        lines = [one.line, *lines]
    return SessionForm(
        data, initial=initial, contracts=contract_choices(), lines=lines, courses=courses(), people=team(),
        keeps=[(str(row.pk), in_a_line(row)) for row in owed], timed=one is None,
    )  # fmt: skip


def _wanted(form: SessionForm, contract_id: int, starts_at: Any, ends_at: Any) -> Wanted:
    data = form.cleaned_data
    said = data["qualification"]
    lecturers = [LecturerWish(int(data[name]), "", said) for name in ("lecturer", "second") if data[name]]
    if data["guest"]:
        lecturers.append(LecturerWish(None, data["guest"], said))
    return Wanted(
        contract_id=contract_id, kind=data["kind"], starts_at=starts_at, ends_at=ends_at, title=data["title"],
        content=data["content"], course=data["course"], line_id=number(data.get("line")), form=data["form"],
        audience=data["audience"],
        stage=data.get("stage") or "", place=data["place"], link=data["link"], breaks=data["breaks"],
        tested=data["tested"], lecturers=lecturers, keeps=[int(one) for one in data.get("keeps", ())],
    )  # fmt: skip
