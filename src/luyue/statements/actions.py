"""What a statement leaves behind: whoever takes evidence along is on the ledger, and so is its root (L-3)."""

from datetime import datetime
from typing import IO

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.domain.statement import Period
from luyue.statements.evidence import Packed, write_package


@transaction.atomic
def export_evidence(
    file: IO[bytes],
    contract_id: int,
    period: Period,
    *,
    actor: Person | None,
    now: datetime,
    language: str = "zh",
) -> Packed:
    """Pack what proves a contract's statement of a period, and record its root.

    Raises:
        NotFound: no such contract in scope.
    """
    packed = write_package(file, contract_id, period, now=now, language=language)
    ledger.record(
        "evidence.exported",
        contract_id=contract_id,
        subject=("contract", contract_id),
        actor=actor,
        at=now,
        now=now,
        data={
            "first": period.first.isoformat(), "last": period.last.isoformat(), "root": packed.root,
            "events": packed.events, "files": packed.files,
        },
    )  # fmt: skip
    return packed
