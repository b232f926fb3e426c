"""The dispatch board: engineers down, hours across, and what waits to be planned beside it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from luyue.accounts.models import Person
from luyue.desk import faces as desk_faces
from luyue.desk.queries import seconds
from luyue.field import faces, queries
from luyue.field.models import Absence, WorkOrder

FIRST_HOUR, LAST_HOUR = 7, 21  # shown at least; a night's work makes the day longer
MOST_WAITING = 40


@dataclass(frozen=True, slots=True)
class Block:
    """An order in an engineer's row. left, width: percent of the row; lane: 0 and on, so that overlaps stand apart."""

    row: Mapping[str, Any]
    left: float
    width: float
    lane: int
    clashes: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An engineer's day. lanes: how many lines it needs; busy: planned seconds."""

    person: Person
    blocks: Sequence[Block]
    away: Sequence[tuple[Absence, float, float]]
    lanes: int
    busy: int


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows. hours: the columns; now: percent of the row, None on another day."""

    day: date
    rows: Sequence[Row]
    hours: Sequence[int]
    waiting: int
    cases: Sequence[Mapping[str, Any]]
    returned: Sequence[Mapping[str, Any]]
    now: float | None
    more_cases: bool


@dataclass(frozen=True, slots=True)
class _Across:
    """The hours of a row."""

    first: datetime
    hours: int

    def share(self, at: datetime) -> float:
        """Where an instant lies in the row, in percent, kept within it."""
        share = 100 * (at - self.first).total_seconds() / 3600 / self.hours
        return round(min(100.0, max(0.0, share)), 3)


def _hours(orders: Sequence[WorkOrder], begin: datetime) -> range:
    """The columns: the usual hours, and those of orders that lie before or after them on this day."""
    first, last = FIRST_HOUR, LAST_HOUR
    for order in orders:
        assert order.planned_from is not None and order.planned_to is not None
        first = min(first, int((order.planned_from - begin).total_seconds() // 3600))
        last = max(last, -int((begin - order.planned_to).total_seconds() // 3600))
    return range(max(0, first), min(24, last))


def read(day: date, now: datetime) -> Board:
    """Read a day. The number of queries does not grow with the orders."""
    begin, end = queries.day_bounds(day)
    people = queries.field_people()
    orders = queries.orders_between(begin, end)
    away = defaultdict(list)
    for one in queries.absences(begin, end):
        away[one.person_id].append(one)
    by_engineer: dict[int, list[WorkOrder]] = defaultdict(list)
    for order in orders:
        if order.engineer_id is not None:
            by_engineer[order.engineer_id].append(order)
    # Whoever has orders is shown, also if his role has changed since.
    known = {person.pk for person in people}
    for order in orders:
        if order.engineer is not None and order.engineer.pk not in known:
            known.add(order.engineer.pk)
            people.append(order.engineer)
    hours = _hours(orders, begin)
    across = _Across(begin + timedelta(hours=hours[0]), len(hours))
    rows = [_row(person, by_engineer[person.pk], away[person.pk], across) for person in people]
    waiting = queries.cases_to_plan(MOST_WAITING + 1)
    returned = [faces.row(one) for one in queries.returned()[:MOST_WAITING]]
    clocks = desk_faces.first_open(waiting, now)
    return Board(
        day=day,
        rows=rows,
        hours=hours,
        waiting=len(waiting[:MOST_WAITING]) + len(returned),
        cases=[{"case": one, "clock": clocks.get(one.pk)} for one in waiting[:MOST_WAITING]],
        returned=returned,
        now=across.share(now) if begin <= now < end else None,
        more_cases=len(waiting) > MOST_WAITING,
    )


def _row(person: Person, orders: Sequence[WorkOrder], away: Sequence[Absence], across: _Across) -> Row:
    blocks: list[Block] = []
    lanes: list[int] = []  # until when each is taken
    for order in sorted(orders, key=lambda one: (one.planned_from, one.pk)):
        assert order.planned_from is not None and order.planned_to is not None
        begin, end = seconds(order.planned_from), seconds(order.planned_to)
        lane = next((number for number, taken in enumerate(lanes) if taken <= begin), len(lanes))
        lanes[lane : lane + 1] = [end]
        left, right = across.share(order.planned_from), across.share(order.planned_to)
        blocks.append(Block(faces.row(order), left, max(right - left, 3.5), lane, lane > 0))
    return Row(
        person=person,
        blocks=blocks,
        away=[
            (one, across.share(one.starts_at), across.share(one.ends_at) - across.share(one.starts_at))
            for one in away
        ],
        lanes=max(1, len(lanes)),
        busy=sum(
            seconds(o.planned_to) - seconds(o.planned_from) for o in orders if o.planned_from and o.planned_to
        ),
    )  # fmt: skip
