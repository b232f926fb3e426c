"""A register of an earlier system is taken in by the page: uploaded, corrected, tried, started, found again."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, ROOT, Visitor

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
REGISTER = """编码,何时,怎么了,程度
B1,2026-03-03 10:00,三楼会议室摄像机黑屏,特急
B2,昨天,交换机离线,普通
B3,2026-03-05 10:00,交换机离线影响十二路视频上传需要尽快到场处理,普通
"""


def test_a_register_in_strange_words_is_imported_by_the_page(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    file = tmp_path / "旧登记表.csv"
    file.write_bytes(REGISTER.encode("gbk"))
    visitor = visit("zhangmin")
    page = visitor.open("/cases/import/")
    page.get_by_label("文件", exact=False).first.set_input_files(file)
    page.get_by_label("合同").select_option(index=1)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("对应关系还不完整")).to_be_visible()
    for field, column in (
        ("external_id", "编码"),
        ("reported_at", "何时"),
        ("title", "怎么了"),
        ("severity", "程度"),
    ):
        page.locator(f"#id_col-{field}").select_option(column)
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_role("heading", name="词的对应")).to_be_visible()
    for number in (0, 1):
        page.locator(f"#id_word-severity-{number}").select_option(index=1)
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("看不懂时间“昨天”")).to_be_visible()
    assert _faults(visitor) == []
    page.get_by_role("button", name="开始导入 2 张单").click()
    expect(page.locator("#import-state")).to_have_text("已完成", timeout=30_000)
    expect(page.locator("#import-counts")).to_contain_text("2")
    assert _faults(visitor) == []
    visitor.open("/cases/import/")
    page.get_by_role("link", name="旧登记表.csv").first.click()
    with page.expect_download() as got:
        page.get_by_role("link", name="下载没有导入的行").click()
    assert got.value.suggested_filename.endswith(".xlsx")


def test_the_import_fits_a_phone(visit: Callable[..., Visitor]) -> None:
    visitor = visit("zhangmin", PHONE)
    visitor.open("/cases/import/")
    assert visitor.fits()
    assert _faults(visitor) == []


def _faults(visitor: Visitor) -> list[str]:
    """What axe finds, by WCAG 2.2 AA."""
    visitor.page.evaluate(AXE.read_text())
    found = visitor.page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
    )
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found["violations"]]
