"""Words of what comes in besides the desk."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

EVENTS: Mapping[str, object] = {
    "label.issued": gettext_lazy("生成标签"),
    "label.revoked": gettext_lazy("停用标签"),
    "label.reported": gettext_lazy("扫码报修"),
    "mail.received": gettext_lazy("收到邮件"),
    "mail.assigned": gettext_lazy("归入邮件"),
    "mail.discarded": gettext_lazy("丢弃邮件"),
    "mailbox.added": gettext_lazy("添加邮箱"),
    "mailbox.changed": gettext_lazy("修改邮箱"),
    "mailbox.rekeyed": gettext_lazy("更换密钥"),
    "alarm_source.added": gettext_lazy("添加告警来源"),
    "alarm_source.changed": gettext_lazy("修改告警来源"),
    "alarm_source.muted": gettext_lazy("设置静默"),
    "alarm_source.renewed": gettext_lazy("更换告警密钥"),
}

# Why a mail was ignored, could not be read or waits: code → words.
REASONS: Mapping[str, object] = {
    "own": gettext_lazy("我们自己发的"),
    "auto_reply": gettext_lazy("自动回复"),
    "automatic": gettext_lazy("系统自动发的"),
    "bulk": gettext_lazy("群发或订阅"),
    "bounce": gettext_lazy("退信"),
    "receipt": gettext_lazy("已读回执"),
    "unknown_sender": gettext_lazy("不认识发件人"),
    "several_contracts": gettext_lazy("发件人有几份合同"),
    "stranger_in_thread": gettext_lazy("提到了单号，但发件人不是这一单的人"),
    "case_cancelled": gettext_lazy("对应的服务请求已取消"),
    "unreadable": gettext_lazy("格式读不出"),
    "too_large": gettext_lazy("邮件太大"),
    "failed": gettext_lazy("处理出错"),
}
# State of a mail, an alarm or a delivery: icon, state whose colour it has.
FACES: Mapping[str, tuple[str, str]] = {
    "unassigned": ("inbox", "warning"),
    "case": ("circle-check", "met"),
    "note": ("note", "met"),
    "ignored": ("mail-off", "not_applicable"),
    "unreadable": ("alert-triangle", "breached"),
    "discarded": ("trash", "cancelled"),
    "firing": ("bell-ringing", "breached"),
    "recovered": ("circle-check", "met"),
    "muted": ("moon", "paused"),
    "below": ("trending-down", "not_applicable"),
    "waiting": ("clock", "not_started"),
    "done": ("circle-check", "met"),
    "refused": ("circle-x", "breached"),
    "failed": ("alert-triangle", "breached"),
}
ALARM_STATES: Mapping[str, object] = {
    "firing": gettext_lazy("告警中"),
    "recovered": gettext_lazy("已恢复"),
    "muted": gettext_lazy("静默"),
    "below": gettext_lazy("不到等级"),
}
DELIVERY_STATES: Mapping[str, object] = {
    "waiting": gettext_lazy("等待处理"),
    "done": gettext_lazy("已处理"),
    "refused": gettext_lazy("不认识的格式"),
    "failed": gettext_lazy("处理出错"),
}

# What is usually wrong with a kind of device: id → words. The kind is matched by what it contains.
_GENERAL: Mapping[str, object] = {
    "dead": gettext_lazy("不工作"),
    "sometimes": gettext_lazy("时好时坏"),
    "damaged": gettext_lazy("外观损坏"),
    "noise": gettext_lazy("异响、异味、发热"),
}
_PICTURE: Mapping[str, object] = {
    "black": gettext_lazy("没有图像"),
    "blurred": gettext_lazy("图像模糊、花屏"),
    "offline": gettext_lazy("离线"),
    "turned": gettext_lazy("角度偏了"),
    "damaged": gettext_lazy("外观损坏"),
}
_RECORDER: Mapping[str, object] = {
    "no_recording": gettext_lazy("没有录像"),
    "no_playback": gettext_lazy("回放不了"),
    "offline": gettext_lazy("离线"),
    "noise": gettext_lazy("异响、异味、发热"),
}
_NETWORK: Mapping[str, object] = {
    "no_network": gettext_lazy("不通网"),
    "slow": gettext_lazy("网络慢、时断时续"),
    "no_power": gettext_lazy("不通电"),
    "noise": gettext_lazy("异响、异味、发热"),
}
_POWER: Mapping[str, object] = {
    "no_power": gettext_lazy("不通电"),
    "beeps": gettext_lazy("一直报警"),
    "battery": gettext_lazy("断电后撑不住"),
    "noise": gettext_lazy("异响、异味、发热"),
}
_COMPUTER: Mapping[str, object] = {
    "dead": gettext_lazy("开不了机"),
    "slow_system": gettext_lazy("很慢、死机"),
    "no_login": gettext_lazy("登录不了"),
    "no_network": gettext_lazy("不通网"),
}
_SCREEN: Mapping[str, object] = {
    "black": gettext_lazy("没有图像"),
    "blurred": gettext_lazy("图像模糊、花屏"),
    "no_sound": gettext_lazy("没有声音"),
    "damaged": gettext_lazy("外观损坏"),
}
_BY_KIND: tuple[tuple[tuple[str, ...], Mapping[str, object]], ...] = (
    (("camera", "摄像", "球机", "枪机", "卡口"), _PICTURE),
    (("recorder", "nvr", "dvr", "录像", "存储", "storage"), _RECORDER),
    (("switch", "router", "firewall", "交换", "路由", "光端", "防火墙", "网"), _NETWORK),
    (("ups", "power", "电源", "配电"), _POWER),
    (("server", "computer", "workstation", "pc", "服务器", "电脑", "工作站", "终端"), _COMPUTER),
    (("screen", "display", "monitor", "屏", "显示", "投影"), _SCREEN),
)
OTHER = gettext_lazy("其他")


def problems_of(kind: str) -> Mapping[str, object]:
    """The quick choices for a kind of device, "other" last."""
    low = kind.casefold()
    found = next((choices for names, choices in _BY_KIND if any(name in low for name in names)), _GENERAL)
    return {**found, "other": OTHER}


def problem_word(kind: str, problem: str) -> str:
    """A quick choice in words; "" for none and for "other", which says nothing by itself."""
    return "" if problem in ("", "other") else str(problems_of(kind).get(problem, ""))


# State of a case as its reporter reads it: words, icon, state whose colour it has.
WATCHED: Mapping[str, tuple[object, str, str]] = {
    "new": (gettext_lazy("已收到，等待受理"), "inbox", "not_started"),
    "open": (gettext_lazy("正在处理"), "tool", "running"),
    "resolved": (gettext_lazy("已解决"), "circle-check", "met"),
    "closed": (gettext_lazy("已关闭"), "lock", "not_applicable"),
    "cancelled": (gettext_lazy("已取消"), "ban", "cancelled"),
}
