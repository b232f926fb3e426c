"""An emergency repair holds its case until the customer has accepted plan, drawings and equipment list (F-3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from luyue.desk.models import Case
from luyue.domain import work_orders
from luyue.domain.refusals import Held
from luyue.field import queries
from luyue.field.models import WorkOrder

ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A repair that the customer has not signed, with the papers that it still lacks."""

    order: WorkOrder
    papers: Sequence[str]

    @property
    def missing(self) -> tuple[str, ...]:
        return (*self.papers, ACCEPTANCE)


def waiting(case_id: int) -> Waiting | None:
    """The first repair of a case that still has to be accepted."""
    found = WorkOrder.objects.filter(case_id=case_id, kind=work_orders.EMERGENCY_REPAIR)
    order = found.exclude(state__in=work_orders.PAST_ACCEPTANCE).order_by("id").first()
    if order is None:
        return None
    filed = queries.filed_papers(queries.entries_of(order.pk))
    return Waiting(order, work_orders.open_papers(order.kind, filed))


def hold_case(case: Case, act: str) -> None:
    """The gate of the desk. Raises Held."""
    found = waiting(case.pk)
    if found is not None:
        raise Held(
            subject="case", act=act, number=found.order.number, missing=",".join(found.missing),
            link=reverse("field:order", args=[found.order.pk]),
        )  # fmt: skip
