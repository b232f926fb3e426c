"""Tables as they come: any usual encoding, delimiter and form, and what is said about those that cannot be read."""

import gzip
import io
from datetime import date, datetime, time

import pytest
import xlsxwriter

from luyue.domain.tables import SENTENCES, BadTable, Limits, open_table

ROWS = '单号,故障现象,报修时间\nA-1,无图像,2026-03-05 08:30\nA-2,"花屏,偶发",2026-03-06 09:00\n'


def rows_of(raw: bytes, **how):
    return list(open_table(raw, **how))


def problem_of(raw: bytes, **how) -> BadTable:
    with pytest.raises(BadTable) as refused:
        list(open_table(raw, **how))
    return refused.value


def workbook(fill) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    fill(book, book.add_worksheet("登记"))
    book.close()
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_usual_encoding_is_recognised(encoding):
    table = open_table(ROWS.encode(encoding))
    assert table.header == ("单号", "故障现象", "报修时间")
    found = list(table)
    assert found[1] == (3, {"单号": "A-2", "故障现象": "花屏,偶发", "报修时间": "2026-03-06 09:00"})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    text = "单号,等级,时间\nA-1,严重,2026\nA-2,一般,2026\n".replace(",", delimiter)
    table = open_table(text.encode())
    assert table.delimiter == delimiter
    assert [row["等级"] for _, row in table] == ["严重", "一般"]


def test_a_gzipped_table_is_unpacked():
    assert len(rows_of(gzip.compress(ROWS.encode("gbk")))) == 2


def test_half_a_gzipped_table_gives_its_rows_and_then_says_so():
    text = "单号,现象\n" + "".join(f"A-{n},{n * 7919 % 1_000_003}\n" for n in range(20_000))
    packed = gzip.compress(text.encode())
    table = open_table(packed[: len(packed) // 2])
    found = []
    with pytest.raises(BadTable) as refused:
        found.extend(iter(table))
    with pytest.raises(BadTable):
        for row in open_table(packed[: len(packed) // 2]):
            found.append(row)
    assert refused.value.problem == "truncated"
    assert 5_000 < len(found) < 20_000
    assert all(row["单号"] == f"A-{number - 2}" for number, row in found)


def test_letters_that_cannot_be_decoded_cost_only_themselves():
    raw = ROWS.encode() + b"A-3," + "黑屏".encode("gbk") + b",2026-03-07 10:00\n"
    found = rows_of(raw)
    assert found[1][1]["故障现象"] == "花屏,偶发"
    assert "\ufffd" in found[2][1]["故障现象"]
    assert found[2][1]["报修时间"] == "2026-03-07 10:00"


def test_the_header_is_found_below_a_title():
    raw = "2026 年故障登记表,,\n,,\n单号,现象,时间\nA-1,x,y\n".encode()
    table = open_table(raw)
    assert (table.header, table.header_row) == (("单号", "现象", "时间"), 3)
    wanted = open_table(raw, wanted=("现象",))
    assert wanted.header_row == 3


def test_rows_are_numbered_as_the_spreadsheet_shows_them_and_empty_ones_left_out():
    raw = '单号,现象\nA-1,"两\n行"\n,\n\nA-2,x\n'.encode()
    assert [number for number, _ in open_table(raw)] == [2, 6]


def test_a_row_that_is_too_short_has_nothing_in_its_last_columns():
    assert rows_of(b"a,b,c\n1,2,3\n1\n")[1] == (3, {"a": "1", "b": None, "c": None})


def test_column_names_are_compared_without_line_breaks_and_full_width_letters():
    assert open_table('"报修\n时间",ＩＤ\n1,2\n'.encode()).header == ("报修 时间", "ID")


def test_a_second_column_of_the_same_name_gets_a_number_unless_it_is_wanted():
    raw = "单号,备注,备注\n1,a,b\n".encode()
    assert rows_of(raw) == [(2, {"单号": "1", "备注": "a", "备注 (2)": "b"})]
    bad = problem_of(raw, wanted=("单号", "备注"))
    assert (bad.problem, bad.facts["value"]) == ("duplicate_column", "备注")


def test_a_workbook_keeps_its_dates_and_fills_merged_cells():
    def fill(book, sheet):
        minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.merge_range("B1:E1", "故障登记表")
        sheet.write_row("B3", ["单号", "点位", "报修时间", "时长"])
        sheet.merge_range("C4:C5", "东门")
        sheet.write_row("B4", [12])
        sheet.write_row("B5", ["A-2"])
        sheet.write_datetime("D4", datetime(2026, 3, 5, 8, 30), minute)
        sheet.write_datetime("D5", datetime(2026, 3, 6), minute)
        sheet.write_datetime("E4", time(1, 30), book.add_format({"num_format": "hh:mm"}))
        sheet.write("B9", "A-3")

    raw = workbook(fill)
    table = open_table(raw)
    assert (table.kind, table.sheet, table.header_row) == ("workbook", "登记", 3)
    found = list(table)
    assert [number for number, _ in found] == [4, 5, 9]
    assert found[0][1] == {
        "单号": 12.0,
        "点位": "东门",
        "报修时间": datetime(2026, 3, 5, 8, 30),
        "时长": time(1, 30),
    }
    assert found[1][1]["点位"] == "东门"
    # In a column of times a date is one at midnight.
    assert found[1][1]["报修时间"] == datetime(2026, 3, 6)


def test_a_column_of_dates_stays_without_times():
    def fill(book, sheet):
        sheet.write_row("A1", ["单号", "日期"])
        sheet.write("A2", "1")
        sheet.write_datetime("B2", datetime(2026, 3, 6), book.add_format({"num_format": "yyyy-mm-dd"}))

    (row,) = rows_of(workbook(fill))
    assert type(row[1]["日期"]) is date


def test_the_sheet_can_be_named():
    def fill(book, sheet):
        sheet.write_row("A1", ["a", "b"])
        other = book.add_worksheet("二月")
        other.write_row("A1", ["单号", "现象"])
        other.write_row("A2", ["1", "x"])

    raw = workbook(fill)
    assert rows_of(raw, sheet="二月") == [(2, {"单号": "1", "现象": "x"})]
    assert problem_of(raw, sheet="三月").facts["known"] == "登记、二月"


def test_a_hidden_first_sheet_is_passed_over():
    def fill(book, sheet):
        sheet.hide()
        sheet.write_row("A1", ["x", "y"])
        other = book.add_worksheet("数据")
        other.activate()
        other.set_first_sheet()
        other.write_row("A1", ["单号", "现象"])
        other.write_row("A2", ["1", "x"])

    assert open_table(workbook(fill)).sheet == "数据"


def _simple(book, sheet):
    sheet.write_row("A1", ["单号", "现象"])
    for n in range(1, 40):
        sheet.write_row(n, 0, [f"A-{n}", "x"])


@pytest.mark.parametrize(
    ("raw", "how", "problem"),
    [
        (b"", {}, "empty"),
        (b" \n\n", {}, "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", {}, "not_a_table"),
        (b"PK\x03\x04 and then nothing", {}, "truncated"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:9], {}, "truncated"),
        (ROWS.encode(), {"wanted": ("单号", "完成时间", "现象")}, "missing_column"),
        (ROWS.encode(), {"wanted": ("工单",)}, "missing_column"),
        (ROWS.encode(), {"encoding": "klingon"}, "encoding"),
        (ROWS.encode(), {"limits": Limits(rows=1)}, "too_many_rows"),
        (ROWS.encode(), {"limits": Limits(unpacked=10)}, "too_large"),
        (gzip.compress(b"a,b\n" * 100_000, mtime=0), {"limits": Limits(unpacked=1000)}, "too_large"),
        (b"a,b\n" + b"x" * 200_000 + b",2\n", {}, "bad_quoting"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(raw, how, problem):
    bad = problem_of(raw, **how)
    assert bad.problem == problem
    assert bad.sentence("zh") and bad.sentence("en")
    assert "{" not in bad.sentence("zh") + bad.sentence("en")


def test_half_a_workbook_is_refused():
    raw = workbook(_simple)
    assert problem_of(raw[: len(raw) // 2]).problem == "truncated"
    assert problem_of(workbook(lambda book, sheet: None)).problem == "empty"
    assert problem_of(raw, limits=Limits(rows=5)).problem == "too_many_rows"
    assert problem_of(raw, limits=Limits(columns=1)).problem == "too_many_columns"
    assert problem_of(raw, limits=Limits(unpacked=len(raw) + 1)).problem == "too_large"


def test_every_problem_has_both_sentences():
    assert all(zh and en for zh, en in SENTENCES.values())
