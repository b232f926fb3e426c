"""Words of roster and staff: events, refused values."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

EVENTS: Mapping[str, object] = {
    "shift.added": _("排班"),
    "shift.removed": _("取消班次"),
    "shift.imported": _("导入值班表"),
    "shift.handed_over": _("班次转给别人"),
    "swap.asked": _("申请换班"),
    "swap.accepted": _("对方同意换班"),
    "swap.declined": _("对方没同意换班"),
    "swap.approved": _("批准换班"),
    "swap.refused": _("没批准换班"),
    "staff.described": _("登记服务人员资料"),
    "certificate.added": _("登记证书"),
    "certificate.removed": _("删除证书"),
    "qualification.added": _("登记资格"),
    "qualification.removed": _("删除资格"),
}

PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): _("这个值不能用，请重新填写。"),
    ("", "missing"): _("请填写。"),
    ("ends_at", ""): _("结束要晚于开始。"),
    ("ends_at", "too_long"): _("一个班次最长七天，请分开填。"),
    ("person", ""): _("没有这个人，请写姓名或登录名。"),
    ("person", "ambiguous"): _("有重名，请写登录名。"),
    ("starts_at", "bad_time"): _("看不懂这个时间，请写成 2026-03-04 08:30。"),
    ("ends_at", "bad_time"): _("看不懂这个时间，请写成 2026-03-04 08:30。"),
    ("to", ""): _("没有这个人，请另选。"),
    ("other", ""): _("那个班次不是他的，或已经开始。"),
    ("needs", "missing"): _("请勾选它满足哪些要求。"),
    ("valid_until", "before_start"): _("有效期不能早于开始日。"),
    ("certificate", ""): _("没有这张证书，请另选。"),
    ("starts_at", "overlap"): _("这个人这段时间已经有班。"),
}
