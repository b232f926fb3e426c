"""How much of a document was looked at: sentences with figures that are bound, rejected or no promise (L13)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from luyue.domain.drafting.states import ACCEPTED, PROPOSED, REJECTED


@dataclass(frozen=True, slots=True)
class Coverage:
    """Numbers of sentences with figures. open: nobody decided about them, or about a promise drafted from them."""

    bound: int = 0
    rejected: int = 0
    no_promise: int = 0
    open: int = 0

    @property
    def sentences(self) -> int:
        return self.bound + self.rejected + self.no_promise + self.open

    @property
    def settled(self) -> int:
        return self.sentences - self.open

    @property
    def percent(self) -> int:
        """Whole percent, rounded down, so that 100 means all; a document without figures has nothing open."""
        return 100 if not self.sentences else 100 * self.settled // self.sentences


BOUND, TURNED_DOWN, NO_PROMISE, OPEN = "bound", "rejected", "no_promise", "open"


def states_of(
    sentences: Sequence[tuple[int, int, bool]], promises: Iterable[tuple[int, int, str]]
) -> list[str]:
    """How it stands with each sentence.

    Args:
        sentences: (start, end, a person said that it is no promise), in the order of the text, none over another.
        promises: (start, end, state) of the places that drafted promises were read from.
    """
    starts, ends = [one[0] for one in sentences], [one[1] for one in sentences]
    over: list[set[str]] = [set() for _ in sentences]
    for start, end, state in promises:
        for place in range(bisect_right(ends, start), bisect_left(starts, end)):
            over[place].add(state)
    return [_state(states, aside) for states, (_, _, aside) in zip(over, sentences, strict=True)]


def _state(states: set[str], aside: bool) -> str:
    if PROPOSED in states:
        return OPEN
    if ACCEPTED in states:
        return BOUND
    if aside:
        return NO_PROMISE
    return TURNED_DOWN if REJECTED in states else OPEN


def coverage(
    sentences: Sequence[tuple[int, int, bool]], promises: Iterable[tuple[int, int, str]]
) -> Coverage:
    """The numbers; arguments as for `states_of`."""
    found = states_of(sentences, promises)
    return Coverage(found.count(BOUND), found.count(TURNED_DOWN), found.count(NO_PROMISE), found.count(OPEN))
