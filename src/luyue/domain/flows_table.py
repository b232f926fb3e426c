"""The flows of all kinds of case. Faults and help have none of their own: the frame is their life.

A version is never changed once cases run on it: add the next one with its `since`.
"""

from collections.abc import Iterable

from luyue.domain.cases import CANCELLED, CLOSED, OPEN_STATES, REOPENED, RESOLVED
from luyue.domain.flows import Field, Flow, Step
from luyue.domain.routing import NATURES

MAIN, EXTRA_TRACK = "main", "extra"
KIND_CHANGED, DATE_AGREED = "case.kind_changed", "case.date_agreed"
TOPICS = ("use", "policy", "selection", "moving", "extension", "upgrade", "data", "other")
WAYS = ("hotline", "onsite", "remote", "online", "email", "paper")

_CAUSE = Field("cause", top=True, preset=("cause", "analysis"))
_FIX = Field("fix", top=True, preset=("fix", "measures"))
_REASON = Field("reason", top=True, kept=False)
_AGREED_BY = Field("agreed_by", "line", top=True)
_OPINION = Field("opinion", needed=False, anew=True)
_SIGNATURE = Field("signature", "file", needed=False)

CONSULTATION = Flow(
    kind="consultation",
    version=1,
    stages=("received", "answered"),
    # Answered and closed on the spot, on a sheet of its own (D-9).
    steps=(
        Step(
            "answer", ("received",), "answered", CLOSED, state="closed",
            fields=(
                Field("topic", "choice", choices=TOPICS),
                Field("asked_by", "line", needed=False, preset=("asked_by", "reporter_name")),
                Field("question", preset=("question", "symptom", "description", "title")),
                Field("answer", preset=("answer", "explanation")),
                Field("way", "choice", choices=WAYS, preset=("channel",)),
            ),
        ),
    ),
    again="received",
)  # fmt: skip

DEFECT = Flow(
    kind="defect",
    version=1,
    stages=("received", "submitted", "analysed", "confirmed", "solved", "reported", "replied"),
    gates={"resolve": (), "close": ("replied",)},
    again="submitted",
    steps=(
        Step(
            "submit", ("received",), "submitted", "case.defect_submitted", right="report_case",
            fields=(
                Field("module", "line"),
                Field("symptom", preset=("symptom", "question", "description", "title")),
                Field("impact", needed=False),
                # 问题交办单位: who handed the matter on gets the reply too.
                Field("handed_on_by", "line", needed=False),
            ),
        ),
        Step(
            "analyse", ("submitted", "analysed"), "analysed", "case.defect_analysed",
            fields=(
                # The same fact as triage has (D-6): what it said is offered, and what the analysis says is kept there.
                Field("nature", "choice", choices=NATURES, preset=("nature",)),
                Field("analysis"),
                Field("measures"),
                Field("alike", "line", needed=False, inside=True),
            ),
        ),
        Step(
            "confirm", ("analysed",), "confirmed", "case.defect_confirmed", right="approve_step",
            signs=True, not_by="analyse", fields=(_OPINION, _SIGNATURE),
        ),
        Step(
            "send_back", ("analysed",), "submitted", "case.defect_sent_back", right="approve_step", aside=True,
            fields=(_REASON,),
        ),
        Step(
            "to_consultation", ("submitted", "analysed"), "", KIND_CHANGED, kind="consultation", aside=True,
            fields=(Field("explanation", preset=("analysis",)),),
        ),
        Step(
            "solve", ("confirmed",), "solved", RESOLVED, state="resolved",
            record=("change.recorded", ("changed", "change_backup", "release")),
            fields=(
                _CAUSE, _FIX,
                Field("changed", preset=("module",)),
                Field("change_backup", needed=False),
                Field("release", "line", needed=False),
            ),
        ),
        Step(
            "report_up", ("solved",), "reported", "case.defect_reported", states=("resolved",),
            fields=(Field("reported_to", "line", inside=True), Field("report_note", needed=False, inside=True)),
        ),
        Step(
            "reply", ("reported",), "replied", "case.defect_replied", states=("resolved",),
            fields=(
                Field("reply", preset=("reply", "fix")),
                Field("reply_cause", preset=("cause",)),
                Field("reply_analysis", preset=("analysis",)),
                Field("replied_to", "line", preset=("replied_to", "reporter_name")),
                Field("also_to", "line", needed=False, needed_with="handed_on_by", preset=("handed_on_by",)),
                Field("way", "choice", choices=WAYS),
            ),
        ),
    ),
)  # fmt: skip

REQUIREMENT = Flow(
    kind="requirement",
    version=1,
    stages=("received", "agreed", "developing", "delivered", "confirmed"),
    gates={"resolve": (), "close": ()},
    again="developing",
    # The agreed date is a clock of its own (D-10).
    steps=(
        Step(
            "agree_date", ("received",), "agreed", DATE_AGREED,
            fields=(
                Field("content", preset=("content", "question", "description", "title")),
                Field("until", "moment", after="at", top=True),
                _AGREED_BY,
            ),
        ),
        Step("start_development", ("agreed",), "developing", "case.development_started",
             fields=(Field("developer", "line", needed=False),)),
        Step(
            "deliver", ("developing",), "delivered", RESOLVED, state="resolved",
            fields=(Field("fix", top=True, preset=("fix", "content")), Field("release", "line", needed=False)),
        ),
        Step(
            "accept", ("delivered",), "confirmed", CLOSED, right="close_case", states=("resolved",), state="closed",
            fields=(Field("confirmed_by", "line"), _OPINION, _SIGNATURE),
        ),
        Step("refuse", ("delivered",), "developing", REOPENED, right="reopen_case", states=("resolved",), state="open",
             aside=True, fields=(_REASON,)),
        Step(
            "change_date", ("agreed", "developing"), "", DATE_AGREED, aside=True,
            fields=(Field("until", "moment", after="at", top=True), _REASON, _AGREED_BY),
        ),
    ),
)  # fmt: skip

EXTRACTION = Flow(
    kind="extraction",
    version=1,
    stages=("received", "requested", "approved", "extracted", "handed_over"),
    gates={"resolve": ()},
    again="extracted",
    # Approval, and a record of who, what, why, handed to whom.
    steps=(
        Step(
            "request", ("received",), "requested", "case.extraction_requested", right="report_case",
            fields=(
                Field("requested_by", "line", preset=("requested_by", "reporter_name")),
                Field("requested_for", "line"),
                Field("basis", "line"),
                Field("cameras"),
                Field("recorded_from", "moment"),
                Field("recorded_to", "moment", after="recorded_from"),
                Field("purpose", preset=("purpose", "description")),
            ),
        ),
        Step(
            "approve", ("requested",), "approved", "case.extraction_approved", right="approve_extraction",
            signs=True, not_by="request", fields=(_OPINION, _SIGNATURE),
        ),
        Step(
            "decline", ("requested",), "", CANCELLED, right="approve_extraction", state="cancelled", aside=True,
            danger=True, fields=(Field("reason", top=True),),
        ),
        Step(
            "extract", ("approved",), "extracted", "case.recording_extracted", custody="holder",
            fields=(
                Field("medium", "line"),
                Field("file_name", "line"),
                Field("media_digest", "digest"),
                Field("extracted_from", "line", needed=False),
                Field("holder", "line"),
            ),
        ),
        Step(
            "pass_medium", ("extracted",), "", "case.medium_passed", custody="holder", aside=True,
            fields=(Field("holder", "line"), Field("passed_why", "line", needed=False, kept=False)),
        ),
        Step(
            "hand_over", ("extracted",), "handed_over", RESOLVED, state="resolved", custody="received_by",
            fields=(
                Field("received_by", "line"),
                Field("receiver_unit", "line", preset=("requested_for",)),
                Field("receipt", "line"),
                Field("digest_again", "digest", same_as="media_digest"),
                _SIGNATURE,
            ),
        ),
    ),
)  # fmt: skip

COMPLAINT = Flow(
    kind="complaint",
    version=1,
    stages=("received", "investigated", "answered", "viewed", "settled"),
    gates={"resolve": (), "close": ("settled",)},
    again="received",
    steps=(
        Step(
            "investigate", ("received", "investigated"), "investigated", "case.complaint_investigated",
            right="handle_complaint",
            fields=(
                Field("complaint_about", "choice", choices=("time", "quality", "again", "conduct", "hotline", "other")),
                Field("findings"),
                Field("justified", "choice", choices=("yes", "partly", "no")),
            ),
        ),
        Step(
            "answer_complaint", ("investigated",), "answered", "case.responded", right="handle_complaint",
            fields=(Field("answer", anew=True), Field("answered_to", "line", preset=("reporter_name",)),
                    Field("way", "choice", choices=WAYS)),
        ),
        # Who is not content has the matter looked into again.
        Step(
            "record_view", ("answered",), "viewed", "case.complaint_viewed", right="handle_complaint",
            turns=(("view", "not_content", "received"),),
            fields=(Field("view", "choice", choices=("content", "accepts", "not_content"), anew=True),
                    Field("view_words", needed=False, anew=True)),
        ),
        Step(
            "settle", ("viewed",), "settled", RESOLVED, right="handle_complaint", state="resolved",
            fields=(Field("cause", top=True, preset=("findings",)), Field("fix", top=True, preset=("measures",)),
                    Field("responsible", "line"), Field("measures_by", "date", needed=False)),
        ),
    ),
)  # fmt: skip


def _task(kind: str) -> Flow:
    """Joint debugging and guarantee tasks (G-1): only what costs more than the project's own means is extra, and it
    is agreed beforehand."""
    party = (Field("other_party", "line"),) if kind == "integration" else ()
    return Flow(
        kind=kind,
        version=1,
        stages=("received", "planned", "agreed", "running", "finished"),
        gates={"resolve": ()},
        again="running",
        steps=(
            Step(
                "plan_task", ("received", "planned", "agreed"), "planned", "case.task_planned",
                fields=(
                    Field("task", preset=("task", "description", "title")),
                    *party,
                    Field("starts_at", "moment"),
                    Field("ends_at", "moment", after="starts_at"),
                    Field("staff"),
                    Field("means", needed=False),
                    Field("extra_cost", "amount"),
                ),
            ),
            Step("agree_task", ("planned",), "agreed", "case.task_agreed", right="sign_for_owner", signs=True,
                 fields=(_AGREED_BY, _OPINION, _SIGNATURE)),
            # Who does not agree says why, and the plan is made anew; without it his page would be a dead end.
            Step("object_task", ("planned",), "received", "case.task_objected", right="sign_for_owner", aside=True,
                 fields=(_REASON,)),
            Step("start_task", ("agreed",), "running", "case.task_started",
                 fields=(Field("present", "line", preset=("present", "staff")),)),
            Step("log_task", ("running",), "", "case.task_logged", fields=(Field("note", top=True, kept=False),),
                 aside=True),
            Step(
                "finish_task", ("running",), "finished", RESOLVED, state="resolved",
                fields=(Field("fix", top=True), Field("actual_cost", "amount", preset=("extra_cost",)),
                        Field("over_reason", needed=False, needed_over=("actual_cost", "extra_cost"))),
            ),
        ),
    )  # fmt: skip


# Beside every flow: what was asked for outside of the contract (D-12).
EXTRA = Flow(
    kind="extra",
    version=1,
    stages=("none", "recorded", "signed", "reported"),
    steps=(
        Step(
            "extra_record", ("none",), "recorded", "case.extra_recorded", states=(*OPEN_STATES, "resolved"), aside=True,
            fields=(
                Field("extra_what"),
                Field("extra_for", "choice", choices=("owner", "other_department", "other_system")),
                Field("extra_hours", "line", needed=False),
            ),
        ),
        Step(
            "extra_sign", ("recorded",), "signed", "case.extra_signed", right="sign_for_owner", signs=True,
            states=(*OPEN_STATES, "resolved", "closed"), fields=(Field("signed_by", "line"), _SIGNATURE),
        ),
        Step(
            "extra_report", ("signed",), "reported", "case.extra_reported",
            states=(*OPEN_STATES, "resolved", "closed"), fields=(Field("reported_to", "line", inside=True),),
        ),
    ),
)  # fmt: skip

FLOWS: tuple[Flow, ...] = (
    CONSULTATION, DEFECT, REQUIREMENT, EXTRACTION, COMPLAINT, _task("integration"), _task("cover"), EXTRA,
)  # fmt: skip


def wrong_in(flows: Iterable[Flow]) -> list[str]:
    """What does not hang together in a table of flows; empty when it is right."""
    found: list[str] = []
    for flow in flows:
        stages = set(flow.stages)
        for step in flow.steps:
            named = {*step.at, *([step.to] if step.to else []), *(to for _, _, to in step.turns)}
            found += [f"{flow.kind}.{step.name}: no stage {stage}" for stage in sorted(named - stages)]
            if step.not_by and flow.step(step.not_by) is None:
                found.append(f"{flow.kind}.{step.name}: no step {step.not_by}")
            names = [one.name for one in step.fields]
            needed = [step.custody] * bool(step.custody) + list((step.record or ("", ()))[1])
            needed += [name for name, _, _ in step.turns]
            found += [f"{flow.kind}.{step.name}: no field {name}" for name in needed if name not in names]
            found += [f"{flow.kind}.{step.name}: {name} twice" for name in names if names.count(name) > 1]
        reached = {flow.first}
        for _ in flow.stages:
            for step in flow.steps:
                if reached & set(step.at):
                    reached |= {step.to, *(to for _, _, to in step.turns)} - {""}
        found += [f"{flow.kind}: {stage} is never reached" for stage in flow.stages if stage not in reached]
        found += [
            f"{flow.kind}: gate to no stage {s}" for v in flow.gates.values() for s in v if s not in stages
        ]
    return found
