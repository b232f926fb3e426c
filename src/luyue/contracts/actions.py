"""Acts on customers, contracts and plan versions. Each is one transaction and one ledger event."""

import hashlib
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import SERVING_ROLES, Person
from luyue.contracts import queries
from luyue.contracts.models import Access, Binding, Contract, Customer, Figure, PlanVersion, Project
from luyue.domain.measures.judging import parse_figure
from luyue.domain.obligations.figures import as_kept, may_be_agreed
from luyue.domain.obligations.schedule import check_figure
from luyue.domain.plan.loader import Source, load_plan
from luyue.domain.plan.model import Plan, Promise, Quota, Target
from luyue.domain.plan.spans import BadSpan, parse_span
from luyue.domain.refusals import AlreadyThere, BadInput, NotAllowed, NotFound
from luyue.domain.rights import OUTSIDE
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope

DATES = (
    "award_on",
    "signed_on",
    "delivery_on",
    "acceptance_on",
    "final_acceptance_on",
    "starts_on",
    "ends_on",
)
CHANGEABLE = (*DATES, "number", "name", "grade", "options")

# People from outside of the firm.


@transaction.atomic
def add_customer(
    *, name: str, actor: Person | None, now: datetime, parent: Customer | None = None, **contact: str
) -> Customer:
    """Add a customer or, with a parent, a sub-unit. `contact`: address, contact_name, contact_phone."""
    require(actor, "manage_contract")
    if not name.strip():
        raise BadInput(field="name")
    try:
        with scope(Scope.everything()):
            made = Customer.objects.create(name=name.strip(), parent=parent, **contact)
    except IntegrityError as error:
        raise AlreadyThere(subject="customer", field="name") from error
    _record("customer.added", None, ("customer", made.pk), actor, now, name=made.name)
    return made


@transaction.atomic
def change_customer(customer_id: int, *, actor: Person | None, now: datetime, **changes: Any) -> Customer:
    """Change a customer's name, parent, address or contact.

    Raises:
        NotFound, AlreadyThere. BadInput: no name, or a parent that is the customer itself or one of its sub-units.
    """
    require(actor, "manage_contract")
    one = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if one is None:
        raise NotFound(subject="customer")
    before: dict[str, list[object]] = {}
    for field, value in changes.items():
        if field not in ("name", "parent", "address", "contact_name", "contact_phone"):
            raise BadInput(field=field)
        if field == "name" and not value.strip():
            raise BadInput(field="name")
        if field == "parent" and value is not None and _is_under(value, one):
            raise BadInput(field="parent", problem="circle")
        if getattr(one, field) != value:
            before[field] = [str(getattr(one, field) or ""), str(value or "")]
            setattr(one, field, value)
    if before:
        try:
            with transaction.atomic():
                one.save(update_fields=list(before))
        except IntegrityError as error:
            raise AlreadyThere(subject="customer", field="name") from error
        _record("customer.changed", None, ("customer", one.pk), actor, now, changes=before)
    return one


def _is_under(unit: Customer | None, above: Customer) -> bool:
    while unit is not None:
        if unit.pk == above.pk:
            return True
        unit = unit.parent
    return False


@transaction.atomic
def add_contract(
    *,
    number: str,
    name: str,
    customer: Customer,
    starts_on: date,
    actor: Person | None,
    now: datetime,
    project_name: str = "",
    **fields: Any,
) -> Contract:
    """Add a contract; `fields`: its other dates, grade, options.

    Raises:
        BadInput: no number or name, or it ends before it starts. AlreadyThere: the number is taken.
    """
    require(actor, "manage_contract")
    for field, value in (("number", number), ("name", name)):
        if not value.strip():
            raise BadInput(field=field)
    _check_dates(starts_on, fields.get("ends_on"))
    try:
        # A new contract is in nobody's scope yet.
        with scope(Scope.everything()):
            project = None
            if project_name.strip():
                project, _ = Project.objects.get_or_create(customer=customer, name=project_name.strip())
            made = Contract.objects.create(
                number=number.strip(), name=name.strip(), customer=customer, project=project,
                starts_on=starts_on, **fields,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyThere(subject="contract", field="number") from error
    with Scope.everything().entered():
        if actor is not None and not actor.sees_all:
            Access.objects.create(contract=made, person=actor, role=actor.role)
        _record(
            "contract.added", made.pk, ("contract", made.pk), actor, now, number=made.number, name=made.name
        )
    return made


@transaction.atomic
def change_contract(contract_id: int, *, actor: Person | None, now: datetime, **changes: Any) -> Contract:
    """Change a contract's number, name, dates, grade or options; clocks that run keep what they started with.

    Raises:
        NotFound. AlreadyThere: the number. BadInput: no number or name, an end before the start.
    """
    require(actor, "manage_contract")
    contract = Contract.objects.select_for_update().filter(pk=contract_id).first()
    if contract is None:
        raise NotFound(subject="contract")
    before = {}
    for field, value in changes.items():
        if field not in CHANGEABLE:
            raise BadInput(field=field)
        if field in ("number", "name") and not str(value).strip():
            raise BadInput(field=field)
        if getattr(contract, field) != value:
            before[field] = [_plain(getattr(contract, field)), _plain(value)]
            setattr(contract, field, value)
    _check_dates(contract.starts_on, contract.ends_on)
    if before:
        try:
            with transaction.atomic():
                contract.save(update_fields=list(before))
        except IntegrityError as error:
            raise AlreadyThere(subject="contract", field="number") from error
        _record("contract.changed", contract.pk, ("contract", contract.pk), actor, now, changes=before)
    return contract


@transaction.atomic
def add_plan_version(
    raw: bytes, *, actor: Person | None, now: datetime, loaded: Source | None = None
) -> PlanVersion:
    """Keep a plan file as the next version of its plan; the same file again gives the version that is there.

    Args:
        loaded: what `load_plan` made of these very bytes, where the caller has it already.
    Raises:
        PlanError: the file has errors.
    """
    require(actor, "manage_contract")
    plan = (loaded or load_plan(raw)).plan
    text = raw.decode("utf-8-sig")
    digest = hashlib.sha256(text.encode()).hexdigest()
    if same := PlanVersion.objects.filter(plan=plan.id, digest=digest).first():
        return same
    newest = PlanVersion.objects.filter(plan=plan.id).order_by("-number").first()
    made = PlanVersion.objects.create(
        plan=plan.id,
        number=newest.number + 1 if newest else 1,
        title_zh=plan.title.zh,
        title_en=plan.title.en,
        source=text,
        digest=digest,
        created_at=now,
        created_by=actor.name if actor else "",
    )
    _record(
        "plan.added", None, ("plan", made.pk), actor, now, plan=plan.id, number=made.number, digest=digest
    )
    return made


@transaction.atomic
def bind_plan(
    contract_id: int, *, version: PlanVersion, effective_on: date, actor: Person | None, now: datetime
) -> Binding:
    """Put a plan version in force for a contract from a day on. Cases that run keep their version (P-4).

    A version that was bound from that very day by mistake gives way, as long as no case was judged by it.

    Raises:
        AlreadyThere: a version is bound from that very day, and there are cases since.
    """
    require(actor, "manage_contract")
    # Of two who bind at once, the second finds what the first has bound.
    contract = queries.contract(contract_id)
    Contract.objects.select_for_update().filter(pk=contract.pk).first()
    first = not Binding.objects.filter(contract=contract).exclude(effective_on=effective_on).exists()
    made = Binding.objects.filter(contract=contract, effective_on=effective_on).first()
    if made is None:
        made = Binding.objects.create(contract=contract, plan_version=version, effective_on=effective_on)
    elif made.plan_version_id == version.pk:
        return made
    elif _has_cases_since(contract, effective_on):
        raise AlreadyThere(subject="binding", field="effective_on")
    else:
        made.plan_version = version
        made.save(update_fields=["plan_version"])
    _record(
        "plan.bound", contract.pk, ("contract", contract.pk), actor, now,
        plan=version.plan, number=version.number, version=version.pk, effective_on=effective_on.isoformat(),
        first=first, signed_on=contract.signed_on.isoformat() if contract.signed_on else None,
    )  # fmt: skip
    return made


def _has_cases_since(contract: Contract, day: date) -> bool:
    """Whether a case was reported on that day or later; of those before, an earlier version decides."""
    since = datetime.combine(day, time.min, tzinfo=queries.ZONE)
    return Event.objects.filter(
        contract_id=contract.pk, kind="case.reported", occurred_at__gte=since
    ).exists()


@transaction.atomic
def agree_figure(
    contract_id: int,
    *,
    promise: str,
    value: str,
    agreed_by: str,
    agreed_on: date,
    actor: Person | None,
    now: datetime,
    note: str = "",
) -> Figure:
    """Answer what the plan left open for this contract (P-7): `value` as in a plan file ("10min"), or as people
    write it (10 分钟); a duty's rhythm as "month" or "2 x quarter" (每季度 2 次), the time of work that is owed once as
    a term or a date, a quota's as a number.

    Raises:
        BadInput: the promise has no open figure, the value is no time limit, nobody agreed, or agreed in the future.
    """
    require(actor, "manage_contract")
    contract = queries.contract(contract_id)
    force = queries.in_force(contract, now)
    found = force.running.plan.by_id.get(promise) if force.running else None
    if force.running is None or found is None or not may_be_agreed(found):
        raise BadInput(field="promise")
    value = as_kept(value)
    try:
        _check_figure(found, value, force.running.plan)
    except BadSpan as bad:
        raise BadInput(field="value", problem=bad.code) from bad
    if not agreed_by.strip():
        raise BadInput(field="agreed_by")
    if agreed_on > queries.local_day(now):
        raise BadInput(field="agreed_on", problem="future")
    made = Figure.objects.create(
        contract=contract, promise=promise, value=value, agreed_by=agreed_by.strip(),
        agreed_on=agreed_on, note=note, recorded_at=now,
    )  # fmt: skip
    _record(
        "figure.agreed", contract.pk, ("contract", contract.pk), actor, now,
        promise=promise, value=made.value, agreed_by=made.agreed_by, agreed_on=agreed_on.isoformat(),
    )  # fmt: skip
    return made


def _check_figure(promise: Promise, value: str, plan: Plan) -> None:
    """Raises BadSpan, BadInput."""
    if isinstance(promise, Quota):
        parse_figure(promise, value)
        return
    if not isinstance(promise, Target):
        check_figure(promise, value)
        return
    span = parse_span(value)
    if span.working_days and plan.calendars[promise.calendar] == "24x7":
        raise BadInput(field="value", problem="no_working_days")


@transaction.atomic
def give_access(
    contract_id: int,
    *,
    person: Person,
    role: str,
    actor: Person | None,
    now: datetime,
    unit: Customer | None = None,
) -> Access:
    """Let a person see a contract, in a role that escalation and rights use; with a unit, only what belongs to it.

    A customer's person may name colleagues and inspectors for his contracts (within his own unit, if he has one).
    """
    contract = queries.contract(contract_id)
    if role not in dict(SERVING_ROLES):
        raise BadInput(field="role")
    if actor is not None and not actor.may("give_contract"):
        require(actor, "name_colleagues")
        _check_colleague(contract, person, role, unit, actor)
    if unit is not None and (role not in OUTSIDE or unit.parent_id != contract.customer_id):
        raise BadInput(field="unit")
    given, _ = Access.objects.update_or_create(
        contract=contract, person=person, defaults={"role": role, "unit": unit}
    )
    _record(
        "access.given", contract.pk, ("contract", contract.pk), actor, now,
        person=person.pk, name=person.name, role=role, **({"unit": unit.name} if unit else {}),
    )  # fmt: skip
    return given


@transaction.atomic
def take_access(contract_id: int, *, person: Person, actor: Person | None, now: datetime) -> None:
    """End a person's access to a contract. Raises NotFound if he had none."""
    contract = queries.contract(contract_id)
    if actor is not None and not actor.may("give_contract"):
        require(actor, "name_colleagues")
        if person.pk == actor.pk:
            raise NotAllowed(act="take_access", problem="yourself")
        _check_colleague(contract, person, person.role, None, actor, ending=True)
    taken, _ = Access.objects.filter(contract=contract, person=person).delete()
    if not taken:
        raise NotFound(subject="access")
    _record(
        "access.taken", contract.pk, ("contract", contract.pk), actor, now, person=person.pk, name=person.name
    )


def _check_colleague(
    contract: Contract,
    person: Person,
    role: str,
    unit: Customer | None,
    actor: Person,
    *,
    ending: bool = False,
) -> None:
    """What a customer's person may give or take: only to people from outside the firm, only within his own unit."""
    if person.role not in OUTSIDE or role not in OUTSIDE:
        raise NotAllowed(act="name_colleagues", problem="not_a_colleague")
    own = queries.unit_of(actor, contract.pk)
    if own is not None:
        theirs = (
            Access.objects.filter(contract=contract, person=person).values_list("unit", flat=True).first()
        )
        if (ending and theirs != own) or (not ending and (unit is None or unit.pk != own)):
            raise NotAllowed(act="name_colleagues", problem="other_unit")


def _check_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise BadInput(field="ends_on", problem="before_start")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _record(
    kind: str,
    contract_id: int | None,
    subject: tuple[str, int],
    actor: Person | None,
    now: datetime,
    **data: Any,
) -> None:
    ledger.record(kind, contract_id=contract_id, subject=subject, actor=actor, at=now, now=now, data=data)
