"""Every word of a plan file has its Chinese and English; amounts are said in full."""

import pytest

from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.model import CalendarRule, Promise
from luyue.domain.plan.reference import WORD_TABLES
from luyue.domain.plan.spans import parse_length, parse_span


@pytest.mark.parametrize("heading", WORD_TABLES)
def test_every_word_has_both_languages(heading: str):
    listed, table = WORD_TABLES[heading]
    assert set(listed) == set(table)
    assert all(zh.strip() and en.strip() and zh != en for zh, en in table.values())


def test_every_kind_of_promise_has_a_word():
    assert set(v.KIND_WORDS) == {kind.KIND for kind in Promise.__subclasses__()}
    assert set(v.METRIC_ACTS) == set(v.METRIC_WORDS)


def test_a_dotted_word_is_said_by_its_family_and_an_unknown_one_as_it_is():
    assert v.word_of(v.OWE_WORDS, "round.system") == "巡检"
    assert v.word_of(v.OWE_WORDS, "round.system", "en") == "round"
    assert v.word_of(v.OWE_WORDS, "whatever") == "whatever"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("4h", "4 小时", "4 h"),
        ("36h", "36 小时", "36 h"),
        ("1h30min", "1 小时 30 分钟", "1 h 30 min"),
        ("10min", "10 分钟", "10 min"),
        ("1 working days", "1 个工作日", "1 working day"),
        ("7 calendar days", "7 个自然日", "7 calendar days"),
    ],
)
def test_limits_are_said_in_full(text: str, zh: str, en: str):
    assert v.span_words(parse_span(text)) == zh
    assert v.span_words(parse_span(text), "en") == en


def test_hours_of_a_calendar_that_closes_are_working_time():
    assert v.span_words(parse_span("8h"), "zh", working_time=True) == "8 小时（工作时间）"
    assert v.span_words(parse_span("8h"), "en", working_time=True) == "8 h of working time"
    assert v.span_words(parse_span("2 working days"), "zh", working_time=True) == "2 个工作日"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [("3y", "3 年", "3 years"), ("18 months", "18 个月", "18 months"), ("12 months", "1 年", "1 year"),
     ("1 week", "7 天", "7 days")],
)  # fmt: skip
def test_lengths_of_periods(text: str, zh: str, en: str):
    assert v.length_words(parse_length(text)) == zh
    assert v.length_words(parse_length(text), "en") == en


def test_calendars_in_words():
    assert v.rule_words("24x7") == "7×24"
    office = CalendarRule(days="mon-fri,sun", hours=("09:00-12:00", "13:00-18:00"), holidays="CN")
    assert v.rule_words(office) == "周一至周五、周日 09:00–12:00、13:00–18:00（法定节假日除外）"
    assert v.rule_words(office, "en") == "Mon–Fri, Sun 09:00–12:00, 13:00–18:00 (public holidays excepted)"
