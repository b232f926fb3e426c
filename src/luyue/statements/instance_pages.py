"""The clocks behind one row of a statement: found by number or words, narrowed by outcome, paged through."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.desk.models import Clock
from luyue.desk.words import EVENTS
from luyue.domain.refusals import BadInput
from luyue.domain.statement import Key, Outcome
from luyue.statements import queries
from luyue.statements.figures import promise_of
from luyue.statements.wording import STATES, outcome_words, read_period
from luyue.web.languages import language
from luyue.web.lists import MAX_SEARCH
from luyue.web.paging import keyset_page

INSTANCES = 50
ORDER = ("due_at", "id")


@login_required
@require_GET
def instances(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The clocks behind one row: case, due, stopped and evidence. A part of a page, or a page of its own."""
    person = person_with(request, "see_statement")
    now = timezone.now()
    of = contracts.contract(contract_id)
    today = local_day(now)
    period, _preset = read_period(request.GET, today, queries.whole_service(of, today))
    version, promise = request.GET.get("version", ""), request.GET.get("promise", "")
    if not version.isdecimal() or len(version) > 18:
        raise BadInput(field="version")
    key = Key(int(version), promise)
    word = request.GET.get("outcome", "")
    if word and word not in set(Outcome):
        raise BadInput(field="outcome")
    q = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_SEARCH]
    rows = queries.instances(of.pk, period, now=now, key=key, outcome=Outcome(word) if word else None, q=q)
    page = keyset_page(rows, order=ORDER, after=request.GET.get("after"), size=INSTANCES)
    base = {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "version": version,
        "promise": promise,
    }
    address = reverse("statements:instances", args=[of.pk])

    def url(**more: str) -> str:
        return f"{address}?{urlencode(base | {name: value for name, value in more.items() if value})}"

    words = outcome_words()
    _running, found = promise_of(key)
    facts = {
        "contract": of,
        "period": period,
        "promise": promise,
        "clause": found.clause if found else "",
        "text": found.text.in_(language()) if found else promise,
        "address": address,
        "hidden": base | ({"outcome": word} if word else {}),
        "q": q,
        "outcomes": [(one, words[one], STATES[one], url(outcome=one, q=q), one == word) for one in Outcome],
        "all_url": url(q=q),
        "clear_url": url(outcome=word),
        "outcome": word,
        "ledger": person.may("see_ledger"),
        "rows": _instance_rows(page.rows, now, words),
        "next": url(outcome=word, q=q, after=page.next) if page.next else "",
        "previous": url(outcome=word, q=q, after=page.previous) if page.previous else "",
        "frame": "statements/_bare.html" if request.headers.get("HX-Request") else "web/base.html",
    }
    return render(request, "statements/instances.html", facts)


def _instance_rows(
    clocks: Sequence[Clock], now: datetime, words: Mapping[Outcome, str]
) -> list[dict[str, Any]]:
    evidence = queries.evidence_of(clocks)
    rows = []
    for clock in clocks:
        outcome = queries.outcome_of(clock, now)
        proof = evidence.get(clock.pk)
        rows.append(
            {
                "clock": clock,
                "url": _case_url(clock.case_id),
                "state": STATES[outcome],
                "word": words[outcome],
                "proof": proof,
                "act": EVENTS.get(proof.kind, proof.kind) if proof else "",
            }
        )
    return rows


def _case_url(case_id: int) -> str:
    try:
        return reverse("desk:case", args=[case_id])
    except NoReverseMatch:
        return ""
