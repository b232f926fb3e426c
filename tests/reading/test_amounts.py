import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.reading.amounts import amounts, number, recurrences


@pytest.mark.parametrize(
    ("written", "value"),
    [("24", 24), ("0.5", 0.5), ("两", 2), ("贰", 2), ("十", 10), ("十五", 15), ("二十", 20), ("二十四", 24), ("一百二十", 120), ("三百零五", 305)],
)  # fmt: skip
def test_numbers(written, value):
    assert number(written) == value


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("30分钟", "PT30M"), ("十分钟", "PT10M"), ("两小时", "PT2H"), ("0.5小时", "PT30M"), ("半小时", "PT30M"),
        ("1个半小时", "PT90M"), ("1.5小时", "PT90M"), ("一刻钟", "PT15M"), ("三日内", "P3D"), ("一周内", "P7D"),
        ("二十个工作日", "P20D"), ("半个工作日", "P0.5D"), ("下一个工作日", "P1D"), ("第3个工作日", "P3D"), ("次日", "P1D"),
        ("当天或者次日", "P1D"), ("贰年", "P2Y"), ("36个月", "P36M"), ("一学期", "P6M"), ("3-4小时", "PT4H"),
        ("10-14个工作日", "P14D"), ("两三个小时", "PT3H"), ("三五天", "P5D"), ("1小时30分钟", "PT90M"), ("十来分钟", "PT10M"),
        ("一个钟", "PT1H"), ("当晚修好", "P1D"), ("一个季度", "P3M"),
    ],
)  # fmt: skip
def test_durations_take_the_longest_time(text, iso):
    (only,) = amounts(text)
    assert only.iso() == iso


def test_a_range_keeps_its_smaller_bound_too():
    (only,) = amounts("质保3~5年")
    assert (only.iso(only.least), only.iso()) == ("P3Y", "P5Y")


@pytest.mark.parametrize(
    "text", ["2021年", "7月31日", "7×24小时", "24×7", "第一时间", "一天不拖", "三级", "2015年7月31日"]
)
def test_what_is_no_duration(text):
    assert [a for a in amounts(text) if a.unit != "hour"] == []


@pytest.mark.parametrize(
    ("text", "every", "count"),
    [
        ("每周", ["P1W"], None), ("每个月", ["P1M"], None), ("每季度", ["P3M"], None), ("每半年", ["P6M"], None),
        ("每学期", ["P6M"], None), ("每六个月", ["P6M"], None), ("每两周", ["P2W"], None), ("1次/季", ["P3M"], 1),
        ("2次/年", ["P1Y"], 2), ("半年一次", ["P6M"], 1), ("两个月1次", ["P2M"], 1), ("月度报告", ["P1M"], None),
    ],
)  # fmt: skip
def test_how_often(text, every, count):
    found = recurrences(text)
    assert [one.every for one in found] == every
    assert found[0].count == count


@given(st.text())
def test_any_text_has_amounts_in_order_within_it(text):
    last = 0
    for amount in amounts(text):
        assert last <= amount.start < amount.end <= len(text)
        last = amount.end
    for one in recurrences(text):
        assert 0 <= one.start < one.end <= len(text)


def test_no_time_at_all_is_no_length_of_time():
    assert amounts("0小时内响应") == []
    assert [one.iso() for one in amounts("0至2小时内响应")] == ["PT2H"]


@pytest.mark.parametrize("run", ["9" * 400, "九" * 400, "1" * 5000, "1234567", "0"], ids=lambda run: run[:8])
def test_runs_of_figures_that_count_nothing(run):
    assert amounts(f"{run}小时内响应") == []
    assert number(run) == 0
