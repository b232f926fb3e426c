"""Availability and failure rate out of the faults that were reported on devices (A-7).

A fault that names no device counts for every device when the plan calls it the gravest level, or knows no levels;
others are told beside the figure, so that somebody can name the device.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from luyue.desk.models import Case, Kind
from luyue.desk.queries import moment, seconds
from luyue.devices.models import Device
from luyue.domain.cases import CANCELLED, CLOSED, MERGED, REOPENED, REPORTED, RESOLVED, UNMERGED
from luyue.domain.measures.downtime import Down, Span, clipped, down, outages, united
from luyue.domain.measures.judging import Value, share
from luyue.domain.measures.why import Step, hours, step
from luyue.ledger.models import Event
from luyue.measures.models import Exclusion
from luyue.measures.reckoning.ground import MOST_EXCLUDED, Found, Ground, told

_BEGINS = frozenset({REPORTED, REOPENED, UNMERGED})
_ENDS = frozenset({"case.restored", RESOLVED, CLOSED})
_VOIDS = frozenset({CANCELLED, MERGED})
FAILURES = "system.failure_rate"


@dataclass
class Faults:
    """The faults of a period. by_device: device → (case, outages); whole: of every device."""

    by_device: dict[int, list[tuple[Case, list[Span]]]] = field(default_factory=dict)
    whole: list[tuple[Case, list[Span]]] = field(default_factory=list)
    deviceless: int = 0
    out_of_scope: int = 0

    def of(self, device: Device | None) -> list[tuple[Case, list[Span]]]:
        own = self.by_device.get(device.pk, []) if device else []
        return [*own, *self.whole]


def reckon(ground: Ground) -> Sequence[Found]:
    faults = _faults(ground)
    if ground.subject == "device":
        return [_of_device(ground, one, faults) for one in ground.devices]
    return [_of_whole(ground, faults)]


def _of_device(ground: Ground, device: Device, faults: Faults) -> Found:
    reckoned, spared, number = _down(ground, device, faults)
    return Found(
        ground.bounds,
        _value(ground, reckoned),
        device=device,
        excluded=spared[:MOST_EXCLUDED],
        steps=[step("device", name=device.name), *_told(reckoned, number), *_beside(faults)],
    )


def _of_whole(ground: Ground, faults: Faults) -> Found:
    # A contract without devices, for software, is one system.
    things: Sequence[Device | None] = ground.devices or [None]
    total, cases = Down(), set[int]()
    left_out: dict[object, dict[str, object]] = {}
    for device in things:
        reckoned, spared, _number = _down(ground, device, faults)
        total += reckoned
        left_out |= {row["id"]: row for row in spared}
        cases |= {case.pk for case, spans in faults.of(device) if clipped(spans, *ground.window)}
    steps = [step("devices", n=len(things)), *_told(total, len(cases)), *_beside(faults)]
    return Found(
        ground.bounds, _value(ground, total), excluded=list(left_out.values())[:MOST_EXCLUDED], steps=steps
    )


def _down(ground: Ground, device: Device | None, faults: Faults) -> tuple[Down, list[dict[str, object]], int]:
    """Downtime of one thing, what was left out of it, number of faults."""
    start, end = ground.window
    own = faults.of(device)
    rows = [row for row in ground.exclusions if _covers(row, device, own)]
    spans = [span for _case, some in own for span in some]
    holes = [hole for row in rows for hole in _holes(row, own)]
    number = sum(1 for _case, some in own if clipped(some, start, end))
    return down(spans, holes, start, end), [told(row, start, end) for row in rows], number


def _holes(row: Exclusion, own: Iterable[tuple[Case, list[Span]]]) -> list[Span]:
    """The time that an exclusion leaves out. One of a case leaves out its outage only: the rest goes on counting."""
    begin, end = seconds(row.starts_at), seconds(row.ends_at)
    if row.case_id is None:
        return [(begin, end)]
    return clipped([span for case, some in own if case.pk == row.case_id for span in some], begin, end)


def _covers(row: Exclusion, device: Device | None, own: Iterable[tuple[Case, list[Span]]]) -> bool:
    if row.device_id is not None:
        return device is not None and device.pk == row.device_id
    if row.site_id is not None:
        return device is not None and device.site_id == row.site_id
    if row.case_id is not None:
        return any(case.pk == row.case_id for case, _spans in own)
    return True


def _value(ground: Ground, reckoned: Down) -> Value | None:
    if ground.quota.measure == FAILURES:
        return share(reckoned.down, reckoned.time)
    return share(reckoned.time - reckoned.down, reckoned.time)


def _told(reckoned: Down, number: int) -> list[Step]:
    steps = [step("time", hours=hours(reckoned.time), excluded=hours(reckoned.excluded))]
    steps.append(step("down", hours=hours(reckoned.down), n=number))
    return [*steps, step("spared", hours=hours(reckoned.spared))] if reckoned.spared else steps


def _beside(faults: Faults) -> list[Step]:
    steps = []
    if faults.deviceless:
        steps.append(step("deviceless", n=faults.deviceless))
    if faults.out_of_scope:
        steps.append(step("out_of_scope", n=faults.out_of_scope))
    return steps


def _faults(ground: Ground) -> Faults:
    """The faults that were open in the period. Two queries, however many there are."""
    start, end = ground.window
    cases = list(
        Case.objects.filter(
            Q(resolved_at=None) | Q(resolved_at__gt=moment(start)),
            contract_id=ground.contract_id, kind=Kind.FAULT, reported_at__lt=moment(end),
        ).only("pk", "device_id", "site_id", "severity", "in_scope", "title", "reported_at", "contract_id")
    )  # fmt: skip
    events = _events_of(case.pk for case in cases)
    levels = ground.running.plan.severities
    gravest = levels[0].id if levels else None
    known = {device.pk for device in ground.devices}
    found = Faults()
    for case in cases:
        spans = outages(events.get(case.pk, ()), end, begins=_BEGINS, ends=_ENDS, voids=_VOIDS)
        if not clipped(spans, start, end):
            continue
        if not case.in_scope:
            found.out_of_scope += 1
        elif case.device_id is not None:
            if case.device_id in known:
                found.by_device.setdefault(case.device_id, []).append((case, united(spans)))
        elif case.severity == gravest or (gravest is None and ground.subject == ""):
            found.whole.append((case, united(spans)))
        else:
            found.deviceless += 1
    return found


def _events_of(cases: Iterable[int]) -> Mapping[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = {}
    rows = Event.objects.filter(
        subject_kind="case", subject_id__in=list(cases), kind__in=_BEGINS | _ENDS | _VOIDS
    )
    for kind, number, at in rows.order_by("id").values_list("kind", "subject_id", "occurred_at"):
        found.setdefault(number, []).append((kind, seconds(at)))
    return found
