"""The workbench of an empty installation says where to begin, and stops once there is a contract."""

import pytest
from django.urls import reverse

from luyue.ledger.wall import Scope, scope
from tests import factories

STEPS = {"admin": ["accounts:add", "drafting:new", "contracts:new", "desk:import"],
         "project_manager": ["drafting:new", "contracts:new", "desk:import"], "operator": []}  # fmt: skip


@pytest.mark.parametrize("role", STEPS)
def test_first_steps_by_what_the_role_may_do(client, db, role):
    client.force_login(factories.person(role))
    shown = [url for _what, _why, url in client.get("/").context["first_steps"]]
    assert shown == [reverse(name) for name in STEPS[role]]
    with scope(Scope.everything()):
        factories.contract(plan=None)
    client.force_login(factories.person("admin"))
    page = client.get("/")
    assert page.context["first_steps"] == [] and "从这里开始" not in page.content.decode()
