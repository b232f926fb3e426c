"""Correcting a drafted promise, cutting it in two, adding one, naming the plan."""

from collections.abc import Mapping, Sequence
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
from luyue.accounts.models import Person
from luyue.domain.drafting import places, states
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.drafting import actions, faces, meanwhile, queries, taking, words
from luyue.drafting.forms import EMPTY, FactsForm, NameForm, blame, told
from luyue.drafting.models import BY_HAND, Draft, Drafted
from luyue.drafting.pages.common import back_to, kind_of, numbers, review_address, seen_of, with_news
from luyue.web.languages import language

AROUND = 160  # letters of the document shown on each side of a quote


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, drafted_id: int) -> HttpResponse:
    """The facts of a drafted promise; saving accepts it, unless it is only to be kept (`act=keep`). What was typed for
    one that was merged or taken away is carried to the one that stands for it (`act=carry`), to be looked at there.
    """
    person, posted = person_of(request), request.method == "POST"
    with queries.room(person):
        try:
            row, news = _row_and_news(request, drafted_id, person)
        except NotFound:
            template, facts = "drafting/gone.html", _gone(request, drafted_id, person)
            status = 409 if posted else 404
        else:
            carried = posted and request.POST.get("act") == "carry"
            form = FactsForm(
                request.POST if posted else None, kind=row.kind, facts=row.facts, language=language()
            )
            late, merged = news.get(row.pk, []), row.state == states.MERGED
            if posted and not (late or merged or carried) and form.is_valid() and _save(request, row, form):
                return back_to(row)
            template, facts = "drafting/edit.html", _drawn(row, form, late)
            facts["differs"] = faces.differing(form) if posted and (late or carried) and not merged else []
            facts["carried"] = carried
            status = 409 if posted and (late or merged) else 422 if form.errors else 200
    return render(request, template, facts, status=status)


def _row_and_news(
    request: HttpRequest, drafted_id: int, person: Person
) -> tuple[Drafted, Mapping[int, Sequence[meanwhile.Change]]]:
    """The promise and what others changed meanwhile; for one who saves as it is now that nobody can change it."""
    row = queries.drafted(drafted_id, to=person)
    if request.method != "POST":
        return row, meanwhile.since(row.draft, seen_of(request), by=person).promises
    news = actions.meanwhile_of(row.draft_id, seen_of(request), actor=person).promises
    return queries.drafted(drafted_id, to=person), news


def _save(request: HttpRequest, row: Drafted, form: FactsForm) -> bool:
    accept = request.POST.get("act") != "keep"
    try:
        actions.change(row.pk, form.made, actor=person_of(request), now=timezone.now(), accept=accept)
    except (BadInput, IllegalMove) as bad:
        blame(form, bad)
        return False
    return True


def _drawn(row: Drafted, form: FactsForm, late: Sequence[meanwhile.Change]) -> dict[str, Any]:
    of = row.draft
    pieces = [(at, row.words[:at], row.words[at:]) for at in places.cuts(row.words)]
    return {
        "draft": of, "card": faces.card(row, language(), news=late), "form": form, "cuts": pieces,
        "into": faces.card(row.into, language()) if row.into else None,
        **_around(of, row.start, row.end), "back": review_address(row),
    }  # fmt: skip


def _gone(request: HttpRequest, drafted_id: int, person: Person) -> dict[str, Any]:
    """What became of a promise that is there no more, with what was typed for it. Raises NotFound."""
    found = meanwhile.gone(drafted_id, to=person)
    heir, kind = found.heir, found.heir.kind if found.heir else kind_of(request.POST)
    back = review_address(heir) if heir else reverse("drafting:draft", args=[found.of.pk])
    form = None
    if request.method == "POST" and kind:
        form = FactsForm(
            request.POST, kind=kind, facts=heir.facts if heir else EMPTY[kind], language=language()
        )
    return {
        "draft": found.of, "last": found.last, "heir": faces.card(heir, language()) if heir else None, "kind": kind,
        "form": form, "stretch": found.stretch, "back": back,
    }  # fmt: skip


def _around(of: Draft, start: int, end: int) -> dict[str, str]:
    return {"before": of.text[max(0, start - AROUND) : start], "after": of.text[end : end + AROUND]}


@login_required
@require_POST
def split(request: HttpRequest, drafted_id: int) -> HttpResponse:
    """Cut a promise's words in two; both are corrected afterwards."""
    person = person_of(request)
    at = (numbers([request.POST.get("at", "")]) or [0])[0]
    with queries.room(person):
        try:
            row = queries.drafted(drafted_id, to=person)
        except NotFound:
            meanwhile.gone(drafted_id, to=person)
            return redirect("drafting:edit", drafted_id)  # where it is told what became of it
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
        kind = kind_of(given) or next(iter(found), "target")
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
