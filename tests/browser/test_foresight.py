"""Before signing: asked, reckoned by the worker, a figure changed, taken away as Excel and PDF."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

RESULT = re.compile(r"/foresight/\d+/$")


def test_a_manager_holds_a_plan_against_the_history_and_changes_a_figure(visit, picture):
    manager = visit("mafei")
    page = manager.open("/plans/")
    page.get_by_role("link", name=re.compile("视频监控集成")).first.click()
    page.get_by_role("link", name="签约前测算").last.click()
    expect(page.locator("#id_plan")).to_have_value(re.compile(r"^version-\d+$"))
    page.get_by_role("button", name="开始测算").click()
    page.wait_for_url(RESULT)
    rows = page.locator("table.fs-rows").first.locator("tbody tr")
    expect(rows.first).to_be_visible(timeout=60_000)  # the worker reckons; the page asks
    picture(page, "foresight")

    row = rows.filter(has_text="一般请求 2 小时内回复")
    before = row.locator(".fs-rate b").inner_text()
    row.get_by_role("spinbutton").fill("0.01")
    row.get_by_role("spinbutton").press("Tab")
    expect(row.locator(".fs-rate b")).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"\?l-[a-z0-9-]+=0\.01$"))
    page.reload()
    expect(row.locator(".fs-rate b")).not_to_have_text(before)
    page.get_by_label("要按时的比例（%）").fill("80")
    page.get_by_label("要按时的比例（%）").press("Tab")
    expect(page).to_have_url(re.compile("keep=80"))
    expect(page.get_by_role("heading", name="人手：保 80% 每班要几人")).to_be_visible()
    with page.expect_download() as told:
        page.get_by_role("link", name="导出 Excel").click()
    assert told.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="恢复方案的数字").click()
    expect(row.locator(".fs-rate b")).to_have_text(before)

    phone = visit("mafei", PHONE)
    phone.open(page.url.replace(phone.address, ""))
    assert phone.fits()


def test_sites_appear_with_the_contract_that_has_them(visit):
    manager = visit("mafei", PHONE)
    page = manager.open("/foresight/new/")
    expect(page.get_by_text("选了合同，还可以再选点位。")).to_be_visible()
    contracts = page.get_by_label("用哪些合同的历史")
    contracts.select_option(index=0)
    sites = page.get_by_label("只算哪些点位")
    expect(sites).to_be_visible()
    chosen = sites.locator("option").first.inner_text()
    sites.select_option(label=chosen)
    # Another contract more: what was chosen stays.
    contracts.select_option(index=[0, 1])
    expect(sites.locator("optgroup")).to_have_count(2)
    expect(sites.locator("option:checked")).to_have_text(chosen)
    page.get_by_label("只算哪些区域").fill("不在这里的地方")
    assert manager.fits()
    page.get_by_label("方案或草稿").select_option(index=1)
    page.get_by_role("button", name="开始测算").click()
    page.wait_for_url(RESULT)
    expect(page.get_by_text("这段时间里没有可用的服务请求")).to_be_visible(timeout=60_000)
