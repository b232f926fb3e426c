"""What an answer of a round says as a reading (I-2)."""

from luyue.domain.measures.catalogue import Fold, measure_of

Numbers = tuple[float | None, float | None, float | None]


def reading_of(measure: str, verdict: str, value: float | None) -> Numbers | None:
    """(value, numerator, denominator) of an answer, None where it says nothing.

    A number is the reading itself. Of a plain look, a fault is one gap, one covered lens, one sample that failed.
    """
    if verdict == "na":
        return None
    if value is not None:
        return value, None, None
    bad = verdict == "fail"
    if measure_of(measure).fold is Fold.SHARE:
        return None, 0.0 if bad else 1.0, 1.0
    return (1.0 if bad else 0.0), None, None
