"""Hours of every trainee of a contract, who is short, the latest assessment."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.documents.excel import Book
from luyue.domain.plan.model import Duty
from luyue.domain.refusals import BadInput
from luyue.training import faces, queries
from luyue.training.actions.closing import NEW_STAFF_OWE
from luyue.training.pages.common import number
from luyue.web.downloads import download

USUAL_HOURS = 8.0


def needed_hours(of: Contract, now: datetime) -> float:
    """Hours that new watch staff are promised; 8 where the plan says nothing (T-1)."""
    running = contracts.in_force(of, now).running
    for one in running.plan.promises if running else ():
        if isinstance(one, Duty) and one.owe == NEW_STAFF_OWE and one.min_hours:
            return one.min_hours
    return USUAL_HOURS


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Trainees of a contract with their hours; `?show=short`: new watch staff who are short; `?format=xlsx`: a file."""
    person_with(request, "see_training")
    now = timezone.now()
    choices = contracts.contract_choices()
    wanted = number(request.GET.get("contract"))
    if wanted is None and choices:
        with_some = queries.contract_with_most_trainees()
        return redirect(f"{request.path}?contract={with_some or choices[0][0]}")
    if wanted is None:
        return render(request, "training/hours.html", {"contract": None, "rows": []})
    of = contracts.contract(wanted)
    since, until = _period(request)
    needed = needed_hours(of, now)
    rows = faces.total_rows(queries.totals(of.pk, since=since, until=until), needed)
    if request.GET.get("show") == "short":
        rows = [row for row in rows if row["short"]]
    if request.GET.get("format") == "xlsx":
        return _export(of, rows)
    year = now.astimezone(ZONE).year
    begin, end = (datetime(y, 1, 1, tzinfo=ZONE) for y in (year, year + 1))
    facts = {
        "contract": of,
        "contracts": choices,
        "rows": rows,
        "needed": needed,
        "short": sum(1 for row in rows if row["short"]),
        "new": sum(1 for row in rows if row["trainee"].new_staff),
        "days": queries.gathering_days(of.pk, begin, end),
        "year": year,
        "given": request.GET,
        "show_short": request.GET.get("show") == "short",
    }
    return render(request, "training/hours.html", facts)


def _period(request: HttpRequest) -> tuple[datetime | None, datetime | None]:
    """The year of `?year=`, or all."""
    text = request.GET.get("year", "")
    if not text:
        return None, None
    year = number(text)
    if year is None or not 2000 <= year <= 2150:
        raise BadInput(field="year")
    return datetime(year, 1, 1, tzinfo=ZONE), datetime(year + 1, 1, 1, tzinfo=ZONE)


def _export(of: Contract, rows: list[dict[str, Any]]) -> HttpResponse:
    columns = [
        (_("姓名"), 12), (_("单位"), 24), (_("电话"), 16), (_("新值班员"), 10), (_("场次"), 8), (_("学时"), 8),
        (_("还差"), 8), (_("最近考核"), 12), (_("结论"), 10),
    ]  # fmt: skip
    lines = (
        [
            row["trainee"].name, row["trainee"].department, row["trainee"].phone,
            _("是") if row["trainee"].new_staff else "", row["sessions"], row["hours"], row["short"] or None,
            row["tested_on"], "" if row["passed"] is None else _("合格") if row["passed"] else _("不合格"),
        ]
        for row in rows
    )  # fmt: skip
    with Book(ZONE) as book:
        book.table(_("培训学时"), columns, lines, above=(f"{of.number} {of.name}", of.customer.name))
    return download(book.content, f"{_('培训学时')} {of.number} {local_day(timezone.now())}.xlsx")
