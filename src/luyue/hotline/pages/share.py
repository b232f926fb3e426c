"""The answered share by month, of a contract or a line: figure, chart, table, and how it is reckoned."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.domain.hotline import Share, hours_of_line_words
from luyue.domain.periods import add_months
from luyue.domain.statement import Period
from luyue.hotline import queries
from luyue.hotline.models import Call, Line
from luyue.hotline.templatetags.hotline import share_percent
from luyue.web.languages import language

MONTHS = 12


def last_months(today: date) -> Period:
    """The last twelve months, this one included, up to today."""
    return Period(add_months(today.replace(day=1), 1 - MONTHS), today)


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """All contracts and all lines over twelve months; each leads to its own page."""
    person_with(request, "see_calls")
    now = timezone.now()
    period = last_months(local_day(now))
    found = queries.within(Call.objects.all(), period)
    by_contract, by_line = queries.shares(found, "contract_id"), queries.shares(found, "line_id")
    months = queries.months_of(found, period)
    names = contracts.visible_contracts().in_bulk([pk for pk in by_contract if pk is not None])
    lines = Line.objects.in_bulk([pk for pk in by_line if pk is not None])
    facts = {
        "period": period,
        "whole": _sum([share for _month, share in months]),
        "contracts": [
            (names[pk], share, reverse("hotline:share-contract", args=[pk]))
            for pk, share in sorted(by_contract.items(), key=lambda one: -one[1].incoming)
            if pk in names
        ],
        "lines": [(lines[pk], share, hours_words(lines[pk])) for pk, share in by_line.items() if pk in lines],
        "unplaced": by_contract.get(None),
        "lineless": by_line.get(None),
    }
    facts |= _shown(months, None, _("全部来电"))
    return render(request, "hotline/shares.html", facts)


@login_required
@require_GET
def of_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The share of a contract by month against what its plan promises. The customer sees it too."""
    now = timezone.now()
    of = contracts.contract(contract_id)
    return render(request, "hotline/share.html", facts_of(of, now) | {"contract": of})


def facts_of(of: Contract, now: datetime) -> dict[str, Any]:
    """What the page of one contract's share shows."""
    period = last_months(local_day(now))
    reading = queries.answered_share(of.pk, period)
    quota = queries.quota_of(of.pk, now)
    this_month = reading.by_month[-1][1]
    facts = {
        "period": period,
        "reading": reading,
        "quota": quota,
        "this_month": this_month,
        "kept": this_month.keeps(quota.at_least) if quota and quota.at_least is not None else None,
        "lines": [(line, share, hours_words(line) if line else "") for line, share in reading.by_line],
        "quota_text": quota.text.in_(language()) if quota else "",
    }
    return facts | _shown(reading.by_month, quota.at_least if quota else None, of.name)


def hours_words(line: Line) -> str:
    return hours_of_line_words(line.hours, language())


def _sum(shares: Sequence[Share]) -> Share:
    total = Share()
    for one in shares:
        total += one
    return total


def _shown(months: Sequence[tuple[date, Share]], at_least: float | None, name: str) -> dict[str, Any]:
    """Rows, chart and sentence of shares by month; months before the first call are left out."""
    first = next((index for index, (_month, share) in enumerate(months) if share.incoming), len(months))
    shown = months[first:]
    rows = [
        {
            "month": f"{month:%Y-%m}", "share": share, "percent": share_percent(share),
            "kept": None if at_least is None else share.keeps(at_least),
        }
        for month, share in shown
    ]  # fmt: skip
    if not shown:
        return {"rows": rows, "option": None}
    data = [None if share.percent is None else int(share.percent * 10) / 10 for _month, share in shown]
    bars = {"type": "bar", "stack": "calls", "yAxisIndex": 1, "barMaxWidth": 28}
    line: dict[str, Any] = {
        "name": _("接通率"), "type": "line", "data": data, "symbolSize": 7, "color": "state:running",
        "lineStyle": {"width": 3}, "z": 3,
    }  # fmt: skip
    if at_least is not None:
        text = _("承诺 {n}%").format(n=f"{at_least:g}")
        line["markLine"] = {
            "symbol": "none", "silent": True, "label": {"formatter": text, "position": "insideEndTop"},
            "lineStyle": {"width": 2, "type": "solid", "color": "state:warning"}, "data": [{"yAxis": at_least}],
        }  # fmt: skip
    known = [value for value in data if value is not None]
    low = max(0, min([*known, at_least or 100]) // 10 * 10 - 10) if known else 0
    option = {
        "legend": {"type": "plain", "top": 0}, "grid": {"top": 40, "right": 48},
        "xAxis": {"type": "category", "data": [row["month"] for row in rows]},
        "yAxis": [
            {"type": "value", "min": low, "max": 100, "axisLabel": {"formatter": "{value}%"}},
            {"type": "value", "minInterval": 1, "splitLine": {"show": False}},
        ],
        "series": [
            {**bars, "name": _("已接"), "color": "state:met", "itemStyle": {"opacity": 0.45},
             "data": [share.answered for _month, share in shown]},
            {**bars, "name": _("未接"), "color": "state:breached", "itemStyle": {"opacity": 0.6},
             "data": [share.missed for _month, share in shown]},
            line,
        ],
    }  # fmt: skip
    return {"rows": rows, "option": option, "sentence": _sentence(shown, at_least, name)}


def _sentence(shown: Sequence[tuple[date, Share]], at_least: float | None, name: str) -> str:
    total = _sum([share for _month, share in shown])
    text = _("{name}：{n} 个月里计入 {all} 通，接通 {answered} 通，接通率 {share}").format(
        name=name, n=len(shown), all=total.denominator, answered=total.answered, share=share_percent(total)
    )
    if at_least is not None:
        below = [f"{month:%Y-%m}" for month, share in shown if share.keeps(at_least) is False]
        if below:
            text += _("；低于承诺的月份：{months}").format(months=_("、").join(below))
        else:
            text += _("；每个月都达到承诺")
    return text + _("。")
