"""The firm's heading stands on every paper that a customer gets, whichever app makes it."""

import io
import re
import zipfile

import pytest
from django.test import Client

from luyue.documents import sheets
from luyue.service_forms import actions
from luyue.web.letterhead import firm
from tests import factories
from tests.contract.test_wall_routes import Prey, filled, prey, routes

NAME = "江苏履约示范科技有限公司"
assert prey  # the fixture


def test_the_heading_is_that_of_today(everything: object) -> None:
    assert firm() == sheets.Firm("", [], b"")
    actions.set_letterhead(name=NAME, lines="示例路 1 号\n025-8000", actor=None, now=factories.NOW)
    assert firm() == sheets.Firm(NAME, ["示例路 1 号", "025-8000"], b"")


@pytest.mark.parametrize(
    "route",
    [
        "contracts/<int:contract_id>/staff/",
        "follow-ups/<int:follow_up_id>/",
        "rounds/<int:round_id>/",
        "surveys/<int:campaign_id>/result/",
        "holiday-rosters/<int:roster_id>/",
    ],
)
def test_papers_of_apps_below_have_it_too(prey: Prey, route: str) -> None:
    assert route in {known for known, _ in routes()}, route
    actions.set_letterhead(name=NAME, lines="示例路 1 号", actor=None, now=factories.NOW)
    client = Client()
    client.force_login(factories.person("manager"))
    answer = client.get(filled(route, prey), {"format": "docx"})
    text = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert NAME in re.sub(r"<[^>]+>", "", text)
