"""Buttons of the review page: each works as a plain form, and with HTMX redraws its card alone.

Each form tells the revision of the draft that it was drawn from, so that of two people the later one overwrites nothing
that he has not seen.
"""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from luyue.accounts.guards import person_of
from luyue.domain.refusals import BadInput, NotFound, StaleVersion
from luyue.drafting import actions, meanwhile, queries, words
from luyue.drafting.forms import told
from luyue.drafting.meanwhile import Change
from luyue.drafting.models import Draft
from luyue.drafting.pages.common import back_to, changed_card, numbers, review_address, seen_of, with_news
from luyue.web.asked import htmx_of


@login_required
@require_POST
def decide(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Accept, reject, reopen or merge what was chosen, or all that waits (`act=accept_all`).

    What somebody else changed since the page was drawn is left alone and shown with what he did.
    """
    person, now = person_of(request), timezone.now()
    act, ids = request.POST.get("act", ""), numbers(request.POST.getlist("promise"))
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            news = actions.meanwhile_of(of.pk, seen_of(request), actor=person).promises
            if act == "accept_all":
                return _accept_all(request, of, news)
            left, rest = [pk for pk in ids if pk in news], [pk for pk in ids if pk not in news]
            if left and (act == "merge" or not rest):
                return _too_late(request, of, left, news)
            if act == "merge":
                kept = actions.merge(of.pk, rest, actor=person, now=now)
                messages.success(request, _("已合并。要拆回，在被合并的那条上点“恢复”。"))
                return back_to(kept)
            rows = actions.decide(of.pk, rest, act, actor=person, now=now)
        except BadInput as bad:
            messages.error(request, told(bad))
            return redirect(_back(request) or reverse("drafting:draft", args=[of.pk]))
        if left:
            return _too_late(request, of, left, news)
        if htmx_of(request) and len(rows) == 1:
            return changed_card(request, of, rows[0])
    return redirect(_back(request) or review_address(rows[0]))


def _accept_all(request: HttpRequest, of: Draft, news: Mapping[int, Sequence[Change]]) -> HttpResponse:
    left = list(queries.waiting(of).filter(pk__in=news).values_list("pk", flat=True))
    number = actions.decide_all(of.pk, "accept", actor=person_of(request), now=timezone.now(), besides=left)
    messages.success(request, _("已接受 {n} 条承诺。").format(n=number))
    return _too_late(request, of, left, news) if left else redirect("drafting:draft", of.pk)


def _too_late(
    request: HttpRequest, of: Draft, left: Sequence[int], news: Mapping[int, Sequence[Change]]
) -> HttpResponse:
    """What others were quicker with: the card anew, or the page at the first of them, with what they did."""
    row = queries.promises(of).filter(pk__in=left).first()
    if row is None:
        return _gone(request, of, news[left[0]][-1])
    if htmx_of(request) and len(left) == 1:
        return changed_card(request, of, row, news=news[row.pk])
    messages.warning(request, _("{n} 条没有动：您打开以后别人改过，请看过再定。").format(n=len(left)))
    return redirect(with_news(review_address(row), seen_of(request)))


def _gone(request: HttpRequest, of: Draft, last: Change) -> HttpResponse:
    """What was added is there no more: whoever added it has undone that."""
    messages.warning(
        request, _("没有动：{who} {act}，这一条已经不在了。").format(who=last.who, act=last.what)
    )
    address = reverse("drafting:draft", args=[of.pk])
    if htmx_of(request):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _back(request: HttpRequest) -> str:
    """Where on the draft's pages the form stood, if it said so; never an address of elsewhere."""
    wanted = request.POST.get("back", "")
    return wanted if wanted.startswith("/drafts/") and "\\" not in wanted and "\n" not in wanted else ""


@login_required
@require_POST
def undo(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Undo the last act of the review, if it is the one that the page showed."""
    person = person_of(request)
    shown = next(iter(numbers([request.POST.get("last_step", "")])), None)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            step = actions.undo(of.pk, actor=person, now=timezone.now(), last=shown)
        except BadInput as bad:
            messages.error(request, told(bad))
        except StaleVersion:
            messages.warning(request, _other_step(of))
        else:
            messages.success(request, _("已撤销：{act}").format(act=words.STEPS[step.act]))
            changed = [one["id"] for one in step.before["promises"]]
            rows = queries.promises(of).filter(pk__in=changed)[:1]
            if rows and not _back(request):
                return back_to(rows[0])
    return redirect(_back(request) or reverse("drafting:draft", args=[of.pk]))


def _other_step(of: Draft) -> str:
    """What the last step is by now."""
    step = queries.last_step(of)
    if step is None or not step.done_by:
        return _("没有撤销：最后一步已经不是您看到的那一步，请看过再按。")
    return _("没有撤销：最后一步已经是 {who} 的“{act}”，请看过再按。").format(
        who=step.done_by, act=words.STEPS[step.act]
    )


@login_required
@require_POST
def aside(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Say of sentences that they are no promise, or take it back; `act=all` confirms what the rules set aside. What
    somebody else changed since the page was drawn is left alone."""
    person, now = person_of(request), timezone.now()
    act, ids = request.POST.get("act", ""), numbers(request.POST.getlist("sentence"))
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            news = actions.meanwhile_of(of.pk, seen_of(request), actor=person).sentences
            if act == "all":
                ids = list(queries.to_set_aside(of).values_list("pk", flat=True))
                number = actions.set_aside_all(of.pk, actor=person, now=now, besides=news)
            elif ids and news.keys() >= set(ids):
                number = 0
            else:
                rest = [pk for pk in ids if pk not in news]
                number = actions.set_aside(of.pk, rest, aside=act != "reopen", actor=person, now=now)
        except BadInput as bad:
            messages.error(request, told(bad))
        else:
            messages.success(request, _("已更新 {n} 句。").format(n=number))
            if late := [news[pk][-1] for pk in ids if pk in news]:
                messages.warning(request, _late_sentences(late))
    address = _back(request) or f"{reverse('drafting:draft', args=[of.pk])}?tab=left"
    return redirect(address)


def _late_sentences(late: Sequence[Change]) -> str:
    return _("{n} 句没有动：您打开以后 {who} {act}，请看过再定。").format(
        n=len(late), who=late[-1].who, act=late[-1].what
    )


@login_required
@require_POST
def answer(request: HttpRequest, drafted_id: int) -> HttpResponse:
    """Answer a question about a promise, unless somebody else changed it since the page was drawn."""
    person, now = person_of(request), timezone.now()
    trouble = ""
    with queries.room(person):
        try:
            row = queries.drafted(drafted_id, to=person)
        except NotFound:
            found = meanwhile.gone(drafted_id, to=person)
            return _gone(request, found.of, found.last)
        of = queries.draft(row.draft_id, to=person)
        news = actions.meanwhile_of(of.pk, seen_of(request), actor=person).promises
        if row.pk in news:
            return _too_late(request, of, [row.pk], news)
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
        if htmx_of(request):
            return changed_card(request, of, row, trouble)
    if trouble:
        messages.error(request, trouble)
    return redirect(_back(request) or review_address(row))
