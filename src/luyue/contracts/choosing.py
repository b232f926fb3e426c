"""Choosing a contract by typing: what a form offers, and what a typed text means."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luyue.contracts import queries
from luyue.contracts.models import Contract
from luyue.web.lists import Choice, Filter

OFFERED = 200
IN_FILTER = 30


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


def contract_filter(params: QueryDict) -> Filter:
    """A list's filter by contract: the first by number and those that the address names; others are found by typing."""
    rows = queries.contract_choices(IN_FILTER + 1)
    more, rows = len(rows) > IN_FILTER, rows[:IN_FILTER]
    given = {
        int(one) for one in params.getlist("contract") if one.isascii() and one.isdigit() and len(one) < 19
    }
    rows += queries.contract_choices(among=Q(pk__in=given - {pk for pk, _name in rows})) if given else []
    find = reverse("contracts:found") if more else ""
    return Filter("contract", _("合同"), [(str(pk), name) for pk, name in rows], find=find)


def found_choices(typed: str, address: str) -> list[Choice]:
    """Contracts that a typed text means as choices of the list at an address; each turns its contract over."""
    like = Q()
    for word in typed.replace("\0", "").split()[:10]:
        like &= Q(number__icontains=word) | Q(name__icontains=word) | Q(customer__name__icontains=word)
    now = QueryDict(urlsplit(address).query, mutable=True)
    now.pop("after", None)
    on = now.getlist("contract")
    found = []
    for pk, name in queries.contract_choices(IN_FILTER, among=like):
        value, turned = str(pk), now.copy()
        chosen = value in on
        turned.setlist("contract", [one for one in on if one != value] if chosen else [*on, value])
        found.append(Choice(name, chosen, f"?{turned.urlencode()}"))
    return found
