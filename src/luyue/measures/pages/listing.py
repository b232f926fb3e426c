"""All quotas by contract and period: how they stand, and how they went."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts.choosing import contract_filter, promise_filter
from luyue.contracts.plans import rows_found
from luyue.domain.measures.catalogue import MEASURES, STATE_WORDS
from luyue.domain.plan.vocabulary import word_of
from luyue.measures import faces, queries
from luyue.measures.models import Measurement, Turn
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
TREND = 8
VIEWS = {
    "running": gettext_lazy("本期"),
    "review": gettext_lazy("待复核"),
    "bad": gettext_lazy("未达到"),
    "no_data": gettext_lazy("无数据"),
    "waiver": gettext_lazy("待客户豁免"),
    "all": gettext_lazy("全部"),
}


def list_of(request: HttpRequest) -> ListState:
    """Filters, sort and search of an address."""
    lang = language()
    filters = [
        Filter("view", gettext_lazy("视图"), list(VIEWS.items()), multiple=False, tabs=True),
        contract_filter(request.GET),
        Filter("standing", gettext_lazy("状态"), [
            (one, word_of(STATE_WORDS, one, lang)) for one in STATE_WORDS if one != "open"
        ]),
        Filter("measure", gettext_lazy("指标"), [(one, MEASURES[one].name_in(lang)) for one in MEASURES]),
    ]  # fmt: skip
    filters += promise_filter(request.GET)
    return ListSpec(
        filters=tuple(filters),
        sorts=(
            Sort("period", gettext_lazy("期间"), ("-last", "contract_id", "id")),
            Sort("contract", gettext_lazy("合同"), ("contract_id", "-last", "id")),
        ),
        search=True,
    ).read(request.GET)


def found(state: ListState) -> QuerySet[Turn]:
    """The rows of a list's state."""
    rows = queries.turns().filter(view_condition(view_of(state)))
    if chosen := state.chosen.get("contract"):
        rows = rows.filter(contract_id__in=[int(one) for one in chosen])
    if chosen := state.chosen.get("standing"):
        rows = rows.filter(standing__in=chosen)
    if chosen := state.chosen.get("measure"):
        rows = rows.filter(measure__in=chosen)
    if promise := state.one("promise"):
        rows = rows.filter(promise=promise)
    if state.q:
        words = state.q.split()
        named = Q()
        for word in words:
            named &= Q(contract__name__icontains=word) | Q(contract__number__icontains=word)
        rows = rows.filter(rows_found(words) | named)
    return rows


def view_of(state: ListState) -> str:
    """Without any choice the periods that run; with a promise, all of its periods."""
    return state.one("view") or ("all" if state.one("promise") else "running")


def view_condition(view: str) -> Q:
    match view:
        case "running":
            return Q(over=False)
        case "review":
            return Q(over=True, reviewed_at=None) | Q(stale=True, over=True)
        case "bad":
            return Q(over=True, state="missed")
        case "no_data":
            return Q(over=True, state="no_data")
        case "waiver":
            asked = Measurement.objects.filter(waiver="asked", current=True)
            return Q(pk__in=asked.values("turn_id"))
    return Q()


@login_required
@require_GET
def quota_list(request: HttpRequest) -> HttpResponse:
    """Quotas, this period first; other views by the address."""
    person = person_with(request, "see_quotas")
    state = list_of(request)
    rows = found(state)
    page = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    facts = {
        "list": state,
        "page": page,
        "rows": with_trend(page.rows),
        "total": capped_count(rows),
        "tabs": _tabs(view_of(state), state),
        "one_contract": _single(state),
        "may_enter": person.may("enter_reading"),
        "now": timezone.now(),
    }
    return render(request, "measures/list.html", facts)


def _single(state: ListState) -> int | None:
    chosen = state.chosen.get("contract", ())
    return int(chosen[0]) if len(chosen) == 1 else None


def _tabs(view: str, state: ListState) -> list[dict[str, Any]]:
    counted = {"review", "bad", "no_data", "waiver"}
    among = queries.turns()
    if chosen := state.chosen.get("contract"):
        among = among.filter(contract_id__in=[int(one) for one in chosen])
    return [
        {
            "name": name, "label": label, "current": name == view, "url": state.query(chosen={
                **{key: value for key, value in state.chosen.items() if key in ("contract", "measure")},
                "view": (name,),
            }),
            "count": capped_count(among.filter(view_condition(name)), 99) if name in counted else None,
        }
        for name, label in VIEWS.items()
    ]  # fmt: skip


def with_trend(rows: Sequence[Turn]) -> list[dict[str, Any]]:
    """Rows with the periods before each, the oldest first; one query for all."""
    trends = trends_of(rows)
    return [
        {"face": faces.face(row), "trend": [dot(one) for one in trends.get((row.contract_id, row.promise), [])
                                            if one.first < row.first][-TREND:]}
        for row in rows
    ]  # fmt: skip


def trends_of(rows: Iterable[Turn]) -> dict[tuple[int, str], list[Turn]]:
    """(contract, promise) → its last periods, the oldest first."""
    wanted = {(row.contract_id, row.promise) for row in rows}
    if not wanted:
        return {}
    since = min(row.first for row in rows)
    past = Turn.objects.filter(
        contract_id__in={one for one, _promise in wanted}, promise__in={promise for _one, promise in wanted},
        first__gte=since.replace(year=since.year - 1, day=1),
    ).order_by("first")  # fmt: skip
    told: dict[tuple[int, str], list[Turn]] = {}
    for row in past:
        if (row.contract_id, row.promise) in wanted:
            told.setdefault((row.contract_id, row.promise), []).append(row)
    return told


def dot(row: Turn) -> dict[str, Any]:
    """One past period in a small trend."""
    return {"turn": row, "badge": faces.badge(row.state), "span": faces.span(row), "value": row.value}
