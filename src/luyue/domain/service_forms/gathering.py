"""What a case says already, in the terms of its forms. Pure: the case comes as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from luyue.domain.cases import (
    ARRIVED,
    DEPARTED,
    PAUSED,
    REMOTE_STARTED,
    REOPENED,
    REPORTED,
    RESOLVED,
    RESUMED,
    SEVERITY_CHANGED,
)
from luyue.domain.service_forms.kinds import Both, Kind

RESTORED, RESPONDED = "case.restored", "case.responded"
# What the course of events on paper is made of: what was done for the customer, not remarks and links of the desk.
COURSE = frozenset(
    {REPORTED, SEVERITY_CHANGED, REMOTE_STARTED, DEPARTED, ARRIVED, RESTORED, RESPONDED, RESOLVED, REOPENED, PAUSED,
     RESUMED, "case.triaged", "case.understood", "case.remote_failed", "case.plan_given", "case.replaced",
     "case.loaned", "case.loan_returned", "case.emergency_plan_given", "case.part_ordered", "case.part_delivered",
     "case.part_delivered_in_part",
     "case.repair_sent",
     "case.repair_returned", "case.defect_submitted", "case.defect_analysed", "case.defect_confirmed",
     "case.defect_replied"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a case's history in words. at: UTC seconds; data: the event's, with the fields of its sheet."""

    kind: str
    at: int
    word: Both
    who: str = ""
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promised:
    """One clock of a case. due, at: UTC seconds; result: met, breached and so on, in words."""

    promise: Both
    due: int | None
    at: int | None
    result: Both


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that was added to the case. digest: SHA-256 in hex."""

    name: str
    kind: Both
    digest: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A case as its forms see it. reported_at: UTC seconds."""

    customer: str
    contract: str
    case: str
    title: str
    reported_at: int
    project: str = ""
    description: str = ""
    site: str = ""
    address: str = ""
    device: str = ""
    serial: str = ""
    reporter: str = ""
    reporter_phone: str = ""
    severity: Both = ("", "")
    owner: str = ""
    resolved: bool = False
    history: Sequence[Happened] = ()
    clocks: Sequence[Promised] = ()
    files: Sequence[Filed] = ()


def gather(kind: Kind, of: Ground) -> dict[str, Any]:
    """Values of the kind's items as far as the case knows them; the others are left out."""
    known = _facts(of)
    return {item.key: known[item.key] for item in kind.items if known.get(item.key) not in (None, "", [])}


def _facts(of: Ground) -> dict[str, Any]:
    history = sorted(of.history, key=lambda entry: entry.at)
    departed, arrived = _last(history, DEPARTED), _last(history, ARRIVED)
    remote, resolved = _first(history, REMOTE_STARTED), _last(history, RESOLVED)
    restored = _last(history, RESTORED)
    back = restored or resolved
    answered = _teller(history, "answer") or resolved or _last(history, RESPONDED)
    confirmed = _last(history, "case.defect_confirmed")
    symptom = _said(history, "symptom") or f"{of.title}\n{of.description}".strip()
    cause, fix = _said(history, "cause"), _said(history, "fix")
    return {
        "customer": of.customer,
        "project": of.project,
        "contract": of.contract,
        "case": of.case,
        "site": of.site,
        "address": of.address,
        "device": of.device,
        "serial": of.serial,
        "reporter": of.reporter,
        "reporter_phone": of.reporter_phone,
        "reported_at": of.reported_at,
        "severity": {"zh": of.severity[0], "en": of.severity[1]} if any(of.severity) else None,
        "engineers": _engineers(of, history),
        "departed_at": departed.at if departed else None,
        "arrived_at": arrived.at if arrived else None,
        "started_at": remote.at if remote else None,
        "finished_at": resolved.at if resolved else None,
        "restored_at": back.at if back else None,
        "answered_at": answered.at if answered else None,
        "occurred_at": of.reported_at,
        "found_at": of.reported_at,
        "lasted": back.at - of.reported_at if back else None,
        "symptom": symptom,
        "topic": of.title,
        "question": _said(history, "question") or of.description or of.title,
        "cause": cause,
        "work": fix,
        "answer": _said(history, "answer") or fix or (answered.note if answered else ""),
        "answered_by": answered.who if answered else "",
        "analysis": _said(history, "analysis") or cause,
        "confirmed_by": _said(history, "confirmed_by") or (confirmed.who if confirmed else ""),
        "system": _said(history, "module") or of.device,
        "fixed_release": _said(history, "release"),
        "reply": _said(history, "reply"),
        "loss": _said(history, "impact"),
        "found_by": of.reporter,
        "result": "solved" if of.resolved else None,
        "course": [
            {"at": entry.at, "what": _both(entry.word), "who": entry.who, "note": entry.note}
            for entry in history
            if entry.kind in COURSE
        ],
        "clocks": [
            {"promise": _both(clock.promise), "due": clock.due, "at": clock.at, "result": _both(clock.result)}
            for clock in of.clocks
        ],
        "files": [
            {"name": file.name, "kind": _both(file.kind), "digest": file.digest[:16]} for file in of.files
        ],
    }  # fmt: skip


def _engineers(of: Ground, history: Sequence[Happened]) -> str:
    """Who worked on it, in the order they came; the owner when nobody has been recorded."""
    acts = (REMOTE_STARTED, DEPARTED, ARRIVED, RESOLVED)
    names = dict.fromkeys(entry.who for entry in history if entry.kind in acts and entry.who)
    return "、".join(names) or of.owner


def _last(history: Sequence[Happened], kind: str) -> Happened | None:
    """The last such entry that no reopening has undone."""
    found: Happened | None = None
    for entry in history:
        if entry.kind == kind:
            found = entry
        elif entry.kind == REOPENED and kind in (RESOLVED, RESTORED):
            found = None
    return found


def _first(history: Sequence[Happened], kind: str) -> Happened | None:
    return next((entry for entry in history if entry.kind == kind), None)


def _teller(history: Sequence[Happened], name: str) -> Happened | None:
    """The last entry that says something under a name."""
    return next((entry for entry in reversed(history) if entry.data.get(name)), None)


def _said(history: Sequence[Happened], name: str) -> str:
    """What was said last under a name."""
    told = [
        entry.data[name] for entry in history if isinstance(entry.data.get(name), str) and entry.data[name]
    ]
    return str(told[-1]) if told else ""


def _both(word: Both) -> dict[str, str]:
    return {"zh": word[0], "en": word[1]}
