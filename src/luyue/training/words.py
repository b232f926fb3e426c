"""Words of trainings and meetings: events, kinds, states, refused values."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.desk import words as desk

EVENTS: Mapping[str, object] = {
    "course.changed": _("修改课程"),
    "training.plan_drawn": _("编写培训计划"),
    "training.plan_changed": _("修改培训计划"),
    "training.plan_submitted": _("提交培训计划"),
    "training.plan_answered": _("客户答复培训计划"),
    "training.session_planned": _("安排场次"),
    "training.session_changed": _("修改场次"),
    "training.session_moved": _("场次改期"),
    "training.session_cancelled": _("取消场次"),
    "training.invited": _("邀请客户"),
    "training.trainees_listed": _("登记名单"),
    "training.trainee_removed": _("从名单去掉"),
    "training.attended": _("登记到场"),
    "training.scored": _("登记成绩"),
    "training.feedback_given": _("填写培训反馈"),
    "training.minutes_written": _("写会议纪要"),
    "training.resolution_made": _("会议决议"),
    "training.resolution_done": _("决议办结"),
    "training.session_finished": _("场次结束"),
    "training.result_handed_over": _("提交培训结果"),
    "training.result_answered": _("客户答复培训结果"),
}
KINDS: Mapping[str, object] = {
    "training": _("培训"),
    "assessment": _("考核"),
    "review": _("总结考核会"),
    "users": _("用户交流会"),
    "exchange": _("技术交流会"),
    "talk": _("驻场工作谈话"),
    "meeting": _("其他会议"),
    "drill": _("应急演练"),
}
ICONS: Mapping[str, str] = {"training": "school", "assessment": "certificate", "drill": "urgent"}
MEETING_ICON = "users-group"


@dataclass(frozen=True)
class Parts:
    """What the parts of a session are called: who is there and leads, what is planned, written down, and follows."""

    people: object
    leader: object
    content: object
    minutes: object
    follows: object
    nothing: object


_MEETING = Parts(_("参会人员"), _("主持人"), _("议程"), _("会议纪要"), _("决议"), _("还没有决议。"))
_LESSON = Parts(
    _("学员"), pgettext_lazy("person", "讲师"), _("内容"), _("会议纪要"), _("决议"), _("还没有决议。")
)
_DRILL = Parts(_("参演人员"), _("总指挥"), _("演练情景"), _("演练记录"), _("改进措施"), _("还没有改进措施。"))


def parts_of(kind: str) -> Parts:
    """The words of a kind of session."""
    return _DRILL if kind == "drill" else _LESSON if kind in ("training", "assessment") else _MEETING


FORMS: Mapping[str, object] = {
    "central": _("集中授课"),
    "on_site": pgettext_lazy("training", "现场"),
    "remote": pgettext_lazy("training", "远程"),
}
AUDIENCES: Mapping[str, object] = {
    "users": _("使用人员"),
    "administrators": _("管理人员"),
    "watch": _("监控值班员"),
    "maintainers": _("维护人员"),
    "all": _("各类人员"),
}
STAGES: Mapping[str, object] = {
    "": _("不分阶段"),
    "central": _("第一阶段：集中"),
    "departments": _("第二阶段：到部门"),
}
# state → (word, icon, state whose colour it has)
PLAN_STATES: Mapping[str, tuple[object, str, str]] = {
    "draft": (_("草稿"), "circle-dashed", "not_started"),
    "submitted": (_("等客户同意"), "hourglass", "running"),
    "agreed": (_("客户已同意"), "circle-check", "met"),
    "replaced": (_("已有新版"), "replace", "not_applicable"),
}
SESSION_STATES: Mapping[str, tuple[object, str, str]] = {
    "planned": (pgettext_lazy("session", "待举行"), "circle", "running"),
    "overdue": (pgettext_lazy("session", "已过时间，未登记"), "alarm", "breached"),
    "finished": (pgettext_lazy("session", "已结束"), "circle-check", "met"),
    "cancelled": (pgettext_lazy("session", "已取消"), "ban", "cancelled"),
}
RESULT_STATES: Mapping[str, tuple[object, str, str]] = {
    "": (_("结果未提交"), "circle-dashed", "not_started"),
    "handed": (_("等客户确认"), "hourglass", "running"),
    "confirmed": (_("客户已确认"), "circle-check", "met"),
    "objected": (_("客户有异议"), "alert-triangle", "warning"),
}
MARKS: Mapping[str, tuple[object, str]] = {
    "present": (_("到场"), "met"),
    "late": (_("迟到"), "warning"),
    "early": (_("早退"), "warning"),
    "absent": (_("缺席"), "breached"),
}
WAYS: Mapping[str, object] = {
    "": "–",
    "code": _("扫码签到"),
    "tick": _("讲师登记"),
    "paper": _("纸质签到"),
}
PARTS: Mapping[str, object] = {"theory": _("理论"), "practice": _("实操")}
QUESTIONS: Mapping[str, object] = {
    "content": _("内容"),
    "lecturer": pgettext_lazy("feedback", "讲师"),
    "organisation": _("组织"),
    "benefit": _("收获"),
}
VERDICTS: Mapping[str, tuple[object, str]] = {
    "passed": (_("合格"), "met"),
    "failed": (_("不合格"), "breached"),
    "open": (_("未考"), "not_started"),
}
PROBLEMS: Mapping[tuple[str, str], object] = {
    **desk.PROBLEMS,
    ("", "missing"): _("请填写。"),
    ("starts_at", "missing"): _("请填开始时间。"),
    ("ends_at", ""): _("结束要晚于开始，一场最长 14 小时。"),
    ("breaks", ""): _("休息写成 12:00-13:30，多段用逗号隔开。"),
    ("place", "missing"): _("请写地点；远程的写会议链接。"),
    ("link", ""): _("链接要以 https:// 开头。"),
    ("lecturers", "missing"): _("培训要有讲师。"),
    ("lecturers", "unqualified"): _("{name} 当天没有有效证书，请写明资质，或换讲师。"),
    ("lecturers", ""): _("没有这位讲师，请重新选。"),
    ("keeps", ""): _("这里有已经结束的承诺，请刷新后再选。"),
    ("course", ""): _("没有这门课程，请重新选。"),
    ("line", ""): _("计划里没有这一行，请重新选。"),
    ("reason", "missing"): _("请写原因。"),
    ("people", ""): _("第 {where} 行看不懂。"),
    ("people", "missing"): _("请至少写一个人。"),
    ("people", "too_many"): _("一次最多 {limit} 人。"),
    ("people", "bad_name"): _("第 {where} 行的姓名不能用。"),
    ("people", "bad_phone"): _("第 {where} 行的电话不能用。"),
    ("people", "bad_department"): _("第 {where} 行的单位太长。"),
    ("file", "no_name"): _("表格里没有“姓名”这一列。"),
    ("name", "missing"): _("请写姓名。"),
    ("name", ""): _("姓名不能用，请重新填写。"),
    ("phone", ""): _("电话只用数字，可带区号。"),
    ("points", ""): _("分数要在 0 到 {limit} 之间。"),
    ("full", ""): _("满分要大于 0。"),
    ("pass_mark", ""): _("及格线不能超过满分。"),
    ("attempt", "too_many"): _("最多考 {limit} 次。"),
    ("signature", "missing"): _("请在框里签名，或上传签过字的纸。"),
    ("trainees", "missing"): _("没有一个人到场，不能结束；没有办成的请取消并写明原因。"),
    ("minutes", "missing"): _("会议要有纪要。"),
    ("at", "early"): _("还没有开始，不能结束。"),
    ("lines", "missing"): _("计划里还没有课程。"),
    ("source", "not_a_code"): _("代号用小写字母、数字和连字符。"),
    ("code", "taken"): _("已有这个代号，请换一个。"),
    ("code", ""): _("代号用小写字母、数字和连字符，最长 40。"),
    ("hours", ""): _("请填 0 到 200 的小时数。"),
    ("times", ""): _("请填 1 到 100 的场次。"),
    ("due_on", ""): _("日期不能用。"),
    ("note", "missing"): _("请写清哪里有异议。"),
    ("agreed_by", "missing"): _("请写客户方是谁答复的。"),
    ("file", "not_a_table"): _("文件读不出来，请用 Excel 或 CSV。"),
}
