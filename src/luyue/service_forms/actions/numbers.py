"""Numbers of the firm's papers: without gaps for a contract, kind and year."""

from datetime import datetime
from typing import Any

from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.service_forms.models import Counter


def next_number(of: Contract, kind: str, code: str, *, now: datetime) -> str:
    """The next number of contract, kind and year: <contract>-<code>-<year>-<number>. Whoever comes second waits.

    Must run in the transaction that issues the paper.
    """
    year = local_day(now).year
    key: dict[str, Any] = {"contract_id": of.pk, "kind": kind, "year": year}
    Counter.objects.get_or_create(**key)
    counter = Counter.objects.select_for_update().get(**key)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{of.number}-{code}-{year}-{counter.last:03d}"
