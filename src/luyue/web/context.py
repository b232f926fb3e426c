"""What every page gets besides its own: the moment it was made, navigation, addresses of the frame's slots."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from luyue.web import navigation


def slots(person: object) -> dict[str, str]:
    """Addresses that the frame calls; "" for what is not installed or not allowed, which the frame leaves out.

    report: not an address but what the main act is called: the firm takes in, a customer reports.
    """
    return {
        "report": _("我要报修") if getattr(person, "outside", False) else _("快速受理"),
        "intake": navigation.address("desk:intake", "desk:report")
        if navigation.may(person, "report_case")
        else "",
        "search": navigation.address("desk:search", "web:search"),
        "found": navigation.address("desk:search_found", "web:search_found"),
        "messages": navigation.address("notices:inbox", "notices:list"),
        "unread": navigation.address("notices:unread"),
        "waiting": navigation.address("web:waiting"),
        "choices": navigation.address("notices:settings"),
        "switcher": navigation.address("contracts:switcher"),
        "login": navigation.address("accounts:login", "login"),
        "logout": navigation.address("accounts:logout", "logout"),
        "password": navigation.address("accounts:password", "accounts:password_change"),
        "profile": navigation.address("accounts:me", "accounts:profile"),
        "language": navigation.address("web:language", "set_language"),
    }


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor of the frame. A page may set `request.now`; else now is the moment of rendering."""
    return {
        "request_now": getattr(request, "now", None) or timezone.now(),
        "navigation": SimpleLazyObject(lambda: navigation.navigation(request)),
        "slots": SimpleLazyObject(lambda: slots(getattr(request, "user", None))),
    }
