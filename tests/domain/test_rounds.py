"""Checklists, what answers mean, what comes first."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.refusals import BadInput
from luyue.domain.rounds.checklists import Checklist, Item, load
from luyue.domain.rounds.judging import VERDICTS, Given, Place, judge, judge_all, rank, worst

PASS = Item(id="clean", zh="干净", en="Clean")
VOLTAGE = Item(id="voltage", zh="电压", en="Voltage", kind="number", unit="V", low=198, high=242, drift=10)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


def refused(call):
    with pytest.raises(BadInput) as told:
        call()
    return told.value.facts["field"], told.value.facts.get("problem", "")


@given(value=NUMBERS, low=NUMBERS, width=st.floats(0, 1e6), drift=st.floats(1, 100), delivered=NUMBERS)
def test_a_number_is_judged_by_its_limits_then_by_delivery(value, low, width, drift, delivered):
    item = Item(id="n", zh="数", en="N", kind="number", low=low, high=low + width, drift=drift)
    found = judge(item, Given(value=repr(value)), pictures=0, delivered=delivered)
    if not low <= value <= low + width:
        assert found.verdict == "fail"
    elif delivered and abs(value - delivered) > abs(delivered) * drift / 100 * (1 + 1e-9):
        assert (found.verdict, found.why) == ("flag", "drift")
    elif not delivered or abs(value - delivered) < abs(delivered) * drift / 100 * (1 - 1e-9):
        assert found.verdict == "ok"


def test_people_say_worse_than_a_number_never_better():
    assert judge(VOLTAGE, Given(value="260"), pictures=0).verdict == "fail"
    assert judge(VOLTAGE, Given("ok", "260"), pictures=0).verdict == "fail"
    assert judge(VOLTAGE, Given("fail", "220", "接线发黑"), pictures=0).verdict == "fail"
    assert judge(VOLTAGE, Given("na", note="没有市电"), pictures=0).verdict == "na"
    assert judge(VOLTAGE, Given(value="220"), pictures=0, delivered=235).verdict == "ok"
    assert judge(VOLTAGE, Given(value="200"), pictures=0, delivered=235).why == "drift"


@pytest.mark.parametrize("typed", ["219,5", "219.5", " 219，5 "])
def test_a_decimal_comma_is_a_point(typed):
    assert judge(VOLTAGE, Given(value=typed), pictures=0).value == 219.5


@pytest.mark.parametrize(
    ("item", "typed", "what"),
    [
        (PASS, Given(), ("item-clean", "missing")),
        (PASS, Given("great"), ("item-clean", "")),
        (PASS, Given("flag"), ("note-clean", "missing")),
        (PASS, Given("na"), ("note-clean", "missing")),
        (PASS, Given("ok", note="长" * 501), ("note-clean", "too_long")),
        (PASS, Given("ok", note="a\0b"), ("note-clean", "bad_character")),
        (VOLTAGE, Given(), ("value-voltage", "missing")),
        (VOLTAGE, Given(value="二百"), ("value-voltage", "not_a_number")),
        (VOLTAGE, Given(value="inf"), ("value-voltage", "not_a_number")),
        (VOLTAGE, Given(value="1e99"), ("value-voltage", "not_a_number")),
        (Item(id="t", zh="结果", en="R", kind="text"), Given(), ("note-t", "missing")),
        (Item(id="p", zh="照片", en="P", kind="photo"), Given(), ("item-p", "picture_needed")),
    ],
)
def test_what_cannot_be_used_is_said_of_its_field(item, typed, what):
    assert refused(lambda: judge(item, typed, pictures=0)) == what


def test_a_picture_answers_and_its_lack_can_be_explained():
    photo = Item(id="p", zh="照片", en="P", kind="photo")
    assert judge(photo, Given(), pictures=1).verdict == "ok"
    assert judge(photo, Given("na", note="不准拍照"), pictures=0).verdict == "na"


@given(st.lists(st.sampled_from(VERDICTS)))
def test_the_worst_answer_is_the_devices(verdicts):
    order = ["na", "ok", "flag", "fail"]
    assert worst(verdicts) == max(verdicts, key=order.index, default="na")


@given(
    st.lists(
        st.builds(
            Place, key=st.integers(1, 9), site=st.sampled_from("ab"), name=st.sampled_from("xy"),
            open_faults=st.integers(0, 2), trouble=st.integers(0, 2), last=st.sampled_from(["", "ok", "flag", "fail"]),
        )
    )
)  # fmt: skip
def test_what_was_faulty_comes_first(places):
    found = sorted(places, key=rank)
    groups = [
        0 if one.open_faults else 1 if one.trouble or one.last == "fail" else 2 if one.last == "flag" else 3
        for one in found
    ]
    assert groups == sorted(groups)
    rest = [(one.site, one.name) for one, group in zip(found, groups, strict=True) if group == 3]
    assert rest == sorted(rest)


def test_an_unknown_item_is_refused_not_passed_over():
    content = Checklist(code="c", zh="表", en="List", rounds=("visit",), items=(PASS,))
    with pytest.raises(BadInput):
        judge_all(content, {"clean": Given("ok"), "dirt": Given("ok")}, pictures=0, delivered={})


GOOD = """code: mine
zh: 自己的
en: Own
rounds: [visit]
items:
  - {id: a, zh: 甲, en: A}
"""


@pytest.mark.parametrize(
    ("text", "problem", "where"),
    [
        ("code: [", "not_yaml", "1"),
        ("- a", "not_yaml", "1"),
        (GOOD.replace("id: a", "id: A b"), "not_a_checklist", "items.1.id"),
        (GOOD.replace("en: A", "en: A, low: 3"), "not_a_checklist", "items.1"),
        (GOOD.replace("en: A", "en: A, kind: number, low: 3, high: 1"), "not_a_checklist", "items.1"),
        (GOOD.replace("[visit]", "[party]"), "not_a_checklist", ""),
        (GOOD + "  - {id: a, zh: 乙, en: B}\n", "not_a_checklist", ""),
        (GOOD + "more: 1\n", "not_a_checklist", "more"),
        ("a: &a [*a, *a]\n" + "x" * 200_001, "too_long", ""),
    ],
)
def test_a_bad_checklist_says_where(text, problem, where):
    with pytest.raises(BadInput) as told:
        load(text)
    assert told.value.facts["problem"] == problem
    assert str(told.value.facts.get("where", "")).startswith(where)


@given(st.text(max_size=200))
def test_any_text_is_a_checklist_or_bad_input(text):
    with contextlib.suppress(BadInput):
        load(text)


@pytest.mark.parametrize(
    ("name", "mark", "counts"),
    [
        ("view", None, "occlusion"), ("clean", None, "cleaning"), ("lens", None, "none"),
        ("lens", "cleaning", "cleaning"), ("clean", "none", "none"), ("view", "cleaning", "cleaning"),
    ],
)  # fmt: skip
def test_an_item_says_what_its_flaws_are_registered_as(name, mark, counts):
    assert Item(id=name, zh="项", en="Item", attests=mark).attested == counts


def test_a_mark_that_nobody_knows_is_refused():
    source = "code: own\nzh: 自己的\nen: Own\nrounds: [visit]\nitems:\n  - {id: a, zh: 项, en: Item, attests: dust}\n"
    field, _why = refused(lambda: load(source))
    assert field == "source"
