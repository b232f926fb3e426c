"""Reads of attachments."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.domain.refusals import NotFound
from luyue.files.models import Attachment
from luyue.web.prepared import prepared


@prepared
def attachments_of(kind: str, subject_id: int) -> QuerySet[Attachment]:
    """What was added to a thing, in order."""
    return Attachment.objects.filter(subject_kind=kind, subject_id=subject_id)


def attachments_of_many(kind: str, numbers: Collection[int]) -> QuerySet[Attachment]:
    """What was added to several things of a kind, in order."""
    return Attachment.objects.filter(subject_kind=kind, subject_id__in=list(numbers))


# What the firm keeps for itself of its own work: pictures of a visit show more than the customer's fault, papers of an
# accident are what its report is made of.
_INTERNAL = Q(subject_kind="work_order", kind__in=("photo", "screenshot", "document")) | Q(
    subject_kind__in=("accident", "sign")
)


# Documents under review are for those who review them; their own pages hand them out.
_ELSEWHERE = Q(subject_kind="plan_draft")


def attachment(file_id: int, *, to: Person) -> Attachment:
    """One attachment in scope that a person may open. Raises NotFound."""
    rows = Attachment.objects.filter(pk=file_id).exclude(_ELSEWHERE)
    if to.outside:
        rows = rows.exclude(_INTERNAL)
    found = rows.first()
    if found is None:
        raise NotFound(subject="file")
    return found
