"""Planning a visit: how far it is, whether it fits into an engineer's day, and the list of steps it takes.

Pure: times are whole UTC seconds, places are degrees (WGS 84). A page shows the plan, an action applies exactly it.
Distances are straight lines; the road is estimated as DETOUR times that, driven at SPEED_KMH (F-1).
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from luyue.domain.work_orders import state_after

EARTH_KM = 6371.0088
SPEED_KMH = 40.0
DETOUR = 1.3
REACH_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Latitude and longitude in degrees."""

    latitude: float
    longitude: float


def place(latitude: float | None, longitude: float | None) -> Place | None:
    """The place, if both numbers are known."""
    return None if latitude is None or longitude is None else Place(latitude, longitude)


def distance_km(one: Place, other: Place) -> float:
    """Kilometres in a straight line over the globe (haversine)."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def travel_minutes(km: float, *, speed_kmh: float = SPEED_KMH, detour: float = DETOUR) -> int:
    """Minutes for a straight distance, rounded up: detour × distance at the stated speed."""
    return math.ceil(km * detour / speed_kmh * 60 - 1e-9)


@dataclass(frozen=True, slots=True)
class Point:
    """A service point. reach_minutes: how far it promises to serve."""

    id: int
    name: str
    place: Place
    reach_minutes: int = REACH_MINUTES


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a place. start: "point" or "stop"; id, name: which one."""

    start: str
    id: int
    name: str
    km: float
    minutes: int


def way_from(start: str, number: int, name: str, origin: Place, target: Place) -> Way:
    km = distance_km(origin, target)
    return Way(start, number, name, round(km, 1), travel_minutes(km))


def nearest(target: Place, points: Iterable[Point]) -> tuple[Way, Point] | None:
    """The way from the nearest service point; of two equally near, the one with the smaller number."""
    best = min(points, key=lambda one: (distance_km(one.place, target), one.id), default=None)
    return None if best is None else (way_from("point", best.id, best.name, best.place, target), best)


@dataclass(frozen=True, slots=True)
class Stop:
    """An order that is already in an engineer's day. onsite: he has to be there."""

    id: int
    label: str
    begin: int
    end: int
    place: Place | None
    onsite: bool


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch in which the engineer cannot be sent."""

    begin: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to plan. order: None for a new one; kind and state are those of the order.

    engineer: whom to send; may: whether he is allowed to go there. due: when he has to be there by the strictest
    running limit. owned, onsite_known: what the case already says.
    """

    order: int | None
    kind: str
    state: str
    engineer: int
    engineer_name: str
    may: bool
    begin: int
    end: int
    place: Place | None
    due: int | None = None
    owned: bool = True
    onsite_known: bool = True

    @property
    def onsite(self) -> bool:
        return self.kind != "remote"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before saving: a code and plain facts. The words are the page's."""

    code: str
    order: int = 0
    label: str = ""
    minutes: int = 0
    needed: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that applying the plan does."""

    act: str
    order: int = 0
    engineer: str = ""
    begin: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """The steps, or why it cannot be done; warnings do not stop it. leave: when to set out."""

    steps: tuple[Step, ...]
    refusals: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    way: Way | None
    from_point: Way | None
    leave: int | None

    @property
    def digest(self) -> str:
        """Tells whether the plan that was shown is the one that is applied."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]


def plan(
    wish: Wish,
    *,
    stops: Sequence[Stop],
    away: Sequence[Away],
    hours: Sequence[tuple[int, int]],
    points: Sequence[Point],
    now: int,
) -> Planned:
    """Fit a wish into an engineer's day.

    Args:
        stops: his other orders around that time, in any order. away: his known absences.
        hours: working stretches, ascending; empty: unknown, so nothing is said about them.
        now: a window that has ended by then is refused.
    """
    others = sorted((one for one in stops if one.id != wish.order), key=lambda one: (one.begin, one.id))
    found = nearest(wish.place, points) if wish.place is not None and wish.onsite else None
    before = _before(wish, others)
    way = found[0] if found else None
    if before is not None and before.place is not None and wish.place is not None:
        way = way_from("stop", before.id, before.label, before.place, wish.place)
    refusals = _refusals(wish, now)
    warnings = [*_collisions(wish, others), *_absences(wish, away), *_hours(wish, hours)]
    if found is not None and found[0].minutes > found[1].reach_minutes:
        warnings.append(
            Finding(
                "out_of_reach", label=found[1].name, minutes=found[0].minutes, needed=found[1].reach_minutes
            )
        )
    if wish.due is not None and wish.onsite and wish.begin > wish.due:
        warnings.append(Finding("after_limit", at=wish.due, minutes=math.ceil((wish.begin - wish.due) / 60)))
    return Planned(
        steps=() if refusals else _steps(wish),
        refusals=tuple(refusals),
        warnings=tuple(warnings),
        way=way,
        from_point=found[0] if found else None,
        leave=wish.begin - way.minutes * 60 if way is not None and wish.onsite else None,
    )


def _before(wish: Wish, others: Sequence[Stop]) -> Stop | None:
    """The stop he comes from: the last one on site that ends before, at most twelve hours ago."""
    if not wish.onsite:
        return None
    earlier = [
        one for one in others if one.onsite and one.end <= wish.begin and wish.begin - one.end < 12 * 3600
    ]
    return max(earlier, key=lambda one: (one.end, one.id), default=None)


def _after(wish: Wish, others: Sequence[Stop]) -> Stop | None:
    if not wish.onsite:
        return None
    later = [one for one in others if one.onsite and one.begin >= wish.end]
    return min(later, key=lambda one: (one.begin, one.id), default=None)


def _refusals(wish: Wish, now: int) -> list[Finding]:
    found = []
    if wish.end <= wish.begin:
        found.append(Finding("ends_before_begin"))
    elif wish.end - wish.begin > 24 * 3600:
        found.append(Finding("too_long"))
    if wish.end <= now:
        found.append(Finding("past"))
    if not wish.may:
        found.append(Finding("not_his_contract", label=wish.engineer_name))
    if wish.order is not None and state_after(wish.kind, wish.state, "replan") is None:
        found.append(Finding("under_way"))
    return found


def _collisions(wish: Wish, others: Sequence[Stop]) -> list[Finding]:
    """Overlaps, and neighbours from which or to which there is not time enough to go."""
    found = [
        Finding("overlap", order=one.id, label=one.label, at=one.begin)
        for one in others
        if one.begin < wish.end and wish.begin < one.end
    ]
    for one, begin, end in (
        (_before(wish, others), None, wish.begin),
        (_after(wish, others), wish.end, None),
    ):
        if one is None or one.place is None or wish.place is None:
            continue
        gap = (end - one.end if end is not None else one.begin - (begin or 0)) // 60
        needed = travel_minutes(distance_km(one.place, wish.place))
        if gap < needed:
            found.append(Finding("two_places", order=one.id, label=one.label, minutes=gap, needed=needed))
    return found


def _absences(wish: Wish, away: Sequence[Away]) -> list[Finding]:
    return [
        Finding("away", label=one.reason, at=one.end)
        for one in away
        if one.begin < wish.end and wish.begin < one.end
    ]


def _hours(wish: Wish, hours: Sequence[tuple[int, int]]) -> list[Finding]:
    """Outside of the shift, unless begin and end both lie in working time, or at its bounds; a lunch break between does
    not matter."""
    if not hours:
        return []
    inside = any(begin <= wish.begin < end for begin, end in hours) and any(
        begin <= wish.end <= end for begin, end in hours
    )
    return [] if inside else [Finding("outside_hours")]


def _steps(wish: Wish) -> tuple[Step, ...]:
    steps = [
        Step(
            "open_order" if wish.order is None else "move_order",
            order=wish.order or 0,
            engineer=wish.engineer_name,
            begin=wish.begin,
            end=wish.end,
        )
    ]
    if not wish.owned:
        steps.append(Step("assign_case", engineer=wish.engineer_name))
    if wish.onsite and not wish.onsite_known:
        steps.append(Step("mark_onsite"))
    return tuple(steps)
