"""Tables that were run together into one line. Sentences made for these tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.reading.engine import read_text
from luyue.reading.flat import flat_table


def limits(text: str) -> set[tuple[str, str, str]]:
    return {(t.metric, t.within, t.severity) for t in read_text(text).targets}


THREE = {
    ("respond", "PT5M", "一级"), ("arrive", "PT30M", "一级"), ("resolve", "PT2H", "一级"),
    ("respond", "PT10M", "二级"), ("arrive", "PT1H", "二级"), ("resolve", "PT6H", "二级"),
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "级别 现象 响应 到场 修复 一级 全厂停水 5分钟 30分钟 2小时 二级 单区停水 10分钟 1小时 6小时",
        "分级表 级别 响应时间 到场时间 修复时间 一级 5 分钟 30 分钟 2 小时 二级 10 分钟 1 小时 6 小时",
        "级别 响应 到场 修复 1 一级 5分钟内 30分钟内 2小时内 2 二级 10分钟内 1小时内 6小时内",
        "级别 一级 二级 响应时间 5分钟 10分钟 到场时间 30分钟 1小时 修复时间 2小时 6小时",
        "级别 响应(分钟) 到场(分钟) 修复(小时) 一级 5 30 2 二级 10 60 6",
        "类别|响应|到场|修复；一级|5分钟|30分钟|2小时；二级|10分钟|1小时|6小时。",
        "时限汇总：类别|响应|到场|修复；一级|5分钟|30分钟|2小时；二级|10分钟|1小时|6小时。",
        "一级响应5分钟到场30分钟修复2小时，二级响应10分钟到场1小时修复6小时。",
        "级别：一级 响应：5分钟 到场：30分钟 修复：2小时 级别：二级 响应：10分钟 到场：1小时 修复：6小时",
        "一级5分钟响应、30分钟到场、2小时修复；二级分别为10分钟、1小时和6小时。",
    ],
)
def test_every_way_to_run_a_table_together_reads_the_same(text: str):
    found = {
        (metric, "PT1H" if within == "PT60M" else within, level) for metric, within, level in limits(text)
    }
    assert found == THREE


def test_a_column_of_rhythms_beside_limits():
    text = "级别 响应 修复 进展通报 一级 5分钟 2小时 每15分钟一次 二级 10分钟 6小时 每2小时一次"
    assert limits(text) == {
        ("respond", "PT5M", "一级"), ("resolve", "PT2H", "一级"), ("other:progress", "PT15M", "一级"),
        ("respond", "PT10M", "二级"), ("resolve", "PT6H", "二级"), ("other:progress", "PT2H", "二级"),
    }  # fmt: skip


def test_a_row_may_be_no_level():
    text = "站点 响应时间 到场时间 东港泵站 5分钟 30分钟 西山泵站 10分钟 1小时"
    assert limits(text) == {
        ("respond", "PT5M", "any"), ("arrive", "PT30M", "any"), ("respond", "PT10M", "any"), ("arrive", "PT1H", "any"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "响应时间 到场时间 修复时间 一级 5分钟 30分钟 二级 10分钟 1小时",  # not even
        "设备 数量 水泵 3台 阀门 5台 水表 8只 电机 2台",  # no limits
        "一级 5分钟 30分钟 2小时 二级 10分钟 1小时 6小时",  # no heads
        "我们 在 接到 报修 后 30分钟 内 响应 2小时 到场",
        "值班 电话 响应 及 到场 均由 值班 人员 在 2小时 内 完成",
    ],
)
def test_what_is_no_table_in_one_line(sentence: str):
    assert flat_table(sentence) is None


def test_a_sentence_behind_the_table_is_read_as_well():
    text = "级别 响应 修复 一级 5分钟 2小时 二级 10分钟 6小时 备件 24小时内送达现场。"
    assert ("spare_delivery", "PT24H", "any") in limits(text)


@pytest.mark.parametrize("text", ["核心交换机故障5分钟内响应。", "接入交换机2小时内恢复。"])
def test_a_switch_is_nothing_replaced(text: str):
    assert not [t for t in read_text(text).targets if t.metric == "replace"]


SPANS = {
    "PT5M": "5分钟",
    "PT10M": "10分钟",
    "PT20M": "20分钟",
    "PT2H": "2小时",
    "PT8H": "8小时",
    "PT24H": "24小时",
}


@given(
    rows=st.lists(st.lists(st.sampled_from(sorted(SPANS)), min_size=3, max_size=3), min_size=2, max_size=5),
    named=st.booleans(),
)
def test_even_tables_are_read_whole(rows: list[list[str]], named: bool):
    levels = ["一级", "二级", "三级", "四级", "五级"]
    words = ["级别", *(["现象"] if named else []), "响应时间", "到场时间", "修复时间"]
    for level, row in zip(levels, rows, strict=False):
        words += [level, *(["设备停用"] if named else []), *(SPANS[one] for one in row)]
    table = flat_table(" ".join(words))
    assert table is not None
    assert [(p.level, p.head, p.text) for p in table.pieces] == [
        (level, head, SPANS[one])
        for level, row in zip(levels, rows, strict=False)
        for head, one in zip(("响应时间", "到场时间", "修复时间"), row, strict=True)
    ]
