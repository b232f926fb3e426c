"""Attendance, leaves, swaps, holiday rosters, safety and rules: acts and their pages."""

import io
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from luyue.contracts.models import Access
from luyue.contracts.queries import ZONE, local_day
from luyue.devices import actions as devices
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.field.models import Absence
from luyue.notices.models import Message
from luyue.obligations import actions as obligations
from luyue.obligations.models import Obligation
from luyue.roster import actions as roster
from luyue.roster.models import Shift, Swap
from luyue.staffing import actions, attendance
from luyue.staffing.models import Check, Correction, Hazard, HolidayRoster, Leave, Post, SafetyRecord, Sign
from luyue.staffing.pages.safety import write_records
from tests import factories

MONDAY = date(2026, 3, 2)


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def resident(contract):
    made = factories.person("resident", name="吴驻场")
    Access.objects.create(contract=contract, person=made, role="resident")
    return made


@pytest.fixture
def post(contract, resident):
    wanted = actions.Wanted(resident.pk, date(2026, 1, 1))
    return actions.name_post(contract.pk, "residents-on-site", wanted, actor=None, now=factories.NOW)


def sign(post, kind, at, **facts):
    return actions.sign(post.pk, kind, actions.Where(**facts), actor=post.person, now=at)


# -- attendance --------------------------------------------------------------------------------------------------


def test_signing_finds_the_window_and_the_distance(contract, post):
    devices.add_site(contract.pk, name="东街", latitude=30.0, longitude=110.0, actor=None, now=factories.NOW)
    came = sign(post, "in", clock(MONDAY, 8, 20), position=(30.001, 110.0), accuracy=12.0)
    assert (came.window, came.kind, came.site.name, came.distance) == (0, "in", "东街", 111)
    assert sign(post, "out", clock(MONDAY, 12, 1)).window == 0
    assert sign(post, "in", clock(MONDAY, 13, 45)).window == 1
    assert sign(post, "out", clock(MONDAY, 16, 50)).window == 1
    (sheet,) = attendance.sheets(contract, date(2026, 3, 1), clock(MONDAY, 23))
    marks = [(row.attended.arrival, row.attended.leaving) for row in sheet.rows]
    assert marks == [("ok", "ok"), ("late", "early")]


def test_what_cannot_be_signed_is_refused(contract, post, manager):
    with pytest.raises(BadInput):
        sign(post, "in", clock(MONDAY, 5))
    with pytest.raises(BadInput):
        sign(post, "out", clock(MONDAY, 7))
    with pytest.raises(NotAllowed):
        actions.sign(post.pk, "in", actions.Where(), actor=manager, now=clock(MONDAY, 8))
    sign(post, "in", clock(MONDAY, 8))
    with pytest.raises(IllegalMove):
        sign(post, "in", clock(MONDAY, 9))
    key = uuid4()
    first = actions.sign(post.pk, "out", actions.Where(), actor=post.person, now=clock(MONDAY, 12), key=key)
    again = actions.sign(
        post.pk, "out", actions.Where(), actor=post.person, now=clock(MONDAY, 12, 1), key=key
    )
    assert first == again


def stated(at, *, off=None):
    """By a phone that kept it: its clock, and what that must have been."""
    return actions.Stated(at, at + timedelta(seconds=off or 0), off)


def test_what_a_phone_kept_counts_when_it_was_and_both_times_are_shown(contract, post, manager):
    heard = clock(MONDAY, 14, 2)
    made = actions.sign(
        post.pk, "in", actions.Where(position=(30.0, 110.0)), actor=post.person, now=heard,
        stated=stated(clock(MONDAY, 8, 21), off=300),
    )  # fmt: skip
    assert (made.at, made.recorded_at, made.stated_at) == (clock(MONDAY, 8, 26), heard, clock(MONDAY, 8, 21))
    assert (made.window, made.doubt, made.clock_off, made.latitude) == (0, "", 300, 30.0)
    (sheet,) = attendance.sheets(contract, date(2026, 3, 1), clock(MONDAY, 23))
    assert sheet.rows[0].attended.arrival == "ok"
    page = client_of(manager).get(f"/contracts/{contract.pk}/attendance/?month=2026-03").content.decode()
    assert "手机时间 08:21，收到 03-02 14:02" in page and "已校正" in page
    # With a network the server's clock counts, whatever the phone says to the second.
    out = actions.sign(
        post.pk, "out", actions.Where(), actor=post.person, now=clock(MONDAY, 17),
        stated=stated(clock(MONDAY, 17) - timedelta(seconds=20)),
    )  # fmt: skip
    assert out.at == clock(MONDAY, 17) and out.stated_at is None


@pytest.mark.parametrize(
    ("at", "doubt"),
    [
        (clock(MONDAY, 20), "future"),
        (clock(MONDAY, 8, 30) - timedelta(days=5), "old"),
        (clock(MONDAY, 3), "window"),
    ],
)
def test_a_stated_time_that_cannot_be_is_kept_and_somebody_decides(contract, post, manager, at, doubt):
    heard = clock(MONDAY, 14)
    made = actions.sign(post.pk, "in", actions.Where(), actor=post.person, now=heard, stated=stated(at))
    assert (made.doubt, made.stated_at, made.recorded_at, made.day) == (doubt, at, heard, MONDAY)
    (sheet,) = attendance.sheets(contract, date(2026, 3, 1), clock(MONDAY, 23))
    assert all(row.came is None for row in sheet.rows)
    asked = Correction.objects.get()
    assert (asked.state, asked.window) == ("asked", made.window) and "手机时间" in asked.reason
    assert Message.objects.filter(person=manager, kind="staffing.correction").exists()
    # The doubtful one does not stand in the way of signing in.
    assert sign(post, "in", clock(MONDAY, 14, 1)).doubt == ""


def test_the_phone_sends_what_it_kept_once(contract, post):
    client, key = client_of(post.person), str(uuid4())
    now = timezone.now()
    Post.objects.filter(pk=post.pk).update(first=local_day(now) - timedelta(days=9))
    told = {
        "act": "in", "post": post.pk, "happened_at": (now - timedelta(hours=5)).isoformat(),
        "sent_at": now.isoformat(), "position": "30.1,110.2,8",
    }  # fmt: skip
    answers = [
        client.post("/attendance/", told, headers={"Accept": "application/json", "Idempotency-Key": key})
        for _again in range(2)
    ]
    assert [one.status_code for one in answers] == [200, 200]
    made = Sign.objects.get()
    assert answers[0].json()["sign"] == answers[1].json()["sign"] == made.pk
    assert made.stated_at is not None and made.latitude == 30.1
    wrong = client.post("/attendance/", told | {"act": "fly"}, headers={"Accept": "application/json"})
    assert wrong.status_code == 422 and wrong.json()["detail"]


def test_a_correction_is_asked_for_approved_by_another_and_counts(contract, post, manager):
    asked = actions.ask_correction(
        post.pk, day=MONDAY, window=0, kind="in", at=clock(MONDAY, 8, 25), reason="手机没电", actor=post.person,
        now=clock(MONDAY, 18),
    )  # fmt: skip
    assert Message.objects.filter(person=manager, kind="staffing.correction").exists()
    page = client_of(manager).get(f"/contracts/{contract.pk}/attendance/?month=2026-03").content.decode()
    assert "手机没电" in page and "缺签" in page
    with pytest.raises(NotAllowed):
        actions.decide_correction(asked.pk, approve=True, actor=post.person, now=clock(MONDAY, 19))
    where = f"/attendance/corrections/{asked.pk}/"
    client_of(manager).post(where, {"act": "refuse", "note": ""})
    assert Correction.objects.get().state == "asked"
    assert client_of(manager).post(where, {"act": "approve"}).status_code == 302
    (sheet,) = attendance.sheets(contract, date(2026, 3, 1), clock(MONDAY, 23))
    assert sheet.rows[0].attended.arrival == "ok" and sheet.rows[0].came.source == "correction"


def test_the_phone_page_signs_and_says_why_not(contract, post):
    client = client_of(post.person)
    page = client.get("/attendance/").content.decode()
    assert 'name="act" value="in"' in page and contract.customer.name in page
    answer = client.post("/attendance/", {"act": "fly", "post": post.pk})
    assert answer.status_code == 422
    assert not Sign.objects.exists()


def test_the_workbench_of_who_has_to_sign_shows_what_he_signed(contract, post):
    now = timezone.now()
    Post.objects.filter(pk=post.pk).update(first=local_day(now) - timedelta(days=9))
    page = client_of(post.person).get("/").content.decode()
    assert "今天的签到" in page and "08:30–12:00" in page
    Sign.objects.create(
        contract=contract, post=post, day=local_day(now), window=0, kind="in", recorded_at=now,
        at=clock(local_day(now), 8, 23),
    )  # fmt: skip
    assert "<b>08:23</b>" in client_of(post.person).get("/").content.decode()
    assert "今天的签到" not in client_of(factories.person("engineer")).get("/").content.decode()


def test_the_sheet_is_a_file_too_and_the_customer_reads_it(contract, post, customer):
    sign(post, "in", clock(MONDAY, 8, 40))
    client = client_of(customer)
    assert "吴驻场" in client.get(f"/contracts/{contract.pk}/attendance/?month=2026-03").content.decode()
    file = client.get(f"/contracts/{contract.pk}/attendance/?month=2026-03&format=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    assert book.get_sheet_by_name("汇总").to_python()[2][0] == "吴驻场"
    rows = [row for row in book.get_sheet_by_name("明细").to_python() if row[3] == time(8, 40)]
    assert [row[:3] for row in rows] == [[date(2026, 3, 2), "吴驻场", "08:30-12:00"]] and "迟到" in rows[0]


# -- leaves ------------------------------------------------------------------------------------------------------


def test_leave_needs_a_substitute_and_the_customer_then_the_roster_follows(contract, post, customer):
    stand_in = factories.person("engineer", name="替工")
    shift = roster.add_shift(
        post.person_id, starts_at=clock(date(2026, 3, 10), 8), ends_at=clock(date(2026, 3, 10), 20), actor=None,
        now=factories.NOW,
    )  # fmt: skip
    asked = actions.ask_leave(
        post.pk, first=date(2026, 3, 10), last=date(2026, 3, 12), reason="家中有事", substitute_id=stand_in.pk,
        actor=post.person, now=factories.NOW,
    )  # fmt: skip
    owed = Obligation.objects.filter(pk__in=asked.keeps)
    assert {one.owe for one in owed} == {"approval.core_engineer_leave", "staff.substitute"}
    client = client_of(customer)
    assert "家中有事" in client.get(f"/contracts/{contract.pk}/leaves/").content.decode()
    assert client.post(f"/leaves/{asked.pk}/", {"act": "agree"}).status_code == 302
    shift.refresh_from_db()
    assert shift.person == stand_in
    assert Post.objects.filter(person=stand_in, first=asked.first, last=asked.last).count() == 1
    assert Absence.objects.filter(person=post.person).exists()
    assert {one.state for one in owed.all()} <= {"done", "done_late"}
    with pytest.raises(IllegalMove):
        actions.answer_leave(asked.pk, agree=False, note="x", actor=customer, now=factories.NOW)


def test_a_refused_leave_needs_a_reason_and_changes_nothing(contract, post, customer):
    stand_in = factories.person("engineer")
    asked = actions.ask_leave(
        post.pk, first=date(2026, 3, 10), last=date(2026, 3, 12), reason="家中有事", substitute_id=stand_in.pk,
        actor=post.person, now=factories.NOW,
    )  # fmt: skip
    client = client_of(customer)
    client.post(f"/leaves/{asked.pk}/", {"act": "refuse", "note": ""})
    asked.refresh_from_db()
    assert asked.state == Leave.State.ASKED
    client.post(f"/leaves/{asked.pk}/", {"act": "refuse", "note": "重要活动期间"})
    asked.refresh_from_db()
    assert asked.state == Leave.State.REFUSED and not Post.objects.filter(person=stand_in).exists()


def test_a_substitute_who_is_on_duty_then_is_refused(contract, post):
    busy = factories.person("engineer")
    for person in (post.person_id, busy.pk):
        roster.add_shift(
            person, starts_at=clock(date(2026, 3, 10), 8), ends_at=clock(date(2026, 3, 10), 20), actor=None,
            now=factories.NOW,
        )  # fmt: skip
    with pytest.raises(BadInput):
        actions.ask_leave(
            post.pk, first=date(2026, 3, 10), last=date(2026, 3, 10), reason="x", substitute_id=busy.pk,
            actor=post.person, now=factories.NOW,
        )  # fmt: skip


# -- swaps -------------------------------------------------------------------------------------------------------


def test_a_swap_is_accepted_by_the_other_and_approved_by_a_third(everything):
    one, two, lead = (
        factories.person("engineer"),
        factories.person("engineer"),
        factories.person("operator"),
    )
    now = factories.NOW
    day, night = (
        roster.add_shift(
            person.pk, starts_at=now + after, ends_at=now + after + timedelta(hours=8), actor=None, now=now
        )
        for person, after in ((one, timedelta(days=1)), (two, timedelta(days=2)))
    )
    asked = roster.ask_swap(day.pk, to_id=two.pk, other_id=night.pk, reason="看病", actor=one, now=now)
    with pytest.raises(NotAllowed):
        roster.answer_swap(asked.pk, agree=True, actor=one, now=now)
    with pytest.raises(IllegalMove):
        roster.decide_swap(asked.pk, approve=True, actor=lead, now=now)
    assert "看病" in client_of(two).get("/roster/swaps/").content.decode()
    assert client_of(two).post(f"/roster/swaps/{asked.pk}/", {"act": "agree"}).status_code == 302
    assert client_of(lead).post(f"/roster/swaps/{asked.pk}/", {"act": "approve"}).status_code == 302
    assert Swap.objects.get().state == "approved"
    assert (Shift.objects.get(pk=day.pk).person, Shift.objects.get(pk=night.pk).person) == (two, one)


def test_a_swap_that_would_double_a_shift_is_not_approved(everything):
    one, two = factories.person("engineer"), factories.person("engineer")
    now = factories.NOW
    times = {"starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=1, hours=8)}
    mine = roster.add_shift(one.pk, **times, actor=None, now=now)
    roster.add_shift(two.pk, **times, actor=None, now=now)
    asked = roster.ask_swap(mine.pk, to_id=two.pk, reason="x", actor=one, now=now)
    roster.answer_swap(asked.pk, agree=True, actor=two, now=now)
    with pytest.raises(BadInput):
        roster.decide_swap(asked.pk, approve=True, actor=None, now=now)


# -- holidays ----------------------------------------------------------------------------------------------------

FIRST = date(2026, 5, 1)


@pytest.fixture
def may(contract, post):
    obligations.raise_holidays(contract, now=datetime(2026, 4, 10, tzinfo=UTC), since=date(2026, 4, 1))
    for number in range(5):
        day = FIRST + timedelta(days=number)
        roster.add_shift(
            post.person_id, starts_at=clock(day, 8), ends_at=clock(day, 20), actor=None, now=factories.NOW
        )
    return actions.draft_holiday(contract.pk, FIRST, actor=None, now=datetime(2026, 4, 13, tzinfo=UTC))


def test_the_holiday_roster_comes_from_shifts_and_hands_itself_in(contract, may, customer, manager):
    client = client_of(manager)
    assert len(may.people) == 5 and may.people[0][3] == "吴驻场"
    assert client_of(customer).get(f"/holiday-rosters/{may.pk}/").status_code == 404
    wrong = client.post(f"/holiday-rosters/{may.pk}/", {"act": "vehicles", "vehicles": "鲁A12345"})
    assert wrong.status_code == 422 and "车牌和司机" in wrong.content.decode()
    client.post(f"/holiday-rosters/{may.pk}/", {"act": "vehicles", "vehicles": "鲁A12345，马师傅，139,抢修"})
    may.refresh_from_db()
    assert may.vehicles == [["鲁A12345", "马师傅", "139", "抢修"]]
    done = actions.submit_holiday(
        may.pk, to="值班室", actor=manager, now=datetime(2026, 4, 20, 2, tzinfo=UTC)
    )
    assert done.days_ahead >= 5
    owed = Obligation.objects.get(contract=contract, owe="roster.holiday", key=f"holiday:{FIRST}")
    assert owed.state == "done" and owed.records.get().source_kind == "holiday_roster"
    assert Message.objects.filter(person=customer, kind="staffing.holiday").exists()
    for form in ("xlsx", "docx", "pdf"):
        assert client_of(customer).get(f"/holiday-rosters/{may.pk}/?format={form}").status_code == 200
    again = actions.draft_holiday(contract.pk, FIRST, actor=manager, now=datetime(2026, 4, 21, tzinfo=UTC))
    assert again.version == 2 and HolidayRoster.objects.count() == 2


def test_a_day_without_anybody_is_not_submitted_and_too_late_is_late(contract, may, manager):
    Shift.objects.filter(starts_at=clock(date(2026, 5, 3), 8)).delete()
    actions.draft_holiday(contract.pk, FIRST, actor=manager, now=datetime(2026, 4, 28, tzinfo=UTC))
    page = client_of(manager).post(f"/holiday-rosters/{may.pk}/", {"act": "submit", "to": "值班室"})
    assert page.status_code == 422 and "05-03" in page.content.decode()
    roster.add_shift(
        may.contract.posts.first().person_id, starts_at=clock(date(2026, 5, 3), 8), ends_at=clock(date(2026, 5, 3), 20),
        actor=None, now=factories.NOW,
    )  # fmt: skip
    actions.draft_holiday(contract.pk, FIRST, actor=manager, now=datetime(2026, 4, 29, tzinfo=UTC))
    cars = [actions.Vehicle("鲁A12345", "马师傅")]
    actions.set_vehicles(may.pk, cars, actor=manager, now=datetime(2026, 4, 29, tzinfo=UTC))
    actions.submit_holiday(may.pk, to="值班室", actor=manager, now=datetime(2026, 4, 29, 2, tzinfo=UTC))
    owed = Obligation.objects.get(contract=contract, owe="roster.holiday", key=f"holiday:{FIRST}")
    assert owed.state == "done_late"


# -- safety and rules --------------------------------------------------------------------------------------------


def test_an_education_is_handed_in_for_what_is_owed(contract, manager):
    obligations.plan_contract(contract.pk, now=factories.NOW)
    owed = Obligation.objects.filter(
        contract=contract, owe="safety.education", opens_at__lte=factories.NOW
    ).last()
    client = client_of(manager)
    form = {
        "title": "用电安全",
        "held_at": "2026-03-04T09:00",
        "content": "讲课",
        "people": "",
        "keeps": [owed.pk],
    }
    where = f"/contracts/{contract.pk}/safety/new/?kind=education"
    wrong = client.post(where, form)
    assert (
        wrong.status_code == 422 and "参加的人" in wrong.content.decode() and "讲课" in wrong.content.decode()
    )
    assert client.post(where, form | {"people": "孙岩、周工"}).status_code == 302
    made = SafetyRecord.objects.get()
    assert owed.records.get().source_kind == "safety" and made.state == "done"
    assert "用电安全" in client.get(f"/contracts/{contract.pk}/safety/").content.decode()
    file = io.BytesIO(client.get(f"/contracts/{contract.pk}/safety/?format=xlsx").content)
    above, head, row = CalamineWorkbook.from_filelike(file).get_sheet_by_name("安全记录").to_python()
    assert above[0] == f"{contract.number} {contract.name}" and head[:3] == ["时间", "类别", "名称"]
    assert row[0] == datetime(2026, 3, 4, 9) and row[2] == "用电安全"


def test_the_file_of_safety_says_where_it_was_cut(contract):
    for day in range(1, 6):
        SafetyRecord.objects.create(
            contract=contract, kind="education", title=f"第 {day} 次", held_at=factories.NOW + timedelta(days=day),
            state="done", made_at=factories.NOW,
        )  # fmt: skip
    file = io.BytesIO()
    write_records(file, contract, SafetyRecord.objects.order_by("-held_at"), most=3)
    file.seek(0)
    _above, _head, *rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[:3]] == ["第 5 次", "第 4 次", "第 3 次"]
    assert rows[3][0] == "只导出了前 3 行，请加筛选后再导出。" and len(rows) == 4


def test_a_hazard_is_remedied_and_looked_at_again(contract, manager):
    told = actions.Told("check", "月检", factories.NOW, "查梯具")
    check = actions.write_safety(contract.pk, told, actor=manager, now=factories.NOW)
    client = client_of(manager)
    form = {"act": "hazard", "what": "梯子松动", "remedy": "更换", "person": "孙岩", "due_on": "2026-03-08"}
    assert client.post(f"/safety/{check.pk}/", form).status_code == 302
    found = Hazard.objects.get()
    assert "梯子松动" in client.get(f"/contracts/{contract.pk}/safety/").content.decode()
    client.post(f"/safety/hazards/{found.pk}/", {"act": "remedy", "done": "已换新"})
    client.post(f"/safety/hazards/{found.pk}/", {"act": "good"})
    found.refresh_from_db()
    assert found.state == "closed" and found.checked_by == manager.name
    assert client.post(f"/safety/hazards/{found.pk}/", {"act": "good"}).status_code == 409


def test_an_accident_is_a_draft_until_it_is_reported(contract, manager, customer):
    told = actions.Told("accident", "登高车擦碰", factories.NOW, "倒车擦碰护栏", files=[("a.txt", b"x")])
    made = actions.write_safety(contract.pk, told, actor=manager, now=factories.NOW)
    assert Obligation.objects.filter(contract=contract, owe="safety.accident_inquiry").exists()
    assert client_of(customer).get(f"/safety/{made.pk}/").status_code == 404
    client = client_of(manager)
    early = client.post(f"/safety/{made.pk}/", {"act": "report", "to": "王科长"})
    assert early.status_code == 422 and "先补充调查结果" in early.content.decode()
    client.post(
        f"/safety/{made.pk}/", {"act": "complete", "content": "倒车擦碰护栏", "result": "已修复，未伤人"}
    )
    assert client.post(f"/safety/{made.pk}/", {"act": "report", "to": "王科长"}).status_code == 302
    page = client_of(customer).get(f"/safety/{made.pk}/").content.decode()
    assert "已修复，未伤人" in page and "a.txt" not in page
    assert client.post(f"/safety/{made.pk}/", {"act": "complete", "content": "y"}).status_code == 422


def test_five_rule_systems_keep_the_duty_and_are_read(contract, manager, resident):
    obligations.plan_contract(contract.pk, now=factories.NOW, since=contract.starts_on - timedelta(days=60))
    owed = Obligation.objects.get(contract=contract, owe="document.rules")
    client = client_of(manager)
    for system in ("quality", "papers", "store", "attendance", "safe-operation"):
        file = SimpleUploadedFile("r.txt", b"rules")
        form = {"system": system, "title": f"{system}制度", "effective_on": "2026-03-01", "file": file}
        assert client.post(f"/contracts/{contract.pk}/rules/", form).status_code == 302
    owed.refresh_from_db()
    assert owed.state in ("done", "done_late") and owed.records.count() == 5
    document = contract.pk and actions.issue_rules(
        contract.pk, "quality", title="新版", effective_on=MONDAY, file=("r.txt", b"new"), actor=manager,
        now=factories.NOW,
    )  # fmt: skip
    assert document.version == 2
    assert client_of(resident).post(f"/rules/{document.pk}/read/").status_code == 302
    assert "吴驻场" in client.get(f"/contracts/{contract.pk}/rules/").content.decode()


def test_who_is_on_leave_does_not_count_and_his_substitute_does(contract, post):
    wanted = actions.Wanted(factories.person("engineer").pk, date(2026, 1, 1))
    actions.name_post(contract.pk, "residents-on-site", wanted, actor=None, now=factories.NOW)
    stand_in = factories.person("engineer")
    asked = actions.ask_leave(
        post.pk, first=date(2026, 3, 10), last=date(2026, 3, 12), reason="x", substitute_id=stand_in.pk, actor=None,
        now=factories.NOW,
    )  # fmt: skip
    actions.answer_leave(asked.pk, agree=True, by="王科长", actor=None, now=factories.NOW)
    actions.check_contract(contract.pk, now=datetime(2026, 4, 2, tzinfo=UTC), since=date(2026, 3, 1))
    found = Check.objects.get(promise="residents-on-site", month=date(2026, 3, 1))
    assert found.parts[0]["verdict"] == "kept"
    Post.objects.filter(person=stand_in).delete()
    actions.check_contract(contract.pk, now=datetime(2026, 4, 2, tzinfo=UTC), since=date(2026, 3, 1))
    found.refresh_from_db()
    assert found.parts[0]["short"] == [["2026-03-10", "2026-03-12"]]
