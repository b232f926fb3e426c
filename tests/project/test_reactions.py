"""What follows from the events of a contract that has no plan yet must not fail in the queue, where nobody looks."""

import pytest
from procrastinate.contrib.django import app

from luyue.contracts import actions as contracts
from luyue.ledger.models import Event
from luyue.project.reactions import REACTIONS
from tests import factories


@pytest.mark.usefixtures("everything")
def test_jobs_of_a_contract_without_a_plan():
    of = factories.contract(plan=None)
    contracts.give_access(
        of.pk, person=factories.person("engineer"), role="engineer", actor=None, now=factories.NOW
    )
    factories.case(of, severity="")
    ran = set()
    for event in Event.objects.filter(contract_id=of.pk):
        for name in REACTIONS.get(event.kind, []):
            app.tasks[name](event_id=event.pk)
            ran.add(name)
    assert {"obligations.plan", "measures.plan", "entitlements.plan", "staffing.check"} <= ran
