"""Hours and quotas as bids write them. Sentences made for these tests."""

import pytest

from luyue.reading.engine import read_text


def hours(text: str) -> set[tuple[str, str]]:
    return {(h.channel, h.basis) for h in read_text(text).service_hours}


def quotas(text: str) -> set[tuple[str, float]]:
    return {(q.what, q.value) for q in read_text(text).quotas}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话支持（7×24小时）、远程支持（5×8小时）。", {("hotline", "24x7"), ("remote", "5x8")}),
        (
            "电话支持 7×24小时 远程支持 5×8小时 现场支持 5×8小时",
            {("hotline", "24x7"), ("remote", "5x8"), ("onsite", "5x8")},
        ),
        ("微信工单7×24小时受理。", {("remote", "24x7")}),
        ("提供7×24小时技术支持，包括电话、远程和现场。", {("any", "24x7")}),
        ("服务响应：7×24小时响应，1小时到达现场。", {("any", "24x7")}),
        ("提供24小时远程诊断。", {("remote", "24x7")}),
        ("泵房控制室实行24小时双人值守。", {("onsite", "24x7")}),
        ("第三章 人员 5 8 驻场工程师1名。", {("onsite", "5x8")}),
        ("普通问题8-24小时响应。", set()),
        ("每周5天、每天8小时驻场服务。", {("onsite", "5x8")}),
        ("服务热线：0755-00000000（8:30-18:00）。", {("hotline", "business_hours")}),
        ("水泵须能7×24小时运行。", set()),
    ],
)
def test_hours_belong_to_the_channel_beside_them(text: str, expected: set[tuple[str, str]]):
    assert hours(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每月抽取8%的工单进行电话回访。", {("follow_up_sample", 8)}),
        ("按不低于总数12%的比例抽测探测器。", {("test_sample", 12)}),
        ("备件满足率不低于93%。", {("fill_rate", 93)}),
        ("同一故障返修率≤3%。", {("repeat_rate", 3)}),
        ("恢复时限达标率≥96%。", {("on_time_rate", 96)}),
        ("车牌识别率≥99%，支付成功率不低于98%。", {("recognition_rate", 99), ("success_rate", 98)}),
        ("快照每日一次，保留 14 天。", {("backup_retention", 14)}),
        ("录像数据保存不少于45天。", {("video_retention", 45)}),
        ("能耗数据保存不少于5年。", {("data_retention", 5)}),
        ("非计划停机全年累计不超过6小时。", {("downtime", 6)}),
        ("指标|目标\n住户满意度|≥88分\n用户投诉|全年≤3次", {("satisfaction", 88), ("complaint_count", 3)}),
        ("存放常用备件不少于25种。", {("spares_on_site", 25)}),
        ("首次响应及时率95%，一次修复率85%。", {("on_time_rate", 95), ("first_fix", 85)}),
        ("配置专职工程师3名、兼职2名。", {("staff_count", 3), ("staff_count", 2)}),
        ("另派2名技师赴原厂培训。", {("training_places", 2)}),
        ("每名技师负责设备数不超过15台。", {("units_per_engineer", 15)}),
        ("断电时由我方派3人手工放行。", {("staff_count", 3)}),
        ("配备抢修车2辆，登高车1辆。", {("vehicles", 2), ("vehicles", 1)}),
    ],
)
def test_quotas_are_named_by_what_they_count(text: str, expected: set[tuple[str, float]]):
    assert quotas(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我公司现有员工300人，其中工程师90人。",
        "公司在全国设有40个办事处。",
        "培训对象：系统管理员2名，操作员10名。",
        "若可用率低于95%，则延长质保期。",
        "三级（严重） 单线停运 工作时间 15分钟 2小时 6小时",
        "停产后继续供应配件不少于8年。",
        "投诉力争不超过百分之三。",
        "考核得分90分以上付全款。",
    ],
)
def test_what_a_firm_says_of_itself_is_no_quota(text: str):
    assert quotas(text) == set()
