"""Acts on people and tokens. Each is one transaction and one ledger event.

`actor=None` is the command line: whoever can run it owns the installation anyway.
"""

import secrets
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts import queries
from luyue.accounts.guards import require
from luyue.accounts.models import ApiToken, Organisation, Person, Role
from luyue.domain import rights
from luyue.domain.refusals import AlreadyThere, BadInput, Conflict, NotFound

TOKEN_PREFIX = "luyue_"  # noqa: S105
CHANGEABLE = ("name", "phone", "email", "language", "role", "organisation_id", "active")


class LastAdmin(Conflict):
    """The last active administrator would be gone."""

    code = "last_admin"


class WeakPassword(BadInput):
    """The password is too short, too common or all digits. Facts: reason, Django's code of the first."""

    code = "weak_password"


@transaction.atomic
def add_organisation(
    *, name: str, kind: str, actor: Person | None, now: datetime, parent: Organisation | None = None
) -> Organisation:
    """Add an organisation; `kind` is one of `Organisation.Kind`. Raises NotAllowed, BadInput, AlreadyThere."""
    require(actor, "manage_people")
    if not name.strip():
        raise BadInput(field="name")
    if kind not in Organisation.Kind.values:
        raise BadInput(field="kind")
    try:
        with transaction.atomic():
            made = Organisation.objects.create(name=name.strip(), kind=kind, parent=parent)
    except IntegrityError as error:
        raise AlreadyThere(subject="organisation", field="name") from error
    ledger.record(
        "organisation.added",
        contract_id=None,
        subject=("organisation", made.pk),
        actor=actor,
        at=now,
        now=now,
        data={"name": made.name, "kind": kind},
    )
    return made


# Whose organisation a person's is; those of the firm belong to the firm.
KIND_OF_ROLE = {"customer": Organisation.Kind.CUSTOMER, "inspector": Organisation.Kind.PARTNER}


@transaction.atomic
def organisation_named(name: str, *, role: str, actor: Person | None, now: datetime) -> Organisation:
    """The organisation of that name for somebody in this role, made if it is not there. Raises NotAllowed, BadInput."""
    require(actor, "manage_people")
    kind = KIND_OF_ROLE.get(role, Organisation.Kind.PROVIDER)
    known = Organisation.objects.filter(name=name.strip(), kind=kind, parent=None).first()
    return known or add_organisation(name=name, kind=kind, actor=actor, now=now)


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    role: str,
    password: str | None,
    actor: Person | None,
    now: datetime,
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    organisation: Organisation | None = None,
    same_password_as: Person | None = None,
) -> Person:
    """Add a person. Without a password he cannot log in until one is set.

    Args:
        same_password_as: take over this person's password; hashing is slow on purpose, twenty times is too slow.
    Raises:
        NotAllowed, BadInput (field), WeakPassword, AlreadyThere (log-in name, in any case).
    """
    require(actor, "manage_people")
    made = _new_person(username=username, name=name, role=role, phone=phone, email=email, now=now)
    made.language, made.organisation = language, organisation
    if same_password_as is not None:
        made.password = same_password_as.password
    else:
        _give_password(made, password)
    return _added(made, actor=actor, now=now)


@transaction.atomic
def add_colleague(
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    actor: Person,
    now: datetime,
    phone: str = "",
    email: str = "",
) -> Person:
    """A customer's person lets somebody from outside of the firm in: customer or inspector, of his own organisation.

    Raises:
        NotAllowed, BadInput (field), WeakPassword, AlreadyThere (log-in name, in any case).
    """
    require(actor, "name_colleagues")
    if role not in rights.OUTSIDE:
        raise BadInput(field="role")
    made = _new_person(username=username, name=name, role=role, phone=phone, email=email, now=now)
    made.language, made.organisation = actor.language, actor.organisation
    _give_password(made, password)
    return _added(made, actor=actor, now=now)


def _new_person(*, username: str, name: str, role: str, phone: str, email: str, now: datetime) -> Person:
    """A checked person who is not kept yet."""
    if not username.strip() or not username.isprintable() or " " in username:
        raise BadInput(field="username")
    if not name.strip():
        raise BadInput(field="name")
    for field, text in (("username", username), ("name", name), ("phone", phone), ("email", email)):
        if len(text.strip()) > (getattr(Person._meta.get_field(field), "max_length", 0) or 0):
            raise BadInput(field=field)
    _check_role(role)
    return Person(
        username=username.strip(), name=name.strip(), role=role, phone=phone, email=email, created_at=now
    )


def _added(made: Person, *, actor: Person | None, now: datetime) -> Person:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyThere(subject="person", field="username") from error
    _record("person.added", made, actor=actor, now=now, data={"username": made.username, "role": made.role})
    return made


@transaction.atomic
def change_person(person_id: int, *, actor: Person | None, now: datetime, **changes: Any) -> Person:
    """Change what is in CHANGEABLE. A person may change his own phone, email and language.

    Raises:
        NotAllowed, NotFound, BadInput (field), LastAdmin.
    """
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise BadInput(field=min(unknown))
    if not (actor is not None and actor.pk == person_id and set(changes) <= {"phone", "email", "language"}):
        require(actor, "manage_people")
    person = _locked(person_id)
    if "role" in changes:
        _check_role(changes["role"])
    if not changes.get("name", person.name).strip():
        raise BadInput(field="name")
    changed = {field: value for field, value in changes.items() if getattr(person, field) != value}
    if not changed:
        return person
    leaves = changed.get("role", person.role) != "admin" or not changed.get("active", person.active)
    if person.role == "admin" and person.active and leaves:
        _check_other_admin(person)
    for field, value in changed.items():
        setattr(person, field, value)
    person.save(update_fields=list(changed))
    queries.forget_tokens()
    _record("person.changed", person, actor=actor, now=now, data=changed)
    return person


@transaction.atomic
def set_password(person_id: int, password: str, *, actor: Person | None, now: datetime) -> Person:
    """Set a password: one's own or, for those who manage people, anybody's.

    Raises:
        NotAllowed, NotFound, WeakPassword.
    """
    if actor is None or actor.pk != person_id:
        require(actor, "manage_people")
    person = _locked(person_id)
    _give_password(person, password)
    person.save(update_fields=["password"])
    _record("person.password_set", person, actor=actor, now=now)
    return person


@transaction.atomic
def deactivate_person(person_id: int, *, actor: Person | None, now: datetime) -> Person:
    """Bar a person: no log-in, no token, running sessions end. His history stays.

    Raises:
        NotAllowed, NotFound, LastAdmin.
    """
    require(actor, "manage_people")
    person = _locked(person_id)
    if person.role == "admin" and person.active:
        _check_other_admin(person)
    person.active = False
    person.save(update_fields=["active"])
    ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    queries.forget_tokens()
    _record("person.deactivated", person, actor=actor, now=now)
    return person


@transaction.atomic
def issue_token(
    person_id: int, *, name: str, actor: Person | None, now: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for a person's programs. Returns its row and the token itself, which is never to be seen again.

    Raises:
        NotAllowed (neither one's own with the right to, nor a manager of people), NotFound, BadInput.
    """
    if actor is None or actor.pk != person_id or not actor.may("issue_token"):
        require(actor, "manage_people")
    person = _locked(person_id)
    if not name.strip() or len(name.strip()) > 60:
        raise BadInput(field="name")
    if expires_at is not None and expires_at <= now:
        raise BadInput(field="expires_at")
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        person=person,
        name=name.strip(),
        hash=queries.token_hash(token),
        hint=token[len(TOKEN_PREFIX) :][:6],
        created_at=now,
        expires_at=expires_at,
    )
    _record("token.issued", person, actor=actor, now=now, data={"token": row.pk, "name": row.name})
    return row, token


@transaction.atomic
def revoke_token(token_id: int, *, actor: Person | None, now: datetime) -> ApiToken:
    """End a token at once. Raises NotAllowed, NotFound."""
    row = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if row is None or (actor is not None and actor.pk != row.person_id and not actor.may("manage_people")):
        raise NotFound(subject="token")
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        queries.forget_tokens()
        _record("token.revoked", row.person, actor=actor, now=now, data={"token": row.pk, "name": row.name})
    return row


def note_login(person: Person, *, now: datetime) -> None:
    """Record that a person has logged in."""
    with transaction.atomic():
        _record("person.logged_in", person, actor=person, now=now)


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise BadInput(field="role")


def _check_other_admin(person: Person) -> None:
    if not Person.objects.filter(role="admin", active=True).exclude(pk=person.pk).exists():
        raise LastAdmin(subject="person")


def _give_password(person: Person, password: str | None) -> None:
    if password is None:
        person.set_unusable_password()
        return
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPassword(field="password", reason=error.error_list[0].code) from error
    person.set_password(password)


def _locked(person_id: int) -> Person:
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFound(subject="person")
    return person


def _record(
    kind: str, person: Person, *, actor: Person | None, now: datetime, data: dict[str, Any] | None = None
) -> None:
    ledger.record(
        kind, contract_id=None, subject=("person", person.pk), actor=actor, at=now, now=now, data=data or {}
    )
