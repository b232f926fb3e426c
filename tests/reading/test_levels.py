"""Which level a limit belongs to, in sentences that go from one to the next. Sentences made for these tests."""

import pytest

from luyue.reading.engine import read_text


def limits(text: str) -> set[tuple[str, str, str]]:
    return {(t.metric, t.within, t.severity) for t in read_text(text).targets}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("紧急、重要故障1小时内到场，一般故障4小时内到场。", {("PT1H", "紧急"), ("PT1H", "重要故障"), ("PT4H", "一般故障")}),
        ("一级和二级故障30分钟内到场，三级故障2小时内到场。", {("PT30M", "一级"), ("PT30M", "二级故障"), ("PT2H", "三级故障")}),
        ("一、二级事件40分钟内到场。", {("PT40M", "一级"), ("PT40M", "二级事件")}),
        ("一级、二级故障分别在30分钟、1小时内到场。", {("PT30M", "一级"), ("PT1H", "二级故障")}),
    ],
)  # fmt: skip
def test_one_limit_for_levels_that_are_named_together(text: str, expected: set[tuple[str, str]]):
    assert {(within, level) for _, within, level in limits(text)} == expected


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("三、较严重的故障2小时内到场。", "较严重的故障"),
        ("2、一级故障2小时内到场。", "一级故障"),
        ("2.1类故障由总部处理。一级故障2小时内到场。", "一级故障"),
        ("（1）A类；（2）3、二级故障2小时内到场。", "二级故障"),
    ],
)
def test_the_number_of_an_item_is_no_level(text: str, level: str):
    assert limits(text) == {("arrive", "PT2H", level)}


@pytest.mark.parametrize(
    "text",
    [
        "重大故障2小时内修复，其他故障8小时内修复。",
        "重大故障2小时内修复，其余均在8小时内修复。",
        "重大故障须2小时内修复。除重大故障外，均须在8小时内修复。",
        "重大问题2小时内修复，其它各类问题8小时内修复。",
    ],
)
def test_the_others_are_no_level(text: str):
    found = {(within, level) for _, within, level in limits(text)}
    assert ("PT8H", "any") in found
    assert {level for within, level in found if within == "PT2H"} <= {"重大故障", "重大问题"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("影响过半用户的，定为一级，10分钟内响应。不足一半的，定为二级，30分钟内响应。", {("respond", "PT10M", "一级"), ("respond", "PT30M", "二级")}),
        ("水位超限的为紧急报警，值班员须在5分钟内确认；接近上限的为一般报警，15分钟内确认。", {("respond", "PT5M", "紧急报警"), ("respond", "PT15M", "一般报警")}),
        ("特急件指停线，5分钟内响应；普通件指缺陷，4小时内响应。", {("respond", "PT5M", "特急件"), ("respond", "PT4H", "普通件")}),
        ("响应时间方面，一级不超过5分钟，二级不超过15分钟。", {("respond", "PT5M", "一级"), ("respond", "PT15M", "二级")}),
        ("区域停运的，响应时间为20分钟，工程师2小时内到达。", {("respond", "PT20M", "any"), ("arrive", "PT2H", "any")}),
    ],
)  # fmt: skip
def test_levels_told_in_passing(text: str, expected: set[tuple[str, str, str]]):
    assert limits(text) == expected


def test_how_many_levels_there_are_is_none_of_them():
    assert limits("事件分为重大、较大、一般三级。所有事件均在30分钟内响应。") == {("respond", "PT30M", "any")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6小时不能恢复的，8小时内提供移动收费终端代替。", ("loaner", "PT8H")),
        ("在规定时间内修不好的，我方4小时内运来一台同等制冷量的机组。", ("loaner", "PT4H")),
        ("修理期间提供代用控制器，代用控制器在48小时内送到。", ("loaner", "PT48H")),
        ("主备系统切换须在10分钟内完成。", ("loaner", "PT10M")),
        ("我公司在8小时内提供不低于原设备性能的备机。", ("loaner", "PT8H")),
        ("合同签订后5个工作日内到岗。", ("other:staff", "P5D")),
        ("重大故障30分钟到岗。", ("arrive", "PT30M")),
        ("网络中断类故障15分钟内定位。", ("other:diagnosis", "PT15M")),
        ("工程师30分钟内判断故障原因。", ("other:diagnosis", "PT30M")),
        ("投诉受理后1小时内与投诉人联系。", ("respond", "PT1H")),
        ("接到反馈后7日内完成交接。", ("other:work", "P7D")),
        ("表计倒走的，3个工作日内换表。", ("replace", "P3D")),
        ("户内漏水4小时内止水。", ("resolve", "PT4H")),
        ("维修完成后24小时内提交维修记录。", ("report", "PT24H")),
        ("检验报告在15日内提交业主单位。", ("report", "P15D")),
        ("赶到机房的时限为1小时。", ("arrive", "PT1H")),
        ("常用件出库时间不超过10分钟。", ("spare_delivery", "PT10M")),
        ("夜间到达时间一律压缩为2小时。", ("arrive", "PT2H")),
        ("故障板卡的修理周期不超过20个工作日。", ("repair_return", "P20D")),
        ("整站损毁的，7日内搭建临时站。", ("loaner", "P7D")),
        ("新需求10个工作日内给出排期。", ("plan", "P10D")),
        ("移动发电车须在2小时内接入。", ("loaner", "PT2H")),
        ("租用机组12小时内到位。", ("loaner", "PT12H")),
        ("24小时内出具检测结论。", ("other:diagnosis", "PT24H")),
        ("48小时内将抢修报告送后勤处。", ("report", "PT48H")),
        ("三个工作日内把检修记录交给工程部。", ("report", "P3D")),
        ("修复工期国产机组不超过15日，进口机组不超过45日。", ("resolve", "P45D")),
    ],
)
def test_what_is_limited(text: str, expected: tuple[str, str]):
    assert expected in {(metric, within) for metric, within, _ in limits(text)}


@pytest.mark.parametrize(
    "text",
    [
        "6小时不能恢复的，8小时内提供书面说明。",
        "4小时内无法排除的，2小时内提供解决方案。",
        "修不好的，2小时内派工程师到场。",
        "故障切换演示在2小时内完成签到。",
        "备件24小时内送到。",
        "应急队伍30分钟内到位。",
        "移动通信人员2小时内到位。",
    ],
)
def test_what_stands_in_for_nothing(text: str):
    assert "loaner" not in {metric for metric, _, _ in limits(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发生爆管的，属一级应急事件。值班员5分钟内确认报警，30分钟内到场。", {("respond", "PT5M", "一级"), ("arrive", "PT30M", "一级")}),
        ("影响单个用户的，定为三级。维修人员4小时内到场。", {("arrive", "PT4H", "三级")}),
        ("单台停用的属二级故障，2小时内到场。井盖缺失的，20分钟内到场。", {("arrive", "PT2H", "二级故障"), ("arrive", "PT20M", "any")}),
        ("同时符合两级的，按高的一级处理。城区门店2小时内到场。", {("arrive", "PT2H", "any")}),
    ],
)  # fmt: skip
def test_a_level_that_a_sentence_gives_holds_for_what_follows(text: str, expected: set[tuple[str, str, str]]):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A、B类故障2小时内到场。", {"A类", "B类故障"}),
        ("A级和B级故障2小时内到场。", {"A级", "B级故障"}),
        ("A、重大故障2小时内到场。", {"重大故障"}),
    ],
)
def test_letters_that_share_a_noun(text: str, expected: set[str]):
    assert {level for _, _, level in limits(text)} == expected


def test_letters_that_begin_rows_under_heads():
    text = "分类 典型故障 修复时限\nA 全站无法收费 2小时\nB 单条车道停用 4小时"
    assert limits(text) == {("resolve", "PT2H", "A"), ("resolve", "PT4H", "B")}


def test_a_title_that_its_text_runs_on_from():
    text = "2.2 到场时限。白天：车道设备1小时，供电设备2小时；夜间：车道设备3小时。"
    assert {(metric, within) for metric, within, _ in limits(text)} == {
        ("arrive", "PT1H"), ("arrive", "PT2H"), ("arrive", "PT3H"),
    }  # fmt: skip


def test_what_the_customer_owes_after_hearing_from_us_is_theirs():
    assert not limits("第九条 甲方应在接到乙方书面请示后3个工作日内予以答复。")
    assert limits("乙方应在接到甲方通知后2小时内答复。") == {("respond", "PT2H", "any")}


def test_how_many_there_are_is_no_level():
    text = "岗位\t人数\t到岗要求\n项目经理\t1\t合同签订后5个工作日内到岗\n工程师\t3\t进场后10日内到岗"
    assert {level for _, _, level in limits(text)} == {"any"}


@pytest.mark.parametrize(
    "text",
    [
        "重大故障2小时内到场；一般故障4小时内到场。其中涉及进口件的，修复时间不超过10日。",
        "重大故障2小时内到场；一般故障4小时内到场。此类故障须在10日内修复。",
        "不影响使用的为一般故障，4小时内到场。对该类问题，10日内修复。",
    ],
)
def test_a_sentence_that_points_back_is_about_the_level_named_last(text: str):
    assert ("resolve", "P10D", "一般故障") in limits(text)


def test_among_them_may_name_a_level_of_its_own():
    found = limits("故障均在4小时内到场，一般故障2日内修复。其中重大故障10日内修复。")
    assert ("resolve", "P10D", "重大故障") in found
