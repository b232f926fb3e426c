"""Scope and charges by the five plans: what is free, at cost or quoted, in which years, and which clause says so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.cases import Facts
from luyue.domain.charges import CHARGES, ITEMS, VERDICTS, Occasion, Ruling, judge
from luyue.domain.periods import Dates, add_months, resolve_periods
from tests.domain.test_matching import LOADED, NAMES

BEGIN = date(2020, 1, 1)


def ruled(
    name: str, day: date, *, years: int = 3, same_fault_days: int | None = None, **facts: object
) -> Ruling:
    """A contract that was accepted on the first day of its service, which lasts some years."""
    plan, end = LOADED[name], add_months(BEGIN, years * 12) - timedelta(days=1)
    dates = Dates(acceptance=BEGIN, final_acceptance=BEGIN, contract_start=BEGIN, contract_end=end)
    occasion = Occasion(day, Facts(**facts), BEGIN <= day <= end, same_fault_days)
    return judge(plan, resolve_periods(plan, dates), occasion, contract_begins=BEGIN)


def charges(ruling: Ruling) -> tuple[str, ...]:
    return tuple(item.charge for item in ruling.items)


def test_hardware_within_and_after_the_warranty() -> None:
    inside = ruled("002-hardware-supply", date(2022, 6, 1))
    assert inside.verdict == "included"
    assert charges(inside)[:2] == ("free", "free")
    assert inside.items[0].by[0].promise == "free-warranty"
    soon = ruled("002-hardware-supply", date(2024, 1, 1))
    assert (soon.verdict, soon.reason) == ("chargeable", "expired")
    assert charges(soon) == ("free", "cost", "free", "free"), "for three years only parts at cost"
    assert soon.items[2].by[0].promise == "charges-3-years"
    assert [say.promise for say in soon.items[2].by[1:]] == ["charges-10-years"], (
        "the milder clause is told too"
    )
    late = ruled("002-hardware-supply", date(2027, 1, 1))
    assert charges(late) == ("free", "cost", "cost", "cost"), "up to ten years journey and lodging at cost"
    assert late.items[3].by[0].promise == "charges-10-years"
    beyond = ruled("002-hardware-supply", date(2034, 1, 1))
    assert charges(beyond) == ("free", "cost", "unspecified", "unspecified")


@pytest.mark.parametrize(("day", "travel"), [(date(2025, 12, 31), "free"), (date(2026, 1, 1), "cost")])
def test_the_three_years_end_on_their_day(day: date, travel: str) -> None:
    assert ruled("002-hardware-supply", day).charge("travel") == travel


def test_police_system_is_free_in_warranty_and_advice_only_afterwards() -> None:
    inside = ruled("000-police-information", date(2021, 6, 1))
    assert (inside.verdict, charges(inside)) == ("included", ("free",) * 4)
    after = ruled("000-police-information", date(2024, 6, 1))
    assert (after.verdict, after.reason) == ("advice", "expired")
    assert after.scope_by is not None
    assert after.scope_by.clause == "三.4(2)"
    strange = ruled("000-police-information", date(2021, 6, 1), in_scope=False)
    assert (strange.verdict, strange.reason) == ("advice", "out_of_scope")


def test_construction_comes_before_the_final_acceptance() -> None:
    plan = LOADED["000-police-information"]
    dates = Dates(contract_start=BEGIN, final_acceptance=date(2020, 7, 1), contract_end=date(2023, 1, 1))
    occasion = Occasion(date(2020, 3, 1), Facts(), in_service=True)
    ruling = judge(plan, resolve_periods(plan, dates), occasion, contract_begins=BEGIN)
    assert "construction" in ruling.periods
    assert charges(ruling) == ("free",) * 4


def test_video_integration_stays_at_cost_price_after_three_years() -> None:
    after = ruled("001-video-integration", date(2025, 1, 1))
    assert after.verdict == "chargeable"
    assert charges(after)[:2] == ("free", "cost")


def test_cover_beyond_own_means_is_quoted() -> None:
    assert ruled("003-regional-video", date(2021, 1, 1), kind="cover").verdict == "quote"
    assert ruled("003-regional-video", date(2021, 1, 1), kind="fault").verdict == "included"


def test_the_same_fault_within_three_months_is_free() -> None:
    for days, free in ((None, False), (30, True), (89, True), (93, False)):
        ruling = ruled("003-regional-video", date(2021, 6, 1), same_fault_days=days)
        said = [say.promise for say in ruling.items[0].by]
        assert ("repeat-fault-free" in said) == free, days


def test_without_a_rule_after_the_end_there_is_a_quote_only() -> None:
    after = ruled("004-software-maintenance", date(2025, 1, 1))
    assert (after.verdict, charges(after)) == ("quote", ("quoted",) * 4)


@given(
    st.sampled_from(NAMES),
    st.integers(-400, 6000),
    st.booleans(),
    st.sampled_from(["fault", "cover", "requirement"]),
)
def test_a_ruling_is_whole_and_the_customers_best(name: str, after: int, in_scope: bool, kind: str) -> None:
    ruling = ruled(name, BEGIN + timedelta(days=after), in_scope=in_scope, kind=kind)
    assert ruling.verdict in VERDICTS
    assert tuple(item.name for item in ruling.items) == ITEMS
    for item in ruling.items:
        said = [CHARGES.index(say.charge) for say in item.by]
        assert said == sorted(said)
        assert not item.by or item.charge == item.by[0].charge
