"""Acts on cases: what they change, what they refuse, what they leave in the ledger."""

from datetime import date, datetime, timedelta

import pytest

from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk import actions, queries
from luyue.desk.models import Case, Clock
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound, StaleVersion
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories
from tests.factories import person

MINUTE = timedelta(minutes=1)


@pytest.fixture
def contract(everything: wall.Scope) -> Contract:
    return factories.contract("video-integration")


def reported(contract: Contract, now: datetime, **facts: object) -> Case:
    words = {"title": "北门球机黑屏", "severity": "normal"} | facts
    return actions.report_case(contract.pk, actor=None, at=now, now=now, **words)


def clocks(case: Case) -> dict[str, Clock]:
    return {clock.promise: clock for clock in queries.clocks_of(case.pk)}


def test_a_report_starts_every_clock_that_applies(contract: Contract, now: datetime) -> None:
    found = clocks(reported(contract, now))
    assert set(found) == {"normal-respond", "normal-plan", "normal-resolve", "call-back"}
    assert found["normal-respond"].due_at == now + 120 * MINUTE
    assert found["normal-resolve"].due_at == now + 480 * MINUTE
    assert found.pop("call-back").state == "not_started"
    assert all(clock.next_alarm_at is not None for clock in found.values())


def test_the_case_knows_its_first_due_time(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    assert case.next_due_at == now + 120 * MINUTE
    case = actions.respond_case(case.pk, actor=None, at=now + 5 * MINUTE, now=now + 5 * MINUTE)
    case = actions.give_plan(case.pk, actor=None, at=now + 6 * MINUTE, now=now + 6 * MINUTE)
    assert case.next_due_at == now + 480 * MINUTE


def test_a_higher_severity_supersedes_and_starts_from_the_report(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    at = now + 7 * MINUTE
    case = actions.change_severity(case.pk, severity="urgent", reason="业务中断", actor=None, at=at, now=at)
    found = clocks(case)
    assert found["normal-resolve"].state == "superseded"
    assert found["urgent-respond"].due_at == now + 10 * MINUTE
    assert found["urgent-resolve"].state == "not_started"


def test_lowering_the_severity_needs_the_customers_word(contract: Contract, now: datetime) -> None:
    case = reported(contract, now, severity="urgent")
    with pytest.raises(BadInput) as refused:
        actions.change_severity(case.pk, severity="normal", reason="影响小", actor=None, at=now, now=now)
    assert refused.value.facts["field"] == "agreed_by"
    actions.change_severity(
        case.pk, severity="normal", reason="影响小", agreed_by="值班长", actor=None, at=now, now=now
    )


def test_a_solution_without_a_visit_leaves_arrival_not_applicable(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    actions.triage_case(case.pk, actor=None, at=now + MINUTE, now=now + MINUTE, onsite=True)
    assert clocks(case)["arrive"].state == "running"
    at = now + 30 * MINUTE
    case = actions.resolve_case(case.pk, actor=None, at=at, now=at, cause="误操作", fix="远程恢复")
    assert clocks(case)["arrive"].state == "not_applicable"
    assert clocks(case)["normal-resolve"].state == "met"


def test_late_paperwork_settles_at_the_hour_it_happened(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    typed = now + 300 * MINUTE
    actions.respond_case(case.pk, actor=None, at=now + 30 * MINUTE, now=typed)
    clock = clocks(case)["normal-respond"]
    assert (clock.state, clock.late_entry, clock.stopped_at) == ("met", True, now + 30 * MINUTE)


def test_only_some_roles_may_enter_the_past(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    with pytest.raises(NotAllowed):
        actions.close_case(case.pk, actor=person("customer"), at=now, now=now + timedelta(hours=5))


def test_the_past_before_the_report_and_the_future_are_refused(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    for at, problem in ((now - MINUTE, "before_report"), (now + timedelta(days=1), "future")):
        with pytest.raises(BadInput) as refused:
            actions.respond_case(case.pk, actor=None, at=at, now=now)
        assert refused.value.facts["problem"] == problem


def test_a_solution_before_the_last_arrival_is_refused(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    actions.arrive(case.pk, actor=None, at=now + 50 * MINUTE, now=now + 50 * MINUTE)
    with pytest.raises(BadInput) as refused:
        actions.resolve_case(
            case.pk, actor=None, at=now + 40 * MINUTE, now=now + 55 * MINUTE, cause="x", fix="y"
        )
    assert refused.value.facts["problem"] == "before_last_act"


def test_an_arrival_found_out_after_the_solution_can_still_be_entered(
    contract: Contract, now: datetime
) -> None:
    case = reported(contract, now)
    at = now + 90 * MINUTE
    actions.resolve_case(case.pk, actor=None, at=at, now=at, cause="x", fix="y")
    late = now + 200 * MINUTE
    case = actions.arrive(case.pk, actor=None, at=now + 60 * MINUTE, now=late)
    assert case.state == "resolved"
    assert clocks(case)["arrive"].state == "met"


def test_an_illegal_move_changes_nothing(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    before = Event.objects.count()
    with pytest.raises(IllegalMove):
        actions.reopen_case(case.pk, reason="再现", actor=None, at=now, now=now)
    assert Event.objects.count() == before


def test_of_two_acts_on_one_version_the_second_is_told(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    actions.respond_case(case.pk, actor=None, at=now, now=now, version=1)
    with pytest.raises(StaleVersion):
        actions.respond_case(case.pk, actor=None, at=now, now=now, version=1)


def test_a_pause_must_be_allowed_by_the_plan(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    with pytest.raises(BadInput) as refused:
        actions.pause_case(case.pk, reason="lunch", actor=None, at=now, now=now)
    assert refused.value.facts["problem"] == "not_in_plan"


def test_a_pause_moves_the_due_time_of_the_clocks_that_allow_it(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    actions.pause_case(
        case.pk,
        reason="owner_delay",
        actor=None,
        at=now + 60 * MINUTE,
        now=now + 60 * MINUTE,
        agreed_by="值班长",
    )
    assert clocks(case)["normal-resolve"].state == "paused"
    assert clocks(case)["normal-respond"].state == "running"
    at = now + 180 * MINUTE
    actions.resume_case(case.pk, actor=None, at=at, now=at)
    clock = clocks(case)["normal-resolve"]
    assert (clock.due_at, clock.paused_seconds) == (now + 600 * MINUTE, 7200)


def test_reopening_costs_nobody_the_solved_time(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    for hours, act in ((1, "resolve"), (25, "reopen")):
        at = now + timedelta(hours=hours)
        if act == "resolve":
            actions.resolve_case(case.pk, actor=None, at=at, now=at, cause="x", fix="y")
        else:
            actions.reopen_case(case.pk, reason="再现", actor=None, at=at, now=at)
    clock = clocks(case)["normal-resolve"]
    assert (clock.state, clock.due_at) == ("running", now + timedelta(hours=32))


def test_an_excuse_is_kept_with_reason_evidence_and_consent(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    at = now + timedelta(hours=10)
    actions.excuse_clock(
        case.pk,
        promise="normal-resolve",
        reason="停电",
        evidence="说明",
        agreed_by="值班长",
        actor=None,
        at=at,
        now=at,
    )
    assert clocks(case)["normal-resolve"].result == "waived"
    event = queries.history(case.pk).last()
    assert event is not None
    assert event.kind == "case.excused"
    assert event.data["agreed_by"] == "值班长"


def test_an_expired_contract_takes_the_case_without_promises(everything: wall.Scope, now: datetime) -> None:
    expired = factories.contract("video-integration", starts_on=date(2020, 1, 1), ends_on=date(2022, 12, 31))
    case = reported(expired, now)
    assert not case.in_scope
    assert not clocks(case)


def test_a_case_of_an_expired_contract_never_falls_to_a_neighbour(
    everything: wall.Scope, now: datetime
) -> None:
    expired = factories.contract("video-integration", starts_on=date(2020, 1, 1), ends_on=date(2022, 12, 31))
    running = contract_actions.add_contract(
        number="HT-NEIGHBOUR",
        name="邻居",
        customer=expired.customer,
        starts_on=date(2026, 1, 1),
        actor=None,
        now=now,
    )
    case = reported(expired, now)
    assert case.contract_id == expired.pk != running.pk


def test_the_same_report_twice_is_one_case(contract: Contract, now: datetime) -> None:
    first = reported(contract, now, idempotency_key="abc")
    second = reported(contract, now, idempotency_key="abc")
    assert first.pk == second.pk


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "长" * 201),
        ("title", "a\0b"),
        ("description", "x" * 20_001),
        ("kind", "ticket"),
        ("channel", "pigeon"),
        ("severity", "P1"),
    ],
)
def test_bad_input_names_its_field(contract: Contract, now: datetime, field: str, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        reported(contract, now, **{field: value})
    assert refused.value.facts["field"] == field


def test_another_contracts_case_does_not_exist(contract: Contract, now: datetime) -> None:
    case = reported(contract, now)
    with wall.Scope.of([contract.pk + 1]).entered(), pytest.raises(NotFound):
        actions.respond_case(case.pk, actor=None, at=now, now=now)


def test_the_rows_equal_what_the_events_say(contract: Contract, now: datetime) -> None:
    """Rebuilt from nothing, every clock comes out as it is stored."""
    case = reported(contract, now, severity="serious")
    for minutes, act in ((3, actions.respond_case), (40, actions.depart), (80, actions.arrive)):
        act(case.pk, actor=None, at=now + minutes * MINUTE, now=now + minutes * MINUTE)
    stored = {promise: (clock.state, clock.due_at) for promise, clock in clocks(case).items()}
    Clock.objects.filter(case=case).delete()
    actions.note_case(case.pk, actor=None, at=now + 81 * MINUTE, now=now + 81 * MINUTE, note="核对")
    assert {promise: (clock.state, clock.due_at) for promise, clock in clocks(case).items()} == stored
