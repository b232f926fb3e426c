"""Figures of the workbench. Each reads a bounded stretch of an index, whatever the number of cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour

from luyue.accounts.models import Person
from luyue.contracts import outlook
from luyue.contracts import queries as contracts
from luyue.contracts.queries import ZONE
from luyue.desk import flows_queries, queue
from luyue.desk.models import OPEN, Case, Clock
from luyue.web.paging import Count as Figure
from luyue.web.paging import capped_count

COUNTED = 999
LOOKED_AT = 5000  # open cases by due time of which the load is made
MOST_BURNING = 12
MOST_OWNERS = 12


@dataclass(frozen=True, slots=True)
class Hour:
    """What came in and what was solved in an hour of today."""

    hour: int
    reported: int
    resolved: int


def figures(person: Person, now: datetime) -> dict[str, Figure]:
    """How many are overdue, due soon, without owner, open; reported and resolved today. Counted up to 999."""
    mine = queue.scoped(person)
    today = contracts.start_of(contracts.local_day(now))
    wanted = {
        "overdue": OPEN & Q(next_due_at__lt=now),
        "soon": OPEN & Q(next_due_at__gte=now, next_due_at__lt=now + queue.SOON),
        "unassigned": OPEN & Q(owner__isnull=True),
        "open": OPEN,
        "reported": Q(reported_at__gte=today, reported_at__lt=today + timedelta(days=1)),
        "resolved": Q(resolved_at__gte=today, resolved_at__lt=today + timedelta(days=1)),
    }
    return {name: capped_count(mine.filter(which), COUNTED) for name, which in wanted.items()}


def _listed(found: QuerySet[Case], most: int) -> list[Case]:
    return list(
        found.select_related("contract__customer", "owner", "site").defer("words", "known", "description")[
            :most
        ]
    )


def overdue(person: Person, now: datetime, most: int) -> list[Case]:
    """Open cases with a missed limit, the latest missed first: those are the ones that can still be mended."""
    missed = queue.scoped(person).filter(OPEN, next_due_at__lt=now)
    return _listed(missed.order_by("-next_due_at", "-id"), most)


def due_next(person: Person, now: datetime, most: int) -> list[Case]:
    """Open cases by the limit that is due next."""
    return _listed(
        queue.scoped(person).filter(OPEN, next_due_at__gte=now).order_by("next_due_at", "id"), most
    )


def unassigned(person: Person, most: int) -> list[Case]:
    """Open cases that nobody has, the most urgent first."""
    return _listed(queue.scoped(person).filter(OPEN, owner__isnull=True).order_by("next_due_at", "id"), most)


def cases_of(person: Person, most: int) -> list[Case]:
    """A person's open cases in order of due time."""
    return _listed(queue.scoped(person).filter(OPEN, owner=person).order_by("next_due_at", "id"), most)


def open_in_scope(person: Person, most: int) -> list[Case]:
    """A customer's open cases, the newest first."""
    return _listed(queue.scoped(person).filter(OPEN).order_by("-reported_at", "-id"), most)


def lately_solved(person: Person, most: int) -> list[Case]:
    """Cases that wait for the customer's confirmation."""
    return _listed(queue.scoped(person).filter(state="resolved").order_by("-reported_at", "-id"), most)


def waits_for(person: Person, most: int) -> list[Case]:
    """Cases that wait for a person's signature, the longest waiting first."""
    waiting = flows_queries.to_sign(person).values_list("case_id", flat=True)[:most]
    rank = {case_id: number for number, case_id in enumerate(dict.fromkeys(waiting))}
    if not rank:
        return []
    found = _listed(queue.scoped(person).filter(pk__in=list(rank)), most)
    return sorted(found, key=lambda case: rank[case.pk])


def today_by_hour(person: Person, now: datetime) -> list[Hour]:
    """24 hours of today: reported and resolved."""
    today = contracts.start_of(contracts.local_day(now))
    reported = _by_hour(queue.scoped(person), "reported_at", today)
    resolved = _by_hour(queue.scoped(person), "resolved_at", today)
    return [Hour(hour, reported.get(hour, 0), resolved.get(hour, 0)) for hour in range(24)]


def _by_hour(mine: QuerySet[Case], column: str, today: datetime) -> dict[int, int]:
    within = mine.filter(**{f"{column}__gte": today, f"{column}__lt": today + timedelta(days=1)})
    rows = within.order_by().values(hour=ExtractHour(column, tzinfo=ZONE)).annotate(n=Count("id"))
    return {row["hour"]: row["n"] for row in rows}


def owner_load(person: Person, now: datetime) -> list[dict[str, Any]]:
    """Who has how many open cases and how many of them are overdue, of the LOOKED_AT that are due first."""
    first = queue.scoped(person).filter(OPEN, owner__isnull=False).order_by("next_due_at", "id")
    load: dict[int, list[int]] = {}
    for owner, due in first.values_list("owner_id", "next_due_at")[:LOOKED_AT]:
        row = load.setdefault(owner, [0, 0])
        row[0] += 1
        row[1] += due is not None and due < now
    busiest = sorted(load.items(), key=lambda pair: (-pair[1][0], pair[0]))[:MOST_OWNERS]
    names = _names(owner for owner, _ in busiest)
    most = max((counts[0] for _, counts in busiest), default=1)
    return [
        {
            "id": owner,
            "name": names.get(owner, "–"),
            "open": n,
            "overdue": late,
            "share": round(n / most * 100, 1),
        }
        for owner, (n, late) in busiest
    ]


def _names(ids: Iterable[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def breaches_by_promise(person: Person, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Limits missed in a stretch of time, by contract and promise, the most missed first.

    Keys: contract_id, contract, plan_version_id, promise, metric, missed, open (not made good yet).
    """
    missed = Clock.objects.filter(result="breached", due_at__gte=since, due_at__lt=until)
    if not person.sees_all:
        missed = missed.filter(
            contract_id__in=list(contracts.visible_contracts().values_list("pk", flat=True))
        )
    groups = missed.order_by().values("contract_id", "plan_version_id", "promise", "metric")
    counted = groups.annotate(missed=Count("id"), open=Count("id", filter=Q(ended_at__isnull=True)))
    worst = list(counted.order_by("-missed", "contract_id", "promise")[:MOST_BURNING])
    ids = {row["contract_id"] for row in worst}
    names = dict(contracts.visible_contracts().filter(pk__in=ids).values_list("pk", "name"))
    return [row | {"contract": names.get(row["contract_id"], "")} for row in worst]


def contracts_in_danger(now: datetime, most: int) -> list[dict[str, Any]]:
    """Contracts in scope with open cases: those with most limits past due first, then those past their warning."""
    loads = outlook.loads(None, now)
    late = datetime.max.replace(tzinfo=UTC)

    def danger(pk: int) -> tuple[int, int, datetime, int]:
        load = loads[pk]
        return -load.red, -load.amber, load.next_due_at or late, pk

    worst = sorted(loads, key=danger)[:most]
    found = contracts.visible_contracts().in_bulk(worst)
    return [{"contract": found[pk], "load": loads[pk]} for pk in worst if pk in found]
