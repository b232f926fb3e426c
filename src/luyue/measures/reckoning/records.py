"""Days and hours of meetings, training, assessments: as they were held, and out of records of obligations (R-2, T-1).

What a person was taught is added up over the whole service, so that training in two months counts together; he is
measured in the periods in which something was recorded for him.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from luyue.contracts.queries import ZONE, start_of
from luyue.desk.queries import moment
from luyue.domain.measures.judging import Bounds, Point, Value, folded, plain
from luyue.domain.measures.why import step
from luyue.measures.models import Reading
from luyue.measures.reckoning.ground import Found, Ground
from luyue.obligations.models import Record
from luyue.training.models import Attendance, Session
from luyue.training.queries import SUBJECT


def reckon(ground: Ground) -> Sequence[Found]:
    return _people(ground) if ground.subject == "person" else [_days(ground)]


def _records(ground: Ground, start: datetime, end: datetime) -> list[Record]:
    families = ground.measure.families
    wanted = reduce(
        or_, (Q(obligation__owe=one) | Q(obligation__owe__startswith=f"{one}.") for one in families)
    )
    rows = Record.objects.filter(
        wanted, contract_id=ground.contract_id, occurred_at__gte=start, occurred_at__lt=end
    )
    return list(rows.exclude(obligation__state="cancelled").order_by("occurred_at", "id"))


def _days(ground: Ground) -> Found:
    """Dates with a record, and days entered by hand."""
    start, end = (moment(one) for one in ground.window)
    records = _records(ground, start, end)
    gathered = Session.objects.filter(
        contract_id=ground.contract_id, state="finished", starts_at__gte=start, starts_at__lt=end
    )
    days = sorted(
        {row.occurred_at.astimezone(ZONE).date() for row in records if row.source_kind != SUBJECT}
        | {at.astimezone(ZONE).date() for at in gathered.values_list("starts_at", flat=True)}
    )
    typed = [Point(row.day, row.value, row.numerator, row.denominator) for row in ground.readings]
    by_hand = folded(ground.measure.fold, typed)
    steps = [step("records", n=len(records))]
    if days:
        steps.append(step("days", days="、".join(f"{day:%m-%d}" for day in days[:40])))
    if typed:
        steps.append(step("by_hand", n=len(typed)))
    bounds = prorated(ground)
    if bounds != ground.bounds:
        steps.append(step("prorated", value=f"{bounds.at_least:g}"))
    known = bool(days or typed)
    number = plain(len(days)) + (by_hand.number if by_hand else 0)
    return Found(bounds, Value(number) if known else None, steps=steps)


def prorated(ground: Ground) -> Bounds:
    """What a period that the service cuts off owes, rounded to the nearest."""
    days, all_days = ground.share
    at_least = ground.bounds.at_least
    if at_least is None or days >= all_days:
        return ground.bounds
    owed = (2 * plain(at_least) * days + all_days) // (2 * all_days)
    return Bounds(float(max(1, owed)), ground.bounds.at_most)


def _people(ground: Ground) -> list[Found]:
    start, end = (moment(one) for one in ground.window)
    beginning = start_of(ground.of.contract.starts_on)
    rows = Reading.objects.filter(
        contract_id=ground.contract_id, measure=ground.quota.measure, replaced_at=None, struck_at=None,
        day__lte=ground.until,
    ).exclude(name="")  # fmt: skip
    by_name: dict[str, list[Reading]] = {}
    for row in rows.order_by("day", "id"):
        by_name.setdefault(row.name, []).append(row)
    taught = _taught(ground, end)
    here = {name for name, points in taught.items() if any(one.day >= ground.first for one in points)}
    found = []
    for name in sorted({row.name for row in ground.readings if row.name} | here):
        own = [Point(row.day, row.value, row.numerator, row.denominator) for row in by_name.get(name, [])]
        points = sorted([*own, *taught.get(name, [])], key=lambda one: one.day)
        steps = [step("readings", n=len(points), first=str(points[0].day), last=str(points[-1].day))]
        found.append(Found(ground.bounds, folded(ground.measure.fold, points), name=name, steps=steps))
    return [*found, *_occasions(ground, beginning, start, end)]


def _taught(ground: Ground, end: datetime) -> dict[str, list[Point]]:
    """New watch staff → the hours of each finished training that they attended up to the end of the period."""
    rows = Attendance.objects.filter(
        contract_id=ground.contract_id, trainee__new_staff=True, session__state="finished", session__kind="training",
        session__starts_at__lt=end, arrived_at__isnull=False,
    ).values_list("trainee__name", "session__starts_at", "seconds")  # fmt: skip
    found: dict[str, list[Point]] = {}
    for name, at, length in rows.order_by("session__starts_at", "id"):
        found.setdefault(name, []).append(Point(at.astimezone(ZONE).date(), round(length / 3600, 4)))
    return found


def _occasions(ground: Ground, beginning: datetime, start: datetime, end: datetime) -> list[Found]:
    """Training that was recorded on its obligation, where nobody was named: the hours of that obligation."""
    # What a training has handed in is counted by its trainees.
    records = [row for row in _records(ground, beginning, end) if row.source_kind != SUBJECT]
    touched = {row.obligation_id for row in records if row.occurred_at >= start}
    found = []
    for number in sorted(touched):
        own = [row for row in records if row.obligation_id == number]
        day = own[-1].occurred_at.astimezone(ZONE).date()
        hours = sum((plain(row.hours) for row in own), plain(0))
        found.append(
            Found(ground.bounds, Value(hours), name=f"{day} #{number}", steps=[step("records", n=len(own))])
        )
    return found
