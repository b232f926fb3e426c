"""Swaps of shifts: asked for by one, accepted by the other, approved by who keeps the roster."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts.queries import ZONE
from luyue.domain.refusals import BadInput, NotAllowed, NotFound, Refusal
from luyue.roster import actions, queries, words
from luyue.roster.forms import SwapForm
from luyue.roster.models import Shift
from luyue.web.refusals import blame

AHEAD = timedelta(days=45)
MOST = 400
TONES = {
    "asked": "running",
    "accepted": "running",
    "declined": "breached",
    "approved": "met",
    "refused": "breached",
}


def _words(one: Shift, *, named: bool = False) -> str:
    begin, end = one.starts_at.astimezone(ZONE), one.ends_at.astimezone(ZONE)
    text = f"{begin:%m-%d %H:%M}–{end:%m-%d %H:%M} {one.post}".strip()
    return f"{one.person.name} {text}" if named else text


@login_required
@require_http_methods(["GET", "POST"])
def swaps(request: HttpRequest) -> HttpResponse:
    """The swaps that concern me, or all for who keeps the roster; a post asks for one."""
    person: Any = person_with(request, "see_roster")
    now = timezone.now()
    ahead = list(queries.shifts(now, now + AHEAD).filter(starts_at__gt=now)[:MOST])
    own = [(one.pk, _words(one)) for one in ahead if one.person_id == person.pk]
    form = SwapForm(
        request.POST or None, own=own, people=[one for one in queries.can_be_on_duty() if one.pk != person.pk],
        others=[(one.pk, _words(one, named=True)) for one in ahead if one.person_id != person.pk],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            actions.ask_swap(data.pop("shift_id"), **data, actor=person, now=now)
        except (NotFound, NotAllowed):
            raise
        except Refusal as refusal:
            blame(form, refusal, words.PROBLEMS, {"to": "to_id", "other": "other_id"})
        else:
            messages.success(request, _("已提出，等对方答复。"))
            return redirect("roster:swaps")
    facts = {
        "rows": [(one, TONES[one.state]) for one in queries.swaps(person)],
        "form": form if own else None,
        "person": person,
        "may_decide": person.may("manage_roster"),
    }
    return render(request, "roster/swaps.html", facts, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def swap(request: HttpRequest, swap_id: int) -> HttpResponse:
    """`agree` or `decline` by the colleague, `approve` or `refuse` by who keeps the roster."""
    person: Any = person_with(request, "see_roster")
    now = timezone.now()
    act = request.POST.get("act", "")
    try:
        if act in ("agree", "decline"):
            actions.answer_swap(swap_id, agree=act == "agree", actor=person, now=now)
        elif act in ("approve", "refuse"):
            actions.decide_swap(swap_id, approve=act == "approve", actor=person, now=now)
        else:
            raise BadInput(field="act")
    except BadInput as refusal:
        if refusal.facts.get("field") != "starts_at":
            raise
        messages.error(request, _("换班后有人的班次会重叠，不能批准。"))
        return redirect("roster:swaps")
    messages.success(request, _("已登记。"))
    return redirect("roster:swaps")
