"""Reads of entitlements. The wall decides which rows there are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db.models import Count, Q, QuerySet

from luyue.contracts.plans import Place, bound_versions, read_plan, rows_of
from luyue.domain.refusals import NotFound
from luyue.entitlements.models import WAITING_STATES, Charge, Use
from luyue.web.prepared import prepared

WAITING = Q(state__in=WAITING_STATES)
# A red that nobody has let pass.
RED = Q(state__in=["missed", "broken"])


def uses() -> QuerySet[Use]:
    return Use.objects.select_related("contract__customer", "case", "device", "recorded_by")


def use(use_id: int, *, lock: bool = False) -> Use:
    """A use in scope. Raises NotFound."""
    rows = Use.objects.select_for_update(of=("self",)) if lock else Use.objects
    found = rows.select_related("contract__customer", "case", "device").filter(pk=use_id).first()
    if found is None:
        raise NotFound(subject="use")
    return found


@prepared
def uses_of_case(case_id: int) -> QuerySet[Use]:
    """What a case used."""
    return uses().filter(case_id=case_id).order_by("promise", "pk")


def charge_of(case_id: int) -> Charge | None:
    return Charge.objects.filter(case_id=case_id).first()


def claims() -> QuerySet[Use]:
    """What customers asked for and what rules found: to be granted and done."""
    return uses().filter(origin__in=["claim", "device"]).exclude(due_at=None)


# The first words of topics that somebody has to hand something over for.
GOODS = ("loan", "replacement", "parts_price", "priority", "parts_disposal", "media", "delivery")


def topics() -> dict[str, list[Place]]:
    """First word of a topic → the entitlements about it, in plans in scope."""
    found: dict[str, list[Place]] = {}
    for version in bound_versions():
        for topic, promise in _topics(version):
            found.setdefault(topic, []).append((version, promise))
    return found


@lru_cache(
    maxsize=8192
)  # a version never changes, and a firm may have more of them than plans are kept in memory
def _topics(version_id: int) -> tuple[tuple[str, str], ...]:
    return tuple((one.topic.partition(".")[0], one.id) for one in read_plan(version_id).entitlements)


def about(rows: QuerySet[Use], wanted: Iterable[str], among: Mapping[str, Sequence[Place]]) -> QuerySet[Use]:
    """Those about one of these topics. among: what `topics` gave."""
    chosen = [place for topic in wanted for place in among.get(topic, ())]
    return rows.filter(rows_of(chosen, chain.from_iterable(among.values())))


def counts_of(contract_id: int, start: datetime, end: datetime) -> dict[str, dict[str, int]]:
    """Promise → kept, broken, open of a stretch of time. One query."""
    rows = (
        Use.objects.filter(contract_id=contract_id, counts_at__gte=start, counts_at__lt=end)
        .order_by()
        .values("promise")
        .annotate(
            kept=Count("id", filter=Q(state__in=["kept", "late"])),
            broken=Count("id", filter=RED),
            open=Count("id", filter=Q(state__in=["open", "granted"])),
            waived=Count("id", filter=Q(state="waived")),
        )
    )
    names = ("kept", "broken", "open", "waived")
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return {row["promise"]: {name: row[name] for name in names} for row in found}


def reviews(contract_id: int, first: date) -> QuerySet[Use]:
    """The standing pledges of a contract in a quarter."""
    return uses().filter(contract_id=contract_id, origin="review", key=f"quarter:{first}").order_by("promise")


def open_reviews(contract_id: int) -> int:
    return Use.objects.filter(WAITING, contract_id=contract_id, origin="review").count()
