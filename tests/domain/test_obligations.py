"""Obligations: turns against a slow day-by-day version, states, triggers, and worked examples of the shipped plans."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import compile_calendar
from luyue.domain.holidays import holiday_set
from luyue.domain.instants import instant
from luyue.domain.obligations import events, raising, schedule, states, why
from luyue.domain.obligations.recurrence import Turn, in_season, placed, turns
from luyue.domain.obligations.schedule import Ground, Planned, Rhythm
from luyue.domain.obligations.states import Decided, Done, Owed, State
from luyue.domain.periods import Dates, Stretch, add_months, resolve_periods
from luyue.domain.plan.loader import load_plan, plan_calendar
from luyue.domain.plan.model import Duty, Plan, Trigger
from luyue.domain.plan.spans import BadSpan, Span
from luyue.domain.statement import Outcome

FOLDER = Path(schedule.__file__).parents[2] / "plans"
PLANS: dict[str, Plan] = {
    path.name[:3]: load_plan(path.read_bytes()).plan for path in sorted(FOLDER.glob("*.yaml"))
}
DATES = Dates(
    acceptance=date(2026, 1, 31),
    final_acceptance=date(2026, 1, 31),
    award=date(2025, 10, 31),
    signing=date(2025, 11, 20),
    delivery=date(2026, 1, 5),
    contract_start=date(2026, 1, 10),
    contract_end=date(2028, 12, 31),
)
ONE = timedelta(days=1)


def ground(plan: Plan, **figures: str) -> Ground:
    return Ground(
        dates=DATES,
        service=Stretch(date(2026, 1, 10), date(2029, 1, 1)),
        periods=resolve_periods(plan, DATES),
        figures={name.replace("_", "-"): value for name, value in figures.items()},
        calendars={name: plan_calendar(plan, name) for name in plan.calendars},
    )


def at(text: str) -> int:
    """Shanghai wall time as UTC seconds."""
    return instant(datetime.fromisoformat(f"{text}+08:00"))


def wall(seconds: int | None) -> str:
    assert seconds is not None
    return (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")


# -- turns -------------------------------------------------------------------------------------------------------

days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
EVERY = ("day", "week", "two_weeks", "month", "quarter", "half_year", "year")


def label(every: str, day: date, first: date, anchor: date | None) -> object:
    """Which period a day lies in, told without any arithmetic on periods."""
    if anchor is None:
        monday = first - timedelta(days=first.weekday())
        return {
            "day": day,
            "week": day.isocalendar()[:2],
            "two_weeks": (day - monday).days // 14,
            "month": (day.year, day.month),
            "quarter": (day.year, (day.month + 2) // 3),
            "half_year": (day.year, day.month > 6),
            "year": day.year,
        }[every]
    count = 0
    if every in ("day", "week", "two_weeks"):
        return (day - anchor).days // {"day": 1, "week": 7, "two_weeks": 14}[every]
    while (
        add_months(anchor, {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[every] * (count + 1)) <= day
    ):
        count += 1
    return count


@given(
    st.sampled_from(EVERY),
    days,
    st.integers(1, 900),
    st.none() | st.integers(0, 400),
    days,
    st.integers(0, 200),
)
def test_turns_are_what_walking_day_by_day_finds(
    every: str, first: date, length: int, shift: int | None, since: date, window: int
):
    anchor = None if shift is None else first + timedelta(days=shift)
    service = Stretch(first, first + timedelta(days=length))
    until = since + timedelta(days=window)
    begin = max(first, anchor or first)
    walked = [begin + timedelta(days=n) for n in range((first - begin).days + length)]
    slow = []
    for _label, group in groupby(walked, key=lambda day: label(every, day, first, anchor)):
        run = list(group)
        if run[-1] >= since and run[0] <= until:
            slow.append((run[0], run[-1]))
    assert [(one.first, one.last) for one in turns(every, service, since, until, anchor=anchor)] == slow


@given(st.sampled_from(EVERY), days, st.integers(1, 3000), st.none() | st.integers(0, 30))
def test_turns_fill_the_service_without_gap_or_overlap(
    every: str, first: date, length: int, shift: int | None
):
    anchor = None if shift is None else first - timedelta(days=shift)
    end = first + timedelta(days=length)
    found = list(turns(every, Stretch(first, end), first, end, anchor=anchor))
    assert found[0].first == first and found[-1].last == end - ONE
    assert all(a.last + ONE == b.first and a.ends + ONE == b.begins for a, b in pairwise(found))
    assert all(one.whole for one in found[1:-1])


def test_an_anchor_on_the_31st_falls_on_the_last_day_and_does_not_drift():
    service = Stretch(date(2026, 1, 10), date(2027, 6, 1))
    found = list(turns("month", service, date(2026, 1, 1), date(2026, 7, 1), anchor=date(2026, 1, 31)))
    assert [one.begins for one in found] == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31),
        date(2026, 6, 30),
    ]  # fmt: skip


def test_an_open_end_and_a_window_far_ahead():
    found = list(turns("year", Stretch(date(2026, 5, 1), None), date(2060, 1, 1), date(2061, 1, 1)))
    assert [one.first for one in found] == [date(2060, 1, 1), date(2061, 1, 1)]


@pytest.mark.parametrize(
    ("first", "owed", "of_ten"), [(1, True, 10), (15, True, 5), (16, True, 5), (17, False, 5)]
)
def test_half_a_period_owes_its_work_and_its_share_of_the_times(first: int, owed: bool, of_ten: int):
    turn = Turn(date(2026, 4, 1), date(2026, 4, 30), date(2026, 4, first), date(2026, 4, 30))
    assert (turn.owed, turn.share_of(10)) == (owed, of_ten)
    assert turn.share_of(1) == 1


@given(days, st.sampled_from(["1st", "2nd", "3rd", "4th", "5th", "last"]), st.integers(0, 6))
def test_the_nth_weekday_is_found_by_looking_through_the_month(day: date, ordinal: str, weekday: int):
    first = day.replace(day=1)
    last = add_months(first, 1) - ONE
    turn = Turn(first, last, first, last)
    word = f"{ordinal} {('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[weekday]}"
    fit = [
        one
        for one in (first + timedelta(days=n) for n in range(31))
        if one <= last and one.weekday() == weekday
    ]
    number = len(fit) if ordinal == "last" else int(ordinal[0])
    expected = fit[number - 1] if number <= len(fit) else None
    assert placed(word, turn, schedule.working_days()) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("day 15", date(2026, 2, 15)), ("day 31", date(2026, 2, 28)), ("last day", date(2026, 2, 28)),
        # 14 February is worked for the Spring Festival of 15 to 23 February.
        ("last working day", date(2026, 2, 28)), ("10th working day", date(2026, 2, 13)),
        ("11th working day", date(2026, 2, 14)), ("12th working day", date(2026, 2, 24)), ("5th mon", None),
    ],
)  # fmt: skip
def test_days_within_february(word: str, expected: date | None):
    turn = Turn(date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28))
    assert placed(word, turn, schedule.working_days()) == expected


def test_a_season_keeps_turns_with_a_day_in_it():
    def months(first: date, last: date) -> bool:
        return in_season(Turn(first, last, first, last), (6, 7, 8))

    assert months(date(2026, 4, 1), date(2026, 6, 30)) and months(date(2026, 8, 31), date(2026, 9, 6))
    assert not months(date(2026, 1, 1), date(2026, 3, 31)) and in_season(
        Turn(date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1)), ()
    )


# -- duties of the shipped plans ---------------------------------------------------------------------------------


def duty(plan: str, promise: str) -> Duty:
    found = PLANS[plan].by_id[promise]
    assert isinstance(found, Duty)
    return found


def of(plan: str, promise: str, since: str, until: str, **figures: str) -> list[Planned]:
    own = ground(PLANS[plan], **figures)
    return list(
        schedule.planned(duty(plan, promise), own, date.fromisoformat(since), date.fromisoformat(until))
    )


def windows(found: list[Planned]) -> list[tuple[str, str]]:
    return [(wall(one.opens_at), wall(one.due_at)) for one in found]


def test_the_weekly_image_round_runs_from_monday_to_sunday():
    found = of("003", "weekly-image-round", "2026-01-01", "2026-01-25")
    # The service begins on a Saturday: two days of a week are less than half of it.
    assert windows(found) == [
        ("2026-01-12 00:00", "2026-01-19 00:00"), ("2026-01-19 00:00", "2026-01-26 00:00"),
    ]  # fmt: skip


def test_a_quarterly_duty_has_a_partial_first_quarter_that_is_owed():
    found = of("000", "quarterly-check", "2026-01-01", "2026-09-30")
    assert windows(found)[0] == ("2026-01-10 00:00", "2026-04-01 00:00")
    assert [one.key for one in found] == ["quarter:2026-01-01", "quarter:2026-04-01", "quarter:2026-07-01"]


def test_follow_up_calls_are_counted_from_acceptance_without_drift():
    found = of("001", "follow-up-call", "2026-01-01", "2026-12-31")
    assert windows(found)[:3] == [
        ("2026-01-31 00:00", "2026-04-30 00:00"), ("2026-04-30 00:00", "2026-07-31 00:00"),
        ("2026-07-31 00:00", "2026-10-31 00:00"),
    ]  # fmt: skip


def test_the_survey_is_due_ten_working_days_after_the_quarter():
    found = of("003", "quarterly-satisfaction", "2026-07-01", "2026-09-30")
    # 1 to 7 October are off (and 10 October is worked): the tenth working day is 20 October.
    due = found[-1].due_at
    assert due is not None
    off = {day.on for day in holiday_set("CN").between(date(2026, 10, 1), date(2026, 10, 31)) if day.off}
    worked = {
        day.on for day in holiday_set("CN").between(date(2026, 10, 1), date(2026, 10, 31)) if not day.off
    }
    day, counted = date(2026, 9, 30), 0
    while counted < 10:
        day += ONE
        counted += (day.weekday() < 5 and day not in off) or day in worked
    assert wall(due) == f"{day} 18:00"


def test_the_service_point_is_due_a_month_after_the_award():
    (one,) = of("003", "service-point-set-up", "2025-10-01", "2026-12-31")
    assert (wall(one.opens_at), wall(one.due_at), one.key) == ("2025-10-31 00:00", "2025-12-01 00:00", "once")
    assert of("003", "service-point-set-up", "2025-12-05", "2026-12-31") == []


def test_two_trainings_are_one_obligation_of_two_times():
    (one,) = of("000", "training", "2026-01-01", "2026-12-31")
    assert one.times == 2 and wall(one.due_at) == "2026-02-05 00:00"


def test_residents_sign_in_twice_a_day():
    found = of("003", "residents-sign-in", "2026-03-01", "2026-03-03")
    assert [one.times for one in found] == [2, 2, 2]


def test_what_is_promised_in_words_waits_for_an_agreement():
    assert of("000", "follow-up-calls", "2026-01-01", "2026-12-31") == []
    found = of("000", "follow-up-calls", "2026-01-01", "2026-06-30", follow_up_calls="2 x month")
    assert len(found) == 6 and found[1].times == 2
    (one,) = of("002", "project-on-time", "2025-10-01", "2026-12-31")
    assert one.due_at is None
    (one,) = of("002", "project-on-time", "2025-10-01", "2026-12-31", project_on_time="2026-03-31")
    assert wall(one.due_at) == "2026-04-01 00:00"


def test_a_duty_of_the_warranty_ends_with_it():
    plan = PLANS["001"]
    own = ground(plan)
    assert all(
        one.first is not None and any(own.periods["warranty"].covers(one.first) for _ in [0])
        for one in schedule.planned(duty("001", "patrol"), own, date(2026, 1, 1), date(2040, 1, 1))
    )


def test_standing_promises_are_shown_to_be_kept_every_quarter():
    found = of("001", "log-everything", "2026-01-01", "2026-12-31")
    assert [one.key for one in found][1:] == [
        "quarter:2026-04-01",
        "quarter:2026-07-01",
        "quarter:2026-10-01",
    ]


@pytest.mark.parametrize("plan", PLANS)
@given(days, st.integers(0, 400), st.integers(0, 400))
def test_windows_next_to_each_other_give_what_one_gives_and_nothing_twice(
    plan: str, since: date, a: int, b: int
):
    own = ground(PLANS[plan])
    middle, until = since + timedelta(days=a), since + timedelta(days=a + b + 1)
    for one in PLANS[plan].duties[:12]:
        whole = {p.key: p for p in schedule.planned(one, own, since, until)}
        parts = [*schedule.planned(one, own, since, middle), *schedule.planned(one, own, middle + ONE, until)]
        assert {p.key: p for p in parts} == whole
        assert all(p.due_at is None or p.opens_at <= p.due_at for p in parts)


@pytest.mark.parametrize(
    "text", ["", "monthly", "0 x month", "1 x", "2 months", "month month", "99999 x day"]
)
def test_no_rhythm(text: str):
    with pytest.raises(BadSpan):
        schedule.parse_rhythm(text)


def test_rhythms():
    assert schedule.parse_rhythm(" 2 x  Quarter") == Rhythm("quarter", 2)
    assert schedule.parse_rhythm("once") == Rhythm("once", 1)


# -- triggers ----------------------------------------------------------------------------------------------------


def trigger(plan: str, promise: str) -> Trigger:
    found = PLANS[plan].by_id[promise]
    assert isinstance(found, Trigger)
    return found


@pytest.mark.parametrize(
    ("promise", "happened", "figure", "due"),
    [
        # 5 working days before 1 October 2026, the day itself not counted; 25 to 27 September are off.
        ("holiday-roster", "2026-10-01 00:00", None, "2026-09-23 18:00"),
        ("contact-change-notice", "2026-03-18 09:00", None, "2026-03-11 18:00"),
        ("hotline-change-notice", "2026-03-31 00:00", None, "2026-03-10 18:00"),
        ("document-update", "2026-03-04 10:00", None, "2026-03-12 00:00"),
        ("round-after-storm", "2026-03-04 10:00", None, None),
        ("round-after-storm", "2026-03-04 10:00", "24h", "2026-03-05 10:00"),
        ("written-fault-report", "2026-03-06 10:00", None, "2026-03-11 18:00"),
        ("written-fault-report", "2026-03-06 10:00", "1 month", "2026-04-07 00:00"),
    ],
)
def test_when_the_work_is_due_that_a_happening_asks_for(
    promise: str, happened: str, figure: str | None, due: str | None
):
    own = ground(PLANS["003"], **({promise.replace("-", "_"): figure} if figure else {}))
    found = raising.due_of(trigger("003", promise), at(happened), own)
    assert (wall(found) if found is not None else None) == due


def test_long_holidays_are_runs_of_days_off():
    found = list(raising.holidays(holiday_set("CN"), date(2026, 1, 1), date(2026, 12, 31)))
    long = [one for one in found if "holiday.long" in one.words]
    assert [one.first for one in long] == [date(2026, 2, 15), date(2026, 5, 1), date(2026, 10, 1)]
    assert all("holiday.major" in one.words for one in long)
    assert not any(one.days < 3 and one.words for one in found)
    # A window cuts none in two: it belongs where it begins.
    assert [
        one.first for one in raising.holidays(holiday_set("CN"), date(2026, 2, 16), date(2026, 3, 1))
    ] == []


def test_every_word_of_the_tables_is_one_of_the_vocabulary():
    used = {one.on for plan in PLANS.values() for one in plan.triggers}
    unknown = events.AUTOMATIC - used
    assert unknown <= {"case.received", "case.triaged", "case.escalated"}, unknown
    owed = {one.owe for plan in PLANS.values() for one in (*plan.triggers, *plan.duties)}
    assert set(events.PROOFS) <= owed
    families = {word.split(".")[0] for word in owed}
    assert all(word in owed or word in families for word in events.FOLLOWS)


def test_a_ledger_event_is_a_happening_of_its_kind_of_case_only():
    words = [one.word for one in events.happenings("case.reported", {}, "complaint")]
    assert words == ["case.reported", "case.found", "case.noticed", "case.received", "complaint.reported"]
    assert events.happenings("case.noted", {}, "fault") == []
    reached = {"result": "reached", "words": "很好"}
    assert events.shown("form.customer_opinion", frozenset(), "follow_up.called", reached) == frozenset()
    assert (
        events.shown("form.customer_opinion", frozenset(), "follow_up.called", {"result": "reached"}) is None
    )


def test_a_proof_shows_the_parts_that_it_covers() -> None:
    parts = frozenset({"cause", "prevention"})
    owe, solved = "advice.cause_and_prevention", {"cause": "接头松动"}
    assert events.shown(owe, parts, "case.resolved", solved) == {"cause"}
    assert events.shown(owe, parts, "case.report_handed_over", {}) == parts
    # Without parts the cause is the whole; parts of a firm's own names are ticked by people.
    assert events.shown(owe, frozenset(), "case.resolved", solved) == frozenset()
    assert events.shown(owe, frozenset({"own"}), "case.resolved", solved) is None
    assert events.shown(owe, parts, "case.resolved", {}) is None
    assert events.follows("round.storm") == events.follows("round.site") != ()
    assert events.follows("visit.monitoring_centre") == ()


def test_hands_always_end_with_somebody_who_answers_for_the_contract():
    for plan in PLANS.values():
        for one in (*plan.duties, *plan.triggers):
            assert "project_manager" in events.hands(one.owe, one.by)
    assert events.hands("document.owner_papers", "customer")[0] == "project_manager"


# -- states ------------------------------------------------------------------------------------------------------

times = st.integers(0, 60)
records = st.lists(st.builds(Done, times, st.integers(0, 2), st.sampled_from([0.0, 1.5, 4.0]),
                             st.sets(st.sampled_from("abc")).map(frozenset)), max_size=6)  # fmt: skip
decisions = st.builds(Decided, *[st.none() | times] * 4)


@given(times, st.none() | times, st.integers(1, 3), st.sampled_from([0.0, 4.0]),
       st.sets(st.sampled_from("abc")).map(frozenset), records, times, decisions)  # fmt: skip
def test_a_state_is_what_walking_second_by_second_finds(
    opens: int, due: int | None, need: int, hours: float, items: frozenset[str], found: list[Done], now: int,
    decided: Decided,
):  # fmt: skip
    assume(due is None or opens <= due)
    owed = Owed(opens, due, need, hours, items)
    standing = states.stand(owed, found, now, decided)
    done_at = None
    for second in range(61):
        so_far = [one for one in found if one.at <= second]
        ticked = frozenset().union(*(one.items for one in so_far))
        if (
            sum(one.times for one in so_far) >= need
            and sum(one.hours for one in so_far) >= hours
            and items <= ticked
            and so_far
        ):
            done_at = second
            break
    if decided.cancelled_at is not None:
        expected = State.CANCELLED
    elif decided.waived_at is not None:
        expected = State.WAIVED
    elif done_at is not None:
        expected = State.DONE if due is None or done_at <= due else State.DONE_LATE
    elif decided.rolled_at is not None:
        expected = State.PARTIAL
    elif due is not None and now > due:
        expected = State.MISSED
    elif found or decided.started_at is not None:
        expected = State.IN_PROGRESS
    else:
        expected = State.PLANNED if now < opens else State.DUE
    assert standing.state == expected
    assert standing.progress.done_at == done_at
    # The next alarm is the first later second at which the state is another one, if nobody does anything.
    later = [s for s in range(now + 1, 64) if states.stand(owed, found, s, decided).state != expected]
    assert standing.next_at == (later[0] if later else None)


def test_what_a_statement_counts():
    assert states.outcome("done", 10, 20) == Outcome.KEPT
    assert states.outcome("partial", 10, 20) == Outcome.MISSED
    assert states.outcome("planned", 10, 20) == Outcome.MISSED
    assert states.outcome("planned", 30, 20) == Outcome.RUNNING
    assert states.outcome("due", None, 20) == Outcome.NOT_STARTED
    assert set(states.STATE_WORDS) == set(State)


# -- why ---------------------------------------------------------------------------------------------------------


def sentences(steps: list[why.Step], language: str = "zh") -> list[str]:
    return [why.sentence(step, language) for step in steps]


def test_why_the_survey_is_due_then():
    own = ground(PLANS["003"])
    one = of("003", "quarterly-satisfaction", "2026-01-10", "2026-03-31")[0]
    told = why.Told(one.opens_at, one.due_at, one.due_at, one.first, one.last, one.times)
    found = sentences(why.explain_duty(duty("003", "quarterly-satisfaction"), own, told))
    assert found[1:] == [
        "每季度。", "这一期：2026-01-10 至 2026-03-31。", "首尾不满一期：81 天（整期 90 天），过半，仍须完成。",
        "2026-03-31 之后 10 个工作日内。", "其间 5 天休息不计（含清明节）。", "2026-04-15 周三 18:00 到期。",
    ]  # fmt: skip
    english = sentences(why.explain_duty(duty("003", "quarterly-satisfaction"), own, told), "en")
    assert english[1] == "Every quarter." and "Qingming" in english[5]


def test_why_the_roster_is_due_then():
    own = ground(PLANS["003"])
    promise = trigger("003", "holiday-roster")
    happened = at("2026-10-01 00:00")
    due = raising.due_of(promise, happened, own)
    told = why.Told(0, due, due, word="holiday.long", at=happened)
    found = sentences(why.explain_trigger(promise, own, told))
    assert found[1] == "2026-10-01 周四 00:00 发生：长假。" and found[-1] == "2026-09-23 周三 18:00 到期。"
    assert "之前 5 个工作日完成。" in found


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_promise_can_say_why(plan: str, language: str):
    own = ground(PLANS[plan])
    for one in PLANS[plan].duties:
        for found in list(schedule.planned(one, own, date(2026, 1, 1), date(2026, 12, 31)))[:2]:
            told = why.Told(found.opens_at, found.due_at, found.due_at, found.first, found.last, found.times)
            assert all(sentences(why.explain_duty(one, own, told), language))
    for event in PLANS[plan].triggers:
        due = raising.due_of(event, at("2026-03-04 10:00"), own)
        told = why.Told(0, due, due, word=event.on, at=at("2026-03-04 10:00"))
        assert all(sentences(why.explain_trigger(event, own, told), language))


def test_a_calendar_that_never_closes_lends_its_working_days_from_the_house():
    always = compile_calendar(CalendarSpec.always(), date(2025, 1, 1), date(2027, 12, 31))
    own = Ground(dates=DATES, service=Stretch(date(2026, 1, 1), None), calendars={"always": always})
    found = schedule.after_day(
        date(2026, 3, 6), Span(working_days=1), schedule.calendar_of(trigger("003", "scrap-proof"), own)
    )
    assert wall(found) == "2026-03-09 18:00"
