"""Reads of calls, lines, contacts and changes. The wall decides which rows there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case as When_
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth

from luyue.contracts import queries as contracts
from luyue.contracts.models import Access, Contract, Customer
from luyue.contracts.queries import ZONE
from luyue.desk.queries import moment
from luyue.domain import hotline as rules
from luyue.domain.calendars import Calendar
from luyue.domain.hotline import ChangeRule, Share
from luyue.domain.plan.model import Quota
from luyue.domain.refusals import NotFound
from luyue.domain.statement import Period
from luyue.hotline.models import Call, CallFile, Change, Contact, Line

MEASURE = "calls.answered_share"
# How long an earlier call says whose number it is.
REMEMBERED = timedelta(days=730)
TO_CALL_BACK = Q(direction="in", answered=False, settled_by__isnull=True) & ~Q(
    back_result__in=["reached", "not_needed"]
)


def lines(*, active: bool = True) -> QuerySet[Line]:
    """Lines in scope: those of all contracts, and of the contracts in scope."""
    found = Line.objects.select_related("contract")
    return found.filter(active=True) if active else found


def line(line_id: int, *, lock: bool = False) -> Line:
    """A line in scope. Raises NotFound."""
    found = Line.objects.select_for_update(of=("self",)) if lock else Line.objects
    one = found.select_related("contract").filter(pk=line_id).first()
    if one is None:
        raise NotFound(subject="line")
    return one


def lines_of(contract_id: int) -> list[Line]:
    """The lines that a contract's customer may call: his own first, then those of all contracts."""
    found = lines().filter(Q(contract_id=contract_id) | Q(contract=None))
    return sorted(found, key=lambda one: (one.contract_id is None, one.kind != "office", one.name, one.pk))


def calls() -> QuerySet[Call]:
    return Call.objects.select_related("line", "contract__customer", "case", "taken_by", "back_by")


def call(call_id: int, *, lock: bool = False) -> Call:
    """A call in scope. Raises NotFound."""
    found = Call.objects.select_for_update(of=("self",)) if lock else Call.objects
    one = (
        found.select_related("line", "contract__customer", "case", "taken_by", "back_by")
        .filter(pk=call_id)
        .first()
    )
    if one is None:
        raise NotFound(subject="call")
    return one


def calls_of_case(case_id: int) -> QuerySet[Call]:
    """Calls about a case, the newest first."""
    return (
        Call.objects.filter(case_id=case_id).select_related("line", "taken_by").order_by("-started_at", "-id")
    )


def calls_of_number(plain: str, *, but: int = 0) -> QuerySet[Call]:
    """Calls with a number, the newest first."""
    found = Call.objects.filter(plain=plain) if plain else Call.objects.none()
    return found.exclude(pk=but).select_related("line", "contract", "case").order_by("-started_at", "-id")


def call_file(file_id: int, *, lock: bool = False) -> CallFile:
    """A file of call records in scope. Raises NotFound."""
    found = CallFile.objects.select_for_update(of=("self",)) if lock else CallFile.objects
    one = found.select_related("line", "created_by").filter(pk=file_id).first()
    if one is None:
        raise NotFound(subject="file")
    return one


def call_files() -> QuerySet[CallFile]:
    return CallFile.objects.select_related("created_by").defer("content", "problems")


# ------------------------------------------------------------------------------------------- whose number


@dataclass(frozen=True)
class Known:
    """Whose numbers are known: number → contract, number → line. Made once for a file of records."""

    contracts: Mapping[str, int]
    names: Mapping[str, str]
    lines: Mapping[str, Sequence[Line]]

    def line_of(self, number: str, contract_id: int | None) -> Line | None:
        """The line with a number: the contract's own before one of all contracts, else the first."""
        found = self.lines.get(number, ())
        ranked = sorted(
            found, key=lambda one: (one.contract_id != contract_id, one.contract_id is not None, one.pk)
        )
        return ranked[0] if ranked else None


def known() -> Known:
    """Numbers of customers' contacts and of people with access, and of the lines. Those of several contracts are
    nobody's in particular."""
    found: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    people = Access.objects.filter(role="customer").exclude(person__phone="")
    for contract_id, phone, name in people.values_list("contract_id", "person__phone", "person__name"):
        plain = rules.plain_number(phone)
        found.setdefault(plain, set()).add(contract_id)
        names.setdefault(plain, name)
    phones = dict(Customer.objects.exclude(contact_phone="").values_list("id", "contact_phone"))
    for contract_id, customer_id in Contract.objects.filter(customer_id__in=phones).values_list(
        "id", "customer_id"
    ):
        found.setdefault(rules.plain_number(phones[customer_id]), set()).add(contract_id)
    by_number: dict[str, list[Line]] = {}
    for one in lines():
        for word in {one.plain, *one.aliases}:
            by_number.setdefault(word, []).append(one)
    own = {number: next(iter(ids)) for number, ids in found.items() if number and len(ids) == 1}
    return Known(own, names, by_number)


def earlier_contracts(numbers: Iterable[str], *, since: datetime) -> dict[str, int]:
    """Number → the contract of the latest call with it that has one."""
    wanted = [number for number in set(numbers) if number]
    rows = (
        Call.objects.filter(plain__in=wanted, contract__isnull=False, started_at__gte=since)
        .order_by("plain", "-started_at", "-id")
        .distinct("plain")
        .values_list("plain", "contract_id")
    )
    return dict(rows)


def whose(plain: str, *, now: datetime) -> tuple[int | None, str]:
    """The contract that a number most likely belongs to, and the name last heard with it."""
    if not plain:
        return None, ""
    people = known()
    last = calls_of_number(plain).exclude(name="").values_list("name", flat=True).first()
    contract_id = people.contracts.get(plain) or earlier_contracts([plain], since=now - REMEMBERED).get(plain)
    return contract_id, last or people.names.get(plain, "")


# ------------------------------------------------------------------------------------------- share


@dataclass(frozen=True)
class Reading:
    """The answered share of a contract in a period: the figure, by line, by month, and what it leaves out.

    unplaced: calls on the contract's lines that nobody could put under a contract; they count for none.
    """

    share: Share
    by_line: Sequence[tuple[Line | None, Share]]
    by_month: Sequence[tuple[date, Share]]
    unplaced: Share


def answered_share(contract_id: int, period: Period) -> Reading:
    """The reading of the measure `calls.answered_share` (D-7) for the statement.

    Four queries, whatever the number of calls.

    Incoming calls of the contract whose first ring lies in the period, judged as `domain.hotline.counted` says.
    """
    mine = within(Call.objects.filter(contract_id=contract_id), period)
    numbers = {one.pk: one for one in lines_of(contract_id)}
    unplaced = within(Call.objects.filter(contract=None, line__in=list(numbers)), period)
    by_line = shares(mine, "line_id")
    # Lines that are out of use by now have had their calls too.
    names = numbers | Line.objects.in_bulk([pk for pk in by_line if pk is not None and pk not in numbers])
    return Reading(
        share=_sum(by_line.values()),
        by_line=[(names.get(pk) if pk is not None else None, share) for pk, share in by_line.items()],
        by_month=months_of(mine, period),
        unplaced=_sum(shares(unplaced, "line_id").values()),
    )


def within(found: QuerySet[Call], period: Period) -> QuerySet[Call]:
    """Calls whose first ring lies in a period of the contracts' zone."""
    start, end = period.bounds(ZONE)
    return found.filter(started_at__gte=moment(start), started_at__lt=moment(end))


_JUDGED = When_(
    When(in_hours=False, then=Value(3)),
    When(answered=True, then=Value(0)),
    When(wait_seconds__lt=F("line__short_seconds"), then=Value(2)),
    default=Value(1),
    output_field=IntegerField(),
)


def shares(found: QuerySet[Call], by: str) -> dict[int | None, Share]:
    """Shares by line or contract (a column's name), counted by the database. The rule: `domain.hotline.counted`."""
    rows = found.filter(direction="in").order_by().annotate(kind=_JUDGED).values_list(by, "kind")
    return _grouped(rows.annotate(n=Count("id")))


def counting(found: QuerySet[Call]) -> QuerySet[Call]:
    """The calls that make up a share's denominator, see `domain.hotline.counted`."""
    return found.filter(direction="in").alias(kind=_JUDGED).filter(kind__in=[0, 1])


def months_of(found: QuerySet[Call], period: Period) -> list[tuple[date, Share]]:
    """Share month by month, months without a call included."""
    by_month = TruncMonth("started_at", tzinfo=ZONE)
    rows = (
        found.filter(direction="in")
        .order_by()
        .annotate(kind=_JUDGED, month=by_month)
        .values_list("month", "kind")
    )
    there = {month.date(): share for month, share in _grouped(rows.annotate(n=Count("id"))).items()}
    firsts = [one.first.replace(day=1) for one in period.months()]
    return [(first, there.get(first, Share())) for first in firsts]


def _grouped(rows: Iterable[tuple[Any, int, int]]) -> dict[Any, Share]:
    counts: dict[Any, list[int]] = {}
    for key, judged, number in rows:
        counts.setdefault(key, [0, 0, 0, 0])[judged] += number
    return {key: Share(*numbers) for key, numbers in counts.items()}


def _sum(found: Iterable[Share]) -> Share:
    total = Share()
    for one in found:
        total += one
    return total


def quota_of(contract_id: int, at: datetime) -> Quota | None:
    """The promise about the answered share in the plan that a contract runs on; None when it makes none."""
    running = contracts.contract_in_force(contract_id, at).running
    if running is None:
        return None
    return next((one for one in running.plan.quotas if one.measure == MEASURE), None)


# ------------------------------------------------------------------------------------------- contacts, changes


def contacts_of(contract_id: int) -> list[tuple[str, list[Contact]]]:
    """Backup contacts by region, in the order in which they are to be called."""
    found: dict[str, list[Contact]] = {}
    for one in Contact.objects.filter(contract_id=contract_id, active=True):
        found.setdefault(one.region, []).append(one)
    return list(found.items())


def contact(contact_id: int, *, lock: bool = False) -> Contact:
    """A contact in scope. Raises NotFound."""
    found = Contact.objects.select_for_update(of=("self",)) if lock else Contact.objects
    one = found.select_related("contract").filter(pk=contact_id).first()
    if one is None:
        raise NotFound(subject="contact")
    return one


def changes_of(contract_id: int) -> QuerySet[Change]:
    """Changes of a contract, the latest day first."""
    return (
        Change.objects.filter(contract_id=contract_id)
        .select_related("line", "contact", "contract")
        .order_by("-effective_on", "-id")
    )


def change(change_id: int, *, lock: bool = False) -> Change:
    """A change in scope. Raises NotFound."""
    found = Change.objects.select_for_update(of=("self",)) if lock else Change.objects
    one = found.select_related("line", "contact", "contract__customer").filter(pk=change_id).first()
    if one is None:
        raise NotFound(subject="change")
    return one


def rule_for(of: Contract, what: str, at: datetime) -> tuple[ChangeRule, Calendar | None]:
    """What the contract's plan asks for a change of a line or contact, with the calendar its days are counted by."""
    force = contracts.in_force(of, at)
    rule = rules.change_rule(
        force.running.plan if force.running else None,
        force.figures,
        "hotline" if what == "line" else "contact",
    )
    return rule, force.running.calendars[rule.calendar] if force.running and rule.calendar else None
