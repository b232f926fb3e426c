"""The reckoning of a clock, as a person reads it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import compile_calendar
from luyue.domain.cases import (
    CANCELLED,
    PAUSED,
    REOPENED,
    REPORTED,
    RESOLVED,
    RESUMED,
    SEVERITY_CHANGED,
    CaseEvent,
    Facts,
)
from luyue.domain.clocks import read_case
from luyue.domain.plan.model import When
from luyue.domain.plan.spans import parse_span
from luyue.domain.terms import Terms
from luyue.domain.why import SENTENCES, explain_clock, sentence
from tests.domain.test_clocks import histories

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = compile_calendar(
    CalendarSpec.weekly(
        "Asia/Shanghai", {key: [("09:00", "12:00"), ("13:00", "18:00")] for key in WORKDAYS}, holidays="CN"
    ),
    date(2025, 1, 1),
    date(2027, 12, 31),
)
ALWAYS = compile_calendar(CalendarSpec.always(), date(2025, 1, 1), date(2027, 12, 31))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp())


def event(kind: str, when: str, **data: object) -> CaseEvent:
    return CaseEvent(kind, at(when), at(when), data)


def terms(within: str, metric: str = "resolve", *, calendar=OFFICE, **more) -> Terms:
    more.setdefault("pauses", frozenset({"customer"}))
    return Terms("p", (metric,), parse_span(within), calendar, calendar is ALWAYS, clause="3.2", **more)


def told(one: Terms, *events: CaseEvent, now: str, language: str = "zh") -> list[str]:
    steps = explain_clock(one, Facts(severity="low"), events, at(now))
    return [sentence(step, language, "Asia/Shanghai", {"customer": "等待客户"}) for step in steps]


def test_a_pause_over_the_national_holiday_is_reckoned_out():
    assert told(
        terms("6h"),
        event(REPORTED, "2025-09-30 15:00"),
        event(PAUSED, "2025-09-30 16:00", reason="customer"),
        event(RESUMED, "2025-10-09 10:00", reason="customer"),
        event(RESOLVED, "2025-10-09 15:00"),
        now="2025-10-20 00:00",
    ) == [
        "条款 3.2：解决时限 6 小时，按服务时间计时。",
        "2025-09-30 周二 15:00 报修，开始计时。",
        "2025-09-30 周二 15:00 – 16:00：计 1 小时，还剩 5 小时。",
        "2025-09-30 周二 16:00 – 2025-10-09 周四 10:00：暂停（等待客户），3 小时不计。",
        "2025-10-09 周四 10:00 – 12:00：计 2 小时，还剩 3 小时。",
        "2025-10-09 周四 12:00 – 13:00：休息时段，不计时。",
        "2025-10-09 周四 13:00 – 16:00：计 3 小时，还剩 0 分。",
        "2025-10-09 周四 14:30 预警（用去 75%）。",
        "2025-10-09 周四 16:00 到期；若无暂停本应在 2025-10-09 周四 12:00，顺延 3 小时。",
        "2025-10-09 周四 15:00 解决，停止计时。",
        "达成，比时限早 1 小时。",
    ]


def test_working_days_are_numbered_with_the_make_up_day_and_the_holiday_by_name():
    lines = told(
        terms("5 working days", "repair_return", start="repair_sent"),
        event(REPORTED, "2025-09-25 15:00"),
        event("case.repair_sent", "2025-09-26 15:00"),
        now="2025-10-08 00:00",
        language="en",
    )
    assert "Sun 2025-09-28: working day 1 (make-up day for National Day & Mid-Autumn Festival)." in lines
    assert any("National Day & Mid-Autumn Festival (8 d), not counted." in line for line in lines)
    assert "Due at Fri 2025-10-10 18:00." in lines


def test_nights_and_weekends_are_named():
    lines = told(terms("4h"), event(REPORTED, "2026-03-06 17:00"), now="2026-03-06 17:30")
    assert "2026-03-06 周五 18:00 – 2026-03-09 周一 09:00：周末 2 天，不计时。" in lines
    lines = told(terms("4h"), event(REPORTED, "2026-03-05 17:00"), now="2026-03-05 17:30")
    assert "2026-03-05 周四 18:00 – 2026-03-06 周五 09:00：下班时间，不计时。" in lines


def test_a_long_run_is_told_shortly_and_keeps_its_holidays():
    lines = told(terms("80h"), event(REPORTED, "2025-09-25 15:00"), now="2025-09-25 16:00")
    assert len(lines) < 14
    assert any("其间 18 段工作时间（跳过周末 2 天、国庆节、中秋节 8 天）" in line for line in lines)


def test_time_between_a_solution_and_its_reopening_is_shown_as_free():
    lines = told(
        terms("8h"),
        event(REPORTED, "2026-03-06 09:00"),
        event(RESOLVED, "2026-03-06 11:00"),
        event(REOPENED, "2026-03-06 16:00"),
        now="2026-03-06 17:00",
    )
    assert "2026-03-06 周五 11:00 – 16:00：已解决、尚未重新打开，4 小时不计。" in lines
    assert lines[-1] == "进行中，还剩 5 小时。"


def test_a_pause_that_still_lasts_is_said_to_hold_the_clock():
    lines = told(
        terms("8h"),
        event(REPORTED, "2026-03-06 09:00"),
        event(PAUSED, "2026-03-06 10:00", reason="customer"),
        now="2026-03-06 17:00",
    )
    assert "2026-03-06 周五 10:00 – …：暂停（等待客户），6 小时不计。" in lines
    assert lines[-2:] == ["自 2026-03-06 周五 10:00 起暂停中，恢复后再算到期时间。", "暂停中。"]


def test_the_emergency_plan_says_what_it_waits_for():
    one = terms("16h", "emergency_plan", calendar=ALWAYS, when=When(unsolved_for=parse_span("12h")))
    report = event(REPORTED, "2026-03-06 08:00")
    assert told(one, report, now="2026-03-06 12:00")[-1] == (
        "尚未起算：若到 2026-03-06 周五 20:00 仍未解决，即开始计时。"
    )
    lines = told(one, report, now="2026-03-06 21:00")
    assert "12 小时仍未解决，承诺生效；自报修（2026-03-06 周五 08:00）起计时。" in lines
    assert lines[-1] == "已预警，还剩 3 小时。"


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([], "超时 15 小时。"),
        ([event(CANCELLED, "2026-03-06 10:00")], "2026-03-06 周五 10:00 随服务请求取消。"),
        (
            [event(SEVERITY_CHANGED, "2026-03-06 10:00", severity="high")],
            "2026-03-06 周五 10:00 起由新等级的承诺取代。",
        ),
        ([event("case.excused", "2026-03-06 10:00", promise="p")], "2026-03-06 周五 10:00 豁免。"),
    ],
)
def test_the_end_is_told(events, last):
    one = terms("8h", when=When(severity=("low",)))
    lines = told(one, event(REPORTED, "2026-03-06 09:00"), *events, now="2026-03-10 17:00")
    assert lines[-1] == last


def test_an_act_entered_late_shows_both_times():
    stop = CaseEvent(RESOLVED, at("2026-03-06 10:00"), at("2026-03-06 12:00"))
    lines = told(terms("8h"), event(REPORTED, "2026-03-06 09:00"), stop, now="2026-03-06 13:00")
    assert "2026-03-06 周五 10:00 解决，停止计时（2026-03-06 周五 12:00 补录）。" in lines


def test_what_is_not_promised_is_said():
    one = terms("8h", when=When(severity=("high",)))
    lines = told(one, event(REPORTED, "2026-03-06 09:00"), now="2026-03-06 13:00")
    assert lines[-1] == "方案对这一情形没有此项承诺。"


@settings(max_examples=60)
@given(histories())
def test_the_steps_add_up_to_the_limit(events):
    now = events[0].at + 12 * 86_400
    one = terms("16h")
    *_, reading = read_case([one], Facts(), events, now)
    steps = explain_clock(one, Facts(), events, now)
    counted = sum(step.seconds for step in steps if step.code in ("work", "more"))
    if reading.due_at is not None:
        assert counted == one.span.seconds
    else:
        assert counted < one.span.seconds
    for step in steps:
        for language in ("zh", "en"):
            assert "{" not in sentence(step, language, "Asia/Shanghai")


def test_every_code_has_both_languages():
    assert all(zh and en for zh, en in SENTENCES.values())
