"""A training from its plan to the confirmed result: desk, projector, phones of strangers, portal."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_offline import LONG, ZONE


def sign(page):
    """Write on the glass."""
    glass = page.locator("canvas[data-glass]")
    glass.scroll_into_view_if_needed()
    box = glass.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for place in range(12):
        page.mouse.move(box["x"] + 30 + 20 * place, box["y"] + (40 if place % 2 else 90))
    page.mouse.up()


def planned(desk, title):
    """The desk plans a training that began two hours ago; returns the path of its page."""
    page = desk.open("/training/new/?contract=1")
    begin = datetime.now(ZONE).replace(second=0, microsecond=0) - timedelta(hours=2)
    page.get_by_label("名称").fill(title)
    page.get_by_label("开始").fill(f"{begin:%Y-%m-%dT%H:%M}")
    page.get_by_label("结束", exact=True).or_(page.locator("#id_ends_at")).first.fill(
        f"{begin + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    )
    page.locator("#id_place").fill("二楼会议室")
    page.get_by_label("外请讲师").fill("原厂张工")
    page.get_by_role("button", name="安排", exact=True).click()
    # Nobody says what qualifies him.
    expect(page.locator(".ly-errors")).to_contain_text("原厂张工")
    page.get_by_label("资质").fill("原厂认证讲师")
    page.get_by_role("group", name="考试").get_by_text("理论", exact=True).click()
    page.get_by_role("button", name="安排", exact=True).click()
    page.wait_for_url(re.compile(r"/training/sessions/\d+/$"))
    return re.search(r"/training/sessions/\d+/", page.url)[0]


def test_a_training_from_the_plan_to_the_confirmed_result(visit, picture):
    title = f"平台使用培训 {datetime.now(ZONE):%H%M%S}"
    desk = visit("zhangmin")
    desk.expected |= {422}
    where = planned(desk, title)
    page = desk.page
    page.get_by_text("加人", exact=True).click()
    page.get_by_label("名单").fill("赵敏 监控中心 13800000011 新\n钱伟 信息科")
    page.get_by_role("button", name="加入名单").click()
    expect(page.locator("main")).to_contain_text("赵敏")

    # The code on the projector, scanned by a phone that nobody is logged in on.
    page = desk.open(f"{where}projector/")
    expect(page.locator(".tr-code svg")).to_be_visible()
    address = page.locator(".tr-address a").get_attribute("href")
    path = re.search(r"/t/.+", address)[0]
    phone = visit("", PHONE)
    hand = phone.open(path)
    expect(hand.get_by_text(title)).to_be_visible()
    assert phone.fits()
    hand.get_by_label("姓名").fill("赵敏")
    hand.get_by_label("单位").fill("监控中心")
    picture(hand, "training-sign-in")
    hand.get_by_role("button", name="签到").click()
    expect(hand.get_by_text("已签到 赵敏")).to_be_visible(timeout=LONG)
    assert phone.fits()
    # The same person again, on another phone: once.
    other = visit("", PHONE)
    again = other.open(path)
    again.get_by_label("姓名").fill("赵敏")
    again.get_by_role("button", name="签到").click()
    expect(again.get_by_text("不用再签")).to_be_visible(timeout=LONG)

    hand.get_by_role("link", name="填写培训反馈").click()
    hand.get_by_role("group", name="内容").get_by_text("5", exact=True).click()
    hand.get_by_label("意见和建议").fill("实操多一些")
    assert phone.fits()
    sign(hand)
    hand.get_by_role("button", name="提交反馈").click()
    expect(hand.get_by_text("反馈已收到")).to_be_visible(timeout=LONG)

    # The lecturer's list on his phone.
    small = visit("sunyan", PHONE)
    thumb = small.open(f"{where}list/")
    assert small.fits()
    row = thumb.locator(".tr-ticks > li", has_text="钱伟")
    row.get_by_role("button", name="到场").first.click()
    expect(row.locator(".tr-tick-head")).to_contain_text("讲师登记", timeout=LONG)

    page = desk.open(f"{where}scores/")
    page.get_by_label("钱伟 理论 1").fill("55")
    page.get_by_label("赵敏 理论 1").fill("91")
    page.get_by_role("button", name="登记").click()
    page.wait_for_url(f"**{where}")
    page.get_by_role("link", name="登记成绩").click()
    page.get_by_label("钱伟 理论 2").fill("72")
    page.get_by_role("button", name="登记").click()
    page.wait_for_url(f"**{where}")
    expect(page.locator("main")).to_contain_text("55/100、72/100")

    page.get_by_role("link", name="结束").click()
    page.get_by_label("总结").fill("两人都合格")
    page.get_by_role("button", name="结束，算学时").click()
    page.wait_for_url(f"**{where}")
    line = page.locator("tr", has_text="钱伟")
    expect(line).to_contain_text(re.compile(r"\b(2\.0|1\.9)\b"))
    expect(page.locator("tr", has_text="赵敏")).to_contain_text("迟到")
    page.get_by_role("button", name="提交结果给客户").click()
    expect(page.locator("main")).to_contain_text("等客户确认", timeout=LONG)
    picture(page, "training-session")

    customer = visit("kehu1")
    page = customer.open("/")
    page.get_by_role("link", name=title).first.click()
    page.wait_for_url(f"**{where}")
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator("main")).to_contain_text("客户已确认", timeout=LONG)


def test_a_plan_is_agreed_in_the_portal(visit):
    """The demo's plans are agreed; a revision goes to the customer and comes back agreed."""
    lead = visit("liuyang")
    page = lead.open("/contracts/2/training/")
    page.get_by_role("button", name="修订计划").click()
    page.wait_for_url(re.compile(r"/training/plans/\d+/$"))
    where = re.search(r"/training/plans/\d+/", page.url)[0]
    page.get_by_role("link", name="加课程").click()
    page.get_by_label("名称").fill("夜间实操")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**{where}")
    expect(page.locator("main")).to_contain_text("夜间实操")
    page.get_by_role("button", name="提交客户").click()
    expect(page.locator("main")).to_contain_text("等客户同意", timeout=LONG)
    customer = visit("kehu2")
    page = customer.open(where)
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.locator("main")).to_contain_text("客户已同意", timeout=LONG)
    assert customer.fits()
