"""Reads of follow-ups. The wall decides which rows there are."""

from django.db.models import Q, QuerySet

from luyue.domain.follow_ups import OWED as OWED_RESULTS
from luyue.domain.refusals import NotFound
from luyue.follow_ups.models import FollowUp
from luyue.web.prepared import prepared

OWED = Q(result__in=OWED_RESULTS)


def follow_ups() -> QuerySet[FollowUp]:
    return FollowUp.objects.select_related("case", "contract__customer", "complaint")


def follow_up(follow_up_id: int, *, lock: bool = False) -> FollowUp:
    """A follow-up in scope. Raises NotFound."""
    found = FollowUp.objects.select_for_update(of=("self",)) if lock else FollowUp.objects
    one = (
        found.select_related("case__contract__customer", "contract", "complaint")
        .filter(pk=follow_up_id)
        .first()
    )
    if one is None:
        raise NotFound(subject="follow_up")
    return one


def of_case(case_id: int) -> list[FollowUp]:
    """The follow-ups of a case, the latest first."""
    return _of_case.rows(case_id)


@prepared
def _of_case(case_id: int) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(case_id=case_id).select_related("complaint").order_by("-id")
