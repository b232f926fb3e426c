"""A firm with a hotline, a contract that promises 90 %, and the people around it."""

from dataclasses import dataclass
from typing import Any

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.hotline import actions
from luyue.hotline.models import Line
from luyue.ledger import wall
from tests import factories

NOW = factories.NOW
OFFICE = {"kind": "within", "days": "mon-fri", "hours": ["08:30-12:00", "13:30-17:30"], "holidays": "CN"}
CALLER = "13800001111"


@dataclass(frozen=True)
class Firm:
    contract: Contract
    line: Line
    operator: Person
    lead: Person
    engineer: Person
    customer: Person

    def call(self, **facts: Any) -> Any:
        """A call entered by hand, answered unless something else is said."""
        known = {"number": CALLER, "actor": self.operator, "at": NOW, "now": NOW, "line_id": self.line.pk}
        return actions.record_call(**known | facts)


def member(of: Contract, role: str, **facts: Any) -> Person:
    person = factories.person(role, **facts)
    contract_actions.give_access(of.pk, person=person, role=role, actor=None, now=NOW)
    return person


@pytest.fixture
def firm(everything: wall.Scope) -> Firm:
    contract = factories.contract("regional-video")
    line = actions.add_line(
        name="服务热线", number="400-800-1234", hours=OFFICE, short_seconds=5, aliases="8001, queue-1", actor=None,
        now=NOW,
    )  # fmt: skip
    return Firm(
        contract, line, factories.person("operator"), member(contract, "project_manager"),
        member(contract, "engineer"), member(contract, "customer", phone=CALLER, name="王科长"),
    )  # fmt: skip
