"""The components in a browser: readable, reachable, quiet, and right while time passes."""

import datetime as dt
import re
from pathlib import Path

import pytest

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

TOUCHED = (
    "header a, header button, main a.btn, main button.btn, main summary, main select, main textarea, .ly-chip a,"
    " main label:has(input), main input:not([type=hidden], [type=radio], [type=checkbox])"
)


@pytest.fixture
def opened(browser, served, log_in):
    """Open an address logged in: opened(address, width, theme, language); also collects what the console says."""
    contexts = []

    def go(address="/style/", width=1440, theme="light", language="zh-hans", freeze=None):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        log_in(context, language=language)
        page = context.new_page()
        page.said = []
        page.on(
            "console", lambda message: page.said.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: page.said.append(str(error)))
        if freeze:
            page.clock.install(time=freeze)
        page.goto(served + address)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(1440, "light", "zh-hans"), (1440, "dark", "en"), (390, "light", "zh-hans"), (390, "dark", "en")],
)
def test_every_component_passes_axe_fits_and_breaks_no_policy(opened, width, theme, language):
    page = opened("/style/?errors=1&state=running", width, theme, language)
    page.wait_for_selector("[data-chart] svg")
    page.wait_for_load_state("networkidle")
    # It went to what is wrong; what then lies half below the page's head would count as too small to touch.
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {RULES!r})")["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert page.said == []


def test_on_the_phone_everything_to_touch_is_large_enough(opened):
    page = opened("/style/?errors=1&state=running", 390)
    small = page.evaluate(
        "(what) => [...document.querySelectorAll(what)].filter((e) => e.offsetParent"
        " && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)",
        TOUCHED,
    )
    assert small == []


def test_a_clock_counts_by_the_server_and_turns_red_without_a_reload(opened):
    # The browser's own clock is a year wrong and stays so.
    page = opened(freeze=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    first = page.locator(".ly-clock[data-clock]").nth(0)
    words = first.locator("[data-clock-words]")
    assert re.fullmatch(r"还剩 1 小时 1[12] 分", words.inner_text())
    page.clock.fast_forward("45:00")
    assert first.get_attribute("data-state") == "warning"
    page.clock.fast_forward("35:00")
    assert first.get_attribute("data-state") == "breached"
    assert re.fullmatch(r"已超时 [78] 分", words.inner_text())


def test_what_was_typed_is_still_there_after_leaving_the_page(opened, served):
    page = opened()
    page.fill("#id_what", "大屏黑了")
    page.goto(served + "/style/job/0/")
    page.goto(served + "/style/")
    assert page.input_value("#id_what") == "大屏黑了"
    page.get_by_role("button", name="放弃").click()
    page.reload()
    assert page.input_value("#id_what") == ""


def test_a_draft_is_not_shown_to_the_next_person_at_the_machine(opened, served, log_in):
    page = opened()
    page.fill("#id_what", "大屏黑了")
    log_in(page.context)
    page.goto(served + "/style/")
    assert page.input_value("#id_what") == ""


def test_a_destructive_act_asks_first_and_leaves_all_as_it_was_on_no(opened):
    page = opened()
    page.get_by_role("link", name="取消请求").click()
    dialog = page.get_by_role("dialog")
    assert "三个时限会停止" in dialog.inner_text()
    dialog.get_by_role("button", name="返回", exact=True).click()
    assert not page.url.endswith("#gone")
    page.get_by_role("link", name="取消请求").click()
    dialog.get_by_role("button", name="取消请求").click()
    page.wait_for_url("**#gone")


def test_rows_are_walked_and_opened_by_keyboard(opened):
    page = opened()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**#row-1")


def test_letters_typed_into_a_field_are_no_shortcuts_and_can_be_switched_off(opened):
    page = opened()
    page.focus("#id_caller")
    page.keyboard.type("j?")
    assert page.input_value("#id_caller") == "j?"
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_label("单个字母也作快捷键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-rows]')") is None


def test_a_server_message_becomes_a_toast_that_says_it(opened):
    page = opened()
    page.evaluate("htmx.trigger(document.body, 'toast', {text: '<b>已受理</b>', level: 'success'})")
    assert page.locator("#luyue-toasts .ly-toast").inner_text() == "<b>已受理</b>"


def test_long_work_shows_its_progress_until_it_is_done(opened):
    page = opened()
    assert "12 / 1200" in page.locator(".ly-job").inner_text()
    page.get_by_text("导入 incident_log.csv已完成").wait_for(timeout=15_000)


def test_the_theme_is_kept_and_a_dark_page_is_dark_from_the_start(opened):
    page = opened()
    page.get_by_role("button", name="我的").click()
    page.get_by_role("button", name="暗").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_on_paper_there_is_no_frame(opened):
    page = opened()
    page.emulate_media(media="print")
    assert not page.locator(".ly-side").is_visible()
    assert not page.locator(".ly-top").is_visible()
    assert page.locator("h1").is_visible()
