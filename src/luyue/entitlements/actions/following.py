"""What follows from closed cases and failed lines: uses by channel, hours and charges; rules on devices (A-2 to A-4).

Reckoned anew whenever a case is closed again or its charges change; what a person has decided is left alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Q

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

CHANGED = ["state", "facts", "reason", "waiver"]
EVENT_OF = {
    "broken": "entitlement.broken", "open": "entitlement.claimed", "withdrawn": "entitlement.withdrawn",
}  # fmt: skip
# Who finds such uses finds them anew; the others come about once.
FOUND_ANEW = Q(origin__in=["case", "device"])


def lock(of: Contract) -> None:
    """Only one transaction at a time reckons the uses of a contract; before anything is read of what they follow from.

    Else two jobs, each seeing half of the cases of a device, both claim for it.
    """
    Contract.objects.select_for_update(no_key=True).only("pk").get(pk=of.pk)


@transaction.atomic
def follow_cases(of: Contract, cases: Iterable[Case], *, now: datetime, aloud: bool = True) -> list[Use]:
    """Write down what closed cases of a contract used; take back what they, and cancelled ones, did not use after all.

    A reopened case keeps what it used until it ends anew. Returns the new uses; aloud: people are told of claims and
    breaks.
    """
    lock(of)
    rights = Rights(of)
    rows = list(
        Case.objects.select_related("device")
        .filter(pk__in=[case.pk for case in cases], state__in=["closed", "cancelled"])
        .order_by("pk")
    )
    numbers = [case.pk for case in rows]
    # A case that was moved to another device: the one that it was charged to is reckoned without it.
    devices = {case.device_id for case in rows if case.device_id is not None} | set(
        Use.objects.filter(FOUND_ANEW, contract=of, case__in=numbers, device__isnull=False).values_list(
            "device", flat=True
        )
    )
    faults = _faults(devices)
    charges = {
        one.case_id: one
        for one in Charge.objects.filter(
            case__in=[*numbers, *(case.pk for _f, case in chain(*faults.values()))]
        )
    }
    wanted: list[Use] = []
    for case in rows:
        if case.state == "closed":
            wanted += _of_case(rights, case, charges.get(case.pk), now)
            wanted += _removed(rights, case, charges.get(case.pk), now)
    wanted += _of_devices(rights, faults, charges, now)
    before = Q(case__in=numbers) | Q(device__in=devices) & ~Q(key__startswith="removed:")
    return keep(of, wanted, of_before=FOUND_ANEW & before, now=now, aloud=aloud)


def keep(of: Contract, wanted: Sequence[Use], *, of_before: Q, now: datetime, aloud: bool) -> list[Use]:
    """Insert uses that are new, change those that came out otherwise, withdraw those that are none any more; what a
    person has decided stays. Call under `lock`.

    Args:
        wanted: all uses that there are now. of_before: where those may be that there were before.
    """
    unique = {(one.promise, one.key): one for one in wanted}
    rows = Use.objects.select_for_update().filter(
        of_before | Q(key__in={one.key for one in wanted}), contract=of
    )
    known = {(one.promise, one.key): one for one in rows.order_by("pk")}
    fresh = [one for place, one in unique.items() if place not in known]
    before = {one.pk: one.state for one in known.values()}
    changed = [one for place, one in known.items() if _reckon(one, unique.get(place))]
    Use.objects.bulk_create(fresh, batch_size=2000)
    Use.objects.bulk_update(changed, CHANGED, batch_size=500)
    moved = [one for one in changed if one.state != before[one.pk]]
    told = [one for one in (*fresh, *moved) if one.state in EVENT_OF and one.origin != "review"]
    ledger.record_many(
        ledger.Entry(
            EVENT_OF[one.state], of.pk, ("use", one.pk), None, min(one.happened_at, now), now, facts_of(one)
        )
        for one in told
    )
    if aloud:
        for state in ("broken", "open"):
            some = [one for one in told if one.state == state]
            for person in notes.leads_of(of.pk) if some else ():
                tell(notes.several(EVENT_OF[state], some, person, now), now=now)
    return fresh


def _reckon(one: Use, found: Use | None) -> bool:
    """Make of a known use what the rules find now; whether that is something else."""
    if one.by_hand:
        return False
    old = (one.state, one.reason, one.facts)
    state = rules.reckoned(State(one.state), State(found.state) if found else None, by_hand=one.by_hand)
    one.reason, one.facts = (found.reason, found.facts) if found else ("corrected", one.facts)
    if one.state != state and one.waiver == "asked":
        one.waiver = ""  # there is nothing left that the customer could let pass
    one.state = str(state)
    return (one.state, one.reason, one.facts) != old


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
        found.append(
            new_use(
                rights, running, one, origin="case", key=f"case:{case.pk}", at=case.reported_at, now=now, case=case,
                **_charged(one, charge),
            )
        )  # fmt: skip
    return found


Faults = Mapping[int, Sequence[tuple[Fault, Case]]]
Charges = Mapping[int, Charge]


def _faults(devices: Collection[int]) -> Faults:
    """Device → its faults that were mended, the earliest first."""
    cases = (
        Case.objects.select_related("device")
        .filter(device__in=devices, kind="fault", state="closed", resolved_at__isnull=False)
        .order_by("device", "reported_at", "pk")
    )
    found: dict[int, list[tuple[Fault, Case]]] = {}
    for one in cases if devices else ():
        assert one.device_id is not None
        assert one.resolved_at is not None
        fault = Fault(one.pk, local_day(one.reported_at), local_day(one.resolved_at))
        found.setdefault(one.device_id, []).append((fault, one))
    return found


def _spent(of: Contract, devices: Collection[int]) -> dict[str, set[int]]:
    """Promise → cases whose faults made a claim that somebody has decided."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = Use.objects.filter(contract=of, origin="device", device__in=devices, by_hand=True)
    for promise, facts in rows.values_list("promise", "facts") if devices else ():
        found[promise] |= set(facts.get("cases", ()))
    return found


def _of_devices(rights: Rights, faults: Faults, charges: Charges, now: datetime) -> list[Use]:
    found: list[Use] = []
    spent = _spent(rights.of, faults.keys())
    for rows in faults.values():
        cases = {fault.case: case for fault, case in rows}
        for running, one in _device_rules(rights, cases.values()):
            finder = _Finder(rights, running, one, cases, charges, now)
            found += finder.uses([fault for fault, _case in rows], spent[one.id])
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


@dataclass(frozen=True)
class _Finder:
    """One rule and the faults of one device."""

    rights: Rights
    running: RunningPlan
    one: Entitlement
    cases: Mapping[int, Case]
    charges: Charges
    now: datetime

    def uses(self, faults: Sequence[Fault], spent: Collection[int]) -> list[Use]:
        one, ground = self.one, self.rights.ground(self.running)
        holding = [fault for fault in faults if rules.holds_on(one, ground, fault.day)]
        if one.faults is not None and one.in_months is not None:
            runs = rules.repeated(holding, one.faults, one.in_months, spent)
            return [self._claim([fault.case for fault in run]) for run in runs]
        if one.in_months is not None:
            return [self._free_again(*pair) for pair in rules.again_within(holding, one.in_months)]
        return self._extensions(holding) if one.topic == "warranty.extension" else []

    def _extensions(self, holding: Sequence[Fault]) -> list[Use]:
        made: list[Use] = []
        before: list[tuple[int, int]] = []
        for fault in holding:
            case = self.cases[fault.case]
            assert case.resolved_at is not None
            stretch = (seconds(case.reported_at), seconds(case.resolved_at))
            if added := rules.added_downtime(before, stretch):
                made.append(self._claim([fault.case], seconds=added))
            before.append(stretch)
        return made

    def _claim(self, numbers: Sequence[int], **facts: int) -> Use:
        last = self.cases[numbers[-1]]
        return new_use(
            self.rights, self.running, self.one, origin="device", key=f"fault:{last.pk}",
            at=last.closed_at or last.reported_at, now=self.now, due=True, case=last, device=last.device,
            facts={"cases": list(numbers), **facts},
        )  # fmt: skip

    def _free_again(self, before: Fault, after: Fault) -> Use:
        case = self.cases[after.case]
        return new_use(
            self.rights, self.running, self.one, origin="case", key=f"case:{case.pk}", at=case.reported_at,
            now=self.now, case=case, device=case.device,
            **_charged(self.one, self.charges.get(case.pk), cases=[before.case, after.case]),
        )  # fmt: skip


def _charged(one: Entitlement, charge: Charge | None, **facts: Any) -> dict[str, Any]:
    """State, reason and facts of a use by what was charged."""
    too_much = rules.overcharged(rules.promised_charges(one), charge.items() if charge else {})
    if not too_much:
        return {"state": State.KEPT, "facts": facts}
    return {"state": State.BROKEN, "reason": "overcharged", "facts": {**facts, "too_much": too_much}}


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
        of = contracts.contract(number)
        lock(of)
        rights = Rights(of)
        made += keep(
            of,
            [
                new_use(
                    rights, running, one, origin="breach", key=f"line:{event.pk}", at=event.occurred_at, now=now,
                    state=State.BROKEN, reason="line_failed", what=str(event.data.get("note", ""))[:300],
                )
                for running, one in rights.on(local_day(event.occurred_at), Family.SUPPORT)
                if rules.line_serves(one, line_kind)
            ],
            of_before=Q(key=f"line:{event.pk}"),
            now=now,
            aloud=True,
        )  # fmt: skip
    return made
