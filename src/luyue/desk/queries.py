"""Reads of cases, their history and clocks. The wall decides which rows there are."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from luyue.accounts.models import Person
from luyue.desk.models import Case, CaseLink, Clock, Notified
from luyue.domain import cases
from luyue.domain.cases import CaseEvent, Facts
from luyue.domain.refusals import NotFound
from luyue.domain.rights import RIGHTS, SEES_ALL
from luyue.ledger.models import Event
from luyue.web.prepared import prepared

OPEN_CLOCKS = ("running", "warning", "paused", "breached")
MOST_PEOPLE = 300


# Ways to sort a list of cases, for `keyset_page`. A case without a running limit comes last by "due".
ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("next_due_at", "id"),
    "-due": ("-next_due_at", "-id"),
    "reported": ("reported_at", "id"),
    "-reported": ("-reported_at", "-id"),
}


def find_cases(
    among: QuerySet[Case],
    *,
    states: Collection[str] = (),
    open_only: bool = False,
    contract_id: int | None = None,
    severities: Collection[str] = (),
    kinds: Collection[str] = (),
    owner_id: int | None = None,
    nobodys: bool = False,
    breached: bool | None = None,
    reported_from: datetime | None = None,
    reported_to: datetime | None = None,
) -> QuerySet[Case]:
    """Those that meet every given condition; not yet in an order. reported_to is not included."""
    found = among
    if open_only:
        found = found.filter(state__in=cases.OPEN_STATES)
    found = _any_of(found, "state", states)
    if contract_id is not None:
        found = found.filter(contract_id=contract_id)
    found = _any_of(found, "severity", severities)
    found = _any_of(found, "kind", kinds)
    if owner_id is not None:
        found = found.filter(owner_id=owner_id)
    if nobodys:
        found = found.filter(owner=None)
    if breached is not None:
        found = found.filter(breached=breached)
    if reported_from is not None:
        found = found.filter(reported_at__gte=reported_from)
    if reported_to is not None:
        found = found.filter(reported_at__lt=reported_to)
    return found


def _any_of(found: QuerySet[Case], field: str, values: Collection[str]) -> QuerySet[Case]:
    """One value as an equality: only then does an index that begins with it come in order."""
    if not values:
        return found
    one = next(iter(values))
    return found.filter(**{field: one} if len(values) == 1 else {f"{field}__in": list(values)})


def case(case_id: int) -> Case:
    """A case in scope. Raises NotFound."""
    return _found(_with_places.first(case_id))


def whole_case(case_id: int) -> Case:
    """The same for its page, with `has_links` and `has_notified`: most cases have none, and are not asked for them."""
    return _found(_whole.first(case_id))


def locked_case(case_id: int) -> Case:
    """The same, locked against other acts until the transaction ends."""
    return _found(_locked.first(case_id))


def _found(case: Case | None) -> Case:
    if case is None:
        raise NotFound(subject="case")
    return case


@prepared
def _with_places(case_id: int) -> QuerySet[Case]:
    places = ("contract__customer", "contract__project", "owner", "site", "device")
    return Case.objects.select_related(*places).defer("words").filter(pk=case_id)


@prepared
def _whole(case_id: int) -> QuerySet[Case]:
    links = CaseLink.objects.filter(Q(source=OuterRef("pk")) | Q(target=OuterRef("pk")), ended_at=None)
    told = Notified.objects.filter(case=OuterRef("pk"))
    return _with_places(case_id).annotate(has_links=Exists(links), has_notified=Exists(told))


@prepared
def _locked(case_id: int) -> QuerySet[Case]:
    cases = Case.objects.select_for_update(of=("self",)).select_related("contract")
    return cases.defer("words").filter(pk=case_id)


@prepared
def history(case_id: int) -> QuerySet[Event]:
    """A case's ledger events in the order they were entered."""
    return Event.objects.filter(subject_kind="case", subject_id=case_id).order_by("id")


def case_events(case_id: int) -> list[CaseEvent]:
    """The same as the clocks read them, in the order they happened."""
    rows = _case_events.rows(case_id)
    events = [CaseEvent(kind, seconds(at), seconds(recorded), data) for kind, at, recorded, data in rows]
    return sorted(events, key=lambda event: event.at)


@prepared
def _case_events(case_id: int) -> QuerySet[Event, tuple[str, datetime, datetime, dict[str, Any]]]:
    told = history(case_id).filter(kind__startswith="case.")
    return told.values_list("kind", "occurred_at", "recorded_at", "data")


def base_facts(case: Case) -> Facts:
    """What was known of a case before its first event: the snapshot of contract and device."""
    known = case.known
    return Facts(
        channel=case.channel,
        device=known.get("device"),
        periods=frozenset(known.get("periods", ())),
        grade=known.get("grade") or None,
        options=frozenset(known.get("options", ())),
    )


def as_case_events(rows: Iterable[Event]) -> list[CaseEvent]:
    """Ledger rows that were read already as the clocks read them, in the order they happened."""
    events = [
        CaseEvent(row.kind, seconds(row.occurred_at), seconds(row.recorded_at), row.data)
        for row in rows
        if row.kind.startswith("case.")
    ]
    return sorted(events, key=lambda event: event.at)


def open_pauses(case_id: int) -> dict[str, datetime]:
    """Reasons that hold a case's clocks now → since when."""
    return pauses_in(case_events(case_id))


def pauses_in(events: Iterable[CaseEvent]) -> dict[str, datetime]:
    """The same, from a case's events in the order they happened."""
    found: dict[str, datetime] = {}
    for event in cases.standing(list(events)):
        reason = str(event.data.get("reason", ""))
        if event.kind == cases.PAUSED:
            found.setdefault(reason, moment(event.at))
        elif event.kind == cases.RESUMED:
            found = {name: since for name, since in found.items() if reason not in ("", name)}
        elif event.kind in (cases.RESOLVED, cases.CLOSED, cases.CANCELLED):
            found = {}
    return found


def last_act_on_site(case_id: int) -> datetime | None:
    """When somebody last set out or arrived since the last reopening."""
    last: datetime | None = None
    for event in case_events(case_id):
        if event.kind in (cases.DEPARTED, cases.ARRIVED):
            last = moment(event.at)
        elif event.kind == cases.REOPENED:
            last = None
    return last


@prepared
def clocks_of(case_id: int) -> QuerySet[Clock]:
    """A case's clocks: those that run by due time, then the rest."""
    return Clock.objects.filter(case_id=case_id).order_by("due_at", "id")


@prepared
def next_clocks(case_ids: list[int]) -> QuerySet[Clock]:
    """Of each case the open clock that is due first; only what a list shows of it."""
    return (
        Clock.objects.filter(case_id__any=case_ids, ended_at__isnull=True, state__in=OPEN_CLOCKS)
        .order_by("case_id", F("due_at").asc(nulls_last=True), "id")
        .distinct("case_id")
        .only("case_id", "metric", "state", "started_at", "due_at", "warn_at", "stopped_at", "ended_at")
    )


def workers(contract_id: int | None = None) -> list[Person]:
    """Active people whose role may work on cases; with a contract, those who may see it. At most 300."""
    return _workers.rows(contract_id)


@prepared
def _workers(contract_id: int | None) -> QuerySet[Person]:
    able = Person.objects.filter(active=True, role__in=RIGHTS["work_case"]).order_by("name", "id")
    able = able.only("name", "role", "active")
    if contract_id is not None:
        mine = Q(role__in=RIGHTS["work_case"] & SEES_ALL) | Q(contract_access__contract_id=contract_id)
        able = able.filter(mine).distinct()
    return able[:MOST_PEOPLE]


def seconds(at: datetime) -> int:
    """Whole UTC seconds of an aware datetime."""
    return int(at.timestamp() // 1)


def moment(at: int) -> datetime:
    """Aware UTC datetime of whole seconds."""
    return datetime.fromtimestamp(at, UTC)
