"""Which promises meet: conditions, periods, and whether two terms for what meets contradict one another.

A promise that only narrows another one to stricter terms ("urgent: 10 minutes" beside "always: 2 hours") is an
exception to it and no contradiction, one that narrows it to looser terms is.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import TypeVar

from luyue.domain.plan.model import Entitlement, Plan, Promise, When

# A limit beside these is a later stage of the same case, not a second opinion about it.
STAGES = ("remote_failed", "unsolved_for", "under_repair")
P = TypeVar("P", bound=Promise)


@lru_cache(maxsize=4096)
def conditions(when: When) -> Mapping[str, object]:
    """The conditions that are set, comparable: sets of words, flags, or a single value."""
    given: dict[str, object] = {}
    for name in type(when).model_fields:
        value = getattr(when, name)
        if value is None or (name == "channel" and value == "any"):
            continue
        given[name] = frozenset(value) if isinstance(value, tuple) else value
    return given


def meet(one: When, other: When, plan: Plan) -> bool:
    """Whether one case can be under both conditions: no field on which both are set and disjoint."""
    a, b = conditions(one), conditions(other)
    for name in a.keys() & b.keys() - {"note"} if a and b else ():
        x, y = a[name], b[name]
        if name == "period" and isinstance(x, frozenset) and isinstance(y, frozenset):
            if not any(periods_meet(p, q, plan) for p in x for q in y):
                return False
        elif isinstance(x, frozenset) and isinstance(y, frozenset):
            if not x & y:
                return False
        elif x != y:
            return False
    return True


def narrows(one: When, other: When) -> bool:
    """Whether `one` holds only where `other` holds too (the same conditions included)."""
    a, b = conditions(one), conditions(other)
    for name, y in b.items():
        x = a.get(name)
        if x is None:
            return False
        if isinstance(x, frozenset) and isinstance(y, frozenset):
            if not x <= y:
                return False
        elif x != y:
            return False
    return True


def same_stage(one: When, other: When) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in STAGES)


def periods_meet(one: str, other: str, plan: Plan) -> bool:
    """Whether two periods surely share some days: the same one, or both begin with the same event."""
    if one == other:
        return True
    known = {period.id: period for period in plan.periods}
    a, b = known[one], known[other]
    if _is_after(one, other, plan) or _is_after(other, one, plan):
        return False
    if a.after or b.after:
        return a.after == b.after
    return a.start == b.start != "unspecified"


def _is_after(one: str, other: str, plan: Plan) -> bool:
    """Whether a period begins when the other one, or one after that, ends."""
    after = {period.id: period.after for period in plan.periods}
    step = after[one]
    while step is not None and step != other:
        step = after[step]
    return step == other


def contradict(one: When, other: When, one_looser: bool, other_looser: bool) -> bool:
    """Two terms for what can meet: contradictory unless the narrower one is the stricter one."""
    if narrows(one, other) and narrows(other, one):
        return one_looser or other_looser
    if narrows(one, other):
        return one_looser
    if narrows(other, one):
        return other_looser
    return one_looser or other_looser


def pairs(promises: Sequence[P], key: Callable[[P], Hashable]) -> Iterator[tuple[P, P]]:
    """All pairs with the same key, each once."""
    groups: dict[Hashable, list[P]] = {}
    for promise in promises:
        groups.setdefault(key(promise), []).append(promise)
    for group in groups.values():
        yield from combinations(group, 2)


def in_same_stretch(a: Entitlement, b: Entitlement, plan: Plan) -> bool:
    """Whether two entitlements hold on some same day; without a period one always holds."""
    if a.period and b.period and not any(periods_meet(p, q, plan) for p in a.period for q in b.period):
        return False
    if a.years and b.years and set(a.period or ()) & set(b.period or ()):
        return a.years[0] < b.years[1] and b.years[0] < a.years[1]
    return True
