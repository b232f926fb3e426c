"""The sweep: what was not met in time is missed, and somebody is told (L-1, L6)."""

from datetime import datetime

from luyue import ledger
from luyue.contracts import queries as contracts
from luyue.entitlements import notes
from luyue.entitlements.actions.following import facts_of
from luyue.entitlements.models import Use
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell

BATCH = 300


def sweep(now: datetime, *, batch: int = BATCH, by_mail: bool = True) -> int:
    """Mark what was due before `now`; returns how many."""
    missed = 0
    while True:
        with scope(Scope.everything()):
            rows = list(
                Use.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("contract")
                .filter(state__in=["open", "granted"], due_at__lt=now)
                .order_by("due_at")[:batch]
            )
            for one in rows:
                one.state = "missed"
            Use.objects.bulk_update(rows, ["state"])
            leads = contracts.people_of_each(
                {one.contract_id for one in rows}, ["project_manager", "manager"]
            )
            names = {
                number: [{"id": who.pk, "name": who.name} for who in some] for number, some in leads.items()
            }
            ledger.record_many(
                ledger.Entry(
                    "entitlement.missed", one.contract_id, ("use", one.pk), None, one.due_at or now, now,
                    {**facts_of(one), "told": names.get(one.contract_id, [])},
                )
                for one in rows
            )  # fmt: skip
            told: list[Note] = []
            for contract_id, people in leads.items():
                some = [one for one in rows if one.contract_id == contract_id]
                for person in people:
                    told += notes.several("entitlement.missed", some, person, now)
            tell(told, now=now, by_mail=by_mail)
        missed += len(rows)
        if len(rows) < batch:
            return missed
