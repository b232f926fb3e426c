"""A document comes in and is read: kept first, read by a worker afterwards."""

import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import OperationalError, transaction
from procrastinate.contrib.django import app as jobs_app

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import AlreadyThere, BadInput, Conflict, IllegalMove
from luyue.drafting import queries, taking
from luyue.drafting.actions import hearing
from luyue.drafting.actions.carrying import carry
from luyue.drafting.actions.common import locked, record
from luyue.drafting.models import Draft, Drafted, Sentence, State
from luyue.drafting.opening import open_kept, read_whole
from luyue.files import actions as files
from luyue.files import content as contents
from luyue.ledger.wall import Scope, scope
from luyue.reading.drafts import Leftover
from luyue.reading.planwords import draft_id
from luyue.reading.sources import Opened, Unreadable
from luyue.web.long_work import GIVEN_UP, Lives

LOG = logging.getLogger(__name__)


@transaction.atomic
def upload(
    content: bytes,
    *,
    file_name: str,
    title: str,
    plan: str,
    actor: Person | None,
    now: datetime,
    before: int | None = None,
    key: str = "",
    second_reader: bool = False,
    defer: bool = True,
) -> Draft:
    """Keep a document and have it read.

    Args:
        plan: id of the plan that it becomes a version of; empty: that of `before`, or one of its own.
        before: the draft that it is a new version of; what was decided there is taken over once it is read.
        key: the actor's own; under it there is one draft.
        second_reader: ask it too, once the rules have read.

    Raises:
        NotAllowed. NotFound: before. IllegalMove: that one is not read. BadInput: file (empty, too_large), title,
            second_reader (unset).
        AlreadyThere: the actor sees a draft of this very document, whose id is the fact `draft`.
        Conflict: key, under which another document was handed in.
    """
    require(actor, queries.RIGHT)
    if not title.strip():
        raise BadInput(field="title")
    if second_reader and hearing.service() is None:
        raise BadInput(field="second_reader", problem="unset")
    digest = hashlib.sha256(content).hexdigest()
    earlier = locked(before, actor) if before else None
    if actor and (known := queries.keyed(key, by=actor)):
        if known.digest != digest:
            raise Conflict(subject=queries.SUBJECT, field="key")
        raise AlreadyThere(subject=queries.SUBJECT, field="file", draft=known.pk)
    if actor and (first := queries.same_document(digest, to=actor, before=earlier)):
        raise AlreadyThere(subject=queries.SUBJECT, field="file", draft=first.pk)
    name = contents.plain_name(file_name)
    made = Draft.objects.create(
        title=title.strip()[:120], plan="", file_name=name, digest=digest,
        author=actor, author_name=actor.name if actor else "", created_at=now, before=earlier,
        key=key, second=hearing.wanted() if second_reader else {},
    )  # fmt: skip
    made.plan = draft_id(plan) if plan.strip() else earlier.plan if earlier else f"plan-{made.pk}"
    kept = files.attach(
        content,
        name=name,
        kind="document",
        subject=(queries.SUBJECT, made.pk),
        contract_id=None,
        actor=actor,
        now=now,
    )
    made.file_id = kept.pk
    made.save(update_fields=["plan", "file_id"])
    record(
        "plan_draft.uploaded",
        made,
        actor,
        now,
        title=made.title,
        plan=made.plan,
        file=kept.pk,
        digest=made.digest,
        before=before,
    )
    if defer:
        jobs_app.configure_task("drafting.read").defer(draft_id=made.pk)
    return made


@transaction.atomic
def read_again(draft_id: int, *, actor: Person | None, now: datetime, defer: bool = True) -> Draft:
    """Read a document once more that could not be read, or whose reading stopped on its way.

    Raises:
        NotAllowed, NotFound. IllegalMove: it is read.
    """
    require(actor, queries.RIGHT)
    found = queries.draft(draft_id, to=actor, lock=True)
    if found.state == State.READY:
        raise IllegalMove(subject=queries.SUBJECT, state=found.state, act="read")
    found.state, found.step, found.problem = State.WAITING, 0, ""
    found.save(update_fields=["state", "step", "problem"])
    record(
        "plan_draft.uploaded",
        found,
        actor,
        now,
        title=found.title,
        plan=found.plan,
        file=found.file_id,
        digest=found.digest,
    )
    if defer:
        jobs_app.configure_task("drafting.read").defer(draft_id=found.pk)
    return found


def read_draft(draft_id: int, *, clock: Callable[[], datetime]) -> State:
    """Open, read and write down; each step is seen from outside. A draft that is read is left alone.

    Returns the state that it came to. Whatever the document does to the rules, the draft says so and never hangs.
    """
    with scope(Scope.everything()):
        found = queries.draft(draft_id, to=None, lock=True)
        if found.state == State.READY:
            return State.READY
        digest, text_of = found.digest, found.file_name
        _step(draft_id, 0)
    try:
        opened = open_kept(digest)
        with scope(Scope.everything()):
            _step(draft_id, 1)
        reading, sentences = read_whole(opened)
        with scope(Scope.everything()):
            _step(draft_id, 2)
        with scope(Scope.everything()):
            found = queries.draft(draft_id, to=None, lock=True)
            if found.state == State.READY:
                return State.READY
            _write(found, opened, taking.rows_of(found, reading), sentences, clock())
    except OperationalError:
        raise  # the queue tries again
    except Unreadable as bad:
        return _fail(draft_id, bad.code, clock())
    except FileNotFoundError:
        return _fail(draft_id, "lost", clock())
    except Exception:
        LOG.exception("reading of plan draft %s (%s)", draft_id, text_of)
        return _fail(draft_id, "interrupted", clock())
    return State.READY


def _step(draft_id: int, step: int) -> None:
    Draft.objects.filter(pk=draft_id).update(state=State.READING, step=step)


def _write(
    found: Draft, opened: Opened, rows: list[Drafted], sentences: list[Leftover], now: datetime
) -> None:
    found.promises.all().delete()
    found.sentences.all().delete()
    Drafted.objects.bulk_create(rows, batch_size=500)
    Sentence.objects.bulk_create(
        [
            Sentence(
                draft=found,
                start=one.quote.start,
                end=one.quote.end,
                words=one.quote.words,
                reason=one.reason,
            )
            for one in sentences
        ],
        batch_size=500,
    )
    found.text = opened.text
    carried = carry(found, found.before, rows) if found.before else {}
    found.notes, found.state, found.step = (
        list(opened.notes),
        State.READY,
        Draft.STEPS,
    )
    found.read_at, found.problem = now, ""
    found.save(update_fields=["text", "notes", "state", "step", "read_at", "problem"])
    record(
        "plan_draft.read", found, None, now, promises=len(rows), sentences=len(sentences), digest=found.digest,
        **carried,
    )  # fmt: skip


def _fail(draft_id: int, problem: str, now: datetime) -> State:
    with scope(Scope.everything()):
        found = queries.draft(draft_id, to=None, lock=True)
        if found.state == State.READY:
            return State.READY
        _unreadable(found, problem, now)
    return State.FAILED


def _unreadable(found: Draft, problem: str, now: datetime) -> None:
    found.state, found.problem = State.FAILED, problem
    found.save(update_fields=["state", "problem"])
    record("plan_draft.unreadable", found, None, now, problem=problem)


def waiting(_now: datetime) -> Iterable[int]:
    """Drafts that are to be read."""
    return Draft.objects.filter(state__in=(State.WAITING, State.READING)).values_list("pk", flat=True)


def give_up(draft_id: int, *, now: datetime, lives: Lives) -> bool:
    """Say of a draft that nobody reads any more that it cannot be read. Returns whether it was so."""
    found = queries.draft(draft_id, to=None, lock=True)
    if found.state not in (State.WAITING, State.READING) or lives():
        return False
    _unreadable(found, GIVEN_UP, now)
    return True
