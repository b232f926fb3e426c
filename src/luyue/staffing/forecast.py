"""The work of the weeks to come and the hours of the people who could do it, made ready for the pure rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import BooleanField, DateField, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Greatest, TruncWeek

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import ZONE, local_day, start_of
from luyue.desk import queries as desk
from luyue.desk.models import Competence
from luyue.desk.queries import seconds
from luyue.domain.obligations import workload as rules
from luyue.domain.obligations.schedule import working_days
from luyue.domain.obligations.workload import Job
from luyue.field import queries as field
from luyue.field.models import OPEN as OPEN_ORDERS
from luyue.field.models import WorkOrder
from luyue.obligations.models import OPEN_STATES, Obligation, Record
from luyue.roster import queries as roster
from luyue.staffing.models import Leave

SEVEN = timedelta(days=7)
SECOND = timedelta(seconds=1)  # what is due at 24:00 is due on the day that ends
LOOKED_BACK = timedelta(days=365)  # records from which it is learnt how long something takes
AROUND = timedelta(days=28)  # whoever has a shift within it belongs to the roster
TEAM = ("engineer", "resident", "project_manager", "operator", "supervisor")


@dataclass(frozen=True)
class Forecast:
    """The weeks, the people, what each can do in each, and the hours of what is due.

    work: (person, week) → hours; person None: what nobody has. measured: see `_measured`.
    """

    weeks: Sequence[date]
    people: Sequence[Person]
    skills: Mapping[int, Competence]
    hours: Mapping[tuple[int, date], float]
    work: Mapping[tuple[int | None, date], float]
    measured: Mapping[str, float]

    def jobs(self) -> list[Job]:
        """All that is due; a firm of a thousand contracts has tens of thousands."""
        shown = {None, *(one.pk for one in self.people)}
        begin, end = start_of(self.weeks[0]), start_of(self.weeks[-1] + SEVEN)
        return [one for one in self._jobs(_owed(end), _orders(begin, end)) if one.person in shown]

    def jobs_of(self, person: int | None, week: date) -> list[Job]:
        """What is due in a person's week."""
        begin, end = start_of(week), start_of(week + SEVEN)
        owed = _owed(end).filter(person=person)
        if week != self.weeks[0]:
            owed = owed.filter(due_at__gte=begin + SECOND)
        return self._jobs(owed, _orders(begin, end).filter(engineer=person))

    def _jobs(self, owed: QuerySet[Obligation], orders: QuerySet[WorkOrder]) -> list[Job]:
        rows = owed.order_by("due_at", "pk").values_list(*_OF_A_DUTY, named=True)
        duties = (_duty(one, self.measured, self.weeks[0]) for one in rows.iterator())
        return [
            *(job for job in duties if job.hours > 0),
            *map(_order, orders.order_by("planned_from", "pk")),
        ]

    def teams(self, contract_ids: Iterable[int]) -> dict[int, list[int]]:
        """Contract → those of its people who are shown. One query."""
        shown = {one.pk for one in self.people}
        found = contracts.people_of_each(contract_ids, TEAM)
        return {number: [one.pk for one in some if one.pk in shown] for number, some in found.items()}


def forecast(weeks: Sequence[date], now: datetime) -> Forecast:
    """All of the weeks in scope; a fixed number of queries. What is overdue has to be done in the week that runs.

    A firm of a thousand contracts has tens of thousands of jobs in eight weeks: the database adds them up, and only
    those of a week that is looked at are read.
    """
    begin, end = start_of(weeks[0]), start_of(weeks[-1] + SEVEN)
    people = [one for one in desk.workers() if one.role != "admin"]  # who keeps the product does not go out
    numbers = {one.pk for one in people}
    measured = _measured(now)
    work = rules.work_of(map(_order, _orders(begin, end)))
    for cell, hours in _owed_hours(end, weeks[0], measured):
        work[cell] = work.get(cell, 0.0) + hours
    work = {cell: hours for cell, hours in work.items() if cell[0] is None or cell[0] in numbers}
    skills = {one.person_id: one for one in Competence.objects.filter(person__in=numbers)}
    return Forecast(weeks, people, skills, _hours(weeks, people, now), work, measured)


def things(jobs: Iterable[Job]) -> dict[str, Obligation | WorkOrder]:
    """Key of a job → its row. Two queries for each 5,000."""
    found: dict[str, Obligation | WorkOrder] = {}
    keys = (job.key for job in jobs)
    while some := list(islice(keys, 5000)):
        numbers: dict[str, list[int]] = {"duty": [], "order": []}
        for key in some:
            kind, number = key.split(":")
            numbers[kind].append(int(number))
        duties = Obligation.objects.filter(pk__in=numbers["duty"]).select_related("contract", "site")
        orders = WorkOrder.objects.filter(pk__in=numbers["order"]).select_related("contract")
        found |= {f"duty:{one.pk}": one for one in duties} | {f"order:{one.pk}": one for one in orders}
    return found


_OF_A_DUTY = (
    "pk", "owe", "hours", "done_hours", "times", "done_times", "person_id", "contract_id", "opens_at", "due_at",
)  # fmt: skip


def _owed(end: datetime) -> QuerySet[Obligation]:
    """What the firm still owes, overdue or due up to `end`."""
    return Obligation.objects.filter(
        state__in=OPEN_STATES, due_at__lt=end + SECOND, by__in=("provider", "partner")
    )


def _owed_hours(
    end: datetime, first: date, measured: Mapping[str, float]
) -> Iterator[tuple[tuple[int | None, date], float]]:
    """(person, week) and hours of what is owed, in parts: the sums of `_duty`."""
    rows = (
        _owed(end)
        .order_by()
        .annotate(
            monday=TruncWeek(
                ExpressionWrapper(F("due_at") - SECOND, DateTimeField()),
                output_field=DateField(),
                tzinfo=ZONE,
            ),
            promised=ExpressionWrapper(Q(hours__gt=0), BooleanField()),
        )
        .values_list("person_id", "monday", "owe", "promised")
        .annotate(
            left=Sum(Greatest(F("hours") - F("done_hours"), 0.0)),
            turns=Sum(Greatest(F("times") - F("done_times"), 1)),
        )
    )
    for person, monday, owe, promised, left, turns in rows:
        hours, _basis = rules.hours_for(
            owe,
            promised=left if promised else 0.0,
            done=0.0,
            times=0 if promised else turns,
            measured=measured,
        )
        yield (person, max(monday, first)), hours


def _measured(now: datetime) -> dict[str, float]:
    """What is owed → hours that one took on the average, where records say so."""
    rows = (
        Record.objects.filter(hours__gt=0, occurred_at__gte=now - LOOKED_BACK)
        .order_by()
        .values_list("obligation__owe")
        .annotate(hours=Sum("hours"), times=Sum("times"))
    )
    return {owe: round(hours / times, 1) for owe, hours, times in rows if times}


def _duty(one: Any, measured: Mapping[str, float], first: date) -> Job:
    # What is due at the end of a day is due on that day, not at the beginning of the next.
    due = local_day(one.due_at - SECOND)
    hours, basis = rules.hours_for(
        one.owe, promised=max(0.0, one.hours), done=one.done_hours, times=max(1, one.times - one.done_times),
        measured=measured,
    )  # fmt: skip
    return Job(
        f"duty:{one.pk}",
        one.person_id,
        one.contract_id,
        local_day(one.opens_at),
        max(due, first),
        hours,
        basis,
    )


def _orders(begin: datetime, end: datetime) -> QuerySet[WorkOrder]:
    """Visits for cases; those of rounds are work of their obligations."""
    return WorkOrder.objects.filter(
        OPEN_ORDERS,
        subject_kind="case",
        planned_from__gte=begin,
        planned_from__lt=end,
        planned_to__isnull=False,
    )


def _order(one: WorkOrder) -> Job:
    assert one.planned_from is not None
    assert one.planned_to is not None
    day = local_day(one.planned_from)
    hours = (one.planned_to - one.planned_from).total_seconds() / 3600 + 2 * (one.travel_minutes or 0) / 60
    return Job(f"order:{one.pk}", one.engineer_id, one.contract_id, day, day, hours, "planned", fixed=True)


def _hours(weeks: Sequence[date], people: Sequence[Person], now: datetime) -> dict[tuple[int, date], float]:
    begin, end = start_of(weeks[0]), start_of(weeks[-1] + SEVEN)
    shifts: dict[int, list[tuple[int, int]]] = {}
    kept: set[date] = set()  # weeks for which a roster was made
    for one in roster.shifts(begin - AROUND, end + AROUND):
        shifts.setdefault(one.person_id, []).append((seconds(one.starts_at), seconds(one.ends_at)))
        kept.add(rules.monday_of(local_day(one.starts_at)))
    away: dict[int, list[tuple[int, int]]] = {}
    for gone in field.absences(begin, end):
        away.setdefault(gone.person_id, []).append((seconds(gone.starts_at), seconds(gone.ends_at)))
    leaves = Leave.objects.filter(
        Q(state=Leave.State.APPROVED),
        first__lt=weeks[-1] + SEVEN,
        last__gte=weeks[0],
        post__person__isnull=False,
    ).select_related("post")
    for leave in leaves:
        stretch = (seconds(start_of(leave.first)), seconds(start_of(leave.last + timedelta(days=1))))
        away.setdefault(leave.post.person_id, []).append(stretch)
    # What is over of the week that runs is nobody's time any more.
    past = (seconds(begin), seconds(now))
    calendar = working_days()
    days = [weeks[0] + timedelta(days=number) for number in range(7 * len(weeks))]
    open_days = {
        day for day in days
        if calendar.worked(seconds(start_of(day + timedelta(days=1)))) > calendar.worked(seconds(start_of(day)))
    }  # fmt: skip
    return {
        (one.pk, week): rules.available(
            week, open_days=open_days, shifts=shifts[one.pk] if one.pk in shifts and week in kept else None,
            away=[*away.get(one.pk, ()), past],
        )
        for one in people
        for week in weeks
    }  # fmt: skip
