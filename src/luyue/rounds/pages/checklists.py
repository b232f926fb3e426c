"""Checklists: what there is, one with its versions, a new version."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from luyue.accounts.guards import person_of, require
from luyue.accounts.models import Person
from luyue.devices.kinds import kind_word
from luyue.domain.refusals import BadInput, NotAllowed, NotFound
from luyue.domain.rounds.checklists import Checklist as Content
from luyue.files import versions
from luyue.rounds import faces, queries, shipped, words
from luyue.rounds.actions import put_checklist
from luyue.rounds.forms import ChecklistForm
from luyue.rounds.models import Kind
from luyue.rounds.words import PROBLEMS
from luyue.web.languages import language
from luyue.web.refusals import field_problem


def _inside(request: HttpRequest) -> Person:
    person = person_of(request)
    if person.outside:
        raise NotAllowed(act="see_rounds")
    return person


def _row(code: str, content: Content) -> dict[str, Any]:
    return {
        "code": code,
        "title": content.in_(language()),
        "kinds": _("、").join(kind_word(kind) for kind in content.kinds),
        "rounds": _("、").join(str(Kind(kind).label) for kind in content.rounds),
        "items": content.items,
    }


@login_required
@require_GET
def checklist_list(request: HttpRequest) -> HttpResponse:
    """All checklists in use."""
    person = _inside(request)
    rows = [_row(code, content) for code, content in queries.contents().items()]
    return render(
        request, "rounds/checklists.html", {"rows": rows, "may_change": person.may("manage_checklists")}
    )


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """A checklist with its items and versions; those who may put a new version in its place."""
    person = _inside(request)
    content = queries.contents().get(code)
    if content is None:
        raise NotFound(subject="checklist")
    form = ChecklistForm(request.POST or None, initial={"source": _source(code, content)})
    if request.method == "POST" and _put(request, person, form):
        return redirect("rounds:checklist", code)
    items = [
        {
            "label": item.in_(language()),
            "limits": faces.limits(item),
            "item": item,
            "registered": words.ATTESTED.get(item.attested, ""),
        }
        for item in content.items
    ]
    facts = {
        "row": _row(code, content), "items": items, "versions": queries.versions(code), "form": form,
        "may_change": person.may("manage_checklists"),
    }  # fmt: skip
    return render(request, "rounds/checklist.html", facts, status=422 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A checklist of the firm's own."""
    person = _inside(request)
    require(person, "manage_checklists")
    form = ChecklistForm(request.POST or None, initial={"source": _EXAMPLE})
    if request.method == "POST" and (made := _put(request, person, form)):
        return redirect("rounds:checklist", made)
    return render(
        request, "rounds/checklist_new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _put(request: HttpRequest, person: Person, form: ChecklistForm) -> str:
    """Code of what was put into use, "" when it was refused."""
    if not form.is_valid():
        return ""
    try:
        made = put_checklist(form.cleaned_data["source"], actor=person, now=timezone.now())
    except BadInput as refusal:
        form.add_error("source", field_problem(refusal, PROBLEMS)[1])
        return ""
    messages.success(
        request,
        _("检查表“{code}”第 {n} 版已启用，以后安排的巡检用它。").format(code=made.code, n=made.version),
    )
    return made.code


def _source(code: str, content: Content) -> str:
    if code in shipped.sources() and not queries.versions(code):
        return shipped.sources()[code]
    return versions.as_yaml(content)


_EXAMPLE = """code: elevator
zh: 电梯
en: Lift
kinds: [terminal]
rounds: [visit]
items:
  - {id: doors, zh: 门机开合正常, en: Doors open and shut}
  - {id: noise, zh: 运行噪声, en: Noise, kind: number, unit: dB, high: 55}
  - {id: shot, zh: 机房照片, en: Photograph, kind: photo}
"""
