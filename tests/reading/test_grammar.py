"""General ways of saying when work is due. Sentences made for these tests."""

import pytest

from luyue.reading.engine import read_text


def done(text: str) -> set[tuple[str, str]]:
    return {(d.activity, d.every.split(":")[0]) for d in read_text(text).duties}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每日：机房巡查两遍并登记。", {("inspection", "P1D")}),
        ("每天 7:30 前完成泵房的晨检。", {("inspection", "P1D")}),
        ("每个工作日为数据库做快照。", {("backup", "P1D")}),
        ("周度检查由班组长带队。", {("inspection", "P1W")}),
        ("闸机一个礼拜看一遍。", {("inspection", "P1W")}),
        ("年度停机大检修一次。", {("inspection", "P1Y")}),
        ("每月1次对阀门做检查，全年12次。", {("inspection", "P1M")}),
        ("寒暑假各做一次终端保养。", {("maintenance", "P6M")}),
        ("春秋两季各检测一次接地。", {("inspection", "P6M")}),
        ("日检（每日开馆前逐台试机）。", {("inspection", "P1D")}),
        ("每月巡检一次，每季度备份一次配置。", {("inspection", "P1M"), ("backup", "P3M")}),
        ("我们每半年给食堂上一堂操作课。", {("training", "P6M")}),
        ("一年换一次滤芯。", {("other:replacement", "P1Y")}),
        ("数据库每日增量、每周全量备份。", {("backup", "P1D"), ("backup", "P1W")}),
        ("技师每月来店一次，查皮带，并写一份保养单。", {("inspection", "P1M"), ("report", "P1M")}),
        ("每年提供两次现场巡检与培训。", {("inspection", "P1Y"), ("training", "P1Y")}),
        ("年度大修：每年一次。", {("maintenance", "P1Y")}),
        ("服务总结 每学期结束后10日内 书面", {("report", "P6M")}),
        ("专业 | 频次 | 记录\n水泵巡查 | 每日 | 电子巡检单", {("inspection", "P1D")}),
        ("每月出具书面“维修保养报告书”。", {("report", "P1M")}),
        ("定期（每月一次）上门巡检，对系统进行检查维护。", {("inspection", "P1M")}),
        ("每月更新设备台账。", {("other:records", "P1M")}),
        ("病毒库每周更新一次。", {("upgrade", "P1W")}),
        ("保养周期控制在20天以内。", {("maintenance", "P20D")}),
        ("硬盘检查：1 次 / 周。", {("inspection", "P1W")}),
        ("每季度巡检一次，及时处理隐患，并提交巡检报告。", {("inspection", "P3M"), ("report", "P3M")}),
        ("每月清洁设备，检查指示灯，测试备用电源。", {("maintenance", "P1M")}),
        ("每季度碰面一次，通报巡检情况。", {("meeting", "P3M")}),
        (
            "序号\t维护项目\t维护周期\n1\t主机检查\t每月\n2\t电池放电测试\t每半年",
            {("inspection", "P1M"), ("other:test", "P6M")},
        ),
        ("每年巡检4次（每季度一次），并出具巡检报告。", {("inspection", "P3M"), ("report", "P3M")}),
    ],
)
def test_rhythms(text: str, expected: set[tuple[str, str]]):
    assert done(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "10月底前拆除临时设备并清洁场地。",
        "6月30日前完成检查。",
        "年度保养可另签协议。",
        "每月合计不超过4小时的维护窗口。",
        "口令须每60天更换，密码每60天更换。",
        "人员调整须提前五日报业主备案。",
        "按年度合同执行维护。",
    ],
)
def test_what_is_no_rhythm(text: str):
    assert not {pair for pair in done(text) if pair[1].startswith("P1") or pair[1].startswith("P6")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("质保期满时，由我方对整套设备做一次检查。", {("inspection", "event")}),
        ("大型展会前10天完成展厅设备的专项检查。", {("inspection", "event")}),
        ("音乐节期间，派2名技师现场保障。", {("other:standby", "event")}),
        ("交货时对操作人员进行现场培训。", {("training", "event")}),
        ("开幕前一周全面检查一遍。", {("inspection", "event")}),
        (
            "质保期满前，对系统做一次全面检测，并提交检测报告。",
            {("inspection", "event"), ("report", "event")},
        ),
        ("操作人员变动时，我公司免费提供再培训。", {("training", "event")}),
        ("设备搬迁后，我公司重新培训使用人员。", {("training", "event")}),
        ("故障处理结束后，填写《故障处理单》。", {("report", "event")}),
        ("每次的上门维护，由技师填写服务单。", {("report", "event")}),
        ("每次保养完成后填写保养记录表。", {("other:document", "event")}),
        ("系统升级后，为用户提供升级内容的培训。", {("training", "event")}),
        ("每年雷雨季前检测一次接地电阻。", {("inspection", "P1Y")}),
    ],
)
def test_events(text: str, expected: set[tuple[str, str]]):
    assert done(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "安装完成后，我公司组织不少于3天的培训。",
        "用户培训，培训时间为5个工作日。",
        "操作培训共24课时。",
        "免费为使用单位培训2-3名操作人员。",
        "验收合格后现场培训，时间不少于1天。",
        "集中授课与现场操作结合，共安排3期。",
        "装机那天教一遍。",
    ],
)
def test_a_training_with_its_length_is_given_once(text: str):
    assert done(text) == {("training", "once")}


def test_what_is_taught_is_not_done():
    assert done("调试完成后，对值班员进行日常维护培训。") == {("training", "event")}


def test_rows_without_their_lines_keep_their_works():
    text = (
        "序号作业内容频次交付物1参数抄录每4小时运行日志2皮带检查每月维护单3水罐清洗每季维护单4水质检测半年1次检测报告"
        + (
            "5资料整理并交甲方设备管理部门存档备查6指标完成率不达标的扣月费7现场清理8其他事项按甲方要求办理9各项工作均须留有影像资料备查10作业前办理工作票"
            "11作业后恢复现场原状并经值班人员确认签字12所有人员持证上岗并服从现场管理规定13工器具由乙方自备并定期送检"
        )
    )
    assert done(text) >= {
        ("inspection", "PT4H"),
        ("inspection", "P1M"),
        ("maintenance", "P3M"),
        ("inspection", "P6M"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每年春运前、暑运前各开展一次全面检修。", {("inspection", "P1Y")}),
        ("夏季、冬季来临前各保养一次主机。", {("maintenance", "P6M")}),
        ("巡检周期：核心设备每周，一般设备每月。", {("inspection", "P1W"), ("inspection", "P1M")}),
        ("汛期（4月至10月）每月维护1次雨量站。", {("maintenance", "P1M")}),
        ("流量计每年比测一次。", {("other:calibration", "P1Y")}),
        ("每年组织综合演练不少于2次、专项演练不少于4次。", {("drill", "P1Y")}),
        ("排水泵每月试运行一次、雨季前全面保养一次。", {("inspection", "P1M")}),
    ],
)
def test_seasons_and_named_rhythms(text: str, expected: set[tuple[str, str]]):
    assert done(text) == expected


def test_a_heading_owes_nothing():
    assert not done("三、汛期值守\n本章所称汛期为四月至十月。")


def test_a_guard_during_an_event_is_told_once():
    found = [d.every for d in read_text("重大活动前进行一次全面检查，活动期间安排专人现场值守。").duties]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("住户满意度每半年调查一次。", {("survey", "P6M")}),
        ("每月10日前报送上月能耗分析。", {("report", "P1M")}),
        ("新护士入职时安排一次操作培训。", {("training", "event")}),
        ("新入职护理员每批培训一次，每次不少于2小时。", {("training", "event")}),
        ("设备安装后提供一次操作培训。", {("training", "once")}),
        ("每场演出前完成设备点检。", {("inspection", "event")}),
        ("承载设备每年检验一次，检验报告在15日内提交。", {("inspection", "P1Y")}),
        ("承载设备每年检验一次，并提交检验报告。", {("inspection", "P1Y"), ("report", "P1Y")}),
        ("每日9点前发送抄表日报。", {("report", "P1D")}),
        ("每周一抄表一次。", {("inspection", "P1W")}),
    ],
)
def test_works_that_were_taken_for_others(text: str, expected: set[tuple[str, str]]):
    assert done(text) == expected
