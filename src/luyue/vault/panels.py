"""What the vault adds to the page of a case."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.accounts.guards import person_of
from luyue.vault import queries, words
from luyue.web.panels import filled


def sessions_of_case(request: HttpRequest, case: Any) -> str:
    """Remote sessions of a case, and the way to ask for one."""
    may_ask = person_of(request).may("work_case") and case.is_open
    found = queries.sessions_of(case.pk)[:5] if filled(request, "vault_session", case.pk) else []
    rows = [(one, *words.SESSION_STATES[one.state]) for one in found]
    if not rows and not may_ask:
        return ""
    return render_to_string("vault/_case.html", {"rows": rows, "may_ask": may_ask, "case": case}, request)
