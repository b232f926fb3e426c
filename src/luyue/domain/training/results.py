"""What came of a session: scores, satisfaction, lecturers' qualification, days a year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from luyue.domain.refusals import BadInput

PARTS = ("theory", "practice")
QUESTIONS = ("content", "lecturer", "organisation", "benefit")
MOST_ATTEMPTS = 5
LARGEST = 1000.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One test of one part. number: 1 for the first, more for retakes."""

    part: str
    number: int
    points: float
    full: float
    pass_mark: float

    @property
    def passed(self) -> bool:
        return self.points >= self.pass_mark


def check_attempt(one: Attempt) -> Attempt:
    """Raises BadInput: part, points, full, pass_mark, attempt."""
    if one.part not in PARTS:
        raise BadInput(field="part")
    if not 1 <= one.number <= MOST_ATTEMPTS:
        raise BadInput(field="attempt", problem="too_many", limit=MOST_ATTEMPTS)
    if not 0 < one.full <= LARGEST:
        raise BadInput(field="full")
    if not 0 <= one.pass_mark <= one.full:
        raise BadInput(field="pass_mark")
    if not 0 <= one.points <= one.full:
        raise BadInput(field="points", limit=int(one.full))
    return one


def verdict(attempts: Iterable[Attempt], parts: Iterable[str]) -> str:
    """passed, failed, or open while a part was not tested: of each part the best attempt counts.

    parts: the parts that are tested at this session.
    """
    rows = list(attempts)
    wanted = list(parts)
    if not wanted:
        return "open"
    done = {part: [one for one in rows if one.part == part] for part in wanted}
    if any(not some for some in done.values()):
        return "open"
    return "passed" if all(any(one.passed for one in some) for some in done.values()) else "failed"


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """asked: how many were there; answered: how many gave feedback; means: question → mean of those who answered it,
    None when nobody did. No answer is no answer: it is neither good nor bad."""

    asked: int
    answered: int
    means: Mapping[str, float | None]

    @property
    def overall(self) -> float | None:
        given = [one for one in self.means.values() if one is not None]
        return round(sum(given) / len(given), 2) if given else None


def satisfaction(asked: int, given: Sequence[Mapping[str, int | None]]) -> Satisfaction:
    """Figures out of feedback sheets, each question → 1 to 5 or None."""
    means: dict[str, float | None] = {}
    for question in QUESTIONS:
        said = [mark for one in given if (mark := one.get(question)) is not None]
        means[question] = round(sum(said) / len(said), 2) if said else None
    return Satisfaction(asked, len(given), means)


def check_marks(marks: Mapping[str, int | None]) -> dict[str, int | None]:
    """Raises BadInput: the question."""
    for question, mark in marks.items():
        if question not in QUESTIONS or (mark is not None and not 1 <= mark <= 5):
            raise BadInput(field=question)
    return {question: marks.get(question) for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of somebody. until None: for good."""

    name: str
    number: str
    until: date | None


def best_certificate(certificates: Iterable[Held], on: date) -> Held | None:
    """The certificate that shows a lecturer's qualification on a day: a valid one, the longest valid first."""
    valid = [one for one in certificates if one.until is None or one.until >= on]
    return max(valid, key=lambda one: (one.until is None, one.until or date.max), default=None)


def days(starts: Iterable[datetime], zone: ZoneInfo) -> int:
    """On how many days something was held; two on one day are one day (R-2)."""
    return len({at.astimezone(zone).date() for at in starts})


def likely_items(kind: str, items: Sequence[str]) -> list[str]:
    """Steps of an obligation that a session of this kind has done, as first guess: those named after it, else all."""
    named = [item for item in items if kind in item.split("-") or kind in item]
    return named or list(items)
