"""Choosing a contract by typing: what a form offers, and what a typed text means."""

from datetime import datetime

from django.db.models import Q

from luyue.contracts import queries
from luyue.contracts.models import Contract

OFFERED = 200


def offered_contracts(now: datetime) -> list[Contract]:
    """Contracts to choose from, those in service first; of very many, the first ones by number."""
    visible = queries.visible_contracts().order_by("number")
    found = list(queries.running_contracts(queries.local_day(now)).order_by("number")[:OFFERED])
    return found or list(visible[:OFFERED])


def contract_label(contract: Contract) -> str:
    """A contract as it stands in the list of a form; `find_contract` knows it again."""
    return f"{contract.number} · {contract.name}"


def find_contract(typed: str) -> Contract | None:
    """The contract that a typed text means: its number, with or without the name, or a piece that only one has."""
    text = typed.strip()[:300]
    if not text or "\0" in text:
        return None
    visible = queries.visible_contracts()
    exact = visible.filter(number=text.split(" · ")[0].strip()).first()
    if exact is not None:
        return exact
    like = Q(number__icontains=text) | Q(name__icontains=text) | Q(customer__name__icontains=text)
    found = list(visible.filter(like)[:2])
    return found[0] if len(found) == 1 else None
