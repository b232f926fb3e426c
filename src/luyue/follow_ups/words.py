"""Words of follow-ups: events, kinds of messages, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

EVENTS: Mapping[str, object] = {
    "follow_up.opened": _("待回访"),
    "follow_up.called": _("回访客户"),
    "follow_up.opinion_written": _("补记客户意见"),
}
KINDS = (MessageKind("follow_up.low_score", _("回访评分低"), facts=GIVEN),)

# result: icon, state whose colour it has
RESULTS: Mapping[str, tuple[str, str]] = {
    "": ("phone", "warning"),
    "no_answer": ("phone", "warning"),
    "reached": ("circle-check", "met"),
    "refused": ("ban", "not_applicable"),
}

PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): _("这个值不能用，请重新填写。"),
    ("", "missing"): _("请填写。"),
    ("score", "missing"): _("请选满意度，1 到 5 分。"),
    ("words", "missing"): _("评分低要写明客户怎么说。"),
    ("at", "future"): _("时间还没到。"),
    ("at", "too_old"): _("时间太早了，请核对年份。"),
    ("at", "before_close"): _("回访不能早于关闭。"),
}
