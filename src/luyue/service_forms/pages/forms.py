"""Pages of service forms: list, draft, form, signatures, downloads; and the open page that tells a genuine one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, person_with
from luyue.desk import queries as desk
from luyue.documents import fonts
from luyue.documents.sheets import Block, Fields, Table
from luyue.documents.word import BadTemplate
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.domain.service_forms import content
from luyue.domain.service_forms.kinds import KINDS, Signer
from luyue.files import queries as files
from luyue.service_forms import actions, papers, queries, words
from luyue.service_forms.faces import row
from luyue.service_forms.forms import ContentForm, PaperForm, ReasonForm, RefuseForm, SignForm, said
from luyue.service_forms.models import REPLACED, ServiceForm, State
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page
from luyue.web.panels import filled

PAGE = 50


@login_required
@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """Forms of all contracts in scope."""
    spec = ListSpec(
        filters=(
            Filter("kind", gettext_lazy("种类"), [(kind.key, said(kind.title)) for kind in KINDS.values()]),
            Filter(
                "state",
                gettext_lazy("状态"),
                [*State.choices, (REPLACED, gettext_lazy("已被更正"))],
            ),
        ),
        sorts=(Sort("made", gettext_lazy("日期"), ("-made_at", "-id")),),
        search=True,
    )
    state = spec.read(request.GET)
    found = queries.forms_for(request.user)
    if kinds := state.chosen.get("kind"):
        found = found.filter(kind__in=kinds)
    if states := state.chosen.get("state"):
        found = queries.in_state(found, states)
    if state.q:
        found = queries.find(found, state.q)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    facts = {
        "list": state,
        "page": page,
        "rows": [row(form) for form in page.rows],
        "total": capped_count(found),
        "may_manage": request.user.may("manage_form_templates"),
    }
    return render(request, "service_forms/list.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, case_id: int, kind: str) -> HttpResponse:
    """What the case cannot tell of a new form; keeping it makes the draft."""
    case = desk.case(case_id)
    if kind not in KINDS:
        raise NotFound(subject="form")
    of_kind = KINDS[kind]
    person_with(request, "issue_form")
    facts = queries.gathered(of_kind, case)
    form = ContentForm(of_kind, facts, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_form(case.pk, kind, form.extra(), actor=request.user, now=timezone.now())
            return redirect("service_forms:form", made.pk)
        except BadInput as refusal:
            form.blame(refusal)
    return _draft_page(request, form, case, facts, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, form_id: int) -> HttpResponse:
    """The same for a draft that is there."""
    found = queries.form(form_id, to=request.user)
    person_with(request, "issue_form")
    if not found.is_draft:
        raise IllegalMove(subject="form", state=found.state, act="change")
    form = ContentForm(found.of_kind, found.facts, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_form(found.pk, form.extra(), actor=request.user, now=timezone.now())
            return redirect("service_forms:form", found.pk)
        except BadInput as refusal:
            form.blame(refusal)
    return _draft_page(request, form, found.case, found.facts, found)


def _draft_page(
    request: HttpRequest, form: ContentForm, case: Any, facts: dict[str, Any], draft: ServiceForm | None
) -> HttpResponse:
    known = [
        (said(item.label), content.in_words(item, facts.get(item.key), language(), papers.ZONE))
        for item in form.kind.items
        if not item.asked and item.what != "table"
    ]
    context = {
        "form": form, "case": case, "draft": draft, "title": said(form.kind.title),
        "known": [pair for pair in known if pair[1]],
        "lacking": [said(item.label) for item in content.lacking(form.kind, draft.facts)] if draft else [],
    }  # fmt: skip
    return render(request, "service_forms/draft.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def form_page(request: HttpRequest, form_id: int) -> HttpResponse:
    """One form as it stands on paper, with what can be done with it."""
    return _show(request, queries.form(form_id, to=request.user))


def _show(request: HttpRequest, form: ServiceForm, *, correct: ReasonForm | None = None) -> HttpResponse:
    person = person_of(request)
    lacking = content.lacking(form.of_kind, form.facts) if form.is_draft else []
    counts = not form.is_draft and form.replaced_at is None
    told = papers.sheet_of(form, language())
    context = {
        **row(form),
        "sheet": told,
        "blocks": [part for block in told.blocks for part in _shown(block)],
        "lacking": [said(item.label) for item in lacking],
        "missing": [fonts.code_point(letter) for letter in fonts.missing(form.facts)],
        "signatures": [
            (said(signer.label), found) for signer, found in papers.signed(form) if found or counts
        ],
        "scans": _scans(form),
        "versions": [row(one) for one in queries.versions_of(form)] if form.number else [],
        "may_issue": person.may("issue_form"),
        "may_sign": counts and bool(_open_signers(form, person)),
        "may_refuse": counts and person.may("sign_form") and form.state == State.ISSUED,
        "may_hand_over": counts and form.handed_over_at is None and person.may("issue_form"),
        "may_correct": counts and person.may("issue_form") and not form.corrections.exists(),
        "correct": correct or ReasonForm(),
        "digest": content.grouped(form.digest, 64) if form.digest else "",
        "address": papers.address_of(form.pk) if counts else "",
    }
    return render(request, "service_forms/form.html", context, status=422 if correct else 200)


def _scans(form: ServiceForm) -> list[Any]:
    """Papers that came with the form, and the one of a refusal that the work order keeps."""
    own = [file for file in files.attachments_of("form", form.pk) if file.kind == "paper"]
    other = form.refusal_scan
    return [*own, *([other] if other is not None and other not in own else [])]


def _shown(block: Block) -> list[dict[str, Any]]:
    """A block of the sheet for the screen. A field that has no neighbour takes the line, as on paper."""
    if isinstance(block, Table):
        return [{"kind": "table", "title": block.title, "table": block}]
    if not isinstance(block, Fields):
        return []
    cells: list[dict[str, Any]] = []
    half: dict[str, Any] | None = None
    for field in block.fields:
        cell = {"label": field.label, "value": field.value, "wide": field.wide}
        if half is not None:
            half["wide"] = field.wide
        half = None if field.wide or half is not None else cell
        cells.append(cell)
    if half is not None:
        half["wide"] = True
    return [{"kind": "fields", "title": block.title, "cells": cells}]


@login_required
@require_POST
def issue(request: HttpRequest, form_id: int) -> HttpResponse:
    """Issue a draft; with `hand_over` the customer has it at once."""
    found = queries.form(form_id, to=request.user)
    now = timezone.now()
    try:
        actions.issue_form(found.pk, actor=request.user, now=now)
    except BadInput as refusal:
        item = next(item for item in found.of_kind.items if item.key == refusal.facts["field"])
        messages.warning(request, _("还缺“{field}”，补全后才能开具。").format(field=said(item.label)))
        return redirect("service_forms:edit", found.pk)
    if "hand_over" in request.POST:
        actions.hand_over_form(found.pk, actor=request.user, at=now, now=now)
    messages.success(request, _("已开具。"))
    return redirect("service_forms:form", found.pk)


@login_required
@require_POST
def hand_over(request: HttpRequest, form_id: int) -> HttpResponse:
    """The customer has it now."""
    now = timezone.now()
    actions.hand_over_form(form_id, actor=request.user, at=now, now=now)
    messages.success(request, _("已记录交付。"))
    return redirect("service_forms:form", form_id)


@login_required
@require_POST
def discard(request: HttpRequest, form_id: int) -> HttpResponse:
    """Delete a draft."""
    found = queries.form(form_id, to=request.user)
    actions.discard_form(found.pk, actor=request.user, now=timezone.now())
    messages.success(request, _("草稿已删除。"))
    return redirect("desk:case", found.case_id) if found.case_id else redirect("service_forms:list")


@login_required
@require_POST
def correct(request: HttpRequest, form_id: int) -> HttpResponse:
    """Begin the next version."""
    found = queries.form(form_id, to=request.user)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, found, correct=form)
    draft = actions.correct_form(
        found.pk, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now()
    )
    return redirect("service_forms:edit", draft.pk)


@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, form_id: int) -> HttpResponse:
    """Sign on the glass."""
    found = _open_form(request, form_id, "sign")
    signers = _open_signers(found, request.user)
    if not signers:
        raise IllegalMove(subject="form", state=found.state, act="sign")
    # An engineer hands his phone to whoever signs; these two sign for themselves.
    name = request.user.name if request.user.role in ("customer", "storekeeper") else ""
    form = SignForm(signers, request.POST or None, digest=found.digest, name=name)
    if request.method == "POST" and form.is_valid():
        said_, now = form.cleaned_data, timezone.now()
        try:
            actions.sign_form(
                found.pk, said_["picture"], said_["name"], signer=said_["signer"], digest=said_["digest"],
                actor=request.user, at=now, now=now,
            )  # fmt: skip
        except BadInput as refusal:
            form.add_error("picture", words.problem(refusal)[1])
        else:
            messages.success(request, _("已签字。"))
            return redirect("service_forms:form", found.pk)
    return _sign_page(request, found, "sign", form)


@login_required
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, form_id: int) -> HttpResponse:
    """Take in the scan of a sheet that was signed on paper."""
    found = _open_form(request, form_id, "sign")
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        scan, now = form.cleaned_data["scan"], timezone.now()
        try:
            actions.sign_form(
                found.pk, scan.read(), form.cleaned_data["name"], paper=True, file_name=scan.name,
                actor=request.user, at=now, now=now,
            )  # fmt: skip
        except BadInput as refusal:
            form.add_error("scan", words.problem(refusal)[1])
        else:
            messages.success(request, _("已收下纸质签字。"))
            return redirect("service_forms:form", found.pk)
    return _sign_page(request, found, "paper", form)


@login_required
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, form_id: int) -> HttpResponse:
    """Record why there is no signature."""
    found = _open_form(request, form_id, "refuse")
    form = RefuseForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        scan, now = form.cleaned_data["scan"], timezone.now()
        try:
            actions.refuse_form(
                found.pk, reason=form.cleaned_data["reason"], scan=scan.read() if scan else b"",
                scan_name=scan.name if scan else "", actor=request.user, at=now, now=now,
            )  # fmt: skip
        except BadInput as refusal:
            field, text = words.problem(refusal)
            form.add_error("scan" if field == "file" else "reason", text)
        else:
            messages.success(request, _("已记录拒签。"))
            return redirect("service_forms:form", found.pk)
    return _sign_page(request, found, "refuse", form)


def _sign_page(request: HttpRequest, found: ServiceForm, way: str, form: Any) -> HttpResponse:
    context = {
        **row(found), "way": way, "sign": form, "sheet": papers.sheet_of(found, language()),
        "digest": content.grouped(found.digest, 16), "may_refuse": found.state == State.ISSUED,
    }  # fmt: skip
    return render(request, "service_forms/sign.html", context, status=422 if form.errors else 200)


def _open_form(request: HttpRequest, form_id: int, act: str) -> ServiceForm:
    found = queries.form(form_id, to=request.user)
    person_with(request, "sign_form")
    if found.is_draft or found.replaced_at is not None:
        raise IllegalMove(subject="form", state=found.shown_state, act=act)
    return found


def _open_signers(form: ServiceForm, person: Any) -> list[Signer]:
    """Who can still sign by this person's hand; the one that decides comes first."""
    if not person.may("sign_form"):
        return []
    left = [signer for signer, found in papers.signed(form) if found is None]
    if person.role == "customer":
        left = [signer for signer in left if signer.key == "customer"]
    return sorted(left, key=lambda signer: not signer.decides)


@login_required
@require_GET
def pdf(request: HttpRequest, form_id: int) -> HttpResponse:
    """The form as PDF; `?lang=en` in English, `?save` to save it."""
    form = queries.form(form_id, to=request.user)
    made = papers.pdf_of(form, _language(request))
    return _file(made, f"{_name(form, request)}.pdf", save="save" in request.GET)


@login_required
@require_GET
def word(request: HttpRequest, form_id: int) -> HttpResponse:
    """The form as Word; `?lang=en` in English."""
    form = queries.form(form_id, to=request.user)
    try:
        made = papers.word_of(form, _language(request))
    except BadTemplate as error:
        raise words.template_refusal(error) from error
    return _file(made, f"{_name(form, request)}.docx", save=True)


def _language(request: HttpRequest) -> content.Language:
    wish = request.GET.get("lang", "")
    return "en" if wish == "en" or (not wish and language() == "en") else "zh"


def _name(form: ServiceForm, request: HttpRequest) -> str:
    title = form.of_kind.title[_language(request) == "en"]
    known = (
        f"{form.number}-v{form.version}" if form.number else f"{form.case.number if form.case else form.pk}"
    )
    return f"{title} {known}"


def _file(made: bytes, name: str, *, save: bool) -> HttpResponse:
    answer = download(made, name, save=save)
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_GET
def verify(request: HttpRequest, form_token: str) -> HttpResponse:
    """Open to everybody who holds the paper: whether it is genuine, and nothing that it says."""
    found = queries.verified(form_token)
    context = {
        "found": found,
        "title": said(found.title),
        "state": words.state_word(found.state) if found.state else "",
        "digest": content.grouped(found.digest, 16) if found.digest else "",
    }
    return render(
        request, "service_forms/verify.html", context, status=404 if found.verdict == "unknown" else 200
    )


def case_panel(request: HttpRequest, case: Any) -> str:
    """A case's forms and the menu to make one, beside its timeline."""
    there = filled(request, "service_forms_serviceform", case.pk)
    rows = [row(form) for form in queries.forms_of_case(case.pk, to=request.user)] if there else []
    may_issue = request.user.may("issue_form")
    if not rows and not may_issue:
        return ""
    kinds = queries.kinds_for(case) if may_issue else []
    usual = [(kind.key, said(kind.title)) for kind in kinds if case.kind in kind.cases]
    rest = [(kind.key, said(kind.title)) for kind in kinds if case.kind not in kind.cases]
    return render_to_string(
        "service_forms/_panel.html", {"rows": rows, "case": case, "usual": usual, "rest": rest}, request
    )
