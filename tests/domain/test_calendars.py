"""Calendars: worked examples, corners, and agreement with a slow version that reads a clock on the wall."""

import functools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luyue.domain.calendar_specs import WEEKDAYS, CalendarSpec, spec_from_eval_json
from luyue.domain.calendars import Calendar, CalendarTooShort, NoOpening, ask, compile_calendar
from luyue.domain.instants import DAY, BadCalendar, end_of_calendar_day, instant, local

HOUR = 3600
SHANGHAI = "Asia/Shanghai"
WEEK = WEEKDAYS[:5]


def at(text: str, zone: str = SHANGHAI, fold: int = 0) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


def spec_of(
    *windows: tuple[str, str], zone: str = SHANGHAI, days: tuple[str, ...] = WEEK, **more
) -> CalendarSpec:
    return CalendarSpec.weekly(zone, dict.fromkeys(days, windows), **more)


OFFICE_SPEC = spec_of(("09:00", "18:00"), holidays="CN")
OFFICE = compile_calendar(OFFICE_SPEC, date(2020, 1, 1), date(2027, 12, 31))
NOON_BREAK = compile_calendar(
    spec_of(("08:30", "12:00"), ("13:30", "17:00"), holidays="CN"), date(2020, 1, 1), date(2027, 12, 31)
)
ALWAYS = compile_calendar(CalendarSpec.always(), date(2024, 1, 1), date(2027, 12, 31))

instants = st.integers(at("2020-06-01 00:00"), at("2026-06-01 00:00"))
amounts = st.integers(1, 400 * HOUR)


# -- worked examples -----------------------------------------------------------------------------------------


def test_friday_evening_is_due_on_monday_morning():
    assert OFFICE.add(at("2026-03-06 18:00"), HOUR) == at("2026-03-09 10:00")


def test_what_runs_out_at_closing_is_due_at_closing():
    assert OFFICE.add(at("2026-03-06 17:00"), HOUR) == at("2026-03-06 18:00")
    assert NOON_BREAK.add(at("2026-03-06 11:00"), HOUR) == at("2026-03-06 12:00")
    assert NOON_BREAK.add(at("2026-03-06 11:00"), HOUR + 1) == at("2026-03-06 13:30:01")


def test_what_begins_at_opening_began_at_opening_not_at_the_last_closing():
    assert OFFICE.subtract(at("2026-03-09 10:00"), HOUR) == at("2026-03-09 09:00")
    assert OFFICE.subtract(at("2026-03-09 10:00"), HOUR + 1) == at("2026-03-06 17:59:59")


def test_no_time_at_all_is_due_at_once_even_when_closed():
    saturday = at("2026-03-07 12:00")
    assert OFFICE.add(saturday, 0) == OFFICE.subtract(saturday, 0) == saturday


def test_the_national_day_of_2026_is_skipped_and_its_saturday_is_worked():
    assert OFFICE.add(at("2026-09-30 17:00"), 2 * HOUR) == at("2026-10-08 10:00")
    assert OFFICE.is_workday(date(2026, 10, 10))
    assert OFFICE.add(at("2026-10-09 17:30"), HOUR) == at("2026-10-10 09:30")
    # 8, 9 and the Saturday 10 October are three days of nine hours.
    assert OFFICE.duration(at("2026-09-30 18:00"), at("2026-10-12 09:00")) == 27 * HOUR


@pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
def test_every_make_up_day_of_2026_has_the_hours_of_a_working_day(day):
    assert NOON_BREAK.intervals_between(at(f"2026-{day} 00:00"), at(f"2026-{day} 23:59")) == [
        (at(f"2026-{day} 08:30"), at(f"2026-{day} 12:00")),
        (at(f"2026-{day} 13:30"), at(f"2026-{day} 17:00")),
    ]


def test_working_days_of_the_years_are_those_of_the_notices():
    counts = [OFFICE.workdays_between(date(y - 1, 12, 31), date(y, 12, 31)) for y in range(2021, 2027)]
    assert counts == [250, 249, 249, 251, 248, 248]


def test_a_weekend_day_with_hours_of_its_own_keeps_them_when_it_is_made_a_working_day():
    spec = CalendarSpec.weekly(
        SHANGHAI,
        {**dict.fromkeys(WEEK, (("09:00", "18:00"),)), "sat": [("10:00", "12:00")]},
        holidays="CN",
    )
    calendar = compile_calendar(spec, date(2026, 1, 1), date(2026, 12, 31))
    assert calendar.next_open(at("2026-02-14 00:00")) == at("2026-02-14 10:00")  # Saturday
    assert calendar.next_open(at("2026-01-04 00:00")) == at("2026-01-04 09:00")  # Sunday


def test_an_override_beats_a_closed_date_and_a_closed_date_beats_a_make_up_day():
    spec = spec_of(
        ("09:00", "18:00"),
        holidays="CN",
        closed=[date(2026, 10, 10), date(2026, 3, 9)],
        overrides={
            date(2026, 3, 9): [("10:00", "11:00")],
            date(2026, 3, 10): [],
            date(2026, 10, 2): [("08:00", "09:00")],
        },
    )
    calendar = compile_calendar(spec, date(2026, 1, 1), date(2026, 12, 31))
    assert not calendar.is_workday(date(2026, 10, 10))
    assert calendar.next_open(at("2026-03-09 00:00")) == at("2026-03-09 10:00")
    assert not calendar.is_workday(date(2026, 3, 10))
    assert calendar.is_open(at("2026-10-02 08:30"))


def test_a_24x7_calendar_is_one_interval_and_real_time():
    assert len(ALWAYS.opens) == 1
    assert ALWAYS.add(at("2026-02-17 03:00"), 4 * HOUR) == at("2026-02-17 07:00")
    assert CalendarSpec.always().is_always
    assert not OFFICE_SPEC.is_always


def test_hours_up_to_and_from_midnight_are_one_interval():
    night = spec_of(("00:00", "06:00"), ("22:00", "24:00"), days=WEEKDAYS)
    calendar = compile_calendar(night, date(2026, 1, 1), date(2026, 12, 31))
    assert calendar.open_intervals(at("2026-03-06 12:00"), 1) == [
        (at("2026-03-06 22:00"), at("2026-03-07 06:00"))
    ]


# -- open, next, intervals -----------------------------------------------------------------------------------


def test_closing_is_closed_and_opening_is_open():
    assert OFFICE.is_open(at("2026-03-06 09:00"))
    assert not OFFICE.is_open(at("2026-03-06 18:00"))
    assert OFFICE.next_open(at("2026-03-06 09:30")) == at("2026-03-06 09:30")
    assert OFFICE.next_open(at("2026-03-06 18:00")) == at("2026-03-09 09:00")


def test_the_interval_that_is_open_already_begins_now():
    found = NOON_BREAK.open_intervals(at("2026-03-06 10:00"), 3)
    assert found == [
        (at("2026-03-06 10:00"), at("2026-03-06 12:00")),
        (at("2026-03-06 13:30"), at("2026-03-06 17:00")),
        (at("2026-03-09 08:30"), at("2026-03-09 12:00")),
    ]


def test_an_interval_without_a_close_within_400_days_has_none():
    assert ALWAYS.open_intervals(at("2026-01-01 10:00"), 3) == [(at("2026-01-01 10:00"), None)]


# -- days ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "at_end", "due"),
    [
        ("2026-03-06 10:15", 1, False, "2026-03-09 10:15"),  # Friday
        ("2026-03-06 10:15", 1, True, "2026-03-09 17:00"),
        ("2026-03-06 12:30", 2, False, "2026-03-10 12:30"),  # the noon break stays
        ("2026-03-06 07:00", 1, False, "2026-03-09 07:00"),  # so does the early morning
        ("2026-03-06 19:00", 1, False, "2026-03-09 17:00"),  # at most the last closing
        ("2026-03-07 10:15", 1, False, "2026-03-09 10:15"),  # Saturday is day 0
        ("2026-03-07 10:15", 1, True, "2026-03-09 17:00"),
        ("2026-09-29 10:15", 3, True, "2026-10-09 17:00"),  # over the National Day
        ("2026-10-09 10:15", 1, True, "2026-10-10 17:00"),  # onto a make-up Saturday
        ("2026-03-07 10:15", 0, False, "2026-03-07 10:15"),
        ("2026-03-06 10:15", 0, True, "2026-03-06 17:00"),
        ("2026-03-06 17:00", 0, True, "2026-03-06 17:00"),
        ("2026-03-06 17:01", 0, True, "2026-03-09 17:00"),
        ("2026-03-07 10:15", 0, True, "2026-03-09 17:00"),
    ],
)
def test_working_days_are_counted_from_the_day_after(start, days, at_end, due):
    assert local(NOON_BREAK.add_days(at(start), days, at_end), SHANGHAI) == local(at(due), SHANGHAI)


@pytest.mark.parametrize(
    ("end", "days", "at_end", "start"),
    [
        ("2026-10-01 10:15", 5, False, "2026-09-23 10:15"),
        ("2026-10-01 10:15", 9, True, "2026-09-18 17:00"),  # the Sunday 20 September is worked
        ("2026-03-09 10:15", 1, True, "2026-03-06 17:00"),
        ("2026-03-07 10:15", 1, False, "2026-03-06 10:15"),
        ("2026-03-07 10:15", 0, True, "2026-03-07 10:15"),
    ],
)
def test_working_days_are_counted_back_from_the_day_before(end, days, at_end, start):
    assert local(NOON_BREAK.subtract_days(at(end), days, at_end), SHANGHAI) == local(at(start), SHANGHAI)


def test_five_days_of_24_hours_end_at_midnight():
    calendar = compile_calendar(spec_of(("00:00", "24:00")), date(2018, 1, 1), date(2018, 12, 31))
    assert calendar.add_days(at("2018-11-19 10:00"), 7) == at("2018-11-28 10:00")
    assert calendar.add_days(at("2018-11-19 10:00"), 7, True) == at("2018-11-29 00:00")
    assert calendar.subtract_days(at("2018-11-19 10:00"), 7) == at("2018-11-08 10:00")
    assert calendar.subtract_days(at("2018-11-19 10:00"), 7, True) == at("2018-11-09 00:00")


def test_calendar_days_end_at_24_hours_of_the_last():
    assert OFFICE.add_calendar_days(at("2026-03-06 10:00"), 0) == at("2026-03-07 00:00")
    assert OFFICE.add_calendar_days(at("2026-03-06 10:00"), 3) == at("2026-03-10 00:00")
    assert end_of_calendar_day(at("2026-03-06 00:00"), 1, SHANGHAI) == at("2026-03-08 00:00")


def test_the_time_of_day_is_kept_over_a_zone_change():
    berlin = spec_of(("01:00", "20:00"), zone="Europe/Berlin", days=WEEKDAYS)
    saturday = at("2026-03-28 02:30", "Europe/Berlin")
    calendar = compile_calendar(berlin, date(2026, 1, 1), date(2026, 12, 31))
    # 02:30 does not exist on the 29th: it moves on by the hour that is skipped.
    assert calendar.add_days(saturday, 1) == at("2026-03-29 03:30", "Europe/Berlin")
    assert calendar.add_days(saturday, 2) == at("2026-03-30 02:30", "Europe/Berlin")


# -- zone changes --------------------------------------------------------------------------------------------


def test_an_hour_that_is_skipped_is_never_open():
    calendar = compile_calendar(
        spec_of(("02:30", "05:00"), zone="Europe/Berlin", days=WEEKDAYS), date(2026, 1, 1), date(2026, 12, 31)
    )
    assert calendar.open_intervals(at("2026-03-29 00:00", "Europe/Berlin"), 1) == [
        (at("2026-03-29 03:00", "Europe/Berlin"), at("2026-03-29 05:00", "Europe/Berlin"))
    ]


def test_an_hour_that_is_repeated_is_open_twice():
    zone = "America/New_York"
    calendar = compile_calendar(
        spec_of(("00:00", "01:30"), zone=zone, days=WEEKDAYS), date(2026, 1, 1), date(2026, 12, 31)
    )
    midnight = at("2026-11-01 00:00", zone)
    assert calendar.open_intervals(midnight, 2) == [
        (midnight, midnight + 90 * 60),
        (midnight + 2 * HOUR, midnight + 150 * 60),
    ]


def test_the_night_of_the_zone_change_has_an_hour_less_or_more():
    calendar = compile_calendar(
        spec_of(("00:00", "24:00"), zone="Europe/Berlin", days=WEEKDAYS), date(2026, 1, 1), date(2026, 12, 31)
    )
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)):
        begin = at(f"{day} 00:00", "Europe/Berlin")
        assert calendar.duration(begin, calendar.add_calendar_days(begin, 0)) == hours * HOUR


def test_a_date_that_a_zone_skips_is_no_working_day():
    calendar = compile_calendar(
        spec_of(("09:00", "17:00"), zone="Pacific/Apia", days=WEEKDAYS), date(2011, 1, 1), date(2012, 12, 31)
    )
    assert not calendar.is_workday(date(2011, 12, 30))
    assert calendar.is_workday(date(2011, 12, 31))


# -- bounds --------------------------------------------------------------------------------------------------


def test_a_question_beyond_the_compiled_dates_is_refused():
    short = compile_calendar(OFFICE_SPEC, date(2026, 3, 1), date(2026, 3, 31))
    with pytest.raises(CalendarTooShort):
        short.add(at("2026-03-31 17:00"), 2 * HOUR)
    with pytest.raises(CalendarTooShort):
        short.subtract(at("2026-03-02 10:00"), 2 * HOUR)
    for question in (short.worked, short.is_open, short.next_open):
        with pytest.raises(CalendarTooShort):
            question(at("2026-04-01 09:00"))
    with pytest.raises(CalendarTooShort):
        short.is_workday(date(2026, 4, 1))
    assert ask(OFFICE_SPEC, at("2026-03-31 17:00"), lambda c: c.add(at("2026-03-31 17:00"), 2 * HOUR)) == at(
        "2026-04-01 10:00"
    )


def test_a_calendar_that_never_opens_is_refused_not_searched_for_ever():
    never = CalendarSpec.weekly(SHANGHAI, {})
    start = at("2026-03-06 10:00")
    for question in (
        lambda c: c.add(start, 1),
        lambda c: c.subtract(start, 1),
        lambda c: c.next_open(start),
        lambda c: c.add_days(start, 1),
        lambda c: c.subtract_days(start, 1),
        lambda c: c.add_many(np.array([start]), 1),
        lambda c: c.subtract_many(np.array([start]), 1),
    ):
        with pytest.raises(NoOpening):
            ask(never, start, question)
    assert ask(never, start, lambda c: c.open_intervals(start, 3)) == []


def test_an_answer_behind_400_days_without_opening_is_refused():
    spec = CalendarSpec.weekly(
        SHANGHAI,
        {},
        overrides={date(2020, 1, 6): [("09:00", "10:00")], date(2024, 1, 8): [("09:00", "10:00")]},
    )
    calendar = compile_calendar(spec, date(2019, 12, 1), date(2026, 12, 31))
    start = at("2020-01-06 09:00")
    assert calendar.add(start, HOUR) == at("2020-01-06 10:00")
    assert calendar.add(at("2023-12-01 00:00"), HOUR) == at("2024-01-08 10:00")
    for question in (
        lambda: calendar.add(start, HOUR + 1),
        lambda: calendar.add_many(np.array([start]), HOUR + 1),
        lambda: calendar.subtract(at("2024-01-08 10:00"), HOUR + 1),
        lambda: calendar.subtract_many(np.array([at("2024-01-08 10:00")]), HOUR + 1),
        lambda: calendar.next_open(at("2020-01-06 10:00")),
        lambda: calendar.add_days(start, 1),
        lambda: calendar.add(at("2024-01-08 09:30"), HOUR),
    ):
        with pytest.raises(NoOpening):
            question()
    assert calendar.open_intervals(start, 3) == [(start, start + HOUR)]


def test_an_amount_of_more_than_a_century_is_refused_quickly():
    start = at("2026-03-06 10:00")
    with pytest.raises(CalendarTooShort):
        ask(CalendarSpec.always(), start, lambda c: c.add(start, 10**12))
    with pytest.raises(CalendarTooShort):
        ask(CalendarSpec.always(), 10**18, lambda c: c.worked(10**18))


def test_negative_amounts_are_refused():
    start = at("2026-03-06 10:00")
    for question in (
        lambda: OFFICE.add(start, -1),
        lambda: OFFICE.subtract(start, -1),
        lambda: OFFICE.add_days(start, -1),
        lambda: OFFICE.subtract_days(start, -1),
        lambda: OFFICE.add_many(np.array([start]), -1),
    ):
        with pytest.raises(ValueError, match="negative"):
            question()


@pytest.mark.parametrize(
    ("problem", "make"),
    [
        ("unknown_zone", lambda: CalendarSpec.weekly("Asia/Peking", {})),
        ("unknown_zone", lambda: CalendarSpec.weekly("", {})),
        ("unknown_zone", lambda: CalendarSpec.weekly("../etc/passwd", {})),
        ("unknown_weekday", lambda: CalendarSpec.weekly(SHANGHAI, {"monday": []})),
        ("windows_overlap", lambda: spec_of(("09:00", "12:00"), ("11:59", "13:00"))),
        ("backward_window", lambda: spec_of(("22:00", "06:00"))),
        ("backward_window", lambda: spec_of(("09:00", "09:00"))),
        ("bad_time", lambda: spec_of(("09:00", "24:01"))),
        ("bad_time", lambda: spec_of(("9 Uhr", "10:00"))),
        ("bad_time", lambda: spec_of(("09:60", "10:00"))),
        ("bad_window", lambda: CalendarSpec.weekly(SHANGHAI, {"mon": [("09:00",)]})),
        ("wrong_kind", lambda: CalendarSpec.weekly(SHANGHAI, {"mon": "09:00-10:00"})),
        ("not_seven_days", lambda: CalendarSpec(SHANGHAI, ((),))),
        ("bad_range", lambda: compile_calendar(OFFICE_SPEC, date(2026, 2, 1), date(2026, 1, 1))),
        ("bad_range", lambda: compile_calendar(OFFICE_SPEC, date(1, 1, 1), date(2, 1, 1))),
    ],
)
def test_a_description_that_is_no_calendar_is_refused(problem, make):
    with pytest.raises(BadCalendar) as refusal:
        make()
    assert refusal.value.facts["problem"] == problem


def test_windows_that_touch_are_one():
    assert spec_of(("09:00", "12:00"), ("12:00", "13:00")) == spec_of(("09:00", "13:00"))


def test_unconfirmed_years_are_told():
    assert OFFICE.unconfirmed_between(at("2026-12-01 00:00"), at("2026-12-31 23:00")) == ()
    assert OFFICE.unconfirmed_between(at("2026-12-01 00:00"), at("2027-01-01 00:00")) == (2027,)
    assert ALWAYS.unconfirmed_between(at("2026-12-01 00:00"), at("2027-06-01 00:00")) == ()


def test_the_eval_form_of_a_calendar_says_the_same_without_a_holiday_set():
    spec = spec_of(
        ("08:30", "12:00"),
        ("13:30", "24:00"),
        holidays="CN",
        overrides={date(2026, 3, 9): [], date(2026, 3, 8): [("10:00:05", "11:00")]},
    )
    content = spec.as_eval_json(date(2026, 1, 1), date(2026, 12, 31))
    assert content["hours"]["mon"] == [["08:30", "12:00"], ["13:30", "24:00"]]
    assert "sat" not in content["hours"]
    assert content["date_overrides"]["2026-10-10"] == content["hours"]["mon"]
    assert content["date_overrides"]["2026-03-09"] == []
    assert content["date_overrides"]["2026-03-08"] == [["10:00:05", "11:00"]]
    assert "2026-10-01" in content["holidays"]
    plain = compile_calendar(spec_from_eval_json(content), date(2026, 1, 1), date(2026, 12, 31))
    assert plain.opens == compile_calendar(spec, date(2026, 1, 1), date(2026, 12, 31)).opens


# -- properties ----------------------------------------------------------------------------------------------


@given(instants, amounts)
def test_adding_an_amount_makes_exactly_that_amount_of_work(start, amount):
    due = NOON_BREAK.add(start, amount)
    assert NOON_BREAK.duration(start, due) == amount
    assert NOON_BREAK.duration(start, due - 1) == amount - 1  # and no earlier instant does


@given(instants, amounts)
def test_subtracting_gives_the_latest_start(end, amount):
    start = NOON_BREAK.subtract(end, amount)
    assert NOON_BREAK.duration(start, end) == amount
    assert NOON_BREAK.duration(start + 1, end) == amount - 1


@given(instants, instants)
def test_the_intervals_between_add_up_to_the_duration(one, other):
    begin, end = sorted((one, other))
    pieces = NOON_BREAK.intervals_between(begin, end)
    assert sum(closed - opened for opened, closed in pieces) == NOON_BREAK.duration(begin, end)
    assert NOON_BREAK.duration(end, begin) == -NOON_BREAK.duration(begin, end)


@given(instants, st.integers(1, 60))
def test_counting_days_forth_and_back_meets_the_same_day(start, days):
    due = NOON_BREAK.add_days(start, days, True)
    first, last = local(start, SHANGHAI).date(), local(due, SHANGHAI).date()
    assert NOON_BREAK.workdays_between(first, last) == days
    assert NOON_BREAK.is_workday(last)


# Months around zone changes: spring and autumn, Chinese summer time of 1991, changes at midnight (Sao Paulo,
# Havana), at one minute past it (St. John's), by half an hour (Lord Howe), a skipped date (Apia).
PLACES = [
    ("Europe/Berlin", date(2026, 3, 25)),
    ("Europe/Berlin", date(2026, 10, 21)),
    ("America/New_York", date(2026, 3, 4)),
    ("America/New_York", date(2026, 10, 28)),
    ("Asia/Shanghai", date(1991, 4, 10)),
    ("Asia/Shanghai", date(1991, 9, 11)),
    ("Asia/Shanghai", date(2026, 9, 28)),
    ("America/Sao_Paulo", date(2018, 2, 14)),
    ("America/Sao_Paulo", date(2018, 10, 31)),
    ("America/Havana", date(2026, 10, 28)),
    ("America/St_Johns", date(2009, 10, 28)),
    ("America/St_Johns", date(2010, 3, 10)),
    ("Australia/Lord_Howe", date(2026, 4, 1)),
    ("Pacific/Apia", date(2011, 12, 26)),
    ("UTC", date(2026, 6, 1)),
]
SPAN = 9  # days

minutes = st.integers(0, 48).map(lambda half_hours: half_hours * 30) | st.integers(0, 1440)


@st.composite
def windows(draw) -> list[tuple[str, str]]:
    marks = sorted(draw(st.sets(minutes, max_size=6)))
    return [
        (f"{begin // 60:02}:{begin % 60:02}", f"{end // 60:02}:{end % 60:02}")
        for begin, end in zip(marks[::2], marks[1::2], strict=False)
    ]


@st.composite
def described(draw) -> tuple[CalendarSpec, date]:
    zone, first = draw(st.sampled_from(PLACES))
    dates = st.integers(-1, SPAN).map(lambda days: first + timedelta(days=days))
    spec = CalendarSpec.weekly(
        zone,
        {day: draw(windows()) for day in WEEKDAYS},
        closed=draw(st.sets(dates, max_size=2)),
        overrides=draw(st.dictionaries(dates, windows(), max_size=3)),
    )
    return spec, first


class WallClock:
    """The slow version: walks through a few days minute by minute and looks at the clock on the wall each
    time.
    """

    def __init__(self, spec: CalendarSpec, first: date) -> None:
        self.first = instant(datetime.combine(first, datetime.min.time(), ZoneInfo(spec.zone)))
        self.last = instant(
            datetime.combine(first + timedelta(days=SPAN), datetime.min.time(), ZoneInfo(spec.zone))
        )
        zone, own = ZoneInfo(spec.zone), dict(spec.overrides)
        self.open_minutes = []
        self.dates = {}
        for minute in range(self.first, self.last, 60):
            wall = datetime.fromtimestamp(minute, zone)
            on = wall.date()
            if on in own:
                hours = own[on]
            elif on in spec.closed:
                hours = ()
            else:
                hours = spec.week[on.weekday()]
            second = wall.hour * 3600 + wall.minute * 60
            if any(begin <= second < end for begin, end in hours):
                self.open_minutes.append(minute)
                self.dates.setdefault(on, []).append(minute)

    @functools.cached_property
    def seconds(self) -> np.ndarray:
        return (np.array(self.open_minutes, dtype=np.int64)[:, None] + np.arange(60)).reshape(-1)

    def duration(self, begin: int, end: int) -> int:
        return int(((self.seconds >= begin) & (self.seconds < end)).sum())

    def add(self, start: int, amount: int) -> int | None:
        ahead = self.seconds[self.seconds >= start]
        return int(ahead[amount - 1]) + 1 if amount <= len(ahead) else None

    def subtract(self, end: int, amount: int) -> int | None:
        behind = self.seconds[self.seconds < end]
        return int(behind[-amount]) if amount <= len(behind) else None


@settings(max_examples=150)
@given(described(), st.data())
def test_the_calendar_agrees_with_a_clock_on_the_wall(case, data):
    spec, first = case
    wall = WallClock(spec, first)
    calendar = compile_calendar(spec, first, first + timedelta(days=SPAN - 1))
    assert (calendar.begins_at, calendar.ends_at) == (wall.first, wall.last)
    for _ in range(8):
        start = data.draw(st.integers(wall.first, wall.last - 1))
        end = data.draw(st.integers(start, wall.last))
        amount = data.draw(st.integers(1, 3 * DAY))
        assert calendar.duration(start, end) == wall.duration(start, end)
        assert calendar.is_open(start) == (start in wall.seconds)
        assert _or_none(calendar.add, start, amount) == wall.add(start, amount)
        assert _or_none(calendar.subtract, end, amount) == wall.subtract(end, amount)
    for days in range(SPAN):
        on = first + timedelta(days=days)
        assert calendar.is_workday(on) == (on in wall.dates)
        if on in wall.dates:
            i = calendar.workdays.index(on.toordinal())
            assert calendar.day_opens[i] == min(wall.dates[on])
            assert calendar.day_closes[i] == max(wall.dates[on]) + 60


def _or_none(question, *given_values) -> int | None:
    try:
        return question(*given_values)
    except CalendarTooShort:
        return None


@settings(max_examples=60)
@given(described(), st.data())
def test_arrays_get_the_answers_of_single_instants(case, data):
    spec, first = case
    calendar = compile_calendar(spec, first, first + timedelta(days=SPAN - 1))
    inside = st.integers(calendar.begins_at, calendar.ends_at - 1)
    starts = np.array(data.draw(st.lists(inside, min_size=1, max_size=30)), dtype=np.int64)
    some = np.array(data.draw(st.lists(st.integers(0, 2 * DAY), min_size=len(starts), max_size=len(starts))))
    _agree(calendar, starts, some)


@given(st.lists(instants, min_size=1, max_size=50), st.integers(0, 1000 * HOUR))
def test_arrays_agree_on_a_calendar_of_years_and_for_one_amount(starts, amount):
    for calendar in (OFFICE, NOON_BREAK):
        _agree(calendar, np.array(starts, dtype=np.int64), np.full(len(starts), amount))
        assert calendar.add_many(np.array(starts), amount).tolist() == [
            calendar.add(s, amount) for s in starts
        ]


def test_arrays_longer_than_a_block_and_of_any_shape_agree():
    starts = np.random.default_rng(7).integers(at("2021-01-01 00:00"), at("2026-01-01 00:00"), (200, 200))
    due = NOON_BREAK.add_many(starts, 4 * HOUR)
    assert due.shape == starts.shape
    assert due.reshape(-1).tolist() == [NOON_BREAK.add(s, 4 * HOUR) for s in starts.reshape(-1).tolist()]


def test_a_calendar_too_fine_for_a_grid_is_searched_and_agrees():
    spec = spec_of(("09:00:01", "17:00:08"), zone="Europe/Berlin")
    calendar = compile_calendar(spec, date(2020, 1, 1), date(2026, 12, 31))
    assert calendar._tables.step == 0
    starts = np.random.default_rng(8).integers(at("2021-01-01 00:00"), at("2025-01-01 00:00"), 2000)
    _agree(calendar, starts, np.arange(2000) * 97)


def test_arrays_with_one_instant_outside_are_refused_as_a_whole():
    with pytest.raises(CalendarTooShort):
        OFFICE.worked_many(np.array([at("2026-03-06 10:00"), OFFICE.ends_at + 1]))
    with pytest.raises(CalendarTooShort):
        OFFICE.add_many(np.array([at("2026-03-06 10:00"), OFFICE.ends_at - HOUR]), DAY)
    with pytest.raises(CalendarTooShort):
        OFFICE.subtract_many(np.array([OFFICE.begins_at + HOUR]), DAY)


def test_empty_arrays_are_answered_with_empty_arrays():
    assert OFFICE.add_many(np.array([], dtype=np.int64), HOUR).tolist() == []


def _agree(calendar: Calendar, starts: np.ndarray, some: np.ndarray) -> None:
    singles = starts.tolist()
    assert calendar.worked_many(starts).tolist() == [calendar.worked(s) for s in singles]
    assert calendar.is_open_many(starts).tolist() == [calendar.is_open(s) for s in singles]
    assert calendar.duration_many(starts, starts[::-1]).tolist() == [
        calendar.duration(a, b) for a, b in zip(singles, reversed(singles), strict=True)
    ]
    for many, single in ((calendar.add_many, calendar.add), (calendar.subtract_many, calendar.subtract)):
        expected = [_or_none(single, s, a) for s, a in zip(singles, some.tolist(), strict=True)]
        if None in expected:
            with pytest.raises(CalendarTooShort):
                many(starts, some)
        else:
            assert many(starts, some).tolist() == expected


def test_instants_are_whole_seconds():
    assert instant(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1
