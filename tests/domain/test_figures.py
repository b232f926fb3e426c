"""Figures as people write them: kept in the words of plan files, read back in words (P-7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.obligations.figures import as_kept, in_words
from luyue.domain.obligations.schedule import parse_due, parse_rhythm
from luyue.domain.plan.spans import BadSpan, Span, parse_span, parse_term


@pytest.mark.parametrize(("written", "kept"), [
    ("30分钟", "30min"), ("30 分钟内", "30min"), ("4小时", "4h"), ("4 个小时以内", "4h"), ("半小时", "0.5h"),
    ("两个半小时", "2h30min"), ("1小时30分", "1h30min"), ("3个工作日", "3 working days"),
    ("三个工作日", "3 working days"),
    ("7个自然日", "7 calendar days"), ("2个月", "2 months"), ("每季度", "quarter"), ("每季", "quarter"),
    ("每月2次", "2 x month"), ("每周两次", "2 x week"), ("每半年", "half_year"), ("每两周", "two_weeks"),
    ("每个月一次", "month"), ("2027年3月31日", "2027-03-31"), ("2027/3/1", "2027-03-01"),
    ("4h", "4h"), ("2 x quarter", "2 x quarter"), ("5 working days", "5 working days"), ("95", "95"),
])  # fmt: skip
def test_what_people_write_is_kept_in_the_plan_files_words(written, kept):
    assert as_kept(written) == kept


@pytest.mark.parametrize("written", ["尽快", "十五分钟", "2027年13月1日", "每世纪", "3天", ""])
def test_what_is_not_understood_is_refused_not_guessed(written):
    with pytest.raises(BadSpan):
        parse_term(as_kept(written))


def test_a_bare_day_is_asked_about():
    with pytest.raises(BadSpan) as refused:
        parse_span(as_kept("3天"))
    assert refused.value.code == "ambiguous_day"


@pytest.mark.parametrize(("kept", "zh", "en"), [
    ("quarter", "每季度", "every quarter"), ("2 x month", "每月 2 次", "2 times every month"),
    ("3 working days", "3 个工作日", "3 working days"), ("30min", "30 分钟", "30 min"),
    ("2027-03-31", "2027-03-31", "2027-03-31"), ("95", "95", "95"),
])  # fmt: skip
def test_a_kept_figure_is_read_in_words(kept, zh, en):
    assert (in_words(kept), in_words(kept, "en")) == (zh, en)


@given(st.text(max_size=60))
def test_any_text_is_taken_without_a_crash(text):
    in_words(as_kept(text))


@given(st.integers(1, 900), st.sampled_from(["分钟", "小时", "个工作日", "个自然日"]))
def test_the_amount_survives(number, unit):
    span = parse_span(as_kept(f"{number} {unit}"))
    assert span == {"分钟": Span(seconds=number * 60), "小时": Span(seconds=number * 3600),
                    "个工作日": Span(working_days=number), "个自然日": Span(calendar_days=number)}[unit]  # fmt: skip


@given(st.integers(2, 99), st.sampled_from(["周", "月", "季度", "年"]))
def test_a_rhythm_survives(times, period):
    assert in_words(as_kept(f"每{period}{times}次")) == f"每{period} {times} 次"
    assert parse_rhythm(as_kept(f"每{period}{times}次")).times == times


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_survives(day):
    assert parse_due(as_kept(f"{day.year}年{day.month}月{day.day}日")) == day
