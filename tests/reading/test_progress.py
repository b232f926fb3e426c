"""Progress told every so often while a fault lasts. Sentences made for these tests."""

import pytest
import yaml
from django.utils import translation

from luyue.drafting.words import summary
from luyue.reading.engine import read_text
from luyue.reading.planfile import plan_yaml


def told(text: str) -> set[tuple[str, str]]:
    return {(t.within, t.severity) for t in read_text(text).targets if t.metric == "other:progress"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一级故障处置期间，每20分钟向院办通报一次进展。", {("PT20M", "一级故障")}),
        ("紧急事件每半小时续报一次，直至恢复。", {("PT30M", "紧急事件")}),
        ("主干光缆中断后，抢修组长每2小时报告一次抢修情况。", {("PT2H", "any")}),
        ("P1每15分钟、P2每1小时在工作群更新一次处理进度。", {("PT15M", "P1"), ("PT1H", "P2")}),
        ("重大故障由值班长每隔四小时将处理情况报车间一次。", {("PT4H", "重大故障")}),
        ("故障未恢复前，项目经理每天通报一次进展。", {("P1D", "any")}),
        ("遇强降雨过程，每小时向防汛办报送一次水情情况。", {("PT1H", "any")}),
        ("级别\t到场时间\t进展通报\n一级\t1小时\t每30分钟一次\n二级\t4小时\t每2小时一次", {("PT30M", "一级"), ("PT2H", "二级")}),
    ],
)  # fmt: skip
def test_progress_is_a_limit_of_its_level(text: str, expected: set[tuple[str, str]]):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一级故障处置期间，每20分钟向院办通报一次进展。",
        "紧急事件每半小时续报一次，直至恢复。",
        "P1每15分钟、P2每1小时在工作群更新一次处理进度。",
    ],
)
def test_progress_is_no_work_by_the_calendar(text: str):
    assert not read_text(text).duties


@pytest.mark.parametrize(
    "text",
    [
        "机房温度每2小时抄录一次。",
        "日志每15分钟同步到备用站点。",
        "每小时做一次增量备份。",
        "每月通报一次考核情况。",
        "发生故障时，用户应每2小时向我方反馈一次现场情况。",
        "值班员每4小时轮换一次。",
        "每天提交一份值班报告。",
    ],
)
def test_rhythms_that_tell_no_progress(text: str):
    assert not told(text)


def test_a_plan_file_says_how_often_and_for_which_level():
    reading = read_text("一级故障处置期间，每20分钟向院办通报一次进展。一级故障2小时内修复。")
    plan = yaml.safe_load(plan_yaml(reading, "样例", "sample"))
    (trigger,) = plan["triggers"]
    assert trigger["text"]["zh"] == "一级故障：每20分钟通报进展，直到恢复"
    assert trigger["text"]["en"] == "Level 1: Progress is told every 20 min until the fault is over"
    assert trigger["when"] == {"severity": "level-1"}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("zh-hans", "通报进展 · 每 20 分钟 · 一级故障"),
        ("en", "Progress is told · every 20 minutes · 一级故障"),
    ],
)
def test_the_page_of_a_draft_says_every(language: str, line: str):
    (target,) = read_text("一级故障处置期间，每20分钟向院办通报一次进展。").targets
    facts = {
        "metric": target.metric, "within": target.within, "basis": target.basis, "severity": target.severity,
        "scope": target.scope, "starts": target.starts,
    }  # fmt: skip
    with translation.override(language):
        assert summary("target", facts, language) == line
