"""Words of entitlements: events, refused values, states."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

EVENTS: Mapping[str, object] = {
    "case.charged": _("登记实际收费"),
    "entitlement.claimed": _("申请权益"),
    "entitlement.granted": _("同意权益申请"),
    "entitlement.refused": _("拒绝权益申请"),
    "entitlement.done": _("权益已兑现"),
    "entitlement.withdrawn": _("撤销权益记录"),
    "entitlement.broken": _("登记权益没做到"),
    "entitlement.missed": _("权益逾期未兑现"),
    "entitlement.answered": _("客户对权益记录的答复"),
    "entitlement.waiver_asked": _("请客户豁免权益"),
    "entitlement.waived": _("客户同意豁免权益"),
    "entitlement.waiver_refused": _("客户不同意豁免权益"),
    "entitlement.reviewed": _("季度核实权益"),
}

# The state as the badges know it: state → (colour, icon).
FACES: Mapping[str, tuple[str, str]] = {
    "open": ("running", "circle"),
    "granted": ("running", "circle-check"),
    "missed": ("breached", "alarm"),
    "kept": ("met", "circle-check"),
    "late": ("warning", "clock-check"),
    "broken": ("breached", "x"),
    "waived": ("waived", "shield-check"),
    "withdrawn": ("cancelled", "ban"),
}

ORIGINS: Mapping[str, object] = {
    "case": _("服务请求"),
    "device": _("设备规则"),
    "claim": _("客户申请"),
    "review": _("季度核实"),
    "breach": _("登记违约"),
}

PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): _("这个值不能用，请重新填写。"),
    ("", "missing"): _("请填写。"),
    ("at", "future"): _("还没到这个时间。"),
    ("at", "too_old"): _("时间太早了，请检查。"),
    ("amount", ""): _("请填 0 到 100000000 的金额。"),
    ("promise", ""): _("请选一条方案里的权益。"),
    ("promise", "not_claimable"): _("这条权益不用申请。"),
    ("promise", "not_in_force"): _("这条权益这天不适用。"),
    ("uses", "missing"): _("请先勾选。"),
    ("uses", "running"): _("这个季度还没结束，结束后再核实。"),
    ("file", "empty"): _("文件是空的。"),
    ("file", "too_large"): _("文件太大，最大 30 MB。"),
    ("file", "not_a_picture"): _("请用图片。"),
}
