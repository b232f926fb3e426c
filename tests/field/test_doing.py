"""What an engineer does on an order, and what it does to the case."""

import base64
import uuid
from datetime import timedelta

import pytest

from luyue.desk import actions as desk
from luyue.desk.models import Case, Clock
from luyue.desk.queries import case_events
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, NotAllowed, StaleVersion
from luyue.field import actions, queries
from luyue.field.actions import File, Told
from luyue.field.models import Companion, Confirmation, Entry, WorkOrder
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from tests import factories
from tests.field.conftest import PHOTO, member, png

SIGNED = "data:image/png;base64," + base64.b64encode(png()).decode()


def kinds(case):
    return [event.kind for event in case_events(case.pk)]


def test_an_engineers_way_is_the_cases_way(order, do, case):
    do(order, "accept", 1)
    do(order, "depart", 2)
    do(order, "arrive", 12)
    case.refresh_from_db()
    assert case.onsite is True and case.state == "open"
    assert "case.departed" in kinds(case) and "case.arrived" in kinds(case)
    arrived = next(event for event in case_events(case.pk) if event.kind == "case.arrived")
    assert arrived.at == queries.seconds(order.planned_from) - 48 * 60


def test_planning_gives_the_case_an_owner(order, case, engineer):
    case.refresh_from_db()
    assert case.owner == engineer
    assert order.state == "planned" and order.number.startswith("WO")


def test_finishing_resolves_the_case_with_what_the_customer_reads(working, do, case):
    do(working, "finish", 40, solved="yes", cause="接头松动", fix="重新压接")
    case.refresh_from_db()
    assert case.state == "resolved"
    order = WorkOrder.objects.get(pk=working.pk)
    assert (order.state, order.result) == ("finished", "complete")
    assert order.ended_at == case.resolved_at


def test_finishing_may_leave_the_case_open(working, do, case):
    do(working, "finish", 40, solved="no", note="还要再来一次")
    case.refresh_from_db()
    assert case.state == "open"


@pytest.mark.parametrize(("left", "missing"), [("cause", "cause"), ("fix", "fix")])
def test_who_solves_says_why_and_how(working, do, left, missing):
    words = {"cause": "接头松动", "fix": "重新压接"} | {left: " "}
    with pytest.raises(BadInput) as told:
        do(working, "finish", 40, solved="yes", **words)
    assert told.value.facts["field"] == missing


def test_the_safety_check_comes_before_the_end(order, do):
    for minutes, name in ((1, "accept"), (2, "depart"), (12, "arrive"), (13, "start")):
        do(order, name, minutes)
    with pytest.raises(BadInput) as told:
        do(order, "finish", 40, solved="no")
    assert told.value.facts["which"] == "rules,backup,found"
    do(order, "check", 14, check="rules")
    with pytest.raises(BadInput):
        do(order, "check", 14, check="backup", answer="not_needed")
    do(order, "check", 14, check="backup", answer="not_needed", note="设备不存数据")
    do(order, "photo", 15, files=[PHOTO])
    assert do(order, "finish", 40, solved="no").order.state == "finished"


def test_the_same_mark_twice_is_one_act(order, do, case):
    key = uuid.uuid4()
    first = do(order, "accept", 1, key=key)
    again = do(order, "accept", 1, key=key, came=90)
    assert again.repeated and again.entry == first.entry
    assert Entry.objects.filter(order=order, act="accept").count() == 1
    assert Event.objects.filter(kind="work_order.accepted", subject_id=order.pk).count() == 1


def test_one_mark_is_not_for_two_acts(order, do):
    key = uuid.uuid4()
    do(order, "accept", 1, key=key)
    with pytest.raises(Conflict):
        do(order, "depart", 2, key=key)


def test_the_same_photo_sent_twice_is_kept_once(working, do):
    key = uuid.uuid4()
    before = queries.pictures(working.pk)
    for came in (20, 300):
        do(working, "log", 15, key=key, files=[PHOTO], came=came, text="换下旧接头")
    assert queries.pictures(working.pk) == before + 1
    photo = Attachment.objects.filter(subject_kind="work_order", subject_id=working.pk).last()
    assert photo.taken_at < photo.added_at


def test_what_comes_late_counts_from_when_it_happened(order, do, case, now):
    do(order, "accept", 1, came=240)
    do(order, "depart", 2, came=240)
    done = do(order, "arrive", 12, came=240)
    assert done.entry.late and done.entry.recorded_at == now + timedelta(minutes=240)
    stopped = Clock.objects.filter(case=case, metric="arrive", stopped_at__isnull=False)
    assert {clock.stopped_at for clock in stopped} == {now + timedelta(minutes=12)}
    assert all(clock.late_entry for clock in stopped)


def test_a_wrong_clock_is_put_right(order, engineer, now):
    ahead = timedelta(hours=3)
    told = Told(act="accept", happened_at=now + ahead - timedelta(minutes=5), sent_at=now + ahead)
    done = actions.do_act(order.pk, told, actor=engineer, now=now)
    assert done.entry.at == now - timedelta(minutes=5)
    assert done.entry.device_at == now + ahead - timedelta(minutes=5)


def test_the_future_is_refused(order, engineer, now):
    with pytest.raises(BadInput):
        actions.do_act(
            order.pk, Told(act="accept", happened_at=now + timedelta(hours=1)), actor=engineer, now=now
        )


def test_nobody_arrives_before_he_has_left(order, do):
    do(order, "accept", 1)
    do(order, "depart", 9)
    with pytest.raises(BadInput) as told:
        do(order, "arrive", 5, came=20)
    assert told.value.facts == {"field": "happened_at", "problem": "before_last_act"}


def test_a_step_that_does_not_fit_is_refused(order, do):
    with pytest.raises(IllegalMove) as told:
        do(order, "finish", 3)
    assert told.value.facts == {"subject": "work_order", "state": "planned", "act": "finish"}
    with pytest.raises(IllegalMove):
        do(order, "dance", 3)


def test_only_the_crew_and_the_desk_do_an_order(order, do, contract, planner):
    other = member(contract, "engineer")
    with pytest.raises(NotAllowed):
        do(order, "accept", 1, by=other)
    Companion.objects.create(order=order, contract=contract, person=other)
    do(order, "accept", 1, by=other)
    do(order, "depart", 2, by=planner)
    with pytest.raises(NotAllowed):
        do(order, "arrive", 12, by=factories.person("customer"))


def test_who_saw_an_older_order_is_told(order, engineer, now):
    with pytest.raises(StaleVersion):
        actions.do_act(order.pk, Told(act="accept", version=9), actor=engineer, now=now)


def test_unsolved_needs_a_picture_and_is_noted_on_the_case(order, do, case):
    for minutes, name in ((1, "accept"), (2, "depart"), (12, "arrive")):
        do(order, name, minutes)
    with pytest.raises(BadInput) as told:
        do(order, "unsolved", 20, reason="缺同型号电源")
    assert told.value.facts["problem"] == "picture_needed"
    with pytest.raises(BadInput):
        do(order, "unsolved", 20, reason="x", files=[File("x.txt", b"no picture")])
    done = do(order, "unsolved", 20, reason="缺同型号电源", next="先接备用通道", files=[PHOTO])
    assert done.entry.data["pictures"] == 1
    assert (done.order.state, done.order.result) == ("unfinished", "failed")
    assert "case.noted" in kinds(case)


def test_where_no_picture_may_be_taken_the_order_says_why(order, do):
    for minutes, name in ((1, "accept"), (2, "depart"), (12, "arrive")):
        do(order, name, minutes)
    done = do(order, "unsolved", 20, reason="缺电源", no_picture="涉密机房不准拍照")
    assert (done.entry.data["pictures"], done.entry.data["no_picture"]) == (0, "涉密机房不准拍照")


def test_a_remote_session_that_fails_lets_the_limits_of_going_there_begin(plan, do, case):
    order = plan(kind="remote")
    do(order, "accept", 1)
    do(order, "start", 3)
    do(order, "unsolved", 20, reason="连不上", files=[PHOTO])
    assert kinds(case)[-2:] == ["case.remote_started", "case.remote_failed"]


def test_an_unfinished_order_is_gone_on_with_by_another(order, do, plan, now):
    for minutes, name in ((1, "accept"), (2, "depart"), (12, "arrive")):
        do(order, name, minutes)
    do(order, "unsolved", 20, reason="缺件", files=[PHOTO], result="partial")
    tomorrow = now + timedelta(days=1)
    following = plan(follows_id=order.pk, begin=tomorrow, now=now + timedelta(minutes=30))
    assert following.follows == order
    with pytest.raises(BadInput):
        plan(follows_id=following.pk, begin=tomorrow, now=now + timedelta(minutes=30))


def test_the_customer_signs_on_the_glass(working, do):
    do(working, "finish", 40, solved="no")
    with pytest.raises(BadInput):
        do(working, "confirm", 45, name="李主任", signature="")
    blank = "data:image/png;base64," + base64.b64encode(png(ink=False)).decode()
    with pytest.raises(BadInput):
        do(working, "confirm", 45, name="李主任", signature=blank)
    with pytest.raises(BadInput):
        do(working, "confirm", 45, name="李主任", signature="data:image/png;base64,AAAA")
    done = do(working, "confirm", 45, name="李主任", signature=SIGNED, opinion="满意", rating="5")
    word = Confirmation.objects.get(order=working)
    assert done.order.state == "confirmed"
    assert (word.way, word.name, word.rating, word.opinion) == ("signed", "李主任", 5, "满意")
    assert word.file.kind == "signature" and word.file.note == word.digest
    assert len(word.digest) == 64


def test_what_is_signed_is_what_was_there(working, do):
    """The digest is that of the content at signing: the record as it was, and nothing that came later."""
    do(working, "finish", 40, solved="no")
    do(working, "confirm", 45, name="李主任", signature=SIGNED)
    word = Confirmation.objects.get(order=working)
    order = queries.order(working.pk)
    before = [one for one in queries.entries_of(order.pk) if one.act != "confirm"]
    content = queries.content(order, entries=before, files=queries.files_of(order.pk))
    assert actions.doing.work_orders.content_digest(content) == word.digest
    with pytest.raises(IllegalMove):
        do(working, "log", 50, text="签字以后再补一句")


def test_who_will_not_sign_says_why_and_a_paper_may_follow(working, do):
    do(working, "finish", 40, solved="no")
    with pytest.raises(BadInput):
        do(working, "refuse", 45, reason="")
    assert do(working, "refuse", 45, reason="负责人不在").order.state == "refused"
    done = do(working, "confirm", 600, way="paper", name="李主任", files=[File("scan.pdf", b"%PDF-1.7 x")])
    assert done.order.state == "confirmed"
    assert [one.way for one in Confirmation.objects.filter(order=working)] == ["refused", "paper"]


@pytest.mark.parametrize("rating", ["0", "6", "x"])
def test_a_rating_is_one_to_five(working, do, rating):
    do(working, "finish", 40, solved="no")
    with pytest.raises(BadInput) as told:
        do(working, "confirm", 45, name="李主任", signature=SIGNED, rating=rating)
    assert told.value.facts["field"] == "rating"


def test_an_emergency_repair_solves_when_the_customer_accepts_its_papers(plan, do, case):
    order = plan(kind="emergency_repair")
    for minutes, name in ((1, "accept"), (2, "depart"), (12, "arrive"), (13, "start")):
        do(order, name, minutes)
    for item in ("rules", "backup"):
        do(order, "check", 14, check=item)
    do(order, "photo", 14, files=[PHOTO])
    do(order, "finish", 60, solved="yes", cause="杆体倾倒", fix="重新立杆")
    case.refresh_from_db()
    assert case.state == "open" and "case.restored" in kinds(case)
    with pytest.raises(BadInput) as told:
        do(order, "confirm", 70, name="李主任", signature=SIGNED)
    assert told.value.facts["which"] == "plan,drawing,equipment"
    for paper in ("plan", "drawing", "equipment"):
        do(order, "paper", 75, paper=paper, files=[File(f"{paper}.pdf", b"%PDF-1.7 x")])
    do(order, "confirm", 80, name="李主任", signature=SIGNED)
    case.refresh_from_db()
    assert case.state == "resolved"
    assert "杆体倾倒" in Event.objects.get(kind="case.resolved", subject_id=case.pk).data["cause"]


def test_a_case_that_ended_meanwhile_is_left_alone(working, do, case, now):
    at = now + timedelta(minutes=30)
    desk.resolve_case(case.pk, cause="电话里解决", fix="重启", actor=None, at=at, now=at)
    done = do(working, "finish", 40, solved="yes", cause="接头松动", fix="重新压接")
    assert done.case_left == "resolved" and done.order.state == "finished"
    assert Event.objects.filter(kind="case.resolved", subject_id=case.pk).count() == 1


def test_a_corrected_time_keeps_the_old_one(working, do, case, now, engineer):
    arrival = Entry.objects.get(order=working, act="arrive")
    to = now + timedelta(minutes=8)
    do(working, "correct", 20, entry=arrival.pk, to=to.isoformat(), reason="到了以后才想起来按")
    order = WorkOrder.objects.get(pk=working.pk)
    assert order.arrived_at == to
    arrival.refresh_from_db()
    assert arrival.at == now + timedelta(minutes=12)
    correction = Entry.objects.get(order=working, act="correct")
    assert correction.corrects == arrival and correction.person == engineer
    assert min(e.at for e in case_events(case.pk) if e.kind == "case.arrived") == int(to.timestamp())
    with pytest.raises(BadInput):
        do(working, "correct", 21, entry=arrival.pk, to=now.isoformat(), reason="早于出发")


def test_parts_are_noted(working, do):
    do(working, "part", 20, name="电源适配器 12V", quantity="2", serial="PS-1")
    with pytest.raises(BadInput):
        do(working, "part", 20, name="电源适配器", quantity="0")
    used = Entry.objects.get(order=working, act="part")
    assert used.data == {"name": "电源适配器 12V", "quantity": 2, "serial": "PS-1"}


def test_where_it_happened_is_kept(order, do):
    done = do(order, "accept", 1, position=(30.001, 110.0))
    assert (done.entry.latitude, done.entry.longitude) == (30.001, 110.0)
    assert Event.objects.get(kind="work_order.accepted", subject_id=order.pk).data["position"] == [
        30.001,
        110.0,
    ]


def test_every_act_is_one_event(working, do):
    before = Event.objects.filter(
        subject_kind="work_order", subject_id=working.pk, kind__startswith="work_order."
    )
    count = before.count()
    do(working, "log", 20, text="一行")
    assert before.count() == count + 1


def test_whoever_gives_an_order_back_says_why(order, do):
    with pytest.raises(BadInput):
        do(order, "reject", 1)
    assert do(order, "reject", 1, reason="在另一处抢修").order.state == "rejected"
    assert Case.objects.get(pk=order.case_id).state == "open"


def test_too_many_files_are_refused(working, do):
    with pytest.raises(BadInput):
        do(working, "log", 20, text="x", files=[PHOTO] * 11)
