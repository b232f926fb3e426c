"""Work of the weeks against hours of people, against slow and obvious versions."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.instants import DAY, wall_instant
from luyue.domain.obligations.schedule import ZONE
from luyue.domain.obligations.workload import (
    HOUR,
    Job,
    available,
    hours_for,
    load,
    longest_first,
    monday_of,
    moves,
    seconds_left,
    work_of,
)

WEEK = date(2026, 3, 2)
WORKDAYS = frozenset(WEEK + timedelta(days=number) for number in range(5))
BEGIN = wall_instant(WEEK.toordinal(), 0, ZONE)
STRETCHES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


def at(day: int, hour: float) -> int:
    return BEGIN + day * DAY + int(hour * HOUR)


def hours_of(shifts: list[tuple[int, int]] | None, away: tuple[tuple[int, int], ...] = ()) -> float:
    return available(WEEK, open_days=WORKDAYS, shifts=shifts, away=away)


@given(STRETCHES, STRETCHES)
def test_seconds_left_are_counted_one_by_one(there, gone):
    inside = {second for a, b in there for second in range(a, b)}
    outside = {second for a, b in gone for second in range(a, b)}
    assert seconds_left(there, gone) == len(inside - outside)


def test_without_a_roster_a_week_has_forty_hours_less_what_he_is_away():
    assert hours_of(None) == 40
    assert hours_of(None, ((at(1, 0), at(2, 0)),)) == 32
    assert hours_of(None, ((at(1, 12), at(1, 13.5)), (at(5, 0), at(7, 0)))) == 40, "lunch and the week-end"


def test_a_roster_counts_instead_and_no_day_has_more_than_eight_hours():
    assert hours_of([]) == 0
    assert hours_of([(at(5, 9), at(5, 15))]) == 6, "on a Saturday"
    assert hours_of([(at(0, 8), at(1, 8))]) == 16, "round the clock: eight hours of each day"
    assert hours_of([(at(-1, 20), at(0, 4)), (at(6, 20), at(7, 4))]) == 8, "only what lies in the week"


@given(
    st.sampled_from(["round.monthly", "strange"]), st.floats(0, 40), st.floats(0, 40), st.integers(0, 5),
    st.booleans(),
)  # fmt: skip
def test_what_it_takes_is_promised_measured_or_usual(owe, promised, done, times, known):
    hours, basis = hours_for(
        owe, promised=promised, done=done, times=times, measured={owe: 2.5} if known else {}
    )
    assert hours >= 0
    if promised > 0:
        assert (hours, basis) == (max(0.0, promised - done), "promised")
    elif known:
        assert (hours, basis) == (2.5 * times, "measured")
    else:
        assert (hours, basis) == ((4 if owe == "round.monthly" else 1) * times, "usual")


def test_how_full_a_week_is():
    assert [load(work, 40) for work in (0, 10, 34, 35, 40, 41)] == [
        "free", "fits", "fits", "tight", "tight", "over",
    ]  # fmt: skip
    assert load(1, 0) == "over"


JOBS = st.lists(
    st.builds(
        lambda number, person, contract, first, lasts, hours, fixed: Job(
            str(number), person, contract, WEEK + timedelta(days=first),
            WEEK + timedelta(days=first + lasts), hours, fixed=fixed,
        ),
        st.integers(), st.sampled_from([None, 1, 2, 3]), st.integers(1, 2), st.integers(-10, 20), st.integers(0, 20),
        st.integers(1, 30), st.booleans(),
    ),
    max_size=12,
)  # fmt: skip


@given(JOBS, st.sampled_from([None, 1, 2, 3]), st.integers(0, 3))
def test_nothing_is_moved_where_it_does_not_fit(jobs, person, number):
    weeks = [WEEK + timedelta(days=7 * n) for n in range(8)]
    hours = {(who, week): 40.0 for who in (1, 2, 3) for week in weeks}
    teams = {1: [1, 2], 2: [1, 2, 3]}
    week = weeks[number]
    work = work_of(jobs)
    here = longest_first(job for job in jobs if job.person == person and monday_of(job.due) == week)
    assert [job.hours for job in here] == sorted((job.hours for job in here), reverse=True)
    found = moves(here, work, hours, teams, person=person, week=week, since=WEEK)
    assert [one.job for one in found] == here
    for one in found:
        others = {
            who for who in teams[one.job.contract]
            if who != person and work.get((who, week), 0) + one.job.hours <= 40
        }  # fmt: skip
        assert set(one.people) == others
        earlier = {
            before for before in weeks
            if before < week and before >= monday_of(one.job.first) and person is not None and not one.job.fixed
            and work.get((person, before), 0) + one.job.hours <= 40
        }  # fmt: skip
        assert set(one.weeks) == earlier
