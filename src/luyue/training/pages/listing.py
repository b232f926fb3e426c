"""All sessions: as a list with filters, as a month."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts.choosing import contract_filter
from luyue.contracts.queries import ZONE, contract_choices, local_day
from luyue.documents.excel import Book, Cell
from luyue.domain.periods import add_months
from luyue.domain.refusals import BadInput
from luyue.domain.training.attending import hours
from luyue.obligations.faces import weekday_words
from luyue.training import faces, queries, words
from luyue.training.pages.common import number
from luyue.web.downloads import cut_line, download
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 40
MOST_ROWS = 20_000
CHUNK = 1000
STATES = (
    ("coming", gettext_lazy("将要举行")),
    ("overdue", gettext_lazy("已过时间，未登记")),
    ("finished", gettext_lazy("已结束")),
    ("cancelled", gettext_lazy("已取消")),
    ("result", gettext_lazy("结果等客户确认")),
)


def _spec(request: HttpRequest) -> ListSpec:
    return ListSpec(
        filters=(
            Filter("state", gettext_lazy("状态"), STATES, multiple=False),
            Filter("kind", gettext_lazy("类别"), list(words.KINDS.items())),
            contract_filter(request.GET),
        ),
        sorts=(Sort("newest", gettext_lazy("时间"), ("-starts_at", "-id")),),
        search=True,
    )  # fmt: skip


def _found(state: ListState, now: datetime) -> queries.QuerySet[queries.Session]:
    rows = queries.sessions()
    if kinds := state.chosen.get("kind"):
        rows = rows.filter(kind__in=kinds)
    if contracts := state.chosen.get("contract"):
        rows = rows.filter(contract__in=[int(one) for one in contracts])
    match state.one("state"):
        case "coming":
            rows = rows.filter(state="planned", ends_at__gte=now)
        case "overdue":
            rows = rows.filter(state="planned", ends_at__lt=now)
        case "result":
            rows = rows.filter(result_state="handed")
        case "finished" | "cancelled" as name:
            rows = rows.filter(state=name)
    if state.q:
        rows = rows.filter(
            Q(title__icontains=state.q)
            | Q(place__icontains=state.q)
            | Q(pk__in=queries.sessions_of_lecturer(state.q))
        )
    return rows


@login_required
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Sessions, the latest first; `?format=xlsx`: as a file."""
    person = person_with(request, "see_training")
    now = timezone.now()
    state = _spec(request).read(request.GET)
    rows = _found(state, now)
    if request.GET.get("format") == "xlsx":
        return _export(rows, now)
    page = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    query = state.query()
    return render(
        request,
        "training/list.html",
        {
            "list": state,
            "page": page,
            "rows": [faces.session_row(one, now) for one in page.rows],
            "total": capped_count(rows),
            "may_plan": person.may("plan_training"),
            "inside": not person.outside,
            "export": query + ("&" if query != "?" else "") + "format=xlsx",
        },
    )


def _export(rows: queries.QuerySet[queries.Session], now: datetime) -> HttpResponse:
    columns = [
        (_("合同"), 14), (_("客户"), 24), (_("名称"), 30), (_("类别"), 12), (_("方式"), 10), (_("开始"), 17),
        (_("结束"), 17), (_("地点"), 20), (_("应到"), 8), (_("实到"), 8), (_("学时"), 8), (_("状态"), 18),
        (_("结果"), 14),
    ]  # fmt: skip
    found = rows.order_by("-starts_at", "-id")[: MOST_ROWS + 1].iterator(chunk_size=CHUNK)
    with Book(ZONE) as book:
        lines = (_cells(faces.session_row(one, now)) for one in found)
        book.table(_("培训和会议"), columns, lines, most=MOST_ROWS, cut=cut_line(MOST_ROWS))
    return download(book.content, f"{_('培训和会议')} {local_day(now)}.xlsx")


def _cells(row: dict[str, Any]) -> list[Cell]:
    one = row["one"]
    return [
        one.contract.number, one.contract.customer.name, row["title"], row["kind"], row["form"], one.starts_at,
        one.ends_at, one.place or one.link, one.listed, one.came, hours(one.seconds), row["state"], row["result"],
    ]  # fmt: skip


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of sessions."""
    person = person_with(request, "see_training")
    now = timezone.now()
    today = local_day(now)
    try:
        day = date.fromisoformat(request.GET.get("day") or today.isoformat())
    except ValueError as error:
        raise BadInput(field="day") from error
    if not 2000 <= day.year <= 2150:
        raise BadInput(field="day")
    contract = number(request.GET.get("contract"))
    month = day.replace(day=1)
    first = month - timedelta(days=month.weekday())
    last = add_months(month, 1)
    end = last + timedelta(days=-last.weekday() % 7)
    begin_at, end_at = (datetime(one.year, one.month, one.day, tzinfo=ZONE) for one in (first, end))
    cells: dict[date, list[dict[str, object]]] = {}
    for one in queries.sessions_between(begin_at, end_at, contract):
        cells.setdefault(local_day(one.starts_at), []).append(faces.session_row(one, now))
    days = [first + timedelta(days=shift) for shift in range((end - first).days)]
    weeks = [
        [{"on": on, "inside": on.month == month.month, "rows": cells.get(on, [])} for on in days[at : at + 7]]
        for at in range(0, len(days), 7)
    ]
    where = f"&contract={contract}" if contract else ""
    facts = {
        "weeks": weeks,
        "weekdays": weekday_words(),
        "today": today,
        "title": f"{month:%Y-%m}",
        "previous": f"?day={add_months(month, -1)}{where}",
        "next": f"?day={add_months(month, 1)}{where}",
        "now_url": f"?day={today}{where}",
        "contract": contract,
        "day": day,
        "contracts": contract_choices(),
        "may_plan": person.may("plan_training"),
    }
    return render(request, "training/calendar.html", facts)
