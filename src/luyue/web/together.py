"""Requests that ask the same at the same time are served by one of them, all at once.

A storm of alarms sends hundreds of reports a second, and most of what one costs the database is the same for all: the
transaction, the scope, the commit. Nobody waits for company: who comes alone is served at once, who comes while others
are being served goes with the next group.
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


class _Waiting(Generic[Asked, Answer]):
    """One who asked. turn: locked until he is answered, or until it is on him to serve the next group."""

    __slots__ = ("answer", "answered", "asked", "turn")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answer: Answer | None = None
        self.answered = False
        self.turn = Lock()
        self.turn.acquire()


class _Line(Generic[Asked, Answer]):
    """Those of one key. serving: how many groups are being served."""

    __slots__ = ("serving", "waiting")

    def __init__(self) -> None:
        self.serving = 0
        self.waiting: deque[_Waiting[Asked, Answer]] = deque()


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
            if waits := line.serving >= SERVING:
                line.waiting.append(mine)
            else:
                line.serving += 1
        if waits:
            mine.turn.acquire()
        if not mine.answered:
            self._lead(key, line, mine)
        return mine.answer

    def _lead(self, key: Hashable, line: "_Line[Asked, Answer]", mine: _Waiting[Asked, Answer]) -> None:
        waiting = line.waiting
        with self._lock:
            group = [mine, *(waiting.popleft() for _ in range(min(len(waiting), MOST - 1)))]
        try:
            answers = self._serve([one.asked for one in group])
            for one, answer in zip(group, answers, strict=True):
                one.answer = answer
        except Exception:
            logging.getLogger(__name__).warning("%d go alone after an error", len(group), exc_info=True)
        finally:
            with self._lock:
                following = waiting.popleft() if waiting else None
                if following is None:
                    line.serving -= 1
                    if not line.serving:
                        del self._lines[key]
            if following is not None:
                following.turn.release()
            for one in group[1:]:
                one.answered = True
                one.turn.release()
