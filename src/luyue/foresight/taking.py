"""Cases of the firm as a history in the words of another plan; plans out of versions and drafts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from luyue.contracts.plans import running_plan
from luyue.contracts.queries import start_of
from luyue.desk.models import Case
from luyue.desk.queries import base_facts, seconds
from luyue.domain.cases import CaseEvent
from luyue.domain.history import BadRow, HistoryCase, for_plan
from luyue.domain.plan.model import Plan
from luyue.ledger.models import Event

PLACE_NAMES = ("site__name", "site__address", "unit__name", "contract__name", "contract__customer__name")


def cases_between(contract_ids: Iterable[int], since: date, until: date) -> QuerySet[Case]:
    """Cases of these contracts that were reported on days from `since` to `until`, both included, in order."""
    first = start_of(since)
    last = start_of(until + timedelta(days=1))
    found = Case.objects.filter(
        contract_id__in=list(contract_ids), reported_at__gte=first, reported_at__lt=last
    )
    return found.order_by("reported_at", "id")


def in_regions(words: Iterable[str]) -> Q:
    """Cases whose place has one of these words in a name or its address, as the routes of the desk look for regions."""
    found = Q()
    for word in words:
        for name in PLACE_NAMES:
            found |= Q(**{f"{name}__icontains": word})
    return found


def histories(cases: Iterable[Case], plan: Plan) -> list[HistoryCase]:
    """Cases with their events, as they would have stood under a plan."""
    cases = list(cases)
    events: dict[int, list[CaseEvent]] = {case.pk: [] for case in cases}
    rows = (
        Event.objects.filter(subject_kind="case", subject_id__in=list(events), kind__startswith="case.")
        .order_by("id")
        .values_list("subject_id", "kind", "occurred_at", "recorded_at", "data")
    )
    for case_id, kind, at, recorded, data in rows:
        events[case_id].append(CaseEvent(kind, seconds(at), seconds(recorded), data))
    found = []
    for case in cases:
        own = running_plan(case.plan_version_id).plan if case.plan_version_id else None
        told = for_plan(_history(case, events[case.pk], own, plan), plan)
        if not isinstance(told, BadRow):
            found.append(told)
    return found


def _history(case: Case, events: list[CaseEvent], own: Plan | None, plan: Plan) -> HistoryCase:
    ordered = sorted(events, key=lambda event: event.at)
    told = tuple(replace(event, data=_translated(event.data, own, plan)) for event in ordered)
    return HistoryCase(str(case.pk), case.pk, replace(base_facts(case), kind=case.kind), told)


def _translated(data: Mapping[str, Any], own: Plan | None, plan: Plan) -> dict[str, Any]:
    """An event's data in neutral words: a severity of the same plan by its id, of another one by its rank."""
    found = dict(data)
    if severity := found.pop("severity", None):
        levels = [level.id for level in own.severities] if own else []
        if own is not None and own.id == plan.id and severity in {level.id for level in plan.severities}:
            found["severity_word"] = severity
        elif severity in levels:
            found["severity_rank"] = levels.index(severity) + 1
    if reason := found.get("reason"):
        found["reasons"] = (reason,)
    return found


def in_batches(cases: QuerySet[Case], size: int) -> Iterator[list[int]]:
    """Ids of the cases, so many at a time."""
    ids = list(cases.values_list("pk", flat=True))
    return (ids[begin : begin + size] for begin in range(0, len(ids), size))
