"""A case as its events tell it: lifecycle, facts, pauses (L1 to L3)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from luyue.domain.plan.model import When

REPORTED = "case.reported"
SEVERITY_CHANGED = "case.severity_changed"
RESOLVED, CLOSED, REOPENED, CANCELLED = "case.resolved", "case.closed", "case.reopened", "case.cancelled"
PAUSED, RESUMED, EXCUSED = "case.paused", "case.resumed", "case.excused"
# A duplicate was merged into the case that stays; the merge was a mistake and is undone.
MERGED, UNMERGED = "case.merged", "case.unmerged"
CLASSIFIED = "case.classified"
LINKED, UNLINKED, REPORTED_AGAIN = "case.linked", "case.unlinked", "case.reported_again"
ARRIVED, DEPARTED, REMOTE_STARTED = "case.arrived", "case.departed", "case.remote_started"

# (state, act) → state. Acts that leave the state alone are in ACTS_WHILE_OPEN.
LIFECYCLE: dict[tuple[str, str], str] = {
    ("new", "triage"): "open", ("open", "triage"): "open",
    ("new", "resolve"): "resolved", ("open", "resolve"): "resolved",
    ("resolved", "close"): "closed",
    ("resolved", "reopen"): "open", ("closed", "reopen"): "open",
    ("new", "cancel"): "cancelled", ("open", "cancel"): "cancelled",
    ("new", "merge"): "cancelled", ("open", "merge"): "cancelled", ("cancelled", "unmerge"): "open",
}  # fmt: skip
OPEN_STATES = ("new", "open")
_NUMBER = re.compile(r"(?:FW)?0*([1-9][0-9]{0,16})", re.IGNORECASE)
STATES = ("new", "open", "resolved", "closed", "cancelled")
ACTS_WHILE_OPEN = frozenset(
    {"respond", "understand", "start_remote", "fail_remote", "give_plan", "depart", "arrive", "restore", "replace",
     "loan", "give_emergency_plan", "pause", "resume", "change_severity", "assign", "note", "excuse", "escalate",
     "send_repair", "return_repair", "order_part", "deliver_part", "promise_call_back", "call_back", "decide_charges",
     "urge", "allocate_spares", "return_spares", "deliver_some", "take_back_loan"}
)  # fmt: skip
# What does not mean that somebody has begun to work on it.
_LEAVES_NEW = frozenset({"note", "excuse", "assign", "decide_charges", "urge", "escalate"})
# A device under repair or on loan, a part ordered or set aside and a promised call may outlive the solution.
ACTS_AFTER = frozenset(
    {"hand_over_report", "decide_charges", "note", "excuse", "return_repair", "deliver_part", "deliver_some",
     "return_spares", "take_back_loan", "call_back"}
)  # fmt: skip
# What moves parts and devices, which the storekeeper does too.
ACTS_ON_GOODS = frozenset(
    {
        "allocate_spares",
        "order_part",
        "deliver_part",
        "deliver_some",
        "return_spares",
        "send_repair",
        "return_repair",
        "loan",
        "take_back_loan",
    }
)
EVENT_OF_ACT = {
    "report": REPORTED, "triage": "case.triaged", "respond": "case.responded", "understand": "case.understood",
    "start_remote": REMOTE_STARTED, "fail_remote": "case.remote_failed", "give_plan": "case.plan_given",
    "depart": DEPARTED, "arrive": ARRIVED, "restore": "case.restored", "resolve": RESOLVED, "replace": "case.replaced",
    "loan": "case.loaned", "give_emergency_plan": "case.emergency_plan_given",
    "hand_over_report": "case.report_handed_over", "close": CLOSED, "reopen": REOPENED, "cancel": CANCELLED,
    "pause": PAUSED, "resume": RESUMED, "change_severity": SEVERITY_CHANGED, "assign": "case.assigned",
    "note": "case.noted", "excuse": EXCUSED, "escalate": "case.escalated",
    "send_repair": "case.repair_sent", "return_repair": "case.repair_returned",
    "order_part": "case.part_ordered", "deliver_part": "case.part_delivered",
    "urge": "case.urged",
    "promise_call_back": "case.call_back_promised", "call_back": "case.called_back",
    "decide_charges": "case.charges_decided",
    "deliver_some": "case.part_delivered_in_part", "return_spares": "case.spares_returned",
    "allocate_spares": "case.spares_allocated", "take_back_loan": "case.loan_returned",
}  # fmt: skip
# An act that ends something: what it ends, of which something must have been begun.
ENDS: dict[str, tuple[str, ...]] = {
    "return_spares": ("allocate_spares",),
    "return_repair": ("send_repair",),
    "deliver_part": ("order_part", "allocate_spares"),
    "take_back_loan": ("loan",),
    "call_back": ("promise_call_back",),
}
# An act in between: it asks for the same, and ends nothing.
ASKS: dict[str, tuple[str, ...]] = {"deliver_some": ENDS["deliver_part"]}
_BEGUN_BY = {EVENT_OF_ACT[begin]: begin for begins in ENDS.values() for begin in begins}
_ENDED_BY = {EVENT_OF_ACT[end]: frozenset(begins) for end, begins in ENDS.items()}


def begun(kinds: Iterable[str]) -> frozenset[str]:
    """The acts that were begun and not ended yet. kinds: of a case's events, in order."""
    found: set[str] = set()
    for kind in kinds:
        found -= _ENDED_BY.get(kind, frozenset())
        if kind in _BEGUN_BY:
            found.add(_BEGUN_BY[kind])
    return frozenset(found)


def case_number(case_id: int) -> str:
    """What people call a case by, e.g. FW0000123."""
    return f"FW{case_id:07d}"


def case_named(typed: str) -> int | None:
    """The case that somebody means by "FW0000123", "fw123" or "123"; None: that is no number of a case."""
    found = _NUMBER.fullmatch(typed.strip())
    return int(found[1]) if found is not None else None


def state_after(state: str, act: str) -> str | None:
    """The state that an act leads to, or None when the lifecycle has no such step."""
    if (state, act) in LIFECYCLE:
        return LIFECYCLE[(state, act)]
    if act in ACTS_WHILE_OPEN and state in OPEN_STATES:
        # Whoever works on a case has received it.
        return "open" if act not in _LEAVES_NEW else state
    return state if act in ACTS_AFTER and state in ("resolved", "closed") else None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One entry of a case's history. `at` and `recorded`: UTC seconds; `recorded` ≥ `at` for back-dated entries."""

    kind: str
    at: int
    recorded: int
    data: Mapping[str, Any] = field(default_factory=dict)


def standing(events: Sequence[CaseEvent]) -> Sequence[CaseEvent]:
    """Events in order as clocks read them: a merge that was undone has cost nobody anything, one that stands is the
    end of the case here."""
    if not any(event.kind == MERGED for event in events):
        return events
    kept: list[CaseEvent] = []
    for event in events:
        if event.kind == UNMERGED:
            last = max((i for i, one in enumerate(kept) if one.kind == CANCELLED), default=None)
            if last is not None:
                del kept[last]
        else:
            kept.append(replace(event, kind=CANCELLED) if event.kind == MERGED else event)
    return kept


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case at one moment, as far as promises ask for it. None = not known yet."""

    kind: str = "fault"
    severity: str | None = None
    in_scope: bool = True
    onsite: bool | None = None
    remote_failed: bool = False
    under_repair: bool = False
    channel: str | None = None
    device: str | None = None
    periods: frozenset[str] = frozenset()
    grade: str | None = None
    options: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()


_FACT_NAMES = ("kind", "severity", "in_scope", "onsite", "remote_failed", "under_repair", "channel", "device")


def facts_after(facts: Facts, event: CaseEvent) -> Facts:
    """What is known after an event. Any event may carry facts by their names; some kinds imply one."""
    known: dict[str, Any] = {name: event.data[name] for name in _FACT_NAMES if name in event.data}
    if event.kind == "case.remote_failed":
        known["remote_failed"] = True
    if event.kind in (DEPARTED, ARRIVED):
        known["onsite"] = True
    if event.kind == "case.repair_sent":
        known["under_repair"] = True
    if "condition" in event.data:
        known["declared"] = facts.declared | {str(event.data["condition"])}
    return replace(facts, **known) if known else facts


def applies(when: When, facts: Facts, promise_id: str) -> bool:
    """Whether the conditions of a promise hold. A condition that no fact expresses must be declared by a person,
    unless another condition stands beside it. Out of scope, only promises that say so apply (D-5)."""
    if not facts.in_scope and when.in_scope is not False:
        return False
    if when.in_scope is False and facts.in_scope:
        return False
    checks = (
        when.kind is None or facts.kind in when.kind,
        when.severity is None or facts.severity in when.severity,
        when.channel is None or when.channel in ("any", facts.channel),
        when.period is None or bool(facts.periods & set(when.period)),
        when.onsite is None or facts.onsite is when.onsite,
        when.remote_failed is None or facts.remote_failed is when.remote_failed,
        when.under_repair is None or facts.under_repair is when.under_repair,
        when.device is None or facts.device in when.device,
        when.grade is None or facts.grade == when.grade,
        when.option is None or when.option in facts.options,
    )
    if not all(checks):
        return False
    only_note = when.note is not None and when == When(note=when.note)
    return not only_note or promise_id in facts.declared


Stretch = tuple[int, int | None]
NO_LIMITS: Mapping[str, int] = {}


def merged(intervals: Iterable[Stretch]) -> list[Stretch]:
    """Union of half-open intervals in order; an end of None is still open. Empty ones vanish."""
    result: list[Stretch] = []
    for start, end in sorted(intervals, key=lambda pair: pair[0]):
        if end is not None and end <= start:
            continue
        if result and (result[-1][1] is None or start <= result[-1][1]):
            last_start, last_end = result[-1]
            result[-1] = (last_start, None if last_end is None or end is None else max(last_end, end))
        else:
            result.append((start, end))
    return result


def pauses_of(
    events: Sequence[CaseEvent], allowed: frozenset[str] | None, longest: Mapping[str, int] = NO_LIMITS
) -> list[Stretch]:
    """Paused intervals for the allowed reasons (None = every reason). A resume without reason ends all pauses.

    Args:
        longest: seconds after which a pause for a reason ends by itself, where the plan says so (L3).
    """
    if not any(event.kind == PAUSED for event in events):
        return []
    running: dict[str, int] = {}
    found: list[Stretch] = []

    def end(reason: str, at: int | None) -> None:
        start = running.pop(reason)
        limit = start + longest[reason] if reason in longest else None
        found.append((start, at if limit is None else limit if at is None else min(at, limit)))

    for event in events:
        reason = str(event.data.get("reason", ""))
        if event.kind == PAUSED and (allowed is None or reason in allowed):
            running.setdefault(reason, event.at)
        elif event.kind == RESUMED:
            for ended in [r for r in running if reason in ("", r)]:
                end(ended, event.at)
        elif event.kind in (RESOLVED, CLOSED, CANCELLED):
            for ended in list(running):
                end(ended, event.at)
    for still in list(running):
        end(still, None)
    return merged(found)


def solved_stretches(events: Sequence[CaseEvent]) -> list[Stretch]:
    """Intervals between a resolution and its reopening: they cost nobody time (L2)."""
    if not any(event.kind == REOPENED for event in events):
        return []
    found: list[Stretch] = []
    solved: int | None = None
    for event in events:
        if event.kind in (RESOLVED, CLOSED) and solved is None:
            solved = event.at
        elif event.kind == REOPENED and solved is not None:
            found.append((solved, event.at))
            solved = None
    return merged(found)
