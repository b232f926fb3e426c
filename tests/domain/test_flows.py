"""Flows as data: the table hangs together, steps follow their order, values are checked, custody is unbroken."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain import flows_table
from luyue.domain.cases import EVENT_OF_ACT, STATES, CaseEvent, Facts
from luyue.domain.clocks import read_case
from luyue.domain.flows import (
    Flow,
    check_step,
    check_values,
    custody,
    flow_of,
    flow_version,
    possible,
    snapshot_digest,
    state_after_step,
)
from luyue.domain.flows_table import FLOWS
from luyue.domain.refusals import BadInput, FourEyes, OutOfOrder
from luyue.domain.rights import RIGHTS
from luyue.domain.terms import AGREED_DATE_TERMS, CALL_BACK_TERMS, house_terms

FLOW = {flow.kind: flow for flow in FLOWS}
T = 1_772_600_000


def test_the_table_hangs_together() -> None:
    assert flows_table.wrong_in(FLOWS) == []
    for flow in FLOWS:
        for step in flow.steps:
            assert step.right in RIGHTS, step
            assert not step.state or step.state in STATES, step
        assert not flow.again or flow.again in flow.stages


def test_a_table_that_does_not_hang_together_is_told() -> None:
    broken = replace(FLOW["defect"], stages=(*FLOW["defect"].stages, "nowhere"))
    assert flows_table.wrong_in([broken]) == ["defect: nowhere is never reached"]
    step = replace(FLOW["defect"].steps[0], to="missing", custody="who")
    told = flows_table.wrong_in([replace(FLOW["defect"], steps=(step, *FLOW["defect"].steps[1:]))])
    assert "defect.submit: no stage missing" in told and "defect.submit: no field who" in told


def test_steps_have_names_of_their_own() -> None:
    names = [step.name for flow in FLOWS for step in flow.steps if flow.kind != "cover"]
    assert len(names) == len(set(names))
    assert not set(names) & set(EVENT_OF_ACT)


def test_a_field_that_kinds_share_has_one_type() -> None:
    types: dict[str, object] = {}
    for flow in FLOWS:
        for step in flow.steps:
            for one in step.fields:
                assert types.setdefault(one.name, (one.type, one.choices)) == (one.type, one.choices), one


@given(st.sampled_from([flow for flow in FLOWS if flow.kind != "extra"]), st.data())
def test_whoever_takes_possible_steps_gets_to_an_end(flow: Flow, data: st.DataObject) -> None:
    """Any walk over possible steps stays inside of the stages, and going on onwards it ends in a settled state."""
    stage, state = flow.first, "new"
    for _ in range(data.draw(st.integers(0, 12))):
        steps = [step for step in possible(flow, stage, state) if not step.kind]
        if not steps:
            break
        step = data.draw(st.sampled_from(steps))
        stage, state = step.stage_after(stage, {}), state_after_step(step, state)
        assert stage in flow.stages and state in STATES
    for _ in flow.stages:
        step = next((step for step in possible(flow, stage, state) if flow.leads_on(step, stage)), None)
        if step is None:
            break
        stage, state = step.stage_after(stage, {}), state_after_step(step, state)
    assert state in ("resolved", "closed", "cancelled"), (flow.kind, stage)


@given(st.sampled_from(FLOWS), st.data())
def test_no_other_step_is_taken_than_the_possible(flow: Flow, data: st.DataObject) -> None:
    stage, state = data.draw(st.sampled_from(flow.stages)), data.draw(st.sampled_from(STATES))
    for step in flow.steps:
        if step in possible(flow, stage, state):
            check_step(step, stage=stage, state=state, doer=1, done={})
        else:
            with pytest.raises(OutOfOrder):
                check_step(step, stage=stage, state=state, doer=1, done={})


def test_who_analysed_does_not_confirm() -> None:
    confirm = FLOW["defect"].step("confirm")
    assert confirm is not None
    with pytest.raises(FourEyes):
        check_step(confirm, stage="analysed", state="open", doer=7, done={"analyse": 7})
    check_step(confirm, stage="analysed", state="open", doer=8, done={"analyse": 7})
    check_step(confirm, stage="analysed", state="open", doer=None, done={"analyse": None})


def values(
    kind: str, step: str, sheet: dict[str, object] | None = None, **given: object
) -> dict[str, object]:
    found = FLOW[kind].step(step)
    assert found is not None
    return dict(check_values(found, given, sheet or {}, at=T))


@pytest.mark.parametrize(
    ("kind", "step", "sheet", "given", "field", "problem"),
    [
        ("defect", "submit", {}, {"module": "报表"}, "symptom", "missing"),
        ("defect", "submit", {}, {"module": "  ", "symptom": "x"}, "module", "missing"),
        ("defect", "submit", {}, {"module": "m" * 201, "symptom": "x"}, "module", "too_long"),
        ("defect", "submit", {}, {"module": "a\0b", "symptom": "x"}, "module", "bad_character"),
        ("defect", "submit", {}, {"module": 3, "symptom": "x"}, "module", ""),
        ("defect", "submit", {}, {"other": "x"}, "other", "unknown_field"),
        ("defect", "analyse", {}, {"nature": "human", "analysis": "a", "measures": "m"}, "nature", ""),
        ("defect", "reply", {"handed_on_by": "市局"},
         {"reply": "r", "reply_cause": "c", "reply_analysis": "a", "replied_to": "p", "way": "email"},
         "also_to", "missing"),
        ("requirement", "agree_date", {}, {"content": "c", "agreed_by": "p", "until": T}, "until", "not_after"),
        ("requirement", "agree_date", {}, {"content": "c", "agreed_by": "p", "until": "soon"}, "until", ""),
        ("requirement", "agree_date", {}, {"content": "c", "agreed_by": "p", "until": True}, "until", ""),
        ("extraction", "extract", {}, {"medium": "U1", "file_name": "f", "holder": "h", "media_digest": "12"},
         "media_digest", "not_a_digest"),
        ("extraction", "hand_over", {"media_digest": "a" * 64},
         {"received_by": "p", "receiver_unit": "u", "receipt": "1", "digest_again": "b" * 64},
         "digest_again", "differs"),
        ("cover", "finish_task", {"extra_cost": "100.00"}, {"fix": "r", "actual_cost": "100.01"},
         "over_reason", "missing"),
        ("cover", "finish_task", {}, {"fix": "r", "actual_cost": "-1"}, "actual_cost", "not_an_amount"),
        ("cover", "finish_task", {}, {"fix": "r", "actual_cost": "NaN"}, "actual_cost", "not_an_amount"),
        ("cover", "finish_task", {}, {"fix": "r", "actual_cost": "many"}, "actual_cost", "not_an_amount"),
        ("complaint", "settle", {}, {"cause": "c", "fix": "f", "responsible": "p", "measures_by": "2026-13-01"},
         "measures_by", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(
    kind: str, step: str, sheet: dict[str, object], given: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(BadInput) as refused:
        values(kind, step, sheet, **given)
    assert (refused.value.facts["field"], refused.value.facts.get("problem", "")) == (field, problem)


def test_values_come_out_plain() -> None:
    assert values(
        "cover", "finish_task", {"extra_cost": "100.00"}, fix=" 顺利 ", actual_cost="99.5", over_reason=""
    ) == {
        "fix": "顺利",
        "actual_cost": "99.50",
    }
    assert values("extraction", "hand_over", {"media_digest": "a" * 64}, received_by="p", receiver_unit="u",
                  receipt="1", digest_again="A" * 64)["digest_again"] == "a" * 64  # fmt: skip


def test_a_case_goes_on_by_the_version_it_began_with() -> None:
    first = FLOW["defect"]
    second = replace(first, version=2, since=T, stages=(*first.stages, "checked"))
    assert flow_of([first, second], "defect", T - 1) is first
    assert flow_of([first, second], "defect", T) is second
    assert flow_of([first, second], "fault", T) is None
    assert flow_version([first, second], "defect", 1) is first
    with pytest.raises(LookupError):
        flow_version([first], "defect", 2)


def test_a_complaint_whose_answer_does_not_content_is_looked_into_again() -> None:
    step = FLOW["complaint"].step("record_view")
    assert step is not None
    assert step.stage_after("answered", {"view": "not_content"}) == "received"
    assert step.stage_after("answered", {"view": "content"}) == "viewed"


@given(st.lists(st.tuples(st.integers(0, 10**9), st.text(min_size=1, max_size=5)), max_size=8))
def test_the_chain_of_custody_has_no_gap(taken: list[tuple[int, str]]) -> None:
    chain = custody(sorted(taken))
    assert len(chain) == len(taken)
    assert all(one.until == other.since for one, other in pairwise(chain))
    assert not chain or chain[-1].until is None


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=5))
def test_what_is_signed_has_one_digest_whatever_the_order(content: dict[str, str]) -> None:
    turned = dict(reversed(content.items()))
    assert snapshot_digest(content) == snapshot_digest(turned)
    assert snapshot_digest(content) != snapshot_digest(content | {"more": "x"})


# -- promises to somebody, whatever the plan says ----------------------------------------------------------------


def event(kind: str, after: int, **data: object) -> CaseEvent:
    return CaseEvent(kind, T + after, T + after, data)


def clocks(*events: CaseEvent, now: int) -> list[tuple[str, int, str]]:
    terms = house_terms([], events)
    return [
        (one.promise, one.round, one.state)
        for one in read_case(terms, Facts(in_scope=False), events, T + now)
    ]


def test_each_promised_call_back_is_a_clock_of_its_own() -> None:
    reported = event("case.reported", 0, in_scope=False)
    first, second = (
        event("case.call_back_promised", 10, until=T + 100),
        event("case.call_back_promised", 200, until=T + 300),
    )
    assert clocks(reported, now=50) == []
    assert clocks(reported, first, now=50) == [(CALL_BACK_TERMS, 0, "running")]
    kept = event("case.called_back", 90)
    assert clocks(reported, first, kept, second, now=250) == [
        (CALL_BACK_TERMS, 0, "met"),
        (CALL_BACK_TERMS, 1, "running"),
    ]
    # Missed stays missed, although another hour was promised afterwards.
    assert clocks(reported, first, second, now=250) == [
        (CALL_BACK_TERMS, 0, "breached"),
        (CALL_BACK_TERMS, 1, "running"),
    ]


def test_an_agreed_date_is_kept_by_delivery_and_moved_by_agreement() -> None:
    reported = event("case.reported", 0)
    agreed, moved = (
        event("case.date_agreed", 10, until=T + 1000),
        event("case.date_agreed", 500, until=T + 2000),
    )
    delivered = event("case.resolved", 1500)
    assert clocks(reported, agreed, delivered, now=1600) == [(AGREED_DATE_TERMS, 0, "breached")]
    assert clocks(reported, agreed, moved, delivered, now=1600) == [
        (AGREED_DATE_TERMS, 0, "superseded"),
        (AGREED_DATE_TERMS, 1, "met"),
    ]
