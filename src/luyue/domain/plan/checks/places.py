"""Where promises stand in the file, findings made of them, and the words that several rules use."""

from typing import TypeVar

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.loader import Source
from luyue.domain.plan.model import SECTIONS, Plan, Promise
from luyue.domain.plan.problems import Fact, Problem

P = TypeVar("P", bound=Promise)


class Place:
    """Where promises stand in the file, and findings made of them."""

    def __init__(self, source: Source) -> None:
        self._line = {
            promise.id: source.line_of(section, index)
            for section in SECTIONS
            for index, promise in enumerate(getattr(source.plan, section))
        }

    def in_order(self, one: P, other: P) -> tuple[P, P]:
        return (one, other) if self._line[one.id] <= self._line[other.id] else (other, one)

    def one(self, code: str, a: Promise, **facts: Fact) -> Problem:
        known: dict[str, Fact] = {"a": a.id, "clause_a": a.clause, **facts}
        return Problem(self._line[a.id], code, known, "warning", (a.id,))

    def pair(self, code: str, a: Promise, b: Promise, **facts: Fact) -> Problem:
        """A finding about two promises; it is reported where the second one stands."""
        known: dict[str, Fact] = {"a": a.id, "clause_a": a.clause, "b": b.id, "clause_b": b.clause, **facts}
        about = tuple(promise.id for promise in self.in_order(a, b))
        return Problem(max(self._line[a.id], self._line[b.id]), code, known, "warning", about)


def weekly_seconds(spec: CalendarSpec) -> int:
    return sum(end - begin for windows in spec.week for begin, end in windows)


def calendar_words(name: str | None, plan: Plan) -> Fact:
    rule = plan.calendars[name or ""]
    return v.rule_words(rule, "zh"), v.rule_words(rule, "en")
