"""What waits for a person behind each line of the navigation: its number is the badge.

Each function gives the rows that call for an act of this very person, or None when nothing there ever waits for
somebody with his rights. All of them are counted in one statement, never beyond a hundred, so each has to be a cheap
look.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from luyue.accounts.models import Person
from luyue.channels.queries import mails as channels
from luyue.contracts.queries import local_day
from luyue.desk import flows_queries, queue
from luyue.desk.models import Case
from luyue.entitlements import queries as entitlements
from luyue.field import queries as field
from luyue.follow_ups import queries as follow_ups
from luyue.follow_ups.models import FollowUp
from luyue.hotline import queries as hotline
from luyue.hotline.models import Call
from luyue.knowledge import queries as knowledge
from luyue.measures.models import Measurement, Turn
from luyue.obligations import queries as obligations
from luyue.obligations.models import Obligation
from luyue.reports import queries as reports
from luyue.surveys import queries as surveys
from luyue.training import queries as training
from luyue.vault import queries as vault
from luyue.web.waiting import Waits

Rows = QuerySet[Any] | None

# Calls of longer ago are not called back for being counted.
LATELY = timedelta(days=30)


def _cases(person: Person, now: datetime) -> Rows:
    """The desk's without owner; an engineer's own; for others what waits for their signature."""
    if person.role in ("operator", "admin"):
        return queue.scoped(person).filter(queue.view_condition("unassigned", person, now))
    if person.role in ("engineer", "resident"):
        return Case.objects.filter(queue.view_condition("mine", person, now))
    return flows_queries.to_sign(person)


def _calls(person: Person, now: datetime) -> Rows:
    if not person.may("record_call"):
        return None
    return Call.objects.filter(hotline.TO_CALL_BACK, started_at__gte=now - LATELY)


def _mails(person: Person, _now: datetime) -> Rows:
    if not person.may("sort_mail"):
        return None
    return channels.to_sort()


def _follow_ups(person: Person, _now: datetime) -> Rows:
    return FollowUp.objects.filter(follow_ups.OWED) if person.may("make_follow_up") else None


def _surveys(person: Person, _now: datetime) -> Rows:
    """A customer's own to answer; those to call for who asks them."""
    if person.outside:
        return surveys.mine(person).filter(surveys.OWED)
    return surveys.calls() if person.may("enter_answer") and person.may("run_survey") else None


def _articles(person: Person, _now: datetime) -> Rows:
    return knowledge.in_review() if person.may("review_article") else None


def _orders(person: Person, now: datetime) -> Rows:
    """Own visits up to the end of today that are not over. What was given back is the planner's."""
    _begin, end = field.day_bounds(local_day(now))
    return field.booked(person, end)


def _planning(_person: Person, _now: datetime) -> Rows:
    """Visits that were given back: somebody else has to go."""
    return field.returned()


def _training(person: Person, _now: datetime) -> Rows:
    """Plans that the customer is to agree to."""
    return training.waiting_plans() if person.outside and person.may("answer_training") else None


def _obligations(person: Person, now: datetime) -> Rows:
    wanted = obligations.to_do(person, now)
    return None if wanted is None else Obligation.objects.filter(wanted)


def _quotas(person: Person, _now: datetime) -> Rows:
    """Periods with a figure that the customer is asked to do without."""
    if not person.may("answer_quota"):
        return None
    asked = Measurement.objects.filter(waiver="asked", current=True)
    return Turn.objects.filter(pk__in=asked.values("turn_id"))


def _claims(person: Person, _now: datetime) -> Rows:
    """Claims to meet; of a customer what he is asked to let pass."""
    if person.may("grant_entitlement"):
        return entitlements.claims().filter(entitlements.WAITING)
    if person.outside and person.may("claim_entitlement"):
        return entitlements.uses().filter(waiver="asked")
    return None


def _reports(person: Person, now: datetime) -> Rows:
    return reports.newest(reports.reports(person)).filter(reports.to_do(person, now))


def _secrets(person: Person, _now: datetime) -> Rows:
    if not person.may("approve_secret"):
        return None
    return vault.secrets().filter(pk__in=vault.to_approve(person).values("secret_id"))


def _desk(person: Person) -> tuple[str, str]:
    view = {"operator": "unassigned", "admin": "unassigned", "engineer": "mine", "resident": "mine"}
    return "desk:queue", f"view={view.get(person.role, 'sign')}"


def _asked(person: Person) -> tuple[str, str]:
    return ("", "") if person.outside else ("surveys:calls", "")


def _written(person: Person) -> tuple[str, str]:
    return "", "view=unconfirmed" if person.may("confirm_report") else "view=to_do"


# Line of the navigation → what of it waits, and where just that is seen.
WAITING: dict[str, Waits] = {
    "desk": Waits(_cases, _desk),
    "calls": Waits(_calls, lambda _person: ("hotline:missed", "since=30")),
    "channels": Waits(_mails),
    "follow_ups": Waits(_follow_ups),
    "surveys": Waits(_surveys, _asked),
    "knowledge": Waits(_articles, lambda _person: ("", "state=in_review")),
    "field": Waits(_orders),
    "dispatch": Waits(_planning),
    "training": Waits(_training),
    "obligations": Waits(_obligations, lambda _person: ("", "view=to_do")),
    "quotas": Waits(_quotas, lambda _person: ("", "view=waiver")),
    "entitlements": Waits(_claims),
    "reports": Waits(_reports, _written),
    "vault": Waits(_secrets, lambda _person: ("vault:secrets", "wish=asked")),
}
