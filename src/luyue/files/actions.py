"""Adding attachments. Each is a ledger event with the hash of its content."""

from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput
from luyue.files import content as contents
from luyue.files.models import Attachment, Kind

LARGEST = 30 * 1024 * 1024  # bytes


@transaction.atomic
def attach(
    content: bytes,
    *,
    name: str,
    kind: str,
    subject: tuple[str, int],
    contract_id: int | None,
    actor: Person | None,
    now: datetime,
    note: str = "",
    taken_at: datetime | None = None,
    position: tuple[float, float] | None = None,
    only_pictures: bool = False,
) -> Attachment:
    """Add a file to a thing. The caller has checked that the actor may do so.

    Args:
        subject: the thing in the ledger's words, e.g. ("work_order", 12).
        position: latitude and longitude in degrees, as the device said.
    Raises:
        BadInput: empty, too large (LARGEST bytes), not a picture where one is asked for.
    """
    if not content:
        raise BadInput(field="file", problem="empty")
    if len(content) > LARGEST:
        raise BadInput(field="file", problem="too_large", limit=LARGEST)
    if kind not in Kind.values:
        raise BadInput(field="kind")
    made = Attachment(
        contract_id=contract_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        kind=kind,
        name=contents.plain_name(name),
        media_type=contents.media_type(content, name),
        size=len(content),
        note=note.strip()[:200],
        taken_at=taken_at,
        latitude=position[0] if position else None,
        longitude=position[1] if position else None,
        added_by=actor,
        added_name=actor.name if actor else "",
        added_at=now,
    )
    if only_pictures and not made.is_picture:
        raise BadInput(field="file", problem="not_a_picture")
    made.digest = contents.keep(content)
    made.save()
    ledger.record(
        "file.attached", contract_id=contract_id, subject=subject, actor=actor, at=taken_at or now, now=now,
        data={"file": made.pk, "name": made.name, "kind": kind, "digest": made.digest, "size": made.size},
    )  # fmt: skip
    return made
