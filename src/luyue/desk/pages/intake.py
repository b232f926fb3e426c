"""Fast intake: one screen, by keyboard, while talking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from luyue.accounts.guards import person_of, require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.choosing import contract_label, find_contract, offered_contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import InForce
from luyue.desk import actions, archive, links, words
from luyue.desk.callers import find_callers
from luyue.desk.forms import IntakeForm
from luyue.desk.models import Case
from luyue.desk.pages.triage import archive_context, case_lines
from luyue.devices import queries as devices
from luyue.devices.models import Device, Site
from luyue.domain.refusals import NotAllowed, Refusal
from luyue.web.languages import language
from luyue.web.panels import panels

OFFERED_PLACES = 300


@dataclass(frozen=True)
class Chosen:
    """A contract with what the rest of the form depends on."""

    contract: Contract | None
    force: InForce | None
    sites: list[Site]
    devices: list[Device]
    in_force: bool


@login_required
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Take in a case. The same form sent twice makes one case."""
    now = timezone.now()
    person = person_of(request)
    require(person, "report_case")
    offered = offered_contracts(now)
    if request.method == "POST":
        chosen = _chosen(request.POST.get("contract", ""), now)
        form = _form(person, chosen, request.POST)
        if form.is_valid() and (case := _report(form, chosen, person, now)):
            panels("intake.taken", request, case)
            messages.success(request, _("已受理：{number}").format(number=case.number))
            return redirect("desk:case", case_id=case.pk)
        context = _context(form, chosen, offered) | {"may_find": _may_find(person)}
        return render(request, "desk/intake.html", context, status=422)
    asked = request.GET.get("contract", "")
    only = offered[0] if len(offered) == 1 else None
    contract = next((one for one in offered if str(one.pk) == asked), only)
    chosen = _chosen(contract.number if contract else "", now)
    initial: dict[str, Any] = {"contract": contract_label(contract) if contract else ""}
    if person.role == "customer":
        initial |= {"reporter_name": person.name, "reporter_phone": person.phone}
    for name in ("reporter_name", "reporter_phone", "title"):  # from a call that was answered elsewhere
        initial.setdefault(name, request.GET.get(name, "")[:200])
    form = _form(person, chosen, initial=initial)
    context = _context(form, chosen, offered)
    may_find = _may_find(person)
    if may_find and contract is None:
        form.fields["reporter_phone"].widget.attrs["autofocus"] = True
    return render(request, "desk/intake.html", context | {"may_find": may_find})


def _report(form: IntakeForm, chosen: Chosen, person: Person, now: datetime) -> Case | None:
    """Do it; None when the action refused a field, which the form then shows."""
    contract = chosen.contract
    if contract is None:  # the form has said so
        return None
    try:
        at = form.cleaned_data.get("at") or now
        return actions.report_case(contract.pk, actor=person, at=at, now=now, **form.facts())
    except Refusal as refusal:
        found = words.field_problem(refusal)
        if found is None:
            raise
        form.add_error(found[0] if found[0] in form.fields else None, found[1])
        return None


@login_required
@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """What follows from the contract: its levels in the plan's words, its places, whether it is in force."""
    now = timezone.now()
    person = person_of(request)
    chosen = _chosen(request.GET.get("contract", ""), now)
    kept = {name: request.GET.get(name, "") for name in ("severity", "site", "device")}
    kept["site"] = kept["site"] or request.GET.get("site_hint", "")
    form = _form(person, chosen, initial=kept)
    context = _context(form, chosen, [], asked=request.GET.get("contract", "")) | {
        "may_find": _may_find(person)
    }
    answer = render(request, "desk/_terms.html", context)
    return trigger_client_event(answer, "contract-known", after="settle")


@login_required
@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """Cases like the one being typed: of the contract, and how other contracts in scope solved it."""
    person = person_of(request)
    chosen = find_contract(request.GET.get("contract", ""))
    title = request.GET.get("title", "")[:200]
    here, elsewhere = archive.similar_cases(title, person=person, contract_id=chosen.pk if chosen else None)
    rows = {"rows": case_lines(here), "elsewhere": case_lines(elsewhere), "asked": len(title.strip()) > 1}
    return render(request, "desk/_similar.html", rows)


@login_required
@require_GET
def callers(request: HttpRequest) -> HttpResponse:
    """Who may be calling, by the number or the name that is being typed."""
    _desk(request)
    # Of both fields the one that is being typed in is sent as `who`.
    typed = request.GET.get("who", "")
    sees_all = person_of(request).sees_all
    found = find_callers(typed, contracts.local_day(timezone.now()), sees_all=sees_all)
    return render(request, "desk/_callers.html", {"callers": found, "asked": len(typed.strip()) > 3})


@login_required
@require_GET
def customer_archive(request: HttpRequest) -> HttpResponse:
    """The archive of the chosen contract, site and device, and what upper apps add to it."""
    _desk(request)
    now = timezone.now()
    chosen = _chosen(request.GET.get("contract", ""), now)
    if chosen.contract is None or chosen.force is None:
        return HttpResponse("")
    site = _one(chosen.sites, request.GET.get("site", ""))
    device = _one(chosen.devices, request.GET.get("device", ""))
    known = archive.archive_of(chosen.force, site=site, device=device, now=now)
    plan = chosen.force.running.plan if chosen.force.running else None
    context = archive_context(known, plan) | {"contract": chosen.contract}
    return render(request, "desk/_intake_archive.html", context)


@login_required
@require_POST
def again(request: HttpRequest, case_id: int) -> HttpResponse:
    """ "That is the same": no new case, the caller is written down on the one that is there."""
    now = timezone.now()
    said = {name: request.POST.get(name, "") for name in ("reporter_name", "reporter_phone")}
    note = "\n".join(
        text for name in ("title", "description") if (text := request.POST.get(name, "").strip())
    )
    by = request.POST.get("channel", "")
    case = links.report_again(case_id, actor=person_of(request), at=now, now=now, note=note, by=by, **said)
    messages.success(request, _("已记到 {number}，没有另开一件。").format(number=case.number))
    return redirect("desk:case", case_id=case_id)


def _desk(request: HttpRequest) -> None:
    """Callers and archives are the firm's own business."""
    if not _may_find(person_of(request)):
        raise NotAllowed(act="work_case")


def _may_find(person: Person) -> bool:
    return person.may("work_case") or person.may("triage_case")


def _one(among: list[Any], typed: str) -> Any:
    return next((one for one in among if str(one.pk) == typed), None)


def _chosen(typed: str, now: datetime) -> Chosen:
    contract = find_contract(typed)
    if contract is None:
        return Chosen(None, None, [], [], in_force=False)
    force = contracts.in_force(contract, now)
    return Chosen(
        contract,
        force,
        list(devices.sites_of(contract.pk)[:OFFERED_PLACES]),
        list(devices.devices_of(contract.pk)[:OFFERED_PLACES]),
        in_force=force.runs_on(contracts.local_day(now)),
    )


def _form(
    person: Person, chosen: Chosen, data: Any = None, *, initial: dict[str, Any] | None = None
) -> IntakeForm:
    return IntakeForm(
        data, person=person, contract=chosen.contract, force=chosen.force, sites=chosen.sites, devices=chosen.devices,
        initial=initial,
    )  # fmt: skip


def _context(form: IntakeForm, chosen: Chosen, offered: list[Contract], asked: str = "") -> dict[str, Any]:
    plan = chosen.force.running.plan if chosen.force and chosen.force.running else None
    means = (
        {level.id: level.means.in_(language()) for level in plan.severities if level.means} if plan else {}
    )
    return {
        "form": form,
        "chosen": chosen,
        "asked": asked,
        "offered": [(contract_label(one), one.customer.name) for one in offered],
        "levels": [(value, word, means.get(value, "")) for value, word in _choices(form)],
        "level": form["severity"].value() or "",
        "no_plan": chosen.contract is not None and plan is None,
    }


def _choices(form: IntakeForm) -> list[tuple[str, str]]:
    """The levels that the form offers."""
    return list(getattr(form.fields["severity"], "choices", ()))
