"""Rules of trainings: hours by properties and against a slow count, people, scores, plans."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts.plans import shipped_plans
from luyue.domain.plan.loader import load_plan
from luyue.domain.refusals import BadInput
from luyue.domain.training import drawing, people, results
from luyue.domain.training.attending import GRACE, HOUR, Held, attended, credit, hours, marks, short
from luyue.domain.training.people import Human
from luyue.domain.training.results import Attempt

MINUTE = 60
instants = st.integers(0, 600).map(lambda minute: minute * MINUTE)
stretches = st.tuples(instants, instants)
sessions = st.builds(
    lambda begin, length, breaks: Held(begin, begin + length, breaks),
    instants, st.integers(1, 480).map(lambda minute: minute * MINUTE), st.lists(stretches, max_size=4),
)  # fmt: skip


def slowly(held: Held, since: int, until: int) -> int:
    """Minute by minute: taught when inside of the session and in no break."""
    count = 0
    for at in range(held.begin, held.end, MINUTE):
        free = any(first <= at < last for first, last in held.breaks)
        count += MINUTE if since <= at < until and not free else 0
    return count


@given(sessions)
def test_who_was_there_all_the_time_has_the_taught_time(held):
    assert attended(held, held.begin, None) == held.seconds == slowly(held, held.begin, held.end)


@given(sessions, instants, instants)
def test_presence_agrees_with_a_slow_count(held, arrived, stay):
    left = arrived + stay
    since = held.begin if arrived <= held.begin + GRACE else arrived
    until = held.end if left >= held.end - GRACE else left
    assert attended(held, arrived, left) == slowly(held, since, until)


@given(sessions, instants, instants, instants)
def test_who_comes_later_or_goes_earlier_has_no_more(held, arrived, later, left):
    assert attended(held, arrived + later, None) <= attended(held, arrived, None)
    assert attended(held, arrived, left) <= attended(held, arrived, None) <= held.seconds
    assert attended(held, arrived, left) >= 0


@given(sessions, st.lists(stretches, max_size=3))
def test_a_further_break_never_adds_hours(held, more):
    shorter = Held(held.begin, held.end, [*held.breaks, *more])
    assert shorter.seconds <= held.seconds


def test_nobody_has_hours_for_what_he_did_not_attend():
    assert attended(Held(0, HOUR), None, None) == 0


def test_a_queue_before_the_sheet_costs_nobody_his_hours():
    held = Held(0, 2 * HOUR)
    assert attended(held, GRACE, None) == 2 * HOUR
    assert marks(held, GRACE, None, over=True) == ("present",)
    assert marks(held, GRACE + 1, None, over=True) == ("late",)
    assert attended(held, GRACE + 1, None) == 2 * HOUR - GRACE - 1
    assert marks(held, GRACE + 1, HOUR, over=True) == ("late", "early")
    assert marks(held, None, None, over=True) == ("absent",)
    assert marks(held, None, None, over=False) == ()


@given(st.integers(0, 100 * HOUR))
def test_hours_are_never_rounded_up(seconds):
    assert hours(seconds) * HOUR <= seconds + 0.001
    assert (short(seconds, 8) == 0) == (seconds >= 8 * HOUR)


def test_seven_hours_and_59_minutes_are_not_eight():
    assert hours(8 * HOUR - MINUTE) == 7.9


@given(st.lists(st.integers(0, 20 * HOUR), min_size=1), st.lists(st.integers(0, 20 * HOUR), min_size=1))
def test_what_is_handed_in_never_exceeds_the_one_who_has_least(first, second):
    handed = credit(first, 0)
    handed += credit(second, handed)
    assert handed <= max(hours(min(first)), hours(min(second))) + 0.051
    assert credit(first, 0) == hours(min(first))


# -- people -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Human("张三"), Human(" 张 三"), True),
        (Human("张三", "东街派出所"), Human("张三"), True),
        (Human("张三", "东街派出所"), Human("张三", "西街派出所"), False),
        (Human("张三", "东街", "13800000001"), Human("张三", "西街", "138-0000-0001"), True),
        (Human("张三", "东街", "13800000001"), Human("张三", "东街", "13900000001"), False),
        (Human("ＬＩ Ｍing"), Human("li ming"), True),
        (Human("张三"), Human("李四"), False),
    ],
)
def test_who_is_the_same_person(one, other, same):
    assert people.same(one, other) is people.same(other, one) is same


def test_when_two_could_be_meant_nobody_is():
    known = [Human("张三", "东街"), Human("张三", "西街")]
    assert people.find(known, Human("张三")) is None
    assert people.find(known, Human("张三", "西街")) == 1
    assert people.find([*known, Human("张三")], Human("张三")) == 2


def put(known: list[Human], humans: list[Human]) -> None:
    for one in people.fullest_first(humans):
        at = people.find(known, one)
        if at is None:
            known.append(one)
        elif (more := people.fuller(known[at], one)) not in known:
            known[at] = more


few = st.sampled_from(["张三", "李四"])  # one name often enough that it is doubtful who is meant


@given(
    st.lists(
        st.builds(
            Human,
            few,
            st.sampled_from(["", "东街", "西街"]),
            st.sampled_from(["", "13800000001", "13900000001"]),
        ),
        max_size=8,
    )
)
def test_putting_the_same_list_on_twice_adds_nobody(humans):
    known: list[Human] = []
    put(known, humans)
    before = len(known)
    put(known, humans)
    assert len(known) == before


def test_lists_are_read_as_people_type_them():
    text = "张三，东街派出所，13800000001，新\n\n李四\t监控中心\n王五 西街派出所\nTom Lee, Gate, +86 138 0000 0002"
    assert people.read_lines(text) == [
        Human("张三", "东街派出所", "13800000001", True),
        Human("李四", "监控中心"),
        Human("王五", "西街派出所"),
        Human("Tom Lee", "Gate", "+86 138 0000 0002"),
    ]


def test_a_bad_line_is_named():
    with pytest.raises(BadInput) as refused:
        people.read_lines("张三\n" + "很" * 61)
    assert (refused.value.facts["problem"], refused.value.facts["where"]) == ("bad_name", 2)


def test_a_spreadsheet_needs_names():
    rows = [(2, {"姓名": "张三", "手机": 13800000001.0, "新调入": "是"}), (3, {"姓名": ""})]
    assert people.read_rows(["姓名", "手机", "新调入"], rows) == [Human("张三", "", "13800000001", True)]
    with pytest.raises(BadInput):
        people.read_rows(["单位"], [])


# -- results ------------------------------------------------------------------------------------------------


def test_of_each_part_the_best_attempt_counts():
    theory, failed, again = (
        Attempt("theory", 1, 60, 100, 60), Attempt("practice", 1, 59.5, 100, 60), Attempt("practice", 2, 60, 100, 60),
    )  # fmt: skip
    assert results.verdict([], ["theory"]) == "open"
    assert results.verdict([theory], ["theory", "practice"]) == "open"
    assert results.verdict([theory, failed], ["theory", "practice"]) == "failed"
    assert results.verdict([theory, failed, again], ["theory", "practice"]) == "passed"
    assert results.verdict([theory], []) == "open"


answers = st.dictionaries(st.sampled_from(results.QUESTIONS), st.one_of(st.none(), st.integers(1, 5)))


@given(st.lists(answers, max_size=8))
def test_what_nobody_answered_has_no_figure(given_):
    told = results.satisfaction(10, given_)
    for question, mean in told.means.items():
        said = [one[question] for one in given_ if one.get(question) is not None]
        assert (mean is None) == (not said)
        if said:
            assert min(said) <= mean <= max(said)
    assert told.answered == len(given_)


def test_two_sessions_on_one_day_are_one_day():
    zone = ZoneInfo("Asia/Shanghai")
    starts = [
        datetime(2026, 3, 4, 1, tzinfo=UTC),
        datetime(2026, 3, 4, 15, tzinfo=UTC),
        datetime(2026, 3, 4, 17, tzinfo=UTC),
    ]
    assert results.days(starts, zone) == 2


def test_the_certificate_that_is_valid_longest_shows_the_qualification():
    old, good, forever = (
        results.Held("旧", "1", date(2025, 1, 1)), results.Held("新", "2", date(2027, 1, 1)),
        results.Held("永久", "3", None),
    )  # fmt: skip
    on = date(2026, 3, 4)
    assert results.best_certificate([old], on) is None
    assert results.best_certificate([old, good], on) == good
    assert results.best_certificate([forever, good], on) == forever


# -- plans --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(shipped_plans()))
def test_every_training_that_is_promised_has_its_line(name):
    plan = load_plan(shipped_plans()[name].read_bytes()).plan
    owed = [
        one
        for one in plan.promises
        if getattr(one, "owe", "").startswith("training.") and one.by == "provider"
    ]
    lines = drawing.draw(plan.promises)
    assert [line.promises[0] for line in lines] == [one.id for one in owed]
    assert owed


def test_the_course_table_of_the_software_plan_adds_up():
    plan = load_plan(shipped_plans()["software-maintenance"].read_bytes()).plan
    lines = {line.promises[0]: line for line in drawing.draw(plan.promises)}
    assert (lines["user-training"].hours, lines["user-training"].times) == (8, 2)
    assert (lines["administrator-training"].hours, lines["administrator-training"].times) == (3, 1)


def test_steps_named_after_a_gathering_are_its_first_guess():
    items = ["technical-exchange", "training-event", "review-meeting"]
    assert results.likely_items("exchange", items) == ["technical-exchange"]
    assert results.likely_items("training", items) == ["training-event"]
    assert results.likely_items("training", ["overview", "use"]) == ["overview", "use"]
