"""Calls entered by hand, missed calls and the answered share."""

from datetime import UTC, date, datetime, timedelta

import pytest

from luyue.desk import actions as desk
from luyue.domain import hotline as rules
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.domain.statement import Period
from luyue.hotline import actions, queries
from luyue.hotline.models import Call, Line
from luyue.ledger.models import Event
from tests import factories
from tests.hotline.conftest import CALLER, NOW, OFFICE, Firm

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def test_a_call_knows_its_contract_by_the_number(firm: Firm) -> None:
    call = firm.call(number="+86 138-0000-1111")
    assert (call.contract_id, call.name, call.taker) == (firm.contract.pk, "王科长", firm.operator.name)
    assert Event.objects.filter(subject_kind="call", subject_id=call.pk, kind="call.recorded").count() == 1


def test_an_unknown_number_stays_without_a_contract_until_somebody_says_whose_it_is(firm: Firm) -> None:
    first = firm.call(number="13911112222")
    assert first.contract_id is None
    actions.change_call(first.pk, actor=firm.operator, now=NOW, contract_id=firm.contract.pk)
    later = firm.call(number="139 1111 2222", at=NOW + timedelta(hours=1), now=NOW + timedelta(hours=1))
    assert later.contract_id == firm.contract.pk


def test_a_number_of_two_contracts_is_nobodys_in_particular(firm: Firm) -> None:
    from luyue.contracts import actions as contract_actions

    other = factories.contract("hardware-supply")
    contract_actions.give_access(other.pk, person=firm.customer, role="customer", actor=None, now=NOW)
    assert firm.call().contract_id is None


def test_an_engineer_says_which_contract_a_call_of_an_unknown_number_is_for(firm: Firm) -> None:
    with pytest.raises(BadInput) as bad:
        firm.call(number="13911112222", actor=firm.engineer)
    assert bad.value.facts == {"field": "contract", "problem": "missing"}
    assert firm.call(number="13911112222", actor=firm.engineer, contract_id=firm.contract.pk).pk


@pytest.mark.parametrize(
    "facts",
    [
        {"number": "keine"},
        {"number": "", "answered": False},
        {"at": NOW + timedelta(hours=1)},
        {"wait_seconds": 999_999},
        {"direction": "up"},
    ],
)
def test_impossible_calls_are_refused(firm: Firm, facts: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        firm.call(**facts)
    assert Call.objects.count() == 0


def test_customers_do_not_enter_calls(firm: Firm) -> None:
    with pytest.raises(NotAllowed):
        firm.call(actor=firm.customer)


def test_linking_a_case_gives_the_call_its_contract(firm: Firm) -> None:
    call = firm.call(number="13911112222")
    case = factories.case(firm.contract, severity="")
    actions.link_case(call.pk, case_id=case.pk, actor=firm.operator, now=NOW)
    assert Call.objects.get(pk=call.pk).contract_id == firm.contract.pk
    assert list(queries.calls_of_case(case.pk)) == [call]
    actions.link_case(call.pk, case_id=case.pk, actor=firm.operator, now=NOW)
    assert Event.objects.filter(kind="call.linked", subject_id=call.pk).count() == 1


# -- missed ---------------------------------------------------------------------------------------------------


def waiting() -> list[int]:
    return list(Call.objects.filter(queries.TO_CALL_BACK).values_list("pk", flat=True))


def test_a_missed_call_waits_until_somebody_reaches_the_caller(firm: Firm) -> None:
    missed = firm.call(answered=False, wait_seconds=20)
    assert waiting() == [missed.pk]
    actions.assign_call_back(missed.pk, owner=firm.engineer, actor=firm.operator, now=NOW)
    later = NOW + timedelta(minutes=10)
    actions.call_back(missed.pk, result="unreached", actor=firm.engineer, at=later, now=later)
    assert waiting() == [missed.pk]
    actions.call_back(
        missed.pk, result="reached", note="问题已解决", actor=firm.engineer, at=later, now=later
    )
    assert waiting() == []
    done = Call.objects.get(pk=missed.pk)
    assert (done.back_tries, done.back_by, done.back_result) == (2, firm.engineer, "reached")
    with pytest.raises(IllegalMove):
        actions.call_back(missed.pk, result="reached", actor=firm.engineer, at=later, now=later)


def test_a_call_that_needs_no_call_back_needs_a_reason(firm: Firm) -> None:
    missed = firm.call(answered=False, wait_seconds=20)
    with pytest.raises(BadInput):
        actions.call_back(missed.pk, result="not_needed", actor=firm.operator, at=NOW, now=NOW)
    actions.call_back(missed.pk, result="not_needed", note="骚扰电话", actor=firm.operator, at=NOW, now=NOW)
    assert waiting() == []


def test_a_caller_who_gets_through_soon_after_needs_no_call_back(firm: Firm) -> None:
    missed = firm.call(answered=False, wait_seconds=20)
    old = firm.call(answered=False, at=NOW - timedelta(days=2))
    through = firm.call(at=NOW + timedelta(minutes=2), now=NOW + timedelta(minutes=2))
    assert waiting() == [old.pk]
    assert Call.objects.get(pk=missed.pk).settled_by_id == through.pk


def test_a_call_back_before_the_call_is_refused(firm: Firm) -> None:
    missed = firm.call(answered=False)
    with pytest.raises(BadInput):
        actions.call_back(
            missed.pk, result="reached", actor=firm.operator, at=NOW - timedelta(minutes=1), now=NOW
        )


# -- share ----------------------------------------------------------------------------------------------------


def test_the_share_leaves_out_short_calls_and_calls_out_of_hours(firm: Firm) -> None:
    for _ in range(8):
        firm.call()
    firm.call(answered=False, wait_seconds=5)
    firm.call(answered=False, wait_seconds=4)  # gave up at once
    night = datetime(2026, 3, 3, 15, tzinfo=UTC)
    firm.call(answered=False, wait_seconds=60, at=night)
    firm.call(at=night)
    firm.call(direction="out", answered=False, wait_seconds=60)
    firm.call(number="13911112222", answered=False, wait_seconds=60)  # nobody's
    reading = queries.answered_share(firm.contract.pk, MARCH)
    assert reading.share == rules.Share(answered=8, missed=1, short=1, outside=2)
    assert reading.by_line == [(firm.line, reading.share)]
    assert reading.by_month == [(date(2026, 3, 1), reading.share)]
    assert reading.unplaced.missed == 1
    quota = queries.quota_of(firm.contract.pk, NOW)
    assert quota and quota.at_least == 90
    assert reading.share.keeps(quota.at_least) is False


def test_the_database_counts_as_the_rule_says(firm: Firm) -> None:
    mobile = actions.add_line(
        name="手机", number="13700000000", hours={"kind": "always"}, actor=None, now=NOW
    )
    hour = timedelta(hours=1)
    for number in range(60):
        firm.call(
            answered=number % 3 > 0, wait_seconds=number % 11, at=NOW - number * 5 * hour,
            direction="out" if number % 7 == 0 else "in", line_id=[firm.line.pk, mobile.pk, None][number % 3],
        )  # fmt: skip
    rows = queries.within(Call.objects.filter(contract=firm.contract).select_related("line"), MARCH)
    assert queries.answered_share(firm.contract.pk, MARCH).share == rules.share_of(one.judged for one in rows)


def test_a_month_ends_at_midnight_of_the_contracts_zone(firm: Firm) -> None:
    firm.call(at=datetime(2026, 2, 28, 15, 59, tzinfo=UTC))
    firm.call(at=datetime(2026, 2, 28, 16, 1, tzinfo=UTC))
    assert queries.answered_share(firm.contract.pk, MARCH).share.incoming == 1


def test_the_reading_costs_the_same_whatever_the_number_of_calls(
    firm: Firm, django_assert_num_queries: object
) -> None:
    for _ in range(30):
        firm.call()
    with django_assert_num_queries(4):
        queries.answered_share(firm.contract.pk, MARCH)


def test_correcting_the_hours_of_a_line_judges_its_calls_again(firm: Firm) -> None:
    night = firm.call(answered=False, wait_seconds=60, at=datetime(2026, 3, 3, 15, tzinfo=UTC))
    assert not night.in_hours
    actions.correct_line(
        firm.line.pk, hours={"kind": "always"}, reason="登记错了", actor=firm.operator, now=NOW
    )
    assert Call.objects.get(pk=night.pk).in_hours


# -- lines ----------------------------------------------------------------------------------------------------


def test_a_number_is_registered_once(firm: Firm) -> None:
    from luyue.domain.refusals import AlreadyThere

    with pytest.raises(AlreadyThere):
        actions.add_line(name="又一条", number="4008001234", hours=OFFICE, actor=None, now=NOW)
    assert Line.objects.count() == 1


def test_a_line_of_all_contracts_is_not_a_leads_business(firm: Firm) -> None:
    with pytest.raises(NotAllowed):
        actions.correct_line(firm.line.pk, name="x", reason="y", actor=firm.lead, now=NOW)


def test_a_failed_line_is_told_and_restored(firm: Firm) -> None:
    actions.fail_line(firm.line.pk, actor=firm.operator, at=NOW, now=NOW, note="中继故障")
    with pytest.raises(IllegalMove):
        actions.fail_line(firm.line.pk, actor=firm.operator, at=NOW, now=NOW)
    later = NOW + timedelta(minutes=50)
    actions.restore_line(firm.line.pk, actor=firm.operator, at=later, now=later)
    event = Event.objects.get(kind="hotline.restored")
    assert event.data == {"minutes": 50}


def test_desk_acts_still_work_on_a_case_with_calls(firm: Firm) -> None:
    case = factories.case(firm.contract, severity="")
    call = firm.call()
    actions.link_case(call.pk, case_id=case.pk, actor=firm.operator, now=NOW)
    desk.respond_case(case.pk, actor=firm.operator, at=NOW, now=NOW)
    assert CALLER in Call.objects.get(case=case).plain
