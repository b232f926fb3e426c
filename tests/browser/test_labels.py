"""Somebody scans the label of a device with a phone, reports, and watches what becomes of it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import AXE, EVERY, violations


def test_a_label_is_made_scanned_and_reports(visit):
    lead = visit("zhangmin")
    page = lead.open("/contracts/2/labels/")
    row = page.locator("tbody tr").first
    name = row.locator("td").nth(1).inner_text()
    if row.get_by_role("button", name="生成标签").count():
        row.get_by_role("button", name="生成标签").click()
        page.wait_for_load_state("networkidle")
    address = page.locator("tbody tr", has_text=name).get_by_role("link", name="看页面").get_attribute("href")

    stranger = visit("", PHONE)
    stranger.expected.add(422)
    phone = stranger.open(address)
    assert phone.get_by_role("heading", name=name).is_visible()
    assert stranger.fits()
    phone.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(phone, EVERY) == set()
    # Whatever is touched is large enough for a thumb.
    heights = [
        box.bounding_box()["height"]
        for box in phone.locator("fieldset label, main button, input[type=text]:not([name=website])").all()
        if box.is_visible()
    ]
    assert min(heights) >= 31
    phone.get_by_label("您的姓名").fill("王工")
    phone.get_by_role("button", name=re.compile("提交")).click()
    phone.wait_for_load_state("networkidle")
    assert phone.get_by_label("您的姓名").input_value() == "王工", "nothing typed is lost"
    phone.locator("fieldset label").first.click()
    phone.get_by_label("联系电话").fill("13800000000")
    phone.get_by_role("button", name=re.compile("提交")).click()
    phone.wait_for_url(re.compile("/r/c/"))
    assert re.match(r"FW\d{7}", phone.get_by_role("heading").first.inner_text())
    assert stranger.fits()

    again = stranger.open(address)
    assert again.get_by_role("link", name="我也遇到").is_visible()
    again.get_by_role("button", name="English").click()
    expect(again.locator("html")).to_have_attribute("lang", "en")
