"""Correcting a drafted promise, cutting it in two, adding one, naming the plan."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_of
from luyue.domain.drafting import places
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.drafting import actions, faces, meanwhile, queries, taking, words
from luyue.drafting.forms import EMPTY, FactsForm, NameForm, blame, told
from luyue.drafting.models import BY_HAND, Draft, Drafted
from luyue.drafting.pages.common import back_to, language, numbers, review_address, seen_of, with_news

AROUND = 160  # letters of the document shown on each side of a quote


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, drafted_id: int) -> HttpResponse:
    """The facts of a drafted promise; saving accepts it, unless it is only to be kept."""
    person = person_of(request)
    with queries.room(person):
        row = queries.drafted(drafted_id, to=person)
        of, news = row.draft, meanwhile.since(row.draft, seen_of(request), by=person).promises
        if request.method == "POST":
            news = actions.meanwhile_of(of.pk, seen_of(request), actor=person).promises
            row = queries.drafted(drafted_id, to=person)  # as it is now that nobody can change it any more
            of = row.draft
        form = FactsForm(request.POST or None, kind=row.kind, facts=row.facts, language=language())
        late = news.get(row.pk, [])
        if request.method == "POST" and form.is_valid() and not late:
            try:
                actions.change(
                    row.pk,
                    form.made,
                    actor=person,
                    now=timezone.now(),
                    accept=request.POST.get("act") != "keep",
                )
            except (BadInput, IllegalMove) as bad:
                blame(form, bad)
            else:
                return back_to(row)
        pieces = [
            (at, row.words[:at], row.words[at:]) for at in places.cuts(row.words)
        ]  # fmt: skip
        facts: dict[str, Any] = {
            "draft": of, "card": faces.card(row, language(), news=late), "form": form, "cuts": pieces,
            "differs": faces.differing(form) if late and form.is_bound else [],
            **_around(of, row.start, row.end),
            "back": review_address(row),
        }  # fmt: skip
    status = 409 if late and form.is_bound else 422 if form.errors else 200
    return render(request, "drafting/edit.html", facts, status=status)


def _around(of: Draft, start: int, end: int) -> dict[str, str]:
    return {"before": of.text[max(0, start - AROUND) : start], "after": of.text[end : end + AROUND]}


@login_required
@require_POST
def split(request: HttpRequest, drafted_id: int) -> HttpResponse:
    """Cut a promise's words in two; both are corrected afterwards."""
    person = person_of(request)
    at = (numbers([request.POST.get("at", "")]) or [0])[0]
    with queries.room(person):
        row = queries.drafted(drafted_id, to=person)
        if row.pk in actions.meanwhile_of(row.draft_id, seen_of(request), actor=person).promises:
            return redirect(with_news(reverse("drafting:edit", args=[row.pk]), seen_of(request)))
        try:
            _first, second = actions.split(row.pk, at, actor=person, now=timezone.now())
        except BadInput:
            messages.error(request, _("请选从哪里拆开。"))
            return redirect("drafting:edit", row.pk)
    messages.success(request, _("已拆成两条，请分别核对。"))
    return redirect("drafting:edit", second.pk)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Draft a promise by hand: from a sentence (`sentence`), a selection (`start`, `end`), or typed words.

    What the rules find in these words alone is filled in beforehand.
    """
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        given = request.POST if request.method == "POST" else request.GET
        stretch, trouble = _stretch(of, given, person)
        quote = of.text[slice(*stretch)] if stretch else given.get("words", "")
        found = taking.found_in(quote) if stretch else {}
        kind = given.get("kind", "") if given.get("kind", "") in taking.KINDS else next(iter(found), "target")
        start = found.get(kind) or EMPTY[kind]
        saving = request.method == "POST" and stretch is not None
        twin = _added_meanwhile(request, of, stretch) if saving and stretch else None
        form = FactsForm(request.POST if saving else None, kind=kind, facts=start, language=language())
        if twin:
            trouble = _("{who} 刚从这里添加了“{line}”。还要再添加一条，就再点一次“添加”。").format(
                who=twin.decided_by, line=words.summary(twin.kind, twin.facts, language())
            )
        elif saving and form.is_valid() and stretch:
            try:
                made = actions.add(
                    of.pk,
                    kind=kind,
                    facts=form.made,
                    start=stretch[0],
                    end=stretch[1],
                    actor=person,
                    now=timezone.now(),
                )
            except BadInput as bad:
                trouble = told(bad)
            else:
                return back_to(made)
        facts = {
            "draft": of, "form": form, "kind": kind, "kinds": words.KINDS.items(), "stretch": stretch, "quote": quote,
            "trouble": trouble, "twin": twin, **(_around(of, *stretch) if stretch else {}),
        }  # fmt: skip
    status = 409 if twin else 422 if form.errors or trouble else 200
    return render(request, "drafting/add.html", facts, status=status)


def _added_meanwhile(request: HttpRequest, of: Draft, stretch: tuple[int, int]) -> Drafted | None:
    """What somebody else drafted from these words since the form was drawn."""
    news = actions.meanwhile_of(of.pk, seen_of(request), actor=person_of(request)).promises
    start, end = stretch
    of.refresh_from_db(fields=["revision"])
    return (
        queries.promises(of)
        .filter(pk__in=news, rule=BY_HAND, start__lt=end, end__gt=start)
        .order_by("-pk").first()
    )  # fmt: skip


def _stretch(of: Draft, given: Any, person: Any) -> tuple[tuple[int, int] | None, str]:
    """The place that a new promise is of, and what is wrong with what was given."""
    if sentences := numbers([given.get("sentence", "")]):
        row = queries.sentence(sentences[0], to=person)
        if row.draft_id == of.pk:
            return (row.start, row.end), ""
    edges = numbers([given.get("start", ""), given.get("end", "")])
    if len(edges) == 2 and edges[0] < edges[1] <= len(of.text) and edges[1] - edges[0] <= 4000:
        first, last = edges
        while first < last and of.text[first].isspace():
            first += 1
        while last > first and of.text[last - 1].isspace():
            last -= 1
        if first < last:
            return (first, last), ""
    typed = given.get("words", "")
    if typed.strip():
        found = places.find(of.text, typed)
        return found, "" if found else _("文档里没有这段文字，请照原文粘贴。")
    return None, ""


@login_required
@require_POST
def name(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Title and id of the plan that the draft becomes."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        form = NameForm(request.POST)
        late = actions.meanwhile_of(of.pk, seen_of(request), actor=person).name
        if form.is_valid() and late:
            messages.warning(request, _other_name(late[-1], form))
        elif form.is_valid():
            try:
                actions.rename(of.pk, **form.cleaned_data, actor=person, now=timezone.now())
            except BadInput as bad:
                messages.error(request, told(bad))
            else:
                messages.success(request, _("已保存。"))
        else:
            messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect(f"{reverse('drafting:draft', args=[of.pk])}?tab=creates")


def _other_name(late: meanwhile.Change, form: NameForm) -> str:
    """Who named it otherwise; what was typed is told, since the form shows what he gave."""
    return _("没有保存：您打开以后 {who} 改过名称和编号。您填的是“{title}”、“{plan}”。").format(
        who=late.who, **form.cleaned_data
    )
