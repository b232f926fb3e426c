"""Duties: their obligations are made by the calendar; the first that is still to be done is done, or is not."""

from luyue.domain.plan.model import Duty
from luyue.obligations.models import Obligation
from tests.statements.drives import owed
from tests.statements.drives.world import NOW, Driven, World


def _first(world: World, duty: Duty) -> Obligation:
    rows = Obligation.objects.filter(contract=world.contract, promise=duty.id, due_at__gt=NOW)
    one = rows.order_by("due_at", "pk").first()
    assert one is not None, f"{duty.id}: nothing was made"
    return one


def met(world: World, duty: Duty) -> Driven:
    return owed.fulfilled(world, _first(world, duty))


def missed(world: World, duty: Duty) -> Driven:
    return owed.neglected(_first(world, duty))
