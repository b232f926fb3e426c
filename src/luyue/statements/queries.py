"""Reads for statements. Counting is done by the database; what is counted is said in `luyue.domain.statement`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from luyue.contracts import queries as contracts
from luyue.contracts.models import Binding, Contract
from luyue.contracts.plans import RunningPlan, running_plan
from luyue.contracts.queries import ZONE, local_day
from luyue.desk.models import Case, Clock
from luyue.desk.queries import moment, seconds
from luyue.desk.queue import searched
from luyue.domain import statement as reckoning
from luyue.domain.cases import EXCUSED, OPEN_STATES
from luyue.domain.hotline import Share
from luyue.domain.plan.execution import executable
from luyue.domain.plan.model import Duty, Entitlement, Promise, Quota, Staffing, Trigger
from luyue.domain.statement import Cell, Key, Outcome, Period, Statement, Used
from luyue.domain.terms import HOUSE_PROMISES, STOPS
from luyue.hotline.queries import MEASURE as ANSWERED
from luyue.hotline.queries import answered_share
from luyue.ledger.models import Event
from luyue.measures.models import Turn
from luyue.web import paging

Count = tuple[int, Key, int, Outcome, int]  # contract, promise, month index, outcome, how many
ONE, SOME = "contract_id = %(contract)s", "contract_id = ANY(%(contracts)s)"
OPEN_CASE = Q(case__state__in=OPEN_STATES)

# One pass over the clocks: by due time within an index that has all that is asked, and the few without one through
# their start or report. Shares are whole percent, rounded up, as in `domain.statement.used_percent`.
_CLOCKS = """
  SELECT contract_id, plan_version_id AS version, promise, result, started_at, due_at, stopped_at, due_at AS at
    FROM desk_clock WHERE {one} due_at >= %(start)s AND due_at < %(end)s
  UNION ALL
  SELECT contract_id, plan_version_id, promise, result, started_at, due_at, stopped_at, started_at
    FROM desk_clock WHERE {one} due_at IS NULL AND started_at >= %(start)s AND started_at < %(end)s
  UNION ALL
  SELECT k.contract_id, k.plan_version_id, k.promise, k.result, NULL, NULL, k.stopped_at, c.reported_at
    FROM desk_clock k JOIN desk_case c ON c.id = k.case_id
   WHERE {one_k} k.due_at IS NULL AND k.started_at IS NULL
     AND c.reported_at >= %(start)s AND c.reported_at < %(end)s"""
_OUTCOME = """CASE result WHEN 'met' THEN 'kept'
    WHEN 'breached' THEN CASE WHEN stopped_at IS NULL THEN 'missed' ELSE 'late' END
    WHEN 'running' THEN CASE WHEN due_at < %(now)s THEN 'missed' ELSE 'running' END
    ELSE result END"""
# date_part gives a float, exact for whole seconds; extract would reckon in numeric, which takes three times as long.
_SECONDS = "date_part('epoch', {0})::bigint"
_USED = f"""CASE WHEN result IN ('met', 'breached') AND stopped_at IS NOT NULL AND due_at > started_at THEN least(
    (100 * {_SECONDS.format("stopped_at - started_at")} + {_SECONDS.format("due_at - started_at")} - 1)
    / {_SECONDS.format("due_at - started_at")}, {reckoning.MOST_PERCENT}) END"""
_PROMISED = "promise <> ALL(%(house)s)"  # what the house asks of itself stands in no statement
# Grouped twice: first by everything, in one hash, then the few thousand groups by month and by share.
_STATEMENT = f"""
SELECT version, promise, grouping(month), month, outcome, used, sum(number)::bigint FROM (
  SELECT version, promise, width_bucket(at, %(months)s::timestamptz[]) AS month, {_OUTCOME} AS outcome,
         {_USED} AS used, count(*) AS number
    FROM ({_CLOCKS}) AS clock WHERE {_PROMISED} GROUP BY 1, 2, 3, 4, 5) AS counted
GROUP BY GROUPING SETS ((version, promise, month, outcome), (version, promise, used))"""  # noqa: S608
TALLY = f"""
SELECT contract_id, version, promise, width_bucket(at, %(months)s::timestamptz[]) AS month, {_OUTCOME} AS outcome,
       count(*)
  FROM ({_CLOCKS}) AS clock WHERE {_PROMISED} GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608


def statement_of(
    contract_id: int, period: Period, *, now: datetime, against: Period | None = None
) -> Statement:
    """The statement of a contract in scope, held against another period, else the one before. Four queries, whatever
    the number of clocks."""
    cells: list[Cell] = []
    used: list[Used] = []
    with connection.cursor() as cursor:
        cursor.execute(among(_STATEMENT, ONE), given(period, now) | {"contract": contract_id})
        for version, promise, of_shares, month, word, percent, count in cursor:
            key = Key(version, promise)
            if not of_shares:
                cells.append(Cell(key, month - 1, Outcome(word), count))
            elif percent is not None:
                used.append(Used(key, percent, count))
    before = [
        Cell(key, month, what, count)
        for _, key, month, what, count in tally(
            against or period.previous(), now, contract_id, by_month=False
        )
    ]
    known = [key for key, _ in targets_in_force(contract_id, period)]
    return reckoning.build(period, seconds(now), cells, used, before, known)


def tally(
    period: Period, now: datetime, contract_id: int | None = None, *, by_month: bool = True
) -> list[Count]:
    """(contract, promise, month index, outcome, count) of one contract or of all in scope."""
    return counted(TALLY, contract_id, given(period, now, by_month=by_month))


def counted(sql: str, contract_id: int | None, values: Mapping[str, Any]) -> list[Count]:
    """The counts of a query that gives contract, version, promise, month from 1, outcome, number."""
    with connection.cursor() as cursor:
        chosen = ONE if contract_id is not None else ""
        cursor.execute(among(sql, chosen), {**values, "contract": contract_id})
        return [
            (contract, Key(version, promise), month - 1, Outcome(word), count)
            for contract, version, promise, month, word, count in cursor
        ]


def among(sql: str, chosen: str = "") -> str:
    """A query that has `{one}`, and `{one_k}` within a join, where contracts are chosen: ONE, SOME, or all in scope."""
    return sql.format(one=chosen and f"{chosen} AND", one_k=chosen and f"k.{chosen} AND")


def given(period: Period, now: datetime, *, by_month: bool = True) -> dict[str, Any]:
    """What counting queries take: a period and the starts of its months, as instants and as days, and the present."""
    start, end = moments(period)
    months = period.months() if by_month else (period,)
    return {
        "start": start,
        "end": end,
        "months": [moments(month)[0] for month in months],
        "first": period.first,
        "last": period.last,
        "days": [datetime(month.first.year, month.first.month, month.first.day) for month in months],
        "now": now.replace(microsecond=0),
        "today": local_day(now),
        "house": list(HOUSE_PROMISES),
    }


def moments(period: Period) -> tuple[datetime, datetime]:
    """First instant of a period, and the first after it; aware UTC."""
    start, end = period.bounds(ZONE)
    return moment(start), moment(end)


# ----------------------------------------------------------------------------------- plans in force


def bindings_in(contract_id: int, period: Period) -> list[Binding]:
    """The bindings that are in force on some day of a period, the oldest first."""
    rows = list(contracts.bindings_of(contract_id))[::-1]
    following = [*(row.effective_on for row in rows), None][1:]
    return [
        row
        for row, end in zip(rows, following, strict=True)
        if row.effective_on <= period.last and (end is None or end > period.first)
    ]


def plans_in(contract_id: int, period: Period) -> list[RunningPlan]:
    """The plan versions in force in a period, each once."""
    versions = dict.fromkeys(row.plan_version_id for row in bindings_in(contract_id, period))
    return [running_plan(version) for version in versions]


def targets_in_force(contract_id: int, period: Period) -> list[tuple[Key, Promise]]:
    """The targets that a contract's clocks could run on in a period, in the plan's order."""
    answered = contracts.figures_of(contract_id)
    return [
        (Key(running.version_id, target.id), target)
        for running in plans_in(contract_id, period)
        for target in running.plan.targets
        if executable(target).status == "runs"
        or (executable(target).status == "asks" and target.id in answered)
    ]


def quotas_in_force(contract_id: int, period: Period) -> list[tuple[RunningPlan, Quota]]:
    """The quotas of a period that are reckoned, in the plan's order."""
    return [
        (running, quota)
        for running in plans_in(contract_id, period)
        for quota in running.plan.quotas
        if quota.measure == ANSWERED and quota.at_least is not None
    ]


@dataclass(frozen=True, slots=True)
class Measured:
    """A quota against what was reckoned, over the period and for each of its months (first day, share)."""

    running: RunningPlan
    quota: Quota
    share: Share
    months: tuple[tuple[date, Share], ...]

    @property
    def at_least(self) -> float:
        assert self.quota.at_least is not None
        return self.quota.at_least

    @property
    def judged(self) -> tuple[int, int]:
        """(months that reach the quota, months with something to judge). A month without a call is neither."""
        verdicts = [share.keeps(self.at_least) for _month, share in self.months]
        return verdicts.count(True), len(verdicts) - verdicts.count(None)


def measured(contract_id: int, period: Period) -> list[Measured]:
    """The quotas that Luyue reckons from their calls (D-7), unless they have periods of their own that are counted: a
    share stands in a statement once."""
    found = quotas_in_force(contract_id, period)
    if not found:
        return []
    told = Turn.objects.filter(contract_id=contract_id, first__lte=period.last, last__gte=period.first)
    known = set(told.filter(measure=ANSWERED).values_list("plan_version_id", "promise"))
    found = [pair for pair in found if (pair[0].version_id, pair[1].id) not in known]
    if not found:
        return []
    reading = answered_share(contract_id, period)
    return [Measured(running, quota, reading.share, tuple(reading.by_month)) for running, quota in found]


def not_executed(contract_id: int, period: Period) -> list[tuple[RunningPlan, Promise, str]]:
    """The promises in force that nothing executes, with why: `asks`, `not_yet` or `declared`."""
    counted = {key for key, _ in targets_in_force(contract_id, period)}
    counted |= {Key(running.version_id, quota.id) for running, quota in quotas_in_force(contract_id, period)}
    answered = contracts.figures_of(contract_id)
    return [
        (running, promise, executable(promise).status)
        for running in plans_in(contract_id, period)
        for promise in running.plan.promises
        if Key(running.version_id, promise.id) not in counted
        and not is_scheduled(promise, answered)
        and not (isinstance(promise, Staffing | Entitlement) and executable(promise).status == "runs")
    ]


def is_scheduled(promise: Promise, answered: Mapping[str, str]) -> bool:
    """Whether it is a duty, trigger or quota that runs, or whose question was answered."""
    status = executable(promise).status
    return isinstance(promise, Duty | Trigger | Quota) and (
        status == "runs" or (status == "asks" and promise.id in answered)
    )


def whole_service(of: Contract, today: Any) -> Period:
    """From the start of a contract's service up to its end, or to today where there is none yet."""
    last = max(of.starts_on, min(of.ends_on or today, of.starts_on + timedelta(days=reckoning.LONGEST_DAYS)))
    return Period(of.starts_on, last)


# ---------------------------------------------------------------------------------------- instances


def instances(
    contract_id: int,
    period: Period,
    *,
    now: datetime,
    key: Key | None = None,
    outcome: Outcome | None = None,
    q: str = "",
) -> QuerySet[Clock]:
    """The clocks that a statement counts; order by `due_at, id` to page through them.

    q: a case number, or words, names and telephone numbers of a case, as in the queue of the desk.
    """
    start, end = moments(period)
    rows = Clock.objects.filter(
        Q(due_at__gte=start, due_at__lt=end)
        | Q(due_at=None, started_at__gte=start, started_at__lt=end)
        | Q(due_at=None, started_at=None, case__reported_at__gte=start, case__reported_at__lt=end),
        contract_id=contract_id,
    ).exclude(promise__in=HOUSE_PROMISES)
    rows = rows.select_related("case")
    if key is not None:
        rows = rows.filter(plan_version_id=key.version, promise=key.promise)
    if q:
        rows = rows.filter(case__in=searched(Case.objects.filter(contract_id=contract_id), q).values("pk"))
    return rows.filter(_is(outcome, now)) if outcome is not None else rows


def _is(outcome: Outcome, now: datetime) -> Q:
    past = Q(result="running", due_at__lt=now.replace(microsecond=0))
    match outcome:
        case Outcome.KEPT:
            return Q(result="met")
        case Outcome.LATE:
            return Q(result="breached", stopped_at__isnull=False)
        case Outcome.MISSED:
            return Q(result="breached", stopped_at=None) | past
        case Outcome.RUNNING:
            return Q(result="running") & (Q(due_at=None) | Q(due_at__gte=now.replace(microsecond=0)))
        case _:
            return Q(result=str(outcome))


def outcome_of(clock: Clock, now: datetime) -> Outcome:
    """What the statement counts a clock as."""
    return reckoning.outcome(
        clock.result,
        seconds(clock.due_at) if clock.due_at else None,
        seconds(clock.stopped_at) if clock.stopped_at else None,
        seconds(now),
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """The ledger event that stopped or waived a clock. reason, agreed_by: of a waiver."""

    event: int
    kind: str
    at: datetime
    by: str
    reason: str = ""
    agreed_by: str = ""


def evidence_of(clocks: Sequence[Clock]) -> dict[int, Evidence]:
    """Clock id → its evidence; one query. A clock that nobody stopped has none."""
    ended = [clock for clock in clocks if clock.stopped_at is not None or clock.result == "waived"]
    kinds = {EXCUSED, *(kind for clock in ended for kind in _stops(clock))}
    events: dict[int, list[Event]] = {}
    if ended:
        for event in Event.objects.filter(
            subject_kind="case", subject_id__in={clock.case_id for clock in ended}, kind__in=kinds
        ).order_by("occurred_at", "id"):
            events.setdefault(event.subject_id, []).append(event)
    found = {}
    for clock in ended:
        if (one := _deciding(clock, events.get(clock.case_id, ()))) is not None:
            waiver = one.data if one.kind == EXCUSED else {}
            found[clock.pk] = Evidence(
                one.pk, one.kind, one.occurred_at, one.actor_name,
                str(waiver.get("note", "")), str(waiver.get("agreed_by", "")),
            )  # fmt: skip
    return found


def _deciding(clock: Clock, events: Iterable[Event]) -> Event | None:
    if clock.result == "waived":
        excused = [e for e in events if e.kind == EXCUSED and e.data.get("promise") == clock.promise]
        return excused[0] if excused else None
    assert clock.stopped_at is not None
    stopped = seconds(clock.stopped_at)
    acts = [e for e in events if e.kind in _stops(clock) and seconds(e.occurred_at) <= stopped]
    same = [e for e in acts if seconds(e.occurred_at) == stopped]
    # An act before the clock began stopped it at its start: then it is the last one before.
    return same[0] if same else acts[-1] if acts else None


def _stops(clock: Clock) -> frozenset[str]:
    return frozenset().union(*(STOPS.get(metric, frozenset()) for metric in clock.metric.split("|")))


def in_chunks(rows: QuerySet[Clock], size: int = 2000) -> Iterator[list[Clock]]:
    """All rows by due time, a chunk at a time, so that an export needs the memory of one chunk."""
    return paging.in_chunks(
        rows.order_by(F("due_at").asc(nulls_last=True), "id").iterator(chunk_size=size), size
    )


def instant(at: datetime | None) -> str | None:
    """ISO 8601 with the offset of the contract's zone, whole seconds."""
    return at.astimezone(ZONE).isoformat(timespec="seconds") if at is not None else None
