"""Contradictions between clauses: each general kind, what is none, and the real ones of the five plans."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luyue
from luyue.domain.plan.checks import MOST_FINDINGS, warnings
from luyue.domain.plan.loader import Source, load_plan
from luyue.domain.plan.model import SECTIONS, Plan

PLANS = sorted((Path(luyue.__file__).parent / "plans").glob("*.yaml"))
HEAD = """\
luyue: 1
id: small
title: {zh: 小方案, en: Small}
calendars:
  always: 24x7
  office: {days: mon-fri, hours: ["09:00-18:00"], holidays: CN}
severities:
  - {id: grave, zh: 严重, en: Grave, means: {zh: 全停, en: All stands still}}
  - {id: mild, zh: 一般, en: Mild, means: {zh: 部分受影响, en: Some of it}}
periods:
  - {id: warranty, zh: 质保期, en: Warranty, clause: "1", length: 3y, from: acceptance}
  - {id: later, zh: 质保后, en: After, clause: "1", length: forever, after: warranty}
  - {id: later3, zh: 质保后三年, en: Three years after, clause: "1", length: 3y, after: warranty}
"""
QUIET = {"severity.unused"}


def plan(**sections: list[str]) -> Source:
    """A plan of promises in short form: everything but id, clause and text."""
    text = HEAD
    for section, promises in sections.items():
        text += f"{section}:\n"
        for number, fields in enumerate(promises):
            name = f"{section[0]}{number}"
            text += f"  - {{id: {name}, clause: '{number}', text: {{zh: 文, en: Text}}, {fields}}}\n"
    return load_plan(text.encode())


def found(source: Source) -> set[tuple[str, ...]]:
    return {(one.code, *one.about) for one in warnings(source) if one.code not in QUIET}


def contradictions(source: Source) -> set[tuple[str, ...]]:
    return {one for one in found(source) if one[0].startswith("contradiction.")}


# -- the five plans ------------------------------------------------------------------------------------------------

REAL = {
    "police-information": {
        ("contradiction.term", "unconditional-response", "out-of-scope-advice"),
        ("severity.undefined", "major-arrive"),
        ("severity.undefined", "major-resolve"),
        ("severity.undefined", "repair-by-level"),
        ("severity.undefined", "method-by-level"),
    },
    "video-integration": {
        ("contradiction.chain", "arrive", "serious-depart"),
        ("contradiction.order", "serious-respond", "urgent-respond"),
        ("contradiction.limit", "arrive", "normal-arrive"),
    },
    "hardware-supply": {
        ("contradiction.hours", "support-always", "response-hours"),
        ("contradiction.charges", "charges-after-warranty", "charges-3-years"),
        ("contradiction.charges", "charges-after-warranty", "charges-10-years"),
        ("contradiction.charges", "charges-3-years", "charges-10-years"),
        ("severity.unused", "critical"),
        ("severity.unused", "medium"),
        ("severity.unused", "minor"),
    },
    "regional-video": {
        ("contradiction.quota", "storage-30-days", "recording-60-days"),
        ("contradiction.presence", "residents-on-site"),
        ("contradiction.hours", "hotline-hours", "staffed-line-hours"),
        ("contradiction.frequency", "check-power", "ups-upkeep"),
        ("contradiction.approval", "stop-needs-consent", "stop-is-announced"),
        ("reference.dangling", "standing-faults"),
        ("open.start", "breakdown-emergency-plan"),
        ("contradiction.term", "removed-devices-kept", "replaced-parts-returned"),
    },
    "software-maintenance": {("ambiguous.metric", "arrive-or-solve")},
}


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_real_contradictions_of_the_five_plans_are_found_with_their_clauses(path: Path):
    source = load_plan(path.read_bytes())
    told = warnings(source)
    assert {(one.code, *one.about) for one in told} >= REAL[source.plan.id]
    # No contradiction beyond the known ones: whoever adds one here has read both clauses.
    assert {(one.code, *one.about) for one in told if one.code.startswith("contradiction.")} == {
        one for one in REAL[source.plan.id] if one[0].startswith("contradiction.")
    }
    lines = path.read_text(encoding="utf-8").splitlines()
    for one in told:
        assert one.level == "warning"
        assert one.sentence("zh") and one.sentence("en")
        assert f"id: {one.about[-1]}" in lines[one.line - 1] or any(
            about in lines[one.line - 1] for about in one.about
        )


def test_both_clauses_and_figures_stand_in_the_sentence():
    path = next(path for path in PLANS if "001" in path.name)
    told = [one.sentence("zh") for one in warnings(load_plan(path.read_bytes()))]
    pair = "arrive（体系 4/现场，2 小时）与 normal-arrive（体系 5A，双方商定）"
    assert f"{pair}对同一情形给出不同时限，须与客户确认以哪条为准。" in told


def test_the_largest_plan_is_checked_quickly():
    raw = next(path for path in PLANS if "003" in path.name).read_bytes()
    source = load_plan(raw)
    start = time.perf_counter()
    warnings(source)
    assert time.perf_counter() - start < 1.0


# -- limits ------------------------------------------------------------------------------------------------------


def target(metric: str, within: str, when: str = "", rest: str = "", calendar: str = "always") -> str:
    return f"metric: {metric}, within: {within}, calendar: {calendar}, when: {{{when}}}{rest}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (target("arrive", "2h"), target("arrive", "4h")),
        (target("arrive", "2h", "kind: [fault, complaint]"), target("arrive", "4h", "kind: [help, fault]")),
        # The narrower promise is the looser one.
        (target("arrive", "2h"), target("arrive", "4h", "severity: mild")),
        (
            target("arrive", "2h", "onsite: true"),
            target("arrive", "by_agreement", "onsite: true, severity: mild"),
        ),
        (target("arrive", "4h"), target("arrive", "8h", calendar="office")),
        (target("arrive", "4h", "channel: hotline"), target("arrive", "2h", "channel: any")),
        (target("arrive", "1h"), target("arrive", "3 calendar days")),
    ],
)
def test_two_limits_for_one_case_contradict_each_other(one: str, other: str):
    assert contradictions(plan(targets=[one, other])) == {("contradiction.limit", "t0", "t1")}
    assert contradictions(plan(targets=[other, one])) == {("contradiction.limit", "t0", "t1")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (target("arrive", "4h"), target("arrive", "4h")),
        (target("arrive", "4h"), target("arrive", "240min")),
        # Different cases
        (target("respond", "2h", "severity: mild"), target("respond", "10min", "severity: grave")),
        (target("arrive", "2h", "device: [camera]"), target("arrive", "4h", "device: [server]")),
        (target("arrive", "2h", "kind: fault"), target("arrive", "4h", "kind: help")),
        (target("arrive", "2h", "onsite: true"), target("arrive", "4h", "onsite: false")),
        (target("arrive", "2h", "period: warranty"), target("arrive", "4h", "period: later")),
        (target("part_delivery", "4h", "option: fast"), target("part_delivery", "24h", "option: slow")),
        # An exception that is stricter
        (target("respond", "2h"), target("respond", "10min", "severity: grave")),
        (target("arrive", "by_agreement"), target("arrive", "2h", "severity: grave")),
        # Another stage of the case
        (target("resolve", "4h"), target("resolve", "24h", "remote_failed: true")),
        (target("resolve", "12h"), target("resolve", "28h", "unsolved_for: 12h")),
        # Another thing, another start, another side
        (target("respond", "1h"), target("arrive", "4h")),
        (target("resolve", "4h"), target("resolve", "2h", rest=", from: arrived")),
        (target("respond", "1h"), target("respond", "2h", rest=", by: customer")),
        # Nobody knows which is longer
        (target("resolve", "24h"), target("resolve", "8h", calendar="office")),
        (target("resolve", "24h"), target("resolve", "1 calendar days")),
        (target("respond", "1h"), target("respond", "ask", rest=", vague: 及时")),
    ],
)
def test_other_limits_do_not(one: str, other: str):
    assert contradictions(plan(targets=[one, other])) == set()
    assert contradictions(plan(targets=[other, one])) == set()


AT_ONCE, SOON = ", vague: 立即", ", vague: 及时"


@pytest.mark.parametrize(
    ("grave", "mild", "slower"),
    [
        (("2h", "", ""), ("1h", "", ""), True),
        (("10min", "", ""), ("ask", "", AT_ONCE), True),
        (("10min", "", ""), ("ask", "", SOON), False),
        (("ask", "", AT_ONCE), ("1h", "", ""), False),
        (("10min", "", ""), ("1h", "", ""), False),
        (("2h", ", kind: help", ""), ("1h", ", kind: fault", ""), False),
    ],
)
def test_a_graver_level_may_not_wait_longer(grave: tuple[str, ...], mild: tuple[str, ...], slower: bool):
    both = [
        target("respond", within, f"severity: {level}{when}", rest)
        for level, (within, when, rest) in (("grave", grave), ("mild", mild))
    ]
    expected = {("contradiction.order", "t0", "t1")} if slower else set()
    assert contradictions(plan(targets=both)) == expected
    assert contradictions(plan(targets=both[::-1])) == expected


@pytest.mark.parametrize(
    ("earlier", "later", "tight"),
    [
        (target("depart", "1h"), target("arrive", "2h"), True),
        (target("depart", "30min"), target("arrive", "2h"), False),
        (target("depart", "1h", "severity: grave"), target("arrive", "2h", "severity: mild"), False),
        (target("respond", "4h"), target("arrive", "2h"), True),
        (target("respond", "2h"), target("arrive", "2h"), False),
        (target("arrive", "8h", "remote_failed: true"), target("resolve", "4h"), True),
        (target("arrive", "4h"), target("resolve", "2h", rest=", from: arrived"), False),
        (target("arrive", "4h"), target("resolve", "8h", calendar="office"), False),
    ],
)
def test_an_earlier_step_must_leave_time_for_the_later_one(earlier: str, later: str, tight: bool):
    expected = {("contradiction.chain", "t0", "t1")} if tight else set()
    assert contradictions(plan(targets=[earlier, later])) == expected


def test_an_alternative_is_ambiguous_only_when_one_act_is_a_step_to_the_other():
    alternatives = plan(targets=[target("[arrive, resolve]", "24h"), target("[replace, loan]", "48h")])
    assert found(alternatives) == {("ambiguous.metric", "t0")}


def test_events_have_limits_that_can_differ_too():
    def trigger(rest: str) -> str:
        return f"on: hotline.change, owe: notice.hotline, {rest}"

    both = [trigger("lead: 72h"), trigger("lead: 24h")]
    assert contradictions(plan(triggers=both)) == {("contradiction.limit", "t0", "t1")}
    # A longer notice for graver cases is the stricter exception.
    assert not contradictions(
        plan(triggers=[trigger("lead: 24h"), trigger("lead: 72h, when: {severity: grave}")])
    )
    assert contradictions(plan(triggers=[trigger("within: 24h"), trigger("within: 72h")]))


# -- the other kinds ---------------------------------------------------------------------------------------------------


def offer(channel: str, calendar: str, rest: str = "") -> str:
    return f"topic: support, term: available, channel: {channel}, calendar: {calendar}{rest}"


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([offer("hotline", "always"), offer("hotline", "office")], {("e0", "e1")}),
        ([offer("any", "always"), offer("any", "office")], {("e0", "e1")}),
        ([offer("any", "always"), offer("hotline", "office")], {("e0", "e1")}),
        ([offer("hotline", "always"), offer("desk", "office")], set()),
        ([offer("hotline", "always"), offer("hotline", "always")], set()),
        (
            [offer("hotline", "always", ", period: warranty"), offer("hotline", "office", ", period: later")],
            set(),
        ),
        # Said of the same channel, it is not said of all channels again.
        ([offer("any", "always"), offer("hotline", "always"), offer("any", "office")], {("e0", "e2")}),
    ],
)
def test_one_service_has_one_set_of_hours(offers: list[str], expected: set[tuple[str, str]]):
    assert contradictions(plan(entitlements=offers)) == {("contradiction.hours", *pair) for pair in expected}


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("at_least: 30", "at_least: 60", True),
        ("at_least: 30, per: camera", "at_least: 60", True),
        ("at_least: 30, per: camera", "at_least: 60, per: host", False),
        ("at_least: 30", "at_least: 30", False),
        ("at_least: 30", "at_most: 60", False),
        ("at_least: 60", "at_most: 30", True),
        ("at_least: 30", "at_least: 60, when: {severity: grave}", False),
        ("at_least: 60", "at_least: 30, when: {severity: grave}", True),
        ("at_least: 30", "value: ask", False),
    ],
)
def test_one_measure_has_one_figure(one: str, other: str, clash: bool):
    quotas = [f"measure: recording.days, unit: d, {fields}" for fields in (one, other)]
    expected = {("contradiction.quota", "q0", "q1")} if clash else set()
    assert contradictions(plan(quotas=quotas)) == expected
    assert contradictions(plan(quotas=quotas[::-1])) == expected


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("every: month, scope: ups", "every: half_year, scope: ups", True),
        ("every: month", "every: quarter, scope: ups", True),
        ("every: month, scope: ups", "every: half_year, scope: room", False),
        ("every: month", "every: once", False),
        ("every: month", "every: ask", False),
        ("every: month, count: 3", "every: quarter, count: 9", False),
        ("every: month", "every: week, when: {period: warranty}", False),
    ],
)
def test_one_work_has_one_frequency(one: str, other: str, clash: bool):
    duties = [f"owe: maintenance.power, {fields}" for fields in (one, other)]
    assert contradictions(plan(duties=duties)) == (
        {("contradiction.frequency", "d0", "d1")} if clash else set()
    )


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("term: kept", "term: returned", True),
        ("term: unconditional, period: warranty", "term: advice_only, when: {in_scope: false}", True),
        ("term: kept", "term: kept", False),
        ("term: kept, period: warranty", "term: returned, period: later", False),
        ("term: kept, when: {grade: gold}", "term: returned, when: {grade: silver}", False),
        ("term: new_device, faults: 2, in_months: 1", "term: repair", False),
    ],
)
def test_one_topic_has_one_term(one: str, other: str, clash: bool):
    rights = [f"topic: parts_disposal.old, {fields}" for fields in (one, other)]
    assert contradictions(plan(entitlements=rights)) == (
        {("contradiction.term", "e0", "e1")} if clash else set()
    )


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("after, term: a, period: later", "after, term: b, period: later", True),
        (
            "after, term: a, period: later, years: [0, 3]",
            "after, term: b, period: later, years: [2, 10]",
            True,
        ),
        (
            "after, term: a, period: later, years: [0, 3]",
            "after, term: b, period: later, years: [3, 10]",
            False,
        ),
        ("after, term: a, period: later", "other, term: b, period: later3", True),
        ("after, term: a, period: warranty", "other, term: b, period: later", False),
        ("after, term: a, period: warranty", "other, term: b, period: warranty, when: {kind: cover}", False),
        ("after, term: a", "other, term: b, period: warranty", False),
    ],
)
def test_one_stretch_has_one_rule_about_who_pays(one: str, other: str, clash: bool):
    rights = [
        f"topic: charges.{fields}, charges: {{parts: {charge}}}"
        for fields, charge in ((one, "free"), (other, "cost"))
    ]
    assert contradictions(plan(entitlements=rights)) == (
        {("contradiction.charges", "e0", "e1")} if clash else set()
    )


def test_consent_and_mere_notice_for_one_act_contradict_each_other():
    def trigger(owe: str, form: str) -> str:
        return f"on: device.stop, owe: {owe}, form: {form}"

    clash = plan(triggers=[trigger("notice.stop", "consent"), trigger("notice.stop", "notice")])
    assert contradictions(clash) == {("contradiction.approval", "t0", "t1")}
    both = plan(triggers=[trigger("approval.stop", "consent"), trigger("notice.stop", "notice")])
    assert contradictions(both) == set()


def test_presence_must_be_covered_by_the_sign_in():
    def people(calendar: str, windows: str) -> str:
        return f"role: resident, calendar: {calendar}, sign_in: {windows}"

    short = plan(staffing=[people("always", '["08:30-12:00", "13:30-17:00"]')])
    assert found(short) == {("contradiction.presence", "s0")}
    assert found(plan(staffing=[people("office", '["09:00-18:00"]')])) == set()


def test_what_is_open_is_asked_about():
    source = plan(
        targets=[target("arrive", "ask", rest=", vague: 及时"), target("resolve", "4h", rest=", from: open")],
        duties=["owe: round.system, every: ask", "owe: conduct.manner, every: continuous"],
        quotas=["measure: stock.parts, value: ask, unit: 件"],
        entitlements=["topic: objective.best, term: pledged", "topic: warranty.length, term: three_years"],
    )
    assert found(source) == {
        ("open.figure", "t0"),
        ("open.start", "t1"),
        ("open.figure", "d0"),
        ("evidence.none", "d1"),
        ("open.figure", "q0"),
        ("evidence.none", "e0"),
    }


def test_working_days_of_no_named_calendar_are_reported():
    source = plan(
        duties=["owe: survey.all, every: quarter, due: 10 working days",
                "owe: survey.one, every: quarter, due: 10 working days, calendar: office",
                "owe: survey.two, every: quarter, due: 1 month"],
        triggers=["on: holiday.long, owe: roster.all, lead: 5 working days",
                  "on: holiday.short, owe: roster.one, lead: 5 calendar days"],
    )  # fmt: skip
    assert found(source) == {("open.calendar", "d0"), ("open.calendar", "t0")}


def test_one_promise_written_many_times_does_not_flood_the_reader():
    source = plan(targets=[target("arrive", f"{1 + number}h") for number in range(60)])
    told = [one for one in warnings(source) if one.code == "contradiction.limit"]
    assert len(told) == MOST_FINDINGS


def test_months_are_compared_with_days_only_where_they_surely_differ():
    def trigger(within: str) -> str:
        return f"on: document.updated, owe: document.latest, within: {within}"

    assert contradictions(plan(triggers=[trigger("1 month"), trigger("2 months")]))
    assert contradictions(plan(triggers=[trigger("1 month"), trigger("7 calendar days")]))
    assert not contradictions(plan(triggers=[trigger("1 month"), trigger("30 calendar days")]))


@pytest.mark.parametrize(
    ("reference", "stands"),
    [("0", True), ("t0", True), ("warranty", True), ("office", True), ("6.2", True), ("6.2(4)", True), ("6", True),
     ("6.3", False), ("limits of repair", False), ("severities", True)],
)  # fmt: skip
def test_a_reference_stands_somewhere_or_is_reported(reference: str, stands: bool):
    text = (
        HEAD
        + f"""\
targets:
  - {{id: t0, clause: "0", text: {{zh: 文, en: T}}, {target("arrive", "4h")}, refers_to: "{reference}"}}
  - {{id: t1, clause: "6.2(4); 8.1", text: {{zh: 文, en: T}}, {target("resolve", "8h")}}}
"""
    )
    assert found(load_plan(text.encode())) == (set() if stands else {("reference.dangling", "t0")})


def test_levels_that_nobody_defined_are_reported_where_they_are_needed():
    text = HEAD.replace(", means: {zh: 全停, en: All stands still}", "").replace(
        ", means: {zh: 部分受影响, en: Some of it}", ""
    )
    text += "targets:\n"
    text += (
        f"  - {{id: t0, clause: '0', text: {{zh: 文, en: T}}, {target('arrive', '4h', 'severity: grave')}}}\n"
    )
    told = {(one.code, *one.about) for one in warnings(load_plan(text.encode()))}
    assert told == {("severity.undefined", "t0"), ("severity.unused", "mild")}
    # What another level means explains nothing about this one.
    told = {(one.code, *one.about) for one in warnings(load_plan(explained_mild(text).encode()))}
    assert told == {("severity.undefined", "t0"), ("severity.unused", "mild")}


def explained_mild(text: str) -> str:
    assert text.count("id: mild,") == 1
    return text.replace("id: mild,", "id: mild, means: {zh: 部分受影响, en: Some of it},")


def test_periods_without_length_or_start_are_reported():
    text = HEAD.replace("length: 3y, from: acceptance", "length: ask")
    text += "duties:\n  - {id: d0, clause: '0', text: {zh: 文, en: T}, owe: round.system, every: month}\n"
    told = {(one.code, *one.about) for one in warnings(load_plan(text.encode()))} - {
        ("severity.unused", "grave"),
        ("severity.unused", "mild"),
    }
    assert told == {("open.period", "warranty"), ("open.start", "warranty")}


# -- any plan ----------------------------------------------------------------------------------------------------------

SOURCES = [load_plan(path.read_bytes()) for path in PLANS]


def with_promises(source: Source, sections: dict[str, list]) -> Source:
    """The same file with other promises; a promise stands on the line that it had."""
    changed: Plan = source.plan.model_copy(update={name: tuple(sections.get(name, ())) for name in SECTIONS})
    changed.__dict__.pop("promises", None)
    lines = {path: line for path, line in source.lines.items() if path[:1] and path[0] not in SECTIONS}
    for section, promises in sections.items():
        for index, promise in enumerate(promises):
            lines[section, index] = source.line_of_promise(promise.id)
    return replace(source, plan=changed, lines=lines)


@settings(max_examples=15)
@given(source=st.sampled_from(SOURCES), seed=st.integers(0, 2**32))
def test_the_order_of_promises_does_not_matter(source: Source, seed: int):
    shuffled: dict[str, list] = {}
    for section in SECTIONS:
        shuffled[section] = list(getattr(source.plan, section))
        random.Random(seed).shuffle(shuffled[section])
    told = {
        (one.code, one.line, one.about, one.sentence("zh"))
        for one in warnings(with_promises(source, shuffled))
    }
    assert told == {(one.code, one.line, one.about, one.sentence("zh")) for one in warnings(source)}


@settings(max_examples=60)
@given(data=st.data(), source=st.sampled_from(SOURCES))
def test_a_single_promise_contradicts_nothing_but_itself(data: st.DataObject, source: Source):
    promise = data.draw(st.sampled_from(source.plan.promises))
    section = next(name for name, model in SECTIONS.items() if isinstance(promise, model))
    told = contradictions(with_promises(source, {section: [promise]}))
    assert {one[0] for one in told} <= {"contradiction.presence"}


@settings(max_examples=40)
@given(data=st.data(), source=st.sampled_from(SOURCES))
def test_a_copy_of_a_promise_contradicts_nothing_new(data: st.DataObject, source: Source):
    promise = data.draw(st.sampled_from(source.plan.promises))
    section = next(name for name, model in SECTIONS.items() if isinstance(promise, model))
    copy = promise.model_copy(update={"id": "the-copy"})
    told = contradictions(with_promises(source, {section: [promise, copy]}))
    assert not [one for one in told if promise.id in one and "the-copy" in one]


@settings(max_examples=25)
@given(data=st.data(), source=st.sampled_from(SOURCES))
def test_part_of_a_plan_has_no_contradiction_that_the_whole_lacks(data: st.DataObject, source: Source):
    kept = data.draw(st.sets(st.sampled_from([promise.id for promise in source.plan.promises]), min_size=1))
    part = {name: [one for one in getattr(source.plan, name) if one.id in kept] for name in SECTIONS}
    told = {one for one in contradictions(with_promises(source, part)) if one[0] != "contradiction.hours"}
    assert told <= contradictions(source)
