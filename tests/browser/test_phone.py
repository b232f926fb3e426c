"""Lists on the phone: a row is a small card; nothing of it is out of sight."""

import pytest

from tests.browser.conftest import PHONE

LISTS = {
    "work orders": ("wubin", "/field/orders/?view=all"),
    "forms": ("xupeng", "/forms/"),
    "devices": ("zhangmin", "/devices/"),
    "storekeeper": ("xupeng", "/"),
    "resident engineer": ("wubin", "/"),
    "customer": ("kehu4", "/"),
}
HIDDEN = """() => [...document.querySelectorAll("main .ly-table-box, main .card")]
    .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.textContent.trim().slice(0, 60))"""
# A cell that is as narrow as a letter stands upright.
UPRIGHT = """() => [...document.querySelectorAll("main .ly-table td")]
    .filter(td => td.innerText.trim().length > 3 && td.clientWidth > 0 && td.clientWidth < 30)
    .map(td => td.innerText)"""


@pytest.mark.parametrize("name", LISTS)
def test_all_of_a_row_is_in_sight(visit, name):
    who, where = LISTS[name]
    page = visit(who, PHONE).open(where)
    assert page.locator("main .ly-table td").count() > 0
    assert page.evaluate(HIDDEN) == []
    assert page.evaluate(UPRIGHT) == []
