"""The search of the frame: cases, and whatever else a typed text names: contracts, devices, sites, people."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from luyue.accounts import queries as accounts
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import queue
from luyue.desk.models import Case
from luyue.devices.models import Device, Site

CASES, OTHERS = 8, 4  # shown; of each other kind
# One character would find half of all there is.
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """Something besides a case that a text names. what: its kind, in words."""

    what: str
    icon: str
    title: str
    where: str
    url: str


def cases(text: str, person: Person) -> list[Case]:
    """The first few cases that a text means: the one of that number first, then the latest."""
    shown = queue.scoped(person).select_related("contract__customer").defer("words", "known", "description")
    number = queue.number_in(text)
    rows = list(shown.filter(pk=number)) if number else []
    if len(text) < SHORTEST:
        return rows
    found = queue.searched(shown, text).order_by("-reported_at", "-id")[: CASES + 1]
    return (rows + [row for row in found if row not in rows])[:CASES]


def others(text: str, person: Person) -> list[Hit]:
    """What else a text names, each kind by its name and number; nothing for a text of one character."""
    if len(text) < SHORTEST:
        return []
    return [*_contracts(text), *_devices(text), *_sites(text), *_people(text, person)]


def _contracts(text: str) -> Iterator[Hit]:
    named = Q(number__icontains=text) | Q(name__icontains=text) | Q(customer__name__icontains=text)
    for one in contracts.visible_contracts().filter(named).order_by("number")[:OTHERS]:
        url = reverse("contracts:contract", args=[one.pk])
        yield Hit(_("合同"), "certificate", one.name, f"{one.number} · {one.customer.name}", url)


def _devices(text: str) -> Iterator[Hit]:
    named = Q(serial__istartswith=text) | Q(name__icontains=text)
    found = Device.objects.filter(named).select_related("contract").order_by("name", "id")
    for one in found[:OTHERS]:
        url = f"{reverse('devices:list')}?{urlencode({'q': one.serial or one.name})}"
        yield Hit(_("设备"), "device-cctv", one.name, f"{one.serial} · {one.contract.name}".strip(" ·"), url)


def _sites(text: str) -> Iterator[Hit]:
    found = Site.objects.filter(name__icontains=text).select_related("contract").order_by("name", "id")
    for one in found[:OTHERS]:
        url = f"{reverse('devices:contract', args=[one.contract_id])}"
        yield Hit(_("点位"), "map-pin", one.name, one.contract.name, url)


def _people(text: str, person: Person) -> Iterator[Hit]:
    if not person.may("see_people"):
        return
    for one in accounts.people(to=person, search=text)[:OTHERS]:
        where = " · ".join(part for part in (one.get_role_display(), one.phone) if part)
        yield Hit(_("人员"), "user", one.name, where, reverse("accounts:person", args=[one.pk]))
