"""Choosing a contract by typing: what a form offers, and what a typed text means."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luyue.contracts import queries
from luyue.contracts.models import Binding, Contract
from luyue.contracts.plans import running_plan
from luyue.web.languages import language
from luyue.web.lists import Choice, Filter

OFFERED = 200
IN_FILTER = 30
MOST_LETTERS = 40  # of a promise's words in the name of a filter


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


def promise_filter(params: QueryDict) -> list[Filter]:
    """A list's filter by the promise that the address names, in the promise's own words; none where it names none."""
    given = params.get("promise", "")[:80]
    if not given:
        return []
    return [Filter("promise", _("承诺"), [(given, _short(_said(given)))], multiple=False)]


def version_filter(params: QueryDict) -> list[Filter]:
    """A list's filter by the plan version that the address names, if a contract in scope is bound to it."""
    given = params.get("version", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        return []
    bound = Binding.objects.filter(plan_version_id=int(given)).select_related("plan_version").first()
    if bound is None:
        return []
    return [Filter("version", _("方案版本"), [(given, str(bound.plan_version))], multiple=False)]


def _said(promise: str) -> str:
    """A promise in the words of the latest plan in scope that has it; else its id."""
    versions = Binding.objects.order_by("-plan_version_id").values_list("plan_version_id", flat=True)
    for version in dict.fromkeys(versions):
        found = running_plan(version).plan.by_id.get(promise)
        if found is not None:
            return found.text.in_(language())
    return promise


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


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
