"""The search of the frame: a case number leads to its page, anything else to the list of what it finds."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.desk import queue, words
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.web.lists import MAX_SEARCH

SHOWN = 8


def _text(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_SEARCH]


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Enter in the search box."""
    text = _text(request)
    if number := queue.NUMBER.fullmatch(text):
        return redirect("desk:case", case_id=int(number[1]))
    return redirect(f"{reverse('desk:queue')}?{urlencode({'view': 'all', 'q': text})}")


@login_required
@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """The first few hits while typing: cases by number, words, name, telephone, or the serial number of a device."""
    text, person = _text(request), person_of(request)
    rows: list[Case] = []
    if text:
        mine: Any = queue.scoped(person)
        shown = mine.select_related("contract__customer").defer("words", "known", "description")
        if text.isdigit() and len(text) <= 7:
            rows += shown.filter(pk=int(text))
        # Two characters are what a person typing Chinese has meant at least; one would find half of all cases.
        if len(text) > 1:
            rows += [
                row
                for row in queue.searched(shown, text).order_by("-reported_at", "-id")[:SHOWN]
                if row not in rows
            ]
            devices = list(Device.objects.filter(serial__iexact=text).values_list("pk", flat=True)[:5])
            if devices:
                rows += shown.filter(device__in=devices).order_by("-reported_at", "-id")[:SHOWN]
    hits = [
        {"case": row, "icon": words.STATES[row.state][0], "tone": words.STATES[row.state][1]}
        for row in rows[:SHOWN]
    ]
    return render(request, "desk/_found.html", {"hits": hits, "text": text})
