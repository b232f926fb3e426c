"""The list of reports, what is due first; drafting one or many; approving many."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.choosing import contract_filter
from luyue.contracts.queries import local_day
from luyue.domain.refusals import BadInput, Refusal
from luyue.domain.reports import periods
from luyue.domain.reports.kinds import KINDS, owed_words
from luyue.reports import actions, faces, queries
from luyue.reports.forms import DraftForm, RunForm
from luyue.reports.models import Run, State
from luyue.reports.pages import common
from luyue.reports.words import PROBLEMS
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page
from luyue.web.refusals import field_problem

PAGE = 50
LARGEST_BULK = 200
VIEWS = {
    "to_do": gettext_lazy("等我办"),
    "open": gettext_lazy("要写的"),
    "late": gettext_lazy("逾期"),
    "mine": gettext_lazy("我的"),
    "review": gettext_lazy("要审的"),
    "unconfirmed": gettext_lazy("待客户确认"),
    "asked": gettext_lazy("客户要求更正"),
    "all": gettext_lazy("全部"),
}
COUNTED = ("to_do", "late", "mine", "review", "asked")
FOR_CUSTOMERS = ("unconfirmed", "all")


def _list_of(request: HttpRequest, person: Person) -> ListState:
    views = [(name, word) for name, word in VIEWS.items() if not person.outside or name in FOR_CUSTOMERS]
    filters = [
        Filter("view", gettext_lazy("视图"), views, multiple=False, tabs=True),
        contract_filter(request.GET),
        Filter("kind", gettext_lazy("种类"), common.kinds()),
    ]
    if not person.outside:
        filters.append(Filter("state", gettext_lazy("状态"), State.choices))
    given = request.GET.get("month", "")[:7]
    if given and _month(given) is not None:
        filters.append(Filter("month", gettext_lazy("时期"), [(given, given)], multiple=False))
    sorts = (
        Sort("due", gettext_lazy("到期"), ("due_at", "id")),
        Sort("period", gettext_lazy("时期"), ("-last", "-id")),
    )
    spec = ListSpec(
        filters=tuple(filters), sorts=sorts[::-1] if _finished(request, person) else sorts, search=True
    )
    return spec.read(request.GET)


def _finished(request: HttpRequest, person: Person) -> bool:
    """Lists of what is done begin with the newest."""
    return person.outside or request.GET.get("view", "") in ("unconfirmed", "asked", "all")


def _month(text: str) -> periods.Days | None:
    try:
        return periods.turn_of("month", date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None


def _usual(state: ListState, person: Person) -> str:
    """Without any choice, what has to be done; with a choice of state or month, all of it."""
    return "all" if person.outside or state.chosen.get("state") or state.chosen.get("month") else "open"


@login_required
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """What has to be written, the first due first; other views and filters by the address."""
    person = person_with(request, "see_reports")
    now = timezone.now()
    state = _list_of(request, person)
    view = state.one("view") or _usual(state, person)
    rows = queries.newest(queries.reports(person)).filter(queries.view_condition(view, person, now))
    if chosen := state.chosen.get("contract"):
        rows = rows.filter(contract_id__in=[int(one) for one in chosen])
    if chosen := state.chosen.get("kind"):
        rows = rows.filter(kind__in=chosen)
    if chosen := state.chosen.get("state"):
        rows = rows.filter(state__in=chosen)
    if month := _month(state.one("month")):
        rows = rows.filter(first__lte=month[1], last__gte=month[0])
    if state.q:
        rows = rows.filter(_searched(state.q))
    page = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    facts = {
        "list": state, "page": page, "rows": faces.faces(page.rows, now), "total": capped_count(rows),
        "tabs": _tabs(person, view, now), "view": view, "may_write": person.may("write_report"),
        "may_approve": person.may("approve_report"), "inside": not person.outside,
        "runs": list(Run.objects.filter(started_by=person, ended_at=None).order_by("-pk")[:3]),
    }  # fmt: skip
    return render(request, "reports/list.html", facts)


def _searched(text: str) -> Q:
    named = Q()
    for word in text.split():
        kinds = [one.key for one in KINDS.values() if word.lower() in " ".join(one.title).lower()]
        named &= (
            Q(number__icontains=word) | Q(contract__name__icontains=word) | Q(contract__number__icontains=word)
            | Q(contract__customer__name__icontains=word) | Q(kind__in=kinds)
        )  # fmt: skip
    return named


def _tabs(person: Person, view: str, now: datetime) -> list[dict[str, Any]]:
    among = queries.newest(queries.reports(person))
    return [
        {
            "name": name, "label": label, "current": name == view, "url": f"?view={name}",
            "count": capped_count(among.filter(queries.view_condition(name, person, now)), 99)
            if name in COUNTED and not person.outside else None,
        }
        for name, label in VIEWS.items()
        if not person.outside or name in FOR_CUSTOMERS
    ]  # fmt: skip


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Approve, or approve and issue, the chosen ones; each by itself, what does not go is told."""
    person = person_with(request, "approve_report")
    now = timezone.now()
    chosen = [int(one) for one in request.POST.getlist("report") if one.isascii() and one.isdigit()]
    act = request.POST.get("act", "")
    if not chosen or act not in ("approve", "issue"):
        messages.error(request, _("请先勾选要处理的报告。"))
        return redirect(reverse("reports:list") + "?view=review")
    done, refused = 0, 0
    for number in dict.fromkeys(chosen[:LARGEST_BULK]):
        try:
            if act == "approve":
                actions.approve_report(number, actor=person, now=now)
            else:
                actions.issue_report(number, actor=person, now=now)
            done += 1
        except Refusal:
            refused += 1
    if done:
        words = _("已批准 {n} 份。") if act == "approve" else _("已发布 {n} 份。")
        messages.success(request, words.format(n=done))
    if refused:
        messages.warning(request, _("{n} 份没有处理：状态不对，或是您自己写的。").format(n=refused))
    return redirect(reverse("reports:list") + "?view=review")


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft one report."""
    person = person_with(request, "write_report")
    now = timezone.now()
    offered = [(str(pk), name) for pk, name in contracts.contract_choices()]
    kind = KINDS.get(request.GET.get("kind", ""), KINDS["fault_summary"])
    first, last = periods.last_turn(kind.every, local_day(now))
    initial = {
        "kind": kind.key, "contract": request.GET.get("contract", ""), "first": first, "last": last,
        "case": request.GET.get("case", ""),
    }  # fmt: skip
    data = request.POST if request.method == "POST" else None
    form = DraftForm(data, initial=initial, kinds=common.kinds(), contracts=offered)
    if data is not None and form.is_valid():
        given = form.cleaned_data
        wanted = actions.Wanted(
            int(given["contract"]), given["kind"], given["first"], given["last"], given["case"]
        )
        try:
            made = actions.draft_report(wanted, actor=person, now=now)
        except BadInput as refusal:
            common.blame(form, refusal)
        else:
            return redirect("reports:one", made.pk)
    facts = {
        "form": form,
        "turns": [
            (one.key, one.title[language() == "en"], *periods.last_turn(one.every, local_day(now)))
            for one in KINDS.values()
        ],
    }
    return render(request, "reports/new.html", facts, status=422 if form.errors else 200)


@login_required
@require_POST
def draft_for(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """Draft the report that an obligation asks for."""
    person = person_with(request, "write_report")
    try:
        made = actions.draft_for(obligation_id, actor=person, now=timezone.now())
    except BadInput as refusal:
        messages.error(request, field_problem(refusal, PROBLEMS)[1])
        return redirect("obligations:one", obligation_id)
    return redirect("reports:one", made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def run_new(request: HttpRequest) -> HttpResponse:
    """Draft one kind of report for all running contracts that the person sees."""
    person = person_with(request, "write_report")
    now = timezone.now()
    first, last = periods.last_turn("month", local_day(now))
    data = request.POST if request.method == "POST" else None
    form = RunForm(
        data,
        initial={"kind": "fault_summary", "first": first, "last": last},
        kinds=common.kinds(of_many=True),
    )
    if data is not None and form.is_valid():
        given = form.cleaned_data
        try:
            run = actions.start_run(given["kind"], given["first"], given["last"], actor=person, now=now)
        except BadInput as refusal:
            common.blame(form, refusal)
        else:
            return redirect("reports:run", run.pk)
    return render(request, "reports/run_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def run(request: HttpRequest, report_run_id: int) -> HttpResponse:
    """How far a long run is; asks for itself until it has ended."""
    person = person_with(request, "write_report")
    one = queries.run(report_run_id, to=person)
    facts = {"run": one, "job": _job(one), "kind": faces.words.kind_title(one.kind, language())}
    facts["period"] = periods.name_of((one.first, one.last), language() == "en")
    name = "reports/_run.html" if request.headers.get("HX-Request") else "reports/run.html"
    return render(request, name, facts)


def _job(one: Run) -> dict[str, Any]:
    total = len(one.contracts)
    remaining = None
    if one.started_at is not None and one.done:
        passed = (timezone.now() - one.started_at).total_seconds()
        remaining = passed / one.done * (total - one.done)
    state = "done" if one.ended_at else "running" if one.started_at else "waiting"
    said = _("新起草 {n} 份").format(n=one.made)
    if one.failed:
        said += _("，{n} 份没有成").format(n=one.failed)
    return {
        "url": reverse("reports:run", args=[one.pk]), "label": _("起草报告"), "state": state, "done": one.done,
        "total": total, "remaining_seconds": remaining, "message": said,
        "result_url": f"{reverse('reports:list')}?kind={one.kind}&month={one.last:%Y-%m}",
    }  # fmt: skip


@login_required
@require_GET
def kind_list(request: HttpRequest) -> HttpResponse:
    """All kinds of reports: how often, of what they are made, and which promises of the plans they keep."""
    person_with(request, "write_report")
    english = language() == "en"
    rows = [
        {
            "key": one.key, "title": one.title[english], "every": EVERY[one.every],
            "sections": [section.title[english] for section in one.sections],
            "promises": len(owed_words([one])),
        }
        for one in KINDS.values()
    ]  # fmt: skip
    return render(request, "reports/kinds.html", {"rows": rows})


EVERY = {
    "day": gettext_lazy("每天"),
    "month": gettext_lazy("每月"),
    "quarter": gettext_lazy("每季度"),
    "event": gettext_lazy("事件发生时"),
}
