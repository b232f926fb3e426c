"""The demo firm: people, five customers with one contract each, one contract per shipped plan."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from luyue.accounts import actions as accounts
from luyue.accounts.models import Person
from luyue.contracts import actions, queries
from luyue.contracts.models import Contract, Customer
from luyue.contracts.plans import shipped_plans
from luyue.devices import actions as devices
from luyue.devices.models import Device
from luyue.domain.obligations.schedule import figure_kind
from luyue.domain.plan.execution import executable
from luyue.domain.plan.model import Duty, Plan, Target, Trigger
from luyue.field import actions as field
from luyue.simulator.texts import CUSTOMERS, DEVICES, PEOPLE, PLANS, POINTS, SITES

# What was agreed where a plan names no figure; metrics that are not here stay open and are asked about (P-7).
AGREED = {"respond": "30min", "remote": "2h", "plan": "4h", "depart": "2h"}
RHYTHMS = {"rhythm": "quarter", "due": "30 calendar days", "term": "2 working days"}
PASSWORD = "luyue-demo"  # noqa: S105


@dataclass(frozen=True)
class World:
    """Whom and what the simulator plays with."""

    people: dict[str, list[Person]]
    contracts: Sequence[Contract]
    devices: dict[int, list[Device]]
    customers: dict[int, Person]

    def someone(self, rng: random.Random, role: str, contract_id: int) -> Person:
        """A person who plays a role on a contract; the same few engineers serve the same contract."""
        if role == "customer":
            return self.customers[contract_id]
        group = self.people[role]
        if role == "engineer":
            first = contract_id % len(group)
            group = [group[first], group[(first + 1) % len(group)]]
        return rng.choice(group)


def make_world(rng: random.Random, *, starts_on: date, now: datetime) -> World:
    """Make people, customers, contracts with plan and figures, sites and devices.

    Args:
        starts_on: first day of service of every contract. now: when all this is entered.
    """
    people: dict[str, list[Person]] = {}
    first: Person | None = None
    for username, name, role in PEOPLE:
        made = accounts.add_person(
            username=username, name=name, role=role, password=PASSWORD, same_password_as=first, actor=None, now=now,
            email=f"{username}@luyue.example", phone=f"1390000{len(people):04d}",
        )  # fmt: skip
        first = first or made
        people.setdefault(role, []).append(made)
    for name, latitude, longitude, phone in POINTS:
        field.add_point(name=name, latitude=latitude, longitude=longitude, phone=phone, actor=None, now=now)
    files = shipped_plans()
    contracts, by_contract, customers = [], {}, {}
    for number, plan_id in enumerate(PLANS):
        contract = _contract(number, starts_on, now)
        version = actions.add_plan_version(files[plan_id].read_bytes(), actor=None, now=now)
        actions.bind_plan(contract.pk, version=version, effective_on=starts_on, actor=None, now=now)
        running = queries.in_force(contract, now).running
        assert running is not None, "it was bound just now"
        _agree_figures(contract, running.plan, starts_on, now)
        customers[contract.pk] = _give_access(number, contract, people, now)
        by_contract[contract.pk] = _devices(rng, contract, now)
        contracts.append(contract)
    return World(people, contracts, by_contract, customers)


def _contract(number: int, starts_on: date, now: datetime) -> Contract:
    name, units, project, code = CUSTOMERS[number]
    customer = actions.add_customer(
        name=name, actor=None, now=now, contact_name="值班室", contact_phone=f"0800-00{number}00"
    )
    for place, unit in enumerate(units, 1):
        phone = f"0800-00{number}0{place}"
        actions.add_customer(
            name=unit, parent=customer, contact_name="内勤", contact_phone=phone, actor=None, now=now
        )
    return actions.add_contract(
        number=code,
        name=f"{project}售后服务",
        customer=customer,
        project_name=project,
        starts_on=starts_on,
        ends_on=date(starts_on.year + 3, starts_on.month, 1) - timedelta(days=1),
        award_on=starts_on - timedelta(days=150),
        signed_on=starts_on - timedelta(days=120),
        delivery_on=starts_on - timedelta(days=60),
        acceptance_on=starts_on,
        final_acceptance_on=starts_on,
        grade="platinum" if number == 2 else "",
        options=["parts_4h", "onsite_service"] if number == 2 else [],
        actor=None,
        now=now,
    )


def _agree_figures(contract: Contract, plan: Plan, day: date, now: datetime) -> None:
    for number, promise in enumerate(one for one in plan.promises if executable(one).status == "asks"):
        # Two of three of what the plan has only a word for; the rest waits for an agreement.
        if isinstance(promise, Duty | Trigger) and number % 3:
            actions.agree_figure(
                contract.pk, promise=promise.id, value=RHYTHMS[figure_kind(promise)], agreed_by="客户项目负责人",
                agreed_on=day, note="签订时约定", actor=None, now=now,
            )  # fmt: skip
    for promise in plan.promises:
        if not isinstance(promise, Target) or promise.within != "ask" or promise.by != "provider":
            continue
        if value := AGREED.get(promise.metric[0]):
            actions.agree_figure(
                contract.pk, promise=promise.id, value=value, agreed_by="客户项目负责人", agreed_on=day,
                note="签订时约定", actor=None, now=now,
            )  # fmt: skip


def _give_access(number: int, contract: Contract, people: dict[str, list[Person]], now: datetime) -> Person:
    """Who serves and who watches the contract; returns the customer's person."""
    customer = accounts.add_person(
        username=f"kehu{number + 1}", name=f"{contract.customer.name}联系人", role="customer", password=PASSWORD,
        same_password_as=people["admin"][0],
        organisation=accounts.add_organisation(name=contract.customer.name, kind="customer", actor=None, now=now),
        phone=f"1370000{number:04d}", actor=None, now=now,
    )  # fmt: skip
    managers, engineers = people["project_manager"], people["engineer"]
    team = [
        (managers[number % len(managers)], "project_manager"),
        *((engineers[(contract.pk + offset) % len(engineers)], "engineer") for offset in (0, 1)),
        (people["resident"][0], "resident"),
        (customer, "customer"),
        (people["inspector"][0], "inspector"),
    ]
    for person, role in team:
        actions.give_access(contract.pk, person=person, role=role, actor=None, now=now)
    return customer


def _somewhere(contract_id: int, site_number: int) -> tuple[float, float]:
    """Where a site lies: most of them near a service point, the last of the fourth customer far out in the hills."""
    own = random.Random(f"site {contract_id} {site_number}")
    _name, latitude, longitude, _phone = POINTS[contract_id % len(POINTS)]
    far = 0.42 if contract_id % 4 == 0 and site_number == 3 else 0.0
    return round(latitude + own.uniform(-0.12, 0.12) + far, 5), round(longitude + own.uniform(-0.12, 0.12), 5)


def _devices(rng: random.Random, contract: Contract, now: datetime) -> list[Device]:
    made = []
    for site_number, site_name in enumerate(rng.sample(SITES, 4)):
        latitude, longitude = _somewhere(contract.pk, site_number)
        site = devices.add_site(
            contract.pk, name=site_name, unit=_unit(rng, contract), latitude=latitude, longitude=longitude, actor=None,
            now=now,
        )  # fmt: skip
        for number in range(rng.randint(2, 4)):
            kind, name, model = rng.choice(DEVICES)
            made.append(
                devices.add_device(
                    contract.pk,
                    kind=kind,
                    name=f"{site_name}{name}{number + 1}",
                    model=model,
                    site=site,
                    serial=f"SN{contract.pk:03d}{site_number}{number:02d}",
                    actor=None,
                    now=now,
                )
            )
    return made


def _unit(rng: random.Random, contract: Contract) -> Customer | None:
    """Half of the sites belong to one of the customer's sub-units."""
    units = list(queries.units_of(contract))
    return rng.choice(units) if units and rng.random() < 0.5 else None
