"""Whether service points reach a firm's sites in time (F-1): `dispatch.nearest` for all places at once.

Pure: degrees (WGS 84) in, minutes out. How far it is and how fast one gets there stands in `dispatch`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from luyue.domain.dispatch import DETOUR, EARTH_KM, SPEED_KMH, Point

Floats = NDArray[np.float64]
UNREACHED = -1


def reach(
    latitudes: Floats, longitudes: Floats, points: Sequence[Point]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Minutes from the nearest point to each place, and whether that is what the point promises.

    Args:
        latitudes, longitudes: length n, degrees; NaN where a place is not known.
    Returns:
        minutes: length n, rounded up; UNREACHED for an unknown place, and for all without any point.
        within: length n; False where minutes is UNREACHED.
    """
    nearest = np.full(len(latitudes), np.inf)
    promised = np.zeros(len(latitudes), np.int64)
    for one in sorted(
        points, key=lambda point: point.id
    ):  # of two equally near, the one with the smaller number
        km = _distance_km(latitudes, longitudes, one)
        nearer = km < nearest  # never so for NaN
        nearest[nearer], promised[nearer] = km[nearer], one.reach_minutes
    known = np.isfinite(nearest)
    minutes = np.full(len(latitudes), UNREACHED, np.int64)
    minutes[known] = np.ceil(nearest[known] * DETOUR / SPEED_KMH * 60 - 1e-9)
    return minutes, known & (minutes <= promised)


def _distance_km(latitudes: Floats, longitudes: Floats, one: Point) -> Floats:
    lat1, lat2 = np.radians(one.place.latitude), np.radians(latitudes)
    half = np.sin((lat2 - lat1) / 2) ** 2
    half += np.cos(lat1) * np.cos(lat2) * np.sin(np.radians(longitudes - one.place.longitude) / 2) ** 2
    found: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return found
