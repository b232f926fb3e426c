"""Flows: what a kind of case goes through, as data (D-2, D-6, D-8 to D-12, L11).

The lifecycle of `domain.cases` (new, open, resolved, closed, cancelled) is the frame of every case; a flow is the way
within it: stages in order, and steps that lead from one to the next. A step is one act with fields of its own. The
table is `flows_table`; here is what it means. A flow that was changed is a new version with the day it begins
(`since`); a case goes on by the version it began with.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from luyue.domain.cases import OPEN_STATES
from luyue.domain.refusals import BadInput, FourEyes, OutOfOrder

# line: up to 200 characters; amount: yuan with two digits, as text; moment: UTC seconds; date: as ISO writes it;
# digest: SHA-256 in hex; file: an attachment's id, name and digest.
FieldType = Literal["line", "text", "choice", "date", "moment", "amount", "digest", "file"]
Value = str | int | Mapping[str, Any]
Sheet = Mapping[str, Value]
LONGEST = {"line": 200, "text": 20_000}
MOST_YUAN = Decimal(100_000_000)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Field:
    """What is filled in at a step.

    needed_with: must also be there once this other field has a value. needed_over: and once the first of these amounts
    is more than the second. preset: where the value to begin with comes from, a field of the sheet or of the case.
    after: a moment that must be later than this field's, or than the step itself ("at"). same_as: must equal what the
    sheet has there. top: stands in the event beside the sheet, where clocks and the timeline look for it. kept: stays
    on the sheet; else only in the event. anew: said afresh each time the step is taken: it does not begin with what was
    said before, which leaves the sheet if nothing takes its place. inside: the firm's own.
    """

    name: str
    type: FieldType = "text"
    needed: bool = True
    needed_with: str = ""
    needed_over: tuple[str, str] | None = None
    choices: tuple[str, ...] = ()
    preset: tuple[str, ...] = ()
    after: str = ""
    same_as: str = ""
    top: bool = False
    kept: bool = True
    anew: bool = False
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a flow.

    at: stages in which it is possible. to: the stage it leads to; empty: it stays where it is. turns: (field, value,
    stage) for a step whose answer decides. states, state: states of the frame in which it is possible, and the one it
    brings about ("" leaves it, but whoever works on a new case has received it). event: kind of its ledger event.
    signs: the sheet as it stands is kept in the event with its digest, under the name of who signed. not_by: a step
    whose doer may not do this one (four eyes). kind: the case becomes one of another kind. record: a second event, with
    the fields it takes along. custody: the field that says who holds the medium from now on. aside: not the usual way,
    so never offered as the natural next act.
    """

    name: str
    at: tuple[str, ...]
    to: str
    event: str
    right: str = "work_case"
    fields: tuple[Field, ...] = ()
    turns: tuple[tuple[str, str, str], ...] = ()
    states: tuple[str, ...] = OPEN_STATES
    state: str = ""
    signs: bool = False
    not_by: str = ""
    kind: str = ""
    record: tuple[str, tuple[str, ...]] | None = None
    custody: str = ""
    aside: bool = False
    danger: bool = False

    def stage_after(self, stage: str, values: Sheet) -> str:
        """The stage behind this step, given what was filled in."""
        turned = next((to for name, value, to in self.turns if values.get(name) == value), None)
        return turned or self.to or stage


@dataclass(frozen=True, slots=True)
class Flow:
    """Stages and steps of one kind of case. since: UTC seconds from which new cases of the kind run on this version.

    gates: acts of the frame → stages in which they are possible (none: only by a step of the flow). again: the stage
    in which a reopened case goes on.
    """

    kind: str
    version: int
    stages: tuple[str, ...]
    steps: tuple[Step, ...]
    since: int = 0
    gates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    again: str = ""

    @property
    def first(self) -> str:
        return self.stages[0]

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def fields(self) -> dict[str, Field]:
        """Every field of the sheet by name, in the order in which steps ask for them."""
        found: dict[str, Field] = {}
        for step in self.steps:
            for one in step.fields:
                if one.kept:
                    found.setdefault(one.name, one)
        return found

    def leads_on(self, step: Step, stage: str) -> bool:
        """Whether a step is the usual way on from a stage, not one aside, back, or once more."""
        return not step.aside and self.stages.index(step.to or stage) > self.stages.index(stage)

    def lets(self, act: str, stage: str) -> bool:
        """Whether the flow has no objection to an act of the frame."""
        return act not in self.gates or stage in self.gates[act]


def flow_of(flows: Iterable[Flow], kind: str, entered_at: int) -> Flow | None:
    """The flow of a kind for a case entered at an instant; None for a kind that has none."""
    able = [flow for flow in flows if flow.kind == kind and flow.since <= entered_at]
    return max(able, key=lambda flow: flow.version, default=None)


def flow_version(flows: Iterable[Flow], kind: str, version: int) -> Flow:
    """Raises LookupError for a version that never was: they are kept for good."""
    for flow in flows:
        if (flow.kind, flow.version) == (kind, version):
            return flow
    raise LookupError(f"{kind} {version}")


def possible(flow: Flow, stage: str, state: str) -> list[Step]:
    """The steps that can be taken from a stage while the case is in a state of the frame."""
    return [step for step in flow.steps if stage in step.at and state in step.states]


def check_step(
    step: Step, *, stage: str, state: str, doer: int | None, done: Mapping[str, int | None]
) -> None:
    """Whether the step fits now and this person may do it.

    Args:
        doer: number of the person; None: the system.
        done: step → who did it last.
    Raises:
        OutOfOrder. FourEyes: the same person did what this step looks at.
    """
    if stage not in step.at or state not in step.states:
        raise OutOfOrder(subject="case", state=state, act=step.name, stage=stage)
    if step.not_by and doer is not None and done.get(step.not_by) == doer:
        raise FourEyes(act=step.name)


def state_after_step(step: Step, state: str) -> str:
    """The frame's state behind a step: its own, or open for a case that somebody now works on."""
    return step.state or ("open" if state == "new" else state)


def check_values(step: Step, given: Mapping[str, Any], sheet: Sheet, *, at: int) -> dict[str, Value]:
    """What was filled in, made plain; empty values are left out.

    Args:
        given: field → value as typed, or as the type says. sheet: what the case has so far. at: when the step was done.
    Raises:
        BadInput: an unknown field, one that is missing, or a value that cannot be.
    """
    names = {one.name for one in step.fields}
    for name in given:
        if name not in names:
            raise BadInput(field=name, problem="unknown_field")
    found: dict[str, Value] = {}
    for one in step.fields:
        value = _plain(one, given.get(one.name))
        if value is not None:
            found[one.name] = value
    for one in step.fields:
        if one.name not in found and _needed(one, {**sheet, **found}):
            raise BadInput(field=one.name, problem="missing")
        if one.name in found:
            _compare(one, found, sheet, at)
    return found


def _needed(one: Field, known: Sheet) -> bool:
    if one.needed_over is not None:
        actual, agreed = (Decimal(str(known.get(name, 0))) for name in one.needed_over)
        return actual > agreed
    return one.needed or one.needed_with in known


def _plain(one: Field, value: Any) -> Value | None:
    if isinstance(value, str):
        value = value.strip()
        if "\0" in value:
            raise BadInput(field=one.name, problem="bad_character")
    if value is None or value == "":
        return None
    match one.type:
        case "line" | "text":
            if not isinstance(value, str):
                raise BadInput(field=one.name)
            if len(value) > LONGEST[one.type]:
                raise BadInput(field=one.name, problem="too_long", limit=LONGEST[one.type])
            return value
        case "choice":
            if value not in one.choices:
                raise BadInput(field=one.name)
            return str(value)
        case "moment":
            if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**40:
                raise BadInput(field=one.name)
            return value
        case "date":
            return _date(one.name, value)
        case "amount":
            return _yuan(one.name, value)
        case "digest":
            if not _DIGEST.fullmatch(str(value).lower()):
                raise BadInput(field=one.name, problem="not_a_digest")
            return str(value).lower()
        case "file":
            if not isinstance(value, Mapping):
                raise BadInput(field=one.name)
            return dict(value)


def _date(name: str, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise BadInput(field=name) from None


def _yuan(name: str, value: Any) -> str:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise BadInput(field=name, problem="not_an_amount") from None
    if not amount.is_finite() or not 0 <= amount < MOST_YUAN:
        raise BadInput(field=name, problem="not_an_amount")
    return f"{amount:.2f}"


def _compare(one: Field, found: Mapping[str, Value], sheet: Sheet, at: int) -> None:
    value = found[one.name]
    if one.after:
        before = at if one.after == "at" else found.get(one.after, sheet.get(one.after))
        if isinstance(before, int) and isinstance(value, int) and value <= before:
            raise BadInput(field=one.name, problem="not_after", after=one.after)
    if one.same_as and value != sheet.get(one.same_as):
        raise BadInput(field=one.name, problem="differs", same_as=one.same_as)


def snapshot_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON of what somebody signs."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """Who held a medium, from when to when (UTC seconds; None: still)."""

    holder: str
    since: int
    until: int | None


def custody(taken: Sequence[tuple[int, str]]) -> list[Held]:
    """The chain of custody out of (when, who took it), in order of time."""
    ends: list[int | None] = [at for at, _ in taken[1:]]
    return [Held(who, at, end) for (at, who), end in zip(taken, [*ends, None], strict=True)] if taken else []
