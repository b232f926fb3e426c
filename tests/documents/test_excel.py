"""Excel files: texts stay texts, numbers and times are such, the head stays in sight."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from luyue.documents.excel import Book, Cell, Red, Share, figure, share

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Control characters are no letters of XML; Excel itself takes none.
TEXTS = st.text(
    st.characters(codec="utf-8", min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn"]), min_size=1
)


def made(rows: list[list[Cell]], *, above: tuple[str, ...] = (), name: str = "表") -> bytes:
    with Book(SHANGHAI) as book:
        book.table(name, [("甲", 12), ("乙", 40)], rows, above=above)
    return book.content


def read(content: bytes) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def sheet_xml(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_moments_days_times_and_numbers_are_no_texts() -> None:
    night = datetime(2026, 3, 4, 16, 30, 20, 5, tzinfo=UTC)
    content = made([[night, date(2026, 3, 4)], [time(8, 30), 12], [1.5, None], ["", True]])
    # The night of the fourth in Greenwich is the fifth in Shanghai.
    assert read(content)[1:3] == [[datetime(2026, 3, 5, 0, 30, 20), date(2026, 3, 4)], [time(8, 30), 12.0]]
    assert 't="s"' not in re.sub(r'<row r="1".*?</row>', "", sheet_xml(content))


@given(TEXTS)
def test_a_text_comes_back_as_it_was_typed(text: str) -> None:
    content = made([[text, "x"]])
    assert read(content)[1][0] == text
    assert "<f>" not in sheet_xml(content) and "<hyperlink" not in sheet_xml(content)


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613800001111", "-5", "@SUM(A1)", "{=1}", "=cmd|' /C calc'!A0", "0012"]
)
def test_what_looks_like_a_formula_or_a_number_is_the_text(text: str) -> None:
    content = made([[text, text]], above=(text,))
    assert "<f>" not in sheet_xml(content)
    assert read(content)[0][0] == text and read(content)[2] == [text, text]


@pytest.mark.parametrize("above", [(), ("HT-1 视频维保", "某局")])
def test_the_head_stays_and_filters(above: tuple[str, ...]) -> None:
    xml = sheet_xml(made([["a", 1], ["b", 2]], above=above))
    head = 1 + bool(above)
    assert f'ySplit="{head}"' in xml and 'state="frozen"' in xml
    assert f'<autoFilter ref="A{head}:B{head + 2}"' in xml
    assert re.findall(r'<col min="(\d)" max="\d" width="([\d.]+)"', xml) == [
        ("1", "12.7109375"),
        ("2", "40.7109375"),
    ]


def test_an_empty_table_has_its_head() -> None:
    content = made([])
    assert read(content) == [["甲", "乙"]]
    assert '<autoFilter ref="A1:B2"' in sheet_xml(content)


def test_a_long_text_is_cut_and_a_name_made_fit() -> None:
    content = made([["长" * 40_000, 1]], name="与上一版对照：[一/二]*" * 3)
    assert len(str(read(content)[1][0])) == 32_000
    (name,) = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    assert len(name) <= 31 and not set(name) & set("[]:*?/\\")


def test_a_name_is_given_once() -> None:
    with Book(SHANGHAI) as book:
        for _ in range(3):
            book.table("说" * 40, [("甲", 12)], [])
    names = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names
    assert names == ["说" * 31, "说" * 29 + " 2", "说" * 29 + " 3"]


def test_rows_too_many_are_told_and_not_written() -> None:
    rows = ([number, "x"] for number in range(5))
    with Book(SHANGHAI) as book:
        book.table("表", [("甲", 12), ("乙", 12)], rows, most=2, cut="只有 2 行")
    assert read(book.content) == [["甲", "乙"], [0, "x"], [1, "x"], ["只有 2 行", ""]]
    assert next(rows) == [3, "x"]  # nothing is read in vain
    assert '<autoFilter ref="A1:B3"' in sheet_xml(book.content)


def test_a_column_is_as_wide_as_its_head_with_the_button_of_the_filter() -> None:
    with Book(SHANGHAI) as book:
        book.table("表", [("责任单位联系人", 4)], [])
    assert 'width="17.7109375"' in sheet_xml(book.content)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("12", 12.0),
        ("-0.5", -0.5),
        ("95.5%", Share(0.955)),
        ("2026-03-04", date(2026, 3, 4)),
        ("2026-03-04 08:30", datetime(2026, 3, 4, 8, 30, tzinfo=SHANGHAI)),
        ("2026-13-04", "2026-13-04"),
        ("13800001111", "13800001111"),
        ("0012", "0012"),
        ("12 次", "12 次"),
        ("", ""),
    ],
)
def test_a_figure_of_a_page_is_one_in_the_workbook(text: str, cell: Cell) -> None:
    assert figure(text, SHANGHAI) == cell


def test_shares_are_of_one_and_numbers_that_are_too_much_are_red() -> None:
    content = made([[share(0.955), share(None)], [Red(12), 1]])
    assert read(content)[1:] == [[0.955, ""], [12.0, 1.0]]
    styles = zipfile.ZipFile(io.BytesIO(content)).read("xl/styles.xml").decode()
    assert "0.0%" in styles and "FFB42318" in styles
