"""A service form from the case to the signature on the glass."""

import re

from tests.browser.conftest import PHONE


def write(page) -> None:
    """A scrawl on the glass."""
    box = page.locator("canvas[data-glass]").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for n in range(12):
        page.mouse.move(box["x"] + 30 + n * 20, box["y"] + (40 if n % 2 else 110))
    page.mouse.up()


def test_a_customer_signs_on_the_glass_of_a_phone(visit):
    visitor = visit("zhangmin", PHONE)
    page = visitor.open("/cases/?view=resolved")
    page.locator("main a", has_text=re.compile(r"^FW\d+")).first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="开具单据").click()
    page.locator(".dropdown-menu.show").get_by_role("link", name="恢复记录").click()
    page.get_by_label("验证人").fill("李处")
    for label in ("服务人员", "故障原因", "恢复办法"):
        if not page.get_by_label(label).input_value():
            page.get_by_label(label).fill("已处理")
    page.get_by_label("数据和业务核对").fill("录像连续")
    page.get_by_role("button", name="保存并预览").click()
    page.get_by_role("button", name="开具", exact=True).click()
    page.get_by_role("link", name="签字", exact=True).click()

    visitor.expected.add(422)
    page.get_by_label("签字人姓名").fill("李处长")
    page.get_by_role("button", name="确认签字").click()
    page.get_by_text("请在框里签名").first.wait_for()
    write(page)
    page.get_by_role("button", name="重签").click()
    assert page.locator("#sign_picture").input_value() == ""
    write(page)
    page.get_by_label("签字人姓名").fill("")
    page.get_by_role("button", name="确认签字").click()
    page.get_by_text("请填写").first.wait_for()  # what was drawn is still there
    page.get_by_label("签字人姓名").fill("李处长")
    page.get_by_role("button", name="确认签字").click()

    signature = page.get_by_alt_text("李处长 的签名")
    signature.wait_for()
    assert signature.evaluate("one => one.naturalWidth") > 100
    assert page.get_by_text("已签字").first.is_visible()
    assert visitor.fits()

    with page.expect_download() as download:
        page.get_by_role("link", name="Word", exact=True).first.click()
    assert download.value.suggested_filename.endswith(".docx")

    page.goto(
        page.get_by_role("link", name="核验页")
        .get_attribute("href")
        .replace("http://127.0.0.1:8000", visitor.address)
    )
    assert page.get_by_text("真实有效").is_visible()
