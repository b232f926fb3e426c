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
    ("replaces", ""): _("被替换的人不在这个岗位上，请刷新后再选。"),
}
