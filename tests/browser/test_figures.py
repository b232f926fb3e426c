"""Every number that a person is shown in the navigation equals what stands behind it, for all roles of the demo."""

import re
from urllib.parse import urljoin

import lxml.html
import pytest

# On a board or as cards, not in rows.
NO_ROWS = {"waits-dispatch", "waits-field"}
PEOPLE = (
    "admin",
    "zhangmin",
    "sunyan",
    "chenjing",
    "huangli",
    "xupeng",
    "mafei",
    "jianli",
    "kehu1",
    "kehu2",
    "kehu4",
)


def read(visitor, path):
    """A page of the server as it is sent."""
    answer = visitor.context.request.get(visitor.address + path)
    assert answer.status == 200, path
    return answer.url.removeprefix(visitor.address), lxml.html.fromstring(f"<div>{answer.text()}</div>")


@pytest.mark.parametrize("who", PEOPLE)
def test_a_number_of_the_navigation_leads_to_as_many(visit, who):
    visitor = visit(who)
    _path, told = read(visitor, "/waiting/")
    for place in told.xpath("//*[@data-lead]"):
        number = re.match(r"\d+", place.text_content().strip())
        cards = place.get("id") in NO_ROWS or place.get("data-lead") == "/surveys/"
        if number is None or cards:
            continue
        path, rows = place.get("data-lead"), 0
        while path:
            there, page = read(visitor, path)
            rows += len(page.xpath("//main//tbody/tr"))
            following = page.xpath("//main//a[@rel='next']/@href")
            path = urljoin(there, following[0]) if following else ""
        assert (place.get("id"), rows) == (place.get("id"), int(number[0]))


def test_the_line_itself_leads_there(visit):
    page = visit("zhangmin").open("/")
    page.wait_for_function("document.querySelector('#waits-desk')?.textContent")
    number = page.locator("#waits-desk").inner_text()
    page.locator(".ly-nav a:has(#waits-desk)").click()
    page.wait_for_url("**/cases/?view=unassigned")
    assert page.get_by_role("link", name=re.compile("未分派")).first.inner_text().endswith(number.split()[0])
