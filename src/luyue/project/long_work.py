"""Long work that no job will do any more is ended with a word on its page, so that a person can begin it again.

A job comes to nothing when its tries have ended, when it is gone, or when it took one worker after the other with it
(memory, say): `jobs.retake_stalled_jobs` gives such a one up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from luyue.desk import imports
from luyue.drafting.actions import hearing, reading
from luyue.foresight import actions as foresight
from luyue.ledger.wall import Scope, scope
from luyue.reports.actions import bulk as reports
from luyue.web.long_work import Lives, lives


class GiveUp(Protocol):
    def __call__(self, pk: int, /, *, now: datetime, lives: Lives) -> bool: ...


@dataclass(frozen=True, slots=True)
class LongWork:
    """Work of a kind. tasks: those that do it, with its id as `argument`; waiting: ids of what is not done; give_up:
    ends one of them, unless it turns out under its lock that it is done or that a job lives; whether it did.
    """

    tasks: tuple[str, ...]
    argument: str
    waiting: Callable[[datetime], Iterable[int]]
    give_up: GiveUp


WORK = (
    LongWork(("drafting.read",), "draft_id", reading.waiting, reading.give_up),
    LongWork(hearing.JOBS, "draft_id", hearing.waiting, hearing.give_up),
    LongWork(("foresight.reckon",), "foresight_id", foresight.waiting, foresight.give_up),
    LongWork(("desk.import_history",), "run_id", imports.waiting, imports.give_up),
    LongWork(("reports.draft_run",), "run_id", reports.waiting, reports.give_up),
)


def end_lost(now: datetime) -> int:
    """End what is waited for in vain. Returns how many there were."""
    ended = 0
    for work in WORK:
        with scope(Scope.everything()):
            found = list(work.waiting(now))
        for pk in found:
            with scope(Scope.everything()):
                ended += work.give_up(pk, now=now, lives=partial(lives, work.tasks, work.argument, pk))
    return ended
