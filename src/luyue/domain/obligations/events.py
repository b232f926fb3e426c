"""What raises triggers and what proves obligations: ledger events against the words of plans, in one place each.

The words that stand nowhere here are known to people only: somebody enters that it happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Happening:
    """An event word that a ledger event is.

    kind, channel: only for cases of this kind, or that came in this way. has, value: only when the event's data have
    this field, with this value (one of several, if the field is a list). once:
    once per case, however often it is recorded (a case is triaged again, several clocks breach). on: the field with the
    day on which it happens, where that is not the event's own. announces: the field with the moment of what is to come;
    a lead is counted back from it.
    """

    word: str
    kind: str = ""
    has: str = ""
    value: str = ""
    once: bool = False
    on: str = ""
    announces: str = ""
    channel: str = ""

    def fits(self, data: Mapping[str, Any], case_kind: str, channel: str = "") -> bool:
        return (
            (not self.kind or self.kind == case_kind)
            and (not self.channel or self.channel == channel)
            and _filled(data, self.has, self.value)
        )


def _words(*words: str, once: bool = False) -> tuple[Happening, ...]:
    return tuple(Happening(word, once=once) for word in words)


# What a failed check item of the shipped checklists is in the words of plans.
_FOUND: Mapping[str, tuple[str, ...]] = {
    "finding.occlusion": ("view",),
    "finding.label": ("labels",),
    "finding.capacity": ("days", "free"),
}
HAPPENINGS: Mapping[str, tuple[Happening, ...]] = {
    "case.reported": (
        # Whoever reports is received at once; telling of what kind it is comes with triage.
        *_words("case.reported", "case.found", "case.noticed", "case.received", once=True),
        Happening("case.fault", "fault", once=True),
        Happening("complaint.reported", "complaint", once=True),
        Happening("extraction.requested", "extraction", once=True),
        Happening("integration.requested", "integration", once=True),
        Happening("cover.requested", "cover", once=True),
        Happening("defect.found", "defect", once=True),
    ),
    "case.triaged": _words("case.triaged", once=True),
    "case.responded": _words("case.handling", "case.handled", once=True),
    # Asked for, it is needed; the customer may still have to open the way.
    "session.asked": _words("case.remote_needed", once=True),
    "case.remote_started": _words("case.remote_needed", once=True),
    "case.plan_given": _words("case.plan_given", "case.solutions_proposed"),
    "case.resolved": (
        Happening("case.resolved"),
        Happening("defect.solved", "defect"),
        Happening("repair.emergency_finished", "fault"),
        Happening("finding.fault_resolved", channel="round", once=True),
    ),
    "case.escalated": _words("case.escalated"),
    "clock.breached": _words("case.breached", once=True),
    "case.defect_submitted": _words("defect.submitted"),
    "case.defect_analysed": _words("defect.analysed", "defect.solution_proposed"),
    "case.defect_confirmed": _words("defect.confirmed"),
    "case.date_agreed": _words("requirement.accepted", once=True),
    "case.closed": (Happening("consultation.answered", "consultation", once=True),),
    "case.repair_sent": (*_words("repair.sent"), *_words("device.faulty", once=True)),
    "case.repair_returned": _words("repair.finished"),
    "case.extra_recorded": _words("request.extra"),
    "case.extra_signed": _words("request.extra_signed"),
    "case.task_agreed": _words("cover.booked", once=True),
    "case.emergency_plan_given": _words("case.unrestorable", once=True),
    "change.recorded": _words("change.finished"),
    "work_order.planned": tuple(
        Happening(word, once=True, announces="from")
        for word in ("visit.planned", "work.planned", "work.ordered")
    ),
    "work_order.departed": _words("visit.departing"),
    "work_order.arrived": _words("visit.arrived"),
    "work_order.started": (
        *_words("work.start"),
        Happening("round.started", has="about", value="round", once=True),
    ),
    "round.planned": (Happening("round.planned", once=True, announces="from"),),
    # What is put to a case that is open already was found before.
    "round.found": (
        *(
            Happening(word, has="opened", once=True)
            for word in ("finding.found", "finding.opened", "finding.fault")
        ),
        *(
            Happening(word, has="items", value=item, once=True)
            for word, items in _FOUND.items()
            for item in items
        ),
    ),
    "work_order.finished": (
        *_words("work.finished", "visit.leaving"),
        Happening("visit.resolved", has="solved"),
    ),
    "work_order.left_unsolved": _words("visit.unsolved"),
    "work_order.part_used": _words("part.used"),
    # Nobody was reached: there is nothing to be written into a form yet.
    "follow_up.called": (Happening("survey.called", has="result", value="reached", once=True),),
    "hotline.failed": _words("hotline.failed"),
    "hotline.change_planned": (
        Happening("hotline.change", has="what", value="line", on="effective_on"),
        Happening("contact.change", has="what", value="contact", on="effective_on"),
    ),
    "form.handed_over": _words("document.report_delivered"),
    "report.issued": _words("document.report_delivered"),
    # A contract asks for nothing before a plan is bound to it.
    "plan.bound": (Happening("contract.signed", has="first", once=True, on="signed_on"),),
}
# What was done about one obligation is a happening that asks for the next: owe word, or its family, → event words.
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "round": ("round.finished", "round.completed", "round.visited"),
    "maintenance": ("maintenance.done",),
    "training": ("training.finished",),
    "visit.monitoring_centre": (),
    "plan.round": ("round.drafted",),
    "signature.opinion": ("round.signed",),
    "plan.maintenance": ("maintenance.planned",),
    "plan.training": ("training.planned",),
    "assessment.watch_staff": ("training.assessed",),
    "report.assessment": ("training.results_delivered",),
    "survey.completion": ("survey.completion",),
    "report.incident": ("document.incident_report",),
    "document.part_papers": ("part.papers_bound",),
    "document.emergency_repair": ("repair.papers_handed_in",),
    "signature.extra_request": ("request.extra_signed",),
    "support.solution_applied": ("case.solution_applied",),
    "answer.result": ("case.result_told",),
    "notice.customer_change": ("change.announced",),
    "notice.customer_patch": ("upgrade.announced",),
    "proposal.change": ("change.requested",),
    "confirmation.site_ready": ("site.ready",),
    "release.version": ("release.published",),
    "contact.emergency": ("emergency.reported",),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A ledger event that shows an obligation of the same thing (case, change of a line) to be met.

    has, value: only when this field of the event's data is filled, or has the value. steps: the parts of the promise
    that it shows, where it does not show them all. whole: such a one shows the whole of a promise without parts.
    """

    kind: str
    has: str = ""
    value: str = ""
    steps: tuple[str, ...] = ()
    whole: bool = False

    def fits(self, data: Mapping[str, Any]) -> bool:
        return _filled(data, self.has, self.value)


def _filled(data: Mapping[str, Any], name: str, value: str) -> bool:
    """Whether a field of an event's data is filled, or has the value; no name asks for nothing."""
    found = data.get(name) if name else True
    if isinstance(found, list):
        return bool(found) and (not value or value in found)
    return bool(found) and (not value or found == value)


def _proofs(*kinds: str) -> tuple[Proof, ...]:
    return tuple(Proof(kind) for kind in kinds)


_FAULT_REPORT = (
    Proof("case.report_handed_over"),
    Proof("form.handed_over", "kind", "fault"),
    Proof("form.signed", "kind", "fault"),
)
_SOLVED = _proofs("case.resolved")
_FAULT_SHEET = (*_FAULT_REPORT, Proof("form.issued", "kind", "fault"))
_BEGUN = _proofs("case.responded", "case.arrived", "case.remote_started", "case.resolved")
PROOFS: Mapping[str, tuple[Proof, ...]] = {
    "responsibility.assign_engineer": (Proof("case.assigned"), Proof("case.triaged", "owner")),
    "plan.method_by_level": _proofs("case.triaged"),
    "analysis.problem_kind": _proofs("case.triaged", "case.classified"),
    # Of what nature it is, not every triage says.
    "analysis.request_kind": _proofs("case.classified"),
    "notice.operator": _proofs("case.triaged", "case.responded"),
    "declaration.severity": (Proof("case.reported", "severity"), Proof("case.triaged", "severity")),
    # Nobody resolves a fault without saying why; how to keep it from coming back stands in its report.
    "advice.cause_and_prevention": (
        Proof("case.resolved", "cause", steps=("cause",), whole=True),
        *_FAULT_SHEET,
    ),
    "report.fault_resolution": _FAULT_REPORT,
    "report.fault": _FAULT_REPORT,
    "report.major_fault": _FAULT_REPORT,
    "form.service_report": (
        Proof("form.issued", "kind", "onsite"),
        Proof("form.issued", "kind", "remote"),
        Proof("work_order.confirmed"),
    ),
    "report.incident": (
        Proof("form.handed_over", "kind", "incident"),
        Proof("form.signed", "kind", "incident"),
    ),
    "form.restock_request": (Proof("form.issued", "kind", "restock"),),
    "survey.satisfaction_call": (Proof("follow_up.called", "result", "reached"),),
    # A score is not the form: what the customer thinks has to stand in it.
    "form.customer_opinion": (Proof("follow_up.called", "words"), Proof("follow_up.opinion_written")),
    "escalation.next_level": _proofs("case.escalated"),
    "escalation.managers": (
        Proof("case.escalated", "level", "manager", steps=("manager",), whole=True),
        # By then the breach, or the level before, has told the manager.
        Proof("case.escalated", "level", "general_manager"),
    ),
    "escalation.superior": _proofs("case.escalated"),
    "escalation.manufacturer": _proofs("case.escalated"),
    "parts.needed_spares": _proofs("case.spares_allocated"),
    "plan.emergency": _proofs("case.emergency_plan_given"),
    "repair.emergency": _SOLVED,
    "repair.on_the_spot": _SOLVED,
    "repair.software": _SOLVED,
    "support.handling": (
        # Triage shows the customer's archive and decides the scope.
        Proof("case.triaged", steps=("archive-system", "archive-history", "scope")),
        Proof("case.responded", steps=("understand", "guide")),
        Proof("case.resolved", steps=("understand", "guide", "collect", "operate"), whole=True),
    ),
    "support.fault_process": _SOLVED,
    "support.extraction": _SOLVED,
    "integration.support": _SOLVED,
    "cover.task": _SOLVED,
    "complaint.solved": _SOLVED,
    "access.remote": _proofs("session.approved", "case.remote_started"),
    # Filled in is one that says what was done, or why nothing could be.
    "form.work_order": (Proof("work_order.finished", "fix"), Proof("work_order.finished", "note")),
    "conduct.work_order": _proofs("work_order.finished"),
    "signature.customer": _proofs("work_order.confirmed"),
    "notice.work_finished": _proofs("work_order.confirmed", "work_order.told"),
    "tools.complete": _proofs("work_order.checked"),
    # Where no picture may be taken, the order says why, and the picture is owed.
    "record.screenshot": (Proof("work_order.left_unsolved", "pictures"), *_proofs("work_order.photographed")),
    # Who raised it and where stands on the sheet that is signed, or on the form that is issued.
    "record.problem": (
        Proof("work_order.finished", "fix", steps=("time", "description"), whole=True),
        Proof("form.issued", "kind", "onsite"),
        *_proofs("work_order.confirmed"),
    ),
    # Closed without its sheet, a consultation is nowhere written down.
    "form.consultation": (Proof("case.closed", "sheet"), Proof("form.issued", "kind", "consultation")),
    "form.defect": _proofs("case.defect_submitted"),
    "analysis.defect": _proofs("case.defect_analysed"),
    "approval.defect_solution": _proofs("case.defect_confirmed"),
    "confirmation.defect": _proofs("case.defect_confirmed"),
    "report.defect_to_centre": _proofs("case.defect_reported"),
    "answer.defect": _proofs("case.defect_replied"),
    "signature.extra_request": _proofs("case.extra_signed"),
    "report.extra_request": _proofs("case.extra_reported"),
    "notice.hotline_change": _proofs("hotline.change_notified"),
    "notice.contact_change": _proofs("hotline.change_notified"),
    "approval.hotline_change": _proofs("hotline.change_consented"),
    "approval.contact_change": _proofs("hotline.change_consented"),
    "confirmation.report": _proofs("report.confirmed", "form.signed"),
    # A round that is planned says what is looked at by which checklist, how long, and what comes first; how it is to be
    # done, its instructions say.
    "plan.round": (
        Proof(
            "round.planned", steps=("contents", "duration", "last-results", "past-faults-first"), whole=True
        ),
        Proof("round.planned", "instructions", steps=("methods",)),
    ),
    "notice.round": (
        Proof("round.noticed", steps=("report-sent", "time-needed-sent"), whole=True),
        Proof("round.noticed", "agreed", steps=("date-fixed",)),
    ),
    "support.round": _proofs("work_order.confirmed"),
    "record.round": (
        Proof("work_order.finished", "assessment", steps=("checked", "results-true"), whole=True),
        Proof("work_order.finished", "improvements", steps=("tuned",)),
    ),
    "signature.opinion": _proofs("work_order.confirmed"),
    "repair.finding": _SOLVED,
    "repair.label": _SOLVED,
    "cleaning.occlusion": _SOLVED,
    "repair.at_once": _BEGUN,
    "document.fault_papers": _FAULT_REPORT,
    "report.finding": (
        Proof("case.resolved", steps=("handle",)),
        *(
            Proof(one.kind, one.has, one.value, ("tell-user", "handling-report"), whole=True)
            for one in _FAULT_REPORT
        ),
    ),
}
PROVING = frozenset(proof.kind for proofs in PROOFS.values() for proof in proofs)


def happenings(kind: str, data: Mapping[str, Any], case_kind: str, channel: str = "") -> list[Happening]:
    """What a ledger event is in the words of plans. case_kind, channel: of its case, "" without one."""
    return [one for one in HAPPENINGS.get(kind, ()) if one.fits(data, case_kind, channel)]


def follows(owe: str) -> tuple[str, ...]:
    """What has happened when an obligation of this work is done."""
    return FOLLOWS.get(owe, FOLLOWS.get(owe.split(".")[0], ()))


def shown(owe: str, steps: frozenset[str], kind: str, data: Mapping[str, Any]) -> frozenset[str] | None:
    """The parts of this work that a ledger event shows to be done; None where it shows nothing of it.

    steps: the parts of the promise; without any the answer is empty when the event shows the whole.
    """
    found = [proof for proof in PROOFS.get(owe, ()) if proof.kind == kind and proof.fits(data)]
    if any(not proof.steps or (proof.whole and not steps) for proof in found):
        return steps
    # Parts with names of their own are ticked by people: which of them the event shows, nobody knows.
    return steps & {one for proof in found for one in proof.steps} or None


RAISED_BY_LEDGER = frozenset(one.word for some in HAPPENINGS.values() for one in some)
RAISED_BY_WORK = frozenset(word for words in FOLLOWS.values() for word in words)
RAISED_BY_CALENDAR = frozenset({"holiday.long", "holiday.major"})
# Entered by the pages that know it themselves: leave, trials, accidents, hazards.
RAISED_BY_PAGES = frozenset(
    {
        "staff.core_engineer_leaves", "staff.trial_finished", "staff.trial_failed", "accident.happened",
        "risk.safety_hazard",
    }
)  # fmt: skip
AUTOMATIC = RAISED_BY_LEDGER | RAISED_BY_WORK | RAISED_BY_CALENDAR | RAISED_BY_PAGES

# Whose work it is, by family; the first role that somebody has on the contract. Else the project manager.
_HANDS: Mapping[str, str] = {
    "round": "engineer", "maintenance": "engineer", "cleaning": "engineer", "repair": "engineer", "visit": "engineer",
    "installation": "engineer", "tuning": "engineer", "test": "engineer", "backup": "engineer", "restore": "engineer",
    "guidance": "engineer", "support": "engineer", "log": "resident", "monitoring": "resident", "record": "engineer",
    "form": "engineer", "tools": "engineer", "cover": "engineer", "survey": "supervisor", "follow_up": "supervisor",
    "complaint": "supervisor", "stock": "storekeeper", "parts": "storekeeper", "notice": "operator",
    "call": "operator", "answer": "operator",
}  # fmt: skip
_NEXT_HANDS: Mapping[str, tuple[str, ...]] = {
    "engineer": ("engineer", "resident", "project_manager"),
    "resident": ("resident", "engineer", "project_manager"),
    "supervisor": ("supervisor", "project_manager"),
    "storekeeper": ("storekeeper", "project_manager"),
    "operator": ("operator", "project_manager"),
}


def hands(owe: str, by: str) -> tuple[str, ...]:
    """Roles on the contract whose work it is, the first choice first. What the customer owes is asked for by the
    project manager."""
    role = _HANDS.get(owe.split(".")[0], "") if by in ("provider", "partner") else ""
    return (*_NEXT_HANDS.get(role, ()), "project_manager", "manager")


# Ledger events after which a contract's obligations are made anew, and those that raise or prove some.
PLANS_ANEW = ("contract.added", "contract.changed", "plan.bound", "figure.agreed", "site.added",
              "device.imported")  # fmt: skip
FOLLOWED = frozenset({*HAPPENINGS, *PROVING, "obligation.recorded"})
