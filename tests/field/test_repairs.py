"""A case with an emergency repair ends only when the customer has accepted plan, drawings and equipment list (F-3)."""

import pytest

from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.domain.refusals import Held
from luyue.field import actions, repairs
from luyue.field.actions import File
from luyue.field.models import WorkOrder
from tests.field.conftest import PHOTO, member, png

PAPER = File("方案.pdf", b"%PDF-1.4 plan")
SIGNED = File("sign.png", png(200, 80))


@pytest.fixture
def repair(plan, do):
    """An emergency repair that is finished and solved the fault; only its plan is filed."""
    order = plan(kind="emergency_repair")
    for minutes, name in ((1, "accept"), (2, "depart"), (12, "arrive"), (13, "start")):
        do(order, name, minutes)
    for check in ("rules", "backup"):
        do(order, "check", 13, check=check)
    do(order, "photo", 13, files=[PHOTO])
    do(order, "paper", 14, paper="plan", files=[PAPER])
    do(order, "finish", 40, solved="yes", cause="光缆被挖断", fix="熔接")
    return order


@pytest.fixture
def resolve(case, planner, now):
    from datetime import timedelta

    at = now + timedelta(minutes=100)
    return lambda: desk.resolve_case(case.pk, cause="断", fix="接", actor=planner, at=at, now=at)


def test_the_desk_cannot_solve_it_either_and_is_told_what_is_missing_and_where(repair, resolve, case):
    with pytest.raises(Held) as refused:
        resolve()
    facts = refused.value.facts
    assert facts["missing"] == "drawing,equipment,acceptance" and facts["number"] == repair.number
    assert facts["link"] == f"/field/orders/{repair.pk}/"
    case.refresh_from_db()
    assert case.state == "open"


def test_papers_without_the_customers_word_are_not_enough(repair, do, resolve):
    for paper in ("drawing", "equipment"):
        do(repair, "paper", 45, paper=paper, files=[PAPER])
    do(repair, "refuse", 50, reason="要先看方案")
    with pytest.raises(Held) as refused:
        resolve()
    assert refused.value.facts["missing"] == "acceptance"


def test_the_customers_acceptance_solves_the_case_at_once(repair, do, case, planner, now):
    for paper in ("drawing", "equipment"):
        do(repair, "paper", 45, paper=paper, files=[PAPER])
    do(repair, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    case.refresh_from_db()
    assert case.state == "resolved"
    at = case.resolved_at
    assert desk.close_case(case.pk, actor=planner, at=at, now=at).state == "closed"


def test_a_repair_that_is_called_off_holds_nothing(plan, planner, resolve, now):
    order = plan(kind="emergency_repair")
    with pytest.raises(Held):
        resolve()
    actions.cancel_order(order.pk, reason="不用了", actor=planner, at=now, now=now)
    assert resolve().state == "resolved"


def test_a_case_that_was_solved_before_cannot_be_closed_over_an_open_repair(plan, resolve, planner):
    solved = resolve()
    WorkOrder.objects.filter(pk=plan_on(solved, plan).pk).update(kind="emergency_repair")
    with pytest.raises(Held):
        desk.close_case(solved.pk, actor=planner, at=solved.resolved_at, now=solved.resolved_at)


def plan_on(case, plan):
    """An order that stood on the case before it was solved."""
    Case.objects.filter(pk=case.pk).update(state="open")
    order = plan()
    Case.objects.filter(pk=case.pk).update(state=case.state)
    return order


def test_a_visit_beside_an_open_repair_restores_and_does_not_solve(repair, plan, do, case):
    visit = plan()
    for minutes, name in ((50, "accept"), (51, "depart"), (52, "arrive"), (53, "start")):
        do(visit, name, minutes)
    for check in ("rules", "backup"):
        do(visit, "check", 54, check=check)
    do(visit, "photo", 54, files=[PHOTO])
    do(visit, "finish", 60, solved="yes", cause="接头", fix="重做")
    case.refresh_from_db()
    assert case.state == "open" and WorkOrder.objects.get(pk=visit.pk).state == "finished"


def test_the_second_repair_holds_the_case_when_the_first_is_accepted(repair, plan, do, case):
    second = plan(kind="emergency_repair")
    for paper in ("drawing", "equipment"):
        do(repair, "paper", 45, paper=paper, files=[PAPER])
    do(repair, "confirm", 50, name="王主任", way="signed", files=[SIGNED])
    case.refresh_from_db()
    assert case.state == "open" and repairs.waiting(case.pk).order == second


def test_the_form_says_it_with_the_way_there_and_keeps_what_was_typed(repair, client, planner, case):
    client.force_login(planner)
    address = f"/cases/{case.pk}/act/resolve/"
    case.refresh_from_db()
    facts = {"cause": "电缆老化", "fix": "更换电缆", "version": case.version}
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(address, facts, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "还缺图纸、设备清单、客户签字" in page and "电缆老化" in page
        assert f'href="/field/orders/{repair.pk}/"' in page


def test_programs_are_told_the_same(repair, client, case, contract):
    client.force_login(member(contract, "project_manager"))
    answer = client.post(
        f"/api/v1/cases/{case.pk}/acts/resolve", {"cause": "断", "fix": "接"}, content_type="application/json"
    )
    assert answer.status_code == 409 and answer.json()["code"] == "held"
