"""The second reader is asked about what the rules left, and what it proposes joins the draft, marked (ADR 33).

`Draft.second` tells how far it is: state (waiting, done, failed), part of parts asked, proposed, refused (reason →
number), code (why it failed). Whatever comes of it, what the rules read and what people decided stays. What no job will
hear any more is ended as failed, so that it can be asked again.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from procrastinate.contrib.django import app as jobs_app

from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.drafting import queries, taking
from luyue.drafting.actions.common import locked, record
from luyue.drafting.models import Draft, Drafted, Sentence, State
from luyue.drafting.opening import open_kept, read_whole
from luyue.ledger.wall import Scope, scope
from luyue.reading.calling import NoAnswer, Service, ask, configured
from luyue.reading.drafts import Leftover, Reading
from luyue.web.long_work import Lives

LOG = logging.getLogger(__name__)
WAITING, DONE, FAILED = "waiting", "done", "failed"
LONGEST = 900.0  # seconds for all parts of a document
JOBS = ("drafting.hear", "drafting.read")  # the latter hears, too, once it has read


def service() -> Service | None:
    """The second reader of this installation."""
    return configured(os.environ)


def wanted() -> dict[str, Any]:
    return {"state": WAITING, "part": 0, "parts": 0}


@transaction.atomic
def ask_second_reader(draft_id: int, *, actor: Person | None, now: datetime, defer: bool = True) -> Draft:
    """Have the second reader asked about the sentences that are still open; it is done in the background.

    Raises:
        NotAllowed, NotFound. IllegalMove: the draft is not read, or it is being asked. BadInput: second_reader (unset).
    """
    found = locked(draft_id, actor)
    if service() is None:
        raise BadInput(field="second_reader", problem="unset")
    if found.second.get("state") == WAITING:
        raise IllegalMove(subject=queries.SUBJECT, state=WAITING, act="ask_second_reader")
    found.second = wanted()
    found.save(update_fields=["second"])
    record("plan_draft.reader_asked", found, actor, now)
    if defer:
        jobs_app.configure_task("drafting.hear").defer(draft_id=found.pk)
    return found


def hear_second_reader(draft_id: int, *, clock: Callable[[], datetime]) -> None:
    """Ask part by part, outside of any transaction, and take what may be shown. Nothing where it is not waited for."""
    with scope(Scope.everything()):
        found = queries.draft(draft_id, to=None)
        if found.state != State.READY or found.second.get("state") != WAITING:
            return
        digest, settled = found.digest, _settled(found)
    to = service()
    try:
        reading, _sentences = read_whole(open_kept(digest))
        reading.leftovers[:] = [one for one in reading.leftovers if not settled(one)]
        replies, code, asked = _ask(draft_id, to, reading) if to else (list[bytes](), "unset", 0)
        with scope(Scope.everything()):
            _take(draft_id, reading, replies, code, asked, clock())
    except OperationalError:
        raise  # the queue tries again
    except Exception:
        LOG.exception("second reader of plan draft %s", draft_id)
        with scope(Scope.everything()):
            _end(queries.draft(draft_id, to=None, lock=True), clock())


def waiting(_now: datetime) -> Iterable[int]:
    """Drafts about which the second reader is asked."""
    return Draft.objects.filter(state=State.READY, second__state=WAITING).values_list("pk", flat=True)


def give_up(draft_id: int, *, now: datetime, lives: Lives) -> bool:
    """End what is waited for in vain; an answer that came, or comes, stays. Returns whether it was."""
    found = queries.draft(draft_id, to=None, lock=True)
    return not lives() and _end(found, now)


def _end(found: Draft, now: datetime) -> bool:
    """Failed, unless somebody else has answered meanwhile."""
    if found.second.get("state") != WAITING:
        return False
    parts = found.second.get("part", 0)
    found.second = found.second | {"state": FAILED, "code": "interrupted"}
    found.save(update_fields=["second"])
    record(
        "plan_draft.reader_heard", found, None, now, promises=0, refused={}, parts=parts, code="interrupted"
    )
    return True


def _settled(of: Draft) -> Callable[[Leftover], bool]:
    """Whether a sentence holds a drafted promise, or a person said that it is none."""
    taken = list(queries.promises(of).values_list("start", "end"))
    aside = set(Sentence.objects.filter(draft=of, aside=True).values_list("start", flat=True))

    def settled(one: Leftover) -> bool:
        start, end = one.quote.start, one.quote.end
        return start in aside or any(first < end and last > start for first, last in taken)

    return settled


def _ask(draft_id: int, to: Service, reading: Reading) -> tuple[list[bytes], str, int]:
    """The replies, why there are no more (empty: there are all), and how many parts were to be asked about."""
    from luyue.reading.second import parts, question  # as the rules: slow to import

    wanted_parts, replies, begin = parts(reading), list[bytes](), time.monotonic()
    for number, part in enumerate(wanted_parts):
        with scope(Scope.everything()):
            _note(draft_id, number, len(wanted_parts))
        if time.monotonic() - begin > LONGEST:
            return replies, "late", len(wanted_parts)
        try:
            replies.append(ask(to, question(part, to.model)))
        except NoAnswer as bad:
            return replies, bad.code, len(wanted_parts)
    return replies, "", len(wanted_parts)


def _take(
    draft_id: int, reading: Reading, replies: list[bytes], code: str, asked: int, now: datetime
) -> None:
    from luyue.reading.second import added, proposals

    found = queries.draft(draft_id, to=None, lock=True)
    if found.second.get("state") != WAITING:
        return  # another job was quicker
    told = proposals(reading, replies)
    known = {(row.kind, row.start, row.end) for row in queries.promises(found)}
    rows = [
        row
        for row in taking.rows_of(found, added(Reading(reading.text), told))
        if (row.kind, row.start, row.end) not in known
    ]
    Drafted.objects.bulk_create(rows, batch_size=500)
    found.second = {
        "state": FAILED if code else DONE, "part": len(replies), "parts": asked, "proposed": len(rows),
        "refused": told.refused, "code": code,
    }  # fmt: skip
    found.save(update_fields=["second"])
    record(
        "plan_draft.reader_heard", found, None, now, promises=len(rows), refused=told.refused, parts=len(replies),
        code=code,
    )  # fmt: skip


def _note(draft_id: int, part: int, parts: int) -> None:
    """How far it is, as long as it is waited for: another job may have ended it meanwhile."""
    told = {"state": WAITING, "part": part, "parts": parts}
    Draft.objects.filter(pk=draft_id, second__state=WAITING).update(second=told)
