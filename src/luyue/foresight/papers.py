"""A reckoning as a workbook and as a PDF, in the words and figures of its page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from luyue.contracts.queries import ZONE, local_day
from luyue.desk.models import Kind
from luyue.desk.queries import moment
from luyue.devices.models import Site
from luyue.documents import pdf, sheets
from luyue.documents.excel import Book, Cell, Share, figure, share
from luyue.domain.foresight.rates import curve
from luyue.foresight.faces import Row, title
from luyue.foresight.models import Foresight
from luyue.foresight.words import length
from luyue.web.languages import language

LONGEST_LIST = 400
SHOWN_SITES = 8


def limit_of(row: Row) -> str:
    return "" if row.rate.limit is None else length(row.rate.limit, row.sample.unit)


def assumptions(of: Foresight, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the figures stand on, as pairs of name and value."""
    levels = _("，").join(f"{name} {count}" for name, count in facts["severities"])
    told = [
        (_("方案"), title(of)),
        (_("依据"), str(of.get_origin_display())),
        (_("报修日期"), reported(of)),
        (_("合同数"), str(len(of.contract_ids) or "")),
        *narrowed_by(of),
        *load_of(of),
        (_("服务请求数"), str(of.facts["cases"])),
        (_("等级"), levels),
        (_("要按时的比例"), f"{facts['keep']}%"),
    ]
    if of.undecided:
        told.append((_("其中还没审阅的承诺"), str(of.undecided)))
    if facts["cut"]:
        told.append((_("注意"), _("服务请求太多，只算了最早的 {n} 个。").format(n=facts["cases"])))
    if facts["short"]:
        told.append(
            (_("注意"), _("依据只有 {n} 天，每年的数字是折算的，只能作参考。").format(n=facts["days"]))
        )
    told.append((_("怎么算的"), how()))
    return [(name, value) for name, value in told if value]


def reported(of: Foresight) -> str:
    """From which day to which the cases were reported; of a file, those that it has."""
    if of.asked.get("file"):
        return " – ".join(local_day(moment(of.facts[name])).isoformat() for name in ("first", "last"))
    return f"{of.asked['since']} – {of.asked['until']}"


def narrowed_by(of: Foresight) -> list[tuple[str, str]]:
    """The kinds of case, regions and sites that alone were reckoned, as pairs of name and value; all: nothing."""
    ids = of.asked.get("sites", ())
    sites = list(Site.objects.filter(pk__in=ids).order_by("name", "pk")[:SHOWN_SITES]) if ids else []
    named = _("、").join(one.name for one in sites)
    if len(ids) > len(sites):
        named += _(" 等 {n} 个").format(n=len(ids))
    told = [
        (_("类别"), _("、").join(str(Kind(one).label) for one in of.asked.get("kinds", ()))),
        (_("区域"), _("、").join(of.asked.get("regions", ()))),
        (_("点位"), named.strip()),
    ]
    return [(name, value) for name, value in told if value]


def load_of(of: Foresight) -> list[tuple[str, str]]:
    """What a load was assumed to be, or which file it was; nothing for a history."""
    if name := of.asked.get("file"):
        return [(_("文件"), name), (_("没有采用的行"), str(of.facts.get("bad") or ""))]
    load = of.asked.get("load")
    if not load:
        return []
    return [
        (_("每天来件"), f"{load['per_day']:g}"),
        (_("要上门的（%）"), f"{load['onsite'] * 100:g}"),
        (_("受理在岗人数"), str(load["desk"])),
        (_("上门在岗人数"), str(load["field"])),
        (_("平均用时（分钟）"), _("受理 {answer}，路上 {way}，现场 {work}").format(
            **{name: f"{load[name]:g}" for name in ("answer", "way", "work")}
        )),
    ]  # fmt: skip


def how() -> str:
    """How the figures came about, in one paragraph."""
    return _(
        "每件服务请求按这份方案重新计时，和运行时用同一套规则。还没见分晓的不计入比例，另列件数；"
        "没有记录的动作算无数据，不算 0%。区间是 95% 可信的 Wilson 区间。等级按轻重次序对应。"
    )


def workbook(of: Foresight, facts: Mapping[str, Any]) -> bytes:
    """Sheets: promises, people, cost, what they stand on, the share of missed cases under every limit."""
    with Book(ZONE) as book:
        _promises(book, facts["rows"])
        columns = list(zip(staff_head(), (10, 26, 14, 24, 60), strict=True))
        book.table(_("人手"), columns, _figures(staff_lines(facts)))
        book.table(_("最贵的承诺"), list(zip(dear_head(), (12, 60, 12, 14, 16, 12), strict=True)), [
            [one.row.target.clause, one.row.text, round(one.row.rate.per_year, 1), one.each, one.cost, one.people]
            for one in facts["dear"]
        ])  # fmt: skip
        book.table(_("依据"), [(_("名称"), 24), (_("内容"), 90)], _figures(assumptions(of, facts)))
        columns = [(_("条款"), 12), (_("承诺"), 50), (_("时限"), 16), (_("预计超时率"), 12)]
        book.table(_("时限与超时率"), columns, (
            [row.target.clause, row.text, length(limit, row.sample.unit), Share(missed)]
            for row in facts["rows"]
            for limit, missed in curve(row.sample)[:LONGEST_LIST]
        ))  # fmt: skip
    return book.content


def _promises(book: Book, rows: Sequence[Row]) -> None:
    columns = [
        (_("条款"), 12), (_("承诺"), 60), (_("时限对象"), 24), (_("时限"), 14), (_("件数"), 8), (_("超时件数"), 10),
        (_("预计超时率"), 12), (_("区间下限"), 10), (_("区间上限"), 10), (_("每年超时"), 10), (_("未见分晓"), 10),
        (_("达到目标要的时限"), 18), (_("说明"), 40),
    ]  # fmt: skip
    book.table(_("承诺"), columns, (
        [row.target.clause, row.text, row.about, limit_of(row), row.rate.decided, *_missed(row), row.rate.undecided,
         row.keeps, note(row)]
        for row in rows
    ))  # fmt: skip


def _missed(row: Row) -> list[Cell]:
    """Missed, share, its bounds, missed in a year; nothing where no share can be told."""
    rate = row.rate
    if rate.share is None:
        return [None] * 5
    per_year = None if rate.per_year is None else round(rate.per_year, 1)
    return [rate.missed, share(rate.share), share(rate.low), share(rate.high), per_year]


def _figures(rows: Sequence[Sequence[str]]) -> list[list[Cell]]:
    """What stands on the page as a figure is one in the workbook."""
    return [[figure(text, ZONE) for text in row] for row in rows]


def staff_head() -> list[str]:
    return [_("做什么"), _("班次"), _("最忙一小时（件）"), _("要几人"), _("由哪条决定")]


def staff_lines(facts: Mapping[str, Any]) -> list[list[str]]:
    return [
        [one.pool, one.shift, one.per_hour, one.people, f"{one.clause} {one.why}"]
        for one in facts["staff_rows"]
    ]


def dear_head() -> list[str]:
    return [_("条款"), _("承诺"), _("每年超时"), _("每次代价（元）"), _("每年代价（元）"), _("多占人手")]


def _money(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def paper(of: Foresight, facts: Mapping[str, Any]) -> bytes:
    """The page on A4."""
    promises = [
        [
            row.target.clause, f"{row.text} {row.about}", limit_of(row) or "–",
            "–" if row.rate.share is None else str(row.rate.decided),
            "\n".join(one for one in (row.share, row.between, note(row)) if one),
            "–" if row.rate.per_year is None else f"{row.rate.per_year:.1f}", row.keeps or "–",
        ]
        for row in facts["rows"]
    ]  # fmt: skip
    dear = [
        [one.row.target.clause, one.row.text, f"{one.row.rate.per_year:.1f}", _money(one.each), _money(one.cost),
         str(one.people)]
        for one in facts["dear"]
    ]  # fmt: skip
    head = [
        _("条款"), _("承诺"), _("时限"), _("件数"), _("预计超时率"), _("每年超时"),
        _("保 {keep}% 需要").format(keep=facts["keep"]),
    ]  # fmt: skip
    times = _("，").join(f"{one.label} {one.value}（{one.hint}）" for one in facts["staff"].fields)
    blocks: list[sheets.Block] = [
        sheets.Fields("", [
            sheets.Field(name, value, wide=len(value) > 40) for name, value in assumptions(of, facts)
        ]),
        sheets.Table(_("承诺"), head, promises, (9, 34, 10, 7, 18, 8, 14), _("方案里没有时限")),
    ]  # fmt: skip
    if facts["staff_rows"]:
        blocks.append(sheets.Table(_("人手"), staff_head(), staff_lines(facts), (8, 24, 12, 16, 40)))
        blocks.append(sheets.Text(_("人手怎么算的"), f"{times}。\n{how_staff()}"))
    if dear:
        blocks.append(sheets.Table(_("最贵的承诺"), dear_head(), dear, (10, 44, 10, 12, 14, 10)))
    return pdf.sheet(
        sheets.Sheet(
            f"{_('签约前测算')} {title(of)}",
            blocks,
            language(),
            dated=of.reckoned_at,
        )
    )


def how_staff() -> str:
    """What the numbers of people assume."""
    return _(
        "按 Erlang C：每班取最忙的一小时，来件随机，每件用时取平均，排一条队；"
        "上门的时限先减去路上用时，每次占用路上加现场的时间。"
        "历史里只有小时级的规律，没有算请假、吃饭和同时来一批的情况，所以是下限。"
    )


def note(row: Row) -> str:
    """What has to be said beside a figure."""
    if row.why_none:
        return row.why_none
    said = []
    if row.rate.few:
        said.append(_("样本少"))
    if row.many_undecided:
        said.append(_("未见分晓的多"))
    return _("，").join(said)
