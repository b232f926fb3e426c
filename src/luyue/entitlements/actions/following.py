"""What follows from closed cases and failed lines: uses by channel, hours and charges; rules on devices (A-2 to A-4).

Reckoned anew whenever a case is closed again or its charges change; what a person has decided is left alone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.plans import RunningPlan
from luyue.contracts.queries import local_day
from luyue.desk.models import Case
from luyue.desk.queries import moment, seconds
from luyue.domain import entitlements as rules
from luyue.domain.entitlements import Family, Fault, State
from luyue.domain.plan.model import Entitlement
from luyue.entitlements import notes
from luyue.entitlements.ground import Rights
from luyue.entitlements.models import Charge, Use
from luyue.ledger.models import Event
from luyue.notices.actions import tell

CHANGED = ["state", "facts", "reason"]


@transaction.atomic
def follow_cases(of: Contract, cases: Iterable[Case], *, now: datetime, aloud: bool = True) -> list[Use]:
    """Write down what closed cases of a contract used. Returns the new uses; aloud: people are told of claims and
    breaks."""
    rights = Rights(of)
    rows = [case for case in cases if case.state == "closed"]
    charges = {one.case_id: one for one in Charge.objects.filter(case__in=[case.pk for case in rows])}
    wanted: list[Use] = []
    for case in rows:
        wanted += _of_case(rights, case, charges.get(case.pk), now)
    devices = {case.device_id for case in rows if case.device_id is not None}
    if devices:
        wanted += _of_devices(rights, devices, now)
        for case in rows:
            wanted += _removed(rights, case, charges.get(case.pk), now)
    return keep(wanted, now=now, aloud=aloud)


def keep(wanted: Sequence[Use], *, now: datetime, aloud: bool) -> list[Use]:
    """Insert uses that are new, change those that came out otherwise; the others and the decided ones stay."""
    if not wanted:
        return []
    of = wanted[0].contract_id
    known = {
        (one.promise, one.key): one
        for one in Use.objects.select_for_update().filter(contract=of, key__in={one.key for one in wanted})
    }
    unique = {(one.promise, one.key): one for one in wanted}
    fresh = [one for place, one in unique.items() if place not in known]
    changed = []
    for place, one in unique.items():
        old = known.get(place)
        if (
            old is None
            or old.by_hand
            or old.origin != "case"
            or (old.state, old.reason) == (one.state, one.reason)
        ):
            continue
        for field in CHANGED:
            setattr(old, field, getattr(one, field))
        changed.append(old)
    # Two workers at once: the second's rows are there already.
    Use.objects.bulk_create(fresh, batch_size=2000, ignore_conflicts=True)
    if fresh:
        numbers = {
            (promise, key): pk
            for pk, promise, key in Use.objects.filter(
                contract=of, key__in={one.key for one in fresh}
            ).values_list("pk", "promise", "key")
        }
        for one in fresh:
            one.pk = numbers[one.promise, one.key]
    Use.objects.bulk_update(changed, CHANGED, batch_size=500)
    told = [one for one in (*fresh, *changed) if one.state in ("broken", "open") and one.origin != "review"]
    ledger.record_many(
        ledger.Entry(
            "entitlement.broken" if one.state == "broken" else "entitlement.claimed", of, ("use", one.pk), None,
            min(one.happened_at, now), now, facts_of(one),
        )
        for one in told
    )  # fmt: skip
    if aloud and told:
        for kind, state in (("entitlement.broken", "broken"), ("entitlement.claimed", "open")):
            some = [one for one in told if one.state == state]
            for person in notes.leads_of(of) if some else ():
                tell(notes.several(kind, some, person, now), now=now)
    return fresh


def facts_of(one: Use) -> dict[str, Any]:
    """What the ledger is told of a use."""
    data = {
        "promise": one.promise, "state": one.state, "origin": one.origin, "case": one.case_id, "device": one.device_id,
        "what": one.what[:200], "reason": one.reason[:200], "facts": one.facts,
        "due": seconds(one.due_at) if one.due_at else None,
    }  # fmt: skip
    return {name: value for name, value in data.items() if value not in (None, "", {})}


def new_use(
    rights: Rights, running: RunningPlan, one: Entitlement, *, origin: str, key: str, at: datetime, now: datetime,
    state: State = State.OPEN, due: bool = False, **more: Any,
) -> Use:  # fmt: skip
    """An unsaved use. due: it has to be met in time."""
    day = local_day(at)
    due_at = moment(rules.due_of(one, rights.ground(running), day)) if due else None
    return Use(
        contract=rights.of, plan_version_id=running.version_id, promise=one.id, family=str(rules.family_of(one)),
        origin=origin, key=key, happened_at=at, due_at=due_at, counts_at=due_at or at, state=str(state),
        recorded_at=now, **more,
    )  # fmt: skip


def _of_case(rights: Rights, case: Case, charge: Charge | None, now: datetime) -> list[Use]:
    day = local_day(case.reported_at)
    running = rights.running(day)
    if running is None:
        return []
    facts = rights.facts(case, running)
    calendars = rights.ground(running).calendars
    found = []
    for _running, one in rights.on(day, Family.CHARGES, Family.SUPPORT):
        calendar = calendars.get(one.calendar) if one.calendar else None
        if not rules.uses_case(one, facts, calendar, seconds(case.reported_at)):
            continue
        too_much = rules.overcharged(rules.promised_charges(one), charge.items() if charge else {})
        found.append(
            new_use(
                rights, running, one, origin="case", key=f"case:{case.pk}", at=case.reported_at, now=now, case=case,
                state=State.BROKEN if too_much else State.KEPT, reason="overcharged" if too_much else "",
                facts={"too_much": too_much} if too_much else {},
            )
        )  # fmt: skip
    return found


def _faults(device_id: int) -> list[tuple[Fault, Case]]:
    cases = (
        Case.objects.select_related("device")
        .filter(device_id=device_id, kind="fault", state="closed", resolved_at__isnull=False)
        .order_by("reported_at", "pk")
    )
    return [
        (Fault(one.pk, local_day(one.reported_at), local_day(one.resolved_at)), one)
        for one in cases
        if one.resolved_at is not None
    ]


def _of_devices(rights: Rights, devices: Iterable[int], now: datetime) -> list[Use]:
    found: list[Use] = []
    for device_id in sorted(devices):
        faults = _faults(device_id)
        cases = {fault.case: case for fault, case in faults}
        for running, one in _device_rules(rights, cases.values()):
            found += _by_rule(rights, running, one, [fault for fault, _case in faults], cases, now)
    return found


def _device_rules(rights: Rights, cases: Iterable[Case]) -> list[tuple[RunningPlan, Entitlement]]:
    """The rules of the plans under which the cases ran."""
    plans = {
        running.version_id: running
        for case in cases
        if (running := rights.running(local_day(case.reported_at))) is not None
    }
    return [
        (running, one)
        for running in plans.values()
        for one in running.plan.entitlements
        if rules.family_of(one) is Family.DEVICES
    ]


def _by_rule(
    rights: Rights,
    running: RunningPlan,
    one: Entitlement,
    faults: Sequence[Fault],
    cases: dict[int, Case],
    now: datetime,
) -> list[Use]:
    ground = rights.ground(running)
    holding = [fault for fault in faults if rules.holds_on(one, ground, fault.day)]
    made: list[Use] = []
    if one.faults is not None and one.in_months is not None:
        for run in rules.repeated(holding, one.faults, one.in_months):
            made.append(_claim_of(rights, running, one, cases, [fault.case for fault in run], now))
    elif one.in_months is not None:
        for before, after in rules.again_within(holding, one.in_months):
            made.append(_free_again(rights, running, one, cases, before, after, now))
    elif one.topic == "warranty.extension":
        before_: list[tuple[int, int]] = []
        for fault in holding:
            case = cases[fault.case]
            assert case.resolved_at is not None
            stretch = (seconds(case.reported_at), seconds(case.resolved_at))
            if added := rules.added_downtime(before_, stretch):
                made.append(_claim_of(rights, running, one, cases, [fault.case], now, {"seconds": added}))
            before_.append(stretch)
    return made


def _claim_of(
    rights: Rights, running: RunningPlan, one: Entitlement, cases: dict[int, Case], numbers: Sequence[int],
    now: datetime, facts: dict[str, Any] | None = None,
) -> Use:  # fmt: skip
    last = cases[numbers[-1]]
    return new_use(
        rights, running, one, origin="device", key=f"fault:{last.pk}", at=last.closed_at or last.reported_at, now=now,
        due=True, case=last, device=last.device, facts={"cases": list(numbers), **(facts or {})},
    )  # fmt: skip


def _free_again(
    rights: Rights, running: RunningPlan, one: Entitlement, cases: dict[int, Case], before: Fault, after: Fault,
    now: datetime,
) -> Use:  # fmt: skip
    case = cases[after.case]
    charge = Charge.objects.filter(case=case).first()
    too_much = rules.overcharged(rules.promised_charges(one), charge.items() if charge else {})
    return new_use(
        rights, running, one, origin="case", key=f"case:{case.pk}", at=case.reported_at, now=now, case=case,
        device=case.device, state=State.BROKEN if too_much else State.KEPT, reason="overcharged" if too_much else "",
        facts={"cases": [before.case, after.case], **({"too_much": too_much} if too_much else {})},
    )  # fmt: skip


def _removed(rights: Rights, case: Case, charge: Charge | None, now: datetime) -> list[Use]:
    """Old parts and media that were taken out are owed to the customer, or to the store."""
    if charge is None:
        return []
    wanted = {"parts_disposal"} if charge.parts_removed or charge.media_removed else set()
    wanted |= {"media"} if charge.media_removed else set()
    return [
        new_use(
            rights, running, one, origin="device", key=f"removed:{case.pk}", at=case.closed_at or case.reported_at,
            now=now, due=True, case=case, device=case.device, facts={"cases": [case.pk]},
        )
        for running, one in rights.on(local_day(case.reported_at), Family.DEVICES)
        if one.topic.partition(".")[0] in wanted
    ]  # fmt: skip


@transaction.atomic
def line_failed(event: Event, *, contract_ids: Iterable[int], line_kind: str, now: datetime) -> list[Use]:
    """A line is out of order: what could not be used by it is broken, once for each failure."""
    made: list[Use] = []
    for number in contract_ids:
        rights = Rights(contracts.contract(number))
        made += keep(
            [
                new_use(
                    rights, running, one, origin="breach", key=f"line:{event.pk}", at=event.occurred_at, now=now,
                    state=State.BROKEN, reason="line_failed", what=str(event.data.get("note", ""))[:300],
                )
                for running, one in rights.on(local_day(event.occurred_at), Family.SUPPORT)
                if rules.line_serves(one, line_kind)
            ],
            now=now,
            aloud=True,
        )  # fmt: skip
    return made
