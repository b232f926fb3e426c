"""Sentences that point back to several items, and those that change limits that were named before."""

import pytest

from luyue.reading.engine import read_text
from luyue.reading.pointing import Items, parted

LIST = "（一）特大故障，20分钟内响应。\n（二）较大故障，50分钟内响应。\n（三）一般故障，3小时内响应。\n"


def said(text: str, metric: str) -> set[tuple[str, str]]:
    """Length and level of the targets of a metric."""
    return {(one.within, one.severity) for one in read_text(text).targets if one.metric == metric}


@pytest.mark.parametrize(
    ("sentence", "levels"),
    [
        ("发生第（一）、（二）项故障的，乙方应在5小时内提交报告。", {"特大故障", "较大故障"}),
        ("第（二）至（三）项情形，乙方应在5小时内提交报告。", {"较大故障", "一般故障"}),
        ("除第（三）项外，乙方应在5小时内提交报告。", {"特大故障", "较大故障"}),
        ("前两项故障，乙方应在5小时内提交报告。", {"较大故障", "一般故障"}),
        ("前条所列各项故障，乙方应在5小时内提交报告。", {"特大故障", "较大故障", "一般故障"}),
        ("上述三类故障，乙方应在5小时内提交报告。", {"特大故障", "较大故障", "一般故障"}),
        ("上述两类故障，乙方应在5小时内提交报告。", {"any"}),
        ("前三项以外的报修，乙方应在5小时内提交报告。", {"any"}),
    ],
)
def test_a_sentence_is_said_of_the_items_that_it_points_to(sentence: str, levels: set[str]):
    assert said(LIST + sentence, "report") == {("PT5H", level) for level in levels}


def test_each_clause_points_to_its_own():
    text = "一级故障20分钟响应；二级故障50分钟响应；三级故障3小时响应。前两级故障应在7小时内修复，后一级故障应在2日内修复。"
    assert said(text, "resolve") == {("PT7H", "一级故障"), ("PT7H", "二级故障"), ("P2D", "三级故障")}
    apart = LIST + "发生第（一）、（二）项的，1小时内到场，发生第（三）项的，5小时内到场。"
    assert said(apart, "arrive") == {("PT1H", "特大故障"), ("PT1H", "较大故障"), ("PT5H", "一般故障")}


def test_limits_in_a_row_go_to_the_items_in_order():
    text = "第四条 故障分级\n1. 重大故障：全线停运。\n2. 一般故障：个别异常。\n第五条 第四条所列各项故障的响应时间分别为15分钟、40分钟。"
    assert said(text, "respond") == {("PT15M", "重大故障"), ("PT40M", "一般故障")}


def test_progress_is_told_of_the_items_before():
    text = LIST + "（四）前两项故障，乙方应每3小时通报进展。"
    assert said(text, "other:progress") == {("PT3H", "较大故障"), ("PT3H", "一般故障")}


def test_an_item_without_a_level_leaves_all_of_them_open():
    text = "（一）特大故障，20分钟内响应。\n（二）来电咨询，5小时内响应。\n上列情况之外，上述各项均应在2日内回访。"
    assert said(text, "other:follow_up") == {("P2D", "any")}


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("上述时限，汛期减半。", {("PT20M", "respond"), ("PT3H", "resolve")}),
        ("前款规定的时间，夜间可延长一倍。", {("PT80M", "respond"), ("PT12H", "resolve")}),
        ("节假日前述修复时限延长一倍。", {("PT12H", "resolve")}),
        ("合同总价在续签时减半。", set()),
    ],
)
def test_limits_that_a_later_sentence_halves_or_doubles(change: str, wanted: set[tuple[str, str]]):
    before = "接报后40分钟内响应，6小时内修复。"
    own = {(one.within, one.metric) for one in read_text(before).targets}
    found = read_text(f"{before}\n{change}").targets
    assert {(one.within, one.metric) for one in found} - own == wanted
    assert all(one.found.confidence <= 0.5 for one in found if one.found.rule == "target.changed")


def test_half_of_an_odd_number_of_working_days_is_left_to_a_person():
    assert said("3个工作日内修复。\n前款规定的时限，汛期减半。", "resolve") == {("P3D", "any")}
    assert said("3天内修复。\n前款规定的时限，汛期减半。", "resolve") == {("P3D", "any"), ("PT36H", "any")}


def test_a_longer_limit_takes_its_verb_from_the_one_it_points_to():
    assert said("乙方应在1小时内到场。夜间，上述时限延长至3小时。", "arrive") == {
        ("PT1H", "any"),
        ("PT3H", "any"),
    }
    both = "1小时内响应，3小时内到场。夜间，上述时限延长至4小时。"
    assert len(read_text(both).targets) == 2  # of two, which is meant is left to a person


def test_a_rhythm_takes_its_work_from_the_one_it_points_to():
    duties = read_text("乙方每季度保养一次。冬季该频次加密为每月一次。").duties
    assert [(one.activity, one.every) for one in duties] == [("maintenance", "P3M"), ("maintenance", "P1M")]


def test_numbers_of_items_in_every_way_of_writing():
    items = Items()
    for mark, level in (("①", "紧急故障"), ("②", "重要故障"), ("③", "一般故障")):
        items.open(f"{mark}{level}")
        items.about(level)
    assert items.pointed("第①至③项", "") == ("紧急故障", "重要故障", "一般故障")
    assert items.pointed("第2、3项", "") == ("重要故障", "一般故障")
    assert items.pointed("紧急故障与第2项", "") == ()
    assert parted("第1项1小时内到场,第2项3小时内到场") == [10]
