"""Parts and devices of cases that are on their way: set aside, ordered, under repair, lent (K-1, K-4).

Nothing is kept of it: the last event of a case tells. A cancelled case waits for nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import faces
from luyue.desk.models import Case, Clock
from luyue.desk.queries import OPEN_CLOCKS
from luyue.domain.cases import EVENT_OF_ACT
from luyue.ledger.models import Event


@dataclass(frozen=True, slots=True)
class Way:
    """A way that goods go. begin, ends: acts, the usual end first; metric: the promise that waits for the end."""

    label: object
    begin: str
    ends: tuple[str, ...]
    metric: str = ""


WAYS: dict[str, Way] = {
    # A solved case does not put them back on their shelf: they wait until they were used or returned.
    "spares": Way(_("已调配待送"), "allocate_spares", ("deliver_part", "return_spares")),
    "part": Way(_("订购未到货"), "order_part", ("deliver_part",), "part_delivery"),
    "repair": Way(_("送修未返回"), "send_repair", ("return_repair",), "repair_return"),
    "loan": Way(_("备用机未收回"), "loan", ("take_back_loan",)),
}
ENDING = tuple(dict.fromkeys(way.ends[0] for way in WAYS.values()))


def begun(way: Way) -> QuerySet[Event]:
    """The events that began such a way and were not followed by its end, the longest waiting first."""
    told = Event.objects.filter(subject_kind="case")
    ends = told.filter(kind__in=[EVENT_OF_ACT[end] for end in way.ends], subject_id=OuterRef("subject_id"))
    after = Q(occurred_at__gt=OuterRef("occurred_at")) | Q(
        occurred_at=OuterRef("occurred_at"), id__gt=OuterRef("id")
    )
    return told.filter(~Exists(ends.filter(after)), kind=EVENT_OF_ACT[way.begin]).order_by(
        "occurred_at", "id"
    )


def waits(name: str) -> Q:
    """What makes a case one that has goods on such a way."""
    return ~Q(state="cancelled") & Q(pk__in=begun(WAYS[name]).order_by().values("subject_id"))


@dataclass(frozen=True, slots=True)
class Underway:
    """A case with goods on a way. what: in the words of whoever sent them; clock: the promise that waits for them."""

    case: Case
    since: datetime
    what: str
    source: str
    clock: faces.Face | None


def underway(name: str, person: Person, now: datetime, most: int) -> list[Underway]:
    """The cases of `waits`, the longest waiting first. One sent out twice stands where it was sent first."""
    way = WAYS[name]
    mine = contracts.narrowed(Case.objects.filter(waits(name)), person)
    events: dict[int, Event] = {}
    for event in begun(way).filter(subject_id__in=mine.order_by().values("pk"))[: 3 * most]:
        events.setdefault(event.subject_id, event)
    shown = list(events)[:most]
    cases = mine.select_related("contract__customer", "owner", "site").in_bulk(shown)
    clocks = _clocks(way, shown, now)
    return [
        Underway(
            cases[pk], events[pk].occurred_at, _what(events[pk].data), str(events[pk].data.get("source", "")),
            clocks.get(pk),
        )
        for pk in shown if pk in cases
    ]  # fmt: skip


def _what(data: dict[str, Any]) -> str:
    return str(data.get("spares") or data.get("note") or "")


def _clocks(way: Way, cases: Sequence[int], now: datetime) -> dict[int, faces.Face]:
    if not way.metric:
        return {}
    rows: Iterable[Clock] = Clock.objects.filter(
        case_id__in=cases, metric__contains=way.metric, state__in=OPEN_CLOCKS
    ).order_by("-due_at")
    return {clock.case_id: faces.short_face(clock, now) for clock in rows}
