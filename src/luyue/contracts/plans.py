"""Plan versions made ready to run: parsed, with compiled calendars. Kept in memory, because a version never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from luyue.contracts.models import PlanVersion
from luyue.domain.calendars import Calendar
from luyue.domain.plan.loader import Source, load_plan, plan_calendar
from luyue.domain.plan.model import Plan
from luyue.domain.plan.spans import Span, parse_span
from luyue.domain.terms import Terms, terms_of

SHIPPED = Path(__file__).resolve().parent.parent / "plans"


@dataclass(frozen=True)
class RunningPlan:
    """A plan version with its calendars compiled. `terms` holds the targets that run without a contract's answer."""

    version_id: int
    source: Source
    calendars: Mapping[str, Calendar]
    terms: Mapping[str, Terms]

    @property
    def plan(self) -> Plan:
        return self.source.plan

    def terms_with(self, figures: Mapping[str, str]) -> list[Terms]:
        """All targets that run once the contract's answers are in; promise id → figure as a plan writes it."""
        if not figures:
            return list(self.terms.values())
        return list(_terms_with(self.version_id, tuple(sorted(figures.items()))))


@lru_cache(maxsize=4096)
def _terms_with(version_id: int, figures: tuple[tuple[str, str], ...]) -> tuple[Terms, ...]:
    running = running_plan(version_id)
    # Duties and triggers have answers of their own, see `domain.obligations.schedule`.
    targets = {one.id for one in running.plan.targets}
    spans: dict[str, Span] = {promise: parse_span(value) for promise, value in figures if promise in targets}
    return tuple(terms_of(running.plan, running.calendars, spans))


@lru_cache(maxsize=512)
def running_plan(version_id: int) -> RunningPlan:
    """The plan of a version; raises PlanVersion.DoesNotExist."""
    version = PlanVersion.objects.get(pk=version_id)
    source = load_plan(version.source.encode())
    calendars = {name: plan_calendar(source.plan, name) for name in source.plan.calendars}
    terms = {one.promise: one for one in terms_of(source.plan, calendars)}
    return RunningPlan(version_id, source, calendars, terms)


def shipped_plans() -> dict[str, Path]:
    """Plan files that come with the package: plan id → path."""
    return {load_plan(path.read_bytes()).plan.id: path for path in sorted(SHIPPED.glob("*.yaml"))}
