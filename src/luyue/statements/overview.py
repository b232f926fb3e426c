"""All contracts at once: what was kept and broken, and what burns; clocks and all other kinds together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from luyue.contracts.outlook import Load, Record
from luyue.contracts.queries import local_day
from luyue.desk.models import OPEN, Case, Clock
from luyue.domain import statement as reckoning
from luyue.domain.statement import Counts, Key, Outcome, Period
from luyue.statements import entitlements, obligations, queries, quotas, staffing
from luyue.statements.queries import OPEN_CASE

WORST = 20
# Every kind of promise, added up by the database: a firm of a thousand contracts has some ten thousand promises in a
# month, of which the worst are told, and sums of the others.
_KINDS = (queries.TALLY, obligations.TALLY, staffing.TALLY, quotas.TALLY, entitlements.TALLY)
_OVERVIEW = f"""
WITH counted (contract, version, promise, month, outcome, number) AS MATERIALIZED (
{" UNION ALL ".join(_KINDS)}
), worst AS (
  SELECT contract, version, promise FROM counted WHERE outcome IN ('late', 'missed') GROUP BY 1, 2, 3
   ORDER BY sum(number) DESC, sum(number) FILTER (WHERE outcome = 'missed') DESC NULLS LAST, 1, 2, 3 LIMIT %(worst)s
)
SELECT contract, NULL::bigint, NULL, month, outcome, sum(number)::bigint FROM counted
 GROUP BY GROUPING SETS ((contract, outcome), (month, outcome))
UNION ALL
SELECT contract, version, promise, NULL, outcome, sum(number)::bigint
  FROM counted JOIN worst USING (contract, version, promise) GROUP BY contract, version, promise, outcome"""  # noqa: S608
Numbers = dict[Outcome, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """All contracts in scope in a period: counts per contract and per month, and of the most broken promises (those
    with the most late and missed first)."""

    period: Period
    contracts: Mapping[int, Counts]
    worst: Sequence[tuple[int, Key, Counts]]
    months: tuple[Counts, ...]

    @property
    def totals(self) -> Counts:
        return sum(self.months, Counts())


@dataclass(frozen=True, slots=True)
class Standing:
    """A contract in a period: what was kept and broken, and what burns now."""

    contract_id: int
    counts: Counts
    load: Load


def overview(period: Period, *, now: datetime, contract_ids: Sequence[int] | None = None) -> Overview:
    """What was kept and broken over all contracts in scope, or some, of every kind of promise. One query."""
    by_contract: dict[int, Numbers] = defaultdict(dict)
    by_promise: dict[tuple[int, Key], Numbers] = defaultdict(dict)
    months: list[Numbers] = [{} for _ in period.months()]
    with connection.cursor() as cursor:
        given = queries.given(period, now) | {"worst": WORST, "contracts": contract_ids}
        cursor.execute(queries.among(_OVERVIEW, "" if contract_ids is None else queries.SOME), given)
        for contract_id, version, promise, month, word, count in cursor:
            if promise is not None:
                by_promise[contract_id, Key(version, promise)][Outcome(word)] = count
            elif month is not None:
                months[month - 1][Outcome(word)] = count
            else:
                by_contract[contract_id][Outcome(word)] = count
    worst = [(contract_id, key, Counts.of(one)) for (contract_id, key), one in by_promise.items()]
    return Overview(
        period,
        {number: Counts.of(one) for number, one in by_contract.items()},
        sorted(worst, key=lambda one: (-one[2].broken, -one[2].missed, one[:2])),
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
