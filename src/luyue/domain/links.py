"""Which cases may hang together, and how: related, duplicate of, child of a mass fault. No database, no time of day.

A duplicate points to the case that stays, a child to its parent. Both pointers lead to a case that points nowhere
itself when they are made; so there is no circle, and nobody has two parents.
"""

from collections.abc import Iterable
from dataclasses import dataclass

RELATED, DUPLICATE, CHILD = "related", "duplicate", "child"
RELATIONS = (RELATED, DUPLICATE, CHILD)
POINTING = frozenset({DUPLICATE, CHILD})
# A mass fault is suggested from so many open cases of one site within so many seconds.
BURST, BURST_SECONDS = 3, 30 * 60


@dataclass(frozen=True, slots=True)
class Node:
    """A case as far as links ask for it."""

    id: int
    contract: int
    open: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A link that stands: source → target. For `related` the direction says nothing."""

    relation: str
    source: int
    target: int


def objection(relation: str, source: Node, target: Node, edges: Iterable[Edge]) -> str | None:
    """Why a link may not be made, as a code; None if it may.

    Args:
        edges: all links that stand and touch one of the two cases.
    """
    if source.id == target.id:
        return "itself"
    if source.contract != target.contract:
        return "other_contract"
    standing = list(edges)
    if relation == RELATED:
        pair = {source.id, target.id}
        return "linked_already" if any({edge.source, edge.target} == pair for edge in standing) else None
    pointing = [edge for edge in standing if edge.relation in POINTING]
    if any(edge.source == source.id for edge in pointing):
        return "has_parent"
    if any(edge.source == target.id for edge in pointing):
        return "target_points_on"
    if any(edge.relation == CHILD and edge.target == source.id for edge in pointing):
        return "has_children"
    if relation == DUPLICATE and not source.open:
        return "not_open"
    return None


def bursts(times: Iterable[int], *, many: int = BURST, within: int = BURST_SECONDS) -> bool:
    """Whether so many of these instants (UTC seconds) lie within so many seconds of each other."""
    ordered = sorted(times)
    return any(last - first <= within for first, last in zip(ordered, ordered[many - 1 :], strict=False))
