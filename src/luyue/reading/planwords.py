"""From the words of reading to the words of plan files, in both languages."""

import re

from luyue.domain.plan import vocabulary as v
from luyue.reading import severities

Pair = tuple[str, str]

KINDS: dict[str, Pair] = {
    "warranty": ("质保期", "Warranty"),
    "post_warranty": ("质保期后", "After the warranty"),
    "onsite_staff": ("驻场期", "Period of staff on site"),
    "service_contract": ("服务期", "Service period"),
    "repair_warranty": ("维修质保期", "Warranty of a repair"),
    "other": ("期间", "Period"),
}
# Metric of reading → metric of plan files.
_METRICS = {
    "respond": "respond", "remote_support": "remote", "depart": "depart", "arrive": "arrive", "resolve": "resolve",
    "replace": "replace", "loaner": "loan", "plan": "plan", "report": "report", "answer_call": "answer_call",
    "repair_return": "repair_return", "spare_delivery": "part_delivery",
}  # fmt: skip


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# metric of reading → (metric of plan files, what is done in Chinese, in English); the words are those of plan files
ACTS: dict[str, tuple[str, str, str]] = {
    name: (metric, v.METRIC_ACTS[metric][0], _capital(v.METRIC_ACTS[metric][1])) for name, metric in _METRICS.items()
}  # fmt: skip
# other:<word> → (owe, on, Chinese, English)
NOTICES: dict[str, tuple[str, str, str, str]] = {
    "advance_notice": ("notice.ahead", "change.planned", "提前通知", "Notice ahead"),
    "notify": ("notice.told", "request.received", "告知", "Notice"),
    "progress": ("report.progress", "case.progress", "通报进展", "Progress is told"),
    "follow_up": ("follow_up.case", "case.resolved", "回访", "Follow-up"),
    "document": ("document.handed_over", "document.changed", "提交资料", "Documents are handed over"),
    "delivery": ("delivery.goods", "contract.signed", "交付", "Delivery"),
    "set_up": ("resources.set_up", "contract.awarded", "备齐资源", "Resources are set up"),
    "staff": ("staff.provided", "staff.change", "人员到位", "Staff are in place"),
    "rescue": ("support.rescue", "emergency.people", "救出被困人员", "People are freed"),
    "dispatch": ("staff.dispatched", "request.received", "派单", "The order is passed on"),
    "diagnosis": ("analysis.cause", "request.received", "查明原因", "The cause is found"),
    "escalation": ("escalation.raised", "case.progress", "升级处理", "The case is raised"),
    "patch": ("release.patch", "defect.found", "提供补丁", "A patch is provided"),
    "beforehand": ("maintenance.ahead", "change.planned", "提前完成", "Work is done ahead"),
    "work": ("maintenance.asked", "request.received", "完成工作", "Work is done"),
}
# Such lengths run up to their event.
AHEAD = frozenset(("advance_notice", "beforehand"))
# Activity of reading → what a plan file owes, with words of its own where those of plan files are wider.
_OWED: dict[str, tuple[str, Pair | None]] = {
    "inspection": ("round", None),
    "maintenance": ("maintenance", None),
    "follow_up": ("follow_up", None),
    "training": ("training", None),
    "report": ("report", None),
    "meeting": ("meeting", None),
    "backup": ("backup", None),
    "upgrade": ("upgrade", None),
    "survey": ("survey", None),
    "drill": ("drill", None),
    "risk_assessment": ("assessment.risk", ("风险评估", "Risk assessment")),
    "calibration": ("test.calibration", ("校准", "Calibration")),
    "stocktake": ("stock.count", ("盘点", "Stock-taking")),
    "test": ("test", None),
    "replacement": ("replacement", None),
    "standby": ("cover", ("现场保障", "Cover on site")),
    "audit": ("review.audit", ("核对与审计", "Audit and reconciliation")),
    "document": ("form.filled_in", ("填写记录", "Records are filled in")),
    "records": ("document.kept", ("更新资料", "Records are kept up to date")),
    "work": ("maintenance", ("例行工作", "Routine work")),
}
# activity of reading → (owe, Chinese, English)
OWED: dict[str, tuple[str, str, str]] = {
    name: (owe, own[0], own[1]) if own else (owe, v.OWE_WORDS[owe][0], _capital(v.OWE_WORDS[owe][1]))
    for name, (owe, own) in _OWED.items()
}
# what: measure of plan files
MEASURES: dict[str, tuple[str, str, str]] = {
    "answer_rate": ("calls.answered", "接通率", "Rate of answered calls"),
    "abandon_rate": ("calls.abandoned", "放弃率", "Rate of abandoned calls"),
    "rings": ("calls.rings", "响铃次数", "Rings before the answer"),
    "satisfaction": ("satisfaction", "满意度", "Satisfaction"),
    "dissatisfaction": ("satisfaction.low", "不满意率", "Dissatisfaction"),
    "first_fix": ("resolution.first", "一次修复率", "First-time fix rate"),
    "follow_up_rate": ("follow_up.rate", "回访率", "Rate of follow-ups"),
    "follow_up_sample": ("follow_up.sample", "回访抽样比例", "Sample of follow-ups"),
    "on_time_rate": ("response.on_time", "及时率", "Rate of work on time"),
    "complaint_rate": ("quality.complaints", "投诉率", "Rate of complaints"),
    "inspection_rate": ("round.done", "巡检完成率", "Rate of inspections done"),
    "uptime": ("availability", "可用率", "Availability"),
    "outage": ("availability.outage", "单次停机时间", "Length of an outage"),
    "completeness": ("data.complete", "完整率", "Completeness"),
    "downtime": ("availability.downtime", "停机时间", "Down time"),
    "planned_downtime": ("availability.planned_downtime", "计划停机时间", "Planned down time"),
    "fault_rate": ("quality.faults", "故障率", "Rate of faults"),
    "false_alarm_rate": ("quality.false_alarms", "误报率", "Rate of false alarms"),
    "fault_count": ("quality.fault_count", "故障次数", "Number of faults"),
    "repeat_count": ("quality.repeat_count", "重复故障次数", "Number of repeated faults"),
    "stock_ratio": ("stock.ratio", "备件储备比例", "Ratio of stock"),
    "spares_on_site": ("stock.spares", "现场备件数量", "Number of spares on site"),
    "service_points": ("service_point.number", "服务网点数量", "Number of service points"),
    "vehicles": ("tools.vehicles", "车辆数量", "Number of vehicles"),
    "pass_rate": ("quality.passed", "合格率", "Pass rate"),
    "staff_turnover": ("staff.turnover", "人员流动率", "Turnover of staff"),
    "staff_count": ("staff.count", "人数", "Number of people"),
    "video_retention": ("recording.retention", "录像保存", "Recordings are kept"),
    "backup_retention": ("data.backup_retention", "备份保存", "Backups are kept"),
    "log_retention": ("data.log_retention", "日志保存", "Logs are kept"),
    "data_retention": ("data.retention", "数据保存", "Data are kept"),
    "record_retention": ("retention.records", "记录保存", "Records are kept"),
    "meeting_days_per_year": ("meeting.days", "全年会议", "Days of meetings a year"),
    "training_days": ("training.days", "培训", "Days of training"),
    "service_point_area": ("service_point.area", "服务点面积", "Area of the service point"),
    "free_disk": ("storage.free", "剩余空间", "Free space"),
    "repeat_rate": ("quality.repeated", "重复报障率", "Rate of repeated faults"),
    "offline_rate": ("quality.offline", "离线率", "Rate of devices offline"),
    "online_rate": ("quality.online", "在线率", "Rate of devices online"),
    "success_rate": ("quality.success", "成功率", "Rate of success"),
    "plan_rate": ("quality.planned_done", "计划完成率", "Rate of planned work done"),
    "temperature_rate": ("quality.temperature", "温湿度达标率", "Rate of temperature within limits"),
    "inspection_sample": ("quality.inspection_sample", "抽查比例", "Share inspected"),
    "test_sample": ("quality.test_sample", "抽测比例", "Share tested"),
    "quality_sample": ("quality.quality_sample", "质检抽样", "Share checked for quality"),
    "complaint_count": ("quality.complaint_count", "投诉次数", "Number of complaints"),
    "fill_rate": ("quality.parts_available", "备件满足率", "Rate of parts at hand"),
    "recognition_rate": ("quality.recognised", "识别率", "Rate of recognition"),
    "read_rate": ("quality.read", "识读率", "Rate of codes read"),
    "durability": ("quality.durability", "数据持久性", "Durability of data"),
    "units_per_engineer": ("quality.units_per_engineer", "人均设备数", "Devices for each engineer"),
    "training_places": ("quality.training_places", "培训名额", "Places in the training"),
    "training_hours": ("quality.training_hours", "培训学时", "Hours of training"),
    "mttr": ("quality.mttr", "平均修复时间", "Mean time to repair"),
    "rpo": ("quality.rpo", "恢复点目标", "Recovery point objective"),
    "rto": ("quality.rto", "恢复时间目标", "Recovery time objective"),
    "mtbf": ("quality.mtbf", "平均无故障时间", "Mean time between failures"),
}
CHANNELS: dict[str, Pair] = {
    "hotline": ("热线", "The hotline"),
    "remote": ("远程支持", "Remote support"),
    "onsite": ("现场服务", "Service on site"),
    "any": ("技术支持", "Support"),
}
EVENTS: tuple[tuple[str, str], ...] = (
    (r"故障|问题|处理|结束|解决", "case.resolved"), (r"巡检", "round.completed"), (r"验收|交付", "acceptance.passed"),
    (r"天气", "weather.severe"), (r"活动|节", "holiday.before"), (r"质保|合同", "warranty.ending"),
)  # fmt: skip
STARTS: dict[str, str] = {
    "arrived": "arrived",
    "resolved": "resolved",
    "responded": "responded",
    "repair_sent": "repair_sent",
    "reported": "reported",
}
# Gravest first; the list of a plan file runs that way.
LEVELS: dict[str, str] = {
    "critical": "Critical", "major": "Major", "minor": "Minor", **{f"level-{n}": f"Level {n}" for n in range(0, 7)}, "other": "Other level",
}  # fmt: skip
_GROUPS = (
    ("minor", r"非紧急|不紧急|非灾难|较轻"),
    (
        "critical",
        r"红色|非常严重|非常紧急|特别|特大|特急|加急|紧急|灾难|致命|崩溃|瘫痪|宕机|停机|危急|critical",
    ),
    ("minor", r"[黄蓝]色|一般|普通|轻微|轻度|次要|简单|简易|常见|中等|中度|可延|可迟|咨询|低级|小型|minor"),
    ("major", r"橙色|严重|重大|重要|主要|较大|复杂|急迫|高级|重度|关键|major"),
)


# Where a document ranks its levels by number alone, the reading calls them by how grave they are.
_LEVEL_WORDS = {"critical": "紧急", "major": "严重", "minor": "一般"}


def level_word(word: str) -> str:
    """A level's word as Chinese pages show it."""
    return _LEVEL_WORDS.get(word, word)


def level_id(word: str) -> str:
    """A plan file's id for a level's word: by its number, or by how grave it is."""
    number = severities.rank(word)
    if number is None and (hit := re.search(r"(?:^|[PS])([0-5])", word, re.IGNORECASE)):
        number = int(hit[1])
    if number is None and (letter := re.match(r"[A-D](?![a-z])", word)):
        number = "ABCD".index(letter[0]) + 1
    if number is not None:
        return f"level-{number}"
    return next((name for name, pattern in _GROUPS if re.search(pattern, word)), "other")


def noun(code: str) -> str:
    """A code in English words, for texts; Chinese stays as it is."""
    return code.replace(".", " ").replace("_", " ")


def draft_id(slug: str) -> str:
    """A plan's id out of what somebody typed."""
    name = re.sub(r"[^a-z0-9_-]+", "-", slug.lower()).strip("-_")[:60]
    return name or "draft"
