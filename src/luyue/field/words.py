"""Words of field work: what an event, a state, an item of the safety check or a refused value is called."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from luyue.desk import words as desk
from luyue.domain import dispatch
from luyue.domain.refusals import BadInput, NotAllowed, Refusal
from luyue.web.refusals import sentence

EVENTS: Mapping[str, object] = {
    "work_order.planned": gettext_lazy("安排任务工单"),
    "work_order.replanned": gettext_lazy("改排任务工单"),
    "work_order.accepted": gettext_lazy("接单"),
    "work_order.rejected": gettext_lazy("退单"),
    "work_order.cancelled": gettext_lazy("取消任务工单"),
    "work_order.departed": gettext_lazy("工程师出发"),
    "work_order.arrived": gettext_lazy("工程师到场"),
    "work_order.started": gettext_lazy("开始作业"),
    "work_order.finished": gettext_lazy("完成作业"),
    "work_order.left_unsolved": gettext_lazy("现场未能解决"),
    "work_order.confirmed": gettext_lazy("客户确认"),
    "work_order.confirmation_refused": gettext_lazy("客户未签字"),
    "work_order.logged": gettext_lazy("作业记录"),
    "work_order.photographed": gettext_lazy("拍照"),
    "work_order.part_used": gettext_lazy("使用备件"),
    "work_order.checked": gettext_lazy("安全检查"),
    "work_order.paper_filed": gettext_lazy("提交抢修资料"),
    "work_order.stamp_corrected": gettext_lazy("更正时间"),
    "work_order.told": gettext_lazy("已通知"),
    "work_order.looked": gettext_lazy("检查设备"),
    "service_point.added": gettext_lazy("新增服务网点"),
    "service_point.changed": gettext_lazy("修改服务网点"),
    "absence.added": gettext_lazy("登记不可派"),
    "absence.removed": gettext_lazy("取消不可派"),
}

# state of an order: icon, state whose colour it has
STATES: Mapping[str, tuple[str, str]] = {
    "planned": ("inbox", "not_started"),
    "accepted": ("check", "running"),
    "departed": ("truck", "running"),
    "arrived": ("map-pin", "running"),
    "working": ("tool", "running"),
    "finished": ("signature", "warning"),
    "unfinished": ("alert-triangle", "breached"),
    "confirmed": ("circle-check", "met"),
    "refused": ("hand-stop", "warning"),
    "rejected": ("arrow-back-up", "warning"),
    "cancelled": ("ban", "cancelled"),
}

KIND_ICONS: Mapping[str, str] = {
    "visit": "walk",
    "remote": "headset",
    "emergency_repair": "urgent",
    "round": "clipboard-check",
}

CHECKS: Mapping[str, object] = {
    "rules": gettext_lazy("机房守则和现场安全要求已看过，遵守"),
    "backup": gettext_lazy("动手前已备份数据和配置"),
    "found": gettext_lazy("到场所见已拍照或截图"),
}
# What came of looking at a device on a round.
RESULTS: Mapping[str, object] = {
    "ok": pgettext_lazy("round", "正常"),
    "flag": pgettext_lazy("round", "待观察"),
    "fail": pgettext_lazy("round", "故障"),
    "na": pgettext_lazy("round", "不适用"),
    "skipped": pgettext_lazy("round", "没能检查"),
}
MARKS: Mapping[str, object] = {
    "quality": gettext_lazy("服务质量"),
    "efficiency": gettext_lazy("工作效率"),
    "attitude": gettext_lazy("服务态度"),
}
PAPERS: Mapping[str, object] = {
    "plan": gettext_lazy("抢修方案"),
    "drawing": gettext_lazy("图纸"),
    "equipment": gettext_lazy("设备清单"),
}

# (field, problem) of a BadInput, "" for any field: what is wrong and what to do
PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", "too_many"): gettext_lazy("太多了，最多 {limit} 个。"),
    ("happened_at", ""): gettext_lazy("时间看不懂，请写成 2026-03-04T10:30:00+08:00。"),
    ("happened_at", "future"): gettext_lazy("时间还没到，请核对手机的时钟。"),
    ("happened_at", "before_last_act"): gettext_lazy("早于前一步的时间，请核对。"),
    ("happened_at", "before_report"): gettext_lazy("早于报修时间，请核对。"),
    ("happened_at", "too_old"): gettext_lazy("时间太早了，请核对年份。"),
    ("happened_at", "not_allowed"): gettext_lazy("您的角色不能补录过去的时间。"),
    ("position", ""): gettext_lazy("位置看不懂，应为纬度和经度。"),
    ("key", ""): gettext_lazy("Idempotency-Key 应为 UUID。"),
    ("payload", ""): gettext_lazy("payload 应为 JSON 对象。"),
    ("files", "missing"): gettext_lazy("请拍照或选择文件。"),
    ("files", "picture_needed"): gettext_lazy("没有解决时必须附照片或截图，请先拍一张；不准拍照的写明原因。"),
    ("file", "not_a_picture"): gettext_lazy("这里要照片或截图，这个文件不是图片。"),
    ("file", "empty"): gettext_lazy("文件是空的，请重新选择。"),
    ("file", "too_large"): gettext_lazy("文件太大，最多 30 MB。"),
    ("item-", "missing"): gettext_lazy("这一项还没有选结果。"),
    ("item-", "picture_needed"): gettext_lazy("这一项要拍一张照片。"),
    ("item-", ""): gettext_lazy("没有这一项，检查表可能已经换了版本，请刷新。"),
    ("value-", "missing"): gettext_lazy("请填数值，不适用就选“不适用”。"),
    ("value-", "not_a_number"): gettext_lazy("请填数字。"),
    ("note-", "missing"): gettext_lazy("请写明情况。"),
    ("target", ""): gettext_lazy("这张巡检单里没有这台设备。"),
    ("targets", "open"): gettext_lazy("还有 {limit} 台没有检查；做不了的写明原因再完成。"),
    ("assessment", "missing"): gettext_lazy("请写运行评价。"),
    ("checks", "open"): gettext_lazy("安全检查还没做完：{which}。"),
    ("papers", "open"): gettext_lazy("抢修资料还没交齐：{which}。"),
    ("signature", "missing"): gettext_lazy("请客户在屏幕上签名，或改用纸质扫描。"),
    ("signature", ""): gettext_lazy("签名没有收到，请重签。"),
    ("name", "missing"): gettext_lazy("请写签字人的姓名。"),
    ("rating", ""): gettext_lazy("评分是 1 到 5。"),
    ("cause", "missing"): gettext_lazy("请写故障原因，客户会看到。"),
    ("fix", "missing"): gettext_lazy("请写处理办法，客户会看到。"),
    ("reason", "missing"): gettext_lazy("请写原因。"),
    ("result", ""): gettext_lazy("请选部分完成或未能解决。"),
    ("companions", "sent"): gettext_lazy("工程师本人不能又是同行人，请去掉他。"),
    ("quantity", ""): gettext_lazy("数量应为 1 到 9999 的整数。"),
    ("check", ""): gettext_lazy("没有这一项检查。"),
    ("answer", ""): gettext_lazy("请选已做或不适用。"),
    ("note", "missing"): gettext_lazy("不适用时请写明原因。"),
    ("paper", ""): gettext_lazy("请选资料的种类。"),
    ("entry", ""): gettext_lazy("没有这条记录，或它没有时间可改。"),
    ("case", "not_open"): gettext_lazy("服务请求已经结束，不能再安排。"),
    ("engineer", ""): gettext_lazy("这个人不能接单，请另选。"),
    ("engineer", "missing"): gettext_lazy("请选工程师。"),
    ("ends_at", ""): gettext_lazy("结束要晚于开始。"),
    ("latitude", ""): gettext_lazy("纬度在 -90 到 90 之间。"),
    ("longitude", ""): gettext_lazy("经度在 -180 到 180 之间。"),
}


def problem(refusal: BadInput) -> str:
    """What is wrong with one field, in the person's language."""
    field, name = str(refusal.facts.get("field") or ""), str(refusal.facts.get("problem") or "")
    # Of an item of a checklist: `item-ID`, `value-ID`, `note-ID`.
    kind = field.partition("-")[0] if "-" in field else field
    for key in ((field, name), (f"{kind}-", name), ("", name), (field, "")):
        if key in PROBLEMS:
            which = _("、").join(
                named(one) for one in str(refusal.facts.get("which") or "").split(",") if one
            )
            return str(PROBLEMS[key]).format(limit=refusal.facts.get("limit", ""), which=which)
    return desk.problem(refusal)


def named(item: str) -> str:
    """An item of the safety check or a paper by its name."""
    return str(CHECKS.get(item) or PAPERS.get(item) or item)


def field_problem(refusal: Refusal) -> tuple[str, str] | None:
    """Field and sentence of a refusal that belongs to a field of a form; None for the others."""
    if isinstance(refusal, BadInput) and refusal.facts.get("field"):
        return str(refusal.facts["field"]), problem(refusal)
    if isinstance(refusal, NotAllowed) and refusal.facts.get("act") == "back_date":
        return "happened_at", str(PROBLEMS[("happened_at", "not_allowed")])
    return None


def why_refused(refusal: Refusal) -> str:
    """A refusal in one sentence."""
    found = field_problem(refusal)
    return found[1] if found else sentence(refusal)


def finding(one: dispatch.Finding) -> str:
    """A finding of the planning in words."""
    return str(FINDINGS[one.code]).format(label=one.label, minutes=one.minutes, needed=one.needed) or _(
        "请核对"
    )


FINDINGS: Mapping[str, object] = {
    "ends_before_begin": gettext_lazy("结束要晚于开始。"),
    "too_long": gettext_lazy("一张工单最长 24 小时，请分开安排。"),
    "past": gettext_lazy("这段时间已经过去了。"),
    "not_his_contract": gettext_lazy("{label}没有这份合同的权限，请先在合同里授权或另选。"),
    "under_way": gettext_lazy("工单已经在执行，不能改排。"),
    "overlap": gettext_lazy("和 {label} 时间重叠。"),
    "two_places": gettext_lazy("来不及：和 {label} 之间只有 {minutes} 分钟，路上约 {needed} 分钟。"),
    "away": gettext_lazy("这段时间不可派：{label}。"),
    "outside_hours": gettext_lazy("在平常的上班时间之外。"),
    "out_of_reach": gettext_lazy("离最近的网点 {label} 约 {minutes} 分钟，超过承诺的 {needed} 分钟。"),
    "after_limit": gettext_lazy("比到场时限晚 {minutes} 分钟。"),
}

STEPS: Mapping[str, object] = {
    "open_order": gettext_lazy("开一张工单，派给{engineer}"),
    "move_order": gettext_lazy("工单改为{engineer}，按新的时间"),
    "assign_case": gettext_lazy("服务请求的负责人定为{engineer}"),
    "mark_onsite": gettext_lazy("服务请求记为需要到场"),
}


def step(one: dispatch.Step) -> str:
    """A step of a plan in words."""
    return str(STEPS[one.act]).format(engineer=one.engineer)
