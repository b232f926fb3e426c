"""Words of reports: events, states, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from luyue.desk import words as desk
from luyue.domain.reports.kinds import KINDS

EVENTS: Mapping[str, object] = {
    "report.drafted": _("起草报告"),
    "report.changed": _("修改报告"),
    "report.refreshed": _("更新报告数据"),
    "report.commented": _("对报告提意见"),
    "report.submitted": _("提交报告审核"),
    "report.returned": _("退回报告"),
    "report.approved": _("批准报告"),
    "report.issued": _("发布报告"),
    "report.opened": _("客户打开报告"),
    "report.confirmed": _("客户确认报告"),
    "report.correction_asked": _("客户要求更正报告"),
    "report.discarded": _("删除报告草稿"),
    "hazard.added": _("登记隐患"),
    "hazard.changed": _("修改隐患"),
    "hazard.ended": _("消除隐患"),
}
# state: icon, state whose colour it has
STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("pencil", "not_started"),
    "review": ("eye", "running"),
    "approved": ("check", "running"),
    "issued": ("send", "met"),
    "confirmed": ("circle-check", "met"),
    "replaced": ("history", "not_applicable"),
    "asked": ("alert-triangle", "warning"),
}
SHOWN_STATES: Mapping[str, object] = {
    "confirmed": _("客户已确认"),
    "replaced": _("已被更正"),
    "asked": _("客户要求更正"),
}
PROBLEMS: Mapping[tuple[str, str], object] = {
    **desk.PROBLEMS,
    ("section", "missing"): _("“{limit}”还没有写，写好再提交。"),
    ("text", "too_long"): _("最多 {limit} 个字。"),
    ("last", ""): _("结束日期不能早于开始日期，最长一年。"),
    ("last", "future"): _("这段时间还没有开始。"),
    ("kind", ""): _("没有这种报告。"),
    ("case", "missing"): _("这种报告要写明是哪一件服务请求。"),
    ("case", ""): _("这份合同没有这个单号，请核对。"),
    ("obligation", ""): _("这件履约事项不能用这种报告完成，请核对。"),
    ("due_on", ""): _("期限不能早于发现日期。"),
    ("ended_on", ""): _("消除日期不能早于发现日期，也不能晚于今天。"),
    ("person", ""): _("这个人不是服务方在岗人员，请另选。"),
}


def kind_title(kind: str, language: str) -> str:
    """The name of a kind of report."""
    return KINDS[kind].title[language == "en"]
