"""Stock and prices of parts against the figures that were agreed for each."""

from collections.abc import Sequence

from luyue.domain.measures.judging import Bounds
from luyue.domain.measures.why import step
from luyue.measures.reckoning.ground import Found, Ground
from luyue.measures.reckoning.readings import fold, told


def reckon(ground: Ground) -> Sequence[Found]:
    limits = {part: row for (promise, part), row in ground.of.limits.items() if promise == ground.quota.id}
    found = []
    for part in sorted({*limits, *(row.name for row in ground.readings if row.name)}):
        rows = [row for row in ground.readings if row.name == part]
        limit = limits.get(part)
        bounds, steps = ground.bounds, told(rows)
        if limit is not None:
            least = ground.measure.at_least
            bounds = Bounds(at_least=limit.figure) if least else Bounds(at_most=limit.figure)
            steps.append(step("limit", value=f"{limit.figure:g} {ground.quota.unit}", by=limit.agreed_by))
        elif not bounds:
            steps.append(step("no_limit"))
        found.append(Found(bounds, fold(ground, rows), name=part, steps=steps))
    return found
