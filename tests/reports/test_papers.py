"""Word and PDF hold the same facts; Excel the lists."""

from io import BytesIO

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from luyue.documents import pdf, sheets, word
from luyue.reports import papers
from tests.reports.conftest import MAY


def squeezed(text: str) -> str:
    return "".join(text.split())


def pdf_text(content: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_word_and_pdf_say_the_same(draft, issue, faults, customer, language):
    one = issue(draft())
    sheet = papers.sheet_of(one, language)
    on_pdf, in_word = (
        pdf_text(papers.pdf_of(one, language)),
        squeezed(word.text_of(papers.word_of(one, language))),
    )
    assert squeezed(one.number) in on_pdf
    for block in sheet.blocks:
        for fact in facts_of(block):
            assert squeezed(fact) in on_pdf, fact
            assert squeezed(fact) in in_word, fact


def facts_of(block: sheets.Block) -> list[str]:
    match block:
        case sheets.Fields():
            return [part for field in block.fields for part in (field.label, field.value)]
        case sheets.Text():
            return [block.title, *block.text.split("\n")]
        case sheets.Table():
            return [*block.head, *(cell for row in block.rows for cell in row if len(cell) < 9)]
    return []


def test_what_a_chart_shows_stands_in_a_table(draft, faults):
    for section in draft("operations").sections:
        blocks = section["blocks"]["zh"]
        tables = [row for block in blocks if block["what"] == "table" for row in block["rows"]]
        for block in blocks:
            if block["what"] == "chart":
                for name, values in block["series"]:
                    for label, value in zip(block["labels"], values, strict=True):
                        assert any(row[0] == label and str(value) in row for row in tables), (name, label)


@pytest.mark.parametrize("shape", ["bar", "line"])
def test_a_chart_is_drawn_for_both(shape):
    chart = sheets.Chart("受理", shape, ["一月", "二月"], [("受理", [3, 120]), ("解决", [0, 7])])
    sheet = sheets.Sheet("图", [chart])
    assert "120" in pdf_text(pdf.sheet(sheet))
    assert pdf.chart_picture(chart, "zh").startswith(b"\x89PNG")
    assert word.sheet(sheet) == word.sheet(sheet)


def test_the_same_report_gives_the_same_bytes(draft, issue):
    one = issue(draft())
    assert papers.pdf_of(one, "zh") == papers.pdf_of(one, "zh")
    assert papers.word_of(one, "zh") == papers.word_of(one, "zh")


def test_excel_has_the_lists_with_numbers(draft, faults):
    book = CalamineWorkbook.from_filelike(BytesIO(papers.excel_of(draft(), "zh")))
    rows = book.get_sheet_by_name("1 概况").to_python()
    assert ["受理", 5.0] in rows
    assert len(book.get_sheet_by_name("6 服务请求明细").to_python()) >= 6
    assert MAY[0].year == 2026
