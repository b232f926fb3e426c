"""A round on the phone: planned by the desk, done in part without a network, read by the desk afterwards."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_field import soon
from tests.browser.test_offline import ENGINEER, LONG, ZONE, Phone, press, sign, stored_by_now


@pytest.fixture
def phone(visit):
    visitor = visit(ENGINEER[0], PHONE)
    yield Phone(visitor)
    visitor.troubles = [one for one in visitor.troubles if not one.startswith("net::ERR_")]


def plan(visit) -> tuple[str, str]:
    """The desk plans a round of one site for today; returns the address of its order and its title."""
    title = f"东街巡检 {datetime.now(ZONE):%H%M%S}"
    desk = visit("zhangmin")
    desk.expected |= {422}
    page = desk.open("/rounds/new/?contract=1&kind=visit")
    now = soon(datetime.now(ZONE))
    for begin in [now + timedelta(hours=hours) for hours in range(9)]:
        page.get_by_label("工程师").select_option(label=ENGINEER[1])
        page.get_by_label("开始").fill(begin.strftime("%Y-%m-%dT%H:%M"))
        page.get_by_label("用时").select_option(label="1 小时")
        page.get_by_label("名称").fill(title)
        page.locator("input[name=sites]").first.check()
        page.get_by_role("button", name="安排", exact=True).click()
        page.wait_for_load_state("load")
        if re.search(r"/rounds/\d+/$", page.url):
            break
    page.get_by_role("link", name=re.compile(r"^WO\d+")).click()
    page.wait_for_url(re.compile(r"/field/orders/\d+/$"))
    return re.search(r"/field/orders/\d+/", page.url)[0], title


def answer(page: Page) -> None:
    """Everything on this device is good."""
    for number in page.locator(".round-number input").all():
        low, high = number.get_attribute("data-low"), number.get_attribute("data-high")
        number.fill(low or high or "12")
    for words in page.locator('[data-kind="text"] .round-note').all():
        words.fill("已恢复，数据一致")
    every = page.get_by_role("button", name="其余都正常")
    if every.is_visible():
        every.click()
    for photo in page.locator('[data-kind="photo"]').all():
        photo.locator("label[data-verdict=na]").click()
        photo.locator(".round-note").fill("现场不准拍照")


def save(page: Page) -> None:
    here = page.url
    page.locator(".round-form .field-send button").click()
    page.wait_for_url(lambda url: url != here, timeout=LONG)


def test_a_round_goes_on_without_a_network(visit, phone, picture):
    order, title = plan(visit)
    page = phone.open("/field/")
    expect(page.get_by_text(title).first).to_be_visible()
    stored_by_now(page)
    page = phone.open(order)
    for name in ("接单", "出发", "到场", "开始作业"):
        press(page, name)
        page.wait_for_load_state("load")
        expect(page.locator("#outbox-bar")).to_have_count(0, timeout=LONG)
    page.locator(".field-checks").get_by_role("button", name=re.compile("^已做")).first.click()
    expect(page.locator('.field-checks li[data-done="yes"]')).to_be_visible(timeout=LONG)
    devices = page.locator("a.round-target")
    expect(devices.first).to_be_visible(timeout=LONG)
    count = devices.count()
    assert count > 1
    page = phone.open("/field/")
    stored_by_now(page)
    page.wait_for_timeout(500)

    phone.network(False)
    page = phone.open(order)
    page.locator("a.round-target").first.click()
    # Nothing answered yet: said here, and not in the afternoon.
    page.locator(".round-form .field-send button").click()
    expect(page.locator(".outbox-refused")).to_contain_text("还没有填：")
    expect(page.locator("#outbox-bar")).not_to_contain_text("已记录")
    # One item failed: nothing else is asked for than what was seen.
    page.locator('.round-item[data-kind="pass"] label[data-verdict="fail"]').first.click()
    expect(page.locator(".round-note:visible").first).to_be_focused()
    page.locator(".round-note:visible").first.fill("外壳破损，进水")
    answer(page)
    picture(page, "round-look")
    assert phone.visitor.fits()
    save(page)
    for _device in range(count - 2):
        answer(page)
        save(page)
    # The last one cannot be reached.
    page.get_by_text("没能检查", exact=True).click()
    page.get_by_label("原因").fill("配电间锁着，钥匙不在")
    page.locator(".round-form .field-send button").click()
    page.wait_for_url(f"**{order}", timeout=LONG)
    expect(page.locator("#outbox-bar")).to_contain_text(f"{count} 条已记录，等网络")
    # What was looked at is seen here, though the page is of the morning.
    expect(page.locator("a.round-target .outbox-look")).to_have_count(count)
    expect(page.locator("[data-next-look]")).to_be_hidden()

    phone.network(True)
    page.evaluate("dispatchEvent(new Event('online'))")
    # All of it sent, the page opens itself anew.
    expect(page.locator(".round-tally")).to_contain_text("故障 1", timeout=LONG)
    expect(page.locator(".round-tally")).to_contain_text("没能检查 1")
    page.locator(".field-bar-main").get_by_role("link", name="完成").click()
    page.get_by_label("运行评价").fill("总体平稳，一处外壳破损")
    page.locator(".field-send button").click()
    page.wait_for_url(f"**{order}", timeout=LONG)
    page.locator(".field-bar-main").get_by_role("link", name="客户签字").click()
    sign(page)
    page.get_by_label("签字人姓名").fill("王科长")
    page.get_by_role("group", name="服务态度").get_by_text("5", exact=True).click()
    page.locator(".field-send button").click()
    page.wait_for_url(f"**{order}", timeout=LONG)

    desk = visit("zhangmin")
    page = desk.open("/rounds/")
    page.get_by_role("link", name=title).click()
    page.wait_for_url(re.compile(r"/rounds/\d+/$"))
    expect(page.locator("main")).to_contain_text("总体平稳，一处外壳破损")
    expect(page.locator("main")).to_contain_text("外壳破损，进水")
    expect(page.get_by_role("link", name=re.compile(r"FW\d+"))).to_have_count(1)
    picture(page, "round-report")
