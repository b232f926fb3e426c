"""All contracts at once: what was kept and broken, and what burns; clocks and all other kinds together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from luyue.contracts.outlook import Load, Record
from luyue.contracts.queries import local_day
from luyue.desk.models import OPEN, Case, Clock
from luyue.domain import statement as reckoning
from luyue.domain.statement import Counts, Key, Outcome, Period
from luyue.statements import entitlements, obligations, queries, quotas, staffing
from luyue.statements.queries import OPEN_CASE

Numbers = dict[Outcome, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """All contracts in scope in a period: counts per contract, per promise (most broken first), and per month."""

    period: Period
    contracts: Mapping[int, Counts]
    promises: Mapping[tuple[int, Key], Counts]
    months: tuple[Counts, ...]

    @property
    def totals(self) -> Counts:
        return sum(self.contracts.values(), Counts())


def overview(period: Period, *, now: datetime) -> Overview:
    """What was kept and broken over all contracts in scope, of every kind of promise. Five queries."""
    # A firm of a thousand contracts has some ten thousand of these: plain numbers are added, then made counts once.
    by_contract: dict[int, Numbers] = defaultdict(lambda: defaultdict(int))
    by_promise: dict[tuple[int, Key], Numbers] = defaultdict(lambda: defaultdict(int))
    months: list[Numbers] = [defaultdict(int) for _ in period.months()]
    for contract_id, key, month, what, count in (
        *queries.tally(period, now),
        *obligations.tally(period, now),
        *staffing.tally(period, now),
        *quotas.tally(period, now),
        *entitlements.tally(period, now),
    ):
        by_contract[contract_id][what] += count
        by_promise[contract_id, key][what] += count
        months[month][what] += count
    return Overview(
        period,
        {number: Counts.of(one) for number, one in by_contract.items()},
        {pair: Counts.of(one) for pair, one in by_promise.items()},
        tuple(map(Counts.of, months)),
    )


def loads(contract_ids: Iterable[int] | None, now: datetime) -> dict[int, Load]:
    """Contract id → its open cases and clocks by colour. Three queries, each through an index of what is open."""
    only = Q() if contract_ids is None else Q(contract_id__in=list(contract_ids))
    overdue = Q(due_at__lt=now) | Q(result="breached")
    unstopped = Clock.objects.filter(only, stopped_at=None, ended_at=None)
    watched = unstopped.filter(next_alarm_at__isnull=False, result__in=["running", "breached"])
    # Once its whole ladder was told, only its case still knows of a breach.
    told = unstopped.filter(OPEN_CASE, next_alarm_at=None, result="breached", case__breached=True)
    open_cases = Case.objects.filter(only, OPEN)
    clocks: dict[int, dict[str, Any]] = {
        row["contract_id"]: dict(row)
        for row in watched.order_by().values("contract_id").annotate(
            red=Count("id", filter=overdue),
            amber=Count("id", filter=~overdue & Q(warn_at__lte=now, paused_since=None)),
            all=Count("id"),
            next_due_at=Min("due_at", filter=Q(due_at__gte=now)),
        )
    }  # fmt: skip
    more_red = _count_by_contract(told)
    number = _count_by_contract(open_cases)
    found = {}
    for contract_id in {*clocks, *more_red, *number}:
        row = clocks.get(contract_id, {"red": 0, "amber": 0, "all": 0, "next_due_at": None})
        found[contract_id] = Load(
            cases=number.get(contract_id, 0),
            red=row["red"] + more_red.get(contract_id, 0),
            amber=row["amber"],
            green=row["all"] - row["red"] - row["amber"],
            next_due_at=row["next_due_at"],
        )
    return found


def _count_by_contract(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("contract_id").annotate(Count("id")))


def records(contract_id: int, now: datetime) -> dict[str, Record]:
    """Promise id → what was kept of it this month and this year. Five queries."""
    today = local_day(now)
    found: dict[str, tuple[Counts, Counts]] = {}
    year = reckoning.year_of(today)
    for _, key, month, what, count in (
        *queries.tally(year, now, contract_id),
        *obligations.tally(year, now, contract_id),
        *staffing.tally(year, now, contract_id),
        *quotas.tally(year, now, contract_id),
        *entitlements.tally(year, now, contract_id),
    ):
        in_month, in_year = found.get(key.promise, (Counts(), Counts()))
        more = Counts.of({what: count})
        found[key.promise] = (in_month + more if month == today.month - 1 else in_month, in_year + more)
    return {promise: Record(*pair) for promise, pair in found.items()}
