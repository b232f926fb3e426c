"""Deciding about what was read: accept, reject, take back; merge; answer questions; set sentences aside."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from luyue.accounts.models import Person
from luyue.domain.drafting import questions, states
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.drafting import queries
from luyue.drafting.actions.common import locked, record
from luyue.drafting.actions.undoing import images, remember
from luyue.drafting.models import Drafted, Sentence


@transaction.atomic
def decide(
    draft_id: int,
    ids: Collection[int],
    act: str,
    *,
    actor: Person | None,
    now: datetime,
    revision: int | None = None,
) -> list[Drafted]:
    """Accept, reject or reopen drafted promises; those that are so already stay as they are.

    Raises:
        NotAllowed. NotFound: one of them is not of this draft. IllegalMove. BadInput: act, or none chosen.
        StaleVersion: the draft is not at `revision` any more.
    """
    if act not in ("accept", "reject", "reopen"):
        raise BadInput(field="act")
    of = locked(draft_id, actor, revision)
    rows = _chosen(of.pk, ids)
    before = images(rows)
    moved = [row for row in rows if _move(row, act, actor, now)]
    if moved:
        changed = {row.pk for row in moved}
        remember(of, act, actor, now, promises=[one for one in before if one["id"] in changed])
        Drafted.objects.bulk_update(moved, ["state", "into", "decided_by", "decided_at"], batch_size=500)
        record("plan_draft.decided", of, actor, now, act=act, promises=[row.pk for row in moved])
    return rows


@transaction.atomic
def decide_all(
    draft_id: int, act: str, *, actor: Person | None, now: datetime, besides: Collection[int] = ()
) -> int:
    """The same for all that rules or people drafted and nobody has decided about, but for those in `besides`; returns
    how many. What the second reader proposed is looked at one by one."""
    of = locked(draft_id, actor)
    waiting = list(queries.waiting(of).exclude(pk__in=besides).values_list("pk", flat=True))
    if waiting:
        decide(of.pk, waiting, act, actor=actor, now=now)
    return len(waiting)


def _chosen(draft_id: int, ids: Collection[int]) -> list[Drafted]:
    wanted = set(ids)
    if not wanted:
        raise BadInput(field="promises", problem="none")
    rows = list(
        Drafted.objects.select_for_update().filter(draft=draft_id, pk__in=wanted).order_by("start", "id")
    )
    if len(rows) != len(wanted):
        raise NotFound(subject="drafted")
    return rows


def _move(row: Drafted, act: str, actor: Person | None, now: datetime) -> bool:
    new = states.after(row.state, act)
    if new == row.state:
        return False
    row.state, row.into = new, None
    row.decided_by, row.decided_at = (actor.name if actor else ""), now
    if new == states.PROPOSED:
        row.decided_by, row.decided_at = "", None
    return True


@transaction.atomic
def merge(
    draft_id: int, ids: Collection[int], *, actor: Person | None, now: datetime, revision: int | None = None
) -> Drafted:
    """Make one of several drafted promises of a kind: the first in the document stays, the others point to it.

    A merged one that is reopened stands for itself again.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: fewer than two, or not of one kind. StaleVersion: as `decide`.
    """
    of = locked(draft_id, actor, revision)
    rows = _chosen(of.pk, ids)
    if len(rows) < 2:
        raise BadInput(field="promises", problem="few")
    if len({row.kind for row in rows}) > 1:
        raise BadInput(field="promises", problem="kinds")
    kept, others = rows[0], rows[1:]
    if any(row.state not in (states.PROPOSED, states.ACCEPTED) for row in rows):
        raise IllegalMove(subject="drafted", state=rows[0].state, act="merge")
    along = list(Drafted.objects.filter(into__in=others))
    remember(of, "merge", actor, now, promises=images([*others, *along]))
    for row in others:
        row.state = states.after(row.state, "merge")
        row.into, row.decided_by, row.decided_at = kept, (actor.name if actor else ""), now
    Drafted.objects.bulk_update(others, ["state", "into", "decided_by", "decided_at"])
    # What had been merged into one of them goes along.
    Drafted.objects.filter(pk__in=[row.pk for row in along]).update(into=kept)
    record("plan_draft.merged", of, actor, now, into=kept.pk, promises=[row.pk for row in others])
    return kept


@transaction.atomic
def answer(
    drafted_id: int,
    question: str,
    value: str,
    *,
    actor: Person | None,
    now: datetime,
    revision: int | None = None,
) -> Drafted:
    """Answer what the document leaves open about a promise.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: answer. StaleVersion: as `decide`.
    """
    row = queries.drafted(drafted_id, to=actor)
    of = locked(row.draft_id, actor, revision)
    row = Drafted.objects.select_for_update().get(pk=row.pk)
    before, facts = images([row]), row.facts
    try:
        row.facts = questions.answer(question, value, row.facts)
    except KeyError as bad:
        raise BadInput(field="answer") from bad
    row.answered = [*(one for one in row.answered if one != question), question]
    row.save(update_fields=["facts", "answered"])
    remember(of, "answer", actor, now, promises=before)
    record(
        "plan_draft.changed", of, actor, now, promise=row.pk, before=facts, question=question, answer=value
    )
    return row


@transaction.atomic
def set_aside(
    draft_id: int,
    ids: Sequence[int],
    *,
    aside: bool,
    actor: Person | None,
    now: datetime,
    revision: int | None = None,
) -> int:
    """Say of sentences with figures that they are no promise, or take it back. Returns how many changed.

    Raises:
        NotAllowed, IllegalMove. NotFound: one of them is not of this draft. BadInput: none chosen.
        StaleVersion: as `decide`.
    """
    of = locked(draft_id, actor, revision)
    if not ids:
        raise BadInput(field="sentences", problem="none")
    rows = Sentence.objects.filter(draft=of, pk__in=set(ids))
    if rows.count() != len(set(ids)):
        raise NotFound(subject="sentence")
    changed = list(rows.exclude(aside=aside).values_list("pk", flat=True))
    if changed:
        Sentence.objects.filter(pk__in=changed).update(aside=aside)
        remember(of, "aside" if aside else "not_aside", actor, now, sentences=changed)
        record("plan_draft.set_aside", of, actor, now, aside=aside, sentences=changed)
    return len(changed)


@transaction.atomic
def set_aside_all(
    draft_id: int, *, actor: Person | None, now: datetime, besides: Collection[int] = ()
) -> int:
    """Confirm every sentence that a rule would set aside, but for those in `besides`."""
    of = locked(draft_id, actor)
    waiting = list(queries.to_set_aside(of).exclude(pk__in=besides).values_list("pk", flat=True))
    return set_aside(of.pk, waiting, aside=True, actor=actor, now=now) if waiting else 0
