"""Words of secrets and remote sessions."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

EVENTS: Mapping[str, object] = {
    "secret.added": gettext_lazy("登记机密"),
    "secret.changed": gettext_lazy("更换机密"),
    "secret.described": gettext_lazy("修改机密资料"),
    "secret.retired": gettext_lazy("停用机密"),
    "secret.look_asked": gettext_lazy("申请查看机密"),
    "secret.look_decided": gettext_lazy("批准查看机密"),
    "secret.looked": gettext_lazy("查看机密"),
    "secret.copied": gettext_lazy("复制机密"),
    "secret.listed": gettext_lazy("导出机密清单"),
    "secret.rekeyed": gettext_lazy("机密换加密密钥"),
    "session.asked": gettext_lazy("申请远程会话"),
    "session.approved": gettext_lazy("同意远程会话"),
    "session.refused": gettext_lazy("不同意远程会话"),
    "session.withdrawn": gettext_lazy("撤回远程会话"),
    "session.started": gettext_lazy("开始远程会话"),
    "session.ended": gettext_lazy("结束远程会话"),
}

# state of a session: icon, state whose colour it has
SESSION_STATES: Mapping[str, tuple[str, str]] = {
    "asked": ("hourglass", "warning"),
    "approved": ("circle-check", "not_started"),
    "refused": ("circle-x", "breached"),
    "withdrawn": ("ban", "cancelled"),
    "running": ("player-play", "running"),
    "ended": ("check", "met"),
}
ROTATIONS: Mapping[str, tuple[object, str, str]] = {
    "due": (gettext_lazy("该换了"), "breached", "alert-triangle"),
    "soon": (gettext_lazy("快到期"), "warning", "clock"),
}

# (field, problem) of a refusal, "" for any problem of the field
REFUSED: Mapping[tuple[str, str], object] = {
    ("", "missing"): gettext_lazy("请填写。"),
    ("", "too_long"): gettext_lazy("太长了，请缩短。"),
    ("name", ""): gettext_lazy("这份合同里已有这个名称。"),
    ("content", "missing"): gettext_lazy("请填写机密内容；提交出错后内容不回显，要重新填。"),
    ("reason", "missing"): gettext_lazy("请写明为什么要看，会永久记录。"),
    ("case", ""): gettext_lazy("没有找到这个服务请求，请核对单号。"),
    ("case", "other_contract"): gettext_lazy("这个服务请求属于别的合同。"),
    ("site", ""): gettext_lazy("这个点位不属于所选合同。"),
    ("device", ""): gettext_lazy("这台设备不属于所选合同。"),
    ("contract", "missing"): gettext_lazy("请选合同。"),
    ("planned_at", "past"): gettext_lazy("计划时间已经过去。"),
    ("answered_by", "missing"): gettext_lazy("请写客户同意人的姓名。"),
    ("answer_note", "missing"): gettext_lazy("请写凭证，例如通话时间或邮件日期。"),
    ("done", "missing"): gettext_lazy("请写做了什么，客户会看到。"),
    ("at", "future"): gettext_lazy("时间还没到，请填已经发生的时间。"),
    ("at", "order"): gettext_lazy("早于上一步的时间，请核对。"),
}
