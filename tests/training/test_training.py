"""Trainings from the plan to the confirmed result: who was there, hours, scores, what is handed in."""

from datetime import date, timedelta

import pytest
from django.test import Client

from luyue.domain.refusals import AlreadyThere, BadInput, IllegalMove, NotAllowed, NotFound
from luyue.domain.training.people import Human
from luyue.domain.training.results import Attempt
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.notices.models import Message
from luyue.obligations.models import Obligation, Record
from luyue.roster import actions as roster
from luyue.training import actions, faces, keeping, papers, queries
from luyue.training.actions import LecturerWish, LineFacts
from luyue.training.models import Attendance, Course, Feedback, PlanLine, Session, Trainee, TrainingPlan
from tests import factories
from tests.field.conftest import png

HOUR = timedelta(hours=1)


def finish(one: Session, actor, *, begin=None, end=None, **facts):
    begin, end = begin or one.starts_at, end or one.ends_at
    return actions.finish_session(
        one.pk,
        held_from=begin,
        held_until=end,
        summary="",
        actor=actor,
        now=end + timedelta(minutes=5),
        **facts,
    )


# -- plans --------------------------------------------------------------------------------------------------


def test_a_plan_is_drawn_up_from_what_the_service_plan_promises(contract, lead, now):
    one = actions.draw_plan(contract.pk, actor=lead, now=now)
    rows = {row.promises[0]: row for row in queries.lines_of(one.pk)}
    watch = rows["watch-staff-training"]
    assert (watch.course.code, watch.audience, watch.hours) == ("watch-duty", "watch", 8)
    assert {"user-training", "training-after-acceptance"} <= set(rows)
    assert Event.objects.get(kind="training.plan_drawn").data["lines"] == len(rows)
    with pytest.raises(AlreadyThere):
        actions.draw_plan(contract.pk, actor=lead, now=now)


def test_course_tables_give_their_hours_and_sessions(everything, now):
    contract = factories.contract("software-maintenance")
    one = actions.draw_plan(contract.pk, actor=None, now=now)
    rows = {row.promises[0]: row for row in queries.lines_of(one.pk)}
    assert (rows["user-training"].hours, rows["user-training"].times) == (8, 2)
    assert (rows["administrator-training"].hours, rows["administrator-training"].times) == (3, 1)
    assert rows["department-stage"].stage == "departments"


def test_an_agreed_plan_keeps_its_promise_and_is_only_ever_replaced(contract, lead, customer, owed, now):
    quarter = owed("plan.training")
    one = actions.draw_plan(contract.pk, actor=lead, now=now)
    assert one.keeps == [quarter.pk]
    actions.submit_plan(one.pk, actor=lead, now=now)
    assert Message.objects.get(person=customer).kind == "training.plan_submitted"
    with pytest.raises(NotAllowed):
        actions.answer_plan(one.pk, agree=True, actor=factories.person("engineer"), now=now)
    with pytest.raises(BadInput):  # sent back without a word
        actions.answer_plan(one.pk, agree=False, actor=customer, now=now)
    actions.answer_plan(one.pk, agree=False, note="缺消防值班", actor=customer, now=now)
    one.refresh_from_db()
    assert (one.state, one.answer) == ("draft", "缺消防值班")
    actions.put_line(one.pk, LineFacts("消防值班", hours=2, promises=["user-training"]), actor=lead, now=now)
    actions.submit_plan(one.pk, actor=lead, now=now)
    actions.answer_plan(one.pk, agree=True, actor=customer, now=now)
    record = Record.objects.get(obligation=quarter)
    assert (record.source_kind, record.source_id, record.signer) == ("training_plan", one.pk, "王科长")
    with pytest.raises(IllegalMove):
        actions.put_line(one.pk, LineFacts("再加"), actor=lead, now=now)
    two = actions.draw_plan(contract.pk, actor=lead, now=now)
    assert (two.version, PlanLine.objects.filter(plan=two).count()) == (
        2,
        PlanLine.objects.filter(plan=one).count(),
    )
    actions.submit_plan(two.pk, actor=lead, now=now)
    actions.answer_plan(two.pk, agree=True, agreed_by="李主任", actor=lead, now=now)
    states = dict(TrainingPlan.objects.values_list("version", "state"))
    assert states == {1: "replaced", 2: "agreed"}


def test_what_the_firm_enters_of_the_customers_answer_names_who_it_was(contract, lead, now):
    one = actions.draw_plan(contract.pk, actor=lead, now=now)
    actions.submit_plan(one.pk, actor=lead, now=now)
    with pytest.raises(BadInput) as refused:
        actions.answer_plan(one.pk, agree=True, actor=lead, now=now)
    assert refused.value.facts["field"] == "agreed_by"


# -- planning -----------------------------------------------------------------------------------------------


def test_a_lecturer_is_qualified_on_the_day_or_it_is_said_why_not(plan, teacher, contract, now):
    one = plan()
    row = one.lecturers.get()
    assert (row.certificate, row.valid_until) == ("讲师证 J-1", date(2026, 12, 31))
    with pytest.raises(BadInput) as refused:
        plan(begin=now + timedelta(days=400))
    assert (refused.value.facts["problem"], refused.value.facts["name"]) == ("unqualified", "孙岩")
    later = plan(
        begin=now + timedelta(days=400), lecturers=[LecturerWish(teacher.pk, "", "续证办理中，附证明")]
    )
    assert later.lecturers.get().qualification == "续证办理中，附证明"
    guest = plan(lecturers=[LecturerWish(None, "原厂张工", "原厂认证讲师")]).lecturers.get()
    assert guest.person is None and guest.name == "原厂张工"
    with pytest.raises(BadInput):
        plan(lecturers=[])
    meeting = plan(kind="review", course="", lecturers=[])
    assert meeting.title == "总结考核会"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("ends_at", {"ends_at": factories.NOW}),
        ("place", {"place": ""}),
        ("link", {"link": "javascript:alert(1)"}),
        ("breaks", {"breaks": "12-13"}),
        ("breaks", {"breaks": "13:30-12:00"}),
        ("keeps", {"keeps": [10**9]}),
        ("kind", {"kind": "party"}),
        ("line", {"line_id": 10**9}),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(plan, field, facts):
    with pytest.raises(BadInput) as refused:
        plan(**facts)
    assert refused.value.facts["field"] == field
    assert not Session.objects.exists()


def test_moving_and_cancelling_say_why_and_tell_those_who_were_invited(plan, customer, planner, now):
    one = plan()
    assert actions.invite(one.pk, actor=planner, now=now) == 1
    invited = Message.objects.get(person=customer)
    assert "BEGIN:VCALENDAR" in invited.calendar and f"UID:training-{one.pk}@luyue" in invited.calendar
    later = one.starts_at + timedelta(days=1)
    with pytest.raises(BadInput):
        actions.move_session(
            one.pk, starts_at=later, ends_at=later + HOUR, reason=" ", actor=planner, now=now
        )
    actions.move_session(
        one.pk, starts_at=later, ends_at=later + HOUR, reason="会议室被占", actor=planner, now=now
    )
    one.refresh_from_db()
    assert one.moves[0]["reason"] == "会议室被占" and one.starts_at == later
    actions.cancel_session(one.pk, reason="客户停电", actor=planner, now=now + HOUR)
    told = list(Message.objects.filter(person=customer).order_by("pk"))
    assert [one.kind for one in told] == ["training.invited", "training.moved", "training.moved"]
    assert (
        "会议室被占" in told[1].body
        and "METHOD:CANCEL" in told[2].calendar
        and "SEQUENCE:2" in told[2].calendar
    )
    with pytest.raises(IllegalMove):
        actions.move_session(
            one.pk, starts_at=later, ends_at=later + HOUR, reason="x", actor=planner, now=now
        )


def test_materials_of_a_course_go_with_its_sessions(plan, contract, lead, customer, now):
    facts = {"zh": "消防值班", "audience": "watch", "outline_zh": "一、值班", "theory_hours": 2}
    actions.put_course("fire-watch", facts, actor=None, now=now, new=True, files_given=[("讲义.txt", b"x")])
    with pytest.raises(BadInput):
        actions.put_course("fire-watch", facts, actor=None, now=now, new=True)
    one = plan(course="fire-watch", actor=lead)
    with scope(Scope.of([contract.pk])):
        assert [file.name for file in queries.files_of(one.pk)] == ["讲义.txt"]
    changed = actions.put_course("watch-duty", {**facts, "zh": "值班"}, actor=None, now=now)
    assert (changed.version, Course.objects.get(code="watch-duty").zh) == (1, "值班")


# -- attendance ---------------------------------------------------------------------------------------------


def test_signing_in_twice_is_being_there_once(plan, listed, now):
    one = plan()
    listed(one, Human("张三", "东街派出所"))
    at = one.starts_at
    row, fresh = actions.sign_in(one.pk, Human(" 张三 "), at=at)
    again, second = actions.sign_in(
        one.pk, Human("张三", "东街派出所", "13800000001"), at=at + timedelta(minutes=3)
    )
    assert (fresh, second, row.pk) == (True, False, again.pk)
    assert Attendance.objects.filter(session=one).count() == 1
    assert Attendance.objects.get().arrived_at == at
    other, fresh = actions.sign_in(one.pk, Human("张三", "西街派出所"), at=at)
    assert fresh and other.trainee_id != row.trainee_id
    trainee = Trainee.objects.get(pk=row.trainee_id)
    assert trainee.phone == "13800000001"  # what he told later is known now


def test_a_person_is_the_same_in_every_session(plan, listed, now):
    first, second = plan(), plan(begin=now + timedelta(days=2))
    listed(first, Human("张三", "东街派出所", "13800000001"))
    listed(second, Human("张三", "", "138-0000-0001"))
    assert Trainee.objects.count() == 1


def test_hours_are_reckoned_without_breaks_late_and_early(plan, listed, teacher, now):
    # 11:00 to 14:00 in Shanghai, a break of half an hour.
    one = plan(breaks="12:00-12:30")
    rows = listed(one, *(Human(name) for name in ("准时", "排队", "迟到", "早退", "没来", "补登")))
    by_name = {row.trainee.name: row for row in rows}
    start = one.starts_at

    def tick(name, **facts):
        actions.tick(one.pk, by_name[name].pk, present=True, actor=teacher, now=start, **facts)

    tick("准时")
    tick("排队", arrived_at=start + timedelta(minutes=9))
    tick("迟到", arrived_at=start + timedelta(minutes=30))
    tick("早退", left_at=start + timedelta(minutes=75))
    finish(one, teacher)
    after = {row.trainee.name: row for row in queries.attendances_of(one.pk)}
    assert {name: row.seconds / 60 for name, row in after.items()} == {
        "准时": 150, "排队": 150, "迟到": 120, "早退": 60, "没来": 0, "补登": 0,
    }  # fmt: skip
    one.refresh_from_db()
    told = {name: faces.attendance(one, row)["marks_words"] for name, row in after.items()}
    assert (told["迟到"], told["早退"], told["没来"], told["排队"]) == ("迟到", "早退", "缺席", "到场")
    # The sheet that was signed on paper comes in afterwards.
    actions.tick(
        one.pk, by_name["补登"].pk, present=True, way="paper", actor=teacher, now=start + timedelta(days=1)
    )
    assert Attendance.objects.get(pk=by_name["补登"].pk).seconds == 150 * 60


def test_nobody_there_is_no_session(plan, listed, teacher):
    one = plan()
    listed(one, Human("张三"))
    with pytest.raises(BadInput) as refused:
        finish(one, teacher)
    assert refused.value.facts["field"] == "trainees"
    one.refresh_from_db()
    assert one.state == "planned"


def test_the_future_cannot_be_finished(plan, listed, teacher, now):
    one = plan()
    actions.tick(one.pk, listed(one, Human("张三"))[0].pk, present=True, actor=teacher, now=now)
    with pytest.raises(BadInput):
        actions.finish_session(
            one.pk, held_from=one.starts_at, held_until=one.ends_at, summary="", actor=teacher, now=now
        )


def test_signing_out_counts_from_then_on(plan, teacher):
    one = plan()
    row, _fresh = actions.sign_in(one.pk, Human("张三"), at=one.starts_at)
    actions.sign_in(one.pk, Human("李四"), at=one.starts_at)
    actions.sign_out(row.pk, at=one.starts_at + HOUR)
    with pytest.raises(IllegalMove):
        actions.sign_out(row.pk, at=one.starts_at + 2 * HOUR)
    finish(one, teacher)
    assert Attendance.objects.get(pk=row.pk).seconds == 3600
    with pytest.raises(IllegalMove):
        actions.sign_in(one.pk, Human("王五"), at=one.ends_at)


# -- what it keeps ------------------------------------------------------------------------------------------


def test_a_finished_session_hands_its_record_in_once(plan, listed, teacher, owed):
    obligation = owed("training.users")
    one = plan(keeps=[obligation.pk])
    actions.tick(one.pk, listed(one, Human("张三"))[0].pk, present=True, actor=teacher, now=one.starts_at)
    finish(one, teacher)
    record = Record.objects.get(obligation=obligation)
    assert (record.source_kind, record.source_id, record.hours) == ("training_session", one.pk, 3)
    assert record.occurred_at == one.ends_at
    obligation.refresh_from_db()
    assert not obligation.open and obligation.done_times == 1
    assert queries.sessions_for(obligation.pk) == [one]
    with pytest.raises(IllegalMove):
        finish(one, teacher)


def test_new_watch_staff_have_their_hours_when_the_last_of_them_has(plan, listed, teacher, owed, now):
    obligation = owed("training.new_watch_staff")
    assert obligation.hours == 8
    new = [Human("甲", new_staff=True), Human("乙", new_staff=True), Human("老班长")]
    for day, absent in ((0, None), (1, "乙"), (2, "甲")):
        begin = now + timedelta(days=day)
        one = plan(begin=begin, ends_at=begin + 4 * HOUR, keeps=[obligation.pk])
        for row in listed(one, *new):
            if row.trainee.name != absent:
                actions.tick(one.pk, row.pk, present=True, actor=teacher, now=begin)
        finish(one, teacher)
        obligation.refresh_from_db()
        assert obligation.done_hours == (4, 4, 8)[day]
        if day == 1:
            short = [
                row
                for row in queries.totals(one.contract_id)
                if row.trainee.new_staff and row.seconds < 8 * 3600
            ]
            assert [row.trainee.name for row in short] == ["乙"]
            assert "乙" in Record.objects.filter(obligation=obligation).latest("pk").what
    assert not obligation.open


def test_steps_of_the_quarter_are_done_by_three_gatherings(plan, teacher, owed, listed, now):
    obligation = owed("meeting.quarterly")
    for day, (kind, step) in enumerate(
        (("exchange", "technical-exchange"), ("training", "training-event"), ("review", "review-meeting"))
    ):
        one = plan(kind=kind, begin=now + timedelta(days=day), keeps=[obligation.pk])
        actions.tick(one.pk, listed(one, Human("张三"))[0].pk, present=True, actor=teacher, now=one.starts_at)
        finish(one, teacher, minutes="纪要", steps={obligation.pk: [step]})
        obligation.refresh_from_db()
        assert obligation.open == (day < 2)
    since = now - timedelta(days=10)
    assert queries.gathering_days(one.contract_id, since, now + timedelta(days=10)) == 3


def test_an_obligation_of_another_contract_is_not_kept(plan, owed, now):
    other = factories.contract("regional-video", delivery_on=date(2026, 1, 1))
    from luyue.obligations import actions as obligations

    obligations.plan_contract(other.pk, now=now, since=other.starts_on)
    foreign = Obligation.objects.filter(contract=other, owe="training.users")[0]
    with pytest.raises(BadInput):
        plan(keeps=[foreign.pk])


# -- scores, feedback, result -------------------------------------------------------------------------------


def held(plan, listed, teacher, **facts):
    one = plan(**{"tested": ["theory", "practice"]} | facts)
    row = listed(one, Human("张三", "东街派出所"))[0]
    actions.tick(one.pk, row.pk, present=True, actor=teacher, now=one.starts_at)
    return one, row


def test_a_retake_counts_when_the_first_was_not_passed(plan, listed, teacher, now):
    one, row = held(plan, listed, teacher)

    def score(part, points, number=1):
        given = Attempt(part, number, points, 100, 60)
        return actions.enter_score(one.pk, row.pk, given, actor=teacher, now=now)

    score("theory", 88)
    with pytest.raises(BadInput):
        score("practice", 70, 2)
    score("practice", 41)
    assert faces.scores(one, queries.attendances_of(one.pk)[0])["code"] == "failed"
    score("practice", 75, 2)
    told = faces.scores(one, queries.attendances_of(one.pk)[0])
    assert told["code"] == "passed" and "41/100" in told["parts"]["practice"]["words"]
    with pytest.raises(BadInput):
        score("theory", 101)


def test_no_answer_stays_no_answer(plan, listed, teacher, now):
    one, row = held(plan, listed, teacher)
    with pytest.raises(BadInput):
        actions.give_feedback(row.pk, {"content": 5}, way="glass", actor=teacher, at=now)
    actions.give_feedback(
        row.pk,
        {"content": 4, "lecturer": None},
        remark="实操再多些",
        signature=png(),
        way="glass",
        actor=teacher,
        at=now,
    )
    with pytest.raises(IllegalMove):
        actions.give_feedback(row.pk, {}, signature=png(), way="glass", actor=teacher, at=now)
    told = faces.satisfaction(queries.attendances_of(one.pk))
    assert (told["asked"], told["answered"], told["overall"]) == (1, 1, 4)
    assert [each["words"] for each in told["rows"]] == ["4/5", "没有回答", "没有回答", "没有回答"]
    assert Feedback.objects.get().file.kind == "signature"


def test_the_result_is_handed_over_and_confirmed(plan, listed, teacher, customer, lead, now):
    one, _row = held(plan, listed, teacher)
    with pytest.raises(IllegalMove):
        actions.hand_over_result(one.pk, actor=teacher, now=now)
    finish(one, teacher)
    later = one.ends_at + HOUR
    actions.hand_over_result(one.pk, actor=teacher, now=later)
    kept = Attachment.objects.filter(subject_kind="training_session", subject_id=one.pk, kind="document")
    assert sorted(file.name.rpartition(".")[2] for file in kept) == ["docx", "pdf"]
    one.refresh_from_db()
    assert one.result_digest == kept.get(name__endswith=".pdf").digest
    assert Message.objects.filter(person=customer, kind="training.result_handed_over").count() == 1
    with pytest.raises(BadInput):
        actions.answer_result(one.pk, agree=False, actor=customer, now=later)
    actions.answer_result(one.pk, agree=False, note="张三的成绩不对", actor=customer, now=later)
    actions.hand_over_result(one.pk, actor=teacher, now=later + HOUR)
    actions.answer_result(one.pk, agree=True, actor=customer, now=later + 2 * HOUR)
    one.refresh_from_db()
    assert (one.result_state, one.result_answered_by) == ("confirmed", "王科长")
    with pytest.raises(IllegalMove):
        actions.hand_over_result(one.pk, actor=teacher, now=later + 3 * HOUR)


def test_results_of_an_assessment_keep_what_they_ask_for(plan, listed, teacher, contract, owed, now):
    owed("training.users")
    asked = Obligation.objects.filter(contract=contract, owe="training.users")[0]
    one, _row = held(plan, listed, teacher, keeps=[asked.pk])
    finish(one, teacher)
    report = Obligation.objects.create(
        contract=contract, plan_version=asked.plan_version, kind="trigger", promise="assessment-results", by="provider",
        owe="report.assessment", key="done:x", opens_at=now, state="due", made_at=now, subject_kind="obligation",
        subject_id=asked.pk,
    )  # fmt: skip
    actions.hand_over_result(one.pk, actor=teacher, now=one.ends_at + HOUR)
    report.refresh_from_db()
    assert not report.open


def test_a_meeting_has_minutes_and_resolutions(plan, listed, teacher, now):
    one = plan(kind="review", course="", lecturers=[])
    actions.tick(one.pk, listed(one, Human("王科长"))[0].pk, present=True, actor=teacher, now=one.starts_at)
    with pytest.raises(BadInput) as refused:
        finish(one, teacher)
    assert refused.value.facts["field"] == "minutes"
    actions.write_minutes(one.pk, minutes="一、运行情况", actor=teacher, now=now)
    made = actions.make_resolution(
        one.pk, text="更换北门电源", person=teacher, due_on=date(2026, 4, 1), actor=teacher, now=now
    )
    assert Message.objects.get(person=teacher, kind="training.resolution").title.endswith("更换北门电源")
    with pytest.raises(BadInput):
        actions.make_resolution(one.pk, text="谁来做", actor=teacher, now=now)
    finish(one, teacher)
    actions.finish_resolution(one.pk, made.pk, note="已换", actor=teacher, now=one.ends_at)
    made.refresh_from_db()
    assert made.done_note == "已换"


def test_a_drill_is_written_down_and_keeps_what_was_promised_of_it(plan, listed, teacher, contract, now):
    drill = Obligation.objects.create(
        contract=contract, plan_version=contract.bindings.get().plan_version, kind="duty", promise="own", key="year:1",
        by="provider", owe="drill.emergency", opens_at=now, due_at=now + timedelta(days=30), state="due", made_at=now,
    )  # fmt: skip
    assert drill in keeping.open_obligations(contract.pk)
    one = plan(kind="drill", course="", title="核心交换机断电", lecturers=[], keeps=[drill.pk])
    actions.tick(one.pk, listed(one, Human("王科长"))[0].pk, present=True, actor=teacher, now=one.starts_at)
    with pytest.raises(BadInput):
        finish(one, teacher)  # nobody wrote down how it went
    actions.write_minutes(one.pk, minutes="切换用时 6 分钟，备用电源未自启", actor=teacher, now=now)
    actions.make_resolution(
        one.pk, text="更换备用电源控制器", person=teacher, due_on=date(2026, 4, 1), actor=teacher, now=now
    )
    finish(one, teacher)
    drill.refresh_from_db()
    assert not drill.open and Record.objects.get(obligation=drill).source_id == one.pk
    client = Client()
    client.force_login(factories.person("manager"))
    page = client.get(f"/training/sessions/{one.pk}/").content.decode()
    assert (
        all(word in page for word in ("演练记录", "参演人员", "改进措施", "总指挥"))
        and "会议纪要" not in page
    )
    assert papers.title(queries.session(one.pk)).endswith("演练报告")


# -- rights -------------------------------------------------------------------------------------------------


def test_customers_list_people_but_do_not_hold_sessions(plan, customer, now):
    one = plan()
    actions.add_trainees(one.pk, [Human("张三")], actor=customer, now=now)
    row = queries.attendances_of(one.pk)[0]
    for act in (
        lambda: actions.tick(one.pk, row.pk, present=True, actor=customer, now=now),
        lambda: actions.cancel_session(one.pk, reason="x", actor=customer, now=now),
        lambda: actions.draw_plan(one.contract_id, actor=customer, now=now),
        lambda: actions.put_course("x", {}, actor=customer, now=now),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_another_contract_sees_nothing(plan, listed, now):
    one = plan()
    listed(one, Human("张三"))
    stranger = factories.contract("hardware-supply")
    with scope(Scope.of([stranger.pk])):
        with pytest.raises(NotFound):
            queries.session(one.pk)
        assert not Attendance.objects.exists() and not Trainee.objects.exists()


def test_keepable_is_what_trainings_and_meetings_do(contract, owed):
    owed("training.users")
    works = {one.owe for one in keeping.open_obligations(contract.pk)}
    assert {"training.users", "meeting.quarterly", "training.new_watch_staff"} <= works
    assert not {owe for owe in works if owe.startswith(("report.", "round.", "assessment.risk"))}


def test_certificates_of_roster_count_only_while_valid(plan, teacher, now):
    roster.add_certificate(
        teacher.pk, name="旧证", number="", valid_until=date(2025, 1, 1), actor=None, now=now
    )
    assert plan().lecturers.get().certificate == "讲师证 J-1"
