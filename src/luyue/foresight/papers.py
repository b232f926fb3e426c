"""A reckoning as a workbook, in the words and figures of its page."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from luyue.domain.foresight.rates import curve
from luyue.foresight.faces import Row, title
from luyue.foresight.models import Foresight
from luyue.foresight.words import length

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
LONGEST_LIST = 400


def limit_of(row: Row) -> str:
    return "" if row.rate.limit is None else length(row.rate.limit, row.sample.unit)


def assumptions(of: Foresight, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the figures stand on, as pairs of name and value."""
    levels = _("，").join(f"{name} {count}" for name, count in facts["severities"])
    told = [
        (_("方案"), title(of)),
        (_("依据"), str(of.get_origin_display())),
        (_("报修日期"), f"{of.asked['since']} – {of.asked['until']}"),
        (_("合同数"), str(len(of.contract_ids))),
        (_("服务请求数"), str(of.facts["cases"])),
        (_("等级"), levels),
        (_("要按时的比例"), f"{facts['keep']}%"),
    ]
    if of.undecided:
        told.append((_("其中还没审阅的承诺"), str(of.undecided)))
    told.append((_("怎么算的"), how()))
    return [(name, value) for name, value in told if value]


def how() -> str:
    """How the figures came about, in one paragraph."""
    return _(
        "每件服务请求按这份方案重新计时，和运行时用同一套规则。还没见分晓的不计入比例，另列件数；"
        "没有记录的动作算无数据，不算 0%。区间是 95% 可信的 Wilson 区间。等级按轻重次序对应。"
    )


def workbook(of: Foresight, facts: Mapping[str, Any]) -> bytes:
    """Three sheets: promises, what they stand on, the share of missed cases under every limit."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
        sheet = _sheet(book, _("承诺"), bold, [
            (_("条款"), 12), (_("承诺"), 60), (_("时限对象"), 24), (_("时限"), 14), (_("件数"), 8), (_("超时件数"), 10),
            (_("预计超时率"), 12), (_("区间下限"), 10), (_("区间上限"), 10), (_("每年超时"), 10), (_("未见分晓"), 10),
            (_("达到目标要的时限"), 18), (_("说明"), 40),
        ])  # fmt: skip
        for number, row in enumerate(facts["rows"], 1):
            rate = row.rate
            sheet.write_row(number, 0, [row.target.clause, row.text, row.about, limit_of(row), rate.decided])
            if rate.share is not None:
                sheet.write_number(number, 5, rate.missed)
                for column, value in enumerate((rate.share, rate.low, rate.high), 6):
                    sheet.write_number(number, column, value, share)
                if rate.per_year is not None:
                    sheet.write_number(number, 9, round(rate.per_year, 1))
            sheet.write_row(number, 10, [rate.undecided, row.keeps, note(row)])
        about = _sheet(book, _("依据"), bold, [(_("名称"), 24), (_("内容"), 90)])
        for number, pair in enumerate(assumptions(of, facts), 1):
            about.write_row(number, 0, pair)
        curves = _sheet(book, _("时限与超时率"), bold, [
            (_("条款"), 12), (_("承诺"), 50), (_("时限"), 16), (_("预计超时率"), 12),
        ])  # fmt: skip
        number = 0
        for row in facts["rows"]:
            for limit, missed in curve(row.sample)[:LONGEST_LIST]:
                number += 1
                curves.write_row(number, 0, [row.target.clause, row.text, length(limit, row.sample.unit)])
                curves.write_number(number, 3, missed, share)
    return file.getvalue()


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


def _sheet(book: Any, name: str, bold: Any, columns: Sequence[tuple[str, int]]) -> Any:
    sheet = book.add_worksheet(name[:31])
    sheet.write_row(0, 0, [word for word, _width in columns], bold)
    for number, (_word, width) in enumerate(columns):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(1, 0)
    return sheet
