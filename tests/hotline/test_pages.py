"""Pages of the hotline: what people see and can do, at a steady number of queries."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luyue.accounts.models import Person
from luyue.desk.models import Case
from luyue.hotline import actions, changes
from luyue.hotline.models import Call, CallFile, Change, Line
from tests.hotline.conftest import CALLER, NOW, OFFICE, Firm
from tests.hotline.test_changes import FIVE


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def test_a_call_goes_on_to_intake_and_its_case_is_linked(firm: Firm) -> None:
    desk = client(firm.operator)
    answer = desk.post(
        "/calls/new/",
        {"number": CALLER, "direction": "in", "answered": "yes", "line": firm.line.pk, "then": "intake"},
    )
    call = Call.objects.get()
    assert answer.status_code == 302
    assert f"call={call.pk}" in answer["Location"]
    page = desk.get(answer["Location"]).content.decode()
    assert f'value="{CALLER}"' in page
    assert 'value="王科长"' in page
    token = re.search(r'name="token" value="(\w+)"', page)[1]
    made = desk.post(
        answer["Location"],
        {
            "token": token,
            "contract": firm.contract.number,
            "title": "北门黑屏",
            "kind": "fault",
            "channel": "hotline",
        },
    )
    case = Case.objects.get()
    assert made["Location"] == f"/cases/{case.pk}/"
    assert Call.objects.get().case == case
    assert "王科长" in desk.get(f"/cases/{case.pk}/").content.decode()


def test_a_wrong_call_form_keeps_what_was_typed(firm: Firm) -> None:
    answer = client(firm.operator).post(
        "/calls/new/", {"number": "没有号码", "direction": "in", "answered": "yes", "note": "想问扩容"}
    )
    assert answer.status_code == 422
    assert "想问扩容" in answer.content.decode()
    assert "请填电话号码" in answer.content.decode()


def test_who_is_calling(firm: Firm) -> None:
    firm.call()
    told = client(firm.operator).get("/calls/who/", {"number": CALLER}).content.decode()
    assert "王科长" in told
    assert firm.contract.number in told


def test_missed_calls_are_called_back(firm: Firm) -> None:
    missed = firm.call(answered=False)
    desk = client(firm.operator)
    assert CALLER in desk.get("/calls/missed/").content.decode()
    assert desk.post(f"/calls/{missed.pk}/assign/", {"owner": firm.engineer.pk}).status_code == 302
    assert firm.engineer.name in desk.get("/calls/missed/").content.decode()
    assert desk.post(f"/calls/{missed.pk}/back/", {"result": "not_needed"}).status_code == 422
    assert desk.post(f"/calls/{missed.pk}/back/", {"result": "reached"}).status_code == 302
    assert "没有要回的未接来电" in desk.get("/calls/missed/").content.decode()


def test_a_call_is_linked_and_corrected(firm: Firm) -> None:
    from tests import factories

    case = factories.case(firm.contract, severity="")
    call = firm.call(number="13911112222")
    desk = client(firm.operator)
    assert desk.post(f"/calls/{call.pk}/link/", {"case": "FW9999999"}).status_code == 422
    assert desk.post(f"/calls/{call.pk}/link/", {"case": case.number}).status_code == 302
    facts = {
        "fix-contract": firm.contract.pk,
        "fix-line": firm.line.pk,
        "fix-name": "李处长",
        "fix-note": "补",
    }
    assert desk.post(f"/calls/{call.pk}/correct/", facts).status_code == 302
    changed = Call.objects.get()
    assert (changed.case, changed.name) == (case, "李处长")


def test_a_file_is_uploaded_looked_at_and_imported(firm: Firm) -> None:
    desk = client(firm.operator)
    text = (
        f"呼叫时间,主叫号码,被叫号码,结果\n2026-03-03 10:00,{CALLER},8001,已接听\n坏的,{CALLER},8001,未接\n"
    )
    answer = desk.post("/calls/records/", {"file": SimpleUploadedFile("话单.csv", text.encode("gbk"))})
    where = answer["Location"]
    page = desk.get(where).content.decode()
    assert "坏的" in page
    assert "不是时间" in page
    mapping = {"start": "呼叫时间", "src": "主叫号码", "dst": "被叫号码", "disposition": "结果"}
    assert desk.post(where, {"start": "呼叫时间", "act": "import"}).status_code == 422
    assert desk.post(where, mapping | {"act": "import"}).status_code == 302
    assert "没有导入的行" in desk.get(where).content.decode()
    assert (Call.objects.count(), CallFile.objects.get().bad) == (1, 1)


def test_a_file_that_is_no_table_is_refused_in_words(firm: Firm) -> None:
    answer = client(firm.operator).post(
        "/calls/records/", {"file": SimpleUploadedFile("x.csv", b"\x00\x01\x02")}
    )
    assert answer.status_code == 422
    assert CallFile.objects.count() == 0


def test_the_share_is_shown_with_formula_and_promise_also_to_the_customer(firm: Firm) -> None:
    for answered in (True, True, False):
        firm.call(answered=answered, wait_seconds=30)
    for person in (firm.operator, firm.customer):
        page = client(person).get(f"/contracts/{firm.contract.pk}/hotline/share/").content.decode()
        assert "接通率 = 接通 ÷（接通 + 未接）" in page
        assert "90%" in page
    assert client(firm.customer).get("/calls/").status_code == 403
    assert client(firm.operator).get("/calls/share/").status_code == 200


def test_lines_are_registered_corrected_and_fail(firm: Firm) -> None:
    desk = client(firm.operator)
    facts = {
        "name": "值班手机", "number": "13700000000", "kind": "mobile", "hours_kind": "outside", "days": "mon-fri",
        "windows": "08:30-12:00，13:30-17:30", "holidays": "on", "short_seconds": "0",
    }  # fmt: skip
    assert desk.post("/hotline/lines/new/", facts | {"windows": "早上"}).status_code == 422
    assert desk.post("/hotline/lines/new/", facts).status_code == 302
    line = Line.objects.get(name="值班手机")
    assert line.hours == OFFICE | {"kind": "outside"}
    assert (
        desk.post(f"/hotline/lines/{line.pk}/", facts | {"name": "夜间手机"}).status_code == 422
    )  # no reason
    answer = desk.post(
        f"/hotline/lines/{line.pk}/", facts | {"name": "夜间手机", "reason": "写错", "active": "on"}
    )
    assert answer.status_code == 302
    assert desk.post(f"/hotline/lines/{line.pk}/state/", {"act": "fail"}).status_code == 302
    assert "中断" in client(firm.customer).get(f"/contracts/{firm.contract.pk}/hotline/").content.decode()
    assert desk.post(f"/hotline/lines/{line.pk}/state/", {"act": "restore"}).status_code == 302


def test_a_change_is_planned_told_and_answered_on_its_page(firm: Firm) -> None:
    contact = actions.add_contact(
        firm.contract.pk, region="东片区", name="张三", phone="13900000001", actor=firm.lead, now=NOW
    )
    lead, customer = client(firm.lead), client(firm.customer)
    page = lead.get(f"/hotline/contacts/{contact.pk}/change/").content.decode()
    assert "5 个工作日" in page
    facts = {
        "act": "change",
        "effective_on": "2040-03-12",
        "region": "东片区",
        "name": "李四",
        "phone": "13900000001",
    }
    where = lead.post(f"/hotline/contacts/{contact.pk}/change/", facts)["Location"]
    change = Change.objects.get()
    assert customer.get(where).status_code == 404
    assert lead.post(f"{where}notify/").status_code == 302
    assert "李四" in customer.get(where).content.decode()
    assert customer.post(f"{where}answer/", {"act": "consent"}).status_code == 302
    change.refresh_from_db()
    assert (change.state, change.answered_by) == ("consented", "王科长")


def test_a_late_notice_without_a_reason_is_said_on_the_page(firm: Firm) -> None:
    contact = actions.add_contact(
        firm.contract.pk, region="东片区", name="张三", phone="13900000001", actor=firm.lead, now=NOW
    )
    (change,) = changes.plan_change(
        act="change",
        effective_on=FIVE,
        after={"name": "李四"},
        contact_id=contact.pk,
        actor=firm.lead,
        now=NOW,
    )
    lead = client(firm.lead)  # today is long after March 2026
    answer = lead.post(f"/hotline/changes/{change.pk}/notify/", {})
    assert answer.status_code == 422
    assert "通知已经晚了" in answer.content.decode()
    assert lead.post(f"/hotline/changes/{change.pk}/notify/", {"late_reason": "忘了"}).status_code == 302
    assert "晚通知" in lead.get(f"/hotline/changes/{change.pk}/").content.decode()


@pytest.mark.parametrize("path", ["/calls/", "/calls/missed/", "/calls/share/", "/hotline/lines/"])
def test_lists_cost_the_same_with_many_rows(
    firm: Firm, path: str, django_assert_max_num_queries: Any
) -> None:
    desk = client(firm.operator)
    for number in range(30):
        firm.call(answered=number % 2 == 0, number=f"1390000{number:04d}")
        actions.add_line(
            name=f"线{number}", number=f"400-900-{number:04d}", hours=OFFICE, actor=None, now=NOW
        )
    with django_assert_max_num_queries(12):
        assert desk.get(path).status_code == 200


def test_the_export_holds_what_is_shown_and_nothing_runs_in_it(firm: Firm) -> None:
    firm.call(name="=1+1")
    answer = client(firm.operator).get("/calls/?export=1")
    assert answer["Content-Type"].startswith("application/vnd.openxml")
    assert answer.content[:2] == b"PK"
