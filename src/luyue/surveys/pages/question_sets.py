"""Question sets: what there is, one with its versions, a new version."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.surveys.questions import QuestionSet as Content
from luyue.files import versions
from luyue.surveys import faces, queries, shipped
from luyue.surveys.actions import put_question_set
from luyue.surveys.forms import QuestionSetForm
from luyue.surveys.models import Kind
from luyue.surveys.pages.common import inside
from luyue.surveys.words import PROBLEMS
from luyue.web.languages import language
from luyue.web.refusals import field_problem


def _row(code: str, content: Content) -> dict[str, Any]:
    return {
        "code": code,
        "title": content.in_(language()),
        "kinds": _("、").join(str(Kind(kind).label) for kind in content.kinds),
        "number": len(content.questions),
    }


@login_required
@require_GET
def set_list(request: HttpRequest) -> HttpResponse:
    """All question sets in use."""
    person = inside(request)
    rows = [_row(code, content) for code, content in queries.contents().items()]
    facts = {"rows": rows, "may_change": person.may("manage_question_sets")}
    return render(request, "surveys/question_sets.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, set_code: str) -> HttpResponse:
    """A set as it is asked, with its versions; for those who may, a new version in its place."""
    person = inside(request, "see_follow_ups" if request.method == "GET" else "manage_question_sets")
    content = queries.contents().get(set_code)
    if content is None:
        raise NotFound(subject="question_set")
    form = QuestionSetForm(request.POST or None, initial={"source": _source(set_code, content)})
    if request.method == "POST" and (made := _put(request, person, form)):
        return redirect("surveys:question_set", made)
    facts = {
        "row": _row(set_code, content), "rows": faces.question_rows(content), "script": content.script.in_(language()),
        "versions": queries.versions(set_code), "form": form, "may_change": person.may("manage_question_sets"),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/question_set.html", facts, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A set of the firm's own."""
    person = inside(request, "manage_question_sets")
    form = QuestionSetForm(request.POST or None, initial={"source": _EXAMPLE})
    if request.method == "POST" and (made := _put(request, person, form)):
        return redirect("surveys:question_set", made)
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/question_set_new.html", {"form": form}, status=status)


def _put(request: HttpRequest, person: Person, form: QuestionSetForm) -> str:
    """Code of what was put into use, "" when it was refused."""
    if not form.is_valid():
        return ""
    try:
        made = put_question_set(form.cleaned_data["source"], actor=person, now=timezone.now())
    except BadInput as refusal:
        form.add_error("source", field_problem(refusal, PROBLEMS)[1])
        return ""
    messages.success(
        request, _("问卷“{code}”第 {n} 版已启用，以后拟定的调查用它。").format(code=made.code, n=made.version)
    )
    return made.code


def _source(code: str, content: Content) -> str:
    if code in shipped.sources() and not any(one.version > 1 for one in queries.versions(code)):
        return shipped.sources()[code]
    return versions.as_yaml(content)


_EXAMPLE = """code: canteen
zh: 食堂一卡通回访
en: Canteen card
kinds: [regular]
overall: overall
questions:
  - {id: overall, zh: 总体满意吗, en: On the whole}
  - {id: queue, zh: 排队久不久, en: Queues, kind: yes_no}
  - {id: broken, zh: 有没有坏, en: Broken, kind: yes_no}
  - {id: what, zh: 哪里坏了, en: What is broken, kind: text, after: broken}
"""
