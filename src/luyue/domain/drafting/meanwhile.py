"""Two people review the same draft: what somebody else changed since a page was drawn."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a review. by: id of who did it, None: nobody's; on: ids of the things it changed."""

    by: int | None
    on: frozenset[int]


def overtaken(acts: Iterable[Act], by: int | None) -> dict[int, list[int]]:
    """Thing → numbers of the acts of others on it, oldest first, since `by` himself last changed it.

    acts: those since the page was drawn, oldest first. Who has changed a thing after the others has seen what they
    did: otherwise his act would have been refused.
    """
    found: dict[int, list[int]] = {}
    for number, act in enumerate(acts):
        for thing in act.on:
            if act.by == by:
                found.pop(thing, None)
            else:
                found.setdefault(thing, []).append(number)
    return found
