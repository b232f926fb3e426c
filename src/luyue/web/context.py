"""What every page gets besides its own: the moment it was made, navigation, addresses of the frame's slots."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from luyue.web import navigation


def slots(person: object) -> dict[str, str]:
    """Addresses that the frame calls; "" for what is not installed or not allowed, which the frame leaves out.

    outside: not an address but the role of whoever is not of the firm: he reports, where the firm takes in.
    """
    role = str(getattr(person, "role", ""))
    return {
        "outside": role if role in ("customer", "inspector") else "",
        "intake": navigation.address("desk:intake", "desk:report")
        if navigation.may(person, "report_case")
        else "",
        "search": navigation.address("desk:search", "web:search"),
        "found": navigation.address("desk:search_found", "web:search_found"),
        "messages": navigation.address("notices:inbox", "notices:list"),
        "unread": navigation.address("notices:unread"),
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
        "navigation": SimpleLazyObject(lambda: navigation.entries(request)),
        "slots": SimpleLazyObject(lambda: slots(getattr(request, "user", None))),
    }
