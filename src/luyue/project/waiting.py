"""What waits for a person behind each line of the navigation: its number is the badge.

Each function gives the rows that call for an act of this very person, or None when nothing there ever waits for
somebody of his role. All of them are counted in one statement, never beyond a hundred, so each has to be a cheap look
at an index.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.channels.models import IncomingMail
from luyue.channels.models.mails import MailState
from luyue.contracts.queries import local_day
from luyue.desk import flows_queries, queue
from luyue.entitlements import queries as entitlements
from luyue.field import queries as field
from luyue.field.models import OPEN as OPEN_ORDER
from luyue.field.models import WorkOrder
from luyue.follow_ups import queries as follow_ups
from luyue.follow_ups.models import FollowUp
from luyue.hotline import queries as hotline
from luyue.hotline.models import Call
from luyue.knowledge.models import Version
from luyue.obligations import queries as obligations
from luyue.obligations.models import Obligation
from luyue.reports import queries as reports
from luyue.surveys import queries as surveys
from luyue.training import queries as training
from luyue.vault.models import Grant
from luyue.web.waiting import Waiting

Rows = QuerySet[Any] | None

SOON = timedelta(days=7)
# Calls of longer ago are not called back for being counted.
LATELY = timedelta(days=30)


def _cases(person: Person, now: datetime) -> Rows:
    """The desk's without owner; an engineer's own; for others what waits for their signature."""
    if person.role in ("operator", "admin"):
        return queue.scoped(person).filter(queue.view_condition("unassigned", person, now))
    if person.role in ("engineer", "resident"):
        return queue.scoped(person).filter(queue.view_condition("mine", person, now))
    return flows_queries.to_sign(person)


def _calls(person: Person, now: datetime) -> Rows:
    if not person.may("record_call"):
        return None
    return Call.objects.filter(hotline.TO_CALL_BACK, started_at__gte=now - LATELY)


def _mails(person: Person, _now: datetime) -> Rows:
    if not person.may("sort_mail"):
        return None
    return IncomingMail.objects.filter(state__in=(MailState.UNASSIGNED, MailState.UNREADABLE))


def _follow_ups(person: Person, _now: datetime) -> Rows:
    return FollowUp.objects.filter(follow_ups.OWED) if person.may("make_follow_up") else None


def _surveys(person: Person, _now: datetime) -> Rows:
    """A customer's own to answer; the supervisor's to call."""
    if person.outside:
        return surveys.mine(person).filter(surveys.OWED)
    return surveys.calls() if person.role == "supervisor" else None


def _articles(person: Person, _now: datetime) -> Rows:
    return Version.objects.filter(state="in_review") if person.may("review_article") else None


def _orders(person: Person, now: datetime) -> Rows:
    """Own visits up to the end of today that are not over."""
    _begin, end = field.day_bounds(local_day(now))
    return WorkOrder.objects.filter(OPEN_ORDER, engineer=person, planned_from__lt=end)


def _planning(_person: Person, _now: datetime) -> Rows:
    """Visits that were given back: somebody else has to go."""
    return WorkOrder.objects.filter(state="rejected")


def _training(person: Person, _now: datetime) -> Rows:
    return training.waiting_plans() if person.role == "customer" else None


def _obligations(person: Person, now: datetime) -> Rows:
    """Own ones that are due within a week or late; a customer's are those of his side."""
    mine = Q(by="customer") if person.outside else Q(person=person)
    return Obligation.objects.filter(obligations.OPEN & mine, due_at__lt=now + SOON)


def _claims(person: Person, _now: datetime) -> Rows:
    if not person.may("grant_entitlement"):
        return None
    return entitlements.claims().filter(entitlements.WAITING)


def _reports(person: Person, now: datetime) -> Rows:
    """The customer's to confirm; of others to approve; own ones that are late."""
    found = reports.reports(person)
    if person.may("confirm_report"):
        return found.filter(reports.view_condition("unconfirmed", person, now))
    late = Q(writer=person) & reports.view_condition("late", person, now)
    if person.may("approve_report"):
        return found.filter(reports.view_condition("review", person, now) & ~Q(writer=person) | late)
    return found.filter(late)


def _secrets(person: Person, _now: datetime) -> Rows:
    if not person.may("approve_secret"):
        return None
    return Grant.objects.filter(state=Grant.State.ASKED).exclude(asked_by=person)


# Line of the navigation → what of it waits.
WAITING: dict[str, Waiting] = {
    "desk": _cases,
    "calls": _calls,
    "channels": _mails,
    "follow_ups": _follow_ups,
    "surveys": _surveys,
    "knowledge": _articles,
    "field": _orders,
    "dispatch": _planning,
    "training": _training,
    "obligations": _obligations,
    "entitlements": _claims,
    "reports": _reports,
    "vault": _secrets,
}
