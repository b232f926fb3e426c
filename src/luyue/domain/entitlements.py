"""Entitlements: into which family each falls, which uses there are, and what keeps or breaks one (A-2 to A-5, A-10).

A use is one occasion on which the customer had a right: a closed case, a claim, a quarter in which a pledge was shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from luyue.domain.calendars import Calendar
from luyue.domain.cases import Facts, applies, merged
from luyue.domain.charges import CHARGES, ITEMS, charge_for
from luyue.domain.obligations.schedule import Ground, after_day, working_days
from luyue.domain.periods import add_months
from luyue.domain.plan.model import Entitlement
from luyue.domain.plan.spans import BadSpan, Length, Span, parse_term
from luyue.domain.statement import Outcome

Said = TypeVar("Said")


class Family(StrEnum):
    """How an entitlement is executed."""

    CHARGES = "charges"
    SUPPORT = "support"
    DEVICES = "devices"
    CLAIMS = "claims"
    STANDING = "standing"


FAMILY_WORDS: Mapping[str, tuple[str, str]] = {
    "charges": ("收费与免费服务", "charges and free service"),
    "support": ("服务时间与渠道", "hours and channels"),
    "devices": ("设备规则", "rules on devices"),
    "claims": ("客户申请", "on request"),
    "standing": ("持续承诺", "standing pledges"),
}

# The beginning of a topic → family; the longest that fits rules.
TOPICS: Mapping[str, Family] = {
    "charges": Family.CHARGES,
    "warranty": Family.CHARGES,
    "maintenance": Family.CHARGES,
    "repair": Family.CHARGES,
    "upgrade.software": Family.CHARGES,
    "support": Family.SUPPORT,
    "unlimited": Family.SUPPORT,
    "access": Family.SUPPORT,
    "remote_support": Family.SUPPORT,
    "visits": Family.SUPPORT,
    "deployment.nearest": Family.SUPPORT,
    "organisation.channels": Family.SUPPORT,
    "organisation.consultation_centre": Family.SUPPORT,
    "scope": Family.STANDING,
    "replacement": Family.DEVICES,
    "warranty.extension": Family.DEVICES,
    "warranty.longest": Family.DEVICES,
    "warranty.repair": Family.DEVICES,
    "parts_disposal": Family.DEVICES,
    "media": Family.DEVICES,
    "warranty.three_guarantees": Family.CLAIMS,
    "warranty.rules": Family.STANDING,
    "data_right": Family.CLAIMS,
    "inspection_right": Family.CLAIMS,
    "replacement_staff": Family.CLAIMS,
    "loan": Family.CLAIMS,
    "parts_price": Family.CLAIMS,
    "priority": Family.CLAIMS,
    "consultation": Family.CLAIMS,
    "guidance": Family.CLAIMS,
    "advice": Family.CLAIMS,
    "upgrade": Family.CLAIMS,
    "optimisation": Family.CLAIMS,
    "service_package": Family.CLAIMS,
    "delivery": Family.CLAIMS,
    "training.free": Family.CLAIMS,
    "training.technical": Family.CLAIMS,
    "liability": Family.CLAIMS,
    "indemnity": Family.CLAIMS,
}
# What is free where the plan says "free" without a table of charges.
FREE: Mapping[str, tuple[str, ...]] = {
    "charges.materials": ("parts",),
    "warranty": ("labour", "parts"),
    "maintenance": ("labour",),
    "upgrade.software": ("labour",),
    "repair.in_warranty": ("labour", "parts"),
}
# The kinds of cases that use an entitlement, where not every kind does.
KINDS: Mapping[str, frozenset[str]] = {
    "warranty": frozenset({"fault", "defect"}),
    "repair": frozenset({"fault", "defect"}),
    "maintenance.hardware": frozenset({"fault"}),
    "upgrade.software": frozenset({"defect", "requirement"}),
    "charges.development": frozenset({"defect", "requirement"}),
    "consultation": frozenset({"consultation", "help"}),
}
# A plan's word for a channel → how such cases are reported. What is not here is decided by the need to go there.
CHANNELS: Mapping[str, frozenset[str]] = {
    "hotline": frozenset({"hotline"}),
    "emergency": frozenset({"emergency"}),
    "email": frozenset({"email"}),
    "online": frozenset({"online", "portal", "label"}),
    "desk": frozenset({"hotline", "portal", "email", "engineer", "online", "fax"}),
}
TWO_CHANNELS: Mapping[str, frozenset[str]] = {"unlimited.phone_and_email": frozenset({"hotline", "email"})}
# What the hotline register's lines carry: kind of line → channels.
LINES: Mapping[str, frozenset[str]] = {
    "office": frozenset({"hotline", "desk"}),
    "mobile": frozenset({"emergency", "hotline"}),
}
TERM = Span(working_days=10)


def by_topic(table: Mapping[str, Said], topic: str) -> Said | None:
    """What a table says of a topic: by the longest beginning of it, whole words only."""
    words = topic.split(".")
    for length in range(len(words), 0, -1):
        if (found := table.get(".".join(words[:length]))) is not None:
            return found
    return None


def family_of(one: Entitlement) -> Family:
    """The family of an entitlement: by its topic; one whose topic no table knows by what it says."""
    if one.topic.partition(".")[0] == "scope" and (one.when.in_scope is False or one.term == "unconditional"):
        return Family.SUPPORT
    found = by_topic(TOPICS, one.topic)
    if found is not None:
        return found
    if one.faults is not None or one.after is not None:
        return Family.DEVICES
    if one.charges is not None:
        return Family.CHARGES
    if one.calendar is not None or one.channel is not None:
        return Family.SUPPORT
    return Family.STANDING


def can_claim(one: Entitlement) -> bool:
    """Whether it may be asked for."""
    return family_of(one) in (Family.CLAIMS, Family.DEVICES)


# -- when it holds -----------------------------------------------------------------------------------------------


def holds_on(one: Entitlement, ground: Ground, day: date) -> bool:
    """Whether the contract has it on a day: grade, options, service or the periods named, the years of them."""
    when = one.when
    if (when.grade and when.grade != ground.grade) or (when.option and when.option not in ground.options):
        return False
    if one.term.endswith("_forever"):
        return ground.service.first <= day
    if one.period is None:
        return ground.service.covers(day)
    return any(ground.periods[name].covers(day, one.years) for name in one.period if name in ground.periods)


def due_of(one: Entitlement, ground: Ground, day: date) -> int:
    """By when a claim of a day has to be met: as agreed, else TERM."""
    term: Span | Length = TERM
    if (agreed := ground.figures.get(one.id)) is not None:
        try:
            term = parse_term(agreed)
        except BadSpan:
            term = TERM  # an answer to another question of the plan
    return after_day(day, term, working_days())


# -- charges -----------------------------------------------------------------------------------------------------


def promised_charges(one: Entitlement) -> dict[str, str]:
    """Item → what may be asked for it at most; items that the entitlement says nothing of are left out."""
    if one.charges is not None:
        said = {item: charge_for(one, item) for item in ITEMS}
        return {item: charge for item, charge in said.items() if charge != "unspecified"}
    items = by_topic(FREE, one.topic) if family_of(one) is Family.CHARGES else None
    return dict.fromkeys(items or (), "free")


def overcharged(promised: Mapping[str, str], charged: Mapping[str, str]) -> list[str]:
    """Items of which more was asked than promised. An item without an entry was not charged."""
    return [
        item
        for item, most in promised.items()
        if CHARGES.index(charged.get(item) or "free") > CHARGES.index(most)
    ]


def uses_case(one: Entitlement, facts: Facts, calendar: Calendar | None, reported_at: int) -> bool:
    """Whether a closed case is a use of an entitlement of charges or support; the days are the caller's business."""
    kinds = by_topic(KINDS, one.topic)
    if kinds is not None and facts.kind not in kinds:
        return False
    if not applies(one.when, facts, one.id):
        return False
    if calendar is not None and calendar.worked(reported_at + 1) == calendar.worked(reported_at):
        return False
    return family_of(one) is Family.CHARGES or _by_channel(one, facts)


def _by_channel(one: Entitlement, facts: Facts) -> bool:
    if (both := TWO_CHANNELS.get(one.topic)) is not None:
        return facts.channel in both
    match one.channel:
        case None | "any":
            return True
        case "onsite":
            return facts.onsite is True
        case "remote":
            return facts.onsite is not True
    return facts.channel in CHANNELS.get(one.channel, frozenset({one.channel}))


def line_serves(one: Entitlement, line_kind: str) -> bool:
    """Whether an entitlement of support cannot be used while a line of this kind is out of order."""
    return family_of(one) is Family.SUPPORT and one.channel in LINES.get(line_kind, frozenset())


# -- rules on devices --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one device. day: when it was reported; ended: the day it was mended."""

    case: int
    day: date
    ended: date


def repeated(
    faults: Iterable[Fault], number: int, months: int, spent: Collection[int] = ()
) -> list[tuple[Fault, ...]]:
    """Runs of `number` faults within `months` of their first; each fault belongs to one run at most.

    A device that was claimed for starts anew with its next fault. spent: cases whose faults made a run that somebody
    has decided; they make no other, though an older fault becomes known.
    """
    runs: list[tuple[Fault, ...]] = []
    waiting: list[Fault] = []
    for fault in sorted(
        (one for one in faults if one.case not in spent), key=lambda one: (one.day, one.case)
    ):
        waiting = [one for one in waiting if fault.day < add_months(one.day, months)]
        waiting.append(fault)
        if len(waiting) >= number:
            runs.append(tuple(waiting))
            waiting = []
    return runs


def again_within(faults: Sequence[Fault], months: int) -> list[tuple[Fault, Fault]]:
    """(earlier, again): faults reported within `months` of the day on which the one before them was mended."""
    rows = sorted(faults, key=lambda one: (one.day, one.case))
    return [
        (before, after)
        for before, after in pairwise(rows)
        if before.ended <= after.day < add_months(before.ended, months)
    ]


def downtime(stretches: Iterable[tuple[int, int]]) -> int:
    """Seconds that a device was down: overlapping stretches are counted once."""
    return sum(end - start for start, end in merged(stretches) if end is not None)


def added_downtime(before: Sequence[tuple[int, int]], one: tuple[int, int]) -> int:
    """Seconds that a stretch adds to those known before."""
    return downtime([*before, one]) - downtime(before)


# -- states ------------------------------------------------------------------------------------------------------


class State(StrEnum):
    """open: claimed or to be shown; granted: agreed to, not done yet; missed: its time is over, nothing done."""

    OPEN = "open"
    GRANTED = "granted"
    MISSED = "missed"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Mapping[str, tuple[str, str]] = {
    "open": ("待处理", "open"),
    "granted": ("已同意", "granted"),
    "missed": ("逾期未兑现", "missed"),
    "kept": ("已兑现", "kept"),
    "late": ("逾期兑现", "kept late"),
    "broken": ("没做到", "broken"),
    "waived": ("客户豁免", "waived"),
    "withdrawn": ("已撤销", "withdrawn"),
}
WAITING = frozenset({State.OPEN, State.GRANTED, State.MISSED})
# (state, act) → state. `do` ends late where its time was over.
MOVES: Mapping[tuple[State, str], State] = {
    (State.OPEN, "grant"): State.GRANTED,
    (State.MISSED, "grant"): State.MISSED,
    **{(state, "do"): State.KEPT for state in WAITING},
    **{(state, "refuse"): State.BROKEN for state in WAITING},
    **{(state, "break"): State.BROKEN for state in (*WAITING, State.KEPT, State.LATE)},
    **{(state, "waive"): State.WAIVED for state in (State.MISSED, State.BROKEN, State.LATE)},
}
OUTCOMES: Mapping[State, Outcome] = {
    State.OPEN: Outcome.RUNNING,
    State.GRANTED: Outcome.RUNNING,
    State.MISSED: Outcome.MISSED,
    State.KEPT: Outcome.KEPT,
    State.LATE: Outcome.LATE,
    State.BROKEN: Outcome.MISSED,
    State.WAIVED: Outcome.WAIVED,
    State.WITHDRAWN: Outcome.CANCELLED,
}

_BREAKS = frozenset({"breach", "case"})


def withdrawn(state: State, origin: str, *, by_hand: bool) -> State | None:
    """What withdrawing makes of a use: a claim that nobody wants any more, a break that was none. None: it cannot be.

    A case is still a use of the entitlement when its break is taken back. A pledge under review is no claim.
    """
    if state is State.BROKEN and by_hand and origin in _BREAKS:
        return State.KEPT if origin == "case" else State.WITHDRAWN
    return State.WITHDRAWN if state in WAITING and origin != "review" else None


def reckoned(state: State, found: State | None, *, by_hand: bool) -> State:
    """The state of a use that is reckoned anew: what a person has decided stays, withdrawn or not.

    Args:
        found: what the rules make of it now; None: it is no use any more, e.g. the case was of another kind.
    """
    if by_hand:
        return state
    if found is None:
        return State.WITHDRAWN
    # What waits still waits, and its time is over.
    return State.MISSED if found is State.OPEN and state is State.MISSED else found


def outcome(state: str, due_at: int | None, as_of: int) -> Outcome:
    """What a statement counts a use as; one past its time is missed, whether the sweep came by or not."""
    found = OUTCOMES[State(state)]
    return Outcome.MISSED if found is Outcome.RUNNING and due_at is not None and due_at < as_of else found
