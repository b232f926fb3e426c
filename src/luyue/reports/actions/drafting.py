"""Drafting a report: by itself when it is owed, or when somebody asks for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day, start_of
from luyue.desk.models import Case
from luyue.domain.refusals import BadInput
from luyue.domain.reports import content, periods
from luyue.domain.reports.kinds import KINDS, Kind, kind_for
from luyue.notices.actions import tell
from luyue.obligations import queries as obligations
from luyue.obligations.ground import promise_of
from luyue.obligations.models import Obligation
from luyue.reports import gathering, notes
from luyue.reports.actions import common
from luyue.reports.models import Report

LONGEST_DAYS = 366


@dataclass(frozen=True)
class Wanted:
    """What is asked for. case: number of the case that it is about; obligation: what it fulfils."""

    contract_id: int
    kind: str
    first: date
    last: date
    case_id: int | None = None
    obligation_id: int | None = None


@transaction.atomic
def draft_report(wanted: Wanted, *, actor: Person | None, now: datetime, silent: bool = False) -> Report:
    """Draft a report from the figures; one that is there for the same is given back.

    An obligation for the same kind and days that nobody has reported on is taken along by itself. silent: nobody is
    told, as for histories.

    Raises:
        NotFound: no such contract. NotAllowed. BadInput: kind, last, case, obligation.
    """
    require(actor, "write_report")
    kind = KINDS.get(wanted.kind)
    if kind is None:
        raise BadInput(field="kind")
    of = contracts.contract(wanted.contract_id)
    _check_days(wanted, now)
    case = _case(kind, wanted)
    owed = _obligation(kind, wanted) if wanted.obligation_id else _waiting(kind, wanted)
    there = _there(wanted, owed, case)
    if there is not None:
        return there
    sections = content.drafted(
        kind, gathering.gather(kind, of, wanted.first, wanted.last, case=case, now=now)
    )
    made = Report(
        contract=of, kind=kind.key, first=wanted.first, last=wanted.last, case=case, obligation=owed,
        due_at=owed.due_at if owed else None, sections=sections, gathered_at=now, made_at=now, made_by=actor,
        writer=actor or (owed.person if owed else None),
        **_promise(owed),
    )  # fmt: skip
    made.writer_name = made.writer.name if made.writer else ""
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # somebody else was quicker
        found = _there(wanted, owed, case)
        if found is None:
            raise
        return found
    common.record("report.drafted", made, actor, now, now)
    if actor is None and not silent:
        told = notes.people(made, notes.LEADS[:1], also=made.writer)
        tell([notes.drafted(made, person) for person in told], now=now)
    return made


def _check_days(wanted: Wanted, now: datetime) -> None:
    if not (wanted.first <= wanted.last and (wanted.last - wanted.first).days <= LONGEST_DAYS):
        raise BadInput(field="last")
    if wanted.first > local_day(now):
        raise BadInput(field="last", problem="future")


def _case(kind: Kind, wanted: Wanted) -> Case | None:
    if wanted.case_id is None:
        if kind.about and kind.key != "event" and wanted.obligation_id is None:
            raise BadInput(field="case", problem="missing")
        return None
    found = (
        Case.objects.select_related("site", "device")
        .filter(pk=wanted.case_id, contract_id=wanted.contract_id)
        .first()
    )
    if found is None:
        raise BadInput(field="case")
    return found


def _obligation(kind: Kind, wanted: Wanted) -> Obligation:
    found = obligations.find(contract_id=wanted.contract_id).filter(pk=wanted.obligation_id or 0).first()
    if found is None or kind_for(found.owe, found.kind) != kind:
        raise BadInput(field="obligation")
    return found


def _waiting(kind: Kind, wanted: Wanted) -> Obligation | None:
    """An open obligation for this very report."""
    found = obligations.find(contract_id=wanted.contract_id, by=["provider"]).filter(
        obligations.OPEN, owe__in=kind.owes, reports=None
    )
    if wanted.case_id is not None:
        found = found.filter(case_id=wanted.case_id)
    else:
        found = found.filter(first=wanted.first, last=wanted.last)
    rows = [one for one in found.order_by("due_at", "pk")[:20] if kind_for(one.owe, one.kind) == kind]
    return rows[0] if rows else None


def _there(wanted: Wanted, owed: Obligation | None, case: Case | None) -> Report | None:
    found = Report.objects.filter(contract_id=wanted.contract_id, kind=wanted.kind, replaced_at=None)
    if owed is not None:
        mine = found.filter(obligation=owed).order_by("-version").first()
        if mine is not None or wanted.obligation_id is not None:
            return mine
    if case is not None:
        return found.filter(case=case, obligation=owed).order_by("-version").first()
    if wanted.kind == "event":
        return None
    return found.filter(first=wanted.first, last=wanted.last, case=None).order_by("-version").first()


def _promise(owed: Obligation | None) -> dict[str, object]:
    promise = promise_of(owed.plan_version_id, owed.promise) if owed else None
    if promise is None:
        return {}
    return {"clause": promise.clause, "promise": [promise.text.zh, promise.text.en]}


# --- what is owed ------------------------------------------------------------------------------------


def days_of(kind: Kind, owed: Obligation, now: datetime) -> periods.Days:
    """The days that the report for an obligation is about: its turn; the month before, quarter before of one without;
    for an event the day it happened up to now."""
    if owed.first is not None and owed.last is not None:
        return owed.first, owed.last
    if kind.every == "event":
        at = owed.case.reported_at if owed.case else owed.occurred_at or owed.opens_at
        first = min(local_day(at), local_day(now))
        return first, max(first, local_day(owed.opens_at))
    return periods.last_turn(kind.every, local_day(owed.opens_at))


def ready(owed: Obligation, now: datetime) -> bool:
    """Whether the time to draft the report for an obligation has come."""
    ends = start_of(owed.last + timedelta(days=1)) if owed.last is not None else None
    return periods.drafts_at(owed.opens_at, ends, owed.due_at) <= now


def draft_for(obligation_id: int, *, actor: Person | None, now: datetime) -> Report:
    """Draft the report that an obligation asks for, though its time may not have come.

    Raises:
        NotFound, NotAllowed. BadInput: obligation (no report does it), last (its days have not begun).
    """
    owed = obligations.obligation(obligation_id)
    kind = kind_for(owed.owe, owed.kind)
    if kind is None:
        raise BadInput(field="obligation")
    first, last = days_of(kind, owed, now)
    case = owed.case_id if kind.about else None
    return draft_report(Wanted(owed.contract_id, kind.key, first, last, case, owed.pk), actor=actor, now=now)


def draft_owed(owed: Obligation, *, now: datetime, silent: bool = False) -> Report | None:
    """Draft what an obligation asks for; None when it is not time yet, or no report does it."""
    kind = kind_for(owed.owe, owed.kind)
    if kind is None or not ready(owed, now):
        return None
    first, last = days_of(kind, owed, now)
    wanted = Wanted(owed.contract_id, kind.key, first, last, owed.case_id if kind.about else None, owed.pk)
    return draft_report(wanted, actor=None, now=now, silent=silent)
