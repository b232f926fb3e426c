"""A round from the plan to the customer's signature: what it looks at, what it finds, how it ends."""

import base64
import uuid
from datetime import timedelta

import pytest

from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, NotAllowed, NotFound
from luyue.field import jobs
from luyue.field.models import Confirmation, WorkOrder
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.obligations import actions as obligations
from luyue.obligations.models import Obligation, Record
from luyue.rounds import actions, keeping, queries, shipped
from luyue.rounds import jobs as jobs_of_rounds
from luyue.rounds.models import Answer, Checklist, Finding, Round, Target
from luyue.service_forms.models import ServiceForm
from tests import factories
from tests.field.conftest import PHOTO, member, png
from tests.rounds.conftest import good

SIGNED = "data:image/png;base64," + base64.b64encode(png()).decode()


def device(of: Round, kind: str) -> Target:
    return next(one for one in queries.targets_of(of.pk) if one.device and one.device.kind == kind)


def test_a_round_looks_at_what_its_checklists_are_for(plan, contract, site):
    Device.objects.create(contract=contract, site=site, kind="kettle", name="水壶", serial="K1")
    one = plan()
    names = [(target.name, target.checklist.code) for target in queries.targets_of(one.pk)]
    assert sorted(names) == [("东街路口", "circuit"), ("前端交换机", "access"), ("机房电源", "power")]
    assert one.order.kind == "round" and one.order.case is None and one.order.site == site
    event = Event.objects.get(kind="round.planned")
    assert event.data["targets"] == 3 and event.data["order"] == one.order.pk


def test_what_was_faulty_comes_first(plan, contract, ups, now):
    factories.case(contract, now - timedelta(hours=2), device=ups)
    first = queries.targets_of(plan().pk)[0]
    assert first.device == ups and first.trouble == 1


def test_a_failed_item_opens_one_case_while_it_is_open(plan, on_site, do, contract):
    one = on_site(plan())
    target = device(one, "ups")
    done = do(
        one, "look", 10, **good(target, value_load="95", item_terminals="fail", note_terminals="端子发热")
    )
    case = Case.objects.get(channel="round")
    assert (case.device, case.kind, case.contract) == (target.device, "fault", contract)
    assert "负载率" in case.title and "95 %" in case.description and "端子发热" in case.description
    assert done.entry.data["result"] == "fail" and done.entry.data["cases"] == [case.pk]
    assert set(Finding.objects.values_list("item", "opened")) == {("load", True), ("terminals", True)}
    # Looked at again in the same round: nothing is reported twice.
    do(one, "look", 12, **good(target, value_load="96"))
    assert Case.objects.filter(channel="round").count() == 1
    assert Answer.objects.get(target=target, item="load").value == 96
    # The next round finds the same: it stands with the case that is open.
    again = on_site(plan(begin=one.order.planned_from + timedelta(hours=6)), 400)
    assert queries.targets_of(again.pk)[0].device == target.device
    do(again, "look", 410, **good(device(again, "ups"), value_load="97", value_earth="9"))
    assert Finding.objects.get(target__round=again, item="load").case == case
    assert not Finding.objects.get(target__round=again, item="load").opened
    assert Finding.objects.get(target__round=again, item="earth").case != case
    # Once the case is over, the same fault is a new one.
    for each in Case.objects.filter(channel="round"):
        desk.resolve_case(
            each.pk, cause="负载重", fix="已分流", actor=None, at=each.reported_at, now=each.reported_at
        )
    third = on_site(plan(begin=one.order.planned_from + timedelta(hours=12)), 800)
    do(third, "look", 810, **good(device(third, "ups"), value_load="99"))
    assert Finding.objects.get(target__round=third, item="load").opened


def test_what_the_first_look_finds_was_there_before_us(plan, on_site, do):
    one = on_site(plan(kind="baseline"))
    do(one, "look", 10, **good(device(one, "ups"), value_load="95"))
    assert not Case.objects.filter(channel="round").exists() and not Finding.objects.exists()


def test_later_values_are_held_against_those_at_delivery(plan, on_site, do):
    first = on_site(plan(kind="baseline"))
    do(first, "look", 10, **good(device(first, "ups"), value_backup="60"))
    later = on_site(plan(begin=first.order.planned_from + timedelta(hours=6)), 400)
    do(later, "look", 410, **good(device(later, "ups"), value_backup="40"))
    found = Answer.objects.get(target__round=later, item="backup")
    assert (found.verdict, found.why) == ("flag", "drift")
    assert Target.objects.get(pk=found.target_id).result == "flag"


def test_the_same_look_sent_twice_is_one(plan, on_site, do):
    one = on_site(plan())
    key, answers = uuid.uuid4(), good(device(one, "ups"), value_load="95")
    assert not do(one, "look", 10, key=key, **answers).repeated
    assert do(one, "look", 10, key=key, **answers).repeated
    assert Case.objects.filter(channel="round").count() == 1
    with pytest.raises(Conflict):
        do(one, "look", 10, key=key, **good(device(one, "ups"), value_load="96"))


def test_where_two_do_a_round_the_look_that_happened_last_stands(plan, on_site, do, contract):
    second = member(contract, "engineer", name="王强")
    one = on_site(plan(companions=[second.pk]))
    target = device(one, "ups")
    do(one, "look", 20, by=second, **good(target, value_load="30"))
    # The other one's phone was in the cellar: what he saw at minute 10 arrives after it.
    late = do(one, "look", 10, **good(target, value_load="95", item_terminals="flag", note_terminals="积灰"))
    target.refresh_from_db()
    assert (target.result, target.looked_by) == ("ok", "王强")
    assert Answer.objects.get(target=target, item="load").value == 30
    assert late.entry.data["result"] == "fail" and late.entry.data["behind"] == "王强"
    assert Finding.objects.get(target=target).item == "load", "what failed is followed up all the same"
    do(one, "look", 15, skip="进不去", target=target.pk)
    assert Answer.objects.filter(target=target).exists(), "an older skip takes nothing away"


def test_a_refused_look_leaves_nothing(plan, on_site, do):
    one = on_site(plan())
    target = device(one, "ups")
    with pytest.raises(BadInput) as told:
        do(one, "look", 10, files=[PHOTO], **good(target, value_load="九十"))
    assert told.value.facts["field"] == "value-load"
    assert not Answer.objects.exists() and not Attachment.objects.filter(kind="photo").exists()


def test_only_a_rounds_own_devices_and_items_are_looked_at(plan, on_site, do):
    one = on_site(plan())
    target = device(one, "ups")
    for wrong in ({"target": 10**9}, {"target": "x"}, {"item_wings": "ok"}):
        with pytest.raises(BadInput):
            do(one, "look", 10, **good(target) | wrong)


def test_before_somebody_is_there_nothing_is_looked_at(plan, do):
    one = plan()
    do(one, "accept", 1)
    with pytest.raises(IllegalMove):
        do(one, "look", 2, **good(device(one, "ups")))


def test_a_round_from_afar_starts_without_a_journey(plan, do, contract, site):
    Device.objects.create(contract=contract, site=site, kind="camera", name="枪机 1", serial="C1")
    one = plan(kind="image")
    do(one, "accept", 1)
    do(one, "start", 2)
    target = device(one, "camera")
    assert target.checklist.code == "image"
    do(one, "look", 3, **good(target))
    assert Target.objects.get(pk=target.pk).result == "ok"


def test_a_round_ends_when_all_was_looked_at_or_says_why_not(plan, on_site, do):
    one = on_site(plan())
    targets = queries.targets_of(one.pk)
    do(one, "look", 10, **good(targets[0]))
    with pytest.raises(BadInput) as told:
        do(one, "finish", 40, assessment="良好")
    assert (told.value.facts["field"], told.value.facts["limit"]) == ("targets", 2)
    do(one, "look", 12, **good(targets[1]))
    do(one, "look", 13, target=targets[2].pk, skip="现场停电，进不去")
    with pytest.raises(BadInput) as told:
        do(one, "finish", 40)
    assert told.value.facts["field"] == "assessment"
    do(one, "finish", 40, assessment="运行平稳", improvements="更换老化电池")
    order = WorkOrder.objects.get(pk=one.order.pk)
    assert (order.state, order.result) == ("finished", "partial")


def test_the_customer_says_three_things_and_signs(plan, on_site, do):
    one = on_site(plan())
    for number, target in enumerate(queries.targets_of(one.pk)):
        do(one, "look", 10 + number, **good(target))
    do(one, "finish", 40, assessment="运行平稳")
    done = do(
        one,
        "confirm",
        50,
        name="王科长",
        signature=SIGNED,
        opinion="及时",
        quality="5",
        efficiency="4",
        attitude="5",
    )
    assert done.order.state == "confirmed" and done.entry.data["marks"] == {
        "quality": 5, "efficiency": 4, "attitude": 5,
    }  # fmt: skip
    assert Confirmation.objects.get().rating == 5
    with pytest.raises(IllegalMove):
        do(one, "look", 60, **good(queries.targets_of(one.pk)[0]))


def test_nobody_else_looks(plan, on_site, do, contract):
    one = on_site(plan())
    with pytest.raises(NotAllowed):
        do(one, "look", 10, by=member(contract, "engineer"), **good(device(one, "ups")))
    with pytest.raises(NotAllowed):
        do(one, "look", 10, by=member(contract, "customer"), **good(device(one, "ups")))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "party"}, "kind"), ({"kind": "extra"}, "reason"), ({"kind": "image"}, "targets"),
        ({"sites": [10**9]}, "sites"), ({"title": "长" * 201}, "title"), ({"engineer_id": 10**9}, "engineer"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(plan, wrong, field):
    with pytest.raises(BadInput) as told:
        plan(**wrong)
    assert told.value.facts["field"] == field
    assert not Round.objects.exists() and not WorkOrder.objects.exists()


def test_planning_is_the_desks(plan, engineer):
    with pytest.raises(NotAllowed):
        plan(actor=engineer)


def test_a_strangers_round_is_not_there(plan, contract):
    one = plan()
    with scope(Scope.of([10**9])), pytest.raises(NotFound):
        queries.one_round(one.pk)


def test_the_customer_is_told_beforehand(plan, planner, now):
    one = plan()
    at = now + timedelta(minutes=5)
    actions.notice_round(
        one.pk, to="王科长", agreed="周三上午，走东门", may_stop=True, actor=planner, at=at, now=at
    )
    found = Round.objects.get(pk=one.pk)
    assert (found.noticed_to, found.may_stop, found.noticed_at) == ("王科长", True, at)
    assert Event.objects.filter(kind="round.noticed").count() == 1
    with pytest.raises(BadInput):
        actions.notice_round(one.pk, to=" ", agreed="", may_stop=False, actor=planner, at=at, now=at)


def test_a_new_version_of_a_checklist_is_for_rounds_to_come(plan, planner, now):
    before = device(plan(), "ups").checklist
    source = shipped.sources()["power"].replace("high: 80", "high: 60")
    made = actions.put_checklist(source, actor=factories.person("manager"), now=now)
    assert made.version == before.version + 1
    assert Checklist.objects.get(active=True, code="power") == made
    assert Checklist.objects.get(pk=before.pk).whole.by_id["load"].high == 80
    with pytest.raises(BadInput) as told:
        actions.put_checklist(source, actor=factories.person("manager"), now=now)
    assert told.value.facts["problem"] == "same"
    with pytest.raises(NotAllowed):
        actions.put_checklist(source.replace("60", "50"), actor=planner, now=now)


def test_a_round_keeps_the_promises_that_it_was_planned_for(plan, on_site, do, contract, now):
    obligations.plan_contract(contract.pk, now=now, since=now.date() - timedelta(days=40))
    owed = keeping.open_obligations(contract.pk, by=now)[0]
    one = on_site(plan(keeps=[owed.pk]))
    for number, target in enumerate(queries.targets_of(one.pk)):
        do(one, "look", 10 + number, **good(target))
    do(one, "finish", 40, assessment="运行平稳")
    event = Event.objects.get(kind="work_order.finished").pk
    for _again in range(2):
        jobs_of_rounds.hand_in(event_id=event)
    record = Record.objects.get(obligation=owed, source_kind="round")
    assert (record.source_id, record.devices, record.by_name) == (one.pk, 3, "孙岩")
    assert keeping.rounds_for(owed.pk) == [one]


def test_a_round_is_offered_no_promise_of_a_time_to_come(contract, now):
    obligations.plan_contract(contract.pk, now=now, since=now.date() - timedelta(days=40))
    offered = keeping.open_obligations(contract.pk, by=now)
    assert offered and all(one.opens_at <= now for one in offered)
    later = next(
        one
        for one in keeping.open_obligations(contract.pk, by=now + timedelta(days=90))
        if one.opens_at > now
    )
    assert later in keeping.open_obligations(contract.pk, by=now, chosen=[later.pk]), (
        "who was led here by it finds it"
    )


def test_only_what_is_owed_and_a_round_can_do_is_kept(plan, contract, now):
    obligations.plan_contract(contract.pk, now=now, since=now.date())
    other = next(one for one in Obligation.objects.all() if not keeping.can_keep(one.owe))
    for wrong in (other.pk, 10**9):
        with pytest.raises(BadInput) as told:
            plan(keeps=[wrong])
        assert told.value.facts["field"] == "keeps"


def test_a_round_has_a_report_of_its_own_and_no_other(plan, on_site, do):
    one = on_site(plan())
    for number, target in enumerate(queries.targets_of(one.pk)):
        do(one, "look", 10 + number, **good(target))
    do(one, "finish", 40, assessment="运行平稳")
    do(one, "confirm", 50, name="王科长", signature=SIGNED)
    jobs.report(event_id=Event.objects.get(kind="work_order.confirmed").pk)
    assert not ServiceForm.objects.exists()
