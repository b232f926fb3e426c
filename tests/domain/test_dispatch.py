"""Distances, travel times, and the plan of a visit."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain import dispatch
from luyue.domain.dispatch import Away, Place, Point, Stop, Wish, distance_km, nearest, plan, travel_minutes

HOUR = 3600
DAY = 20_000 * 86400
EIGHT = DAY + 8 * HOUR
places = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))
near = st.builds(Place, st.floats(30, 31), st.floats(110, 111))
points = st.lists(st.builds(Point, st.integers(1, 99), st.just("p"), places), max_size=6)


@given(places, places)
def test_a_way_is_as_long_back_as_forth_and_never_round_the_globe(one, other):
    km = distance_km(one, other)
    assert 0 <= km <= math.pi * dispatch.EARTH_KM + 1e-6
    assert km == pytest.approx(distance_km(other, one), abs=1e-6)
    assert distance_km(one, one) == 0


@given(places, places, places)
def test_a_detour_is_never_shorter(one, over, other):
    assert distance_km(one, other) <= distance_km(one, over) + distance_km(over, other) + 1e-6


def test_known_distances():
    beijing, shanghai = Place(39.9042, 116.4074), Place(31.2304, 121.4737)
    assert distance_km(beijing, shanghai) == pytest.approx(1067, abs=3)
    # One degree of latitude.
    assert distance_km(Place(0, 0), Place(1, 0)) == pytest.approx(111.2, abs=0.1)


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_further_is_never_quicker(one, other):
    low, high = sorted((one, other))
    assert travel_minutes(low) <= travel_minutes(high)


def test_travel_is_thirteen_tenths_of_the_line_at_forty_an_hour():
    assert travel_minutes(0) == 0
    assert travel_minutes(10) == 20  # 13 km at 40 km/h: 19.5 minutes
    assert travel_minutes(30.7692) == 60


@given(places, points)
def test_the_nearest_point_is_nearest(target, known):
    found = nearest(target, known)
    if not known:
        assert found is None
        return
    _way, point = found
    slow = sorted(known, key=lambda one: (distance_km(one.place, target), one.id))[0]
    assert point == slow


def wish(begin=EIGHT, hours=2.0, **facts):
    known = {
        "order": None, "kind": "visit", "state": "", "engineer": 7, "engineer_name": "孙岩", "may": True,
        "begin": begin,
        "end": begin + int(hours * HOUR), "place": Place(30.0, 110.0),
    }  # fmt: skip
    return Wish(**known | facts)


def planned(one, *, stops=(), away=(), hours=(), points=(), now=DAY):
    return plan(one, stops=stops, away=away, hours=hours, points=points, now=now)


def codes(findings):
    return [one.code for one in findings]


stops = st.lists(
    st.builds(
        lambda id, begin, length, place, onsite: Stop(id, f"WO{id}", begin, begin + length, place, onsite),
        st.integers(1, 50), st.integers(DAY, DAY + 24 * HOUR), st.integers(900, 4 * HOUR), st.none() | near,
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda stop: stop.id,
)  # fmt: skip
wishes = st.builds(
    lambda begin, hours, place, kind: wish(begin, hours, place=place, kind=kind),
    st.integers(DAY, DAY + 20 * HOUR), st.floats(0.25, 8), st.none() | near,
    st.sampled_from(["visit", "remote", "emergency_repair"]),
)  # fmt: skip


@given(wishes, stops)
def test_overlaps_are_found_exactly_as_the_slow_way_finds_them(one, others):
    """The slow way: look at every minute of the visit."""
    found = planned(one, stops=others)
    told = {(f.order, f.at) for f in found.warnings if f.code == "overlap"}
    minutes = range(one.begin, one.end)
    slow = {
        (s.id, s.begin)
        for s in others
        if any(s.begin <= m < s.end for m in (*minutes[::60], s.begin) if m in minutes)
    }
    assert told == slow


@given(wishes, stops)
def test_who_has_no_warning_has_time_to_get_from_each_place_to_the_next(one, others):
    found = planned(one, stops=others)
    if one.place is None or not one.onsite or {"overlap", "two_places"} & set(codes(found.warnings)):
        return
    day = sorted([s for s in others if s.onsite], key=lambda s: s.begin)
    before = [s for s in day if s.end <= one.begin and one.begin - s.end < 12 * HOUR]
    after = [s for s in day if s.begin >= one.end]
    for stop, gap in (
        *[(s, one.begin - s.end) for s in before if s.end == max(b.end for b in before)],
        *[(s, s.begin - one.end) for s in after if s.begin == min(a.begin for a in after)],
    ):
        if stop.place is not None and len(before) < 2 and len(after) < 2:
            assert gap // 60 >= travel_minutes(distance_km(stop.place, one.place))


@given(wishes, stops, st.integers(DAY - HOUR, DAY + 30 * HOUR))
def test_a_plan_has_steps_or_refusals_and_is_the_same_each_time(one, others, now):
    found = planned(one, stops=others, now=now)
    assert bool(found.steps) != bool(found.refusals)
    assert found.digest == planned(one, stops=list(reversed(others)), now=now).digest


def test_an_order_does_not_stand_in_its_own_way():
    own = Stop(3, "WO3", EIGHT, EIGHT + HOUR, None, True)
    assert planned(wish(order=3, state="accepted"), stops=[own]).warnings == ()


def test_who_is_under_way_is_not_moved():
    assert codes(planned(wish(order=3, state="departed")).refusals) == ["under_way"]


def test_refusals():
    assert codes(planned(wish(hours=0)).refusals) == ["ends_before_begin"]
    assert codes(planned(wish(hours=25)).refusals) == ["too_long"]
    assert codes(planned(wish(), now=EIGHT + 3 * HOUR).refusals) == ["past"]
    assert codes(planned(wish(may=False)).refusals) == ["not_his_contract"]


def test_leave_shift_limit_and_reach_are_warned_of():
    away = [Away(EIGHT - HOUR, EIGHT + HOUR, "请假")]
    assert codes(planned(wish(), away=away).warnings) == ["away"]
    hours = [(EIGHT + 1800, EIGHT + 4 * HOUR), (EIGHT + 5 * HOUR, EIGHT + 10 * HOUR)]
    assert codes(planned(wish(), hours=hours).warnings) == ["outside_hours"]
    assert codes(planned(wish(EIGHT + HOUR, 6), hours=hours).warnings) == []  # lunch lies between
    until_one = wish(EIGHT + 2 * HOUR, 3)  # when the afternoon begins
    assert codes(planned(until_one, hours=hours).warnings) == []
    assert codes(planned(wish(EIGHT + 2 * HOUR, 2.5), hours=hours).warnings) == ["outside_hours"]
    assert codes(planned(wish(due=EIGHT - 600)).warnings) == ["after_limit"]
    far = Point(1, "东城网点", Place(30.5, 110.5))
    assert codes(planned(wish(), points=[far]).warnings) == ["out_of_reach"]


def test_he_comes_from_his_last_stop_and_leaves_in_time():
    point = Point(1, "东城网点", Place(30.1, 110.0))
    found = planned(wish(EIGHT + 4 * HOUR), points=[point])
    assert (found.way.start, found.way.name) == ("point", "东城网点")
    before = Stop(5, "WO5", EIGHT, EIGHT + HOUR, Place(30.0, 110.1), True)
    found = planned(wish(EIGHT + 4 * HOUR), points=[point], stops=[before])
    assert (found.way.start, found.way.id) == ("stop", 5)
    assert found.from_point.name == "东城网点"
    assert found.leave == EIGHT + 4 * HOUR - found.way.minutes * 60


def test_a_remote_session_has_no_way():
    found = planned(wish(kind="remote"), points=[Point(1, "东城网点", Place(35, 110))])
    assert found.warnings == () and found.leave is None


def test_the_case_hears_of_owner_and_visit():
    steps = [step.act for step in planned(wish(owned=False, onsite_known=False)).steps]
    assert steps == ["open_order", "assign_case", "mark_onsite"]
    assert [step.act for step in planned(wish(kind="remote", onsite_known=False)).steps] == ["open_order"]
