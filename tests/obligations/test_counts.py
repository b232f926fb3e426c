"""The counts of a day that are kept are those that counting finds, whatever became of obligations."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luyue.contracts.models import Contract
from luyue.contracts.queries import start_of
from luyue.domain.obligations.states import State
from luyue.ledger import wall
from luyue.obligations import actions, queries
from luyue.obligations.models import DayCount, Obligation
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
FIRST = date(2026, 3, 1)
END = FIRST + timedelta(days=40)
# Around midnight in China, where a due time at 24:00 belongs to the day that ends.
DUE = st.one_of(
    st.none(),
    st.builds(lambda day, seconds: start_of(FIRST + timedelta(days=day)) + timedelta(seconds=seconds),
              st.integers(0, 4), st.sampled_from([0, 1, 3600, 86399])),
)  # fmt: skip
STATES = st.sampled_from([str(one) for one in State])
ROWS = st.lists(st.tuples(DUE, STATES), min_size=1, max_size=6)
ACT = st.one_of(
    st.tuples(st.just("make"), ROWS),
    st.tuples(st.just("move"), DUE),
    st.tuples(st.just("turn"), STATES),
    st.tuples(st.just("turn all"), STATES),
    st.tuples(st.just("remove"), st.none()),
    st.tuples(st.just("merge"), st.none()),
)


def counted() -> dict[date, tuple[int, int, int, int]]:
    return queries.per_day(start_of(FIRST), start_of(END))


def kept() -> dict[date, tuple[int, int, int, int]]:
    return {day: row for day, row in queries.kept_per_day(FIRST, END).items() if any(row)}


class Book:
    """Some obligations, and things that happen to them."""

    def __init__(self, of: Contract) -> None:
        self.of, self.version, self.made = of, of.bindings.get().plan_version, 0

    def act(self, name: str, value: object) -> None:
        rows = Obligation.objects.order_by("pk")
        match name:
            case "make":
                Obligation.objects.bulk_create([self.one(*row) for row in value])
            case "move":
                rows.filter(pk__in=rows.values("pk")[:2]).update(due_at=value)
            case "turn":
                if (one := rows.last()) is not None:
                    one.state = str(value)
                    one.save()
            case "turn all":
                rows.update(state=value)
            case "remove":
                rows.filter(pk__in=rows.values("pk")[:1]).delete()
            case "merge":
                actions.merge_day_counts()
                assert DayCount.objects.count() == DayCount.objects.values("day").distinct().count()

    def one(self, due: datetime | None, state: str) -> Obligation:
        self.made += 1
        return Obligation(
            contract=self.of, plan_version=self.version, kind="duty", promise="own", owe="paper.given",
            key=f"n:{self.made}", opens_at=due or factories.NOW, due_at=due, state=state, made_at=factories.NOW,
        )  # fmt: skip


@pytest.fixture
def contract() -> Contract:
    return factories.contract("regional-video")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACT, min_size=1, max_size=10))
def test_what_is_kept_is_what_counting_finds(contract: Contract, acts: list[tuple[str, object]]) -> None:
    with transaction.atomic():
        book = Book(contract)
        for name, value in acts:
            book.act(name, value)
            assert kept() == counted()
        transaction.set_rollback(True)


def test_who_does_not_see_all_contracts_adds_to_the_counts_and_reads_none(contract: Contract) -> None:
    with wall.scope(wall.Scope.of([contract.pk])):
        Book(contract).act("make", [(start_of(FIRST) + timedelta(hours=9), "due")])
        assert not kept()
        assert not DayCount.objects.all().delete()[0]
    assert kept() == counted() == {FIRST: (1, 1, 0, 0)}
