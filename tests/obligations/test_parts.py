"""Promises of several parts: what shows one of them ticks that one; the rest is still owed."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk import actions as desk
from luyue.devices import actions as devices
from luyue.domain.statement import Period
from luyue.ledger.models import Event
from luyue.obligations import actions
from luyue.obligations.models import Obligation
from luyue.rounds import actions as rounds
from luyue.rounds.models import Round
from luyue.statements import obligations as statements
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW


def follow(of: Contract) -> None:
    """What the queue does with every event; what that records is followed too."""
    seen: set[int] = set()
    while fresh := [
        one for one in Event.objects.filter(contract_id=of.pk).order_by("pk") if one.pk not in seen
    ]:
        for event in fresh:
            seen.add(event.pk)
            actions.follow_event(event.pk, now=event.recorded_at)


def test_a_solved_fault_tells_the_cause_and_its_report_the_rest() -> None:
    of = factories.contract("police-information", delivery_on=date(2026, 1, 1))
    case = factories.case(of, NOW, severity="")
    at = NOW + timedelta(hours=1)
    desk.resolve_case(case.pk, cause="接头松动", fix="重新压接", actor=None, at=at, now=at)
    follow(of)
    one = Obligation.objects.get(contract=of, promise="explain-cause")
    assert (one.state, [record.items for record in one.records.all()]) == ("in_progress", [["cause"]])
    # The page ticks what is left; the list and the statement say that it was done in part.
    client = Client()
    client.force_login(factories.person("manager"))
    page = client.get(f"/obligations/{one.pk}/").content.decode()
    assert 'value="prevention"' in page and 'value="cause"' not in page
    assert "步骤 1/2" in client.get(f"/obligations/?contract={of.pk}&promise=explain-cause").content.decode()
    assert one.due_at is not None
    over, day = one.due_at + timedelta(days=1), one.due_at.date()
    counted = statements.partly(of.pk, Period(day, day + timedelta(days=1)), over)
    assert {key.promise: number for key, number in counted.items()}["explain-cause"] == 1
    desk.hand_over_report(case.pk, actor=None, at=at, now=at)
    follow(of)
    one.refresh_from_db()
    assert one.state == "done"
    assert [record.items for record in one.records.all()] == [["cause"], ["prevention"]]


def test_what_plans_a_round_is_due_before_it_and_says_so(planned: Round) -> None:
    begin = NOW + timedelta(days=1)
    wanted = rounds.Wanted(
        contract_id=planned.contract_id, kind="visit", engineer_id=planned.order.engineer_id, begin=begin,
        end=begin + timedelta(hours=2),
    )  # fmt: skip
    soon = rounds.plan_round(wanted, actor=None, now=NOW)
    follow(planned.contract)
    one = Obligation.objects.get(promise="round-drafted", subject_id=soon.pk)
    assert (one.state, one.due_at) == ("in_progress", begin)
    client = Client()
    client.force_login(factories.person("manager"))
    page = client.get(f"/obligations/{one.pk}/").content.decode()
    assert "最晚在那之前完成" in page
    # Several acts ask for a reason; each label leads to its own field.
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and {"postpone_reason", "waive_reason"} <= set(ids)


@pytest.fixture
def planned() -> Round:
    of = factories.contract("regional-video", award_on=date(2026, 1, 1), signed_on=date(2026, 1, 1))
    engineer = factories.person("engineer")
    contract_actions.give_access(of.pk, person=engineer, role="engineer", actor=None, now=NOW)
    contract_actions.agree_figure(
        of.pk, promise="round-announced-in-writing", value="3 working days", agreed_by="王处",
        agreed_on=date(2026, 1, 1), actor=None, now=NOW,
    )  # fmt: skip
    devices.add_device(of.pk, kind="camera", name="枪机", serial="C1", actor=None, now=NOW)
    begin = NOW + timedelta(days=14)
    wanted = rounds.Wanted(
        contract_id=of.pk, kind="visit", engineer_id=engineer.pk, begin=begin, end=begin + timedelta(hours=2),
        instructions="逐台看",
    )  # fmt: skip
    return rounds.plan_round(wanted, actor=None, now=NOW)


def test_a_planned_round_is_drafted_and_its_notice_is_due_before_it(planned: Round) -> None:
    follow(planned.contract)
    drafted = Obligation.objects.get(promise="round-drafted")
    assert (drafted.state, drafted.subject_kind, drafted.subject_id) == ("done", "round", planned.pk)
    client = Client()
    client.force_login(factories.person("manager"))
    page = client.get(f"/obligations/{drafted.pk}/").content.decode()
    assert f'href="/rounds/{planned.pk}/"' in page
    notice = Obligation.objects.get(promise="round-announced-in-writing")
    assert planned.order is not None and planned.order.planned_from is not None and notice.due_at is not None
    before = planned.order.planned_from - notice.due_at
    assert timedelta(days=2) < before < timedelta(days=6)
    # Told without a date that was agreed: the rest is still owed.
    rounds.notice_round(planned.pk, to="王处", agreed="", may_stop=False, actor=None, at=NOW, now=NOW)
    follow(planned.contract)
    notice.refresh_from_db()
    assert notice.state == "in_progress"
    later = NOW + timedelta(hours=1)
    rounds.notice_round(planned.pk, to="王处", agreed="上午", may_stop=False, actor=None, at=later, now=later)
    follow(planned.contract)
    notice.refresh_from_db()
    assert notice.state == "done"
