"""Pairing two versions of a document: against a slow obvious version, and worked examples."""

from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.drafting import revising

KEYS = st.tuples(st.sampled_from("abcd"), st.sampled_from("12"))
THINGS = st.lists(KEYS.map(lambda key: ("".join(key), key[0])), max_size=8)
PIECES = (
    "我方",
    "2小时",
    "4 小时",
    "十二小时",
    "内",
    "响应",
    "，",
    "。",
    "每季度",
    "巡检",
    "95%",
    "９5%",
    "3.5",
    "A",
    "\n",
    "\t",
)
WORDS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def longest_rising(found: list[tuple[int, int]]) -> int:
    """By trying all."""
    ordered = sorted(found)
    for size in range(len(ordered), 0, -1):
        if any(all(x[1] < y[1] for x, y in pairwise(some)) for some in combinations(ordered, size)):
            return size
    return 0


@given(THINGS, THINGS)
def test_pairs_are_as_many_as_the_keys_allow_and_each_thing_has_one_at_most(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    found = revising.pairs(old, new)
    assert len({pair.old for pair in found}) == len({pair.new for pair in found}) == len(found)
    assert all(old[pair.old][pair.level] == new[pair.new][pair.level] for pair in found)
    # Slowly: level by level, each key as often as both sides have it among those that are left.
    left, right = list(range(len(old))), list(range(len(new)))
    for level in (0, 1):
        both = Counter(old[i][level] for i in left) & Counter(new[i][level] for i in right)
        here = [pair for pair in found if pair.level == level]
        assert Counter(old[pair.old][level] for pair in here) == both
        left = [i for i in left if i not in {pair.old for pair in here}]
        right = [i for i in right if i not in {pair.new for pair in here}]
    steady = [(pair.old, pair.new) for pair in found if not pair.moved]
    assert len(steady) == longest_rising([(pair.old, pair.new) for pair in found])
    assert sorted(steady) == sorted(steady, key=lambda pair: pair[1])


@given(THINGS)
def test_the_same_version_again_is_all_the_same_and_nothing_moved(things: list[tuple[str, str]]) -> None:
    assert revising.pairs(things, things) == [revising.Pair(i, i, 0) for i in range(len(things))]


@given(THINGS, st.randoms())
def test_what_is_only_moved_has_its_partner(things: list[tuple[str, str]], random: object) -> None:
    shuffled = list(things)
    random.shuffle(shuffled)
    found = revising.pairs(things, shuffled)
    assert len(found) == len(things)
    assert {pair.level for pair in found} <= {0}


@given(st.lists(WORDS, max_size=7), st.lists(WORDS, max_size=7))
def test_a_comparison_has_every_sentence_once_and_keeps_the_new_order(old: list[str], new: list[str]) -> None:
    rows = revising.compare(old, new)
    assert [row.new for row in rows if row.new is not None] == list(range(len(new)))
    assert sorted(row.old for row in rows if row.old is not None) == list(range(len(old)))
    stays = [row.old for row in rows if row.old is not None and not row.moved and row.how != "changed"]
    assert stays == sorted(stays)
    for row in rows:
        a = old[row.old] if row.old is not None else ""
        b = new[row.new] if row.new is not None else ""
        if row.how == "same":
            assert revising.normalised(a) == revising.normalised(b)
        elif row.how == "figures":
            assert revising.normalised(a) != revising.normalised(b)
            assert revising.skeleton(a) == revising.skeleton(b)
        else:
            assert (row.how == "new") == (row.old is None)
            assert (row.how == "gone") == (row.new is None)


@given(WORDS, WORDS)
def test_marked_pieces_are_the_sentences_and_what_is_not_marked_agrees(old: str, new: str) -> None:
    left, right = revising.marked(old, new)
    assert "".join(words for words, _ in left) == old
    assert "".join(words for words, _ in right) == new
    assert [words for words, differs in left if not differs] == [
        words for words, differs in right if not differs
    ]


@given(WORDS)
def test_sentences_hold_everything_that_counts_and_none_lies_over_another(text: str) -> None:
    found = revising.sentences(text)
    assert "".join(revising.normalised(text[a:b]) for a, b in found) == "".join(
        revising.normalised(line) for line in text.split("\n")
    )
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert all(text[a:b].strip() == text[a:b] for a, b in found)


@given(WORDS, WORDS, WORDS)
def test_words_are_found_again_whatever_stands_around_them(before: str, words: str, after: str) -> None:
    for figures in (True, False):
        found = revising.find_like(f"{before}\n。{words}。\n{after}", words, figures=figures)
        if not revising.normalised(words):
            assert found is None
        elif not figures:
            assert found is not None


def test_a_figure_changes_the_skeleton_of_nothing() -> None:
    assert revising.skeleton("接到报修后 4 小时内到场，每季度巡检两次。") == revising.skeleton(
        "接到报修后24小时内到场；每季度巡检三次"
    )
    assert revising.normalised("４小时内，到场") == revising.normalised("4 小时内到场。")
    assert revising.normalised("99.5%") != revising.normalised("995%")


@pytest.mark.parametrize(
    ("text", "there"), [("12小时内响应", False), ("须2小时内响应", True), ("1.2小时内响应", False)]
)
def test_a_number_is_not_found_within_another(text: str, there: bool) -> None:
    assert (revising.find_like(text, "2小时内响应") is not None) == there


def test_a_changed_figure_is_marked_as_a_whole() -> None:
    left, right = revising.marked("12小时内到场", "24小时内到场")
    assert left == [("12", True), ("小时内到场", False)]
    assert right == [("24", True), ("小时内到场", False)]


def test_of_two_sentences_alike_the_one_between_the_same_neighbours_is_the_partner() -> None:
    old = ["一级", "2小时响应", "二级", "4小时响应"]
    new = ["一级", "二级", "3小时响应"]
    rows = revising.compare(old, new)
    assert [(row.how, row.old, row.new) for row in rows] == [
        ("same", 0, 0), ("gone", 1, None), ("same", 2, 1), ("figures", 3, 2),
    ]  # fmt: skip


def test_a_correction_holds_where_the_document_says_the_same_as_before() -> None:
    before = {"metric": "arrive", "severity": "any", "within": "P1D", "basis": "unspecified", "starts": ""}
    kept = before | {"severity": "紧急", "within": "PT24H", "basis": "24x7"}
    same, answers = revising.carried_facts(before, kept, before, ["day"])
    assert (same, answers) == (kept, ["day"])
    now = before | {"within": "P2D"}
    changed, answers = revising.carried_facts(before, kept, now, ["day", "start"])
    assert changed == now | {"severity": "紧急"}
    assert answers == ["start"]
