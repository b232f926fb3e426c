"""What a plan creates, in words, and what executes."""

from pathlib import Path

import pytest

import luyue
from luyue.domain.plan.execution import REASONS, STATUS_WORDS, executable
from luyue.domain.plan.explain import as_json, clock_words, condition_words, counts, explain, promise_words
from luyue.domain.plan.loader import Source, load_plan, plan_calendar
from luyue.domain.plan.model import Plan
from luyue.domain.terms import terms_of

PLANS = {
    path.stem[:3]: load_plan(path.read_bytes()).plan
    for path in sorted((Path(luyue.__file__).parent / "plans").glob("*.yaml"))
}


def words(plan: str, promise: str, language: str = "zh") -> str:
    return promise_words(PLANS[plan].by_id[promise], PLANS[plan], language)


@pytest.mark.parametrize(
    ("plan", "promise", "zh", "en"),
    [
        ("000", "major-arrive", "4 小时内到场 · 7×24 · 自报修起", "arrival within 4 h · 7×24 · from the report"),
        ("001", "urgent-resolve", "2 小时内解决 · 7×24 · 自到场起", "resolution within 2 h · 7×24 · from arrival"),
        ("001", "normal-arrive", "到场：双方商定 · 7×24 · 自报修起", "arrival: by agreement · 7×24 · from the report"),
        (
            "001", "serious-respond", "响应：“立即”（待约定） · 7×24 · 自报修起",
            "response: “立即” (to be agreed) · 7×24 · from the report",
        ),
        (
            "002", "part-next-working-day",
            "1 个工作日内备件送达 · 周一至周五 09:00–18:00（法定节假日除外） · 自订备件起",
            "delivery of the part within 1 working day · Mon–Fri 09:00–18:00 (public holidays excepted)"
            " · from ordering the part",
        ),
        ("000", "quarterly-check", "巡检 · 每季度 · 7 项", "round · every quarter · 7 items"),
        ("000", "training", "培训 · 2 次 · 自交付起 · 3 项", "training · 2 times · from delivery · 3 items"),
        ("003", "residents-sign-in", "记录 · 每天 2 次", "record · 2 times every day"),
        (
            "003", "service-point-set-up", "服务点 · 一次 · 自中标起 · 1 个月内",
            "service point · once · from award · within 1 month",
        ),
        ("003", "resident-trial-week", "驻场工程师 · 7 天 · 自中标起", "resident engineer · 7 days · from award"),
        ("003", "quarterly-satisfaction", "满意度调查 · 每季度 · 期满后 10 个工作日内 · 5 项", None),
        ("003", "answer-rate", "热线接通率 · ≥90 % · 每月", None),
        (
            "003", "hotline-change-notice",
            "热线号码变更 → 通知 · 提前 15 个工作日 · 书面",
            "a change of the hotline → notice · 15 working days ahead · in writing",
        ),
        (
            "002", "charges-10-years",
            "收费 · 质保期结束后 · 第 0 至 10 年 · 人工免费、部件按成本收费、差旅按成本收费、住宿按成本收费", None,
        ),
        ("003", "residents-on-site", "驻场工程师 · 至少 2 人 · 7×24 · 签到 08:30–12:00、13:30–17:00 · 3 项", None),
        ("003", "repeat-fault-replaced", "更换 · 1 个月内 2 次故障", "replacement · 2 faults in 1 month"),
        (
            "001", "change-announced",
            "由客户承担 · 客户计划改动 → 通知 · “及时”（待约定） · 须通知 · 3 项", None,
        ),
    ],
)  # fmt: skip
def test_the_figures_of_a_promise_in_one_line(plan: str, promise: str, zh: str, en: str | None):
    assert words(plan, promise) == zh
    if en:
        assert words(plan, promise, "en") == en


def test_a_target_tells_its_conditions_pauses_and_warning():
    plan = PLANS["001"]
    target = plan.by_id["serious-resolve"]
    assert clock_words(target, plan).startswith("每个服务请求（严重）计时“serious-resolve”；可暂停：")
    assert "用时 75% 预警" in clock_words(target, plan)
    assert condition_words(plan.by_id["serious-depart"].when, plan) == "严重，需到场"
    assert condition_words(plan.by_id["serious-depart"].when, plan, "en") == "Serious, on-site service needed"


@pytest.mark.parametrize("plan", PLANS.values(), ids=lambda plan: plan.id)
def test_what_is_said_to_run_is_what_the_engine_runs(plan: Plan):
    calendars = {name: plan_calendar(plan, name) for name in plan.calendars}
    running = {term.promise for term in terms_of(plan, calendars)}
    said = {promise.id for promise in plan.targets if executable(promise).status == "runs"}
    # A clock whose act nobody can record is made, but it never starts or stops: it is not said to run.
    unable = {one.id for one in plan.targets if executable(one).reason == "act_missing"}
    assert said == running - unable


@pytest.mark.parametrize("plan", PLANS.values(), ids=lambda plan: plan.id)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_promise_is_explained(plan: Plan, language: str):
    text = "\n".join(explain(plan, language))
    assert "None" not in text
    for promise in plan.promises:
        assert promise.text.in_(language) in text
        assert promise_words(promise, plan, language)
        execution = executable(promise)
        assert execution.status in STATUS_WORDS and execution.reason in REASONS
    table = counts(plan)
    assert sum(row["promises"] for row in table.values()) == len(plan.promises)
    for row in table.values():
        assert row["promises"] == sum(row[status] for status in STATUS_WORDS)
    assert len(as_json(plan, language)["promises"]) == len(plan.promises)


def small(fields: str, section: str = "targets") -> Source:
    return load_plan(
        f"""\
luyue: 1
id: small
title: {{zh: 小, en: Small}}
calendars: {{always: 24x7}}
{section}:
  - {{id: a, clause: "1", text: {{zh: 文, en: T}}, {fields}}}
""".encode()
    )


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ("metric: arrive, within: 4h, calendar: always", "runs", "clock"),
        ("metric: arrive, within: 4h, calendar: always, from: open", "runs", "clock_open_start"),
        ("metric: arrive, within: ask, calendar: always", "asks", "figure_asked"),
        ("metric: arrive, within: by_agreement, calendar: always", "asks", "by_agreement"),
        ("metric: arrive, within: 4h, calendar: always, by: customer", "not_yet", "other_party"),
        ("metric: arrive, within: 4h, calendar: always, by: partner", "runs", "clock"),
    ],
)
def test_targets_run_ask_or_wait(fields: str, status: str, reason: str):
    execution = executable(small(fields).plan.targets[0])
    assert (execution.status, execution.reason) == (status, reason)


@pytest.mark.parametrize(
    ("section", "fields", "status"),
    [
        ("duties", "owe: round.system, every: month", "runs"),
        ("duties", "owe: round.system, every: ask", "asks"),
        ("duties", "owe: round.system, every: once, vague: 及时, ask: {zh: 何时, en: When}", "asks"),
        ("triggers", "on: case.resolved, owe: report.fault", "runs"),
        ("triggers", "on: weather.severe, owe: round.outdoor, within: 24h", "runs"),
        ("triggers", "on: weather.severe, owe: round.outdoor, within: ask", "asks"),
        ("duties", "owe: conduct.manner, every: continuous", "declared"),
        ("duties", "owe: record.work, every: continuous", "runs"),
        ("quotas", "measure: stock.parts, unit: 件, value: ask", "asks"),
        ("quotas", "measure: stock.parts, unit: 件, at_least: 2", "runs"),
        ("entitlements", "topic: objective.best, term: pledged", "declared"),
        ("entitlements", "topic: warranty.length, term: three_years", "runs"),
        ("staffing", "role: engineer, vague: 经验丰富", "declared"),
        ("staffing", "role: engineer, at_least: 2", "runs"),
    ],
)
def test_other_kinds_are_kept_or_declared(section: str, fields: str, status: str):
    assert executable(small(fields, section).plan.promises[0]).status == status
