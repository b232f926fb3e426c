"""未送达: what was given up, why, and another try."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.notices import actions, queries
from luyue.notices.models import Way
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page

LIST = ListSpec(
    filters=(Filter("way", gettext_lazy("途径"), Way.choices),),
    sorts=(Sort("created", gettext_lazy("时间"), ("-id",)),),
    search=True,
)


@login_required
@require_GET
def undelivered(request: HttpRequest) -> HttpResponse:
    """Dead letters, the newest first."""
    rows = queries.undelivered(to=request.user)
    state = LIST.read(request.GET)
    if ways := state.chosen.get("way"):
        rows = rows.filter(way__in=ways)
    if state.q:
        rows = rows.filter(title__icontains=state.q)
    page = keyset_page(rows, order=state.order, after=state.after)
    facts = {"page": page, "list": state, "tab": "undelivered", "total": capped_count(rows, 1000)}
    return render(request, "notices/undelivered.html", facts)


@login_required
@require_POST
def send_again(request: HttpRequest, delivery_id: int | None = None) -> HttpResponse:
    """One more try for one, or for all."""
    count = actions.send_again(delivery_id, actor=request.user, now=timezone.now())
    messages.success(request, _("{count} 条已重新发送。").format(count=count))
    return redirect("notices:undelivered")
