"""Expected breach rates with what is not known about them."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from luyue.domain.foresight.samples import Sample, count_under, steps

CONFIDENCE = 0.95
# Fewer decided cases say little; the pages warn.
FEW = 30
YEAR_SECONDS = 365.25 * 86400
CURVE_POINTS = 120


def wilson(hits: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson score interval of a share: where it lies with this confidence. (0, 1) when nothing was seen."""
    if not of:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    # The ends belong to it exactly; rounding must not leave them out.
    return (0.0 if hits == 0 else max(0.0, middle - reach)), (1.0 if hits == of else min(1.0, middle + reach))


@dataclass(frozen=True, slots=True)
class Rate:
    """Expected share of missed cases under one limit, 0 to 1.

    share, low, high: None when the history says nothing: never 0 for "no data". undecided: cases that the limit would
    not have decided; they are in no share.
    per_year: missed cases a year at the load of the history.
    """

    limit: int | None
    decided: int
    missed: int
    undecided: int
    share: float | None = None
    low: float | None = None
    high: float | None = None
    per_year: float | None = None

    @property
    def few(self) -> bool:
        return self.share is not None and self.decided < FEW


def rate_under(sample: Sample, limit: int | None, seconds: int) -> Rate:
    """What to expect of a promise with a limit.

    Args:
        limit: in the sample's unit; None for a figure that is still open.
        seconds: how much time the history covers, for the number a year.
    """
    if limit is None:
        return Rate(None, 0, 0, len(sample.unacted))
    count = count_under(sample, limit)
    if not sample.told or not count.decided:
        return Rate(limit, 0, 0, count.undecided)
    low, high = wilson(count.missed, count.decided)
    per_year = count.missed * YEAR_SECONDS / seconds if seconds > 0 else None
    share = count.missed / count.decided
    return Rate(limit, count.decided, count.missed, count.undecided, share, low, high, per_year)


def curve(sample: Sample, points: int = CURVE_POINTS) -> list[tuple[int, float]]:
    """(limit, share of missed cases) over the limits at which it changes, thinned to `points`; both ends stay."""
    limits = steps(sample) if sample.told else []
    if len(limits) > points:
        limits = [limits[round(i * (len(limits) - 1) / (points - 1))] for i in range(points)]
    found = []
    for limit in limits:
        count = count_under(sample, limit)
        if count.decided:
            found.append((limit, count.missed / count.decided))
    return found
