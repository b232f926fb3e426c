"""What a drafted plan asks for is shown in words of both languages, never in codes."""

import re

import pytest

from luyue.domain.obligations.event_words import event_words
from luyue.domain.plan.vocabulary import unit_word
from luyue.drafting.words import summary
from luyue.reading.planwords import EVENTS, NOTICES

ON = sorted(
    {on for _owe, on, _zh, _en in NOTICES.values()} | {on for _pattern, on in EVENTS} | {"case.event"}
)


@pytest.mark.parametrize("on", ON)
def test_every_event_of_a_drafted_plan_has_words(on):
    assert not re.search(r"[A-Za-z]", event_words(on, "zh")), event_words(on, "zh")
    assert re.fullmatch(r"[\x20-\x7e]+", event_words(on, "en"))


@pytest.mark.parametrize("unit", ["hours", "days", "times", "people", "units"])
def test_units_of_drafted_quotas_are_read_in_chinese(unit):
    assert not re.search(r"[A-Za-z]", unit_word(unit, "zh"))


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"activity": "other:test", "every": "P1Y"}, "测试 · 每年"),
        ({"activity": "inspection", "every": "PT4H"}, "巡检 · 每 4 小时"),
    ],
)
def test_cards_of_drafted_duties_have_no_codes(facts, shown):
    assert summary("duty", facts, "zh") == shown


def test_levels_that_a_document_only_ranks_have_words():
    facts = {"metric": "respond", "within": "PT1H", "basis": "clock", "severity": "minor", "scope": ""}
    assert summary("target", facts, "zh").endswith("一般")
