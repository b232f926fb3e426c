"""Review by another pair of eyes, issue and delivery, correction, and telling of what is late."""

from datetime import datetime

from django.db import transaction

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.domain.refusals import FourEyes, IllegalMove
from luyue.domain.reports import content
from luyue.notices.actions import tell
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.reports import notes, queries
from luyue.reports.actions import common
from luyue.reports.models import Delivery, Remark, Report, State
from luyue.service_forms import queries as papers
from luyue.service_forms.actions.numbers import next_number
from luyue.web.languages import language

LONGEST_REASON = 300


@transaction.atomic
def return_report(report_id: int, *, reason: str, actor: Person | None, now: datetime) -> Report:
    """Give a report back to its writer. Raises NotFound, NotAllowed, IllegalMove, BadInput (reason)."""
    said = common.text(reason, "reason", 2000)
    one = common.taken(report_id, actor, "approve_report", "return", State.REVIEW, State.APPROVED)
    one.state, one.approver_name, one.approved_at = State.DRAFT, "", None
    one.revision += 1
    one.save(update_fields=["state", "approver_name", "approved_at", "revision"])
    Remark.objects.create(
        report=one,
        contract_id=one.contract_id,
        name=actor.name if actor else "",
        at=now,
        text=said,
        back=True,
    )
    common.record("report.returned", one, actor, now, now, reason=said[:200])
    if one.writer is not None:
        tell([notes.returned(one, one.writer, said)], now=now)
    return one


@transaction.atomic
def approve_report(report_id: int, *, actor: Person | None, now: datetime) -> Report:
    """Find a report fit to be issued; somebody else than its writer does.

    Raises:
        NotFound, NotAllowed. IllegalMove: not in review. FourEyes: he wrote it himself.
    """
    one = common.taken(report_id, actor, "approve_report", "approve", State.REVIEW)
    if actor is not None and actor.pk == one.writer_id:
        raise FourEyes(act="approve_report")
    one.state, one.approver_name, one.approved_at = State.APPROVED, actor.name if actor else "", now
    one.save(update_fields=["state", "approver_name", "approved_at"])
    common.record("report.approved", one, actor, now, now)
    return one


@transaction.atomic
def issue_report(report_id: int, *, actor: Person | None, now: datetime, silent: bool = False) -> Report:
    """Give it its number, freeze it, deliver it to the customer, and hand in the record that the plan asks for.

    While nobody of the customer may see the contract nothing was delivered: the record is handed in when the first one
    opens it.

    Raises:
        NotFound, NotAllowed. IllegalMove: not approved.
    """
    one = common.taken(report_id, actor, "approve_report", "issue", State.APPROVED)
    if one.corrects_id:
        Report.objects.filter(pk=one.corrects_id).update(replaced_at=now)
    else:
        one.number = next_number(one.contract, f"report.{one.kind}"[:20], one.of_kind.code, now=now)
    one.heading = papers.heading()
    one.state, one.issued_at, one.issued_name = State.ISSUED, now, actor.name if actor else ""
    one.digest = content.digest(**queries.frozen(one))
    one.save()
    customers = [person for person, _role in contracts.people_of(one.contract_id, ["customer"])]
    Delivery.objects.bulk_create(
        Delivery(report=one, contract_id=one.contract_id, person=person, name=person.name, sent_at=now)
        for person in customers
    )
    common.record(
        "report.issued", one, actor, now, now, digest=one.digest, to=[person.pk for person in customers],
        corrects=one.corrects_id, reason=one.reason,
    )  # fmt: skip
    if not silent:
        tell([notes.issued(one, person) for person in customers], now=now)
    if customers:
        hand_in_report(one, actor, now)
    return one


def hand_in_report(one: Report, actor: Person | None, now: datetime) -> None:
    """The record of a delivered report on what asks for it; once."""
    if one.obligation_id is None:
        return
    work = Work(what=f"{notes.name(one, language())} {one.number}")
    hand_in(one.obligation_id, work, source=(queries.SUBJECT, one.pk), actor=actor, at=now, now=now)


@transaction.atomic
def correct_report(report_id: int, *, reason: str, actor: Person | None, now: datetime) -> Report:
    """Draft the next version of an issued report. The old one counts until the new one is issued, and stays as it is.

    Raises:
        NotFound, NotAllowed. BadInput (reason). IllegalMove: not issued, or being corrected already.
    """
    said = common.text(reason, "reason", LONGEST_REASON)
    one = common.taken(report_id, actor, "write_report", "correct", State.ISSUED)
    if one.corrections.exists():
        raise IllegalMove(subject="report", state=one.state, act="correct")
    made = Report.objects.create(
        contract_id=one.contract_id, kind=one.kind, first=one.first, last=one.last, obligation=one.obligation,
        case=one.case, clause=one.clause, promise=one.promise, sections=one.sections, gathered_at=one.gathered_at,
        made_at=now, made_by=actor, writer=actor, writer_name=actor.name if actor else "", number=one.number,
        version=one.version + 1, corrects=one, reason=said,
    )  # fmt: skip
    common.record("report.drafted", made, actor, now, now, corrects=one.pk, reason=said)
    return made


@transaction.atomic
def tell_late(report_id: int, *, now: datetime) -> bool:
    """Tell the writer and the leads that a report is late; once. Returns whether it was to be told."""
    one = queries.locked(report_id)
    if one.told_late or one.issued or one.due_at is None or one.due_at >= now:
        return False
    one.told_late = True
    one.save(update_fields=["told_late"])
    tell([notes.late(one, person) for person in notes.people(one, notes.LEADS, also=one.writer)], now=now)
    return True
