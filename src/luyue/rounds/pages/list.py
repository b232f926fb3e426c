"""All rounds."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts.choosing import contract_filter
from luyue.domain.work_orders import ENDED_STATES, OPEN_STATES
from luyue.rounds import faces, queries
from luyue.rounds.models import Kind
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 40
STATES = (("open", _("还没做完")), ("ended", _("已做完")), ("faults", _("发现故障")))


@login_required
@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    """Rounds, the newest first."""
    person = person_with(request, "see_rounds")
    spec = ListSpec(
        filters=(
            Filter("state", _("状态"), STATES, multiple=False),
            Filter("kind", _("类别"), Kind.choices),
            contract_filter(request.GET),
        ),
        sorts=(Sort("newest", _("最新"), ("-id",)),),
        search=True,
    )
    state = spec.read(request.GET)
    found = queries.rounds()
    if kinds := state.chosen.get("kind"):
        found = found.filter(kind__in=kinds)
    if contracts := state.chosen.get("contract"):
        found = found.filter(contract__in=[int(one) for one in contracts])
    match state.one("state"):
        case "open":
            found = found.filter(order__state__in=OPEN_STATES)
        case "ended":
            found = found.filter(order__state__in=ENDED_STATES)
        case "faults":
            found = found.filter(targets__result="fail").distinct()
    if state.q:
        found = found.filter(title__icontains=state.q) | found.filter(
            order__engineer__name__icontains=state.q
        )
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    return render(
        request,
        "rounds/list.html",
        {
            "list": state,
            "page": page,
            "rows": [faces.round_row(one) for one in page.rows],
            "total": capped_count(found),
            "may_plan": person.may("plan_work_order"),
            "may_lists": person.may("manage_checklists"),
        },
    )
