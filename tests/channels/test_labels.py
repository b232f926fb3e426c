"""Labels on devices: what a stranger gets to see, and what becomes of his report."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luyue.channels import tokens
from luyue.channels.actions import labels as actions
from luyue.channels.models import Label, LabelReport
from luyue.channels.pages import strangers
from luyue.contracts import actions as contract_actions
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.devices import actions as devices
from luyue.domain.refusals import NotAllowed
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from tests import factories

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def device(everything):
    of = factories.contract(name="保密合同")
    site = devices.add_site(of.pk, name="北门", actor=None, now=factories.NOW)
    return devices.add_device(
        of.pk, kind="camera", name="北门球机", serial="SN-保密", site=site, actor=None, now=factories.NOW
    )


@pytest.fixture
def label(device):
    return actions.issue_labels([device], actor=None, now=factories.NOW)[0]


def said(**facts):
    return {"key": "k1", "problem": "black", "name": "王工", "phone": "13800000000"} | facts


def send(label, client=None, **facts):
    return (client or Client()).post(f"/r/{label.token}/", said(**facts))


def test_the_page_tells_device_site_and_hotline_and_nothing_else(label, settings):
    settings.LUYUE_HOTLINE = "400-800-1234"
    desk.report_case(
        label.contract_id, title="内部标题", device=label.device, reporter_name="张三", actor=None, at=factories.NOW,
        now=factories.NOW,
    )  # fmt: skip
    page = Client().get(f"/r/{label.token}/")
    told = page.content.decode()
    assert page.status_code == 200
    for word in ("北门球机", "北门", "400-800-1234", "没有图像", "已有人报修"):
        assert word in told
    for word in ("保密合同", "SN-保密", "内部标题", "张三", "FW0"):
        assert word not in told


def test_a_report_makes_a_case_of_the_device(label):
    answer = send(label, text="从早上开始", photo=_file(PNG))
    case = Case.objects.get()
    assert (case.channel, case.device, case.title) == ("label", label.device, "北门球机 没有图像")
    assert case.description == "从早上开始"
    assert (case.reporter_name, case.reporter_phone) == ("王工", "13800000000")
    assert Attachment.objects.get().subject_id == case.pk
    page = Client().get(answer["Location"])
    told = page.content.decode()
    assert case.number in told and "已收到" in told
    assert "王工" not in told and "北门" not in told
    assert Event.objects.filter(kind="label.reported", subject_id=case.pk).count() == 1


def test_the_reporter_watches_the_state(label):
    at = send(label)["Location"]
    case = Case.objects.get()
    factories.resolved(case, timedelta(hours=1))
    assert "已解决" in Client().get(at).content.decode()


def test_the_same_form_sent_twice_is_one_case(label):
    first, second = send(label, photo=_file(PNG)), send(label, photo=_file(PNG))
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == LabelReport.objects.count() == Attachment.objects.count() == 1


def test_who_comes_second_adds_himself(label):
    send(label)
    send(label, key="k2", name="李工", phone="13900000000", text="我这也是", join="1")
    case = Case.objects.get()
    again = Event.objects.get(kind="case.reported_again", subject_id=case.pk).data
    assert (again["reporter_name"], again["reporter_phone"], again["by"]) == ("李工", "13900000000", "label")
    assert "我这也是" in again["note"]
    assert LabelReport.objects.get(form_key="k2").joined


def test_adding_oneself_to_what_is_solved_meanwhile_makes_a_new_case(label):
    send(label)
    factories.resolved(Case.objects.get(), timedelta(hours=1))
    send(label, key="k2", join="1")
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"problem": "", "text": ""},
        {"problem": "other", "text": " "},
        {"problem": "invented"},
        {"name": ""},
        {"phone": "abc"},
        {"phone": ""},
        {"website": "http://spam"},
        {"photo": "no_picture"},
        {"name": "x" * 61},
        {"text": "a\0b"},
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_typed_is_lost(label, facts):
    if facts.get("photo"):
        facts = {"photo": _file(b"<script>")}
    answer = send(label, **facts)
    assert answer.status_code == 422
    assert "ly-errors" in answer.content.decode()
    if "name" not in facts:
        assert "王工" in answer.content.decode()
    assert not Case.objects.exists() and not Attachment.objects.exists()


def test_a_photo_that_is_too_large_is_refused_before_it_is_read(label, monkeypatch):
    monkeypatch.setattr(strangers, "LARGEST_REQUEST", 100)
    assert send(label, photo=_file(PNG * 20)).status_code == 413
    monkeypatch.undo()
    monkeypatch.setattr("luyue.channels.forms.LARGEST_PHOTO", 10)
    assert send(label, photo=_file(PNG * 20)).status_code == 422


def test_one_label_and_one_sender_report_only_so_often(label, device):
    other = devices.add_device(
        label.contract_id, kind="ups", name="电源", serial="2", actor=None, now=factories.NOW
    )
    second = actions.issue_labels([other], actor=None, now=factories.NOW)[0]
    for number in range(strangers.REPORTS_OF_LABEL.most):
        assert send(label, key=f"k{number}").status_code == 302
    refused = send(label, key="one too many")
    assert refused.status_code == 429
    assert "频繁" in refused.content.decode()
    # The other label still takes reports, until the sender has had his share.
    for number in range(strangers.REPORTS_OF_SENDER.most - strangers.REPORTS_OF_LABEL.most - 1):
        assert send(second, key=f"k{number}", problem="beeps").status_code == 302
    assert send(second, key="last", problem="beeps").status_code == 429


def test_refused_forms_count_too(label):
    for _number in range(strangers.REPORTS_OF_LABEL.most):
        assert send(label, name="").status_code == 422
    assert send(label).status_code == 429


@pytest.mark.parametrize(
    "spoil", [str.swapcase, lambda t: t[:-1], lambda t: t[:16] + "A" * 16, lambda _: "1"]
)
def test_a_spoilt_address_opens_nothing(label, spoil):
    assert Client().get(f"/r/{spoil(label.token)}/").status_code == 404
    report = send(label)["Location"].split("/")[-2]
    assert Client().get(f"/r/c/{spoil(report)}/").status_code == 404
    assert Client().get(f"/r/c/{label.token}/").status_code == 404


def test_a_label_does_not_open_another_device(label, device):
    other = devices.add_device(
        label.contract_id, kind="x", name="x", serial="2", actor=None, now=factories.NOW
    )
    token = label.token
    Label.objects.filter(pk=label.pk).update(device=other)  # a row changed by hand
    assert Client().get(f"/r/{token}/").status_code == 404


def test_a_new_label_ends_the_old_one(label, device):
    old = label.token
    new = actions.reissue_label(device, actor=None, now=factories.NOW)
    ended = Client().get(f"/r/{old}/")
    assert ended.status_code == 410
    assert "北门" not in ended.content.decode()
    assert send(label).status_code == 410
    assert Client().get(f"/r/{new.token}/").status_code == 200
    assert not Case.objects.exists()


def test_labels_are_made_once(device):
    first = actions.issue_labels([device], actor=None, now=factories.NOW)
    assert actions.issue_labels([device], actor=None, now=factories.NOW) == first
    assert Event.objects.filter(kind="label.issued").count() == 1


def test_who_may_not_manage_devices_may_not_make_labels(device):
    with pytest.raises(NotAllowed):
        actions.issue_labels([device], actor=factories.person("customer"), now=factories.NOW)


def test_the_list_of_labels_costs_the_same_for_many(label, device):
    person = factories.person("engineer")
    contract_actions.give_access(
        label.contract_id, person=person, role="engineer", actor=None, now=factories.NOW
    )
    client = Client()
    client.force_login(person)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"/contracts/{label.contract_id}/labels/").status_code == 200
        return len(asked)

    cost()
    few = cost()
    for number in range(8):
        devices.add_device(
            label.contract_id, kind="x", name=f"x{number}", serial=f"x{number}", site=device.site, actor=None,
            now=factories.NOW,
        )  # fmt: skip
    assert cost() == few


def test_tokens_are_not_to_be_made_without_the_secret(settings):
    nonce = tokens.new_nonce()
    token = tokens.sealed(nonce, purpose="label", about=1)
    assert len(token) == tokens.NONCE + tokens.SEAL
    assert tokens.fits(token, purpose="label", about=1)
    assert not tokens.fits(token, purpose="watch", about=1)
    settings.SECRET_KEY = "another"
    assert not tokens.fits(token, purpose="label", about=1)


def _file(content, name="现场.png"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def lead(contract_id):
    client = Client()
    person = factories.person("project_manager")
    contract_actions.give_access(contract_id, person=person, role=person.role, actor=None, now=factories.NOW)
    client.force_login(person)
    return client


def test_a_sheet_makes_the_missing_labels_and_prints_all(label, device):
    for number in range(30):
        devices.add_device(
            label.contract_id,
            kind="x",
            name=f"设备{number}",
            serial=f"x{number}",
            actor=None,
            now=factories.NOW,
        )
    client, at = lead(label.contract_id), f"/contracts/{label.contract_id}/labels/sheet/"
    answer = client.post(at, {"which": "all", "layout": "3x8", "used": "2"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert Label.objects.filter(revoked_at=None).count() == 31
    assert Label.objects.get(device=device, revoked_at=None) == label


def test_a_sheet_of_chosen_devices_makes_labels_for_these_only(label, device):
    other = devices.add_device(
        label.contract_id, kind="x", name="x", serial="x", actor=None, now=factories.NOW
    )
    client, at = lead(label.contract_id), f"/contracts/{label.contract_id}/labels/sheet/"
    assert client.post(at, {"which": "chosen", "device": [device.pk, "x"]}).content.startswith(b"%PDF")
    assert not Label.objects.filter(device=other).exists()
    assert client.post(at, {"which": "chosen"}).status_code == 302
    assert client.post(at, {"which": "all", "site": str(device.site_id)}).content.startswith(b"%PDF")
    assert not Label.objects.filter(device=other).exists()
