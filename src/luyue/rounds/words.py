"""Words of rounds: events, results, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from luyue.desk import words as desk
from luyue.domain.rounds import judging
from luyue.field import words as field

EVENTS: Mapping[str, object] = {
    "round.planned": _("安排巡检"),
    "round.noticed": _("通知客户巡检"),
    "round.found": _("巡检发现故障"),
    "checklist.made": _("检查表新版本"),
}

# result of a device: icon, state whose colour it has
RESULTS: Mapping[str, tuple[str, str]] = {
    "": ("circle-dashed", "not_started"),
    "ok": ("circle-check", "met"),
    "flag": ("alert-triangle", "warning"),
    "fail": ("alert-circle", "breached"),
    "na": ("circle-minus", "not_applicable"),
    "skipped": ("ban", "warning"),
}
# what a flaw of a check item is registered as
ATTESTED: Mapping[str, object] = {"occlusion": _("遮挡、偏移"), "cleaning": _("清洁")}
VERDICTS: Mapping[str, object] = {name: field.RESULTS[name] for name in judging.VERDICTS}
WHY: Mapping[str, object] = {
    "low": _("低于下限"),
    "high": _("高于上限"),
    "drift": _("与交付时相差过大"),
}
PROBLEMS: Mapping[tuple[str, str], object] = {
    **desk.PROBLEMS,
    **field.PROBLEMS,
    ("source", "not_yaml"): _("第 {where} 行不是 YAML：{why}"),
    ("source", "not_a_checklist"): _("“{where}”不能用：{why}"),
    ("source", "too_long"): _("文件太长。"),
    ("source", "same"): _("和现在的版本一样，没有新建。"),
    ("targets", "missing"): _("这份合同没有这类巡检要看的设备或点位，请先登记设备。"),
    ("targets", "too_many"): _("一次巡检最多 {limit} 台，请按点位分开安排。"),
    ("reason", "missing"): _("临时巡检要写原因。"),
    ("engineer", ""): _("这个人不能接单，请另选。"),
    ("keeps", ""): _("这里有已经结束的承诺，请刷新后再选。"),
    ("noticed_to", "missing"): _("请写通知了谁。"),
}
