"""The state of a list in its address."""

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from luyue.web import lists

SPEC = lists.ListSpec(
    filters=(
        lists.Filter("state", "状态", [("open", "处理中"), ("closed", "已关闭"), ("cancelled", "已取消")]),
        lists.Filter("kind", "类别", [("fault", "故障"), ("help", "帮助")], multiple=False),
    ),
    sorts=(
        lists.Sort("due", "到期", ("next_due_at", "id")),
        lists.Sort("new", "最新", ("-reported_at", "-id")),
    ),
    search=True,
)


def read(text=""):
    return SPEC.read(QueryDict(text))


def test_nothing_in_the_address_is_the_usual_list():
    state = read()
    assert (state.chosen, state.q, state.order, state.query()) == ({}, "", ("next_due_at", "id"), "?")
    assert not state.narrowed


def test_filters_search_and_sort_are_read():
    state = read("state=closed&state=open&kind=fault&q=+大屏++黑+&sort=-new")
    assert state.chosen == {"state": ("closed", "open"), "kind": ("fault",)}
    assert (state.q, state.order) == ("大屏 黑", ("reported_at", "id"))


def test_the_same_list_has_one_address():
    one, other = (
        read("state=closed&state=open&q=a"),
        read("q=a+&x=1&state=open&state=closed&state=open&sort=due"),
    )
    assert one.query() == other.query() == "?state=open&state=closed&q=a"


def test_unknown_values_are_left_out_and_said():
    state = read("state=open&state=<b>&sort=password")
    assert state.chosen == {"state": ("open",)}
    assert state.order == ("next_due_at", "id")
    assert len(state.notices) == 2


def test_a_chip_takes_its_filter_off_and_starts_at_the_first_page():
    state = read("state=open&state=closed&q=a&after=token")
    assert [chip.remove for chip in state.chips()] == [
        "?state=closed&q=a",
        "?state=open&q=a",
        "?state=open&state=closed",
    ]


def test_a_filter_of_one_value_replaces_it():
    assert read("kind=fault").with_("kind", "help") == "?kind=help"


def test_a_table_head_turns_its_own_direction_around():
    assert read().sort_link("due") == ("ascending", "?sort=-due")
    assert read("sort=-due").sort_link("due") == ("descending", "?")
    assert read().sort_link("new") == ("none", "?sort=new")


@given(
    st.lists(
        st.tuples(st.sampled_from(["state", "kind", "q", "sort", "after", "zz"]), st.text(max_size=12)),
        max_size=8,
    )
)
def test_any_address_is_read_and_its_canonical_form_reads_the_same(pairs):
    params = QueryDict(mutable=True)
    for name, value in pairs:
        params.appendlist(name, value)
    state = SPEC.read(params)
    again = read(state.query().removeprefix("?"))
    assert (again.q, again.order, again.query()) == (state.q, state.order, state.query())
    assert {k: set(v) for k, v in again.chosen.items()} == {k: set(v) for k, v in state.chosen.items()}


def test_a_filter_shown_as_tabs_is_kept_in_the_address_and_said_once():
    views = lists.Filter("view", "视图", [("open", "未完成"), ("all", "全部")], multiple=False, tabs=True)
    spec = lists.ListSpec(filters=(views, *SPEC.filters))
    state = spec.read(QueryDict("view=all&kind=fault"))
    assert [chip.label for chip in state.chips()] == ["类别"]
    assert [one.name for one, _choices in state.menus()] == ["state", "kind"]
    assert state.chips()[0].remove == "?view=all"
    assert state.menus()[0][1][0].url == "?view=all&state=open&kind=fault"
