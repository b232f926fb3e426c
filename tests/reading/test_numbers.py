"""Numbers that must hold, and numbers that are nobody's promise. Sentences made for these tests."""

import pytest

from luyue.reading.engine import read_text


def quotas(text: str) -> list[tuple[str, str, float]]:
    return sorted((q.what, q.op, q.value) for q in read_text(text).quotas)


def people(text: str) -> list[float]:
    return sorted(value for what, _, value in quotas(text) if what == "staff_count")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("派驻2名有三年经验的工程师，1名项目负责人。", [1, 2]),
        ("外线维修：10人，仓库管理：3人，客服：2人。", [2, 3, 10]),
        ("驻场工程师3人，其中至少1人持有高压电工证。", [1, 3]),
        ("运行班不少于14人，其中持特种作业证的不少于4人。", [4, 14]),
        ("公司现有技术人员56人，其中为本项目投入8人。", [8]),
        ("项目经理1人，工程师5人，客服2人。", [1, 2, 5]),
    ],
)
def test_people_for_the_work(text: str, expected: list[float]):
    assert people(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "公司在本省有技术服务人员45人，可随时调配。",
        "我单位目前在岗技术人员共86人。",
        "公司拥有工程师120人，其中高级工程师30人，持证电工15人。",
        "服务对象约1200人，其中教师80人。",
        "验收小组由采购人3人和供应商2人组成。",
        "评标委员会由5人组成。",
        "采购人指定2名联系人，配合我方工作。",
        "会议室可容纳30人，电梯限乘13人。",
    ],
)
def test_people_who_are_not_for_the_work(text: str):
    assert not people(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("设备一次验收合格率不低于95%。", ("pass_rate", ">=", 95)),
        ("故障一次修复率不低于90%。", ("first_fix", ">=", 90)),
        ("直播一次成功率不低于99%。", ("success_rate", ">=", 99)),
        ("磁盘剩余空间不低于20%。", ("free_disk", ">=", 20)),
        ("库温合格率不低于99%。", ("temperature_rate", ">=", 99)),
        ("已结工单抽查回访比例不低于15%。", ("follow_up_sample", ">=", 15)),
        ("驻场人员年度更换比例不超过20%。", ("staff_turnover", "<=", 20)),
        ("备件库存金额不低于合同总价的3%。", ("stock_ratio", ">=", 3)),
        ("仓库常备各口径水表，数量不低于在用总数的2%。", ("stock_ratio", ">=", 2)),
        ("指标|目标\n热线20秒接通率|≥90%", ("answer_rate", ">=", 90)),
        ("录像保存不少于30天，重点部位不少于90天。", ("video_retention", ">=", 90)),
        ("备件库常备电源模块10个、硬盘20块。", ("spares_on_site", ">=", 10)),
        ("吊杆电机备2台，制动器备3套。", ("spares_on_site", ">=", 3)),
        ("备件按在用设备3%储备；整屏不少于15块。", ("spares_on_site", ">=", 15)),
        ("院内存放呼叫按钮50个、手环30只。", ("spares_on_site", ">=", 50)),
        ("配备越野巡测车不少于4辆。", ("vehicles", ">=", 4)),
        ("每名工程师负责的站点不超过6座。", ("units_per_engineer", "<=", 6)),
        ("指标|目标\n用户投诉|每月 ≤3 件", ("complaint_count", "<=", 3)),
    ],
)
def test_what_must_hold(text: str, expected: tuple[str, str, float]):
    assert expected in quotas(text)


@pytest.mark.parametrize(
    "text",
    [
        "满意度考核占30%，响应及时率占40%。",
        "近三年客户满意度均达到98%以上。",
        "系统可用率＝（总时间－停机时间）/总时间×100%。",
        "质保期内累计停机时间超过72小时，质保期顺延。",
        "误分率不超过万分之五。",
        "链路带宽不低于100M。",
        "服务费按合同额的5%支付。",
        "准备3台车辆参加活动。",
    ],
)
def test_numbers_that_are_nobodys_promise(text: str):
    assert not quotas(text)


def test_a_share_without_a_name_of_its_own_takes_none_of_the_share_before():
    assert quotas("系统可用率不低于99%，误分率不超过万分之五。") == [("uptime", ">=", 99)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("其中注册消防工程师不少于1人。", ("staff_count", ">=", 1)),
        ("年度非计划断电次数不超过2次。", ("fault_count", "<=", 2)),
        ("全年累计断电时长不超过4小时。", ("downtime", "<=", 4)),
        ("设路段维护站3处。", ("service_points", ">=", 3)),
        ("维护车辆每站2辆。", ("vehicles", ">=", 2)),
        ("备件：控制器6台、栏杆机10套，存放于中心。", ("spares_on_site", ">=", 10)),
    ],
)
def test_numbers_of_things_by_other_names(text: str, expected: tuple[str, str, float]):
    assert expected in quotas(text)
