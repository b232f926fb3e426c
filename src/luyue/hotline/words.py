"""Words of calls, lines and contacts."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.domain.hotline import FIELDS, PROBLEMS, Counted
from luyue.domain.plan.spans import Span
from luyue.domain.plan.vocabulary import span_words
from luyue.domain.refusals import BadInput, Refusal
from luyue.web.languages import english, language
from luyue.web.refusals import at_field, sentence

EVENTS: Mapping[str, object] = {
    "call.recorded": gettext_lazy("登记来电"),
    "call.changed": gettext_lazy("更正来电"),
    "call.linked": gettext_lazy("来电关联请求"),
    "call.called_back": gettext_lazy("回电未接来电"),
    "call.back_assigned": gettext_lazy("指定回电人"),
    "call.imported": gettext_lazy("导入话单"),
    "line.added": gettext_lazy("登记线路"),
    "line.corrected": gettext_lazy("更正线路"),
    "hotline.failed": gettext_lazy("热线中断"),
    "hotline.restored": gettext_lazy("热线恢复"),
    "contact.added": gettext_lazy("登记备用联系人"),
    "contact.corrected": gettext_lazy("更正备用联系人"),
    "contact.removed": gettext_lazy("删除备用联系人"),
    "hotline.change_planned": gettext_lazy("计划变更热线或联系人"),
    "hotline.change_notified": gettext_lazy("通知变更"),
    "hotline.change_consented": gettext_lazy("客户同意变更"),
    "hotline.change_refused": gettext_lazy("客户不同意变更"),
    "hotline.change_withdrawn": gettext_lazy("撤回变更"),
    "hotline.change_applied": gettext_lazy("变更生效"),
}

# what a call is for the share: word, state whose colour it has, icon
COUNTED: Mapping[Counted, tuple[object, str, str]] = {
    Counted.ANSWERED: (gettext_lazy("已接"), "met", "phone"),
    Counted.MISSED: (gettext_lazy("未接"), "breached", "x"),
    Counted.SHORT: (gettext_lazy("短呼"), "not_applicable", "clock-off"),
    Counted.OUTSIDE: (gettext_lazy("服务时间外"), "not_applicable", "moon"),
    Counted.OUTGOING: (gettext_lazy("去电"), "not_started", "arrow-up-right"),
}

# state of a change: icon, state whose colour it has
CHANGE_STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("edit", "not_started"),
    "notified": ("hourglass", "warning"),
    "consented": ("circle-check", "running"),
    "refused": ("circle-x", "breached"),
    "in_force": ("check", "met"),
    "withdrawn": ("ban", "cancelled"),
}

# (field, problem) of a refusal, "" for any problem of the field
REFUSED: Mapping[tuple[str, str], object] = {
    ("", "missing"): gettext_lazy("请填写。"),
    ("", "too_long"): gettext_lazy("太长了，请缩短。"),
    ("number", ""): gettext_lazy("请填电话号码。"),
    ("phone", ""): gettext_lazy("请填电话号码。"),
    ("hours", ""): gettext_lazy("服务时间看不懂；时段写成 08:30-12:00, 13:30-17:30。"),
    ("contract", "missing"): gettext_lazy("请选合同：您只能登记自己合同的来电。"),
    ("contract", ""): gettext_lazy("没有找到这份合同，请从列表里选。"),
    ("case", ""): gettext_lazy("没有找到这个服务请求，请核对单号。"),
    ("started_at", "future"): gettext_lazy("时间还没到，请填已经发生的时间。"),
    ("started_at", "too_old"): gettext_lazy("时间太早了，请核对年份。"),
    ("late_reason", "missing"): gettext_lazy("通知已经晚了，请写明原因；会如实记为未按约定通知。"),
    ("effective_on", "past"): gettext_lazy("生效日期不能早于今天。"),
    ("answered_by", "missing"): gettext_lazy("请写客户同意人的姓名。"),
    ("answer_note", "missing"): gettext_lazy("请写凭证，例如邮件日期或签字单编号。"),
    ("reason", "missing"): gettext_lazy("请写明原因。"),
    ("after", "same"): gettext_lazy("和现在的内容相同，没有可变更的。"),
}


def refused(refusal: Refusal) -> tuple[str, str]:
    """The field of a form that a refusal is about ("" for none), and its sentence."""
    return at_field(refusal, REFUSED) if isinstance(refusal, BadInput) else ("", sentence(refusal))


def field_word(field: str) -> str:
    """What a field of a call record is called."""
    return FIELDS[field][english()] if field in FIELDS else field


def problem_words(facts: Mapping[str, object]) -> str:
    """Why a record was not taken."""
    text = PROBLEMS.get(str(facts.get("problem")), ("不能用。", "cannot be used."))[english()]
    return text.format(field=field_word(str(facts.get("field", ""))), value=facts.get("value", ""))


def lead_words(lead: str) -> str:
    """A lead as it is kept with a change: 15 个工作日."""
    number, _space, unit = lead.partition(" ")
    if not number.isdigit():
        return ""
    days = int(number)
    span = {"working_days": Span(working_days=days), "calendar_days": Span(calendar_days=days)}.get(
        unit, Span(seconds=days)
    )
    return span_words(span, language())


def change_title(what: str, act: str) -> str:
    """What is planned, in a few words."""
    words = {
        ("line", "change"): _("热线变更"),
        ("line", "add"): _("新增热线"),
        ("line", "remove"): _("取消热线"),
        ("contact", "change"): _("备用联系人变更"),
        ("contact", "add"): _("新增备用联系人"),
        ("contact", "remove"): _("取消备用联系人"),
    }
    return words[(what, act)]
