"""Reads of reports and of the risk register. The wall decides which rows there are; customers see issued ones only."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from luyue.accounts.models import Person
from luyue.domain.refusals import NotFound
from luyue.domain.reports.kinds import BY_ITSELF, KINDS, owed_words
from luyue.obligations.models import OPEN_STATES as OWED_STATES
from luyue.obligations.models import Obligation
from luyue.reports.models import OPEN_STATES, Delivery, Hazard, Report, Run, State
from luyue.service_forms.queries import UNKNOWN, Verified

SUBJECT = "report"
# What a list does not show, and what is long.
_LONG = ("sections", "heading")


def reports(to: Person | None) -> QuerySet[Report]:
    """Reports in scope with what a list shows; people outside of the firm see what was issued."""
    found = Report.objects.select_related("contract__customer", "writer").defer(*_LONG)
    return found.filter(state=State.ISSUED) if to is not None and to.outside else found


def report(report_id: int, *, to: Person | None) -> Report:
    """One report, whole. Raises NotFound."""
    found = Report.objects.select_related(
        "contract__customer", "contract__project", "writer", "case", "obligation", "corrects"
    ).filter(pk=report_id)
    if to is not None and to.outside:
        found = found.filter(state=State.ISSUED)
    one = found.first()
    if one is None:
        raise NotFound(subject=SUBJECT)
    return one


def locked(report_id: int) -> Report:
    """The same, locked against other acts until the transaction ends. Raises NotFound."""
    one = (
        Report.objects.select_for_update(of=("self",))
        .select_related("contract__customer", "case", "obligation", "writer")
        .filter(pk=report_id)
        .first()
    )
    if one is None:
        raise NotFound(subject=SUBJECT)
    return one


def versions_of(of: Report, *, to: Person | None) -> list[Report]:
    """All versions of a report, the newest first."""
    if not of.number:
        return [of]
    return list(reports(to).filter(contract_id=of.contract_id, number=of.number).order_by("-version"))


def newest(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Without what was replaced by a correction."""
    return rows.filter(replaced_at=None)


def view_condition(view: str, person: Person, now: datetime) -> Q:
    """The rows of a view of the list."""
    waiting = Q(state__in=[str(one) for one in OPEN_STATES])
    match view:
        case "open":
            return waiting
        case "late":
            return waiting & Q(due_at__lt=now)
        case "mine":
            return waiting & Q(writer=person)
        case "to_do":
            return to_do(person, now)
        case "review":
            return Q(state__in=[str(State.REVIEW), str(State.APPROVED)])
        case "unconfirmed":
            return Q(state=State.ISSUED, confirmed_at=None, replaced_at=None)
        case "asked":
            return Q(state=State.ISSUED, replaced_at=None, confirmed_at=None) & ~Q(wish="")
    return Q()


def to_do(person: Person, now: datetime) -> Q:
    """What calls for an act of this very person: the customer's to confirm; of others to approve; own ones that are
    late. It is the number in the navigation and a view of the list."""
    if person.may("confirm_report"):
        return view_condition("unconfirmed", person, now)
    late = Q(writer=person) & view_condition("late", person, now)
    if person.may("approve_report"):
        return view_condition("review", person, now) & ~Q(writer=person) | late
    return late


def of_contract(contract_id: int, *, to: Person, limit: int) -> list[Report]:
    """The latest of a contract: what is due first, then what was issued."""
    rows = newest(reports(to)).filter(contract_id=contract_id)
    waiting = list(rows.filter(state__in=OPEN_STATES).order_by("due_at", "pk")[:limit])
    return waiting + list(
        rows.filter(state=State.ISSUED).order_by("-issued_at", "-pk")[: limit - len(waiting)]
    )


def of_obligation(obligation_id: int, *, to: Person) -> list[Report]:
    return list(reports(to).filter(obligation_id=obligation_id).order_by("-version", "-pk"))


def deliveries_of(report_id: int) -> list[Delivery]:
    return list(Delivery.objects.filter(report_id=report_id).select_related("person").order_by("name", "pk"))


# --- what is owed ----------------------------------------------------------------------------------


def owed(now: datetime, *, since: datetime) -> QuerySet[Obligation]:
    """Open obligations that a report fulfils, can be worked on, and have no report yet. since: none due before."""
    kinds = [KINDS[name] for name in BY_ITSELF]
    found = Obligation.objects.filter(
        owe__in=owed_words(kinds), state__in=OWED_STATES, by="provider", opens_at__lte=now
    ).filter(Q(due_at=None, opens_at__gte=since) | Q(due_at__gte=since))
    there = Report.objects.filter(obligation=OuterRef("pk"))
    return found.filter(~Exists(there)).select_related("contract__customer", "case").order_by("due_at", "pk")


def late(now: datetime) -> QuerySet[Report]:
    """Reports that nobody has issued in time and nobody was told of."""
    waiting = Report.objects.filter(state__in=OPEN_STATES, told_late=False, due_at__lt=now)
    return waiting.select_related("contract__customer", "writer").defer(*_LONG).order_by("due_at", "pk")


# --- hazards ---------------------------------------------------------------------------------------


def hazards() -> QuerySet[Hazard]:
    return Hazard.objects.select_related("contract__customer", "site", "device", "person")


def hazard(hazard_id: int, *, lock: bool = False) -> Hazard:
    """A hazard in scope. Raises NotFound."""
    found = Hazard.objects.select_for_update(of=("self",)) if lock else Hazard.objects
    one = found.select_related("contract__customer", "site", "device", "person").filter(pk=hazard_id).first()
    if one is None:
        raise NotFound(subject="hazard")
    return one


# --- others ----------------------------------------------------------------------------------------


def run(run_id: int, *, to: Person) -> Run:
    """A long run that the person started. Raises NotFound."""
    found = Run.objects.filter(pk=run_id, started_by=to).first()
    if found is None:
        raise NotFound(subject="run")
    return found


def verified(report_id: int) -> Verified:
    """What the register tells a stranger of a report."""
    one = Report.objects.filter(pk=report_id, state=State.ISSUED).first()
    if one is None:
        return UNKNOWN
    return Verified(
        "superseded" if one.replaced_at else "genuine", title=one.of_kind.title, number=one.number,
        version=one.version, state="issued", issued_at=one.issued_at, digest=one.digest,
    )  # fmt: skip


def frozen(one: Report) -> dict[str, Any]:
    """All of a report that its digest is over, and that can change no more once it is issued."""
    return {
        "kind": one.kind, "contract": one.contract_id, "first": one.first.isoformat(), "last": one.last.isoformat(),
        "number": one.number, "version": one.version, "reason": one.reason, "clause": one.clause,
        "promise": one.promise, "case": one.case_id, "sections": one.sections,
    }  # fmt: skip
