"""The kinds of messages about cases and their clocks, in the words they are told in until somebody writes his own."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import EMAIL, MENTION, Fact, MessageKind

_CASE = (
    Fact("number", _("单号"), "FW0000123", "FW0000123"),
    Fact("case_title", _("现象"), "北门摄像机黑屏", "Camera at the north gate is black"),
    Fact("severity", _("故障等级"), "紧急", "Urgent"),
    Fact("customer", _("客户"), "市公安局", "City police"),
    Fact("contract", _("合同"), "视频监控维护", "Video maintenance"),
    Fact("owner", _("负责人"), "张敏", "Zhang Min"),
)
_CLOCK = (
    *_CASE,
    Fact("promise", _("承诺"), "到场", "arrival"),
    Fact("due", _("到期时间"), "2026-03-04 11:00", "2026-03-04 11:00"),
    Fact("source", _("依据"), "方案条款 6.2.2(3)", "clause 6.2.2(3)"),
)
_CLOCK_ZH = "合同：{contract}\n到期：{due}\n依据：{source}\n负责人：{owner}"
_CLOCK_EN = "Contract: {contract}\nDue: {due}\nSource: {source}\nOwner: {owner}"
_LOUD = frozenset({EMAIL, MENTION})

KINDS = (
    MessageKind(
        "case.reported", _("新请求"), title_zh="新请求：{number} {case_title}",
        title_en="New case: {number} {case_title}",
        body_zh="{contract}", body_en="{contract}", facts=_CASE, group=True,
    ),
    MessageKind(
        "case.urged", _("客户催办"), facts=(
            Fact("title", _("消息标题"), "客户催办 FW0000123 黑屏", "FW0000123: the customer asks to hurry"),
            Fact("body", _("消息正文"), "领导在等", "The boss is waiting"),
        ),
        group=True,
    ),
    MessageKind(
        "case.to_sign", _("待我签批"), firm=False, facts=(
            Fact("title", _("消息标题"), "待签批：FW0000123 报表合计不符", "Waits for your signature: FW0000123"),
            Fact("body", _("消息正文"), "孙岩已提交，请看过内容后签批。", "Submitted by Sun Yan."),
        ),
    ),
    MessageKind(
        "case.sent_back", _("签批被退回"), facts=(
            Fact("title", _("消息标题"), "被退回：FW0000123 报表合计不符", "Sent back: FW0000123"),
            Fact("body", _("消息正文"), "马飞：请补上影响范围", "Ma Fei: say what it affects"),
        ),
    ),
    MessageKind(
        "clock.warned", _("时限预警"), title_zh="即将超时：{promise} · {number} {case_title}",
        title_en="Due soon: {promise} · {number} {case_title}", body_zh=_CLOCK_ZH, body_en=_CLOCK_EN, facts=_CLOCK,
        group=True,
    ),
    MessageKind(
        "clock.breached", _("时限超时"), title_zh="已超时：{promise} · {number} {case_title}",
        title_en="Overdue: {promise} · {number} {case_title}", body_zh=_CLOCK_ZH, body_en=_CLOCK_EN, facts=_CLOCK,
        group=True, ways=_LOUD,
    ),
    MessageKind(
        "clock.begun", _("应急方案到期提醒"), title_zh="久未解决，须给应急方案：{number} {case_title}",
        title_en="Unsolved for long, emergency plan owed: {number} {case_title}",
        body_zh="请会商专家、定应急方案、调备用设备，并告知客户。\n最迟：{due}\n"
        "依据：{source}\n负责人：{owner}",
        body_en="Consult experts, settle on the plan, get spare equipment, tell the customer.\nAt the latest: {due}\n"
        "Source: {source}\nOwner: {owner}",
        facts=_CLOCK, group=True, ways=_LOUD,
    ),
    MessageKind(
        "clock.pause_reminded", _("暂停过久"), title_zh="暂停过久：{promise} · {number} {case_title}",
        title_en="Paused long: {promise} · {number} {case_title}", body_zh=_CLOCK_ZH, body_en=_CLOCK_EN, facts=_CLOCK,
        group=True,
    ),
    MessageKind(
        "clock.digest", _("多项预警汇总"), title_zh="{count} 项时限预警或超时",
        title_en="{count} limits due soon or overdue",
        body_zh="{list}", body_en="{list}",
        facts=(
            Fact("count", _("项数"), "6", "6"),
            Fact("list", _("清单"), "已超时：到场 · FW0000123 黑屏", "Overdue: arrival · FW0000123 Black"),
        ),
        group=True,
    ),
    MessageKind(
        "case.escalated", _("升级"), title_zh="升级到{level}：{number} {case_title}",
        title_en="Escalated to {level}: {number} {case_title}",
        body_zh="原因：{reason}\n调配备件：{spares}\n合同：{contract}\n负责人：{owner}\n升级人：{by}",
        body_en="Reason: {reason}\nSpares: {spares}\nContract: {contract}\nOwner: {owner}\nBy: {by}",
        facts=(
            *_CASE,
            Fact("level", _("级别"), "部门经理", "manager"),
            Fact("reason", _("原因"), "两次上门未能修复", "Two visits did not mend it"),
            Fact("spares", _("调配备件"), "主板 1 块", "1 main board"),
            Fact("by", _("升级人"), "张敏", "Zhang Min"),
        ),
        group=True, ways=_LOUD,
    ),
    MessageKind(
        "case.unacknowledged", _("无人确认"), title_zh="{role}未确认，请您处理：{number} {case_title}",
        title_en="No answer from the {role}, please take over: {number} {case_title}",
        body_zh="{about}\n已通知：{told}\n合同：{contract}\n负责人：{owner}",
        body_en="{about}\nTold: {told}\nContract: {contract}\nOwner: {owner}",
        facts=(
            *_CASE,
            Fact("role", _("未确认的角色"), "项目经理", "project manager"),
            Fact("about", _("事由"), "已超时：到场", "Overdue: arrival"),
            Fact("told", _("已通知的人"), "李强", "Li Qiang"),
        ),
        group=True, ways=_LOUD,
    ),
)  # fmt: skip

_LIMITS = ("clock.", "case.escalated", "case.unacknowledged")
ABOUT_LIMITS = tuple(one for one in KINDS if one.kind.startswith(_LIMITS))
ABOUT_CASES = tuple(one for one in KINDS if not one.kind.startswith(_LIMITS))
