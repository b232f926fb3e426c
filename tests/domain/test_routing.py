"""Routes: the firm's rules first, then skill, region, load and roster; every point has its reason."""

from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.routing import Candidate, Need, Rule, found_regions, suggest

words = st.sampled_from(["camera", "server", "application", "business", ""])
needs = st.builds(
    Need, kind=st.sampled_from(["fault", "defect"]), topic=words, device=words, place=st.just(("北门",))
)
people = st.lists(
    st.builds(
        Candidate, id=st.integers(1, 30), name=st.just("甲"), role=st.sampled_from(["engineer", "manager"]),
        skills=st.frozensets(words), regions=st.sampled_from([(), ("北",), ("南",)]), open_cases=st.integers(0, 40),
        overdue=st.integers(0, 9), of_contract=st.booleans(), on_duty=st.sampled_from([None, True, False]),
    ),
    max_size=9, unique_by=lambda one: one.id,
)  # fmt: skip
rules = st.lists(
    st.builds(
        Rule, id=st.integers(1, 9), name=st.just("规则"), kinds=st.sampled_from([(), ("fault",)]),
        devices=st.sampled_from([(), ("camera",)]), role=st.sampled_from(["", "engineer"]), skill=words,
    ),
    max_size=4,
)  # fmt: skip


@given(needs, rules, people)
def test_the_score_is_the_sum_of_its_reasons_and_the_order_follows_it(
    need: Need, given_rules: list[Rule], those: list[Candidate]
) -> None:
    found = suggest(need, given_rules, those, most=99)
    assert {one.person for one in found} == {one.id for one in those}
    assert all(one.score == sum(reason.points for reason in one.reasons) for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert found == suggest(need, given_rules, list(reversed(those)), most=99), (
        "the order of asking says nothing"
    )


@given(needs, rules, people)
def test_more_to_do_never_makes_anybody_likelier(
    need: Need, given_rules: list[Rule], those: list[Candidate]
) -> None:
    from dataclasses import replace

    before = {one.person: one.score for one in suggest(need, given_rules, those, most=99)}
    busier = [replace(one, open_cases=one.open_cases + 1) for one in those]
    after = {one.person: one.score for one in suggest(need, given_rules, busier, most=99)}
    assert all(after[person] <= score for person, score in before.items())


def test_a_business_question_goes_to_business_staff_whatever_else_speaks_for_others() -> None:
    rule = Rule(1, "业务问题找业务", natures=("business",), skill="business")
    technician = Candidate(1, "技", "engineer", frozenset({"application"}), of_contract=False)
    business = Candidate(2, "业", "project_manager", frozenset({"business"}))
    need = Need("consultation", topic="application", nature="business")
    assert [one.person for one in suggest(need, [rule], [technician, business])] == [2, 1]
    assert suggest(need, [rule], [business])[0].reasons[0].what == "business"


def test_the_first_rule_that_fits_counts() -> None:
    rules_ = [Rule(1, "南区", regions=("南",), person=1), Rule(2, "摄像机", devices=("camera",), person=2)]
    those = [Candidate(1, "甲", "engineer"), Candidate(2, "乙", "engineer")]
    assert suggest(Need("fault", device="camera", place=("北门",)), rules_, those)[0].person == 2
    assert suggest(Need("fault", device="camera", place=("南门",)), rules_, those)[0].person == 1


def test_a_region_is_found_in_names_and_addresses() -> None:
    assert found_regions(["朝阳", "海淀", ""], ["某小区", "朝阳区建国路"]) == ["朝阳"]
    assert found_regions(["朝阳"], []) == []
