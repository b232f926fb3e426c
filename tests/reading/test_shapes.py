"""Shapes of sentences and tables that documents of other hands have. Sentences made for these tests."""

import pytest

from luyue.reading.engine import read_text


def limits(text: str) -> set[tuple[str, str, str]]:
    return {(t.metric, t.within, t.severity) for t in read_text(text).targets}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| 级别 | 情形 | 响应 | 恢复 |\n|---|---|---|---|\n| I 级 | 全厂停汽 | 10 分钟 | 3 小时 |\n| II 级 | 单台锅炉停炉 | 20 分钟 | 6 小时 |", {("respond", "PT10M", "I级"), ("resolve", "PT3H", "I级"), ("respond", "PT20M", "II级"), ("resolve", "PT6H", "II级")}),
        ("| 等级 | 响应 | 到场 |\n|---|---|---|\n| 1 级 | 15 分钟 | 1 小时 |\n| 2 级 | 30 分钟 | 4 小时 |", {("respond", "PT15M", "1级"), ("arrive", "PT1H", "1级"), ("respond", "PT30M", "2级"), ("arrive", "PT4H", "2级")}),
        ("| 类别 | 到场 |\n|---|---|\n| A 类 | 1 小时 |\n| B 类 | 3 小时 |", {("arrive", "PT1H", "A类"), ("arrive", "PT3H", "B类")}),
        ("Ⅰ 级事件发生后 2 小时内修复，Ⅱ 级事件 8 小时内修复。", {("resolve", "PT2H", "Ⅰ级事件"), ("resolve", "PT8H", "Ⅱ级事件")}),
        ("一 级故障1小时内到场，二 级故障4小时内到场。", {("arrive", "PT1H", "一级故障"), ("arrive", "PT4H", "二级故障")}),
        ("III 级报警的，值班人员 40 分钟内到场。", {("arrive", "PT40M", "III级报警")}),
    ],
)  # fmt: skip
def test_a_space_parts_the_number_of_a_level_from_its_noun(text: str, expected: set[tuple[str, str, str]]):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一类点位（泵站、闸口）：30分钟内到场，2小时内恢复；\n二类点位（支渠）：2小时内到场，1日内恢复。", {("arrive", "PT30M", "一类"), ("resolve", "PT2H", "一类"), ("arrive", "PT2H", "二类"), ("resolve", "P1D", "二类")}),
        ("一类区域（手术室、ICU）的空调停机，20分钟内到场；三类区域2小时内到场。", {("arrive", "PT20M", "一类"), ("arrive", "PT2H", "三类")}),
        ("甲板照明按场所分级：一级场所1小时内修复，二级场所6小时内修复。", {("resolve", "PT1H", "一级"), ("resolve", "PT6H", "二级")}),
        ("一级路段的路灯4小时内修复，二级路段24小时内修复。", {("resolve", "PT4H", "一级"), ("resolve", "PT24H", "二级")}),
        ("一类机房：10分钟响应，1小时到场；二类机房：30分钟响应，4小时到场。", {("respond", "PT10M", "一类"), ("arrive", "PT1H", "一类"), ("respond", "PT30M", "二类"), ("arrive", "PT4H", "二类")}),
        ("二类站点的闸机故障，工单1小时内签收，4小时内到站。", {("respond", "PT1H", "二类"), ("arrive", "PT4H", "二类")}),
    ],
)  # fmt: skip
def test_the_class_of_a_place_is_a_level(text: str, expected: set[tuple[str, str, str]]):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("报修工单10分钟内签收。", ("respond", "PT10M", "any")),
        ("维保组须在5分钟内接收工单并联系乘客。", ("respond", "PT5M", "any")),
        ("返厂的水泵20个工作日内修复入库。", ("repair_return", "P20D", "any")),
        ("送修的读卡器10日内修好返库。", ("repair_return", "P10D", "any")),
        ("水泵6小时无法现场修复的，以备机替换。", ("loaner", "PT6H", "any")),
        ("闸机24小时不能现场解决的，直接用备用机顶上。", ("loaner", "PT24H", "any")),
    ],
)
def test_words_of_the_work_order_and_of_the_workshop(text: str, expected: tuple[str, str, str]):
    assert expected in limits(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全站停电的，定为重大故障：1小时内到场。处置过程中每20分钟向站长通报一次进展。", ("other:progress", "PT20M", "重大故障")),
        ("锅炉熄火的，列为一级故障，1小时内恢复。恢复后24小时内提交故障分析报告。", ("report", "PT24H", "一级故障")),
        ("多台电梯停梯的属于紧急事件，30分钟内到场。抢修期间每1小时向物业通报一次进展。", ("other:progress", "PT1H", "紧急事件")),
        ("冷库全部停机的，判为特别重大故障，2小时内恢复。处理完毕后3日内提交书面报告。", ("report", "P3D", "特别重大故障")),
        ("主干断水的，定为重大故障：4小时内恢复。修复后2个工作日内出具检测报告。", ("report", "P2D", "重大故障")),
        ("系统全部中断的，定为重大故障，30分钟内响应。解决后5日内提交总结报告。", ("report", "P5D", "重大故障")),
    ],
)  # fmt: skip
def test_what_follows_the_repair_is_of_the_same_level(text: str, expected: tuple[str, str, str]):
    assert expected in limits(text)
