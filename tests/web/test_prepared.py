"""Prepared questions give what the query set gives, in objects of the same kind, and write its SQL once."""

from datetime import datetime
from typing import Any

import pytest
from django.db.models import Count, QuerySet

from luyue.desk.models import Case, Clock
from luyue.ledger.wall import Scope
from luyue.web.prepared import prepared
from tests import factories


@prepared
def cases_of(contract_id: int, owner_id: int | None = None) -> QuerySet[Case]:
    found = Case.objects.filter(contract_id=contract_id).select_related("contract__customer", "owner")
    if owner_id is not None:
        found = found.filter(owner_id=owner_id)
    return found.defer("words").annotate(limits=Count("clocks")).order_by("-reported_at", "id")


@prepared
def titles(ids: list[int], since: datetime) -> QuerySet[Case, tuple[int, str, dict[str, Any]]]:
    found = Case.objects.filter(pk__any=ids, reported_at__gte=since).order_by("id")
    return found.values_list("id", "title", "known")


@prepared
def metrics(case_id: int) -> QuerySet[Clock, str]:
    return Clock.objects.filter(case_id=case_id).order_by("id").values_list("metric", flat=True)


@prepared
def with_clocks(number: int) -> QuerySet[Case]:
    return Case.objects.filter(pk=number).prefetch_related("clocks")


@prepared
def of_states(open_only: bool) -> QuerySet[Case]:
    return Case.objects.filter(state__in=["open"] if open_only else [])


@pytest.fixture
def made(everything: Scope) -> list[Case]:
    contract, owner = factories.contract(), factories.person("engineer")
    cases = [factories.case(contract, title=f"{number} 号摄像机 100% 黑屏") for number in range(3)]
    Case.objects.filter(pk=cases[1].pk).update(owner=owner)
    return [*cases, factories.case(factories.contract())]


def plain(case: Case) -> dict[str, object]:
    return {name: value for name, value in case.__dict__.items() if name != "_state"}


def test_objects_are_those_of_the_query_set_with_what_was_selected_along(made: list[Case]) -> None:
    for contract in {case.contract_id for case in made}:
        read, usual = cases_of.rows(contract), list(cases_of(contract))
        assert len(usual) in (1, 3)
        assert [plain(one) for one in read] == [plain(one) for one in usual]
        for one, other in zip(read, usual, strict=True):
            assert one.get_deferred_fields() == other.get_deferred_fields() == {"words"}
            assert plain(one.contract) == plain(other.contract)
            assert one.contract.customer.name == other.contract.customer.name
            assert one.owner == other.owner
            assert not one._state.adding


def test_no_value_is_another_question_than_a_value(made: list[Case]) -> None:
    contract, owned = made[0].contract_id, cases_of.rows(made[0].contract_id)
    owner = next(case.owner_id for case in owned if case.owner_id)
    assert [case.pk for case in cases_of.rows(contract, owner)] == [made[1].pk]
    assert [case.pk for case in cases_of.rows(contract, owner_id=owner)] == [made[1].pk]
    assert len(cases_of.rows(contract, owner_id=None)) == 3


def test_lists_of_any_length_are_one_text(made: list[Case]) -> None:
    for ids in ([], [made[0].pk], [case.pk for case in made]):
        assert titles.rows(ids, made[0].reported_at) == list(titles(ids, made[0].reported_at))
        assert len(titles.rows(ids, made[0].reported_at)) == len(ids)
    assert len(titles._written) == 1


def test_single_values_and_what_is_fetched_afterwards(made: list[Case]) -> None:
    found = metrics.rows(made[0].pk)
    assert found == list(metrics(made[0].pk)) != []
    (case,) = with_clocks.rows(made[0].pk)
    assert sorted(clock.metric for clock in case.clocks.all()) == sorted(found)
    assert "clocks" in case._prefetched_objects_cache


def test_a_question_that_can_find_nothing_is_not_asked(
    made: list[Case], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert of_states.rows(False) == []
    assert len(of_states.rows(True)) == Case.objects.filter(state="open").count()


def test_only_plain_values_are_taken(made: list[Case]) -> None:
    with pytest.raises(TypeError, match="plain value"):
        metrics.rows(made[0])
    with pytest.raises(TypeError, match="ValuesIterable"):
        prepared(lambda pk: Case.objects.filter(pk=pk).values("id")).rows(made[0].pk)


def test_a_function_that_looks_at_more_than_its_values_is_found_out(made: list[Case]) -> None:
    limit = [1]

    @prepared
    def first() -> QuerySet[Case]:
        return Case.objects.order_by("id")[: limit[0]]

    assert len(first.rows()) == 1
    limit[0] = 2
    with pytest.raises(AssertionError):
        first.rows()
