"""Something happened that no program knows of: which obligations it asks for, and raising them."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luyue.accounts.guards import person_of, person_with
from luyue.contracts.choosing import offered_contracts
from luyue.contracts.models import Binding, Contract
from luyue.contracts.plans import running_plan
from luyue.domain.obligations.event_words import event_words
from luyue.domain.refusals import BadInput
from luyue.obligations import actions, faces
from luyue.obligations.actions.raising import preview
from luyue.obligations.forms import HappeningForm
from luyue.obligations.words import PROBLEMS
from luyue.web.languages import language
from luyue.web.refusals import field_problem


def known_words(of: list[Contract], language: str) -> list[tuple[str, str]]:
    """Event words of the plans of these contracts, by their words."""
    versions = Binding.objects.filter(contract__in=[one.pk for one in of]).values_list(
        "plan_version_id", flat=True
    )
    words = {trigger.on for version in set(versions) for trigger in running_plan(version).plan.triggers}
    return sorted(((word, event_words(word, language)) for word in words), key=lambda pair: pair[1])


@login_required
@require_http_methods(["GET", "POST"])
def happening(request: HttpRequest) -> HttpResponse:
    """Choose what happened and to which contracts; look at what it asks for; confirm."""
    person = person_with(request, "enter_happening")
    now = timezone.now()
    offered = offered_contracts(now)
    facts: dict[str, Any] = {
        "words": known_words(offered, language()), "contracts": offered,
    }  # fmt: skip
    if request.method == "GET":
        chosen = request.GET.get("contract", "")
        initial = {
            "form_key": uuid.uuid4(),
            "word": request.GET.get("word", ""),
            "contracts": [chosen] if chosen else [],
        }
        return _page(request, HappeningForm(initial=initial, **facts))
    form = HappeningForm(request.POST, **facts)
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    at = data["at"] or now
    numbers = [int(one) for one in data["contracts"]]
    if request.POST.get("confirm") != "yes":
        shown = _preview(data["word"], numbers, at, now)
        return _page(request, form, preview=shown, at=at)
    picked = {number: request.POST.getlist(f"promise-{number}") for number in numbers}
    try:
        raised = actions.enter_happening(
            data["word"],
            contracts_and_promises={number: some for number, some in picked.items() if some},
            form_key=data["form_key"],
            at=at,
            actor=person,
            now=now,
            note=data["note"],
        )
    except BadInput as refusal:
        form.add_error(None, field_problem(refusal, PROBLEMS)[1])
        shown = _preview(data["word"], numbers, at, now)
        return _page(request, form, status=422, preview=shown, at=at)
    messages.success(request, _("已登记，生成 {n} 件履约事项。").format(n=len(raised)))
    return redirect("obligations:list")


def _page(request: HttpRequest, form: HappeningForm, *, status: int = 200, **facts: Any) -> HttpResponse:
    facts |= {"form": form, "may_manage_sources": person_of(request).may("manage_channels")}
    return render(request, "obligations/happening.html", facts, status=status)


def _preview(word: str, numbers: list[int], at: datetime, now: datetime) -> list[dict[str, Any]]:
    shown = []
    for of, rows in preview(word, numbers, at=at, now=now):
        for row in rows:
            row.contract = of
        shown.append({"contract": of, "rows": faces.faces(rows)})
    return shown
