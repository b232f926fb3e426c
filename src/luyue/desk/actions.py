"""Acts on cases. Each is one transaction and one ledger event, and reckons all clocks of the case anew.

`at` is when it happened, `now` when it was entered; both aware. An entry about the past needs the right to back-date.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import creation, flows, queries
from luyue.desk.acting import finish, must, noted, take, text
from luyue.desk.gates import check_gates
from luyue.desk.models import Case, Kind
from luyue.devices.models import Device, Site
from luyue.domain.refusals import BadInput, Conflict, NotFound, Refusal
from luyue.ledger.wall import Scope


def report_case(
    contract_id: int,
    *,
    title: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    kind: str = "fault",
    severity: str = "",
    description: str = "",
    channel: str = "hotline",
    reporter_name: str = "",
    reporter_phone: str = "",
    site: Site | None = None,
    device: Device | None = None,
    owner: Person | None = None,
    onsite: bool | None = None,
    idempotency_key: str = "",
) -> Case:
    """Take in a case (D-1) and start every clock that applies to it.

    A contract that is not in force on that day takes the case as out of scope: advice, no promised times (D-5).
    The same idempotency key of the same person on the same contract gives the case that is there. A case made here has
    its clocks in `read_clocks`.

    Raises:
        NotFound: no such contract in scope. NotAllowed. BadInput: see the checks.
        Conflict: the key was used for another report.
    """
    require(actor, "report_case")
    own_unit = contracts.unit_of(actor, contract_id)
    new = creation.NewCase.told(
        actor, title=title, kind=kind, severity=severity, description=description, channel=channel,
        reporter_name=reporter_name, reporter_phone=reporter_phone, onsite=onsite, key=idempotency_key, site=site,
        device=device, own_unit=own_unit, owner=owner,
    )  # fmt: skip
    # All is written by one statement at the end, so in somebody's transaction there is nothing to undo by a savepoint.
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        try:
            report = creation.Report(contracts.contract_in_force(contract_id, at), new, at, now)
            creation.check(report, actor)
            # Case, clocks and event are one statement, in which the wall of units would not see the case yet.
            with Scope.of([contract_id]).entered() if own_unit else nullcontext():
                [made] = creation.create_cases([report], actor=actor)
        except Refusal:
            # What was taken in once stays taken in, also if the contract would refuse it by now.
            made = creation.same_case(contract_id, new) if idempotency_key else None
            if made is None:
                raise
        return made or _present(creation.same_case(contract_id, new))


@dataclass(frozen=True, slots=True)
class Told:
    """A report as a program sent it. said: the words of `NewCase.told`; at: when it happened, now: when it came."""

    actor: Person
    contract_id: int
    site_id: int | None
    device_id: int | None
    said: Mapping[str, Any]
    at: datetime
    now: datetime


def report_cases(told: Sequence[Told]) -> list[Case | None]:
    """Take in reports of one person that came together, in the caller's transaction and scope.

    None in a place: `report_case` has to take it in alone, since it is refused or came before.
    """
    sites = Site.objects.in_bulk({one.site_id for one in told if one.site_id})
    devices = Device.objects.select_related("site").in_bulk({one.device_id for one in told if one.device_id})
    forces: dict[tuple[int, date], InForce] = {}
    ready: dict[int, creation.Report] = {}
    for n, one in enumerate(told):
        try:
            ready[n] = _checked(one, sites, devices, forces)
        except Refusal:
            continue
    made = creation.create_cases(list(ready.values()), actor=told[0].actor)
    found = dict(zip(ready, made, strict=True))
    return [found.get(n) for n in range(len(told))]


def _checked(
    told: Told, sites: dict[int, Site], devices: dict[int, Device], forces: dict[tuple[int, date], InForce]
) -> creation.Report:
    """Raises Refusal."""
    require(told.actor, "report_case")
    day = contracts.local_day(told.at)
    force = forces.get((told.contract_id, day))
    if force is None:
        force = forces[told.contract_id, day] = contracts.contract_in_force(told.contract_id, told.at)
    site, device = sites.get(told.site_id or 0), devices.get(told.device_id or 0)
    if (told.site_id and site is None) or (told.device_id and device is None):
        raise NotFound(subject="device" if site else "site")
    new = creation.NewCase.told(told.actor, site=site, device=device, **told.said)
    report = creation.Report(force, new, told.at, told.now)
    creation.check(report, told.actor)
    return report


def _present(case: Case | None) -> Case:
    """The case whose key stood in the way. It is behind the wall if it is not in scope, which its contract is."""
    if case is None:
        raise Conflict(subject="case", field="idempotency_key")
    return case


@transaction.atomic
def triage_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    kind: str | None = None,
    severity: str | None = None,
    onsite: bool | None = None,
    in_scope: bool | None = None,
    scope_reason: str = "",
    owner: Person | None = None,
    version: int | None = None,
) -> Case:
    """Decide kind, severity, scope, need to go there and owner (D-3 to D-5); what is None stays as it is."""
    case, force = take(case_id, "triage", actor, "triage_case", at, now, version)
    facts: dict[str, Any] = {}
    if kind is not None and kind != case.kind:
        if kind not in Kind.values:
            raise BadInput(field="kind")
        facts["kind"] = case.kind = kind
    if severity is not None and severity != case.severity:
        if case.severity:
            raise BadInput(field="severity", problem="use_change_severity")
        facts["severity"] = case.severity = creation.severity_in(force, severity)
    if onsite is not None and onsite != case.onsite:
        facts["onsite"] = case.onsite = onsite
    if in_scope is not None and in_scope != case.in_scope:
        if not in_scope and not scope_reason.strip():
            raise BadInput(field="scope_reason", problem="missing")
        if in_scope and not force.runs_on(contracts.local_day(case.reported_at)):
            raise BadInput(field="in_scope", problem="contract_not_in_force")
        facts["in_scope"] = case.in_scope = in_scope
        case.scope_reason = scope_reason.strip()[:200]
        facts["scope_reason"] = case.scope_reason
    if owner is not None and owner.pk != case.owner_id:
        _sees(owner, case)
        case.owner = owner
        facts["owner"] = owner.pk
    return finish(case, force, "triage", actor, at, now, facts)


def _sees(owner: Person, case: Case) -> None:
    """Raises BadInput when the case would be hidden from its owner."""
    if not contracts.sees(owner, case.contract_id):
        raise BadInput(field="owner", problem="not_of_contract", name=owner.name)


@transaction.atomic
def assign_case(case_id: int, *, owner: Person, actor: Person | None, at: datetime, now: datetime) -> Case:
    """Hand a case to a person (派工).

    Raises:
        BadInput: the person does not work on cases, or does not see the contract; the case would lie where nobody finds
            it.
    """
    case, force = take(case_id, "assign", actor, "triage_case", at, now, None)
    if not owner.active or not owner.may("work_case"):
        raise BadInput(field="owner")
    _sees(owner, case)
    case.owner = owner
    return finish(case, force, "assign", actor, at, now, {"owner": owner.pk, "owner_name": owner.name})


@transaction.atomic
def change_severity(
    case_id: int,
    *,
    severity: str,
    reason: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    agreed_by: str = "",
    version: int | None = None,
) -> Case:
    """Change the severity: clocks of the old level are superseded, those of the new one run from the first start (L2).

    Lowering it needs the customer's agreement: `agreed_by` names who gave it.
    """
    case, force = take(case_id, "change_severity", actor, "change_severity", at, now, version)
    new = creation.severity_in(force, severity)
    if new == case.severity:
        raise BadInput(field="severity", problem="same")
    must(reason=reason)
    plan = force.running.plan if force.running else None
    milder = (
        plan is not None
        and bool(case.severity)
        and plan.severity_rank(new) > plan.severity_rank(case.severity)
    )
    if milder and not agreed_by.strip():
        raise BadInput(field="agreed_by", problem="missing")
    facts = {
        "severity": new,
        "before": case.severity,
        "reason": reason.strip(),
        "agreed_by": agreed_by.strip(),
    }
    case.severity = new
    return finish(case, force, "change_severity", actor, at, now, facts)


respond_case = noted("respond", "A person's substantive reply; an automatic receipt is none.")
understand_case = noted("understand", "The matter is understood; some limits start here (S-4).")
start_remote = noted("start_remote", "Remote help has begun.")
fail_remote = noted("fail_remote", "Remote help cannot solve it; limits for going there begin to apply.")
give_plan = noted(
    "give_plan", "The customer has the service plan for his case: how and when it will be dealt with."
)
depart = noted("depart", "An engineer has set out.")
arrive = noted("arrive", "An engineer is on the spot.")
restore_case = noted("restore", "Service is back for the time being; the cause may still be there.")
replace_device = noted("replace", "The device was replaced by a new one.")
lend_device = noted("loan", "A loan stands in for the device.")
take_back_loan = noted("take_back_loan", "The loan is back in the store.")
give_emergency_plan = noted("give_emergency_plan", "The customer has the emergency plan (F-4).")
hand_over_report = noted("hand_over_report", "The customer has the report on the solved case (F-5).")
send_repair = noted("send_repair", "The device went to be repaired; the limit for its return begins (S-1).")
return_repair = noted("return_repair", "The repaired device is back with the customer.")
order_part = noted("order_part", "A part was ordered for this case; the limit for its delivery begins.")
deliver_part = noted("deliver_part", "The part is where it is needed.")
deliver_some = noted(
    "deliver_some", "Some of what was ordered or set aside has come; the rest is waited for."
)
return_spares = noted("return_spares", "The spares that were set aside are not needed and back in the store.")


@transaction.atomic
def promise_call_back(
    case_id: int,
    *,
    until: datetime,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Promise the caller a call back by `until`; keeping it is a clock of its own (D-8)."""
    case, force = take(case_id, "promise_call_back", actor, "work_case", at, now, version)
    if until <= at:
        raise BadInput(field="until", problem="before_promise")
    facts = {"until": queries.seconds(until), "note": text(note)}
    return finish(case, force, "promise_call_back", actor, at, now, facts)


call_back = noted("call_back", "The promised call was made.")


@transaction.atomic
def note_case(case_id: int, *, actor: Person | None, at: datetime, now: datetime, note: str) -> Case:
    """Write something down; no clock looks at it (D-11)."""
    must(note=note)
    case, force = take(case_id, "note", actor, "work_case", at, now, None)
    return finish(case, force, "note", actor, at, now, {"note": text(note)})


@transaction.atomic
def urge_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The customer asks to hurry (催办): owner and project manager are told; no clock looks at it."""
    case, force = take(case_id, "urge", actor, "urge_case", at, now, version)
    return finish(case, force, "urge", actor, at, now, {"note": said} if (said := text(note)) else {})


@transaction.atomic
def resolve_case(
    case_id: int,
    *,
    cause: str,
    fix: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Resolve a case at `at`: when the service came back, not when it was typed in. Customers read cause and fix."""
    must(cause=cause, fix=fix)
    case, force = take(case_id, "resolve", actor, "work_case", at, now, version)
    flows.check_gate(case, "resolve")
    check_gates(case, "resolve")
    last = queries.last_act_on_site(case.pk)
    if last is not None and at < last:
        raise BadInput(field="at", problem="before_last_act")
    case.resolved_at = at
    facts = {"cause": text(cause), "fix": text(fix)}
    return finish(case, force, "resolve", actor, at, now, facts)


@transaction.atomic
def close_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Close a resolved case: the customer agrees, or the desk does for him."""
    case, force = take(case_id, "close", actor, "close_case", at, now, version)
    flows.check_gate(case, "close")
    check_gates(case, "close")
    if case.resolved_at is not None and at < case.resolved_at:
        raise BadInput(field="at", problem="before_resolution")
    case.closed_at = at
    return finish(case, force, "close", actor, at, now, {"note": text(note)})


@transaction.atomic
def reopen_case(
    case_id: int,
    *,
    reason: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Reopen a case: its limits go on, the solved time costs nobody anything (L2)."""
    must(reason=reason)
    case, force = take(case_id, "reopen", actor, "reopen_case", at, now, version)
    last = case.closed_at or case.resolved_at
    if last is not None and at < last:
        raise BadInput(field="at", problem="before_resolution")
    case.resolved_at = case.closed_at = None
    flows.go_on_again(case, at)
    return finish(case, force, "reopen", actor, at, now, {"note": text(reason)})


@transaction.atomic
def cancel_case(
    case_id: int,
    *,
    reason: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Withdraw a case: reported by mistake, or twice."""
    must(reason=reason)
    case, force = take(case_id, "cancel", actor, "cancel_case", at, now, version)
    return finish(case, force, "cancel", actor, at, now, {"note": text(reason)})


@transaction.atomic
def pause_case(
    case_id: int,
    *,
    reason: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    agreed_by: str = "",
    version: int | None = None,
) -> Case:
    """Hold the clocks for a reason that the plan allows (L3); `agreed_by` where the plan asks for consent.

    Raises:
        BadInput: the plan knows no such reason, it already holds, or consent is missing.
    """
    case, force = take(case_id, "pause", actor, "pause_case", at, now, version)
    rules = {rule.id: rule for rule in force.running.plan.pauses} if force.running else {}
    if reason not in rules:
        raise BadInput(field="reason", problem="not_in_plan")
    if reason in queries.open_pauses(case.pk):
        raise BadInput(field="reason", problem="already_paused")
    if rules[reason].consent and not agreed_by.strip():
        raise BadInput(field="agreed_by", problem="missing")
    facts = {"reason": reason, "note": text(note), "agreed_by": agreed_by.strip()}
    return finish(case, force, "pause", actor, at, now, facts)


@transaction.atomic
def resume_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Let the clocks run again; without a reason, all pauses end."""
    case, force = take(case_id, "resume", actor, "pause_case", at, now, version)
    running = queries.open_pauses(case.pk)
    if not running or (reason and reason not in running):
        raise BadInput(field="reason", problem="not_paused")
    if at < max(since for name, since in running.items() if not reason or name == reason):
        raise BadInput(field="at", problem="before_pause")
    return finish(case, force, "resume", actor, at, now, {"reason": reason})


@transaction.atomic
def excuse_clock(
    case_id: int,
    *,
    promise: str,
    reason: str,
    evidence: str,
    agreed_by: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
) -> Case:
    """Record the customer's waiver of one promise on this case, with reason and evidence (P-6)."""
    must(reason=reason, evidence=evidence, agreed_by=agreed_by)
    case, force = take(case_id, "excuse", actor, "excuse_breach", at, now, None)
    if not case.clocks.filter(promise=promise).exists():
        raise NotFound(subject="clock")
    facts = {
        "promise": promise,
        "note": reason.strip(),
        "evidence": evidence.strip(),
        "agreed_by": agreed_by.strip(),
    }
    return finish(case, force, "excuse", actor, at, now, facts)
