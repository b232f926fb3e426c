"""Pages of the statement: one contract in a period, its instances, and all contracts."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of, person_with
from luyue.contracts import queries as contracts
from luyue.contracts.clauses import in_order
from luyue.contracts.models import Contract
from luyue.contracts.outlook import Load
from luyue.contracts.plans import RunningPlan
from luyue.contracts.queries import ZONE, local_day
from luyue.contracts.templatetags.contracts import level, share
from luyue.domain.plan.execution import REASONS, STATUS_WORDS, executable
from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.model import Promise
from luyue.domain.plan.vocabulary import KIND_WORDS, word_of
from luyue.domain.refusals import BadInput
from luyue.domain.statement import Counts, Key, Outcome, Period, Row, Statement, histogram, percentile
from luyue.measures import faces as measures
from luyue.statements import entitlements, obligations, overview, queries, quotas, staffing
from luyue.statements.comparing import compared
from luyue.statements.figures import RULES, promise_of, statement_json
from luyue.statements.queries import Measured
from luyue.statements.sheet import write_overview, write_statement
from luyue.statements.wording import (
    STATES,
    against_words,
    month_words,
    outcome_words,
    preset_words,
    read_against,
    read_period,
)  # fmt: skip
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.lists import MAX_SEARCH

IN_PAGE = 50  # contracts


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the statement in words."""

    row: Row
    clause: str
    text: str
    words: str
    url: str
    change: float | None
    partly: int = 0


@login_required
@require_GET
def statement_page(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The statement of a contract; `?format=json` and `?format=xlsx` are the same as files."""
    person_with(request, "see_statement")
    now = timezone.now()
    of = contracts.contract(contract_id)
    today = local_day(now)
    period, preset = read_period(request.GET, today, queries.whole_service(of, today))
    against, _word = read_against(request.GET, period)
    match request.GET.get("format", ""):
        case "json":
            whole = request.GET.get("instances", "1") != "0"
            data = statement_json(
                of.pk, period, now=now, language=language(), with_instances=whole, against=against
            )
            return JsonResponse(data, json_dumps_params={"ensure_ascii": False})
        case "xlsx":
            file = io.BytesIO()
            write_statement(file, of.pk, period, now=now, language=language(), against=against)
            name = f"{_('履约报告')} {of.number} {period.first} {period.last}.xlsx"
            return download(file.getvalue(), name)
        case "":
            return _show(request, of, period, preset, now=now)
        case _:
            raise BadInput(field="format")


def _show(request: HttpRequest, of: Contract, period: Period, preset: str, *, now: datetime) -> HttpResponse:
    against, word = read_against(request.GET, period)
    held = {"now": now, "against": against}
    statement = queries.statement_of(of.pk, period, **held)
    lines = _lines(of, statement)
    owed = obligations.statement_of(of.pk, period, **held)
    staff = staffing.statement_of(of.pk, period, **held)
    entitled = entitlements.statement_of(of.pk, period, **held)
    before_word = against_words()[word or "previous"] if word or against is None else _("对比期")
    rest = queries.not_executed(of.pk, period)
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    wanted = request.GET.get("against", "")
    where = urlencode(days | ({"against": wanted} if wanted else {}))
    told = (
        compared(of.pk, (statement, owed, staff, entitled), against, now=now, language=language())
        if against
        else None
    )
    facts = {
        "contract": of,
        "comparison": told,
        "before_word": before_word,
        "against_choices": [(_("不对比"), f"?{urlencode(days)}", against is None)]
        + [
            (one, f"?{urlencode(days | {'against': name})}#comparison", name == word)
            for name, one in against_words().items()
        ],
        "period": period,
        "presets": _presets(preset),
        "statement": statement,
        "totals": statement.totals,
        "before": statement.before,
        "change": _change(statement.totals, statement.before),
        "lines": lines,
        "owed": owed,
        "owed_groups": _owed_groups(of, owed, obligations.partly(of.pk, period, now)),
        "staff": staff,
        "staff_lines": _staff_lines(of, staff),
        "entitled": entitled,
        "entitled_lines": _entitled_lines(of, entitled),
        "grid": _grid(statement, lines),
        "quotas": _quotas(quotas.rows(of.pk, period)),
        "measured": _measured(of, queries.measured(of.pk, period), calls=person_of(request).may("see_calls")),
        "rest": _rest(rest),
        "rest_number": len(rest),
        "json_url": f"?{where}&format=json",
        "xlsx_url": f"?{where}&format=xlsx",
        "evidence_url": _evidence_url(of, days) if person_of(request).may("see_ledger") else "",
        "made_at": now,
        "rules": RULES[language()],
        "bindings": queries.bindings_in(of.pk, period),
        "rate": _rate_chart(statement, lines),
        "spread": _spread_chart(statement),
        "sentence": _sentence(statement, before_word),
    }
    return render(request, "statements/statement.html", facts)


def _evidence_url(of: Contract, days: Mapping[str, str]) -> str:
    return f"{reverse('statements:evidence', args=[of.pk])}?{urlencode(days)}"


def _lines(of: Contract, statement: Statement) -> list[Line]:
    """The rows by clause."""
    period = statement.period
    lines = []
    for row in statement.rows:
        running, promise = promise_of(row.key)
        where = urlencode(
            {"from": period.first, "to": period.last, "version": row.key.version, "promise": row.key.promise}
        )
        lines.append(
            Line(
                row=row,
                clause=promise.clause if promise else "",
                text=promise.text.in_(language()) if promise else row.key.promise,
                words=promise_words(promise, running.plan, language()) if promise else "",
                url=f"{reverse('statements:instances', args=[of.pk])}?{where}",
                change=_change(row.counts, row.before),
            )
        )
    return sorted(lines, key=lambda line: (line.row.key.version, in_order(line.clause)))


def _owed_groups(
    of: Contract, owed: Statement, partly: Mapping[Key, int]
) -> list[tuple[str, list[Line], list[Line]]]:
    """Duties and triggers: (kind, those that were owed, those that were not), each by clause. partly: how many of the
    missed ones were done in part."""
    groups: dict[str, tuple[list[Line], list[Line]]] = {"duty": ([], []), "trigger": ([], [])}
    between = f"{owed.period.first}..{owed.period.last}"
    for line in _lines(of, owed):
        _running, promise = promise_of(line.row.key)
        key = line.row.key
        where = urlencode(
            {"contract": of.pk, "promise": key.promise, "version": key.version, "stated": between}
        )
        if promise is not None and promise.kind in groups:
            happened, quiet = groups[promise.kind]
            chosen = happened if line.row.counts.total else quiet
            url = f"{reverse('obligations:list')}?{where}"
            chosen.append(replace(line, url=url, partly=partly.get(line.row.key, 0)))
    return [
        (word_of(KIND_WORDS, kind, language()), happened, quiet)
        for kind, (happened, quiet) in groups.items()
        if happened or quiet
    ]


def _staff_lines(of: Contract, staff: Statement) -> list[Line]:
    """Promises of people by clause, each with the way to its months."""
    return [
        replace(
            line,
            url=f"{reverse('staffing:promise', args=[of.pk, line.row.key.promise])}?month={staff.period.last:%Y-%m}",
        )
        for line in _lines(of, staff)
    ]


def _entitled_lines(of: Contract, entitled: Statement) -> list[Line]:
    """Entitlements by clause, those with uses in the period first, each with the way to its uses."""
    between = f"{entitled.period.first}..{entitled.period.last}"
    return [
        replace(
            line,
            url=f"{reverse('entitlements:one', args=[of.pk, line.row.key.promise])}?between={between}"
            f"&version={line.row.key.version}",
        )
        for line in sorted(_lines(of, entitled), key=lambda line: not line.row.counts.total)
    ]


def _change(now: Counts, before: Counts) -> float | None:
    """By how many points of a hundred the share kept went up."""
    if now.share_kept is None or before.share_kept is None:
        return None
    return round(100 * (now.share_kept - before.share_kept), 1)


def _presets(chosen: str) -> list[tuple[str, str, bool]]:
    return [(name, word, name == chosen) for name, word in preset_words().items()]


def _months_shown(statement: Statement) -> int:
    """Months up to now, or up to the last one with a clock: what has not come yet is not drawn."""
    today = datetime.fromtimestamp(statement.as_of, ZONE).date()
    totals = statement.month_totals
    return max(
        (
            index + 1
            for index, month in enumerate(statement.months)
            if month.first <= today or totals[index].total
        ),
        default=0,
    )


def _grid(statement: Statement, lines: Sequence[Line]) -> dict[str, Any] | None:
    """Share kept, clause by month; rows that never ran are left out. Nothing for a single month."""
    shown = _months_shown(statement)
    if shown < 2:
        return None
    return {
        "months": [month_words(month) for month in statement.months[:shown]],
        "rows": [(line, line.row.months[:shown]) for line in lines if line.row.counts.promised],
        "totals": statement.month_totals[:shown],
    }


def _quotas(found: Sequence[quotas.Row]) -> list[dict[str, Any]]:
    """Quotas with their periods, each the way to its page."""
    return [
        {
            "row": row, "face": measures.face(row.last), "judged": row.judged + row.no_data,
            "turns": [
                {"turn": one, "span": measures.span(one), "badge": measures.badge(one.state)} for one in row.turns
            ],
            "level": level(row.kept / (row.judged + row.no_data) if row.judged + row.no_data else None),
        }
        for row in found
    ]  # fmt: skip


def _measured(of: Contract, found: Sequence[Measured], *, calls: bool) -> list[dict[str, Any]]:
    """Quotas that are reckoned, with the way to what they count: each month's calls for the firm, the page of the
    share for the customer."""
    shown = []
    for one in found:
        good, judged = one.judged
        months = [
            {
                "name": f"{month:%Y-%m}", "share": share, "kept": share.keeps(one.at_least),
                "url": _calls_url(of, month, "counted") if calls else "",
                "missed_url": _calls_url(of, month, "lost") if calls and share.missed else "",
            }
            for month, share in one.months
            if share.incoming
        ]  # fmt: skip
        shown.append(
            {
                "clause": one.quota.clause, "text": one.quota.text.in_(language()), "at_least": one.at_least,
                "share": one.share, "kept": one.share.keeps(one.at_least), "months": months, "good": good,
                "judged": judged, "url": reverse("hotline:share-contract", args=[of.pk]),
            }
        )  # fmt: skip
    return shown


def _calls_url(of: Contract, month: date, kind: str) -> str:
    where = urlencode({"contract": of.pk, "month": f"{month:%Y-%m}", "kind": kind})
    return f"{reverse('hotline:calls')}?{where}"


@dataclass(frozen=True, slots=True)
class Rest:
    """Promises that no clock measures, for one reason."""

    status: str
    word: str
    reason: str
    lines: tuple[dict[str, str], ...]


def _rest(found: Sequence[tuple[RunningPlan, Promise, str]]) -> list[Rest]:
    """What no clock measures, by status and reason, each by clause."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for _running, promise, status in sorted(found, key=lambda one: in_order(one[1].clause)):
        groups.setdefault((status, executable(promise).reason), []).append(
            {
                "clause": promise.clause,
                "text": promise.text.in_(language()),
                "kind": word_of(KIND_WORDS, promise.kind, language()),
            }
        )
    order = ("asks", "not_yet", "declared")
    return [
        Rest(
            status,
            word_of(STATUS_WORDS, status, language()),
            word_of(REASONS, reason, language()),
            tuple(lines),
        )
        for (status, reason), lines in sorted(groups.items(), key=lambda one: order.index(one[0][0]))
    ]


def _sentence(statement: Statement, before_word: str) -> str:
    """The statement in one sentence."""
    c = statement.totals
    if not c.promised:
        return _("这段时间没有到期的时限。")
    text = _("应做 {promised} 次：达成 {kept} 次，超时完成 {late} 次，超时未做 {missed} 次").format(
        promised=c.promised, kept=c.kept, late=c.late, missed=c.missed
    )
    if c.running:
        text += _("，进行中 {n} 次").format(n=c.running)
    if c.waived:
        text += _("；另有豁免 {n} 次").format(n=c.waived)
    if c.share_kept is not None:
        text += _("。达成率 {share}").format(share=share(c.share_kept))
        if statement.before.share_kept is not None:
            text += _("，{period} {share}").format(
                period=before_word, share=share(statement.before.share_kept)
            )
    return text + _("。")


# -------------------------------------------------------------------------------------------- charts


def _rate_chart(statement: Statement, lines: Sequence[Line]) -> dict[str, Any] | None:
    """Breach rate by month: all promises, and the three that broke most. Nothing to draw for a single month."""
    shown = _months_shown(statement)
    if shown < 2 or not statement.totals.decided:
        return None
    broken = (line for line in lines if line.row.counts.broken)
    worst = sorted(broken, key=lambda line: -line.row.counts.broken)[:3]
    months = [month_words(month) for month in statement.months[:shown]]
    named = [(_("全部承诺"), statement.month_totals[:shown])] + [
        (f"{line.clause} {_short(line.text)}", line.row.months[:shown]) for line in worst
    ]
    series: list[dict[str, Any]] = [
        {
            "name": name, "type": "line", "data": [_rate(counts) for counts in by_month], "symbolSize": 6,
            "connectNulls": True, "lineStyle": {"width": 3 if index == 0 else 1.5},
            **({"color": "state:breached"} if index == 0 else {}),
        }
        for index, (name, by_month) in enumerate(named)
    ]  # fmt: skip
    rates = zip((_rate(counts) for counts in statement.month_totals[:shown]), months, strict=True)
    top = max((rate, month) for rate, month in rates if rate is not None)
    sentence = _("每月超时率：最高 {rate}%（{month}）。").format(rate=f"{top[0]:g}", month=top[1])
    if top[0] == 0:
        sentence = _("每月超时率：没有超时。")
    return {
        "option": {
            "legend": {"type": "plain", "top": 0}, "grid": {"top": 28 + 22 * ((len(series) + 1) // 2)},
            "xAxis": {"type": "category", "data": months},
            "yAxis": {"type": "value", "min": 0, "axisLabel": {"formatter": "{value}%"}},
            "series": series,
        },
        "sentence": sentence,
        "head": [_("承诺"), *months],
        "rows": [[name, *(("–" if _rate(c) is None else f"{_rate(c):g}%") for c in row)] for name, row in named],
    }  # fmt: skip


def _rate(counts: Counts) -> float | None:
    return round(100 * counts.broken / counts.decided, 1) if counts.decided else None


def _short(text: str) -> str:
    return text if len(text) <= 16 else text[:15] + "…"


def _spread_chart(statement: Statement) -> dict[str, Any] | None:
    """How much of the promised time was used, with the promised line drawn in."""
    if not statement.used:
        return None
    bars = histogram(statement.used)
    within = sum(count for _low, high, count in bars if high <= 100)
    total = sum(count for _low, _high, count in bars)
    line = _("承诺时限")
    names: list[str] = []
    data: list[dict[str, Any]] = []
    for low, high, count in bars:
        if low == 100:
            names.append(line)
            data.append({"value": 0})
        names.append(f">{low}%" if high == bars[-1][1] else f"{low}–{high}%")
        colour = "state:met" if high <= 100 else "state:breached"
        data.append({"value": count, "itemStyle": {"color": colour}})
    median = percentile(statement.used, 50)
    return {
        "option": {
            "xAxis": {"type": "category", "data": names, "axisLabel": {"interval": 0, "rotate": 40}},
            "yAxis": {"type": "value", "minInterval": 1},
            "series": [
                {
                    "name": _("次数"), "type": "bar", "data": data, "barCategoryGap": "20%",
                    "markLine": {
                        "symbol": "none", "silent": True, "label": {"formatter": line, "position": "end"},
                        "lineStyle": {"width": 2, "type": "solid", "color": "state:warning"},
                        "data": [{"xAxis": line}],
                    },
                }
            ],
        },
        "sentence": _("做完的 {total} 次里，{within} 次在时限内；一半用时不超过时限的 {median}%。").format(
            total=total, within=within, median=median
        ),
        "head": [_("用去的时限"), _("次数")],
        "rows": [[f"{low}–{high}%", count] for low, high, count in bars],
    }  # fmt: skip


# -------------------------------------------------------------------------------------- all contracts


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All contracts in scope: which promise costs most, which contract is in danger. `?format=xlsx`: a file."""
    person_with(request, "see_statement")
    now = timezone.now()
    today = local_day(now)
    # Of all contracts what is searched and in which order they stand; whole rows of those that are shown.
    named = contracts.visible_contracts().values_list("pk", "number", "name", "customer__name", "starts_on")
    known = {key: " ".join(words) for key, *words, _start in named}
    first = min((start for *_words, start in named), default=today)
    whole = Period(min(first, today), today)
    period, preset = read_period(request.GET, today, whole)
    # A person's few contracts as a condition that an index can use; the wall's own is none.
    few = list(known) if len(known) <= contracts.MOST_NAMED else None
    all_of_it = overview.overview(period, now=now, contract_ids=few)
    loads = overview.loads(few, now)
    q = " ".join(request.GET.get("q", "").split())[:MAX_SEARCH]
    rows = _danger(_named(known, q), all_of_it.contracts, loads)
    if request.GET.get("format") == "xlsx":
        file = io.BytesIO()
        write_overview(file, period, rows)
        return download(file.getvalue(), f"{_('履约')} {period.first} {period.last}.xlsx")
    shown, number, last = _part(rows, request.GET.get("page", ""))
    wanted = {*(row.contract_id for row in shown), *(contract for contract, _key, _counts in all_of_it.worst)}
    told = contracts.visible_contracts().in_bulk(wanted)
    facts = {
        "period": period,
        "presets": _presets(preset),
        "totals": all_of_it.totals,
        "any": all_of_it.contracts or loads,
        "q": q,
        "rows": [
            {"contract": told[row.contract_id], "counts": row.counts, "load": row.load} for row in shown
        ],
        "xlsx_url": f"?{urlencode({'from': period.first, 'to': period.last, 'q': q, 'format': 'xlsx'})}",
        "found": len(rows),
        "page": number,
        "pages": last,
        "broken": [_costly(told[contract], key, counts, period) for contract, key, counts in all_of_it.worst],
        "month_chart": _month_chart(all_of_it),
    }
    return render(request, "statements/index.html", facts)


def _danger(
    known: Iterable[int], counts: Mapping[int, Counts], loads: Mapping[int, Load]
) -> list[overview.Standing]:
    """Contracts with something to tell, the most endangered first: overdue now, then warnings, then share kept."""
    rows = [
        overview.Standing(key, counts.get(key, Counts()), loads.get(key, Load()))
        for key in known
        if key in counts or key in loads
    ]

    def worse(row: overview.Standing) -> tuple[float, ...]:
        kept = row.counts.share_kept
        return -row.load.red, -row.load.amber, 1 if kept is None else kept

    return sorted(rows, key=worse)


def _named(known: Mapping[int, str], q: str) -> list[int]:
    """Those whose number, name or customer has every word."""
    words = q.lower().split()
    return [key for key, name in known.items() if all(word in name.lower() for word in words)]


def _part(rows: list[overview.Standing], asked: str) -> tuple[list[overview.Standing], int, int]:
    """The rows of a page, its number and that of the last one; a number that is none means the first."""
    last = max(1, -(-len(rows) // IN_PAGE))
    number = min(int(asked), last) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    number = max(number, 1)
    return rows[(number - 1) * IN_PAGE : number * IN_PAGE], number, last


def _costly(of: Contract, key: Key, counts: Counts, period: Period) -> dict[str, Any]:
    _running, promise = promise_of(key)
    where = urlencode({"from": period.first, "to": period.last})
    return {
        "contract": of,
        "counts": counts,
        "clause": promise.clause if promise else "",
        "text": promise.text.in_(language()) if promise else key.promise,
        "url": f"{reverse('statements:statement', args=[of.pk])}?{where}#{key.promise}",
    }


def _month_chart(whole: overview.Overview) -> dict[str, Any] | None:
    months = whole.period.months()
    if len(months) < 2 or not whole.totals.promised:
        return None
    names = [month_words(month) for month in months]
    words = outcome_words()
    series = [
        {"name": words[one], "type": "bar", "stack": "all", "color": f"state:{STATES[one]}",
         "data": [getattr(counts, one) for counts in whole.months]}
        for one in (Outcome.KEPT, Outcome.LATE, Outcome.MISSED, Outcome.RUNNING)
    ]  # fmt: skip
    totals = whole.totals
    return {
        "option": {
            "legend": {}, "xAxis": {"type": "category", "data": names}, "yAxis": {"type": "value"}, "series": series,
        },
        "sentence": _("每月到期的时限：达成 {kept} 次，超时 {broken} 次。").format(
            kept=totals.kept, broken=totals.broken
        ),
        "head": [_("月份"), *(words[one] for one in (Outcome.KEPT, Outcome.LATE, Outcome.MISSED, Outcome.RUNNING))],
        "rows": [[name, c.kept, c.late, c.missed, c.running] for name, c in zip(names, whole.months, strict=True)],
    }  # fmt: skip
