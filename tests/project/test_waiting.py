"""Badges of the navigation: what waits for whom, on the real pages."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luyue.domain import rights
from luyue.knowledge import actions as knowledge_actions
from luyue.knowledge.actions import Text
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


def test_all_is_counted_in_one_statement(everything):
    client = Client()
    client.force_login(factories.person("manager"))
    client.get("/waiting/")
    with CaptureQueriesContext(connection) as caught:
        client.get("/waiting/")
    counting = [one["sql"] for one in caught if "count(*)" in one["sql"].lower()]
    assert len(counting) == 1


def test_a_stranger_is_not_told(client):
    assert client.get("/waiting/").status_code in (302, 401)
