"""From what a contract's year left behind to figures: one module per source. Reads only; what is kept is an act's."""

from collections.abc import Callable, Mapping, Sequence

from luyue.domain.measures.catalogue import Source, measure_of
from luyue.measures.reckoning import calls, downtime, parts, points, readings, records
from luyue.measures.reckoning.ground import Found, Ground

_SOURCES: Mapping[Source, Callable[[Ground], Sequence[Found]]] = {
    Source.CALLS: calls.reckon,
    Source.DOWNTIME: downtime.reckon,
    Source.READINGS: readings.reckon,
    Source.POINTS: points.reckon,
    Source.RECORDS: records.reckon,
    Source.PARTS: parts.reckon,
    Source.HAND: readings.reckon,
}


def reckon(ground: Ground) -> Sequence[Found]:
    """The measurements of a quota in a period, one a subject; none where there is no subject at all."""
    return _SOURCES[measure_of(ground.quota.measure).source](ground)


__all__ = ["Found", "Ground", "reckon"]
