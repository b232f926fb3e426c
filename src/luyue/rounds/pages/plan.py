"""Planning a round: what it will look at is shown while the form is filled in."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luyue.accounts.guards import person_with
from luyue.contracts.queries import ZONE, contract_choices
from luyue.devices import queries as devices
from luyue.domain.refusals import Conflict, NotAllowed, NotFound, Refusal
from luyue.domain.rounds.judging import rank
from luyue.field import queries as field
from luyue.field import words as field_words
from luyue.obligations.faces import in_a_line
from luyue.rounds import keeping, queries
from luyue.rounds.actions import Wanted, plan_round
from luyue.rounds.forms import PlanRoundForm
from luyue.rounds.models import Kind
from luyue.rounds.words import PROBLEMS
from luyue.web.refusals import field_problem

MOST_SHOWN = 12
_FIELDS = {"end": "minutes", "targets": "kind"}


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """The form; `?contract=` and `?kind=` fill it, and show what would be looked at."""
    person = person_with(request, "plan_work_order")
    now = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    contract_id, kind = _number(given.get("contract")), given.get("kind") or Kind.VISIT
    sites = list(devices.sites_of(contract_id)[:200]) if contract_id else []
    people = field.field_people()
    tomorrow = (now.astimezone(ZONE) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    ticked = [number for text in given.getlist("keeps") if (number := _number(text))]
    owed = (
        keeping.open_obligations(contract_id, by=_begin(given.get("begin")) or tomorrow, chosen=ticked)
        if contract_id
        else []
    )
    keeps = [(one.pk, in_a_line(one)) for one in owed]
    start = {
        "contract": contract_id or "",
        "kind": kind,
        "begin": tomorrow.strftime("%Y-%m-%dT%H:%M"),
        "minutes": 240,
    }
    chosen = {name: given.getlist(name) for name in ("keeps", "sites", "companions")}
    form = PlanRoundForm(
        request.POST if request.method == "POST" else None, initial=start | given.dict() | chosen,
        contracts=contract_choices(),
        people=people, sites=sites, keeps=keeps,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = Wanted(
            contract_id=int(data["contract"]), kind=data["kind"], engineer_id=int(data["engineer"]),
            begin=data["begin"], end=data["begin"] + timedelta(minutes=data["minutes"]), title=data["title"],
            reason=data["reason"], instructions=data["instructions"],
            keeps=[int(one) for one in data.get("keeps", ())], sites=[int(one) for one in data.get("sites", ())],
            companions=[int(one) for one in data["companions"]],
        )  # fmt: skip
        try:
            made = plan_round(wanted, actor=person, now=now)
        except (NotFound, NotAllowed):
            raise
        except Refusal as refusal:
            name, text = _problem(refusal)
            form.add_error(name if name in form.fields else None, text)
        else:
            messages.success(request, _("已安排，共 {n} 项要看。").format(n=made.targets.count()))
            return redirect("rounds:one", made.pk)
    shown = queries.choices(contract_id, kind) if contract_id and kind in Kind.values else []
    facts = {"form": form, "contract": contract_id, "all": len(shown), "preview": _preview(shown)}
    return render(request, "rounds/plan.html", facts, status=422 if request.method == "POST" else 200)


def _number(text: Any) -> int | None:
    return int(text) if text and str(text).isdigit() and len(str(text)) < 19 else None


def _begin(text: str | None) -> datetime | None:
    """The begin as the form has it; None if it is none yet."""
    try:
        return datetime.fromisoformat(text or "").replace(tzinfo=ZONE)
    except ValueError:
        return None


def _problem(refusal: Refusal) -> tuple[str, str]:
    if isinstance(refusal, Conflict) and refusal.facts.get("finding"):
        finding = str(field_words.FINDINGS[str(refusal.facts["finding"])])
        return "begin", finding.format(label=_("另一张工单"), minutes="", needed="")
    name, text = field_problem(refusal, PROBLEMS)
    return _FIELDS.get(name, name), text


def _preview(shown: list[queries.Choice]) -> list[queries.Choice]:
    """The first of what would be looked at: what was faulty."""

    return sorted(shown, key=lambda one: (rank(one.place), one.checklist))[:MOST_SHOWN]
