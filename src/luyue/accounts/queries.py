"""Who is who."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q, QuerySet

from luyue.accounts.guards import require
from luyue.accounts.models import ApiToken, Person
from luyue.domain.refusals import NotFound

# A token's last use is a hint for people, not a log: one write in this time is enough.
LAST_USE_GRAIN = timedelta(minutes=10)
BELIEVED_SECONDS = 2.0
MOST_KNOWN_TOKENS = 1000


def people(*, to: Person, search: str = "", role: str = "", active: bool | None = True) -> QuerySet[Person]:
    """People in order of name. `search` looks in name, log-in name, phone and organisation.

    Raises:
        NotAllowed: the role does not see the list.
    """
    require(to, "see_people")
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


def tokens(person_id: int, *, to: Person) -> QuerySet[ApiToken]:
    """A person's tokens, the newest first: one's own, or anybody's for those who manage people."""
    if to.pk != person_id and not to.may("manage_people"):
        return ApiToken.objects.none()
    return ApiToken.objects.filter(person_id=person_id)


def person_of_token(token: str, *, now: datetime) -> Person | None:
    """The active person a valid token stands for, else None. Notes the use.

    Found once, a token is believed for two seconds: a program that sends hundreds of requests a second costs one look.
    This process forgets it at once when somebody ends a token or changes a person (`forget_tokens`).
    """
    mark = token_hash(token)
    if (known := _known_tokens.get(mark)) and known.until > monotonic():
        return known.person if known.expires_at is None or known.expires_at > now else None
    row = (
        ApiToken.objects.select_related("person")
        .filter(hash=mark, revoked_at=None, person__active=True)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > LAST_USE_GRAIN:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    if len(_known_tokens) >= MOST_KNOWN_TOKENS:
        _known_tokens.clear()
    _known_tokens[mark] = _KnownToken(row.person, row.expires_at, monotonic() + BELIEVED_SECONDS)
    return row.person


@dataclass(frozen=True, slots=True)
class _KnownToken:
    """until: on the monotonic clock."""

    person: Person
    expires_at: datetime | None
    until: float


_known_tokens: dict[bytes, _KnownToken] = {}


def forget_tokens() -> None:
    """Look every token up again: now, and once more when the transaction that changes something has ended."""
    _known_tokens.clear()
    transaction.on_commit(_known_tokens.clear)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
