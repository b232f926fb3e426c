"""The flows of the kinds through the desk's acts: order, persons, what is kept, what clocks make of it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk import actions, flows, flows_queries, jobs, queries, triage
from luyue.desk.models import Case, CaseFlow
from luyue.domain import flows_table
from luyue.domain.refusals import (
    BadInput,
    FourEyes,
    IllegalMove,
    NotAllowed,
    NotFound,
    OutOfOrder,
    StaleVersion,
)
from luyue.domain.rights import ROLES
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from luyue.notices.models import Message
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
DIGEST = hashlib.sha256(b"video").hexdigest()
Take = Callable[..., Case]


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


@pytest.fixture
def engineer() -> Person:
    return factories.person("engineer")


@pytest.fixture
def lead() -> Person:
    return factories.person("manager")


def of_kind(contract: Contract, kind: str, **facts: Any) -> Case:
    return factories.case(contract, NOW, kind=kind, severity="", **facts)


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def take(case: Case, step: str, actor: Person | None, minutes: int, uploads: Any = (), **sheet: Any) -> Case:
    at = after(minutes)
    return flows.take_step(case.pk, step=step, sheet=sheet, actor=actor, at=at, now=at, uploads=dict(uploads))


def last(case: Case) -> Event:
    return Event.objects.filter(subject_kind="case", subject_id=case.pk).order_by("-id")[0]


def stage(case: Case) -> str:
    return flows_queries.place_of(Case.objects.get(pk=case.pk)).stage


def clock(case: Case, promise: str) -> Any:
    return queries.clocks_of(case.pk).get(promise=promise)


SUBMIT = {"module": "统计报表", "symptom": "合计与明细不符"}
ANALYSE = {"nature": "technical", "analysis": "取数口径不同", "measures": "统一口径"}
SOLVE = {"cause": "口径不同", "fix": "已统一", "changed": "视图 v_sum", "release": "2.3.1"}


def confirmed(contract: Contract, engineer: Person, lead: Person, **submitted: Any) -> Case:
    case = of_kind(contract, "defect")
    take(case, "submit", engineer, 1, **SUBMIT, **submitted)
    take(case, "analyse", engineer, 2, **ANALYSE)
    return take(case, "confirm", lead, 3)


def test_a_consultation_is_answered_and_closed_on_the_spot(contract: Contract, engineer: Person) -> None:
    case = of_kind(contract, "consultation")
    before = Event.objects.count()
    done = take(
        case, "answer", engineer, 5, topic="policy", question="保留多久", answer="60 天", way="hotline"
    )
    assert (done.state, done.resolved_at, done.closed_at) == ("closed", after(5), after(5))
    assert Event.objects.count() == before + 1
    event = last(case)
    assert (event.kind, event.data["step"], event.data["stage"]) == ("case.closed", "answer", "answered")
    assert event.data["sheet"]["answer"] == "60 天"
    assert all(one.state != "running" for one in queries.clocks_of(case.pk))


def test_a_defect_goes_from_sheet_to_reply(contract: Contract, engineer: Person, lead: Person) -> None:
    case = confirmed(contract, engineer, lead, handed_on_by="市局")
    solved = take(case, "solve", engineer, 4, **SOLVE)
    assert (solved.state, solved.resolved_at) == ("resolved", after(4))
    assert [event.kind for event in Event.objects.filter(subject_kind="case", subject_id=case.pk).order_by("id")] == [
        "case.reported", "case.defect_submitted", "case.defect_analysed", "case.defect_confirmed", "change.recorded",
        "case.resolved",
    ]  # fmt: skip
    change = Event.objects.get(kind="change.recorded", subject_id=case.pk)
    assert change.data["sheet"] == {"changed": "视图 v_sum", "release": "2.3.1"}
    take(case, "report_up", engineer, 5, reported_to="服务中心")
    reply = {
        "reply": "已修好",
        "reply_cause": "口径",
        "reply_analysis": "比对",
        "replied_to": "张三",
        "way": "email",
    }
    with pytest.raises(BadInput) as refused:
        take(case, "reply", engineer, 6, **reply)
    assert refused.value.facts["field"] == "also_to"
    take(case, "reply", engineer, 6, **reply, also_to="市局")
    assert last(case).data["sheet"]["also_to"] == "市局"
    closed = actions.close_case(case.pk, actor=lead, at=after(7), now=after(7))
    assert closed.state == "closed"


def test_the_lead_signs_what_stands_there(contract: Contract, engineer: Person, lead: Person) -> None:
    case = of_kind(contract, "defect")
    take(case, "submit", engineer, 1, **SUBMIT)
    take(case, "analyse", engineer, 2, **ANALYSE, alike="报表合计")
    take(case, "confirm", lead, 3, uploads={"signature": flows.Upload("签字.png", PNG)}, opinion="同意")
    event = last(case)
    assert event.data["approved"]["sheet"] == SUBMIT | ANALYSE
    assert flows.flows.snapshot_digest(event.data["approved"]) == event.data["approved_digest"]
    kept = Attachment.objects.get(subject_kind="case", subject_id=case.pk)
    assert event.data["sheet"]["signature"] == {"id": kept.pk, "name": "签字.png", "digest": kept.digest}
    # What comes later does not change what was signed.
    take(case, "solve", engineer, 4, **SOLVE)
    assert Event.objects.get(pk=event.pk).data["approved"]["sheet"]["measures"] == "统一口径"


def test_steps_out_of_order_are_refused(contract: Contract, engineer: Person, lead: Person) -> None:
    case = of_kind(contract, "defect")
    for step, sheet in (("solve", SOLVE), ("analyse", ANALYSE), ("confirm", {})):
        with pytest.raises(OutOfOrder):
            take(case, step, lead, 1, **sheet)
    with pytest.raises(OutOfOrder):
        actions.resolve_case(case.pk, cause="c", fix="f", actor=lead, at=after(1), now=after(1))
    with pytest.raises(IllegalMove):
        take(case, "answer", lead, 1)
    take(case, "submit", engineer, 1, **SUBMIT)
    with pytest.raises(OutOfOrder):
        take(case, "submit", engineer, 2, **SUBMIT)
    assert Case.objects.get(pk=case.pk).version == 2


def test_a_solved_defect_is_not_closed_before_the_reply(
    contract: Contract, engineer: Person, lead: Person
) -> None:
    case = confirmed(contract, engineer, lead)
    take(case, "solve", engineer, 4, **SOLVE)
    with pytest.raises(OutOfOrder):
        actions.close_case(case.pk, actor=lead, at=after(5), now=after(5))


def test_only_the_right_person_signs(contract: Contract, engineer: Person, lead: Person) -> None:
    case = of_kind(contract, "defect")
    take(case, "submit", engineer, 1, **SUBMIT)
    take(case, "analyse", lead, 2, **ANALYSE)
    with pytest.raises(NotAllowed):
        take(case, "confirm", engineer, 3)
    with pytest.raises(FourEyes):
        take(case, "confirm", lead, 3)
    take(case, "confirm", factories.person("project_manager"), 3)
    assert stage(case) == "confirmed"


def test_a_stale_version_a_time_before_the_last_step_and_a_hidden_case_are_refused(
    contract: Contract, engineer: Person
) -> None:
    case = of_kind(contract, "defect")
    take(case, "submit", engineer, 5, **SUBMIT)
    with pytest.raises(StaleVersion):
        flows.take_step(
            case.pk, step="analyse", sheet=ANALYSE, actor=engineer, at=after(6), now=after(6), version=1
        )
    with pytest.raises(BadInput) as refused:
        flows.take_step(case.pk, step="analyse", sheet=ANALYSE, actor=engineer, at=after(4), now=after(6))
    assert refused.value.facts["problem"] == "before_last_step"
    with pytest.raises(NotFound):
        flows.take_step(10**9, step="analyse", sheet=ANALYSE, actor=engineer, at=after(6), now=after(6))


def test_what_a_lead_sends_back_is_analysed_again(contract: Contract, engineer: Person, lead: Person) -> None:
    case = of_kind(contract, "defect")
    take(case, "submit", engineer, 1, **SUBMIT)
    take(case, "analyse", engineer, 2, **ANALYSE)
    take(case, "send_back", lead, 3, reason="没有重现")
    assert (stage(case), last(case).data["reason"]) == ("submitted", "没有重现")
    take(case, "analyse", engineer, 4, **ANALYSE)
    take(case, "confirm", lead, 5)


def test_a_defect_becomes_a_consultation_and_keeps_what_was_entered(
    contract: Contract, engineer: Person
) -> None:
    case = of_kind(contract, "defect")
    take(case, "submit", engineer, 1, **SUBMIT)
    turned = take(case, "to_consultation", engineer, 2, explanation="按模板导出即可")
    assert turned.kind == "consultation"
    assert last(case).data["kind"] == "consultation"
    place = flows_queries.place_of(Case.objects.get(pk=case.pk))
    assert (place.flow and place.flow.kind, place.stage) == ("consultation", "received")
    assert place.sheet["symptom"] == "合计与明细不符"
    take(case, "answer", engineer, 3, topic="use", question="q", answer="a", way="remote")
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_triage_to_another_kind_moves_to_its_flow(contract: Contract, engineer: Person) -> None:
    case = of_kind(contract, "consultation")
    actions.triage_case(case.pk, kind="defect", actor=None, at=after(1), now=after(1))
    take(case, "submit", engineer, 2, **SUBMIT)
    actions.triage_case(case.pk, kind="requirement", actor=None, at=after(3), now=after(3))
    place = flows_queries.place_of(Case.objects.get(pk=case.pk))
    assert (place.stage, place.sheet["module"]) == ("received", "统计报表")


def test_a_reopened_defect_is_analysed_and_signed_again(
    contract: Contract, engineer: Person, lead: Person
) -> None:
    case = confirmed(contract, engineer, lead)
    take(case, "solve", engineer, 4, **SOLVE)
    actions.reopen_case(case.pk, reason="又错了", actor=lead, at=after(5), now=after(5))
    assert stage(case) == "submitted"
    with pytest.raises(OutOfOrder):
        take(case, "solve", engineer, 6, **SOLVE)


def test_like_problems_are_grouped(contract: Contract, engineer: Person) -> None:
    made = [of_kind(contract, "defect") for _ in range(2)]
    for case in made:
        take(case, "submit", engineer, 1, **SUBMIT)
        take(case, "analyse", engineer, 2, **ANALYSE, alike="报表合计")
    other = of_kind(factories.contract(), "defect")
    take(other, "submit", engineer, 1, **SUBMIT)
    take(other, "analyse", engineer, 2, **ANALYSE, alike="报表合计")
    place = flows_queries.place_of(made[0])
    assert flows_queries.alike_cases(made[0], place) == [made[1]]


def test_the_date_agreed_for_a_requirement_is_a_clock(
    contract: Contract, engineer: Person, lead: Person
) -> None:
    case = of_kind(contract, "requirement")
    due = after(60 * 24)
    take(
        case, "agree_date", engineer, 1, content="按辖区汇总", until=queries.seconds(due), agreed_by="李主任"
    )
    running = clock(case, "house:agreed-date")
    assert (running.state, running.due_at, running.next_alarm_at is not None) == ("running", due, True)
    take(case, "start_development", engineer, 2)
    later = after(60 * 48)
    take(
        case, "change_date", engineer, 3, until=queries.seconds(later), reason="加了图表", agreed_by="李主任"
    )
    assert [one.state for one in queries.clocks_of(case.pk).filter(promise="house:agreed-date").order_by("number")] == [
        "superseded", "running",
    ]  # fmt: skip
    take(case, "deliver", engineer, 60, fix="已上线")
    take(case, "refuse", factories.person("customer"), 61, reason="少一列")
    assert (stage(case), Case.objects.get(pk=case.pk).state) == ("developing", "open")
    take(case, "deliver", engineer, 90, fix="已补列")
    customer = factories.person("customer")
    done = take(case, "accept", customer, 95, confirmed_by="李主任")
    assert (done.state, done.resolved_at, done.closed_at) == ("closed", after(90), after(95))
    assert queries.clocks_of(case.pk).get(promise="house:agreed-date", number=1).state == "met"


REQUEST = {
    "requested_by": "王警官", "requested_for": "刑侦支队", "basis": "调取函 12 号", "cameras": "北门球机",
    "recorded_from": 1_772_500_000, "recorded_to": 1_772_503_600, "purpose": "案件",
}  # fmt: skip
EXTRACT = {"medium": "U 盘 07", "file_name": "north.mp4", "media_digest": DIGEST, "holder": "王强"}
HAND_OVER = {"received_by": "王警官", "receiver_unit": "刑侦支队", "receipt": "JJ-1", "digest_again": DIGEST}


def test_a_recording_is_approved_extracted_and_handed_over(
    contract: Contract, engineer: Person, lead: Person
) -> None:
    case = of_kind(contract, "extraction")
    take(case, "request", lead, 1, **REQUEST)
    with pytest.raises(FourEyes):
        take(case, "approve", lead, 2)
    take(case, "approve", factories.person("customer"), 2)
    assert last(case).data["approved"]["sheet"]["purpose"] == "案件"
    take(case, "extract", engineer, 3, **EXTRACT)
    take(case, "pass_medium", engineer, 4, holder="陈静", passed_why="送件")
    with pytest.raises(BadInput) as refused:
        take(case, "hand_over", engineer, 9, **(HAND_OVER | {"digest_again": "0" * 64}))
    assert refused.value.facts["problem"] == "differs"
    done = take(case, "hand_over", engineer, 9, **HAND_OVER)
    assert done.state == "resolved"
    chain = flows_queries.chain_of_custody(flows_table.EXTRACTION, queries.case_events(case.pk))
    assert [(one.holder, one.since, one.until) for one in chain] == [
        ("王强", queries.seconds(after(3)), queries.seconds(after(4))),
        ("陈静", queries.seconds(after(4)), queries.seconds(after(9))),
        ("王警官", queries.seconds(after(9)), None),
    ]


def test_nothing_is_extracted_without_approval(contract: Contract, engineer: Person, lead: Person) -> None:
    case = of_kind(contract, "extraction")
    take(case, "request", engineer, 1, **REQUEST)
    with pytest.raises(OutOfOrder):
        take(case, "extract", engineer, 2, **EXTRACT)
    declined = take(case, "decline", lead, 2, reason="没有依据")
    assert (declined.state, last(case).kind) == ("cancelled", "case.cancelled")
    with pytest.raises(OutOfOrder):
        take(case, "approve", lead, 3)


def test_a_complaint_goes_round_until_the_customer_accepts(contract: Contract) -> None:
    supervisor = factories.person("supervisor")
    case = of_kind(contract, "complaint")
    found = {"complaint_about": "time", "findings": "晚到 40 分", "justified": "yes"}
    with pytest.raises(NotAllowed):
        take(case, "investigate", factories.person("engineer"), 1, **found)
    take(case, "investigate", supervisor, 1, **found)
    take(case, "answer_complaint", supervisor, 2, answer="道歉并改排班", answered_to="李主任", way="hotline")
    take(case, "record_view", supervisor, 3, view="not_content", view_words="没说为什么")
    assert stage(case) == "received"
    take(case, "investigate", supervisor, 4, **found)
    take(case, "answer_complaint", supervisor, 5, answer="说明原因", answered_to="李主任", way="onsite")
    take(case, "record_view", supervisor, 6, view="accepts")
    # The words of one who was not content do not stand beside his consent.
    sheet = CaseFlow.objects.get(case=case).sheet
    assert (sheet["view"], sheet["answer"], "view_words" in sheet) == ("accepts", "说明原因", False)
    with pytest.raises(OutOfOrder):
        actions.resolve_case(case.pk, cause="c", fix="f", actor=None, at=after(7), now=after(7))
    done = take(
        case,
        "settle",
        supervisor,
        7,
        cause="排班",
        fix="加一班",
        responsible="陈静",
        measures_by="2026-04-01",
    )
    assert done.state == "resolved"


@pytest.mark.parametrize("kind", ["integration", "cover"])
def test_a_task_costs_no_more_than_agreed_without_a_reason(
    contract: Contract, engineer: Person, kind: str
) -> None:
    case = of_kind(contract, kind)
    plan = {
        "task": "会议保障", "starts_at": queries.seconds(after(100)), "ends_at": queries.seconds(after(200)),
        "staff": "王强、赵磊", "extra_cost": "1200",
    } | ({"other_party": "门禁厂商"} if kind == "integration" else {})  # fmt: skip
    take(case, "plan_task", engineer, 1, **plan)
    with pytest.raises(OutOfOrder):
        take(case, "start_task", engineer, 2, present="王强")
    take(case, "plan_task", engineer, 2, **(plan | {"extra_cost": "800"}))
    take(case, "agree_task", engineer, 3, agreed_by="李主任")
    assert last(case).data["approved"]["sheet"]["extra_cost"] == "800.00"
    take(case, "start_task", engineer, 100, present="王强")
    take(case, "log_task", engineer, 110, note="信号正常")
    take(case, "log_task", engineer, 120, note="巡查一遍")
    with pytest.raises(BadInput) as refused:
        take(case, "finish_task", engineer, 200, fix="顺利", actual_cost="900")
    assert refused.value.facts["field"] == "over_reason"
    done = take(case, "finish_task", engineer, 200, fix="顺利", actual_cost="900", over_reason="加租一台车")
    assert done.state == "resolved"
    assert actions.close_case(case.pk, actor=None, at=after(201), now=after(201)).state == "closed"


def test_extra_requests_are_recorded_signed_and_reported_beside_any_life(
    contract: Contract, engineer: Person
) -> None:
    case = factories.case(contract, NOW)
    take(case, "extra_record", engineer, 1, extra_what="帮修门禁", extra_for="other_system")
    with pytest.raises(OutOfOrder):
        take(case, "extra_report", engineer, 2, reported_to="马飞")
    actions.resolve_case(case.pk, cause="c", fix="f", actor=engineer, at=after(3), now=after(3))
    take(case, "extra_sign", engineer, 4, signed_by="李主任")
    take(case, "extra_report", engineer, 5, reported_to="马飞")
    assert CaseFlow.objects.get(case=case, track="extra").stage == "reported"
    assert last(case).data["inside"] == {"reported_to": "马飞"}


@pytest.mark.parametrize("kind", ["consultation", "complaint", "extraction", "help", "cover"])
@pytest.mark.parametrize("plan", ["hardware-supply", "video-integration"])
def test_a_promised_call_back_is_a_clock_in_every_kind_and_plan(kind: str, plan: str) -> None:
    case = of_kind(factories.contract(plan), kind)
    actions.promise_call_back(case.pk, until=after(30), actor=None, at=after(1), now=after(1))
    found = queries.clocks_of(case.pk).get(metric="call_back")
    assert (found.state, found.due_at) == ("running", after(30))
    actions.call_back(case.pk, actor=None, at=after(20), now=after(20))
    assert queries.clocks_of(case.pk).get(metric="call_back").state == "met"


def test_faults_and_help_live_as_before(contract: Contract) -> None:
    for kind in ("fault", "help"):
        case = of_kind(contract, kind)
        actions.resolve_case(case.pk, cause="c", fix="f", actor=None, at=after(3), now=after(3))
        assert actions.close_case(case.pk, actor=None, at=after(4), now=after(4)).state == "closed"
        assert not CaseFlow.objects.filter(case=case).exists()


def test_a_case_ends_on_the_version_it_began_with(
    contract: Contract, engineer: Person, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, untouched = of_kind(contract, "defect"), of_kind(contract, "defect")
    take(old, "submit", engineer, 1, **SUBMIT)
    renamed = replace(flows_table.DEFECT.steps[0], to="analysed")
    second = replace(
        flows_table.DEFECT,
        version=2,
        since=queries.seconds(after(5)),
        steps=(renamed, *flows_table.DEFECT.steps[1:]),
    )
    monkeypatch.setattr(flows_table, "FLOWS", (*flows_table.FLOWS, second))
    new = factories.case(contract, after(10), kind="defect", severity="")
    take(new, "submit", engineer, 11, **SUBMIT)
    assert stage(new) == "analysed"
    take(untouched, "submit", engineer, 12, **SUBMIT)
    assert (stage(old), stage(untouched)) == ("submitted", "submitted")
    take(old, "analyse", engineer, 13, **ANALYSE)
    take(old, "confirm", lead, 14)
    kept = CaseFlow.objects.filter(case__in=[old, untouched, new]).order_by("case_id")
    assert list(kept.values_list("version", flat=True)) == [1, 1, 2]


def test_a_refused_step_leaves_no_file_and_no_event(
    contract: Contract, engineer: Person, lead: Person
) -> None:
    case = confirmed(contract, engineer, lead)
    before = Event.objects.count()
    with pytest.raises(BadInput) as refused:
        take(case, "solve", engineer, 4, **(SOLVE | {"cause": " "}))
    assert refused.value.facts["field"] == "cause"
    other = of_kind(contract, "extraction")
    take(other, "request", engineer, 1, **REQUEST)
    with pytest.raises(BadInput):
        take(other, "approve", lead, 2, uploads={"signature": flows.Upload("x.png", b"")})
    assert not Attachment.objects.exists()
    assert Event.objects.count() == before + 2


def lead_of(contract: Contract) -> Person:
    person = factories.person("project_manager")
    contract_actions.give_access(contract.pk, person=person, role="project_manager", actor=None, now=NOW)
    return person


def test_what_waits_for_a_signature_is_listed_for_those_who_may_give_it_and_told_once(
    contract: Contract, engineer: Person
) -> None:
    lead, other = lead_of(contract), factories.person("supervisor")
    case = of_kind(contract, "defect")
    take(case, "submit", engineer, 1, **SUBMIT)
    assert not flows_queries.to_sign(lead).exists()
    take(case, "analyse", engineer, 2, **ANALYSE)
    assert [row.case_id for row in flows_queries.to_sign(lead)] == [case.pk]
    assert not flows_queries.to_sign(engineer).exists()
    assert not flows_queries.to_sign(other).exists()
    for _ in range(2):
        jobs.tell_signers(last(case).pk)
    assert list(Message.objects.filter(kind="case.to_sign").values_list("person", flat=True)) == [lead.pk]
    take(case, "confirm", lead, 3, opinion="同意")
    assert not flows_queries.to_sign(lead).exists()


def test_nobody_waits_for_his_own_analysis(contract: Contract) -> None:
    lead, second = lead_of(contract), lead_of(contract)
    case = of_kind(contract, "defect")
    take(case, "submit", lead, 1, **SUBMIT)
    take(case, "analyse", lead, 2, **ANALYSE)
    assert not flows_queries.to_sign(lead).exists()
    assert flows_queries.to_sign(second).count() == 1


def test_those_told_are_those_whose_list_has_it_asked_without_the_database(
    contract: Contract, engineer: Person, lead: Person, django_assert_num_queries: Any
) -> None:
    everybody = [engineer, lead, lead_of(contract), *(factories.person(role) for role in ROLES)]
    rows = []
    for kind, step, sheet in (("defect", "submit", SUBMIT), ("extraction", "request", REQUEST)):
        case = of_kind(contract, kind)
        take(case, step, lead, 1, **sheet)
        if kind == "defect":
            take(case, "analyse", lead, 2, **ANALYSE)
        rows += [(row, Case.objects.get(pk=case.pk).state) for row in flows_queries.rows_of(case.pk)]
    with django_assert_num_queries(0):
        told = [flows_queries.signers(row, everybody, state=state) for row, state in rows]
    for (row, _state), people in zip(rows, told, strict=True):
        assert people == [one for one in everybody if flows_queries.to_sign(one).filter(pk=row.pk).exists()]
        assert people
        assert lead not in people
    assert flows_queries.signers(rows[0][0], everybody, state="cancelled") == []


def test_a_customer_is_asked_to_sign_for_the_owner_and_the_firm_s_people_are_not(
    contract: Contract, engineer: Person, lead: Person
) -> None:
    customer = factories.person("customer")
    case = of_kind(contract, "cover")
    task = {"task": "会议保障", "starts_at": int(after(600).timestamp()), "ends_at": int(after(900).timestamp()),
            "staff": "两人", "means": "抢修车", "extra_cost": "0"}  # fmt: skip
    take(case, "plan_task", lead, 1, **task)
    assert flows_queries.to_sign(customer).count() == 1
    assert not flows_queries.to_sign(engineer).exists()


def test_a_plan_the_customer_does_not_agree_to_is_made_anew_and_its_maker_told(
    contract: Contract, engineer: Person
) -> None:
    customer = factories.person("customer")
    case = of_kind(contract, "integration")
    task = {"task": "与卡口平台联调", "other_party": "卡口平台厂商", "starts_at": int(after(600).timestamp()),
            "ends_at": int(after(900).timestamp()), "staff": "两人", "extra_cost": "900"}  # fmt: skip
    take(case, "plan_task", engineer, 1, **task)
    with pytest.raises(BadInput):
        take(case, "object_task", customer, 2)
    take(case, "object_task", customer, 2, reason="夜里不能联调")
    assert stage(case) == "received"
    for _ in range(2):
        jobs.tell_sent_back(last(case).pk)
    told = Message.objects.filter(kind="case.sent_back").values_list("person", "title")
    assert list(told) == [(engineer.pk, f"被退回：{case.number} {case.title}")]
    with pytest.raises(OutOfOrder):
        take(case, "agree_task", customer, 3, agreed_by="李主任")
    take(case, "plan_task", engineer, 3, **(task | {"staff": "两人，白天"}))
    take(case, "agree_task", customer, 4, agreed_by="李主任")
    assert stage(case) == "agreed"


def test_triage_and_analysis_tell_of_one_nature(contract: Contract, engineer: Person) -> None:
    case = of_kind(contract, "defect")
    operator = factories.person("operator")
    triage.classify_case(case.pk, nature="business", topic="", actor=operator, at=after(1), now=after(1))
    assert flows_queries.nature_of(case) == "business"
    take(case, "submit", engineer, 2, **SUBMIT)
    take(case, "analyse", engineer, 3, **ANALYSE)
    assert flows_queries.nature_of(case) == "technical"
    assert last(case).data["sheet"]["nature"] == "technical"
