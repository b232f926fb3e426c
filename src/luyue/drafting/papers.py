"""What a new version of a document changes, as a workbook and on paper: the lines of its page under the same filter."""

from collections.abc import Sequence

from django.utils.timezone import get_current_timezone, localdate
from django.utils.translation import gettext as _

from luyue.documents import sheets
from luyue.documents.excel import Book
from luyue.drafting.against import Line, Meaning, Pieces
from luyue.drafting.models import Draft

WIDTHS = (24, 12, 60, 60, 60)  # of the workbook, in letters
OF_PAGE = (14, 13, 26, 26, 21)  # shares of a line on paper; how something differs stays on one line


def head() -> list[str]:
    return [_("条款"), _("不同"), _("上一版"), _("这一版"), _("对承诺的影响")]


def workbook(lines: Sequence[Line]) -> bytes:
    """A row for each line that differs; it can be filtered."""
    with Book(get_current_timezone()) as book:
        columns = list(zip(head(), WIDTHS, strict=True))
        book.table(_("与上一版对照"), columns, [_row(line) for line in lines], wrap=True)
    return book.content


def paper(of: Draft, before: Draft, lines: Sequence[Line], shown: str, language: str) -> sheets.Sheet:
    """The same for PDF and Word; what differs inside of a sentence stands in 【】, for paper without colour."""
    which = [
        sheets.Field(_("上一版"), f"{before.file_name} · {localdate(before.created_at)}", wide=True),
        sheets.Field(_("这一版"), f"{of.file_name} · {localdate(of.created_at)}", wide=True),
        sheets.Field(_("只看"), shown),
        sheets.Field(_("句数"), str(len(lines))),
    ]
    rows = [_row(line, "【", "】") for line in lines]
    return sheets.Sheet(
        f"{of.title} {_('与上一版对照')}",
        [
            sheets.Fields("", which),
            sheets.Table(_("句子"), head(), rows, OF_PAGE, _("两版没有不同")),
            sheets.Text("", _("句中不同的文字放在【】里。")),
        ],
        "en" if language == "en" else "zh",
        dated=of.created_at,
    )


def _row(line: Line, opening: str = "", closing: str = "") -> list[str]:
    how = str(line.badge[0])
    if line.moved and line.how != "same":
        how = f"{how}\n{_('移了位置')}"
    old, new = (_words(pieces, opening, closing) for pieces in (line.old, line.new))
    return [line.clause or line.clause_before, how, old, new, "\n".join(map(_means, line.meanings))]


def _words(pieces: Pieces, opening: str, closing: str) -> str:
    return "".join(f"{opening}{words}{closing}" if differs else words for words, differs in pieces).strip()


def _means(one: Meaning) -> str:
    if one.before and one.after:
        return f"{one.kind} · {one.before} → {one.after}"
    return f"{one.kind} · {_('新承诺') if one.after else _('不再有')} {one.after or one.before}"
