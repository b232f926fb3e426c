"""What others changed since a page was drawn."""

from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.drafting.meanwhile import Act, overtaken

acts = st.lists(
    st.builds(Act, st.sampled_from([None, 1, 2, 3]), st.frozensets(st.integers(1, 4))), max_size=12
)


def slowly(given: list[Act], by: int | None, thing: int) -> list[int]:
    on = [number for number, act in enumerate(given) if thing in act.on]
    mine = [number for number in on if given[number].by == by]
    return [number for number in on if number > max(mine, default=-1)]


@given(acts, st.sampled_from([None, 1, 2]))
def test_it_is_what_others_did_after_ones_own_last_act_on_it(given: list[Act], by: int | None) -> None:
    found = overtaken(given, by)
    assert {thing: found.get(thing, []) for thing in range(1, 5)} == {
        thing: slowly(given, by, thing) for thing in range(1, 5)
    }
    assert all(found.values())


@given(acts)
def test_who_is_alone_is_never_told_anything(given: list[Act]) -> None:
    assert not overtaken([Act(1, act.on) for act in given], 1)


def test_the_later_of_two_hears_of_the_first_alone() -> None:
    both = [Act(1, frozenset({7})), Act(2, frozenset({7, 8}))]
    assert overtaken(both, 2) == {}
    assert overtaken(both, 1) == {7: [1], 8: [1]}
    assert overtaken(both, 3) == {7: [0, 1], 8: [1]}
