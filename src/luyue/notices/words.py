"""Words of messages: events, the kinds that are told from here, ways, states, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from luyue.domain.refusals import BadInput, Refusal
from luyue.notices.kinds import EMAIL, MENTION, SMS, Fact, MessageKind
from luyue.web.refusals import sentence

EVENTS: Mapping[str, object] = {
    "outlet.added": _("新增发送通道"),
    "outlet.changed": _("修改发送通道"),
    "outlet.rekeyed": _("更换密钥"),
    "template.changed": _("修改消息模板"),
    "template.reset": _("恢复消息模板"),
    "preference.changed": _("修改消息设置"),
    "delivery.sent_again": _("重新发送"),
}

KINDS = (
    MessageKind(
        "outlet.failed",
        _("通道发送失败"),
        title_zh="发送失败：{outlet}",
        title_en="Cannot send through {outlet}",
        body_zh="原因：{reason}\n未送达的消息留在“未送达”页，排除后可重新发送。",
        body_en="Reason: {reason}\nWhat was not delivered is kept under Undelivered. Mend this, then send it again.",
        facts=(
            Fact("outlet", _("通道名称"), "运维群", "Operations group"),
            Fact("reason", _("原因"), "310000 sign not match", "310000 sign not match"),
        ),
        ways=frozenset(),
        personal=False,
    ),
)

PERSONAL_WAYS: Mapping[str, object] = {EMAIL: _("邮件"), SMS: _("短信"), MENTION: _("群里 @ 我")}
DIGESTS = (("now", _("逐条立即发")), ("hourly", _("每小时汇总一次")), ("daily", _("每天汇总一次")))
LANGUAGES = (("zh", _("中文")), ("en", _("英文")))

# state of a delivery: word, icon, state whose colour it has
STATES: Mapping[str, tuple[object, str, str]] = {
    "waiting": (_("发送中"), "send", "running"),
    "held": (_("等待发送"), "clock", "paused"),
    "joined": (_("合并发送中"), "stack", "paused"),
    "sent": (_("已送达"), "check", "met"),
    "stale": (_("过期未发"), "clock-off", "cancelled"),
    "dead": (_("未送达"), "alert-circle", "breached"),
}

PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): _("这个值不能用，请重新填写。"),
    ("", "missing"): _("请填写。"),
    ("", "too_long"): _("太长了，最多 {limit} 个字。"),
    ("", "unknown_placeholder"): _("不认识占位符 {names}，请从下面列出的里面选。"),
    ("address", ""): _("请填以 http:// 或 https:// 开头的完整地址。"),
    ("address", "missing"): _("请填地址。"),
    ("quiet", ""): _("请填起止时间，例如 22:00-07:00。"),
    ("headers", ""): _("每行一个，写成“名称: 值”，只能用英文字符。"),
    ("body", "no_phone"): _("地址或正文里要有 {phone}。"),
    ("body", "no_text"): _("地址或正文里要有 {text}。"),
    ("success", ""): _("不是有效的正则表达式。"),
}


def field_problem(refusal: Refusal) -> tuple[str, str] | None:
    """Field and sentence of a refusal that belongs to a field of a form; None for the others."""
    if isinstance(refusal, BadInput) and refusal.facts.get("field"):
        field, name = str(refusal.facts["field"]), str(refusal.facts.get("problem") or "")
        text = next(
            PROBLEMS[key] for key in ((field, name), ("", name), (field, ""), ("", "")) if key in PROBLEMS
        )
        facts = {"limit": "", "names": "", "phone": "{phone}", "text": "{text}"} | refusal.facts
        return field, str(text).format(**facts)
    if refusal.code == "already_there":
        return str(refusal.facts.get("field")), sentence(refusal)
    return None
