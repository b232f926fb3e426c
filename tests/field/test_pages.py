"""The pages of field work, and the one address that acts are sent to."""

import base64
import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue.desk.models import Case
from luyue.devices.models import Site
from luyue.field import actions, faces, jobs, queries
from luyue.field.models import Entry, WorkOrder
from luyue.field.pages import board
from luyue.ledger.models import Event
from luyue.notices.models import Message
from tests import factories
from tests.field.conftest import member, png

pytestmark = pytest.mark.usefixtures("everything")
JSON = {"content_type": "application/json", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def now():
    """Pages live in the present."""
    return timezone.now().replace(microsecond=0)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def phone(engineer):
    return client_of(engineer)


@pytest.fixture
def desk(planner):
    return client_of(planner)


def send(client, order, act, key=None, **body):
    headers = {"HTTP_IDEMPOTENCY_KEY": str(key)} if key else {}
    return client.post(f"/field/orders/{order.pk}/acts/", json.dumps({"act": act} | body), **JSON, **headers)


# --- the address of acts -------------------------------------------------------------------------


def test_an_act_as_json_answers_what_was_done_and_what_is_there_now(phone, order, now):
    at = (now - timedelta(minutes=4)).isoformat()
    key = uuid.uuid4()
    answer = send(phone, order, "accept", key, happened_at=at, position=[30.0, 110.001])
    assert answer.status_code == 200
    told = answer.json()
    assert told["done"]["act"] == "accept" and told["done"]["key"] == str(key)
    assert told["done"]["position"] == [30.0, 110.001] and told["done"]["late"] is False
    assert (told["order"]["state"], told["order"]["next_act"], told["repeated"]) == (
        "accepted",
        "depart",
        False,
    )
    again = send(phone, order, "accept", key, happened_at=at, position=[30.0, 110.001]).json()
    assert again["repeated"] is True and again["done"] == told["done"]
    assert Entry.objects.filter(order=order, act="accept").count() == 1


def test_a_conflict_answers_409_with_what_is_there_now(phone, order):
    answer = send(phone, order, "finish", uuid.uuid4())
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "illegal_move" and told["order"]["state"] == "planned"
    assert Entry.objects.filter(order=order).count() == 1


def test_an_order_that_was_given_to_somebody_else_meanwhile_says_so(phone, order, plan, contract):
    other = member(contract, "engineer", name="赵磊")
    plan(order_id=order.pk, engineer_id=other.pk)
    answer = send(phone, order, "accept", uuid.uuid4())
    assert answer.status_code == 403
    assert answer.json()["order"]["engineer_name"] == "赵磊"


def test_wrong_input_names_the_field_and_changes_nothing(phone, order):
    answer = send(phone, order, "reject", uuid.uuid4(), payload={})
    assert answer.status_code == 422
    assert answer.json()["facts"] == {"field": "reason", "problem": "missing"}
    assert WorkOrder.objects.get(pk=order.pk).state == "planned"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"happened_at": "2026-03-04T10:00:00"}, "happened_at"),  # of no zone
        ({"position": [300, 0]}, "position"),
        ({"position": "here"}, "position"),
        ({"position": [float("1e999"), 0]}, "position"),
        ({"payload": [1]}, "payload"),
        ({"version": "x"}, "version"),
        ({"wrong": 1}, "wrong"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_field(phone, order, body, field):
    answer = send(phone, order, "accept", uuid.uuid4(), **body)
    assert (answer.status_code, answer.json()["facts"]["field"]) == (422, field)


def test_a_mark_is_a_uuid(phone, order):
    assert send(phone, order, "accept", "abc").json()["facts"]["field"] == "key"


def test_photos_come_as_a_form_with_their_moment_and_place(phone, order, do, now):
    do(order, "accept", -30, came=0)
    at = now - timedelta(minutes=25)
    photo = SimpleUploadedFile("a.png", png(), "image/png")
    data = {"act": "log", "payload": json.dumps({"text": "看到的"}), "happened_at": at.isoformat(),
            "position": "30.0,110.0,12", "files": [photo]}  # fmt: skip
    answer = phone.post(
        f"/field/orders/{order.pk}/acts/", data, HTTP_ACCEPT="application/json", HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4())
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert answer.json()["done"]["late"] is True
    [kept] = queries.files_of(order.pk)
    assert (kept.kind, kept.taken_at, kept.latitude) == ("photo", at, 30.0)
    assert Entry.objects.get(order=order, act="log").accuracy == 12


# --- pages ---------------------------------------------------------------------------------------


def test_the_big_button_is_the_next_step(phone, order):
    page = phone.get(f"/field/orders/{order.pk}/").content.decode()
    assert "接单" in page and "geo:30.000000,110.000000" in page and "tel:13800000000" in page
    answer = phone.post(f"/field/orders/{order.pk}/acts/", {"act": "accept"}, follow=True)
    assert answer.redirect_chain == [(f"/field/orders/{order.pk}/", 302)]
    assert "已记录：接单" in answer.content.decode()


def test_what_asks_for_something_opens_its_form(phone, working):
    page = phone.get(f"/field/orders/{working.pk}/").content.decode()
    for act in ("finish", "unsolved", "log", "photo", "part", "correct"):
        assert f'href="/field/orders/{working.pk}/act/{act}/"' in page
        assert phone.get(f"/field/orders/{working.pk}/act/{act}/").status_code == 200


def test_a_form_that_is_wrong_keeps_what_was_typed(phone, working, do):
    data = {"act": "finish", "solved": "yes", "cause": "接头松动", "fix": ""}
    answer = phone.post(f"/field/orders/{working.pk}/acts/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "接头松动" in page and "请写处理办法" in page
    assert WorkOrder.objects.get(pk=working.pk).state == "working"


def test_a_page_that_is_out_of_date_shows_what_is_there(phone, order, do):
    do(order, "accept", 0)
    answer = phone.post(f"/field/orders/{order.pk}/acts/", {"act": "accept"})
    assert answer.status_code == 409
    assert "现在不能“接单”" in answer.content.decode()


def test_the_customer_signs_on_a_page(phone, working, do):
    do(working, "finish", 14, solved="no", came=14)
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    data = {
        "act": "confirm",
        "way": "signed",
        "signature": url,
        "name": "李主任",
        "rating": "4",
        "opinion": "好",
    }
    answer = phone.post(f"/field/orders/{working.pk}/acts/", data, follow=True)
    page = answer.content.decode()
    assert "李主任" in page and "4/5" in page and "内容校验码" in page


@pytest.fixture
def working(plan, do, now):
    """An order whose engineer has been at work for some minutes; its acts are entered a little late."""
    order = plan(begin=now + timedelta(minutes=5))
    for minutes, name in ((-9, "accept"), (-8, "depart"), (-5, "arrive"), (-4, "start")):
        do(order, name, minutes, came=0)
    for item in ("rules", "backup", "found"):
        do(order, "check", -3, check=item, came=0)
    return WorkOrder.objects.get(pk=order.pk)


def test_today_shows_own_orders_only_in_order_of_time(phone, plan, engineer, contract, now):
    late, early = plan(begin=now + timedelta(hours=3)), plan(begin=now + timedelta(hours=1))
    other = member(contract, "engineer")
    hidden = plan(engineer_id=other.pk)
    page = phone.get("/field/").content.decode()
    assert f"/field/orders/{hidden.pk}/" not in page
    assert page.index(f"/field/orders/{early.pk}/") < page.index(f"/field/orders/{late.pk}/")


def test_nothing_to_do_says_so(phone):
    assert "没有任务工单" in phone.get("/field/").content.decode()


def test_a_plan_is_shown_before_it_is_saved(desk, case, engineer, now, plan):
    begin = now + timedelta(hours=1)
    plan(begin=begin)
    typed = {"kind": "visit", "engineer": engineer.pk, "begin": local(begin), "minutes": 60, "case": case.pk}
    shown = desk.post("/dispatch/plan/preview/", typed).content.decode()
    assert "时间重叠" in shown
    digest = shown.partition('name="shown" value="')[2].partition('"')[0]
    answer = desk.post("/dispatch/plan/", typed | {"shown": digest, "back": "board"})
    assert answer.status_code == 302 and answer["Location"].startswith("/dispatch/?day=")
    assert WorkOrder.objects.filter(case=case).count() == 2


def test_without_script_the_plan_is_shown_first(desk, case, engineer, now):
    typed = {"kind": "visit", "engineer": engineer.pk, "begin": local(now + timedelta(hours=1)), "minutes": 60,
             "case": case.pk}  # fmt: skip
    page = desk.post("/dispatch/plan/", typed)
    assert page.status_code == 200 and "会这样安排" in page.content.decode()
    assert not WorkOrder.objects.exists()


def test_a_plan_that_has_changed_is_shown_again(desk, case, engineer, now):
    typed = {"kind": "visit", "engineer": engineer.pk, "begin": local(now + timedelta(hours=1)), "minutes": 60,
             "case": case.pk, "shown": "0" * 32, "tools": "万用表"}  # fmt: skip
    page = desk.post("/dispatch/plan/", typed)
    assert page.status_code == 409 and "万用表" in page.content.decode()
    assert not WorkOrder.objects.exists()


def box_of(page, person):
    """The tick box that has somebody come along."""
    return re.search(rf'<input[^>]*name="companions"[^>]*value="{person.pk}"[^>]*>', page)[0]


def test_who_is_sent_is_not_offered_as_his_own_companion(desk, case, engineer, contract, now, plan):
    other = member(contract, "engineer")
    page = desk.get(f"/dispatch/plan/?case={case.pk}&engineer={engineer.pk}").content.decode()
    assert "disabled" in box_of(page, engineer) and "disabled" not in box_of(page, other)
    typed = {"kind": "visit", "engineer": engineer.pk, "begin": local(now + timedelta(hours=1)), "minutes": 60,
             "case": case.pk, "companions": [engineer.pk, other.pk]}  # fmt: skip
    told = desk.post("/dispatch/plan/", typed)
    page = told.content.decode()
    assert told.status_code == 422 and "工程师本人不能又是同行人" in page
    assert "checked" in box_of(page, other) and "checked" not in box_of(page, engineer)
    assert not WorkOrder.objects.exists()
    # Who came along and is now sent himself comes along no more.
    order = plan(companions=[other.pk])
    page = desk.get(f"/dispatch/plan/?order={order.pk}&engineer={other.pk}").content.decode()
    assert "disabled" in box_of(page, other) and "checked" not in box_of(page, other) and "会这样安排" in page


def local(at):
    return at.astimezone(queries.start_of(at.date()).tzinfo).strftime("%Y-%m-%dT%H:%M")


def test_only_planners_see_the_board(phone, desk):
    assert phone.get("/dispatch/").status_code == 403
    assert desk.get("/dispatch/").status_code == 200


def test_the_board_shows_what_waits_and_what_is_planned(desk, contract, order, now):
    waiting = factories.case(contract, now, onsite=True, title="等人去的请求")
    day = order.planned_from.astimezone(queries.start_of(now.date()).tzinfo).date()
    page = desk.get(f"/dispatch/?day={day}").content.decode()
    assert f'data-case="{waiting.pk}"' in page and f'data-order="{order.pk}"' in page
    assert f'data-case="{order.case_id}"' not in page
    assert desk.get("/dispatch/?day=nonsense").status_code == 200


@pytest.mark.parametrize("path", ["/dispatch/", "/field/orders/?view=all", "/field/", "/cases/{case}/"])
def test_more_orders_cost_no_more_queries(
    path, planner, engineer, plan, case, now, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(engineer if path == "/field/" else planner)
    address = path.format(case=case.pk)
    plan()
    counts = []
    for _ in range(2):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
        for hours in range(2, 8):
            plan(begin=now + timedelta(hours=hours))
    assert counts[0] == counts[1], counts


def test_the_list_filters_and_searches(desk, order, plan):
    remote = plan(kind="remote")
    page = desk.get("/field/orders/?kind=remote").content.decode()
    assert remote.number in page and order.number not in page
    assert order.number in desk.get(f"/field/orders/?q={order.number}").content.decode()
    assert "没有符合条件" in desk.get("/field/orders/?q=WO9999999").content.decode()


def test_reach_shows_the_worst_first_and_one_page_of_all(
    desk, contract, now, monkeypatch, django_assert_num_queries
):
    Site.objects.all().delete()
    point = actions.add_point(
        name="东城网点", latitude=31.0, longitude=110.0, reach_minutes=60, actor=None, now=now
    )
    far = {"近": 31.1, "远": 33.0, "更远": 34.0, "不知": None}
    for name, latitude in far.items():
        Site.objects.create(
            contract=contract, name=name, latitude=latitude, longitude=110.0 if latitude else None
        )

    def shown(address):
        answer = desk.get(address)
        return [(row.site.name, row.way and row.way.name) for row in answer.context["rows"]], answer.context

    monkeypatch.setattr(board, "REACH_PAGE", 3)
    first, page = shown("/dispatch/reach/")
    assert first == [("更远", point.name), ("远", point.name), ("不知", None)]
    assert (page["counts"], page["total"], page["following"]) == (
        {"beyond": 2, "unknown": 1, "within": 1}, 4, 2,
    )  # fmt: skip
    assert shown("/dispatch/reach/?page=2")[0] == [("近", point.name)]
    assert shown("/dispatch/reach/?show=beyond")[0] == first[:2]
    assert shown("/dispatch/reach/?show=within&page=2")[0] == []
    Site.objects.bulk_create(Site(contract=contract, name=f"点位 {n}") for n in range(200))
    with CaptureQueriesContext(connection) as few:
        shown("/dispatch/reach/?show=within")
    with django_assert_num_queries(len(few)):
        assert shown("/dispatch/reach/")[1]["counts"]["unknown"] == 201
    assert "没有查" not in desk.get("/dispatch/reach/").content.decode()


def test_reach_says_how_many_sites_it_did_not_look_at(desk, contract, monkeypatch):
    Site.objects.all().delete()
    Site.objects.bulk_create(Site(contract=contract, name=f"点位 {n}") for n in range(7))
    monkeypatch.setattr(queries, "MOST_SITES", 7)
    assert "没有查" not in desk.get("/dispatch/reach/").content.decode()
    monkeypatch.setattr(queries, "MOST_SITES", 5)
    page = desk.get("/dispatch/reach/").content.decode()
    assert "只查了按合同号排在前面的 5 个，还有 2 个没有查。" in page


def test_points_reach_and_absences(desk, case, engineer, now):
    typed = {"name": "东城网点", "latitude": "31.5", "longitude": "110", "reach_minutes": "60"}
    assert desk.post("/dispatch/points/add/", typed | {"latitude": "91"}).status_code == 422
    assert desk.post("/dispatch/points/add/", typed).status_code == 302
    assert desk.post("/dispatch/points/add/", typed).status_code == 422  # the name is taken
    page = desk.get("/dispatch/reach/").content.decode()
    assert "超过承诺" in page and "东街路口" in page
    begin = now + timedelta(hours=1)
    typed = {"person": engineer.pk, "starts_at": local(begin), "ends_at": local(begin), "reason": "请假"}
    assert desk.post("/dispatch/absences/", typed).status_code == 422
    typed["ends_at"] = local(begin + timedelta(hours=8))
    assert desk.post("/dispatch/absences/", typed).status_code == 302
    assert "请假" in desk.get("/dispatch/absences/").content.decode()
    assert "请假" in desk.post(
        "/dispatch/plan/preview/",
        {"kind": "visit", "engineer": engineer.pk, "begin": local(begin + timedelta(hours=1)), "minutes": 60,
         "case": case.pk},
    ).content.decode()  # fmt: skip


def test_the_cases_page_shows_its_orders_and_the_way_to_plan(desk, order):
    page = desk.get(f"/cases/{order.case_id}/").content.decode()
    assert order.number in page and f"/dispatch/plan/?case={order.case_id}" in page


def test_the_customer_reads_and_does_nothing(order, contract):
    client = client_of(member(contract, "customer"))
    page = client.get(f"/field/orders/{order.pk}/").content.decode()
    assert order.number in page and "field-bar" not in page
    assert client.post(f"/field/orders/{order.pk}/acts/", {"act": "accept"}).status_code == 403
    assert client.get(f"/cases/{order.case_id}/").status_code == 200


# --- who is told ---------------------------------------------------------------------------------


def test_unsolved_tells_the_user_and_the_manager_at_once_and_keeps_it(order, do, contract):
    manager, user = member(contract, "project_manager"), member(contract, "customer")
    for minutes, name in ((-9, "accept"), (-8, "depart"), (-5, "arrive")):
        do(order, name, minutes, came=0)
    from luyue.field.actions import File

    do(order, "unsolved", 0, reason="缺电源", next="先接备用通道", files=[File("a.png", png())])
    event = Event.objects.get(kind="work_order.left_unsolved", subject_id=order.pk)
    waiting = ProcrastinateJob.objects.filter(task_name="field.tell_unsolved", args={"event_id": event.pk})
    assert waiting.count() == 1
    for _ in range(2):  # a job that runs twice tells once
        jobs.tell_unsolved(event.pk)
    told = Message.objects.filter(kind="work_order.left_unsolved")
    assert {one.person for one in told} == {manager, user}
    assert all("缺电源" in one.body and "先接备用通道" in one.body for one in told)
    [kept] = Entry.objects.filter(order=order, act="told")
    assert {one["id"] for one in kept.data["told"]} == {manager.pk, user.pk}


def test_the_crew_hears_of_its_order_and_the_planner_of_one_given_back(order, do, engineer, planner):
    jobs.tell_crew(Event.objects.get(kind="work_order.planned").pk)
    assert Message.objects.get(kind="work_order.planned").person == engineer
    do(order, "reject", 0, reason="在另一处")
    jobs.tell_planner(Event.objects.get(kind="work_order.rejected").pk)
    assert planner in {one.person for one in Message.objects.filter(kind="work_order.rejected")}


def test_the_customer_hears_that_somebody_is_on_the_way(order, do, contract):
    user = member(contract, "customer")
    do(order, "accept", -3, came=0)
    do(order, "depart", -2, came=0)
    jobs.tell_customer(Event.objects.get(kind="work_order.departed").pk)
    message = Message.objects.get(kind="work_order.departed")
    assert message.person == user and "孙岩" in message.body
    assert Case.objects.get(pk=order.case_id).onsite is True
    assert {"depart"} <= actions.ACTS


def test_the_customer_reads_what_is_meant_for_him_alone(plan, do, contract):
    order = plan(instructions="带梯子，别提上次的事", tools=["万用表"])
    for minutes, name in ((-9, "accept"), (-8, "depart"), (-5, "arrive"), (-4, "start")):
        do(order, name, minutes, came=0)
    do(order, "log", 0, text="客户的机柜太乱", position=(39.9, 116.4))
    for item in ("rules", "backup"):
        do(order, "check", 0, check=item)
    do(order, "photo", 0, files=[actions.File("inside.png", png())])
    do(order, "finish", 0, solved=False, note="下次换个人来")
    page = client_of(member(contract, "customer")).get(f"/field/orders/{order.pk}/").content.decode()
    inspector = client_of(member(contract, "inspector")).get(f"/field/orders/{order.pk}/").content.decode()
    for text in (page, inspector):
        assert order.engineer.name in text and 'id="order-record"' in text
        for inner in ("机柜太乱", "换个人来", "别提上次", "万用表", "checks-title"):
            assert inner not in text
    entries = queries.entries_of(order.pk)
    told = [faces.for_customer(one) for one in entries if one.act in faces.FOR_CUSTOMERS]
    assert {one["act"] for one in told} == {"plan", "depart", "arrive", "start", "finish"}
    assert not any(one["text"] or one["position"] for one in told)
    told = client_of(member(contract, "customer")).get(f"/api/v1/work-orders/{order.pk}").json()
    assert told["tools"] == [] and not told["instructions"]
    assert {one["act"] for one in told["entries"]} == {"plan", "depart", "arrive", "start", "finish"}
    photo = next(one for one in queries.files_of(order.pk) if one.kind == "photo")
    assert client_of(member(contract, "customer")).get(f"/files/{photo.pk}/").status_code == 404
    assert client_of(order.engineer).get(f"/files/{photo.pk}/").status_code == 200
