"""Words of quotas: events, states, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

EVENTS: Mapping[str, object] = {
    "quota.readings_taken": _("录入读数"),
    "quota.reading_struck": _("划去读数"),
    "quota.time_excluded": _("排除时段"),
    "quota.exclusion_struck": _("取消排除"),
    "quota.part_agreed": _("约定配件数"),
    "quota.at_risk": _("指标预警"),
    "quota.missed": _("指标未达到"),
    "quota.no_data": _("指标无数据"),
    "quota.reviewed": _("复核指标"),
    "quota.corrected": _("更正指标"),
    "quota.waiver_asked": _("请客户豁免指标"),
    "quota.waived": _("客户同意豁免指标"),
    "quota.waiver_refused": _("客户不同意豁免指标"),
}

# The state as the badges know it: state → (colour, icon).
FACES: Mapping[str, tuple[str, str]] = {
    "open": ("running", "loader"),
    "kept": ("met", "circle-check"),
    "missed": ("breached", "alert-circle"),
    "no_data": ("warning", "circle-dashed"),
    "waived": ("waived", "shield-check"),
    "nothing": ("not_applicable", "circle-minus"),
}

PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): _("这个值不能用，请重新填写。"),
    ("", "missing"): _("请填写。"),
    ("", "not_a_number"): _("请填数字。"),
    ("day", "future"): _("日期不能在今天以后。"),
    ("day", "before_start"): _("早于合同服务开始。"),
    ("day", ""): _("日期看不懂，写成 2026-05-31。"),
    ("value", "either"): _("填数值，或填分子和分母，不要都填。"),
    ("value", "missing"): _("填数值，或填分子和分母。"),
    ("denominator", ""): _("分母要大于 0。"),
    ("numerator", "above"): _("分子不能大于分母。"),
    ("device", "unknown"): _("合同里没有这个序列号或名称的设备：{value}"),
    ("device", "twice"): _("有几台设备叫“{value}”，请用序列号。"),
    ("device", "missing"): _("请选设备。"),
    ("device", "other_kind"): _("这项指标不看这类设备。"),
    ("name", "missing"): _("请写是谁或哪种配件。"),
    ("measure", ""): _("这项指标不接受读数。"),
    ("reason", "missing"): _("请写原因。"),
    ("note", "missing"): _("请写清楚是什么情况。"),
    ("ends_at", "before_start"): _("结束要晚于开始。"),
    ("ends_at", "too_long"): _("一次最多排除 400 天。"),
    ("scope", "other_contract"): _("这不是本合同的设备、点位或请求。"),
    ("agreed_on", "future"): _("同意日期不能在今天以后。"),
    ("promise", ""): _("本合同的方案里没有这项指标，或它不按配件约定。"),
    ("turn", "not_over"): _("本期还没有结束。"),
    ("turn", "running"): _("本期还没有结束，不能复核。"),
    ("turn", "same"): _("重算后没有变化。"),
    ("file", "empty"): _("文件是空的。"),
    ("file", "too_large"): _("文件太大。"),
    ("file", "not_a_picture"): _("请用图片。"),
    ("mapping", "missing"): _("请选这一项在哪一列。"),
}
