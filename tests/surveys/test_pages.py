"""Pages of surveys: run by the supervisor, answered by strangers with the address and by the customer, read by whom."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract, Customer
from luyue.ledger import wall
from luyue.surveys import actions, queries
from luyue.surveys.models import Campaign, Respondent, Response
from tests import factories
from tests.surveys.conftest import GOOD, NOW, campaign, closed_fault

SENT = {f"q-{name}": value for name, value in GOOD.items()}


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def running(contract: Contract, kind: str = "satisfaction") -> Campaign:
    now = timezone.now()
    of = campaign(contract, kind, now=now - timedelta(hours=2))
    return actions.start_campaign(of.pk, actor=None, now=now - timedelta(hours=1))


def first(of: Campaign) -> Respondent:
    return of.respondents.order_by("pk")[0]


# -- strangers -------------------------------------------------------------------------------------------------


def test_a_stranger_with_the_address_answers_and_may_change_his_mind(contract: Contract) -> None:
    one = first(running(contract))
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"/s/{one.token}/")
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    answer = client.post(f"/s/{one.token}/", SENT | {"answered_by": "老王"})
    assert (answer.status_code, answer["Location"]) == (302, f"/s/{one.token}/?thanks")
    client.post(f"/s/{one.token}/", SENT | {"q-overall": "4"})
    assert [row.answers["overall"] for row in queries.versions_of(one.pk)] == [4, 5]
    assert queries.versions_of(one.pk)[1].answered_by == "老王"


def test_what_he_typed_is_not_lost_when_something_is_missing(contract: Contract) -> None:
    one = first(running(contract))
    answer = Client().post(f"/s/{one.token}/", {"q-overall": "4", "q-improve": "电话难打通"})
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "电话难打通" in told
    assert 'href="#q-arrival"' in told
    assert not Response.objects.exists()


@pytest.mark.parametrize("change", ["x", "", "0"])
def test_a_forged_address_opens_nothing(contract: Contract, change: str) -> None:
    token = first(running(contract)).token
    forged = token[:-1] + ("A" if token[-1] != "A" else "B") if change == "x" else change * 32 or "nothing"
    assert Client().get(f"/s/{forged}/").status_code == 404


def test_an_address_ends_with_the_survey(contract: Contract) -> None:
    of = running(contract)
    one = first(of)
    actions.close_campaign(of.pk, actor=None, now=timezone.now())
    client = Client()
    assert client.get(f"/s/{one.token}/").status_code == 410
    assert client.post(f"/s/{one.token}/", SENT).status_code == 410
    assert not Response.objects.exists()


def test_nobody_sends_answers_without_end(contract: Contract) -> None:
    one = first(running(contract))
    client = Client()
    codes = [client.post(f"/s/{one.token}/", SENT).status_code for _ in range(12)]
    assert codes[:10] == [302] * 10
    assert codes[10:] == [429] * 2
    assert one.responses.count() == 10


# -- the customer ----------------------------------------------------------------------------------------------


def test_the_customer_answers_in_the_portal_and_reads_the_result(
    contract: Contract, customer: Person, supervisor: Person
) -> None:
    of = running(contract)
    client = client_of(customer)
    assert of.title in client.get("/surveys/").content.decode()
    assert of.title in client.get("/").content.decode()
    assert client.get(f"/surveys/{of.pk}/result/").status_code == 404
    assert client.post(f"/surveys/{of.pk}/answer/", SENT).status_code == 302
    assert Response.objects.get().way == "portal"
    actions.finish_campaign(of.pk, actor=supervisor, now=timezone.now(), measures="加派接线员")
    page = client.get(f"/surveys/{of.pk}/result/")
    assert "加派接线员" in page.content.decode()
    files = list(page.context["files"])
    assert all(client.get(f"/files/{one.pk}/").status_code == 200 for one in files)
    assert client.get(f"/surveys/{of.pk}/").status_code == 302
    assert client.get("/surveys/calls/").status_code == 403


def test_people_of_a_sub_unit_answer_their_own_and_do_not_read_the_others(
    contract: Contract, unit: Customer, supervisor: Person
) -> None:
    person = factories.person("customer", name="张所长")
    contract_actions.give_access(contract.pk, person=person, role="customer", unit=unit, actor=None, now=NOW)
    of = running(contract)
    client = client_of(person)
    assert client.post(f"/surveys/{of.pk}/answer/", SENT | {"q-improve": "南部的意见"}).status_code == 302
    other = Respondent.objects.get(campaign=of, name="值班室")
    given = actions.Given(answers=GOOD | {"improve": "别人的意见"}, way="link")
    actions.record_answer(other.pk, given, actor=None, at=timezone.now(), now=timezone.now())
    actions.finish_campaign(of.pk, actor=supervisor, now=timezone.now())
    assert client.get(f"/surveys/{of.pk}/result/").status_code == 403
    assert of.title not in client.get("/surveys/").content.decode()
    with wall.Scope.of([contract.pk], units={contract.pk: [unit.pk]}).entered():
        assert [row.answers.get("improve") for row in Response.objects.all()] == ["南部的意见"]
        assert {row.unit_id for row in Respondent.objects.all()} == {unit.pk}


def test_a_customer_with_many_results_costs_no_more_queries(contract: Contract, customer: Person) -> None:
    client = client_of(customer)

    def more(number: int) -> int:
        for _n in range(number):
            made = campaign(contract, "satisfaction", now=timezone.now())
            Campaign.objects.filter(pk=made.pk).update(state="done")
        with CaptureQueriesContext(connection) as queried:
            page = client.get("/surveys/")
        assert page.status_code == 200
        return len(queried)

    more(1)
    assert more(1) == more(3)


# -- the firm --------------------------------------------------------------------------------------------------


def test_the_supervisor_goes_from_draft_to_result(contract: Contract, supervisor: Person) -> None:
    client = client_of(supervisor)
    answer = client.post(
        "/surveys/new/",
        {"contract": contract.pk, "kind": "satisfaction", "first": "2026-01-01", "last": "2026-03-31"},
    )
    of = Campaign.objects.get()
    assert answer["Location"] == f"/surveys/{of.pk}/"
    page = f"/surveys/{of.pk}/"
    client.post(f"{page}add/", {"name": "刘科长", "phone": "137", "unit": contract.customer_id})
    until = (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    client.post(f"{page}start/", {"expires_at": until})
    one = Respondent.objects.get(name="刘科长")
    form = f"/surveys/respondents/{one.pk}/"
    assert "您好" in client.get(form).content.decode()
    client.post(form, {"result": "no_answer", "note": "没人接"})
    one.refresh_from_db()
    assert (one.result, one.tries) == ("no_answer", 1)
    refused = client.post(form, {"result": "answered", "q-overall": "3"})
    assert refused.status_code == 422
    client.post(
        form, SENT | {"result": "answered", "answered_by": "刘科长", "q-overall": "2", "q-improve": "慢"}
    )
    one.refresh_from_db()
    assert (one.result, one.tries) == ("answered", 2)
    assert one.complaint is not None
    for address in (page, f"{page}result/", f"{page}codes.pdf", "/surveys/", "/surveys/calls/"):
        assert client.get(address).status_code == 200, address
    assert client.get(f"{page}result/?format=docx").content[:2] == b"PK"
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{page}result/?format=xlsx").content))
    assert book.sheet_names == ["结果", "各单位", "答卷", "调查对象"]
    assert "刘科长" in str(book.get_sheet_by_name("调查对象").to_python())
    client.post(f"{page}finish/", {"measures": "加派人手"})
    of.refresh_from_db()
    assert (of.state, of.measures) == ("done", "加派人手")
    # Not again.
    assert client.post(f"{page}finish/", {}).status_code == 409


def test_a_scan_is_kept_with_the_paper(contract: Contract, supervisor: Person) -> None:
    one = first(running(contract))
    scan = io.BytesIO(b"\x89PNG\r\n\x1a\n not much")
    scan.name = "问卷.png"
    client = client_of(supervisor)
    form = f"/surveys/respondents/{one.pk}/?way=paper"
    assert client.post(form, SENT | {"scan": scan}).status_code == 302
    page = client.get(f"/surveys/respondents/{one.pk}/").content.decode()
    assert "问卷.png" in page
    assert "黄莉" in page


def test_the_draw_shows_all_that_an_auditor_needs(contract: Contract, supervisor: Person) -> None:
    cases = [closed_fault(contract, NOW + timedelta(hours=n)) for n in range(3)]
    of = actions.start_campaign(campaign(contract, "sample").pk, actor=None, now=NOW)
    client = client_of(supervisor)
    client.post(f"/surveys/{of.pk}/draw/")
    (draw,) = queries.draws_of(of.pk)
    told = client.get(f"/surveys/{of.pk}/").content.decode()
    assert draw.seed in told and draw.fingerprint in told
    assert all(case.number in told for case in cases)
    assert len(draw.drawn) == 1


def test_a_new_version_of_a_question_set(contract: Contract, supervisor: Person) -> None:
    client = client_of(supervisor)
    page = client.get("/surveys/question-sets/opinion/")
    source = page.context["form"].initial["source"].replace("处理结果", "修得怎么样")
    assert client.post("/surveys/question-sets/opinion/", {"source": source}).status_code == 302
    assert "修得怎么样" in client.get("/surveys/question-sets/opinion/").content.decode()
    assert client.post("/surveys/question-sets/opinion/", {"source": "code: ["}).status_code == 422
    engineer = client_of(factories.person("engineer"))
    assert engineer.post("/surveys/question-sets/opinion/", {"source": source}).status_code == 403


def test_lists_ask_as_often_for_many_as_for_few(contract: Contract, supervisor: Person) -> None:
    client = client_of(supervisor)

    def asked(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == 200
        return len(found)

    of = running(contract)
    running(contract, "visits")
    given = actions.Given(answers=GOOD | {"improve": "好"}, way="link")
    actions.record_answer(first(of).pk, given, actor=None, at=timezone.now(), now=timezone.now())
    addresses = ("/surveys/", "/surveys/calls/", f"/surveys/{of.pk}/", f"/surveys/{of.pk}/result/")
    for address in addresses:
        client.get(address)
    few = [asked(address) for address in addresses]
    for number in range(12):
        actions.add_respondent(of.pk, name=f"人{number}", phone=f"13{number}", actor=None, now=timezone.now())
        running(contract, "visits")
    for one in of.respondents.all():
        actions.record_answer(one.pk, given, actor=None, at=timezone.now(), now=timezone.now())
    for number in range(12):
        actions.add_respondent(of.pk, name=f"客{number}", phone=f"15{number}", actor=None, now=timezone.now())
    assert [asked(address) for address in addresses] == few


def test_the_panels_show_where_the_work_is(contract: Contract, supervisor: Person) -> None:
    from tests.surveys.conftest import owed

    duty = owed(contract, "survey.satisfaction")
    of: Any = actions.open_for(duty.pk, now=NOW)
    client = client_of(supervisor)
    for address in (f"/contracts/{contract.pk}/", f"/obligations/{duty.pk}/"):
        assert f"/surveys/{of.pk}/" in client.get(address).content.decode()
