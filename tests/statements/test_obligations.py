"""Duties and triggers in the statement: counted where they were due, each with the way to what proves it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.domain.statement import Counts, Key, Period
from luyue.obligations import actions
from luyue.obligations.actions import sweeping
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation
from luyue.statements import obligations, overview
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
APRIL = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def contract() -> Contract:
    made = factories.contract("police-information", delivery_on=date(2026, 1, 1))
    actions.plan_contract(made.pk, now=NOW, since=date(2026, 1, 1))
    return made


def counts(of: Contract, promise: str, period: Period = QUARTER, now: datetime = NOW) -> Counts:
    version = of.bindings.get().plan_version_id
    rows = {row.key: row.counts for row in obligations.statement_of(of.pk, period, now=now).rows}
    return rows[Key(version, promise)]


def test_what_is_due_at_the_end_of_a_day_belongs_to_that_day(contract: Contract) -> None:
    assert counts(contract, "quarterly-check") == Counts(running=1)
    assert counts(contract, "quarterly-check", Period(date(2026, 3, 31), date(2026, 3, 31))).total == 1
    assert counts(contract, "quarterly-check", Period(date(2026, 4, 1), date(2026, 4, 1))).total == 0


def test_every_outcome_is_counted(contract: Contract) -> None:
    one = Obligation.objects.get(contract=contract, promise="quarterly-check", first=date(2026, 1, 1))
    assert counts(contract, "quarterly-check", now=APRIL) == Counts(missed=1)
    sweeping.sweep(APRIL, by_mail=False)
    assert counts(contract, "quarterly-check", now=APRIL) == Counts(missed=1)
    actions.record_done(one.pk, Work(what="补做"), actor=None, at=APRIL, now=APRIL)
    assert counts(contract, "quarterly-check", now=APRIL) == Counts(late=1)
    other = Obligation.objects.get(contract=contract, promise="documents")
    actions.ask_waiver(other.pk, reason="x", agreed_by="王工", actor=None, now=APRIL)
    assert counts(contract, "documents", now=APRIL) == Counts(waived=1)
    training = Obligation.objects.get(contract=contract, promise="training")
    actions.record_done(
        training.pk, Work(what="x", times=2), actor=None, at=NOW - timedelta(days=40), now=APRIL
    )
    assert counts(contract, "training", now=APRIL) == Counts(kept=1)


def test_nothing_is_told_of_another_contract_and_the_overview_adds_up(contract: Contract) -> None:
    other = factories.contract("police-information")
    assert obligations.statement_of(other.pk, QUARTER, now=NOW).totals == Counts()
    mine = obligations.statement_of(contract.pk, QUARTER, now=APRIL).totals
    assert mine.missed and overview.overview(QUARTER, now=APRIL).contracts[contract.pk] == mine
    told = overview.records(contract.pk, APRIL)["quarterly-check"]
    assert told.year.missed == 1


def test_the_way_from_the_statement_to_its_obligations(contract: Contract) -> None:
    manager = factories.person("manager")
    contract_actions.give_access(contract.pk, person=manager, role="manager", actor=None, now=NOW)
    client = Client()
    client.force_login(manager)
    address = f"/contracts/{contract.pk}/statement/?from=2026-01-01&to=2026-03-31"
    page = client.get(address)
    lines = {
        line.row.key.promise: line for _kind, lines, _quiet in page.context["owed_groups"] for line in lines
    }
    line = lines["quarterly-check"]
    shown = client.get(line.url).context["rows"]
    assert len(shown) == line.row.counts.total == 1
    assert client.get(f"{address}&format=json").json()["obligations"]["promises"]
