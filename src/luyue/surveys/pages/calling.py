"""The calls to make, and one of those asked: call, visit, paper, and what he answered."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from luyue.contracts.choosing import contract_filter
from luyue.domain.refusals import BadInput
from luyue.domain.surveys.asking import BY_LINK
from luyue.files.queries import attachments_of
from luyue.surveys import actions, faces, papers, queries
from luyue.surveys.forms import CallForm
from luyue.surveys.models import Kind, Respondent, Way
from luyue.surveys.pages.common import inside
from luyue.surveys.words import PROBLEMS
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page
from luyue.web.refusals import blame, sentence

PAGE = 50


@login_required
@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """Calls to make: those that were asked for a time first, then in order."""
    inside(request)
    spec = ListSpec(
        filters=(
            Filter("kind", gettext_lazy("类别"), Kind.choices),
            contract_filter(request.GET),
        ),
        sorts=(Sort("next", gettext_lazy("约定再打"), ("call_at", "id")),),
        search=True,
    )
    state = spec.read(request.GET)
    found = queries.calls()
    if kinds := state.chosen.get("kind"):
        found = found.filter(campaign__kind__in=kinds)
    if numbers := state.chosen.get("contract"):
        found = found.filter(contract__in=[int(one) for one in numbers])
    if state.q:
        found = found.filter(name__icontains=state.q) | found.filter(phone__icontains=state.q)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    now = timezone.now()
    facts = {
        "list": state,
        "page": page,
        "rows": [
            (faces.person_row(one), one.call_at is not None and one.call_at <= now) for one in page.rows
        ],
        "total": capped_count(found),
    }
    return render(request, "surveys/calls.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def respondent(request: HttpRequest, respondent_id: int) -> HttpResponse:
    """One of those asked. `?way=paper` and `visit`: the form for these."""
    person = inside(request, "see_follow_ups" if request.method == "GET" else "enter_answer")
    one = queries.respondent(respondent_id)
    way = _way(request, one)
    questions = one.campaign.question_set.whole
    typed = faces.typed_in(request.POST)
    form = CallForm(request.POST or None, request.FILES or None, way=way, initial={"answered_by": one.name})
    problems: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            said = _record(one, way, form.cleaned_data, typed, person)
        except actions.Unanswered as refusal:
            problems = refusal.problems
            form.add_error(None, sentence(refusal))
        except BadInput as refusal:
            blame(form, refusal, PROBLEMS, {"file": "scan"})
        else:
            messages.success(request, said)
            following = _next(one)
            if request.POST.get("next") and following is not None:
                return redirect("surveys:respondent", following)
            return redirect("surveys:one", one.campaign_id)
    open_to = ("open", "closed") if way == Way.PAPER else ("open",)
    opened = one.campaign.state in open_to and not one.skipped
    able = person.may("enter_answer" if way == Way.VISIT else "make_follow_up")
    open_yet = one.result not in ("answered", "refused")
    versions = [
        (row, faces.said(questions, row), attachments_of("survey_response", row.pk))
        for row in queries.versions_of(one.pk)
    ]
    facts: dict[str, Any] = {
        "one": one,
        "row": faces.person_row(one),
        "way": way,
        "ways": _ways(one),
        "script": questions.script.in_(language()),
        "rows": faces.question_rows(questions, typed or None, problems),
        "form": form if opened and able and (open_yet or "way" in request.GET) else None,
        "may_again": opened and able,
        "versions": versions,
        "calls": list(one.calls.all()),
        "link": papers.address_of(one) if opened and one.campaign.kind in BY_LINK else "",
        "following": _next(one),
    }  # fmt: skip
    return render(request, "surveys/respondent.html", facts, status=422 if request.method == "POST" else 200)


def _record(one: Respondent, way: str, data: dict[str, Any], typed: dict[str, str], person: Any) -> str:
    now = timezone.now()
    at = data["at"] or now
    result = data.get("result", "answered")
    if result != "answered":
        actions.record_try(
            one.pk, result=result, call_at=data["call_at"], note=data["note"], actor=person, at=at, now=now
        )
        return _("已记录。")
    scan = data.get("scan")
    given = actions.Given(
        answers=typed,
        way=way,
        answered_by=data["answered_by"],
        files=[(scan.name, scan.read())] if scan else (),
    )
    made = actions.record_answer(one.pk, given, actor=person, at=at, now=now)
    complaint = made.respondent.complaint
    if complaint is not None and (made.lowest or 5) <= 2:
        return _("已记录，并开了投诉 {number}。").format(number=complaint.number)
    return _("已记录。")


def _ways(one: Respondent) -> list[tuple[str, str]]:
    ways = [Way.VISIT, Way.PAPER] if one.campaign.kind == "visits" else [Way.PHONE, Way.PAPER]
    return [(str(way), str(way.label)) for way in ways]


def _way(request: HttpRequest, one: Respondent) -> str:
    known = [way for way, _word in _ways(one)]
    wanted = request.GET.get("way", "")
    if wanted in known:
        return wanted
    return str(Way.PAPER) if one.campaign.state == "closed" else known[0]


def _next(one: Respondent) -> int | None:
    """Who comes next in the same campaign."""
    rows = Respondent.objects.filter(queries.OWED, campaign_id=one.campaign_id, campaign__state="open")
    after = rows.filter(pk__gt=one.pk).order_by("pk").values_list("pk", flat=True).first()
    return after or rows.filter(pk__lt=one.pk).order_by("pk").values_list("pk", flat=True).first()
