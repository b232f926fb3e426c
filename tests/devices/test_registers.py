"""Registers as customers keep them: what is taken, what is refused, and that a second time changes nothing."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts.queries import ZONE
from luyue.devices import actions
from luyue.devices.kinds import kind_of
from luyue.devices.models import Device, Site
from luyue.documents.excel import Book
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.registers import columns_of, read_register
from luyue.domain.tables import open_table
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from tests import factories as make

HEAD = "序列号,名称,类别,型号,点位,地址\n"


def register(text: str):
    head, *lines = [line.split(",") for line in text.strip().splitlines()]
    rows = [(i, dict(zip(head, line, strict=False))) for i, line in enumerate(lines, start=2)]
    return read_register(rows, columns_of(head))


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        (",球机,摄像机,,,", "serial", "missing"),
        ("S1,,,,,", "name", "missing"),
        ("8.60001E+14,球机,,,,", "serial", "digits_lost"),
        (f"S1,{'长' * 151},,,,", "name", "too_long"),
        ("S\ufffd1,球机,,,,", "serial", "unreadable"),
    ],
)
def test_rows_that_cannot_be_taken(row, field, problem):
    found = register(HEAD + row + "\nS2,枪机,,,,")
    assert [(one.row, one.field, one.problem) for one in found.faults] == [(2, field, problem)]
    assert [one.serial for one in found.entries] == ["S2"]


def test_a_number_of_more_than_fifteen_digits_has_lost_some():
    cells = {"序列号": 8600012345678901234.0, "名称": "球机"}
    assert read_register([(2, cells)], columns_of(list(cells))).faults[0].problem == "digits_lost"
    cells = {"序列号": 123.0, "名称": "球机"}
    assert read_register([(2, cells)], columns_of(list(cells))).entries[0].serial == "123"


def test_the_same_serial_with_other_facts_is_taken_neither_time_and_a_repeated_row_once():
    found = register(HEAD + "S1,球机,,,东门,\nS2,枪机,,,,\nS2,枪机,,,,\ns1,球机,,,西门,")
    assert [one.serial for one in found.entries] == ["S2"] and found.repeated == 1
    assert [(one.row, one.value) for one in found.faults] == [(2, "S1"), (5, "s1")]


def test_ditto_marks_repeat_the_row_above():
    found = register(HEAD + "S1,球机,摄像机,A,东门,人民路\nS2,〃,同上,〃,同上,〃")
    assert found.entries[1].facts()[1:] == found.entries[0].facts()[1:]


def test_columns_by_their_usual_names_and_missing_ones():
    assert columns_of(["序号", "SN 码", "设备类型", "规格型号", "安装位置（点位）", "经度"]) == {
        "serial": "SN 码", "kind": "设备类型", "model": "规格型号", "longitude": "经度",
    }  # fmt: skip
    for head, problem in ((["名称"], "no_serial"), (["序列号", "型号"], "no_name")):
        with pytest.raises(BadInput) as refused:
            columns_of(head)
        assert refused.value.facts["problem"] == problem


@given(st.lists(st.tuples(st.sampled_from("abAB"), st.sampled_from(["球机", "枪机"])), max_size=12))
def test_what_is_taken_is_what_a_slow_count_takes(rows):
    found = read_register(
        [(i, {"sn": serial, "name": name}) for i, (serial, name) in enumerate(rows, start=2)],
        {"serial": "sn", "name": "name"},
    )
    said: dict[str, set] = {}
    for serial, name in rows:
        said.setdefault(serial.lower(), set()).add((serial, name))
    assert {one.serial.lower() for one in found.entries} == {
        key for key, them in said.items() if len(them) == 1
    }
    assert len(found.entries) + len(found.faults) + found.repeated == len(rows)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("摄像机", "camera"), (" Camera", "camera"), ("球机", "camera"), ("UPS", "ups"), ("不间断电源", "ups"),
        ("电梯", "电梯"),
    ],
)  # fmt: skip
def test_a_kind_is_the_same_whatever_it_is_called(typed, kind):
    assert kind_of(typed) == kind


@pytest.fixture
def contract(db):
    with scope(Scope.everything()):
        of = make.contract(plan=None)
        make.customer(name="门诊部", parent=of.customer)
        return of


def workbook() -> bytes:
    """As customers keep it: a title, merged cells, one site over several rows, a total below."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("清单")
        sheet.merge_range("A1:G1", "甲市医院监控设备清单")
        sheet.write_row(1, 0, ["序号", "安装位置", "设备名称", "设备类型", "规格型号", "SN", "使用单位"])
        sheet.write_row(2, 0, [1, None, "一号球机", "球机", "DS-2", "S1", "门诊部"])
        sheet.write_row(3, 0, [2, None, "二号球机", "摄像机", "DS-2", "S2", None])
        sheet.merge_range("B3:B4", "东门")
        sheet.write_row(4, 0, [3, "机房", "录像机", "NVR", "N-9", 20260001, None])
        sheet.write_row(5, 0, [4, "机房", "别家的", "服务器", "", "S9", "住院部"])
        sheet.write_row(6, 0, ["合计"])
    return file.getvalue()


def upload(client, contract, raw, name="设备.xlsx"):
    return client.post(reverse("devices:import", args=[contract.pk]), {"file": SimpleUploadedFile(name, raw)})


def test_a_workbook_is_looked_at_then_taken_and_a_second_time_changes_nothing(client, contract):
    client.force_login(make.person("manager"))
    page = upload(client, contract, workbook())
    text = page.content.decode()
    assert page.status_code == 200 and "住院部" in text and "还没有写入" in text
    with scope(Scope.everything()):
        assert not Device.objects.exists() and not Site.objects.exists()
    token = page.context["token"]
    for _ in range(2):  # a double click
        assert (
            client.post(reverse("devices:import", args=[contract.pk]), {"looked_at": token}).status_code
            == 302
        )
    with scope(Scope.everything()):
        told = {one.serial: (one.kind, one.site.name) for one in Device.objects.select_related("site")}
        assert told == {
            "S1": ("camera", "东门"), "S2": ("camera", "东门"), "20260001": ("recorder", "机房"),
        }  # fmt: skip
        assert Site.objects.get(name="东门").unit.name == "门诊部"
        assert [one.data["added"] for one in Event.objects.filter(kind="device.imported")] == [3]


def test_the_exported_register_is_taken_back_with_its_corrections(client, contract):
    client.force_login(make.person("manager"))
    with scope(Scope.everything()):
        actions.import_devices(contract.pk, workbook(), actor=None, now=make.NOW)
    raw = client.get(reverse("devices:export", args=[contract.pk])).content
    assert upload(client, contract, raw).context["found"].same == 3
    register_ = open_table(raw)
    rows = [list(row.values()) for _number, row in register_]
    row = next(row for row in rows if row[0] == "S2")
    row[1], row[4] = "南门球机", "南门"
    with Book(ZONE) as book:
        book.table("设备表", [(word, 12) for word in register_.header], rows)
    raw = book.content
    token = upload(client, contract, raw).context["token"]
    client.post(reverse("devices:import", args=[contract.pk]), {"looked_at": token})
    with scope(Scope.everything()):
        changed = Device.objects.select_related("site").get(serial="S2")
        assert (changed.name, changed.site.name, changed.model) == ("南门球机", "南门", "DS-2")
        assert Device.objects.count() == 3


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "空"),
        ("名称,型号\n球机,A\n".encode("gbk"), "缺“序列号”列"),
        ("序列号,型号\nS1,A\n".encode(), "缺“名称”列"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2000), ""),
    ],
)
def test_files_that_are_no_register_are_refused_in_words(client, contract, raw, said):
    client.force_login(make.person("manager"))
    page = upload(client, contract, raw, "x.csv")
    assert page.status_code == 422 and said in page.content.decode()


def test_a_gbk_file_of_twenty_thousand_rows(client, contract):
    client.force_login(make.person("manager"))
    lines = [f"SN{i:06},球机{i},摄像机,DS,点位{i % 500},地址{i % 500}" for i in range(20_000)]
    page = upload(client, contract, (HEAD + "\n".join(lines)).encode("gbk"), "x.csv")
    assert len(page.context["found"].new) == 20_000
    client.post(reverse("devices:import", args=[contract.pk]), {"looked_at": page.context["token"]})
    with scope(Scope.everything()):
        assert (Device.objects.count(), Site.objects.count()) == (20_000, 500)


def test_a_look_at_another_contract_is_not_taken_here(client, contract):
    client.force_login(make.person("manager"))
    token = upload(client, contract, workbook()).context["token"]
    with scope(Scope.everything()):
        other = make.contract(plan=None)
    for wrong in (token, "forged", token[:-2]):
        page = client.post(reverse("devices:import", args=[other.pk]), {"looked_at": wrong})
        assert page.status_code == 404
    with scope(Scope.everything()):
        assert not Device.objects.exists()


def test_a_device_is_corrected_and_one_entered_by_mistake_goes_but_not_one_with_a_case(client, contract):
    client.force_login(make.person("manager"))
    with scope(Scope.everything()):
        actions.import_devices(contract.pk, workbook(), actor=None, now=make.NOW)
        one, used = Device.objects.get(serial="S1"), Device.objects.get(serial="S2")
        make.case(contract, device=used, severity="")
        site = used.site
    facts = {"kind": "交换机", "name": "改名", "serial": "S1-新", "model": "", "site": ""}
    assert client.post(reverse("devices:device", args=[one.pk]), facts).status_code == 302
    taken = facts | {"serial": "S2"}
    assert client.post(reverse("devices:device", args=[one.pk]), taken).status_code == 422
    with scope(Scope.everything()):
        one.refresh_from_db()
        assert (one.kind, one.name, one.serial, one.site_id) == ("switch", "改名", "S1-新", None)
        assert Event.objects.get(kind="device.changed").data["changes"]["serial"] == ["S1", "S1-新"]
        with pytest.raises(IllegalMove):
            actions.remove_site(site.pk, actor=None, now=make.NOW)
    for device in (one, used):
        assert client.post(reverse("devices:remove", args=[device.pk])).status_code == 302
    with scope(Scope.everything()):
        assert set(Device.objects.values_list("serial", flat=True)) == {"S2", "20260001"}
        assert Event.objects.filter(kind="device.removed").count() == 1
    assert client.post(reverse("devices:site", args=[site.pk]), {"name": "东大门"}).status_code == 302
    with scope(Scope.everything()):
        assert Site.objects.get(pk=site.pk).name == "东大门"


def test_a_customer_neither_imports_nor_corrects(client, contract):
    from luyue.contracts import actions as contracts

    person = make.person("customer")
    with scope(Scope.everything()):
        contracts.give_access(contract.pk, person=person, role="customer", actor=None, now=make.NOW)
        actions.import_devices(contract.pk, workbook(), actor=None, now=make.NOW)
        one = Device.objects.first()
    client.force_login(person)
    assert upload(client, contract, workbook()).status_code == 403
    assert client.get(reverse("devices:device", args=[one.pk])).status_code == 403
    assert client.post(reverse("devices:remove", args=[one.pk])).status_code == 403
    assert client.get(reverse("devices:export", args=[contract.pk])).status_code == 200
