"""The product as its users walk through it, in the order of the guide. With LUYUE_PICTURES=1 it also takes the
guide's pictures."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

CONTRACT = "HT-2025-002"  # its plan knows levels and pauses
ENGINEER = ("sunyan", "孙岩")
REGISTER = (
    "单号,报修时间,故障现象,报修人,故障等级,响应时间,解决时间\n"
    "A-1001,2026-10-12 09:05,办公楼电梯厅摄像机无图像,值班室,一般,2026-10-12 09:20,2026-10-12 11:30\n"
    "A-1002,2026-10-13 14:40,硬盘录像机报警,值班室,严重,2026-10-13 14:58,2026-10-13 20:10\n"
    "A-1003,时间待查,南门道闸不抬杆,门岗,一般,,\n"
)


def take_call(desk, title, level="一般"):
    """Take a call at the desk; returns the page of the new case and its number."""
    page = desk.open("/cases/new/")
    page.get_by_label("合同").fill(CONTRACT)
    page.get_by_label("现象").fill(title)
    page.get_by_label(level, exact=True).check()
    page.get_by_role("button", name="受理").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    return page, page.locator("h1").inner_text()


def choose(page, act):
    """Open the form of an act, be it a button of its own or in the menu."""
    acts = page.locator("#case-acts")
    entry = acts.locator("a", has_text=re.compile(rf"^\s*{re.escape(act)}\s*$"))
    if not entry.is_visible():
        acts.get_by_role("button", name="更多").click()
    entry.click()


def do(page, act, **answers):
    """Do an act on the page of a case: open its form, answer by label, send it, and read that it is recorded."""
    choose(page, act)
    form = page.locator("#act-box form")
    for label, answer in answers.items():
        # The star of a field that must be filled belongs to its label; 原因 is not 告知的原因.
        field = form.get_by_label(re.compile(rf"^{re.escape(label)}\s*\*?$"))
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(answer)
    form.get_by_role("button", name=act, exact=True).click()
    expect(page.locator("#act-box form")).to_have_count(0)
    expect(page.locator("[role=status]", has_text=f"已记录：{act}").last).to_be_visible()


def clock(page, metric):
    """The clocks of a kind on the page of a case, the first of them."""
    return (
        page.locator("#case-clocks .ly-clock")
        .filter(has=page.locator(".ly-clock-name", has_text=metric))
        .first
    )


def test_who_is_not_logged_in_sees_the_log_in_page_only(visit, picture):
    stranger = visit()
    page = stranger.open("/cases/")
    expect(page).to_have_title(re.compile("登录"))
    picture(page, "log-in")


def test_the_operator_sees_first_what_is_late_and_what_comes_next(visit, picture):
    page = visit("zhangmin").open("/")
    for heading in ("接下来到期", "未分派", "手上的服务请求"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    picture(page, "dashboard")


def test_a_call_goes_from_the_telephone_to_closing(visit, picture):
    desk = visit("zhangmin")
    page = desk.open("/")

    # The operator has the telephone in one hand: keys only.
    page.keyboard.press("n")
    page.wait_for_url("**/cases/new/")
    expect(page.get_by_label("电话")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("合同")).to_be_focused()
    page.keyboard.type(CONTRACT)
    page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="故障等级")).to_be_visible()
    page.keyboard.type("北门球机画面黑屏")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("紧急", exact=True)).to_be_checked()
    page.wait_for_load_state("networkidle")
    picture(page, "intake")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    number = page.locator("h1").inner_text()
    assert re.fullmatch(r"FW\d{7}", number)
    expect(page.locator("#case-state")).to_contain_text("待受理")
    expect(page.locator("#case-state")).to_contain_text("紧急")
    expect(clock(page, "响应")).to_contain_text("还剩")

    do(page, "受理分派", 负责人=f"{ENGINEER[1]} · 服务工程师", 需要到场="需要")
    expect(page.locator("#case-state")).to_contain_text("处理中")
    picture(page, "case")

    # The engineer has a phone.
    field = visit(ENGINEER[0], PHONE)
    phone = field.open("/")
    assert field.fits()
    phone.get_by_role("link", name=number).first.click()
    phone.wait_for_load_state("networkidle")
    assert field.fits()
    do(phone, "回复", 说明="已联系值班员，准备出发")
    expect(clock(phone, "响应")).to_contain_text("提前")
    do(phone, "出发")
    picture(phone, "case-phone")
    do(phone, "到场")
    expect(clock(phone, "到场")).to_contain_text("提前")
    do(phone, "解决", 故障原因="电源适配器老化", 处理办法="更换同型号适配器")
    expect(phone.locator("#case-state")).to_contain_text("已解决")
    assert field.fits()

    # The operator hands over the report, the customer closes.
    page.reload()
    do(page, "提交报告")
    customer = visit("kehu2")
    theirs = customer.open("/")
    theirs.get_by_role("link", name=number).first.click()
    theirs.wait_for_load_state("networkidle")
    do(theirs, "关闭")
    expect(theirs.locator("#case-state")).to_contain_text("已关闭")
    expect(theirs.locator("#case-timeline")).to_contain_text("更换同型号适配器")


def test_a_due_time_can_be_asked_for_its_reason(visit, picture):
    page, _number = take_call(visit("zhangmin"), "三楼走廊摄像机离线")
    clock(page, "响应").get_by_role("link", name="为什么是这个时间").click()
    why = page.get_by_role("dialog")
    expect(why.get_by_role("heading", name="为什么是这个时间")).to_be_visible()
    expect(why).to_contain_text("条款")
    expect(why.locator("li.due")).to_be_visible()
    picture(page, "why")
    why.get_by_role("button", name="关闭").click()
    expect(why).to_have_count(0)


def test_clocks_stand_still_while_the_customer_keeps_us_waiting(visit, picture):
    page, _number = take_call(visit("zhangmin"), "硬盘录像机回放中断", "严重")
    do(page, "受理分派", 负责人=f"{ENGINEER[1]} · 服务工程师")
    do(page, "暂停", 暂停原因="业主原因造成拖延", 客户同意人="值班室李工")
    expect(page.locator("#case-clocks")).to_contain_text("业主原因造成拖延")
    expect(clock(page, "解决")).to_have_attribute("data-state", "paused")
    picture(page, "pause")
    do(page, "继续")
    expect(clock(page, "解决")).to_have_attribute("data-state", "running")


def test_a_case_is_found_by_its_number(visit):
    desk = visit("zhangmin")
    page, number = take_call(desk, "汇聚交换机端口频繁掉线")
    page = desk.open("/cases/")
    page.keyboard.press("Control+k")
    page.keyboard.type(number)
    page.locator("#luyue-found").get_by_text(number).first.click()
    expect(page.locator("h1")).to_have_text(number)


def test_the_queue_is_narrowed_by_chips_in_the_address(visit, picture):
    page = visit("zhangmin").open("/cases/")
    picture(page, "queue")
    page.get_by_role("navigation", name="视图").get_by_role("link", name="已超时").click()
    expect(page).to_have_url(re.compile("view=overdue"))


def test_the_manager_reads_a_statement_down_to_the_single_case(visit, picture):
    page = visit("mafei").open("/statements/")
    picture(page, "statements")
    page.get_by_role("link", name=CONTRACT).first.click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_contain_text("履约报告")
    page.get_by_role("link", name="全部", exact=True).click()
    page.wait_for_load_state("networkidle")
    picture(page, "statement")
    page.get_by_role("link", name=re.compile(r"^看 \d+ 次")).first.click()
    expect(page.get_by_role("link", name=re.compile(r"FW\d{7}")).first).to_be_visible()


def test_the_project_manager_answers_what_the_plan_left_open(visit, picture):
    page = visit("chenjing").open("/contracts/")
    page.get_by_role("link", name="HT-2025-001").first.click()
    page.wait_for_load_state("networkidle")
    questions = page.locator("#figures .ly-questions tbody tr")
    before = questions.count()
    assert before > 0
    picture(page, "contract")
    questions.first.get_by_label("约定值").fill("30 calendar days")
    questions.first.get_by_label("同意人").fill("信息科王科长")
    questions.first.get_by_role("button", name="记下").click()
    expect(questions).to_have_count(before - 1)
    expect(page.locator("#figures")).to_contain_text("信息科王科长")


def test_a_plan_says_what_runs_and_what_is_only_on_record(visit, picture):
    page = visit("chenjing").open("/plans/")
    page.get_by_role("link", name=re.compile("视频")).first.click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("可执行").first).to_be_visible()
    picture(page, "plan")


def test_the_administrator_adds_a_person_who_can_then_log_in(visit, picture):
    admin = visit("admin")
    page = admin.open("/people/")
    page.get_by_role("link", name="新增人员").click()
    page.get_by_label("登录名").fill("heyun")
    page.get_by_label("姓名").fill("何云")
    page.get_by_label("角色").select_option(label="服务工程师")
    page.get_by_label("密码").first.fill("luyue-demo")
    picture(page, "person-add")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("何云").first).to_be_visible()
    newcomer = visit("heyun", PHONE)
    page = newcomer.open("/")
    expect(page.get_by_text("手上没有服务请求").first).to_be_visible()
    assert newcomer.fits()


def test_an_old_register_in_gbk_is_checked_and_then_taken_in(visit, picture, tmp_path):
    register = tmp_path / "登记表.csv"
    register.write_bytes(REGISTER.encode("gbk"))
    page = visit("zhangmin").open("/cases/import/")
    page.get_by_label("文件", exact=False).first.set_input_files(register)
    page.get_by_label("合同").select_option(index=2)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("heading", name="试算结果")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("办公楼电梯厅摄像机无图像")
    expect(page.locator("#preview")).to_contain_text("时间待查")
    picture(page, "import")
    page.get_by_role("button", name="开始导入 2 张单").click()
    expect(page.get_by_text("已完成").or_(page.get_by_text("导入完成")).first).to_be_visible(timeout=30_000)


def test_the_pages_speak_english_when_told_to(visit, picture):
    page = visit("lihua").open("/cases/")
    page.get_by_role("button", name="我的").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    picture(page, "queue-english")
    said = page.locator("main").inner_text()
    assert "服务请求" not in said
    page.get_by_role("button", name="My account").click()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))


def test_the_dark_theme_stays_on_the_next_page(visit, picture):
    operator = visit("zhangmin")
    page = operator.open("/")
    page.get_by_role("button", name="我的").click()
    page.get_by_role("button", name="暗", exact=True).click()
    operator.open("/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    picture(page, "dark")


@pytest.mark.parametrize(
    "path", ["/", "/cases/", "/cases/new/", "/contracts/1/", "/contracts/1/statement/", "/messages/"]
)
def test_no_page_scrolls_sideways_on_the_phone(visit, path):
    operator = visit("zhangmin", PHONE)
    operator.open(path)
    assert operator.fits()
