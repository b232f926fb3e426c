"""The firm's Word templates and the heading of its papers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.service_forms.content import Language
from luyue.domain.service_forms.kinds import KINDS, Kind
from luyue.service_forms import actions, papers, queries, words
from luyue.service_forms.forms import LetterheadForm, TemplateForm, said
from luyue.service_forms.models import Letterhead, Template
from luyue.web.downloads import download

LANGUAGES: tuple[tuple[Language, str], ...] = (("zh", "中文"), ("en", "English"))


@login_required
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All kinds with their templates, and the heading."""
    person_with(request, "manage_form_templates")
    return _show(request, LetterheadForm(initial=_heading()))


def _show(request: HttpRequest, form: LetterheadForm) -> HttpResponse:
    own = {(one.kind, one.language): one for one in Template.objects.all()}
    rows = [
        {
            "kind": kind.key,
            "title": said(kind.title),
            "code": kind.code,
            "languages": [(language, word, own.get((kind.key, language))) for language, word in LANGUAGES],
        }
        for kind in KINDS.values()
    ]
    context = {"rows": rows, "form": form, "heading": queries.heading()}
    return render(request, "service_forms/templates.html", context, status=422 if form.errors else 200)


def _heading() -> dict[str, Any]:
    own = Letterhead.objects.first()
    return {"name": own.name, "lines": own.lines} if own else {}


@login_required
@require_POST
def letterhead(request: HttpRequest) -> HttpResponse:
    """Change the heading."""
    person_with(request, "manage_form_templates")
    form = LetterheadForm(request.POST, request.FILES)
    if form.is_valid():
        told = form.cleaned_data
        logo = b"" if told["no_logo"] else told["logo"].read() if told["logo"] else None
        try:
            actions.set_letterhead(
                name=told["name"], lines=told["lines"], logo=logo, actor=request.user, now=timezone.now()
            )
        except BadInput as refusal:
            field, text = words.problem(refusal)
            form.add_error(field if field in form.fields else None, text)
        else:
            messages.success(request, _("抬头已保存，从下一张单据起使用。"))
            return redirect("service_forms:templates")
    return _show(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """One template: download, upload, placeholders."""
    person_with(request, "manage_form_templates")
    of_kind, of_language = _known(kind, language)
    form = TemplateForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.set_template(
                kind, language, file.read(), file.name, actor=request.user, now=timezone.now()
            )
        except BadInput as refusal:
            form.add_error("file", words.problem(refusal)[1])
        else:
            messages.success(request, _("模板已启用，并用样例试过。"))
            return redirect("service_forms:template", kind, language)
    context = {
        "title": said(of_kind.title), "kind": kind, "language": language, "form": form,
        "language_word": dict(LANGUAGES)[of_language],
        "own": Template.objects.filter(kind=kind, language=language).first(),
        "names": papers.known_names(of_kind, of_language),
    }  # fmt: skip
    return render(request, "service_forms/template.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def file(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The template in use; `?own=no` gives Luyue's own."""
    person_with(request, "manage_form_templates")
    of_kind, of_language = _known(kind, language)
    own = None if request.GET.get("own") == "no" else queries.own_template(kind, language)
    made = own or papers.default_template(kind, of_language)
    return download(made, f"{of_kind.title[of_language == 'en']}.docx")


@login_required
@require_POST
def reset(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Back to Luyue's own template."""
    _known(kind, language)
    actions.reset_template(kind, language, actor=request.user, now=timezone.now())
    messages.success(request, _("已恢复默认模板。"))
    return redirect("service_forms:template", kind, language)


def _known(kind: str, language: str) -> tuple[Kind, Language]:
    found = next((one for one, _word in LANGUAGES if one == language), None)
    if kind not in KINDS or found is None:
        raise NotFound(subject="template")
    return KINDS[kind], found
