"""Which promises rule a case: the same as the clocks say, the strictest first, and a reason for every other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.cases import Facts, applies
from luyue.domain.matching import Match, match_targets, unmet
from luyue.domain.plan.loader import load_plan, plan_calendar
from luyue.domain.plan.model import Plan
from luyue.domain.plan.spans import parse_span
from luyue.domain.terms import terms_of
from tests.domain.test_clocks import PLANS, at

NAMES = ("000-police-information", "001-video-integration", "002-hardware-supply", "003-regional-video",
         "004-software-maintenance")  # fmt: skip
LOADED = {name: load_plan((PLANS / f"{name}.yaml").read_bytes()).plan for name in NAMES}
CALENDARS = {name: {one: plan_calendar(plan, one) for one in plan.calendars} for name, plan in LOADED.items()}
REPORTED = at("2026-03-04 10:00")

some_facts = st.builds(
    Facts,
    kind=st.sampled_from(["fault", "consultation", "requirement", "defect"]),
    severity=st.sampled_from([None, "major", "urgent", "serious", "normal", "down", "fault"]),
    in_scope=st.booleans(),
    onsite=st.sampled_from([None, True, False]),
    remote_failed=st.booleans(),
    channel=st.sampled_from([None, "hotline", "portal", "email"]),
    periods=st.frozensets(st.sampled_from(["warranty", "service", "after_warranty"])),
)


def matched(name: str, facts: Facts, **figures: str) -> list[Match]:
    plan = LOADED[name]
    terms = terms_of(plan, CALENDARS[name], {key: parse_span(value) for key, value in figures.items()})
    return match_targets(plan, terms, facts, REPORTED)


@given(st.sampled_from(NAMES), some_facts)
def test_it_judges_as_the_clocks_do(name: str, facts: Facts) -> None:
    for target in LOADED[name].targets:
        assert applies(target.when, facts, target.id) == (not list(unmet(target.when, facts, target.id)))
    found = matched(name, facts)
    assert sorted(one.promise for one in found) == sorted(target.id for target in LOADED[name].targets)
    for one in found:
        if one.applies:
            assert applies(one.target.when, facts, one.promise)
        assert one.rules or one.reasons, "what does not rule has a reason"


@given(st.sampled_from(NAMES), some_facts)
def test_nothing_that_holds_is_stricter_than_what_rules(name: str, facts: Facts) -> None:
    holding = [one for one in matched(name, facts) if one.applies and one.due is not None]
    for one in holding:
        alike = [
            other for other in holding
            if (other.target.metric, other.target.start) == (one.target.metric, one.target.start)
            and other.target.when.unsolved_for == one.target.when.unsolved_for
        ]  # fmt: skip
        assert one.rules == (one.due == min(other.due for other in alike if other.due is not None))


def test_the_order_of_the_plan_does_not_matter() -> None:
    plan = LOADED["001-video-integration"]
    turned = plan.model_copy(update={"targets": tuple(reversed(plan.targets))})
    facts = Facts(severity="urgent", onsite=True, channel="hotline", periods=frozenset({"warranty"}))
    terms = terms_of(plan, CALENDARS["001-video-integration"])

    def ruling(of: Plan) -> set[str]:
        return {one.promise for one in match_targets(of, terms, facts, REPORTED) if one.rules}

    assert ruling(plan) == ruling(turned) != set()


@pytest.mark.parametrize("severity", [level.id for level in LOADED["001-video-integration"].severities])
def test_other_levels_are_named_as_the_reason(severity: str) -> None:
    found = matched("001-video-integration", Facts(severity=severity, onsite=True))
    others = [one for one in found if one.target.when.severity and severity not in one.target.when.severity]
    assert others
    for one in others:
        said = next(reason for reason in one.reasons if reason.code == "severity")
        assert said.found == (severity,)
        assert set(said.wanted) == set(one.target.when.severity or ())


def test_what_hangs_on_an_unknown_level_is_undecided() -> None:
    found = matched("001-video-integration", Facts(severity=None, onsite=True, channel="portal"))
    undecided = [one for one in found if one.undecided]
    assert undecided
    assert all(one.target.when.severity for one in undecided)


def test_a_figure_that_nobody_has_agreed_is_said() -> None:
    facts = Facts(severity="normal", channel="hotline")
    before = {one.promise: one for one in matched("001-video-integration", facts)}
    assert [reason.code for reason in before["phone-respond"].reasons] == ["open_figure"]
    after = {
        one.promise: one for one in matched("001-video-integration", facts, **{"phone-respond": "10min"})
    }
    assert after["phone-respond"].applies
    assert after["phone-respond"].due == REPORTED + 600
