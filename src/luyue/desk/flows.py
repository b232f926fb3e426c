"""Steps of flows: each is one transaction and one ledger event, like every other act on a case.

What a kind goes through is data (`domain.flows_table`); here it meets the case, its clocks and the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import acting, flows_queries, queries
from luyue.desk.flows_queries import Place
from luyue.desk.gates import check_gates
from luyue.desk.models import Case, CaseFlow, CaseTriage
from luyue.desk.queries import seconds
from luyue.domain import flows, flows_table
from luyue.domain.flows import Sheet, Step, Value
from luyue.domain.refusals import BadInput, IllegalMove, OutOfOrder
from luyue.files import actions as files
from luyue.files.models import Attachment


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a step."""

    name: str
    content: bytes


NO_FILES: Mapping[str, Upload] = {}


@transaction.atomic
def take_step(
    case_id: int,
    *,
    step: str,
    sheet: Mapping[str, Any],
    actor: Person | None,
    at: datetime,
    now: datetime,
    version: int | None = None,
    uploads: Mapping[str, Upload] = NO_FILES,
) -> Case:
    """Take the next step in the flow of the case's kind (D-9 to D-12, X-3), with what its fields say.

    Args:
        sheet: field → value; moments in UTC seconds, files by the number of an attachment of this case.
        uploads: field → a file that is added with the step.
    Raises:
        NotFound, NotAllowed (FourEyes: the same person did what this step judges), StaleVersion,
        IllegalMove (OutOfOrder: another step comes first; the kind has no such step), BadInput.
    """
    case = acting.lock(case_id, actor, "", at, now, version)
    place, chosen = _find(case, step)
    require(actor, chosen.right)
    doers = {name: one.get("by") for name, one in place.done.items()}
    doer = actor.pk if actor else None
    flows.check_step(chosen, stage=place.stage, state=case.state, doer=doer, done=doers)
    if place.since is not None and at < place.since:
        raise BadInput(field="at", problem="before_last_step")
    values = flows.check_values(chosen, _with_files(case, sheet, uploads), place.sheet, at=seconds(at))
    values |= _keep_uploads(case, uploads, actor=actor, now=now)
    facts = _move(case, place, chosen, values, actor=actor, at=at)
    if chosen.record is not None:
        _record_too(case, chosen.record, values, actor=actor, at=at, now=now)
    if "nature" in values:
        _keep_nature(case, str(values["nature"]))
    force = contracts.with_version(case.contract, case.plan_version_id)
    return acting.finish(case, force, step, actor, at, now, facts, event=chosen.event)


def check_gate(case: Case, act: str) -> None:
    """Whether the flow of the case lets an act of the frame happen now.

    A case that came resolved and never began its flow may be closed.

    Raises:
        OutOfOrder.
    """
    place = flows_queries.place_of(case)
    begun = place.row is not None or act == "resolve"
    if place.flow is not None and begun and not place.flow.lets(act, place.stage):
        raise OutOfOrder(subject="case", state=case.state, act=act, stage=place.stage)


def go_on_again(case: Case, at: datetime) -> None:
    """A reopened case goes on in the stage that its flow names: what was approved or answered has to be so again."""
    place = flows_queries.place_of(case)
    if place.flow is not None and place.row is not None and place.flow.again:
        place.row.stage, place.row.stage_at = place.flow.again, at
        place.row.save(update_fields=["stage", "stage_at"])


def _find(case: Case, step: str) -> tuple[Place, Step]:
    """The step by its name, in the flow of the kind or in the one beside it."""
    rows = flows_queries.rows_of(case.pk)
    for track in (flows_table.MAIN, flows_table.EXTRA_TRACK):
        place = flows_queries.place_of(case, track, rows)
        found = place.flow.step(step) if place.flow else None
        if found is not None:
            return place, found
    raise IllegalMove(subject="case", state=case.state, act=step)


def _with_files(case: Case, sheet: Mapping[str, Any], uploads: Mapping[str, Upload]) -> dict[str, Any]:
    """The sheet with attachments in place of their numbers, and with the names of what comes along."""
    given = dict(sheet)
    for name, value in sheet.items():
        if isinstance(value, int) and name == "signature":
            found = Attachment.objects.filter(pk=value, subject_kind="case", subject_id=case.pk).first()
            if found is None:
                raise BadInput(field=name)
            given[name] = _told(found)
    return given | {name: {"name": one.name} for name, one in uploads.items()}


def _keep_uploads(
    case: Case, uploads: Mapping[str, Upload], *, actor: Person | None, now: datetime
) -> dict[str, Value]:
    kept: dict[str, Value] = {}
    for name, one in uploads.items():
        try:
            made = files.attach(
                one.content, name=one.name, kind="signature", subject=("case", case.pk), actor=actor, now=now,
                contract_id=case.contract_id,
            )  # fmt: skip
        except BadInput as refusal:
            raise BadInput(**(refusal.facts | {"field": name})) from None
        kept[name] = _told(made)
    return kept


def _told(file: Attachment) -> dict[str, Any]:
    return {"id": file.pk, "name": file.name, "digest": file.digest}


def _move(
    case: Case, place: Place, step: Step, values: Sheet, *, actor: Person | None, at: datetime
) -> dict[str, Any]:
    """Bring case and flow to where the step leads; returns the data of its event."""
    assert place.flow is not None
    flow, stage = place.flow, step.stage_after(place.stage, values)
    facts: dict[str, Any] = {
        "flow": flow.kind,
        "flow_version": flow.version,
        "step": step.name,
        "stage": stage,
    }
    facts |= _event_facts(step, values)
    if step.signs:
        content = signed_content(case, place)
        facts |= {"approved": content, "approved_digest": flows.snapshot_digest(content)}
    row = place.row or CaseFlow(case=case, contract_id=case.contract_id, track=place.track)
    row.kind, row.version, row.stage, row.stage_at = flow.kind, flow.version, stage, at
    gone = {one.name for one in step.fields if one.anew}
    row.sheet = {name: value for name, value in place.sheet.items() if name not in gone} | {
        one.name: values[one.name] for one in step.fields if one.kept and one.name in values
    }
    row.alike = str(row.sheet.get("alike", ""))
    doing = {"by": actor.pk if actor else None, "name": actor.name if actor else "", "at": seconds(at)}
    row.done = place.done | {step.name: doing}
    if step.kind:
        facts |= {"kind": step.kind, "before": case.kind}
        case.kind = row.kind = step.kind
        other = flows_queries.place_of(case, rows=[])
        row.version, row.stage = (other.flow.version, other.stage) if other.flow else (0, "")
    _set_state(case, step, at)
    row.save()
    return facts


def _event_facts(step: Step, values: Sheet) -> dict[str, Any]:
    """The values as the event has them: what clocks and timeline look for on top, the firm's own apart."""
    facts: dict[str, Any] = {}
    elsewhere = step.record[1] if step.record else ()
    for one in step.fields:
        if one.name not in values or one.name in elsewhere:
            continue
        if one.top:
            facts[one.name] = values[one.name]
        else:
            facts.setdefault("inside" if one.inside else "sheet", {})[one.name] = values[one.name]
    return facts


def signed_content(case: Case, place: Place) -> dict[str, Any]:
    """What somebody signs: the case and its sheet as they stand, but for what is the firm's own."""
    inside = {one.name for one in place.flow.fields().values() if one.inside} if place.flow else set()
    sheet = {name: value for name, value in place.sheet.items() if name not in inside}
    return {"case": case.number, "kind": case.kind, "title": case.title, "stage": place.stage, "sheet": sheet}


def _set_state(case: Case, step: Step, at: datetime) -> None:
    if step.state == "resolved":
        last = queries.last_act_on_site(case.pk)
        if last is not None and at < last:
            raise BadInput(field="at", problem="before_last_act")
    if step.state in ("resolved", "closed"):
        check_gates(case, "resolve" if step.state == "resolved" else "close")
    case.state = flows.state_after_step(step, case.state)
    if step.state in ("resolved", "closed"):
        case.resolved_at = case.resolved_at or at
    if step.state == "closed":
        case.closed_at = at
    if step.state == "open":
        case.resolved_at = case.closed_at = None


def _keep_nature(case: Case, nature: str) -> None:
    """What the analysis found is of what nature the problem is (D-6), whatever triage took it for. The event of the
    step says so."""
    CaseTriage.objects.update_or_create(
        case=case,
        defaults={"nature": nature},
        create_defaults={"nature": nature, "contract_id": case.contract_id},
    )


def _record_too(
    case: Case,
    record: tuple[str, tuple[str, ...]],
    values: Sheet,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
) -> None:
    kind, names = record
    ledger.record(
        kind, contract_id=case.contract_id, subject=("case", case.pk), actor=actor, at=at, now=now,
        data={"sheet": {name: values[name] for name in names if name in values}},
    )  # fmt: skip
