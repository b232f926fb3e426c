"""The figures of the five shipped plans: who changes one has to have read its clause again."""

from pathlib import Path

import pytest

import luyue
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Target
from luyue.domain.plan.spans import Length, Span, parse_length, parse_term

PLANS = {
    path.stem[:3]: load_plan(path.read_bytes()).plan
    for path in sorted((Path(luyue.__file__).parent / "plans").glob("*.yaml"))
}

# plan, promise, limit, where the clock starts, kind of hours
LIMITS = """
000 reply                     1h              reported     24x7
000 major-arrive              4h              reported     24x7
000 major-resolve             24h             reported     24x7
001 arrive                    2h              reported     24x7
001 normal-respond            2h              reported     24x7
001 normal-plan               2h              reported     24x7
001 normal-resolve            8h              reported     24x7
001 serious-depart            1h              reported     24x7
001 serious-resolve           4h              reported     24x7
001 urgent-respond            10min           reported     24x7
001 urgent-resolve            2h              arrived      24x7
002 hotline-response          1h              reported     24x7
002 remote-solution           1h              reported     24x7
002 arrive-on-site            4h              reported     24x7
002 repair-fault              8h              reported     24x7
002 replace-or-loan           48h             reported     24x7
002 part-next-working-day     1_working_day   part_ordered office
002 part-4h                   4h              part_ordered 24x7
003 reach-site                1h              reported     24x7
003 factory-repair-return     5_working_days  repair_sent  office
003 breakdown-solved          12h             reported     24x7
003 breakdown-emergency-plan  16h             open         24x7
003 fault-handling-report     24h             resolved     24x7
004 remote-help               2h              understood   24x7
004 arrive-or-solve           24h             open         24x7
"""


@pytest.mark.parametrize("row", LIMITS.strip().splitlines(), ids=lambda row: " ".join(row.split()[:2]))
def test_a_limit_is_that_of_its_clause(row: str):
    name, promise, within, start, hours = row.split()
    plan = PLANS[name]
    target = plan.by_id[promise]
    assert isinstance(target, Target)
    assert target.within == parse_term(within.replace("_", " ")) and target.start == start
    assert (plan.calendars[target.calendar] == "24x7") == (hours == "24x7")


def test_no_limit_with_a_figure_is_left_out_of_the_list():
    listed = {tuple(row.split()[:2]) for row in LIMITS.strip().splitlines()}
    assert listed == {
        (name, target.id)
        for name, plan in PLANS.items()
        for target in plan.targets
        if isinstance(target.within, Span)
    }


@pytest.mark.parametrize(
    ("name", "promise", "field", "value"),
    [
        ("000", "training", "count", 2),
        ("000", "quarterly-check", "every", "quarter"),
        ("000", "resident-developer", "at_least", 1),
        ("000", "resident-developer", "length", Length(months=12)),
        ("000", "project-manager", "at_least", 1),
        ("001", "key-check-month", "every", "month"),
        ("001", "key-check-quarter", "every", "quarter"),
        ("001", "monthly-visit", "every", "month"),
        ("001", "patrol", "every", "quarter"),
        ("001", "follow-up-call", "every", "quarter"),
        ("002", "charges-3-years", "years", (0, 3)),
        ("002", "charges-10-years", "years", (0, 10)),
        ("003", "service-point-set-up", "due", Length(months=1)),
        ("003", "service-point-area", "at_least", 50),
        ("003", "service-point-reach", "at_most", 1),
        ("003", "weekly-image-round", "every", "week"),
        ("003", "monthly-upkeep", "every", "month"),
        ("003", "network-room-upkeep", "every", "quarter"),
        ("003", "server-room-upkeep", "every", "half_year"),
        ("003", "ups-upkeep", "every", "half_year"),
        ("003", "monthly-full-check", "every", "month"),
        ("003", "monthly-risk-assessment", "every", "month"),
        ("003", "daily-log", "every", "day"),
        ("003", "fault-summary", "every", "month"),
        ("003", "device-report", "every", "quarter"),
        ("003", "operations-summary", "every", "quarter"),
        ("003", "repair-cost-list", "every", "quarter"),
        ("003", "watch-staff-training", "min_hours", 8),
        ("003", "quarterly-satisfaction", "due", Span(working_days=10)),
        ("003", "fault-call-back-sample", "sample", "3%"),
        ("003", "centre-visit", "every", "quarter"),
        ("003", "gathering-days", "at_least", 6),
        ("003", "quarterly-talk", "every", "quarter"),
        ("003", "holiday-roster", "lead", Span(working_days=5)),
        ("003", "hotline-change-notice", "lead", Span(working_days=15)),
        ("003", "contact-change-notice", "lead", Span(working_days=5)),
        ("003", "document-update", "within", Span(calendar_days=7)),
        ("003", "answer-rate", "at_least", 90),
        ("003", "storage-30-days", "at_least", 30),
        ("003", "recording-60-days", "at_least", 60),
        ("003", "free-disk", "at_least", 1),
        ("003", "repeat-fault-replaced", "faults", 2),
        ("003", "repeat-fault-replaced", "in_months", 1),
        ("003", "repeat-fault-free", "in_months", 3),
        ("003", "residents-on-site", "at_least", 2),
        ("003", "residents-on-site", "sign_in", ("08:30-12:00", "13:30-17:00")),
        ("003", "resident-trial-week", "length", Length(days=7)),
        ("004", "user-training", "count", 2),
        ("004", "administrator-training", "count", 1),
    ],
)
def test_a_figure_is_that_of_its_clause(name: str, promise: str, field: str, value: object):
    assert getattr(PLANS[name].by_id[promise], field) == value


@pytest.mark.parametrize(
    ("name", "period", "length", "start"),
    [
        ("000", "warranty", "2y", "final_acceptance"),
        ("000", "resident_year", "1y", "final_acceptance"),
        ("000", "hardware_onsite", "2y", "unspecified"),
        ("001", "warranty", "3y", "unspecified"),
        ("001", "maker_warranty", "2y", "unspecified"),
        ("002", "warranty", "3y", "acceptance"),
        ("004", "warranty", "1y", "acceptance"),
    ],
)
def test_a_period_is_that_of_its_clause(name: str, period: str, length: str, start: str):
    (found,) = [one for one in PLANS[name].periods if one.id == period]
    assert (found.length, found.start) == (parse_length(length), start)


def test_the_hours_of_the_courses_are_those_of_the_table():
    plan = PLANS["004"]
    hours = {
        name: [item.at_least for item in plan.by_id[name].items]
        for name in ("user-training", "administrator-training")
    }
    assert hours == {"user-training": [1, 4, 3], "administrator-training": [2, 1]}


def test_the_kit_of_tools_has_the_quantities_of_the_table():
    kit = {item.clause: item.at_least for item in PLANS["003"].by_id["tool-kit"].items}
    numbers = [1, 2, 2, 1, 1, 2, 1, 1, 5, 5]
    assert kit == {
        **{f"8.7/{row}": number for row, number in enumerate(numbers, 1)},
        "8.7/13": 2,
        "8.7/14": 1,
    }


@pytest.mark.parametrize("name", PLANS)
def test_every_open_figure_has_its_question_and_the_documents_word(name: str):
    for promise in PLANS[name].promises:
        if promise.open_figures():
            assert promise.vague and promise.ask, promise.id
