"""Making the obligations of duties ahead (L-1). Made twice, or by two workers, they are there once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from luyue import ledger
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.desk.queries import moment, seconds
from luyue.devices.models import Site
from luyue.domain.obligations.schedule import Planned, planned, rhythm_of, scope_keys, scope_word
from luyue.domain.obligations.states import UNTOUCHED, Owed, stand
from luyue.domain.plan.execution import is_declared
from luyue.domain.plan.model import Duty
from luyue.obligations.actions.bulk import insert_new, update
from luyue.obligations.ground import Ground, Segment, Team, ground_of, hours_of, segments_of, team_of
from luyue.obligations.models import Horizon, Obligation

# How many days ahead obligations are made; of what comes often, fewer: nobody plans the days of next winter.
AHEAD = {"day": 45, "week": 120, "two_weeks": 120}
FAR_AHEAD = 400


@dataclass(frozen=True, slots=True)
class Made:
    """What a run did."""

    added: int = 0
    changed: int = 0
    cancelled: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.cancelled)


Place = tuple[str, str, str]
Row = dict[str, Any]
Wanted = dict[Place, Row]


@transaction.atomic
def plan_contract(
    contract_id: int, *, now: datetime, since: date | None = None, until: date | None = None
) -> Made:
    """Make the obligations of a contract's duties up to the horizon; bring those that nobody touched in line with plan,
    dates and figures as they are now.

    Args:
        since: the first day that obligations are made for; None: as before, at first today. until: make everything up
            to this day, instead of the usual horizon.
    Raises:
        NotFound.
    """
    of = contracts.contract(contract_id)
    today = local_day(now)
    horizon = Horizon.objects.select_for_update().filter(contract=of).first()
    begin = since or (horizon.since if horizon else today)
    wanted = _wanted(of, begin, today, until, now)
    found = _differences(of, wanted, begin, today, now)
    far = max(until or today + timedelta(days=FAR_AHEAD), horizon.until if horizon else begin)
    Horizon.objects.update_or_create(contract=of, defaults={"since": begin, "until": far, "made_at": now})
    if found:
        ledger.record(
            "obligation.planned", contract_id=of.pk, subject=("contract", of.pk), actor=None, at=now, now=now,
            data={
                "since": begin.isoformat(), "until": far.isoformat(), "added": found.added, "changed": found.changed,
                "cancelled": found.cancelled,
            },
        )  # fmt: skip
    return found


def _wanted(of: Contract, since: date, today: date, until: date | None, now: datetime) -> Wanted:
    """What there should be, by its place: values by attribute, but for what all have in common."""
    figures = contracts.figures_of(of.pk)
    team = team_of(of.pk)
    sites = list(Site.objects.filter(contract=of).order_by("pk").values_list("pk", flat=True))
    wanted: Wanted = {}
    for segment in segments_of(of.pk):
        ground = ground_of(of, segment.running, figures)
        for duty in segment.running.plan.duties:
            if is_declared(duty):
                continue
            turns = list(_turns(duty, ground, segment, since, today, until))
            if not turns:
                continue
            common = _common(segment, duty, team)
            for scope in scope_keys(scope_word(duty), sites):
                site = int(scope.removeprefix("site:")) if scope else None
                for one in turns:
                    place = (duty.id, scope, one.key)
                    if place not in wanted:
                        wanted[place] = (
                            common | {"scope": scope, "site_id": site} | _row(one, common["hours"], now)
                        )
    return wanted


def _turns(
    duty: Duty, ground: Ground, segment: Segment, since: date, today: date, until: date | None
) -> Iterator[Planned]:
    """Of a duty's turns those that this version judges: it was in force when they began. What is owed once belongs to
    the version of today."""
    rhythm = rhythm_of(duty, ground.figures)
    if rhythm is None:
        return
    last = until or max(today, since) + timedelta(days=AHEAD.get(rhythm.every, FAR_AHEAD))
    for one in planned(duty, ground, since, last):
        day = one.first or max(today, ground.service.first)
        if segment.days.covers(day):
            yield one


def _common(segment: Segment, duty: Duty, team: Team) -> Row:
    """What all obligations of a duty have in common."""
    return {
        "plan_version_id": segment.running.version_id, "promise": duty.id, "by": duty.by, "owe": duty.owe,
        "hours": hours_of(duty), "person_id": team.responsible(duty.owe, duty.by),
    }  # fmt: skip


def _row(one: Planned, hours: float, now: datetime) -> Row:
    standing = stand(Owed(one.opens_at, one.due_at, one.times, hours), (), seconds(now))
    untouched = standing.state in UNTOUCHED
    # What is over already is told by the sweep like any other miss.
    alarm = standing.next_at if untouched else one.due_at
    due = moment(one.due_at) if one.due_at is not None else None
    return {
        "key": one.key, "first": one.first, "last": one.last, "opens_at": moment(one.opens_at), "due_at": due,
        "due_original": due, "times": one.times, "state": str(standing.state) if untouched else "due",
        "next_alarm_at": moment(alarm) if alarm is not None else None,
    }  # fmt: skip


_FOLLOWS_PLAN = ("plan_version_id", "opens_at", "due_at", "times", "hours", "owe", "by", "first", "last")


_CHANGING = ("plan_version", *_FOLLOWS_PLAN[1:])


def _differences(of: Contract, wanted: Wanted, since: date, today: date, now: datetime) -> Made:
    """Bring the rows in line; only what nobody touched is changed, and only what has not been missed."""
    rows = Obligation.objects.select_for_update().filter(contract=of, kind="duty")
    present = {(row.promise, row.scope, row.key): row for row in rows.filter(_in_reach(since, today))}
    changed: list[Obligation] = []
    cancelled: list[Obligation] = []
    for place, row in present.items():
        if row.touched or row.state not in (*UNTOUCHED, "cancelled"):
            continue
        fresh = wanted.get(place)
        if fresh is None:
            if row.state != "cancelled" and _future(row, today):
                cancelled.append(row)
        elif row.state == "cancelled" or any(getattr(row, name) != fresh[name] for name in _FOLLOWS_PLAN):
            changed.append(_renewed(row, fresh))
    for row in cancelled:
        row.state, row.cancelled_at, row.next_alarm_at = "cancelled", now, None
    update(cancelled, ["state", "cancelled_at", "next_alarm_at"])
    update(changed, [*_CHANGING, "due_original", "state", "cancelled_at", "next_alarm_at"])
    added = insert_new(
        [row for place, row in wanted.items() if place not in present],
        {"contract_id": of.pk, "kind": "duty", "made_at": now},
    )
    return Made(added, len(changed), len(cancelled))


def _in_reach(since: date, today: date) -> Q:
    return Q(last__isnull=True) | Q(last__gte=min(since, today))


def _future(row: Obligation, today: date) -> bool:
    """Whether a row's time is still to come or under way: what was owed in the past was owed."""
    return row.last is None or row.last >= today


def _renewed(row: Obligation, fresh: Row) -> Obligation:
    for name in (*_FOLLOWS_PLAN, "due_original", "state", "next_alarm_at"):
        setattr(row, name, fresh[name])
    row.cancelled_at = None
    return row
