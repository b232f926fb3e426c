"""Requests that ask the same at the same time are served by one of them, all at once.

A storm of alarms sends hundreds of reports a second, and most of what one costs the database is the same for all: the
transaction, the scope, the commit. Who comes alone is served at once; who comes while others are being served goes with
the next group, which in a crowd waits a few milliseconds until its share of the crowd is there.
"""

import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
MOST = 32  # in one group, so that nobody waits long for the others
SERVING = 2  # groups of a key at once: while one waits for the database, the other is made ready
COMPANY_SECONDS = 0.008  # for which a group waits at most for its share of the crowd


class _Waiting(Generic[Asked, Answer]):
    """One who asked. turn: locked until he is answered, or until it is on him to go on."""

    __slots__ = ("answer", "answered", "asked", "turn")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answer: Answer | None = None
        self.answered = False
        self.turn = Lock()
        self.turn.acquire()


class _Line(Generic[Asked, Answer]):
    """Those of one key.

    serving: how many groups are being served; present: how many callers have no answer yet; led: it is on the first who
    waits to take the next group; gathering: he, while he waits until there are `enough`.
    """

    __slots__ = ("enough", "gathering", "led", "present", "serving", "waiting")

    def __init__(self) -> None:
        self.serving = self.present = self.enough = 0
        self.led = False
        self.gathering: _Waiting[Asked, Answer] | None = None
        self.waiting: deque[_Waiting[Asked, Answer]] = deque()

    def lead(self) -> "_Waiting[Asked, Answer] | None":
        """The first who waits, if it is on him to make up a group now."""
        if self.led or not self.waiting or self.serving >= SERVING:
            return None
        self.led = True
        return self.waiting[0]

    def take(self) -> "list[_Waiting[Asked, Answer]]":
        """The next group, its leader first. The crowd as it is now says how many the one after it waits for."""
        group = [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST))]
        self.led, self.gathering = False, None
        self.serving += 1
        self.enough = min(self.present // SERVING, MOST)
        return group


class Together(Generic[Asked, Answer]):
    """Groups the callers of one process by a key. Not for who holds something that serving needs.

    Args:
        serve: answers a group in its order, in the thread of one of its callers; None in a place, or an error for all
            of them, leaves it to the caller to go alone.
    """

    def __init__(self, serve: Callable[[Sequence[Asked]], Sequence[Answer | None]]) -> None:
        self._serve = serve
        self._lock = Lock()
        self._lines: dict[Hashable, _Line[Asked, Answer]] = {}

    def ask(self, key: Hashable, asked: Asked) -> Answer | None:
        """The answer to one; only what was asked under the same key is served together."""
        mine = _Waiting[Asked, Answer](asked)
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            line.present += 1
            line.waiting.append(mine)
            leads = line.lead() is mine
            gathering = line.gathering if len(line.waiting) >= line.enough else None
            if gathering is not None:
                line.gathering = None
        if gathering is not None:
            gathering.turn.release()
        if not leads:
            mine.turn.acquire()
        if not mine.answered:
            self._serve_next(key, line, mine)
        return mine.answer

    def _serve_next(self, key: Hashable, line: _Line[Asked, Answer], mine: _Waiting[Asked, Answer]) -> None:
        with self._lock:
            if gathers := len(line.waiting) < line.enough:
                line.gathering = mine
        if gathers:
            mine.turn.acquire(timeout=COMPANY_SECONDS)
        with self._lock:
            group = line.take()
            following = line.lead()
        if following is not None:
            following.turn.release()
        try:
            answers = self._serve([one.asked for one in group])
            for one, answer in zip(group, answers, strict=True):
                one.answer = answer
        except Exception:
            logging.getLogger(__name__).warning("%d go alone after an error", len(group), exc_info=True)
        finally:
            with self._lock:
                line.serving -= 1
                line.present -= len(group)
                following = line.lead()
                if not line.present:
                    del self._lines[key]
            if following is not None:
                following.turn.release()
            for one in group[1:]:
                one.answered = True
                one.turn.release()
