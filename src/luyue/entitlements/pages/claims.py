"""Claims of all contracts: what is to be granted and done, the first due first; many granted at once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts.choosing import contract_filter
from luyue.contracts.plans import rows_found
from luyue.domain.entitlements import STATE_WORDS
from luyue.domain.plan.vocabulary import TOPIC_WORDS, word_of
from luyue.entitlements import actions, faces, queries
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
VIEWS = {
    "waiting": gettext_lazy("待办"), "missed": gettext_lazy("逾期"), "broken": gettext_lazy("没做到"),
    "waiver": gettext_lazy("待客户豁免"), "all": gettext_lazy("全部"),
}  # fmt: skip


def _condition(view: str) -> Q:
    match view:
        case "waiting":
            return queries.WAITING
        case "missed":
            return Q(state="missed")
        case "broken":
            return Q(state="broken")
        case "waiver":
            return Q(waiver="asked")
    return Q()


@login_required
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """What waits, the first due first; other views and filters by the address."""
    person = person_with(request, "see_entitlements")
    lang = language()
    states = [(name, word_of(STATE_WORDS, name, lang)) for name in STATE_WORDS]
    topics = queries.topics()
    about = sorted((word_of(TOPIC_WORDS, topic, lang), topic) for topic in topics)
    state = ListSpec(
        filters=(
            Filter("view", gettext_lazy("视图"), list(VIEWS.items()), multiple=False, tabs=True),
            contract_filter(request.GET),
            Filter("state", gettext_lazy("状态"), states),
            Filter("topic", gettext_lazy("内容"), [(topic, word) for word, topic in about]),
        ),
        sorts=(Sort("due", gettext_lazy("到期"), ("due_at", "id")),),
        search=True,
    ).read(request.GET)
    view = state.one("view") or ("all" if state.chosen.get("state") else "waiting")
    among = queries.uses() if view in ("broken", "waiver") else queries.claims()
    rows = among.filter(_condition(view))
    if chosen := state.chosen.get("contract"):
        rows = rows.filter(contract_id__in=[int(one) for one in chosen])
    if chosen := state.chosen.get("state"):
        rows = rows.filter(state__in=list(chosen))
    if chosen := state.chosen.get("topic"):
        rows = queries.about(rows, chosen, topics)
    if state.q:
        named = (
            Q(what__icontains=state.q) | Q(asked_by__icontains=state.q) | Q(device__serial__icontains=state.q)
        )
        rows = rows.filter(named | rows_found(state.q.split()))
    page = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    facts: dict[str, Any] = {
        "list": state,
        "page": page,
        "rows": faces.faces(page.rows),
        "total": capped_count(rows),
        "tabs": [(name, label, name == view) for name, label in VIEWS.items()],
        "may_grant": person.may("grant_entitlement") and view == "waiting",
    }
    return render(request, "entitlements/claims.html", facts)


@login_required
@require_POST
def grant_bulk(request: HttpRequest) -> HttpResponse:
    """Agree to the chosen ones."""
    person = person_with(request, "grant_entitlement")
    numbers = [int(one) for one in request.POST.getlist("use") if one.isdecimal() and len(one) < 19]
    if not numbers:
        messages.error(request, _("请先勾选。"))
        return redirect("entitlements:claims")
    made, refused = actions.grant_many(numbers, actor=person, now=timezone.now())
    if made:
        messages.success(request, _("{n} 件已同意。").format(n=len(made)))
    if refused:
        messages.warning(request, _("{n} 件没有改：已经办结。").format(n=refused))
    return redirect("entitlements:claims")
