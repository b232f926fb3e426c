"""Signing in on the phone without a network: kept with its time and place, sent when there is one, both times shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_offline import LONG, Phone, stored_by_now

RESIDENT = "wubin"


@pytest.fixture
def phone(visit):
    visitor = visit(RESIDENT, PHONE)
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 32.06, "longitude": 118.79, "accuracy": 9})
    yield Phone(visitor)
    visitor.troubles = [one for one in visitor.troubles if not one.startswith("net::ERR_")]


def press(page: Page, name: str) -> None:
    page.locator(".staffing-sign").first.get_by_role("button", name=name, exact=True).click()


def test_a_sign_in_without_a_network_is_kept_and_sent_later(phone, visit):
    page = phone.open("/attendance/")
    expect(page.locator(".staffing-sign")).not_to_have_count(0)
    stored_by_now(page)

    phone.network(False)
    page = phone.kill_tab("/attendance/")
    expect(page.locator("[data-offline]")).to_be_visible(timeout=LONG)
    press(page, "签退")
    waiting = page.locator(".staffing-kept li")
    expect(waiting).to_have_count(1, timeout=LONG)
    expect(waiting).to_contain_text(re.compile(r"签退 \d\d:\d\d"))
    expect(page.locator(".staffing-kept")).to_be_visible()
    # Thrown away and opened anew, it is still there; nothing scrolls sideways.
    page = phone.kill_tab("/attendance/")
    expect(page.locator(".staffing-kept li")).to_have_count(1, timeout=LONG)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    phone.network(True)
    page.evaluate("dispatchEvent(new Event('online'))")
    # Sent, or refused with the reason: at night nobody can sign out, and what was signed the server decides.
    expect(page.locator(".staffing-kept li:not(:has(button))")).to_have_count(0, timeout=LONG)
    left = page.locator(".staffing-kept li button")
    if left.count():
        left.first.click()
        page.locator("dialog[open]").get_by_role("button", name="丢弃").click()
        expect(page.locator(".staffing-kept li")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-offline]")).to_be_hidden()
    # With a network the page stays as it is while it looks for what waits.
    expect(page.locator("html[data-kept]")).to_be_attached(timeout=LONG)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator(".staffing-sign").first).to_be_visible()
