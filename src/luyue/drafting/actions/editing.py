"""Changing what was read: facts, places, names; adding what the rules missed; one promise made two."""

from datetime import datetime
from typing import Any

from django.db import transaction

from luyue.accounts.models import Person
from luyue.domain.drafting import places, states
from luyue.domain.drafting.facts import checked
from luyue.domain.refusals import BadInput
from luyue.drafting import queries
from luyue.drafting.actions.common import locked, record
from luyue.drafting.actions.undoing import images, remember
from luyue.drafting.models import BY_HAND, Draft, Drafted, Origin
from luyue.reading.planwords import draft_id as plan_id

LONGEST_WORDS = 4000  # letters of a quote


@transaction.atomic
def change(
    drafted_id: int,
    facts: dict[str, Any],
    *,
    actor: Person | None,
    now: datetime,
    accept: bool = False,
    revision: int | None = None,
) -> Drafted:
    """Correct a drafted promise; with `accept` it is accepted in the same step. What the rule read is kept beside it.
    The same facts again change nothing.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: the fact that is not one of its kind. StaleVersion: the draft is
            not at `revision` any more.
    """
    row = queries.drafted(drafted_id, to=actor)
    of = locked(row.draft_id, actor, revision)
    row = Drafted.objects.select_for_update().get(pk=row.pk)
    before, image = row.facts, images([row])
    row.facts = checked(row.kind, facts)
    accepting = accept and row.state != states.ACCEPTED
    if before == row.facts and not accepting:
        return row
    fields = ["facts", "answered"]
    if before != row.facts:
        # Who sets a field by hand has answered what was asked about it.
        touched = {name for name in row.facts if before.get(name) != row.facts[name]}
        asked = {"day": {"within", "basis"}, "start": {"starts"}, "every": {"every"}}
        row.answered = sorted({*row.answered, *(code for code, names in asked.items() if names & touched)})
    if accepting:
        row.state = states.after(row.state, "accept")
        row.decided_by, row.decided_at = (actor.name if actor else ""), now
        fields += ["state", "decided_by", "decided_at"]
    row.save(update_fields=fields)
    remember(of, "change", actor, now, promises=image)
    record(
        "plan_draft.changed", of, actor, now, promise=row.pk, before=before, facts=row.facts, accepted=accept
    )
    return row


@transaction.atomic
def add(
    draft_id: int,
    *,
    kind: str,
    facts: dict[str, Any],
    start: int,
    end: int,
    actor: Person | None,
    now: datetime,
    revision: int | None = None,
) -> Drafted:
    """Draft a promise by hand from [start, end) of the document; it is accepted with it.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: words (not a stretch of the text), kind, a fact. StaleVersion: as
            `change`.
    """
    of = locked(draft_id, actor, revision)
    words = of.text[start:end] if 0 <= start < end <= len(of.text) else ""
    if not words.strip() or len(words) > LONGEST_WORDS:
        raise BadInput(field="words")
    made = Drafted(
        draft=of, kind=kind, facts=checked(kind, facts), start=start, end=end, words=words, rule=BY_HAND, confidence=1,
        origin=Origin.PERSON, state=states.ACCEPTED, decided_by=actor.name if actor else "", decided_at=now,
        place=_place_near(of, start),
    )  # fmt: skip
    made.save()
    remember(of, "add", actor, now, added=[made.pk])
    record("plan_draft.added", of, actor, now, promise=made.pk, facts=made.facts, start=start, end=end)
    return made


def _place_near(of: Draft, start: int) -> str:
    """The headings that the nearest drafted promise before stands under."""
    before = Drafted.objects.filter(draft=of, start__lte=start).exclude(place="").order_by("-start").first()
    return before.place if before else ""


@transaction.atomic
def split(
    drafted_id: int, at: int, *, actor: Person | None, now: datetime, revision: int | None = None
) -> tuple[Drafted, Drafted]:
    """Make two of one where its words are cut after `at` letters; both keep the facts and are decided about anew.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: at (no place to cut). StaleVersion: as `change`.
    """
    row = queries.drafted(drafted_id, to=actor)
    of = locked(row.draft_id, actor, revision)
    row = Drafted.objects.select_for_update().get(pk=row.pk)
    if at not in places.cuts(row.words):
        raise BadInput(field="at")
    state, before = states.after(row.state, "reopen"), images([row])
    second = Drafted(
        draft=of, kind=row.kind, facts=row.facts, read=row.read, start=row.start + at, end=row.end,
        words=row.words[at:], place=row.place, rule=row.rule, confidence=row.confidence, origin=Origin.PERSON,
        answered=row.answered,
    )  # fmt: skip
    second.save()
    row.words, row.end, row.state, row.into = row.words[:at], row.start + at, state, None
    row.decided_by, row.decided_at = "", None
    row.save(update_fields=["words", "end", "state", "into", "decided_by", "decided_at"])
    remember(of, "split", actor, now, promises=before, added=[second.pk])
    record("plan_draft.split", of, actor, now, promise=row.pk, second=second.pk, at=at)
    return row, second


@transaction.atomic
def rename(draft_id: int, *, title: str, plan: str, actor: Person | None, now: datetime) -> Draft:
    """Another title, or the id of another plan to become a version of.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: title, plan.
    """
    of = locked(draft_id, actor)
    if not title.strip():
        raise BadInput(field="title")
    name = plan.strip()
    if not name or plan_id(name) != name:
        raise BadInput(field="plan")
    if (of.title, of.plan) != (title.strip()[:120], name):
        of.title, of.plan = title.strip()[:120], name
        of.save(update_fields=["title", "plan"])
        record("plan_draft.renamed", of, actor, now, title=of.title, plan=of.plan)
    return of
