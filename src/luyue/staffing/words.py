"""Words of people's promises: events, results, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

EVENTS: Mapping[str, object] = {
    "post.named": _("任命岗位人员"),
    "post.ended": _("结束任命"),
    "post.trial_assessed": _("试用考核"),
    "post.replacement_demanded": _("客户要求换人"),
    "sign.in": _("签到"),
    "sign.out": _("签退"),
    "correction.asked": _("申请补签"),
    "correction.approved": _("同意补签"),
    "correction.refused": _("不同意补签"),
    "leave.asked": _("请假"),
    "leave.approved": _("客户同意请假"),
    "leave.refused": _("客户没同意请假"),
    "leave.withdrawn": _("撤回请假"),
    "holiday_roster.made": _("生成长假值班表"),
    "holiday_roster.vehicles_set": _("登记长假车辆"),
    "holiday_roster.submitted": _("提交长假值班表"),
    "safety.written": _("登记安全记录"),
    "safety.completed": _("补充事故报告"),
    "safety.accident_reported": _("事故报告报客户"),
    "safety.hazard_found": _("查出隐患"),
    "safety.hazard_remedied": _("隐患已整改"),
    "safety.hazard_rechecked": _("隐患复查"),
    "staff_list.handed_over": _("交服务人员名单"),
    "rules.issued": _("发布制度"),
    "rules.acknowledged": _("已阅制度"),
    "staffing.judged": _("核对人员承诺"),
    "staffing.waiver_asked": _("请客户豁免人员承诺"),
    "staffing.waived": _("豁免人员承诺"),
    "staffing.waiver_refused": _("客户不同意豁免人员承诺"),
}
# verdict: word, state whose colour it has
VERDICTS: Mapping[str, tuple[object, str]] = {
    "kept": (_("达成"), "met"),
    "late": (_("有迟到早退"), "warning"),
    "missed": (_("没做到"), "breached"),
    "no_data": (_("没有数据"), "not_started"),
    "running": (_("进行中"), "running"),
    "waived": (_("豁免"), "waived"),
}
# mark of a sign-in or sign-out: word, state whose colour it has
MARKS: Mapping[str, tuple[object, str]] = {
    "ok": (_("正常"), "met"),
    "late": (_("迟到"), "warning"),
    "early": (_("早退"), "warning"),
    "missing": (_("缺签"), "breached"),
    "ahead": (_("未到"), "not_started"),
}
PARTS: Mapping[str, object] = {
    "people": _("人数"),
    "needs": _("资格"),
    "exclusive": _("专职"),
    "cover": _("在岗"),
    "sign_in": _("签到"),
    "trial": _("试用考核"),
}
PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): _("这个值不能用，请重新填写。"),
    ("", "missing"): _("请填写。"),
    ("to", "nobody_to_list"): _("名单上还没有人。"),
    ("person", ""): _("没有这个人，请另选。"),
    ("person", "overlap"): _("他这段时间已经在这个岗位上。"),
    ("last", ""): _("结束日不能早于开始日。"),
    ("last", "before_start"): _("结束日不能早于开始日。"),
    ("trial_until", ""): _("试用结束日不能早于任命的第一天。"),
    ("first", ""): _("请填日期，例如 2026-03-04。"),
    ("at", "no_window_in"): _("现在不在签到时间：时段开始前两小时到结束前可以签到。"),
    ("at", "no_window_out"): _("现在不能签退：时段开始后到结束后四小时内可以签退。"),
    ("at", "other_day"): _("时间要在所选的那一天，不能晚于现在。"),
    ("day", ""): _("日期要在任职期间，最多补 45 天以内的。"),
    ("substitute", ""): _("没有这个人，请另选。"),
    ("substitute", "on_duty"): _("他这几天自己有班，替不了，请另选。"),
    ("last", "too_long"): _("一次请假最长 180 天。"),
    ("first", "outside"): _("请假要在任职期间，最多补 30 天以内的。"),
    ("first", "no_holiday"): _("这一天不是假期的第一天。"),
    ("vehicles", "missing"): _("每辆车要写车牌和司机，用逗号隔开。"),
    ("vehicles", "too_many"): _("最多 50 辆。"),
    ("people", "days_without"): _("{days} 还没有人值班，先排班再重新生成。"),
    ("people", "missing"): _("请填写参加的人。"),
    ("held_at", "future"): _("时间不能晚于现在。"),
    ("keeps", ""): _("这里有已经结束的承诺，请刷新后再选。"),
    ("result", "missing"): _("先补充调查结果，再报客户。"),
    ("replaces", ""): _("被替换的人不在这个岗位上，请刷新后再选。"),
}
# state: colour
LEAVES: Mapping[str, str] = {
    "asked": "running",
    "approved": "met",
    "refused": "breached",
    "withdrawn": "not_applicable",
}
SAFETY: Mapping[str, str] = {"draft": "warning", "done": "met", "reported": "met"}
HAZARDS: Mapping[str, str] = {"open": "breached", "remedied": "running", "closed": "met"}
