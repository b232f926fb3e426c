"""What the hotline adds to the pages of cases and contracts, and to intake."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from luyue.accounts.guards import person_of
from luyue.contracts.queries import local_day
from luyue.domain.refusals import Refusal
from luyue.domain.statement import Period
from luyue.hotline import actions, queries
from luyue.hotline.models import Change
from luyue.hotline.pages.calls import rows_of
from luyue.hotline.templatetags.hotline import share_percent
from luyue.web.panels import filled

SHOWN = 5


def calls_of_case(request: HttpRequest, case: Any) -> str:
    """The calls about a case."""
    may_see = person_of(request).may("see_calls")
    if not may_see or not filled(request, "hotline_call", case.pk):
        return ""
    found = list(queries.calls_of_case(case.pk)[: SHOWN + 1])
    facts = {"rows": rows_of(found[:SHOWN]), "more": len(found) > SHOWN, "case": case}
    return render_to_string("hotline/_case.html", facts, request)


def hotline_of_contract(request: HttpRequest, contract: Any) -> str:
    """Answered share of this month, pending changes, way to the contacts."""
    today = local_day(timezone.now())
    reading = queries.answered_share(contract.pk, Period(today.replace(day=1), today))
    pending = Change.objects.filter(contract_id=contract.pk, state__in=("draft", "notified", "consented"))
    if person_of(request).outside:
        pending = pending.exclude(notified_at=None)
    facts = {
        "contract": contract,
        "share": reading.share,
        "percent": share_percent(reading.share),
        "pending": pending.count(),
    }
    return render_to_string("hotline/_contract.html", facts, request)


def link_to_call(request: HttpRequest, case: Any) -> str:
    """A case that was taken in from a call (`?call=12`) is that call's case."""
    asked = request.GET.get("call", "")
    if not asked.isdecimal() or len(asked) > 18:
        return ""
    try:
        actions.link_case(int(asked), case_id=case.pk, actor=person_of(request), now=timezone.now())
    except Refusal:
        # The case is there and counts more; the call can be linked by hand.
        return ""
    return ""
