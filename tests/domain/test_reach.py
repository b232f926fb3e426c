"""Reach of all sites at once, against one site after the other."""

import math

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from luyue.domain.dispatch import DETOUR, SPEED_KMH, Place, Point, distance_km, nearest
from luyue.domain.reach import UNREACHED, reach

places = st.builds(Place, st.floats(30, 31), st.floats(110, 111)) | st.builds(
    Place, st.floats(-90, 90), st.floats(-180, 180)
)
points = st.lists(
    st.builds(Point, st.integers(1, 99), st.just("p"), places, st.integers(0, 600)),
    max_size=5, unique_by=lambda one: one.id,
)  # fmt: skip


def arrays(some):
    return (
        np.array([one.latitude if one else math.nan for one in some], float),
        np.array([one.longitude if one else math.nan for one in some], float),
    )


@given(st.lists(st.none() | places, max_size=8), points)
def test_all_at_once_says_what_one_after_the_other_says(sites, known):
    minutes, within = reach(*arrays(sites), known)
    for site, took, in_time in zip(sites, minutes.tolist(), within.tolist(), strict=True):
        found = nearest(site, known) if site else None
        if found is None or site is None:
            assert (took, in_time) == (UNREACHED, False)
            continue
        way, point = found
        # Where two points are equally far, or a minute is full to the last bit, rounding decides.
        far = sorted(distance_km(one.place, site) for one in known)
        assume(len(far) < 2 or far[1] - far[0] > 1e-6)
        exact = far[0] * DETOUR / SPEED_KMH * 60
        assume(abs(exact - round(exact)) > 1e-6 or far[0] == 0)
        assert (took, in_time) == (way.minutes, way.minutes <= point.reach_minutes)


def test_of_two_equally_near_points_the_one_with_the_smaller_number_promises():
    place = Place(31.0, 110.0)
    near = [Point(7, "b", Place(31.1, 110.0), 600), Point(3, "a", Place(31.1, 110.0), 5)]
    minutes, within = reach(*arrays([place]), near)
    assert minutes.tolist() == [22]
    assert within.tolist() == [False]
