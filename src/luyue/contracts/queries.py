"""Reads of customers, contracts, plan versions and access."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.contracts.models import Access, Binding, Contract, Figure, PlanVersion
from luyue.contracts.plans import RunningPlan, running_plan
from luyue.domain.periods import Dates, Stretch, resolve_periods
from luyue.domain.refusals import NotFound
from luyue.ledger.wall import Scope

ZONE = ZoneInfo("Asia/Shanghai")


def scope_of(person: Person) -> Scope:
    """The contracts a person may see: all by role, else those he was given access to."""
    if not person.active:
        return Scope.nothing()
    if person.sees_all:
        return Scope.everything()
    with Scope.everything().entered():
        return Scope.of(Access.objects.filter(person_id=person.pk).values_list("contract_id", flat=True))


def visible_contracts() -> QuerySet[Contract]:
    """Contracts in the scope of this transaction; the wall does the filtering."""
    return Contract.objects.select_related("customer", "project")


def contract(contract_id: int) -> Contract:
    """A contract in scope. Raises NotFound."""
    found = visible_contracts().filter(pk=contract_id).first()
    if found is None:
        raise NotFound(subject="contract")
    return found


def running_contracts(on: date) -> QuerySet[Contract]:
    """Contracts whose service runs on a day."""
    return visible_contracts().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


def local_day(at: datetime) -> date:
    """The day in the contracts' zone."""
    return at.astimezone(ZONE).date()


@dataclass(frozen=True)
class InForce:
    """What a contract promises at a moment: plan version, answers to open figures, stretches of its periods."""

    contract: Contract
    running: RunningPlan | None
    figures: Mapping[str, str]
    periods: Mapping[str, Stretch]

    @property
    def version_id(self) -> int | None:
        return self.running.version_id if self.running else None

    def runs_on(self, day: date) -> bool:
        return self.contract.starts_on <= day and (
            self.contract.ends_on is None or day <= self.contract.ends_on
        )

    def periods_on(self, day: date) -> frozenset[str]:
        """Ids of the plan's periods that cover a day."""
        return frozenset(name for name, stretch in self.periods.items() if stretch.covers(day))


def in_force(of: Contract, at: datetime) -> InForce:
    """The plan version bound to a contract at a moment, with the contract's answers. No binding yet: no plan."""
    day = local_day(at)
    binding = Binding.objects.filter(contract=of, effective_on__lte=day).order_by("-effective_on").first()
    return _in_force(of, binding.plan_version_id if binding else None)


def with_version(of: Contract, version_id: int | None) -> InForce:
    """The same for a plan version that a case already runs on."""
    return _in_force(of, version_id)


def _in_force(of: Contract, version_id: int | None) -> InForce:
    running = running_plan(version_id) if version_id is not None else None
    periods = resolve_periods(running.plan, dates_of(of)) if running else {}
    return InForce(of, running, figures_of(of.pk), periods)


def dates_of(of: Contract) -> Dates:
    """The dates a plan's periods start from."""
    return Dates(
        acceptance=of.acceptance_on,
        final_acceptance=of.final_acceptance_on,
        award=of.award_on,
        signing=of.signed_on,
        delivery=of.delivery_on,
        contract_start=of.starts_on,
        contract_end=of.ends_on,
    )


def figures_of(contract_id: int) -> dict[str, str]:
    """Promise id → the contract's latest answer."""
    return dict(
        Figure.objects.filter(contract_id=contract_id).order_by("id").values_list("promise", "value")
    )


def bindings_of(contract_id: int) -> QuerySet[Binding]:
    """Plan versions of a contract, the newest first."""
    return Binding.objects.filter(contract_id=contract_id).select_related("plan_version").order_by("-effective_on")


def plan_versions() -> QuerySet[PlanVersion]:
    """All plan versions of the firm, without the text."""
    return PlanVersion.objects.defer("source")


def plan_version(version_id: int) -> PlanVersion:
    """A plan version. Raises NotFound."""
    found = PlanVersion.objects.filter(pk=version_id).first()
    if found is None:
        raise NotFound(subject="plan")
    return found


def people_of(contract_id: int, roles: Iterable[str] | None = None) -> list[tuple[Person, str]]:
    """Who serves or watches a contract, with his role in it."""
    rows = Access.objects.filter(contract_id=contract_id, person__active=True).select_related("person")
    if roles is not None:
        rows = rows.filter(role__in=list(roles))
    return [(row.person, row.role) for row in rows.order_by("role", "person__name")]
