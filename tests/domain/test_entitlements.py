"""Rules of entitlements against slow and obvious versions, and against the shipped plans."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts.plans import shipped_plans
from luyue.domain.charges import CHARGES, ITEMS
from luyue.domain.entitlements import (
    FAMILY_WORDS,
    FREE,
    KINDS,
    MOVES,
    OUTCOMES,
    STATE_WORDS,
    TOPICS,
    WAITING,
    Family,
    Fault,
    State,
    added_downtime,
    again_within,
    by_topic,
    downtime,
    family_of,
    outcome,
    overcharged,
    promised_charges,
    reckoned,
    repeated,
    withdrawn,
)
from luyue.domain.periods import add_months
from luyue.domain.plan.execution import executable
from luyue.domain.plan.loader import load_plan
from luyue.domain.statement import Outcome

ALL = [
    one
    for path in shipped_plans().values()
    for one in load_plan(path.read_bytes()).plan.entitlements
    if executable(one).status == "runs"
]
DAY = date(2026, 1, 1)
FAULTS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=12).map(
    lambda rows: [
        Fault(number, DAY + timedelta(days=day), DAY + timedelta(days=day + lasted))
        for number, (day, lasted) in enumerate(rows)
    ]
)
STRETCHES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 25)).map(lambda p: (p[0], p[0] + p[1])), max_size=8
)


# -- families ----------------------------------------------------------------------------------------------------


def test_every_entitlement_of_the_plans_has_a_family():
    assert Counter(family_of(one) for one in ALL).keys() == set(Family)
    assert sum(Counter(family_of(one) for one in ALL).values()) == 150


@given(st.sampled_from([TOPICS, FREE, KINDS]), st.data())
def test_the_longest_beginning_rules(table, data):
    stem = data.draw(st.sampled_from(sorted(table)))
    topic = stem + data.draw(st.sampled_from(["", ".more", ".more.still", "s"]))
    fitting = [key for key in table if topic == key or topic.startswith(f"{key}.")]
    expected = table[max(fitting, key=len)] if fitting else None
    assert by_topic(table, topic) == expected


def test_words_for_everything():
    assert set(FAMILY_WORDS) == set(Family)
    assert set(STATE_WORDS) == set(State)


# -- charges -----------------------------------------------------------------------------------------------------

HOW = st.sampled_from([*CHARGES, ""])


@given(
    st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(CHARGES)),
    st.dictionaries(st.sampled_from(ITEMS), HOW),
)
def test_more_was_asked_than_promised(promised, charged):
    rank = {"": 0, "free": 0, "cost": 1, "charged": 2, "quoted": 3, "unspecified": 4}
    wrong = set()
    for item in ITEMS:
        if item in promised and rank[charged.get(item, "")] > rank[promised[item]]:
            wrong.add(item)
    assert set(overcharged(promised, charged)) == wrong


@pytest.mark.parametrize("one", [one for one in ALL if promised_charges(one)], ids=lambda one: one.id)
def test_nothing_asked_keeps_it_and_what_was_promised_keeps_it(one):
    promised = promised_charges(one)
    assert overcharged(promised, {}) == []
    assert overcharged(promised, promised) == []


# -- devices -----------------------------------------------------------------------------------------------------


def slowly_repeated(faults, number, months):
    """Look at every fault in turn, back over those that no run has used, as far as the first of them allows."""
    rows = sorted(faults, key=lambda one: (one.day, one.case))
    runs, start = [], 0
    for at, fault in enumerate(rows):
        window = [one for one in rows[start : at + 1] if fault.day < add_months(one.day, months)]
        if len(window) >= number:
            runs.append(tuple(window))
            start = at + 1
    return runs


@given(FAULTS, st.integers(1, 4), st.integers(1, 3))
def test_repeated_faults(faults, number, months):
    found = repeated(faults, number, months)
    assert found == slowly_repeated(faults, number, months)
    assert all(len(run) == number for run in found)
    assert all(run[-1].day < add_months(run[0].day, months) for run in found)
    cases = [fault.case for run in found for fault in run]
    assert len(cases) == len(set(cases)), "a fault belongs to one run"


@given(FAULTS, st.integers(1, 4), st.integers(1, 3), st.sets(st.integers(0, 11)))
def test_faults_of_a_decided_run_make_no_other(faults, number, months, spent):
    left = [one for one in faults if one.case not in spent]
    assert repeated(faults, number, months, spent) == slowly_repeated(left, number, months)


@given(FAULTS, st.integers(1, 4), st.integers(1, 3))
def test_no_run_is_overlooked(faults, number, months):
    """Where no run was found, no choice of faults is one."""
    if repeated(faults, number, months):
        return
    for chosen in combinations(sorted(faults, key=lambda one: one.day), number):
        assert chosen[-1].day >= add_months(chosen[0].day, months)


@given(FAULTS, st.integers(1, 4))
def test_again_within(faults, months):
    rows = sorted(faults, key=lambda one: (one.day, one.case))
    slow = [
        (rows[i], rows[j])
        for i in range(len(rows))
        for j in range(len(rows))
        if j == i + 1 and rows[j].day >= rows[i].ended and rows[j].day < add_months(rows[i].ended, months)
    ]
    assert again_within(faults, months) == slow


@given(STRETCHES)
def test_downtime_counts_every_second_once(stretches):
    assert downtime(stretches) == len({second for start, end in stretches for second in range(start, end)})


@given(STRETCHES)
def test_added_downtime_adds_up(stretches):
    assert sum(added_downtime(stretches[:at], one) for at, one in enumerate(stretches)) == downtime(stretches)


# -- states ------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["grant", "do", "refuse", "break", "waive"]), max_size=12))
def test_moves_end(acts):
    state = State.OPEN
    seen = [state]
    for act in acts:
        state = MOVES.get((state, act), state)
        seen.append(state)
    for before, after in pairwise(seen):
        assert before is not State.WAIVED or after is before, "what was let pass stays so"
        assert before in WAITING or after not in WAITING, "what was decided does not wait again"


@given(st.sampled_from(State), st.sampled_from([State.OPEN, State.KEPT, State.BROKEN, None]), st.booleans())
def test_reckoned_anew(state, found, by_hand):
    after = reckoned(state, found, by_hand=by_hand)
    assert reckoned(after, found, by_hand=by_hand) is after, "a second look changes nothing"
    if by_hand:
        assert after is state
    elif (state, found) == (State.MISSED, State.OPEN):
        assert after is State.MISSED
    else:
        assert after is (found or State.WITHDRAWN)


@given(
    st.sampled_from(State), st.sampled_from(["case", "device", "claim", "review", "breach"]), st.booleans()
)
def test_withdrawn(state, origin, by_hand):
    after = withdrawn(state, origin, by_hand=by_hand)
    assert after in (None, State.KEPT, State.WITHDRAWN)
    assert (after is State.KEPT) == (state is State.BROKEN and origin == "case" and by_hand)
    if origin == "review":
        assert after is None
    elif state in WAITING:
        assert after is State.WITHDRAWN


@given(st.sampled_from(State), st.none() | st.integers(0, 100), st.integers(0, 100))
def test_outcome(state, due, as_of):
    found = outcome(state, due, as_of)
    if state in (State.OPEN, State.GRANTED):
        assert found is (Outcome.MISSED if due is not None and due < as_of else Outcome.RUNNING)
    else:
        assert found is OUTCOMES[state]
