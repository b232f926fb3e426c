"""The customer reads, confirms, or asks for a correction."""

from datetime import datetime

from django.db import transaction

from luyue.accounts.models import Person
from luyue.domain.refusals import IllegalMove
from luyue.notices.actions import tell
from luyue.reports import notes
from luyue.reports.actions import common
from luyue.reports.actions.issuing import hand_in_report
from luyue.reports.models import Delivery, Report, State

LONGEST_WISH = 2000


@transaction.atomic
def open_report(report_id: int, *, actor: Person, now: datetime) -> None:
    """A person of the customer has an issued report before his eyes; the first time is kept as the receipt."""
    there = Delivery.objects.select_for_update().filter(report_id=report_id, person=actor).first()
    if there is not None and there.opened_at is not None:
        return
    one = common.taken(report_id, actor, "see_reports", "open", State.ISSUED)
    if there is None:  # he came to the contract after the issue
        there = Delivery(report=one, contract_id=one.contract_id, person=actor, name=actor.name)
    there.opened_at = now
    there.save()
    hand_in_report(one, None, now)
    common.record("report.opened", one, actor, now, now)


@transaction.atomic
def confirm_report(report_id: int, *, actor: Person, now: datetime) -> Report:
    """The customer agrees with a report. Raises NotFound, NotAllowed. IllegalMove: not issued, or confirmed."""
    one = _unanswered(report_id, actor, "confirm")
    one.confirmed_at, one.confirmed_name = now, actor.name
    one.save(update_fields=["confirmed_at", "confirmed_name"])
    common.record("report.confirmed", one, actor, now, now)
    _tell(one, now)
    return one


@transaction.atomic
def ask_correction(report_id: int, *, wish: str, actor: Person, now: datetime) -> Report:
    """The customer does not agree, and says with what. Raises NotFound, NotAllowed, IllegalMove, BadInput (wish)."""
    said = common.text(wish, "wish", LONGEST_WISH)
    one = _unanswered(report_id, actor, "ask_correction")
    one.wish, one.wished_at, one.wished_name = said, now, actor.name
    one.save(update_fields=["wish", "wished_at", "wished_name"])
    common.record("report.correction_asked", one, actor, now, now, note=said[:200])
    _tell(one, now)
    return one


def _unanswered(report_id: int, actor: Person, act: str) -> Report:
    one = common.taken(report_id, actor, "confirm_report", act, State.ISSUED)
    if one.confirmed_at is not None:
        raise IllegalMove(subject="report", state="confirmed", act=act)
    return one


def _tell(one: Report, now: datetime) -> None:
    told = notes.people(one, notes.LEADS[:1], also=one.writer)
    tell([notes.answered(one, person, now) for person in told], now=now)
