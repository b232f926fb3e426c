"""A replay's JSON is checked by a program that shares no arithmetic with it."""

import io
import json
import random
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luyue import cli
from luyue.domain.cases import (
    ARRIVED,
    CANCELLED,
    CLOSED,
    PAUSED,
    REOPENED,
    REPORTED,
    RESOLVED,
    RESUMED,
    SEVERITY_CHANGED,
    CaseEvent,
    Facts,
)
from luyue.domain.history import HistoryCase
from luyue.domain.plan.loader import load_plan
from luyue.domain.replay import contract_facts, default_as_of, lines, replay, write_json
from tests.domain.replay_checker import check_replay

SHANGHAI = ZoneInfo("Asia/Shanghai")
REAL_LOG = Path(__file__).parents[3] / "shared/data/uci_incident_log/incident_event_log_even.csv.gz"
PLAN = b"""
luyue: 1
id: ten-limits
title: {zh: \xe5\x8d\x81\xe6\x9d\xa1, en: Ten limits}
calendars:
  always: 24x7
  office: {days: mon-fri, hours: ["08:30-12:00", "13:30-17:00"], holidays: CN}
severities: [{id: high, zh: H, en: High}, {id: low, zh: L, en: Low}]
pauses:
  - {id: customer, zh: C, en: Customer, clause: "1"}
  - {id: parts, zh: P, en: Parts, clause: "1", metrics: [resolve]}
periods: [{id: warranty, zh: W, en: Warranty, clause: "1", length: 3y, from: acceptance}]
targets:
  - {id: reply, clause: "1", text: &t {zh: x, en: x}, metric: respond, within: 10min, calendar: always}
  - {id: reply-office, clause: "2", text: *t, metric: respond, within: 2h, calendar: office}
  - {id: arrive, clause: "3", text: *t, metric: arrive, within: 4h, calendar: always, when: {severity: high}}
  - {id: solve-high, clause: "4", text: *t, metric: resolve, within: 8h, calendar: always, when: {severity: high}}
  - {id: solve-low, clause: "5", text: *t, metric: resolve, within: 16h, calendar: office, when: {severity: low}}
  - {id: solve-days, clause: "6", text: *t, metric: resolve, within: 3 working days, calendar: office}
  - {id: solve-week, clause: "7", text: *t, metric: resolve, within: 7 calendar days, calendar: office}
  - {id: again, clause: "8", text: *t, metric: resolve, within: 6h, calendar: office, reopen: new}
  - {id: report, clause: "9", text: *t, metric: report, within: 24h, calendar: always, from: resolved}
  - {id: emergency, clause: "10", text: *t, metric: emergency_plan, within: 16h, calendar: always,
     when: {unsolved_for: 12h}}
  - {id: in-warranty, clause: "11", text: *t, metric: [replace, loan], within: 48h, calendar: office,
     when: {period: warranty}}
  - {id: promptly, clause: "12", text: *t, metric: respond, within: ask, calendar: always}
  - {id: theirs, clause: "13", text: *t, metric: plan, within: 1h, calendar: always, by: customer}
"""


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp())


def case(name: str, *events: CaseEvent, severity: str = "high") -> HistoryCase:
    return HistoryCase(name, 1, Facts(severity=severity), events)


def event(kind: str, when: str, **data: object) -> CaseEvent:
    return CaseEvent(kind, at(when), at(when), data)


def as_json(result) -> dict:
    file = io.StringIO()
    write_json(result, file)
    return json.loads(file.getvalue())


@pytest.fixture(scope="module")
def plan():
    return load_plan(PLAN).plan


def test_each_promise_is_judged_and_the_file_says_by_what(plan):
    one = case(
        "故障-1",
        event(REPORTED, "2026-03-06 16:00"),
        event("case.responded", "2026-03-06 16:05"),
        event(PAUSED, "2026-03-06 16:30", reason="customer"),
        event(RESUMED, "2026-03-09 09:00", reason="customer"),
        event(RESOLVED, "2026-03-09 10:00"),
        severity="low",
    )
    content = as_json(replay(plan, [one], at("2026-03-20 00:00")))
    check_replay(content)
    results = {line["promise"]: line for line in content["results"]}
    assert results["reply"] == {
        "case": "故障-1",
        "promise": "reply",
        "started": "2026-03-06T16:00:00+08:00",
        "due": "2026-03-06T16:10:00+08:00",
        "stopped": "2026-03-06T16:05:00+08:00",
        "paused_seconds": 0,
        "result": "met",
    }
    # Half an hour on Friday and half an hour on Monday are paused; the nights and the weekend are not work anyway.
    assert results["solve-low"]["paused_seconds"] == 3600
    assert results["solve-low"]["due"] == "2026-03-11T10:30:00+08:00"
    assert results["report"]["result"] == "breached"
    assert "arrive" not in results
    promise = next(p for p in content["promises"] if p["id"] == "solve-low")
    assert (promise["metric"], promise["within"], promise["unit"]) == ("resolve", "PT16H", "working_time")
    assert promise["calendar"]["hours"]["mon"] == [["08:30", "12:00"], ["13:30", "17:00"]]
    assert all(day.startswith("2026") for day in promise["calendar"]["holidays"])
    assert content["not_executable"] == [
        {"id": "promptly", "clause": "12", "reason": "ask"},
        {"id": "theirs", "clause": "13", "reason": "customer"},
    ]


def test_a_severity_that_changes_leaves_the_old_promise_as_superseded(plan):
    one = case(
        "1",
        event(REPORTED, "2026-03-06 09:00"),
        event(SEVERITY_CHANGED, "2026-03-06 10:00", severity="high"),
        event(RESOLVED, "2026-03-06 18:00"),
        severity="low",
    )
    content = as_json(replay(plan, [one], at("2026-03-20 00:00")))
    check_replay(content)
    results = {line["promise"]: line for line in content["results"]}
    assert results["solve-low"]["result"] == "not_applicable"
    assert results["solve-low"]["because"] == "superseded"
    assert results["solve-high"]["started"] == "2026-03-06T09:00:00+08:00"
    assert results["solve-high"]["result"] == "breached"
    assert results["arrive"]["result"] == "breached"


def test_what_the_history_cannot_tell_is_marked(plan):
    one = case("1", event(REPORTED, "2026-03-06 09:00"), event(RESOLVED, "2026-03-06 09:05"))
    result = replay(plan, [one], at("2026-03-20 00:00"), told=frozenset({"case.responded", RESOLVED}))
    assert result.untold == {"arrive", "report", "emergency", "in-warranty"}
    marked = {promise["id"] for promise in as_json(result)["promises"] if not promise["told"]}
    assert marked == result.untold


def test_the_table_counts_and_takes_the_median_of_the_time_used(plan):
    cases = [
        case(str(n), event(REPORTED, "2026-03-06 16:00"), event(RESOLVED, f"2026-03-09 {9 + n:02}:00"))
        for n in range(3)
    ]
    table = {line.promise: line for line in lines(replay(plan, cases, at("2026-03-20 00:00")))}
    again = table["again"]
    assert again.counts["met"] == 3 and again.met_share == 1.0
    assert again.median_used == 3600 + 5400


def test_without_a_moment_the_history_ends_with_its_last_event(plan):
    cases = [case("1", event(REPORTED, "2026-03-06 16:00"), event(RESOLVED, "2026-03-09 09:00"))]
    assert default_as_of(cases) == at("2026-03-09 09:00")
    assert default_as_of([]) is None
    empty = as_json(replay(plan, [], at("2026-03-09 09:00")))
    assert check_replay(empty) == 0


def test_a_contract_outside_of_a_period_is_not_held_to_its_promises(plan):
    cases = [case("1", event(REPORTED, "2026-03-06 16:00"))]
    result = replay(plan, cases, at("2026-03-20 00:00"), contract=contract_facts(plan, periods=()))
    assert "in-warranty" not in {reading.promise for _, reading in result.readings}


KINDS = [
    (PAUSED, {"reason": "customer"}),
    (PAUSED, {"reason": "parts"}),
    (PAUSED, {"reason": "not in the plan"}),
    (RESUMED, {"reason": "customer"}),
    (RESUMED, {}),
    (SEVERITY_CHANGED, {"severity": "high"}),
    (SEVERITY_CHANGED, {"severity": "low"}),
    (RESOLVED, {}),
    (REOPENED, {}),
    (CLOSED, {}),
    (CANCELLED, {}),
    (ARRIVED, {}),
    ("case.responded", {}),
    ("case.report_handed_over", {}),
    ("case.emergency_plan_given", {}),
    ("case.loaned", {}),
    ("case.excused", {"promise": "solve-days"}),
    ("case.triaged", {"onsite": False}),
]
YEAR = (at("2025-12-20 00:00"), at("2026-11-10 00:00"))


@st.composite
def histories(draw):
    """A case with up to twelve acts in any order of the list, most within days of its report."""
    reported = draw(st.integers(*YEAR))
    acts = draw(
        st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 20 * 86_400)), min_size=0, max_size=12)
    )
    events = [CaseEvent(kind, reported + later, reported + later, data) for (kind, data), later in acts]
    return HistoryCase(
        "case",
        1,
        Facts(severity=draw(st.sampled_from(["high", "low"]))),
        (CaseEvent(REPORTED, reported, reported), *events),
    )


@settings(max_examples=200)
@given(histories(), st.integers(0, 25 * 86_400))
def test_every_line_of_any_history_can_be_checked(plan, history, later):
    content = as_json(replay(plan, [history], history.events[0].at + later))
    assert check_replay(content) > 0


@pytest.mark.skipif(not REAL_LOG.exists(), reason="the public log is not on this machine")
def test_every_line_of_the_real_log_can_be_checked(plan, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes(PLAN)
    out = tmp_path / "out.json"
    words = [
        "replay",
        "--plan",
        str(path),
        "--cases",
        str(REAL_LOG),
        "--map",
        "uci-incident-log",
        "--json",
        str(out),
    ]
    assert cli.main(words) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    assert len({line["case"] for line in content["results"]}) == 12_438
    chosen = random.Random(3).sample(content["results"], 20_000)
    whole = check_replay(content | {"results": chosen, "promises": _recounted(content["promises"], chosen)})
    assert whole == 20_000


def _recounted(promises: list[dict], chosen: list[dict]) -> list[dict]:
    words = ("met", "breached", "running", "not_started", "not_applicable")
    recounted = []
    for promise in promises:
        counts = {
            word: sum(line["promise"] == promise["id"] and line["result"] == word for line in chosen)
            for word in words
        }
        applicable = sum(counts.values()) - counts["not_applicable"]
        recounted.append(promise | {"counts": {"applicable": applicable, **counts}})
    return recounted


# -- the command ------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    (tmp_path / "plan.yaml").write_bytes(PLAN)
    (tmp_path / "cases.csv").write_text(
        "单号,报修时间,故障现象,报修人,点位,设备,故障等级,响应时间,出发时间,到场时间,解决时间,关闭时间,处理人\n"
        "A-1,2026-03-05 08:30,x,,,,H,2026-03-05 08:35,,,2026-03-05 11:00,,\n"
        "A-2,昨天,x,,,,H,,,,,,\n"
        "A-3,2026-04-05 08:30,x,,,,L,,,,,,\n",
        encoding="gbk",
    )
    return tmp_path


def run(files, *more: str, **instead: str) -> int:
    given = {
        "plan": str(files / "plan.yaml"),
        "cases": str(files / "cases.csv"),
        "map": "simple-table",
    } | instead
    return cli.main(
        ["replay", *(word for name, value in given.items() for word in (f"--{name}", value)), *more]
    )


def test_the_command_prints_a_table_and_lists_bad_rows(files, capsys):
    out = files / "out.json"
    assert run(files, "--json", str(out), "--as-of", "2026-05-01T00:00") == 0
    printed = capsys.readouterr()
    assert "十条（ten-limits）  2 单，截至 2026-05-01 00:00" in printed.out
    assert "第 3 行: date.unreadable" in printed.err
    assert "未计时：promptly（12）：ask" in printed.out
    content = json.loads(out.read_text(encoding="utf-8"))
    assert check_replay(content) > 10
    assert content["as_of"] == "2026-05-01T00:00:00+08:00"


def test_cases_can_be_chosen_by_date_and_the_contract_assumed(files, capsys):
    words = ("--from", "2026-04-01", "--to", "2026-04-05", "--lang", "en", "--figure", "promptly=30min")
    assert run(files, *words) == 0
    printed = capsys.readouterr().out
    assert "1 cases" in printed and "30min" in printed
    assert "not run: theirs (13): customer" in printed


@pytest.mark.parametrize(
    ("instead", "more", "code", "said"),
    [
        ({"plan": "no-such-plan"}, (), 2, "no-such-plan"),
        ({"map": "no-such-map"}, (), 2, "uci-incident-log"),
        ({"cases": "nowhere.csv"}, (), 2, "nowhere.csv"),
        ({"map": "uci-incident-log"}, (), 2, "number"),
        ({}, ("--period", "never"), 2, "warranty"),
        ({}, ("--figure", "nothing=1h"), 2, "promptly"),
        ({}, ("--figure", "promptly=1d"), 2, "1d"),
        ({}, ("--figure", "promptly=-4h"), 2, "是负数"),
        ({}, ("--grade", "gold"), 2, "gold"),
        ({}, ("--option", "never"), 2, "never"),
        ({}, ("--to", "9999-12-31"), 2, "YYYY-MM-DD"),
        ({}, ("--from", "yesterday"), 2, "YYYY-MM-DD"),
        ({}, ("--from", "2030-01-01"), 1, "没有可用的工单"),
        ({}, ("--as-of", "soon"), 2, "--as-of"),
        ({}, ("--json", "/nowhere/at/all.json"), 2, "all.json"),
    ],
)
def test_what_cannot_be_done_is_said(files, capsys, instead, more, code, said):
    assert run(files, *more, **instead) == code
    assert said in capsys.readouterr().err


def test_cases_after_the_moment_are_not_counted(files, capsys):
    assert run(files, "--as-of", "2020-01-01", "--lang", "en") == 0
    assert " 0 cases, as of 2020-01-01" in capsys.readouterr().out


def test_a_broken_plan_or_mapping_is_shown_with_its_lines(files, capsys):
    (files / "broken.yaml").write_text("luyue: 1\nid: x\n", encoding="utf-8")
    assert run(files, plan=str(files / "broken.yaml")) == 2
    assert "broken.yaml:1: key.missing" in capsys.readouterr().err
    assert run(files, map=str(files / "broken.yaml")) == 2
    assert "broken.yaml:1: key." in capsys.readouterr().err


@pytest.mark.parametrize("plan_id", ["police-information", "001-video-integration", "002", "003", "004"])
def test_every_shipped_plan_replays(files, plan_id):
    (files / "plain.csv").write_text(
        "单号,报修时间,故障现象,报修人,点位,设备,故障等级,响应时间,出发时间,到场时间,解决时间,关闭时间,处理人\n"
        "A-1,2026-03-05 08:30,x,,,,,2026-03-05 08:35,,2026-03-05 10:00,2026-03-05 11:00,,\n",
        encoding="utf-8",
    )
    out = files / "out.json"
    assert run(files, "--json", str(out), plan=plan_id, cases=str(files / "plain.csv")) == 0
    check_replay(json.loads(out.read_text(encoding="utf-8")))
