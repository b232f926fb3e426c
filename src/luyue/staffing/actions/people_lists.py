"""The list of service people handed to the customer (O-1)."""

from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.domain.refusals import BadInput
from luyue.files import actions as files
from luyue.ledger.models import Event
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.roster import queries as roster

OWED = ("document.staff_list", "register.staff_list")


@transaction.atomic
def hand_over_staff_list(
    contract_id: int, *, to: str, file: tuple[str, bytes], actor: Person | None, now: datetime
) -> ledger.Recorded:
    """The customer has the list as it stands today: it is kept, and what the plan owed of it gets its record.

    Args:
        file: the list as it was handed over: name, content.
    Raises:
        NotFound, NotAllowed. BadInput: to; people (there is nobody to list).
    """
    require(actor, "manage_staffing")
    of = contracts.contract(contract_id)
    if not to.strip():
        raise BadInput(field="to", problem="missing")
    people = roster.staff_of(of.pk)
    if not people:
        raise BadInput(field="to", problem="nobody_to_list")
    files.attach(
        file[1],
        name=file[0],
        kind="document",
        subject=("staff_list", of.pk),
        contract_id=of.pk,
        actor=actor,
        now=now,
    )
    event = ledger.record(
        "staff_list.handed_over", contract_id=of.pk, subject=("contract", of.pk), actor=actor, at=now, now=now,
        data={"to": to.strip()[:120], "people": len(people)},
    )  # fmt: skip
    what = f"服务人员名单（{len(people)} 人），交{to.strip()[:120]}"
    for row in Obligation.objects.filter(
        contract=of, owe__in=OWED, by="provider", state__in=OPEN_STATES, opens_at__lte=now
    ):
        work = Work(what=what, files=[file])
        hand_in(row.pk, work, source=("staff_list", event.id), actor=actor, at=now, now=now)
    return event


def handed_over(contract_id: int) -> list[Event]:
    """When it was handed over, the last time in front."""
    return list(Event.objects.filter(contract_id=contract_id, kind="staff_list.handed_over").order_by("-pk"))
