"""The ground of the drives: one contract per shipped plan with people and figures; and what a drive gives back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import actions as contracts
from luyue.contracts.models import Contract, PlanVersion
from luyue.contracts.plans import shipped_plans
from luyue.contracts.queries import local_day
from luyue.domain.obligations.schedule import figure_kind
from luyue.domain.plan.execution import executable
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Plan, Promise
from luyue.domain.statement import Key, Period
from luyue.obligations import actions as obligations
from tests import factories

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
# All dates of a contract are the day of NOW: what is owed once is still to be done.
START = date(2026, 3, 4)
# Up to here obligations are made: the first of every duty.
END = date(2027, 1, 31)
PLANS: dict[str, Plan] = {name: load_plan(path.read_bytes()).plan for name, path in shipped_plans().items()}
FIGURES = {"rhythm": "month", "due": "2026-06-30", "term": "2 working days"}
TARGET_FIGURE = "4h"
QUOTA_FIGURES = {"failure-rate": "2", "availability": "99"}
# Agreed part by part, not by one figure.
BY_PART = frozenset({"wearing-parts", "main-parts-ceiling"})


class Undo(Exception):
    """Ends a savepoint that leaves nothing behind."""


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is gone afterwards; of its events nobody hears."""
    try:
        with transaction.atomic(), ledger.quiet():
            yield
            raise Undo
    except Undo:
        pass


@dataclass(frozen=True)
class World:
    """A contract under one plan. lead: its project manager; customer: who confirms for the customer."""

    plan: Plan
    contract: Contract
    version: int
    lead: Person
    customer: Person
    engineer: Person

    def on(self, contract_id: int | None) -> "World":
        """The same on another contract, if there is one named."""
        if contract_id in (None, self.contract.pk):
            return self
        return replace(self, contract=Contract.objects.get(pk=contract_id))

    @property
    def version_row(self) -> PlanVersion:
        return PlanVersion.objects.get(pk=self.version)

    def key(self, promise: Promise) -> Key:
        return Key(self.version, promise.id)


@dataclass(frozen=True)
class Driven:
    """Where a driven promise has to be found.

    at: the moment by which it is counted; now: when the statement is read. subject: the row that its drill-down has to
    lead to. contract: where it was driven, if not on the world's own.
    """

    at: datetime
    now: datetime
    subject: int
    contract: int | None = None

    @property
    def day(self) -> Period:
        """The day on which it counts; what is due at 24:00 belongs to the day that ends."""
        day = local_day(self.at)
        return Period(day, day)


def runs(promise: Promise) -> bool:
    """Whether the table counts it as executable: as it stands, or once a figure is agreed."""
    return executable(promise).status in ("runs", "asks")


def make_world(name: str) -> World:
    """A contract with every date known, every option bought and every open figure agreed."""
    plan = PLANS[name]
    options = sorted({one.when.option for one in plan.promises if one.when.option})
    of = factories.contract(
        name, starts_on=START, award_on=START, signed_on=START, delivery_on=START, acceptance_on=START,
        final_acceptance_on=START, grade="platinum", options=options,
    )  # fmt: skip
    people = {}
    for role in ("project_manager", "customer", "engineer", "general_manager"):
        people[role] = factories.person(role)
        contracts.give_access(of.pk, person=people[role], role=role, actor=None, now=NOW)
    for one in plan.promises:
        if executable(one).status == "asks" and one.id not in BY_PART:
            contracts.agree_figure(
                of.pk,
                promise=one.id,
                value=figure_for(one),
                agreed_by="客户",
                agreed_on=START,
                actor=None,
                now=NOW,
            )
    obligations.plan_contract(of.pk, now=NOW, since=START, until=END)
    version = of.bindings.get().plan_version_id
    return World(plan, of, version, people["project_manager"], people["customer"], people["engineer"])


def agree_all(plan: Plan, of: Contract) -> None:
    """Agree whatever a plan leaves open, as its pages do."""
    for one in plan.promises:
        if executable(one).status == "asks" and one.id not in BY_PART:
            contracts.agree_figure(
                of.pk,
                promise=one.id,
                value=figure_for(one),
                agreed_by="客户",
                agreed_on=START,
                actor=None,
                now=NOW,
            )


def figure_for(promise: Promise) -> str:
    """What is agreed where a plan leaves its figure open."""
    if promise.kind == "target":
        return TARGET_FIGURE
    if promise.kind == "quota":
        return QUOTA_FIGURES[promise.id]
    return FIGURES[figure_kind(promise)]


def later(at: datetime, **span: float) -> datetime:
    return at + timedelta(**span)
