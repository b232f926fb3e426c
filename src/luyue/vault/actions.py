"""Acts on customer secrets. Each is one transaction and one ledger event; no event holds a secret or a hash of one."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import queries as desk
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.domain.cases import case_named
from luyue.domain.refusals import AlreadyThere, BadInput, IllegalMove, NotAllowed, NotFound
from luyue.domain.vault import grant_holds
from luyue.ledger.encryption import decrypt, encrypt, reseal
from luyue.vault import queries
from luyue.vault.models import Grant, Secret, Session, Use

PURPOSE = "vault.secret"
LONGEST = 10_000  # characters


@sensitive_variables("content")
@transaction.atomic
def add_secret(
    contract_id: int,
    *,
    name: str,
    kind: str,
    content: str,
    actor: Person | None,
    now: datetime,
    site: Site | None = None,
    device: Device | None = None,
    owner: Person | None = None,
    rotate_on: date | None = None,
    two_persons: bool = False,
) -> Secret:
    """Keep a secret of a customer, encrypted.

    Raises:
        NotAllowed, NotFound. BadInput: name, kind, content, site, device. AlreadyThere: the name.
    """
    require(actor, "manage_secret")
    contract = contracts.contract(contract_id)
    if kind not in Secret.Kind.values:
        raise BadInput(field="kind")
    _check_content(content)
    facts = _described(contract.pk, name=name, site=site, device=device)
    made = Secret(
        contract=contract, kind=kind, two_persons=two_persons, owner=owner, rotate_on=rotate_on, added_at=now,
        changed_at=now, changed_by=actor.name if actor else "", **facts,
    )  # fmt: skip
    made.sealed = _seal(made, content)
    _save(made)
    _record("secret.added", made, actor, now, name=made.name, of=kind, two_persons=two_persons)
    return made


@sensitive_variables("content")
@transaction.atomic
def change_secret(
    secret_id: int,
    *,
    content: str,
    actor: Person | None,
    now: datetime,
    rotate_on: date | None = None,
    reason: str = "",
) -> Secret:
    """Put a new content in place of the old one, which is gone for good. rotate_on: when the next change is due."""
    require(actor, "manage_secret")
    one = queries.secret(secret_id, lock=True)
    _check_content(content)
    one.version += 1
    one.sealed = _seal(one, content)
    one.changed_at, one.changed_by, one.rotate_on = now, actor.name if actor else "", rotate_on
    one.save()
    _record("secret.changed", one, actor, now, version=one.version, reason=reason.strip()[:200])
    return one


@transaction.atomic
def describe_secret(secret_id: int, *, actor: Person | None, now: datetime, **changes: Any) -> Secret:
    """Change what is known about a secret, not its content: name, site, device, owner, rotate_on, two_persons.

    Only who approves looks may take the second person away.
    """
    require(actor, "manage_secret")
    one = queries.secret(secret_id, lock=True)
    if one.two_persons and changes.get("two_persons") is False:
        require(actor, "approve_secret")
    facts = {name: changes.get(name, getattr(one, name)) for name in ("name", "site", "device")}
    new = _described(one.contract_id, **facts)
    for name in ("owner", "rotate_on", "two_persons"):
        new[name] = changes.get(name, getattr(one, name))
    before = {
        name: [str(getattr(one, name)), str(value)]
        for name, value in new.items()
        if getattr(one, name) != value
    }
    for name, value in new.items():
        setattr(one, name, value)
    if before:
        _save(one)
        _record("secret.described", one, actor, now, changes=before)
    return one


@transaction.atomic
def retire_secret(secret_id: int, *, reason: str, actor: Person | None, now: datetime) -> None:
    """The secret is no longer used: its content is wiped, who looked at it stays on record."""
    require(actor, "manage_secret")
    one = queries.secret(secret_id, lock=True)
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    one.active, one.sealed = False, ""
    one.save(update_fields=["active", "sealed"])
    _record("secret.retired", one, actor, now, reason=reason.strip()[:200])


@transaction.atomic
def ask_to_look(secret_id: int, *, reason: str, actor: Person, now: datetime, case_number: str = "") -> Grant:
    """Ask a second person for one look at a secret that is marked so."""
    require(actor, "open_secret")
    one = queries.secret(secret_id, lock=True)
    if not one.two_persons:
        raise IllegalMove(subject="secret", state="one_person", act="ask")
    case = _why(one, reason, case_number)
    if one.grants.filter(asked_by=actor, state="asked").exists():
        raise IllegalMove(subject="grant", state="asked", act="ask")
    made = Grant.objects.create(
        contract=one.contract,
        secret=one,
        asked_by=actor,
        reason=reason.strip()[:200],
        case=case,
        asked_at=now,
    )
    _record(
        "secret.look_asked",
        one,
        actor,
        now,
        reason=made.reason,
        case=case.pk if case else None,
        grant=made.pk,
    )
    return made


@transaction.atomic
def decide_look(grant_id: int, *, approve: bool, actor: Person, now: datetime) -> Grant:
    """Agree to a look, or not. Nobody agrees to his own; consent holds an hour, for one look."""
    require(actor, "approve_secret")
    one = queries.grant(grant_id, lock=True)
    if one.asked_by_id == actor.pk:
        raise NotAllowed(act="approve_secret")
    if one.state != "asked":
        raise IllegalMove(subject="grant", state=one.state, act="decide")
    one.state = "approved" if approve else "refused"
    one.decided_by, one.decided_at = actor, now
    one.save(update_fields=["state", "decided_by", "decided_at"])
    _record(
        "secret.look_decided",
        one.secret,
        actor,
        now,
        approved=approve,
        grant=one.pk,
        asked_by=one.asked_by.name,
    )
    return one


@sensitive_variables("content")
@transaction.atomic
def look(
    secret_id: int,
    *,
    reason: str,
    actor: Person,
    now: datetime,
    case_number: str = "",
    session_id: int | None = None,
) -> str:
    """Show a secret. The look is on record before anybody sees it; without the record there is no look.

    Raises:
        NotAllowed, NotFound. BadInput: reason, case. IllegalMove: the second person has not agreed.
        Undecipherable: the key is another one, or the row was tampered with.
    """
    require(actor, "open_secret")
    one = queries.secret(secret_id, lock=True)
    case = _why(one, reason, case_number)
    grant = None
    if one.two_persons:
        grant = queries.grant_to_use(one.pk, actor, now=now)
        if grant is None or not grant_holds(grant.state, grant.decided_at, now):
            raise IllegalMove(subject="grant", state=grant.state if grant else "none", act="look")
        grant.state, grant.used_at = "used", now
        grant.save(update_fields=["state", "used_at"])
    session = _session_of(one, session_id)
    if session is not None:
        Use.objects.create(contract=one.contract, session=session, secret=one, person_name=actor.name, at=now)
        case = case or session.case
    content = decrypt(one.sealed, purpose=PURPOSE, row=_row(one))
    _record(
        "secret.looked", one, actor, now, reason=reason.strip()[:200], case=case.pk if case else None,
        session=session.pk if session else None, version=one.version, grant=grant.pk if grant else None,
    )  # fmt: skip
    return content


@transaction.atomic
def note_copy(secret_id: int, *, actor: Person, now: datetime) -> None:
    """The person has put the secret that he sees into his clipboard. Raises NotAllowed: he does not see it."""
    require(actor, "open_secret")
    one = queries.secret(secret_id)
    if not queries.sees_now(one.pk, actor, now=now):
        raise NotAllowed(act="open_secret")
    _record("secret.copied", one, actor, now, version=one.version)


@transaction.atomic
def note_export(contract_id: int | None, *, rows: int, actor: Person, now: datetime) -> None:
    """The list was taken out as a file. It never holds a secret."""
    require(actor, "see_secrets")
    ledger.record(
        "secret.listed", contract_id=contract_id, subject=("contract", contract_id or 0), actor=actor, at=now, now=now,
        data={"rows": rows},
    )  # fmt: skip


@transaction.atomic
def rekey(*, now: datetime, only_try: bool = False) -> int:
    """Seal every secret under the first key; returns how many. The caller's scope must be everything.

    Raises:
        Undecipherable: a secret that no key opens; nothing is changed then.
    """
    count = 0
    for one in Secret.objects.select_for_update(of=("self",)).exclude(sealed="").order_by("id"):
        sealed = reseal(one.sealed, purpose=PURPOSE, row=_row(one))
        count += 1
        if not only_try:
            one.sealed = sealed
            one.save(update_fields=["sealed"])
            _record("secret.rekeyed", one, None, now)
    return count


def _row(one: Secret) -> str:
    """What the content is bound to: moved to another row, under another contract, or put back to what it was before a
    change, it does not open."""
    return f"{one.contract_id}:{one.uid}:{one.version}"


@sensitive_variables("content")
def _seal(one: Secret, content: str) -> str:
    return encrypt(content, purpose=PURPOSE, row=_row(one))


def _why(one: Secret, reason: str, case_number: str) -> Case | None:
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    if not case_number.strip():
        return None
    try:
        case: Case = desk.case(case_named(case_number) or 0)
    except NotFound as error:
        raise BadInput(field="case") from error
    if case.contract_id != one.contract_id:
        raise BadInput(field="case", problem="other_contract")
    return case


def _session_of(one: Secret, session_id: int | None) -> Session | None:
    if session_id is None:
        return None
    found = Session.objects.select_related("case").filter(pk=session_id, contract_id=one.contract_id).first()
    if found is None or found.state not in ("approved", "running"):
        raise NotFound(subject="session")
    return found


def _described(contract_id: int, *, name: str, site: Site | None, device: Device | None) -> dict[str, Any]:
    if not name.strip():
        raise BadInput(field="name", problem="missing")
    if site is not None and site.contract_id != contract_id:
        raise BadInput(field="site")
    if device is not None and device.contract_id != contract_id:
        raise BadInput(field="device")
    return {"name": name.strip()[:120], "site": site or (device.site if device else None), "device": device}


@sensitive_variables("content")
def _check_content(content: str) -> None:
    if not content.strip():
        raise BadInput(field="content", problem="missing")
    if len(content) > LONGEST or "\0" in content:
        raise BadInput(field="content", problem="too_long", limit=LONGEST)


def _save(one: Secret) -> Secret:
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise AlreadyThere(subject="secret", field="name") from error
    return one


def _record(kind: str, one: Secret, actor: Person | None, now: datetime, **data: Any) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=("secret", one.pk), actor=actor, at=now, now=now, data=data
    )
