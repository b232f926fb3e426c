"""Clocks against a slow version that ticks, and the figures of the five plans (S-2) by worked examples."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luyue
from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import compile_calendar
from luyue.domain.cases import (
    ARRIVED,
    CANCELLED,
    CLOSED,
    EXCUSED,
    PAUSED,
    REOPENED,
    REPORTED,
    RESOLVED,
    RESUMED,
    SEVERITY_CHANGED,
    CaseEvent,
    Facts,
)
from luyue.domain.clocks import Reading, read_case, read_clock
from luyue.domain.plan.loader import load_plan, plan_calendar
from luyue.domain.plan.model import When
from luyue.domain.plan.spans import Span, parse_span
from luyue.domain.terms import STOPS, Terms, terms_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLANS = Path(luyue.__file__).parent / "plans"
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = compile_calendar(
    CalendarSpec.weekly(
        "Asia/Shanghai", {key: [("09:00", "12:00"), ("13:00", "18:00")] for key in WORKDAYS}, holidays="CN"
    ),
    date(2025, 1, 1),
    date(2027, 12, 31),
)
ALWAYS = compile_calendar(CalendarSpec.always(), date(2025, 1, 1), date(2027, 12, 31))
HOUR = 3600


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp())


def event(kind: str, when: str, **data: object) -> CaseEvent:
    return CaseEvent(kind, at(when), at(when), data)


def terms(metric: str = "resolve", within: str = "8h", *, calendar=OFFICE, **more) -> Terms:
    given = {"always": calendar is ALWAYS, "pauses": frozenset({"customer", "parts"}), **more}
    return Terms("p", (metric,), parse_span(within), calendar, **given)


# -- the ticking version ----------------------------------------------------------------------------------------

TICK = 600
HORIZON = 24 * 86_400


def ticking(one: Terms, events: list[CaseEvent], now: int) -> tuple[str, int | None, int | None]:
    """(result, due, stopped) by looking at every ten minutes. All events stand on multiples of ten minutes."""
    metric = one.metrics[0]
    start = next(e.at for e in events if e.kind == REPORTED)
    settled = None
    for e in events:
        if e.kind in (RESOLVED, CLOSED) and settled is None:
            settled = e.at
        if e.kind == REOPENED:
            settled = None
    stopped = (
        settled if metric == "resolve" else next((e.at for e in events if e.kind in STOPS[metric]), None)
    )

    def held(moment: int) -> bool:
        """Whether the clock stands still in the tick that begins at `moment`."""
        if stopped is not None and moment >= stopped:
            return False
        waiting: set[str] = set()
        solved = False
        for e in events:
            if e.at > moment:
                break
            if e.kind == PAUSED and e.data["reason"] in one.pauses:
                waiting.add(e.data["reason"])
            elif e.kind == RESUMED:
                waiting -= {e.data["reason"]} if "reason" in e.data else set(waiting)
            elif e.kind in (RESOLVED, CLOSED, CANCELLED):
                waiting.clear()
            if e.kind in (RESOLVED, CLOSED):
                solved = True
            elif e.kind == REOPENED:
                solved = False
        return bool(waiting) or (solved and metric == "resolve")

    due, used, days = None, 0, 0
    for moment in range(start, start + HORIZON, TICK):
        end = moment + TICK
        if one.span.seconds:
            used += TICK if one.calendar.is_open(moment) and not held(moment) else 0
            reached = used == one.span.seconds
        else:
            same_day = local_date(moment) == local_date(start)
            if one.span.working_days:
                closes = moment == last_office_tick(local_date(moment))
            else:
                closes = local_date(moment) != local_date(end)
            days += closes and not same_day and not held(moment)
            reached = days == (one.span.working_days or one.span.calendar_days)
        if reached:
            due = end
            break
    return _result(one, events, now, due, stopped, settled), due, stopped


def _result(one, events, now, due, stopped, settled) -> str:
    if stopped is not None:
        return "met" if due is None or stopped <= due else "breached"
    cancelled = next((e.at for e in events if e.kind == CANCELLED), None)
    if cancelled is not None and (due is None or cancelled <= due):
        moot = settled is not None and settled < cancelled and one.metrics == ("arrive",)
        return "not_applicable" if moot else "cancelled"
    if settled is not None and one.metrics == ("arrive",) and (due is None or settled <= due):
        return "not_applicable"
    return "breached" if due is not None and due < now else "running"


def local_date(moment: int) -> date:
    return datetime.fromtimestamp(moment, SHANGHAI).date()


@cache
def last_office_tick(on: date) -> int | None:
    midnight = at(on.isoformat())
    open_ticks = [t for t in range(midnight, midnight + 86_400, TICK) if OFFICE.is_open(t)]
    return open_ticks[-1] if open_ticks else None


ACTS = [
    (PAUSED, {"reason": "customer"}),
    (PAUSED, {"reason": "parts"}),
    (PAUSED, {"reason": "not allowed"}),
    (RESUMED, {"reason": "customer"}),
    (RESUMED, {"reason": "parts"}),
    (RESUMED, {}),
    (RESOLVED, {}),
    (REOPENED, {}),
    (CLOSED, {}),
    (CANCELLED, {}),
    (ARRIVED, {}),
    ("case.responded", {}),
]


@st.composite
def histories(draw) -> list[CaseEvent]:
    """A report around a long holiday and up to nine acts in the ten days after it, each at a time of its own."""
    reported = at("2026-09-16 00:00") + TICK * draw(st.integers(0, 15 * 144))
    later = draw(st.lists(st.integers(1, 10 * 144), min_size=0, max_size=9, unique=True).map(sorted))
    events = [CaseEvent(REPORTED, reported, reported)]
    for ticks in later:
        kind, data = draw(st.sampled_from(ACTS))
        events.append(CaseEvent(kind, reported + ticks * TICK, reported + ticks * TICK, data))
    return events


@settings(max_examples=150)
@given(
    histories(),
    st.sampled_from(["resolve", "respond", "arrive"]),
    st.sampled_from(["10min", "4h", "16h", "1 working days", "3 working days", "2 calendar days"]),
    st.booleans(),
    st.integers(0, 12 * 144),
)
def test_a_clock_agrees_with_one_that_ticks(events, metric, within, always, passed):
    calendar = ALWAYS if always and "working" not in within else OFFICE
    now = events[0].at + passed * TICK
    seen = [e for e in events if e.at <= now]
    one = terms(metric, within, calendar=calendar)
    reading = read_clock(one, seen, now)
    result, due, stopped = ticking(one, seen, now)
    assert (reading.result, reading.due_at, reading.stopped_at) == (result, due, stopped)


@settings(max_examples=100)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_were_typed_in_changes_nothing(events, random):
    shuffled = events[:]
    random.shuffle(shuffled)
    now = events[0].at + 12 * 86_400
    assert read_case([terms()], Facts(), shuffled, now) == read_case([terms()], Facts(), events, now)


@settings(max_examples=100)
@given(histories(), st.integers(1, 6 * 144))
def test_after_a_change_of_severity_the_clock_is_as_if_it_had_been_so_from_the_start(events, ticks):
    changed_at = events[0].at + ticks * TICK
    now = changed_at + 12 * 86_400
    change = CaseEvent(SEVERITY_CHANGED, changed_at, changed_at, {"severity": "high"})
    high = terms(within="4h", when=When(severity=("high",)))
    low = terms(within="16h", when=When(severity=("low",)))
    changed = read_case([low, high], Facts(severity="low"), [*events, change], now)
    from_start = read_case([high], Facts(severity="high"), events, now)
    assert changed[-1:] == from_start
    old = changed[0]
    if old.result == "breached":
        assert old.due_at < (old.stopped_at or changed_at)


# -- rules one by one -------------------------------------------------------------------------------------------


def test_time_that_runs_out_at_closing_is_due_at_closing():
    reading = read_clock(terms(within="5h"), [event(REPORTED, "2026-03-06 13:00")], at("2026-03-06 14:00"))
    assert reading.due_at == at("2026-03-06 18:00")


def test_overlapping_pauses_count_once():
    events = [
        event(REPORTED, "2026-03-06 09:00"),
        event(PAUSED, "2026-03-06 10:00", reason="customer"),
        event(PAUSED, "2026-03-06 10:30", reason="parts"),
        event(RESUMED, "2026-03-06 11:00", reason="customer"),
        event(RESUMED, "2026-03-06 11:30", reason="parts"),
    ]
    reading = read_clock(terms(within="4h"), events, at("2026-03-06 12:00"))
    assert reading.paused_seconds == 5400
    assert reading.due_at == at("2026-03-06 15:30")


def test_a_pause_that_the_plan_does_not_allow_changes_nothing():
    events = [event(REPORTED, "2026-03-06 09:00"), event(PAUSED, "2026-03-06 10:00", reason="holiday")]
    assert read_clock(terms(), events, at("2026-03-06 12:00")).state == "running"


def test_while_a_pause_lasts_nobody_knows_when_it_will_be_due():
    events = [event(REPORTED, "2026-03-06 09:00"), event(PAUSED, "2026-03-06 10:00", reason="customer")]
    reading = read_clock(terms(), events, at("2026-03-06 14:00"))
    assert (reading.state, reading.due_at, reading.paused_since) == ("paused", None, at("2026-03-06 10:00"))
    assert reading.paused_seconds == 3 * HOUR


def test_solved_time_is_free_and_the_clock_goes_on_after_a_reopening():
    events = [
        event(REPORTED, "2026-03-06 09:00"),
        event(RESOLVED, "2026-03-06 11:00"),
        event(REOPENED, "2026-03-09 14:00"),
    ]
    reading = read_clock(terms(within="8h"), events, at("2026-03-09 15:00"))
    assert (reading.state, reading.due_at) == ("running", at("2026-03-10 11:00"))


def test_a_target_that_starts_anew_has_a_clock_for_each_reopening():
    events = [
        event(REPORTED, "2026-03-06 09:00"),
        event(RESOLVED, "2026-03-06 11:00"),
        event(REOPENED, "2026-03-09 14:00"),
    ]
    first, second = read_case([terms(within="8h", reopen="new")], Facts(), events, at("2026-03-09 15:00"))
    assert (first.result, first.round) == ("met", 0)
    assert (second.started_at, second.due_at, second.round) == (
        at("2026-03-09 14:00"),
        at("2026-03-10 14:00"),
        1,
    )


def test_a_reopening_of_what_was_never_solved_starts_no_round():
    events = [event(REPORTED, "2026-03-06 09:00"), event(REOPENED, "2026-03-06 10:00")]
    (reading,) = read_case([terms(reopen="new")], Facts(), events, at("2026-03-06 11:00"))
    assert reading.round == 0


def test_a_report_on_an_earlier_solution_is_superseded_by_the_reopening():
    events = [
        event(REPORTED, "2026-03-06 09:00"),
        event(RESOLVED, "2026-03-06 11:00"),
        event(REOPENED, "2026-03-06 14:00"),
    ]
    one = terms("report", "24h", calendar=ALWAYS, start="resolved", reopen="new")
    first, second = read_case([one], Facts(), events, at("2026-03-06 15:00"))
    assert (first.result, second.result) == ("superseded", "not_started")


def test_solved_without_a_visit_the_arrival_is_not_applicable_and_never_met():
    events = [event(REPORTED, "2026-03-06 09:00"), event(RESOLVED, "2026-03-06 09:30")]
    assert read_clock(terms("arrive", "4h"), events, at("2026-03-07 00:00")).result == "not_applicable"


def test_who_can_work_again_in_time_needs_no_new_or_borrowed_device():
    report, restored = event(REPORTED, "2026-03-06 17:30"), event("case.restored", "2026-03-08 17:30")
    one = plan_terms("002")["replace-or-loan"]
    assert read_clock(one, [report, restored], at("2026-03-09 09:00")).result == "not_applicable"
    late = event("case.restored", "2026-03-08 17:40")
    assert read_clock(one, [report, late], at("2026-03-09 09:00")).result == "breached"
    again = event(REOPENED, "2026-03-08 17:35")
    assert read_clock(one, [report, restored, again], at("2026-03-09 09:00")).result == "breached"


def test_an_emergency_plan_is_owed_until_the_fault_is_solved_even_if_work_goes_on():
    events = [event(REPORTED, "2026-03-06 08:00"), event("case.restored", "2026-03-06 10:00")]
    assert read_clock(terms("emergency_plan", "16h", calendar=ALWAYS), events, at("2026-03-07 01:00")).open


def test_solved_too_late_the_missing_arrival_stays_a_breach():
    events = [event(REPORTED, "2026-03-06 09:00"), event(RESOLVED, "2026-03-06 16:00")]
    assert read_clock(terms("arrive", "4h"), events, at("2026-03-07 00:00")).result == "breached"


def test_an_arrival_entered_late_counts_from_when_it_happened():
    arrival = CaseEvent(ARRIVED, at("2026-03-06 10:05"), at("2026-03-06 14:00"))
    events = [event(REPORTED, "2026-03-06 09:00"), arrival]
    reading = read_clock(terms("arrive", "2h"), events, at("2026-03-06 15:00"))
    assert (reading.result, reading.stopped_at, reading.late_entry) == ("met", at("2026-03-06 10:05"), True)


def test_a_cancelled_case_ends_its_clocks_but_not_a_breach():
    early = [event(REPORTED, "2026-03-06 09:00"), event(CANCELLED, "2026-03-06 10:00")]
    late = [event(REPORTED, "2026-03-06 09:00"), event(CANCELLED, "2026-03-09 18:00")]
    assert read_clock(terms(), early, at("2026-03-10 00:00")).result == "cancelled"
    assert read_clock(terms(), late, at("2026-03-10 00:00")).result == "breached"


def test_an_excuse_waives_its_promise_only():
    events = [event(REPORTED, "2026-03-06 09:00"), event(EXCUSED, "2026-03-10 10:00", promise="p")]
    assert read_clock(terms(), events, at("2026-03-11 00:00")).result == "waived"
    other = [event(REPORTED, "2026-03-06 09:00"), event(EXCUSED, "2026-03-10 10:00", promise="q")]
    assert read_clock(terms(), other, at("2026-03-11 00:00")).result == "breached"


def test_a_limit_in_working_days_skips_holidays_and_counts_make_up_days():
    # 28 September 2025 is a Sunday that is worked; 1 to 8 October are off.
    events = [event(REPORTED, "2025-09-26 15:00")]
    reading = read_clock(terms(within="5 working days"), events, at("2025-09-27 00:00"))
    assert reading.due_at == at("2025-10-10 18:00")


def test_a_pause_at_the_end_of_a_day_costs_that_whole_day():
    events = [
        event(REPORTED, "2026-03-02 15:00"),
        event(PAUSED, "2026-03-03 17:00", reason="customer"),
        event(RESUMED, "2026-03-04 09:30", reason="customer"),
        event(PAUSED, "2026-03-05 10:00", reason="customer"),
        event(RESUMED, "2026-03-05 11:00", reason="customer"),
    ]
    reading = read_clock(terms(within="3 working days"), events, at("2026-03-05 12:00"))
    assert reading.due_at == at("2026-03-06 18:00")
    assert reading.paused_seconds == 8 * HOUR


def test_the_share_for_the_warning_is_of_the_limit_without_pauses():
    events = [
        event(REPORTED, "2026-03-06 09:00"),
        event(PAUSED, "2026-03-06 10:00", reason="customer"),
        event(RESUMED, "2026-03-06 11:00", reason="customer"),
    ]
    reading = read_clock(terms(within="4h", calendar=ALWAYS), events, at("2026-03-06 13:00"))
    assert (reading.state, reading.warn_at) == ("warning", at("2026-03-06 13:00"))


# -- the figures of the plans (S-2) -----------------------------------------------------------------------------


@cache
def plan_terms(number: str) -> dict[str, Terms]:
    (path,) = PLANS.glob(f"{number}-*.yaml")
    plan = load_plan(path.read_bytes()).plan
    calendars = {name: plan_calendar(plan, name) for name in plan.calendars}
    return {one.promise: one for one in terms_of(plan, calendars)}


def clock(number: str, promise: str, *events: CaseEvent, now: str, **facts) -> Reading:
    base = Facts(periods=frozenset({"warranty"}), **facts)
    (reading,) = read_case([plan_terms(number)[promise]], base, events, at(now))
    return reading


# A Friday evening: limits in real time run through the night.
REPORT = event(REPORTED, "2026-03-06 17:30")


@pytest.mark.parametrize(
    ("number", "promise", "facts", "due"),
    [
        ("000", "reply", {}, "2026-03-06 18:30"),
        ("000", "major-arrive", {"severity": "major"}, "2026-03-06 21:30"),
        ("000", "major-resolve", {"severity": "major"}, "2026-03-07 17:30"),
        ("001", "urgent-respond", {"severity": "urgent"}, "2026-03-06 17:40"),
        ("001", "normal-respond", {"severity": "normal"}, "2026-03-06 19:30"),
        ("001", "normal-plan", {"severity": "normal"}, "2026-03-06 19:30"),
        ("001", "normal-resolve", {"severity": "normal"}, "2026-03-07 01:30"),
        ("001", "serious-resolve", {"severity": "serious"}, "2026-03-06 21:30"),
        ("001", "serious-depart", {"severity": "serious", "onsite": True}, "2026-03-06 18:30"),
        ("001", "arrive", {"onsite": True}, "2026-03-06 19:30"),
        ("002", "hotline-response", {"channel": "hotline"}, "2026-03-06 18:30"),
        ("002", "remote-solution", {"channel": "hotline"}, "2026-03-06 18:30"),
        ("002", "arrive-on-site", {"remote_failed": True}, "2026-03-06 21:30"),
        ("002", "repair-fault", {"remote_failed": True}, "2026-03-07 01:30"),
        ("002", "replace-or-loan", {}, "2026-03-08 17:30"),
        ("004", "arrive-or-solve", {"remote_failed": True}, "2026-03-07 17:30"),
    ],
)
def test_a_limit_from_the_report_is_due_by_its_figure(number, promise, facts, due):
    reading = clock(number, promise, REPORT, now="2026-03-06 17:35", **facts)
    assert (reading.state, reading.due_at) == ("running", at(due))


def test_urgent_cases_are_solved_two_hours_after_the_arrival():
    waiting = clock("001", "urgent-resolve", REPORT, now="2026-03-06 18:00", severity="urgent")
    assert waiting.state == "not_started"
    arrived = event(ARRIVED, "2026-03-06 18:20")
    reading = clock("001", "urgent-resolve", REPORT, arrived, now="2026-03-06 18:30", severity="urgent")
    assert (reading.started_at, reading.due_at) == (at("2026-03-06 18:20"), at("2026-03-06 20:20"))


def test_remote_help_is_counted_from_the_understanding():
    understood = event("case.understood", "2026-03-06 19:00")
    reading = clock("004", "remote-help", REPORT, understood, now="2026-03-06 19:30")
    assert reading.due_at == at("2026-03-06 21:00")


def test_a_breakdown_not_solved_in_twelve_hours_needs_an_emergency_plan_within_sixteen():
    one = plan_terms("003")["breakdown-emergency-plan"]
    facts = Facts(severity=(one.when.severity or (None,))[0])
    report = event(REPORTED, "2026-03-06 08:00")
    (before,) = read_case([one], facts, [report], at("2026-03-06 12:00"))
    assert (before.state, before.waits_until) == ("not_started", at("2026-03-06 20:00"))
    (after,) = read_case([one], facts, [report], at("2026-03-06 21:00"))
    assert after.due_at == at("2026-03-07 00:00")
    solved = [report, event(RESOLVED, "2026-03-06 19:00")]
    (needless,) = read_case([one], facts, solved, at("2026-03-07 12:00"))
    assert needless.result == "not_applicable"


def test_the_report_on_a_fault_is_due_a_day_after_the_resolution():
    one = plan_terms("003")["fault-handling-report"]
    severity = (one.when.severity or (None,))[0]
    events = [event(REPORTED, "2026-03-06 08:00"), event(RESOLVED, "2026-03-06 19:00")]
    (reading,) = read_case([one], Facts(severity=severity), events, at("2026-03-07 00:00"))
    assert reading.due_at == at("2026-03-07 19:00")


def test_a_repaired_device_is_back_within_five_working_days():
    one = plan_terms("003")["factory-repair-return"]
    assert one.span == Span(working_days=5)
    events = [event(REPORTED, "2026-03-05 08:00"), event("case.repair_sent", "2026-03-06 10:00")]
    facts = Facts(under_repair=True)
    (reading,) = read_case([one], facts, events, at("2026-03-07 00:00"))
    assert datetime.fromtimestamp(reading.due_at, SHANGHAI).date() == date(2026, 3, 13)


def test_a_promised_call_back_runs_to_the_hour_that_was_named() -> None:
    t = 1_772_600_000
    plan = load_plan((PLANS / "001-video-integration.yaml").read_bytes()).plan
    terms = {one.promise: one for one in terms_of(plan, {n: plan_calendar(plan, n) for n in plan.calendars})}[
        "call-back"
    ]
    events = [
        CaseEvent("case.reported", t, t),
        CaseEvent("case.call_back_promised", t + 600, t + 600, {"until": t + 4200}),
    ]
    assert read_clock(terms, events[:1], t + 60).state == "not_started"
    running = read_clock(terms, events, t + 700)
    assert (running.state, running.due_at) == ("running", t + 4200)
    assert read_clock(terms, events, t + 4201).state == "breached"
    kept = [*events, CaseEvent("case.called_back", t + 4000, t + 4000)]
    assert read_clock(terms, kept, t + 9000).state == "met"
    again = [*kept, CaseEvent("case.call_back_promised", t + 5000, t + 5000, {"until": t + 8000})]
    assert read_clock(terms, again, t + 6000).due_at == t + 8000


def test_a_pause_with_a_longest_time_ends_by_itself() -> None:
    t = 1_772_600_000
    terms = Terms("x", ("resolve",), Span(seconds=3600), ALWAYS, True,
                  pauses=frozenset({"site"}), pause_limits=(("site", 1800),))  # fmt: skip
    events = [
        CaseEvent("case.reported", t, t),
        CaseEvent("case.paused", t + 600, t + 600, {"reason": "site"}),
    ]
    assert read_clock(terms, events, t + 900).state == "paused"
    later = read_clock(terms, events, t + 3000)
    assert (later.state, later.due_at) == ("running", t + 5400)
    resumed = [*events, CaseEvent("case.resumed", t + 90_000, t + 90_000, {"reason": "site"})]
    assert read_clock(terms, resumed, t + 90_001).due_at == t + 5400
