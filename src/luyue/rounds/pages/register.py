"""The register of occlusion and cleaning (I-6): what rounds found covered, moved or dirty, and what became of it."""

import io
from collections.abc import Sequence
from typing import IO, Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts.choosing import contract_filter
from luyue.contracts.queries import ZONE, local_day
from luyue.documents.excel import Book, Cell
from luyue.rounds import faces, queries, words
from luyue.rounds.models import Answer
from luyue.web.downloads import cut_line, download
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, in_chunks, keyset_page

PAGE = 50
MOST_ROWS = 20_000
CHUNK = 1000
STATES = (
    ("open", gettext_lazy("待处理")),
    ("done", gettext_lazy("已处理")),
    ("noted", gettext_lazy("只登记")),
)


@login_required
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """What was found, the newest first; as a page or as a file."""
    person_with(request, "see_rounds")
    state = ListSpec(
        filters=(
            Filter("attested", gettext_lazy("类别"), list(words.ATTESTED.items()), multiple=False),
            Filter("state", gettext_lazy("状态"), STATES, multiple=False),
            contract_filter(request.GET),
        ),
        sorts=(Sort("newest", gettext_lazy("最新"), ("-id",)),),
        search=True,
    ).read(request.GET)
    found = _found(state)
    if request.GET.get("format") == "xlsx":
        return _export(found)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    query = state.query()
    facts = {
        "list": state, "page": page, "rows": _rows(page.rows), "total": capped_count(found),
        "export": query + ("&" if query != "?" else "") + "format=xlsx",
    }  # fmt: skip
    return render(request, "rounds/register.html", facts)


def _found(state: ListState) -> QuerySet[Answer]:
    found = queries.register(*state.chosen.get("attested", ()))
    if standing := state.one("state"):
        found = queries.put_right(found, standing)
    if contracts := state.chosen.get("contract"):
        found = found.filter(contract__in=[int(one) for one in contracts])
    for word in state.q.split():
        found = found.filter(
            Q(target__device__name__icontains=word) | Q(target__device__serial__icontains=word)
            | Q(target__site__name__icontains=word) | Q(note__icontains=word) | Q(target__note__icontains=word)
        )  # fmt: skip
    return found


def _rows(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    cases = queries.cases_of(answers)
    return [faces.registered(one, cases.get((one.target_id, one.item))) for one in answers]


def _export(found: QuerySet[Answer]) -> HttpResponse:
    file = io.BytesIO()
    write_register(file, found.order_by("-id"))
    return download(file.getvalue(), f"{_('遮挡与清洁登记')} {local_day(timezone.now())}.xlsx")


def write_register(file: IO[bytes], found: QuerySet[Answer], most: int = MOST_ROWS) -> None:
    """What was found as a sheet, row by row and a chunk of it in memory."""
    columns = [
        (_("合同"), 14), (_("客户"), 24), (_("点位"), 20), (_("设备"), 20), (_("序列号"), 18), (_("类别"), 14),
        (_("判定"), 10), (_("说明"), 36), (_("巡检"), 24), (_("发现时间"), 17), (_("发现人"), 10), (_("服务请求"), 12),
        (_("状态"), 12), (_("处理时间"), 17),
    ]  # fmt: skip
    chunks = in_chunks(found[: most + 1].iterator(chunk_size=CHUNK), CHUNK)
    with Book(ZONE, file) as book:
        lines = (_cells(row) for chunk in chunks for row in _rows(chunk))
        book.table(_("遮挡与清洁登记"), columns, lines, most=most, cut=cut_line(most))


def _cells(row: dict[str, Any]) -> list[Cell]:
    one, case = row["one"], row["case"]
    device = one.target.device
    return [
        one.contract.number, one.contract.customer.name, row["site"], one.target.name,
        device.serial if device else "", row["item"], row["verdict"], row["note"], one.target.round.title,
        one.target.looked_at, one.target.looked_by, case.number if case else "", row["state"],
        case.resolved_at if case else None,
    ]  # fmt: skip
