"""Which promises a round can keep, and which it was planned for."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.rounds import queries
from luyue.rounds.models import Round

# What a round can do of what plans owe, by the first word of `owe`; a few others by their whole name.
ROOMS = ("round", "maintenance", "tuning", "test")
NAMES = ("record.round", "report.round", "visit.monitoring_centre", "register.occlusion")
MOST = 40


def can_keep(owe: str) -> bool:
    """Whether a round can do what is owed."""
    return owe.partition(".")[0] in ROOMS or owe in NAMES


def open_obligations(contract_id: int, *, by: datetime, chosen: Collection[int] = ()) -> list[Obligation]:
    """What is still owed under a contract that a round can do, the first due in front.

    by: what may be done by then; a round keeps no promise of a time to come. chosen: those are there in any case.
    """
    wanted = Q(owe__in=NAMES)
    for room in ROOMS:
        wanted |= Q(owe__startswith=f"{room}.")
    found = Obligation.objects.filter(wanted, contract_id=contract_id, by="provider", state__in=OPEN_STATES)
    found = found.filter(Q(opens_at__lte=by) | Q(pk__in=chosen))
    return list(found.order_by("due_at", "id")[:MOST])


def rounds_for(obligation_id: int) -> list[Round]:
    """The rounds that were planned for an obligation, the latest first."""
    return list(queries.rounds().filter(keeps__contains=[obligation_id]).order_by("-id")[:10])
