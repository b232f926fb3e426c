"""Checklists in versions."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput
from luyue.domain.rounds.checklists import Checklist as Content
from luyue.domain.rounds.checklists import load
from luyue.files import versions
from luyue.rounds import shipped
from luyue.rounds.models import Checklist


@transaction.atomic
def put_checklist(source: str, *, actor: Person | None, now: datetime) -> Checklist:
    """Take a checklist in YAML into use: a new version of its code; rounds that are planned keep theirs.

    Raises:
        NotAllowed. BadInput: see `domain.rounds.checklists.load`; problem "same": nothing would change.
    """
    require(actor, "manage_checklists")
    made = _put(load(source), actor=actor, now=now)
    if made is None:
        raise BadInput(field="source", problem="same")
    return made


@transaction.atomic
def current(codes: Iterable[str], *, now: datetime) -> dict[str, Checklist]:
    """The versions in use as rows; one that comes with Luyue gets its row when it is first needed."""
    wanted = set(codes)
    found = {row.code: row for row in Checklist.objects.filter(active=True, code__in=wanted)}
    for code in sorted(wanted - set(found)):
        made = _put(shipped.contents()[code], actor=None, now=now)
        found[code] = made or Checklist.objects.get(active=True, code=code)
    return found


def _put(content: Content, *, actor: Person | None, now: datetime) -> Checklist | None:
    """None: it is in use already."""
    made = versions.put(Checklist, content.code, content, by=actor, now=now)
    if made is None:
        return None
    ledger.record(
        "checklist.made", contract_id=None, subject=("checklist", made.pk), actor=actor, at=now, now=now,
        data={"code": made.code, "version": made.version, "digest": made.digest, "items": len(content.items)},
    )  # fmt: skip
    return made
