"""Planning one order: who, when, with what. What would happen is shown before it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts.queries import ZONE
from luyue.desk import queries as desk
from luyue.domain.refusals import BadInput, Conflict, NotFound, Refusal, StaleVersion
from luyue.field import planning, queries, words
from luyue.field.actions import plan_order
from luyue.field.forms import PlanForm
from luyue.field.models import WorkOrder
from luyue.field.planning import Draft, Request

QUARTER = 15 * 60
_FIELDS = {"begin": "begin", "end": "minutes", "case": "kind"}


@dataclass(frozen=True)
class Ground:
    """The case or order that is planned, as the page heads it."""

    title: str
    number: str
    place: str
    back: str
    moving: bool


@login_required
@require_http_methods(["GET", "POST"])
def plan_page(request: HttpRequest) -> HttpResponse:
    """The form with its preview; posting it with the preview that was seen carries it out."""
    person = person_with(request, "plan_work_order")
    now = timezone.now()
    if request.method == "GET":
        ground, form = _opened(request, now)
        return _show(request, ground, form, _draft_of(form, now) if form.initial.get("engineer") else None)
    form = PlanForm(request.POST, people=queries.field_people())
    ground = _ground(request.POST.get("case", ""), request.POST.get("order", ""))
    if not form.is_valid():
        return _show(request, ground, form, None, status=422)
    shown = request.POST.get("shown", "")
    try:
        if not shown:
            # Without script nobody has seen the plan yet: show it, and ask again.
            return _show(request, ground, form, planning.draft(wanted(form), now=now))
        made = plan_order(wanted(form), actor=person, now=now, shown=shown)
    except StaleVersion as refusal:
        text = _("刚才有人改过，下面已按最新情况重新计算，请看过再确认。")
        if refusal.facts.get("subject") == "work_order" and form.cleaned_data.get("order"):
            again = request.POST.copy()
            again["version"] = str(queries.order(form.cleaned_data["order"]).version)
            form = PlanForm(again, people=queries.field_people())
            form.is_valid()
        return _show(request, ground, form, planning.draft(wanted(form), now=now), status=409, trouble=text)
    except Conflict:
        return _show(request, ground, form, planning.draft(wanted(form), now=now), status=409)
    except BadInput as refusal:
        return _wrong(request, ground, form, refusal)
    messages.success(request, _("{number} 已安排给{name}。").format(number=made.number, name=made.engineer))
    return redirect(_after(request, made))


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the form as it stands would do; part of a page."""
    person_with(request, "plan_work_order")
    now = timezone.now()
    form = PlanForm(request.POST, people=queries.field_people())
    _ground(request.POST.get("case", ""), request.POST.get("order", ""))
    draft, trouble = None, ""
    if form.is_valid():
        try:
            draft = planning.draft(wanted(form), now=now)
        except BadInput as refusal:
            trouble = words.problem(refusal)
    return render(request, "field/_preview.html", preview_facts(draft) | {"trouble": trouble})


def preview_facts(draft: Draft | None) -> dict[str, Any]:
    """A plan in words."""
    if draft is None:
        return {"draft": None}
    planned = draft.planned
    return {
        "draft": draft,
        "planned": planned,
        "refusals": [words.finding(one) for one in planned.refusals],
        "warnings": [words.finding(one) for one in planned.warnings],
        "steps": [words.step(one) for one in planned.steps],
        "leave": desk.moment(planned.leave) if planned.leave is not None else None,
    }


def wanted(form: PlanForm) -> Request:
    """The request of a valid form."""
    data = form.cleaned_data
    begin: datetime = data["begin"]
    return Request(
        kind=data["kind"],
        engineer_id=int(data["engineer"]),
        begin=begin,
        end=begin + timedelta(minutes=data["minutes"]),
        case_id=data["case"],
        order_id=data["order"],
        title=data["title"],
        instructions=data["instructions"],
        tools=data["tools"].splitlines(),
        parts=data["parts"].splitlines(),
        companions=[int(one) for one in data["companions"]],
        follows_id=data["follows"],
        version=data["version"],
    )


def _opened(request: HttpRequest, now: datetime) -> tuple[Ground, PlanForm]:
    ground = _ground(request.GET.get("case", ""), request.GET.get("order", ""))
    initial = _first_values(request, now)
    if request.GET.get("engineer", "").isdigit():
        initial["engineer"] = request.GET["engineer"]
    initial["companions"] = [one for one in initial.get("companions", ()) if one != initial["engineer"]]
    if begin := _minute(request.GET.get("begin", "")):
        initial["begin"] = begin
    if (minutes := request.GET.get("minutes", "")).isdigit() and 0 < int(minutes) <= 1440:
        initial["minutes"] = int(minutes)
    return ground, PlanForm(initial=initial, people=queries.field_people())


def _first_values(request: HttpRequest, now: datetime) -> dict[str, Any]:
    if (number := request.GET.get("order", "")).isdigit():
        order = queries.order(int(number))
        begin, end = order.planned_from or now, order.planned_to or now + timedelta(hours=1)
        return {
            "order": order.pk, "version": order.version, "kind": order.kind, "engineer": str(order.engineer_id or ""),
            "begin": begin, "minutes": int((end - begin).total_seconds() // 60), "title": order.title,
            "instructions": order.instructions, "tools": "\n".join(order.tools), "parts": "\n".join(order.parts),
            "companions": [str(one.pk) for one in queries.companions_of(order.pk)],
        }  # fmt: skip
    case = desk.case(int(request.GET["case"]))
    follows = request.GET.get("follows", "")
    soon = datetime.fromtimestamp((now.timestamp() // QUARTER + 3) * QUARTER, ZONE)
    return {
        "case": case.pk, "follows": int(follows) if follows.isdigit() else None, "title": case.title,
        "kind": "visit" if case.onsite is not False else "remote", "begin": soon, "minutes": 120,
        "engineer": str(case.owner_id or ""),
    }  # fmt: skip


def _minute(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(ZONE) if found.tzinfo else found.replace(tzinfo=ZONE)


def _ground(case_id: str, order_id: str) -> Ground:
    """Raises NotFound."""
    if order_id.isdigit() and len(order_id) < 19:
        order = queries.order(int(order_id))
        place = order.site.name if order.site else ""
        return Ground(order.title, order.number, place, reverse("field:order", args=[order.pk]), True)
    if case_id.isdigit() and len(case_id) < 19:
        case = desk.case(int(case_id))
        place = case.site.name if case.site else ""
        return Ground(case.title, case.number, place, reverse("desk:case", args=[case.pk]), False)
    raise NotFound(subject="case")


def _draft_of(form: PlanForm, now: datetime) -> Draft | None:
    """The plan of a form that was only opened."""
    bound = PlanForm(
        {name: _plain(value) for name, value in form.initial.items()}, people=queries.field_people()
    )
    try:
        return planning.draft(wanted(bound), now=now) if bound.is_valid() else None
    except Refusal:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    return "" if value is None else value


def _show(
    request: HttpRequest, ground: Ground, form: PlanForm, draft: Draft | None, *, status: int = 200, trouble: str = ""
) -> HttpResponse:  # fmt: skip
    facts = {"ground": ground, "form": form, "trouble": trouble, "back": request.GET.get("back", "")}
    return render(request, "field/plan.html", facts | preview_facts(draft), status=status)


def _wrong(request: HttpRequest, ground: Ground, form: PlanForm, refusal: BadInput) -> HttpResponse:
    field, text = str(refusal.facts.get("field") or ""), words.problem(refusal)
    place = _FIELDS.get(field, field)
    form.add_error(place if place in form.fields else None, text)
    return _show(request, ground, form, None, status=422)


def _after(request: HttpRequest, made: WorkOrder) -> str:
    """Back to the board if that is where it began."""
    if request.POST.get("back") == "board" and made.planned_from is not None:
        return reverse("field:board") + f"?day={made.planned_from.astimezone(ZONE):%Y-%m-%d}"
    return reverse("field:order", args=[made.pk])
