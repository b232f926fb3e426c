"""Words of the desk's pages: what an event, a state or a refused value is called. One table each."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.desk.flows_words import EVENTS as FLOW_EVENTS
from luyue.domain.plan.model import Plan
from luyue.domain.plan.vocabulary import METRIC_WORDS, ROLE_WORDS, word_of
from luyue.domain.refusals import BadInput, NotAllowed, Refusal
from luyue.domain.terms import AGREED_DATE_TERMS, CALL_BACK_TERMS
from luyue.web.languages import english, language
from luyue.web.refusals import sentence

# kind of a ledger event: what happened, in the words of the timeline
EVENTS: Mapping[str, object] = {
    "case.reported": gettext_lazy("报修"),
    "case.received": gettext_lazy("收到"),
    "case.triaged": gettext_lazy("受理分派"),
    "case.assigned": gettext_lazy("派给"),
    "case.responded": gettext_lazy("回复客户"),
    "case.understood": gettext_lazy("问题已了解"),
    "case.remote_started": gettext_lazy("开始远程处理"),
    "case.remote_failed": gettext_lazy("远程未能解决"),
    "case.plan_given": gettext_lazy("给出服务方案"),
    "case.departed": gettext_lazy("工程师出发"),
    "case.arrived": gettext_lazy("工程师到场"),
    "case.restored": gettext_lazy("业务恢复"),
    "case.replaced": gettext_lazy("更换设备"),
    "case.loaned": gettext_lazy("提供备用机"),
    "case.loan_returned": gettext_lazy("收回备用机"),
    "case.emergency_plan_given": gettext_lazy("给出应急方案"),
    "case.resolved": gettext_lazy("已解决"),
    "case.report_handed_over": gettext_lazy("提交故障报告"),
    "case.closed": gettext_lazy("已关闭"),
    "case.reopened": gettext_lazy("重新打开"),
    "case.cancelled": gettext_lazy("已取消"),
    "case.paused": gettext_lazy("暂停计时"),
    "case.resumed": gettext_lazy("继续计时"),
    "case.severity_changed": gettext_lazy("改故障等级"),
    "case.noted": gettext_lazy("备注"),
    "case.urged": gettext_lazy("客户催办"),
    "case.escalated": gettext_lazy("升级"),
    "case.acknowledged": gettext_lazy("确认收到通知"),
    "clock.warned": gettext_lazy("预警"),
    "clock.breached": gettext_lazy("超时通知"),
    "clock.pause_reminded": gettext_lazy("暂停过久提醒"),
    "clock.begun": gettext_lazy("久未解决，须给应急方案"),
    "clock.unanswered": gettext_lazy("无人确认，通知上一级"),
    "case.excused": gettext_lazy("已豁免"),
    "case.imported": gettext_lazy("历史导入"),
    "case.called_back": gettext_lazy("回电"),
    "case.call_back_promised": gettext_lazy("约定回电"),
    "case.call_answered": gettext_lazy("接听"),
    "case.spares_allocated": gettext_lazy("调配备件"),
    "case.part_ordered": gettext_lazy("订购备件"),
    "case.part_delivered": gettext_lazy("备件到货"),
    "case.part_delivered_in_part": gettext_lazy("备件只到了一部分"),
    "case.spares_returned": gettext_lazy("退回备件"),
    "case.repair_sent": gettext_lazy("送修"),
    "case.repair_returned": gettext_lazy("修好返回"),
    "case.charges_decided": gettext_lazy("收费判定"),
    "case.classified": gettext_lazy("问题归类"),
    "routing.rule_saved": gettext_lazy("保存路由规则"),
    "routing.rule_removed": gettext_lazy("删除路由规则"),
    "person.competence_set": gettext_lazy("更新技能和区域"),
    "case.reported_again": gettext_lazy("再次来电"),
    "case.linked": gettext_lazy("建立关联"),
    "case.unlinked": gettext_lazy("解除关联"),
    "case.merged": gettext_lazy("并入其他请求"),
    "case.unmerged": gettext_lazy("撤销合并"),
    **FLOW_EVENTS,
}
# colour of an event's dot, by the states of clocks
EVENT_STATES: Mapping[str, str] = {
    "case.reported": "running", "case.resolved": "met", "case.closed": "met", "case.arrived": "running",
    "case.paused": "paused", "case.excused": "waived", "case.reopened": "warning", "case.urged": "warning",
    "case.escalated": "warning", "clock.unanswered": "breached",
    "case.merged": "cancelled", "case.unmerged": "warning",
}  # fmt: skip

# state of a case: icon, state whose colour it has
STATES: Mapping[str, tuple[str, str]] = {
    "new": ("inbox", "not_started"),
    "open": ("tool", "running"),
    "resolved": ("circle-check", "met"),
    "closed": ("lock", "not_applicable"),
    "cancelled": ("ban", "cancelled"),
}

# what the other case is, seen from this one
RELATIONS: Mapping[str, object] = {
    "related": gettext_lazy("相关"),
    "duplicate": gettext_lazy("并入的重复请求"),
    "parent": gettext_lazy("归到群障"),
    "child": gettext_lazy("群障下级"),
}

ALARMS: Mapping[str, tuple[object, str]] = {
    "warning": (gettext_lazy("预警"), "warning"),
    "breach": (gettext_lazy("超时通知"), "breached"),
    "pause": (gettext_lazy("暂停过久提醒"), "paused"),
    "begun": (gettext_lazy("久未解决，须给应急方案"), "breached"),
}

COMMA, REASON = gettext_lazy("、"), gettext_lazy("原因")
SKIPPED, SPARES = gettext_lazy("越过"), gettext_lazy("调配备件")

# (field, problem) of a BadInput, "" for any field: what is wrong and what to do
PROBLEMS: Mapping[tuple[str, str], object] = {
    ("", ""): gettext_lazy("这个值不能用，请重新填写。"),
    ("", "missing"): gettext_lazy("请填写。"),
    ("", "too_long"): gettext_lazy("太长了，最多 {limit} 个字。"),
    ("", "bad_character"): gettext_lazy("含有不能用的字符，请删掉后重填。"),
    ("title", "missing"): gettext_lazy("请写一句话说明现象。"),
    ("severity", "not_in_plan"): gettext_lazy("这份合同的方案没有这个等级，请另选。"),
    ("severity", "use_change_severity"): gettext_lazy("等级已经定过，请用“改等级”。"),
    ("severity", "same"): gettext_lazy("和现在的等级相同。"),
    ("in_scope", "contract_not_in_force"): gettext_lazy("报修那天合同不在服务期，不能算服务范围内。"),
    ("scope_reason", "missing"): gettext_lazy("不在服务范围内时，请写明原因。"),
    ("at", "future"): gettext_lazy("时间还没到，请填已经发生的时间。"),
    ("at", "too_old"): gettext_lazy("时间太早了，请核对年份。"),
    ("at", "before_report"): gettext_lazy("早于报修时间，请核对。"),
    ("until", "before_promise"): gettext_lazy("最迟回电时间要晚于现在；补录的，要晚于发生时间。"),
    ("at", "before_last_act"): gettext_lazy("早于最近一次出发或到场，请核对。"),
    ("at", "before_resolution"): gettext_lazy("早于解决时间，请核对。"),
    ("at", "before_last_step"): gettext_lazy("早于流程的上一步，请核对。"),
    ("", "unknown_field"): gettext_lazy("这一步没有这一项。"),
    ("", "not_after"): gettext_lazy("要晚于前面的时间，请核对。"),
    ("until", "not_after"): gettext_lazy("约定完成时间要晚于现在。"),
    ("", "differs"): gettext_lazy("与登记的不一致：请核对是不是同一份录像。"),
    ("", "not_a_digest"): gettext_lazy("SHA-256 是 64 位十六进制，请核对。"),
    ("", "not_an_amount"): gettext_lazy("请填金额，例如 1200 或 1200.50；没有就填 0。"),
    ("", "empty"): gettext_lazy("这是空文件，请另选。"),
    ("", "too_large"): gettext_lazy("文件太大，最多 30 MB。"),
    ("at", "before_pause"): gettext_lazy("早于暂停开始的时间，请核对。"),
    ("at", "not_allowed"): gettext_lazy("您的角色不能补录过去的时间，请留空。"),
    ("reason", "not_in_plan"): gettext_lazy("方案不允许因此暂停，请另选原因。"),
    ("reason", "already_paused"): gettext_lazy("已经因此暂停了。"),
    ("reason", "not_paused"): gettext_lazy("现在没有暂停。"),
    ("agreed_by", "missing"): gettext_lazy("需要客户同意：请写同意人的姓名。"),
    ("evidence", "missing"): gettext_lazy("请写凭证，例如邮件日期或签字单编号。"),
    ("level", ""): gettext_lazy("不能升级到这一级，请另选。"),
    ("level", "nobody"): gettext_lazy("这一级没有人可通知，请先在合同页指定人员。"),
    ("skip_reason", "missing"): gettext_lazy("中间的级别被跳过了，请写越级原因。"),
    ("hand_over", "nobody"): gettext_lazy("被通知的人都不能负责服务请求，请去掉这一项。"),
    ("owner", ""): gettext_lazy("这个人不能接单，请另选。"),
    ("owner", "not_of_contract"): gettext_lazy("{name}看不到这份合同，先在合同页“人员”里加上，或另选。"),
    ("site", ""): gettext_lazy("这个点位不属于所选合同。"),
    ("device", ""): gettext_lazy("这台设备不属于所选合同。"),
    ("note", "why_different"): gettext_lazy("和方案的规定不同，请写明原因。"),
    ("role", "leads_nowhere"): gettext_lazy("请写明派给谁：角色、技能或人员至少填一项。"),
    ("skills", "too_many"): gettext_lazy("太多了，最多 40 个。"),
    ("regions", "too_many"): gettext_lazy("太多了，最多 40 个。"),
    ("devices", "too_many"): gettext_lazy("太多了，最多 40 个。"),
    ("other", "missing"): gettext_lazy("请写另一件的单号。"),
    ("other", "unknown"): gettext_lazy("没有这个单号，请核对。"),
    ("other", "itself"): gettext_lazy("不能关联它自己，请写另一件的单号。"),
    ("other", "other_contract"): gettext_lazy("两件不属于同一份合同，不能关联。"),
    ("other", "linked_already"): gettext_lazy("这两件已经关联了。"),
    ("other", "has_parent"): gettext_lazy("它已经并入或归到另一件名下，先解除再试。"),
    ("other", "target_points_on"): gettext_lazy("另一件自己已并入或归到别的请求名下，请写最终保留的那件。"),
    ("other", "has_children"): gettext_lazy("它名下还有下级请求，先解除下级再试。"),
    ("other", "not_open"): gettext_lazy("已经结束的请求不用合并，可以只做关联。"),
    ("at", "before_link"): gettext_lazy("早于建立关联的时间，请核对。"),
    ("contract", "missing"): gettext_lazy("请选合同。"),
    ("contract", ""): gettext_lazy("没有找到这份合同，请从列表里选。"),
}


def problem(refusal: BadInput) -> str:
    """What is wrong with one field, in the person's language."""
    field, name = str(refusal.facts.get("field") or ""), str(refusal.facts.get("problem") or "")
    text = next(PROBLEMS[key] for key in ((field, name), ("", name), ("", "")) if key in PROBLEMS)
    return str(text).format(limit=refusal.facts.get("limit", ""), name=refusal.facts.get("name", ""))


def field_problem(refusal: Refusal) -> tuple[str, str] | None:
    """Field and sentence of a refusal that belongs to a field of a form; None for the others."""
    if isinstance(refusal, BadInput) and refusal.facts.get("field"):
        return str(refusal.facts["field"]), problem(refusal)
    if isinstance(refusal, NotAllowed) and refusal.facts.get("act") == "back_date":
        return "at", str(PROBLEMS[("at", "not_allowed")])
    return None


def why_refused(refusal: Refusal) -> str:
    """A refusal in one sentence, where no form stands beside it."""
    found = field_problem(refusal)
    return found[1] if found else sentence(refusal)


def severity_word(plan: Plan | None, severity: str) -> str:
    """A severity in the plan's own words; its id when the plan does not know it."""
    found = next((level for level in plan.severities if level.id == severity), None) if plan else None
    return severity if found is None else found.en if english() else found.zh


def pause_word(plan: Plan | None, reason: str) -> str:
    """A reason for a pause in the plan's own words."""
    found = next((rule for rule in plan.pauses if rule.id == reason), None) if plan else None
    return reason if found is None else found.en if english() else found.zh


def role_word(role: str) -> str:
    """A level of the ladder."""
    return word_of(ROLE_WORDS, role, language())


def metric_word(metric: str) -> str:
    """What a clock measures: 响应, 到场, 响应/到场."""
    return "/".join(METRIC_WORDS[one][english()] for one in metric.split("|"))


# What was promised on the very case, not by the plan.
HOUSE: Mapping[str, object] = {
    CALL_BACK_TERMS: gettext_lazy("答应了来电人"),
    AGREED_DATE_TERMS: gettext_lazy("与客户约定的日期"),
}


def house_word(promise: str) -> str:
    """What a promise that is not of the plan is called; empty for one that is."""
    return str(HOUSE.get(promise, ""))


def promise_word(plan: Plan | None, promise: str) -> str:
    """A promise in the plan's own words; its id when nobody knows it."""
    found = plan.by_id.get(promise) if plan else None
    return found.text.in_(language()) if found else house_word(promise) or promise


def scope_word(reason: str) -> str:
    """Why a case is out of scope."""
    return _("报修时不在服务期，仅提供建议") if reason == "contract_not_in_force" else reason
