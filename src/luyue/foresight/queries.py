"""Reads of reckonings. `room` opens the firm's own rows to those who may foresee plans."""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from django.db.models import QuerySet

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts.queries import scope_of
from luyue.domain.foresight.samples import Sample
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Plan
from luyue.domain.plan.spans import Unit
from luyue.domain.refusals import NotFound
from luyue.foresight.models import Foreseen, Foresight
from luyue.ledger.wall import Scope, scope

SUBJECT = "foresight"
RIGHT = "foresee_plan"


@contextmanager
def room(person: Person) -> Iterator[None]:
    """The scope of everything for who may foresee plans, for reads and acts on reckonings alone. Cases of contracts are
    read in the scope of those contracts, see `taking`.

    Raises:
        NotAllowed.
    """
    require(person, RIGHT)
    with scope(Scope.everything()):
        yield


def visible(to: Person) -> QuerySet[Foresight]:
    """Without the plan's text: all for who sees all contracts; else a person's own, while he sees every one used."""
    rows = Foresight.objects.select_related("plan_version", "draft").defer(
        "source", "content", "draft__text", "plan_version__source"
    )
    if to.sees_all:
        return rows
    return rows.filter(author=to, contract_ids__contained_by=sorted(scope_of(to).contracts))


def one(foresight_id: int, *, to: Person) -> Foresight:
    """With the plan's text. Raises NotFound, also for one that is not the person's business."""
    found = (
        visible(to)
        .defer(None)
        .defer("content", "draft__text", "plan_version__source")
        .filter(pk=foresight_id)
        .first()
    )
    if found is None:
        raise NotFound(subject=SUBJECT)
    return found


@lru_cache(maxsize=32)
def _plan(source: str) -> Plan:
    return load_plan(source.encode()).plan


def plan_of(of: Foresight) -> Plan:
    """The plan that was reckoned with."""
    return _plan(of.source)


def samples_of(of: Foresight) -> list[Sample]:
    """What the cases needed of each promise, in the plan's order."""
    return [_sample(row) for row in Foreseen.objects.filter(foresight=of).order_by("position")]


def _sample(row: Foreseen) -> Sample:
    return Sample(
        row.promise, Unit(row.unit), row.limit, _numbers(row.acted), _numbers(row.unacted), row.excused,
        tuple(row.hours), row.told,
    )  # fmt: skip


def _numbers(packed: bytes | memoryview) -> "array[int]":
    found = array("i")
    found.frombytes(bytes(packed))
    return found


def packed(numbers: Sequence[int]) -> bytes:
    """As a row keeps them."""
    return array("i", numbers).tobytes()
