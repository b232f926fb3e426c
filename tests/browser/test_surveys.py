"""A survey: answered on a phone without logging in, and one campaign from its obligation to the delivered result."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

TWENTY = re.compile("季度满意度调查$")


def open_campaign(visit) -> Page:
    """The running satisfaction survey, as the supervisor finds it."""
    page = visit("huangli").open("/surveys/?state=open&kind=satisfaction")
    page.locator("tbody[data-rows] a", has_text=TWENTY).first.click()
    page.wait_for_url(re.compile(r"/surveys/\d+/$"))
    return page


def choose(page: Page, scores: str) -> None:
    for scale, score in zip(page.locator(".survey-scale").all(), scores, strict=True):
        scale.locator(f'label[data-score="{score}"]').click()


def test_a_customer_answers_on_the_phone_without_logging_in(visit, picture):
    page = open_campaign(visit)
    page.locator("tbody[data-rows] tr", has_text="未答").last.locator("a").first.click()
    page.wait_for_url(re.compile(r"/surveys/respondents/\d+/$"))
    address = urlsplit(page.locator(".survey-link").input_value()).path
    desk = page.url
    phone = visit("", PHONE)
    phone.expected |= {422}
    page = phone.open(address)
    assert phone.fits()
    page.get_by_label("哪里需要改进").fill("夜里电话接得慢")
    choose(page, "54455444")
    picture(page, "survey-phone")
    page.locator(".survey-scale").nth(2).locator("input:checked").evaluate("one => one.checked = false")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("还有 1 题没有答好")
    assert phone.fits()
    expect(page.get_by_label("哪里需要改进")).to_have_value("夜里电话接得慢")
    page.locator(".survey-scale").nth(2).locator('label[data-score="4"]').click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("谢谢，已经收到")).to_be_visible()
    assert phone.fits()
    # In the customer's other language, and once more.
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("Thank you, your answer has arrived")).to_be_visible()
    page.get_by_role("link", name="Change the answer").click()
    expect(page.get_by_text("You have answered already.")).to_be_visible()
    page = visit("huangli").open(urlsplit(desk).path)
    expect(page.get_by_text("夜里电话接得慢")).to_be_visible()


def test_one_survey_from_its_obligation_to_the_delivered_result(visit, picture):
    page = open_campaign(visit)
    one = urlsplit(page.url).path
    page.get_by_role("link", name="看事项").click()
    page.wait_for_url(re.compile(r"/obligations/\d+/$"))
    obligation = urlsplit(page.url).path
    page.get_by_role("region", name="回访和满意度").get_by_role("link").first.click()
    page.wait_for_url(f"**{one}")
    customer = visit("kehu4").open("/surveys/")
    customer.get_by_role("region", name="请您填写").get_by_role("link").first.click()
    customer.wait_for_url(re.compile(r"/surveys/\d+/answer/$"))
    choose(customer, "54455445")
    customer.get_by_role("button", name="提交").click()
    expect(customer.get_by_text("谢谢，已经收到")).to_be_visible()
    page.reload()
    page.get_by_label("改进措施").fill("夜间增派一名接线员。")
    page.get_by_role("button", name="送达结果").click()
    expect(page.locator("#main").get_by_text("结果已送达客户。")).to_be_visible()
    page.get_by_role("link", name="结果", exact=True).click()
    page.wait_for_url(f"**{one}result/")
    expect(page.locator(".ly-chart svg").first).to_be_visible()
    picture(page, "survey-result")
    customer.goto(page.url)
    expect(customer.get_by_text("夜间增派一名接线员。")).to_be_visible()
    paper = customer.request.get(customer.get_by_role("link", name="PDF").evaluate("link => link.href"))
    assert paper.headers["content-type"] == "application/pdf" and paper.body().startswith(b"%PDF-")
    page.goto(page.url.replace(f"{one}result/", obligation))
    expect(page.get_by_text("系统自动登记")).to_be_visible()
    expect(page.get_by_text(re.compile("结果已送达客户"))).to_be_visible()
