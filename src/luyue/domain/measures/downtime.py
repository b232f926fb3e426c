"""Downtime of devices out of faults: what overlaps counts once, what is excluded counts on neither side (A-7).

All times: whole UTC seconds; spans are half-open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]


def united(spans: Iterable[Span]) -> list[Span]:
    """The union, ascending; no two touch, empty ones vanish."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def clipped(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The union of what lies within [start, end)."""
    return united((max(one, start), min(other, end)) for one, other in spans)


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """The union of the spans less the holes."""
    cuts = united(holes)
    found: list[Span] = []
    for start, end in united(spans):
        at = start
        for hole_start, hole_end in cuts:
            if hole_end <= at:
                continue
            if hole_start >= end:
                break
            if hole_start > at:
                found.append((at, hole_start))
            at = hole_end
            if at >= end:
                break
        if at < end:
            found.append((at, end))
    return found


def length(spans: Iterable[Span]) -> int:
    """Seconds of spans that do not overlap."""
    return sum(end - start for start, end in spans)


@dataclass(frozen=True, slots=True)
class Down:
    """Time of one device, or of many, in seconds.

    time: what counts of the period; down: of that, out of order; excluded: left out of both; spared: of what was left
    out, time in which a fault was open.
    """

    time: int = 0
    down: int = 0
    excluded: int = 0
    spared: int = 0

    def __add__(self, other: "Down") -> "Down":
        return Down(
            self.time + other.time,
            self.down + other.down,
            self.excluded + other.excluded,
            self.spared + other.spared,
        )


def down(faults: Sequence[Span], excluded: Sequence[Span], start: int, end: int) -> Down:
    """Downtime of one device in [start, end)."""
    left_out = clipped(excluded, start, end)
    broken = clipped(faults, start, end)
    counted = without(broken, left_out)
    return Down(
        time=max(0, end - start) - length(left_out),
        down=length(counted),
        excluded=length(left_out),
        spared=length(broken) - length(counted),
    )


def outages(
    events: Iterable[tuple[str, int]],
    until: int,
    *,
    begins: frozenset[str],
    ends: frozenset[str],
    voids: frozenset[str],
) -> list[Span]:
    """The outages of one fault out of its events (kind, second), in any order.

    begins: kinds that start one, ends: kinds that end it; one that nothing has ended lasts until `until`.
    voids: kinds after which there was no fault at all (withdrawn, a duplicate).
    """
    found: list[Span] = []
    since: int | None = None
    void = False
    for kind, at in sorted(events, key=lambda one: one[1]):
        if kind in begins:
            void = False
            since = at if since is None else since
        elif kind in voids:
            void = True
        elif kind in ends and since is not None:
            found.append((since, at))
            since = None
    if void:
        return []
    if since is not None and since < until:
        found.append((since, until))
    return united(found)
