"""Who is calling: contacts of customers, people of contracts and those who have reported before, by number or name.

Past reporters are found by walking an index from one different number to the next, so that it costs the same with a
million cases as with a hundred. What a person may not see is behind the wall here as everywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from luyue.contracts.models import Access, Contract
from luyue.desk.models import Case

SHORTEST = 2
# Who sees few contracts walks past all others' numbers that begin alike: he types more of the number.
SHORTEST_NUMBER, SHORTEST_NUMBER_OF_FEW = 3, 5
MOST = 8
# Steps from one different caller to the next, and as far as the index is walked at most.
MOST_STEPS = 12
_DIGITS = re.compile(r"[+\d][\d\s()-]*")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whom the typed piece may mean, with what the form can be filled with.

    last: the last case he reported, if he has.
    """

    name: str
    phone: str
    contract: Contract
    what: str
    site_id: int | None = None
    last: Case | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        return self.contract.pk, self.name, self.phone


def find_callers(text: str, today: date, *, sees_all: bool) -> list[Caller]:
    """The people that a number or a name, or its beginning, may mean; those who have reported before first."""
    typed = " ".join(text.replace("\0", "").split())[:60]
    by_phone = _DIGITS.fullmatch(typed) is not None
    if by_phone:
        typed = re.sub(r"[\s()-]", "", typed).removeprefix("+86")
    number = SHORTEST_NUMBER if sees_all else SHORTEST_NUMBER_OF_FEW
    if len(typed) < (number if by_phone else SHORTEST):
        return []
    found: dict[tuple[int, str, str], Caller] = {}
    for caller in (
        *_reporters(typed, by_phone),
        *_people(typed, by_phone),
        *_contacts(typed, by_phone, today),
    ):
        found.setdefault(caller.key, caller)
    return list(found.values())[:MOST]


# The next different value after the one before, each by one look into the index, with the latest case of it.
_STEP = """
WITH RECURSIVE step AS (
  (SELECT id, {column} AS said, 1 AS number FROM desk_case
   WHERE {column} <> '' AND {column} COLLATE "C" >= %s AND {column} COLLATE "C" < %s
   ORDER BY {column} COLLATE "C", reported_at DESC LIMIT 1)
  UNION ALL
  SELECT after.id, after.said, step.number + 1 FROM step, LATERAL (
    SELECT id, {column} AS said FROM desk_case
    WHERE {column} <> '' AND {column} COLLATE "C" > step.said AND {column} COLLATE "C" < %s
    ORDER BY {column} COLLATE "C", reported_at DESC LIMIT 1) AS after
  WHERE step.number < %s)
SELECT id FROM step"""


def _reporters(typed: str, by_phone: bool) -> Iterator[Caller]:
    column = "reporter_phone" if by_phone else "reporter_name"
    end = typed + "\U0010ffff"
    with connection.cursor() as cursor:
        cursor.execute(_STEP.format(column=column), [typed, end, end, MOST_STEPS])
        ids = [number for (number,) in cursor.fetchall()]
    rows = (
        Case.objects.filter(pk__in=ids)
        .select_related("contract__customer")
        .defer("words", "known", "description")
    )
    for case in sorted(rows, key=lambda one: -one.reported_at.timestamp()):
        yield Caller(case.reporter_name, case.reporter_phone, case.contract, _("报过修"), case.site_id, case)


def _people(typed: str, by_phone: bool) -> Iterator[Caller]:
    """People who have a log-in for a contract as customers."""
    like = Q(person__phone__startswith=typed) if by_phone else Q(person__name__icontains=typed)
    rows = Access.objects.filter(like, role="customer", person__active=True)
    for row in rows.select_related("person", "contract__customer").order_by("person__name", "id")[:MOST]:
        yield Caller(row.person.name, row.person.phone, row.contract, _("合同联系人"))


def _contacts(typed: str, by_phone: bool, today: date) -> Iterator[Caller]:
    """Contacts of customers, on those of their contracts that run."""
    if by_phone:
        like = Q(customer__contact_phone__contains=typed)
    else:
        like = Q(customer__contact_name__icontains=typed) | Q(customer__name__icontains=typed)
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    rows = Contract.objects.filter(like, running, starts_on__lte=today).select_related("customer")
    for contract in rows.order_by("number")[:MOST]:
        customer = contract.customer
        yield Caller(
            customer.contact_name or customer.name, customer.contact_phone, contract, _("客户联系人")
        )
