"""Erlang's formulas against tables and against a queue that is played through."""

import heapq
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.foresight.queues import erlang_b, erlang_c, servers_for, share_waiting_longer


@pytest.mark.parametrize(
    ("servers", "load", "share"),
    [
        (1, 0.8, 0.8),
        (2, 1.0, 1 / 3),
        (2, 1.6, 0.7111),
        (3, 2.0, 4 / 9),
        (5, 4.0, 0.5541),
        (10, 8.0, 0.4092),
        (14, 10.0, 0.1741),
    ],
)
def test_erlang_c_agrees_with_its_tables(servers, load, share):
    assert erlang_c(servers, load) == pytest.approx(share, abs=5e-5)


@pytest.mark.parametrize(
    ("servers", "load", "share"), [(1, 1.0, 0.5), (5, 3.0, 0.1101), (10, 8.0, 0.1217), (20, 15.0, 0.0456)]
)
def test_erlang_b_agrees_with_its_tables(servers, load, share):
    assert erlang_b(servers, load) == pytest.approx(share, abs=5e-5)


def test_the_classic_call_centre_needs_fourteen_agents():
    """100 calls in half an hour, 3 minutes each, 80 % answered within 20 seconds."""
    assert servers_for(0.8, 200, 3 / 60, 20 / 3600) == 14
    assert share_waiting_longer(14, 200, 3 / 60, 20 / 3600) == pytest.approx(0.112, abs=5e-4)


def played(
    servers: int, per_hour: float, service: float, wait: float, seed: int, callers: int = 60_000
) -> float:
    """Share of callers who wait longer, in a queue played caller by caller: first come, first served."""
    dice, now, late = random.Random(seed), 0.0, 0
    free = [0.0] * servers
    for number in range(callers):
        now += dice.expovariate(per_hour)
        begun = max(now, heapq.heappop(free))
        heapq.heappush(free, begun + dice.expovariate(1 / service))
        if number >= callers // 10:
            late += begun - now > wait
    return late / (callers - callers // 10)


@pytest.mark.parametrize(
    ("servers", "per_hour", "service", "wait"),
    [(2, 5.0, 0.25, 0.1), (4, 1.5, 2.0, 1.0), (1, 2.0, 0.3, 0.5), (8, 12.0, 0.5, 0.05)],
)
def test_a_queue_that_is_played_waits_as_reckoned(servers, per_hour, service, wait):
    seen = sum(played(servers, per_hour, service, wait, seed) for seed in range(4)) / 4
    assert share_waiting_longer(servers, per_hour, service, wait) == pytest.approx(seen, abs=0.02)


shares = st.floats(0.5, 0.999)
hours = st.floats(0.01, 8)


@given(shares, st.floats(0.01, 60), hours, st.floats(0, 24))
def test_the_number_is_enough_and_one_less_is_not(share, per_hour, service, wait):
    servers = servers_for(share, per_hour, service, wait)
    assert servers is not None
    assert share_waiting_longer(servers, per_hour, service, wait) <= 1 - share
    if servers > 1:
        assert share_waiting_longer(servers - 1, per_hour, service, wait) > 1 - share


@given(st.integers(1, 30), st.floats(0.01, 40), hours, st.floats(0, 10))
def test_one_more_server_never_makes_anybody_wait_longer(servers, per_hour, service, wait):
    now, then = (share_waiting_longer(n, per_hour, service, wait) for n in (servers, servers + 1))
    assert 0 <= then <= now <= 1


def test_nobody_comes_nobody_is_needed_and_a_way_longer_than_the_limit_no_number_mends():
    assert servers_for(0.9, 0, 1, 1) == 0
    assert servers_for(0.9, 2, 1, -0.5) is None
