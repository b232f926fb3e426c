"""What a figure says of a quota, and when people have to hear of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from luyue.domain.measures.catalogue import BY_PART, Fold, measure_of
from luyue.domain.plan.model import Quota
from luyue.domain.plan.spans import BadSpan
from luyue.domain.plan.vocabulary import UNIT_WORDS


class State(StrEnum):
    """What became of a measurement. open: its period still runs. nothing: somebody said there was none to measure."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    NO_DATA = "no_data"
    WAIVED = "waived"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The figure of a quota; both ends may hold, and both may be open."""

    at_least: float | None = None
    at_most: float | None = None

    def __bool__(self) -> bool:
        return self.at_least is not None or self.at_most is not None


@dataclass(frozen=True, slots=True)
class Value:
    """A figure: numerator ÷ denominator (× 100 for a share), or a number alone."""

    number: Fraction
    numerator: float | None = None
    denominator: float | None = None


def plain(number: float) -> Fraction:
    """A number as it was written: 99.9 is 999/10, not the nearest binary fraction."""
    return Fraction(str(number))


def share(numerator: float, denominator: float) -> Value | None:
    """Percent; None where there is nothing to judge."""
    if denominator <= 0:
        return None
    return Value(100 * plain(numerator) / plain(denominator), numerator, denominator)


def alone(number: float) -> Value:
    return Value(plain(number))


def verdict(value: Value | None, bounds: Bounds, *, complete: bool = True) -> State:
    """Kept, missed or no data, reckoned exactly.

    complete: whether everything that belongs to the figure is known. What is known may already show it missed; that it
    is kept needs all of it.
    """
    if value is None or not bounds:
        return State.NO_DATA
    if bounds.at_least is not None and value.number < plain(bounds.at_least):
        return State.MISSED
    if bounds.at_most is not None and value.number > plain(bounds.at_most):
        return State.MISSED
    return State.KEPT if complete else State.NO_DATA


def bounds_of(quota: Quota, figure: str | None) -> Bounds | None:
    """The bounds of a quota; `figure`: the contract's answer where the plan asks. None: still to be agreed.

    Of parts that have figures of their own the bounds are empty here.
    """
    if quota.value is None:
        return Bounds(quota.at_least, quota.at_most)
    return None if figure is None else parse_figure(quota, figure)


def parse_figure(quota: Quota, text: str) -> Bounds:
    """ "99.5", "≥ 99.5 %", "<=2"; for parts also `parts`: each has its own.

    Raises:
        BadSpan: it is no such figure.
    """
    typed = text.strip().replace("％", "%").replace("≥", ">=").replace("≤", "<=")
    if typed.casefold() == BY_PART and _by_part(quota):
        return Bounds()
    sign = typed[:2] if typed[:2] in (">=", "<=") else ""
    rest = typed[len(sign) :].strip()
    for unit in (quota.unit, *UNIT_WORDS.get(quota.unit, ()), "%"):
        rest = rest.removesuffix(unit).strip()
    try:
        number = float(rest)
    except ValueError as error:
        raise BadSpan("no_number", text) from error
    if not 0 <= number < 1e12:
        raise BadSpan("no_number", text)
    least = sign == ">=" if sign else measure_of(quota.measure).at_least
    return Bounds(at_least=number) if least else Bounds(at_most=number)


def _by_part(quota: Quota) -> bool:
    return quota.per == "part" or quota.measure in ("stock.wearing_parts", "price.main_parts")


@dataclass(frozen=True, slots=True)
class Point:
    """One reading: a number, or numerator and denominator."""

    day: date
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None

    @property
    def number(self) -> Fraction:
        if self.value is not None:
            return plain(self.value)
        assert self.numerator is not None and self.denominator
        return 100 * plain(self.numerator) / plain(self.denominator)


def folded(fold: Fold, points: Sequence[Point]) -> Value | None:
    """The figure of a period out of its readings; None without any."""
    if not points:
        return None
    match fold:
        case Fold.LOWEST:
            return Value(min(one.number for one in points))
        case Fold.HIGHEST:
            return Value(max(one.number for one in points))
        case Fold.SUM:
            return Value(sum((one.number for one in points), Fraction()))
        case Fold.SHARE:
            # A reading that says only a percentage weighs as one sample.
            top = sum((_samples(one)[0] for one in points), Fraction())
            below = sum((_samples(one)[1] for one in points), Fraction())
            return Value(100 * top / below, float(top), float(below)) if below else None
        case Fold.LATEST:
            last = max(points, key=lambda one: one.day)
            return Value(last.number, last.numerator, last.denominator)


def _samples(one: Point) -> tuple[Fraction, Fraction]:
    if one.numerator is not None and one.denominator is not None:
        return plain(one.numerator), plain(one.denominator)
    return one.number / 100, Fraction(1)


def worst_of(fold: Fold, values: Iterable[Value], *, at_least: bool) -> Value | None:
    """Of many subjects' figures that of the whole: sums and shares are added up, else the worst counts."""
    given = list(values)
    if not given:
        return None
    if fold is Fold.SUM:
        return Value(sum((one.number for one in given), Fraction()))
    if fold is Fold.SHARE and all(one.denominator for one in given):
        top = sum((plain(one.numerator or 0) for one in given), Fraction())
        below = sum((plain(one.denominator or 0) for one in given), Fraction())
        return Value(100 * top / below, float(top), float(below))
    chosen = min if at_least else max
    return chosen(given, key=lambda one: one.number)


def whole(states: Iterable[str]) -> State:
    """What all measurements of a period say together: one missed is missed, one without data is no data."""
    found = set(states)
    for one in (State.OPEN, State.MISSED, State.NO_DATA, State.KEPT, State.WAIVED, State.NOTHING):
        if one in found:
            return one
    return State.NO_DATA


# From this share of a period on, a figure that only grows, or that is not there at all, is a reason to worry.
LATE = Fraction(2, 3)


def at_risk(standing: State, *, passed: Fraction, grows: bool) -> bool:
    """Whether a period is about to end badly. passed: share of the period that has passed."""
    if standing is State.MISSED:
        return passed >= LATE if grows else True
    return standing is State.NO_DATA and passed >= LATE
