"""Every act of a review can be undone, the last one first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, StaleVersion
from luyue.drafting.actions.common import locked, record
from luyue.drafting.models import Draft, Drafted, Sentence, Step

KEPT = 50  # acts of a draft that can be undone
_FIELDS = ("state", "into_id", "decided_by", "decided_at", "facts", "answered", "words", "end")


def images(rows: Iterable[Drafted]) -> list[dict[str, Any]]:
    """Promises as they are now, before an act changes them."""
    return [{"id": row.pk, **{name: getattr(row, name) for name in _FIELDS}} for row in rows]


def remember(
    of: Draft,
    act: str,
    actor: Person | None,
    now: datetime,
    *,
    promises: list[dict[str, Any]] | None = None,
    sentences: Iterable[int] = (),
    added: Iterable[int] = (),
) -> None:
    """Keep what an act changed, inside of its transaction; acts long ago are forgotten."""
    Step.objects.create(
        draft=of, act=act, done_by=actor.name if actor else "", done_at=now,
        before={"promises": promises or [], "sentences": list(sentences), "added": list(added)},
    )  # fmt: skip
    old = Step.objects.filter(draft=of).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Step.objects.filter(pk__in=list(old)).delete()


@transaction.atomic
def undo(
    draft_id: int,
    *,
    actor: Person | None,
    now: datetime,
    revision: int | None = None,
    last: int | None = None,
) -> Step:
    """Undo the last act of the review, whoever did it. Returns what was undone, which is gone by then.

    last: the step that the actor takes for the last one; none: whichever it is.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: undo (nothing is left to undo). StaleVersion: the draft is not at
            `revision` any more, or its last step not `last`, so that another act would be undone.
    """
    of = locked(draft_id, actor, revision)
    step = Step.objects.filter(draft=of).order_by("-pk").first()
    if step is None:
        raise BadInput(field="undo", problem="none")
    if last is not None and step.pk != last:
        raise StaleVersion(subject="step")
    before = step.before
    as_were = {one["id"]: one for one in before["promises"]}
    rows = list(Drafted.objects.select_for_update().filter(draft=of, pk__in=as_were))
    for row in rows:
        for name in _FIELDS:
            setattr(row, name, as_were[row.pk][name])
        row.decided_at = parse_datetime(row.decided_at) if isinstance(row.decided_at, str) else None
    Drafted.objects.bulk_update(rows, [name.removesuffix("_id") for name in _FIELDS], batch_size=500)
    Drafted.objects.filter(draft=of, pk__in=before["added"]).delete()
    for sentence in Sentence.objects.filter(draft=of, pk__in=before["sentences"]):
        Sentence.objects.filter(pk=sentence.pk).update(aside=not sentence.aside)
    Step.objects.filter(pk=step.pk).delete()
    record("plan_draft.undone", of, actor, now, act=step.act, promises=sorted(as_were) + before["added"],
           sentences=before["sentences"])  # fmt: skip
    return step
