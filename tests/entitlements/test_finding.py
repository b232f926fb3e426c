"""Rows of promises are found by what their own plan says, not by an id that another plan uses for something else."""

import pytest
from django.db.models import Q
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts import actions
from luyue.contracts.plans import rows_found, rows_of, running_plan
from luyue.entitlements import queries
from luyue.entitlements.models import Use
from tests import factories

PLACES = st.frozensets(st.tuples(st.integers(1, 4), st.sampled_from("abcd")))
PLAN = """
luyue: 1
id: {plan}
title: {{zh: 方案, en: Plan}}
document: {{title: {{zh: 文件, en: Document}}, date: "2026"}}
calendars: {{always: 24x7}}
severities: [{{id: fault, zh: 故障, en: Fault, words: [故障], clause: "1"}}]
entitlements:
  - id: shared
    clause: "1"
    text: {{zh: {said}, en: "{said}"}}
    topic: {topic}
    term: free
"""


def holds(condition: Q, version: int, promise: str) -> bool:
    """Whether a condition of these two columns is true, the slow way."""

    def true(one: Q | tuple[str, object]) -> bool:
        if isinstance(one, Q):
            parts = [true(part) for part in one.children]
            return all(parts) if one.connector == Q.AND else any(parts)
        name, values = one
        return {"promise__in": promise, "plan_version__in": version}[name] in values  # type: ignore[operator]

    return true(condition)


@given(PLACES, PLACES)
def test_exactly_the_chosen_of_all_places_are_found(chosen, others):
    among = chosen | others
    condition = rows_of(chosen, among)
    assert {place for place in among if holds(condition, *place)} == chosen


@given(PLACES)
def test_the_version_is_not_asked_for_where_an_id_means_one_thing(places):
    assert "plan_version" not in str(rows_of(places, places))


def use_of(plan: str, said: str, topic: str) -> Use:
    version = actions.add_plan_version(
        PLAN.format(plan=plan, said=said, topic=topic).encode(), actor=None, now=factories.NOW
    )
    of = factories.contract(version)
    at = timezone.now()
    return Use.objects.create(
        contract=of, plan_version=version, promise="shared", family="claims", origin="claim", key="x", happened_at=at,
        due_at=at, counts_at=at, state="open", what="要", recorded_at=at,
    )  # fmt: skip


@pytest.mark.usefixtures("everything")
def test_one_id_in_two_plans_is_two_promises() -> None:
    loan = use_of("one", "借用备机", "loan.device")
    record = use_of("two", "留存录像", "media.kept")
    topics = queries.topics()
    assert list(queries.about(Use.objects.all(), ["loan"], topics)) == [loan]
    assert list(queries.about(Use.objects.all(), ["media"], topics)) == [record]
    assert set(queries.about(Use.objects.all(), ["media", "loan"], topics)) == {loan, record}
    assert list(Use.objects.filter(rows_found(["备机"]))) == [loan]
    assert list(Use.objects.filter(rows_found(["录像", "shared"]))) == [record]
    assert set(Use.objects.filter(rows_found(["shared"]))) == {loan, record}
    assert not Use.objects.filter(rows_found(["没有"])).exists()


@pytest.mark.usefixtures("everything")
def test_a_search_does_not_push_out_plans_that_run() -> None:
    """Ready to run, fewer plans fit into the memory than a big firm has."""
    use_of("three", "借用备机", "loan.device")
    running_plan.cache_clear()
    rows_found(["备机"])
    assert running_plan.cache_info().currsize == 0
