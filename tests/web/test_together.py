"""Callers that are served together: everybody gets his own answer, whatever happens to the others."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from hypothesis import given
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
