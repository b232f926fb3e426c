"""Question sets and answers: what is owed, what is low, what cannot be kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.follow_ups import is_low
from luyue.domain.refusals import BadInput
from luyue.domain.surveys import results
from luyue.domain.surveys.questions import check, load, lowest, overall, texts
from luyue.surveys import shipped

SMALL = """
code: small
zh: 小问卷
en: Small
kinds: [regular]
overall: all
questions:
  - {id: all, zh: 总体, en: All}
  - {id: odd, zh: 异常, en: Odd, kind: yes_no}
  - {id: what, zh: 什么, en: What, kind: text, after: odd}
  - {id: more, zh: 还有, en: More, kind: text}
  - {id: extra, zh: 培训, en: Training, optional: true}
"""
SET = load(SMALL)


def test_what_has_to_be_answered_is_missed():
    assert check(SET, {}).problems == {"all": "missing", "odd": "missing"}
    assert check(SET, {"all": "4", "odd": "yes"}).problems == {"what": "missing"}
    assert check(SET, {"all": "4", "odd": "yes", "what": "抖动"}).problems == {}
    assert check(SET, {"all": "4", "odd": "no"}).problems == {}


def test_no_answer_is_no_value():
    assert check(SET, {"all": "5", "odd": "no", "extra": " "}).answers == {"all": 5, "odd": "no"}
    assert results.figure(SET.questions[4], [{"all": 5}]).mean is None


def test_what_was_said_about_nothing_odd_is_left_out():
    assert "what" not in check(SET, {"all": "5", "odd": "no", "what": "忘了删"}).answers


@pytest.mark.parametrize("said", ["0", "6", "x", "-1", "4.5"])
def test_a_score_is_1_to_5(said):
    assert check(SET, {"all": said, "odd": "no"}).problems == {"all": "unknown"}


def test_a_low_score_anywhere_is_a_complaint():
    assert is_low(lowest(SET, {"all": 5, "extra": 2}))
    assert not is_low(lowest(SET, {"all": 3}))
    assert not is_low(lowest(SET, {}))
    assert lowest(SET, {"all": 5, "extra": 2}) == 2
    assert overall(SET, {"all": 5, "extra": 2}) == 5
    assert texts(SET, {"more": "好"})[0][1] == "好"


@given(st.dictionaries(st.sampled_from(["all", "odd", "what", "more", "extra", "zz"]), st.text(max_size=30)))
def test_answers_are_kept_or_refused_and_never_invented(given_):
    found = check(SET, given_)
    assert not set(found.answers) & set(found.problems)
    assert set(found.answers) <= {name for name, value in given_.items() if value.strip()} - {"zz"}


@given(st.lists(st.dictionaries(st.sampled_from(["all", "extra"]), st.integers(1, 5)), max_size=40))
def test_figures_count_only_those_who_answered(answers):
    for figure in results.figures(SET, answers):
        given_ = [one[figure.question.id] for one in answers if figure.question.id in one]
        assert figure.answered == len(given_)
        if given_ and figure.question.kind == "score":
            assert figure.mean == round(sum(given_) / len(given_), 2)
            assert figure.satisfied == round(100 * sum(1 for one in given_ if one >= 4) / len(given_), 1)


def test_the_rate_of_nobody_is_no_rate():
    assert results.Rate(0, 0).percent is None
    assert results.Rate(1, 3).percent == 33.3


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("code: [", "not_yaml"),
        ("- a", "not_yaml"),
        (SMALL.replace("overall: all", "overall: more"), "not_a_set"),
        (SMALL.replace("after: odd", "after: all"), "not_a_set"),
        (SMALL.replace("id: more", "id: all"), "not_a_set"),
        (SMALL.replace("kind: yes_no", "kind: choice"), "not_a_set"),
        (SMALL + "  - {id: q, zh: 题, en: Q, group: none}", "not_a_set"),
    ],
)
def test_a_set_that_does_not_fit_together_is_refused(change, problem):
    with pytest.raises(BadInput) as refused:
        load(change)
    assert refused.value.facts["problem"] == problem


def test_the_shipped_sets_ask_what_the_plans_promise():
    sets = shipped.contents()
    assert {"intake", "handling", "support"} <= sets["satisfaction"].asks
    # The fields of 《售后系统运行调查表》 but for those that stand on every form.
    fields = {"device-use", "running", "stability", "abnormal", "description", "satisfaction", "remarks"}
    assert fields <= sets["system"].asks
    assert {"needs", "doubts"} <= sets["regular"].asks
    assert all(kind in sets[code].kinds for kind, code in shipped.USUAL.items())
