"""Rules of reviewing a read document: places, coverage, amounts, questions, states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.drafting import amounts, coverage, facts, places, questions, states
from luyue.domain.refusals import BadInput, IllegalMove

TEXTS = st.text(alphabet="响应2小时内，。；到达 现场\n5个工作日\x0b𠀀", max_size=300)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]]]:
    text = draw(TEXTS)
    edge = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edge, edge), max_size=12))
    return text, [(key, min(a, b), max(a, b)) for key, (a, b) in enumerate(pairs)]


@given(marked())
def test_stretches_are_the_whole_text_and_carry_exactly_their_marks(
    case: tuple[str, list[tuple[int, int, int]]],
) -> None:
    text, marks = case
    found = places.stretches(0, len(text), marks)
    assert "".join(text[one.start : one.end] for one in found) == text
    for one in found:
        middle = one.start
        assert set(one.marks) == {key for key, start, end in marks if start <= middle < end}


@given(TEXTS, st.integers(4, 60))
def test_parts_are_the_whole_text_and_every_place_is_found_again(text: str, size: int) -> None:
    cut = places.parts(text, size)
    assert "".join(text[start:end] for start, end in cut) == text
    assert all(end - start <= size + size // 4 for start, end in cut)
    for place in range(len(text)):
        start, end = cut[places.part_at(cut, place)]
        assert start <= place < end


@given(TEXTS)
def test_a_cut_leaves_words_on_both_sides(words: str) -> None:
    for at in places.cuts(words):
        assert words[:at].strip() and words[at:].strip()
        assert words[:at] + words[at:] == words


@given(TEXTS, st.integers(0, 299), st.integers(1, 40))
def test_words_of_a_text_are_found_in_it_also_without_its_spaces(text: str, start: int, length: int) -> None:
    words = text[start : start + length]
    if not words.strip():
        assert places.find(text, words) is None
        return
    for typed in (words, "".join(words.split())):
        found = places.find(text, typed)
        assert found is not None
        assert "".join(text[slice(*found)].split()) == "".join(words.split())


def test_words_that_stand_nowhere_are_not_found() -> None:
    assert places.find("2小时内响应", "3小时内响应") is None


@st.composite
def reviewed(draw: st.DrawFn) -> tuple[list[tuple[int, int, bool]], list[tuple[int, int, str]]]:
    edges = sorted(draw(st.sets(st.integers(0, 200), max_size=20)))
    sentences = [(a, b, draw(st.booleans())) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    some = st.tuples(
        st.integers(0, 199), st.integers(1, 60), st.sampled_from(["proposed", "accepted", "rejected"])
    )
    return sentences, [
        (start, start + length, state) for start, length, state in draw(st.lists(some, max_size=15))
    ]


@given(reviewed())
def test_coverage_counts_each_sentence_once_by_what_stands_over_it(
    case: tuple[list[tuple[int, int, bool]], list[tuple[int, int, str]]],
) -> None:
    sentences, promises = case
    found = coverage.states_of(sentences, promises)
    for (start, end, aside), state in zip(sentences, found, strict=True):
        over = {what for first, last, what in promises if first < end and start < last}
        if "proposed" in over:
            assert state == "open"
        elif "accepted" in over:
            assert state == "bound"
        elif aside:
            assert state == "no_promise"
        else:
            assert state == ("rejected" if over else "open")
    numbers = coverage.coverage(sentences, promises)
    assert numbers.sentences == len(sentences)
    assert (numbers.percent == 100) == (numbers.open == 0)


@given(st.decimals(min_value="0.01", max_value=100, places=2), st.sampled_from(sorted(amounts.LIMIT_UNITS)))
def test_a_limit_comes_back_as_it_was_typed(number: object, unit: str) -> None:
    iso, basis = amounts.limit_of(str(number), unit)
    typed, again = amounts.limit_parts(iso, basis)
    assert again == unit
    assert amounts.limit_of(typed, again) == (iso, basis)


@pytest.mark.parametrize("typed", ["", "x", "0", "-1", "NaN", "Infinity", "1e99", "两"])
def test_no_number_no_limit(typed: str) -> None:
    with pytest.raises(BadInput):
        amounts.limit_of(typed, "hour")


@pytest.mark.parametrize(
    ("words", "basis", "asked"),
    [
        ("1天内到达现场", "calendar", True),
        ("1个自然日内到达现场", "calendar", False),
        ("1个工作日内到达现场", "business_day", False),
    ],
)
def test_a_day_that_does_not_say_which_is_asked_about(words: str, basis: str, asked: bool) -> None:
    facts = {"within": "P1D", "basis": basis}
    found = [one.code for one in questions.questions("target", facts, words, ())]
    assert found == (["day"] if asked else [])
    assert questions.questions("target", facts, words, ("day",)) == []


@pytest.mark.parametrize(
    ("answer", "within", "basis"),
    [("working_day", "P2D", "business_day"), ("calendar_day", "P2D", "calendar"), ("hours", "PT48H", "24x7")],
)
def test_an_answer_settles_the_limit(answer: str, within: str, basis: str) -> None:
    made = questions.answer("day", answer, {"within": "P2D", "basis": "calendar", "metric": "arrive"})
    assert (made["within"], made["basis"], made["metric"]) == (within, basis, "arrive")


def test_an_answer_that_nobody_offered_is_none() -> None:
    with pytest.raises(KeyError):
        questions.answer("day", "month", {"within": "P2D"})


def test_every_decision_can_be_taken_back() -> None:
    for act in ("accept", "reject", "merge"):
        assert states.after(states.after("proposed", act), "reopen") == "proposed"


def test_a_second_click_changes_nothing_and_a_merged_one_is_not_accepted() -> None:
    assert states.after("accepted", "accept") == "accepted"
    with pytest.raises(IllegalMove):
        states.after("merged", "accept")
    with pytest.raises(IllegalMove):
        states.after("proposed", "sell")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9:00-18:00", ["09:00-18:00"]),
        ("08:30-12:00，13:30–17:30", ["08:30-12:00", "13:30-17:30"]),
        ("8：30 至 24：00", ["08:30-24:00"]),
        ("", []),
    ],
)
def test_hours_of_a_day_are_kept_in_one_form(typed: str, kept: list[str]) -> None:
    assert facts.windows_of(typed) == kept


@pytest.mark.parametrize("typed", ["18:00-09:00", "9:00", "9:60-10:00", "09:00-24:01", "9-18", "白天"])
def test_hours_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        facts.windows_of(typed)


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_hours_come_back_as_they_are_kept(first: int, last: int) -> None:
    window = f"{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"
    if first < last:
        assert facts.windows_of(window) == [window]
    else:
        with pytest.raises(BadInput):
            facts.windows_of(window)


TARGET = {
    "metric": "arrive", "severity": "any", "within": "PT2H", "basis": "24x7", "scope": "", "starts": "reported",
}  # fmt: skip


def test_facts_of_a_kind_are_taken_as_they_are() -> None:
    assert facts.checked("target", TARGET) == TARGET


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metric", "fly"), ("metric", ["arrive"]), ("within", "2h"), ("within", "PT0H"), ("within", "P1DT2H"),
        ("basis", "moon"), ("severity", ""), ("scope", "x" * 81), ("starts", None), ("starts", "a\0"), ("more", "x"),
    ],
)  # fmt: skip
def test_facts_that_no_promise_of_the_kind_has_are_refused_by_their_name(field: str, value: object) -> None:
    with pytest.raises(BadInput) as refused:
        facts.checked("target", TARGET | {field: value})
    assert refused.value.facts["field"] == field


def test_a_missing_fact_and_an_unknown_kind_are_refused() -> None:
    with pytest.raises(BadInput):
        facts.checked("target", {name: value for name, value in TARGET.items() if name != "scope"})
    with pytest.raises(BadInput):
        facts.checked("wish", TARGET)


@given(st.sampled_from(sorted(facts.FIELDS)), st.data())
def test_whatever_is_sent_is_taken_whole_or_refused_with_a_field(kind: str, data: st.DataObject) -> None:
    anything = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text())
    )
    sent = data.draw(st.fixed_dictionaries(dict.fromkeys(facts.FIELDS[kind], anything)))
    try:
        assert facts.checked(kind, sent) == sent
    except BadInput as refused:
        assert refused.facts["field"] in facts.FIELDS[kind]
