"""Promises of people: coverage against counting minutes, named people, needs, attendance, trials."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts.plans import shipped_plans
from luyue.domain.instants import DAY, wall_instant
from luyue.domain.obligations.schedule import Ground
from luyue.domain.periods import Dates, Stretch, resolve_periods
from luyue.domain.plan.execution import executable
from luyue.domain.plan.loader import load_plan, plan_calendar
from luyue.domain.plan.model import Plan
from luyue.domain.staffing import (
    AROUND,
    Facts,
    Held,
    Named,
    Signed,
    Verdict,
    attended,
    check,
    days_of,
    expected,
    local_ordinal,
    mark,
    moment_of_sign,
    runs,
    uncovered,
    windows_on,
)
from luyue.domain.staffing_needs import NEEDS

ZONE = "Asia/Shanghai"
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
APRIL = wall_instant(date(2026, 4, 2).toordinal(), 0, ZONE)
PLANS = {name: load_plan(path.read_bytes()).plan for name, path in shipped_plans().items()}


def at(day: date, hour: int = 0, minute: int = 0) -> int:
    return wall_instant(day.toordinal(), 0, ZONE) + hour * 3600 + minute * 60


def ground(plan: Plan, **facts) -> Ground:
    dates = Dates(
        acceptance=date(2026, 1, 1), final_acceptance=date(2026, 1, 1), award=date(2025, 12, 1),
        signing=date(2025, 12, 10), delivery=date(2025, 12, 20), contract_start=date(2026, 1, 1),
        contract_end=date(2028, 12, 31),
    )  # fmt: skip
    calendars = {name: plan_calendar(plan, name) for name in plan.calendars}
    service = Stretch(date(2026, 1, 1), date(2029, 1, 1))
    known = {
        "dates": dates,
        "service": service,
        "periods": resolve_periods(plan, dates),
        "calendars": calendars,
    }
    return Ground(**known | facts)


def promise(plan: str, name: str):
    return next(one for one in PLANS[plan].staffing if one.id == name)


# -- coverage ----------------------------------------------------------------------------------------------------

spans = st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@st.composite
def windows(draw):
    """Ascending windows that do not overlap; some touch."""
    edges = sorted(draw(st.lists(st.integers(0, 360), max_size=10, unique=True)))
    return list(zip(edges[::2], edges[1::2], strict=False))


@given(windows(), st.lists(spans, max_size=8), st.integers(1, 3))
def test_uncovered_stretches_are_the_minutes_in_which_too_few_were_there(opened, shifts, least):
    slow = {
        minute
        for begin, end in opened
        for minute in range(begin, end)
        if sum(since <= minute < until for since, until in shifts) < least
    }
    gaps = uncovered(opened, shifts, least)
    assert {minute for begin, end in gaps for minute in range(begin, end)} == slow
    assert all(begin < end for begin, end in gaps)
    assert all(before[1] < after[0] for before, after in pairwise(gaps))


@given(windows())
def test_without_a_shift_all_is_uncovered_and_with_one_over_all_nothing_is(opened):
    assert sum(end - begin for begin, end in uncovered(opened, [])) == sum(
        end - begin for begin, end in opened
    )
    assert uncovered(opened, [(0, 1000)]) == []


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 1)), unique=True))
def test_runs_hold_each_day_once(days):
    found = runs(sorted(days))
    assert [first + timedelta(n) for first, last in found for n in range((last - first).days + 1)] == sorted(
        days
    )
    assert all(after[0] - before[1] > timedelta(1) for before, after in pairwise(found))


@given(st.integers(0, 4_000_000_000))
def test_the_day_of_an_instant_holds_it(instant):
    day = local_ordinal(instant)
    assert wall_instant(day, 0, ZONE) <= instant < wall_instant(day, DAY, ZONE)


# -- the examples of the plans -----------------------------------------------------------------------------------


def test_every_need_of_the_plans_has_words():
    asked = {need for plan in PLANS.values() for one in plan.staffing for need in one.needs}
    assert asked <= set(NEEDS)


def test_all_promises_of_people_run_or_are_declared():
    status = [executable(one).status for plan in PLANS.values() for one in plan.staffing]
    assert status.count("runs") == 37 and set(status) == {"runs", "declared"}


def test_nobody_named_is_no_data_and_one_day_without_is_missed():
    one, about = promise("regional-video", "safety-department"), ground(PLANS["regional-video"])
    assert check(one, about, MARCH, Facts(), APRIL).verdict is Verdict.NO_DATA
    kept = Facts(named=[Named(1, date(2026, 1, 1), date(2026, 3, 9)), Named(2, date(2026, 3, 10))])
    assert check(one, about, MARCH, kept, APRIL).verdict is Verdict.KEPT
    gap = Facts(named=[Named(1, date(2026, 1, 1), date(2026, 3, 9)), Named(2, date(2026, 3, 11))])
    found = check(one, about, MARCH, gap, APRIL)
    assert found.verdict is Verdict.MISSED
    assert found.parts[0].facts["short"] == [["2026-03-10", "2026-03-10"]]


def test_a_running_month_says_only_what_is_lost_already():
    one, about = promise("regional-video", "safety-department"), ground(PLANS["regional-video"])
    now = at(date(2026, 3, 15), 10)
    assert check(one, about, MARCH, Facts(named=[Named(1, date(2026, 1, 1))]), now).verdict is Verdict.RUNNING
    ended = Facts(named=[Named(1, date(2026, 1, 1), date(2026, 3, 10))])
    assert check(one, about, MARCH, ended, now).verdict is Verdict.MISSED


def test_grade_and_option_decide_whether_it_holds():
    plan = PLANS["hardware-supply"]
    one = promise("hardware-supply", "account-manager")
    assert check(one, ground(plan), MARCH, Facts(), APRIL) is None
    assert check(one, ground(plan, grade="platinum"), MARCH, Facts(), APRIL) is not None


def test_the_resident_developer_is_promised_for_twelve_months():
    one = promise("police-information", "resident-developer")
    assert days_of(one, ground(PLANS["police-information"])) == [Stretch(date(2026, 1, 1), date(2027, 1, 1))]


def test_specialities_are_held_together_and_profiles_by_each():
    team, about = promise("software-maintenance", "service-department"), ground(PLANS["software-maintenance"])
    both = [Named(1, date(2026, 1, 1)), Named(2, date(2026, 1, 1))]
    held = {
        1: [Held("large_database"), Held("gis")],
        2: [Held("spatial_data"), Held("application_consulting")],
    }
    assert check(team, about, MARCH, Facts(both, held), APRIL).verdict is Verdict.KEPT
    held[2] = [Held("spatial_data")]
    found = check(team, about, MARCH, Facts(both, held), APRIL)
    assert found.parts[1].facts["lacks"] == [[None, "application_consulting", "2026-03-01"]]
    each, about = promise("regional-video", "project-manager-profile"), ground(PLANS["regional-video"])
    found = check(each, about, MARCH, Facts(both, {1: [Held(need) for need in each.needs]}), APRIL)
    assert {row[0] for row in found.parts[1].facts["lacks"]} == {2}


def test_a_certificate_counts_up_to_its_last_day():
    one, about = promise("police-information", "project-manager"), ground(PLANS["police-information"])
    held = {1: [Held("senior_qualification", until=date(2026, 3, 20))]}
    found = check(one, about, MARCH, Facts([Named(1, date(2026, 1, 1))], held), APRIL)
    assert found.verdict is Verdict.MISSED
    assert found.parts[1].facts["lacks"] == [[1, "senior_qualification", "2026-03-21"]]


def test_who_is_promised_to_one_customer_alone_serves_no_other():
    one = promise("hardware-supply", "account-manager")
    about = ground(PLANS["hardware-supply"], grade="platinum")
    alone = [Named(1, date(2026, 1, 1), exclusive=True)]
    assert check(one, about, MARCH, Facts(alone), APRIL).verdict is Verdict.KEPT
    both = Facts(alone, elsewhere={1: [(date(2026, 3, 20), None)]})
    found = check(one, about, MARCH, both, APRIL)
    assert found.verdict is Verdict.MISSED
    assert found.parts[-1].facts["both"] == [[1, "2026-03-20", "2026-03-31"]]
    assert check(one, about, MARCH, Facts([Named(1, date(2026, 1, 1))]), APRIL).verdict is Verdict.MISSED


def test_round_the_clock_tells_the_hours_that_had_nobody():
    one, about = promise("software-maintenance", "technical-experts"), ground(PLANS["software-maintenance"])
    named = [Named(1, date(2026, 1, 1)), Named(2, date(2026, 1, 1))]
    assert check(one, about, MARCH, Facts(named), APRIL).verdict is Verdict.NO_DATA
    days = [date(2026, 3, 1) + timedelta(n) for n in range(31)]
    by_day = [(at(day, 8), at(day, 20)) for day in days]
    by_night = [(at(day - timedelta(1), 20), at(day, 8)) for day in [*days, date(2026, 4, 1)]]
    assert check(one, about, MARCH, Facts(named, {}, {1: by_day, 2: by_night}), APRIL).verdict is Verdict.KEPT
    found = check(one, about, MARCH, Facts(named, {}, {1: by_day, 2: by_night[:-1]}), APRIL)
    cover = found.parts[-1].facts
    assert found.verdict is Verdict.MISSED
    assert cover["gaps"] == [[at(date(2026, 3, 31), 20), at(date(2026, 4, 1))]]
    assert (cover["seconds"], cover["days"], cover["whole_days"]) == (4 * 3600, 31, 30)


def test_five_days_of_eight_hours_leave_weekends_and_lunch_out():
    one, about = promise("police-information", "resident-developer"), ground(PLANS["police-information"])
    calendar = about.calendars["office"]
    days = [date(2026, 3, 1) + timedelta(n) for n in range(31)]
    working = [(at(day, 9), at(day, 18)) for day in days if calendar.is_workday(day)]
    named = [Named(1, date(2026, 1, 1))]
    found = check(one, about, MARCH, Facts(named, {}, {1: working}), APRIL)
    assert found.verdict is Verdict.KEPT and found.parts[-1].facts["days"] == 22
    assert check(one, about, MARCH, Facts(named, {}, {1: working[1:]}), APRIL).verdict is Verdict.MISSED


# -- attendance --------------------------------------------------------------------------------------------------

RESIDENTS = promise("regional-video", "residents-on-site")
MONDAY = date(2026, 3, 2)


def test_the_two_windows_of_the_plan():
    morning, afternoon = windows_on(RESIDENTS.sign_in, MONDAY)
    assert morning == (at(MONDAY, 8, 30), at(MONDAY, 12))
    assert afternoon == (at(MONDAY, 13, 30), at(MONDAY, 17))


def test_a_minute_that_has_begun_is_not_late():
    window = windows_on(RESIDENTS.sign_in, MONDAY)[0]

    def arrival(came):
        return mark(1, MONDAY, 0, window, came, window[1], APRIL).arrival

    assert (
        arrival(window[0]) == "ok" and arrival(window[0] + 59) == "ok" and arrival(window[0] + 60) == "late"
    )
    assert arrival(None) == "missing"
    assert mark(1, MONDAY, 0, window, None, None, window[0]).arrival == "ahead"
    assert mark(1, MONDAY, 0, window, window[0], window[1] - 1, APRIL).leaving == "early"


def test_without_a_roster_residents_sign_on_working_days_only():
    about = ground(PLANS["regional-video"])
    facts = Facts(named=[Named(1, date(2026, 1, 1))])
    days = {day for _person, day, _window, _at in expected(RESIDENTS, about, facts, *MARCH)}
    assert len(days) == 22 and MONDAY in days and date(2026, 3, 1) not in days


def test_with_a_roster_they_sign_when_they_are_on_and_never_on_leave():
    about = ground(PLANS["regional-video"])
    shifts = {1: [(at(date(2026, 3, 1), 8), at(date(2026, 3, 1), 13))]}
    facts = Facts(named=[Named(1, date(2026, 1, 1))], shifts=shifts)
    week = (date(2026, 3, 1), date(2026, 3, 6))
    assert [row[:3] for row in expected(RESIDENTS, about, facts, *week)] == [(1, date(2026, 3, 1), 0)]
    away = Facts(facts.named, shifts=shifts, leaves={1: [(date(2026, 3, 1), date(2026, 3, 2))]})
    assert expected(RESIDENTS, about, away, *week) == []
    assert AROUND == 7 * DAY


@given(st.integers(-120, 600), st.integers(-120, 600))
def test_a_window_is_kept_exactly_when_in_by_its_begin_and_out_after_its_end(came, left):
    about = ground(PLANS["regional-video"])
    begins, ends = windows_on(RESIDENTS.sign_in, MONDAY)[0]
    signed = [
        Signed(1, MONDAY, 0, "in", begins + came * 60),
        Signed(1, MONDAY, 0, "out", ends + left * 60),
    ]
    facts = Facts(named=[Named(1, date(2026, 1, 1))], signed=signed)
    morning = attended(RESIDENTS, about, facts, MONDAY, MONDAY, APRIL)[0]
    assert (morning.verdict is Verdict.KEPT) == (came <= 0 and left >= 0)


# -- trial -------------------------------------------------------------------------------------------------------


def test_a_trial_needs_the_customers_word():
    one, about = promise("regional-video", "resident-trial-week"), ground(PLANS["regional-video"])
    december = (date(2025, 12, 1), date(2025, 12, 31))
    assert check(one, about, MARCH, Facts(), APRIL) is None
    assert check(one, about, december, Facts(), APRIL).verdict is Verdict.NO_DATA
    trial = Named(1, date(2025, 12, 1), trial_until=date(2025, 12, 7))
    assert check(one, about, december, Facts([trial]), APRIL).verdict is Verdict.MISSED
    assert check(one, about, december, Facts([trial]), at(date(2025, 12, 5))).verdict is Verdict.RUNNING
    assessed = Named(1, date(2025, 12, 1), trial_until=date(2025, 12, 7), assessed=True)
    assert check(one, about, december, Facts([assessed]), APRIL).verdict is Verdict.KEPT


@given(st.integers(0, 2_000_000_000), st.none() | st.integers(-400_000, 400_000))
def test_a_sign_counts_when_it_was_said_unless_that_cannot_be(now: int, off: int | None) -> None:
    told = None if off is None else now + off
    at, doubt = moment_of_sign(told, now)
    if told is None or abs(told - now) <= 60:
        assert (at, doubt) == (now, "")
    else:
        assert at == told
        assert doubt == ("future" if told > now else "old" if now - told > 3 * 86400 else "")
