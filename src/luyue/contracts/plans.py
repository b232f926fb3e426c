"""Plan versions made ready to run: parsed, with compiled calendars. Kept in memory, because a version never changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db.models import Q

from luyue.contracts.models import Binding, PlanVersion
from luyue.domain.calendars import Calendar
from luyue.domain.plan.loader import Source, load_plan, plan_calendar
from luyue.domain.plan.model import Plan
from luyue.domain.plan.spans import Span, parse_span
from luyue.domain.terms import Terms, terms_of

# A promise of a plan version. Its id is the plan's own: another plan may mean something else by the same one.
Place = tuple[int, str]
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


def read_plan(version_id: int) -> Plan:
    """The plan of a version read anew, for what is kept of it in few words; raises PlanVersion.DoesNotExist."""
    return load_plan(PlanVersion.objects.values_list("source", flat=True).get(pk=version_id).encode()).plan


@lru_cache(maxsize=16_384)  # short ones, of more versions than plans are kept ready to run
def _told(version_id: int) -> tuple[tuple[str, str], ...]:
    """Promise id → what it can be found by."""
    return tuple(
        (one.id, f"{one.id} {one.clause} {one.text.zh} {one.text.en}".lower())
        for one in read_plan(version_id).promises
    )


def bound_versions() -> list[int]:
    """Plan versions that contracts in scope are or were bound to."""
    return list(Binding.objects.order_by().values_list("plan_version_id", flat=True).distinct())


def rows_found(words: Iterable[str]) -> Q:
    """What makes a row with `plan_version` and `promise` one of a promise that has all of these words."""
    wanted = [word.lower() for word in words]
    places = [(version, *one) for version in bound_versions() for one in _told(version)]
    return rows_of(
        [(version, promise) for version, promise, text in places if all(word in text for word in wanted)],
        [(version, promise) for version, promise, _text in places],
    )


def rows_of(chosen: Iterable[Place], among: Iterable[Place]) -> Q:
    """What makes a row with `plan_version` and `promise` one of the chosen places. among: all that rows can have.

    The version is only asked for where an id stands for something else in another plan; those are few.
    """
    wanted, known = _by_id(chosen), _by_id(among)
    found = Q(promise__in=sorted(one for one in wanted if wanted[one] >= known.get(one, set())))
    limited: dict[frozenset[int], list[str]] = {}
    for promise, versions in wanted.items():
        if not versions >= known.get(promise, set()):
            limited.setdefault(frozenset(versions), []).append(promise)
    for group, promises in limited.items():
        found |= Q(plan_version__in=sorted(group), promise__in=sorted(promises))
    return found


def _by_id(places: Iterable[Place]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for version, promise in places:
        found.setdefault(promise, set()).add(version)
    return found


def shipped_plans() -> dict[str, Path]:
    """Plan files that come with the package: plan id → path."""
    return {load_plan(path.read_bytes()).plan.id: path for path in sorted(SHIPPED.glob("*.yaml"))}
