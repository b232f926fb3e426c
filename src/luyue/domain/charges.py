"""Scope and charges of a case from contract, dates and device (D-5): what the plan says, which clause says so.

It only proposes; a person decides. Where two clauses speak of the same thing, the one that is better for the customer
rules, as for limits (L5); the other is listed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from luyue.domain.cases import Facts, applies
from luyue.domain.periods import Stretch, add_months
from luyue.domain.plan.model import Entitlement, Plan

ITEMS = ("labour", "parts", "travel", "lodging")
# From the best for the customer to the worst; "unspecified" says nothing.
CHARGES = ("free", "cost", "charged", "quoted", "unspecified")
# included: within the service, nothing to pay. chargeable: served, something is to be paid. quote: only against a
# quote that the customer accepts. advice: words only.
VERDICTS = ("included", "chargeable", "quote", "advice")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is asked: the case's facts on a day. in_service: the contract runs that day.

    same_fault_days: days since this device was last mended of a fault; None if it was not, or nobody knows.
    """

    day: date
    facts: Facts
    in_service: bool
    same_fault_days: int | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """What one clause says of one item."""

    promise: str
    clause: str
    charge: str


@dataclass(frozen=True, slots=True)
class Item:
    """What is to be paid for one item; by: the clauses that say so, the ruling one first. Empty: the plan is silent."""

    name: str
    charge: str
    by: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """The proposal. periods: the plan's periods of that day. ended: those that are over, with their last day.

    reason: in_scope, out_of_scope, expired or not_begun. scope_by: the clause that says what is done out of scope.
    """

    verdict: str
    reason: str
    items: tuple[Item, ...]
    periods: tuple[str, ...] = ()
    ended: tuple[tuple[str, date], ...] = ()
    scope_by: Say | None = None

    def charge(self, name: str) -> str:
        return next(item.charge for item in self.items if item.name == name)


def judge(plan: Plan, periods: Mapping[str, Stretch], occasion: Occasion, *, contract_begins: date) -> Ruling:
    """Propose scope and charges.

    Args:
        periods: the plan's periods on the contract's dates (`periods.resolve_periods`).
        contract_begins: its first day of service.
    """
    facts, day = occasion.facts, occasion.day
    now = tuple(name for name, stretch in periods.items() if stretch.covers(day))
    over = tuple((name, s.end) for name, s in periods.items() if s.end is not None and s.end <= day)
    outside = next(_scope_clauses(plan), None)
    before = day < contract_begins and not now
    if not facts.in_scope and occasion.in_service:
        # Somebody has said that it is not the contract's business.
        return _outside("out_of_scope", outside, now, over)
    items = tuple(_item(name, plan, periods, occasion) for name in ITEMS)
    if all(not item.by for item in items) and not occasion.in_service:
        return _outside("not_begun" if before else "expired", outside, now, over)
    reason = "in_scope" if occasion.in_service else "expired"
    return Ruling(_verdict(items), reason, items, now, over)


def _verdict(items: tuple[Item, ...]) -> str:
    charges = {item.charge for item in items}
    if "quoted" in charges:
        return "quote"
    return "chargeable" if charges & {"cost", "charged"} else "included"


def _outside(
    reason: str, outside: Say | None, now: tuple[str, ...], over: tuple[tuple[str, date], ...]
) -> Ruling:
    advice = outside is not None and outside.charge == "advice_only"
    items = tuple(Item(name, "unspecified" if advice else "quoted") for name in ITEMS)
    return Ruling("advice" if advice else "quote", reason, items, now, over, outside)


def _scope_clauses(plan: Plan) -> Iterator[Say]:
    """What the plan says of requests that are not its business."""
    for one in plan.entitlements:
        if one.topic.partition(".")[0] == "scope" and one.when.in_scope is False:
            yield Say(one.id, one.clause, one.term)


def _item(name: str, plan: Plan, periods: Mapping[str, Stretch], occasion: Occasion) -> Item:
    said = [
        Say(one.id, one.clause, charge)
        for one in plan.entitlements
        if (charge := charge_for(one, name)) != "unspecified" and _holds(one, periods, occasion)
    ]
    said.sort(key=lambda say: CHARGES.index(say.charge))
    return Item(name, said[0].charge if said else "unspecified", tuple(said))


def charge_for(one: Entitlement, name: str) -> str:
    """What an entitlement says of an item. Where lodging is not named, it goes with the journey."""
    if one.charges is None:
        return "unspecified"
    charge: str = getattr(one.charges, name)
    return one.charges.travel if name == "lodging" and charge == "unspecified" else charge


def _holds(one: Entitlement, periods: Mapping[str, Stretch], occasion: Occasion) -> bool:
    if not applies(one.when, occasion.facts, one.id):
        return False
    if one.in_months is not None and one.faults is None:
        # "The same fault again within n months is mended free."
        days = occasion.same_fault_days
        first = None if days is None else date.fromordinal(occasion.day.toordinal() - days)
        if first is None or occasion.day >= add_months(first, one.in_months):
            return False
    if one.period is None:
        return occasion.in_service
    return any(periods[name].covers(occasion.day, one.years) for name in one.period if name in periods)
