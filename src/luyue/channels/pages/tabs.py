"""The tabs that the pages of intake share: only what the person may use."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.channels.queries import mails as queries
from luyue.domain.refusals import NotAllowed
from luyue.web.paging import Count, capped_count

_TABS = (
    ("mails", gettext_lazy("邮件"), "channels:mails", "sort_mail"),
    ("alarms", gettext_lazy("告警"), "channels:alarms", "see_alarms"),
    ("mailboxes", gettext_lazy("邮箱设置"), "channels:mailboxes", "manage_channels"),
    ("sources", gettext_lazy("告警来源"), "channels:sources", "manage_channels"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    label: object
    url: str
    current: bool
    count: Count | None = None


def tabs(request: HttpRequest, current: str) -> list[Tab]:
    """The tabs of this person; at "mails" how many wait."""
    person = person_of(request)
    return [
        Tab(label, reverse(name), key == current, _waiting() if key == "mails" else None)
        for key, label, name, act in _TABS
        if person.may(act)
    ]


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The first tab that the person may use."""
    found = tabs(request, "")
    if not found:
        raise NotAllowed(act="see_alarms")
    return redirect(found[0].url)


def _waiting() -> Count:
    return capped_count(queries.to_sort())
