"""Reads of posts and checks. The wall decides which rows there are."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.domain.plan.execution import executable
from luyue.domain.plan.model import Staffing
from luyue.domain.refusals import NotFound
from luyue.domain.staffing import Signed
from luyue.ledger.wall import Scope
from luyue.obligations.ground import Segment, segments_of
from luyue.roster import queries as roster
from luyue.roster.models import Certificate, Qualification
from luyue.staffing.models import (
    Check,
    Correction,
    Hazard,
    HolidayRoster,
    Leave,
    Post,
    RuleDocument,
    SafetyRecord,
    Sign,
)

# How long before its end a certificate or qualification is told of (O-1).
AHEAD = timedelta(days=30)


def posts(contract_id: int, promise: str = "") -> list[Post]:
    """The posts of a contract, or of one promise, by their beginning."""
    rows = Post.objects.filter(contract_id=contract_id).select_related("person__organisation")
    if promise:
        rows = rows.filter(promise=promise)
    return list(rows.order_by("promise", "first", "pk"))


def post(post_id: int, *, lock: bool = False) -> Post:
    """A post in scope. Raises NotFound."""
    rows = Post.objects.select_for_update(of=("self",)) if lock else Post.objects
    found = rows.select_related("person", "contract__customer").filter(pk=post_id).first()
    if found is None:
        raise NotFound(subject="post")
    return found


def held_on(day: date) -> Q:
    """Posts that are filled on a day."""
    return Q(first__lte=day) & (Q(last__isnull=True) | Q(last__gte=day))


def held_between(first: date, last: date) -> Q:
    """Posts that are filled on some day from one to another."""
    return Q(first__lte=last) & (Q(last__isnull=True) | Q(last__gte=first))


def check(check_id: int, *, lock: bool = False) -> Check:
    """A check in scope. Raises NotFound."""
    rows = Check.objects.select_for_update(of=("self",)) if lock else Check.objects
    found = rows.select_related("contract__customer").filter(pk=check_id).first()
    if found is None:
        raise NotFound(subject="check")
    return found


def checks(contract_id: int, promise: str = "") -> QuerySet[Check]:
    """What was found, the latest month first."""
    rows = Check.objects.filter(contract_id=contract_id)
    if promise:
        rows = rows.filter(promise=promise)
    return rows.order_by("-month", "promise", "-plan_version_id")


def is_checked(promise: object) -> bool:
    """Whether it is a promise of people that is checked month by month."""
    return isinstance(promise, Staffing) and executable(promise).status == "runs"


def promises_of(segments: Iterable[Segment]) -> dict[str, Staffing]:
    """Id → promise of people, of the versions of a contract; the latest version's words."""
    found: dict[str, Staffing] = {}
    for part in segments:
        found |= {one.id: one for one in part.running.plan.staffing if is_checked(one)}
    return found


def promise_of(contract_id: int, promise: str) -> Staffing:
    """A promise of people of a contract in scope. Raises NotFound."""
    found = promises_of(segments_of(contract_id)).get(promise)
    if found is None:
        raise NotFound(subject="promise")
    return found


def qualifications(person_ids: Iterable[int]) -> dict[int, list[Qualification]]:
    """Person → what shows that he fulfils what plans ask for."""
    found: dict[int, list[Qualification]] = {}
    rows = Qualification.objects.filter(person__in=list(person_ids)).select_related("certificate")
    for row in rows.order_by("name", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def expiring(today: date) -> tuple[Sequence[Certificate], Sequence[Qualification]]:
    """Certificates and qualifications that end within the time ahead, the first to end in front."""
    soon = {"valid_until__gte": today, "valid_until__lte": today + AHEAD, "person__active": True}
    certificates = Certificate.objects.filter(**soon).select_related("person").order_by("valid_until", "pk")
    others = Qualification.objects.filter(**soon, certificate=None).select_related("person")
    return list(certificates), list(others.order_by("valid_until", "pk"))


def contracts_of(person_ids: Iterable[int], day: date) -> Mapping[int, set[int]]:
    """Person → contracts in scope in which he has a post on a day or later."""
    found: dict[int, set[int]] = {}
    rows = Post.objects.filter(person__in=list(person_ids)).filter(Q(last__isnull=True) | Q(last__gte=day))
    for person, contract in rows.values_list("person_id", "contract_id"):
        found.setdefault(person, set()).add(contract)
    return found


def nameable() -> QuerySet[Person]:
    """Who can fill a post: the firm's active people and its partners'."""
    return roster.can_be_on_duty()


def month_of(at: date) -> tuple[date, date]:
    """First and last day of the month of a day."""
    first = at.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_between(first: date, last: date) -> list[date]:
    """First days of the months from the one of `first` to the one of `last`."""
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def service_months(of: Contract, today: date) -> list[date]:
    """The months of a contract's service up to the one of today, the latest first."""
    last = min(of.ends_on or today, today)
    return months_between(of.starts_on, last)[::-1]


def everything() -> AbstractContextManager[object]:
    """All contracts, for what is reckoned over them; nothing of it may be shown."""
    return Scope.everything().entered()


def correction(correction_id: int, *, lock: bool = False) -> Correction:
    """A correction in scope. Raises NotFound."""
    rows = Correction.objects.select_for_update(of=("self",)) if lock else Correction.objects
    found = rows.select_related("post__person", "contract").filter(pk=correction_id).first()
    if found is None:
        raise NotFound(subject="correction")
    return found


def signs(contract_id: int, first: date, last: date) -> QuerySet[Sign]:
    """Sign-ins and sign-outs of a contract from a day to a day, but for those that are doubtful."""
    return (
        Sign.objects.filter(contract_id=contract_id, day__gte=first, day__lte=last, doubt="")
        .select_related("post__person", "site")
        .order_by("day", "at", "pk")
    )


def signed(contract_id: int, first: date, last: date) -> dict[str, list[Signed]]:
    """The same as the rules read it, by promise. What was corrected replaces what the phone said."""
    rows: dict[str, dict[tuple[int, date, int, str], list[Sign]]] = {}
    for one in signs(contract_id, first, last):
        key = (one.post.person_id, one.day, one.window, one.kind)
        rows.setdefault(one.post.promise, {}).setdefault(key, []).append(one)
    return {
        promise: [
            Signed(*key, int(one.at.timestamp()))
            for key, same in known.items()
            for one in [row for row in same if row.source == "correction"][-1:] or same
        ]
        for promise, known in rows.items()
    }


def leave(leave_id: int, *, lock: bool = False) -> Leave:
    """A leave in scope. Raises NotFound."""
    rows = Leave.objects.select_for_update(of=("self",)) if lock else Leave.objects
    found = rows.select_related("post__person", "substitute", "contract").filter(pk=leave_id).first()
    if found is None:
        raise NotFound(subject="leave")
    return found


def leaves(contract_id: int) -> QuerySet[Leave]:
    """Leaves of a contract, the latest first."""
    rows = Leave.objects.filter(contract_id=contract_id).select_related("post__person", "substitute")
    return rows.order_by("-first", "-pk")


def days_off(contract_id: int, first: date, last: date) -> dict[str, dict[int, list[tuple[date, date]]]]:
    """Promise → person → days off that the customer agreed to, from a day to a day."""
    found: dict[str, dict[int, list[tuple[date, date]]]] = {}
    rows = Leave.objects.filter(
        contract_id=contract_id, state=Leave.State.APPROVED, first__lte=last, last__gte=first
    )
    for one in rows.select_related("post"):
        found.setdefault(one.post.promise, {}).setdefault(one.post.person_id, []).append(
            (one.first, one.last)
        )
    return found


def holiday_roster(roster_id: int, *, lock: bool = False) -> HolidayRoster:
    """The roster of a holiday in scope. Raises NotFound."""
    rows = HolidayRoster.objects.select_for_update(of=("self",)) if lock else HolidayRoster.objects
    found = rows.select_related("contract__customer").filter(pk=roster_id).first()
    if found is None:
        raise NotFound(subject="holiday_roster")
    return found


def safety(record_id: int, *, lock: bool = False) -> SafetyRecord:
    """A safety record in scope. Raises NotFound."""
    rows = SafetyRecord.objects.select_for_update(of=("self",)) if lock else SafetyRecord.objects
    found = rows.select_related("contract__customer").filter(pk=record_id).first()
    if found is None:
        raise NotFound(subject="safety")
    return found


def hazard(hazard_id: int, *, lock: bool = False) -> Hazard:
    """A hazard in scope. Raises NotFound."""
    rows = Hazard.objects.select_for_update(of=("self",)) if lock else Hazard.objects
    found = rows.select_related("record__contract").filter(pk=hazard_id).first()
    if found is None:
        raise NotFound(subject="hazard")
    return found


def rule_document(document_id: int, *, lock: bool = False) -> RuleDocument:
    """A version of a rule system in scope. Raises NotFound."""
    rows = RuleDocument.objects.select_for_update(of=("self",)) if lock else RuleDocument.objects
    found = rows.select_related("contract").filter(pk=document_id).first()
    if found is None:
        raise NotFound(subject="rules")
    return found


def posts_to_sign(person_id: int, day: date) -> list[tuple[Post, Staffing]]:
    """The posts that somebody holds on a day and has to sign in for."""
    rows = Post.objects.filter(held_on(day), person_id=person_id).select_related(
        "contract__customer", "person"
    )
    found = []
    for one in rows.order_by("pk"):
        promise = promises_of(segments_of(one.contract_id)).get(one.promise)
        if promise is not None and promise.sign_in:
            found.append((one, promise))
    return found


def corrections(contract_id: int) -> QuerySet[Correction]:
    """Corrections of a contract, the latest first."""
    rows = Correction.objects.filter(contract_id=contract_id).select_related("post__person")
    return rows.order_by("-asked_at", "-pk")
