"""Links of cases: no circles, one parent, one contract; a merge that was undone has cost nobody anything."""

from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.cases import CANCELLED, MERGED, REPORTED, RESOLVED, UNMERGED, CaseEvent, Facts, standing
from luyue.domain.clocks import read_case
from luyue.domain.links import (
    BURST,
    BURST_SECONDS,
    CHILD,
    DUPLICATE,
    POINTING,
    RELATED,
    Edge,
    Node,
    bursts,
    objection,
)
from tests.domain.test_clocks import ALWAYS, at, terms

tries = st.lists(
    st.tuples(st.sampled_from([RELATED, DUPLICATE, CHILD]), st.integers(1, 6), st.integers(1, 6)), max_size=25
)


def node(number: int, contract: int = 1, *, is_open: bool = True) -> Node:
    return Node(number, contract, is_open)


def grown(wanted: list[tuple[str, int, int]]) -> list[Edge]:
    """All links that the rules let through, one after the other."""
    edges: list[Edge] = []
    for relation, source, target in wanted:
        near = [edge for edge in edges if {edge.source, edge.target} & {source, target}]
        if objection(relation, node(source), node(target), near) is None:
            edges.append(Edge(relation, source, target))
    return edges


@given(tries)
def test_pointers_never_run_in_a_circle(wanted: list[tuple[str, int, int]]) -> None:
    points = {edge.source: edge.target for edge in grown(wanted) if edge.relation in POINTING}
    for start in points:
        seen, at = {start}, points[start]
        while at in points:
            assert at not in seen
            seen.add(at)
            at = points[at]


@given(tries)
def test_nobody_has_two_parents(wanted: list[tuple[str, int, int]]) -> None:
    sources = [edge.source for edge in grown(wanted) if edge.relation in POINTING]
    assert len(sources) == len(set(sources))


def test_why_a_link_is_refused() -> None:
    assert objection(RELATED, node(1), node(1), []) == "itself"
    assert objection(CHILD, node(1), node(2, contract=2), []) == "other_contract"
    assert objection(RELATED, node(2), node(1), [Edge(RELATED, 1, 2)]) == "linked_already"
    assert objection(CHILD, node(1), node(3), [Edge(DUPLICATE, 1, 2)]) == "has_parent"
    assert objection(DUPLICATE, node(1), node(2), [Edge(CHILD, 2, 3)]) == "target_points_on"
    assert objection(CHILD, node(1), node(2), [Edge(CHILD, 3, 1)]) == "has_children"
    assert objection(DUPLICATE, node(1, is_open=False), node(2), []) == "not_open"
    assert objection(CHILD, node(1, is_open=False), node(2), []) is None


@given(st.lists(st.integers(0, 20_000), max_size=12))
def test_a_burst_is_what_a_slow_look_finds(times: list[int]) -> None:
    slow = any(sum(0 <= other - at <= BURST_SECONDS for other in times) >= BURST for at in times)
    assert bursts(times) == slow


def test_a_merge_that_stands_cancels_and_one_undone_does_not() -> None:
    reported, merged = CaseEvent(REPORTED, 0, 0), CaseEvent(MERGED, 100, 100)
    undone, solved = CaseEvent(UNMERGED, 200, 200), CaseEvent(RESOLVED, 300, 300)
    assert [event.kind for event in standing([reported, merged])] == [REPORTED, CANCELLED]
    assert standing([reported, merged, undone, solved]) == [reported, solved]
    again = CaseEvent(MERGED, 250, 250)
    assert [event.kind for event in standing([reported, merged, undone, again])] == [REPORTED, CANCELLED]


def test_clocks_of_an_undone_merge_run_from_the_first_report() -> None:
    one, begin = [terms(calendar=ALWAYS)], at("2026-03-04 10:00")
    events = [CaseEvent(REPORTED, begin, begin), CaseEvent(MERGED, begin + 60, begin + 60)]
    (ended,) = read_case(one, Facts(), events, begin + 100)
    assert (ended.state, ended.ended_at) == ("cancelled", begin + 60)
    events.append(CaseEvent(UNMERGED, begin + 120, begin + 120))
    (alive,) = read_case(one, Facts(), events, begin + 130)
    assert alive == read_case(one, Facts(), events[:1], begin + 130)[0]
    assert alive.open
