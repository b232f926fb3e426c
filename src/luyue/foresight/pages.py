"""Pages of reckonings. What is shown is gathered in `queries.room`; pages are drawn outside of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts.queries import local_day, visible_contracts
from luyue.desk.import_forms import FileForm
from luyue.desk.queries import moment
from luyue.desk.words import severity_word
from luyue.domain.foresight.samples import Sample
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.foresight import actions, faces, papers, queries
from luyue.foresight.forms import AskForm, SitesForm
from luyue.foresight.models import Foresight, Origin, State
from luyue.foresight.words import PROBLEMS, REFUSED, STATES
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.paging import keyset_page
from luyue.web.refusals import field_problem

SHOWN_CONTRACTS = 6
# A history below a quarter says little about a year.
SHORT_SECONDS = 90 * 86_400


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Reckonings that the person may see, the newest first."""
    person = person_with(request, queries.RIGHT)
    with queries.room(person):
        page = keyset_page(queries.visible(person), order=("-id",), after=request.GET.get("after"))
        rows = [(row, faces.title(row), _badge(row)) for row in page.rows]
    return render(request, "foresight/list.html", {"page": page, "rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What is to be held against what; a worker reckons."""
    person = person_with(request, queries.RIGHT)
    now = timezone.now()
    form = AskForm(
        request.POST or None, person=person, chosen=request.GET.get("plan", ""), today=local_day(now)
    )
    posted = request.method == "POST"
    wants_file = posted and request.POST.get("origin") == Origin.FILE
    file = FileForm(request.POST, request.FILES) if wants_file else FileForm()
    if posted and form.is_valid() and (not wants_file or file.is_valid()):
        try:
            asked = form.asked(file if wants_file else None)
            with queries.room(person):
                made = actions.ask(asked, actor=person, now=now)
        except BadInput as bad:
            name, text = field_problem(bad, REFUSED)
            about = file if wants_file and name in file.fields else form
            about.add_error(name if name in about.fields else None, text)
        else:
            return redirect("foresight:one", made.pk)
    return render(
        request,
        "foresight/new.html",
        {"form": form, "file": file},
        status=422 if form.errors or file.errors else 200,
    )


@login_required
@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """The sites of the contracts that are chosen by now, to choose among."""
    person_with(request, queries.RIGHT)
    chosen = SitesForm(request.GET)
    return render(request, "foresight/_sites.html", {"sites": chosen["sites"]})


@login_required
@require_GET
def one(request: HttpRequest, foresight_id: int) -> HttpResponse:
    """Progress, then what to expect of each promise, with figures that can be changed."""
    person = person_with(request, queries.RIGHT)
    with queries.room(person):
        of = queries.one(foresight_id, to=person)
        facts: dict[str, Any] = {"foresight": of, "title": faces.title(of), "badge": _badge(of)}
        if of.state != State.READY:
            facts |= {"job": _job(of), "over": of.state == State.FAILED}
        else:
            facts |= _shown(of, request.GET)
    facts["contracts"] = list(
        visible_contracts().filter(pk__in=of.contract_ids).order_by("number")[:SHOWN_CONTRACTS]
    )
    facts["more_contracts"] = len(of.contract_ids) - len(facts["contracts"])
    answer = render(request, "foresight/one.html", facts)
    if "query" in facts and request.headers.get("HX-Request"):
        # What the form sends has every field; the address keeps what was changed.
        answer["HX-Replace-Url"] = reverse("foresight:one", args=[of.pk]) + facts["query"]
    return answer


def _shown(of: Foresight, asked: Any) -> dict[str, Any]:
    """All figures of a reckoning with the wishes of an address."""
    samples = queries.samples_of(of)
    return shown(of, samples, faces.wished(asked, queries.plan_of(of), samples, of.facts))


def shown(of: Foresight, samples: Sequence[Sample], wish: faces.Wished) -> dict[str, Any]:
    """All figures of a reckoning as somebody wishes them, in the words of its page and its papers."""
    plan = queries.plan_of(of)
    rows = faces.linked(faces.rows_of(plan, samples, wish, of.facts["seconds"]), wish)
    drawn = faces.chosen(rows, wish)
    staff = faces.staff_of(rows, wish, of.facts)
    dear = faces.dearest(rows, wish, staff)
    yearly = [row.rate.per_year for row in rows if row.rate.per_year is not None]
    return {
        "staff": staff, "staff_rows": faces.staff_rows(staff, rows), "dear": dear,
        "plan": plan, "wish": wish, "rows": rows, "drawn": drawn,
        "chart": faces.chart(drawn, wish) if drawn else None,
        "left": faces.left_out(plan), "others": len(plan.promises) - len(plan.targets),
        "known": len(yearly), "yearly": sum(yearly) if yearly else None,
        "cost": "" if wish.cost is None else f"{wish.cost:g}",
        "bill": sum(one.cost for one in dear if one.cost is not None) if any(one.cost for one in dear) else None,
        "few": sum(row.rate.few for row in rows),
        "severities": _levels(of), "keep": f"{wish.keep:g}", "query": faces.address(wish, rows),
        "changed": wish.changed,
        "narrowed": papers.narrowed_by(of),
        "load": papers.load_of(of), "bad_rows": _bad_rows(of), "how": papers.how(), "how_staff": papers.how_staff(),
        "cut": of.facts.get("cut", False), "cases": of.facts["cases"],
        "short": of.facts["seconds"] < SHORT_SECONDS, "days": of.facts["seconds"] // 86_400,
        "first": _instant(of, "first"), "last": _instant(of, "last"),
    }  # fmt: skip


def _bad_rows(of: Foresight) -> list[tuple[int, str]]:
    """The first rows of a file that could not be read, with the reason."""
    return [(row, en if language() == "en" else zh) for row, zh, en in of.facts.get("bad_rows", ())]


def _levels(of: Foresight) -> list[tuple[str, int]]:
    plan = queries.plan_of(of)
    counts = of.facts["severities"]
    order = [level.id for level in plan.severities]
    known = [(severity_word(plan, one), counts[one]) for one in order if counts.get(one)]
    none = counts.get("", 0)
    return [*known, (_("未定等级"), none)] if none and known else known


def _instant(of: Foresight, name: str) -> datetime | None:
    at = of.facts.get(name)
    return None if at is None else moment(at)


@login_required
@require_GET
def progress(request: HttpRequest, foresight_id: int) -> HttpResponse:
    """How far it is; the page asks for itself anew once it is over."""
    person = person_with(request, queries.RIGHT)
    with queries.room(person):
        of = queries.one(foresight_id, to=person)
    answer = render(request, "foresight/_job.html", {"job": _job(of)})
    if of.state in (State.READY, State.FAILED):
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def again(request: HttpRequest, foresight_id: int) -> HttpResponse:
    """Reckon once more."""
    person = person_with(request, queries.RIGHT)
    try:
        with queries.room(person):
            actions.ask_again(foresight_id, actor=person, now=timezone.now())
    except IllegalMove:
        messages.info(request, _("已经算好了。"))
    return redirect("foresight:one", foresight_id)


@login_required
@require_POST
def remove(request: HttpRequest, foresight_id: int) -> HttpResponse:
    """Throw it away."""
    person = person_with(request, queries.RIGHT)
    with queries.room(person):
        actions.remove(foresight_id, actor=person, now=timezone.now())
    messages.success(request, _("已删除。"))
    return redirect("foresight:list")


@login_required
@require_GET
def paper(request: HttpRequest, foresight_id: int) -> HttpResponse:
    """What is shown, as a PDF."""
    person = person_with(request, queries.RIGHT)
    with queries.room(person):
        of = queries.one(foresight_id, to=person)
        if of.state != State.READY:
            raise IllegalMove(subject=queries.SUBJECT, state=of.state, act="export")
        content = papers.paper(of, _shown(of, request.GET))
    return download(content, f"{_('签约前测算')} {faces.title(of)}.pdf", save=False)


@login_required
@require_GET
def workbook(request: HttpRequest, foresight_id: int) -> HttpResponse:
    """What is shown, as a workbook."""
    person = person_with(request, queries.RIGHT)
    with queries.room(person):
        of = queries.one(foresight_id, to=person)
        if of.state != State.READY:
            raise IllegalMove(subject=queries.SUBJECT, state=of.state, act="export")
        content = papers.workbook(of, _shown(of, request.GET))
    return download(content, f"{_('签约前测算')} {faces.title(of)}.xlsx")


def _badge(of: Foresight) -> tuple[str, str, str]:
    icon, tone = STATES[of.state]
    return tone, str(of.get_state_display()), icon


def _job(of: Foresight) -> dict[str, object]:
    states = {"waiting": "waiting", "running": "running", "ready": "done"}
    return {
        "url": reverse("foresight:progress", args=[of.pk]), "label": faces.title(of),
        "state": states.get(of.state, "failed"), "done": of.done, "total": of.total, "remaining_seconds": None,
        "message": str(PROBLEMS.get(of.problem, "")),
    }  # fmt: skip
