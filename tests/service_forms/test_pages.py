"""Pages of service forms, from the draft to the signature, and the page for strangers."""

import base64
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luyue.contracts import actions as contract_actions
from luyue.ledger.models import Event
from luyue.service_forms import actions, papers
from luyue.service_forms.models import Letterhead, ServiceForm, Template
from luyue.service_forms.tokens import token_of
from tests import factories
from tests.documents.test_word import template
from tests.service_forms.conftest import REST

FAULT = {
    "fault_kind": "power", "engineers": "孙岩", "symptom": "黑屏", "cause": "电源老化", "work": "更换电源",
    "loss": "无", "prevention": "巡检",
}  # fmt: skip


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def engineer(world) -> Client:
    return client_of(world.engineer)


def issued(world, kind="fault"):
    form = actions.make_form(world.case.pk, kind, REST[kind], actor=world.engineer, now=timezone.now())
    return actions.issue_form(form.pk, actor=world.engineer, now=timezone.now())


def test_from_the_case_to_the_issued_form(world, engineer):
    page = engineer.get(f"/cases/{world.case.pk}/").content.decode()
    address = f"/cases/{world.case.pk}/forms/new/fault/"
    assert address in page
    page = engineer.get(address).content.decode()
    assert "电源老化" in page  # what the case knows is the draft
    assert "王队" in page
    answer = engineer.post(address, FAULT | {"loss": ""}, follow=True)
    form = ServiceForm.objects.get()
    assert "开具前还要补" in answer.content.decode()
    answer = engineer.post(f"/forms/{form.pk}/issue/", follow=True)
    assert "还缺" in answer.content.decode()
    engineer.post(f"/forms/{form.pk}/edit/", FAULT)
    answer = engineer.post(f"/forms/{form.pk}/issue/", {"hand_over": "1"}, follow=True)
    form.refresh_from_db()
    assert form.state == "issued"
    assert form.handed_over_at is not None
    assert form.number in answer.content.decode()
    assert Event.objects.filter(kind="case.report_handed_over", subject_id=world.case.pk).exists()


def test_rows_of_parts_are_kept(world, engineer):
    rows = {"parts.0.name": "电源", "parts.0.quantity": "1", "parts.1.name": "", "parts.2.name": "网线"}
    engineer.post(f"/cases/{world.case.pk}/forms/new/onsite/", FAULT | {"result": "solved"} | rows)
    assert [row["name"] for row in ServiceForm.objects.get().facts["parts"]] == ["电源", "网线"]


def test_bad_input_is_told_and_nothing_typed_is_lost(world, engineer):
    answer = engineer.post(f"/cases/{world.case.pk}/forms/new/fault/", FAULT | {"loss": "x" * 20_001})
    assert answer.status_code == 422
    assert "电源老化" in answer.content.decode()
    assert not ServiceForm.objects.exists()


def test_downloads_are_what_they_say(world, engineer):
    form = issued(world)
    answer = engineer.get(f"/forms/{form.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    answer = engineer.get(f"/forms/{form.pk}/word/?lang=en")
    assert answer.content.startswith(b"PK")
    assert (
        "Fault%20resolution" in answer["Content-Disposition"]
        or "Fault resolution" in answer["Content-Disposition"]
    )


def glass(world) -> str:
    return "data:image/png;base64," + base64.b64encode(world.png).decode()


def test_the_customer_signs_by_himself(world):
    form = issued(world)
    client = client_of(world.customer)
    page = client.get(f"/forms/{form.pk}/sign/").content.decode()
    assert 'value="李处"' in page
    assert form.digest in page
    told = {"name": "李处", "signer": "customer", "digest": form.digest, "picture": glass(world)}
    answer = client.post(f"/forms/{form.pk}/sign/", told, follow=True)
    assert "已签字" in answer.content.decode()
    assert ServiceForm.objects.get(pk=form.pk).state == "signed"
    assert client.get(f"/forms/{form.pk}/sign/").status_code == 409


@pytest.mark.parametrize("picture", ["", "data:image/png;base64,???", "data:image/png;base64,aGVsbG8="])
def test_an_empty_glass_is_told(world, engineer, picture):
    form = issued(world)
    told = {"name": "李", "signer": "customer", "digest": form.digest, "picture": picture}
    answer = engineer.post(f"/forms/{form.pk}/sign/", told)
    assert answer.status_code == 422
    assert "李" in answer.content.decode()


def test_who_saw_another_content_is_told_to_look_again(world, engineer):
    form = issued(world)
    told = {"name": "李", "signer": "customer", "digest": "0" * 64, "picture": glass(world)}
    assert engineer.post(f"/forms/{form.pk}/sign/", told).status_code == 409


def test_paper_and_refusal(world, engineer):
    form = issued(world)
    assert engineer.post(f"/forms/{form.pk}/refuse/", {"reason": ""}).status_code == 422
    answer = engineer.post(f"/forms/{form.pk}/refuse/", {"reason": "客户不在现场"}, follow=True)
    assert "客户不在现场" in answer.content.decode()
    scan = SimpleUploadedFile("扫描.pdf", b"%PDF-1.4")
    engineer.post(f"/forms/{form.pk}/paper/", {"name": "李处", "scan": scan})
    assert ServiceForm.objects.get(pk=form.pk).state == "signed"


def test_a_correction_begins_with_a_reason(world, engineer):
    form = issued(world)
    assert engineer.post(f"/forms/{form.pk}/correct/", {"reason": ""}).status_code == 422
    answer = engineer.post(f"/forms/{form.pk}/correct/", {"reason": "写错"}, follow=True)
    assert "写错" in answer.content.decode()
    assert ServiceForm.objects.filter(version=2).exists()


def test_a_draft_can_be_thrown_away(world, engineer):
    form = actions.make_form(world.case.pk, "fault", actor=world.engineer, now=timezone.now())
    assert engineer.post(f"/forms/{form.pk}/discard/").status_code == 302
    assert not ServiceForm.objects.exists()


def test_the_customer_sees_what_is_issued_and_no_drafts(world):
    draft = actions.make_form(world.case.pk, "onsite", actor=world.engineer, now=timezone.now())
    form = issued(world)
    client = client_of(world.customer)
    page = client.get("/forms/").content.decode()
    assert form.number in page
    assert f"/forms/{draft.pk}/" not in page
    assert client.get(f"/forms/{draft.pk}/").status_code == 404
    assert client.get(f"/cases/{world.case.pk}/forms/new/fault/").status_code == 403
    assert "开具单据" not in client.get(f"/cases/{world.case.pk}/").content.decode()


def test_the_list_can_be_narrowed(world, engineer):
    fault, onsite = issued(world), issued(world, "onsite")
    page = engineer.get("/forms/?kind=fault").content.decode()
    assert fault.number in page
    assert onsite.number not in page
    assert onsite.number in engineer.get(f"/forms/?q={onsite.number}").content.decode()
    assert "没有符合条件" in engineer.get("/forms/?q=nothing").content.decode()


def test_the_list_asks_no_question_per_row(world, engineer, django_assert_max_num_queries):
    for _ in range(3):
        issued(world)
    with django_assert_max_num_queries(12):
        engineer.get("/forms/")


def test_verification_is_open_and_tells_nothing_of_the_content(world):
    form = issued(world)
    page = Client().get(f"/verify/{token_of(form.pk)}/").content.decode()
    assert "真实有效" in page
    assert form.number in page
    for secret in ("东门", "王队", "电源", "张敏", "孙岩", world.contract.customer.name):
        assert secret not in page
    draft = actions.correct_form(form.pk, reason="x", actor=world.engineer, now=timezone.now())
    actions.issue_form(draft.pk, actor=world.engineer, now=timezone.now() + timedelta(seconds=1))
    assert "已被更正" in Client().get(f"/verify/{token_of(form.pk)}/").content.decode()


@pytest.mark.parametrize("token", ["1:forged", "x", "99999999999999999999:abc", "%00"])
def test_a_forged_code_is_unknown(db, token):
    answer = Client().get(f"/verify/{token}/")
    assert answer.status_code == 404
    assert "没有这张单据" in answer.content.decode()


def test_templates_are_tried_before_they_are_used(world):
    client = client_of(world.project_manager)
    address = "/forms/templates/fault/zh/"
    assert "customer_signature" in client.get(address).content.decode()
    default = client.get(f"{address}file/").content
    assert default == papers.default_template("fault", "zh")
    answer = client.post(address, {"file": SimpleUploadedFile("x.docx", template("{{ cuase }}"))})
    assert answer.status_code == 422
    assert "cuase" in answer.content.decode()
    client.post(address, {"file": SimpleUploadedFile("我的.docx", template("{{ cause }}"))})
    assert Template.objects.get().name == "我的.docx"
    assert client.get(f"{address}file/").content != default
    client.post(f"{address}reset/")
    assert not Template.objects.exists()
    assert client_of(world.engineer).get(address).status_code == 403


def test_the_heading_is_changed_on_its_page(world):
    client = client_of(world.project_manager)
    logo = SimpleUploadedFile("logo.png", world.png)
    client.post("/forms/templates/letterhead/", {"name": "甲公司", "lines": "南京", "logo": logo})
    own = Letterhead.objects.get()
    assert (own.name, bool(own.logo)) == ("甲公司", True)
    bad = SimpleUploadedFile("logo.png", b"no picture")
    answer = client.post("/forms/templates/letterhead/", {"name": "乙公司", "lines": "", "logo": bad})
    assert answer.status_code == 422
    client.post("/forms/templates/letterhead/", {"name": "乙公司", "lines": "", "no_logo": "on"})
    own.refresh_from_db()
    assert (own.name, own.logo) == ("乙公司", "")


def test_an_unknown_kind_is_not_there(world, engineer):
    assert engineer.get(f"/cases/{world.case.pk}/forms/new/nonsense/").status_code == 404
    stranger = factories.person("project_manager")
    contract_actions.give_access(
        factories.contract("hardware-supply").pk,
        person=stranger,
        role="project_manager",
        actor=None,
        now=world.now,
    )
    form = issued(world)
    for page in ("", "edit/", "sign/", "pdf/", "word/", "refuse/", "paper/"):
        assert client_of(stranger).get(f"/forms/{form.pk}/{page}").status_code in (404, 409)
