"""The roster of a holiday: made out of shifts, vehicles added, submitted to the customer in time (O-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.domain.holidays import holiday_set
from luyue.domain.obligations.raising import Holiday, holidays
from luyue.domain.obligations.schedule import working_days
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.notices.actions import tell
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.obligations.ground import promise_of, steps_of
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.roster import queries as roster
from luyue.staffing import notes, queries
from luyue.staffing.models import HolidayRoster, Post

OWED = ("roster.holiday", "roster.on_duty")
MOST_VEHICLES = 50
AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class Vehicle:
    """A vehicle that is ready on the holiday."""

    plate: str
    driver: str
    phone: str = ""
    use: str = ""


def holiday_at(first: date) -> Holiday:
    """The holiday that begins on a day. Raises BadInput: first."""
    found = next(iter(holidays(holiday_set("CN"), first, first)), None)
    if found is None:
        raise BadInput(field="first", problem="no_holiday")
    return found


def coming(today: date) -> list[Holiday]:
    """The long and major holidays ahead, the next in front."""
    return [one for one in holidays(holiday_set("CN"), today, today + AHEAD) if one.words]


def people_on(contract_id: int, first: date, last: date) -> list[list[str]]:
    """Who of the contract's people is on duty on the days: [day, from, to, name, post, phone]."""
    team = {person.pk for person, _role in contracts.people_of(contract_id)}
    team |= set(
        Post.objects.filter(queries.held_between(first, last), contract_id=contract_id).values_list(
            "person_id", flat=True
        )
    )
    begin = datetime(first.year, first.month, first.day, tzinfo=ZONE)
    end = datetime(last.year, last.month, last.day, tzinfo=ZONE) + timedelta(days=1)
    rows = roster.shifts(begin, end).filter(person__in=team)
    return [
        [
            str(max(local_day(row.starts_at), first)), f"{row.starts_at.astimezone(ZONE):%m-%d %H:%M}",
            f"{row.ends_at.astimezone(ZONE):%m-%d %H:%M}", row.person.name, row.post, row.person.phone,
        ]
        for row in rows
    ]  # fmt: skip


def days_without(people: Sequence[Sequence[str]], first: date, last: date) -> list[date]:
    """The days of the holiday that nobody is named for."""
    named = {row[0] for row in people}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if str(day) not in named]


@transaction.atomic
def draft_holiday(contract_id: int, first: date, *, actor: Person | None, now: datetime) -> HolidayRoster:
    """Make the roster of the holiday that begins on a day out of the shifts; vehicles as on the last one.

    A draft that is there is made anew; after one was submitted it is a further version.

    Raises:
        NotFound, NotAllowed. BadInput: first (no holiday begins then).
    """
    require(actor, "manage_roster")
    of = contracts.contract(contract_id)
    Contract.objects.select_for_update().get(pk=of.pk)
    holiday = holiday_at(first)
    people = people_on(of.pk, holiday.first, holiday.last)
    same = HolidayRoster.objects.filter(contract=of, first=first).order_by("-version").first()
    if same is not None and same.state == HolidayRoster.State.DRAFT:
        same.people, same.made_at = people, now
        same.save(update_fields=["people", "made_at"])
        made = same
    else:
        last = HolidayRoster.objects.filter(contract=of).order_by("-made_at").first()
        made = HolidayRoster.objects.create(
            contract=of, name="、".join(holiday.names)[:60], first=holiday.first, last=holiday.last, people=people,
            version=same.version + 1 if same else 1, vehicles=last.vehicles if last else [], made_at=now,
        )  # fmt: skip
    _record("holiday_roster.made", made, actor, now, people=len(people))
    return made


@transaction.atomic
def set_vehicles(
    roster_id: int, vehicles: Sequence[Vehicle], *, actor: Person | None, now: datetime
) -> HolidayRoster:
    """Which vehicles there are. Raises NotFound, NotAllowed, IllegalMove (submitted), BadInput: vehicles (too many,
    without plate or driver)."""
    require(actor, "manage_roster")
    one = queries.holiday_roster(roster_id, lock=True)
    _draft(one, "set_vehicles")
    if len(vehicles) > MOST_VEHICLES:
        raise BadInput(field="vehicles", problem="too_many")
    if any(not row.plate.strip() or not row.driver.strip() for row in vehicles):
        raise BadInput(field="vehicles", problem="missing")
    one.vehicles = [
        [row.plate.strip()[:20], row.driver.strip()[:40], row.phone.strip()[:30], row.use.strip()[:100]]
        for row in vehicles
    ]
    one.save(update_fields=["vehicles"])
    _record("holiday_roster.vehicles_set", one, actor, now, vehicles=len(one.vehicles))
    return one


@transaction.atomic
def submit_holiday(roster_id: int, *, to: str, actor: Person | None, now: datetime) -> HolidayRoster:
    """Hand it to the customer: it is frozen, he is told, and what the plan owed for this holiday gets its record.

    Raises:
        NotFound, NotAllowed. IllegalMove: submitted already. BadInput: to; people (nobody is on duty on some day).
    """
    require(actor, "manage_roster")
    one = queries.holiday_roster(roster_id, lock=True)
    _draft(one, "submit_holiday")
    if not to.strip():
        raise BadInput(field="to", problem="missing")
    if empty := days_without(one.people, one.first, one.last):
        raise BadInput(field="people", problem="days_without", days=", ".join(str(day) for day in empty))
    one.state, one.submitted_at, one.submitted_to = HolidayRoster.State.SUBMITTED, now, to.strip()[:120]
    one.submitted_by = actor.name[:60] if actor else ""
    one.days_ahead = working_days().workdays_between(local_day(now), one.first - timedelta(days=1))
    one.save(update_fields=["state", "submitted_at", "submitted_to", "submitted_by", "days_ahead"])
    _record("holiday_roster.submitted", one, actor, now, to=one.submitted_to, days_ahead=one.days_ahead)
    number = f"值班 {len(one.people)} 班、车辆 {len(one.vehicles)} 辆"
    what = f"{one.name}值班表第 {one.version} 版：{number}，交{one.submitted_to}"
    for obligation in open_for(one):
        steps = steps_of(promise_of(obligation.plan_version_id, obligation.promise))
        done = sorted(steps if one.vehicles else steps - {"vehicles"})
        hand_in(
            obligation.pk, Work(what=what, items=done), source=("holiday_roster", one.pk), actor=actor, at=now, now=now
        )  # fmt: skip
    customers = [person for person, _role in contracts.people_of(one.contract_id, ["customer"])]
    tell([notes.holiday(one, person) for person in customers], now=now)
    return one


def open_for(one: HolidayRoster) -> list[Obligation]:
    """What the plan still owes for this holiday."""
    return list(
        Obligation.objects.filter(
            contract_id=one.contract_id, owe__in=OWED, key=f"holiday:{one.first}", state__in=OPEN_STATES
        ).order_by("pk")
    )


def _draft(one: HolidayRoster, act: str) -> None:
    if one.state != HolidayRoster.State.DRAFT:
        raise IllegalMove(subject="holiday_roster", state=one.state, act=act)


def _record(kind: str, one: HolidayRoster, actor: Person | None, now: datetime, **data: Any) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=("holiday_roster", one.pk), actor=actor, at=now, now=now,
        data={"name": one.name, "first": str(one.first), "last": str(one.last), "version": one.version, **data},
    )  # fmt: skip
