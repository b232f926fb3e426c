"""Reads of work orders. The wall decides which rows there are."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.contracts.models import Access
from luyue.contracts.queries import start_of
from luyue.desk.models import OPEN as CASE_OPEN
from luyue.desk.models import Case, Clock
from luyue.desk.queries import OPEN_CLOCKS, seconds
from luyue.desk.queue import searched
from luyue.devices.models import Site
from luyue.domain import dispatch, work_orders
from luyue.domain import reach as reaching
from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import Calendar, compile_calendar
from luyue.domain.plan.loader import HORIZON
from luyue.domain.refusals import NotFound
from luyue.domain.rights import RIGHTS, SEES_ALL
from luyue.field.models import OPEN, Absence, Companion, Confirmation, Entry, ServicePoint, WorkOrder
from luyue.files.models import Attachment
from luyue.files.queries import attachments_of
from luyue.web.prepared import prepared

SUBJECT = "work_order"
MOST_PEOPLE = 300
UNSIGNED_FOR = timedelta(days=14)  # so long an unsigned order stays on its engineer's page
PICTURE_KINDS = ("photo", "screenshot")
# The firm's usual hours; who stands in for the night is planned all the same, with a word of warning.
OFFICE = CalendarSpec.weekly(
    "Asia/Shanghai",
    {day: [("08:30", "12:00"), ("13:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")},
    holidays="CN",
)


def visible_orders() -> QuerySet[WorkOrder]:
    return WorkOrder.objects.select_related("contract__customer", "case", "site", "engineer").defer(
        "case__words", "case__description", "case__known"
    )


def order(order_id: int) -> WorkOrder:
    """An order in scope with what its page shows. Raises NotFound."""
    return _found(_order.first(order_id))


def locked_order(order_id: int) -> WorkOrder:
    """The same, locked against other acts until the transaction ends."""
    return _found(_locked.first(order_id))


def _found(order: WorkOrder | None) -> WorkOrder:
    if order is None:
        raise NotFound(subject=SUBJECT)
    return order


@prepared
def _order(order_id: int) -> QuerySet[WorkOrder]:
    beside = ("contract__customer", "case__device", "site", "engineer", "from_point", "follows")
    return WorkOrder.objects.select_related(*beside).defer("case__words").filter(pk=order_id)


@prepared
def _locked(order_id: int) -> QuerySet[WorkOrder]:
    orders = WorkOrder.objects.select_for_update(of=("self",))
    return (
        orders.select_related("case", "engineer", "site", "contract").defer("case__words").filter(pk=order_id)
    )


@prepared
def followers_of(order_id: int) -> QuerySet[WorkOrder]:
    """The orders that go on where this one ended."""
    return WorkOrder.objects.filter(follows_id=order_id).order_by("id")


@prepared
def orders_of_case(case_id: int) -> QuerySet[WorkOrder]:
    return WorkOrder.objects.filter(case_id=case_id).select_related("engineer").order_by("id")


def entries_of(order_id: int) -> list[Entry]:
    """All that was done on an order, in the order it happened."""
    return _entries_of.rows(order_id)


@prepared
def _entries_of(order_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(order_id=order_id).select_related("corrects").order_by("at", "id")


def entry_with_key(order_id: int, key: uuid.UUID) -> Entry | None:
    return Entry.objects.filter(order_id=order_id, key=key).first()


def confirmations_of(order_id: int) -> list[Confirmation]:
    return _confirmations_of.rows(order_id)


@prepared
def _confirmations_of(order_id: int) -> QuerySet[Confirmation]:
    return Confirmation.objects.filter(order_id=order_id).select_related("file")


def files_of(order_id: int) -> list[Attachment]:
    return attachments_of.rows(SUBJECT, order_id)


def pictures(order_id: int) -> int:
    """How many photographs and screenshots an order has."""
    return attachments_of(SUBJECT, order_id).filter(kind__in=PICTURE_KINDS).count()


def answered_checks(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Items of the safety check that were answered; the last answer counts."""
    return {one.data["check"]: one for one in entries if one.act == "check"}


def filed_papers(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Papers of an emergency repair that were filed; the last version counts."""
    return {one.data["paper"]: one for one in entries if one.act == "paper"}


def is_crew(order: WorkOrder, person: Person) -> bool:
    """Whether a person is the engineer of an order or goes along."""
    return (
        order.engineer_id == person.pk
        or Companion.objects.filter(order_id=order.pk, person_id=person.pk).exists()
    )


def companions_of(order_id: int) -> list[Person]:
    return [row.person for row in _companions_of.rows(order_id)]


@prepared
def _companions_of(order_id: int) -> QuerySet[Companion]:
    return Companion.objects.filter(order_id=order_id).select_related("person")


# --- lists ---------------------------------------------------------------------------------------


def orders_of(person: Person, *, begin: datetime, end: datetime) -> list[WorkOrder]:
    """A person's orders for his phone: open up to `end`, ended today, and those of late that nobody has signed yet."""
    mine = Q(engineer=person) | Q(
        pk__in=Companion.objects.filter(person=person, order__planned_from__gte=begin - timedelta(days=60))
        .order_by()
        .values("order_id")
    )
    when = (OPEN & Q(planned_from__lt=end)) | Q(planned_from__gte=begin, planned_from__lt=end)
    when |= Q(state__in=("finished", "unfinished", "refused"), planned_from__gte=begin - UNSIGNED_FOR)
    found = visible_orders().filter(mine).filter(when).exclude(state__in=("rejected", "cancelled"))
    return list(found.order_by("planned_from", "id")[:100])


def orders_between(begin: datetime, end: datetime) -> list[WorkOrder]:
    """Orders that stand in somebody's day in that time."""
    found = visible_orders().filter(planned_from__lt=end, planned_to__gt=begin)
    # Nothing lasts longer than a day: the index need not be read from its beginning.
    found = found.filter(planned_from__gt=begin - timedelta(days=1)).exclude(
        state__in=("rejected", "cancelled")
    )
    return list(found.order_by("planned_from", "id")[:1000])


def booked(person: Person, end: datetime) -> QuerySet[WorkOrder]:
    """Own orders up to an instant that are not over."""
    return WorkOrder.objects.filter(OPEN, engineer=person, planned_from__lt=end).exclude(state="rejected")


def returned() -> QuerySet[WorkOrder]:
    """Orders that an engineer gave back: somebody else has to be found."""
    return visible_orders().filter(state="rejected").order_by("planned_from", "id")


def cases_to_plan(limit: int) -> list[Case]:
    """Open cases that need somebody to go there and have no open order, those due first in front."""
    busy = WorkOrder.objects.filter(OPEN, case__isnull=False).order_by().values("case_id")
    return list(
        Case.objects.filter(CASE_OPEN, onsite=True)
        .exclude(pk__in=busy)
        .select_related("contract__customer", "owner", "site")
        .defer("words", "description", "known")
        .order_by("next_due_at", "id")[:limit]
    )


# Planned with parts to take along, and nobody has set out yet: the store has to have them ready.
TO_PACK_STATES = ("planned", "accepted")
WITH_PARTS = ~Q(parts=[])
TO_PACK = Q(state__in=TO_PACK_STATES) & WITH_PARTS


def found_by(text: str) -> Q:
    """Orders that a typed text means: a number of an order, or whatever finds their cases."""
    word = text.strip().upper()
    if word.startswith("WO") and word[2:].isdigit() and len(word) < 18:
        return Q(pk=int(word[2:]))
    return Q(case__in=searched(Case.objects.all(), text).order_by().values("pk"))


# --- people and places ---------------------------------------------------------------------------


def field_people() -> list[Person]:
    """Active people who can be sent, by name."""
    able = Person.objects.filter(active=True, role__in=RIGHTS["do_work_order"]).order_by("name", "id")
    return list(able.only("name", "role", "phone", "active", "username")[:MOST_PEOPLE])


def may_serve(person: Person, contract_id: int) -> bool:
    """Whether a person can be sent to a contract's sites: his role does such work, and he may see the contract."""
    if not person.may("do_work_order"):
        return False
    return (
        person.role in SEES_ALL
        or Access.objects.filter(contract_id=contract_id, person_id=person.pk).exists()
    )


def points() -> list[ServicePoint]:
    """Service points in use."""
    return list(ServicePoint.objects.filter(active=True))


def as_points(rows: Iterable[ServicePoint]) -> list[dispatch.Point]:
    return [dispatch.Point(row.pk, row.name, row.place, row.reach_minutes) for row in rows]


def point(point_id: int) -> ServicePoint:
    """One service point. Raises NotFound."""
    found = ServicePoint.objects.filter(pk=point_id).first()
    if found is None:
        raise NotFound(subject="service_point")
    return found


@dataclass(frozen=True, slots=True)
class Reach:
    """A site with its nearest service point. within: None without coordinates or without any point."""

    site: Site
    way: dispatch.Way | None
    within: bool | None


MOST_SITES = 20_000
REACHES = ("beyond", "unknown", "within")  # the worst first


@dataclass(frozen=True, slots=True)
class Reached:
    """Some of the sites in scope with their nearest service points, how many there are of each of REACHES, whether
    more follow, and how many sites were not looked at."""

    rows: list[Reach]
    counts: dict[str, int]
    more: bool
    unseen: int


def reach(show: str = "", *, page: int = 1, size: int = 100, most: int = MOST_SITES) -> Reached:
    """Sites in scope, the worst first (F-1: any site within the promised time). show: one of REACHES only, or all.

    Three queries, with very many sites four. Of all sites only their coordinates are read; whole rows are those of
    the page.
    """
    known = as_points(points())
    sites = Site.objects.order_by("contract__number", "name", "id")[:most]
    rows = list(sites.values_list("pk", "latitude", "longitude"))
    table = np.array(rows, float).reshape(-1, 3)  # an empty coordinate becomes NaN
    minutes, within = reaching.reach(table[:, 1], table[:, 2], known)
    rank = np.where(within, 2, np.where(minutes == reaching.UNREACHED, 1, 0))
    order = np.lexsort((-minutes, rank))
    if show in REACHES:
        order = order[rank[order] == REACHES.index(show)]
    numbers = [rows[place][0] for place in order[(page - 1) * size : page * size]]
    whole = Site.objects.select_related("contract").in_bulk(numbers)
    counts = np.bincount(rank, minlength=len(REACHES)).tolist()
    return Reached(
        rows=[_reach(whole[pk], known) for pk in numbers if pk in whole],
        counts=dict(zip(REACHES, counts, strict=True)),
        more=len(order) > page * size,
        unseen=Site.objects.count() - most if len(rows) == most else 0,
    )


def _reach(site: Site, known: Sequence[dispatch.Point]) -> Reach:
    target = dispatch.place(site.latitude, site.longitude)
    found = dispatch.nearest(target, known) if target else None
    if found is None:
        return Reach(site, None, None)
    way, nearest = found
    return Reach(site, way, way.minutes <= nearest.reach_minutes)


def absences(begin: datetime, end: datetime, people: Collection[int] | None = None) -> QuerySet[Absence]:
    """Known absences that touch a time."""
    found = Absence.objects.filter(starts_at__lt=end, ends_at__gt=begin).select_related("person")
    return found if people is None else found.filter(person__in=people)


def absence(absence_id: int) -> Absence:
    """One absence. Raises NotFound."""
    found = Absence.objects.filter(pk=absence_id).select_related("person").first()
    if found is None:
        raise NotFound(subject="absence")
    return found


@lru_cache(maxsize=1)
def _office() -> Calendar:
    return compile_calendar(OFFICE, *HORIZON)


def office_hours(begin: datetime, end: datetime) -> list[tuple[int, int]]:
    """The firm's usual working stretches in a time, as UTC seconds."""
    return [(start, stop) for start, stop in _office().intervals_between(seconds(begin), seconds(end))]


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First and last instant (excluded) of a day in the contracts' zone."""
    return start_of(day), start_of(day + timedelta(days=1))


# --- what planning reads -------------------------------------------------------------------------


def stops_of(engineer_id: int, begin: datetime, end: datetime) -> list[dispatch.Stop]:
    """What already stands in an engineer's days around a time, alone or going along."""
    mine = Q(engineer_id=engineer_id) | Q(companions__person_id=engineer_id)
    rows = (
        WorkOrder.objects.filter(mine, state__in=work_orders.BOOKED_STATES)
        .filter(planned_from__lt=end + timedelta(days=1), planned_from__gt=begin - timedelta(days=2))
        .select_related("site")
        .distinct()
    )
    return [as_stop(row) for row in rows]


def as_stop(order: WorkOrder) -> dispatch.Stop:
    assert order.planned_from is not None and order.planned_to is not None
    return dispatch.Stop(
        id=order.pk,
        label=f"{order.number} {order.site.name if order.site else order.title}"[:80],
        begin=seconds(order.planned_from),
        end=seconds(order.planned_to),
        place=order.place,
        onsite=order.kind != work_orders.REMOTE,
    )


def arrival_due(case_id: int) -> datetime | None:
    """By when somebody has to be there: the strictest open limit for arriving."""
    return (
        Clock.objects.filter(case_id=case_id, metric__contains="arrive", state__in=OPEN_CLOCKS)
        .filter(due_at__isnull=False)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )


# --- what the customer signs ---------------------------------------------------------------------


def content(order: WorkOrder, *, entries: Sequence[Entry], files: Sequence[Attachment]) -> dict[str, Any]:
    """An order's content as plain values: what is signed is the hash of this."""

    def told(at: datetime | None) -> int | None:
        return None if at is None else seconds(at)

    return {
        "number": order.number,
        "contract": order.contract_id,
        "case": order.case_id,
        "kind": order.kind,
        "title": order.title,
        "engineer": order.engineer.name if order.engineer else "",
        "result": order.result,
        "times": {
            name: told(getattr(order, f"{name}_at")) for name in ("departed", "arrived", "started", "ended")
        },
        "entries": [
            {
                "id": one.pk,
                "act": one.act,
                "at": told(one.at),
                "by": one.person_name,
                "text": one.text,
                "data": one.data,
            }
            for one in entries
            if one.act != "told"
        ],
        "files": [
            {"id": one.pk, "digest": one.digest, "kind": one.kind}
            for one in files
            if one.kind not in ("signature", "paper")
        ],
    }
