"""消息模板: the words of messages, kind by kind, in both languages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.domain.refusals import BadInput, NotFound
from luyue.notices import actions, kinds, queries
from luyue.notices.forms import TemplateForm, samples
from luyue.notices.kinds import MessageKind
from luyue.notices.words import LANGUAGES, field_problem


@login_required
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All kinds with their titles in both languages."""
    own = queries.templates(to=request.user)
    rows = [
        {
            "kind": one,
            "languages": [
                {
                    "code": code, "word": word, "own": own.get((one.kind, code)),
                    "title": own[one.kind, code].title if (one.kind, code) in own else one.words(code)[0],
                }
                for code, word in LANGUAGES
            ],
        }
        for one in kinds.known()
    ]  # fmt: skip
    facts = {"rows": rows, "tab": "templates", "dead": queries.undelivered(to=request.user).count()}
    return render(request, "notices/templates.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, message_kind: str, message_language: str) -> HttpResponse:
    """The words of one kind in one language: edit, preview (`preview` pressed), save."""
    own = queries.templates(to=request.user)
    one = _kind(message_kind, message_language)
    kept = own.get((one.kind, message_language))
    title, body = (kept.title, kept.body) if kept else one.words(message_language)
    form = TemplateForm(request.POST or None, initial={"title": title, "body": body})
    if request.method == "POST" and form.is_valid():
        title, body = form.cleaned_data["title"], form.cleaned_data["body"]
        try:
            title, body = kinds.check(one, "title", title), kinds.check(one, "body", body)
            if "preview" not in request.POST:
                actions.save_template(
                    one.kind, message_language, title=title, body=body, actor=request.user, now=timezone.now()
                )
                messages.success(request, _("已保存，以后的消息用这个模板。"))
                return redirect("notices:template", one.kind, message_language)
        except BadInput as refusal:
            field, text = field_problem(refusal) or ("title", "")
            form.add_error(field, text)
    facts = samples(one, message_language)
    context = {
        "form": form, "kind": one, "language": message_language, "own": kept, "tab": "templates",
        "facts": [(f"{{{fact.name}}}", fact.word, facts[fact.name]) for fact in one.facts],
        "shown_title": kinds.fill(title, facts), "shown_body": kinds.fill(body, facts),
        "language_word": dict(LANGUAGES)[message_language],
        "others": [(code, word) for code, word in LANGUAGES if code != message_language],
    }  # fmt: skip
    return render(request, "notices/template.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def reset_template(request: HttpRequest, message_kind: str, message_language: str) -> HttpResponse:
    """Back to the shipped words."""
    actions.reset_template(message_kind, message_language, actor=request.user, now=timezone.now())
    messages.success(request, _("已恢复为自带的模板。"))
    return redirect("notices:template", message_kind, message_language)


def _kind(kind: str, language: str) -> MessageKind:
    found = next((one for one in kinds.known() if one.kind == kind), None)
    if found is None or language not in dict(LANGUAGES):
        raise NotFound(subject="template")
    return found
