"""A day on the phone without a network: opened in the morning, done in the cellar, sent in the afternoon."""

import base64
import re
import struct
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from luyue.simulator.world import PASSWORD
from tests.browser.conftest import PHONE
from tests.browser.test_field import soon
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
    now = soon(datetime.now(ZONE))
    later = (now + timedelta(hours=hours) for hours in range(8))
    for begin in [
        one for one in later if one.date() == now.date()
    ]:  # the first free hour of what is left of his day
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
    yield Phone(visitor)
    # Pictures and counts are not stored: they are asked for in vain while the network is away.
    visitor.troubles = [one for one in visitor.troubles if not one.startswith("net::ERR_")]


def stored_by_now(page: Page) -> None:
    """Today's orders lie on the phone, and its worker answers."""
    expect(page.locator("html[data-kept]")).to_be_attached(timeout=LONG)
    deadline = time.monotonic() + LONG / 1000
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        assert time.monotonic() < deadline, "no service worker"
        page.wait_for_timeout(200)


def press(page: Page, name: str) -> None:
    """One act of the bar; it is kept or sent, then the page is opened anew."""
    with page.expect_navigation(timeout=LONG):
        page.locator(".field-bar-main").get_by_role("button", name=name, exact=True).click()


def hand_in(page: Page) -> None:
    """Send the open form; it is kept or sent, then the order's page is opened."""
    with page.expect_navigation(timeout=LONG):
        page.locator(".field-send button").click()


def expect_waiting(page: Page, acts: list[str]) -> None:
    """The acts on the phone, in order. An act draws itself and then opens the page anew: each is looked for again."""
    items = page.locator("#outbox-order .outbox-item")
    expect(items).to_have_count(len(acts), timeout=LONG)
    for place, act in enumerate(acts):
        expect(items.nth(place)).to_have_attribute("data-act", act)


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

    page.get_by_role("link", name=re.compile(title)).first.click()
    page.wait_for_url(f"**{order}")
    for done, (name, state) in enumerate(
        (("接单", "已接单"), ("出发", "路上"), ("到场", "已到场"), ("开始作业", "作业中"))
    ):
        press(page, name)
        expect(page.locator("#outbox-state")).to_contain_text(state, timeout=LONG)
        expect(page.locator("#outbox-order .outbox-item")).to_have_count(done + 1)
    expect_waiting(page, ["accept", "depart", "arrive", "start"])
    expect(page.locator("#outbox-bar")).to_contain_text("4 条已记录，等网络")

    # Killed in the middle: what was recorded is on the phone.
    page = phone.kill_tab(order)
    expect_waiting(page, ["accept", "depart", "arrive", "start"])
    for check in ("rules", "backup"):
        page.goto(phone.visitor.address + order + f"act/check/?item={check}")
        expect(page.get_by_label("检查项")).to_have_value(check)
        hand_in(page)
        page.wait_for_url(f"**{order}")
    page.locator(".field-bar-rest").get_by_role("link", name="拍照").click()
    page.locator("input[type=file]:not([capture])").set_input_files(
        [{"name": f"found-{n}.png", "mimeType": "image/png", "buffer": png(60 + n, 40)} for n in range(3)]
    )
    hand_in(page)
    page.wait_for_url(f"**{order}")
    expect(page.locator("#outbox-bar")).to_contain_text("3 张照片待上传", timeout=LONG)
    expect(page.locator(".outbox-pictures img")).to_have_count(3)
    picture(page, "offline-order")
    assert phone.visitor.fits()

    page.locator(".field-bar-main").get_by_role("link", name="完成").click()
    page.get_by_label("故障原因").fill("适配器进水")
    page.get_by_label("处理办法").fill("更换适配器")
    hand_in(page)
    expect(page.locator("#outbox-state")).to_contain_text("待客户确认", timeout=LONG)
    page.locator(".field-bar-main").get_by_role("link", name="客户签字").click()
    page.get_by_label("签字人姓名").fill("门岗老张")
    sign(page)
    hand_in(page)
    expect(page.locator("#outbox-state")).to_contain_text("客户已确认", timeout=LONG)
    acts = ["accept", "depart", "arrive", "start", "check", "check", "photo", "finish", "confirm"]
    expect_waiting(page, acts)

    page.locator("#outbox-bar").get_by_role("button", name="查看").click()
    expect(page.locator("#outbox-list .outbox-item")).to_have_count(len(acts))
    page.locator("#outbox-list").get_by_role("button", name="关闭").click()

    # Any other page says that it needs the network.
    page.goto(phone.visitor.address + "/cases/")
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()

    sent = answers(phone.context)
    page = phone.kill_tab(order)
    expect_waiting(page, acts)
    ended = datetime.now(UTC)
    phone.network(True)
    expect(page.locator("#outbox-order")).to_have_count(0, timeout=LONG)
    expect(page.locator("#order-state")).to_contain_text("客户已确认", timeout=LONG)
    expect(page.locator(".field-signature")).to_be_visible()
    expect(page.locator("#outbox-bar")).to_have_count(0)

    kept = record(page)
    assert [one["act"] for one in sent] == acts, "each once, in order"
    for one in sent:
        happened, device, came = (
            datetime.fromisoformat(one[name]) for name in ("at", "device_at", "recorded_at")
        )
        assert began <= device <= ended <= came + timedelta(seconds=1), "both times are kept"
        assert abs(happened - device) < timedelta(seconds=1)
    second = began.replace(microsecond=0)  # a page shows whole seconds
    assert len([at for at in kept if at >= second]) == len(acts), "the page shows as many"
    assert all(at <= ended for at in kept), "at the phone's times, not those of arrival"


def record(page: Page) -> list[datetime]:
    """The moments in the order's record."""
    found = page.locator("#order-record > li .field-line time").evaluate_all(
        "all => all.map((one) => one.dateTime)"
    )
    return [datetime.fromisoformat(one) for one in found]


# The page waits until the test has the answer: what is told by the browser may come after the page has gone on.
OVERHEAR = """
  const plain = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await plain(...asked);
    if (answer.ok && String(asked[0]).endsWith("/acts/")) await overheard((await answer.clone().json()).done);
    return answer;
  };
"""


def answers(context) -> list[dict]:
    """What the server says it has done, as it says it; heard by the pages opened from now on."""
    done: list[dict] = []
    context.expose_function("overheard", lambda one: done.append(one))
    context.add_init_script(OVERHEAR)
    return done


def test_what_the_desk_cancelled_meanwhile_is_shown_and_kept(visit, phone):
    order, _ = plan(visit, "西门道闸不抬杆")
    page = phone.open("/field/")
    stored_by_now(page)
    page.goto(phone.visitor.address + order)
    press(page, "接单")
    expect(page.get_by_text("已记录：接单").first).to_be_visible(timeout=LONG)
    expect(page.locator("#order-state")).to_contain_text("已接单")

    phone.network(False)
    press(page, "出发")
    expect(page.locator("#outbox-state")).to_contain_text("路上", timeout=LONG)
    expect(page.get_by_text("“出发”已记在手机里")).to_be_visible(timeout=LONG)  # the page has gone on
    page.goto(phone.visitor.address + order + "act/log/")
    page.get_by_label("做了什么").fill("在路上，堵车")
    hand_in(page)
    expect(page.locator("#outbox-order .outbox-item")).to_have_count(2, timeout=LONG)

    desk = visit("zhangmin").open(order + "act/cancel/")
    desk.get_by_label("原因").fill("客户改期")
    desk.locator(".field-send button").click()
    expect(desk.locator("#order-state")).to_contain_text("已取消", timeout=LONG)

    phone.visitor.expected |= {409}
    phone.network(True)
    refused = page.locator('#outbox-order .outbox-item[data-status="refused"]')
    # The log does not wait for the step before it; an order that is over takes neither, and both are shown.
    expect(refused).to_have_count(2, timeout=LONG)
    for one in (refused.first, refused.last):
        expect(one).to_contain_text("没被接受")
        expect(one).to_contain_text("已取消")
    expect(page.locator("#outbox-bar")).to_contain_text("2 条没被接受")
    page.reload()
    expect(refused).to_have_count(2, timeout=LONG)
    assert phone.visitor.fits()

    for left in (1, 0):
        refused.first.get_by_role("button", name="丢弃").click()
        page.locator("#luyue-confirm").get_by_role("button", name="丢弃").click()
        expect(page.locator("#outbox-order .outbox-item")).to_have_count(left, timeout=LONG)
    expect(page.locator("#order-state")).to_contain_text("已取消")


HELD = """async (person) => {
    const open = indexedDB.open("luyue-field");
    const kept = await new Promise((done) => (open.onsuccess = () => done(open.result)));
    const all = kept.transaction("acts").objectStore("acts").getAll();
    const acts = await new Promise((done) => (all.onsuccess = () => done(all.result)));
    kept.close();
    const drafts = Object.keys(localStorage).filter((key) => key.startsWith("luyue-draft:"));
    return [acts.length, acts.flatMap((one) => one.files).length, drafts.length];
}"""


def refused_picture(phone, page: Page, order: str) -> None:
    """Hand in a picture of tomorrow; the server does not take it, and the form stays open."""
    page.goto(phone.visitor.address + order + "act/photo/")
    page.get_by_label("说明").fill("配电箱")
    page.locator("input[type=file]:not([capture])").set_input_files(
        {"name": "box.png", "mimeType": "image/png", "buffer": png()}
    )
    page.get_by_label("发生时间").fill((datetime.now(ZONE) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    page.locator(".field-send button").click()
    expect(page.locator(".outbox-refused")).to_contain_text("时间还没到", timeout=LONG)
    assert page.evaluate(HELD)[:2] == [1, 1]


def test_a_form_that_is_given_up_leaves_no_picture_on_the_phone(visit, phone):
    order, _ = plan(visit, "配电箱过热")
    page = phone.open("/field/")
    stored_by_now(page)
    page.goto(phone.visitor.address + order)
    press(page, "接单")
    expect(page.locator("#order-state")).to_contain_text("已接单")
    phone.visitor.expected |= {422}

    refused_picture(phone, page, order)
    page.locator(".field-send a").click()
    page.locator("#luyue-confirm").get_by_role("button", name="返回").click()
    expect(page.locator(".outbox-refused")).to_be_visible()
    page.locator(".field-send a").click()
    page.locator("#luyue-confirm").get_by_role("button", name="丢弃").click()
    page.wait_for_url(f"**{order}")
    expect(page.locator("#outbox-order")).to_have_count(0)
    assert page.evaluate(HELD) == [0, 0, 0]

    # The same where the form was opened again, and its draft is given up.
    refused_picture(phone, page, order)
    page.reload()
    expect(page.locator(".outbox-refused")).to_be_visible(timeout=LONG)
    page.get_by_role("status").get_by_role("button", name="放弃").click()
    page.locator("#luyue-confirm").get_by_role("button", name="丢弃").click()
    page.wait_for_url(f"**{order}")
    expect(page.locator("#outbox-bar")).to_have_count(0)
    assert page.evaluate(HELD) == [0, 0, 0]


def test_a_shared_phone_is_warned_and_left_empty(visit, phone, cookies):
    order, title = plan(visit, "值班室硬盘录像机报警")
    page = phone.open("/field/")
    stored_by_now(page)
    phone.network(False)
    page.goto(phone.visitor.address + order)
    press(page, "接单")
    expect(page.locator("#outbox-order .outbox-item")).to_have_count(1, timeout=LONG)
    expect(page.get_by_text("“接单”已记在手机里")).to_be_visible(timeout=LONG)  # the page has gone on
    # The network is back, but sending is not possible yet.
    phone.context.route("**/field/token/", lambda route: route.abort())
    phone.network(True)
    page.locator(".ly-top .dropdown > button").last.click()
    page.get_by_role("button", name="退出").click()
    expect(page.locator("#luyue-confirm")).to_contain_text("还有 1 条现场记录没有送出")
    page.locator("#luyue-confirm").get_by_role("button", name="返回").click()
    expect(page.locator("#outbox-order .outbox-item")).to_have_count(1)
    if not page.get_by_role("button", name="退出").is_visible():
        page.locator(".ly-top .dropdown > button").last.click()
    page.get_by_role("button", name="退出").click()
    page.locator("#luyue-confirm").get_by_role("button", name="丢弃并退出").click()
    page.wait_for_url("**/login/**")
    cookies.pop(ENGINEER[0])  # others log in anew
    assert page.evaluate("caches.has('luyue-field-pages')") is False
    phone.network(False)
    page.goto(phone.visitor.address + "/field/")
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()
    assert title not in page.content()


def test_a_log_in_that_ran_out_keeps_what_waits_and_says_so(visit, phone):
    order, _ = plan(visit, "机房空调报警")
    sent = answers(phone.context)
    page = phone.open("/field/")
    stored_by_now(page)
    page.goto(phone.visitor.address + order)
    phone.network(False)
    for done, name in enumerate(("接单", "出发"), 1):
        press(page, name)
        expect(page.locator("#outbox-order .outbox-item")).to_have_count(done, timeout=LONG)

    # Hours later: the network is back, the log-in is not.
    phone.context.clear_cookies()
    phone.visitor.expected |= {401, 403}
    phone.network(True)
    bar = page.locator("#outbox-bar")
    expect(bar).to_contain_text("登录已过期。请重新登录，记录都还在。", timeout=LONG)
    expect_waiting(page, ["accept", "depart"])
    assert sent == []
    assert phone.visitor.fits()

    bar.get_by_role("link", name="重新登录").click()
    page.get_by_label("登录名").fill(ENGINEER[0])
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{order}")
    expect(page.locator("#order-state")).to_contain_text("路上", timeout=LONG)
    expect(page.locator("#outbox-order")).to_have_count(0, timeout=LONG)
    assert [one["act"] for one in sent] == ["accept", "depart"], "each once, in order"


# A photograph as a phone takes it: 2400 × 1800 pixels that are to be shown turned by a quarter.
PHOTOGRAPH = """async () => {
  const canvas = new OffscreenCanvas(2400, 1800);
  const pen = canvas.getContext("2d");
  const noise = pen.createImageData(2400, 1800);
  for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) % 251;
  pen.putImageData(noise, 0, 0);
  pen.fillStyle = "#c00";
  pen.fillRect(0, 0, 1200, 1800);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 })).arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}"""

KEPT = """async () => {
  const told = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const base = await told(indexedDB.open("luyue-field"));
  const all = await told(base.transaction("acts").objectStore("acts").getAll());
  const files = all.filter((one) => one.act === "photo").flatMap((one) => one.files);
  return Promise.all(files.map(async ({ name, blob }) => {
    const bitmap = await createImageBitmap(blob).catch(() => null);
    if (!bitmap) return { name, type: blob.type, size: blob.size };
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    pen.drawImage(bitmap, 0, 0);
    const red = (x, y) => ((data) => data[0] > 150 && data[1] < 90)(pen.getImageData(x, y, 1, 1).data);
    const { width, height } = bitmap;
    const [top, bottom] = [red(width / 2, 40), red(width / 2, height - 40)];
    return { name, type: blob.type, size: blob.size, width, height, top, bottom };
  }));
}"""


def turned(jpeg: bytes) -> bytes:
    """The same JPEG with the mark of a phone held upright: EXIF orientation 6, to be turned clockwise."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def test_photographs_are_kept_small_and_upright(visit, phone):
    order, _ = plan(visit, "围墙摄像机歪斜")
    page = phone.open("/field/")
    stored_by_now(page)
    page.goto(phone.visitor.address + order)
    large = turned(base64.b64decode(page.evaluate(PHOTOGRAPH)))
    phone.network(False)
    press(page, "接单")
    expect(page.locator("#outbox-order .outbox-item")).to_have_count(1, timeout=LONG)
    page.locator(".field-bar-rest").get_by_role("link", name="拍照").click()
    page.locator("input[type=file]:not([capture])").set_input_files([
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": large},
        {"name": "small.png", "mimeType": "image/png", "buffer": png(60, 40)},
    ])  # fmt: skip
    hand_in(page)
    expect(page.locator("#outbox-order .outbox-item")).to_have_count(2, timeout=LONG)
    photo, small = page.evaluate(KEPT)
    assert (photo["width"], photo["height"]) == (1200, 1600), "upright, the longer side 1600"
    assert photo["top"] and not photo["bottom"], "turned as the camera meant it: its left side is above"
    assert photo["type"] == "image/jpeg" and photo["size"] < len(large) / 2
    assert (small["name"], small["width"]) == ("small.png", 60)


def test_the_word_of_a_kept_act_leaves_the_button_free(visit, phone):
    order, _ = plan(visit, "泵房探头离线")
    page = phone.open("/field/")
    stored_by_now(page)
    page.goto(phone.visitor.address + order)
    phone.network(False)
    press(page, "接单")
    toast = page.locator("#luyue-toasts .ly-toast")
    expect(toast).to_contain_text("“接单”已记在手机里", timeout=LONG)
    said, button = toast.bounding_box(), page.locator(".field-bar-main .btn").first.bounding_box()
    assert said["y"] + said["height"] < button["y"]
    press(page, "出发")  # at once, nothing in the way
    expect(page.locator("#outbox-order .outbox-item")).to_have_count(2, timeout=LONG)
    expect(toast).to_have_count(0, timeout=8000)
