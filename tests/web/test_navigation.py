"""The left navigation."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory, override_settings
from django.urls import include, path

from luyue.domain import rights
from luyue.web import context, navigation


def page(request):
    raise AssertionError("only its address is asked for")


def app(name, *pages):
    return path(
        f"{name}/",
        include(([path(f"{one}/" if one != "index" else "", page, name=one) for one in pages], name)),
    )


urlpatterns = [
    path("", include(([path("", page, name="dashboard"), path("queue/", page, name="queue"),
                       path("intake/", page, name="intake"), path("import/", page, name="import")], "desk"))),
    app("contracts", "list", "plans", "customers"),
    app("accounts", "people"),
    app("devices", "list"),
    app("statements", "index", "ledger"),
    app("measures", "list"),
]  # fmt: skip

pytestmark = pytest.mark.urls(__name__)


def person(role):
    return SimpleNamespace(is_authenticated=True, role=role)


def shown(address, role="operator", cookie=None):
    request = RequestFactory().get(address)
    request.user = person(role)
    if cookie is not None:
        request.COOKIES[navigation.COOKIE] = cookie
    return navigation.navigation(request)


def keys(address, role):
    """Lines by key; a group as its key with those in it."""
    return [
        (line.key, [entry.key for entry in line.entries])
        if isinstance(line, navigation.Section)
        else line.key
        for line in shown(address, role).lines
    ]


def current(address):
    return [entry.key for entry in shown(address).entries if entry.current]


def opened(address, role="manager", cookie=None):
    lines = shown(address, role, cookie).lines
    return [line.key for line in lines if isinstance(line, navigation.Section) and line.opened]


def test_what_is_not_installed_is_left_out_and_a_group_of_one_is_a_plain_line():
    assert keys("/", "operator") == [
        "home",
        "desk",
        ("kept", ["statements", "quotas", "ledger"]),
        ("contracts", ["contracts", "plans", "devices"]),
        "people",
        "imports",
    ]


def test_what_the_role_may_not_use_is_left_out_and_what_it_uses_most_stands_first():
    assert keys("/", "customer") == [
        "home",
        "desk",
        "statements",
        "devices",
        "quotas",
        ("contracts", ["contracts", "plans"]),
    ]


def test_a_manager_meets_what_was_kept_before_the_desk():
    assert [line.key for line in shown("/", "manager").lines][:3] == ["home", "kept", "desk"]


def test_the_longest_address_above_the_page_is_the_current_one():
    assert current("/contracts/list/12/") == ["contracts"]
    assert current("/contracts/customers/3/") == ["contracts"]
    assert current("/") == ["home"]
    assert current("/elsewhere/") == []


def test_the_group_of_the_current_page_is_open_besides_those_left_open():
    assert opened("/devices/list/", cookie="") == ["contracts"]
    assert opened("/devices/list/", cookie="kept") == ["kept", "contracts"]
    assert opened("/", cookie="") == []


def test_before_the_choice_the_first_group_is_open_unless_the_role_has_lines_above():
    assert opened("/") == ["kept"]
    assert opened("/", "operator") == []


def test_a_cookie_of_others_making_opens_nothing_unknown():
    assert shown("/", "manager", 'kept."><b>.settings').opened == "kept"


def test_nobody_has_no_navigation():
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(is_authenticated=False)
    assert not navigation.navigation(request)


def test_the_lines_on_top_are_lines_that_the_role_has():
    works = {work.key: work for group in navigation.GROUPS for work in group.works}
    for role, first in navigation.FIRST.items():
        assert role in rights.ROLES
        assert [key for key in first if not navigation.may(person(role), works[key].act)] == []


@override_settings(ROOT_URLCONF=__name__)
def test_quick_intake_is_offered_to_those_who_may_report():
    assert context.slots(person("operator"))["intake"] == "/intake/"
    assert context.slots(person("inspector"))["intake"] == ""
