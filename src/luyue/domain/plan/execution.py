"""Whether a promise of a plan executes yet, and if not, why (P-1, P-7): the one place that says so."""

from dataclasses import dataclass
from typing import Literal

from luyue.domain.cases import EVENT_OF_ACT
from luyue.domain.entitlements import family_of
from luyue.domain.measures.vocabulary import RECKONED
from luyue.domain.obligations.events import AUTOMATIC
from luyue.domain.obligations.raising import term_of
from luyue.domain.obligations.schedule import once_is_open
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.model import (
    ASK,
    Duty,
    Entitlement,
    Promise,
    Quota,
    Staffing,
    Target,
    Trigger,
)  # fmt: skip
from luyue.domain.plan.spans import Length
from luyue.domain.terms import STARTS, STOPS

Status = Literal["runs", "asks", "not_yet", "declared"]


@dataclass(frozen=True, slots=True)
class Execution:
    """Whether a promise executes.

    status: `runs` as it stands; `asks` for a figure first, when the plan is bound to a contract; `not_yet`: kept and
        shown in the statement, but nothing executes it yet; `declared`: nothing in it can be measured, ever.
    reason: a key of REASONS.
    """

    status: Status
    reason: str


STATUS_WORDS: v.Words = {
    "runs": ("可执行", "runs"),
    "asks": ("待约定后执行", "runs once agreed"),
    "not_yet": ("尚不能执行", "not yet"),
    "declared": ("声明", "declared"),
}


REASONS: v.Words = {
    "clock": ("每个符合条件的服务请求自动计时", "a clock runs on every case that it applies to"),
    "clock_open_start": (
        "自动计时；方案未写起点，按报修时刻起算",
        "a clock runs; the plan leaves the start open, so it runs from the report",
    ),
    "measured": (
        "每期自动统计，列出分子、分母、排除和明细；没有数据的如实列为无数据",
        "measured every period, with numerator, denominator, exclusions and evidence; without data it says so",
    ),
    "entered": (
        "每期填报并附凭证，到期未报即列为无数据",
        "entered every period with evidence; what nobody enters is listed as without data",
    ),
    "figure_asked": ("没有数字，绑定合同时须约定", "no figure; agreed when the plan is bound to a contract"),
    "by_agreement": (
        "时间由双方商定，绑定合同时可约定固定时限",
        "the time is agreed; a fixed limit can be agreed when the plan is bound to a contract",
    ),
    "act_missing": (
        "服务台尚不能登记这一动作，时限不会启动或停止",
        "the desk cannot record this act yet, so the clock would not start or stop",
    ),
    "other_party": ("由对方承担的时限：列入方案，尚不计时", "a limit of the other side: kept, not timed yet"),
    "scheduled": (
        "按周期自动安排履约事项，到期未做即记为逾期",
        "obligations are made by the calendar; what is not done by its due time is missed",
    ),
    "scheduled_once": (
        "安排一次履约事项；方案未写时间的，按起算日后 30 天",
        "one obligation; where the plan names no time, 30 days from its date",
    ),
    "standing": (
        "持续性承诺每季度核实一次并留凭证，可另行约定周期",
        "a standing promise is shown to be kept every quarter, or as agreed",
    ),
    "event": (
        "事件发生时自动生成履约事项",
        "the event raises an obligation by itself",
    ),
    "event_silent": (
        "事件发生时自动生成；方案未写时限，按 3 个工作日，可另行约定",
        "the event raises an obligation by itself; the plan names no limit, so 3 working days hold until one is agreed",
    ),
    "event_by_hand": (
        "登记事件后生成履约事项",
        "an obligation is raised once somebody enters the event",
    ),
    "event_by_hand_silent": (
        "登记事件后生成；方案未写时限，按 3 个工作日，可另行约定",
        "raised once somebody enters the event; the plan names no limit, so 3 working days hold until one is agreed",
    ),
    "entitlement_charges": (
        "每个适用的已关闭服务请求对照实际收费判定",
        "every closed case that it applies to is held against what was really charged",
    ),
    "entitlement_support": (
        "每个经该渠道、在该时间内的服务请求都是一次使用；热线中断和登记的违约计为没做到",
        "every case by that channel in these hours is a use; a failed line or a recorded breach breaks it",
    ),
    "entitlement_devices": (
        "由关闭的故障自动发现或由人申请，生成待兑现的申请；未写时限的 10 个工作日",
        "found from closed faults or asked for; a claim to be met, in 10 working days unless agreed otherwise",
    ),
    "entitlement_claims": (
        "客户申请后办理并留凭证；未写时限的 10 个工作日，拒绝或逾期计为没做到",
        "met when the customer asks, with evidence; in 10 working days unless agreed; refused or late breaks it",
    ),
    "entitlement_standing": (
        "每季度核实一次并留凭证；登记的违约计为没做到",
        "shown to be kept every quarter, with evidence; a recorded breach breaks it",
    ),
    "staffing_checked": (
        "逐月核对任命、资格、值班和签到",
        "named people, what they hold, roster and sign-in are checked month by month",
    ),
    "staffing_trial": (
        "试用结束时核对客户有没有考核",
        "at the end of the trial the customer's assessment is looked for",
    ),
    "nothing_to_measure": (
        "没有可衡量的内容，履约报告列为“声明”",
        "nothing can be measured; listed as declared",
    ),
}


_RECORDED = frozenset(EVENT_OF_ACT.values())


# Standing duties of these families leave a record behind that shows them kept.
_LEAVE_A_RECORD = frozenset(
    {
        "record",
        "log",
        "register",
        "archive",
        "document",
        "backup",
        "monitoring",
        "integration",
        "report",
        "training",
    }
)


_DECLARATIONS = frozenset({"objective", "principle", "conduct"})


_DECLARING_TERMS = frozenset({"declared", "pledged"})


def executable(promise: Promise) -> Execution:
    """Whether a promise executes, and why not if it does not."""
    if is_declared(promise):
        return Execution("declared", "nothing_to_measure")
    if isinstance(promise, Quota):
        if promise.value == ASK:
            return Execution("asks", "figure_asked")
        return Execution("runs", "measured" if promise.measure in RECKONED else "entered")
    if isinstance(promise, Duty):
        return _executable_duty(promise)
    if isinstance(promise, Trigger):
        return _executable_trigger(promise)
    if isinstance(promise, Entitlement):
        return Execution("runs", f"entitlement_{family_of(promise)}")
    if isinstance(promise, Staffing):
        trial = isinstance(promise.length, Length) and not promise.length.months
        return Execution("runs", "staffing_trial" if trial else "staffing_checked")
    if not isinstance(promise, Target):
        return Execution("not_yet", f"{promise.kind}_kept")
    if promise.by not in ("provider", "partner"):
        return Execution("not_yet", "other_party")
    stops = frozenset().union(*(STOPS[metric] for metric in promise.metric))
    if not (stops & _RECORDED and STARTS[promise.start] & _RECORDED):
        return Execution("not_yet", "act_missing")
    if promise.within == ASK:
        return Execution("asks", "figure_asked")
    if promise.within == "by_agreement" and promise.start != "promised":
        return Execution("asks", "by_agreement")
    return Execution("runs", "clock_open_start" if promise.start == "open" else "clock")


def _executable_duty(duty: Duty) -> Execution:
    if duty.every == ASK or once_is_open(duty, {}):
        return Execution("asks", "figure_asked")
    if duty.every == "continuous":
        return Execution("runs", "standing")
    return Execution("runs", "scheduled_once" if duty.every == "once" else "scheduled")


def _executable_trigger(trigger: Trigger) -> Execution:
    term = term_of(trigger, None)
    if term.span is None:
        return Execution("asks", "figure_asked")
    reason = "event" if trigger.on in AUTOMATIC else "event_by_hand"
    return Execution("runs", f"{reason}_silent" if term.source == "silent" else reason)


def is_declared(promise: Promise) -> bool:
    """Whether nobody can measure a promise: no figure, no question for one, and nothing that leaves a record."""
    if promise.open_figures() or promise.items or (promise.ask and promise.vague):
        return False
    if isinstance(promise, Duty):
        return promise.every == "continuous" and promise.owe.split(".")[0] not in _LEAVE_A_RECORD
    if isinstance(promise, Entitlement):
        facts = (
            promise.channel,
            promise.calendar,
            promise.years,
            promise.charges,
            promise.faults,
            promise.after,
        )
        if any(fact is not None for fact in facts):
            return False
        empty = promise.topic.split(".")[0] in _DECLARATIONS or promise.term in _DECLARING_TERMS
        return empty or promise.vague is not None
    if isinstance(promise, Staffing):
        return promise.vague is not None and promise.at_least is None
    return False
