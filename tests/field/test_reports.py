"""The report that comes out of an order when the customer signs it, or refuses to."""

import io
import zipfile
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue.desk import actions as desk
from luyue.domain.refusals import IllegalMove, NotAllowed, NotFound
from luyue.domain.service_forms import content
from luyue.field import actions, jobs, queries, reports
from luyue.field.actions import File
from luyue.field.models import Confirmation, WorkOrder
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from luyue.service_forms import actions as forms
from luyue.service_forms import papers
from luyue.service_forms.models import ServiceForm
from tests import factories
from tests.documents.test_pdf import text_of
from tests.field.conftest import PHOTO, member, png

SIGNED = File("sign.png", png(200, 80))
SOLVED = {"solved": "yes", "cause": "接头松动", "fix": "重新压接"}


@pytest.fixture
def finished(working, do):
    """Solved on site, with a note for the report, one for the firm, a part and a photo."""
    do(working, "log", 20, text="接头氧化，更换水晶头", report="on")
    do(working, "log", 25, text="客户的机房很乱")
    do(working, "part", 30, name="电源模块 PW-12V", quantity=2, serial="PW-77")
    do(working, "finish", 40, **SOLVED)
    return working


def run_report(kind="work_order.confirmed"):
    """What the worker does after the latest such act."""
    event = Event.objects.filter(kind=kind).latest("id")
    assert ProcrastinateJob.objects.filter(task_name="field.report", args={"event_id": event.pk}).count() == 1
    jobs.report(event.pk)
    return ServiceForm.objects.latest("id")


def test_a_signed_visit_gives_an_on_site_report_with_the_same_signature(finished, do, engineer):
    do(finished, "confirm", 50, name="王主任", opinion="满意", rating=5, way="signed", files=[SIGNED])
    form = run_report()
    order = WorkOrder.objects.get(pk=finished.pk)
    assert (form.kind, form.state, form.case_id) == ("onsite", "signed", order.case_id)
    assert form.facts["order"] == order.number and form.facts["engineers"] == engineer.name
    assert form.facts["departed_at"] == queries.seconds(order.departed_at)
    assert form.facts["arrived_at"] == queries.seconds(order.arrived_at)
    assert form.facts["finished_at"] == queries.seconds(order.ended_at)
    assert form.facts["cause"] == "接头松动" and form.facts["result"] == "solved"
    assert "重新压接" in form.facts["work"] and "更换水晶头" in form.facts["work"]
    assert "很乱" not in str(form.facts)
    [part] = form.facts["parts"]
    assert (part["name"], part["new_serial"], part["quantity"]) == ("电源模块 PW-12V", "PW-77", "2")
    assert "动手前已备份" in form.facts["safety"] and form.facts["opinion"] == "满意\n评分 5/5"
    [photo] = form.facts["files"]
    assert photo["name"] == "photo.png" and photo["kind"] == {"zh": "照片", "en": "Photo"}
    [signature], said = form.signatures.all(), Confirmation.objects.get()
    assert (signature.file_id, signature.digest, signature.name) == (said.file_id, said.digest, "王主任")
    assert signature.about == order.number and form.issued_name == engineer.name
    assert Attachment.objects.filter(kind="signature").count() == 1


def test_the_report_is_made_once_however_often_it_is_told(finished, do):
    do(
        finished,
        "confirm",
        50,
        name="王主任",
        way="signed",
        files=[SIGNED],
        key="7b0ef6a2-7c3c-4a52-9f54-111111111111",
    )
    do(
        finished,
        "confirm",
        50,
        name="王主任",
        way="signed",
        files=[SIGNED],
        key="7b0ef6a2-7c3c-4a52-9f54-111111111111",
    )
    assert ProcrastinateJob.objects.filter(task_name="field.report").count() == 1
    first, events = run_report(), Event.objects.count()
    assert run_report() == first
    assert ServiceForm.objects.count() == 1 and Event.objects.count() == events


def test_several_visits_of_a_case_give_one_report_each(finished, plan, do, now):
    do(finished, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    one = run_report()
    later = now + timedelta(minutes=55)
    desk.reopen_case(finished.case_id, reason="又坏了", actor=None, at=later, now=later)
    second = plan()
    for minutes, name in ((60, "accept"), (61, "depart"), (70, "arrive"), (71, "start")):
        do(second, name, minutes)
    do(second, "unsolved", 80, reason="缺备件", next="明天带来", files=[PHOTO])
    do(second, "confirm", 85, name="李工", way="signed", files=[SIGNED])
    other = run_report()
    assert one != other and other.facts["order"] == second.number
    assert other.facts["arrived_at"] != one.facts["arrived_at"]
    assert other.facts["result"] == "unsolved" and other.facts["left_over"] == "缺备件\n明天带来"
    assert "cause" not in other.facts and "parts" not in other.facts  # those were the first visit's


def test_what_the_order_cannot_tell_leaves_a_draft_that_is_issued_as_signed(working, do, engineer, now):
    do(working, "finish", 40, solved="no")
    do(working, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    form = run_report()
    assert form.is_draft
    assert {item.key for item in content.lacking(form.of_kind, form.facts)} == {"cause", "work", "result"}
    [signature] = form.signatures.all()
    extra = {"cause": "待查", "work": "检查线路", "result": "temporary", "left_over": "再来一次"}
    forms.change_form(form.pk, extra, actor=engineer, now=now)
    form = forms.issue_form(form.pk, actor=engineer, now=now)
    assert form.state == "signed" and list(form.signatures.all()) == [signature]
    assert form.facts["order"] == working.number and form.facts["arrived_at"] and form.facts["files"]
    assert run_report() == form


def test_a_draft_can_be_deleted_and_made_again(working, do, engineer, now):
    do(working, "finish", 40, solved="no")
    do(working, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    forms.discard_form(run_report().pk, actor=engineer, now=now)
    assert Attachment.objects.filter(kind="signature").count() == 1
    again = actions.report_order(working.pk, actor=engineer, now=now)
    assert again.is_draft and again.signatures.count() == 1


def test_a_paper_that_was_signed_is_not_kept_twice(finished, do):
    do(finished, "confirm", 50, name="王主任", way="paper", files=[File("纸.pdf", b"%PDF-1.4 scan")])
    form = run_report()
    [signature] = form.signatures.all()
    assert form.state == "signed" and signature.paper
    assert Attachment.objects.filter(kind="paper").count() == 1


def test_a_refusal_stands_on_the_report_with_its_reason(finished, do):
    do(finished, "refuse", 50, reason="负责人不在场", files=[File("说明.pdf", b"%PDF-1.4 scan")])
    form = run_report("work_order.confirmation_refused")
    assert (form.state, form.refusal) == ("refused", "负责人不在场")
    assert form.refusal_scan == Confirmation.objects.get().file
    [block] = [one for one in papers.sheet_of(form, "zh").blocks if hasattr(one, "signatures")]
    assert block.signatures[0].note == "拒签：负责人不在场"


def test_a_signature_after_a_refusal_goes_on_the_same_report(finished, do):
    do(finished, "refuse", 50, reason="负责人不在场")
    form = run_report("work_order.confirmation_refused")
    do(finished, "confirm", 90, name="王主任", way="signed", files=[SIGNED])
    assert run_report() == form
    form.refresh_from_db()
    assert form.state == "signed" and form.signatures.count() == 1


def test_what_was_added_after_a_refusal_makes_another_version(finished, do):
    do(finished, "refuse", 50, reason="负责人不在场")
    old = run_report("work_order.confirmation_refused")
    do(finished, "part", 80, name="网线", quantity=1)
    do(finished, "confirm", 90, name="王主任", opinion="好", way="signed", files=[SIGNED])
    new = run_report()
    old.refresh_from_db()
    assert old.replaced_at is not None and (new.number, new.version, new.state) == (old.number, 2, "signed")
    assert [row["name"] for row in new.facts["parts"]] == ["电源模块 PW-12V", "网线"]
    assert new.facts["opinion"] == "好"
    assert list(reports.reports_of(finished.pk, to=None)) == [new]


def test_a_remote_order_gives_a_remote_report_that_asks_for_the_means(plan, do, engineer, now):
    order = plan(kind="remote")
    for minutes, name in ((1, "accept"), (5, "start")):
        do(order, name, minutes)
    do(order, "check", 6, check="backup")
    do(order, "check", 6, check="found", answer="not_needed", note="无画面")
    do(order, "finish", 30, **SOLVED)
    do(order, "confirm", 35, name="王主任", way="signed", files=[SIGNED])
    form = run_report()
    assert form.kind == "remote" and form.facts["started_at"] and form.facts["finished_at"]
    assert [item.key for item in content.lacking(form.of_kind, form.facts)] == ["way"]


def test_word_and_pdf_hold_the_same_facts(finished, do):
    do(finished, "confirm", 50, name="王主任", opinion="满意", way="signed", files=[SIGNED])
    form = run_report()
    with zipfile.ZipFile(io.BytesIO(papers.word_of(form, "zh"))) as file:
        word = file.read("word/document.xml").decode()
        pictures = [file.read(name) for name in file.namelist() if name.startswith("word/media/")]
    blocks = papers.sheet_of(form, "zh").blocks
    told = [field.value for block in blocks for field in getattr(block, "fields", ()) if field.value]
    assert {finished.number, "接头松动"} <= set(told)
    assert all(line in word for value in told for line in value.splitlines())
    assert f"签于{finished.number}" in word and SIGNED.content in pictures
    assert finished.number in text_of(papers.pdf_of(form, "zh"))


def test_only_who_may_do_the_order_makes_its_report(finished, do, contract, now):
    with pytest.raises(IllegalMove):
        actions.report_order(finished.pk, actor=None, now=now)
    do(finished, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    with pytest.raises(NotAllowed):
        actions.report_order(finished.pk, actor=member(contract, "customer"), now=now)


def test_the_page_of_the_order_shows_its_report_and_what_it_lacks(
    finished, working, do, client, engineer, contract
):
    client.force_login(engineer)
    do(finished, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    address = f"/field/orders/{finished.pk}/"
    assert "生成报告" in client.get(address).content.decode()
    answer = client.post(f"{address}report/")
    form = ServiceForm.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/forms/{form.pk}/"
    page = client.get(address).content.decode()
    assert form.number in page and "生成报告" not in page
    user = member(contract, "customer")
    client.force_login(user)
    assert form.number in client.get(address).content.decode()
    assert form.number in client.get(f"/cases/{finished.case_id}/").content.decode()
    shown = client.get(f"/forms/{form.pk}/").content.decode()
    assert "王主任" in shown and finished.number in shown and f'href="{address}"' in shown
    assert client.get(f"/files/{form.signatures.get().file_id}/").status_code == 200


def test_a_draft_report_says_what_to_fill_in_and_is_not_the_customers_yet(
    working, do, client, engineer, contract
):
    do(working, "finish", 40, solved="no")
    do(working, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    form = run_report()
    client.force_login(engineer)
    page = client.get(f"/field/orders/{working.pk}/").content.decode()
    assert "现场服务报告还没开具，要补：故障原因、处理办法、处理结果" in page
    assert "工单里没有，请补：故障原因、处理办法、处理结果" in page and f"/forms/{form.pk}/edit/" in page
    edit = client.get(f"/forms/{form.pk}/edit/").content.decode()
    assert "开具前还要补：故障原因、处理办法、处理结果" in edit and "来自工单和服务请求" in edit
    assert f"已在 {working.number} 上签字" in client.get(f"/forms/{form.pk}/").content.decode()
    client.force_login(member(contract, "customer"))
    assert "服务报告" not in client.get(f"/field/orders/{working.pk}/").content.decode()
    assert client.get(f"/forms/{form.pk}/").status_code == 404


def test_a_form_of_another_contract_cannot_take_the_signature(finished, do, now):
    do(finished, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    other = factories.case(factories.contract(number="HT-99"), now)
    form = forms.make_form(other.pk, "onsite", actor=None, now=now)
    given = forms.Elsewhere(finished.number, "0" * 64, Confirmation.objects.get().file)
    with pytest.raises(NotFound):
        forms.sign_form(form.pk, given, "王", actor=None, at=now, now=now)
