"""Figures that nobody promises, and promises that look like them. Sentences made for these tests."""

import pytest

from luyue.reading.engine import read_text


def found(text: str) -> set[tuple[str, ...]]:
    """Kind and first words of the key of each promise."""
    return {(type(one).__name__, *one.key[:3]) for one in read_text(text).promises}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("报价中承诺1小时到场的得4分，3小时到场的得2分，其余不得分。", "scoring"),
        ("响应时间每提前10分钟加1分，最高加5分。", "scoring"),
        ("评审时，每年保养次数不少于4次的计满分3分，否则不计分。", "scoring"),
        ("配备8名以上持证电工的，得满分。", "scoring"),
        ("成交供应商应在领取成交结果后20日内与采购人签订书面合同。", "tender"),
        ("质疑函应在公示期满后7个工作日内送达。", "tender"),
        ("须提供近三年内同类项目业绩不少于2个。", "history"),
        ("例如，某泵站每月停运5小时，则当月可用率为99.3%。", "example"),
        ("（示例：巡检单每月8日前提交。）", "example"),
        ("假设某台设备4小时未修复，则计1次超时。", "example"),
        ("《安全生产法》第三十三条规定，安全设备应当每年检测一次。", "law"),
        ("因合同发生的争议，应在20日内协商解决。", "both"),
        ("任何一方变更账号的，须提前10日通知另一方。", "both"),
        ("遭受不可抗力的，应在3日内书面通知并于15日内提供证明。", "both"),
        ("“重大缺陷”系指影响超过30%终端的缺陷。", "definition"),
        ("曾为两家医院提供维保，平均25分钟到场。", "history"),
        ("2022年5月，我公司在某水厂项目中3小时内修复了配电故障。", "history"),
        ("去年全院共停机6次，故障修复率为97%。", "history"),
        ("现有系统每日产生告警约300条，可用率97.2%。", "today"),
        ("原运维单位每月巡检两次。", "today"),
        ("院方信息科应每日检查日志。", "customer"),
        ("招标人将在5个工作日内确认方案。", "customer"),
        ("烦请贵校在接函后3个工作日内回执。", "customer"),
    ],
)  # fmt: skip
def test_sentences_of_nobodys_promise(text: str, reason: str):
    reading = read_text(text)
    assert reading.promises == []
    assert {one.reason for one in reading.leftovers} == {reason}


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("中标通知书发出后12日内，乙方应完成机房进场检查并2小时内响应报修。", ("Target", "respond", "any", "PT2H")),
        ("我公司目前在本市设有备件库，接报后90分钟内到达现场。", ("Target", "arrive", "any", "PT90M")),
        ("依据《消防法》第十六条，乙方应每年对设施检测一次。", ("Duty", "inspection", "P1Y", "1")),
        ("满意度得分不低于92分。", ("Quota", "satisfaction", ">=", "92.0")),
        ("除不可抗力外，乙方应在6小时内修复。", ("Target", "resolve", "any", "PT6H")),
        ("双方每两个月召开一次协调会。", ("Duty", "meeting", "P2M", "1")),
        ("一级故障：指全线停运，10分钟内响应。", ("Target", "respond", "一级故障", "PT10M")),
        ("例行保养每月一次。", ("Duty", "maintenance", "P1M", "1")),
        ("以往遗留的缺陷，乙方须在20日内修复。", ("Target", "resolve", "any", "P20D")),
        ("投标人承诺1小时到场。", ("Target", "arrive", "any", "PT1H")),
        ("客服坐席20秒内接听。", ("Target", "answer_call", "any", "PT20S")),
        ("值守人员40秒内应答。", ("Target", "respond", "any", "PT40S")),
    ],
)  # fmt: skip
def test_promises_that_look_like_them(text: str, promise: tuple[str, ...]):
    assert promise in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "水泵应在20秒内启动。",
        "页面响应时间不超过2秒。",
        "开机后15分钟内温度降至22℃。",
        "告警信号应在5秒内上传。",
        "每运行800小时更换一次机油。",
        "人工登记平均需要35分钟。",
        "服务人员每年体检一次。",
        "2022年度完成巡检36次。",
    ],
)
def test_what_machines_do_is_no_promise_of_people(text: str):
    assert found(text) == set()


def test_a_chapter_about_the_customer_the_tender_or_the_firm_promises_no_work():
    text = (
        "一、甲方责任\n1. 每日清扫一次，损坏后24小时内报修。\n二、乙方责任\n1. 每月巡检一次。\n"
        "三、公司简介\n我们年均巡检3000次，28分钟到场。\n四、评分标准\n30分钟到场为优，2小时到场为良。\n五、服务承诺\n4小时内到场。"
    )
    reading = read_text(text)
    assert found(text) == {("Duty", "inspection", "P1M", "1"), ("Target", "arrive", "any", "PT4H")}
    assert {one.reason for one in reading.leftovers} == {"customer", "history", "scoring"}


def test_a_chapter_about_the_customer_may_hold_what_we_owe_and_how_long():
    text = (
        "一、项目背景\n服务期三年，乙方每季度巡检一次。\n二、甲方权利义务\n甲方报修的，乙方应在2小时内到场。"
    )
    assert {("Period", "service_contract", "P3Y"), ("Duty", "inspection", "P3M", "1")} <= found(text)
    assert ("Target", "arrive", "any", "PT2H") in found(text)


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("响应时长严禁超过20分钟。", ("Target", "respond", "any", "PT20M")),
        ("到场不应晚于报修后2小时。", ("Target", "arrive", "any", "PT2H")),
        ("备件库存不可低于15件。", ("Quota", "spares_on_site", ">=", "15.0")),
        ("保养间隔不得超过20天。", ("Duty", "maintenance", "P20D", "1")),
        ("完好率不能低于97%。", ("Quota", "uptime", ">=", "97.0")),
        ("五个法定工作日内书面回复。", ("Target", "respond", "any", "P5D")),
        ("整机质保两年零三个月。", ("Period", "warranty", "P27M")),
        ("隔周检查一次管网。", ("Duty", "inspection", "P2W", "1")),
        ("逢单月对滤网清洗一次。", ("Duty", "maintenance", "P2M", "1")),
        ("每年4月和11月各检修一次。", ("Duty", "inspection", "P1Y", "2")),
        ("每月8日、18日、28日各巡检一次。", ("Duty", "inspection", "P1M", "3")),
        ("入冬前、入夏前各保养一次。", ("Duty", "maintenance", "P6M", "1")),
    ],
)  # fmt: skip
def test_promises_in_unusual_form(text: str, promise: tuple[str, ...]):
    assert promise in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "监理方每周召开一次例会。",
        "总包单位每月组织一次安全检查。",
        "消防机构每年检查一次。",
        "业主每年组织一次满意度测评。",
        "阅览室开放时间为周一至周日9:00-21:00。",
        "安装调试周期20天。",
        "值守员每6小时轮换一次。",
        "师生每学年体检一次。",
    ],
)
def test_what_others_do_is_no_promise(text: str):
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("监理方每周召开一次例会，乙方参加。", ("Duty", "meeting", "P1W", "1")),
        ("乙方配合消防机构每年检查一次。", ("Duty", "inspection", "P1Y", "1")),
        ("热线开放时间为周一至周日9:00-21:00。", ("ServiceHours", "hotline", "business_hours")),
        ("巡检周期20天。", ("Duty", "inspection", "P20D", "1")),
        ("滤芯每6个月轮换一次。", ("Duty", "other:replacement", "P6M", "1")),
    ],
)
def test_what_is_done_beside_them_is(text: str, promise: tuple[str, ...]):
    assert promise in found(text)
