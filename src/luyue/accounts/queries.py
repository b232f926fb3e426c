"""Who is who."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from luyue.accounts.models import ApiToken, Organisation, Person
from luyue.domain.refusals import NotAllowed, NotFound

# A token's last use is a hint for people, not a log: one write in this time is enough.
LAST_USE_GRAIN = timedelta(minutes=10)


def people(*, to: Person, search: str = "", role: str = "", active: bool | None = True) -> QuerySet[Person]:
    """People in order of name. `search` looks in name, log-in name, phone and organisation.

    Raises:
        NotAllowed: the role does not see the list.
    """
    if not to.may("see_people"):
        raise NotAllowed(act="see_people")
    found = Person.objects.select_related("organisation").order_by("name", "id")
    if active is not None:
        found = found.filter(active=active)
    if role:
        found = found.filter(role=role)
    if search:
        found = found.filter(
            Q(name__icontains=search)
            | Q(username__icontains=search)
            | Q(phone__icontains=search)
            | Q(organisation__name__icontains=search)
        )
    return found


def person(person_id: int, *, to: Person, lock: bool = False) -> Person:
    """One person; everybody may see himself. Raises NotFound, also for what `to` may not see."""
    if to.pk != person_id and not to.may("see_people"):
        raise NotFound(subject="person")
    found = Person.objects.filter(pk=person_id)
    if lock:
        found = found.select_for_update(of=("self",))
    one = found.select_related("organisation").first()
    if one is None:
        raise NotFound(subject="person")
    return one


def person_named(username: str) -> Person:
    """The person with this log-in name, in any case, for the command line. Raises NotFound."""
    found = Person.objects.filter(username__iexact=username).first()
    if found is None:
        raise NotFound(subject="person")
    return found


def by_roles(*roles: str) -> QuerySet[Person]:
    """Active people with one of the roles: whom an alarm may go to."""
    return Person.objects.filter(role__in=roles, active=True)


def organisations(kind: str = "") -> QuerySet[Organisation]:
    """Organisations by name, of one kind if given."""
    return Organisation.objects.filter(kind=kind) if kind else Organisation.objects.all()


def tokens(person_id: int, *, to: Person) -> QuerySet[ApiToken]:
    """A person's tokens, the newest first: one's own, or anybody's for those who manage people."""
    if to.pk != person_id and not to.may("manage_people"):
        return ApiToken.objects.none()
    return ApiToken.objects.filter(person_id=person_id)


def person_of_token(token: str, *, now: datetime) -> Person | None:
    """The active person a valid token stands for, else None. Notes the use."""
    row = (
        ApiToken.objects.select_related("person")
        .filter(hash=token_hash(token), revoked_at=None, person__active=True)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > LAST_USE_GRAIN:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.person


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
