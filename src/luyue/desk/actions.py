"""Acts on cases. Each is one transaction and one ledger event, and reckons all clocks of the case anew.

`at` is when it happened, `now` when it was entered; both aware. An entry about the past needs the right to back-date.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import InForce
from luyue.desk import clocks, creation, queries
from luyue.desk.models import Case, Channel, Kind
from luyue.devices.models import Device, Site
from luyue.domain import cases
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, NotAllowed, NotFound, Refusal, StaleVersion

LONGEST_TITLE, LONGEST_TEXT = 200, 20_000
# Typing takes a while; only what is older than this counts as entered late.
BACK_DATE_AFTER = timedelta(minutes=10)
CLOCK_SKEW = timedelta(minutes=1)
EARLIEST = timedelta(days=3660)
KINDS, CHANNELS = frozenset(Kind.values), frozenset(Channel.values)


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
    _check_right(actor, "report_case")
    source = f"key:{actor.pk if actor else 0}" if idempotency_key else ""
    new = creation.NewCase(
        title=title.strip(),
        kind=kind,
        severity=severity,
        description=description.strip(),
        channel=channel,
        reporter_name=reporter_name.strip()[:60],
        reporter_phone=reporter_phone.strip()[:30],
        site=site or (device.site if device else None),
        device=device,
        owner=owner,
        onsite=onsite,
        source=source,
        external_id=idempotency_key,
    )
    # All is written by one statement at the end, so in somebody's transaction there is nothing to undo by a savepoint.
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        try:
            force = contracts.contract_in_force(contract_id, at)
            _check_time(actor, at=at, now=now)
            _check_report(force, title, description, kind, severity, channel, idempotency_key)
            _check_place(force.contract, site, device)
            made = creation.create_case(force, new, actor=actor, at=at, now=now)
        except Refusal:
            # What was taken in once stays taken in, also if the contract would refuse it by now.
            made = creation.same_case(contract_id, new) if idempotency_key else None
            if made is None:
                raise
        return made or _present(creation.same_case(contract_id, new))


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
    case, force = _take(case_id, "triage", actor, "triage_case", at, now, version)
    facts: dict[str, Any] = {}
    if kind is not None and kind != case.kind:
        if kind not in Kind.values:
            raise BadInput(field="kind")
        facts["kind"] = case.kind = kind
    if severity is not None and severity != case.severity:
        if case.severity:
            raise BadInput(field="severity", problem="use_change_severity")
        facts["severity"] = case.severity = _severity(force, severity)
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
    if owner is not None and owner != case.owner:
        case.owner = owner
        facts["owner"] = owner.pk
    return _finish(case, force, "triage", actor, at, now, facts)


@transaction.atomic
def assign_case(case_id: int, *, owner: Person, actor: Person | None, at: datetime, now: datetime) -> Case:
    """Hand a case to a person (派工)."""
    case, force = _take(case_id, "assign", actor, "triage_case", at, now, None)
    if not owner.active or not owner.may("work_case"):
        raise BadInput(field="owner")
    case.owner = owner
    return _finish(case, force, "assign", actor, at, now, {"owner": owner.pk, "owner_name": owner.name})


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
    case, force = _take(case_id, "change_severity", actor, "change_severity", at, now, version)
    new = _severity(force, severity)
    if new == case.severity:
        raise BadInput(field="severity", problem="same")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
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
    return _finish(case, force, "change_severity", actor, at, now, facts)


def respond_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """A person's substantive reply; an automatic receipt is none."""
    return _simple(case_id, "respond", actor, at, now, version, note=note)


def understand_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The matter is understood; some limits start here (S-4)."""
    return _simple(case_id, "understand", actor, at, now, version, note=note)


def start_remote(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Remote help has begun."""
    return _simple(case_id, "start_remote", actor, at, now, version, note=note)


def fail_remote(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Remote help cannot solve it; limits for going there begin to apply."""
    return _simple(case_id, "fail_remote", actor, at, now, version, note=note)


def give_plan(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The customer has the service plan for his case: how and when it will be dealt with."""
    return _simple(case_id, "give_plan", actor, at, now, version, note=note)


def depart(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """An engineer has set out."""
    return _simple(case_id, "depart", actor, at, now, version, note=note)


def arrive(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """An engineer is on the spot."""
    return _simple(case_id, "arrive", actor, at, now, version, note=note)


def restore_case(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Service is back for the time being; the cause may still be there."""
    return _simple(case_id, "restore", actor, at, now, version, note=note)


def replace_device(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The device was replaced by a new one."""
    return _simple(case_id, "replace", actor, at, now, version, note=note)


def lend_device(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """A loan stands in for the device."""
    return _simple(case_id, "loan", actor, at, now, version, note=note)


def give_emergency_plan(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The customer has the emergency plan (F-4)."""
    return _simple(case_id, "give_emergency_plan", actor, at, now, version, note=note)


def hand_over_report(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The customer has the report on the solved case (F-5)."""
    return _simple(case_id, "hand_over_report", actor, at, now, version, note=note)


def send_repair(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The device went to be repaired; the limit for its return begins (S-1)."""
    return _simple(case_id, "send_repair", actor, at, now, version, note=note)


def return_repair(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The repaired device is back with the customer."""
    return _simple(case_id, "return_repair", actor, at, now, version, note=note)


def order_part(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """A part was ordered for this case; the limit for its delivery begins."""
    return _simple(case_id, "order_part", actor, at, now, version, note=note)


def deliver_part(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The part is where it is needed."""
    return _simple(case_id, "deliver_part", actor, at, now, version, note=note)


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
    case, force = _take(case_id, "promise_call_back", actor, "work_case", at, now, version)
    if until <= at:
        raise BadInput(field="until", problem="before_promise")
    facts = {"until": queries.seconds(until), "note": note.strip()[:LONGEST_TEXT]}
    return _finish(case, force, "promise_call_back", actor, at, now, facts)


def call_back(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """The promised call was made."""
    return _simple(case_id, "call_back", actor, at, now, version, note=note)


@transaction.atomic
def note_case(case_id: int, *, actor: Person | None, at: datetime, now: datetime, note: str) -> Case:
    """Write something down; no clock looks at it (D-11)."""
    if not note.strip():
        raise BadInput(field="note", problem="missing")
    case, force = _take(case_id, "note", actor, "work_case", at, now, None)
    return _finish(case, force, "note", actor, at, now, {"note": note.strip()[:LONGEST_TEXT]})


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
    for field, value in (("cause", cause), ("fix", fix)):
        if not value.strip():
            raise BadInput(field=field, problem="missing")
    case, force = _take(case_id, "resolve", actor, "work_case", at, now, version)
    last = queries.last_act_on_site(case.pk)
    if last is not None and at < last:
        raise BadInput(field="at", problem="before_last_act")
    case.resolved_at = at
    facts = {"cause": cause.strip()[:LONGEST_TEXT], "fix": fix.strip()[:LONGEST_TEXT]}
    return _finish(case, force, "resolve", actor, at, now, facts)


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
    case, force = _take(case_id, "close", actor, "close_case", at, now, version)
    if case.resolved_at is not None and at < case.resolved_at:
        raise BadInput(field="at", problem="before_resolution")
    case.closed_at = at
    return _finish(case, force, "close", actor, at, now, {"note": note.strip()[:LONGEST_TEXT]})


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
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    case, force = _take(case_id, "reopen", actor, "reopen_case", at, now, version)
    last = case.closed_at or case.resolved_at
    if last is not None and at < last:
        raise BadInput(field="at", problem="before_resolution")
    case.resolved_at = case.closed_at = None
    return _finish(case, force, "reopen", actor, at, now, {"note": reason.strip()[:LONGEST_TEXT]})


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
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    case, force = _take(case_id, "cancel", actor, "cancel_case", at, now, version)
    return _finish(case, force, "cancel", actor, at, now, {"note": reason.strip()[:LONGEST_TEXT]})


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
    case, force = _take(case_id, "pause", actor, "pause_case", at, now, version)
    rules = {rule.id: rule for rule in force.running.plan.pauses} if force.running else {}
    if reason not in rules:
        raise BadInput(field="reason", problem="not_in_plan")
    if reason in queries.open_pauses(case.pk):
        raise BadInput(field="reason", problem="already_paused")
    if rules[reason].consent and not agreed_by.strip():
        raise BadInput(field="agreed_by", problem="missing")
    facts = {"reason": reason, "note": note.strip()[:LONGEST_TEXT], "agreed_by": agreed_by.strip()}
    return _finish(case, force, "pause", actor, at, now, facts)


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
    case, force = _take(case_id, "resume", actor, "pause_case", at, now, version)
    running = queries.open_pauses(case.pk)
    if not running or (reason and reason not in running):
        raise BadInput(field="reason", problem="not_paused")
    if at < max(since for name, since in running.items() if not reason or name == reason):
        raise BadInput(field="at", problem="before_pause")
    return _finish(case, force, "resume", actor, at, now, {"reason": reason})


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
    for field, value in (("reason", reason), ("evidence", evidence), ("agreed_by", agreed_by)):
        if not value.strip():
            raise BadInput(field=field, problem="missing")
    case, force = _take(case_id, "excuse", actor, "excuse_breach", at, now, None)
    if not case.clocks.filter(promise=promise).exists():
        raise NotFound(subject="clock")
    facts = {
        "promise": promise,
        "note": reason.strip(),
        "evidence": evidence.strip(),
        "agreed_by": agreed_by.strip(),
    }
    return _finish(case, force, "excuse", actor, at, now, facts)


@transaction.atomic
def _simple(
    case_id: int,
    act: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    version: int | None,
    *,
    note: str,
) -> Case:
    case, force = _take(case_id, act, actor, "work_case", at, now, version)
    if act in ("depart", "arrive"):
        case.onsite = True
    data = {"note": note.strip()[:LONGEST_TEXT]} if note.strip() else {}
    return _finish(case, force, act, actor, at, now, data)


def _take(
    case_id: int,
    act: str,
    actor: Person | None,
    right: str,
    at: datetime,
    now: datetime,
    version: int | None,
) -> tuple[Case, InForce]:
    """Lock the case and check that this person may do this act on it now. Of two at once, the later one is told.

    Raises:
        NotFound, NotAllowed, IllegalMove, StaleVersion, BadInput (a time that cannot be).
    """
    case = queries.locked_case(case_id)
    _check_right(actor, right)
    if version is not None and version != case.version:
        raise StaleVersion(subject="case", number=case.number)
    _check_time(actor, at=at, now=now)
    if at < case.reported_at:
        raise BadInput(field="at", problem="before_report")
    # What happened before the resolution may be entered after it; it leaves the state alone.
    late = case.resolved_at is not None and at <= case.resolved_at and act in cases.ACTS_WHILE_OPEN
    state = case.state if late else cases.state_after(case.state, act)
    if state is None:
        raise IllegalMove(subject="case", state=case.state, act=act)
    case.state = state
    return case, contracts.with_version(case.contract, case.plan_version_id)


def _finish(
    case: Case,
    force: InForce,
    act: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    data: Mapping[str, Any],
) -> Case:
    """Record the event, reckon the clocks, keep the case."""
    case.version += 1
    ledger.record(
        cases.EVENT_OF_ACT[act],
        contract_id=case.contract_id,
        subject=("case", case.pk),
        actor=actor,
        at=at,
        now=now,
        data=data,
    )
    clocks.reckon(case, force, now=now)
    case.save()
    return case


def _check_right(actor: Person | None, act: str) -> None:
    if actor is not None and not actor.may(act):
        raise NotAllowed(act=act)


def _check_time(actor: Person | None, *, at: datetime, now: datetime) -> None:
    if at > now + CLOCK_SKEW:
        raise BadInput(field="at", problem="future")
    if at < now - EARLIEST:
        raise BadInput(field="at", problem="too_old")
    if at < now - BACK_DATE_AFTER:
        _check_right(actor, "back_date")


def _check_report(
    force: InForce, title: str, description: str, kind: str, severity: str, channel: str, key: str
) -> None:
    if not title.strip():
        raise BadInput(field="title", problem="missing")
    for field, text, limit in (
        ("title", title, LONGEST_TITLE),
        ("description", description, LONGEST_TEXT),
        ("idempotency_key", key, 120),
    ):
        if len(text) > limit:
            raise BadInput(field=field, problem="too_long", limit=limit)
        if "\0" in text:
            raise BadInput(field=field, problem="bad_character")
    if kind not in KINDS:
        raise BadInput(field="kind")
    if channel not in CHANNELS:
        raise BadInput(field="channel")
    if severity:
        _severity(force, severity)


def _check_place(contract: Contract, site: Site | None, device: Device | None) -> None:
    if site is not None and site.contract_id != contract.pk:
        raise BadInput(field="site")
    if device is not None and device.contract_id != contract.pk:
        raise BadInput(field="device")


def _severity(force: InForce, severity: str) -> str:
    """A level of the contract's plan by its id."""
    known = [level.id for level in force.running.plan.severities] if force.running else []
    if severity not in known:
        raise BadInput(field="severity", problem="not_in_plan")
    return severity
