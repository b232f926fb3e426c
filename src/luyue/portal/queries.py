"""Reads of the portal."""

from collections.abc import Sequence

from django.db.models import QuerySet

from luyue.accounts.models import Person
from luyue.contracts.models import Access, Contract
from luyue.desk.models import Case
from luyue.domain.rights import OUTSIDE
from luyue.portal.models import Rating
from luyue.web.prepared import prepared


def colleagues(of: Contract) -> list[Access]:
    """People from outside of the firm who see a contract."""
    rows = Access.objects.filter(contract=of, role__in=OUTSIDE).select_related("person", "unit")
    return list(rows.order_by("role", "person__name", "pk"))


@prepared
def _ratings_of(case_id: int) -> QuerySet[Rating]:
    return Rating.objects.filter(case_id=case_id).order_by("version", "pk")


def ratings_of(case_id: int) -> list[Rating]:
    """The latest rating of each person."""
    latest: dict[int | None, Rating] = {}
    for one in _ratings_of.rows(case_id):
        latest[one.person_id] = one
    return list(latest.values())


def unrated(person: Person, most: int) -> list[Case]:
    """Cases solved of late that the person has not rated, the latest first."""
    rated = Rating.objects.filter(person=person).values("case")
    found = Case.objects.filter(state__in=["resolved", "closed"], resolved_at__isnull=False).exclude(
        pk__in=rated
    )
    return list(found.defer("words", "known", "description").order_by("-resolved_at", "-pk")[:most])


def stars(ratings: Sequence[Rating]) -> float | None:
    """Mean of all stars; None when nobody has answered."""
    given = [star for one in ratings for star in (one.speed, one.result, one.manner)]
    return round(sum(given) / len(given), 1) if given else None
