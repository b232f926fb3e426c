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


@pytest.mark.parametrize(
    "heading",
    ["六、甲方的责任", "八、需要园区配合的事项", "三、业主义务", "第五条 客户的义务和权利", "四、配合要求", "（二）请车间配合的工作"],
)  # fmt: skip
def test_what_stands_under_their_heading_is_no_promise(heading: str):
    text = f"一、服务承诺\n我方接到报修后2小时内到场。\n{heading}\n（一）各班组应在停机检修前提前3天通知值班室；\n（二）对检修申请应于5个工作日内予以批复；\n（三）每季度清扫一次机房外围。"
    read = read_text(text)
    assert {(t.metric, t.within) for t in read.targets} == {("arrive", "PT2H")}
    assert not read.duties


@pytest.mark.parametrize(
    "heading", ["六、双方的责任", "六、乙方的责任", "六、费用与甲方义务", "六、售后服务配合"]
)
def test_what_we_owe_under_such_a_heading_is_one(heading: str):
    text = f"{heading}\n（一）乙方应在接到报修后2小时内到场；\n（二）乙方每季度清洗一次滤网。"
    read = read_text(text)
    assert {(t.metric, t.within) for t in read.targets} == {("arrive", "PT2H")}
    assert [d.activity for d in read.duties] == ["maintenance"]


def test_we_owe_under_their_heading_too():
    text = "六、甲方的责任\n甲方停电检修应提前3天通知。\n乙方应在接到通知后2小时内到场。"
    assert {t.metric for t in read_text(text).targets} == {"arrive"}


@pytest.mark.parametrize(
    "text",
    [
        "《特种设备安全监察规定》第二十条规定，维护保养记录应当保存不少于三年。",
        "《档案管理办法》（市档发〔2020〕3号）要求，会议录像保存不少于10年。",
        "依据《网络安全法》第二十一条，日志留存不得少于六个月。",
        "《医疗器械使用质量监督管理办法》第十五条明确，使用记录保存不少于五年。",
        "《消防设施通用规范》规定：每年至少检测一次。",
        "依据《数据安全法》第三十条，重要数据每年评估一次；依据《密码法》第二十七条，系统每年评估一次。",
    ],
)
def test_what_a_law_says_is_no_promise(text: str):
    read = read_text(text)
    assert not read.quotas and not read.duties
    assert {one.reason for one in read.leftovers} <= {"law"}


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        ("按照《电梯维护保养规则》第六条，每15天保养一次。", ["maintenance"]),
        ("根据《消防法》要求，每年检测一次消防设施。", ["inspection"]),
        ("《维保规则》第八条规定的项目，由我方每月检查一次。", ["inspection"]),
    ],
)
def test_what_is_done_because_of_a_law_is_one(text: str, duties: list[str]):
    assert [d.activity for d in read_text(text).duties] == duties


@pytest.mark.parametrize(
    "text",
    [
        "XX县供水二期，2022年平均完好率97.4%。",
        "2021年至今服务热线接通率93%；群众满意度98.2%。",
        "目前泵站停机检修的约占三成。",
        "据统计，投诉约占两成。",
        "以北区为例，2020学年当日修复率91%，师生评价良好。",
        "2019年以前采购的水表占比约23%，在线率约76%。",
    ],
)
def test_how_things_were_is_no_promise(text: str):
    assert not read_text(text).quotas


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025年度设备完好率不低于98%。", 98),
        ("我方承诺2025年在线率97%。", 97),
        ("2026年起可用率≥99.5%。", 99.5),
        ("到2025年底，热线接通率达到95%以上。", 95),
    ],
)
def test_a_share_of_a_year_with_a_bound_is_one(text: str, value: float):
    assert [q.value for q in read_text(text).quotas] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "站区每季度对我公司服务测评一次。",
        "园区每半年对我方评议一次。",
        "总务处每月对我司打分一次。",
        "调度中心每季度对乙方评价一次。",
    ],
)
def test_who_judges_us_works_by_no_calendar_of_ours(text: str):
    assert not read_text(text).duties


def open_hours(text: str) -> set[tuple[str, str]]:
    return {(h.channel, h.basis) for h in read_text(text).service_hours}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| 渠道 | 受理时间 |\n|---|---|\n| 维修热线 | 7×24 小时 |\n| 平台工单 | 7×24 小时 |\n| 企业微信群 | 工作时间 |", {("hotline", "24x7"), ("remote", "24x7"), ("remote", "business_hours")}),
        ("| 方式 | 开放 |\n|---|---|\n| 现场服务台 | 5×8 小时 |\n| 公众号 | 7×24 |", {("onsite", "5x8"), ("remote", "24x7")}),
        ("| 渠道 | 基础版 | 尊享版 |\n|---|---|---|\n| 帮助中心、机器人 | 7×24 | 7×24 |\n| 电话 | — | 工作时间 |", {("remote", "24x7"), ("hotline", "business_hours")}),
        ("维修电话及平台工单全天候（7×24小时）受理。", {("hotline", "24x7"), ("remote", "24x7")}),
        ("报修热线和微信小程序7×24小时受理。", {("hotline", "24x7"), ("remote", "24x7")}),
        ("驻场锅炉工工作日7:30到岗、17:30离岗。", {("onsite", "business_hours")}),
        ("值守员每日早8:00上岗，18:00下班。", {("onsite", "business_hours")}),
    ],
)  # fmt: skip
def test_channels_and_their_hours(text: str, expected: set[tuple[str, str]]):
    assert open_hours(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "## 一、术语\n- **工作时间**：工作日 8:30—12:00、13:30—17:30。\n- **响应**：电话接通。",
        "二、名词解释\n工作时间：周一至周五9:00-18:00。",
        "第二条 定义\n“工作时间”为工作日8:00-17:00。",
    ],
)
def test_what_working_time_means_opens_no_channel(text: str):
    assert not open_hours(text)


def test_working_time_under_a_level_is_when_a_limit_holds():
    text = "级别 | 时段 | 响应\n一级 | 工作时间 | 电话响应5分钟\n二级 | 工作时间 | 电话响应15分钟"
    assert not open_hours(text)


def figures(text: str) -> set[tuple[str, float]]:
    return {(q.what, q.value) for q in read_text(text).quotas}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每季度对不少于20%的水表用户进行电话回访。", ("follow_up_sample", 20)),
        ("每月对不低于 5% 的已办结维修单抽样回访。", ("follow_up_sample", 5)),
        ("每半年对至少10%的商户走访一遍。", ("follow_up_sample", 10)),
        ("每季度随机抽取不少于3%的磁带进行恢复验证。", ("test_sample", 3)),
        ("每年抽取不少于10%的探测器作响应试验。", ("test_sample", 10)),
        ("每月对不少于8%的养护点位进行复核。", ("inspection_sample", 8)),
    ],
)
def test_a_part_of_all_is_a_sample(text: str, expected: tuple[str, float]):
    assert expected in figures(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("维修电工4人，每人负责6至8座泵房。", ("units_per_engineer", 8)),
        ("管家12名，每人负责3个小区。", ("units_per_engineer", 3)),
        ("我方自有车辆3台用于抢修。", ("vehicles", 3)),
        ("投标人自备工程车辆2辆。", ("vehicles", 2)),
        ("每年选送3名电工参加厂商认证。", ("training_places", 3)),
        ("暑期选派2名护士长赴厂家学习。", ("training_places", 2)),
        ("在园区南门设运维站一个，距配电房500米。", ("service_points", 1)),
        ("车牌识别准确率不低于98%。", ("recognition_rate", 98)),
        ("保洁员出勤率不低于95%。", ("attendance_rate", 95)),
        ("库房常备水泵2台、UPS 6台、阀门20个。", ("spares_on_site", 6)),
    ],
)
def test_people_cars_places_and_posts(text: str, expected: tuple[str, float]):
    assert expected in figures(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("旧泵房自签约之日起一并代管，代管期两年。", {("service_contract", "P2Y")}),
        ("服务期与主合同一致，共24个月。", {("service_contract", "P24M")}),
        ("订购期为12个月。", {("service_contract", "P12M")}),
        ("质保期满后继续供应滤芯等备件，不少于十年。", {("other:spares", "P10Y")}),
        ("质保期前一年派驻电工2名。", {("onsite_staff", "P1Y")}),
        ("整机质保五年，电池的原厂质保期仅为2年，差额由我方承担。", {("warranty", "P5Y")}),
    ],
)  # fmt: skip
def test_periods_under_other_names(text: str, expected: set[tuple[str, str]]):
    assert {(p.kind, p.length) for p in read_text(text).periods} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("泵房巡检：一号泵每周一次，二号泵每月一次，其余每半年一次。", {("inspection", "P1W"), ("inspection", "P1M"), ("inspection", "P6M")}),
        ("滤网清洗：门诊楼每月一次，住院楼每季度一遍，其余每年一次。", {("maintenance", "P1M"), ("maintenance", "P3M"), ("maintenance", "P1Y")}),
        ("每周对管网压力作一次诊断。", {("inspection", "P1W")}),
        ("每月核对一次抄表数据。", {("inspection", "P1M")}),
        ("每季度做一次弱口令和端口扫描。", {("other:risk_assessment", "P3M")}),
        ("每半年组织桌面推演一次。", {("drill", "P6M")}),
        ("| 工作 | 频次 | 交付物 |\n|---|---|---|\n| 锅炉巡检 | 每日1次 | 巡检日报 |\n| 水质化验 | 每月1次 | 化验月报 |", {("inspection", "P1D"), ("other:test", "P1M")}),
    ],
)  # fmt: skip
def test_works_and_their_rhythms(text: str, expected: set[tuple[str, str]]):
    assert {(d.activity, d.every) for d in read_text(text).duties} == expected


@pytest.mark.parametrize(
    "text",
    [
        "春运、暑运等重大活动期间，我方安排不少于3人24小时轮值。",
        "重大活动期间，公司派2名技师坐镇指挥室。",
        "重大会议期间每天巡检两次，并安排专人值守。",
    ],
)
def test_who_stands_by_while_something_is_on(text: str):
    assert "other:standby" in {d.activity for d in read_text(text).duties}


@pytest.mark.parametrize(
    "text",
    [
        "故障类别　　　影响范围　　　　　　　电话响应　　到达现场　　修复时间\n重大故障　两座以上泵房停水，居民断水　　5分钟　　　20分钟　　　2小时\n一般故障　　　单台水泵停机　　　　　　　15分钟　　　1小时　　　　8小时",
        "级别　　　说明　　　响应时间　　到场时间　　恢复时间\n重大故障　全厂停电，产线停　　5分钟　　20分钟　　2小时\n一般故障　　单盏灯不亮　　15分钟　　1小时　　8小时",
    ],
)  # fmt: skip
def test_rows_parted_by_runs_of_spaces(text: str):
    assert limits(text) == {
        ("respond", "PT5M", "重大故障"), ("arrive", "PT20M", "重大故障"), ("resolve", "PT2H", "重大故障"),
        ("respond", "PT15M", "一般故障"), ("arrive", "PT1H", "一般故障"), ("resolve", "PT8H", "一般故障"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| 申请事项 | 完成时限 |\n|---|---|\n| 新增门禁卡 | 4 小时 |\n| 车位变更 | 2 个工作日 |", {("other:work", "PT4H", "any"), ("other:work", "P2D", "any")}),
        ("| 故障 | 完成时限 |\n|---|---|\n| 单梯故障 | 4 小时 |", {("resolve", "PT4H", "any")}),
        ("修不好的，立即启用移动发电车，启用时间不超过15分钟。", {("loaner", "PT15M", "any")}),
        ("主泵2小时内修不好的，启用柴油泵，启用时限为30分钟。", {("loaner", "PT30M", "any")}),
        ("关键备件2小时内送达本部，派出所4小时内送达。", {("spare_delivery", "PT2H", "any"), ("spare_delivery", "PT4H", "any")}),
        ("紧急变更提前2小时通知住户。", {("other:advance_notice", "PT2H", "any")}),
        ("每年寒、暑两季对派出所各巡检一次。", set()),
    ],
)  # fmt: skip
def test_limits_of_requests_substitutes_and_notices(text: str, expected: set[tuple[str, str, str]]):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("旧泵的人工及车辆费用包含在报价内，所更换的备件按清单所列单价结算。", ("in_warranty", "free", "charged")),
        ("上门及维修人工已包含在投标总价中。", ("in_warranty", "free", "unspecified")),
        ("订购期内，本章所列支持服务不另收费。", ("in_warranty", "free", "unspecified")),
        ("协议期内维修人工免费，零件按价目表价格收取。", ("in_warranty", "free", "charged")),
        ("质保期满后，备件按不高于合同单价供应；人工费每人每天600元。", ("post_warranty", "charged", "charged")),
        ("服务期内维修人工不收费，300元以上的配件由各车间自行采购。", ("in_warranty", "free", "charged")),
    ],
)  # fmt: skip
def test_who_pays_in_other_words(text: str, expected: tuple[str, str, str]):
    assert expected in {(c.phase, c.labour, c.parts) for c in read_text(text).charges}
