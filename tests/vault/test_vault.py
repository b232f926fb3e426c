"""Customer secrets and remote sessions: what is sealed stays sealed, and every look is on record."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound
from luyue.ledger import wall
from luyue.ledger.encryption import Undecipherable
from luyue.ledger.models import Event
from luyue.vault import actions, jobs, sessions
from luyue.vault.models import Grant, Secret, Session, Use
from tests import factories

NOW = factories.NOW
CONTENT = "pa55-Wörter 机密!"


@dataclass(frozen=True)
class House:
    contract: Contract
    lead: Person
    second: Person
    engineer: Person
    customer: Person
    operator: Person
    secret: Secret
    case: Case


@pytest.fixture
def house(everything: wall.Scope) -> House:
    contract = factories.contract("video-integration")
    people = {}
    for name, role in (
        ("lead", "project_manager"), ("second", "project_manager"), ("engineer", "engineer"), ("customer", "customer"),
    ):  # fmt: skip
        people[name] = factories.person(role)
        contract_actions.give_access(contract.pk, person=people[name], role=role, actor=None, now=NOW)
    secret = actions.add_secret(
        contract.pk, name="北门录像机", kind="password", content=CONTENT, actor=people["engineer"], now=NOW
    )
    return House(
        contract,
        operator=factories.person("operator"),
        secret=secret,
        case=factories.case(contract),
        **people,
    )


def look(house: House, secret: Secret | None = None, **facts: Any) -> str:
    known = {"reason": "改时间", "actor": house.engineer, "now": NOW}
    return actions.look((secret or house.secret).pk, **known | facts)


def another(house: House, **facts: Any) -> Secret:
    known = {"name": "另一个", "kind": "key", "content": "other", "actor": house.engineer, "now": NOW}
    return actions.add_secret(house.contract.pk, **known | facts)


# -- sealed ---------------------------------------------------------------------------------------------------


def test_what_is_kept_is_shown_as_it_was_and_the_look_is_on_record(house: House) -> None:
    assert look(house, case_number=house.case.number) == CONTENT
    event = Event.objects.get(kind="secret.looked")
    assert (event.actor_id, event.data["reason"], event.data["case"]) == (
        house.engineer.pk,
        "改时间",
        house.case.pk,
    )


def test_neither_table_nor_ledger_holds_the_secret(house: House) -> None:
    look(house)
    actions.change_secret(house.secret.pk, content=CONTENT + "2", actor=house.engineer, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM vault_secret s")
        stored = cursor.fetchall()
    assert stored
    assert CONTENT not in str(stored)
    told = list(Event.objects.filter(contract_id=house.contract.pk).values("data"))
    assert "pa55" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("where", [0, 12, 40, -1])
def test_a_tampered_text_does_not_open_and_no_look_is_told(house: House, where: int) -> None:
    sealed = Secret.objects.get(pk=house.secret.pk).sealed
    letters = list(sealed)
    letters[where] = "A" if letters[where] != "A" else "B"
    if where == -1:
        letters = letters[:-5]
    Secret.objects.filter(pk=house.secret.pk).update(sealed="".join(letters))
    with pytest.raises(Undecipherable), transaction.atomic():
        look(house)
    assert not Event.objects.filter(kind="secret.looked").exists()


def test_swapped_rows_do_not_open(house: House) -> None:
    other = another(house)
    mine, theirs = (Secret.objects.get(pk=one.pk).sealed for one in (house.secret, other))
    Secret.objects.filter(pk=house.secret.pk).update(sealed=theirs)
    Secret.objects.filter(pk=other.pk).update(sealed=mine)
    for one in (house.secret, other):
        with pytest.raises(Undecipherable), transaction.atomic():
            look(house, one)


def test_an_older_content_put_back_does_not_open(house: House) -> None:
    old = Secret.objects.get(pk=house.secret.pk).sealed
    actions.change_secret(house.secret.pk, content="new", actor=house.engineer, now=NOW)
    Secret.objects.filter(pk=house.secret.pk).update(sealed=old)
    with pytest.raises(Undecipherable), transaction.atomic():
        look(house)


def test_a_row_moved_to_another_contract_does_not_open(house: House) -> None:
    other = factories.contract("hardware-supply")
    contract_actions.give_access(other.pk, person=house.engineer, role="engineer", actor=None, now=NOW)
    Secret.objects.filter(pk=house.secret.pk).update(contract=other)
    with pytest.raises(Undecipherable), transaction.atomic():
        look(house)


def test_another_key_does_not_open_and_a_new_one_after_rekeying_does(house: House, settings: Any) -> None:
    old = settings.LUYUE_SECRETS_KEYS
    settings.LUYUE_SECRETS_KEYS = ["another key"]
    with pytest.raises(Undecipherable), transaction.atomic():
        look(house)
    with pytest.raises(Undecipherable), transaction.atomic():
        actions.rekey(now=NOW)
    settings.LUYUE_SECRETS_KEYS = ["another key", *old]
    before = Secret.objects.get(pk=house.secret.pk).sealed
    assert actions.rekey(now=NOW, only_try=True) == 1
    assert Secret.objects.get(pk=house.secret.pk).sealed == before
    assert actions.rekey(now=NOW) == 1
    settings.LUYUE_SECRETS_KEYS = ["another key"]
    assert look(house) == CONTENT


def test_a_retired_secret_is_wiped(house: House) -> None:
    actions.retire_secret(house.secret.pk, reason="设备报废", actor=house.engineer, now=NOW)
    assert Secret.objects.get(pk=house.secret.pk).sealed == ""
    with pytest.raises(NotFound):
        look(house)


# -- who ------------------------------------------------------------------------------------------------------


def test_desk_customer_and_administrator_cannot_look(house: House) -> None:
    for person in (house.operator, house.customer, factories.person("admin"), factories.person("manager")):
        with pytest.raises(NotAllowed):
            look(house, actor=person)


@pytest.mark.parametrize("facts", [{"reason": " "}, {"case_number": "FW9999999"}, {"case_number": "x"}])
def test_a_look_needs_a_reason_and_a_case_that_is_there(house: House, facts: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        look(house, **facts)
    assert not Event.objects.filter(kind="secret.looked").exists()


def test_a_case_of_another_contract_is_no_reason(house: House) -> None:
    other = factories.case(factories.contract("video-integration"))
    with pytest.raises(BadInput):
        look(house, case_number=other.number)


def test_a_secret_of_two_persons_needs_the_second_for_each_look(house: House) -> None:
    secret = another(house, two_persons=True)
    with pytest.raises(IllegalMove):
        look(house, secret)
    grant = actions.ask_to_look(secret.pk, reason="升级", actor=house.lead, now=NOW)
    with pytest.raises(NotAllowed):
        actions.decide_look(grant.pk, approve=True, actor=house.lead, now=NOW)
    with pytest.raises(NotAllowed):
        actions.decide_look(grant.pk, approve=True, actor=house.engineer, now=NOW)
    actions.decide_look(grant.pk, approve=True, actor=house.second, now=NOW)
    with pytest.raises(IllegalMove):
        look(house, secret)  # the consent is the lead's, not the engineer's
    assert look(house, secret, actor=house.lead, now=NOW + timedelta(minutes=59)) == "other"
    with pytest.raises(IllegalMove):
        look(house, secret, actor=house.lead, now=NOW + timedelta(minutes=59))


def test_a_consent_goes_stale(house: House) -> None:
    secret = another(house, two_persons=True)
    grant = actions.ask_to_look(secret.pk, reason="升级", actor=house.engineer, now=NOW)
    actions.decide_look(grant.pk, approve=True, actor=house.lead, now=NOW)
    with pytest.raises(IllegalMove):
        look(house, secret, now=NOW + timedelta(hours=1))
    jobs.tell_look(Event.objects.get(kind="secret.look_asked").pk)


def test_the_database_knows_that_two_persons_are_two(house: House) -> None:
    secret = another(house, two_persons=True)
    grant = actions.ask_to_look(secret.pk, reason="升级", actor=house.engineer, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(decided_by=house.engineer)


def test_an_engineer_cannot_take_the_second_person_away(house: House) -> None:
    secret = another(house, two_persons=True)
    with pytest.raises(NotAllowed):
        actions.describe_secret(secret.pk, two_persons=False, actor=house.engineer, now=NOW)
    actions.describe_secret(secret.pk, two_persons=False, actor=house.lead, now=NOW)


# -- pages ----------------------------------------------------------------------------------------------------


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def test_the_secret_stands_on_one_page_that_no_browser_keeps(house: House, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    browser = client(house.engineer)
    where = f"/secrets/{house.secret.pk}/"
    shown = browser.post(f"{where}look/", {"reason": "改时间"})
    assert CONTENT in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert shown["Refresh"].startswith("60; url=/secrets/")
    assert browser.post(f"{where}copied/").status_code == 204
    for address in (
        where,
        "/secrets/",
        "/secrets/?q=pa55",
        f"{where}change/",
        f"{where}describe/",
        "/cases/search/?q=pa55",
    ):
        page = browser.get(address)
        assert CONTENT not in page.content.decode(), address
        assert "q=" not in address or "北门录像机" not in page.content.decode(), address
        if address.startswith("/secrets"):
            assert "no-store" in page["Cache-Control"], address
    assert "pa55" not in caplog.text
    assert "复制机密" in browser.get(where).content.decode()
    assert b"pa55" not in browser.get("/secrets/?export=1").content
    assert Event.objects.filter(kind="secret.listed").count() == 1


def test_a_refused_form_does_not_send_the_secret_back(house: House) -> None:
    page = client(house.engineer).post(
        f"/secrets/new/?contract={house.contract.pk}", {"name": "", "kind": "key", "content": "pa55-neu"}
    )
    assert page.status_code == 422
    assert "pa55-neu" not in page.content.decode()


def test_a_copy_without_a_look_is_refused(house: House) -> None:
    assert client(house.engineer).post(f"/secrets/{house.secret.pk}/copied/").status_code == 403


def test_the_customer_sees_who_looked_but_nothing_to_look_with(house: House) -> None:
    look(house)
    page = client(house.customer).get(f"/secrets/{house.secret.pk}/").content.decode()
    assert house.engineer.name in page
    assert "look_reason" not in page
    assert (
        client(house.customer).post(f"/secrets/{house.secret.pk}/look/", {"reason": "x"}).status_code == 403
    )
    assert client(house.operator).get(f"/secrets/{house.secret.pk}/").status_code == 403


def test_lists_cost_the_same_with_many_rows(house: House, django_assert_max_num_queries: Any) -> None:
    for number in range(25):
        another(house, name=f"n{number}")
        ask(house)
    browser = client(house.engineer)
    for path in ("/secrets/", "/sessions/"):
        with django_assert_max_num_queries(12):
            assert browser.get(path).status_code == 200


# -- remote sessions ------------------------------------------------------------------------------------------


def ask(house: House, **facts: Any) -> Session:
    known = {
        "purpose": "改时间服务",
        "tool": "vpn",
        "planned_at": NOW,
        "planned_minutes": 30,
        "actor": house.engineer,
    }
    return sessions.ask_session(house.case.pk, **known | facts, now=NOW)


def test_a_session_from_asking_to_its_end_drives_the_case(house: House) -> None:
    one = ask(house)
    with pytest.raises(IllegalMove):
        sessions.start_session(one.pk, actor=house.engineer, at=NOW, now=NOW)
    sessions.approve_session(one.pk, actor=house.customer, now=NOW)
    sessions.start_session(one.pk, actor=house.engineer, at=NOW, now=NOW)
    assert look(house, session_id=one.pk) == CONTENT
    assert Use.objects.get().session_id == one.pk
    later = NOW + timedelta(minutes=20)
    sessions.attach(
        one.pk,
        content=b"\x89PNG\r\n\x1a\n.",
        name="a.png",
        kind="screenshot",
        actor=house.engineer,
        now=later,
    )
    sessions.end_session(one.pk, done="改了 NTP", solved=False, actor=house.engineer, at=later, now=later)
    kinds = list(
        Event.objects.filter(subject_kind="case", subject_id=house.case.pk).values_list("kind", flat=True)
    )
    assert "case.remote_started" in kinds
    assert "case.remote_failed" in kinds
    page = client(house.engineer).get(f"/sessions/{one.pk}/").content.decode()
    assert "北门录像机" in page
    assert "a.png" in page


def test_consent_for_the_customer_needs_who_how_and_evidence(house: House) -> None:
    one = ask(house)
    for facts in (
        {},
        {"answered_by": "王"},
        {"answered_by": "王", "how": "phone"},
        {"answered_by": "王", "how": "portal"},
    ):
        with pytest.raises(BadInput):
            sessions.approve_session(one.pk, actor=house.engineer, now=NOW, **facts)
    done = sessions.approve_session(
        one.pk, actor=house.engineer, now=NOW, answered_by="王科长", how="phone", note="10:05 电话"
    )
    assert done.state == "approved"


def test_nothing_starts_without_consent_even_in_the_database(house: House) -> None:
    one = ask(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=one.pk).update(state="running", started_at=NOW)


def test_a_refused_session_is_over(house: House) -> None:
    one = ask(house)
    sessions.refuse_session(one.pk, actor=house.customer, now=NOW)
    with pytest.raises(IllegalMove):
        sessions.start_session(one.pk, actor=house.engineer, at=NOW, now=NOW)
    jobs.tell_session(Event.objects.get(kind="session.refused").pk)


def test_a_session_is_asked_for_answered_and_ended_on_its_pages(house: House) -> None:
    engineer, customer = client(house.engineer), client(house.customer)
    assert "申请" in engineer.get(f"/cases/{house.case.pk}/").content.decode()
    facts = {"purpose": "改时间服务", "tool": "vpn", "planned_minutes": "30"}
    where = engineer.post(f"/cases/{house.case.pk}/sessions/new/", facts)["Location"]
    assert customer.post(f"{where}answer/", {"act": "approve"}).status_code == 302
    assert engineer.post(f"{where}start/").status_code == 302
    assert engineer.post(f"{where}end/", {"solved": "yes", "done": ""}).status_code == 422
    assert engineer.post(f"{where}end/", {"solved": "yes", "done": "改好了"}).status_code == 302
    assert Session.objects.get().state == "ended"
    assert "改好了" in customer.get(where).content.decode()
