"""Triage: who pays what, which promises rule, of what nature a problem is. Proposals are pure; a person decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import acting, actions, queries
from luyue.desk.models import Case, CaseTriage
from luyue.desk.queries import seconds
from luyue.domain import cases, charges, matching, routing
from luyue.domain.cases import CaseEvent, Facts, facts_after, standing
from luyue.domain.charges import CHARGES, ITEMS, VERDICTS, Occasion, Ruling
from luyue.domain.refusals import BadInput

LONGEST_NOTE = 200


def facts_now(case: Case, events: Sequence[CaseEvent]) -> Facts:
    """What is known of a case by its events so far, as the clocks read them."""
    return reduce(facts_after, standing(events), queries.base_facts(case))


def ruling_of(case: Case, force: InForce, facts: Facts) -> Ruling | None:
    """What plan and dates say about scope and charges on the day of the report; None without a plan. One query."""
    if force.running is None:
        return None
    day = contracts.local_day(case.reported_at)
    occasion = Occasion(day, facts, force.runs_on(day), _days_since_same_fault(case))
    return charges.judge(
        force.running.plan, force.periods, occasion, contract_begins=force.contract.starts_on
    )


def _days_since_same_fault(case: Case) -> int | None:
    """Days from the last time that a fault of this device was mended to this report."""
    if case.device_id is None or case.kind != "fault":
        return None
    before = (
        Case.objects.filter(device_id=case.device_id, kind="fault", resolved_at__lt=case.reported_at)
        .exclude(pk=case.pk)
        .order_by("-resolved_at")
        .values_list("resolved_at", flat=True)
        .first()
    )
    if before is None:
        return None
    return (contracts.local_day(case.reported_at) - contracts.local_day(before)).days


def matches_of(case: Case, force: InForce, facts: Facts) -> list[matching.Match]:
    """All targets of the plan against a case, with the reason for each that does not rule it."""
    if force.running is None:
        return []
    terms = force.running.terms_with(force.figures)
    return matching.match_targets(force.running.plan, terms, facts, seconds(case.reported_at))


def found_by(case_id: int) -> CaseTriage | None:
    """What triage has found so far."""
    return CaseTriage.objects.filter(case_id=case_id).first()


def plain(ruling: Ruling) -> dict[str, Any]:
    """A ruling as the event and the row keep it."""
    return {
        "verdict": ruling.verdict,
        "reason": ruling.reason,
        "periods": list(ruling.periods),
        **{item.name: item.charge for item in ruling.items},
        "clauses": {item.name: item.by[0].clause for item in ruling.items if item.by},
    }


@transaction.atomic
def triage_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    nature: str = "",
    topic: str = "",
    charges: str = "",
    **given: Any,
) -> Case:
    """Triage as `actions.triage_case`, with what is asked and of what nature; charges `proposed`: as the plan says."""
    case = actions.triage_case(case_id, actor=actor, at=at, now=now, **given)
    case = classify_case(case.pk, nature=nature, topic=topic, actor=actor, at=at, now=now)
    if charges == "proposed":
        force = contracts.with_version(case.contract, case.plan_version_id)
        ruling = ruling_of(case, force, facts_now(case, queries.case_events(case.pk)))
        if ruling is not None:
            said: dict[str, Any] = {item.name: item.charge for item in ruling.items}
            case = decide_charges(case.pk, verdict=ruling.verdict, actor=actor, at=at, now=now, **said)
    return case


@transaction.atomic
def classify_case(
    case_id: int, *, nature: str, topic: str, actor: Person | None, at: datetime, now: datetime
) -> Case:
    """Say of what nature a problem is and what is asked (D-6, D-13); what is empty stays as it is."""
    case = acting.lock(case_id, actor, "triage_case", at, now, None)
    for field, value, known in (("nature", nature, routing.NATURES), ("topic", topic, routing.TOPICS)):
        if value and value not in known:
            raise BadInput(field=field)
    row = found_by(case_id) or CaseTriage(case=case, contract_id=case.contract_id)
    said = {
        name: value
        for name, value in (("nature", nature), ("topic", topic))
        if value and value != getattr(row, name)
    }
    if not said:
        return case
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    ledger.record(
        cases.CLASSIFIED,
        contract_id=case.contract_id,
        subject=("case", case.pk),
        actor=actor,
        at=at,
        now=now,
        data=said,
    )
    return case


@transaction.atomic
def decide_charges(
    case_id: int,
    *,
    verdict: str,
    labour: str,
    parts: str,
    travel: str,
    lodging: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Decide what is to be paid for a case. What differs from what the plan says needs a word why.

    Raises:
        BadInput: no such verdict or charge; note: `why_different`.
    """
    case, force = acting.take(case_id, "decide_charges", actor, "triage_case", at, now, version)
    said = {"labour": labour, "parts": parts, "travel": travel, "lodging": lodging}
    if verdict not in VERDICTS:
        raise BadInput(field="verdict")
    for name, charge in said.items():
        if charge not in CHARGES:
            raise BadInput(field=name)
    ruling = ruling_of(case, force, facts_now(case, queries.case_events(case_id)))
    proposed = plain(ruling) if ruling else None
    if proposed is not None and _differs(proposed, {"verdict": verdict} | said) and not note.strip():
        raise BadInput(field="note", problem="why_different")
    row = found_by(case_id) or CaseTriage(case=case, contract_id=case.contract_id)
    for name, value in ({"verdict": verdict, "proposed": proposed} | said).items():
        setattr(row, name, value)
    row.note, row.decided_by, row.decided_at = note.strip()[:LONGEST_NOTE], actor.name if actor else "", at
    row.save()
    data = {"verdict": verdict, **said, "proposed": proposed, "note": row.note}
    return acting.finish(case, force, "decide_charges", actor, at, now, data)


def _differs(proposed: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    return any(proposed[name] != said[name] for name in ("verdict", *ITEMS))
