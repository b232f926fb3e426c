"""Kinds, periods and content of reports."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts.plans import shipped_plans
from luyue.domain.plan.loader import load_plan
from luyue.domain.reports import content, periods
from luyue.domain.reports.ground import Ground
from luyue.domain.reports.kinds import KINDS, kind_for
from luyue.domain.reports.sections import SOURCES, share

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
turns = st.sampled_from(["day", "month", "quarter"])
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@given(turns, days)
def test_a_turn_holds_its_day_and_touches_its_neighbours(every, day):
    first, last = periods.turn_of(every, day)
    assert first <= day <= last
    assert periods.turn_of(every, first) == periods.turn_of(every, last) == (first, last)
    before = periods.turn_before((first, last))
    assert before[1] + timedelta(days=1) == first
    assert before == periods.turn_of(every, first - timedelta(days=1))


@given(days, st.integers(0, 400))
def test_the_stretch_before_ends_the_day_before(first, length):
    last = first + timedelta(days=length)
    start, end = periods.turn_before((first, last))
    assert start <= end and end + timedelta(days=1) == first


@given(turns, days)
def test_the_last_turn_is_over(every, today):
    _first, last = periods.last_turn(every, today)
    assert last <= today and (every == "day" or last < today)


@given(instants, st.integers(0, 100 * 86400), st.none() | st.integers(-5 * 86400, 120 * 86400))
def test_a_draft_is_made_in_good_time(opens, length, due):
    ends = opens + timedelta(seconds=length)
    due_at = opens + timedelta(seconds=due) if due is not None else None
    at = periods.drafts_at(opens, ends, due_at)
    assert opens <= at <= max(opens, ends)
    if due_at is not None and due_at - periods.LEAD > opens:
        assert at <= due_at - periods.SHORT_LEAD


def test_a_report_after_its_quarter_is_drafted_when_the_quarter_is_over():
    opens, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    assert periods.drafts_at(opens, ends, datetime(2026, 4, 16, tzinfo=UTC)) == ends
    assert periods.drafts_at(opens, ends, ends) == ends - timedelta(days=3)
    assert periods.drafts_at(opens, None, ends) == opens


def test_names_of_periods():
    assert periods.name_of((date(2026, 5, 1), date(2026, 5, 31)), False) == "2026 年 5 月"
    assert periods.name_of((date(2026, 4, 1), date(2026, 6, 30)), True) == "Q2 2026"
    assert periods.name_of((date(2026, 4, 2), date(2026, 4, 2)), False) == "2026-04-02"
    assert periods.name_of((date(2026, 4, 2), date(2026, 4, 9)), True) == "2026-04-02 to 2026-04-09"


def test_every_report_that_the_plans_owe_by_the_calendar_has_a_kind():
    owed = {
        duty.owe
        for path in shipped_plans().values()
        for duty in load_plan(path.read_bytes()).plan.duties
        if duty.owe.startswith("report.") or duty.owe in ("assessment.risk", "proposal.optimisation")
    }
    assert {owe for owe in owed if kind_for(owe, "duty") is None} == set()


def test_a_round_asked_for_by_an_event_reports_by_itself():
    assert kind_for("report.round", "duty") is KINDS["round_report"]
    assert kind_for("report.round", "trigger") is None


def test_each_section_knows_its_source_and_kinds_have_codes_of_their_own():
    for kind in KINDS.values():
        assert all(not section.source or section.source in SOURCES for section in kind.sections)
        assert len(kind.keys) == len(kind.sections)
    assert len({kind.code for kind in KINDS.values()}) == len(KINDS)


def test_nothing_known_gives_a_report_all_the_same():
    ground = Ground(date(2026, 5, 1), date(2026, 5, 31))
    for kind in KINDS.values():
        for section in content.drafted(kind, ground):
            assert set(section["text"]) == set(section["blocks"]) == {"zh", "en"}


def test_differences_name_what_changed_only():
    def sections(reported):
        return content.drafted(
            KINDS["fault_summary"], Ground(date(2026, 5, 1), date(2026, 5, 31), reported=reported)
        )

    assert content.differences(sections(4), sections(4), "zh") == []
    found = content.differences(sections(4), sections(5), "zh")
    assert [(one.what, one.before, one.after) for one in found] == [("受理", "4", "5")]


def test_what_was_written_survives_fresh_figures_and_the_rest_is_fresh():
    kind = KINDS["fault_summary"]
    before = content.drafted(kind, Ground(date(2026, 5, 1), date(2026, 5, 31), reported=1))
    before[-1]["text"], before[-1]["typed"] = {"zh": "我写的", "en": ""}, True
    after = content.refreshed(
        before, content.drafted(kind, Ground(date(2026, 5, 1), date(2026, 5, 31), reported=2))
    )
    assert after[-1]["text"]["zh"] == "我写的" and "2 件" in after[0]["text"]["zh"]


def test_lacking_names_the_first_section_that_must_say_something():
    kind = KINDS["optimisation"]
    sections = content.drafted(kind, Ground(date(2026, 5, 1), date(2026, 5, 31)))
    assert content.lacking(kind, sections) == "advice"
    sections[-2]["text"]["zh"] = "换线"
    assert content.lacking(kind, sections) == ""


def test_a_share_of_nothing_is_no_number():
    assert share(1, 0) == "–" and share(1, 3) == "33.3%"
