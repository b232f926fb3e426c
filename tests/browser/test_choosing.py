"""Lists with acts on several rows: one box ticks them all, and what is chosen is counted."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visitor

WIDE = {"width": 1440, "height": 900}


@pytest.mark.parametrize(
    ("person", "path"),
    [("zhangmin", "/cases/"), ("chenjing", "/obligations/?view=all"), ("mafei", "/entitlements/claims/")],
)
def test_one_box_ticks_all_rows_and_the_page_counts_them(
    visit: Callable[..., Visitor], person: str, path: str
) -> None:
    page: Any = visit(person, WIDE).open(path)
    rows = page.locator("[data-rows] input[type=checkbox]")
    number = rows.count()
    assert number > 1, path
    every = page.get_by_label("全选本页")
    every.check()
    expect(page.locator("[data-rows] input[type=checkbox]:checked")).to_have_count(number)
    expect(page.locator("[data-bulk-count]")).to_contain_text(str(number))
    rows.first.uncheck()
    expect(every).not_to_be_checked()
    expect(page.locator("[data-bulk-count]")).to_contain_text(str(number - 1))
    rows.first.check()
    expect(every).to_be_checked()
    every.uncheck()
    expect(page.locator("[data-rows] input[type=checkbox]:checked")).to_have_count(0)


def test_on_the_phone_an_obligation_says_what_it_is_before_it_asks(visit: Callable[..., Visitor]) -> None:
    visitor = visit("chenjing", PHONE)
    page: Any = visitor.open("/obligations/?view=missed")
    expect(page.locator(".duty-rows td", has_text="–").filter(visible=True)).to_have_count(0)
    page.locator("[data-rows] a[data-open]").first.click()
    heads = ("事项", "登记完成", "为什么这时到期")
    tops = [page.get_by_role("heading", name=name, exact=True).bounding_box()["y"] for name in heads]
    assert tops == sorted(tops)
    assert visitor.fits()


def test_what_is_wrong_far_down_is_shown_first(visit: Callable[..., Visitor]) -> None:
    visitor = visit("chenjing", WIDE)
    page: Any = visitor.open("/obligations/?view=missed")
    page.locator("[data-rows] a[data-open]").first.click()
    visitor.expected.add(422)
    page.locator("summary", has_text="请客户豁免").click()
    page.get_by_role("button", name="请客户同意").click()
    wrong = page.locator(".ly-errors")
    expect(wrong).to_contain_text("原因")
    expect(wrong).to_be_in_viewport(ratio=1)
    expect(wrong).to_be_focused()


def test_the_groups_of_the_navigation_are_named_in_full(visit: Callable[..., Visitor]) -> None:
    page: Any = visit("chenjing", WIDE).open("/")
    page.locator(".ly-nav summary .ly-waits:not(:empty)").first.wait_for(state="attached")
    cut = page.evaluate(
        "[...document.querySelectorAll('.ly-nav summary > .icon:first-child + span')]"
        ".filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
    )
    assert cut == []
