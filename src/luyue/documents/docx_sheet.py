"""A sheet as a Word file, made from nothing: A4, heads of tables repeated, page numbers as fields.

Its texts may be placeholders: the templates that people edit begin as such a sheet.
"""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from luyue.documents import fonts, pdf, qr, sheets

WIDTH = 174  # millimetres between the margins
_GREY = RGBColor(0x59, 0x59, 0x59)
# Fonts that every office computer in China has; other machines put their own in place of them.
_BODY, _HEAD, _LATIN = "宋体", "黑体", "Times New Roman"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def sheet(of: sheets.Sheet) -> bytes:
    """The sheet as .docx; the same sheet gives the same bytes."""
    document = Document()
    _set_up(document, of)
    _heading(document, of)
    for block in of.blocks:
        _BLOCKS[type(block)](document, block, of.language)
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def same_bytes(content: bytes) -> bytes:
    """The package with no times of day in it: the same content gives the same file."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            after.writestr(entry, before.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _set_up(document: Any, of: sheets.Sheet) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(22)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _BODY)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = Pt(0)
    document.core_properties.title = of.title
    document.core_properties.author = of.firm.name
    document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = of.dated or _EPOCH
    foot = section.footer.paragraphs[0]
    foot.style = style  # the style of feet brings tab stops of its own
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    _write(foot, of.foot + "\t", size=8, colour=_GREY)
    words = sheets.word("page", of.language)
    before, _, rest = words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for text, code in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _write(foot, text, size=8, colour=_GREY)
        if code:
            _number(foot, code)


def _heading(document: Any, of: sheets.Sheet) -> None:
    if of.firm.name:
        line = document.add_paragraph()
        if of.firm.logo:
            line.add_run().add_picture(BytesIO(of.firm.logo), height=Mm(10))
            _write(line, "  ")
        _write(line, of.firm.name, size=12, bold=True)
        for text in of.firm.lines:
            _write(document.add_paragraph(), text, size=8, colour=_GREY)
        _rule_below(document.paragraphs[-1])
    place = document
    if of.qr:
        halves = document.add_table(rows=1, cols=2)
        _columns(halves, (WIDTH - 34, 34))
        place, code = halves.rows[0].cells
        _picture(code.paragraphs[0], of.qr)
        code.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        note = code.add_paragraph()
        note.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(note, of.qr_note, size=7, colour=_GREY)
    title = place.paragraphs[0] if of.qr else document.add_paragraph()
    title.paragraph_format.space_before = Pt(8)
    _write(title, of.title, size=18, bold=True)
    if of.stamp:
        _write(title, f"　{of.stamp}", size=11, bold=True, colour=RGBColor(0xB3, 0x26, 0x1E))
    marks = place.add_paragraph()
    marks.paragraph_format.space_before = Pt(4)
    for label, value in of.marks:
        _write(marks, f"{label} ", size=9, colour=_GREY)
        _write(marks, f"{value}　", size=9)


def _fields(document: Any, block: sheets.Fields, language: sheets.Language) -> None:
    _title(document, block.title)
    lines: list[list[sheets.Field]] = []
    for field in block.fields:
        if not field.wide and lines and len(lines[-1]) == 1 and not lines[-1][0].wide:
            lines[-1].append(field)
        else:
            lines.append([field])
    table = _bordered(document, len(lines), 4)
    label = 31 if language == "en" else 25
    _columns(table, (label, WIDTH / 2 - label) * 2)
    for row, fields in zip(table.rows, lines, strict=True):
        cells = row.cells
        if len(fields) == 1:
            cells[1].merge(cells[3])
        for n, field in enumerate(fields):
            _shade(cells[2 * n])
            _fill(cells[2 * n], field.label)
            _fill(cells[2 * n + 1], field.value)


def _text(document: Any, block: sheets.Text, _language: sheets.Language) -> None:
    _title(document, block.title)
    _write(document.add_paragraph(), block.text)


def _table(document: Any, block: sheets.Table, _language: sheets.Language) -> None:
    _title(document, block.title)
    rows = [list(row) for row in block.rows]
    bare = not rows and bool(block.empty)
    table = _bordered(document, 1 + len(rows) + bare, len(block.head))
    shares = block.widths or [1] * len(block.head)
    _columns(table, tuple(WIDTH * share / sum(shares) for share in shares))
    for cell, word in zip(table.rows[0].cells, block.head, strict=True):
        _shade(cell)
        _fill(cell, word, size=9, bold=True)
    _mark(table.rows[0], "w:tblHeader")
    for row, values in zip(table.rows[1:], rows, strict=False):
        _mark(row, "w:cantSplit")
        for cell, value in zip(row.cells, values, strict=False):
            _fill(cell, value, size=9)
    if bare:
        cells = table.rows[1].cells
        _fill(cells[0].merge(cells[-1]), block.empty, size=9)


def _signatures(document: Any, block: sheets.Signatures, language: sheets.Language) -> None:
    _title(document, "")
    across = min(2, len(block.signatures))
    table = _bordered(document, -(-len(block.signatures) // across), across)
    _columns(table, (WIDTH / across,) * across)
    colon = sheets.word("colon", language)
    for n, signature in enumerate(block.signatures):
        row = table.rows[n // across]
        _mark(row, "w:cantSplit")
        cell = row.cells[n % across]
        _fill(cell, signature.label, bold=True)
        drawn = cell.add_paragraph()
        if signature.picture:
            drawn.add_run().add_picture(BytesIO(signature.picture), height=Mm(15))
        _write(cell.add_paragraph(), signature.note, size=9)
        _write(cell.add_paragraph(), f"{sheets.word('name', language)}{colon}{signature.name}", size=9)
        _write(cell.add_paragraph(), f"{sheets.word('time', language)}{colon}{signature.at}", size=9)


def _shown_picture(document: Any, block: sheets.Picture, _language: sheets.Language) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.add_run().add_picture(BytesIO(block.picture), width=Mm(WIDTH * block.width / 100))
    if block.caption:
        below = document.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(below, block.caption, size=8, colour=_GREY)


def _chart(document: Any, block: sheets.Chart, language: sheets.Language) -> None:
    line = document.add_paragraph()
    line.paragraph_format.space_before = Pt(8)
    line.add_run().add_picture(BytesIO(pdf.chart_picture(block, language)), width=Mm(WIDTH))


_BLOCKS: dict[type, Any] = {
    sheets.Fields: _fields, sheets.Text: _text, sheets.Table: _table, sheets.Signatures: _signatures,
    sheets.Picture: _shown_picture, sheets.Chart: _chart,
}  # fmt: skip


def _title(document: Any, text: str) -> None:
    line = document.add_paragraph()
    line.paragraph_format.space_before = Pt(10)
    line.paragraph_format.space_after = Pt(3)
    line.paragraph_format.keep_with_next = True
    _write(line, text, size=11, bold=True)


def _picture(line: Any, text: str) -> None:
    """A QR code of the text; of a placeholder, the placeholder itself."""
    if text.startswith("{{"):
        _write(line, text)
    else:
        line.add_run().add_picture(BytesIO(qr.png(text)), width=Mm(24))


def _write(
    line: Any, text: str, *, size: float = 10.5, bold: bool = False, colour: RGBColor | None = None
) -> None:
    if not text:
        return
    run = line.add_run(fonts.clean(text))
    run.font.size, run.font.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour
    properties = run._element.get_or_add_rPr()
    names = properties.find(qn("w:rFonts"))
    if names is None:
        names = OxmlElement("w:rFonts")
        properties.insert(0, names)
    names.set(qn("w:eastAsia"), _HEAD if bold else _BODY)


def _fill(cell: Any, text: str, *, size: float = 10, bold: bool = False) -> None:
    line = cell.paragraphs[0]
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
    _write(line, text, size=size, bold=bold)


def _bordered(document: Any, rows: int, columns: int) -> Any:
    table = document.add_table(rows=rows, cols=columns, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    return table


def _columns(table: Any, widths: tuple[float, ...]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "F1F3F5")):
        shade.set(qn(name), value)
    cell._element.get_or_add_tcPr().append(shade)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _rule_below(line: Any) -> None:
    borders, below = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("w:val", "single"), ("w:sz", "8"), ("w:space", "4"), ("w:color", "4D4D4D")):
        below.set(qn(name), value)
    borders.append(below)
    line._element.get_or_add_pPr().append(borders)


def _number(line: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = line.add_run()
        run.font.size, run.font.color.rgb = Pt(8), _GREY
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._element.append(mark)
