"""What happens, word by word as plans call it: the acts of the product that bring it about, and those that prove what
is owed for it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from luyue.desk import actions as desk
from luyue.desk import alarms, escalation, flows, triage
from luyue.desk.models import Case
from luyue.devices import actions as devices
from luyue.devices.models import Device
from luyue.field import actions as field
from luyue.field.actions import File, Told
from luyue.field.models import WorkOrder
from luyue.field.planning import Request
from luyue.follow_ups import actions as follow_ups
from luyue.hotline import actions as hotline
from luyue.hotline import changes
from luyue.hotline.models import Change
from luyue.ledger.models import Event
from luyue.obligations import actions as obligations
from luyue.rounds import actions as rounds
from luyue.rounds.models import Round
from luyue.service_forms import actions as forms
from luyue.service_forms.actions import making
from luyue.vault import sessions
from luyue.vault.models import Session
from tests import factories
from tests.documents.samples import png
from tests.rounds.conftest import good
from tests.statements.drives.world import NOW, START, World, agree_all

PHOTO = File("现场.png", png())
DIGEST = hashlib.sha256(b"video").hexdigest()
DAY = 86400
FORM_REST: Mapping[str, dict[str, Any]] = {
    "onsite": {"safety": "已备份配置"},
    "remote": {"way": "远程协助"},
    "fault": {"fault_kind": "power", "loss": "无", "prevention": "每季度检查"},
    "incident": {"scope": "北侧", "loss": "无", "prevention": "双电源", "responsibility": "无", "found_by": "值班员"},
    "consultation": {"answer": "见手册第 3 章"},
    "restock": {"applicant": "孙岩", "store": "南京库", "reason": "更换后补齐",
                "parts": [{"name": "电源模块", "quantity": "2"}]},
}  # fmt: skip
ANY_FORM = {
    "engineers": "孙岩", "symptom": "黑屏", "cause": "接头松动", "work": "重新压接", "result": "solved",
}  # fmt: skip


class Story:
    """One course of events on a contract, a minute from act to act."""

    def __init__(self, world: World, at: datetime = NOW) -> None:
        self.world, self.at = world, at
        self.case: Case = None
        self.order: WorkOrder = None
        self.change: Change = None
        self.session: Session = None
        self.looked: Round = None
        self.form_id = 0
        # The severity of what is reported, where the promise asks for one.
        self.severity: str | None = None

    def tick(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def report(self, kind: str = "fault", severity: str | None = None) -> "Story":
        levels = [level.id for level in self.world.plan.severities]
        told = severity if severity is not None else (levels[-1] if levels else "")
        self.case = factories.case(
            self.world.contract, self.tick(), kind=kind, severity=told, description="三楼夜间黑屏"
        )
        return self

    def desk(self, act: Callable[..., Any], **facts: Any) -> "Story":
        at = self.tick()
        act(self.case.pk, actor=None, at=at, now=at, **facts)
        return self

    def step(self, step: str, **sheet: Any) -> "Story":
        at = self.tick()
        flows.take_step(self.case.pk, step=step, sheet=sheet, actor=None, at=at, now=at)
        return self

    def resolve(self) -> "Story":
        return self.desk(desk.resolve_case, cause="接头松动", fix="重新压接")

    def plan(self, kind: str = "visit", *, ahead: bool = False) -> "Story":
        at = self.tick()
        begin = at + (timedelta(days=10) if ahead else timedelta(hours=1))
        wanted = Request(
            kind=kind, engineer_id=self.world.engineer.pk, case_id=self.case.pk, begin=begin,
            end=begin + timedelta(hours=1),
        )  # fmt: skip
        self.order = field.plan_order(wanted, actor=None, now=at)
        return self

    def act(self, act: str, *files: File, **payload: Any) -> "Story":
        at = self.tick()
        told = Told(act=act, payload=payload, happened_at=at, files=files)
        field.do_act(self.order.pk, told, actor=self.world.engineer, now=at)
        return self

    def working(self) -> "Story":
        for name in ("accept", "depart", "arrive", "start"):
            self.act(name)
        return self

    def checked(self) -> "Story":
        return self.act("check", check="rules").act("check", check="backup").act("photo", PHOTO)

    def finished(self) -> "Story":
        return self.working().checked().act("finish", solved="yes", cause="接头松动", fix="重新压接")

    def closed(self) -> "Story":
        return self.resolve().desk(desk.close_case)

    def called(self, words: str = "好") -> "Story":
        """The closing owes a call (a job opens it), and the customer was reached."""
        event = Event.objects.filter(kind="case.closed", subject_id=self.case.pk).latest("id")
        owed = follow_ups.open_follow_up(self.case.pk, event=event.pk, at=self.at, now=self.at)
        assert owed is not None
        at = self.tick()
        caller = factories.person("supervisor")
        follow_ups.record_call(owed.pk, result="reached", score=5, words=words, actor=caller, at=at, now=at)
        return self

    def form(self, kind: str) -> int:
        at = self.tick()
        known = {one.key for one in making.common.known_kind(kind).items}
        facts = {name: value for name, value in ANY_FORM.items() if name in known} | FORM_REST.get(kind, {})
        made = forms.make_form(self.case.pk, kind, facts, actor=None, now=at)
        forms.issue_form(made.pk, actor=None, now=self.tick())
        self.form_id = made.pk
        return made.pk

    def signed_form(self) -> "Story":
        at = self.tick()
        forms.sign_form(
            self.form_id, png(), "王处", actor=None, at=at, now=at, paper=True, file_name="签字.png"
        )
        return self

    def handed_over(self, kind: str) -> "Story":
        number = self.form(kind)
        at = self.tick()
        forms.hand_over_form(number, actor=None, at=at, now=at)
        return self

    def hotline_change(self, what: str) -> "Story":
        at = self.tick()
        day = (at + timedelta(days=60)).date()
        if what == "line":
            line = hotline.add_line(
                name="热线", number="4008001", hours={"kind": "always"}, contract_id=self.world.contract.pk, actor=None,
                now=at,
            )  # fmt: skip
            given: dict[str, Any] = {"line_id": line.pk, "after": {"number": "4008002"}}
        else:
            contact = hotline.add_contact(
                self.world.contract.pk, region="东区", name="孙岩", phone="13800000001", actor=None, now=at
            )
            given = {"contact_id": contact.pk, "after": {"phone": "13800000002"}}
        (self.change,) = changes.plan_change(
            act="change", effective_on=day, actor=None, now=self.tick(), **given
        )
        return self

    def asked_session(self) -> "Story":
        at = self.tick()
        self.session = sessions.ask_session(
            self.case.pk,
            purpose="看日志",
            tool="vpn",
            planned_at=at,
            planned_minutes=30,
            actor=self.world.lead,
            now=at,
        )
        return self

    def bound(self) -> "Story":
        """A new contract gets this plan; what is owed is owed under the new one."""
        known = {"signed_on": START, "delivery_on": START, "grade": "platinum"}
        of = factories.contract(self.world.version_row, starts_on=START, **known)
        self.world = replace(self.world, contract=of)
        return self

    def agreed(self) -> "Story":
        """What was left open is agreed once the contract has its plan, as on its page."""
        agree_all(self.world.plan, self.world.contract)
        obligations.set_terms(self.world.contract, now=self.at)
        return self

    def line_fails(self) -> "Story":
        at = self.tick()
        line = hotline.add_line(
            name="热线", number="4008001", hours={"kind": "always"}, contract_id=self.world.contract.pk, actor=None,
            now=at,
        )  # fmt: skip
        hotline.fail_line(line.pk, actor=None, at=self.tick(), now=self.at)
        return self

    def breached(self) -> "Story":
        """Nobody does anything until a limit of the case has passed, and the sweep sees it."""
        due = self.case.clocks.exclude(due_at=None).earliest("due_at").due_at
        assert due is not None
        self.at = due + timedelta(minutes=1)
        alarms.sweep(self.at, by_mail=False)
        return self

    # Rounds.

    def round(self, *, instructions: str = "逐台看，按检查表") -> "Story":
        """A round of one camera is planned for tomorrow."""
        at = self.tick()
        number = Device.objects.count() + 1
        devices.add_device(
            self.world.contract.pk, kind="camera", name="枪机", serial=f"R{number}", actor=None, now=at
        )
        begin = at + timedelta(days=7)
        wanted = rounds.Wanted(
            contract_id=self.world.contract.pk, kind="visit", engineer_id=self.world.engineer.pk, begin=begin,
            end=begin + timedelta(hours=3), instructions=instructions,
        )  # fmt: skip
        self.looked = rounds.plan_round(wanted, actor=None, now=at)
        assert self.looked.order is not None
        self.order = self.looked.order
        return self

    def noticed(self, agreed: str = "3 月 11 日上午") -> "Story":
        at = self.tick()
        rounds.notice_round(
            self.looked.pk, to="王处", agreed=agreed, may_stop=False, actor=None, at=at, now=at
        )
        return self

    def looking(self) -> "Story":
        return self.working().act("check", check="rules")

    def found(self, item: str) -> "Story":
        """The camera fails one item of its checklist; a case is opened."""
        target = self.looked.targets.filter(device__kind="camera").earliest("pk")
        answers = good(target) | {f"item_{item}": "fail", f"note_{item}": "不合格"}
        self.act("look", PHOTO, **{name.replace("_", "-"): value for name, value in answers.items()})
        self.case = Case.objects.filter(contract=self.world.contract, channel="round").latest("pk")
        return self

    def round_ended(self) -> "Story":
        """All that is not looked at yet is skipped with the reason, and the round ends with its assessment."""
        for target in self.looked.targets.filter(result=""):
            self.act("look", target=target.pk, skip="停电")
        return self.act("finish", assessment="运行平稳", improvements="已调优")

    # The flows of the kinds.

    def submitted(self) -> "Story":
        return self.report("defect").step("submit", module="统计报表", symptom="合计与明细不符")

    def analysed(self) -> "Story":
        return self.submitted().step("analyse", nature="technical", analysis="口径不同", measures="统一口径")

    def confirmed(self) -> "Story":
        return self.analysed().step("confirm")

    def solved(self) -> "Story":
        return self.confirmed().step("solve", cause="口径", fix="已统一", changed="视图 v_sum")

    def planned_task(self, kind: str) -> "Story":
        begin = int(self.at.timestamp()) + DAY
        more = {"other_party": "运营商"} if kind == "integration" else {}
        return self.report(kind).step(
            "plan_task",
            task="保障",
            starts_at=begin,
            ends_at=begin + DAY,
            staff="孙岩",
            extra_cost="0",
            **more,
        )

    def extra(self) -> "Story":
        return self.report().step("extra_record", extra_what="帮邻近单位查录像", extra_for="other_department")


def _finish_task(story: Story, kind: str) -> Story:
    planned = story.planned_task(kind).step("agree_task", agreed_by="王处").step("start_task", present="孙岩")
    return planned.step("finish_task", fix="保障完成", actual_cost="0")


# Event word of plans → what has to be done that it has happened.
WAYS: Mapping[str, Callable[[Story], Any]] = {
    "case.reported": lambda s: s.report(severity=""),
    "case.found": lambda s: s.report(),
    "case.noticed": lambda s: s.report(),
    "case.fault": lambda s: s.report(),
    "case.received": lambda s: s.report(),
    "case.triaged": lambda s: s.report().desk(desk.triage_case, onsite=True),
    "case.handling": lambda s: s.report().desk(desk.respond_case),
    "case.handled": lambda s: s.report().desk(desk.respond_case),
    "case.remote_needed": lambda s: s.report().asked_session(),
    "case.plan_given": lambda s: s.report().desk(desk.give_plan),
    "case.solutions_proposed": lambda s: s.report().desk(desk.give_plan),
    "case.resolved": lambda s: s.report(severity=s.severity).resolve(),
    "contract.signed": lambda s: s.bound(),
    "case.escalated": lambda s: s.report().desk(
        escalation.escalate_case, level="project_manager", reason="解决不了", skip_reason="在休假"
    ),
    "case.breached": lambda s: s.report().breached(),
    "case.unrestorable": lambda s: s.report().desk(desk.give_emergency_plan, note="改用备用链路"),
    "repair.emergency_finished": lambda s: s.report().resolve(),
    "complaint.reported": lambda s: s.report("complaint"),
    "extraction.requested": lambda s: s.report("extraction"),
    "integration.requested": lambda s: s.report("integration"),
    "cover.requested": lambda s: s.report("cover"),
    "cover.booked": lambda s: s.planned_task("cover").step("agree_task", agreed_by="王处"),
    "defect.found": lambda s: s.report("defect"),
    "defect.submitted": lambda s: s.submitted(),
    "defect.analysed": lambda s: s.analysed(),
    "defect.solution_proposed": lambda s: s.analysed(),
    "defect.confirmed": lambda s: s.confirmed(),
    "defect.solved": lambda s: s.solved(),
    "change.finished": lambda s: s.solved(),
    "requirement.accepted": lambda s: s.report("requirement").step(
        "agree_date", content="加统计", until=int(s.at.timestamp()) + 9 * DAY, agreed_by="王处"
    ),
    "consultation.answered": lambda s: s.report("consultation").step(
        "answer", topic="use", question="保留多久", answer="60 天", way="hotline"
    ),
    "device.faulty": lambda s: s.report().desk(desk.send_repair),
    "repair.sent": lambda s: s.report().desk(desk.send_repair),
    "repair.finished": lambda s: s.report().desk(desk.send_repair).desk(desk.return_repair),
    "request.extra": lambda s: s.extra(),
    "request.extra_signed": lambda s: s.extra().step("extra_sign", signed_by="王处"),
    "visit.planned": lambda s: s.report().plan(),
    "work.planned": lambda s: s.report().plan(ahead=True),
    "work.ordered": lambda s: s.report().plan(),
    "visit.departing": lambda s: s.report().plan().act("accept").act("depart"),
    "visit.arrived": lambda s: s.report().plan().act("accept").act("arrive"),
    "work.start": lambda s: s.report().plan().working(),
    "work.finished": lambda s: s.report().plan().finished(),
    "visit.resolved": lambda s: s.report().plan().finished(),
    "visit.leaving": lambda s: s.report().plan().finished(),
    "visit.unsolved": lambda s: s.report().plan().working().act("unsolved", PHOTO, reason="缺备件", next="改日再来"),
    "round.planned": lambda s: s.round(),
    "round.started": lambda s: s.round().looking(),
    "finding.found": lambda s: s.round().looking().found("view"),
    "finding.opened": lambda s: s.round().looking().found("view"),
    "finding.fault": lambda s: s.round().looking().found("view"),
    "finding.occlusion": lambda s: s.round().looking().found("view"),
    "finding.fault_resolved": lambda s: s.round().looking().found("view").resolve(),
    "part.used": lambda s: s.report().plan().working().act("part", name="电源模块", quantity="1"),
    "survey.called": lambda s: s.report().closed().called(),
    "hotline.failed": lambda s: s.line_fails(),
    "hotline.change": lambda s: s.hotline_change("line"),
    "contact.change": lambda s: s.hotline_change("contact"),
    "document.report_delivered": lambda s: s.report().resolve().handed_over("fault"),
}  # fmt: skip


def _notify(story: Story) -> None:
    changes.notify(story.change.pk, actor=None, now=story.tick())


def _consent(story: Story) -> None:
    _notify(story)
    changes.consent(story.change.pk, actor=story.world.customer, now=story.tick())


# What the plan owes → the acts that prove it by themselves, after what has happened. What stands nowhere here and has a
# proof in the product is proved by the happening itself, or fails.
PROOFS: Mapping[str, Callable[[Story], Any]] = {
    "responsibility.assign_engineer": lambda s: s.desk(desk.assign_case, owner=s.world.engineer),
    "plan.method_by_level": lambda s: s.desk(desk.triage_case, onsite=True),
    "analysis.problem_kind": lambda s: s.desk(triage.triage_case, onsite=True),
    "analysis.request_kind": lambda s: s.desk(triage.classify_case, nature="technical", topic=""),
    "notice.operator": lambda s: s.desk(desk.respond_case),
    "declaration.severity": lambda s: s.desk(
        desk.triage_case, severity=s.world.plan.severities[-1].id
    ),
    "advice.cause_and_prevention": lambda s: s.form("fault"),
    "record.problem": lambda s: s.act("confirm", PHOTO, name="王处", way="paper"),
    "record.screenshot": lambda s: s.act("photo", PHOTO),
    "report.finding": lambda s: s.resolve().handed_over("fault"),
    "repair.finding": lambda s: s.resolve(),
    "repair.at_once": lambda s: s.desk(desk.respond_case),
    "cleaning.occlusion": lambda s: s.resolve(),
    "document.fault_papers": lambda s: s.handed_over("fault"),
    "record.round": lambda s: s.round_ended(),
    "support.round": lambda s: s.round_ended().act("confirm", PHOTO, name="王处", way="paper"),
    "report.fault_resolution": lambda s: s.desk(desk.hand_over_report),
    "report.fault": lambda s: s.desk(desk.hand_over_report),
    "report.major_fault": lambda s: s.desk(desk.hand_over_report),
    "form.service_report": lambda s: s.form("onsite"),
    "report.incident": lambda s: s.handed_over("incident"),
    "form.restock_request": lambda s: s.form("restock"),
    "survey.satisfaction_call": lambda s: s.desk(desk.close_case).called(),
    "escalation.next_level": lambda s: WAYS["case.escalated"](s) if s.case is None else s.desk(
        escalation.escalate_case, level="project_manager", reason="缺备件", skip_reason="在休假"
    ),
    "escalation.managers": lambda s: s.desk(
        escalation.escalate_case, level="general_manager", reason="超时", skip_reason="在休假"
    ),
    "parts.needed_spares": lambda s: s.desk(escalation.allocate_spares, spares="电源模块"),
    "plan.emergency": lambda s: s.desk(desk.give_emergency_plan, note="改用备用链路"),
    "repair.emergency": lambda s: s.resolve(),
    "repair.on_the_spot": lambda s: s.act("start").checked().act("finish", solved="yes", cause="松动", fix="压接"),
    "repair.software": lambda s: s.step("submit", module="报表", symptom="不符").step(
        "analyse", nature="technical", analysis="口径", measures="统一"
    ).step("confirm").step("solve", cause="口径", fix="统一", changed="视图"),
    "support.handling": lambda s: s.desk(desk.triage_case, onsite=True).resolve(),
    "support.fault_process": lambda s: s.resolve(),
    "support.extraction": lambda s: s.step(
        "request", requested_by="王处", requested_for="刑警队", basis="介绍信", cameras="东门", purpose="查案",
        recorded_from=int(s.at.timestamp()) - DAY, recorded_to=int(s.at.timestamp()) - DAY // 2,
    ).step("approve").step(
        "extract", medium="U 盘", file_name="a.mp4", media_digest=DIGEST, holder="孙岩"
    ).step("hand_over", received_by="李警官", receipt="收条 1", digest_again=DIGEST, receiver_unit="刑警队"),
    "integration.support": lambda s: _run_task(s, "integration"),
    "cover.task": lambda s: _run_task(s, "cover"),
    "complaint.solved": lambda s: s.step(
        "investigate", complaint_about="time", findings="来晚了", justified="yes"
    ).step("answer_complaint", answer="致歉", answered_to="王处", way="hotline").step(
        "record_view", view="content"
    ).step("settle", cause="排班", fix="调整", responsible="马飞"),
    "form.defect": lambda s: s.step("submit", module="报表", symptom="不符"),
    "analysis.defect": lambda s: s.step("analyse", nature="technical", analysis="口径", measures="统一"),
    "approval.defect_solution": lambda s: s.step("confirm"),
    "confirmation.defect": lambda s: s.step("confirm"),
    "report.defect_to_centre": lambda s: s.step(
        "solve", cause="口径", fix="统一", changed="视图"
    ).step("report_up", reported_to="服务中心"),
    "answer.defect": lambda s: s.step("report_up", reported_to="服务中心").step(
        "reply", reply="已修好", reply_cause="口径", reply_analysis="比对", replied_to="张三", way="email"
    ),
    "signature.extra_request": lambda s: s.step("extra_sign", signed_by="王处"),
    "report.extra_request": lambda s: s.step("extra_report", reported_to="服务中心"),
    "access.remote": lambda s: sessions.approve_session(
        s.session.pk, actor=s.world.customer, now=s.tick()
    ),
    "confirmation.report": lambda s: s.signed_form(),
    "tools.complete": lambda s: s.act("arrive").act("start").act("check", check="rules"),
    "signature.customer": lambda s: s.act("confirm", PHOTO, name="王处", way="paper"),
    "notice.work_finished": lambda s: s.act("confirm", PHOTO, name="王处", way="paper"),
    "conduct.work_order": lambda s: s.finished(),
    "notice.hotline_change": _notify,
    "notice.contact_change": _notify,
    "approval.hotline_change": _consent,
    "approval.contact_change": _consent,
}  # fmt: skip


def _run_task(story: Story, kind: str) -> Story:
    begin = int(story.at.timestamp()) + DAY
    more = {"other_party": "运营商"} if kind == "integration" else {}
    return (
        story.step(
            "plan_task",
            task="保障",
            starts_at=begin,
            ends_at=begin + DAY,
            staff="孙岩",
            extra_cost="0",
            **more,
        )
        .step("agree_task", agreed_by="王处")
        .step("start_task", present="孙岩")
        .step("finish_task", fix="完成", actual_cost="0")
    )
