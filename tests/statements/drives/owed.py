"""What duties and triggers have in common: an obligation that is fulfilled, or that nobody fulfils until it is over."""

from datetime import datetime, timedelta

from luyue.obligations import actions
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation
from tests.statements.drives.world import NOW, Driven, World

SECOND = timedelta(seconds=1)


def fulfilled(world: World, one: Obligation) -> Driven:
    """Somebody writes down all that is owed, as soon as he may."""
    at = max(one.opens_at, NOW)
    work = Work(what="已完成", times=one.times, hours=one.hours)
    made = actions.record_done(one.pk, work, actor=world.lead, at=at, now=at)
    return driven(made, at)


def neglected(one: Obligation) -> Driven:
    """Time passes. Before that it is under way, not broken."""
    assert one.due_at is not None, f"{one.promise} has no due time"
    return driven(one, one.due_at + SECOND)


def driven(one: Obligation, now: datetime) -> Driven:
    assert one.due_at is not None, f"{one.promise} has no due time"
    # What is due at 24:00 belongs to the day that ends.
    return Driven(one.due_at - SECOND, now, one.pk, one.contract_id)
