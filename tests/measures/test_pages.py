"""The pages of quotas: what they show, who sees them, how many queries they take."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.devices.models import Device
from luyue.measures import actions
from luyue.measures.actions.readings import Given
from luyue.measures.models import Exclusion, Reading, ReadingFile, Turn
from tests import factories
from tests.contract.test_english_pages import chinese_in
from tests.measures.conftest import MARCH, NOW, local


@pytest.fixture
def measured(video: Contract, camera: Device, recorder: Device) -> Contract:
    """March is over, and one lens was covered."""
    given = Given(date(2026, 3, 10), value=1.0, device=camera.pk, note="树枝")
    actions.enter_reading(video.pk, measure="image.covered", given=given, actor=None, now=local(12))
    factories.case(video, local(5, 9), device=camera, severity="fault")
    actions.reckon_contract(video.pk, now=NOW, since=MARCH, by_mail=False)
    return video


def turn_of(of: Contract, promise: str) -> Turn:
    return Turn.objects.get(contract=of, promise=promise, first=MARCH)


def as_(person: Person, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def test_the_list_shows_how_quotas_stand(measured: Contract, lead: Person) -> None:
    client = as_(lead)
    page = client.get("/quotas/", {"view": "bad"}).content.decode()
    assert "没有镜头被遮挡" in page and "未达到" in page and "录像完整连续" not in page
    every = client.get("/quotas/", {"view": "all", "contract": str(measured.pk)}).content.decode()
    assert "录像完整连续" in every and f"/quotas/contract/{measured.pk}/reading/" in every
    assert "没有符合条件的指标" in client.get("/quotas/", {"q": "没有这个词"}).content.decode()


def test_the_list_takes_as_many_queries_for_one_as_for_many(
    measured: Contract, lead: Person, django_assert_max_num_queries: Any
) -> None:
    client = as_(lead)
    client.get("/quotas/?view=all")
    with django_assert_max_num_queries(22):
        client.get("/quotas/?view=all")


def test_one_quota_shows_its_subjects_the_worst_first_and_as_a_file(
    measured: Contract, lead: Person, site: Any
) -> None:
    for number in range(3):
        Device.objects.create(
            contract=measured, site=site, kind="camera", name=f"枪机{number}", serial=f"D{number}"
        )
    actions.reckon_contract(measured.pk, now=NOW, by_mail=False)
    row = turn_of(measured, "lens-free")
    client = as_(lead)
    page = client.get(f"/quotas/{row.pk}/").content.decode()
    assert page.index("东街枪机") < page.index("枪机1") and "复核并冻结" in page
    few = client.get(f"/quotas/{row.pk}/", {"state": "no_data", "q": "枪机1"}).content.decode()
    assert "枪机1" in few and "枪机2" not in few
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"/quotas/{row.pk}/", {"format": "xlsx"}).content)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[2][0] == "东街枪机" and rows[2][3] == 1 and len(rows) == 6


def test_a_measurement_says_how_it_was_reckoned_in_both_languages(measured: Contract, lead: Person) -> None:
    one = turn_of(measured, "every-channel").measurements.get()
    page = as_(lead).get(f"/quotas/measurements/{one.pk}/").content.decode()
    assert "停用" in page and "来自 1 件故障" in page and "可用率 = 1" in page
    english = as_(lead, "en").get(f"/quotas/measurements/{one.pk}/").content.decode()
    assert "from 1 faults" in english
    own = ("东街", measured.name, measured.customer.name, "周敏")
    assert [text for text in chinese_in(english) if not any(word in text for word in own)] == []


def test_a_reading_is_entered_and_struck_on_the_pages(
    measured: Contract, camera: Device, lead: Person
) -> None:
    client = as_(lead)
    today = local_day(timezone.now())
    address = f"/quotas/contract/{measured.pk}/reading/"
    assert "录像保存天数" in client.get(address).content.decode()
    form = {
        "measure": "recording.days_kept",
        "device": str(camera.pk),
        "day": today.isoformat(),
        "value": "61",
    }
    proof = SimpleUploadedFile("截图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    assert client.post(address, form | {"file": proof}).status_code == 302
    reading = Reading.objects.get(measure="recording.days_kept")
    assert (reading.value, reading.by) == (61.0, lead)
    refused = client.post(address, form | {"value": ""})
    assert refused.status_code == 422 and "填数值，或填分子和分母。" in refused.content.decode()
    client.post(f"/quotas/readings/{reading.pk}/strike/", {"reason": "看错机器"})
    reading.refresh_from_db()
    assert reading.struck_why == "看错机器"


def test_time_is_left_out_and_counted_again_on_the_page(
    measured: Contract, camera: Device, lead: Person
) -> None:
    client = as_(lead)
    address = f"/quotas/contract/{measured.pk}/exclusions/"
    form = {
        "about": f"device-{camera.pk}", "starts_at": "2026-03-05T08:00", "ends_at": "2026-03-31T23:00",
        "reason": "power", "note": "片区停电",
    }  # fmt: skip
    bad = client.post(address, form | {"ends_at": "2026-03-04T08:00"})
    assert (
        bad.status_code == 422
        and "结束要晚于开始。" in bad.content.decode()
        and "片区停电" in bad.content.decode()
    )
    assert client.post(address, form).status_code == 302
    made = Exclusion.objects.get()
    assert (made.device, made.by) == (camera, lead)
    assert "片区停电" in client.get(address).content.decode()
    client.post(f"/quotas/exclusions/{made.pk}/strike/", {"reason": "记错"})
    made.refresh_from_db()
    assert made.struck_why == "记错"


def test_a_period_is_reviewed_and_corrected_on_its_page(
    measured: Contract, camera: Device, lead: Person
) -> None:
    client = as_(lead)
    row = turn_of(measured, "lens-free")
    client.post(f"/quotas/{row.pk}/act/review/")
    row.refresh_from_db()
    assert row.reviewed_by == "周敏"
    said = client.post(f"/quotas/{row.pk}/act/correct/", {"reason": "核对"}, follow=True).content.decode()
    assert "重算后没有变化。" in said


def test_a_file_goes_from_upload_over_preview_to_result(measured: Contract, lead: Person) -> None:
    client = as_(lead)
    text = "序列号,日期,剩余空间\nR1,2026-03-12,5.5\nR7,2026-03-12,5.5\n"
    file = SimpleUploadedFile("disk.csv", text.encode())
    sent = client.post(
        f"/quotas/contract/{measured.pk}/import/", {"measure": "storage.free", "file": file}, follow=True
    )
    page = sent.content.decode()
    assert "录像机一" in page and "合同里没有这个序列号或名称的设备：R7" in page
    made = ReadingFile.objects.get()
    columns = {"act": "import", "device": "序列号", "day": "日期", "value": "剩余空间"}
    done = client.post(f"/quotas/files/{made.pk}/", columns, follow=True).content.decode()
    assert "已导入" in done and "R7" in done
    assert Reading.objects.filter(measure="storage.free", source="import").count() == 1


def test_the_customer_reads_his_quotas_and_answers_a_waiver(
    measured: Contract, lead: Person, customer: Person
) -> None:
    row = turn_of(measured, "lens-free")
    one = row.measurements.get()
    client = as_(customer)
    page = client.get(f"/quotas/{row.pk}/").content.decode()
    assert "没有镜头被遮挡" in page and "复核并冻结" not in page and "录入读数" not in page
    assert client.get(f"/quotas/contract/{measured.pk}/reading/").status_code == 403
    assert "指标" in client.get(f"/contracts/{measured.pk}/").content.decode()
    as_(lead).post(f"/quotas/measurements/{one.pk}/waive/", {"reason": "市政未批修剪"})
    asked = row.measurements.get(current=True)
    assert "市政未批修剪" in client.get("/").content.decode()
    client.post(f"/quotas/measurements/{asked.pk}/answer/", {"agree": "yes"})
    row.refresh_from_db()
    assert row.state == "waived"
    stranger = factories.person("customer")
    assert as_(stranger).get(f"/quotas/{row.pk}/").status_code == 404


def test_parts_are_agreed_one_by_one(measured: Contract, lead: Person) -> None:
    client = as_(lead)
    address = f"/quotas/contract/{measured.pk}/parts/"
    form = {"promise": "wearing-parts", "part": "电源模块", "figure": "3", "agreed_by": "王处",
            "agreed_on": local_day(timezone.now()).isoformat()}  # fmt: skip
    assert client.post(address, form).status_code == 302
    assert client.post(address, form | {"figure": "4"}).status_code == 302
    page = client.get(address).content.decode()
    assert "电源模块" in page and "已改" in page
    ahead = (local_day(timezone.now()) + timedelta(days=2)).isoformat()
    assert client.post(address, form | {"agreed_on": ahead}).status_code == 422


def test_the_statement_lists_every_quota_with_the_way_to_its_periods(
    measured: Contract, lead: Person
) -> None:
    client = as_(lead)
    where = {"from": "2026-03-01", "to": "2026-03-31"}
    row = turn_of(measured, "lens-free")
    page = client.get(f"/contracts/{measured.pk}/statement/", where).content.decode()
    assert f'href="/quotas/{row.pk}/"' in page and "无数据" in page
    told = client.get(f"/contracts/{measured.pk}/statement/", where | {"format": "json"}).json()
    by_id = {one["promise"]: one for one in told["quotas"]}
    assert by_id["lens-free"]["counts"]["missed"] == 1 and by_id["free-disk"]["counts"]["no_data"] == 1
    assert by_id["free-disk"]["counts"]["kept"] == 0
    behind = [one for one in told["quota_instances"] if one["promise"] == "lens-free"]
    assert behind[0]["value"] == 1 and behind[0]["subject"] == "东街枪机 C1"
    file = client.get(f"/contracts/{measured.pk}/statement/", where | {"format": "xlsx"}).content
    assert {"指标", "指标明细"} <= set(CalamineWorkbook.from_filelike(io.BytesIO(file)).sheet_names)


def test_a_probe_sends_readings_and_is_told_of_each(measured: Contract, lead: Person) -> None:
    client = as_(lead)
    body = {
        "contract": measured.pk, "measure": "recording.gaps",
        "readings": [
            {"day": "2026-03-12", "device": "C1", "value": 0}, {"day": "2026-03-12", "device": "X", "value": 0},
            {"day": "2026-03-13", "device": "C1", "numerator": 1},
        ],
    }  # fmt: skip
    from luyue.accounts import actions as accounts

    _token, word = accounts.issue_token(lead.pk, name="probe", actor=None, now=timezone.now())
    probe = Client(headers={"Authorization": f"Bearer {word}"})
    answer = probe.post("/api/v1/quotas/readings", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["outcomes"] == ["added", "bad", "bad"]
    again = probe.post("/api/v1/quotas/readings", body, content_type="application/json").json()
    assert again["outcomes"] == ["unchanged", "bad", "bad"]
    listed = probe.get("/api/v1/quotas", {"contract": measured.pk, "promise": "lens-free"}).json()["quotas"]
    assert {one["standing"] for one in listed} >= {"missed"}
    first = next(one for one in listed if one["first"] == "2026-03-01")
    rows = probe.get(f"/api/v1/quotas/{first['id']}/measurements").json()["measurements"]
    assert rows[0]["value"] == 1
    assert client.get("/quotas/").status_code == 200
