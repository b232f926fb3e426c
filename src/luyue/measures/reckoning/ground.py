"""What a quota is reckoned with in one period, and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from luyue.contracts.models import Contract
from luyue.contracts.plans import RunningPlan
from luyue.contracts.queries import ZONE
from luyue.desk.queries import moment, seconds
from luyue.devices.models import Device, Site
from luyue.domain.measures.catalogue import Measure, device_kinds, measure_of, subject_of
from luyue.domain.measures.judging import Bounds, Value
from luyue.domain.measures.why import Step
from luyue.domain.plan.model import Quota
from luyue.domain.statement import Period
from luyue.measures.models import Exclusion, PartLimit, Reading

# Of what was left out, so many rows are kept with a measurement.
MOST_EXCLUDED = 50


@dataclass
class Contractual:
    """What the quotas of one contract share while they are reckoned; each is read once."""

    contract: Contract

    @cached_property
    def devices(self) -> list[Device]:
        return list(Device.objects.filter(contract=self.contract).order_by("name", "id"))

    @cached_property
    def sites(self) -> list[Site]:
        return list(Site.objects.filter(contract=self.contract).order_by("name", "id"))

    @cached_property
    def limits(self) -> Mapping[tuple[str, str], PartLimit]:
        """(promise, part) → the figure that counts."""
        rows = PartLimit.objects.filter(contract=self.contract, ended_at=None)
        return {(row.promise, row.part): row for row in rows}


@dataclass
class Ground:
    """A quota in one period. first, last: its days within the service; whole: whether that is the whole period.

    now: UTC seconds; nothing later counts.
    """

    of: Contractual
    running: RunningPlan
    quota: Quota
    bounds: Bounds
    first: date
    last: date
    share: tuple[int, int]
    now: int
    steps: list[Step] = field(default_factory=list)

    @property
    def contract_id(self) -> int:
        return self.of.contract.pk

    @property
    def measure(self) -> Measure:
        return measure_of(self.quota.measure)

    @property
    def subject(self) -> str:
        return subject_of(self.quota)

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @cached_property
    def window(self) -> tuple[int, int]:
        """Seconds of the period that have passed, half-open."""
        start, end = self.period.bounds(ZONE)
        return start, max(start, min(end, self.now))

    @property
    def until(self) -> date:
        """The last day that has begun."""
        return min(self.last, moment(self.now).astimezone(ZONE).date())

    @cached_property
    def devices(self) -> list[Device]:
        """The devices that the quota is about."""
        kinds = device_kinds(self.quota)
        return [one for one in self.of.devices if not kinds or one.kind in kinds]

    @cached_property
    def readings(self) -> list[Reading]:
        """The standing readings of the measure in the period, by day."""
        rows = Reading.objects.filter(
            contract_id=self.contract_id, measure=self.quota.measure, replaced_at=None, struck_at=None,
            day__gte=self.first, day__lte=self.until,
        )  # fmt: skip
        return list(rows.order_by("day", "id"))

    @cached_property
    def exclusions(self) -> list[Exclusion]:
        """What does not count of the period."""
        start, end = self.window
        rows = Exclusion.objects.filter(
            Q(promise="") | Q(promise=self.quota.id), contract_id=self.contract_id, struck_at=None,
            starts_at__lt=moment(end), ends_at__gt=moment(start),
        ).select_related("case")  # fmt: skip
        return [row for row in rows.order_by("starts_at", "id") if row.reason != "nothing"]


@dataclass
class Found:
    """A figure of one subject. complete: whether all that belongs to it is known."""

    bounds: Bounds
    value: Value | None = None
    complete: bool = True
    device: Device | None = None
    name: str = ""
    excluded: Sequence[Mapping[str, Any]] = ()
    steps: Sequence[Step] = ()

    @property
    def label(self) -> str:
        return self.device.name if self.device else self.name


def told(row: Exclusion, start: int, end: int) -> dict[str, Any]:
    """What was left out, as it is kept beside the figure: cut to [start, end)."""
    begin, stop = max(start, seconds(row.starts_at)), min(end, seconds(row.ends_at))
    return {
        "id": row.pk, "reason": row.reason, "note": row.note[:200], "by": row.by_name, "from": begin, "to": stop,
        "seconds": max(0, stop - begin),
    }  # fmt: skip
