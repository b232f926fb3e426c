"""Workbooks of what people typed, read back."""

import io

from python_calamine import load_workbook

from luyue.documents import excel


def test_a_table_is_a_head_and_rows_and_what_people_typed_stays_text():
    made = excel.table("表", ["名称", "次数"], [["=1+1", 3], ["http://a.b", None]], widths=(12,))
    sheet = load_workbook(io.BytesIO(made)).get_sheet_by_name("表")
    assert sheet.to_python() == [["名称", "次数"], ["=1+1", 3.0], ["http://a.b", ""]]


def test_a_line_may_stand_above_the_head_and_a_long_name_is_cut():
    made = excel.table("表" * 40, ["名称"], (row for row in [["一"]]), above=("HT-1", "甲"))
    book = load_workbook(io.BytesIO(made))
    assert book.sheet_names == ["表" * 31]
    assert book.get_sheet_by_index(0).to_python() == [["HT-1", "甲"], ["名称", ""], ["一", ""]]
