"""Reads of shifts and staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.domain.refusals import NotFound
from luyue.domain.rights import OUTSIDE, RIGHTS
from luyue.roster.models import Certificate, Qualification, Shift, Staff, Swap

# Whoever had a shift within this time belongs to the roster: without one now he is off duty.
AROUND = timedelta(days=7)
OPEN_SWAPS = (Swap.State.ASKED, Swap.State.ACCEPTED)
# The order in which a customer reads the list: who answers for the contract first.
RANK = ("project_manager", "manager", "supervisor", "engineer", "resident", "operator", "storekeeper")


def can_be_on_duty() -> QuerySet[Person]:
    """Whom a roster may name: the firm's active people."""
    return Person.objects.filter(active=True, role__in=RIGHTS["see_roster"]).order_by("name", "pk")


def shifts(since: datetime, until: datetime) -> QuerySet[Shift]:
    """Shifts that touch a stretch of time, by their beginning."""
    return Shift.objects.filter(ends_at__gt=since, starts_at__lt=until).select_related("person")


def shift(shift_id: int) -> Shift:
    """A shift. Raises NotFound."""
    found = Shift.objects.select_related("person").filter(pk=shift_id).first()
    if found is None:
        raise NotFound(subject="shift")
    return found


def on_duty(person_ids: Iterable[int], at: datetime) -> dict[int, bool]:
    """Of these people, who is on duty and who is not; those of whom the roster says nothing are left out.

    When nobody at all is on duty, the roster was not kept for this time and says nothing of anybody. Two queries.
    """
    now = set(shifts(at, at + timedelta(seconds=1)).values_list("person_id", flat=True))
    if not now:
        return {}
    known = set(shifts(at - AROUND, at + AROUND).order_by().values_list("person_id", flat=True).distinct())
    return {one: one in now for one in person_ids if one in known}


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the list of named staff that a customer gets. role: his role in the contract."""

    person: Person
    role: str
    post: str
    speciality: str
    certificates: Sequence[Certificate]


def staff_of(contract_id: int) -> list[Member]:
    """The firm's people who serve a contract, those who answer for it first. Three queries."""
    team = [(one, role) for one, role in contracts.people_of(contract_id) if role not in OUTSIDE]
    told = {
        one.pk: one
        for one in Person.objects.filter(pk__in=[person.pk for person, _role in team])
        .select_related("staff")
        .prefetch_related(Prefetch("certificates"))
    }
    members = []
    for person, role in team:
        one = told[person.pk]
        known: Staff | None = getattr(one, "staff", None)
        members.append(
            Member(
                one,
                role,
                known.post if known else "",
                known.speciality if known else "",
                list(one.certificates.all()),
            )
        )
    return sorted(members, key=lambda one: RANK.index(one.role) if one.role in RANK else len(RANK))


def staff(person_id: int) -> Staff:
    """What customers are told of a person; an empty one if nobody has said anything. Raises NotFound."""
    found = Staff.objects.select_related("person").filter(pk=person_id).first()
    if found is not None:
        return found
    person = can_be_on_duty().filter(pk=person_id).first()
    if person is None:
        raise NotFound(subject="person")
    return Staff(person=person)


def certificate(certificate_id: int) -> Certificate:
    """A certificate. Raises NotFound."""
    found = Certificate.objects.select_related("person").filter(pk=certificate_id).first()
    if found is None:
        raise NotFound(subject="certificate")
    return found


def qualification(qualification_id: int) -> Qualification:
    """A qualification. Raises NotFound."""
    found = Qualification.objects.select_related("person").filter(pk=qualification_id).first()
    if found is None:
        raise NotFound(subject="qualification")
    return found


def qualifications_of(person_id: int) -> list[Qualification]:
    """What shows that a person fulfils what plans ask for."""
    return list(Qualification.objects.filter(person_id=person_id).select_related("certificate"))


def swap(swap_id: int, *, lock: bool = False) -> Swap:
    """A swap. Raises NotFound."""
    rows = Swap.objects.select_for_update(of=("self",)) if lock else Swap.objects
    found = rows.select_related("shift__person", "other", "person", "to").filter(pk=swap_id).first()
    if found is None:
        raise NotFound(subject="swap")
    return found


def swaps(person: Person) -> list[Swap]:
    """The swaps that somebody sees, the latest first: all for who keeps the roster, else his own."""
    rows = Swap.objects.select_related("shift", "other", "person", "to")
    if not person.may("manage_roster"):
        rows = rows.filter(Q(person=person) | Q(to=person))
    return list(rows.order_by("-asked_at", "-pk")[:100])
