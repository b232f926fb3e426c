"""One's own message settings: found by name, chosen by group and way."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE


def group(page, topic):
    return page.locator("[data-topic]", has=page.get_by_role("heading", name=topic, exact=True))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_whole_group_is_chosen_at_once_and_what_the_search_hides_stays(visit, size):
    somebody = visit("wubin", size)
    page = somebody.open("/messages/settings/")
    assert somebody.fits()
    for topic in ("服务请求", "时限和升级", "派工和现场", "热线", "机密和远程会话", "回访和评价"):
        expect(page.get_by_role("heading", name=topic, exact=True)).to_be_visible()

    limits = group(page, "时限和升级")
    every = limits.get_by_label("时限和升级：短信全选")
    boxes = limits.locator("input[data-way=sms]")
    every.set_checked(True)
    assert boxes.count() == boxes.and_(page.locator(":checked")).count() > 3
    boxes.first.uncheck()
    assert every.evaluate("box => box.indeterminate")

    page.get_by_role("searchbox", name="按名称找消息").fill("派工")
    expect(limits).to_be_hidden()
    group(page, "派工和现场").get_by_label("派工和现场：邮件全选").set_checked(False)
    page.get_by_role("searchbox", name="按名称找消息").fill("热线中断")
    expect(page.locator("tr[data-kind]:visible")).to_have_count(1)
    page.get_by_role("searchbox", name="按名称找消息").fill("没有这种")
    expect(page.get_by_text("没有这样的消息")).to_be_visible()

    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存").first).to_be_visible()
    limits, orders = group(page, "时限和升级"), group(page, "派工和现场")
    sent = limits.locator("input[data-way=sms]:checked").count()
    assert sent == limits.locator("input[data-way=sms]").count() - 1
    expect(orders.locator("input[data-way=email]:checked")).to_have_count(0)
    # What nobody touched is as it was.
    assert group(page, "热线").locator("input[data-way=email]:checked").count() > 3
    limits.get_by_label("时限和升级：短信全选").set_checked(False)
    orders.get_by_label("派工和现场：邮件全选").set_checked(True)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存").first).to_be_visible()
