"""Kinds of devices and their names. A kind that stands in no list is shown as it was typed."""

from collections.abc import Mapping
from functools import cache

from django.utils import translation
from django.utils.translation import gettext_lazy, pgettext_lazy

WORDS: Mapping[str, object] = {
    "camera": gettext_lazy("摄像机"),
    "recorder": gettext_lazy("录像机"),
    "switch": gettext_lazy("交换机"),
    "router": gettext_lazy("路由器"),
    "fibre": gettext_lazy("光传输设备"),
    "server": gettext_lazy("服务器"),
    "storage": gettext_lazy("存储设备"),
    "ups": gettext_lazy("不间断电源"),
    "power": gettext_lazy("供电设备"),
    "display": gettext_lazy("显示设备"),
    "matrix": gettext_lazy("视频矩阵"),
    "surge": gettext_lazy("防雷设备"),
    "access": gettext_lazy("接入设备"),
    "terminal": gettext_lazy("终端"),
    "database": gettext_lazy("数据库"),
    "software": pgettext_lazy("device", "软件"),
    "room": gettext_lazy("机房设施"),
}

# What people call them besides: their checklists and measures go by the kind, so it must not depend on the word.
ALSO: Mapping[str, tuple[str, ...]] = {
    "camera": ("摄像头", "监控摄像机", "网络摄像机", "球机", "枪机", "半球", "筒机", "高清摄像机", "ipc"),
    "recorder": ("硬盘录像机", "网络录像机", "录像主机", "nvr", "dvr"),
    "switch": ("接入交换机", "汇聚交换机", "核心交换机", "网络交换机"),
    "fibre": ("光纤收发器", "光端机", "光模块"),
    "storage": ("磁盘阵列", "存储", "存储服务器"),
    "ups": ("ups电源", "ups主机", "ups"),
    "power": ("电源", "稳压器", "配电箱", "配电柜"),
    "display": ("显示器", "拼接屏", "大屏", "led屏", "电视墙", "液晶屏"),
    "matrix": ("矩阵",),
    "surge": ("防雷器", "浪涌保护器", "避雷器"),
    "terminal": ("工作站", "电脑", "计算机", "pc"),
    "room": ("机房空调", "精密空调", "机房"),
}
_KINDS = {word: kind for kind in WORDS for word in (kind, *ALSO.get(kind, ()))}


def kind_of(text: str) -> str:
    """The kind that somebody means who types or imports a word; a word of his own stays one."""
    plain = text.strip()
    return _KINDS.get(plain.lower()) or _named().get(plain.lower()) or plain


@cache
def _named() -> dict[str, str]:
    """The names of the kinds in both languages."""
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found |= {str(word).lower(): kind for kind, word in WORDS.items()}
    return found


def kind_word(kind: str) -> str:
    """The name of a kind in the present language."""
    return str(WORDS.get(kind, kind))
