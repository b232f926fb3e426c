"""Pages of rounds: planning, the phone's forms, the report and its papers, checklists."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.rounds import queries, shipped
from luyue.rounds.models import Answer, Checklist, Round, Target
from tests import factories
from tests.field.conftest import member
from tests.rounds.conftest import good


@pytest.fixture
def client_of() -> Callable[..., Client]:
    def log_in(person):
        client = Client()
        client.force_login(person)
        return client

    return log_in


def typed(target, **other):
    """The same answers as a form sends them."""
    return {name.replace("_", "-"): value for name, value in good(target, **other).items()}


def test_the_plan_shows_what_will_be_looked_at(client_of, planner, contract, ups, switch):
    client = client_of(planner)
    page = client.get(f"/rounds/new/?contract={contract.pk}&kind=visit").content.decode()
    assert "机房电源" in page and "前端交换机" in page and "供电和不间断电源" in page
    assert "请先登记设备" in client.get(f"/rounds/new/?contract={contract.pk}&kind=image").content.decode()


def test_a_round_is_planned_by_its_form(client_of, planner, engineer, contract, ups):
    client = client_of(planner)
    form = {
        "contract": contract.pk,
        "kind": "extra",
        "engineer": engineer.pk,
        "begin": "2027-03-04T09:00",
        "minutes": 120,
    }
    refused = client.post("/rounds/new/", form)
    assert refused.status_code == 422 and "临时巡检要写原因" in refused.content.decode()
    assert f'value="{engineer.pk}" selected' in refused.content.decode()
    done = client.post("/rounds/new/", form | {"reason": "雷雨之后"})
    one = Round.objects.get()
    assert done.status_code == 302 and done["Location"] == f"/rounds/{one.pk}/"
    assert one.title == "临时巡检：雷雨之后" and one.order.engineer == engineer


def test_two_are_sent_on_a_round_by_its_form(client_of, planner, engineer, contract, ups):
    second = member(contract, "engineer", name="王强")
    form = {
        "contract": contract.pk, "kind": "visit", "engineer": engineer.pk, "begin": "2027-03-04T09:00", "minutes": 120,
    }  # fmt: skip
    client = client_of(planner)
    assert client.post("/rounds/new/", form | {"companions": [engineer.pk]}).status_code == 422
    client.post("/rounds/new/", form | {"companions": [second.pk]})
    assert [one.person for one in Round.objects.get().order.companions.all()] == [second]


def test_a_customer_is_not_led_where_only_the_provider_goes(client_of, contract):
    customer = client_of(member(contract, "customer"))
    page = customer.get("/rounds/").content.decode()
    assert "/rounds/register/" in page and "/rounds/checklists/" not in page
    assert customer.get("/rounds/checklists/").status_code == 403


def test_the_phone_gets_a_form_for_each_device(client_of, engineer, plan, on_site):
    one = on_site(plan())
    client = client_of(engineer)
    order = client.get(f"/field/orders/{one.order.pk}/").content.decode()
    targets = queries.targets_of(one.pk)
    for target in targets:
        assert f"/field/orders/{one.order.pk}/look/{target.pk}/" in order
    ahead = json.loads(client.get(f"/field/orders/{one.order.pk}/ahead/").content)["pages"]
    assert {f"/field/orders/{one.order.pk}/look/{target.pk}/" for target in targets} <= set(ahead)
    page = client.get(f"/field/orders/{one.order.pk}/look/{targets[0].pk}/")
    assert page.status_code == 200 and 'name="target"' in page.content.decode()


def test_what_was_typed_comes_back_with_what_is_wrong(client_of, engineer, plan, on_site):
    one = on_site(plan())
    client = client_of(engineer)
    target = next(found for found in queries.targets_of(one.pk) if found.checklist.code == "power")
    answers = typed(target, value_load="九十", note_earth="测了两次")
    page = client.post(f"/field/orders/{one.order.pk}/acts/", {"act": "look", **answers})
    text = page.content.decode()
    assert page.status_code == 422
    assert "请填数字" in text and 'value="九十"' in text and 'value="测了两次"' in text
    assert not Answer.objects.exists()
    done = client.post(f"/field/orders/{one.order.pk}/acts/", {"act": "look", **typed(target)})
    assert done.status_code == 302
    assert Target.objects.get(pk=target.pk).result == "ok"


def test_the_report_is_a_page_a_pdf_and_a_word_file(client_of, planner, plan, on_site, do):
    one = on_site(plan())
    for number, target in enumerate(queries.targets_of(one.pk)):
        wrong = {"value_load": "95"} if target.checklist.code == "power" else {}
        do(one, "look", 10 + number, **good(target, **wrong))
    do(one, "finish", 40, assessment="总体平稳", improvements="换电池")
    client = client_of(planner)
    page = client.get(f"/rounds/{one.pk}/").content.decode()
    assert all(word in page for word in ("总体平稳", "换电池", "95 %", "发现的故障", "FW"))
    assert client.get(f"/rounds/{one.pk}/?format=pdf").content.startswith(b"%PDF")
    word = client.get(f"/rounds/{one.pk}/?format=docx").content
    text = zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
    assert all(word in text for word in ("总体平稳", "换电池", "95 %"))
    assert client.get(f"/rounds/{one.pk}/?format=exe").status_code == 422


def test_pages_ask_a_bounded_number_of_questions(
    client_of, planner, plan, contract, site, django_assert_max_num_queries
):
    client = client_of(planner)
    few = plan()
    with django_assert_max_num_queries(60) as before:
        client.get(f"/rounds/{few.pk}/")
    for number in range(20):
        Device.objects.create(
            contract=contract, site=site, kind="switch", name=f"交换机 {number}", serial=f"S-{number}"
        )
    many = plan(begin=few.order.planned_to)
    for path in (f"/rounds/{many.pk}/", f"/field/orders/{many.order.pk}/", "/rounds/"):
        with django_assert_max_num_queries(max(60, len(before))):
            assert client.get(path).status_code == 200


def test_a_checklist_is_read_and_put_in_a_new_version(client_of, planner):
    assert "负载率" in client_of(planner).get("/rounds/checklists/power/").content.decode()
    assert client_of(planner).get("/rounds/checklists/none/").status_code == 404
    client = client_of(factories.person("manager"))
    bad = client.post("/rounds/checklists/power/", {"source": "code: ["})
    assert bad.status_code == 422 and "不是 YAML" in bad.content.decode()
    source = shipped.sources()["power"].replace("high: 80", "high: 60")
    assert client.post("/rounds/checklists/power/", {"source": source}).status_code == 302
    assert Checklist.objects.get(code="power").whole.by_id["load"].high == 60
    assert "≤ 60" in client.get("/rounds/checklists/power/").content.decode()


def test_the_api_plans_and_tells_a_round(client_of, planner, engineer, contract, ups):
    client = client_of(planner)
    body = {"contract": contract.pk, "kind": "visit", "engineer": engineer.pk, "begin": "2027-03-04T01:00:00Z",
            "end": "2027-03-04T03:00:00Z"}  # fmt: skip
    made = client.post("/api/v1/rounds", json.dumps(body), content_type="application/json")
    assert made.status_code == 201, made.content
    told = client.get(f"/api/v1/rounds/{made.json()['id']}").json()
    assert sorted(one["checklist"] for one in told["devices"]) == ["circuit", "power"]
    assert client.get("/api/v1/rounds?kind=visit").json()["rounds"][0]["id"] == told["id"]
    assert client.get("/api/v1/rounds/999999").status_code == 404


def test_the_register_lists_what_was_covered_or_dirty_and_what_became_of_it(
    client_of, planner, plan, on_site, do, switch, now
):
    client = client_of(planner)
    assert "还没有遮挡和清洁的登记" in client.get("/rounds/register/").content.decode()
    one = on_site(plan())
    target = next(row for row in queries.targets_of(one.pk) if row.device == switch)
    do(one, "look", 10, **good(target, item_clean="fail", note_clean="散热孔积尘"))
    with CaptureQueriesContext(connection) as used:
        page = client.get("/rounds/register/").content.decode()
    assert "散热孔积尘" in page and switch.name in page and "待处理" in page and len(used) < 20
    case = Case.objects.get(channel="round")
    assert case.number in page
    assert "没有符合条件的登记" in client.get("/rounds/register/?attested=occlusion").content.decode()
    assert "散热孔积尘" in client.get("/rounds/register/?state=open&q=交换机").content.decode()
    assert "散热孔积尘" in client.get("/rounds/register/?attested=cleaning").content.decode()
    desk.resolve_case(
        case.pk, cause="积尘", fix="清洁", actor=None, at=case.reported_at, now=case.reported_at
    )
    assert "散热孔积尘" in client.get("/rounds/register/?state=done").content.decode()
    assert "散热孔积尘" not in client.get("/rounds/register/?state=open").content.decode()
    file = io.BytesIO(client.get("/rounds/register/?format=xlsx").content)
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert len(rows) == 2 and "散热孔积尘" in rows[1] and "已处理" in rows[1] and case.number in rows[1]
    stranger = client_of(factories.person("engineer"))
    assert "散热孔积尘" not in stranger.get("/rounds/register/").content.decode()


def test_a_firms_own_items_count_in_the_register_by_their_mark(client_of, planner, plan, on_site, do, switch):
    """By the version that was answered: a mark that comes later changes nothing of before."""
    manager = client_of(factories.person("manager"))
    code = next(row.checklist.code for row in queries.targets_of(plan().pk) if row.device == switch)
    source = shipped.sources()[code]

    def put(more: str) -> None:
        text = f"{source.rstrip()}\n  - {{id: lens, zh: 镜头无水渍, en: No stains on the lens{more}}}\n"
        assert manager.post(f"/rounds/checklists/{code}/", {"source": text}).status_code == 302

    def find(what: str) -> None:
        one = on_site(plan())
        target = next(row for row in queries.targets_of(one.pk) if row.device == switch)
        do(one, "look", 10, **good(target, item_lens="flag", note_lens=what))

    put("")
    find("没有记号")
    put(", attests: cleaning")
    find("有水渍")
    page = manager.get(f"/rounds/checklists/{code}/").content.decode()
    assert page.count("有问题时登记：清洁") == 2, "the mark, and the shipped item that means it by its id"
    client = client_of(planner)
    page = client.get("/rounds/register/").content.decode()
    assert "有水渍" in page and "没有记号" not in page
    assert "有水渍" in client.get("/rounds/register/?attested=cleaning").content.decode()
    assert "有水渍" not in client.get("/rounds/register/?attested=occlusion").content.decode()
