"""Worked examples of the ways in which documents are hard to read. Sentences made for these tests."""

import pytest

from luyue.reading.drafts import Reading
from luyue.reading.engine import read_text


def limits(reading: Reading) -> set[tuple[str, str, str]]:
    return {(t.metric, t.within, t.severity) for t in reading.targets}


def read(text: str) -> Reading:
    return read_text(text)


def test_rows_glued_without_separators():
    text = "故障响应时间\n紧急故障(全馆断电)2小时到达现场重要故障(单层断电)6 小时到达现场一般故障(单灯不亮)次日到达现场"
    assert limits(read(text)) == {
        ("arrive", "PT2H", "紧急故障"), ("arrive", "PT6H", "重要故障"), ("arrive", "P1D", "一般故障"),
    }  # fmt: skip


def test_a_table_in_a_sentence_with_three_bare_limits_a_row():
    text = "故障级别 响应时间 方案提交时间 解决时间\nⅠ级：全部停用。 1 小时，2 小时内交方案 10 小时以内\nⅡ级：部分停用。 3 小时，6 小时内交方案 40 小时以内"
    assert limits(read(text)) >= {
        ("respond", "PT1H", "Ⅰ级"), ("plan", "PT2H", "Ⅰ级"), ("plan", "PT6H", "Ⅱ级"), ("respond", "PT3H", "Ⅱ级"),
    }  # fmt: skip


def test_rows_of_working_and_other_hours_under_one_level():
    text = "级别|时段|响应|恢复\n一级|工作时间|电话响应10分钟，现场响应1小时|3小时\n|其他非工作时间|电话响应20分钟，现场响应2小时|6小时"
    assert limits(read(text)) == {
        ("respond", "PT10M", "一级"), ("arrive", "PT1H", "一级"), ("resolve", "PT3H", "一级"),
        ("respond", "PT20M", "一级"), ("arrive", "PT2H", "一级"), ("resolve", "PT6H", "一级"),
    }  # fmt: skip


def test_a_row_of_other_hours_below_its_level_is_that_levels():
    text = "二级 工作时间 15分钟响应 2小时到场 12小时修复\n     非工作时间 30分钟响应 3小时到场 18小时修复"
    assert limits(read(text)) == {
        ("respond", "PT15M", "二级"), ("arrive", "PT2H", "二级"), ("resolve", "PT12H", "二级"),
        ("respond", "PT30M", "二级"), ("arrive", "PT3H", "二级"), ("resolve", "PT18H", "二级"),
    }  # fmt: skip


def test_glued_rows_of_numbered_levels_with_one_verb_in_three_figures():
    text = "分级一览I级 中心全部停用。5分钟,30分钟到场,3小时以内II级 半数画面停用。 20分钟,1小时到场,6小时内恢复III级 一路停用。 40分钟,4小时,24小时以内"
    found = limits(read(text))
    assert {metric for metric, _, _ in found} == {"respond", "arrive", "resolve"}
    assert {(metric, within) for metric, within, _ in found} == {
        ("respond", "PT5M"), ("arrive", "PT30M"), ("resolve", "PT3H"), ("respond", "PT20M"), ("arrive", "PT1H"),
        ("resolve", "PT6H"), ("respond", "PT40M"), ("arrive", "PT4H"), ("resolve", "PT24H"),
    }  # fmt: skip


def test_letters_that_a_scanner_took_for_figures():
    assert limits(read("接到报修后3O分钟内响应，l小时内到达现场。")) == {
        ("respond", "PT30M", "any"), ("arrive", "PT1H", "any"),
    }  # fmt: skip


def test_how_often_a_fault_comes_and_averages_are_no_limits():
    assert not read("同一台设备一个月内连续三次停机的，由总部派专家会诊。").targets
    assert not read("平均修复时间不超过18分钟。").targets


def test_one_cell_with_two_metrics():
    text = "等级\t响应\nA类\t电话响应15分钟，现场响应45分钟"
    assert {(t.metric, t.within) for t in read(text).targets} == {("respond", "PT15M"), ("arrive", "PT45M")}


def test_a_scale_that_runs_upwards_is_told_by_meaning():
    text = "一级故障：个别终端异常，不影响使用，8小时内响应。\n二级故障：部分区域受影响，2小时内响应。\n三级故障：系统瘫痪，20分钟内响应。"
    assert limits(read(text)) == {
        ("respond", "PT8H", "minor"), ("respond", "PT2H", "major"), ("respond", "PT20M", "critical"),
    }  # fmt: skip


def test_a_word_with_not_before_it_is_a_level_of_its_own():
    text = "紧急故障1小时内到达现场，非紧急故障8小时内到达现场。"
    assert limits(read(text)) == {("arrive", "PT1H", "紧急故障"), ("arrive", "PT8H", "非紧急故障")}


def test_ranges_take_the_longest_time():
    assert limits(read("接到报修后3-4小时到达现场，10-14个工作日内修复。")) == {
        ("arrive", "PT4H", "any"), ("resolve", "P14D", "any"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("远程方案无法解决的，工程师5小时内抵达现场，9小时内修复。", {("arrive", "PT5H"), ("resolve", "PT9H")}),
        ("7小时内无法解决的，12小时内提供备用机。", {("loaner", "PT12H")}),
        ("如不能于10小时内解决，14小时内提出应急方案。", {("resolve", "PT10H"), ("plan", "PT14H")}),
        ("如在20小时内不能恢复，提供代用产品。", {("loaner", "PT20H")}),
        ("响应及到达现场共3小时。", {("arrive", "PT3H")}),
        ("30分钟内派员，20分钟内回电。", {("depart", "PT30M"), ("remote_support", "PT20M")}),
        ("接报后1小时内安排上门。", {("depart", "PT1H")}),
        ("市区3小时内到达现场，120公里内5小时，以外10小时。", {("arrive", "PT3H"), ("arrive", "PT5H"), ("arrive", "PT10H")}),
        ("故障解决后24小时内提交书面报告。", {("report", "PT24H")}),
        ("合同到期前须提前15日书面通知。", {("other:advance_notice", "P15D")}),
        ("收到货物起算，10个工作日内返修完毕寄回。", {("repair_return", "P10D")}),
        ("1小时内响应并提供远程支持。", {("respond", "PT1H"), ("remote_support", "PT1H")}),
        ("响应时间不超过30分钟，到场时间不超过2小时，修复时间不超过6小时。", {("respond", "PT30M"), ("arrive", "PT2H"), ("resolve", "PT6H")}),
        ("备件48小时内送达。", {("spare_delivery", "PT48H")}),
    ],
)  # fmt: skip
def test_chains_starts_and_words(text, wanted):
    assert {(t.metric, t.within) for t in read(text).targets} == wanted


def test_limits_that_share_one_verb_have_their_levels_in_order():
    text = "紧急、重要和一般故障的响应时间分别为10分钟、1小时、4小时。"
    assert {(t.metric, t.within, t.severity) for t in read(text).targets} == {
        ("respond", "PT10M", "紧急"), ("respond", "PT1H", "重要"), ("respond", "PT4H", "一般故障"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "提供7 24 小时热线电话服务。",
        "热线电话7*24小时开通。",
        "热线7天×24小时有人接听。",
        "24*365天热线服务。",
        "提供24小时服务热线。",
    ],
)
def test_around_the_clock_in_all_its_forms(text):
    assert {(h.channel, h.basis) for h in read(text).service_hours} == {("hotline", "24x7")}
    assert read(text).targets == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("每学期不低于一次巡检。", {("inspection", "P6M")}),
        ("巡检1次/季，保养每六个月一次。", {("inspection", "P3M"), ("maintenance", "P6M")}),
        ("每月或每季度回访一次。", {("follow_up", "P3M")}),
        ("每月及每季度巡检。", {("inspection", "P1M"), ("inspection", "P3M")}),
        ("每月巡检1次，全年12次。", {("inspection", "P1M")}),
        ("每季度对甲区设备、半年对乙区设备进行一次保养。", {("maintenance", "P3M"), ("maintenance", "P6M")}),
        ("每次维修完成后提交维修报告。", {("report", "event:故障处理")}),
        ("台风、暴雨过后对设备进行检查。", {("inspection", "event:恶劣天气")}),
        ("提供不少于3次培训。", {("training", "once")}),
    ],
)  # fmt: skip
def test_how_often_and_after_what(text, wanted):
    assert {(d.activity, d.every) for d in read(text).duties} == wanted


@pytest.mark.parametrize(
    ("text", "phase", "labour", "parts"),
    [
        ("质保期内免费维修，免费更换配件。", "in_warranty", "free", "free"),
        ("质保期满后只收取配件成本费，免收人工费。", "post_warranty", "free", "cost"),
        ("质保期外，除收取交通费和配件成本费外，不再收取任何费用。", "post_warranty", "free", "cost"),
    ],
)
def test_who_pays(text, phase, labour, parts):
    (only,) = read(text).charges
    assert (only.phase, only.labour, only.parts) == (phase, labour, parts)


def test_warranties_of_parts_in_a_flat_table_and_as_dates():
    text = "质保期\n部件 质保期 主机 36个月 探测器 五年 工作站 二十四个月"
    assert {p.length for p in read(text).periods} == {"P36M", "P5Y", "P24M"}
    dated = read("本项目质保期：2021年10月1日至2024年9月30日。")
    assert [(p.kind, p.length) for p in dated.periods] == [("warranty", "P3Y")]


@pytest.mark.parametrize(
    "text",
    [
        "甲方收到发票后20个工作日内付清款项。",
        "逾期一天，按合同金额的0.5%支付违约金。",
        "用户应提前3日通知我公司。",
        "我公司成立于2003年，拥有20年行业经验。",
        "满意度100%是我们的追求。",
    ],
)
def test_figures_that_are_no_promises(text):
    assert read(text).promises == []


def test_what_nobody_took_is_told_with_the_reason():
    reading = read("甲方收到发票后20个工作日内付清款项。设备共有46台。巡检每月1次。")
    assert [(one.quote.words, one.reason) for one in reading.leftovers] == [
        ("甲方收到发票后20个工作日内付清款项。", "payment"), ("设备共有46台。", ""),
    ]  # fmt: skip


def test_a_block_repeated_is_one_promise():
    assert len(read("2小时内到达现场。\n" * 3).targets) == 1


def test_traditional_letters_are_read_and_quoted_as_they_are():
    (only,) = read("接到報修後兩小時內(nèi)到達現場。").targets
    assert (only.metric, only.within) == ("arrive", "PT2H")
    assert only.found.quote.words == "接到報修後兩小時內(nèi)到達現場"


def test_a_level_stays_for_the_lines_under_it():
    text = "一、一般故障\n2小时内响应。\n8小时内解决。\n二、紧急故障\n10分钟内响应。\n三、巡检\n3个工作日内提交报告。"
    assert limits(read(text)) == {
        ("respond", "PT2H", "一般故障"), ("resolve", "PT8H", "一般故障"), ("respond", "PT10M", "紧急故障"),
        ("report", "P3D", "any"),
    }  # fmt: skip


def test_figures_that_must_hold():
    text = "热线接通率不低于95%，满意度达到98%以上，系统可用率≥99.9%。派驻2名工程师。录像保存不少于90天。"
    assert {(q.what, q.value) for q in read(text).quotas} == {
        ("answer_rate", 95), ("satisfaction", 98), ("uptime", 99.9), ("staff_count", 2), ("video_retention", 90),
    }  # fmt: skip


LEVELS = ("一级", "二级")


@pytest.mark.parametrize(
    "text",
    [
        "故障级别\n响应时间\n到场时间\n解决时间\n一级\n15分钟\n1小时\n4小时\n二级\n30分钟\n2小时\n8小时\n",
        "级别 定义 响应 到场 恢复\n一级 系统瘫痪 15分钟 1小时 4小时\n二级 部分功能失效 30分钟 2小时 8小时\n",
        "级别响应时间到场时间解决时间一级15分钟1小时4小时二级30分钟2小时8小时",
        "| 级别 | 响应 | 到场 | 恢复 |\n|---|---|---|---|\n| 一级 | 15分钟 | 1小时 | 4小时 |\n| 二级 | 30分钟 | 2小时 | 8小时 |",
        "时限\t一级\t二级\n响应时间\t15分钟\t30分钟\n到达现场\t1小时\t2小时\n恢复\t4小时\t8小时\n",
        "一级（全部停用）：15分钟响应/1小时到场/4小时恢复；二级（部分停用）：30分钟/2小时/8小时。",
        "一级故障的响应、到场和恢复时间分别为15分钟、1小时、4小时；二级故障：响应30分钟，到场2小时，恢复8小时。",
        "| 级别 | 要求 |\n|---|---|\n| 一级 | 响应≤15分钟；到场≤1小时；恢复≤4小时 |\n| 二级 | 响应≤30分钟；到场≤2小时；恢复≤8小时 |",
    ],
    ids=[
        "a cell a line",
        "spaces",
        "glued",
        "markdown",
        "levels across",
        "the last row's words",
        "one for one",
        "in one cell",
    ],
)
def test_the_same_table_in_all_its_forms(text):
    found = {(t.metric, t.within, t.severity[:2]) for t in read(text).targets}
    assert found == {
        ("respond", "PT15M", "一级"), ("arrive", "PT1H", "一级"), ("resolve", "PT4H", "一级"),
        ("respond", "PT30M", "二级"), ("arrive", "PT2H", "二级"), ("resolve", "PT8H", "二级"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("电话15分钟、到场2小时、修复8小时。", [("respond", "PT15M"), ("arrive", "PT2H"), ("resolve", "PT8H")]),
        ("30分钟内响应，城区2小时、郊县4小时内到场。", [("respond", "PT30M"), ("arrive", "PT2H"), ("arrive", "PT4H")]),
        ("响应时间≤15分钟（电话）、≤2小时（现场）。", [("respond", "PT15M"), ("arrive", "PT2H")]),
        ("到达现场的时间：市区周边不超过2小时，跨地区不超过12小时。", [("arrive", "PT2H"), ("arrive", "PT12H")]),
        ("维护人员半个工作日(县区一个工作日)内到达现场。", [("arrive", "P0.5D"), ("arrive", "P1D")]),
        ("不能解决的48小时内更换同型号新机。", [("replace", "PT48H")]),
        ("升级发布前5个工作日通知用户。", [("other:advance_notice", "P5D")]),
    ],
)  # fmt: skip
def test_figures_that_share_or_lack_a_verb(text, wanted):
    assert [(t.metric, t.within) for t in read(text).targets] == wanted


def test_the_object_of_the_verb_names_the_level():
    text = "1小时内排除普通故障，4小时内排除重大故障。"
    assert limits(read(text)) == {("resolve", "PT1H", "普通故障"), ("resolve", "PT4H", "重大故障")}


def test_the_document_s_own_name_for_the_customer():
    text = "本方案由XX公司为XX银行灾备中心（以下称“中心”）编制。中心在收到申请后2个工作日内批复。我方2小时内响应。"
    assert {(t.metric, t.within) for t in read(text).targets} == {("respond", "PT2H")}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("（三）到场时间\n1. 市区：2小时\n2. 郊县：4小时", {("arrive", "PT2H"), ("arrive", "PT4H")}),
        ("工程师到场的时间为：一区2小时，二区4小时。", {("arrive", "PT2H"), ("arrive", "PT4H")}),
        ("区域\t到场时限（小时）\n市区\t2\n郊县\t4", {("arrive", "PT2H"), ("arrive", "PT4H")}),
        ("响应（min）\t到场（h）\n10\t2", {("respond", "PT10M"), ("arrive", "PT2H")}),
        ("类型\t响应\t到场\n漏水\t20分\t2小时", {("respond", "PT20M"), ("arrive", "PT2H")}),
        ("第二步，到场，2小时；第三步，修复，8小时。", {("arrive", "PT2H"), ("resolve", "PT8H")}),
    ],
)
def test_figures_that_a_head_names(text, wanted):
    assert {(t.metric, t.within) for t in read(text).targets} == wanted


def test_what_is_carried_on_to_a_figure_needs_a_bare_one():
    text = "响应时间\n市区2小时；班组30分钟内判明原因。"
    assert ("respond", "PT30M") not in {(t.metric, t.within) for t in read(text).targets}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("师傅每月来一趟，测一测余氯，擦一擦机身。", {("inspection", "P1M")}),
        ("我们每学期给老师讲一回操作。", {("training", "P6M")}),
        ("并于演练结束后提交演练记录。", {("report", "event:演练")}),
        ("每半年试一次柴油机。", {("other:test", "P6M")}),
    ],
)
def test_work_without_the_words_of_the_trade(text, wanted):
    assert {(d.activity, d.every) for d in read(text).duties} >= wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("九成以上的工单一次上门就修好。", {("first_fix", 90)}),
        ("设备完好率九成八以上。", {("uptime", 98)}),
        ("数据完整率不低于百分之九十九点五。", {("completeness", 99.5)}),
        ("可用性：月度≥99.9%，年度≥99.95%。", {("uptime", 99.9), ("uptime", 99.95)}),
        ("保证全年99.9%的时间可以使用。", {("uptime", 99.9)}),
        ("同一毛病一个月内又犯的，不超过百分之三。", {("repeat_rate", 3)}),
        ("完好率保持98以上。", {("uptime", 98)}),
        ("满意度评分4.5分以上（5分制）。", {("satisfaction", 4.5)}),
        ("每年计划停机不超过8小时。", {("planned_downtime", 8)}),
        ("完好率不足90%的，扣当月费用。", set()),
    ],
)
def test_what_a_share_is_of(text, wanted):
    assert {(q.what, q.value) for q in read(text).quotas} == wanted


@pytest.mark.parametrize(
    ("text", "phase", "labour", "parts"),
    [
        ("保修期内修理不收钱，换件也不收钱。", "in_warranty", "free", "free"),
        ("过了保修期，工时费照收，配件按进货价给您。", "post_warranty", "charged", "cost"),
        ("维护期内人工、差旅不另计费，仪表备件按出厂价计。", "in_warranty", "free", "cost"),
        ("出保之后，我们只收零件的成本，上门与人工仍然不收。", "post_warranty", "free", "cost"),
    ],
)
def test_prices_clause_by_clause(text, phase, labour, parts):
    (only,) = read(text).charges
    assert (only.phase, only.labour, only.parts) == (phase, labour, parts)


def test_a_question_is_no_promise_of_a_price():
    assert read("过了保修期怎么收费？").charges == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("热线早八点到晚八点有人接。", ("hotline", ("08:00-20:00",))),
        ("驻馆时间为开馆日上午八时三十分至下午五时三十分。", ("onsite", ("08:30-17:30",))),
        (
            "周一至周五，上午9点到12点、下午2点到6点，电话有人接。",
            ("hotline", ("09:00-12:00", "14:00-18:00")),
        ),
        ("服务电话保持24小时畅通。", ("hotline", ())),
        ("打值班手机，随时打。", ("hotline", ())),
        ("全年365天不间断提供远程技术支持。", ("remote", ())),
    ],
)
def test_when_somebody_is_there(text, wanted):
    assert [(h.channel, h.windows) for h in read(text).service_hours] == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "下面依次是响应、到场、修复的时间。\n甲类 10分钟 1小时 4小时",
        "故障每级三个时间：响应、到场、修复。\n甲类：10分钟、1小时、4小时。",
        "响应时间 到场时间 修复时间\n主机停机\n10分钟 1小时 4小时",
    ],
)
def test_rows_under_heads_that_stand_far(text):
    assert {(t.metric, t.within) for t in read(text).targets} == {
        ("respond", "PT10M"), ("arrive", "PT1H"), ("resolve", "PT4H"),
    }  # fmt: skip


def test_every_row_has_all_its_figures():
    text = "服务区域到场时间修复时间\n主城区1小时4小时\n近郊2小时6小时"
    assert {(t.metric, t.within) for t in read(text).targets} == {
        ("arrive", "PT1H"), ("resolve", "PT4H"), ("arrive", "PT2H"), ("resolve", "PT6H"),
    }  # fmt: skip
    text = "到场时限\n区域 白天 夜间\n市区 1小时 2小时\n郊县 4小时 5小时"
    assert {t.within for t in read(text).targets if t.metric == "arrive"} == {"PT1H", "PT2H", "PT4H", "PT5H"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("四小时内仍不能恢复的，启用备用电气柜，并在八小时内恢复作业。", {("loaner", "PT4H"), ("resolve", "PT8H")}),
        ("进口备件空运7天内到港。", {("spare_delivery", "P7D")}),
        ("24小时内判明原因。", {("other:diagnosis", "PT24H")}),
        ("要是当天弄不好，我们拉一台饮水机来顶着。", {("loaner", "P1D")}),
        ("三小时内让孩子喝上水。", {("resolve", "PT3H")}),
    ],
)  # fmt: skip
def test_conditions_and_plain_verbs(text, wanted):
    assert {(t.metric, t.within) for t in read(text).targets} == wanted


def test_a_level_ends_with_its_paragraph():
    text = "一般问题由工程师处理；2小时内处理不了的，二线4小时内给出意见。\n仪表损坏的，24小时内更换。"
    assert ("replace", "PT24H", "any") in limits(read(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("响应时间：紧急10分钟，重要30分钟，一般2小时。", [("紧急", "PT10M"), ("重要", "PT30M"), ("一般", "PT2H")]),
        ("故障分为重大、较大、一般三级，响应时间分别为10分钟、30分钟、1小时。", [("重大", "PT10M"), ("较大", "PT30M"), ("一般", "PT1H")]),
        ("对于影响生产的严重问题，工程师10分钟内响应。1小时内到场。", [("严重问题", "PT10M"), ("严重问题", "PT1H")]),
        ("分为特急、加急两种。\n特急\n10分钟响应。\n加急\n30分钟响应。\n三、其他\n凡进入特急名单的工单，1小时到场。", [("特急", "PT10M"), ("加急", "PT30M"), ("特急", "PT1H")]),
    ],
)  # fmt: skip
def test_levels_by_words_alone(text, wanted):
    assert [(t.severity, t.within) for t in read(text).targets] == wanted


def test_a_shared_row_does_not_turn_the_scale():
    text = "一级（停线）、二级（停区）、三级（单点）故障，到场时间分别为3分钟、5分钟、15分钟。一级故障20分钟内恢复。"
    assert {(t.metric, t.severity) for t in read(text).targets} >= {
        ("arrive", "一级"),
        ("resolve", "一级故障"),
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("大修更换的部件另保十二个月。", ("repair_warranty", "P12M")),
        ("换上的新配件质保期不少于6个月。", ("repair_warranty", "P6M")),
        ("备件质保期12个月（自更换之日起）。", ("repair_warranty", "P12M")),
        ("委托期限三年，自签约起。", ("service_contract", "P3Y")),
        ("本协议期限为一年。", ("service_contract", "P1Y")),
    ],
)
def test_whose_period_it_is(text, wanted):
    assert [(p.kind, p.length) for p in read(text).periods] == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("关闭后48小时内出具事后分析。", {("report", "PT48H")}),
        ("3个工作日内提交情况说明。", {("report", "P3D")}),
        ("隐患应在5日内整改。", {("resolve", "P5D")}),
        ("10分钟内远程核实。", {("remote_support", "PT10M")}),
        ("48小时内拨来所缺的配件。", {("spare_delivery", "PT48H")}),
    ],
)
def test_acts_by_their_objects(text, wanted):
    assert {(t.metric, t.within) for t in read(text).targets} == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("数据库每日备份，至少留存最近30天。", {("backup_retention", 30)}),
        ("台账存档5年。", {("record_retention", 5)}),
        ("日志不少于6个月。", {("log_retention", 6)}),
        ("配备驻场人员：2人。", {("staff_count", 2)}),
        ("95%的故障4小时内修复。", {("on_time_rate", 95)}),
        ("备件库存不低于装机量的5%。", {("stock_ratio", 5)}),
        ("备份应在2天内恢复。", set()),
    ],
)
def test_what_is_kept_and_who_is_there(text, wanted):
    assert {(q.what, q.value) for q in read(text).quotas} == wanted


def test_what_stands_in_for_a_broken_thing_has_the_limit_that_ran_out():
    text = "接报后12小时内修复，如30小时内不能修好则提供备机。打印头维修不超过4天，超过4天的提供代用机。"
    assert limits(read(text)) == {
        ("resolve", "PT12H", "any"), ("loaner", "PT30H", "any"), ("resolve", "P4D", "any"), ("loaner", "P4D", "any"),
    }  # fmt: skip


def test_a_failure_that_leads_to_the_next_level_is_no_repair():
    assert limits(read("3小时内未能恢复的二级事件按一级处置。")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "市内2小时，80公里内5小时，80公里外9小时到位。",
        "市区2小时，郊区5小时，外县9小时。",
        "到达时间按门店所在地放宽：城区2小时；近郊（含25公里内）5小时；海岛顺延至9小时。",
    ],
)
def test_rows_of_regions_are_the_way_there(text):
    assert limits(read(text)) == {(("arrive"), f"PT{n}H", "any") for n in (2, 5, 9)}


def test_rows_of_regions_keep_the_name_before_them():
    assert limits(read("响应时间：市区1小时，郊区3小时。")) == {
        ("respond", "PT1H", "any"), ("respond", "PT3H", "any"),
    }  # fmt: skip


def test_parts_that_arrive_are_told_by_what_stands_around_them():
    text = "三、备品备件\n常备件存于本市仓库。其余的由总仓调拨，50小时内送达；需进口的，12至18个工作日。配件到位时间：20小时。"
    assert limits(read(text)) == {
        ("spare_delivery", "PT50H", "any"), ("spare_delivery", "P18D", "any"), ("spare_delivery", "PT20H", "any"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "服务热线24小时有人接听。",
        "修复的部件六个月内免费返修。",
        "一周内误报三次以上的探头列入清单。",
        "每次停机不超过2小时。",
        "响应时间1小时（招标要求4小时）。",
    ],
)
def test_lengths_that_limit_nothing(text):
    assert limits(read(text)) <= {("respond", "PT1H", "any")}


def test_a_field_of_a_form_names_the_level_of_the_lines_below_it():
    text = "严重程度：致命\n响应时间：15分钟\n修复时间：5小时\n严重程度：一般\n响应时间：40分钟\n修复时间：20小时"
    assert limits(read(text)) == {
        ("respond", "PT15M", "致命"), ("resolve", "PT5H", "致命"), ("respond", "PT40M", "一般"),
        ("resolve", "PT20H", "一般"),
    }  # fmt: skip


def test_levels_with_other_nouns_and_alone_as_a_topic():
    text = "重大漏洞30小时内修复，一般投诉3个工作日内处理完毕并答复。紧急的（全店停业），2小时到；非紧急的，次日到场。"
    assert limits(read(text)) == {
        ("resolve", "PT30H", "重大漏洞"), ("resolve", "P3D", "一般投诉"), ("arrive", "PT2H", "紧急"),
        ("arrive", "P1D", "非紧急"),
    }  # fmt: skip


def test_the_level_in_brackets_is_that_of_the_figure_behind_it():
    assert limits(read("故障修复时间：≤7小时（重大故障≤20小时）。")) == {
        ("resolve", "PT7H", "any"), ("resolve", "PT20H", "重大故障"),
    }  # fmt: skip


def test_a_special_case_after_all_levels_is_none_of_them():
    text = "一般故障3小时内解决，重大故障20小时内解决，特殊情况最长不超过70小时。"
    assert ("resolve", "PT70H", "any") in limits(read(text))


def test_a_paper_before_its_figure_is_what_is_handed_in():
    assert limits(read("服务报告在维修完成后4日内提交。")) == {("report", "P4D", "any")}


def test_a_visit_that_is_arranged_is_no_arrival():
    assert limits(read("接报后20分钟内与报修人取得联系并预约上门时间。")) == {("respond", "PT20M", "any")}


def test_heads_that_run_into_glued_rows_with_a_word_in_place_of_a_figure():
    text = "故障级别响应时间到达现场时间解决时间一级（全停）立即40分钟3小时二级（部分停用）15分钟1小时5小时三级（一般故障）30分钟2小时9小时"
    assert limits(read(text)) == {
        ("arrive", "PT40M", "一级"), ("resolve", "PT3H", "一级"), ("respond", "PT15M", "二级"), ("arrive", "PT1H", "二级"),
        ("resolve", "PT5H", "二级"), ("respond", "PT30M", "三级"), ("arrive", "PT2H", "三级"), ("resolve", "PT9H", "三级"),
    }  # fmt: skip


def test_glued_rows_with_a_number_each():
    text = "序号故障类别响应时间到场时间恢复时间1特别重大故障5分钟30分钟1小时2重大故障10分钟1小时3小时3一般故障15分钟2小时7小时"
    assert {(metric, within) for metric, within, level in limits(read(text)) if level == "重大故障"} == {
        ("respond", "PT10M"), ("arrive", "PT1H"), ("resolve", "PT3H"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("切换应在40分钟内完成。", {"other:work"}),
        ("故障处理应在40分钟内完成。", {"resolve"}),
        ("40分钟内给出初步判断，如需上门，另行约定。", {"other:diagnosis"}),
        ("三个月内包换，一年内包修。", set()),
        ("驻园人员4分钟内抵达起火点核实。", {"arrive"}),
        ("坐席3分钟内远程抬杆。", {"remote_support"}),
        ("响应时间：城区2小时，外县8小时内到达现场。", {"arrive"}),
    ],
)
def test_what_is_done_within_a_limit(text, wanted):
    assert {t.metric for t in read(text).targets} == wanted


def test_the_term_of_a_contract_that_is_carried_out():
    assert [(p.kind, p.length) for p in read("合同履行期限：自合同签订之日起三年。").periods] == [
        ("service_contract", "P3Y")
    ]


def test_what_the_tender_asks_for_in_brackets_is_no_period():
    assert [p.length for p in read("质保期为5年（招标要求3年）。").periods] == ["P5Y"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("三座冷库交由乙方维护，托管期五年。", {("service_contract", "P5Y")}),
        ("协议有效期：2年。", {("service_contract", "P2Y")}),
        ("运营期限为三年。", {("service_contract", "P3Y")}),
        ("营业执照有效期20年。", set()),
    ],
)
def test_periods_of_contracts_by_other_names(text: str, wanted: set[tuple[str, str]]):
    assert {(p.kind, p.length) for p in read(text).periods} == wanted
