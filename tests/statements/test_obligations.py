"""Duties and triggers in the statement: counted where they were due, each with the way to what proves it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.plans import running_plan, shipped_plans
from luyue.domain.statement import Counts, Key, Period
from luyue.obligations import actions
from luyue.obligations.actions import sweeping
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation
from luyue.statements import obligations, overview
from luyue.statements.pages import Line
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
    client, address = reader(contract)
    line = owed_lines(client, address)[contract.bindings.get().plan_version_id, "quarterly-check"]
    shown = client.get(line.url).context["rows"]
    assert len(shown) == line.row.counts.total == 1
    assert client.get(f"{address}&format=json").json()["obligations"]["promises"]


@pytest.mark.parametrize("state", ["due", "done"])
def test_what_has_no_agreed_time_is_found_behind_its_figure(contract: Contract, state: str) -> None:
    version = contract.bindings.get().plan_version
    trigger = running_plan(version.pk).plan.triggers[0].id
    happened = {"occurred_at": NOW, "opens_at": NOW - timedelta(days=400), "made_at": NOW, "times": 1}
    one = Obligation.objects.create(
        contract=contract, plan_version=version, kind="trigger", promise=trigger, owe="paper.given", key="event:1",
        state=state, done_at=NOW if state == "done" else None, **happened,
    )  # fmt: skip
    assert counts(contract, trigger) == (Counts(kept=1) if state == "done" else Counts(not_started=1))
    assert list(obligations.instances(contract.pk, QUARTER).filter(due_at=None)) == [one]
    before = Period(date(2025, 1, 1), date(2025, 3, 31))
    assert not obligations.instances(contract.pk, before).filter(due_at=None).exists()
    client, address = reader(contract)
    line = owed_lines(client, address)[version.pk, trigger]
    assert [row.one.pk for row in client.get(line.url).context["rows"]] == [one.pk]


def test_a_figure_leads_to_what_its_own_plan_version_asked_for(contract: Contract) -> None:
    """Also where the contract changed its plan within the period."""
    old = contract.bindings.get().plan_version
    text = shipped_plans()["police-information"].read_bytes()
    new = contract_actions.add_plan_version(text + b"\n# second edition\n", actor=None, now=NOW)
    assert new.pk != old.pk
    contract_actions.bind_plan(contract.pk, version=new, effective_on=date(2026, 2, 15), actor=None, now=NOW)
    actions.plan_contract(contract.pk, now=NOW, since=date(2026, 1, 1))
    client, address = reader(contract)
    lines = owed_lines(client, address)
    assert {version for version, _promise in lines} == {old.pk, new.pk}
    for (version, promise), line in lines.items():
        page = client.get(line.url)
        shown = page.context["rows"]
        assert {(row.one.plan_version_id, row.one.promise) for row in shown} == {(version, promise)}
        assert len(shown) == min(line.row.counts.total, 50) and not page.context["list"].notices


def reader(of: Contract) -> tuple[Client, str]:
    """A manager's browser, and the address of the quarter's statement."""
    manager = factories.person("manager")
    contract_actions.give_access(of.pk, person=manager, role="manager", actor=None, now=NOW)
    client = Client()
    client.force_login(manager)
    return client, f"/contracts/{of.pk}/statement/?from=2026-01-01&to=2026-03-31"


def owed_lines(client: Client, address: str) -> dict[tuple[int, str], Line]:
    """The lines of duties and triggers that have something behind them, by plan version and promise."""
    groups = client.get(address).context["owed_groups"]
    return {
        (line.row.key.version, line.row.key.promise): line
        for _kind, lines, _quiet in groups
        for line in lines
    }
