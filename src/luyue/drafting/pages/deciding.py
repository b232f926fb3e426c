"""Buttons of the review page: each works as a plain form, and with HTMX redraws its card alone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from luyue.accounts.guards import person_of
from luyue.domain.refusals import BadInput
from luyue.drafting import actions, queries, words
from luyue.drafting.forms import told
from luyue.drafting.pages.common import back_to, changed_card, numbers, review_address


@login_required
@require_POST
def decide(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Accept, reject, reopen or merge what was chosen, or all that waits (`act=accept_all`)."""
    person, now = person_of(request), timezone.now()
    act, ids = request.POST.get("act", ""), numbers(request.POST.getlist("promise"))
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            if act == "accept_all":
                number = actions.decide_all(of.pk, "accept", actor=person, now=now)
                messages.success(request, _("已接受 {n} 条承诺。").format(n=number))
                return redirect("drafting:draft", of.pk)
            if act == "merge":
                kept = actions.merge(of.pk, ids, actor=person, now=now)
                messages.success(request, _("已合并。要拆回，在被合并的那条上点“恢复”。"))
                return back_to(kept)
            rows = actions.decide(of.pk, ids, act, actor=person, now=now)
        except BadInput as bad:
            messages.error(request, told(bad))
            return redirect(_back(request) or reverse("drafting:draft", args=[of.pk]))
        if request.htmx and len(rows) == 1:  # type: ignore[attr-defined]
            return changed_card(request, of, rows[0])
    return redirect(_back(request) or review_address(rows[0]))


def _back(request: HttpRequest) -> str:
    """Where on the draft's pages the form stood, if it said so; never an address of elsewhere."""
    wanted = request.POST.get("back", "")
    return wanted if wanted.startswith("/drafts/") and "\\" not in wanted and "\n" not in wanted else ""


@login_required
@require_POST
def undo(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Undo the last act of the review."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            step = actions.undo(of.pk, actor=person, now=timezone.now())
        except BadInput as bad:
            messages.error(request, told(bad))
        else:
            messages.success(request, _("已撤销：{act}").format(act=words.STEPS[step.act]))
            changed = [one["id"] for one in step.before["promises"]]
            rows = queries.promises(of).filter(pk__in=changed)[:1]
            if rows and not _back(request):
                return back_to(rows[0])
    return redirect(_back(request) or reverse("drafting:draft", args=[of.pk]))


@login_required
@require_POST
def aside(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Say of sentences that they are no promise, or take it back; `act=all` confirms what the rules set aside."""
    person, now = person_of(request), timezone.now()
    act, ids = request.POST.get("act", ""), numbers(request.POST.getlist("sentence"))
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            if act == "all":
                number = actions.set_aside_all(of.pk, actor=person, now=now)
            else:
                number = actions.set_aside(of.pk, ids, aside=act != "reopen", actor=person, now=now)
        except BadInput as bad:
            messages.error(request, told(bad))
        else:
            messages.success(request, _("已更新 {n} 句。").format(n=number))
    address = _back(request) or f"{reverse('drafting:draft', args=[of.pk])}?tab=left"
    return redirect(address)


@login_required
@require_POST
def answer(request: HttpRequest, drafted_id: int) -> HttpResponse:
    """Answer a question about a promise."""
    person, now = person_of(request), timezone.now()
    trouble = ""
    with queries.room(person):
        row = queries.drafted(drafted_id, to=person)
        try:
            row = actions.answer(
                row.pk,
                request.POST.get("question", ""),
                request.POST.get("answer", ""),
                actor=person,
                now=now,
            )
        except BadInput as bad:
            trouble = told(bad)
        of = queries.draft(row.draft_id, to=person)
        if request.htmx:  # type: ignore[attr-defined]
            return changed_card(request, of, row, trouble)
    if trouble:
        messages.error(request, trouble)
    return redirect(_back(request) or review_address(row))
