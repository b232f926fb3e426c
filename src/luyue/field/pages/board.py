"""The dispatch board, the list of orders, service points, reach, and absences."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.desk import faces as desk_faces
from luyue.domain.refusals import Refusal
from luyue.field import actions, board, faces, queries, words
from luyue.field.forms import AbsenceForm, PointForm
from luyue.field.models import OPEN, Kind, State
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 40
COUNTED = 1000
MENU = 60
REACH_PAGE = 100


@login_required
@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """A day of all engineers, and what still has to be planned."""
    person_with(request, "plan_work_order")
    now = timezone.now()
    today = local_day(now)
    day = _day(request.GET.get("day", ""), today)
    return render(
        request,
        "field/board.html",
        {
            "board": board.read(day, now),
            "day": day,
            "today": today,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
        },
    )


def _day(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if 2000 <= found.year <= 2199 else today


# --- the list ------------------------------------------------------------------------------------

_VIEWS = (
    ("open", gettext_lazy("全部未完")),
    ("mine", gettext_lazy("我的")),
    ("unsolved", gettext_lazy("没有解决")),
    ("unsigned", gettext_lazy("等客户确认")),
    ("all", gettext_lazy("全部")),
)


def _spec() -> ListSpec:
    contracts = [
        (str(pk), name) for pk, name in Contract.objects.order_by("number").values_list("pk", "name")[:MENU]
    ]
    people = [(str(one.pk), one.name) for one in queries.field_people()[:MENU]]
    return ListSpec(
        filters=(
            Filter("view", _("视图"), _VIEWS, multiple=False, tabs=True),
            Filter("state", _("状态"), State.choices),
            Filter("kind", _("方式"), Kind.choices),
            Filter("engineer", _("工程师"), people),
            Filter("contract", _("合同"), contracts),
            Filter("parts", _("备件"), [("yes", _("要带备件"))], multiple=False),
        ),
        sorts=(
            Sort("newest", gettext_lazy("计划时间"), ("-planned_from", "-id")),
            Sort("number", gettext_lazy("单号"), ("id",)),
        ),
        search=True,
    )


@login_required
@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """Work orders in scope, by view, filter and search."""
    person = person_with(request, "see_work_order")
    now = timezone.now()
    state = _spec().read(request.GET)
    found = _found(state, person)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    open_cases = [one.case for one in page.rows if one.case is not None and one.is_open]
    clocks = desk_faces.first_open(open_cases, now)
    total: object = len(page.rows) if not state.after and not page.next else None
    if total is None and not state.q:
        total = capped_count(found, COUNTED)
    view = state.one("view") or "open"
    blank = ListState(state.spec, {}, "", None, False, "")
    tabs = [
        {"label": label, "current": name == view, "url": blank.with_("view", name)} for name, label in _VIEWS
    ]
    return render(
        request,
        "field/list.html",
        {
            "list": state,
            "tabs": tabs,
            "page": page,
            "rows": [faces.row(one, clocks.get(one.case_id)) for one in page.rows],
            "total": total,
            "may_plan": person.may("plan_work_order"),
        },
    )


def _found(state: ListState, person: Person) -> Any:
    found = queries.visible_orders()
    view = state.one("view") or "open"
    if view == "open" and not state.chosen.get("state"):
        found = found.filter(OPEN)
    elif view == "mine":
        found = found.filter(engineer=person)
    elif view == "unsolved":
        found = found.filter(result__in=("partial", "failed"))
    elif view == "unsigned":
        found = found.filter(state__in=("finished", "unfinished", "refused"))
    for name, column in (
        ("state", "state"),
        ("kind", "kind"),
        ("engineer", "engineer_id"),
        ("contract", "contract_id"),
    ):
        values = state.chosen.get(name)
        if values:
            found = found.filter(**{column: values[0]} if len(values) == 1 else {f"{column}__in": values})
    if state.one("parts"):
        found = found.filter(queries.WITH_PARTS)
    return found.filter(queries.found_by(state.q)) if state.q else found


# --- service points ------------------------------------------------------------------------------


@login_required
@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """Service points."""
    person = person_with(request, "see_work_order")
    rows = list(queries.ServicePoint.objects.order_by("-active", "name", "id"))
    return render(request, "field/points.html", {"rows": rows, "may_manage": person.may("manage_points")})


@login_required
@require_http_methods(["GET", "POST"])
def point_form(request: HttpRequest, point_id: int | None = None) -> HttpResponse:
    """Add a service point, or change one."""
    person = person_with(request, "manage_points")
    found = queries.point(point_id) if point_id is not None else None
    form = PointForm(request.POST or None, instance=found, auto_id="point_%s", use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        try:
            facts, now = dict(form.cleaned_data), timezone.now()
            if found is None:
                facts.pop("active")
                actions.add_point(**facts, actor=person, now=now)
            else:
                actions.change_point(found.pk, **facts, actor=person, now=now)
            messages.success(request, _("网点已保存。"))
            return redirect("field:points")
        except Refusal as refusal:
            field, text = words.field_problem(refusal) or ("", words.why_refused(refusal))
            form.add_error(field if field in form.fields else None, text)
    status = 422 if request.method == "POST" else 200
    return render(request, "field/point_form.html", {"form": form, "point": found}, status=status)


@login_required
@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    """Whether every site can be reached from a service point in the promised time (F-1)."""
    person_with(request, "plan_work_order")
    show = request.GET.get("show", "")
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    found = queries.reach(show, page=page, size=REACH_PAGE, most=queries.MOST_SITES)
    return render(
        request,
        "field/reach.html",
        {
            "rows": found.rows,
            "counts": found.counts,
            "show": show,
            "total": sum(found.counts.values()),
            "page": page,
            "following": page + 1 if found.more else None,
            "unseen": found.unseen,
        },
    )


# --- absences ------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Who cannot be sent from now on, and adding to it."""
    person = person_with(request, "plan_work_order")
    now = timezone.now()
    form = AbsenceForm(request.POST or None, people=queries.field_people())
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            actions.add_absence(int(data.pop("person")), **data, actor=person, now=now)
            messages.success(request, _("已登记。"))
            return redirect("field:absences")
        except Refusal as refusal:
            field, text = words.field_problem(refusal) or ("", words.why_refused(refusal))
            form.add_error({"engineer": "person"}.get(field, field) if field else None, text)
    rows = queries.absences(now, now + timedelta(days=366))
    status = 422 if request.method == "POST" else 200
    return render(request, "field/absences.html", {"form": form, "rows": rows}, status=status)


@login_required
@require_POST
def remove_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Take an absence back."""
    person = person_with(request, "plan_work_order")
    actions.remove_absence(absence_id, actor=person, now=timezone.now())
    messages.success(request, _("已取消。"))
    return redirect(reverse("field:absences"))
