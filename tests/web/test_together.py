"""Callers that are served together: everybody gets his own answer, whatever happens to the others."""

import time
from collections import Counter as Count
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luyue.web import together
from luyue.web.together import Together


class Counter:
    """Answers twice the number; holds the first group until told, so that the others have to wait."""

    def __init__(self, held: int = 1) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.go, self.lock, self.held = Event(), Event(), Lock(), held

    def __call__(self, asked: Sequence[int]) -> list[int | None]:
        with self.lock:
            self.groups.append(list(asked))
            first = len(self.groups) <= self.held
            if len(self.groups) == self.held:
                self.begun.set()
        if first:
            assert self.go.wait(10)
        if 13 in asked:
            raise ValueError(asked)
        return [None if number % 7 == 0 else 2 * number for number in asked]


def _waiting(of: Together[int, int], key: str) -> int:
    line = of._lines.get(key)
    return len(line.waiting) if line else 0


def _asked(counter: Counter, numbers: Sequence[int]) -> list[int | None]:
    """The first SERVING of them are held until the others wait behind them."""
    of = Together(counter)
    with ThreadPoolExecutor(len(numbers)) as pool:
        answers = [pool.submit(of.ask, "key", number) for number in numbers]
        assert counter.begun.wait(10)
        for _ in range(10_000):
            if _waiting(of, "key") == len(numbers) - counter.held:
                break
            Event().wait(0.001)
        counter.go.set()
        found = [answer.result(10) for answer in answers]
    assert not of._lines  # nothing is kept of those who are gone
    return found


def test_who_waits_goes_together_with_the_next_group() -> None:
    counter = Counter(together.SERVING)
    numbers = [one for one in range(1, 50) if one % 7 and one != 13]
    assert _asked(counter, numbers) == [2 * one for one in numbers]
    assert sorted(one for group in counter.groups for one in group) == numbers
    sizes = [len(group) for group in counter.groups]
    assert sizes[: together.SERVING] == [1] * together.SERVING
    assert max(sizes) == together.MOST  # as many as may, not more


def test_a_group_that_fails_is_told_to_go_alone_and_the_next_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    numbers = [1, 2, 3, 4, 13, 5, 6]
    counter = Counter(together.SERVING)
    answers = dict(zip(numbers, _asked(counter, numbers), strict=True))
    failed = next(group for group in counter.groups if 13 in group)
    for number in numbers:
        assert answers[number] == (None if number in failed else 2 * number)
    assert "go alone" in caplog.text
    again = Together(counter)
    assert again.ask("key", 4) == 8


@given(st.lists(st.integers(1, 12), min_size=together.SERVING, max_size=12))
def test_everybody_gets_the_answer_to_what_he_asked(numbers: list[int]) -> None:
    assert _asked(Counter(together.SERVING), numbers) == [
        None if one % 7 == 0 else 2 * one for one in numbers
    ]


def test_other_keys_do_not_wait() -> None:
    counter = Counter(together.SERVING)
    of = Together(counter)
    with ThreadPoolExecutor(together.SERVING) as pool:
        held = [pool.submit(of.ask, "one", number) for number in range(1, together.SERVING + 1)]
        assert counter.begun.wait(10)
        assert of.ask("other", 5) == 10
        counter.go.set()
        assert [one.result(10) for one in held] == [2, 4][: together.SERVING]


def test_who_is_alone_is_served_at_once() -> None:
    counter = Counter(0)
    of = Together(counter)
    assert [of.ask("key", number) for number in (1, 2, 3)] == [2, 4, 6]
    assert counter.groups == [[1], [2], [3]]


class Gates:
    """Answers with the number itself; each group is held until its gate opens."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.gates: list[Event] = []
        self.lock = Lock()

    def __call__(self, asked: Sequence[int]) -> list[int | None]:
        gate = Event()
        with self.lock:
            self.groups.append(list(asked))
            self.gates.append(gate)
        assert gate.wait(10)
        return list(asked)


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if holds():
            return
        time.sleep(0.001)
    raise AssertionError("it never came to hold")


def _crowd(of: Together[int, int], gates: Gates, pool: ThreadPoolExecutor) -> None:
    """Eight callers: one group for each place, then all others in one group that is held."""
    for number in range(8):
        pool.submit(of.ask, "key", number)
        if number < together.SERVING:
            _until(lambda: len(gates.groups) == number + 1)  # noqa: B023 - asked before the loop goes on
    _until(lambda: _waiting(of, "key") == 8 - together.SERVING)
    gates.gates[0].set()
    _until(lambda: len(gates.groups) == together.SERVING + 1)
    for gate in gates.gates[: together.SERVING]:
        gate.set()
    _until(lambda: of._lines["key"].present == 8 - together.SERVING)


def test_in_a_crowd_a_group_waits_for_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "COMPANY_SECONDS", 10)
    gates = Gates()
    of = Together(gates)
    with ThreadPoolExecutor(20) as pool:
        _crowd(of, gates, pool)
        share = of._lines["key"].enough
        assert share == (8 - 1) // together.SERVING  # of those who were there when the group was taken
        for number in range(10, 10 + share - 1):
            pool.submit(of.ask, "key", number)
        _until(lambda: _waiting(of, "key") == share - 1)
        assert len(gates.groups) == together.SERVING + 1, "nobody is served while company is missing"
        pool.submit(of.ask, "key", 99)
        _until(lambda: len(gates.groups) == together.SERVING + 2)
        assert len(gates.groups[-1]) == share
        for gate in gates.gates:
            gate.set()
    assert not of._lines


def test_who_stays_alone_does_not_wait_long() -> None:
    gates = Gates()
    of = Together(gates)
    with ThreadPoolExecutor(20) as pool:
        _crowd(of, gates, pool)
        pool.submit(of.ask, "key", 10)
        _until(lambda: gates.groups[-1] == [10])
        for gate in gates.gates:
            gate.set()
    assert not of._lines


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=15), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.0002, 0.002]),
)
def test_nobody_is_lost_in_any_traffic(callers: list[list[int]], takes: float) -> None:
    served: list[int] = []

    def serve(asked: Sequence[int]) -> list[int | None]:
        time.sleep(takes)
        served.extend(asked)
        if 13 in asked:
            raise ValueError(asked)
        return [None if number % 7 == 0 else 2 * number for number in asked]

    of = Together(serve)
    with ThreadPoolExecutor(len(callers)) as pool:
        found = list(pool.map(lambda numbers: [of.ask("key", number) for number in numbers], callers))
    asked = [number for numbers in callers for number in numbers]
    assert Count(served) == Count(asked)  # each once
    for numbers, answers in zip(callers, found, strict=True):
        for number, answer in zip(numbers, answers, strict=True):
            assert answer == (2 * number if number % 7 and number != 13 else None) or (
                answer is None and 13 in asked
            )
    assert not of._lines
