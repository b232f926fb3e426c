"""The entitlements of a contract, made ready for the pure rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.plans import RunningPlan
from luyue.contracts.queries import local_day
from luyue.desk.models import Case
from luyue.domain.cases import Facts
from luyue.domain.entitlements import Family, family_of, holds_on
from luyue.domain.obligations.schedule import Ground
from luyue.domain.plan.execution import is_declared
from luyue.domain.plan.model import Entitlement
from luyue.domain.refusals import NotFound
from luyue.obligations.ground import Segment, ground_of, in_force, segments_of


@dataclass
class Rights:
    """What one contract's plans promise; read once."""

    of: Contract

    def __post_init__(self) -> None:
        self.parts: list[Segment] = segments_of(self.of.pk)
        self._figures = contracts.figures_of(self.of.pk)
        self._grounds: dict[int, Ground] = {}

    def running(self, day: date) -> RunningPlan | None:
        return in_force(self.parts, day)

    def ground(self, running: RunningPlan) -> Ground:
        """Dates, periods and figures of a plan."""
        if running.version_id not in self._grounds:
            self._grounds[running.version_id] = ground_of(self.of, running, self._figures)
        return self._grounds[running.version_id]

    def on(self, day: date, *families: Family) -> Iterator[tuple[RunningPlan, Entitlement]]:
        """The entitlements that hold on a day; of all families where none is named."""
        running = self.running(day)
        if running is None:
            return
        ground = self.ground(running)
        for one in running.plan.entitlements:
            if runs(one) and (not families or family_of(one) in families) and holds_on(one, ground, day):
                yield running, one

    def find(self, promise: str, day: date) -> tuple[RunningPlan, Entitlement]:
        """An entitlement by its id under the plan of a day. Raises NotFound."""
        running = self.running(day)
        found = running.plan.by_id.get(promise) if running is not None else None
        if running is None or not isinstance(found, Entitlement) or not runs(found):
            raise NotFound(subject="entitlement")
        return running, found

    def facts(self, case: Case, running: RunningPlan) -> Facts:
        """What is known of a case. One that only came after the service is judged by the periods."""
        ground, day = self.ground(running), local_day(case.reported_at)
        return Facts(
            kind=case.kind, severity=case.severity or None, onsite=case.onsite, channel=case.channel,
            in_scope=case.in_scope or case.scope_reason == "contract_not_in_force",
            device=case.device.kind if case.device_id and case.device else None,
            periods=frozenset(name for name, stretch in ground.periods.items() if stretch.covers(day)),
            grade=ground.grade or None, options=ground.options,
        )  # fmt: skip


def runs(one: Entitlement) -> bool:
    """Whether an entitlement is executed: it says something that can be kept or broken."""
    return not is_declared(one)


def entitlements_of(contract_id: int) -> dict[str, tuple[RunningPlan, Entitlement]]:
    """Id → plan and entitlement of a contract, the latest plan ruling; in the plan's order."""
    return {
        one.id: (part.running, one)
        for part in segments_of(contract_id)
        for one in part.running.plan.entitlements
        if runs(one)
    }
