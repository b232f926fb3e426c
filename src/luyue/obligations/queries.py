"""Reads of obligations. The wall decides which rows there are."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from luyue.domain.refusals import NotFound
from luyue.obligations.models import OPEN_STATES, Obligation

OPEN = Q(state__in=OPEN_STATES)
# Ways to sort a list, for `keyset_page`. What has no due time comes last.
ORDERS: dict[str, tuple[str, ...]] = {"due": ("due_at", "id"), "-due": ("-due_at", "-id")}


def obligations() -> QuerySet[Obligation]:
    return Obligation.objects.select_related("contract__customer", "person", "site")


def obligation(obligation_id: int, *, lock: bool = False) -> Obligation:
    """An obligation in scope. Raises NotFound."""
    rows = Obligation.objects.select_for_update(of=("self",)) if lock else Obligation.objects
    found = (
        rows.select_related("contract__customer", "person", "site", "case").filter(pk=obligation_id).first()
    )
    if found is None:
        raise NotFound(subject="obligation")
    return found


def find(
    *,
    contract_id: int | None = None,
    person_id: int | None = None,
    kinds: Collection[str] = (),
    states: Collection[str] = (),
    by: Collection[str] = (),
    promise: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    case_id: int | None = None,
) -> QuerySet[Obligation]:
    """Those that meet every given condition; not in an order. until is not included."""
    rows = obligations()
    if contract_id is not None:
        rows = rows.filter(contract_id=contract_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if states:
        rows = rows.filter(state__in=list(states))
    if by:
        rows = rows.filter(by__in=list(by))
    if promise:
        rows = rows.filter(promise=promise)
    if since is not None:
        rows = rows.filter(due_at__gte=since)
    if until is not None:
        rows = rows.filter(due_at__lt=until)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return rows


def of_case(case_id: int) -> list[Obligation]:
    """What a case asked for, the first due first."""
    return list(obligations().filter(case_id=case_id).order_by("due_at", "pk"))


def promised_ids(words: Iterable[str]) -> list[str]:
    """Ids of promises of plans in scope whose text or id has all of these words; for searching."""
    from luyue.contracts.models import Binding
    from luyue.contracts.plans import running_plan

    wanted = [word.lower() for word in words]
    found: set[str] = set()
    for version in set(Binding.objects.values_list("plan_version_id", flat=True)):
        for promise in running_plan(version).plan.promises:
            text = f"{promise.id} {promise.clause} {promise.text.zh} {promise.text.en}".lower()
            if all(word in text for word in wanted):
                found.add(promise.id)
    return sorted(found)
