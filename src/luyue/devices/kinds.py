"""Kinds of devices and their names. A kind that stands in no list is shown as it was typed."""

from collections.abc import Mapping

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


def kind_word(kind: str) -> str:
    """The name of a kind in the present language."""
    return str(WORDS.get(kind, kind))
