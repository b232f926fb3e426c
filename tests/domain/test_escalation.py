"""The ladder: which rungs there are, when, and that an open clock always has one that is still to come."""

from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import compile_calendar
from luyue.domain.cases import CaseEvent
from luyue.domain.clocks import read_clock
from luyue.domain.escalation import DEFAULT_LADDER, ladder_of, next_alarm, rungs
from luyue.domain.plan.loader import HORIZON
from luyue.domain.plan.model import LadderStep
from luyue.domain.plan.spans import Span
from luyue.domain.terms import Terms

ALWAYS = compile_calendar(CalendarSpec.always(), *HORIZON)
HOUR = 3600
T = 1_772_600_000
RESOLVE = Terms("x", ("resolve",), Span(seconds=4 * HOUR), ALWAYS, True, pauses=frozenset({"site"}))
REPORT = Terms("y", ("report",), Span(seconds=24 * HOUR), ALWAYS, True, start="resolved")


def test_a_plan_without_a_ladder_gets_the_usual_one() -> None:
    assert ladder_of((), 75) == DEFAULT_LADDER
    assert ladder_of((LadderStep(at="hand", role="manufacturer"),), 75) == DEFAULT_LADDER


def test_warning_and_breach_are_on_every_ladder() -> None:
    only_boss = ladder_of((LadderStep(at="breach", role="general_manager"),), 60)
    assert [step.at for step in only_boss] == ["60%", "breach"]


def test_rungs_stand_at_their_shares_and_after_the_due_second() -> None:
    events = [CaseEvent("case.reported", T, T)]
    found = rungs(RESOLVE, read_clock(RESOLVE, events, T), events, (), None, T)
    assert [rung.at - T for rung in found] == [
        3 * HOUR,
        4 * HOUR + 1,
        4 * HOUR + 1,
        5 * HOUR + 1,
        8 * HOUR + 1,
    ]


def test_a_clock_that_starts_again_is_told_again() -> None:
    events = [CaseEvent("case.reported", T, T), CaseEvent("case.resolved", T + HOUR, T + HOUR)]
    first = rungs(REPORT, read_clock(REPORT, events, T + HOUR), events, (), None, T + HOUR)
    told = frozenset(rung.key for rung in first)
    again = [
        *events,
        CaseEvent("case.reopened", T + 90 * HOUR, T + 90 * HOUR),
        CaseEvent("case.resolved", T + 91 * HOUR, T + 91 * HOUR),
    ]
    second = rungs(REPORT, read_clock(REPORT, again, T + 91 * HOUR), again, (), None, T + 91 * HOUR)
    assert next_alarm(second, told) == T + 91 * HOUR + 18 * HOUR


def test_a_warning_is_not_repeated_because_of_a_pause() -> None:
    events = [CaseEvent("case.reported", T, T)]
    first = rungs(RESOLVE, read_clock(RESOLVE, events, T), events, (), None, T)
    paused = [
        *events,
        CaseEvent("case.paused", T + HOUR, T + HOUR, {"reason": "site"}),
        CaseEvent("case.resumed", T + 2 * HOUR, T + 2 * HOUR, {"reason": "site"}),
    ]
    second = rungs(RESOLVE, read_clock(RESOLVE, paused, T + 2 * HOUR), paused, (), None, T + 2 * HOUR)
    assert {rung.key for rung in first if rung.kind == "warning"} == {
        rung.key for rung in second if rung.kind == "warning"
    }


acts = st.lists(
    st.tuples(
        st.sampled_from(["case.resolved", "case.reopened", "case.paused", "case.resumed", "case.cancelled"]),
        st.integers(1, 40 * HOUR),
    ),
    max_size=8,
)


@given(acts, st.lists(st.integers(0, 30 * 24 * HOUR), min_size=1, max_size=6))
def test_whoever_sweeps_when_no_running_clock_is_ever_without_a_next_alarm(
    steps: list[tuple[str, int]], sweeps: list[int]
) -> None:
    """Sweeps at any moments, telling what has passed: what runs still has an alarm to come."""
    at, events = T, [CaseEvent("case.reported", T, T)]
    for kind, gap in steps:
        at += gap
        events.append(CaseEvent(kind, at, at, {"reason": "site"}))
    told: dict[str, set[str]] = {"x": set(), "y": set()}
    for now in sorted(T + sweep for sweep in sweeps):
        known = [event for event in events if event.at <= now]
        for terms in (RESOLVE, REPORT):
            reading = read_clock(terms, known, now)
            found = rungs(terms, reading, known, (), None, now)
            told[terms.promise] |= {rung.key for rung in found if rung.at <= now}
            if reading.result == "running":
                assert next_alarm(found, frozenset(told[terms.promise])) is not None
