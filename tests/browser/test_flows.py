"""Kinds with a flow of their own, clicked through by the desk and by the customer, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_guide import choose, clock, do
from tests.browser.test_journeys import fill, opened, recorded, report

CONTRACT, DESK, CUSTOMER = "HT-2025-002", "zhangmin", "kehu2"
WIDTHS = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def stages(page):
    """What the line of stages says: name → done, now or todo."""
    marks = page.locator(".desk-steps-line li")
    return [
        (marks.nth(n).get_attribute("data-step"), marks.nth(n).locator("b").inner_text())
        for n in range(marks.count())
    ]


def waiting(visitor, number):
    """The customer's page of a case that waits for his signature, from the top of his workbench."""
    page = visitor.open("/")
    assert visitor.fits()
    card = page.locator("section", has=page.get_by_role("heading", name="等您签批"))
    card.get_by_role("link", name=number, exact=True).click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.wait_for_load_state("networkidle")
    return page


@WIDTHS
def test_a_complaint_is_looked_into_until_the_customer_accepts(visit, size):
    desk = visit(DESK, size)
    page, number = report(desk, CONTRACT, "投诉上次维修晚到", kind="投诉", 报修人="值班室李工")
    do(page, "受理分派", 负责人="刘扬 · 项目经理")
    assert [one for one, _ in stages(page)] == ["done", "now", "todo", "todo", "todo"]
    assert [word for _, word in stages(page)] == ["收到", "调查", "答复客户", "记客户意见", "整改并办结"]
    # A complaint is talked about; nobody is sent first of all.
    expect(page.locator("#case-acts > a", has_text="出发")).to_have_count(0)
    do(page, "调查", 投诉事项="时效", 调查结果="工程师晚出发两小时，没有先说明", 是否属实="属实")
    do(page, "答复客户", 答复内容="确属我方延误，已致歉", 方式="热线")
    expect(clock(page, "响应")).to_contain_text("提前")
    do(page, "记客户意见", 客户意见="不满意", 客户原话="没说以后怎么避免")
    assert [one for one, _ in stages(page)] == ["done", "now", "todo", "todo", "todo"]
    do(page, "调查", 调查结果="派工没有看路程", 是否属实="属实")
    choose(page, "答复客户")
    form = page.locator("#act-box form")
    expect(form.get_by_label(re.compile("^答复内容"))).to_have_value("")  # not what he was not content with
    fill(form, 答复内容="以后派工先算路程，晚到先打电话", 方式="热线")
    form.get_by_role("button", name="答复客户").click()
    recorded(page, "答复客户")
    do(page, "记客户意见", 客户意见="接受")
    expect(page.locator("#case-flows")).not_to_contain_text("没说以后怎么避免")
    assert desk.fits()
    do(page, "整改并办结", 原因="派工没有看路程", 整改措施="派工先算路程", 整改责任人="刘扬")
    assert {one for one, _ in stages(page)} == {"done"}
    assert desk.fits()
    customer = visit(CUSTOMER, size)
    theirs = opened(customer, number)
    expect(theirs.locator("#case-flows")).to_contain_text("派工先算路程")
    assert customer.fits()
    do(theirs, "关闭")


@WIDTHS
@pytest.mark.parametrize(("kind", "title"), [("联调", "与卡口平台联调"), ("保障", "音乐会视频保障")])
def test_a_task_is_planned_agreed_to_carried_out_and_reckoned(visit, size, kind, title):
    desk = visit(DESK, size)
    page, number = report(desk, CONTRACT, title, kind=kind, 报修人="文旅局刘科")
    do(page, "受理分派", 负责人="刘扬 · 项目经理")
    plan = {"开始": "2026-12-28T18:00", "人员安排": "王强、赵磊", "车辆、工具、备件": "应急车 1 辆"}
    party = {"对接系统和厂商": "卡口平台，某厂商"} if kind == "联调" else {}
    choose(page, "制定计划")
    form = page.locator("#act-box form")
    fill(form, 任务内容=title, 结束="2026-12-28T17:00", **plan, **party, **{"额外费用（元）": "1200"})
    desk.expected.add(422)
    form.get_by_role("button", name="制定计划").click()
    expect(form.locator(".ly-errors")).to_contain_text("结束")
    fill(form, 结束="2026-12-28T23:00")
    form.get_by_role("button", name="制定计划").click()
    recorded(page, "制定计划")
    assert desk.fits()

    # The customer does not agree at first: the firm reads why and makes another plan.
    customer = visit(CUSTOMER, size)
    theirs = waiting(customer, number)
    do(theirs, "不同意，请改计划", 原因="费用太高，请用一辆车")
    page.reload()
    expect(page.locator("#case-timeline")).to_contain_text("费用太高，请用一辆车")
    expect(page.locator("#case-acts [data-main-act]")).to_contain_text("制定计划")
    do(page, "制定计划", **{"额外费用（元）": "900"})
    theirs = waiting(customer, number)
    choose(theirs, "客户同意计划")
    form = theirs.locator("#act-box form")
    expect(form.locator(".desk-to-sign")).to_contain_text("900.00 元")
    expect(form.get_by_label(re.compile("^客户同意人"))).not_to_have_value("")  # himself
    form.get_by_role("button", name="客户同意计划").click()
    recorded(theirs, "客户同意计划")
    assert customer.fits()

    page.reload()
    do(page, "开始执行")
    note = "日志"
    do(page, "记日志", **{note: "18:05 到岗，设备正常"})
    choose(page, "完成并写结果")
    form = page.locator("#act-box form")
    fill(form, 结果="结束，无异常", **{"实际额外费用（元）": "1000"})
    form.get_by_role("button", name="完成并写结果").click()
    expect(form.locator(".ly-errors")).to_contain_text("超出约定的原因")  # more than was agreed
    fill(form, 超出约定的原因="加班一小时，客户同意")
    form.get_by_role("button", name="完成并写结果").click()
    recorded(page, "完成并写结果")
    assert {one for one, _ in stages(page)} == {"done"}
    assert desk.fits()
    theirs.reload()
    expect(theirs.locator("#case-flows")).to_contain_text("1,000.00 元")
    do(theirs, "关闭")
