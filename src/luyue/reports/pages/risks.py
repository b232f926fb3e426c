"""The risk register: hazards, each with prevention, parts, person, date and an end (R-3)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.choosing import contract_filter
from luyue.contracts.queries import local_day
from luyue.desk import queries as desk
from luyue.devices.models import Site
from luyue.domain.refusals import BadInput, StaleVersion
from luyue.reports import actions, faces, queries
from luyue.reports.forms import EndForm, HazardForm
from luyue.reports.models import Hazard
from luyue.reports.pages import common
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
VIEWS = {"open": gettext_lazy("未消除"), "late": gettext_lazy("逾期"), "all": gettext_lazy("全部")}


@login_required
@require_GET
def risk_list(request: HttpRequest) -> HttpResponse:
    """What has to be removed, the first due first."""
    person = person_with(request, "see_reports")
    today = local_day(timezone.now())
    spec = ListSpec(
        filters=(
            Filter("view", gettext_lazy("视图"), list(VIEWS.items()), multiple=False, tabs=True),
            contract_filter(request.GET),
            Filter("level", pgettext_lazy("hazard", "级别"), Hazard.Level.choices),
        ),
        sorts=(Sort("due", gettext_lazy("期限"), ("due_on", "id")),),
        search=True,
    )
    state = spec.read(request.GET)
    rows = queries.hazards()
    view = state.one("view") or "open"
    if view != "all":
        rows = rows.filter(ended_on=None)
    if view == "late":
        rows = rows.filter(due_on__lt=today)
    if chosen := state.chosen.get("contract"):
        rows = rows.filter(contract_id__in=[int(one) for one in chosen])
    if chosen := state.chosen.get("level"):
        rows = rows.filter(level__in=chosen)
    if state.q:
        rows = rows.filter(what__icontains=state.q) | rows.filter(prevention__icontains=state.q)
    page = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    facts = {
        "list": state, "page": page, "rows": faces.hazard_rows(page.rows, today), "total": capped_count(rows),
        "tabs": [(name, word, name == view) for name, word in VIEWS.items()],
        "may_write": person.may("write_report"), "inside": not person.outside,
        "contract": state.one("contract"),
    }  # fmt: skip
    return render(request, "reports/risks.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Enter a hazard."""
    person = person_with(request, "write_report")
    of = contracts.contract(contract_id)
    form = _form(request, of.pk, {"due_on": local_day(timezone.now())})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_hazard(of.pk, _told(form), actor=person, now=timezone.now())
        except BadInput as refusal:
            common.blame(form, refusal)
        else:
            messages.success(request, _("已登记 {number}。").format(number=made.word))
            return redirect(f"{reverse('reports:risks')}?contract={of.pk}")
    facts = {"form": form, "contract": of}
    return render(request, "reports/risk_new.html", facts, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """One hazard: change it, or say how it ended."""
    person = person_with(request, "see_reports")
    found = queries.hazard(hazard_id)
    form, ending = _forms_of(request, found)
    said = ""
    if request.method == "POST":
        person_with(request, "write_report")
        act = request.POST.get("act", "")
        try:
            if act == "end" and ending.is_valid():
                actions.end_hazard(found.pk, **ending.cleaned_data, actor=person, now=timezone.now())
                messages.success(request, _("{number} 已消除。").format(number=found.word))
                return redirect("reports:risk", found.pk)
            if act == "change" and form.is_valid():
                given = request.POST.get("revision", "0")
                revision = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
                actions.change_hazard(
                    found.pk, _told(form), revision=revision, actor=person, now=timezone.now()
                )
                messages.success(request, _("已保存。"))
                return redirect("reports:risk", found.pk)
        except StaleVersion:
            said = _("别人刚改过这条隐患。您填的还在下面，请核对后再保存。")
            found = queries.hazard(hazard_id)
        except BadInput as refusal:
            common.blame(ending if act == "end" else form, refusal)
    facts = {
        "one": found, "form": form, "ending": ending, "said": said, "inside": not person.outside,
        "row": faces.hazard_rows([found], local_day(timezone.now()))[0],
        "may_write": person.may("write_report") and found.ended_on is None,
    }  # fmt: skip
    refused = request.method == "POST"
    return render(request, "reports/risk.html", facts, status=422 if refused else 200)


def _forms_of(request: HttpRequest, found: Hazard) -> tuple[HazardForm, EndForm]:
    known = {
        "what": found.what, "level": found.level, "site": str(found.site_id or ""), "prevention": found.prevention,
        "parts": found.parts, "person": str(found.person_id or ""), "due_on": found.due_on,
    }  # fmt: skip
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = _form(request, found.contract_id, known, bound=act == "change")
    ending = EndForm(
        request.POST if act == "end" else None,
        initial={"ended_on": local_day(timezone.now())},
        auto_id="end_%s",
    )
    return form, ending


def _form(
    request: HttpRequest, contract_id: int, initial: dict[str, Any], *, bound: bool | None = None
) -> HazardForm:
    sites = [
        (str(pk), name) for pk, name in Site.objects.filter(contract=contract_id).values_list("pk", "name")
    ]
    taken = request.method == "POST" if bound is None else bound
    data = request.POST if taken else None
    return HazardForm(data, initial=initial, sites=sites, people=desk.workers())


def _told(form: HazardForm) -> actions.HazardFacts:
    data = form.cleaned_data
    due: date = data["due_on"]
    return actions.HazardFacts(
        what=data["what"], level=data["level"], prevention=data["prevention"], parts=data["parts"],
        person_id=int(data["person"]), due_on=due, site_id=int(data["site"]) if data["site"] else None,
    )  # fmt: skip
