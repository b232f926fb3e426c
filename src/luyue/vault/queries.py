"""Reads of secrets and remote sessions. Lists never load what is sealed."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from luyue.accounts.models import Person
from luyue.domain.refusals import NotFound
from luyue.domain.vault import GRANT_LASTS, SHOWN_SECONDS
from luyue.ledger.models import Event
from luyue.vault.models import Grant, Secret, Session

LOOKS = ("secret.looked", "secret.copied", "secret.look_asked", "secret.look_decided")


def secrets() -> QuerySet[Secret]:
    """Secrets in scope, without what is sealed."""
    return (
        Secret.objects.filter(active=True)
        .defer("sealed")
        .select_related("contract__customer", "site", "device", "owner")
    )


def secret(secret_id: int, *, lock: bool = False) -> Secret:
    """A secret in scope. Raises NotFound, also for one that is retired."""
    found = Secret.objects.filter(pk=secret_id, active=True)
    found = found.select_for_update(of=("self",)) if lock else found.defer("sealed")
    one = found.select_related("contract__customer", "site", "device__site", "owner").first()
    if one is None:
        raise NotFound(subject="secret")
    return one


def history_of(secret_id: int) -> QuerySet[Event]:
    """Everything that happened to a secret, the latest first: who looked, copied, changed it."""
    return Event.objects.filter(subject_kind="secret", subject_id=secret_id).order_by("-id")


def sees_now(secret_id: int, person: Person, *, now: datetime) -> bool:
    """Whether the person has looked so recently that the secret may still be on his screen."""
    since = now - timedelta(seconds=SHOWN_SECONDS + 15)
    return (
        history_of(secret_id)
        .filter(kind="secret.looked", actor_id=person.pk, occurred_at__gte=since)
        .exists()
    )


def grants_of(secret_id: int) -> QuerySet[Grant]:
    return (
        Grant.objects.filter(secret_id=secret_id)
        .select_related("asked_by", "decided_by", "case")
        .order_by("-id")
    )


def to_approve(person: Person) -> QuerySet[Grant]:
    """Wishes in scope that somebody else has and that nobody has decided."""
    return Grant.objects.filter(state=Grant.State.ASKED).exclude(asked_by=person)


def grant(grant_id: int, *, lock: bool = False) -> Grant:
    """A wish to look, in scope. Raises NotFound."""
    found = Grant.objects.select_for_update(of=("self",)) if lock else Grant.objects
    one = found.select_related("secret", "asked_by", "case").filter(pk=grant_id).first()
    if one is None:
        raise NotFound(subject="grant")
    return one


def grant_to_use(secret_id: int, person: Person, *, now: datetime) -> Grant | None:
    """The person's fresh consent for one look, locked."""
    return (
        Grant.objects.select_for_update(of=("self",))
        .filter(secret_id=secret_id, asked_by=person, state="approved", decided_at__gt=now - GRANT_LASTS)
        .order_by("decided_at")
        .first()
    )


def sessions() -> QuerySet[Session]:
    return Session.objects.select_related("contract__customer", "case", "engineer", "device")


def session(session_id: int, *, lock: bool = False) -> Session:
    """A remote session in scope. Raises NotFound."""
    found = Session.objects.select_for_update(of=("self",)) if lock else Session.objects
    one = (
        found.select_related("contract__customer", "case", "engineer", "device").filter(pk=session_id).first()
    )
    if one is None:
        raise NotFound(subject="session")
    return one


def sessions_of(case_id: int) -> QuerySet[Session]:
    """Remote sessions of a case, the latest first."""
    return Session.objects.filter(case_id=case_id).select_related("engineer").order_by("-id")
