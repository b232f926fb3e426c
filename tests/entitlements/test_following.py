"""What follows when a case is corrected, cancelled or charged otherwise, and what stays as a person decided it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.domain.refusals import IllegalMove
from luyue.domain.statement import quarter_of
from luyue.entitlements import actions
from luyue.entitlements.models import Use
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from tests import factories

AGAIN = "repeat-fault-replaced"


def closed(of: Contract, at: datetime, follow: bool = True, **facts: Any) -> Case:
    case = factories.case(of, at, **{"severity": "fault", "kind": "fault"} | facts)
    change(
        case,
        state="closed",
        onsite=True,
        resolved_at=at + timedelta(hours=2),
        closed_at=at + timedelta(hours=3),
    )
    if follow:
        actions.follow_cases(of, [case], now=at + timedelta(hours=3))
    return case


def change(case: Case, **facts: Any) -> None:
    Case.objects.filter(pk=case.pk).update(**facts)
    case.refresh_from_db()


def follow(case: Case, days: int = 30) -> list[Use]:
    return actions.follow_cases(case.contract, [case], now=factories.NOW + timedelta(days=days))


def states(**of: Any) -> dict[str, str]:
    return dict(Use.objects.filter(**of).values_list("promise", "state"))


def test_a_case_triaged_otherwise_takes_back_what_it_used(video, everything):
    case = closed(video, factories.NOW)
    before = states(case=case)
    change(case, in_scope=False, scope_reason="客户自备设备")
    follow(case)
    gone = list(Use.objects.filter(case=case, state="withdrawn"))
    assert gone
    assert {one.reason for one in gone} == {"corrected"}
    told = Event.objects.filter(kind="entitlement.withdrawn", subject_kind="use")
    assert {one.subject_id for one in told} == {one.pk for one in gone}
    change(case, in_scope=True, scope_reason="")
    follow(case)
    assert states(case=case, state="kept") == before, "and what it is again after all comes back"


def test_a_cancelled_case_has_used_nothing_and_a_reopened_one_still_has(video, everything):
    case = closed(video, factories.NOW)
    change(case, state="open")
    follow(case)
    assert set(states(case=case).values()) == {"kept"}
    change(case, state="cancelled")
    follow(case)
    assert set(states(case=case).values()) == {"withdrawn"}


def test_a_corrected_charge_takes_the_claim_for_old_parts_back(video, everything):
    device = Device.objects.create(contract=video, kind="camera", name="枪机", serial="S1")
    case = closed(video, factories.NOW, device=device)
    at = factories.NOW + timedelta(days=1)
    actions.record_charge(case.pk, actions.Charged(media_removed=True), actor=None, now=at)
    owed = Use.objects.filter(case=case, key=f"removed:{case.pk}")
    assert {one.state for one in owed} == {"open"}
    actions.record_charge(case.pk, actions.Charged(), actor=None, now=at)
    assert {one.state for one in owed.all()} == {"withdrawn"}
    actions.record_charge(case.pk, actions.Charged(media_removed=True), actor=None, now=at)
    assert {one.state for one in owed.all()} == {"open"}


def test_what_was_overcharged_says_so_after_a_correction_too(video, everything):
    case = closed(video, factories.NOW)
    at = factories.NOW + timedelta(days=1)
    for item in ("parts", "labour"):
        actions.record_charge(case.pk, actions.Charged(**{item: "charged"}), actor=None, now=at)
        assert Use.objects.get(case=case, promise="in-warranty-free").facts["too_much"] == [item]


def test_a_question_to_the_customer_is_void_when_nothing_was_broken(video, lead, everything):
    case = closed(video, factories.NOW)
    at = factories.NOW + timedelta(days=1)
    actions.record_charge(case.pk, actions.Charged(parts="charged"), actor=None, now=at)
    one = Use.objects.get(case=case, promise="in-warranty-free")
    actions.ask_waiver(one.pk, reason="误收，已退", actor=lead, now=at)
    actions.record_charge(case.pk, actions.Charged(), actor=None, now=at)
    one.refresh_from_db()
    assert (one.state, one.waiver) == ("kept", "")


# -- rules on devices --------------------------------------------------------------------------------------------


@pytest.fixture
def camera(video: Contract, everything: object) -> Device:
    return Device.objects.create(contract=video, kind="camera", name="枪机", serial="S1")


def days(number: int) -> datetime:
    return factories.NOW + timedelta(days=number)


def test_a_claim_by_hand_withdrawn_does_not_come_back_with_an_older_fault(video, lead, camera):
    """Two faults within a month; the older third comes in late."""
    closed(video, days(3), device=camera)
    closed(video, days(6), device=camera)
    one = Use.objects.get(promise=AGAIN)
    actions.withdraw(one.pk, reason="客户不换", actor=lead, now=days(7))
    closed(video, days(0), device=camera)
    assert list(Use.objects.filter(promise=AGAIN).values_list("pk", "state")) == [(one.pk, "withdrawn")]
    closed(video, days(9), device=camera)
    (fresh,) = Use.objects.filter(promise=AGAIN, state="open")
    assert len(fresh.facts["cases"]) == 2, "the oldest and the newest, of which nobody has decided"


def test_an_older_fault_moves_a_claim_that_nobody_has_decided(video, camera):
    last = closed(video, days(6), device=camera)
    middle = closed(video, days(3), device=camera)
    assert Use.objects.get(promise=AGAIN).facts["cases"] == [middle.pk, last.pk]
    first = closed(video, days(0), device=camera)
    (one,) = Use.objects.filter(promise=AGAIN, state="open")
    assert one.facts["cases"] == [first.pk, middle.pk]
    assert Use.objects.filter(promise=AGAIN).exclude(pk=one.pk).get().state == "withdrawn"


def test_a_case_moved_to_another_device_is_not_charged_to_the_first(video, camera):
    closed(video, days(0), device=camera)
    case = closed(video, days(3), device=camera)
    assert Use.objects.get(promise=AGAIN).state == "open"
    change(case, device=Device.objects.create(contract=video, kind="camera", name="球机", serial="S2"))
    follow(case)
    assert Use.objects.get(promise=AGAIN).state == "withdrawn"


def test_what_was_missed_stays_missed_when_it_is_reckoned_anew(video, camera):
    closed(video, days(0), device=camera)
    case = closed(video, days(3), device=camera)
    one = Use.objects.get(promise=AGAIN)
    assert one.due_at is not None
    actions.sweep(one.due_at + timedelta(minutes=1))
    follow(case, days=90)
    one.refresh_from_db()
    assert one.state == "missed"


def test_two_jobs_at_once_make_one_claim_and_tell_once(committing):
    """Each of the two sees both faults of the device; without the lock both tell."""
    with scope(Scope.everything()):
        of = factories.contract("regional-video", final_acceptance_on=date(2026, 1, 1))
        camera = Device.objects.create(contract=of, kind="camera", name="枪机", serial="S1")
        cases = [closed(of, days(number), follow=False, device=camera) for number in (0, 3)]
    start = Barrier(2)

    def job(case: Case) -> int:
        start.wait()
        try:
            with scope(Scope.everything()):
                return len(follow(case))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(job, cases))
    with scope(Scope.everything()):
        one = Use.objects.get(contract=of, promise=AGAIN)
        assert Event.objects.filter(subject_kind="use", subject_id=one.pk).count() == 1


def test_many_cases_take_as_many_queries_as_one(video, django_assert_max_num_queries):
    """The cases of a year are followed at once; nothing is asked for each."""

    def some(number: int, word: str) -> list[Case]:
        made = [
            Device(contract=video, kind="camera", name="枪机", serial=f"{word}{n}") for n in range(number)
        ]
        return [closed(video, days(0), follow=False, device=one) for one in Device.objects.bulk_create(made)]

    actions.follow_cases(video, some(2, "W"), now=days(30))  # what is read once is read
    few, many = some(2, "A"), some(12, "B")
    with django_assert_max_num_queries(60) as queried:
        actions.follow_cases(video, few, now=days(30))
        before = len(queried)
    with django_assert_max_num_queries(before):
        actions.follow_cases(video, many, now=days(30))


# -- reviews -----------------------------------------------------------------------------------------------------


def test_the_file_of_a_review_is_attached_once_to_each_pledge(video, lead, everything):
    rows = actions.open_reviews(video, quarter_of(date(2026, 3, 1)).first, now=factories.NOW)[:2]
    given = {
        "evidence": "季度检查记录",
        "attached": [("记录.txt", b"ok")],
        "actor": lead,
        "now": factories.NOW + timedelta(days=30),  # the quarter is over
    }
    for _twice in range(2):
        actions.confirm_reviews([one.pk for one in rows], **given)
    for one in rows:
        assert Attachment.objects.filter(subject_kind="use", subject_id=one.pk).count() == 1


def test_a_review_is_not_withdrawn(video, lead, everything):
    one = actions.open_reviews(video, quarter_of(date(2026, 3, 1)).first, now=factories.NOW)[0]
    with pytest.raises(IllegalMove):
        actions.withdraw(one.pk, reason="不要了", actor=lead, now=factories.NOW)
