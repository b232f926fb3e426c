"""Words of surveys: events, messages, states, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from luyue.desk import words as desk
from luyue.notices.kinds import GIVEN, MessageKind

EVENTS: Mapping[str, object] = {
    "question_set.made": _("问卷新版本"),
    "campaign.drafted": _("拟定回访或调查"),
    "campaign.started": _("启动回访或调查"),
    "campaign.changed": _("调整调查对象"),
    "campaign.drawn": _("抽取回访故障"),
    "campaign.reminded": _("提醒答卷"),
    "campaign.closed": _("答卷截止"),
    "campaign.finished": _("完成回访或调查"),
    "campaign.cancelled": _("取消回访或调查"),
    "survey.answered": _("收到答卷"),
    "survey.tried": _("回访没有结果"),
}
MESSAGES = (
    MessageKind("survey.ready", _("回访或调查待启动"), facts=GIVEN),
    MessageKind("survey.invited", _("请填满意度调查"), facts=GIVEN, firm=False),
    MessageKind("survey.reminder", _("提醒填满意度调查"), facts=GIVEN, firm=False),
    MessageKind("survey.low_score", _("调查评分低"), facts=GIVEN),
    MessageKind("survey.delivered", _("调查结果已送达"), facts=GIVEN, firm=False),
)

# state of a campaign: icon, state whose colour it has
STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("circle-dashed", "warning"),
    "open": ("player-play", "running"),
    "closed": ("clock-pause", "warning"),
    "done": ("circle-check", "met"),
    "cancelled": ("ban", "cancelled"),
}
# result of a respondent: icon, state whose colour it has
RESULTS: Mapping[str, tuple[str, str]] = {
    "": ("circle-dashed", "not_started"),
    "answered": ("circle-check", "met"),
    "no_answer": ("phone", "warning"),
    "refused": ("ban", "not_applicable"),
}
SKIPPED: Mapping[str, object] = {"guard": _("30 天内问过"), "hand": _("本次不问")}
MISSING: Mapping[str, object] = {
    "early": _("期间最后 7 天内才能完成：之前关闭的故障都要参加抽样。"),
    "uncovered": _("还有已关闭的故障没有参加抽样，请先抽取。"),
    "nobody": _("还没有调查对象。"),
    "calls": _("还有人没有回访到：打通、客户不愿回访，或打过 3 次没打通才算完。"),
    "visits": _("还有监控中心没有走访。"),
    "answers": _("还没有收到答卷。"),
}
PROBLEMS: Mapping[tuple[str, str], object] = {
    **desk.PROBLEMS,
    ("", "missing"): _("请填写。"),
    ("", "unknown"): _("请从选项里选。"),
    ("", "too_long"): _("太长了，最多 1000 字。"),
    ("source", "not_yaml"): _("第 {where} 行不是 YAML：{why}"),
    ("source", "not_a_set"): _("“{where}”不能用：{why}"),
    ("source", "too_long"): _("文件太长。"),
    ("source", "same"): _("和现在的版本一样，没有新建。"),
    ("expires_at", "past"): _("截止时间要晚于现在。"),
    ("last", "before_first"): _("结束日期不能早于开始日期。"),
    ("call_at", "past"): _("约定的时间要晚于现在。"),
    ("result", ""): _("请选结果。"),
    ("kind", "set"): _("这份问卷不用于这类调查。"),
    ("campaign", "guarded"): _("名单上的人 30 天内都问过。过几天再启动，或对要问的人点“仍然要问”。"),
    ("campaign", "early"): MISSING["early"],
    ("campaign", "uncovered"): MISSING["uncovered"],
    ("campaign", "nobody"): MISSING["nobody"],
    ("campaign", "calls"): MISSING["calls"],
    ("campaign", "visits"): MISSING["visits"],
    ("campaign", "answers"): MISSING["answers"],
    ("draw", "nothing_new"): _("上次抽样以后没有新关闭的故障。"),
    ("draw", "not_begun"): _("调查期间还没开始。"),
    ("file", "empty"): _("文件是空的。"),
    ("file", "too_large"): _("文件太大，最大 30 MB。"),
    ("name", "missing"): _("请填姓名或单位。"),
    ("steps", ""): _("没有这个步骤，请刷新后重试。"),
}
