"""Reads of attachments."""

from django.db.models import QuerySet

from luyue.domain.refusals import NotFound
from luyue.files.models import Attachment


def attachments_of(kind: str, subject_id: int) -> QuerySet[Attachment]:
    """What was added to a thing, in order."""
    return Attachment.objects.filter(subject_kind=kind, subject_id=subject_id)


def attachment(file_id: int) -> Attachment:
    """One attachment in scope. Raises NotFound."""
    found = Attachment.objects.filter(pk=file_id).first()
    if found is None:
        raise NotFound(subject="file")
    return found
