"""Cases of shipped plans from the call to the statement, through the pages only, each step by whose it is."""

import re

from playwright.sync_api import expect

from tests.browser.test_guide import clock, do


def report(desk, contract, title, *, kind="", level=""):
    """Take a call on a contract at the desk; returns the page of the case and its number."""
    page = desk.open("/cases/new/")
    page.get_by_label("合同").fill(contract)
    page.get_by_label("合同").press("Tab")
    expect(page.locator("#intake-terms")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    page.get_by_label("现象").fill(title)
    if kind:
        page.get_by_label("类别").select_option(label=kind)
    if level:
        page.get_by_label(level, exact=True).check()
    page.get_by_role("button", name="受理").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.wait_for_load_state("networkidle")
    return page, page.locator("h1").inner_text()


def opened(visitor, number):
    """The page of a case, found by its number as whoever works on it finds it."""
    page = visitor.open(f"/cases/?view=all&q={number}")
    page.get_by_role("link", name=number, exact=True).first.click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.wait_for_load_state("networkidle")
    return page


def counted(visitor, contract, number, clauses):
    """The manager finds the case in the contract's statement under each promise, at the clause that makes it.

    clauses: promise → (clause, what the clock of the case counts as).
    """
    page = visitor.open("/statements/")
    page.get_by_role("link", name=contract).first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="全部", exact=True).click()
    page.wait_for_load_state("networkidle")
    for promise, (clause, counts_as) in clauses.items():
        line = page.locator(f"tr[id='{promise}']")
        expect(line.locator(".ly-clause")).to_contain_text(clause)
        line.get_by_role("link", name=re.compile(r"^看 \d+ 次")).click()
        behind = line.locator("xpath=following-sibling::tr[1]")
        row = behind.locator("tbody tr", has=page.get_by_role("link", name=number, exact=True))
        expect(row).to_contain_text(counts_as)
    assert visitor.fits()
    return page


def seen_in_portal(visitor, number, *told):
    """The customer sees the case and what was done."""
    page = opened(visitor, number)
    for words in told:
        expect(page.locator("#case-timeline")).to_contain_text(words)
    assert visitor.fits()
    return page


def test_a_fault_is_visited_solved_and_reported_within_a_day(visit, picture):
    contract = "HT-2025-004"
    page, number = report(visit("zhangmin"), contract, "东街路口摄像机无图像", level="一般故障")
    do(page, "受理分派", 负责人="王强 · 服务工程师", 需要到场="需要")
    engineer = opened(visit("wangqiang"), number)
    do(engineer, "回复", 说明="已联系值班员，马上出发")
    do(engineer, "出发")
    do(engineer, "到场")
    expect(clock(engineer, "到场")).to_contain_text("提前")
    do(engineer, "解决", 故障原因="网线水晶头氧化", 处理办法="重新压接并做防水处理")
    do(engineer, "提交报告")
    expect(clock(engineer, "报告")).to_contain_text("提前")
    customer = visit("kehu4")
    theirs = seen_in_portal(customer, number, "重新压接并做防水处理")
    do(theirs, "关闭")
    clauses = {"reach-site": ("6.2.2(3)", "达成"), "fault-handling-report": ("8.12.1", "达成")}
    counted(visit("mafei"), contract, number, clauses)


def test_a_question_is_answered_and_closed_on_the_spot(visit, picture):
    contract = "HT-2025-002"
    page, number = report(visit("zhangmin"), contract, "如何导出历史录像", kind="咨询", level="一般")
    told = "在回放页选时段，点“导出”，格式选 MP4。"
    do(page, "答复并关闭", 咨询主题="使用方法", 咨询人="值班室李工", 答复内容=told)
    expect(page.locator("#case-state")).to_contain_text("已关闭")
    seen_in_portal(visit("kehu2"), number, "当场答复，已关闭", told)
    clauses = {"phone-respond": ("体系 4/电话邮件", "达成"), "normal-respond": ("体系 5A", "达成")}
    statement = counted(visit("mafei"), contract, number, clauses)
    statement.locator("[id='phone-respond']").evaluate("line => line.scrollIntoView({block: 'center'})")
    picture(statement, "journey-statement")
