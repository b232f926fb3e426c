"""The life of an article, and the words that find it."""

from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.articles import (
    LIFECYCLE,
    STATES,
    VERSION_LIFECYCLE,
    VERSION_STATES,
    changed_lines,
    likely_query,
    tags_of,
)


def test_the_tables_know_only_known_states():
    assert {state for state, _act in LIFECYCLE} | set(LIFECYCLE.values()) == set(STATES)
    assert {state for state, _act in VERSION_LIFECYCLE} | set(VERSION_LIFECYCLE.values()) == set(
        VERSION_STATES
    )


def test_nothing_is_published_without_an_approval():
    assert [
        act for (state, act), after in LIFECYCLE.items() if after == "published" and state != "published"
    ] == ["approve"]


def test_words_of_two_characters_are_looked_for_and_empty_talk_is_not():
    assert likely_query("球机故障") == "'球机' | '机故'"
    assert likely_query("故障") == "'故障'"  # nothing else was said
    assert likely_query(" 。 ") == ""


@given(st.text(max_size=300))
def test_a_query_is_always_well_formed(text):
    parts = likely_query(text).split(" | ") if likely_query(text) else []
    assert all(part.startswith("'") and part.endswith("'") and "'" not in part[1:-1] for part in parts)


@given(st.text("甲乙丙\n", max_size=40), st.text("甲乙丙\n", max_size=40))
def test_the_changes_hold_both_texts(before, after):
    lines = changed_lines(before, after)
    assert [line for tag, line in lines if tag != "new"] == before.splitlines()
    assert [line for tag, line in lines if tag != "old"] == after.splitlines()


@given(st.text(max_size=400))
def test_tags_are_few_short_and_different(text):
    tags = tags_of(text)
    assert len(tags) <= 12 and len(set(tags)) == len(tags)
    assert all(0 < len(tag) <= 30 for tag in tags)


def test_tags_come_apart_at_chinese_marks_too():
    assert tags_of("供电、接头，防水 云台") == ["供电", "接头", "防水", "云台"]
