"""Reads of customers, contracts, plan versions and access."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Model, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from luyue.accounts.models import Person
from luyue.contracts.models import Access, Binding, Contract, Customer, Figure, PlanVersion
from luyue.contracts.plans import RunningPlan, running_plan
from luyue.domain.periods import Dates, Stretch, resolve_periods
from luyue.domain.refusals import NotFound
from luyue.ledger.wall import Scope
from luyue.web.prepared import prepared

ZONE = ZoneInfo("Asia/Shanghai")
MOST_NAMED = 100  # contracts; naming more costs more than it saves
Row = TypeVar("Row", bound=Model)


def scope_of(person: Person) -> Scope:
    """The contracts a person may see: all by role, else those he was given access to."""
    if not person.active:
        return Scope.nothing()
    if person.sees_all:
        return Scope.everything()
    with Scope.everything().entered():
        given = list(Access.objects.filter(person_id=person.pk).values_list("contract_id", "unit_id"))
        below = units_below([unit for _contract, unit in given if unit])
    return Scope.of(
        (contract for contract, _unit in given),
        units={contract: below[unit] for contract, unit in given if unit},
    )


def units_below(units: Iterable[int]) -> dict[int, list[int]]:
    """Sub-unit → itself and the units right below it. No query without a unit."""
    found = {unit: [unit] for unit in units}
    if found:
        for unit, parent in Customer.objects.filter(parent__in=found).values_list("pk", "parent"):
            found[parent or 0].append(unit)
    return found


def unit_of(person: Person | None, contract_id: int) -> int | None:
    """The sub-unit that a customer's person is limited to in a contract."""
    if person is None or person.role != "customer":
        return None
    return (
        Access.objects.filter(person_id=person.pk, contract_id=contract_id)
        .values_list("unit", flat=True)
        .first()
    )


def sees(person: Person, contract_id: int) -> bool:
    """Whether a person of ours sees a contract and what belongs to it."""
    return person.sees_all or Access.objects.filter(person_id=person.pk, contract_id=contract_id).exists()


def limited_to_units(person: Person) -> frozenset[int]:
    """The contracts within which a customer's person is limited to a sub-unit. One query."""
    if person.role != "customer":
        return frozenset()
    own = Access.objects.filter(person_id=person.pk, unit__isnull=False)
    return frozenset(own.values_list("contract_id", flat=True))


def narrowed(rows: QuerySet[Row], person: Person) -> QuerySet[Row]:
    """The same rows, with a person's few contracts as a condition that an index can use; the wall's own is none."""
    if person.sees_all:
        return rows
    own = _own.rows()
    if len(own) > MOST_NAMED:
        return rows
    # One value as an equality: only then does an index that begins with it come in order.
    return rows.filter(contract_id=own[0]) if len(own) == 1 else rows.filter(contract_id__in=own)


@prepared
def _own() -> QuerySet[Contract, int]:
    return Contract.objects.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1]


def units_of(of: Contract) -> QuerySet[Customer]:
    """The sub-units of a contract's customer."""
    return Customer.objects.filter(parent_id=of.customer_id).order_by("name", "id")


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


def start_of(day: date) -> datetime:
    """Midnight in the contracts' zone."""
    return datetime.combine(day, time(), ZONE)


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


_IN_FORCE = """
SELECT id, number, name, customer_id, project_id, award_on, signed_on, delivery_on, acceptance_on, final_acceptance_on,
  starts_on, ends_on, grade, options::text,
  (SELECT plan_version_id FROM contracts_binding WHERE contract_id = %s::bigint AND effective_on <= %s::date
   ORDER BY effective_on DESC LIMIT 1),
  (SELECT json_object_agg(promise, value ORDER BY id)::text FROM contracts_figure WHERE contract_id = %s::bigint)
FROM contracts_contract WHERE id = %s::bigint"""
_CONTRACT_FIELDS = (
    "id", "number", "name", "customer_id", "project_id", "award_on", "signed_on", "delivery_on", "acceptance_on",
    "final_acceptance_on", "starts_on", "ends_on", "grade", "options",
)  # fmt: skip


def contract_in_force(contract_id: int, at: datetime) -> InForce:
    """`in_force` of a contract in scope, all in one query. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [contract_id, local_day(at), contract_id, contract_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(subject="contract")
    *fields, options, version_id, figures = row
    of = Contract.from_db("default", _CONTRACT_FIELDS, [*fields, json.loads(options)])
    running = running_plan(version_id) if version_id is not None else None
    periods = _periods(version_id, dates_of(of)) if running else {}
    return InForce(of, running, json.loads(figures) if figures else {}, periods)


@lru_cache(maxsize=4096)
def _periods(version_id: int, dates: Dates) -> Mapping[str, Stretch]:
    return resolve_periods(running_plan(version_id).plan, dates)


def with_version(of: Contract, version_id: int | None) -> InForce:
    """The same for a plan version that a case already runs on."""
    return _in_force(of, version_id)


def _in_force(of: Contract, version_id: int | None) -> InForce:
    running = running_plan(version_id) if version_id is not None else None
    periods = _periods(running.version_id, dates_of(of)) if running else {}
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
    return dict(Figure.objects.filter(contract_id=contract_id).order_by("id").values_list("promise", "value"))


def bindings_of(contract_id: int) -> QuerySet[Binding]:
    """Plan versions of a contract, the newest first."""
    return (
        Binding.objects.filter(contract_id=contract_id)
        .select_related("plan_version")
        .order_by("-effective_on")
    )


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


def people_of_each(contract_ids: Iterable[int], roles: Iterable[str]) -> dict[int, list[Person]]:
    """Contract → who serves it in one of these roles; one query for all of them."""
    rows = Access.objects.filter(
        contract__in=list(contract_ids), person__active=True, role__in=list(roles)
    ).select_related("person")
    found: dict[int, list[Person]] = {}
    for row in rows.order_by("role", "person__name"):
        found.setdefault(row.contract_id, []).append(row.person)
    return found


def access_of(contract_id: int) -> list[Access]:
    """The same with the sub-unit that each is limited to."""
    rows = Access.objects.filter(contract_id=contract_id, person__active=True).select_related(
        "person", "unit"
    )
    return list(rows.order_by("role", "person__name", "pk"))


def answers_of(contract_id: int) -> dict[str, Figure]:
    """Promise id → the contract's latest answer, with who agreed and when."""
    return {row.promise: row for row in Figure.objects.filter(contract_id=contract_id).order_by("id")}


def customers() -> QuerySet[Customer]:
    """Customers in scope: those of visible contracts, or all."""
    return Customer.objects.select_related("parent")


def with_contracts(found: QuerySet[Customer], most: int) -> QuerySet[Customer]:
    """The same customers with `first_contracts`, at most so many of each, and `contract_count`, of those in scope."""
    first = Contract.objects.order_by("number").only("number", "customer")[:most]
    own = Contract.objects.filter(customer=OuterRef("pk")).order_by()
    count = own.values("customer").values(number=Count("pk"))
    return found.prefetch_related(Prefetch("contracts", first, to_attr="first_contracts")).annotate(
        contract_count=Coalesce(Subquery(count), 0)
    )


def customer(customer_id: int) -> Customer:
    """A customer in scope. Raises NotFound."""
    found = customers().filter(pk=customer_id).first()
    if found is None:
        raise NotFound(subject="customer")
    return found


def visible_plans(to: Person) -> QuerySet[PlanVersion]:
    """Plan versions without the text: all for who manages contracts, else those bound to a contract in scope."""
    if to.sees_all or to.may("manage_contract"):
        return plan_versions()
    # The sub-select is behind the wall.
    return plan_versions().filter(pk__in=Binding.objects.values("plan_version_id"))


def visible_plan(version_id: int, to: Person) -> PlanVersion:
    """A plan version with its text. Raises NotFound, also for one that is nobody's business."""
    found = visible_plans(to).defer(None).filter(pk=version_id).first()
    if found is None:
        raise NotFound(subject="plan")
    return found


def contract_choices(limit: int | None = None, *, among: Q | None = None) -> list[tuple[int, str]]:
    """Contracts in scope by number, for lists of choices; limit: only the first so many."""
    rows = visible_contracts().filter(among or Q()).order_by("number").values_list("pk", "number", "name")
    return [(pk, f"{number} {name}") for pk, number, name in rows[:limit]]
