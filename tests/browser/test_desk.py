"""The desk by keyboard alone and on a phone, and two people at the same case."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, ROOT, Visitor

WIDE = {"width": 1440, "height": 900}
CONTRACT = "HT-2025-002"  # its plan knows levels and pauses
OPERATOR = "zhangmin"
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"

Come = Callable[..., Visitor]


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until something has the focus."""
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {wanted}")


def act_by_keys(page: Page, name: str, *typed: str) -> None:
    """Open an act's form, fill its first fields in order and send it, without a mouse."""
    offered = page.locator("#case-acts").get_by_role("button", name=name, exact=True)
    tab_to(page, offered, "Shift+Tab" if page.locator("#case-acts :focus").count() == 0 else "Tab")
    page.keyboard.press("Enter")
    form = page.locator("#act-box form")
    expect(form).to_be_visible()
    expect(form.locator(":focus")).to_have_count(1)
    for number, text in enumerate(typed):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(form).to_have_count(0)
    expect(page.locator("#case-acts :focus")).to_have_count(1)


def report_by_keys(page: Page, title: str) -> str:
    """Take a call with keys only; returns the number of the case."""
    page.keyboard.press("n")
    page.wait_for_url("**/cases/new/")
    # The caller comes first; who does not know him goes on to the contract.
    expect(page.get_by_label("电话")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("合同")).to_be_focused()
    page.keyboard.type(CONTRACT)
    page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="故障等级")).to_be_visible()
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.wait_for_load_state("networkidle")
    return page.locator("h1").inner_text()


def test_a_case_goes_from_the_call_to_closed_without_a_mouse(visit: Come) -> None:
    desk = visit(OPERATOR, WIDE)
    page = desk.open("/")
    report_by_keys(page, "西门球机无图像")
    tab_to(page, page.locator("[data-main-act]"))
    act_by_keys(page, "受理分派")
    expect(page.locator("#case-state")).to_contain_text("处理中")
    act_by_keys(page, "回复", "已电话联系")
    act_by_keys(page, "解决", "电源适配器老化", "更换适配器")
    expect(page.locator("#case-state")).to_contain_text("已解决")
    act_by_keys(page, "关闭")
    expect(page.locator("#case-state")).to_contain_text("已关闭")
    for told in ("已电话联系", "电源适配器老化", "更换适配器"):
        expect(page.locator("#case-timeline")).to_contain_text(told)
    assert desk.fits()


def test_on_a_phone_the_next_act_is_one_thumb_away(visit: Come) -> None:
    field = visit(OPERATOR, PHONE)
    page = field.open("/cases/new/")
    page.get_by_label("合同").fill(CONTRACT)
    page.get_by_label("现象").fill("停车场道闸不抬杆")
    page.get_by_label("紧急", exact=True).check()
    page.get_by_role("button", name="受理").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    for act, answers in (
        ("受理分派", {}),
        ("回复", {"说明": "马上到"}),
        ("解决", {"故障原因": "限位松动", "处理办法": "重新紧固"}),
        ("关闭", {}),
    ):
        main = page.locator("[data-main-act]")
        expect(main).to_have_text(act)
        box = main.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 300
        assert box["y"] + box["height"] <= PHONE["height"], "in sight without scrolling"
        main.click()
        form = page.locator("#act-box form")
        for label, text in answers.items():
            form.get_by_label(label).fill(text)
        form.get_by_role("button", name=act, exact=True).click()
        expect(form).to_have_count(0)
        assert field.fits()
    expect(page.locator("#case-state")).to_contain_text("已关闭")


def test_the_later_of_two_people_is_told_and_loses_nothing(visit: Come) -> None:
    one, other = visit(OPERATOR, WIDE), visit(OPERATOR, WIDE)
    page = one.open("/")
    report_by_keys(page, "机房温度告警")
    path = re.sub(r"^https?://[^/]+", "", page.url)
    other.expected.add(409)
    slow = other.open(path)
    slow.locator("#case-acts").get_by_role("button", name="回复").click()
    slow.get_by_label("说明").fill("我慢慢写的话")
    tab_to(page, page.locator("[data-main-act]"))
    act_by_keys(page, "受理分派")
    slow.keyboard.press("Control+Enter")
    expect(slow.get_by_role("alert")).to_contain_text("刚才有人改过")
    expect(slow.get_by_label("说明")).to_have_value("我慢慢写的话")
    expect(slow.locator("#case-timeline")).to_contain_text("受理分派")
    slow.keyboard.press("Control+Enter")
    expect(slow.locator("#act-box form")).to_have_count(0)
    expect(slow.locator("#case-timeline")).to_contain_text("我慢慢写的话")
    # The script library says in the console what the page has already said to the person.
    other.troubles = [trouble for trouble in other.troubles if "Status Error Code 409" not in trouble]


def test_what_was_typed_at_intake_survives_leaving_the_page(visit: Come) -> None:
    page = visit(OPERATOR, WIDE).open("/cases/new/")
    page.get_by_label("合同").fill(CONTRACT)
    page.get_by_label("现象").fill("写到一半的话")
    page.get_by_label("报修人").fill("王科")
    page.goto(page.url.replace("/cases/new/", "/"))
    page.goto(page.url + "cases/new/")
    expect(page.get_by_label("现象")).to_have_value("写到一半的话")
    expect(page.get_by_label("报修人")).to_have_value("王科")
    expect(page.get_by_role("group", name="故障等级")).to_be_visible()


def test_a_draft_gives_back_what_hangs_on_the_contract_too(visit: Come) -> None:
    page = visit(OPERATOR, WIDE).open("/cases/new/")
    page.get_by_label("合同").fill(CONTRACT)
    expect(page.get_by_label("点位")).to_be_visible()
    page.get_by_label("现象").fill("摄像机黑屏")
    page.get_by_label("点位").select_option(index=2)
    page.get_by_label("严重", exact=True).check()
    site = page.get_by_label("点位").input_value()
    page.reload()
    expect(page.get_by_label("点位")).to_have_value(site)
    expect(page.get_by_label("严重", exact=True)).to_be_checked()
    # What is like it is looked for as if it had been typed now.
    expect(page.locator("#intake-similar")).not_to_contain_text("填写现象时")
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_label("点位")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("合同")).to_have_value("")
    expect(page.get_by_text("已恢复上次没有提交的内容")).to_have_count(0)


def test_a_form_is_sent_once_however_often_it_is_pressed(visit: Come) -> None:
    page = visit("huangli", WIDE).open("/follow-ups/")
    page.locator("tbody a").first.click()
    page.get_by_role("radio", name="没打通").check()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="记录回访").dblclick()
    page.wait_for_url("**/follow-ups/")
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1


def test_on_the_phone_a_case_says_what_it_is_before_what_hangs_on_it(visit: Come) -> None:
    page = visit(OPERATOR, PHONE).open("/cases/1/")
    heads = ("时限", "情况", "经过", "关联")
    tops = [page.get_by_role("heading", name=name, exact=True).bounding_box() for name in heads]
    heights = [box["y"] for box in tops if box]
    assert len(heights) == 4
    assert heights == sorted(heights)


def test_intake_fits_one_screen(visit: Come) -> None:
    page = visit(OPERATOR, WIDE).open("/cases/new/")
    page.get_by_label("合同").fill(CONTRACT)
    expect(page.get_by_role("group", name="故障等级")).to_be_visible()
    button = page.get_by_role("button", name="受理").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= WIDE["height"]


def test_rows_are_walked_and_opened_by_keys(visit: Come) -> None:
    page = visit(OPERATOR, WIDE).open("/cases/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    number = page.locator("[data-rows] > :focus a[data-open]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    expect(page.locator("h1")).to_have_text(number)


PAGES = ("/", "/cases/", "/cases/?view=all&q=没有这样的词", "/cases/new/", "/cases/1/", "/cases/1/act/note/")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_the_desk_shuts_anybody_out(visit: Come, size: dict[str, int], theme: str) -> None:
    desk = visit(OPERATOR, size, theme=theme)
    for path in PAGES:
        page = desk.open(path)
        assert desk.fits(), path
        page.evaluate(AXE.read_text())
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        found: Any = page.evaluate("rules => axe.run(document, rules).then(said => said.violations)", rules)
        told = [(path, one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
        assert told == []
