"""What the phone does not let pass in a cellar, and what it does not forget."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_offline import ENGINEER, LONG, Phone, hand_in, plan, press, sign, stored_by_now
from tests.field.conftest import png


@pytest.fixture
def phone(visit):
    visitor = visit(ENGINEER[0], PHONE)
    yield Phone(visitor)
    visitor.troubles = [one for one in visitor.troubles if not one.startswith("net::ERR_")]


def picture(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "image/png", "buffer": png() + name.encode()}


def test_what_the_server_would_refuse_is_asked_for_on_the_spot(visit, phone):
    order, _title = plan(visit, "配电间摄像机离线")
    phone.open("/field/")
    stored_by_now(phone.page)
    page = phone.open(order)
    for name in ("接单", "出发", "到场", "开始作业"):
        press(page, name)
        page.wait_for_load_state("load")
        expect(page.locator("#outbox-bar")).to_have_count(0, timeout=LONG)
    phone.open("/field/")
    stored_by_now(phone.page)
    phone.page.wait_for_timeout(500)
    phone.network(False)

    page = phone.open(f"{order}act/unsolved/")
    page.locator("[name=reason]").fill("缺备件")
    page.locator(".field-send button").click()
    expect(page.locator(".outbox-refused")).to_have_text("还没有填：照片。")
    # The camera gives one picture at a time; each is kept, and can be taken away again.
    for name in ("1.png", "2.png", "3.png"):
        page.locator("input[capture]").set_input_files([picture(name)])
    expect(page.locator("[data-chosen] img")).to_have_count(3)
    page.get_by_role("button", name="去掉 2.png").click()
    expect(page.locator("[data-chosen] img")).to_have_count(2)

    # A dozen pictures are sent a few at a time; what nobody could look at is not kept.
    page = phone.open(f"{order}act/photo/")
    heic = b"\0\0\0\x18ftypheic" + bytes(400)
    page.locator("input[multiple]").set_input_files(
        [
            {"name": "a.heic", "mimeType": "image/heic", "buffer": heic},
            *(picture(f"{n}.png") for n in range(11)),
        ]
    )
    page.locator(".field-send button").click()
    expect(page.locator(".outbox-refused")).to_contain_text("HEIC")
    page.get_by_role("button", name="去掉 a.heic").click()
    hand_in(page)
    expect(page.locator("#outbox-order .outbox-item")).to_have_count(3, timeout=LONG)
    expect(page.locator("#outbox-bar")).to_contain_text("11 张照片待上传")

    phone.network(True)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#outbox-bar")).to_have_count(0, timeout=LONG)
    expect(page.get_by_role("heading", name="照片 11")).to_be_visible(timeout=LONG)

    # The customer reads what he signs, and turns the phone with his signature on it.
    page = phone.open(f"{order}act/unsolved/")
    expect(page.locator("[name=reason]")).to_have_value("缺备件")
    hand_in(page)
    page = phone.open(f"{order}act/confirm/")
    expect(page.get_by_role("region", name="要签的内容")).to_contain_text("缺备件")
    sign(page)
    signed = page.locator("[data-sign] input").input_value()
    page.set_viewport_size({"width": 844, "height": 390})
    expect(page.locator("[data-sign] canvas")).not_to_have_js_property("width", 0)
    page.wait_for_timeout(300)
    assert signed and page.locator("[data-sign] input").input_value() == signed


def test_the_contract_of_the_address_is_not_replaced_by_a_draft(visit):
    desk = visit("zhangmin")
    page = desk.open("/rounds/new/?contract=1&kind=visit")
    page.get_by_label("名称").fill("一号合同的巡检")
    page = desk.open("/rounds/new/?contract=4&kind=visit")
    expect(page.get_by_label("合同")).to_have_value("4")
    expect(page.get_by_label("名称")).to_have_value("一号合同的巡检")
    page.get_by_role("button", name="放弃").first.click()
