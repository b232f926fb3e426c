"""Area and reach of the service points, out of their places and the contract's sites (K-7)."""

from collections import Counter
from collections.abc import Sequence

from luyue.devices.models import Site
from luyue.domain.dispatch import Point, Way, nearest, place
from luyue.domain.measures.judging import Value, alone, plain
from luyue.domain.measures.why import Step, step
from luyue.field import queries as field
from luyue.field.models import ServicePoint
from luyue.measures.reckoning.ground import Found, Ground

AREA = "service_point.area"
SHOWN = 5


def reckon(ground: Ground) -> Sequence[Found]:
    points = field.points()
    if not points:
        return [Found(ground.bounds, steps=[step("no_point")])]
    ways, unplaced = _ways(ground.of.sites, field.as_points(points))
    if ground.quota.measure == AREA:
        return [_area(ground, points, ways)]
    return [_reach(ground, ways, unplaced)]


def _ways(sites: Sequence[Site], points: Sequence[Point]) -> tuple[list[tuple[Site, Way, Point]], int]:
    found, unplaced = [], 0
    for site in sites:
        where = place(site.latitude, site.longitude)
        best = nearest(where, points) if where is not None else None
        if best is None:
            unplaced += 1
        else:
            found.append((site, *best))
    return found, unplaced


def _area(ground: Ground, points: Sequence[ServicePoint], ways: Sequence[tuple[Site, Way, Point]]) -> Found:
    """Of the point that serves most sites; of the only one there is, where no site has a position."""
    served = Counter(point.id for _site, _way, point in ways)
    if served:
        number, sites = max(served.items(), key=lambda one: (one[1], -one[0]))
    elif len(points) == 1:
        number, sites = points[0].pk, 0
    else:
        return Found(ground.bounds, steps=[step("no_sites")])
    chosen = next(one for one in points if one.pk == number)
    steps: list[Step] = [step("point", name=chosen.name, n=sites)]
    if chosen.area is None:
        return Found(ground.bounds, steps=[*steps, step("no_area")])
    return Found(ground.bounds, alone(chosen.area), steps=steps)


def _reach(ground: Ground, ways: Sequence[tuple[Site, Way, Point]], unplaced: int) -> Found:
    steps: list[Step] = []
    if unplaced:
        steps.append(step("unplaced", n=unplaced))
    if not ways:
        return Found(ground.bounds, steps=[*steps, step("no_sites")])
    far = sorted(ways, key=lambda one: -one[1].minutes)
    steps += [
        step("way", site=site.name, point=way.name, km=f"{way.km:g}", minutes=way.minutes)
        for site, way, _point in far[:SHOWN]
    ]
    worst = far[0][1].minutes
    return Found(ground.bounds, Value(plain(worst) / 60, worst, 60), complete=not unplaced, steps=steps)
