"""Reads of obligations. The wall decides which rows there are."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.domain.obligations.states import State
from luyue.domain.refusals import BadInput, NotFound
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.web.prepared import prepared

OPEN = Q(state__in=OPEN_STATES)
DAILY = Q(key__startswith="day:")
AHEAD = timedelta(days=30)
SOON = timedelta(days=7)
# Ways to sort a list, for `keyset_page`. What has no due time comes last.
ORDERS: dict[str, tuple[str, ...]] = {"due": ("due_at", "id"), "-due": ("-due_at", "-id")}


def obligations() -> QuerySet[Obligation]:
    return Obligation.objects.select_related("contract__customer", "person", "site")


def obligation(obligation_id: int, *, lock: bool = False) -> Obligation:
    """An obligation in scope. Raises NotFound."""
    rows = Obligation.objects.select_for_update(of=("self",)) if lock else Obligation.objects
    found = (
        rows.select_related("contract__customer", "person", "site", "case").filter(pk=obligation_id).first()
    )
    if found is None:
        raise NotFound(subject="obligation")
    return found


def find(
    among: QuerySet[Obligation] | None = None,
    *,
    contract_id: int | None = None,
    person_id: int | None = None,
    kinds: Collection[str] = (),
    states: Collection[str] = (),
    by: Collection[str] = (),
    promise: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    case_id: int | None = None,
) -> QuerySet[Obligation]:
    """Those that meet every given condition; not in an order. until is not included."""
    rows = obligations() if among is None else among
    if contract_id is not None:
        rows = rows.filter(contract_id=contract_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if states:
        rows = rows.filter(state__in=list(states))
    if by:
        rows = rows.filter(by__in=list(by))
    if promise:
        rows = rows.filter(promise=promise)
    if since is not None:
        rows = rows.filter(due_at__gte=since)
    if until is not None:
        rows = rows.filter(due_at__lt=until)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return rows


def kept(contract_id: int, numbers: Iterable[int]) -> list[Obligation]:
    """Those of a contract that something was planned for or handed in to, the first due in front."""
    found = Obligation.objects.filter(pk__in=numbers, contract_id=contract_id)
    return list(found.order_by("due_at", "id"))


def chosen_to_keep(contract_id: int, wanted: Iterable[int], can_keep: Callable[[str], bool]) -> list[int]:
    """The same numbers in order, each an open obligation of the contract of which `can_keep` says so of what is owed.

    Raises:
        BadInput: keeps.
    """
    chosen = sorted(set(wanted))
    found = Obligation.objects.filter(pk__in=chosen, contract_id=contract_id, state__in=OPEN_STATES)
    if {one.pk for one in found if can_keep(one.owe)} != set(chosen):
        raise BadInput(field="keeps")
    return chosen


def mine(person: Person, now: datetime) -> Q:
    """What a person has to do; what begins more than a month ahead is in the calendar."""
    return OPEN & Q(person=person, opens_at__lte=now + AHEAD)


def ahead(now: datetime) -> Q:
    """What falls due in the next 30 days and can still be kept."""
    return OPEN & Q(due_at__gte=now, due_at__lt=now + AHEAD) & ~Q(state=State.MISSED)


def to_do(person: Person, now: datetime) -> Q | None:
    """What calls for an act of this very person: his own that are due within a week or late; of a customer those of his
    side, and what he may waive. None: nothing ever does. It is the number in the navigation and a view of the list.
    """
    soon = OPEN & Q(due_at__lt=now + SOON)
    if not person.outside:
        return soon & Q(person=person)
    if not person.may("answer_obligation"):
        return None
    return soon & Q(by="customer") | OPEN & Q(waiver="asked")


def counted(start: datetime, end: datetime) -> Q:
    """What a statement counts from `start` up to `end` (L-5): by the due time, where 24:00 belongs to the day that
    ends; what has none by when it happened, else by when it could be begun."""
    begun = Q(occurred_at__gte=start, occurred_at__lt=end)
    begun |= Q(occurred_at=None, opens_at__gte=start, opens_at__lt=end)
    return Q(due_at__gt=start, due_at__lte=end) | Q(due_at=None) & begun


def of_case(case_id: int) -> list[Obligation]:
    """What a case asked for, the first due first."""
    return _of_case.rows(case_id)


@prepared
def _of_case(case_id: int) -> QuerySet[Obligation]:
    return obligations().filter(case_id=case_id).order_by("due_at", "pk")


# -- counts by day and week ------------------------------------------------------------------------------------

# The day that an obligation is due on: 24:00 belongs to the day that ends.
_DAY = "((due_at - interval '1 second') AT TIME ZONE 'Asia/Shanghai')::date"
_PER_DAY = f"""
SELECT {_DAY} AS day, count(*),
       count(*) FILTER (WHERE state = ANY(%s)),
       count(*) FILTER (WHERE state = 'missed'), count(*) FILTER (WHERE state IN ('done', 'done_late'))
  FROM obligations_obligation
 WHERE due_at > %s AND due_at <= %s AND state <> 'cancelled'
   AND (%s::bigint IS NULL OR contract_id = %s) AND (%s::bigint IS NULL OR person_id = %s)
 GROUP BY 1"""  # noqa: S608


def per_day(
    start: datetime, end: datetime, *, contract_id: int | None = None, person_id: int | None = None
) -> dict[date, tuple[int, int, int, int]]:
    """Day → (all, still to be done, missed, done) of what is due after `start` up to `end`."""
    waiting = [state for state in OPEN_STATES if state != State.MISSED]
    with connection.cursor() as cursor:
        cursor.execute(_PER_DAY, [waiting, start, end, contract_id, contract_id, person_id, person_id])
        return {on: (total, opened, missed, done) for on, total, opened, missed, done in cursor}


_KEPT = """
SELECT day, sum(total)::int, sum(open)::int, sum(missed)::int, sum(done)::int FROM obligations_daycount
 WHERE day >= %s AND day < %s GROUP BY day"""


def kept_per_day(first: date, end: date) -> dict[date, tuple[int, int, int, int]]:
    """The same of all contracts together, as it is kept; in the scope of everything only. end is not included."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [first, end])
        return {on: (total, opened, missed, done) for on, total, opened, missed, done in cursor}


_FIRST_OF_DAYS = """
SELECT found.id FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS day (begins, ends)
 CROSS JOIN LATERAL (
   SELECT id, due_at FROM obligations_obligation
    WHERE due_at > day.begins AND due_at <= day.ends AND state <> 'cancelled'
      AND (%s::bigint IS NULL OR contract_id = %s) AND (%s::bigint IS NULL OR person_id = %s)
      {daily}
    ORDER BY due_at, id LIMIT %s) AS found"""
# In the words of the index `obligation_by_name`.
_BY_NAME = "AND NOT key LIKE 'day:%%' AND (NOT kind = 'trigger' OR NOT state IN ('done', 'done_late'))"


def first_of_days(
    days: Sequence[tuple[datetime, datetime]],
    most: int,
    *,
    contract_id: int | None = None,
    person_id: int | None = None,
    daily: bool = True,
) -> list[Obligation]:
    """The first obligations of each day (after, up to), as they are due; however many others there are.

    daily: also what comes every day, and events that are over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRST_OF_DAYS.format(daily="" if daily else _BY_NAME),
            [
                [begin for begin, _end in days], [end for _begin, end in days],
                contract_id, contract_id, person_id, person_id, most,
            ],
        )  # fmt: skip
        ids = [row[0] for row in cursor]
    return list(obligations().filter(pk__in=ids).order_by("due_at", "pk"))
