"""The search of the frame: a case number leads to its page, anything else to the list of what it finds."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.desk import finding, queue, words
from luyue.web.lists import MAX_SEARCH


def _text(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_SEARCH]


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Enter in the search box. Only one thing that is meant is opened at once."""
    text, person = _text(request), person_of(request)
    if number := queue.NUMBER.fullmatch(text):
        return redirect("desk:case", case_id=int(number[1]))
    cases, besides = finding.cases(text, person), finding.others(text, person)
    if len(cases) == 1 and not besides and cases[0].pk == queue.number_in(text):
        return redirect("desk:case", case_id=cases[0].pk)
    if len(besides) == 1 and not cases:
        return redirect(besides[0].url)
    return redirect(f"{reverse('desk:queue')}?{urlencode({'view': 'all', 'q': text})}")


@login_required
@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """The first few hits while typing: cases by number, words, name, telephone or device; then contracts and others."""
    text, person = _text(request), person_of(request)
    hits = [
        {"case": row, "icon": words.STATES[row.state][0], "tone": words.STATES[row.state][1]}
        for row in (finding.cases(text, person) if text else [])
    ]
    context = {"hits": hits, "others": finding.others(text, person), "text": text}
    return render(request, "desk/_found.html", context)


@login_required
@require_GET
def others(request: HttpRequest) -> HttpResponse:
    """What else a search names, above the list of cases; loaded after it, because it looks through all devices."""
    text = _text(request)
    return render(request, "desk/_others.html", {"others": finding.others(text, person_of(request))})
