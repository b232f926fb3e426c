"""The vectorised form of `luyue.domain.calendars`: the same answers for arrays of instants.

Opening hours fall on a grid (the quarter or half hour, usually). Cut into steps of that grid, time is either
open or closed for a whole step, so working seconds up to an instant are one division and two look-ups, with
no search; and the way back from working seconds to an instant is the same on a grid of working time. A
calendar whose grid would be too fine for a table is searched instead.
"""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from luyue.domain.refusals import Refusal

if TYPE_CHECKING:
    from luyue.domain.calendars import Calendar

Instants: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

LARGEST_TABLE = 4_000_000
# Elements worked on at a time, so that all intermediate arrays stay in the processor's cache.
BLOCK = 16_384


class Tables:
    """Arrays made once for a calendar.

    step: seconds; every opening and closing is a whole number of steps after `base`. 0: no grid, search
    instead.
    worked_at, open_mask: length m; working seconds at the beginning of step i, and -1 if it is open, else 0.
    instant_of: length w; the instant at which `i * step` working seconds are done and more begin to pass.
    """

    def __init__(self, calendar: "Calendar") -> None:
        self.calendar = calendar
        self.opens: Instants = np.array(calendar.opens, dtype=np.int64)
        self.closes: Instants = np.array(calendar.closes, dtype=np.int64)
        self.done: Instants = np.array(calendar.done, dtype=np.int64)
        self.total = int(self.done[-1]) if len(self.done) else 0
        self.step = self._find_step()
        if self.step:
            self._make_grid()

    def _find_step(self) -> int:
        if not len(self.opens):
            return 0
        begin = int(self.opens[0])
        step = int(np.gcd.reduce(np.concatenate([self.opens - begin, self.closes - begin])))
        return step if (self.calendar.ends_at - self.calendar.begins_at) // step < LARGEST_TABLE else 0

    def _make_grid(self) -> None:
        step = self.step
        begin = int(self.opens[0])
        self.base = begin - -(-(begin - self.calendar.begins_at) // step) * step
        length = (self.calendar.ends_at - self.base) // step + 1
        change = np.zeros(length + 1, dtype=np.int64)
        change[(self.opens - self.base) // step] += 1
        change[(self.closes - self.base) // step] -= 1
        is_open = np.cumsum(change[:-1])
        self.open_mask: Instants = -is_open
        self.worked_at: Instants = (np.cumsum(is_open) - is_open) * step
        self.instant_of: Instants = self.base + np.flatnonzero(is_open).astype(np.int64) * step

    def worked(self, at: Instants) -> Instants:
        """Working seconds before each instant."""
        at = np.asarray(at, dtype=np.int64)
        self._check_range(at)
        if not self.total:
            return np.zeros_like(at)
        if not self.step:
            return self._worked_by_search(at)
        flat = np.ascontiguousarray(at).reshape(-1)
        found = np.empty_like(flat)
        block = _Block()
        for low in range(0, len(flat), BLOCK):
            self._worked_block(flat[low : low + BLOCK], found[low : low + BLOCK], block)
        return found.reshape(at.shape)

    def add(self, starts: Instants, seconds: Instants | int) -> Instants:
        """Earliest instants by which the amounts have passed."""
        return self._move(starts, seconds, forwards=True)

    def subtract(self, ends: Instants, seconds: Instants | int) -> Instants:
        """Latest instants from which the amounts pass until the ends."""
        return self._move(ends, seconds, forwards=False)

    def is_open(self, at: Instants) -> Flags:
        """Whether each instant is working time."""
        at = np.asarray(at, dtype=np.int64)
        self._check_range(at, last=self.calendar.ends_at - 1)
        if not self.total:
            return np.zeros(at.shape, dtype=np.bool_)
        i = np.searchsorted(self.opens, at, side="right") - 1
        return (i >= 0) & (at < self.closes[np.maximum(i, 0)])

    def _move(self, at: Instants, seconds: Instants | int, *, forwards: bool) -> Instants:
        at = np.asarray(at, dtype=np.int64)
        amounts = np.asarray(seconds, dtype=np.int64)
        self._check_range(at)
        least = int(amounts.min()) if amounts.size else 0
        if least < 0:
            raise ValueError(f"negative amount: {least}")
        if not (self.total and self.step):
            moved = self._move_by_search(at, amounts, forwards)
        elif amounts.ndim == 0 and least > 0:
            moved = self._move_on_grid(at, least, forwards)
        else:
            at, amounts = np.broadcast_arrays(at, amounts)
            moved = self._move_on_grid(at, np.ascontiguousarray(amounts).reshape(-1), forwards)
            if least == 0:
                moved = np.where(amounts == 0, at, moved)
        if self.calendar.long_gaps:
            self._refuse_long_gap(at, moved)
        return moved

    def _move_on_grid(self, at: Instants, amounts: Instants | int, forwards: bool) -> Instants:
        flat = np.ascontiguousarray(at).reshape(-1)
        moved = np.empty_like(flat)
        block = _Block()
        step = self.step
        for low in range(0, len(flat), BLOCK):
            here = flat[low : low + BLOCK]
            goal = moved[low : low + BLOCK]
            self._worked_block(here, goal, block)
            amount = amounts if isinstance(amounts, int) else amounts[low : low + BLOCK]
            if forwards:
                goal += amount
                # Of the two instants with this much done, closing and next opening, take the closing: step of
                # the last second, not of the next. An amount of 0 is put right by the caller.
                goal -= 1
            else:
                goal -= amount
            if int(goal.max()) >= self.total or int(goal.min()) < (-1 if forwards else 0):
                self._refuse(here, goal, forwards)
            index, other = block.first[: len(here)], block.second[: len(here)]
            np.floor_divide(goal, step, out=index)
            np.take(self.instant_of, index, out=other, mode="clip")
            index *= step
            goal -= index
            goal += other
            if forwards:
                goal += 1
        return moved.reshape(at.shape)

    def _worked_block(self, at: Instants, out: Instants, block: "_Block") -> None:
        index, other = block.first[: len(at)], block.second[: len(at)]
        np.subtract(at, self.base, out=out)
        np.floor_divide(out, self.step, out=index)
        np.multiply(index, self.step, out=other)
        out -= other
        np.take(self.open_mask, index, out=other, mode="clip")
        out &= other
        np.take(self.worked_at, index, out=other, mode="clip")
        out += other

    def _worked_by_search(self, at: Instants) -> Instants:
        i = np.searchsorted(self.opens, at, side="right") - 1
        known = np.maximum(i, 0)
        worked = self.done[known] - np.maximum(self.closes[known] - at, 0)
        return np.where(i < 0, 0, worked)

    def _move_by_search(self, at: Instants, amounts: Instants, forwards: bool) -> Instants:
        at, amounts = np.broadcast_arrays(at, amounts)
        moving = amounts > 0
        if not self.total:
            if moving.any():
                self._refuse(at[moving], np.full(at[moving].shape, self.total if forwards else -1), forwards)
            return at.copy()
        worked = self._worked_by_search(at)
        goal = worked + amounts if forwards else worked - amounts
        outside = moving & ((goal > self.total) if forwards else (goal < 0))
        if outside.any():
            self._refuse(at[outside], np.full(at[outside].shape, self.total if forwards else -1), forwards)
        i = np.searchsorted(self.done, goal, side="left" if forwards else "right")
        known = np.minimum(i, len(self.done) - 1)
        return np.where(moving, self.closes[known] - (self.done[known] - goal), at)

    def _check_range(self, at: Instants, last: int | None = None) -> None:
        from luyue.domain.calendars import CalendarTooShort

        last = self.calendar.ends_at if last is None else last
        if at.size and (int(at.min()) < self.calendar.begins_at or int(at.max()) > last):
            outside = at[(at < self.calendar.begins_at) | (at > last)]
            raise CalendarTooShort(at=int(outside.flat[0]))

    def _refuse(self, at: Instants, goal: Instants, forwards: bool) -> None:
        """Raise for the first element whose goal lies outside; nothing if there is none (an amount of 0)."""
        outside = at[goal >= self.total] if forwards else at[goal < 0]
        if len(outside):
            error: Refusal = (
                self.calendar._beyond_end(int(outside[0]))
                if forwards
                else self.calendar._before_begin(int(outside[0]))
            )
            raise error

    def _refuse_long_gap(self, at: Instants, moved: Instants) -> None:
        from luyue.domain.calendars import LONGEST_GAP, NoOpening

        begin, end = np.minimum(at, moved), np.maximum(at, moved)
        for closed, opened in self.calendar.long_gaps:
            since = np.maximum(begin, closed)
            bad = np.minimum(end, opened) - since > LONGEST_GAP
            if bad.any():
                raise NoOpening(at=int(since[bad].flat[0]))


class _Block:
    """Two buffers that every block of a call uses again."""

    def __init__(self) -> None:
        self.first: Instants = np.empty(BLOCK, dtype=np.int64)
        self.second: Instants = np.empty(BLOCK, dtype=np.int64)
