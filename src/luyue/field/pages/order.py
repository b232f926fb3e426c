"""The page of one order, the forms of its acts, and the one address that all acts are sent to."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts.plans import running_plan
from luyue.desk import faces as desk_faces
from luyue.desk import queries as desk
from luyue.desk import words as desk_words
from luyue.domain import work_orders
from luyue.domain.refusals import Conflict, IllegalMove, NotAllowed, NotFound, Refusal
from luyue.field import acts, additions, app, faces, queries, received, reports, words
from luyue.field.actions import Done, Told, cancel_order, do_act, report_order
from luyue.field.models import WorkOrder
from luyue.service_forms import faces as form_faces
from luyue.web.refusals import status


def context(order_id: int, person: Person) -> dict[str, Any]:
    """All that the page of an order shows. Raises NotFound, NotAllowed."""
    require(person, "see_work_order")
    now = timezone.now()
    order = queries.order(order_id)
    entries = queries.entries_of(order_id)
    files = queries.files_of(order_id)
    crew = order.engineer_id == person.pk
    companions = queries.companions_of(order_id)
    crew = crew or any(one.pk == person.pk for one in companions)
    answered = queries.answered_checks(entries)
    filed = queries.filed_papers(entries)
    pictures = [one for one in files if one.is_picture and one.kind in queries.PICTURE_KINDS]
    offer = acts.offer(order, person, crew=crew)
    planner = person.may("plan_work_order")
    able = planner or (crew and person.may("do_work_order"))
    inside = not person.outside
    return {
        "order": order,
        "case": order.case,
        **faces.row(order),
        "offer": offer,
        "key": _fresh_key(),
        "kit": app.kit(order, planner=planner, able=able, whole=True),
        "all_acts": acts.of_kind(order.kind, planner=planner) if able else (),
        "companions": companions,
        "inside": inside,
        "lines": faces.lines(order, entries, files, inside=inside),
        "pictures": pictures if inside else [],
        "clocks": _clocks(order, now),
        "severity": _severity(order),
        "checks": [
            {
                "name": name,
                "label": words.CHECKS[name],
                "entry": answered.get(name),
                "done": name in answered or (name == "found" and bool(pictures)),
            }
            for name in (work_orders.CHECKS[order.kind] if inside else ())
        ],
        "papers": [
            {"name": name, "label": words.PAPERS[name], "entry": filed.get(name)}
            for name in (work_orders.PAPERS if order.kind == work_orders.EMERGENCY_REPAIR else ())
        ],
        "to_sign": faces.to_sign(order, entries),
        "confirmations": queries.confirmations_of(order_id),
        **_reports(order, person, able=able),
        "may_plan": planner,
        "goes_on": order.state in work_orders.ENDED_STATES and order.result in ("partial", "failed"),
        "followers": queries.followers_of.rows(order_id),
        "may_replan": work_orders.state_after(order.kind, order.state, "replan") is not None,
    }


def _reports(order: WorkOrder, person: Person, *, able: bool) -> dict[str, Any]:
    """The customer's reports of the order with what they still lack, and whether one is to be made by hand."""
    if not reports.may_report(order):
        return {"reports": [], "unreported": False}
    found = [form_faces.row(form) for form in reports.reports_of(order.pk, to=person)]
    return {"reports": found, "unreported": able and not found}


def _fresh_key() -> str:
    import uuid

    return str(uuid.uuid4())


def _clocks(order: WorkOrder, now: Any) -> list[dict[str, Any]]:
    """The case's limits that somebody still has to keep."""
    if order.case is None:
        return []
    events = desk.case_events(order.case.pk)
    found = desk_faces.case_faces(desk.clocks_of.rows(order.case.pk), events, now)
    return [face for face in found if not face["over"]]


def _severity(order: WorkOrder) -> str:
    case = order.case
    if case is None or not case.severity or not case.plan_version_id:
        return ""
    return desk_words.severity_word(running_plan(case.plan_version_id).plan, case.severity)


@login_required
@require_GET
def order_page(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order."""
    return render(request, "field/order.html", context(order_id, request.user))


@login_required
@require_GET
def act_page(request: HttpRequest, order_id: int, name: str) -> HttpResponse:
    """The form of an act; those without a form are done from the page."""
    chosen = acts.ACTS.get(name)
    if chosen is None:
        raise NotFound(subject="act")
    facts = context(order_id, request.user)
    if name not in facts["offer"]:
        if facts["offer"].main is None and not facts["offer"].rest and facts["order"].is_open:
            raise NotAllowed(act=name)
        return _conflict(
            request, order_id, IllegalMove(subject="work_order", state=facts["order"].state, act=name)
        )
    if chosen.form is None:
        return redirect("field:order", order_id=order_id)
    form = chosen.form(facts["order"], request.user, entries=queries.entries_of(order_id))
    if name == "check" and request.GET.get("item") in work_orders.CHECKS[facts["order"].kind]:
        form.initial["check"] = request.GET["item"]
    kit = app.kit(facts["order"], planner=False, able=False, whole=False)
    return render(request, "field/act.html", facts | {"form": form, "act": chosen, "kit": kit})


@login_required
@require_POST
def do(request: HttpRequest, order_id: int) -> HttpResponse:
    """Do an act, once for each mark. JSON for programs and the offline queue, pages for people.

    200 what was done (also if it had been done before), 409 what is there now, 422 what is wrong with the input.
    """
    now = timezone.now()
    try:
        told = received.told(request)
        done = _carry_out(order_id, told, request.user, now)
    except Refusal as refusal:
        return _refused(request, order_id, refusal)
    if _wants_json(request):
        return JsonResponse(
            {
                "done": faces.plain_entry(done.entry),
                "repeated": done.repeated,
                "case_left": done.case_left,
                "order": faces.plain(queries.order(order_id)),
            },
            json_dumps_params={"ensure_ascii": False},
        )
    label = acts.ACTS[told.act].label
    if done.case_left:
        messages.warning(request, _("已记录：{act}。服务请求当时已经结束，没有再改它。").format(act=label))
    else:
        messages.success(request, _("已记录：{act}").format(act=label))
    return redirect("field:order", order_id=order_id)


@login_required
@require_POST
def report(request: HttpRequest, order_id: int) -> HttpResponse:
    """Make the report that is not there: of an order signed long ago, or whose draft was deleted."""
    form = report_order(order_id, actor=request.user, now=timezone.now())
    return redirect("service_forms:form", form.pk)


def _carry_out(order_id: int, told: Told, person: Person, now: Any) -> Done:
    if told.act == "cancel":
        # The desk's own act: not done offline, hence without a mark.
        order = cancel_order(
            order_id, reason=str(told.payload.get("reason") or ""), actor=person, at=told.happened_at or now, now=now
        )  # fmt: skip
        return Done(order, order.entries.order_by("-id")[0])
    return do_act(order_id, told, actor=person, now=now)


def _wants_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json" or not request.accepts("text/html")


def _refused(request: HttpRequest, order_id: int, refusal: Refusal) -> HttpResponse:
    if isinstance(refusal, NotFound):
        raise refusal
    if _wants_json(request):
        body: dict[str, Any] = {
            "code": refusal.code,
            "detail": words.why_refused(refusal),
            "facts": refusal.facts,
            # Who may not do it may still see it: the wall has let him read the order.
            "order": faces.plain(queries.order(order_id)) if request.user.may("see_work_order") else None,
        }
        return JsonResponse(body, status=status(refusal), json_dumps_params={"ensure_ascii": False})
    if isinstance(refusal, Conflict):
        return _conflict(request, order_id, refusal)
    found = words.field_problem(refusal)
    if found is None:
        raise refusal
    return _again(request, order_id, refusal, *found)


def _again(request: HttpRequest, order_id: int, refusal: Refusal, field: str, text: str) -> HttpResponse:
    """The form once more with what was typed; an act without a form says it on the order's page."""
    chosen = acts.ACTS.get(request.POST.get("act", ""))
    facts = context(order_id, request.user)
    if chosen is not None and chosen.name == "look" and (addition := additions.of(facts["order"].kind)):
        kit = app.kit(facts["order"], planner=False, able=False, whole=False)
        page = addition.again(request, facts["order"], facts | {"kit": kit}, field, text)
        return HttpResponse(page, status=status(refusal))
    if chosen is None or chosen.form is None:
        return render(request, "field/order.html", facts | {"trouble": text}, status=status(refusal))
    form = chosen.form(facts["order"], request.user, request.POST, entries=queries.entries_of(order_id))
    form.is_valid()
    form.errors.clear()
    names = {"happened_at": "at", "file": "upload", "files": "upload"}
    place = names.get(field, field)
    form.add_error(place if place in form.fields else None, text)
    kit = app.kit(facts["order"], planner=False, able=False, whole=False)
    return render(
        request, "field/act.html", facts | {"form": form, "act": chosen, "kit": kit}, status=status(refusal)
    )


def _conflict(request: HttpRequest, order_id: int, refusal: Refusal) -> HttpResponse:
    """It does not fit what is there now: say so and show the order as it is."""
    facts = context(order_id, request.user)
    wanted = acts.ACTS.get(str(refusal.facts.get("act") or ""))
    if wanted is not None:
        text = _("现在不能“{act}”：{number} 是“{state}”。下面已是最新内容。").format(
            act=wanted.label, number=facts["order"].number, state=facts["state"]
        )
    else:
        text = words.why_refused(refusal)
    return render(request, "field/order.html", facts | {"trouble": text}, status=status(refusal))
