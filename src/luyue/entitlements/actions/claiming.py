"""Acts on uses: claim, grant, refuse, do, break, answer, waive. Each is one transaction and one event."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.desk.acting import check_time
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.domain.entitlements import MOVES, State, can_claim, holds_on, withdrawn
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound
from luyue.entitlements import notes, queries
from luyue.entitlements.actions.following import facts_of, new_use
from luyue.entitlements.ground import Rights
from luyue.entitlements.models import Use
from luyue.files import actions as files
from luyue.notices.actions import tell

LONGEST = 4000
LARGEST_BULK = 200
Files = Sequence[tuple[str, bytes]]


@transaction.atomic
def claim(
    contract_id: int, promise: str, *, what: str, actor: Person | None, at: datetime, now: datetime, by: str = "",
    case_id: int | None = None, device_id: int | None = None, key: UUID | None = None,
) -> Use:  # fmt: skip
    """The customer asks for what he has a right to; staff may enter it for him (by: who asked). The same key once.

    Raises:
        NotFound, NotAllowed. BadInput: what; promise (not claimable, not in force that day); at.
    """
    require(actor, "claim_entitlement")
    check_time(actor, at=at, now=now)
    _must(what=what)
    rights = Rights(contracts.contract(contract_id))
    day = local_day(at)
    running, one = rights.find(promise, day)
    if not can_claim(one):
        raise BadInput(field="promise", problem="not_claimable")
    if not holds_on(one, rights.ground(running), day):
        raise BadInput(field="promise", problem="not_in_force")
    place = f"claim:{key or uuid4()}"
    if (known := Use.objects.filter(contract=contract_id, promise=promise, key=place).first()) is not None:
        return known
    case, device = _things(contract_id, case_id, device_id)
    if case is None and device is None and contracts.unit_of(actor, contract_id) is not None:
        raise NotAllowed(act="claim_entitlement")  # for the whole contract its own people claim
    made = new_use(
        rights, running, one, origin="claim", key=place, at=at, now=now, due=True, what=what.strip()[:LONGEST],
        asked_by=(by.strip() or (actor.name if actor else ""))[:60], case=case, device=device, recorded_by=actor,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # the same form was sent twice at once
        return Use.objects.get(contract=contract_id, promise=promise, key=place)
    _record("entitlement.claimed", made, actor, at, now)
    tell(
        [notes.single("entitlement.claimed", made, one_, now) for one_ in notes.leads_of(contract_id)],
        now=now,
    )
    return made


def _things(
    contract_id: int, case_id: int | None, device_id: int | None
) -> tuple[Case | None, Device | None]:
    case = Case.objects.filter(pk=case_id, contract=contract_id).first() if case_id is not None else None
    device = (
        Device.objects.filter(pk=device_id, contract=contract_id).first() if device_id is not None else None
    )
    if (case_id is not None and case is None) or (device_id is not None and device is None):
        raise NotFound(subject="case" if case is None and case_id is not None else "device")
    return case, device or (case.device if case is not None else None)


@transaction.atomic
def grant(use_id: int, *, actor: Person | None, now: datetime) -> Use:
    """Agree to a claim; it is still to be done. Raises NotFound, NotAllowed, IllegalMove."""
    one = _take(use_id, actor, "grant_entitlement", "grant")
    one.granted_by, one.granted_at = (actor.name if actor else ""), now
    made = _move(one, "grant", "entitlement.granted", actor, now, now)
    _tell_customers(made, now)
    return made


def grant_many(use_ids: Iterable[int], *, actor: Person | None, now: datetime) -> tuple[list[Use], int]:
    """Agree to many; returns those granted and how many could not be."""
    numbers = list(dict.fromkeys(use_ids))
    if len(numbers) > LARGEST_BULK:
        raise BadInput(field="uses", problem="too_many", limit=LARGEST_BULK)
    made, refused = [], 0
    for number in numbers:
        try:
            made.append(grant(number, actor=actor, now=now))
        except IllegalMove:
            refused += 1
    return made, refused


@transaction.atomic
def refuse(use_id: int, *, reason: str, actor: Person | None, now: datetime) -> Use:
    """Say no: the entitlement is broken unless the customer lets it pass. Raises as `grant`, BadInput (reason)."""
    one = _take(use_id, actor, "grant_entitlement", "refuse")
    _must(reason=reason)
    one.reason = reason.strip()[:LONGEST]
    made = _move(one, "refuse", "entitlement.refused", actor, now, now)
    _tell_customers(made, now)
    return made


@transaction.atomic
def done(
    use_id: int, *, evidence: str, actor: Person | None, at: datetime, now: datetime, attached: Files = ()
) -> Use:
    """It was done, with what shows it (a new serial number, a signed list). In time by `at`, else late.

    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: evidence, at, file.
    """
    one = _take(use_id, actor, "do_entitlement", "do")
    check_time(actor, at=at, now=now)
    _must(evidence=evidence)
    return settle_done(one, evidence, actor, at, now, attached)


def settle_done(
    one: Use, evidence: str, actor: Person | None, at: datetime, now: datetime, attached: Files = ()
) -> Use:
    """The same for a use that is locked and checked. BadInput: the quarter that it reviews has not ended."""
    # Nobody knows of a quarter that still runs whether all of it will be kept.
    if one.origin == "review" and local_day(now) <= local_day(one.counts_at):
        raise BadInput(field="uses", problem="running")
    for name, content in attached:
        files.attach(
            content, name=name, kind="document", subject=("use", one.pk), contract_id=one.contract_id, actor=actor,
            now=now,
        )  # fmt: skip
    one.evidence, one.done_by, one.done_at = evidence.strip()[:LONGEST], (actor.name if actor else ""), at
    made = _move(
        one, "do", "entitlement.reviewed" if one.origin == "review" else "entitlement.done", actor, at, now,
        evidence=one.evidence[:200],
    )  # fmt: skip
    if one.origin == "claim":
        _tell_customers(made, now)
    return made


@transaction.atomic
def withdraw(use_id: int, *, reason: str, actor: Person | None, now: datetime) -> Use:
    """A claim that nobody wants any more, or a break that was none. The customer withdraws what he asked for himself;
    what a rule found, or somebody else, leads only. Raises as `refuse`."""
    one = queries.use(use_id, lock=True)
    own = actor is not None and actor.outside and one.origin == "claim" and one.recorded_by_id == actor.pk
    require(actor, "claim_entitlement" if own else "grant_entitlement")
    _must(reason=reason)
    after = withdrawn(State(one.state), one.origin, by_hand=one.by_hand)
    if after is None:
        raise IllegalMove(subject="use", state=one.state, act="withdraw")
    one.state, one.reason, one.by_hand = str(after), reason.strip()[:LONGEST], True
    one.save()
    _record("entitlement.withdrawn", one, actor, now, now)
    return one


@transaction.atomic
def record_breach(
    contract_id: int, promise: str, *, what: str, actor: Person | None, at: datetime, now: datetime,
    case_id: int | None = None, source: str = "hand", attached: Files = (),
) -> Use:  # fmt: skip
    """An entitlement was broken: found by a complaint, an audit or by hand; its project manager is told.

    A case that has used it is that use; else the break stands for itself.

    Raises:
        NotFound, NotAllowed. BadInput: what, at, source, file.
    """
    require(actor, "record_breach")
    check_time(actor, at=at, now=now)
    _must(what=what)
    if source not in ("complaint", "audit", "hand"):
        raise BadInput(field="source")
    rights = Rights(contracts.contract(contract_id))
    running, one = rights.find(promise, local_day(at))
    case, device = _things(contract_id, case_id, None)
    used = (
        Use.objects.select_for_update()
        .filter(contract=contract_id, promise=promise, key=f"case:{case_id}")
        .first()
    )
    made = used or new_use(
        rights,
        running,
        one,
        origin="breach",
        key=f"breach:{uuid4()}",
        at=at,
        now=now,
        case=case,
        device=device,
    )
    made.state, made.by_hand = str(State.BROKEN), True
    made.what, made.reason = what.strip()[:LONGEST], source
    made.recorded_by = actor
    made.save()
    for name, content in attached:
        files.attach(
            content, name=name, kind="document", subject=("use", made.pk), contract_id=contract_id, actor=actor,
            now=now,
        )  # fmt: skip
    _record("entitlement.broken", made, actor, at, now)
    tell(
        [notes.single("entitlement.broken", made, person, now) for person in notes.leads_of(contract_id)],
        now=now,
    )
    return made


@transaction.atomic
def answer_use(use_id: int, *, answer: str, actor: Person | None, now: datetime) -> Use:
    """The customer says what he thinks of it. Raises NotFound, NotAllowed, BadInput (answer)."""
    one = queries.use(use_id, lock=True)
    require(actor, "answer_entitlement")
    _must(answer=answer)
    one.answer, one.answer_by, one.answer_at = answer.strip()[:LONGEST], (actor.name if actor else ""), now
    one.save(update_fields=["answer", "answer_by", "answer_at"])
    _record("entitlement.answered", one, actor, now, now, answer=one.answer[:200])
    return one


@transaction.atomic
def ask_waiver(use_id: int, *, reason: str, actor: Person | None, now: datetime, agreed_by: str = "") -> Use:
    """Ask the customer to let a break pass; agreed_by: he has agreed already, by telephone or in writing.

    Raises:
        NotFound, NotAllowed, BadInput (reason). IllegalMove: nothing to waive, or asked already.
    """
    one = _take(use_id, actor, "grant_entitlement", "waive")
    _must(reason=reason)
    if one.waiver == "asked":
        raise IllegalMove(subject="use", state=one.state, act="waive")
    one.waiver, one.waiver_reason = "asked", reason.strip()[:LONGEST]
    if agreed_by.strip():
        return _answer(one, True, agreed_by, actor, now)
    one.save()
    _record("entitlement.waiver_asked", one, actor, now, now, waiver=one.waiver_reason[:200])
    people = notes.customers_of(one.contract_id)
    tell([notes.single("entitlement.waiver_asked", one, person, now) for person in people], now=now)
    return one


@transaction.atomic
def answer_waiver(use_id: int, *, agree: bool, actor: Person, now: datetime) -> Use:
    """The customer agrees, or does not. Raises NotFound, NotAllowed, IllegalMove (nothing was asked)."""
    one = _take(use_id, actor, "answer_entitlement", "waive")
    if one.waiver != "asked":
        raise IllegalMove(subject="use", state=one.state, act="answer_waiver")
    made = _answer(one, agree, actor.name, actor, now)
    leads = notes.leads_of(one.contract_id)
    tell([notes.single("entitlement.waiver_answered", made, person, now) for person in leads], now=now)
    return made


def _answer(one: Use, agree: bool, by: str, actor: Person | None, now: datetime) -> Use:
    one.waiver, one.waiver_by = ("agreed" if agree else "refused"), by.strip()[:60]
    if not agree:
        one.save()
        _record("entitlement.waiver_refused", one, actor, now, now, agreed_by=one.waiver_by)
        return one
    one.waived_at = now
    return _move(one, "waive", "entitlement.waived", actor, now, now, agreed_by=one.waiver_by)


# -- common ------------------------------------------------------------------------------------------------------


def _take(use_id: int, actor: Person | None, right: str, act: str) -> Use:
    one = queries.use(use_id, lock=True)
    require(actor, right)
    if (State(one.state), act) not in MOVES:
        raise IllegalMove(subject="use", state=one.state, act=act)
    return one


def _move(
    one: Use, act: str, kind: str, actor: Person | None, at: datetime, now: datetime, **data: Any
) -> Use:
    after = MOVES[State(one.state), act]
    if after is State.KEPT and one.due_at is not None and at > one.due_at:
        after = State.LATE
    one.state, one.by_hand = str(after), True
    one.save()
    _record(kind, one, actor, at, now, **data)
    return one


def _record(kind: str, one: Use, actor: Person | None, at: datetime, now: datetime, **data: Any) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=("use", one.pk), actor=actor, at=min(at, now), now=now,
        data={**facts_of(one), **data},
    )  # fmt: skip


def _tell_customers(one: Use, now: datetime) -> None:
    people = notes.customers_of(one.contract_id)
    tell([notes.single("entitlement.answered", one, person, now) for person in people], now=now)


def _must(**given: str) -> None:
    for name, value in given.items():
        if not value.strip():
            raise BadInput(field=name, problem="missing")
