"""A day on the phone without a network: opened in the morning, done in the cellar, sent in the afternoon."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_guide import do, take_call
from tests.field.conftest import png

ENGINEER = ("sunyan", "孙岩")
ZONE = ZoneInfo("Asia/Shanghai")
LONG = 30_000  # milliseconds; several of us share the machine


class Phone:
    """The engineer's phone. Without a network its pages come from the phone, so what fails there is not counted."""

    def __init__(self, visitor) -> None:
        self.visitor, self.context, self.page = visitor, visitor.context, visitor.page

    def open(self, path: str) -> Page:
        self.page.goto(self.visitor.address + path)
        return self.page

    def network(self, on: bool) -> None:
        self.context.set_offline(not on)

    def kill_tab(self, path: str) -> Page:
        """The browser throws the page away; later it is opened anew."""
        self.page.close()
        self.page = self.visitor.page = self.context.new_page()
        return self.open(path)


def plan(visit, title: str) -> tuple[str, str]:
    """Let the desk plan a visit for today; returns the address and the title of the order."""
    title = f"{title} {datetime.now(ZONE):%H%M%S}"
    desk = visit("zhangmin")
    page, _ = take_call(desk, title)
    do(page, "受理分派", 负责人=f"{ENGINEER[1]} · 服务工程师", 需要到场="需要")
    case = re.search(r"/cases/(\d+)/", page.url)[1]
    page = desk.open(f"/dispatch/plan/?case={case}")
    page.get_by_label("工程师").select_option(label=ENGINEER[1])
    for hours in range(8):  # the first free hour of his day
        begin = datetime.now(ZONE) + timedelta(minutes=20, hours=hours)
        page.get_by_label("开始").fill(begin.strftime("%Y-%m-%dT%H:%M"))
        with page.expect_response("**/dispatch/plan/preview/", timeout=LONG):
            page.get_by_label("开始").press("Tab")
        expect(page.locator("#plan-preview")).to_contain_text(f"派给{ENGINEER[1]}", timeout=LONG)
        if not page.locator("#plan-preview [data-state=breached]").count():
            break
    page.get_by_role("button", name="安排").click()
    page.wait_for_url(re.compile(r"/field/orders/\d+/$"))
    return re.search(r"/field/orders/\d+/", page.url)[0], title


@pytest.fixture
def phone(visit):
    visitor = visit(ENGINEER[0], PHONE)
    # Pictures and counts are not stored: they are asked for in vain while the network is away.
    visitor.page.remove_listener("requestfailed", visitor._failed)
    return Phone(visitor)


def stored_by_now(page: Page) -> None:
    """Today's orders lie on the phone, and its worker answers."""
    page.wait_for_function("document.documentElement.dataset.kept !== undefined", timeout=LONG)
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=LONG)


def press(page: Page, name: str) -> None:
    page.locator(".field-bar-main").get_by_role("button", name=name, exact=True).click()


def waiting(page: Page) -> list[str]:
    expect(page.locator("#outbox-order")).to_be_visible(timeout=LONG)
    return page.locator("#outbox-order .outbox-item").evaluate_all("all => all.map((one) => one.dataset.act)")


def sign(page: Page) -> None:
    pad = page.locator("[data-sign] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for place in range(12):
        page.mouse.move(box["x"] + 40 + 22 * place, box["y"] + (40 if place % 2 else 110))
    page.mouse.up()


def test_a_day_without_a_network(visit, phone, picture):
    order, title = plan(visit, "地下车库摄像机黑屏")
    page = phone.open("/field/")
    expect(page.get_by_text(title).first).to_be_visible()
    stored_by_now(page)

    phone.network(False)
    began = datetime.now(UTC)
    page.reload()
    expect(page.get_by_text(title).first).to_be_visible()
    expect(page.locator("#outbox-bar")).to_contain_text("没有网络")
    picture(page, "offline-today")

    page.get_by_role("link", name=re.compile(title)).first.click()
    page.wait_for_url(f"**{order}")
    for done, (name, state) in enumerate((("接单", "已接单"), ("出发", "路上"), ("到场", "已到场"), ("开始作业", "作业中"))):
        press(page, name)
        expect(page.locator("#outbox-state")).to_contain_text(state, timeout=LONG)
        expect(page.locator("#outbox-order .outbox-item")).to_have_count(done + 1)
    assert waiting(page) == ["accept", "depart", "arrive", "start"]
    expect(page.locator("#outbox-bar")).to_contain_text("4 条已记录，等网络")

    # Killed in the middle: what was recorded is on the phone.
    page = phone.kill_tab(order)
    assert waiting(page) == ["accept", "depart", "arrive", "start"]
    for check in ("rules", "backup"):
        page.goto(phone.visitor.address + order + f"act/check/?item={check}")
        expect(page.get_by_label("检查项")).to_have_value(check)
        page.locator(".field-send button").click()
        page.wait_for_url(f"**{order}")
    page.locator(".field-bar-rest").get_by_role("link", name="拍照").click()
    page.locator("input[type=file]:not([capture])").set_input_files(
        [{"name": f"found-{n}.png", "mimeType": "image/png", "buffer": png(60 + n, 40)} for n in range(3)]
    )
    page.locator(".field-send button").click()
    page.wait_for_url(f"**{order}")
    expect(page.locator("#outbox-bar")).to_contain_text("3 张照片待上传", timeout=LONG)
    expect(page.locator(".outbox-pictures img")).to_have_count(3)
    picture(page, "offline-order")
    assert phone.visitor.fits()

    page.locator(".field-bar-main").get_by_role("link", name="完成").click()
    page.get_by_label("故障原因").fill("适配器进水")
    page.get_by_label("处理办法").fill("更换适配器")
    page.locator(".field-send button").click()
    expect(page.locator("#outbox-state")).to_contain_text("待客户确认", timeout=LONG)
    page.locator(".field-bar-main").get_by_role("link", name="客户签字").click()
    page.get_by_label("签字人姓名").fill("门岗老张")
    sign(page)
    page.locator(".field-send button").click()
    expect(page.locator("#outbox-state")).to_contain_text("客户已确认", timeout=LONG)
    acts = ["accept", "depart", "arrive", "start", "check", "check", "photo", "finish", "confirm"]
    assert waiting(page) == acts

    page.locator("#outbox-bar").get_by_role("button", name="查看").click()
    expect(page.locator("#outbox-list .outbox-item")).to_have_count(len(acts))
    picture(page, "offline-list")
    page.locator("#outbox-list").get_by_role("button", name="关闭").click()

    # Any other page says that it needs the network.
    page.goto(phone.visitor.address + "/cases/")
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()

    page = phone.kill_tab(order)
    assert waiting(page) == acts
    ended = datetime.now(UTC)
    phone.network(True)
    expect(page.locator("#outbox-order")).to_have_count(0, timeout=LONG)
    expect(page.locator("#order-state")).to_contain_text("客户已确认", timeout=LONG)
    expect(page.locator(".field-signature")).to_be_visible()
    expect(page.locator("#outbox-bar")).to_have_count(0)

    kept = entries(phone, order)
    assert [one["act"] for one in kept if one["act"] not in ("plan", "told")] == acts, "each once, in order"
    for one in kept:
        if one["act"] in acts:
            device, recorded = (datetime.fromisoformat(one[name]) for name in ("device_at", "recorded_at"))
            assert began <= device <= ended <= recorded + timedelta(seconds=1), one
    times = [one["device_at"] for one in kept if one["act"] in acts]
    assert times == sorted(times)


def entries(phone: Phone, order: str) -> list[dict]:
    """What the server has, in the order in which it was kept."""
    number = re.search(r"\d+", order)[0]
    answer = phone.context.request.get(f"{phone.visitor.address}/field/orders/{number}/entries/", headers={"Accept": "application/json"})  # fmt: skip  # noqa: E501
    assert answer.ok
    return answer.json()["entries"]
