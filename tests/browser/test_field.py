"""A day of dispatch and field work: the desk plans a visit, the engineer does it on his phone, the customer signs."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_guide import CONTRACT, do, take_call
from tests.field.conftest import png

ENGINEER = ("sunyan", "孙岩")
ZONE = ZoneInfo("Asia/Shanghai")


class Planned(NamedTuple):
    """order: its path; case: the case's address; begin: when it was planned to begin, in China."""

    order: str
    case: str
    begin: datetime


def soon(now):
    """When a visit of today begins: in half an hour; shortly before midnight it has begun, so that it stays today's."""
    later = now + timedelta(minutes=30)
    return later if later.date() == now.date() else now - timedelta(minutes=10)


@pytest.fixture
def planned(visit, picture):
    """The address of an order that the desk has planned for a new case, by keyboard alone where a form is concerned."""
    desk = visit("zhangmin")
    page, number = take_call(desk, "东门立杆摄像机无图像")
    case = page.url
    do(page, "受理分派", 负责人=f"{ENGINEER[1]} · 服务工程师", 需要到场="需要")
    board = desk.open("/dispatch/")
    expect(board.get_by_role("link", name=re.compile(number))).to_be_visible()
    picture(board, "board")
    board.get_by_role("link", name=re.compile(number)).first.focus()
    board.keyboard.press("Enter")
    board.wait_for_url("**/dispatch/plan/**")
    board.get_by_label("工程师").select_option(label=ENGINEER[1])
    begin = soon(datetime.now(ZONE))
    board.get_by_label("开始").fill(begin.strftime("%Y-%m-%dT%H:%M"))
    board.get_by_label("交代事项").fill("到门岗登记，带梯子")
    board.get_by_label("交代事项").press("Tab")
    expect(board.locator("#plan-preview")).to_contain_text(f"派给{ENGINEER[1]}")
    board.get_by_role("button", name="安排").click()
    board.wait_for_url(re.compile(r"/dispatch/\?day="))
    blocks = board.locator("[data-engineer] a", has_text="东门立杆摄像机无图像")
    expect(blocks.first).to_be_visible()
    assert desk.fits()
    return Planned(blocks.last.get_attribute("href"), case, begin)


def step(page, name):
    """Press the one big button, and read that it is recorded."""
    page.locator(".field-bar-main").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(f"已记录：{name}").first).to_be_visible()


def test_an_engineers_day_on_the_phone(visit, picture, planned):
    order, case, _ = planned
    engineer = visit(ENGINEER[0], PHONE)
    page = engineer.open("/field/")
    expect(page.get_by_role("link", name=re.compile("东门立杆摄像机无图像")).first).to_be_visible()
    picture(page, "field-today")
    assert engineer.fits()

    page = engineer.open(order)
    button = page.locator(".field-bar-main .field-main")
    box = button.bounding_box()
    assert box["height"] >= 44 and box["y"] + box["height"] <= PHONE["height"], (
        "the big button is under the thumb"
    )
    small = page.evaluate(
        "[...document.querySelectorAll('main a.btn, main button, .field-bar a, .field-bar button')]"
        ".filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == [], "touch targets"
    for name in ("接单", "出发", "到场", "开始作业"):
        step(page, name)
    expect(page.locator("#order-state")).to_contain_text("作业中")
    picture(page, "field-order")
    assert engineer.fits()

    # The end is refused while the safety check is open; what was typed stays.
    page.locator(".field-bar-main").get_by_role("link", name="完成").click()
    page.get_by_label("故障原因").fill("适配器进水")
    page.get_by_label("处理办法").fill("更换适配器，加防水盒")
    engineer.expected.add(422)
    page.get_by_role("button", name="完成", exact=True).click()
    expect(page.get_by_text("安全检查还没做完").first).to_be_visible()
    expect(page.get_by_label("故障原因")).to_have_value("适配器进水")

    page = engineer.open(order)
    page.locator(".field-bar-rest").get_by_role("link", name="写记录").click()
    page.get_by_label("做了什么").fill("测得适配器无输出，拆下检查")
    expect(page.get_by_label("写进服务报告")).to_be_checked()
    page.get_by_role("button", name="写记录", exact=True).click()
    expect(page.locator("#order-record")).to_contain_text("测得适配器无输出")
    # Each goes by the outbox, which opens the page anew.
    for done, name in enumerate(("机房守则", "动手前"), 1):
        page.get_by_role("button", name=re.compile(f"^已做：{name}")).click()
        expect(page.locator(".field-checks [data-done=yes]")).to_have_count(done)
    page.locator(".field-checks").get_by_role("link", name="拍照", exact=True).click()
    camera = page.locator("input[type=file][capture]")
    camera.set_input_files({"name": "found.png", "mimeType": "image/png", "buffer": png()})
    expect(page.locator("[data-chosen] img")).to_be_visible()
    page.get_by_role("button", name="拍照", exact=True).last.click()
    for _try in range(20):  # the phone sends what it kept in its own time
        page = engineer.open(order)
        if page.locator(".field-checks [data-done=yes]").count() == 3:
            break
        page.wait_for_timeout(500)
    expect(page.locator(".field-checks [data-done=yes]")).to_have_count(3)

    page.locator(".field-bar-main").get_by_role("link", name="完成").click()
    page.get_by_label("故障原因").fill("适配器进水")
    page.get_by_label("处理办法").fill("更换适配器，加防水盒")
    page.get_by_role("button", name="完成", exact=True).click()
    expect(page.locator("#order-state")).to_contain_text("待客户确认")

    page.locator(".field-bar-main").get_by_role("link", name="客户签字").click()
    page.get_by_label("签字人姓名").fill("门岗老张")
    page.get_by_role("button", name="客户签字", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="还没有填：签名。")).to_be_visible()
    pad = page.locator("[data-sign] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box["width"] > PHONE["width"] * 0.9, "the signature has the whole width"
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for place in range(12):
        page.mouse.move(box["x"] + 40 + 22 * place, box["y"] + (40 if place % 2 else 110))
    page.mouse.up()
    page.get_by_label("意见").fill("处理及时")
    page.get_by_label("5", exact=True).check()
    picture(page, "field-sign")
    page.get_by_role("button", name="客户签字", exact=True).click()
    expect(page.locator("#order-state")).to_contain_text("客户已确认")
    expect(page.locator(".field-signature")).to_be_visible()
    assert engineer.fits()

    # The worker makes the report in its own time; it has the note and the signature of the order.
    report = page.locator("#reports")
    for _try in range(40):
        if report.get_by_text("已签字").count():
            break
        page.wait_for_timeout(500)
        page = engineer.open(order)
    expect(report).to_contain_text("现场服务报告")
    report.scroll_into_view_if_needed()
    report.get_by_role("link", name="现场服务报告").click()
    paper = page.locator(".sf-paper")
    for told in ("测得适配器无输出，拆下检查", "更换适配器，加防水盒", "处理及时", "评分 5/5"):
        expect(paper).to_contain_text(told)
    expect(page.get_by_alt_text("门岗老张 的签名")).to_be_visible()
    with page.expect_download() as word:
        page.get_by_role("link", name="Word").first.click()
    assert word.value.suggested_filename.endswith(".docx")
    assert engineer.fits()

    page = engineer.open(case.removeprefix(engineer.address))
    expect(page.locator("#case-state")).to_contain_text("已解决")
    assert CONTRACT in page.content()


def test_what_was_left_unsolved_is_told_with_a_picture_or_why_there_is_none(visit, planned):
    engineer = visit(ENGINEER[0], PHONE)
    page = engineer.open(planned.order)
    for name in ("接单", "出发", "到场"):
        step(page, name)
    page.locator(".field-bar-rest").get_by_role("link", name="没有解决").click()
    send = page.locator(".field-send").get_by_role("button", name="没有解决")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    send.click()
    expect(page.get_by_role("alert").filter(has_text="还没有填：原因、照片。")).to_be_focused()
    expect(page.get_by_label("原因", exact=False).first).to_have_attribute("aria-invalid", "true")
    assert sent == [], "nothing incomplete waits on the phone"
    expect(page.get_by_text("没被接受")).to_have_count(0)

    page.locator("#act_reason").fill("备件没有到")
    send.click()
    expect(page.get_by_role("alert").filter(has_text="还没有填：照片。")).to_be_visible()
    assert sent == [], "it need not go to the server to be refused"
    expect(page.locator("#act_reason")).to_have_value("备件没有到")
    expect(page.locator("#act_reason")).not_to_have_attribute("aria-invalid", "true")
    assert engineer.fits()
    page.get_by_label("为什么没有照片").fill("机房不准拍照")
    send.click()
    page.wait_for_url(f"**{planned.order}")
    expect(page.locator("main")).to_contain_text("没有照片：机房不准拍照")
    expect(page.get_by_text("没被接受")).to_have_count(0)


def test_an_order_is_dragged_to_another_hour(visit, planned):
    desk = visit("zhangmin")
    desk.page.set_viewport_size({"width": 1440, "height": 900})
    page = desk.open(f"/dispatch/?day={planned.begin:%Y-%m-%d}")
    block = page.locator("li[draggable][data-order]", has_text="东门立杆摄像机无图像").last
    lane = page.locator("[data-engineer]", has=block).locator("[data-lane]")
    box = lane.bounding_box()
    far = 0.97 if planned.begin.hour < 12 else 0.03  # never onto itself
    block.drag_to(lane, target_position={"x": box["width"] * far, "y": 20})
    page.wait_for_url("**/dispatch/plan/**")
    expect(page.get_by_role("heading", name="改排任务工单")).to_be_visible()
    expect(page.locator("#plan-preview")).to_be_visible()


def test_who_is_sent_is_not_offered_among_those_who_come_along(visit):
    desk = visit("zhangmin")
    page, _number = take_call(desk, "机房空调滴水")
    case = re.search(r"/cases/(\d+)/", page.url)[1]
    page = desk.open(f"/dispatch/plan/?case={case}")
    engineer, along = page.get_by_label("工程师"), page.get_by_role("group", name="同行人")
    engineer.select_option(label="孙岩")
    expect(along.get_by_label("孙岩")).to_be_hidden()
    along.get_by_label("赵磊").check()
    engineer.select_option(label="赵磊")
    expect(along.get_by_label("赵磊")).to_be_hidden()
    expect(along.get_by_label("孙岩")).to_be_visible()
    engineer.select_option(label="孙岩")
    expect(along.get_by_label("赵磊")).not_to_be_checked()


def test_a_visit_is_planned_for_today_at_any_hour():
    day = datetime(2026, 3, 4, tzinfo=ZONE)
    for minutes in range(24 * 60):
        now = day + timedelta(minutes=minutes)
        begin = soon(now)
        assert begin.date() == now.date() and begin + timedelta(minutes=30) > now
