"""Who is told when a clock gets near or past its due time (S-5, L6).

A rung is due at an instant; which rungs are due and not yet told is all that the sweep has to know. Rungs passed
while nobody looked are told together, once.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from luyue.domain.cases import CaseEvent, Stretch
from luyue.domain.clocks import Reading, held_stretches, unsolved_since
from luyue.domain.due_times import due_time
from luyue.domain.plan.model import LadderStep
from luyue.domain.terms import NAMED, Terms

DEFAULT_LADDER: tuple[LadderStep, ...] = (
    LadderStep(at="75%", role="engineer"),
    LadderStep(at="breach", role="engineer"),
    LadderStep(at="breach", role="project_manager"),
    LadderStep(at="breach+1h", role="manager"),
    LadderStep(at="breach+4h", role="general_manager"),
)
# A paused clock is looked at again, so that no open promise is without a next alarm.
LONGEST_SILENCE_IN_PAUSE = 3 * 86400
# Levels of the ladder from the bottom; the manufacturer stands beside it and may be called at any time [000].
LEVELS = ("engineer", "second_line", "technical_lead", "project_manager", "manager", "general_manager")
MANUFACTURER = "manufacturer"
# Who stands in when nobody has a role, or nobody of it answers: towards those who can always be told.
STAND_INS = {
    "second_line": "technical_lead",
    "technical_lead": "project_manager",
    "technical_support": "project_manager",
    "resident": "engineer",
    "engineer": "operator",
    "project_manager": "manager",
    "manager": "general_manager",
    "general_manager": "admin",
    "manufacturer": "project_manager",
    "operator": "manager",
}
# How long a person may take to acknowledge a breach before his stand-in is told.
ACKNOWLEDGE_WITHIN = 30 * 60
# Who is told when a case stayed unsolved so long that an emergency plan is owed: those who make it and those who must
# know of it [003].
_TOLD_OF_EMERGENCY = ("engineer", "project_manager", "manager")
_AFTER_BREACH = re.compile(r"breach(?:\+(\d+)(min|h))?")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a clock's ladder. `key` fires once per clock.

    It holds the start for a warning and the due time for a breach: a clock that starts again warns again, one whose
    due time moved is missed anew; but a warning that was given is not repeated because of a pause (L2).
    """

    key: str
    at: int
    role: str
    kind: str  # warning, breach, pause or begun
    urgent: bool = False
    quiet: str | None = None  # the level's own quiet hours
    ack: int | None = None  # seconds


def ladder_of(steps: Sequence[LadderStep], warn_at: int) -> tuple[LadderStep, ...]:
    """The plan's ladder, or the default one; a warning and a breach are always on it."""
    ladder = tuple(step for step in steps if step.at != "hand") or DEFAULT_LADDER
    if not any(step.at.endswith("%") for step in ladder):
        ladder = (LadderStep(at=f"{warn_at}%", role="engineer"), *ladder)
    if not any(step.at.startswith("breach") for step in ladder):
        ladder = (*ladder, LadderStep(at="breach", role="project_manager"))
    return ladder


def rungs(
    terms: Terms,
    reading: Reading,
    events: Sequence[CaseEvent],
    steps: Sequence[LadderStep],
    severity: str | None,
    now: int,
) -> list[Rung]:
    """Every rung of an open clock with its instant, in order of time; none for a clock that is not open.

    A rung whose instant hangs on an open pause is left out; the pause's own reminders stand in for it, those up to
    `now` and the next one.
    """
    if not reading.open or reading.started_at is None:
        return []
    pauses = held_stretches(terms, events, reading.started_at, reading.stopped_at)
    found: list[Rung] = []
    for number, step in _ladder_for(severity, ladder_of(steps, terms.warn_at)):
        name = f"{number}:{step.at}:{step.role}"
        if step.at.endswith("%"):
            at = _share_of(terms, reading, pauses, int(step.at[:-1]))
            if at is not None:
                found.append(_rung(step, f"{name}@{reading.started_at}", at, "warning"))
        elif reading.due_at is not None:
            # Breached means past the due second, not on it.
            found.append(
                _rung(step, f"{name}@{reading.due_at}", reading.due_at + 1 + _after(step.at), "breach")
            )
    begun = unsolved_since(terms, events)
    if begun is not None:
        found += [
            Rung(f"begun:{role}@{begun}", begun, role, "begun", urgent=True, ack=ACKNOWLEDGE_WITHIN)
            for role in _TOLD_OF_EMERGENCY
        ]
    if reading.paused_since is not None:
        passed = max(0, now - reading.paused_since) // LONGEST_SILENCE_IN_PAUSE
        for number in range(1, passed + 2):
            at = reading.paused_since + number * LONGEST_SILENCE_IN_PAUSE
            found.append(Rung(f"pause:{reading.paused_since}:{number}", at, "project_manager", "pause"))
    return sorted(found, key=lambda rung: rung.at)


def _ladder_for(severity: str | None, ladder: Sequence[LadderStep]) -> list[tuple[int, LadderStep]]:
    """The steps that hold for a severity, with their numbers. A breach is on it, also where the plan's ladder speaks
    of other severities only: a call-back promised about a question has none."""
    fitting = [
        (number, step)
        for number, step in enumerate(ladder)
        if step.severity is None or severity in step.severity
    ]
    if not any(step.at.startswith("breach") for _, step in fitting):
        fitting.append((len(ladder), LadderStep(at="breach", role="project_manager")))
    return fitting


def _rung(step: LadderStep, key: str, at: int, kind: str) -> Rung:
    breach = kind == "breach"
    if step.ack is None:
        ack = ACKNOWLEDGE_WITHIN if breach else None
    else:
        ack = None if step.ack == "none" else _seconds(step.ack)
    return Rung(
        key,
        at,
        step.role,
        kind,
        urgent=breach if step.urgent is None else step.urgent,
        quiet=step.quiet,
        ack=ack,
    )


def _seconds(text: str) -> int:
    return int(text[:-3]) * 60 if text.endswith("min") else int(text[:-1]) * 3600


def reached(told: Iterable[str]) -> str:
    """The highest level among roles that were told; the engineer has it in any case."""
    ranks = [LEVELS.index(role) for role in told if role in LEVELS]
    return LEVELS[max(ranks, default=0)]


def skipped(now_at: str, level: str, served: Collection[str]) -> list[str]:
    """Levels that a step from `now_at` up to `level` leaves out, of those that have people of their own.

    The manufacturer may be called from anywhere, and what is no level of the ladder (spares) leaves nothing out.
    """
    if level not in LEVELS:
        return []
    between = LEVELS[LEVELS.index(now_at) + 1 : LEVELS.index(level)]
    return [role for role in between if role in served]


def _share_of(terms: Terms, reading: Reading, pauses: Sequence[Stretch], share: int) -> int | None:
    """When a share of the limit has run out."""
    assert reading.started_at is not None
    if share >= 100:
        return reading.due_at
    if terms.start in NAMED:  # the limit is in the promise, not in the terms
        return reading.due_at and reading.started_at + (reading.due_at - reading.started_at) * share // 100
    return due_time(terms, reading.started_at, pauses, share)


def _after(text: str) -> int:
    found = _AFTER_BREACH.fullmatch(text)
    if not found or not found[1]:
        return 0
    return int(found[1]) * (60 if found[2] == "min" else 3600)


def next_alarm(all_rungs: Sequence[Rung], told: frozenset[str]) -> int | None:
    """Instant of the first rung that nobody was told about yet."""
    return min((rung.at for rung in all_rungs if rung.key not in told), default=None)
