"""The ground of the drives: one contract per shipped plan with people and figures; and what a drive gives back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import actions as contracts
from luyue.contracts.models import Contract
from luyue.contracts.plans import shipped_plans
from luyue.contracts.queries import local_day
from luyue.domain.obligations.schedule import figure_kind
from luyue.domain.plan.explain import executable
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Plan, Promise
from luyue.domain.statement import Key, Period
from tests import factories

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
START = date(2026, 1, 1)
PLANS: dict[str, Plan] = {name: load_plan(path.read_bytes()).plan for name, path in shipped_plans().items()}
FIGURES = {"rhythm": "month", "due": "2026-06-30", "term": "2 working days"}
TARGET_FIGURE = "4h"
QUOTA_FIGURES = {"%": "99"}
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

    def key(self, promise: Promise) -> Key:
        return Key(self.version, promise.id)


@dataclass(frozen=True)
class Driven:
    """Where a driven promise has to be found.

    at: the moment by which it is counted; now: when the statement is read. subject: the row that its drill-down has to
    lead to. proved: whether something stands there that proves it, beside its state.
    """

    at: datetime
    now: datetime
    subject: int
    facts: dict[str, Any] = field(default_factory=dict)

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
    for role in ("project_manager", "customer", "engineer"):
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
    version = of.bindings.get().plan_version_id
    return World(plan, of, version, people["project_manager"], people["customer"], people["engineer"])


def figure_for(promise: Promise) -> str:
    """What is agreed where a plan leaves its figure open."""
    if promise.kind == "target":
        return TARGET_FIGURE
    if promise.kind == "quota":
        return QUOTA_FIGURES.get(getattr(promise, "unit", ""), "2")
    return FIGURES[figure_kind(promise)]


def later(at: datetime, **span: float) -> datetime:
    return at + timedelta(**span)
