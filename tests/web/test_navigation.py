"""The left navigation."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory, override_settings
from django.urls import include, path

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
    app("contracts", "list", "plans"),
    app("accounts", "people"),
]  # fmt: skip

pytestmark = pytest.mark.urls(__name__)


def person(role):
    return SimpleNamespace(is_authenticated=True, role=role)


def entries(address, role="operator"):
    request = RequestFactory().get(address)
    request.user = person(role)
    return navigation.entries(request)


def test_what_is_not_installed_is_left_out():
    assert [entry.key for entry in entries("/")] == [
        "home",
        "desk",
        "contracts",
        "plans",
        "people",
        "imports",
    ]


def test_what_the_role_may_not_use_is_left_out():
    assert [entry.key for entry in entries("/", "customer")] == ["home", "desk", "contracts", "plans"]


def test_the_longest_address_above_the_page_is_the_current_one():
    assert [entry.key for entry in entries("/contracts/list/12/") if entry.current] == ["contracts"]
    assert [entry.key for entry in entries("/") if entry.current] == ["home"]
    assert [entry.key for entry in entries("/elsewhere/") if entry.current] == []


def test_nobody_has_no_navigation():
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(is_authenticated=False)
    assert navigation.entries(request) == []


@override_settings(ROOT_URLCONF=__name__)
def test_quick_intake_is_offered_to_those_who_may_report():
    assert context.slots(person("operator"))["intake"] == "/intake/"
    assert context.slots(person("inspector"))["intake"] == ""
