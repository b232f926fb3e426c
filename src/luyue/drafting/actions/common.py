"""What the acts on drafts share."""

from datetime import datetime
from typing import Any

from django.db import connection

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import IllegalMove, StaleVersion
from luyue.drafting import meanwhile, queries
from luyue.drafting.meanwhile import Meanwhile
from luyue.drafting.models import Draft, State

_COUNT_UP = "UPDATE drafting_draft SET revision = revision + 1 WHERE id = %s RETURNING revision"


def locked(draft_id: int, actor: Person | None, revision: int | None = None) -> Draft:
    """A draft under review, locked until the transaction ends.

    revision: of the draft as the actor read it; none: whatever it is by now.

    Raises:
        NotAllowed, NotFound. IllegalMove: it is not read yet. StaleVersion: somebody changed it since.
    """
    require(actor, queries.RIGHT)
    found = queries.draft(draft_id, to=actor, lock=True)
    if found.state != State.READY:
        raise IllegalMove(subject=queries.SUBJECT, state=found.state, act="review")
    if revision is not None and found.revision != revision:
        raise StaleVersion(subject=queries.SUBJECT)
    return found


def meanwhile_of(draft_id: int, seen: int | None, *, actor: Person) -> Meanwhile:
    """What others changed since the draft was at revision `seen`. The draft is held until the transaction ends: an act
    that comes after finds what is told here, and nothing newer.

    Raises:
        NotAllowed, NotFound. IllegalMove: it is not read yet.
    """
    return meanwhile.since(locked(draft_id, actor), seen, by=actor)


def record(kind: str, of: Draft, actor: Person | None, now: datetime, **data: Any) -> None:
    """One ledger event about a draft; what changed it counts up its revision, and the event says to which."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [of.pk])
        (of.revision,) = cursor.fetchone()
    ledger.record(
        kind, contract_id=None, subject=(queries.SUBJECT, of.pk), actor=actor, at=now, now=now,
        data=data | {"revision": of.revision},
    )  # fmt: skip
