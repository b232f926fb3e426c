"""Planning on the database: what was shown is what is done, and two who plan at once do not overlook each other."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from luyue.desk.models import Case
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, NotAllowed, NotFound, StaleVersion
from luyue.field import actions, planning
from luyue.field.models import Companion, ServicePoint, WorkOrder
from luyue.field.planning import Request
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories
from tests.field.conftest import member


def request(case, engineer, begin, **facts):
    known = {"kind": "visit", "engineer_id": engineer.pk, "begin": begin, "end": begin + timedelta(hours=1),
             "case_id": case.pk}  # fmt: skip
    return Request(**known | facts)


def test_what_was_shown_is_what_is_done(case, engineer, planner, now):
    wanted = request(case, engineer, now + timedelta(hours=1))
    shown = planning.draft(wanted, now=now).planned
    made = actions.plan_order(wanted, actor=planner, now=now, shown=shown.digest)
    assert (made.engineer, made.planned_from) == (engineer, wanted.begin)
    assert Event.objects.get(kind="work_order.planned").data["engineer_name"] == "孙岩"


def test_a_plan_that_has_changed_meanwhile_is_shown_again(case, engineer, planner, now, contract):
    wanted = request(case, engineer, now + timedelta(hours=1))
    shown = planning.draft(wanted, now=now).planned
    other = factories.case(contract, now)
    actions.plan_order(request(other, engineer, wanted.begin), actor=planner, now=now)
    with pytest.raises(StaleVersion):
        actions.plan_order(wanted, actor=planner, now=now, shown=shown.digest)
    again = planning.draft(wanted, now=now).planned
    assert [one.code for one in again.warnings] == ["overlap"]
    actions.plan_order(wanted, actor=planner, now=now, shown=again.digest)  # seen, and wanted all the same


def test_refusals_are_not_carried_out(case, planner, now):
    stranger = factories.person("engineer")
    with pytest.raises(Conflict):
        actions.plan_order(request(case, stranger, now + timedelta(hours=1)), actor=planner, now=now)
    assert not WorkOrder.objects.exists()


def test_only_planners_plan(case, engineer, now):
    with pytest.raises(NotAllowed):
        actions.plan_order(request(case, engineer, now + timedelta(hours=1)), actor=engineer, now=now)


def test_a_customer_is_not_sent(case, contract, planner, now):
    with pytest.raises(BadInput):
        customer = member(contract, "customer")
        actions.plan_order(request(case, customer, now + timedelta(hours=1)), actor=planner, now=now)


def test_nothing_is_planned_for_a_closed_case(case, engineer, planner, now):
    factories.resolved(case, timedelta(minutes=30))
    with pytest.raises(BadInput) as told:
        actions.plan_order(request(case, engineer, now + timedelta(hours=1)), actor=planner, now=now)
    assert told.value.facts == {"field": "case", "problem": "not_open"}


def test_another_engineer_has_to_accept_anew_another_time_does_not(order, do, plan, contract, now):
    do(order, "accept", 1)
    later = now + timedelta(hours=4)
    moved = plan(order_id=order.pk, begin=later)
    assert moved.state == "accepted" and moved.planned_from == later
    other = member(contract, "engineer")
    moved = plan(order_id=order.pk, begin=later, engineer_id=other.pk)
    assert moved.state == "planned" and moved.accepted_at is None


def test_who_has_set_out_is_not_moved(order, do, plan):
    do(order, "accept", 1)
    do(order, "depart", 2)
    with pytest.raises(Conflict):
        plan(order_id=order.pk)


def test_who_moves_an_older_order_is_told(order, do, plan):
    do(order, "accept", 1)
    with pytest.raises(StaleVersion):
        plan(order_id=order.pk, version=order.version)


def test_companions_come_and_go(plan, contract, now):
    one, two = member(contract, "engineer"), member(contract, "resident")
    order = plan(companions=[one.pk, two.pk])
    assert Companion.objects.filter(order=order).count() == 2
    plan(order_id=order.pk, companions=[two.pk])
    assert [row.person for row in Companion.objects.filter(order=order)] == [two]
    with pytest.raises(BadInput):
        plan(order_id=order.pk, companions=[factories.person("engineer").pk])


def test_who_is_sent_does_not_come_along_as_well(plan, engineer, contract, now):
    with pytest.raises(BadInput) as told:
        plan(companions=[engineer.pk, member(contract, "engineer").pk])
    assert told.value.facts == {"field": "companions", "problem": "sent"}


def test_the_way_from_the_nearest_point_is_kept(plan):
    far = ServicePoint.objects.create(name="远处", latitude=31, longitude=111)
    near = ServicePoint.objects.create(name="近处", latitude=30.1, longitude=110.0)
    order = plan()
    assert order.from_point_id == near.pk != far.pk
    assert order.travel_minutes == 22  # 11.1 km in a line


def test_cancelling_needs_a_reason_and_nobody_on_site(order, do, planner, now):
    with pytest.raises(BadInput):
        actions.cancel_order(order.pk, reason=" ", actor=planner, at=now, now=now)
    do(order, "accept", 1)
    do(order, "depart", 2)
    do(order, "arrive", 12)
    with pytest.raises(IllegalMove):
        actions.cancel_order(order.pk, reason="客户改期", actor=planner, at=now, now=now)


def test_cancelling(order, planner, engineer, now):
    with pytest.raises(NotAllowed):
        actions.cancel_order(order.pk, reason="客户改期", actor=engineer, at=now, now=now)
    assert (
        actions.cancel_order(order.pk, reason="客户改期", actor=planner, at=now, now=now).state == "cancelled"
    )


def test_orders_are_behind_the_wall(order, planner, now):
    with wall.Scope.nothing().entered():
        assert not WorkOrder.objects.exists()
        with pytest.raises(NotFound):
            actions.cancel_order(order.pk, reason="x", actor=planner, at=now, now=now)


def test_points_and_absences(engineer, planner, now):
    point = actions.add_point(name="东城网点", latitude=30, longitude=110, actor=planner, now=now)
    actions.change_point(point.pk, reach_minutes=45, actor=planner, now=now)
    assert Event.objects.get(kind="service_point.changed").data == {"changes": {"reach_minutes": [60, 45]}}
    with pytest.raises(Conflict):
        actions.add_point(name="东城网点", latitude=30, longitude=110, actor=planner, now=now)
    with pytest.raises(BadInput):
        actions.add_point(name="月球", latitude=300, longitude=110, actor=planner, now=now)
    begin = now + timedelta(hours=1)
    away = actions.add_absence(
        engineer.pk,
        starts_at=begin,
        ends_at=begin + timedelta(hours=9),
        reason="请假",
        actor=planner,
        now=now,
    )
    with pytest.raises(BadInput):
        actions.add_absence(
            engineer.pk, starts_at=begin, ends_at=begin, reason="请假", actor=planner, now=now
        )
    actions.remove_absence(away.pk, actor=planner, now=now)
    assert Event.objects.filter(kind__startswith="absence.").count() == 2


def test_of_two_who_plan_the_same_engineer_at_once_the_second_is_told(committing, now):
    with wall.scope(wall.Scope.everything()):
        contract = factories.contract()
        engineer, planner = member(contract, "engineer"), factories.person("operator")
        cases = [factories.case(contract, now) for _ in range(2)]
        wanted = [request(case, engineer, now + timedelta(hours=1)) for case in cases]
        shown = [planning.draft(one, now=now).planned.digest for one in wanted]
    gate, outcome = threading.Barrier(2), []

    def act(index):
        try:
            with wall.scope(wall.Scope.everything()):
                gate.wait(20)
                actions.plan_order(wanted[index], actor=planner, now=now, shown=shown[index])
            outcome.append("done")
        except StaleVersion:
            outcome.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(index,)) for index in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(outcome) == ["done", "told"]
    with wall.scope(wall.Scope.everything()):
        assert WorkOrder.objects.filter(contract=contract).count() == 1
        assert Case.objects.filter(contract=contract, owner=engineer).count() == 1
