"""Cases of shipped plans from the call to the statement, through the pages only, each step by whose it is."""

import base64
import hashlib
import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_guide import choose, clock, do

ZONE = ZoneInfo("Asia/Shanghai")
# A picture of one dot.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def report(desk, contract, title, *, kind="", level="", **more):
    """Take a call on a contract at the desk; returns the page of the case and its number. more: other fields."""
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
    fill(page.locator("#intake-form"), **more)
    page.get_by_role("button", name="受理").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.wait_for_load_state("networkidle")
    return page, page.locator("h1").inner_text()


def fill(form, **answers):
    """Answer a form by the names of its fields."""
    for label, answer in answers.items():
        field = form.get_by_label(re.compile(rf"^{re.escape(label)}\s*\*?$")).first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(answer)


def recorded(page, act):
    """The page says that the act is recorded, and its form is gone."""
    expect(page.locator("[role=status]", has_text=f"已记录：{act}").last).to_be_visible()
    expect(page.locator("#act-box form")).to_have_count(0)


def at_the_top(part):
    """Scroll the page until a part of it begins below the frame's head."""
    part.evaluate("part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 72)")


def at_the_middle(part):
    part.evaluate("part => part.scrollIntoView({block: 'center'})")


def opened(visitor, number):
    """The page of a case, found by its number as whoever works on it finds it."""
    page = visitor.open(f"/cases/?view=all&q={number}")
    page.get_by_role("link", name=number, exact=True).first.click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.wait_for_load_state("networkidle")
    return page


def figure(visitor, contract, promise):
    """How often a contract's statement says that a promise was owed in all, and how often it was kept."""
    page = statement(visitor, contract)
    words = page.locator(f"tr[id='{promise}'] .bar .ly-words").inner_text()
    total, kept = (re.search(pattern, words) for pattern in (r"看 (\d+) 次", r"达成 (\d+)"))
    return int(total[1]) if total else 0, int(kept[1]) if kept else 0


def statement(visitor, contract):
    """The contract's statement over the whole service."""
    page = visitor.open("/statements/")
    page.get_by_role("link", name=contract).first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="全部", exact=True).click()
    page.wait_for_load_state("networkidle")
    return page


def counted(visitor, contract, number, clauses):
    """The manager finds the case in the contract's statement under each promise, at the clause that makes it.

    clauses: promise → (clause, what the clock of the case counts as).
    """
    page = statement(visitor, contract)
    for promise, (clause, counts_as) in clauses.items():
        line = page.locator(f"tr[id='{promise}']")
        expect(line.locator(".ly-clause")).to_contain_text(clause)
        line.get_by_role("link", name=re.compile(r"^看 \d+ 次")).click()
        behind = line.locator("xpath=following-sibling::tr[1]")
        # A page of the list holds few of a year's cases: the number finds the one.
        behind.get_by_role("searchbox").fill(number)
        behind.get_by_role("searchbox").press("Enter")
        expect(behind.locator(".ly-chip b")).to_have_text(number)
        expect(behind.locator("tbody tr")).to_have_count(1)
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
    page = counted(visit("mafei"), contract, number, clauses)
    at_the_middle(page.locator("[id='phone-respond']"))
    picture(page, "journey-statement")


def test_a_defect_is_analysed_signed_solved_and_replied_to(visit, picture):
    contract = "HT-2025-001"
    manager = visit("mafei")
    owed, kept = figure(manager, contract, "reply")
    desk = visit("zhangmin")
    title = "月报合计与明细不符"
    page, number = report(desk, contract, title, kind="系统缺陷", level="", 报修人="信息科王科长")
    do(page, "受理分派", 负责人="孙岩 · 服务工程师")
    do(
        page, "填写提交单", 系统或模块="统计报表", 问题描述和重现步骤="选上月，合计比明细之和少两条。",
        影响="月报不能上报", 交办单位="市局指挥中心",
    )  # fmt: skip
    engineer = opened(visit("sunyan"), number)
    do(engineer, "回复", 说明="已收到，正在核对取数口径")
    expect(clock(engineer, "响应")).to_contain_text("提前")
    do(
        engineer, "分析", 问题性质="技术问题", 分析过程="合计按受理时间取数，明细按办结时间取数，跨月的漏计。",
        处理建议和措施="统一按受理时间取数，重算本年月报。", 同类问题归为="报表合计",
    )  # fmt: skip
    # Whoever analysed it cannot sign for it.
    expect(engineer.locator("#case-acts").get_by_role("button", name="签字确认")).to_have_count(0)

    theirs = manager.open("/")
    theirs.get_by_role("link", name="待我签批").click()
    theirs.get_by_role("link", name=number, exact=True).click()
    theirs.wait_for_load_state("networkidle")
    choose(theirs, "签字确认")
    expect(theirs.locator("#act-box")).to_contain_text("跨月的漏计")
    theirs.get_by_role("link", name="放弃").click()
    do(theirs, "签字确认", 意见="同意，重算后抽查三个月")

    engineer.reload()
    do(
        engineer, "解决并记变更", 原因="取数口径不一", 处理办法="统一按受理时间取数，已重算本年月报",
        变更内容="视图 v_month_total", 变更前备份="v_month_total_bak", 版本号="3.2.1",
    )  # fmt: skip
    do(engineer, "上报服务中心", 上报给="公司技术支持中心")
    do(engineer, "回复提交单位", 方式="书面")
    engineer.reload()
    at_the_top(engineer.locator("#case-flows"))
    picture(engineer, "journey-defect")
    theirs = seen_in_portal(visit("kehu1"), number, "已重算本年月报")
    expect(theirs.locator("#case-flows")).to_contain_text("已回复")
    expect(theirs.locator("#case-flows")).not_to_contain_text("公司技术支持中心")
    do(theirs, "关闭")

    counted(manager, contract, number, {"reply": ("一(一)", "达成")})
    assert figure(manager, contract, "reply") == (owed + 1, kept + 1)


def test_a_recording_is_extracted_with_approval_and_an_unbroken_chain_of_custody(visit, picture, tmp_path):
    contract = "HT-2025-003"
    manager = visit("mafei")
    owed, kept = figure(manager, contract, "hotline-response")
    recording = tmp_path / "东门-20261103.mp4"
    recording.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 64)
    receipt = tmp_path / "交接单.png"
    receipt.write_bytes(base64.b64decode(DOT))
    desk = visit("zhangmin")
    page, number = report(desk, contract, "调取门诊大厅录像", kind="提取录像", 报修人="保卫科刘科长")
    do(page, "受理分派", 负责人="王强 · 服务工程师")
    do(
        page, "填写申请", 申请单位="医院保卫科", 依据文号="青公调字〔2026〕17 号", 点位和摄像机="门诊大厅 2 号机",
        录像起="2026-11-03T08:00", 录像止="2026-11-03T09:30", 用途="核实丢失物品经过",
    )  # fmt: skip
    # Whoever asked cannot approve.
    expect(page.locator("#case-acts").get_by_role("button", name="审批同意")).to_have_count(0)
    customer = visit("kehu3")
    theirs = customer.open("/")
    waiting = theirs.locator("section", has=theirs.get_by_role("heading", name="等您签批"))
    waiting.get_by_role("link", name=number, exact=True).click()
    theirs.wait_for_load_state("networkidle")
    do(theirs, "审批同意", 意见="同意调取，限本案使用")

    engineer = opened(visit("wangqiang"), number)
    do(engineer, "回复", 说明="已批准，今天上午提取")
    expect(clock(engineer, "响应")).to_contain_text("提前")
    choose(engineer, "登记提取")
    form = engineer.locator("#act-box form")
    form.locator("input.desk-digest-file").set_input_files(recording)
    digest = hashlib.sha256(recording.read_bytes()).hexdigest()
    expect(form.get_by_role("textbox", name="录像文件 SHA-256")).to_have_value(digest)
    expect(form.get_by_label(re.compile("^录像文件名"))).to_have_value(recording.name)
    fill(form, 介质和编号="光盘 2026-031", 介质现由谁保管="王强")
    form.get_by_role("button", name="登记提取").click()
    recorded(engineer, "登记提取")
    do(engineer, "转交介质", 介质现由谁保管="张敏（服务台保险柜）", 转交原因="等客户来取")
    page.reload()
    choose(page, "交接给客户")
    form = page.locator("#act-box form")
    fill(form, 接收人="保卫科刘科长", 交接单编号="JJ-2026-031", **{"交接时复核 SHA-256": "0" * 64})
    desk.expected.add(422)
    form.get_by_role("button", name="交接给客户").click()
    expect(page.locator("#act-box .ly-error").first).to_be_visible()  # another file than was extracted
    form.locator("input.desk-digest-file").set_input_files(recording)
    expect(form.get_by_role("textbox", name="交接时复核 SHA-256")).to_have_value(digest)
    form.get_by_label("签字扫描件或照片").set_input_files(receipt)
    form.get_by_role("button", name="交接给客户").click()
    recorded(page, "交接给客户")
    custody = page.locator(".desk-custody tbody tr")
    expect(custody).to_have_count(3)
    for row, (holder, until) in enumerate(
        (("王强", ""), ("张敏（服务台保险柜）", ""), ("保卫科刘科长", "至今"))
    ):
        expect(custody.nth(row)).to_contain_text(holder)
        expect(custody.nth(row)).to_contain_text(until)
    page.reload()
    at_the_top(page.locator("#case-flows"))
    picture(page, "journey-extraction")
    theirs = seen_in_portal(customer, number, "录像交接完毕")
    expect(theirs.locator("#case-flows")).to_contain_text(digest)
    do(theirs, "关闭")

    counted(manager, contract, number, {"hotline-response": ("三/热线响应", "达成")})
    assert figure(manager, contract, "hotline-response") == (owed + 1, kept + 1)


def ago(hours):
    """A moment as the field of a form takes it."""
    return (datetime.now(ZONE) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def told(page, what, name):
    """The part of the case that says that a person was told of a thing."""
    group = page.locator("#case-told .desk-told", has_text=what)
    return group.filter(has=page.locator("li", has_text=name)).first


def awaited(page, part):
    """Whoever waits for the sweep looks again; it comes every few seconds."""
    deadline = time.monotonic() + 90
    while not part.count():
        assert time.monotonic() < deadline, "the sweep told nobody"
        page.wait_for_timeout(1_500)
        page.reload()
        page.wait_for_load_state("networkidle")


def agreed(lead, contract, question, value):
    """The project manager writes down what the customer and he agreed where the plan names no figure."""
    page = lead.open("/contracts/")
    page.get_by_role("link", name=contract).first.click()
    page.wait_for_load_state("networkidle")
    row = page.locator("#figures .ly-questions tbody tr", has_text=question)
    if row.count():  # once per installation
        row.get_by_label("约定值").fill(value)
        row.get_by_label("同意人").fill("信息中心周主任")
        row.get_by_label("日期").fill(ago(72)[:10])
        row.get_by_role("button", name="记下").click()
    expect(page.locator("#figures tr", has_text="信息中心周主任")).to_contain_text(value)


def test_a_fault_not_helped_in_time_goes_up_the_ladder_and_gets_its_emergency_plan(visit, picture):
    contract = "HT-2025-005"
    lead, manager = visit("chenjing"), visit("mafei")
    agreed(lead, contract, "接到紧急联系后多长时间内定出解决办法", "16 小时")
    owed, kept = figure(manager, contract, "remote-help")
    page, number = report(
        visit("zhangmin"),
        contract,
        "登记平台全部无法登录",
        来源="应急电话",
        报修时间=ago(13),
        报修人="登记中心马主任",
    )
    do(page, "受理分派", 负责人="孙岩 · 服务工程师")
    engineer = opened(visit("sunyan"), number)
    do(engineer, "回复", 说明="已接电话", 发生时间=ago(12.9))
    do(engineer, "已了解", 说明="认证服务不停重启", 发生时间=ago(12.5))

    # Nobody helped within two hours, nor gave a plan within four: the whole ladder is told, and the case says who.
    for what in ("已超时：远程协助", "已超时：服务方案"):
        for name in ("孙岩", "陈静", "马飞", "郭伟"):
            awaited(engineer, told(engineer, what, name))
    engineer.locator("#case-ack").get_by_role("button", name="确认收到").click()
    engineer.wait_for_load_state("networkidle")
    expect(engineer.locator("#case-ack form")).to_have_count(0)
    theirs = opened(lead, number)
    theirs.locator("#case-ack").get_by_role("button", name="确认收到").click()
    theirs.wait_for_load_state("networkidle")
    expect(told(theirs, "已超时：远程协助", "陈静").locator("li", has_text="陈静")).to_contain_text("已确认")

    # By hand to the maker, past nobody: with the reason, and what goes there.
    choose(theirs, "升级")
    form = theirs.locator("#act-box form")
    level = form.get_by_label(re.compile("^升级到"))
    level.select_option(value="manufacturer")
    fill(form, 原因="认证组件缺陷，要厂家补丁", 调配备件="备用认证服务器 1 台")
    form.get_by_role("button", name="升级", exact=True).click()
    recorded(theirs, "升级")
    expect(theirs.locator("#case-told")).to_contain_text("认证组件缺陷，要厂家补丁")
    theirs.reload()
    at_the_top(theirs.locator("section", has=theirs.get_by_role("heading", name="通知与升级")))
    picture(theirs, "journey-ladder")

    engineer.reload()
    engineer.locator("#case-ack").get_by_role("link", name="给出应急方案").or_(
        engineer.locator("#case-ack").get_by_role("button", name="给出应急方案")
    ).click()
    form = engineer.locator("#act-box form")
    fill(
        form, 应急方案要点="一小时内切到备用认证服务器，只读登录先恢复", 会商专家="原厂陈工",
        备用设备="认证服务器 1 台", 已告知="登记中心马主任、马飞",
    )  # fmt: skip
    form.get_by_role("button", name="应急方案").click()
    recorded(engineer, "应急方案")
    expect(clock(engineer, "应急方案")).to_contain_text("提前")
    do(engineer, "远程开始")
    expect(clock(engineer, "远程协助")).to_contain_text("超时")
    do(engineer, "解决", 故障原因="认证组件内存泄漏", 处理办法="换备用服务器并装厂家补丁")
    do(engineer, "提交报告")
    do(seen_in_portal(visit("kehu5"), number, "换备用服务器并装厂家补丁", "只读登录先恢复"), "关闭")
    clauses = {"remote-help": ("4.5(2)", "超时完成"), "emergency-solution": ("应急(2)", "达成")}
    counted(manager, contract, number, clauses)
    assert figure(manager, contract, "remote-help") == (owed + 1, kept)


def test_a_breakdown_unsolved_after_twelve_hours_gets_its_emergency_plan_within_sixteen(visit, picture):
    contract = "HT-2025-004"
    page, number = report(visit("zhangmin"), contract, "监控平台全部瘫痪", level="系统瘫痪", 报修时间=ago(13))
    do(page, "受理分派", 负责人="王强 · 服务工程师")
    engineer = opened(visit("wangqiang"), number)
    owed = engineer.get_by_role("heading", name="须给客户应急方案")
    awaited(engineer, owed)
    for what in ("须给应急方案", "已超时：解决", "已超时：响应"):
        awaited(engineer, told(engineer, what, "王强"))
    for name in ("刘扬", "马飞"):
        awaited(engineer, told(engineer, "须给应急方案", name))
    engineer.evaluate("scrollTo(0, 0)")
    picture(engineer, "journey-emergency")
    engineer.locator("#case-ack").get_by_role("button", name="确认收到").click()
    engineer.wait_for_load_state("networkidle")
    do(
        engineer,
        "应急方案",
        应急方案要点="两小时内用备用存储接管重点点位",
        备用设备="备用存储 1 台",
        已告知="指挥中心、马飞",
    )
    expect(owed).to_have_count(0)
    do(engineer, "解决", 故障原因="主存储控制器损坏", 处理办法="换控制器，录像已核对")
    do(engineer, "提交报告")
    do(seen_in_portal(visit("kehu4"), number, "用备用存储接管重点点位"), "关闭")
    counted(visit("mafei"), contract, number, {"breakdown-emergency-plan": ("8.12.1", "达成")})


def test_on_the_phone_the_cases_behind_a_promise_stand_between_its_line_and_the_next(visit):
    manager = visit("mafei", PHONE)
    page = statement(manager, "HT-2025-002")
    line = page.locator("tr[id='phone-respond']")
    line.get_by_role("link", name=re.compile(r"^看 \d+ 次")).click()
    behind = line.locator("xpath=following-sibling::tr[1]")
    expect(behind.get_by_role("searchbox")).to_be_visible()
    part = behind.locator(".ly-instances").bounding_box()
    following = line.locator("xpath=following-sibling::tr[2]").bounding_box()
    assert part["y"] + part["height"] <= following["y"] + 1
    assert manager.fits()
