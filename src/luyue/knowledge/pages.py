"""Pages of knowledge: list, article, writing, review, and what may help while a case is typed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.forms import blame
from luyue.desk import queries as desk
from luyue.desk.models import Case
from luyue.devices.kinds import kind_word
from luyue.domain.articles import changed_lines
from luyue.domain.refusals import NotFound, Refusal
from luyue.knowledge import actions, queries
from luyue.knowledge.forms import ArticleForm
from luyue.knowledge.models import Article, Kind, State, Version
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
CASES_SHOWN = 20
OFFERED_CONTRACTS = 300
PARTS = ("symptom", "cause", "remedy", "prevention")
# state of an article or version → state whose colour it has
TONES = {
    "draft": "not_started", "in_review": "warning", "published": "met", "withdrawn": "not_applicable",
    "approved": "met", "rejected": "breached",
}  # fmt: skip
_SORTS = (
    Sort("changed", gettext_lazy("更新"), ("-changed_at", "-id")),
    Sort("used", gettext_lazy("用上次数"), ("-used", "-id")),
    Sort("title", gettext_lazy("标题"), ("title", "id")),
)
_KIND = Filter("kind", gettext_lazy("类别"), tuple(Kind.choices))
LIST = ListSpec(
    filters=(_KIND, Filter("state", gettext_lazy("状态"), tuple(State.choices))), sorts=_SORTS, search=True
)
READERS_LIST = ListSpec(filters=(_KIND,), sorts=_SORTS, search=True)


@login_required
@require_GET
def article_list(request: HttpRequest) -> HttpResponse:
    """All articles that the person may read."""
    person = person_of(request)
    state = (LIST if person.may("write_article") else READERS_LIST).read(request.GET)
    found = queries.articles_for(person)
    if kinds := state.chosen.get("kind"):
        found = found.filter(kind__in=kinds)
    if states := state.chosen.get("state"):
        # A published article may have a new version under review.
        reviewed = Q(pk__in=queries.in_review().values("article_id")) if "in_review" in states else Q()
        found = found.filter(Q(state__in=states) | reviewed)
    if state.q:
        found = queries.matching(found, state.q)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    return render(
        request,
        "knowledge/list.html",
        {
            "list": state,
            "page": page,
            "rows": [(one, TONES[one.state], _devices(one)) for one in page.rows],
            "total": capped_count(found),
            "may_write": person.may("write_article"),
            "waiting": queries.in_review().count() if person.may("review_article") else 0,
        },
    )


@login_required
@require_GET
def article_page(request: HttpRequest, article_id: int) -> HttpResponse:
    """One article: the version in force, or with `?v=` another one and what changed in it."""
    person = person_of(request)
    article = queries.article(article_id, to=person)
    writer = person.may("write_article")
    versions = queries.versions_of(article.pk) if writer else [v for v in [article.current] if v]
    shown = _chosen_version(article, versions, request.GET.get("v", ""))
    before = next((one for one in versions if one.number < shown.number), None)
    open_version = versions[0] if writer and versions[0].state != "approved" else None
    facts = {
        "article": article,
        "tone": TONES[article.state],
        "devices": _devices(article),
        "shown": shown,
        "shown_tone": TONES[shown.state],
        "parts": _parts(shown),
        "changes": _changes(before, shown) if before and shown != article.current else [],
        "versions": [(one, TONES[one.state]) for one in versions] if writer else [],
        "open_version": open_version,
        "uses": list(queries.cases_of(article)[:CASES_SHOWN]) if writer else [],
        "may_write": writer and (open_version is None or open_version.state != "in_review"),
        "may_submit": bool(open_version and open_version.state in ("draft", "rejected")),
        "may_review": bool(
            open_version and open_version.state == "in_review" and person.may("review_article")
        ),
        "own": bool(open_version and open_version.written_by_id == person.pk),
        "may_withdraw": article.state == "published" and person.may("review_article"),
    }
    return render(request, "knowledge/article.html", facts)


def _devices(article: Article) -> str:
    return _("、").join(kind_word(kind) for kind in article.device_kinds)


def _chosen_version(article: Article, versions: list[Version], wanted: str) -> Version:
    if wanted.isdigit() and len(wanted) < 9:
        found = next((one for one in versions if one.number == int(wanted)), None)
        if found is None:
            raise NotFound(subject="article")
        return found
    return article.current or versions[0]


def _parts(version: Version) -> list[tuple[object, str]]:
    """Headings and texts that are not empty."""
    return [
        (Version._meta.get_field(name).verbose_name, getattr(version, name))
        for name in PARTS
        if getattr(version, name)
    ]


def _changes(before: Version, after: Version) -> list[tuple[object, list[tuple[str, str]]]]:
    found = [
        (
            Version._meta.get_field(name).verbose_name,
            changed_lines(getattr(before, name), getattr(after, name)),
        )
        for name in ("title", *PARTS)
    ]
    return [(heading, lines) for heading, lines in found if any(tag != "same" for tag, _line in lines)]


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, article_id: int | None = None) -> HttpResponse:
    """Write a new article (`?case=` begins with what a case says), or a new version of one."""
    person = person_of(request)
    require(person, "write_article")
    article = queries.article(article_id, to=person) if article_id else None
    last = queries.versions_of(article.pk)[0] if article else None
    offered = [] if article else _contracts()
    if request.method == "POST":
        form = ArticleForm(request.POST, contracts=offered, fresh=article is None)
        if form.is_valid() and (done := _written(form, article, person)):
            if "submit" in request.POST:
                actions.submit_article(done.pk, actor=person, now=timezone.now())
                messages.success(request, _("{number} 已提交审核").format(number=done.number))
            else:
                messages.success(request, _("{number} 已存为草稿").format(number=done.number))
            return redirect("knowledge:article", done.pk)
        status = 422
    else:
        initial = (
            _from_version(article, last) if article and last else _from_case(request.GET.get("case", ""))
        )
        form = ArticleForm(initial=initial, contracts=offered, fresh=article is None)
        status = 200
    return render(request, "knowledge/write.html", {"form": form, "article": article}, status=status)


def _written(form: ArticleForm, article: Article | None, person: Person) -> Article | None:
    try:
        return actions.write_article(
            article_id=article.pk if article else None, actor=person, now=timezone.now(), **form.facts()
        )
    except Refusal as refusal:
        if "field" not in refusal.facts:
            raise
        blame(form, refusal)
        return None


def _from_version(article: Article, last: Version) -> dict[str, Any]:
    return {name: getattr(last, name) for name in ("title", *PARTS)} | {
        "kind": article.kind,
        "device_kinds": _("、").join(article.device_kinds),
        "tags": _("、").join(article.tags),
        "for_customers": article.for_customers,
        "base": last.number,
    }


def _from_case(number: str) -> dict[str, Any]:
    """What a solved case tells: symptom, cause and remedy. Names and numbers are the writer's to take out."""
    if not (number.isdigit() and len(number) < 18):
        return {}
    case: Case = desk.case(int(number))
    solved = desk.history(case.pk).filter(kind="case.resolved").last()
    data = solved.data if solved else {}
    return {
        "title": case.title,
        "symptom": case.description or case.title,
        "cause": data.get("cause", ""),
        "remedy": data.get("fix", ""),
        "device_kinds": case.known.get("device") or "",
        "contract": case.contract_id,
        "kind": "fault",
    }


def _contracts() -> list[tuple[int, str]]:
    found = contracts.visible_contracts().order_by("number")[:OFFERED_CONTRACTS]
    return [(one.pk, f"{one.number} · {one.name}") for one in found]


@login_required
@require_POST
def act(request: HttpRequest, article_id: int, name: str) -> HttpResponse:
    """Submit, approve, reject or withdraw an article."""
    person, now = person_of(request), timezone.now()
    queries.article(article_id, to=person)
    note = request.POST.get("reason", "")
    try:
        if name == "submit":
            actions.submit_article(article_id, actor=person, now=now)
        elif name == "approve":
            actions.approve_article(article_id, actor=person, now=now, note=note)
        elif name == "reject":
            actions.reject_article(article_id, reason=note, actor=person, now=now)
        elif name == "withdraw":
            actions.withdraw_article(article_id, reason=note, actor=person, now=now)
        else:
            raise NotFound(subject="act")
    except Refusal as refusal:
        if refusal.facts.get("field") != "reason":
            raise
        messages.error(request, _("请写明原因。"))
    else:
        messages.success(request, str(DONE[name]))
    return redirect("knowledge:article", article_id)


DONE = {
    "submit": gettext_lazy("已提交审核"),
    "approve": gettext_lazy("已发布"),
    "reject": gettext_lazy("已退回作者"),
    "withdraw": gettext_lazy("已撤下"),
}


@login_required
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Articles that may help with what is being typed (`title`, `description`), for the form of intake."""
    person = person_of(request)
    text = f"{request.GET.get('title', '')[:200]} {request.GET.get('description', '')[:300]}".replace(
        "\0", ""
    )
    typed = request.GET.get("contract", "").split(" · ")[0].strip()[:60]
    contract = contracts.visible_contracts().filter(number=typed).first() if typed else None
    found = (
        queries.suggest(text, to=person, contract_id=contract.pk if contract else None)
        if text.strip()
        else []
    )
    return render(request, "knowledge/_suggest.html", {"articles": found})


@login_required
@require_POST
def use(request: HttpRequest, case_id: int, article_id: int) -> HttpResponse:
    """Mark an article as helpful for a case, or with `undo` take that back; answers with the card of the case."""
    person, now = person_of(request), timezone.now()
    case = desk.case(case_id)
    queries.article(article_id, to=person)
    if "undo" in request.POST:
        actions.put_back_article(article_id, case_id, actor=person, now=now)
    else:
        actions.use_article(article_id, case_id, actor=person, now=now)
    if not request.headers.get("HX-Request"):
        return redirect("desk:case", case_id)
    return HttpResponse(_card(request, case, queries.for_case(case, to=person)))


@login_required
@require_GET
def for_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The card of a case with what may help; a page has it fetched when everything else is there."""
    case, person = desk.case(case_id), person_of(request)
    require(person, "write_article")
    return HttpResponse(_card(request, case, queries.for_case(case, to=person)))


def case_card(request: HttpRequest, case: object) -> str:
    """The card on a case's page: what helped and writing down what was learnt; what may help follows by `for_case`."""
    assert isinstance(case, Case)
    return _card(request, case, None) if person_of(request).may("write_article") else ""


def _card(request: HttpRequest, case: Case, suggestions: list[queries.Suggestion] | None) -> str:
    facts = {
        "case": case,
        "suggestions": suggestions,
        "may_use": person_of(request).may("work_case"),
        "solved": case.state in ("resolved", "closed"),
    }
    return render_to_string("knowledge/_case.html", facts, request)


def intake_card(request: HttpRequest, _contract: object) -> str:
    """The place beside the form of intake that fills itself while the operator types."""
    if not person_of(request).may("write_article"):
        return ""
    return render_to_string("knowledge/_intake.html", {}, request)
