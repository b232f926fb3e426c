"""Long paragraphs of contracts: promises and penalties in one sentence, brackets, references. Sentences made for these tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.drafting.questions import answer, questions
from luyue.domain.plan.loader import load_plan
from luyue.reading.consequences import promised
from luyue.reading.drafts import Reading
from luyue.reading.engine import read_text
from luyue.reading.parties import parties
from luyue.reading.planfile import plan_yaml
from luyue.reading.planwords import level_id


def limits(text: str) -> set[tuple[str, str, str]]:
    return {(t.metric, t.within, t.severity) for t in read_text(text).targets}


def within(text: str) -> set[tuple[str, str]]:
    return {(metric, length) for metric, length, _ in limits(text)}


def duties(text: str) -> set[tuple[str, str, int | None]]:
    return {(d.activity, d.every, d.count) for d in read_text(text).duties}


def quotas(text: str) -> set[tuple[str, float]]:
    return {(q.what, q.value) for q in read_text(text).quotas}


# -- penalties -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("返修周期不得超过18个工作日，逾期未返还的，乙方应以新品补足，且每日扣减该设备原值的1%。", {("repair_return", "P18D")}),
        ("乙方应在接到通知后5日内供货到场，逾期每日按该备件价格的0.5%支付违约金。", {("other:delivery", "P5D")}),
        ("乙方应在2个工作日内提交分析报告，否则按每次800元扣减。", {("report", "P2D")}),
        ("发生泄密的，乙方应在1小时内向甲方报告，造成后果的，除承担法律责任外，还应支付合同价款10%的违约金。", {("other:notify", "PT1H")}),
        ("乙方应在3小时内到达现场逾期每次扣200元。", {("arrive", "PT3H")}),
        ("到场后5小时内修复，未按时修复的，每延误1小时支付500元。", {("resolve", "PT5H")}),
        ("乙方在7天内没有弥补缺陷的，须在甲方提出要求后12天内完成换货。", {("replace", "P12D")}),
    ],
)  # fmt: skip
def test_a_penalty_takes_no_promise_of_its_sentence_with_it(text: str, wanted: set[tuple[str, str]]):
    assert within(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "乙方未能在接到通知后2小时内到场的，每次扣除服务费300元，4小时内未到场的，每次扣除1000元。",
        "超过24小时仍未修复的，甲方有权委托第三方修复，费用从服务费中扣除。",
        "在线率每低于目标值1个百分点扣减当月服务费的1%，低于90%的，当月服务费不予支付。",
        "连续三个月低于95%的，甲方有权解除合同。",
        "质保期内，如在48小时内没有弥补缺陷，甲方可采取补救措施，但风险和费用由乙方承担。",
        "开机率低于95%，则每低一个百分点，质保期延长一个月。",
        "因甲方原因终止的，甲方可提前30日通知解除。",
    ],
)
def test_a_penalty_alone_is_no_promise(text: str):
    assert read_text(text).promises == []


def test_the_duties_and_figures_before_a_penalty_are_read():
    text = "每月对机房进行一次巡检，一类点在线率不低于99%，未按计划完成的点位每点扣50元，每低1个百分点扣1%。"
    assert duties(text) == {("inspection", "P1M", 1)}
    assert quotas(text) == {("online_rate", 99)}


def test_what_people_must_have_behind_them_is_no_history_of_the_firm():
    text = "驻场工程师须具有两年以上运维工作经验，其更换须提前25日征得甲方书面同意。"
    assert within(text) == {("other:advance_notice", "P25D")}
    assert read_text("我公司骨干具有20年维修经验，每年回访客户2次。").duties == []


@given(
    st.text(alphabet="乙方应逾期扣违约金1小时的未，。；,;。否则每次(须具有两年以上经验)元超过", max_size=60)
)
def test_blanking_keeps_every_letter_in_its_place(sentence: str):
    blanked = promised(sentence)
    assert len(blanked) == len(sentence)
    assert all(new in (old, "□") for old, new in zip(sentence, blanked, strict=True))


# -- brackets, extensions, lists -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("乙方应在40分钟内（非工作时间为2小时内）与联系人取得联系。", {("respond", "PT40M"), ("respond", "PT2H")}),
        ("应派员于接报后5小时内（不在同一城市的，为10小时内）抵达甲方现场。", {("arrive", "PT5H"), ("arrive", "PT10H")}),
        ("10小时（涉及更换部件的为30小时）内恢复。", {("resolve", "PT10H"), ("resolve", "PT30H")}),
        ("乙方应于6小时内修复，其中需更换立杆的，可延长至50小时。", {("resolve", "PT6H"), ("resolve", "PT50H")}),
        ("一般变更提前2日提交申请，重大变更提前6日并附方案。", {("other:advance_notice", "P2D"), ("other:advance_notice", "P6D")}),
        ("轮值表应提前8日报甲方备案。", {("other:advance_notice", "P8D")}),
        ("驻场人员经甲方考核不胜任的，乙方应在4日内更换。", {("other:staff", "P4D")}),
        ("甲方有权要求乙方更换服务人员，乙方应在4日内完成更换。", {("other:staff", "P4D")}),
        ("甲方要求调换的人员，乙方须在5日内调换。", {("other:staff", "P5D")}),
        ("设备经检测不合格的，乙方应在4日内更换。", {("replace", "P4D")}),
        ("乙方应在6个工作日内安排合格人员到岗。", {("other:staff", "P6D")}),
        ("不能修复的，在5小时内更换备用终端。", {("loaner", "PT5H")}),
        ("8日内提供正式补丁。", {("other:patch", "P8D")}),
        ("20小时内排除，需采购配件的，不得迟于六个工作日。", {("resolve", "PT20H"), ("resolve", "P6D")}),
        ("到场后40分钟内恢复正常（更换机箱的除外，但不超过7小时）。", {("resolve", "PT40M"), ("resolve", "PT7H")}),
        ("9小时内给出明确的故障定位结论。", {("other:diagnosis", "PT9H")}),
        ("每年年底前30日内提交下一年度服务计划。", set()),
        ("派驻人员不符合要求的，乙方应在收到通知后5日内予以更换。", {("other:staff", "P5D")}),
        ("15分钟内向甲方领导报告，20小时内向甲方提交书面报告。", {("other:notify", "PT15M"), ("report", "PT20H")}),
        ("小型改动4个工作日、大型改动25个工作日内完成开发。", {("other:work", "P4D"), ("other:work", "P25D")}),
        ("应立即上报并在10分钟内采取临时措施。", {("other:work", "PT10M")}),
        ("接到报警后，按以下时限处置：4分钟内核实警情。", {("respond", "PT4M")}),
        ("停机超过50小时的，乙方应无偿提供同等档次的备用机。", {("loaner", "PT50H")}),
        ("重大故障应于当日书面报告。", {("report", "P1D")}),
        ("甲方对乙方提出的问题应在3日内答复。", set()),
        ("需临时加班的，甲方应提前1日通知，乙方应无条件配合。", set()),
        ("同一部件在六个月内再次损坏的，由乙方免费更换。", set()),
        ("恢复时间目标（RTO）不超过6小时，恢复点目标（RPO）不超过20分钟。", set()),
        ("期满前五十日任何一方未书面提出异议的，本协议继续有效。", set()),
    ],
)  # fmt: skip
def test_limits_as_contracts_write_them(text: str, wanted: set[tuple[str, str]]):
    assert within(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("遇政策变化，须在政策生效前12日完成升级。", {("other:beforehand", "P12D")}),
        ("应在规定的期限届满6日前完成上线。", {("other:beforehand", "P6D")}),
        ("乙方应提前4日完成交接。", {("other:beforehand", "P4D")}),
        ("每月5日前完成巡检。", set()),
        ("节前5天完成专项巡检。", set()),
        ("甲方应提前3日完成场地清理。", set()),
    ],
)
def test_work_that_has_to_be_done_so_long_before_something(text: str, wanted: set[tuple[str, str]]):
    assert within(text) == wanted


def test_a_plan_file_says_what_has_to_be_done_and_not_that_it_is_told():
    reading = read_text("乙方应提前4日完成交接，8日内提供正式补丁，9日内完成全部设备的建档。")
    written = plan_yaml(reading, "draft", "draft") or ""
    assert load_plan(written.encode()).plan.promises
    for words in ("提前4个自然日完成", "8个自然日内提供补丁", "9个自然日内完成工作"):
        assert words in written
    assert "告知" not in written


def test_a_class_of_places_is_no_level_of_faults():
    text = "①一级故障，10分钟内响应；②二级故障，指单个一类点（含卡口）中断，20分钟内响应。"
    assert limits(text) == {("respond", "PT10M", "一级故障"), ("respond", "PT20M", "二级故障")}


@pytest.mark.parametrize("mark", ["第（一）项", "前款第一项", "本条第1项"])
def test_a_clause_that_points_back_to_an_item_is_about_its_level(mark: str):
    text = f"（一）重大故障：指平台停运，1小时到场；\n（二）一般故障：指单点停用，9小时内修复；\n发生{mark}情形的，乙方应在3小时内恢复。"
    assert ("resolve", "PT3H", "重大故障") in limits(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("每年完成一次切换演练和两次数据恢复测试。", {("drill", "P1Y", 1), ("other:test", "P1Y", 2)}),
        ("每周：日志审计3次、病毒库升级1次。", {("other:audit", "P1W", 3), ("upgrade", "P1W", 1)}),
        ("每年进行2次保养、4次巡检和1次应急演练。", {("maintenance", "P1Y", 2), ("inspection", "P1Y", 4), ("drill", "P1Y", 1)}),
        ("每年组织2次功能升级和4次安全更新。", {("upgrade", "P1Y", 2), ("upgrade", "P1Y", 4)}),
        ("排水泵每月试运行一次、雨季前全面保养一次。", {("inspection", "P1M", 1)}),
        ("第七条　每月：巡检机房；对报警阀放水试验两次；清洗滤网。", {("inspection", "P1M", 1), ("other:test", "P1M", 2), ("maintenance", "P1M", 1)}),
        ("每月：巡检机房。\n清洗滤网。", {("inspection", "P1M", 1)}),
    ],
)  # fmt: skip
def test_several_works_of_one_rhythm_each_have_their_number(
    text: str, wanted: set[tuple[str, str, int | None]]
):
    assert {one for one in duties(text) if not one[1].startswith("event")} == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("每次巡检人员不少于2人，巡检后3个工作日内提交报告。", set()),
        ("因维保原因造成的晚点不得超过每年2次。", set()),
        ("物业每月对保养质量打分。", set()),
        ("每月甲方从工单中抽取10%进行电话回访。", set()),
        ("每周一参加甲方周例会，每月第一个工作日提交月度工作计划。", {("meeting", "P1W", 1)}),
        ("备份保存不少于180天，年末数据保存不少于10年。", set()),
        ("某系统年度维护服务协议书", set()),
        ("每月进行2次军事训练，每季度考核一次。", {("training", "P1M", 2)}),
        ("甲方新任系统管理员上岗前，乙方提供操作培训。", {("training", "event:人员变动", None)}),
        ("每半年对数据库进行一次性能优化。", {("maintenance", "P6M", 1)}),
        ("重大活动期间（每年不少于4次），乙方应派员现场值守。", {("other:standby", "event:重大活动", None)}),
        ("其余时间（含法定节假日）至少一人值班。", set()),
        ("节日期间每日至少巡查两次。", {("inspection", "P1D", 2)}),
        ("保洁员每日上班时间为6:30至17:30。", set()),
        ("乙方应建立客户档案，每半年更新一次。", {("other:records", "P6M", 1)}),
        ("维修保养：设备每年停机不超过18天。", set()),
        ("每年免费为院方培训工程师1名。", {("training", "P1Y", 1)}),
    ],
)
def test_work_as_contracts_write_it(text: str, wanted: set[tuple[str, str, int | None]]):
    assert duties(text) == wanted


def test_figures_as_contracts_write_them():
    assert quotas("录像完整率不低于96%。") == {("completeness", 96)}
    assert quotas("年度停机累计不超过5小时，其中单次不超过1小时。") == {("downtime", 5), ("outage", 1)}
    assert quotas("备件按不高于投标单价的90%供应。") == set()
    assert quotas("每季度更换人员比例不得超过20%。") == {("staff_turnover", 20)}
    assert quotas("完成对甲方不少于5名技术人员的培训。") == set()
    assert quotas("恢复时间目标3小时，恢复点目标25分钟。") == {("rto", 3), ("rpo", 25)}
    assert quotas("同类故障半年内重复发生不超过2次。") == {("repeat_count", 2)}
    assert quotas("乙方应指派专人（不少于2名）负责日常工作。") == {("staff_count", 2)}


# -- parties, hours, periods -----------------------------------------------------------------------------------------


def test_working_time_is_read_where_it_is_defined_for_the_document():
    text = "“工作时间”指工作日的9:00至18:00。\n乙方在工作时间内提供热线电话和在线客服支持。"
    assert {(h.channel, h.basis, h.windows) for h in read_text(text).service_hours} == {
        ("hotline", "business_hours", ("09:00-18:00",)), ("remote", "business_hours", ("09:00-18:00",)),
    }  # fmt: skip
    assert read_text("“门诊高峰”系指工作日7:30至11:30。").service_hours == []


def test_somebody_on_duty_in_the_other_hours_makes_it_all_of_them():
    text = "工程师三名，工作日7:30-18:00在岗，其余时间至少一人在院值班。"
    assert {(h.channel, h.basis) for h in read_text(text).service_hours} == {
        ("onsite", "business_hours"), ("onsite", "24x7"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "they", "we"),
    [
        ("某市第一中学（以下简称“学府”）与某某科技公司（以下简称“锐锋”）订立本合同。", "学府", "锐锋"),
        ("维保单位（以下简称“本单位”）", None, "本单位"),
        ("综合业务管理系统（以下简称“本系统”）", None, None),
    ],
)
def test_names_that_a_document_gives_to_its_parties(text: str, they: str | None, we: str | None):
    found = parties(text.replace("（", "(").replace("）", ")"))
    assert (found.they.pattern if found.they else None, found.we.pattern if found.we else None) == (they, we)


def test_a_document_that_names_its_system_is_not_about_a_customer_of_that_name():
    text = "综合业务管理系统（以下简称“本系统”）的维护如下。\n本系统应在停机后4小时内恢复。"
    assert within(text) == {("resolve", "PT4H")}


def test_lengths_of_a_contract():
    assert [
        (p.kind, p.length) for p in read_text("本协议有效期二十四个月，期满后自动续展一年。").periods
    ] == [("service_contract", "P24M")]
    renewed = "乙方应在15日内更换新设备，更换后的设备质保期自更换之日起重新计算，不少于36个月。"
    assert [(p.kind, p.length) for p in read_text(renewed).periods] == [("repair_warranty", "P36M")]


def test_what_follows_staff_on_site_is_the_warranty():
    text = "乙方提供为期3个月的现场驻场支持，驻场期满后转入三年免费维护期。"
    assert {(p.kind, p.length) for p in read_text(text).periods} == {
        ("onsite_staff", "P3M"),
        ("warranty", "P3Y"),
    }
    assert [p.length for p in read_text("质保期自终验之日起三年（36个月）。").periods] == ["P3Y"]
    assert read_text("备份介质保存不少于90天，数据每日备份。").periods == []
    mended = "因维修质量引起的返工，自修复验收之日起七个月内负责免费返修。"
    assert {(p.kind, p.length) for p in read_text(mended).periods} == {("repair_warranty", "P7M")}
    bound = "备品备件质保期与原设备一致，且不得少于12个月。"
    assert {(p.kind, p.length) for p in read_text(bound).periods} == {("warranty", "P12M")}


def test_levels_may_have_colours_and_warnings_of_the_weather_are_none():
    text = "全院性中断的，为红色事件，恢复时间不得超过5小时；单个科室中断的，为橙色事件，应在2小时内恢复。"
    assert limits(text) == {("resolve", "PT5H", "红色事件"), ("resolve", "PT2H", "橙色事件")}
    assert limits("遇暴雨红色预警时，应急队伍应在1小时内到位。") == {("arrive", "PT1H", "any")}
    assert [level_id(f"{colour}色事件") for colour in "红橙黄"] == ["critical", "major", "minor"]


def test_a_level_with_its_meaning_in_a_bracket_keeps_its_name():
    assert limits("响应时间：A级（系统停运）15分钟，C级（一般问题）4小时。") == {
        ("respond", "PT15M", "A级"), ("respond", "PT4H", "C级"),
    }  # fmt: skip


def test_hours_of_staff_as_contracts_write_them():
    def hours(text: str) -> set[tuple[str, str]]:
        return {(h.channel, h.basis) for h in read_text(text).service_hours}

    assert hours("乙方应保证驻场服务时间不少于每日8小时、每周5天。") == {("onsite", "5x8")}
    assert hours("提供全年不间断的技术支持。") == {("any", "24x7")}
    assert hours("驻场服务人员周一至周五每天不少于8小时。") == {("onsite", "5x8")}
    assert hours("维修人员工作日8:00-18:00在岗、节假日安排1人值班。") == {("onsite", "business_hours")}
    assert hours("故障响应时间：工作日8:00-20:00为15分钟，其余时间为30分钟。") == set()
    assert hours("7×24小时的电话支持和5×8小时的现场支持，其中工作日8小时以内的响应不超过2小时。") >= {
        ("hotline", "24x7"), ("onsite", "5x8"),
    }  # fmt: skip


# -- charges ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("合同价款已包含人工、车辆及单价400元以下的备件费用，400元以上的备件由甲方据实结算。", ("in_warranty", "free", "charged")),
        ("维护费为每年人民币拾万元，含远程及现场服务的人工、差旅费用。", ("in_warranty", "free", "unspecified")),
        ("免费质保期内，人工、部件、差旅等费用均由承建方承担。", ("in_warranty", "free", "free")),
        ("服务费用包含600元（含）以下的零星材料，600元以上的材料由甲方另行支付。", ("in_warranty", "unspecified", "charged")),
        ("本合同包工包料，维修所需的一切人工、材料费用均由乙方承担。", ("in_warranty", "free", "free")),
        ("质保期满后，维修仅收取材料成本费，人工费按每人每天300元收取。", ("post_warranty", "charged", "cost")),
        ("服务费为包干价，不含人工及差旅。", None),
        ("维保费已包含人工及单价350元以下的配件，350元以上的配件按价目表另行收费。", ("in_warranty", "free", "charged")),
        ("合同期内，因使用不当造成的，材料费由甲方承担，人工费免收。", None),
    ],
)  # fmt: skip
def test_what_the_price_of_a_contract_covers(text: str, wanted: tuple[str, str, str] | None):
    assert [(c.phase, c.labour, c.parts) for c in read_text(text).charges] == ([wanted] if wanted else [])


def test_nothing_of_a_payment_schedule_is_a_promise():
    reading: Reading = read_text(
        "合同签订后7日内甲方支付30%，验收合格后15日内支付60%，余款10%于质保期满后30日内无息付清，逾期付款的，每日按应付款的0.3‰支付违约金。"
    )
    assert (reading.targets, reading.duties, reading.quotas) == ([], [], [])


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("本协议有效期二十四个月，自双方签字盖章之日起算。", "signing"),
        ("服务期自签约之日起三年。", "signing"),
        ("服务期限一年，自合同生效之日起计算。", "signing"),
        ("质保期自验收合格之日起三年。", "acceptance"),
        ("服务期限：2025年1月1日至2027年12月31日。", "contract_start"),
        ("本协议有效期两年。", "unspecified"),
    ],
)
def test_a_period_runs_from_what_the_contract_says_and_is_asked_where_it_says_nothing(text: str, starts: str):
    (period,) = read_text(text).periods
    assert period.starts == starts
    facts = {"kind": period.kind, "length": period.length, "starts": starts}
    asked = questions("period", facts, text, ())
    assert [one.code for one in asked] == (["start"] if starts == "unspecified" else [])
    assert answer("start", "signing", facts)["starts"] == "signing"
