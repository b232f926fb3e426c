"""PDF: everything is on the paper, and the same data give the same bytes."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from luyue.documents import labels, pdf
from luyue.documents.sheets import Field, Fields, Picture, Sheet
from tests.documents.samples import bare, png, sheet, texts


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(content))


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def test_every_text_of_the_sheet_is_on_the_paper() -> None:
    found = bare(text_of(pdf.sheet(sheet())))
    assert [text for text in texts(sheet()) if bare(text) not in found] == []


def test_pages_are_numbered_and_the_head_of_a_table_is_repeated() -> None:
    pages = [bare(page.extract_text()) for page in read(pdf.sheet(sheet(rows=90))).pages]
    count = len(pages)
    assert count >= 4
    for n, page in enumerate(pages, 1):
        assert f"第{n}页/共{count}页" in page
    with_rows = [page for page in pages if "SN0000" in page]
    assert len(with_rows) >= 3
    assert all("序列号" in page for page in with_rows)


def test_english_pages_are_numbered_in_english() -> None:
    assert "Page 1 of 1" in text_of(pdf.sheet(Sheet("Report", [], language="en")))


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    wild = '#panic("x") *a* _b_ $c$ @d <e> `f` \\g // h /* i */ [j] {k} ]'
    assert wild.replace(" ", "") in bare(text_of(pdf.sheet(Sheet(wild, [Fields("", [Field("x", wild)])]))))


def test_a_character_that_the_font_lacks_is_marked_and_named() -> None:
    found = text_of(pdf.sheet(Sheet("报告", [Fields("", [Field("备注", "好😀好😀")])])))
    assert "好〓好〓" in found
    assert "U+1F600 ×2" in found


def test_rare_characters_are_printed() -> None:
    assert "龘𠮷" in text_of(pdf.sheet(Sheet("龘𠮷", [])))


def test_a_word_without_end_stays_inside_the_paper() -> None:
    serial = "A" * 400
    page = read(pdf.sheet(Sheet("x", [Fields("", [Field("序列号", serial), Field("型号", serial)])]))).pages[
        0
    ]
    lines = [line for line in page.extract_text().replace("\u200b", "").splitlines() if "AAAA" in line]
    assert max(line.count("A") for line in lines) < 100
    assert bare(page.extract_text()).count("A") >= 800


def test_headings_are_bold() -> None:
    page = read(pdf.sheet(Sheet("标题", [Fields("", [Field("标题", "标题")])]))).pages[0]
    fonts = page["/Resources"]["/Font"]
    assert len({fonts[name].get_object()["/BaseFont"] for name in fonts}) == 2


def test_the_same_data_give_the_same_bytes() -> None:
    day = datetime(2026, 3, 4, tzinfo=UTC)
    one = Sheet("报告", [Picture(png())], qr="https://a.example/", dated=day)
    assert pdf.sheet(one) == pdf.sheet(one)
    assert read(pdf.sheet(one)).metadata.creation_date == day


def test_it_is_pdf_a_2b_and_knows_its_title() -> None:
    made = pdf.sheet(Sheet("报告", []))
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made
    assert read(made).metadata.title == "报告"


def test_an_own_template_reads_the_data_and_nothing_beside(tmp_path: Path) -> None:
    own = tmp_path / "own.typ"
    own.write_text('#import "base.typ": *\n#let d = json(bytes(sys.inputs.data))\n#show: paper\n#plain(d.a)')
    assert text_of(pdf.render(own, {"a": "甲\n乙"})) == "甲\n乙"
    own.write_text('#read("/etc/hostname")')
    with pytest.raises(pdf.DocumentError):
        pdf.render(own, {})


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(pdf.DocumentError):
        pdf.sheet(Sheet("x", [Picture(b"no picture")]))


def test_labels_fill_sheets_and_leave_out_used_ones() -> None:
    some = [
        labels.Label(f"https://a.example/{n}", f"摄像机{n}", (f"SN{n:05d}", "东门", "电话 025-1"))
        for n in range(30)
    ]
    pages = [bare(page.extract_text()) for page in read(labels.sheet(some, layout="3x8", used=3)).pages]
    assert len(pages) == 2
    assert pages[0].count("电话") == 21
    assert pages[1].count("电话") == 9
    assert all(f"SN{n:05d}" in pages[0] + pages[1] for n in range(30))


@pytest.mark.parametrize("layout", labels.LAYOUTS)
def test_labels_stay_on_their_sheet(layout: str) -> None:
    shape = labels.LAYOUTS[layout]
    assert shape.left + shape.columns * shape.width + (shape.columns - 1) * shape.across <= 210
    assert shape.top + shape.rows * shape.height + (shape.rows - 1) * shape.down <= 297
    long = labels.Label("https://a.example/" + "x" * 80, "很长的设备名称" * 9, ("S" * 90,) * 4)
    assert len(read(labels.sheet([long] * shape.count, layout=layout)).pages) == 1


def test_no_labels_and_an_unknown_sheet_are_refused() -> None:
    with pytest.raises(ValueError):
        labels.sheet([])
    with pytest.raises(ValueError):
        labels.sheet([labels.Label("a", "b")], used=24)
    with pytest.raises(KeyError):
        labels.sheet([labels.Label("a", "b")], layout="9x9")
