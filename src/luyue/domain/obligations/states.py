"""What became of an obligation: one pure function of what was owed, what was recorded, and the time (L-1, L8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from luyue.domain.plan.vocabulary import Words
from luyue.domain.statement import Outcome


class State(StrEnum):
    """The state of an obligation; only the first three wait for somebody."""

    PLANNED = "planned"
    DUE = "due"
    IN_PROGRESS = "in_progress"
    MISSED = "missed"
    DONE = "done"
    DONE_LATE = "done_late"
    PARTIAL = "partial"
    WAIVED = "waived"
    CANCELLED = "cancelled"


# What can still be done; a missed one too: then it is done late.
OPEN = (State.PLANNED, State.DUE, State.IN_PROGRESS, State.MISSED)
# Untouched ones follow a change of the plan.
UNTOUCHED = (State.PLANNED, State.DUE)
STATE_WORDS: Words = {
    "planned": ("未到时间", "not yet"),
    "due": ("待办", "to do"),
    "in_progress": ("进行中", "in progress"),
    "missed": ("逾期未做", "missed"),
    "done": ("按时完成", "done"),
    "done_late": ("逾期完成", "done late"),
    "partial": ("部分完成", "done in part"),
    "waived": ("已豁免", "waived"),
    "cancelled": ("已取消", "cancelled"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed. Times: UTC seconds; due_at None: no time agreed, so it cannot be missed.

    times: how often it is to be done; hours: how many hours in all; items: ids of the steps that have to be ticked.
    """

    opens_at: int
    due_at: int | None
    times: int = 1
    hours: float = 0
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Done:
    """One record of work. at: when it happened (UTC seconds)."""

    at: int
    times: int = 1
    hours: float = 0
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about it; None: they did not."""

    started_at: int | None = None
    rolled_at: int | None = None
    waived_at: int | None = None
    cancelled_at: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. left: steps that nobody ticked; done_at: when the last missing piece was done."""

    times: int
    hours: float
    left: frozenset[str]
    done_at: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an obligation stands at a moment. next_at: when that changes by itself, None for never."""

    state: State
    progress: Progress
    next_at: int | None = field(default=None)


def progress(owed: Owed, records: Iterable[Done]) -> Progress:
    """What the records amount to. Order of recording does not matter, only when things happened."""
    times, hours, left, done_at = 0, 0.0, owed.items, None
    for one in sorted(records, key=lambda record: record.at):
        times, hours, left = times + one.times, hours + one.hours, left - one.items
        if done_at is None and times >= owed.times and hours >= owed.hours and not left:
            done_at = one.at
    return Progress(times, hours, left, done_at)


def stand(owed: Owed, records: Sequence[Done], now: int, decided: Decided | None = None) -> Standing:
    """The state of an obligation at `now`.

    A decision that it is void or waived outweighs what was recorded; done in time is what was done by `due_at`,
    whenever it was written down; what is not done is missed from the second after `due_at` on.
    """
    decided = decided or Decided()
    how_far = progress(owed, records)
    for at, state in (
        (decided.cancelled_at, State.CANCELLED),
        (decided.waived_at, State.WAIVED),
    ):
        if at is not None:
            return Standing(state, how_far)
    if how_far.done_at is not None:
        late = owed.due_at is not None and how_far.done_at > owed.due_at
        return Standing(State.DONE_LATE if late else State.DONE, how_far)
    if decided.rolled_at is not None:
        return Standing(State.PARTIAL, how_far)
    if owed.due_at is not None and now > owed.due_at:
        return Standing(State.MISSED, how_far)
    ends = owed.due_at + 1 if owed.due_at is not None else None
    if records or decided.started_at is not None:
        return Standing(State.IN_PROGRESS, how_far, ends)
    if now < owed.opens_at:
        return Standing(State.PLANNED, how_far, min(owed.opens_at, ends) if ends else owed.opens_at)
    return Standing(State.DUE, how_far, ends)


OUTCOMES: Mapping[State, Outcome] = {
    State.DONE: Outcome.KEPT,
    State.DONE_LATE: Outcome.LATE,
    # What was left over is done with the next one; here it was not done.
    State.PARTIAL: Outcome.MISSED,
    State.MISSED: Outcome.MISSED,
    State.WAIVED: Outcome.WAIVED,
    State.CANCELLED: Outcome.CANCELLED,
}


def outcome(state: str, due_at: int | None, as_of: int) -> Outcome:
    """What a statement counts an obligation as; one past its due time is missed, whether the sweep came by or not.

    Without a due time it cannot be judged: it stands beside the quota as not started.
    """
    if (known := OUTCOMES.get(State(state))) is not None:
        return known
    if due_at is None:
        return Outcome.NOT_STARTED
    return Outcome.MISSED if due_at < as_of else Outcome.RUNNING
