"""Pages of knowledge, as people use them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luyue.knowledge import actions
from luyue.knowledge.models import Article
from tests import factories
from tests.factories import NOW
from tests.knowledge.test_actions import TEXT, published

FORM = {
    "title": "硬盘报错",
    "kind": "fault",
    "symptom": "告警灯亮",
    "remedy": "换盘",
    "cause": "",
    "prevention": "",
}


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(factories.person(role))
    return client


def test_from_draft_to_published_by_two_people(everything):
    writer, chief = client_of("engineer"), client_of("supervisor")
    answer = writer.post("/articles/new/", FORM | {"submit": "1", "device_kinds": "recorder、server"})
    made = Article.objects.get()
    assert answer.url == f"/articles/{made.pk}/"
    assert made.device_kinds == ["recorder", "server"]
    assert "通过并发布" not in writer.get(answer.url).content.decode()
    assert "通过并发布" in chief.get(answer.url).content.decode()
    assert "待审核 1" in chief.get("/articles/").content.decode()
    chief.post(f"/articles/{made.pk}/do/approve/")
    assert Article.objects.get().state == "published"


def test_a_bad_form_keeps_what_was_typed(everything):
    answer = client_of("engineer").post("/articles/new/", FORM | {"remedy": "", "submit": "1"})
    assert answer.status_code == 422
    assert "告警灯亮" in answer.content.decode()


def test_a_solved_case_fills_the_form(everything):
    from datetime import timedelta

    case = factories.resolved(factories.case(factories.contract()), timedelta(hours=1))
    page = client_of("operator").get(f"/articles/new/?case={case.pk}").content.decode()
    assert "接头松动" in page and "重新压接" in page


def test_typing_a_report_brings_articles(everything):
    made = published()
    page = client_of("operator").get("/articles/suggest/", {"title": "东门球机云台不动"}).content.decode()
    assert made.number in page
    assert client_of("operator").get("/articles/suggest/", {"title": ""}).content.strip() == b""


def test_the_case_page_offers_and_marks_articles(everything):
    made = published()
    case = factories.case(factories.contract(), title="球机云台不转了")
    client = client_of("operator")
    assert made.title in client.get(f"/cases/{case.pk}/").content.decode()
    answer = client.post(f"/cases/{case.pk}/articles/{made.pk}/", headers={"HX-Request": "true"})
    assert "用上了" in answer.content.decode()
    client.post(f"/cases/{case.pk}/articles/{made.pk}/", {"undo": "1"})
    assert Article.objects.get().used == 0


def test_customers_read_what_is_meant_for_them_and_change_nothing(everything):
    ours, theirs = published(), published(TEXT, for_customers=True)
    client = client_of("customer")
    page = client.get("/articles/").content.decode()
    assert theirs.number in page and ours.number not in page
    assert client.get(f"/articles/{ours.pk}/").status_code == 404
    assert client.get("/articles/new/").status_code == 403
    assert client.post(f"/articles/{theirs.pk}/do/withdraw/", {"reason": "x"}).status_code == 403


def test_what_changed_in_a_version_is_shown(everything):
    made = published()
    from luyue.knowledge.actions import Text

    actions.write_article(
        Text("球机云台不转", "控制云台无反应", "先查限位"),
        kind="fault",
        article_id=made.pk,
        actor=None,
        now=NOW,
    )
    page = client_of("engineer").get(f"/articles/{made.pk}/?v=2").content.decode()
    assert "+ 先查限位" in page and "− 断电一分钟再上电" in page
    assert client_of("engineer").get(f"/articles/{made.pk}/?v=9").status_code == 404


@pytest.mark.parametrize("q", ["云台", "ZS", "没有这个词", "'); DROP", "\x00"])
def test_searching_never_fails(everything, q):
    published()
    assert client_of("operator").get("/articles/", {"q": q}).status_code == 200


def test_the_list_asks_as_often_for_many_as_for_few(everything):
    client = client_of("operator")
    published()
    client.get("/articles/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/articles/")
    for number in range(12):
        published(TEXT, contract_id=factories.contract().pk if number % 3 == 0 else None)
    with CaptureQueriesContext(connection) as many:
        client.get("/articles/")
    assert len(many) == len(few)
