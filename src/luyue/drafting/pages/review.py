"""The review page: the document with marks on the left, the drafted promises on the right; its tabs; its file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_of
from luyue.domain.drafting import places
from luyue.domain.plan.yaml_lines import PlanError
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.drafting import actions, faces, meanwhile, queries, taking, words
from luyue.drafting.actions import hearing
from luyue.drafting.forms import NameForm, told
from luyue.drafting.models import SECOND_READER, Carried, Draft, Drafted, State
from luyue.drafting.pages.common import numbers, reader_address, seen_of
from luyue.files import content
from luyue.web.languages import language

TABS: dict[str, object] = {
    "review": gettext_lazy("审阅"),
    "asks": gettext_lazy("须问清"),
    "conflicts": gettext_lazy("矛盾"),
    "left": gettext_lazy("其他有数字的句子"),
    "creates": gettext_lazy("生成什么"),
}
SHOWN: dict[str, object] = {
    "": gettext_lazy("全部"),
    "proposed": gettext_lazy("待审阅"),
    "accepted": gettext_lazy("已接受"),
    "rejected": gettext_lazy("已拒绝"),
    "look": gettext_lazy("沿用，请看"),
    "second": gettext_lazy("第二阅读者"),
}
MOST_CARDS = 300
News = Mapping[int, Sequence[meanwhile.Change]]


@login_required
@require_GET
def one(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """A draft: its progress while it is read, then its review."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        if of.state != State.READY:
            facts = {"draft": of, "job": _job(of), "over": of.state == State.FAILED, "badge": _badge(of)}
            template = "drafting/reading.html"
        else:
            news = meanwhile.since(of, seen_of(request), by=person).promises
            template, facts = "drafting/review.html", _review(request, of, news)
    return render(request, template, facts)


def _review(request: HttpRequest, of: Draft, news: News) -> dict[str, Any]:
    tab = request.GET.get("tab", "review")
    tab = tab if tab in TABS else "review"
    facts: dict[str, Any] = {
        "draft": of, "tab": tab, "tabs": TABS.items(), "badge": _badge(of), "versions": queries.versions(of),
        "later": queries.later(of), "second": faces.second(of, language()), "reader": reader_address(),
        "hearing": _hearing(of) if of.second.get("state") == hearing.WAITING else None,
        "notes": [str(words.NOTES.get(one, one)) for one in of.notes], **faces.coverage_facts(of),
    }  # fmt: skip
    tongue = language()
    if tab == "review":
        facts |= _side_by_side(request, of, tongue, news)
    elif tab == "asks":
        rows = queries.promises(of).filter(state__in=("proposed", "accepted"))
        facts["cards"] = [card for card in faces.cards(rows, tongue, news=news) if card.asked][:MOST_CARDS]
    elif tab == "conflicts":
        facts["conflicts"], facts["problems"] = faces.conflicts(of, tongue)
    elif tab == "left":
        facts["lines"] = faces.lines(of)
        facts["set_aside_ready"] = sum(
            bool(line.row.reason) and line.state == "open" for line in facts["lines"]
        )
    else:
        facts |= {
            "preview": faces.preview(of, tongue),
            "form": NameForm(initial={"title": of.title, "plan": of.plan}),
        }
    return facts


def _side_by_side(request: HttpRequest, of: Draft, tongue: str, news: News) -> dict[str, Any]:
    cut = places.parts(of.text)
    number = _part(request, cut)
    first, last = cut[number - 1]
    show = request.GET.get("show", "")
    there = {"look": bool(of.before_id), "second": bool(of.second.get("proposed"))}
    shown = {name: word for name, word in SHOWN.items() if there.get(name, True)}
    show = show if show in shown else ""
    rows = list(queries.promises(of).filter(start__lt=last, end__gt=first).select_related("into", "earlier"))
    left = faces.lines(of, first, last)
    begun = [row for row in rows if row.start >= first and _is_shown(row, show)]
    return {
        "paragraphs": faces.document(of.text, (first, last), rows, left),
        "cards": faces.cards(begun, tongue, queries.merged(of), news),
        "part": number, "parts": len(cut), "first": first, "show": show, "shown": shown.items(),
    }  # fmt: skip


def _is_shown(row: Drafted, show: str) -> bool:
    if show == "look":
        return row.carried == Carried.LOOK and row.state == "proposed"
    if show == "second":
        return row.rule == SECOND_READER
    return not show or row.state == show


def _part(request: HttpRequest, cut: list[tuple[int, int]]) -> int:
    """Which part is asked for, from 1: by its number, or by a place of the text that lies in it."""
    if at := numbers([request.GET.get("at", "")]):
        return places.part_at(cut, at[0]) + 1
    return min(max((numbers([request.GET.get("part", "")]) or [1])[0], 1), len(cut))


def _badge(of: Draft) -> tuple[str, str, str]:
    icon, tone = words.STATES[of.state]
    return tone, str(of.get_state_display()), icon


@login_required
@require_GET
def progress(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """How far the reading is; the page asks for itself anew once it is over."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
    answer = render(request, "drafting/_job.html", {"job": _job(of)})
    if of.state in (State.READY, State.FAILED):
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def ask_second_reader(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Have the second reader look at what is still open."""
    person = person_of(request)
    with queries.room(person):
        try:
            actions.ask_second_reader(plan_draft_id, actor=person, now=timezone.now())
        except (BadInput, IllegalMove) as bad:
            messages.error(request, told(bad))
    return redirect(f"{reverse('drafting:draft', args=[plan_draft_id])}?tab=left")


@login_required
@require_GET
def second_progress(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """How far the second reader is; the page asks for itself anew once it is over."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
    answer = render(request, "drafting/_job.html", {"job": _hearing(of)})
    if of.second.get("state") != hearing.WAITING:
        answer["HX-Refresh"] = "true"
    return answer


def _hearing(of: Draft) -> dict[str, object]:
    told, states = of.second, {hearing.WAITING: "running", hearing.DONE: "done"}
    return {
        "url": reverse("drafting:second_progress", args=[of.pk]), "label": _("第二阅读者"),
        "state": states.get(told.get("state", ""), "failed"), "done": told.get("part", 0),
        "total": told.get("parts") or None, "remaining_seconds": None,
        "message": str(words.SECOND.get(told.get("code", ""), "")),
    }  # fmt: skip


def _job(of: Draft) -> dict[str, object]:
    states = {"waiting": "waiting", "reading": "running", "ready": "done"}
    return {
        "url": reverse("drafting:progress", args=[of.pk]), "label": of.file_name,
        "state": states.get(of.state, "failed"),
        "done": of.step, "total": Draft.STEPS, "remaining_seconds": None,
        "message": str(words.PROBLEMS.get(of.problem, "")),
    }  # fmt: skip


@login_required
@require_GET
def document(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """The file as it was uploaded, always to be saved: it came from anywhere."""
    person = person_of(request)
    with queries.room(person):
        file = queries.document(queries.draft(plan_draft_id, to=person))
    answer = HttpResponse(content.read(file.digest), content_type=file.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_GET
def plan_text(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """The plan file of what is accepted now, for the command line and for an editor."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            built = taking.build(of, queries.accepted(of)) if of.state == State.READY else None
        except PlanError:
            built = None
    if built is None:
        raise NotFound(subject="plan")
    answer = HttpResponse(built.text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{of.plan}.yaml"'
    return answer
