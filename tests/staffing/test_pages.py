"""Pages of promises of people: the board, a promise, naming, trial, replacement, waiver."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from luyue.notices.models import Message
from luyue.roster.models import Qualification
from luyue.staffing import actions
from luyue.staffing.models import Check, Post
from tests import factories


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def post(contract):
    person = factories.person("engineer", name="孙岩")
    wanted = actions.Wanted(person.pk, date(2026, 1, 1))
    return actions.name_post(contract.pk, "safety-department", wanted, actor=None, now=factories.NOW)


def test_the_board_shows_who_and_what_was_found(contract, manager, post):
    actions.check_contract(contract.pk, now=factories.NOW, since=date(2026, 1, 1))
    page = client_of(manager).get(f"/contracts/{contract.pk}/staffing/").content.decode()
    assert "孙岩" in page and "专设安全管理部" in page and "没有任命" in page


def test_somebody_is_named_by_the_form_and_what_is_wrong_stays(contract, manager):
    person = factories.person("engineer", name="李工")
    client = client_of(manager)
    where = f"/contracts/{contract.pk}/staffing/technical-lead/"
    wrong = client.post(
        where, {"person_id": person.pk, "first": "2026-03-04", "last": "2026-03-01", "note": "北区"}
    )
    assert wrong.status_code == 422 and "结束日不能早于开始日" in wrong.content.decode()
    assert 'value="北区"' in wrong.content.decode() and not Post.objects.exists()
    done = client.post(where, {"person_id": person.pk, "first": "2026-03-04"})
    assert done.status_code == 302 and Post.objects.get().person == person
    again = client.post(where, {"person_id": person.pk, "first": "2026-03-05"})
    assert again.status_code == 422 and "已经在这个岗位上" in again.content.decode()


def test_the_page_of_a_promise_tells_what_is_lacking(contract, manager):
    person = factories.person("engineer", name="孙岩")
    wanted = actions.Wanted(person.pk, date(2026, 1, 1))
    now = datetime(2026, 4, 2, tzinfo=UTC)
    actions.name_post(contract.pk, "project-manager-profile", wanted, actor=None, now=now)
    client = client_of(manager)
    page = client.get(
        f"/contracts/{contract.pk}/staffing/project-manager-profile/?month=2026-03"
    ).content.decode()
    assert "孙岩缺“专科及以上”，自 2026-03-01" in page
    form = {
        "qualification": "1", "kind": "degree", "name": "本科", "needs": ["college-degree", "related-major"],
        "evidence": "毕业证",
    }  # fmt: skip
    assert client.post(f"/people/{person.pk}/staff/", form).status_code == 302
    assert Qualification.objects.get().needs == ["college-degree", "related-major"]
    actions.check_contract(contract.pk, now=now, since=date(2026, 3, 1))
    page = client.get(
        f"/contracts/{contract.pk}/staffing/project-manager-profile/?month=2026-03"
    ).content.decode()
    assert "专科及以上”" not in page and "项目经理证书”" in page


def test_the_customer_demands_somebody_else_and_the_manager_replaces_him(contract, manager, customer, post):
    client = client_of(customer)
    where = f"/staffing/posts/{post.pk}/"
    assert client.post(where, {"act": "demand", "reason": ""}).status_code == 422
    assert client.post(where, {"act": "demand", "reason": "经常找不到人"}).status_code == 302
    assert Message.objects.filter(person=manager, kind="staffing.replacement").count() == 1
    assert client.post(where, {"act": "end", "last": "2026-03-04", "reason": "x"}).status_code == 403
    follower = factories.person("engineer", name="周工")
    wanted = actions.Wanted(follower.pk, date(2026, 3, 10), replaces=post.pk)
    made = actions.name_post(contract.pk, "safety-department", wanted, actor=manager, now=factories.NOW)
    post.refresh_from_db()
    assert made.replaces == post and post.last == date(2026, 3, 9) and post.ended_reason == "经常找不到人"


def test_a_trial_is_assessed_by_the_customer(contract, manager, customer):
    person = factories.person("engineer", name="孙岩")
    wanted = actions.Wanted(person.pk, date(2026, 3, 2))
    post = actions.name_post(contract.pk, "resident-trial-week", wanted, actor=None, now=factories.NOW)
    assert post.trial_until == date(2026, 3, 8)
    answer = client_of(customer).post(
        f"/staffing/posts/{post.pk}/", {"act": "trial", "passed": "0", "note": ""}
    )
    assert answer.status_code == 422
    form = {"act": "trial", "passed": "0", "note": "不会处理常见故障"}
    assert client_of(customer).post(f"/staffing/posts/{post.pk}/", form).status_code == 302
    post.refresh_from_db()
    assert post.trial_result == "failed" and post.trial_by == customer.name
    owed = contract.obligations.filter(owe="replacement.resident")
    assert owed.count() == 1 and Message.objects.filter(kind="staffing.trial", person=manager).exists()


def test_a_missed_month_is_told_once_and_can_be_waived(contract, manager, customer, post):
    actions.end_post(post.pk, last=date(2026, 2, 10), reason="离职", actor=manager, now=factories.NOW)
    told = Message.objects.filter(person=manager, kind="staffing.missed")
    assert told.count() == 1
    actions.check_contract(contract.pk, now=factories.NOW, since=date(2026, 1, 1))
    assert told.count() == 1
    check = Check.objects.get(promise="safety-department", month=date(2026, 2, 1))
    where = f"/staffing/checks/{check.pk}/waiver/"
    assert client_of(customer).post(where, {"act": "agree"}).status_code == 409
    assert client_of(manager).post(where, {"act": "ask", "reason": "项目停工"}).status_code == 302
    assert client_of(manager).post(where, {"act": "agree"}).status_code == 403
    page = client_of(customer).get(f"/contracts/{contract.pk}/staffing/safety-department/?month=2026-02")
    assert "同意豁免" in page.content.decode()
    assert client_of(customer).post(where, {"act": "agree"}).status_code == 302
    check.refresh_from_db()
    assert check.waiver == "agreed" and check.outcome == "waived" and check.waiver_by == customer.name


def test_the_statement_counts_it_with_the_way_to_the_check(contract, manager, post):
    actions.check_contract(contract.pk, now=datetime(2026, 4, 2, tzinfo=UTC), since=date(2026, 3, 1))
    client = client_of(manager)
    where = f"/contracts/{contract.pk}/statement/?from=2026-03-01&to=2026-03-31"
    page = client.get(where).content.decode()
    assert f"/contracts/{contract.pk}/staffing/safety-department/?month=2026-03" in page
    data = client.get(where + "&format=json").json()
    rows = {row["promise"]: row["counts"] for row in data["staffing"]["promises"]}
    assert rows["safety-department"]["kept"] == 1 and rows["quality-manager"]["not_started"] == 1
    assert any(one["promise"] == "safety-department" for one in data["staffing_instances"])
    assert client.get(where + "&format=xlsx").status_code == 200


def test_the_board_asks_as_much_for_many_people_as_for_few(contract, manager, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(manager)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/contracts/{contract.pk}/staffing/")
        return len(asked)

    cost()
    few = cost()
    for _number in range(5):
        person = factories.person("engineer")
        wanted = actions.Wanted(person.pk, date(2026, 1, 1))
        actions.name_post(contract.pk, "technical-group", wanted, actor=None, now=factories.NOW)
    assert cost() == few


def test_what_ends_soon_is_told_to_the_person_and_his_manager(contract, manager, post):
    from luyue.roster.actions import add_certificate

    add_certificate(
        post.person_id, name="低压电工", valid_until=date(2026, 3, 30), actor=None, now=factories.NOW
    )
    add_certificate(
        post.person_id, name="高处作业", valid_until=date(2026, 6, 30), actor=None, now=factories.NOW
    )
    assert actions.tell_expiring(now=factories.NOW) == 2
    assert actions.tell_expiring(now=factories.NOW) == 0
    assert {one.person_id for one in Message.objects.filter(kind="staffing.expiring")} == {
        post.person_id,
        manager.pk,
    }
