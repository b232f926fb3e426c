"""Badges of the navigation: what waits for whom, on the real pages."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luyue.contracts import actions as contract_actions
from luyue.domain import rights
from luyue.field import actions as field_actions
from luyue.knowledge import actions as knowledge_actions
from luyue.knowledge.actions import Text
from luyue.obligations.models import Obligation
from luyue.project.waiting import WAITING
from luyue.web import navigation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(everything):
    """The badges of a new person of a role: place → number, "" for none."""

    def read(role):
        client = Client()
        client.force_login(factories.person(role))
        answer = client.get("/waiting/")
        assert answer.status_code == 200
        found = re.findall(r'id="waits-([\w-]+)"[^>]*>(\d*)', answer.content.decode())
        return dict(found)

    return read


def test_every_line_that_counts_is_a_line():
    known = {work.key for group in navigation.GROUPS for work in group.works}
    assert set(WAITING) <= known


@pytest.mark.parametrize("role", sorted(rights.ROLES))
def test_with_nothing_there_nothing_waits_for_anybody(ask, role):
    badges = ask(role)
    assert set(badges.values()) <= {""}


def test_a_case_without_owner_waits_for_the_desk_and_for_nobody_else(ask):
    factories.case(factories.contract())
    assert ask("operator")["desk"] == "1"
    assert ask("manager")["desk"] == ""
    assert ask("manager")["in-service"] == ""


def test_a_group_carries_the_sum_of_what_waits_in_it(ask):
    author = factories.person("engineer")
    written = [
        knowledge_actions.write_article(
            Text(title, "看不到画面", "重启录像机"), kind="fault", actor=author, now=factories.NOW
        )
        for title in ("录像不全", "画面发黑")
    ]
    before = ask("manager")
    assert before["knowledge"] == before["in-service"] == ""
    for article in written:
        knowledge_actions.submit_article(article.pk, actor=author, now=factories.NOW)
    after = ask("manager")
    assert after["knowledge"] == after["in-service"] == "2"


def test_a_visit_that_was_given_back_waits_for_the_planner_only(ask):
    engineer = factories.person("engineer")
    order = factories.work_order(factories.case(factories.contract()), engineer=engineer)
    client = Client()
    client.force_login(engineer)

    def own():
        return re.search(r'id="waits-field"[^>]*>(\d*)', client.get("/waiting/").content.decode())[1]

    assert (own(), ask("operator")["dispatch"]) == ("1", "")
    told = field_actions.Told("reject", {"reason": "人在外地"})
    field_actions.do_act(order.pk, told, actor=engineer, now=factories.NOW)
    assert (own(), ask("operator")["dispatch"]) == ("", "1")


def test_what_the_customer_owes_waits_for_him_and_not_for_an_inspector(ask):
    contract = factories.contract()
    Obligation.objects.create(
        contract=contract, plan_version=contract.bindings.get().plan_version, kind="trigger", promise="own",
        by="customer", owe="paper.given", key="event:1", opens_at=factories.NOW, due_at=factories.NOW, state="due",
        made_at=factories.NOW,
    )  # fmt: skip
    for role, wanted in (("customer", "1"), ("inspector", "")):
        person = factories.person(role)
        contract_actions.give_access(contract.pk, person=person, role=role, actor=None, now=factories.NOW)
        client = Client()
        client.force_login(person)
        found = re.search(r'id="waits-obligations"[^>]*>(\d*)', client.get("/waiting/").content.decode())
        assert (found[1] if found else "") == wanted, role


def owed(contract, key, days, **facts):
    """An obligation that is due in so many days."""
    due = timezone.now() + timedelta(days=days)
    return Obligation.objects.create(
        contract=contract, plan_version=contract.bindings.get().plan_version, kind="duty", promise="own",
        owe="paper.given", key=key, opens_at=due - timedelta(days=40), due_at=due, made_at=factories.NOW,
        **{"state": "due", "by": "provider"} | facts,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["engineer", "customer"])
def test_the_number_of_obligations_leads_to_just_those(everything, role):
    contract = factories.contract()
    person, other = factories.person(role), factories.person("engineer")
    contract_actions.give_access(contract.pk, person=person, role=role, actor=None, now=factories.NOW)
    whose = {"by": "customer"} if role == "customer" else {"person": person}
    counted = [
        owed(contract, "event:1", -3, state="missed", **whose), owed(contract, "event:2", 2, **whose),
        owed(contract, "event:3", 6, **whose),
    ]  # fmt: skip
    if role == "customer":
        counted.append(owed(contract, "event:4", 20, waiver="asked"))
    owed(contract, "event:5", 20, **whose)
    owed(contract, "event:6", 2, **whose | {"state": "done"})
    owed(contract, "event:7", 2, person=other)
    client = Client()
    client.force_login(person)
    (number,) = re.findall(r'id="waits-obligations"[^>]*>(\d*)', client.get("/waiting/").content.decode())
    page = client.get("/obligations/", follow=True)
    assert [row.one.pk for row in page.context["rows"]] == [one.pk for one in counted]
    (tab,) = [tab for tab in page.context["tabs"] if tab["current"]]
    assert (tab["name"], str(tab["count"]), number) == ("to_do", str(len(counted)), str(len(counted)))
    Obligation.objects.filter(pk__in=[one.pk for one in counted]).delete()
    assert client.get("/obligations/").status_code == 200  # nothing waits: the list as it was


@pytest.mark.parametrize("role", ["manager", "engineer", "customer"])
def test_all_is_counted_in_one_statement(everything, role):
    client = Client()
    client.force_login(factories.person(role))
    client.get("/waiting/")
    with CaptureQueriesContext(connection) as caught:
        client.get("/waiting/")
    asked = [one["sql"] for one in caught if one["sql"].startswith("SELECT")]
    counting = [one for one in asked if "count(*)" in one.lower()]
    assert len(counting) == 1
    tables = ("desk_", "field_", "obligations_", "reports_", "contracts_contract", "surveys_", "training_")
    assert [
        one for one in asked if one not in counting and any(f'FROM "{name}' in one for name in tables)
    ] == []


def test_a_stranger_is_not_told(client):
    assert client.get("/waiting/").status_code in (302, 401)
