"""Writing down what was really charged on a case (D-5)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk import queries as desk
from luyue.domain.charges import CHARGES
from luyue.domain.refusals import BadInput
from luyue.entitlements.actions.following import follow_cases
from luyue.entitlements.models import Charge
from luyue.files import actions as files

MOST = Decimal(100_000_000)
HOW = frozenset(CHARGES) - {"unspecified"} | {""}


@dataclass(frozen=True)
class Charged:
    """What was charged. Items: `free`, `cost`, `charged`, `quoted` or "" for not charged. amount: yuan."""

    labour: str = ""
    parts: str = ""
    travel: str = ""
    lodging: str = ""
    amount: Decimal = Decimal(0)
    paper: str = ""
    note: str = ""
    parts_removed: bool = False
    media_removed: bool = False
    file: tuple[str, bytes] | None = None


@transaction.atomic
def record_charge(case_id: int, charged: Charged, *, actor: Person | None, now: datetime) -> Charge:
    """Write down, or correct, what was charged; the entitlements that the case used are reckoned anew.

    Raises:
        NotFound, NotAllowed. BadInput: an item, amount.
    """
    require(actor, "record_charge")
    case = desk.case(case_id)
    items = {name: getattr(charged, name) for name in ("labour", "parts", "travel", "lodging")}
    for name, value in items.items():
        if value not in HOW:
            raise BadInput(field=name)
    if not 0 <= charged.amount <= MOST:
        raise BadInput(field="amount")
    made, _new = Charge.objects.update_or_create(
        case=case,
        defaults={
            "contract_id": case.contract_id, **items, "amount": charged.amount, "paper": charged.paper.strip()[:80],
            "note": charged.note.strip()[:300], "parts_removed": charged.parts_removed,
            "media_removed": charged.media_removed, "recorded_at": now, "recorded_by": actor,
        },
    )  # fmt: skip
    if charged.file is not None:
        files.attach(
            charged.file[1], name=charged.file[0], kind="document", subject=("charge", made.pk),
            contract_id=case.contract_id, actor=actor, now=now,
        )  # fmt: skip
    ledger.record(
        "case.charged", contract_id=case.contract_id, subject=("case", case.pk), actor=actor, at=now, now=now,
        data={**items, "amount": str(charged.amount), "paper": made.paper, "parts_removed": made.parts_removed,
              "media_removed": made.media_removed},
    )  # fmt: skip
    follow_cases(case.contract, [case], now=now)
    return made
