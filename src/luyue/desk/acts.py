"""Acts on a case as the page offers them: word, icon, right, form, and the action that does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.accounts.models import Person
from luyue.desk import actions, escalation, flows, forms, goods, triage, triage_forms
from luyue.desk import flows_words as flow_words
from luyue.desk.flows_forms import step_form
from luyue.desk.flows_queries import Place, steps_for
from luyue.desk.models import Case, Clock
from luyue.domain.cases import (
    ARRIVED,
    ASKS,
    DEPARTED,
    ENDS,
    EVENT_OF_ACT,
    REMOTE_STARTED,
    CaseEvent,
    begun,
    state_after,
)
from luyue.domain.flows import Step
from luyue.domain.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Act:
    """One act. versioned: it is refused when somebody changed the case meanwhile."""

    name: str
    label: object
    icon: str
    right: str
    form: type[forms.ActForm]
    run: Callable[..., Case]
    versioned: bool = True
    danger: bool = False
    # A step of the flow of the case's kind; the usual way, not aside of it.
    onward: bool = False


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("triage", _("受理分派"), "user-check", "triage_case", triage_forms.TriageForm, triage.triage_case),
        Act("respond", _("回复"), "message", "work_case", forms.NoteForm, actions.respond_case),
        Act("understand", _("已了解"), "eye", "work_case", forms.NoteForm, actions.understand_case),
        Act("start_remote", _("远程开始"), "headset", "work_case", forms.NoteForm, actions.start_remote),
        Act("fail_remote", _("远程未果"), "circle-x", "work_case", forms.NoteForm, actions.fail_remote),
        Act("give_plan", _("服务方案"), "file-description", "work_case", forms.NoteForm, actions.give_plan),
        Act("depart", _("出发"), "truck", "work_case", forms.NoteForm, actions.depart),
        Act("arrive", _("到场"), "map-pin", "work_case", forms.NoteForm, actions.arrive),
        Act("restore", _("恢复"), "refresh", "work_case", forms.NoteForm, actions.restore_case),
        Act("resolve", _("解决"), "circle-check", "work_case", forms.ResolveForm, actions.resolve_case),
        Act("hand_over_report", _("提交报告"), "file-check", "work_case", forms.NoteForm, actions.hand_over_report),
        Act("close", _("关闭"), "lock", "close_case", forms.NoteForm, actions.close_case),
        Act("reopen", _("重开"), "history", "reopen_case", forms.ReasonForm, actions.reopen_case),
        Act("assign", _("派工"), "user-plus", "triage_case", forms.AssignForm, actions.assign_case, versioned=False),
        Act("pause", pgettext_lazy("act", "暂停"), "player-pause", "pause_case", forms.PauseForm, actions.pause_case),
        Act("resume", _("继续"), "player-play", "pause_case", forms.ResumeForm, actions.resume_case),
        Act("change_severity", _("改等级"), "flag", "change_severity", forms.SeverityForm, actions.change_severity),
        Act(
            "give_emergency_plan", _("应急方案"), "alert-triangle", "work_case", forms.EmergencyForm,
            actions.give_emergency_plan,
        ),
        Act("replace", _("更换"), "replace", "work_case", forms.NoteForm, actions.replace_device),
        Act("loan", _("备用机"), "package", "move_goods", forms.NoteForm, actions.lend_device),
        Act(
            "excuse", pgettext_lazy("act", "豁免"), "shield-check", "excuse_breach", forms.ExcuseForm,
            actions.excuse_clock, versioned=False,
        ),
        Act("escalate", _("升级"), "arrow-up", "escalate_case", forms.EscalateForm, escalation.escalate_case),
        Act("note", _("备注"), "note", "work_case", forms.NoteNeededForm, actions.note_case, versioned=False),
        Act(
            "decide_charges", _("收费判定"), "coin", "triage_case", triage_forms.ChargesForm, triage.decide_charges,
        ),
        Act(
            "allocate_spares", _("调配备件"), "package", "move_goods", forms.SparesForm, escalation.allocate_spares,
        ),
        Act("order_part", _("订购备件"), "package", "move_goods", forms.NoteForm, actions.order_part),
        Act("deliver_part", _("备件到货"), "package", "move_goods", forms.NoteForm, actions.deliver_part),
        Act("deliver_some", _("只到了一部分"), "package", "move_goods", forms.CameForm, actions.deliver_some),
        Act("return_spares", _("退回备件"), "arrow-back-up", "move_goods", forms.NoteForm, actions.return_spares),
        Act("send_repair", _("送修"), "tool", "move_goods", forms.NoteForm, actions.send_repair),
        Act("return_repair", _("修好返回"), "tool", "move_goods", forms.NoteForm, actions.return_repair),
        Act("take_back_loan", _("收回备用机"), "package", "move_goods", forms.NoteForm, actions.take_back_loan),
        Act("promise_call_back", _("约定回电"), "phone", "work_case", forms.CallBackForm, actions.promise_call_back),
        Act("call_back", _("回电"), "phone", "work_case", forms.NoteForm, actions.call_back),
        Act("urge", _("催办"), "bell-ringing", "urge_case", forms.NoteForm, actions.urge_case, versioned=False),
        Act("cancel", _("取消请求"), "ban", "cancel_case", forms.CancelForm, actions.cancel_case, danger=True),
    )
}  # fmt: skip

_EXCUSABLE = frozenset({"running", "warning", "paused", "breached"})
# Stands beside the natural act; the rest is in the menu.
_NEAR = (
    "call_back", "respond", "start_remote", "fail_remote", "depart", "arrive", "resolve", "resume", "pause",
    "hand_over_report", "reopen", "note",
)  # fmt: skip
_OFTEN = frozenset({"pause", "resume", "note", "reopen", "call_back"})
MOST_NEAR = 5
# Kinds that are talked about; going there or logging in is possible, but nobody's first thought.
_TALKED = frozenset({"consultation", "complaint"})
_GOING = frozenset({"start_remote", "fail_remote", "depart", "arrive"})
# Whoever takes the call answers it; nobody has to be found for it first.
ANSWERED_AT_ONCE = frozenset({"consultation"})


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page offers now: the natural next act, those beside it, the rest."""

    main: Act | None
    near: tuple[Act, ...]
    rest: tuple[Act, ...]

    def __contains__(self, name: str) -> bool:
        return any(act.name == name for act in self.all)

    @property
    def all(self) -> tuple[Act, ...]:
        return (*((self.main,) if self.main else ()), *self.near, *self.rest)


def offer(
    case: Case,
    *,
    person: Person,
    plan: Plan | None,
    events: Sequence[CaseEvent],
    clocks: Sequence[Clock],
    paused: bool,
    places: Sequence[Place] = (),
) -> Offer:
    """The acts that the lifecycle, the flow of the kind and the person's role allow now; `places`: in its flows."""
    steps = [step_act(place, step) for place, step in steps_for(case, places, person)]
    able = [
        act
        for act in ACTS.values()
        if person.may(act.right)
        and state_after(case.state, act.name) is not None
        and _makes_sense(act.name, case, plan, clocks, paused)
        and _follows(act.name, events)
        and not any(_barred(place, act.name) for place in places)
    ]
    names = [act.name for act in able]
    natural = next((name for name in (*_natural(case, events), *goods.ENDING) if name in names), None)
    onward = next((step for step in steps if step.onward), None)
    if onward is not None and not (natural == "triage" and case.kind not in ANSWERED_AT_ONCE):
        natural = None
    main = ACTS[natural] if natural else onward
    done = _since_reopening(events)
    if REMOTE_STARTED not in done:
        done |= {EVENT_OF_ACT["fail_remote"]}
    again = {name for name in _NEAR if name not in _OFTEN and EVENT_OF_ACT[name] in done}
    again |= _GOING if case.kind in _TALKED else frozenset()
    near = [step for step in steps if step is not main and step.name != "extra_record"]
    near += [ACTS[name] for name in _NEAR if name in names and name != natural and name not in again][
        : max(0, MOST_NEAR - len(near))
    ]
    rest = [act for act in (*able, *steps) if act is not main and act not in near]
    return Offer(main, tuple(near), tuple(rest))


def step_act(place: Place, step: Step) -> Act:
    """A step of a flow as an act of the page."""
    label, icon = flow_words.STEPS[step.name]

    def run(case_id: int, **facts: Any) -> Case:
        return flows.take_step(case_id, step=step.name, **facts)

    onward = place.flow is not None and place.flow.leads_on(step, place.stage)
    return Act(
        step.name, label, icon, step.right, step_form(place, step), run, danger=step.danger, onward=onward
    )


def find_act(name: str, places: Sequence[Place]) -> Act | None:
    """An act by its name: of the frame, or a step of one of the flows."""
    if name in ACTS:
        return ACTS[name]
    for place in places:
        if place.flow is not None and (step := place.flow.step(name)) is not None:
            return step_act(place, step)
    return None


def _barred(place: Place, act: str) -> bool:
    """Whether the flow keeps an act of the frame from being done now."""
    begun = place.row is not None or act == "resolve"
    return place.flow is not None and begun and not place.flow.lets(act, place.stage)


def _makes_sense(name: str, case: Case, plan: Plan | None, clocks: Sequence[Clock], paused: bool) -> bool:
    """Whether an act has anything to work on: a pause the plan knows, a clock to excuse, another severity."""
    if name == "pause":
        return plan is not None and bool(plan.pauses)
    if name == "resume":
        return paused
    if name == "change_severity":
        return bool(case.severity) and plan is not None and len(plan.severities) > 1
    if name == "excuse":
        return any(clock.state in _EXCUSABLE for clock in clocks)
    return True


def _follows(name: str, events: Sequence[CaseEvent]) -> bool:
    """An act that ends something needs its beginning, which has not been ended yet."""
    wanted = (ENDS | ASKS).get(name)
    return wanted is None or not begun(event.kind for event in events).isdisjoint(wanted)


def _natural(case: Case, events: Sequence[CaseEvent]) -> list[str]:
    """What people usually do next, the likeliest first."""
    if case.state == "resolved":
        return ["close", "hand_over_report"]
    if case.state == "closed":
        return []
    done = _since_reopening(events)
    if case.state == "new":
        return ["triage", "respond"]
    steps = [] if _answered(done) else ["respond"]
    if DEPARTED in done and ARRIVED not in done:
        return [*steps, "arrive"]
    if case.onsite and DEPARTED not in done and ARRIVED not in done:
        return [*steps, "depart"]
    return [*steps, "resolve"]


def _answered(done: frozenset[str]) -> bool:
    return bool(done & {"case.responded", REMOTE_STARTED, "case.plan_given", DEPARTED, ARRIVED})


def _since_reopening(events: Sequence[CaseEvent]) -> frozenset[str]:
    done: set[str] = set()
    for event in events:
        done = set() if event.kind == "case.reopened" else done | {event.kind}
    return frozenset(done)


def run(act: Act, case_id: int, *, version: int | None, facts: dict[str, Any], **who: Any) -> Case:
    """Do an act with what its form says. Raises what the action raises."""
    if act.versioned:
        facts = facts | {"version": version}
    return act.run(case_id, **facts, **who)
