"""The lifecycle of a work order: what can follow what, checked as a table and by walking it at random."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain import work_orders
from luyue.domain.work_orders import (
    ACTS,
    BOOKED_STATES,
    ENDED_STATES,
    EVENT_OF_ACT,
    KINDS,
    OPEN_STATES,
    STATES,
    content_digest,
    is_late,
    next_act,
    open_checks,
    open_papers,
    possible_acts,
    state_after,
    true_time,
)

kinds, states, acts = st.sampled_from(KINDS), st.sampled_from(STATES), st.sampled_from(sorted(ACTS))
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@given(kinds, states, acts)
def test_every_step_leads_to_a_known_state(kind, state, act):
    assert state_after(kind, state, act) in {*STATES, None}


@given(kinds, st.lists(acts, max_size=30))
def test_whatever_is_tried_the_order_stays_on_a_known_road(kind, tried):
    state, been = "planned", ["planned"]
    for act in tried:
        state = state_after(kind, state, act) or state
        been.append(state)
    assert state in STATES
    # Nobody comes back from the end, and nothing is confirmed that was not ended before.
    if "confirmed" in been:
        first = been.index("confirmed")
        assert set(been[first:]) == {"confirmed"}
        assert set(been[:first]) & {"finished", "unfinished", "refused"}
    if "working" in been and kind == "remote":
        assert not {"departed", "arrived"} & set(been)
    if "finished" in been:
        assert "working" in been


@pytest.mark.parametrize("kind", KINDS)
def test_the_big_button_leads_from_planned_to_confirmed(kind):
    state, steps = "planned", []
    while (act := next_act(kind, state)) is not None:
        assert act in possible_acts(kind, state)
        steps.append(act)
        state = state_after(kind, state, act)
    assert state == "confirmed"
    going = [] if kind == "remote" else ["depart", "arrive"]
    assert steps == ["accept", *going, "start", "finish", "confirm"]


def test_every_state_is_open_or_ended_or_over():
    assert set(OPEN_STATES) | set(ENDED_STATES) | {"cancelled"} == set(STATES)
    assert set(BOOKED_STATES) < set(OPEN_STATES)


@pytest.mark.parametrize("state", ["finished", "unfinished", "refused", "confirmed", "arrived", "working"])
def test_who_has_come_cannot_be_called_off_or_moved(state):
    assert state_after("visit", state, "cancel") is None
    assert state_after("visit", state, "replan") is None


def test_nothing_is_added_below_a_signature():
    assert possible_acts("visit", "confirmed") == {"correct"}
    assert possible_acts("visit", "cancelled") == frozenset()


def test_every_act_has_an_event():
    assert ACTS - {"plan", "replan"} <= set(EVENT_OF_ACT)


def test_a_remote_session_needs_no_rules_of_a_room():
    assert open_checks("remote", (), pictures=0) == ("backup", "found")
    assert open_checks("visit", ("rules",), pictures=1) == ("backup",)
    assert open_checks("visit", ("rules", "backup", "found"), pictures=0) == ()


def test_only_an_emergency_repair_files_papers():
    assert open_papers("visit", ()) == ()
    assert open_papers("emergency_repair", ("plan",)) == ("drawing", "equipment")
    assert state_after("visit", "working", "paper") is None
    assert not work_orders.resolves_at_finish("emergency_repair")


skews = st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400))
ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


@given(skews, ages, ages)
def test_a_phone_with_a_wrong_clock_tells_the_true_time_all_the_same(skew, age, waited):
    """It happened `age` before sending; whatever the phone's clock shows, the server learns when, to the minute."""
    happened, sent = NOW - age, NOW
    found = true_time(happened + skew, sent + skew, NOW)
    assert abs(found - happened) <= timedelta(minutes=1)


def test_a_phone_that_does_not_say_when_it_sent_is_believed():
    assert true_time(NOW - timedelta(hours=3), None, NOW) == NOW - timedelta(hours=3)


def test_what_comes_hours_later_is_marked():
    assert is_late(NOW - timedelta(hours=4), NOW)
    assert not is_late(NOW - timedelta(minutes=5), NOW)


def test_what_was_signed_is_known_by_its_content_alone():
    one = {"number": "WO1", "entries": [{"text": "更换适配器"}], "files": []}
    same = {"files": [], "entries": [{"text": "更换适配器"}], "number": "WO1"}
    assert content_digest(one) == content_digest(same)
    assert content_digest(one) != content_digest(one | {"entries": [{"text": "更换 适配器"}]})
