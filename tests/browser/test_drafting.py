"""A plan document is reviewed by keys, its new version held against it; pictures of both for the guide."""

import re
import secrets
import string

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import AXE, EVERY, violations

TEXT = """一、故障响应
接到报修后，我方2小时内响应，4小时内到达现场，8小时内解决。
二、巡检
每季度进行一次巡检。
"""
WIDE = {"width": 1440, "height": 900}


def mark():
    """A line that no other run has: the same document again would lead to its first draft."""
    return f"本稿{''.join(secrets.choice(string.ascii_letters) for _ in range(12))}\n"


def hand_in(page, text):
    """Paste a document and wait until it is read."""
    page.get_by_label("或粘贴文字").fill(text)
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_label("草拟的承诺")).to_be_visible(timeout=60_000)


def test_a_review_goes_by_keys_and_every_step_back(visit, picture):
    lead = visit("mafei", WIDE)
    page = lead.open("/drafts/new/")
    page.get_by_label("方案名称").fill("按键审阅")
    hand_in(page, TEXT + mark())
    cards = page.locator(".dr-card")
    number = cards.count()
    assert number >= 4
    page.keyboard.press("j")
    expect(cards.nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(cards.nth(0)).to_have_attribute("data-state", "accepted")
    expect(cards.nth(0)).to_be_focused()
    expect(page.locator(".dr-toast")).to_contain_text("已接受")
    expect(page.locator(".dr-mark").first).to_have_attribute("data-state", "accepted")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(cards.nth(1)).to_have_attribute("data-state", "rejected")
    picture(page, "drafting")
    # Back again, from the last step to the first.
    page.keyboard.press("u")
    expect(page.locator(".dr-card[data-state=proposed]")).to_have_count(number - 1)
    page.keyboard.press("u")
    expect(page.locator(".dr-card[data-state=proposed]")).to_have_count(number)
    page.keyboard.press("?")
    expect(page.locator("#luyue-keys")).to_contain_text("撤销上一步")
    page.keyboard.press("Escape")
    # Letters that are typed are letters.
    box = page.locator("[data-search]").first
    box.focus()
    page.keyboard.type("aru")
    expect(box).to_have_value("aru")
    expect(page.locator(".dr-card[data-state=proposed]")).to_have_count(number)
    cards.nth(0).locator("b").click()
    cards.nth(0).evaluate("card => { card.tabIndex = -1; card.focus(); }")
    page.keyboard.press("e")
    page.wait_for_url(re.compile(r"/drafts/promises/\d+/"))


def test_a_new_version_says_what_it_changes(visit, picture):
    lead = visit("mafei", WIDE)
    page = lead.open("/drafts/new/")
    page.get_by_label("方案名称").fill("两版对照")
    text = TEXT + mark()
    hand_in(page, text)
    page.get_by_role("button", name="全部接受").click()
    page.locator("#luyue-confirm").get_by_role("button", name="全部接受").click()
    expect(page.locator(".dr-card[data-state=proposed]")).to_have_count(0)
    page.get_by_role("link", name="上传新版本").click()
    hand_in(page, text.replace("4小时", "2小时") + "三、培训\n每年培训2次。\n")
    expect(page.locator(".ly-note", has_text="1 条数字改了")).to_be_visible()
    page.get_by_role("link", name="与上一版对照").click()
    expect(page.locator("del", has_text="4")).to_be_visible()
    expect(page.locator("ins", has_text="2")).to_be_visible()
    expect(page.locator(".dr-means", has_text="到场 · 4 小时")).to_contain_text("到场 · 2 小时")
    page.get_by_role("link", name="新增").click()
    page.wait_for_url(re.compile(r"show=new"))
    expect(page.locator(".dr-difference")).to_have_count(2)


def test_the_comparison_of_two_versions_fits_the_phone(visit, picture):
    wide = visit("mafei", WIDE)
    picture(wide.open("/drafts/2/against/"), "drafting-against")
    phone = visit("mafei", PHONE)
    page = phone.open("/drafts/2/against/?show=figures")
    expect(page.locator(".dr-difference").first).to_be_visible()
    assert phone.fits()
    phone.open("/drafts/2/?show=look")
    assert phone.fits()


def test_of_two_people_at_one_promise_the_later_one_is_told(visit):
    first, second = visit("chenjing", WIDE), visit("mafei", WIDE)
    page = first.open("/drafts/new/")
    page.get_by_label("方案名称").fill("两人审阅")
    hand_in(page, TEXT + mark())
    address = page.url.removeprefix(first.address)
    late = second.open(address)
    second.expected.add(409)
    # Both look at the same promise; the first one corrects it.
    arrive = page.locator(".dr-card", has_text="到场 · 4 小时")
    theirs = late.locator(".dr-card", has_text="4小时内到达现场").first
    arrive.locator("[data-edit]").click()
    page.get_by_label("数字").fill("3")
    page.get_by_role("button", name="保存并接受").click()
    expect(page.locator(".dr-card[data-state=accepted]", has_text="到场 · 3 小时")).to_be_visible()
    # The second one clicks on what he still sees: nothing is done, and he is told.
    theirs.get_by_role("button", name="拒绝").click()
    note = theirs.get_by_role("alert")
    expect(note).to_contain_text("陈静 · 今天")
    expect(note).to_contain_text("您看到的是：到场 · 4 小时")
    expect(theirs).to_have_attribute("data-state", "accepted")
    expect(theirs.locator(".dr-line")).to_contain_text("到场 · 3 小时")
    late.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(late, EVERY) == set()
    # What nobody else touched goes on as ever, and having looked he may decide.
    late.locator(".dr-card", has_text="响应 · 2 小时").get_by_role("button", name="接受").click()
    expect(late.locator(".dr-card[data-state=accepted]")).to_have_count(2)
    theirs.get_by_role("button", name="拒绝").click()
    expect(theirs).to_have_attribute("data-state", "rejected")
    expect(note).to_have_count(0)


def test_what_the_later_one_typed_stays(visit):
    first, second = visit("chenjing", PHONE), visit("mafei", PHONE)
    page = first.open("/drafts/new/")
    page.get_by_label("方案名称").fill("两人修改")
    hand_in(page, TEXT + mark())
    address = page.locator(".dr-card", has_text="到场 · 4 小时").locator("[data-edit]").get_attribute("href")
    late = second.open(address)
    second.expected.add(409)
    late.get_by_label("数字").fill("6")
    first.open(address).get_by_label("数字").fill("3")
    page.get_by_role("button", name="只保存").click()
    page.wait_for_url(re.compile(r"/drafts/\d+/"))
    late.get_by_role("button", name="保存并接受").click()
    expect(late.locator(".dr-look")).to_contain_text("数字：现在是 3，您填的是 6")
    expect(late.get_by_label("数字")).to_have_value("6")
    assert second.fits()
    late.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(late, EVERY) == set()
    late.get_by_role("button", name="保存并接受").click()
    expect(late.locator(".dr-card[data-state=accepted]")).to_contain_text("到场 · 6 小时")
