"""A report on paper: the sheet that PDF and Word are made of, and its lists as Excel."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from luyue.contracts.queries import ZONE
from luyue.documents import excel, pdf, sheets, word
from luyue.documents.excel import Book
from luyue.domain.reports import content, periods
from luyue.domain.reports.content import Language
from luyue.domain.service_forms.content import grouped
from luyue.reports import queries
from luyue.reports.models import Report
from luyue.service_forms.papers import firm
from luyue.service_forms.tokens import address_of

NARROWEST, WIDEST = 8, 60  # columns of a workbook, in letters
LABELS: Mapping[str, tuple[str, str]] = {
    "number": ("编号", "Number"),
    "version": ("版本", "Version"),
    "period": ("时期", "Period"),
    "issued": ("发布", "Issued"),
    "reason": ("更正原因", "Reason for correction"),
    "replaces": ("取代", "Replaces"),
    "head": ("合同", "Contract"),
    "customer": ("客户", "Customer"),
    "contract": ("合同", "Contract"),
    "project": ("项目", "Project"),
    "clause": ("依据条款", "Promised in"),
    "writer": ("编写", "Written by"),
    "approver": ("审核", "Approved by"),
    "digest": ("内容摘要 SHA-256", "Content SHA-256"),
    "verify": ("扫码核验", "Scan to verify"),
    "draft": ("草稿", "Draft"),
    "replaced": ("已被更正", "Superseded"),
    "nothing": ("无", "None"),
}


def label(name: str, language: Language) -> str:
    """A word of the papers themselves."""
    return LABELS[name][language == "en"]


def pdf_of(one: Report, language: Language) -> bytes:
    """The report as PDF/A. Made anew each time: the same report gives the same bytes."""
    return pdf.sheet(sheet_of(one, language))


def word_of(one: Report, language: Language) -> bytes:
    """The same as Word."""
    return word.sheet(sheet_of(one, language))


def title_of(one: Report, language: Language) -> str:
    return one.of_kind.title[language == "en"]


def sheet_of(one: Report, language: Language) -> sheets.Sheet:
    """The report as a sheet: heading, facts, sections one by one, numbered."""
    stamp = "replaced" if one.replaced_at else "" if one.issued else "draft"
    return sheets.Sheet(
        title=title_of(one, language),
        language=language,
        firm=firm(one.heading),
        marks=list(_marks(one, language)),
        qr=address_of(one.pk, queries.SUBJECT) if one.issued else "",
        qr_note=label("verify", language),
        foot=f"{label('digest', language)} {grouped(one.digest)}" if one.digest else "",
        stamp=label(stamp, language) if stamp else "",
        dated=one.issued_at or one.gathered_at,
        blocks=[_head(one, language), *_blocks(one, language)],
    )


def _marks(one: Report, language: Language) -> Iterator[tuple[str, str]]:
    if one.number:
        yield label("number", language), one.number
        yield label("version", language), str(one.version)
    yield label("period", language), periods.name_of((one.first, one.last), language == "en")
    if one.issued_at:
        yield label("issued", language), f"{one.issued_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if one.corrects_id:
        yield label("replaces", language), f"{one.number} {label('version', language)} {one.version - 1}"
        yield label("reason", language), one.reason


def _head(one: Report, language: Language) -> sheets.Fields:
    of = one.contract
    rows = [
        sheets.Field(label("customer", language), of.customer.name),
        sheets.Field(label("contract", language), f"{of.number} {of.name}"),
    ]
    if of.project is not None:
        rows.append(sheets.Field(label("project", language), of.project.name))
    if one.clause:
        text = one.promise[language == "en"] if one.promise else ""
        rows.append(sheets.Field(label("clause", language), f"{one.clause} {text}".strip(), wide=True))
    rows.append(sheets.Field(label("writer", language), one.writer_name or "–"))
    rows.append(sheets.Field(label("approver", language), one.approver_name or "–"))
    return sheets.Fields("", rows)


def _blocks(one: Report, language: Language) -> Iterator[sheets.Block]:
    titles = content.titles(one.kind)
    for number, section in enumerate(one.sections, 1):
        text = content.text_in(section, language)
        blocks = section["blocks"][language]
        title = f"{number}. {titles[section['key']][language == 'en']}"
        yield sheets.Text(title, text or ("" if blocks else label("nothing", language)))
        for block in blocks:
            yield _block(block)


def _block(block: Mapping[str, Any]) -> sheets.Block:
    match block["what"]:
        case "figures":
            return sheets.Fields("", [sheets.Field(name, value) for name, value in block["rows"]])
        case "table":
            return sheets.Table(
                block["title"], block["head"], block["rows"], widths=block["widths"], empty=block["empty"]
            )
        case _:
            series = [(name, values) for name, values in block["series"]]
            return sheets.Chart(block["title"], block["shape"], block["labels"], series)


def excel_of(one: Report, language: Language) -> bytes:
    """Figures and lists of the report, a worksheet for each section that has some."""
    titles = content.titles(one.kind)
    with Book(ZONE) as book:
        for number, section in enumerate(one.sections, 1):
            blocks = [block for block in section["blocks"][language] if block["what"] != "chart"]
            if blocks:
                _tab(book, f"{number} {titles[section['key']][language == 'en']}", blocks)
        if not book.worksheets():
            book.tab(title_of(one, language), ()).title([title_of(one, language)])
    return book.content


def _tab(book: Book, name: str, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Blocks under each other. Where one is a table and the last, its head stays in sight and filters."""
    lines = [row for block in blocks for row in (block.get("head", []), *block["rows"])]
    columns = max(map(len, lines), default=0)
    widths = [
        min(WIDEST, max(excel.letters(line[at]) + 2 if at < len(line) else NARROWEST for line in lines))
        for at in range(columns)
    ]
    tab = book.tab(name, widths, wrap=True)
    for number, block in enumerate(blocks, 1):
        if block["what"] == "table":
            (tab.head if number == len(blocks) else tab.title)(block["head"])
        for row in block["rows"]:
            tab.row([excel.figure(value, ZONE) for value in row])
        tab.note([])
