"""Pages of trainings and meetings: planning, codes, the lecturer's list, scores, the customer's answer."""

import base64
import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from luyue.contracts.queries import ZONE
from luyue.domain.training.people import Human
from luyue.ledger.wall import Scope
from luyue.training import actions, queries, tokens
from luyue.training.actions import LecturerWish
from luyue.training.models import Attendance, Course, Feedback, Score, Session, Trainee, TrainingPlan
from tests import factories
from tests.field.conftest import png
from tests.training.conftest import member

SIGNED = "data:image/png;base64," + base64.b64encode(png()).decode()


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def today(plan, teacher):
    begin = timezone.now().replace(microsecond=0) - timedelta(minutes=1)

    def make(**facts):
        said = [LecturerWish(teacher.pk, "", "带证授课")]
        return plan(**{"begin": begin, "lecturers": said} | facts)

    return make


# -- planning -----------------------------------------------------------------------------------------------


def test_a_session_is_planned_by_its_form(client_of, planner, teacher, contract, owed):
    obligation = owed("training.users")
    client = client_of(planner)
    page = text(client.get(f"/training/new/?contract={contract.pk}&keeps={obligation.pk}"))
    assert re.search(rf'value="{obligation.pk}"[^>]*checked', page)
    form = {
        "contract": contract.pk, "kind": "training", "course": "system-use", "starts_at": "2026-11-04T09:00",
        "ends_at": "2026-11-04T12:00", "form": "central", "audience": "users", "place": "二楼", "keeps": obligation.pk,
        "lecturer": factories.person("engineer", name="无证").pk,
    }  # fmt: skip
    refused = client.post("/training/new/", form)
    assert refused.status_code == 422 and "无证 当天没有有效证书" in text(refused)
    done = client.post("/training/new/", form | {"lecturer": teacher.pk})
    one = Session.objects.get()
    assert done["Location"] == f"/training/sessions/{one.pk}/"
    assert (one.title, one.keeps) == ("系统使用", [obligation.pk]) and "上机操作" in one.content
    assert one.title in text(client.get(f"/obligations/{obligation.pk}/"))
    assert one.title in text(client.get(f"/contracts/{contract.pk}/"))


def test_changing_keeps_what_was_not_touched(client_of, planner, plan, teacher):
    one = plan(breaks="12:00-12:30")
    client = client_of(planner)
    page = text(client.get(f"/training/sessions/{one.pk}/change/"))
    assert "12:00-12:30" in page and "二楼会议室" in page
    form = {
        "kind": "training", "course": "watch-duty", "form": "central", "audience": "all", "place": "三楼",
        "breaks": "12:00-12:30", "lecturer": teacher.pk,
    }  # fmt: skip
    assert client.post(f"/training/sessions/{one.pk}/change/", form).status_code == 302
    one.refresh_from_db()
    assert (one.place, one.title, one.breaks) == ("三楼", "监控值班员上岗培训", [["12:00", "12:30"]])


def test_a_list_comes_typed_or_as_a_spreadsheet(client_of, planner, plan):
    import xlsxwriter

    one = plan()
    client = client_of(planner)
    where = f"/training/sessions/{one.pk}/do/people/"
    refused = client.post(where, {"people": "张三\n" + "长" * 80})
    assert refused.status_code == 422 and "第 2 行的姓名" in text(refused) and "张三" in text(refused)
    client.post(where, {"people": "张三 东街派出所 13800000001"})
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "单位", "新值班员"])
        sheet.write_row(1, 0, ["李四", "监控中心", "是"])
        sheet.write_row(2, 0, ["张三", "东街派出所", ""])
    file.seek(0)
    file.name = "名单.xlsx"
    answer = client.post(where, {"people": "", "file": file}, follow=True)
    assert "新加 1 人，原来就有 1 人" in text(answer)
    assert set(Trainee.objects.values_list("name", "new_staff")) == {("张三", False), ("李四", True)}
    broken = io.BytesIO(b"PK\x03\x04 broken")
    broken.name = "x.xlsx"
    assert client.post(where, {"people": "", "file": broken}).status_code == 422


# -- codes --------------------------------------------------------------------------------------------------


def sign_in_path(one, now=None):
    return f"/t/{tokens.sign_in_token(one.pk, now=now or timezone.now())}/"


def test_a_stranger_signs_in_by_the_code_once(today, client_of, teacher):
    one = today()
    projector = text(client_of(teacher).get(f"/training/sessions/{one.pk}/projector/"))
    address = re.search(r"/t/[^/\"]+/", projector)[0]
    stranger = Client()
    page = text(stranger.get(address))
    assert one.title in page and "我是新调入的值班员" in page
    assert "姓名" in text(stranger.post(address, {"name": ""}))
    done = stranger.post(
        address, {"name": "张三", "department": "东街", "phone": "13800000001", "new_staff": "on"}
    )
    assert done.status_code == 302 and done["Location"].startswith("/t/a/")
    assert "已签到 张三" in text(stranger.get(done["Location"]))
    again = Client().post(address, {"name": "张三", "department": "东街"})
    assert again.status_code == 200 and "不用再签" in text(again) and "/t/a/" not in text(again)
    with_phone = Client().post(address, {"name": "张三", "phone": "138 0000 0001"})
    assert with_phone["Location"] == done["Location"]
    assert Attendance.objects.filter(session=one).count() == 1
    assert Trainee.objects.get().new_staff


def test_a_code_lives_for_minutes(today):
    one = today()
    old = sign_in_path(one, timezone.now() - timedelta(minutes=7))
    assert Client().get(old).status_code == 410
    assert Client().post(old, {"name": "张三"}).status_code == 302  # who had the page open still gets in
    older = sign_in_path(one, timezone.now() - timedelta(minutes=30))
    assert Client().post(older, {"name": "李四"}).status_code == 410
    ahead = sign_in_path(one, timezone.now() + timedelta(hours=1))
    assert Client().get(ahead).status_code == 410
    forged = sign_in_path(one)[:-3] + "xx/"
    assert Client().get(forged).status_code == 410


def test_a_code_opens_only_its_own_time(plan):
    assert Client().get(sign_in_path(plan())).status_code == 410  # it was half a year ago


def test_signing_in_is_limited(today, monkeypatch):
    from luyue.channels.throttle import Limit
    from luyue.training.pages import strangers

    one = today()
    monkeypatch.setattr(strangers, "SIGNS_OF_SENDER", Limit("training-test", most=2, minutes=30))
    path = sign_in_path(one)
    answers = [Client().post(path, {"name": f"学员{number}"}).status_code for number in range(3)]
    assert answers == [302, 302, 429]


def test_ones_own_page_takes_signed_feedback_once(today):
    one = today()
    stranger = Client()
    own = stranger.post(sign_in_path(one), {"name": "张三"})["Location"]
    assert "填写培训反馈" in text(stranger.get(own))
    where = f"{own}feedback/"
    unsigned = stranger.post(where, {"content": "5"})
    assert unsigned.status_code == 422 and "请在框里签名" in text(unsigned)
    assert stranger.post(where, {"content": "5", "remark": "很好", "picture": SIGNED}).status_code == 302
    given = Feedback.objects.get()
    assert (given.content, given.lecturer, given.way) == (5, None, "code")
    assert "反馈已收到" in text(stranger.get(own))
    assert stranger.post(where, {"content": "1", "picture": SIGNED}).status_code == 302
    assert Feedback.objects.get().content == 5
    assert stranger.get("/t/a/1:forged/").status_code == 404


def test_going_early_is_said_on_ones_own_page(today):
    one = today()
    stranger = Client()
    own = stranger.post(sign_in_path(one), {"name": "张三"})["Location"]
    assert "提前离场" in text(stranger.get(own))
    stranger.post(own)
    row = Attendance.objects.get()
    assert row.left_at is not None
    assert "提前离场" not in text(stranger.get(own))


# -- holding ------------------------------------------------------------------------------------------------


def test_the_lecturer_ticks_on_his_phone(today, client_of, teacher, listed):
    one = today()
    rows = listed(one, Human("张三"), Human("李四"))
    client = client_of(teacher)
    assert "张三" in text(client.get(f"/training/sessions/{one.pk}/list/"))
    where = f"/training/sessions/{one.pk}/list/{rows[0].pk}/"
    part = client.post(where, {"present": "yes"}, headers={"hx-request": "true"})
    assert part.status_code == 200 and "tr-tick-head" in text(part) and "<html" not in text(part)
    at = (one.starts_at + timedelta(minutes=25)).astimezone(ZONE)
    client.post(
        where,
        {
            "present": "yes",
            "arrived": f"{at:%H:%M}",
            "excuse": "堵车",
            "told_new_staff": "1",
            "new_staff": "on",
        },
    )
    row = Attendance.objects.get(pk=rows[0].pk)
    assert (row.excuse, row.trainee.new_staff) == ("堵车", True)
    assert f"{row.arrived_at.astimezone(ZONE):%H:%M}" == f"{at:%H:%M}"
    client.post(where, {"present": "no"})
    assert Attendance.objects.get(pk=rows[0].pk).arrived_at is None


def test_scores_are_entered_for_all_at_once_and_bad_ones_are_named(today, client_of, teacher, listed):
    one = today(tested=["theory"])
    rows = listed(one, Human("张三"), Human("李四"))
    for row in rows:
        actions.tick(one.pk, row.pk, present=True, actor=None, now=one.starts_at)
    client = client_of(teacher)
    where = f"/training/sessions/{one.pk}/scores/"
    names = [f"score-{row.pk}-theory-1" for row in rows]
    refused = client.post(where, {"full": "100", "pass_mark": "60", names[0]: "40", names[1]: "140"})
    assert refused.status_code == 422 and "140" in text(refused) and "分数要在" in text(refused)
    assert Score.objects.count() == 0  # an answer that refuses keeps nothing
    client.post(where, {"full": "100", "pass_mark": "60", names[0]: "40", names[1]: "90"})
    page = text(client.get(where))
    assert f"score-{rows[0].pk}-theory-2" in page and f"score-{rows[1].pk}-theory-2" not in page
    client.post(where, {"full": "100", "pass_mark": "60", f"score-{rows[0].pk}-theory-2": "70"})
    assert "40/100、70/100" in text(client.get(f"/training/sessions/{one.pk}/"))


def test_a_session_ends_by_its_form_and_its_result_is_confirmed(
    plan, client_of, teacher, customer, listed, owed, now
):
    obligation = owed("meeting.quarterly")
    one = plan(keeps=[obligation.pk])
    row = listed(one, Human("张三"))[0]
    actions.tick(one.pk, row.pk, present=True, actor=teacher, now=now)
    client = client_of(teacher)
    page = text(client.get(f"/training/sessions/{one.pk}/finish/"))
    assert re.search(r'value="training-event"[^>]*checked', page)
    assert not re.search(r'value="review-meeting"[^>]*checked', page)
    form = {
        "held_from": "2026-03-04T11:00", "held_until": "2026-03-04T13:00", "summary": "顺利",
        f"steps-{obligation.pk}": "training-event",
    }  # fmt: skip
    assert client.post(f"/training/sessions/{one.pk}/finish/", form).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.seconds) == ("finished", 7200)
    record = obligation.records.get()
    assert record.items == ["training-event"]
    answer = client.get(f"/training/sessions/{one.pk}/?format=docx")
    assert "张三" in zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert client.get(f"/training/sessions/{one.pk}/?format=pdf").content.startswith(b"%PDF")
    certificate = client.get(f"/training/sessions/{one.pk}/certificates/{row.pk}/")
    assert certificate.content.startswith(b"%PDF")
    genuine = Client().get(f"/t/c/{tokens.certificate_token(row.pk)}/")
    assert "真实有效" in text(genuine) and "张三" not in text(genuine)
    client.post(f"/training/sessions/{one.pk}/do/hand-over/")
    theirs = client_of(customer)
    assert one.title in text(theirs.get("/"))
    assert "请您确认结果" in text(theirs.get(f"/training/sessions/{one.pk}/"))
    refused = theirs.post(f"/training/sessions/{one.pk}/do/answer/", {"agree": "no", "note": ""})
    assert refused.status_code == 422 and "请写清哪里有异议" in text(refused)
    theirs.post(f"/training/sessions/{one.pk}/do/answer/", {"agree": "yes", "note": ""})
    one.refresh_from_db()
    assert (one.result_state, one.result_answered_by) == ("confirmed", customer.name)


def test_the_sheet_and_the_calendar_entry(plan, client_of, customer, listed):
    one = plan()
    listed(one, Human("张三"))
    client = client_of(customer)
    assert client.get(f"/training/sessions/{one.pk}/?format=sheet").content.startswith(b"%PDF")
    assert b"BEGIN:VEVENT" in client.get(f"/training/sessions/{one.pk}/?format=ics").content
    assert client.get(f"/training/sessions/{one.pk}/projector/").status_code == 403


# -- plans, courses, hours ----------------------------------------------------------------------------------


def test_a_plan_goes_from_the_lead_to_the_customer_and_back(client_of, contract, lead, customer):
    mine, theirs = client_of(lead), client_of(customer)
    where = mine.post(f"/contracts/{contract.pk}/training/")["Location"]
    assert "监控值班员上岗培训" in text(mine.get(where))
    assert theirs.get(where).status_code == 404  # a draft is the firm's
    line = mine.post(
        f"{where}lines/new/", {"title": "夜间实操", "audience": "watch", "form": "on_site", "times": 1}
    )
    assert line.status_code == 302 and "夜间实操" in text(mine.get(where))
    mine.post(f"{where}do/submit/")
    assert "请您同意培训计划" in text(theirs.get(where))
    assert "请您同意培训计划" in text(theirs.get("/"))
    back = theirs.post(f"{where}do/answer/", {"agree": "no", "note": "时间改到四月"})
    assert back["Location"] == f"/contracts/{contract.pk}/training/"
    assert "时间改到四月" in text(mine.get(where))
    mine.post(f"{where}do/submit/")
    theirs.post(f"{where}do/answer/", {"agree": "yes", "note": ""})
    assert TrainingPlan.objects.get().state == "agreed"
    assert mine.get(f"{where}?format=pdf").content.startswith(b"%PDF")
    first = queries.lines_of(TrainingPlan.objects.get().pk)[0]
    page = text(mine.get(f"/training/new/?contract={contract.pk}&line={first.pk}"))
    assert re.search(rf'value="{first.pk}" selected', page)


def test_courses_are_changed_by_leads_and_their_files_are_the_firms(client_of, lead, customer, contract, now):
    client = client_of(lead)
    facts = {
        "zh": "消防", "audience": "watch", "outline_zh": "一、值班", "theory_hours": "2", "active": "on",
        "file": io.BytesIO(b"x"),
    }  # fmt: skip
    facts["file"].name = "讲义.txt"
    made = client.post("/training/courses/new/", facts | {"code": "fire"})
    assert made.status_code == 302
    page = text(client.get("/training/courses/fire/"))
    assert "讲义.txt" in page
    file = re.search(r"/training/courses/fire/files/\d+/", page)[0]
    assert client.get(file).content == b"x"
    assert client_of(customer).get(file).status_code == 403
    engineer = client_of(member(contract, "engineer"))
    assert engineer.post("/training/courses/fire/", {"zh": "x"}).status_code == 403
    assert "代号" in text(
        client.post("/training/courses/new/", {"zh": "x", "code": "Fire!", "audience": "all"})
    )
    with Scope.everything().entered():
        assert Course.objects.get(code="fire").theory_hours == 2


def test_hours_name_who_is_short_and_go_into_a_file(plan, client_of, lead, teacher, listed):
    one = plan()
    for row in listed(one, Human("张三", "东街", new_staff=True), Human("李四")):
        actions.tick(one.pk, row.pk, present=True, actor=teacher, now=one.starts_at)
    actions.finish_session(
        one.pk, held_from=one.starts_at, held_until=one.ends_at, summary="", actor=teacher, now=one.ends_at
    )
    client = client_of(lead)
    where = f"/training/hours/?contract={one.contract_id}"
    page = text(client.get(where))
    assert "还差 5" in page and "李四" in page
    assert "李四" not in text(client.get(f"{where}&show=short"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{where}&format=xlsx").content))
    assert "张三" in str(book.get_sheet_by_name("培训学时").to_python())
    assert client.get("/training/hours/").status_code == 302


def test_lists_hold_their_query_counts(plan, client_of, lead, listed):
    client = client_of(lead)

    def cost(path):
        client.get(path)  # what is read once for all
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    first = plan()
    listed(first, Human("张三"))
    paths = ["/training/", "/training/calendar/?day=2026-03-04", f"/training/sessions/{first.pk}/",
             f"/training/sessions/{first.pk}/list/", f"/training/hours/?contract={first.contract_id}"]  # fmt: skip
    before = [cost(path) for path in paths]
    for number in range(4):
        listed(plan(), *(Human(f"学员{number}{place}") for place in range(3)))
    listed(first, *(Human(f"又一位{place}") for place in range(6)))
    assert [cost(path) for path in paths] == before


def test_the_list_is_filtered_and_exported(plan, client_of, lead, planner, now):
    one, other = plan(), plan(kind="review", course="", title="一季度会")
    actions.cancel_session(other.pk, reason="客户停电", actor=planner, now=now)
    client = client_of(lead)
    assert "一季度会" in text(client.get("/training/?state=cancelled"))
    assert one.title not in text(client.get("/training/?kind=review"))
    assert one.title in text(client.get("/training/?q=孙岩"))
    assert client.get("/training/?format=xlsx")["Content-Type"].endswith("sheet")
    assert "客户停电" in text(client.get(f"/training/sessions/{other.pk}/"))
