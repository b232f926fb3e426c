"""Words of obligations: events, refused values, states."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

EVENTS: Mapping[str, object] = {
    "obligation.planned": _("安排履约事项"),
    "obligation.raised": _("事件生成履约事项"),
    "obligation.started": _("开始履约事项"),
    "obligation.recorded": _("登记履约凭证"),
    "obligation.rolled_on": _("余下结转下期"),
    "obligation.reassigned": _("履约事项换人"),
    "obligation.postponed": _("履约事项改期"),
    "obligation.waiver_asked": _("请客户豁免"),
    "obligation.waived": _("客户同意豁免"),
    "obligation.waiver_refused": _("客户不同意豁免"),
    "obligation.missed": _("履约事项逾期"),
    "happening.entered": _("登记发生的事"),
    "signal_source.added": _("加外部通知来源"),
    "signal_source.changed": _("修改外部通知来源"),
    "signal_source.renewed": _("外部通知来源换地址"),
    "signal.repeated": _("重试外部通知"),
}

# What became of a message of a source: state → (word, colour, icon).
SIGNAL_FACES: Mapping[str, tuple[object, str, str]] = {
    "waiting": (_("处理中"), "running", "loader"),
    "raised": (_("已生成事项"), "met", "circle-check"),
    "nothing": (_("没有承诺涉及"), "not_applicable", "circle-minus"),
    "ignored": (_("不到要求，未采用"), "not_applicable", "filter"),
    "failed": (_("处理失败"), "breached", "alert-triangle"),
    "refused": (_("读不懂，已退回"), "warning", "ban"),
}
LEVELS: Mapping[str, object] = {
    "blue": _("蓝色"),
    "yellow": _("黄色"),
    "orange": _("橙色"),
    "red": _("红色"),
}

# The state as the badges know it: state → (colour, icon).
FACES: Mapping[str, tuple[str, str]] = {
    "planned": ("not_started", "circle-dashed"),
    "due": ("running", "circle"),
    "in_progress": ("running", "loader"),
    "missed": ("breached", "alarm"),
    "done": ("met", "circle-check"),
    "done_late": ("warning", "clock-check"),
    "partial": ("warning", "circle-minus"),
    "waived": ("waived", "shield-check"),
    "cancelled": ("cancelled", "ban"),
}

PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): _("这个值不能用，请重新填写。"),
    ("", "missing"): _("请填写。"),
    ("at", "future"): _("还没到这个时间。"),
    ("at", "too_old"): _("时间太早了，请检查。"),
    ("at", "before_opening"): _("早于本期开始，请记到上一期，或改时间。"),
    ("due_at", "not_later"): _("要晚于现在，也要晚于原定时间。"),
    ("reason", "nothing_follows"): _("后面没有下一期可以结转，请改期或请客户豁免。"),
    ("hours", ""): _("请填 0 到 1000 的小时数。"),
    ("hours", "missing"): _("承诺写明小时数，请填实际小时。"),
    ("times", ""): _("请填 1 到 1000 的次数。"),
    ("items", ""): _("没有这个步骤，请刷新后重试。"),
    ("person", ""): _("请选一位在职的服务人员。"),
    ("contracts", "missing"): _("请至少选一个合同。"),
    ("name", ""): _("请填写，最多 80 字。"),
    ("name", "taken"): _("已有同名的来源。"),
    ("least", ""): _("没有这个等级。"),
    ("word", ""): _("方案里没有这件事。"),
    ("word", "nothing_owed"): _("所选合同的方案里，没有由这件事引起的承诺。"),
    ("file", "empty"): _("文件是空的。"),
    ("file", "too_large"): _("文件太大，最大 30 MB。"),
    ("file", "not_a_picture"): _("请用图片。"),
}
