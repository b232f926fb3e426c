"""Addresses: each app brings its own `urls.py`; the first that knows an address answers."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

_OWN = [app for app in settings.INSTALLED_APPS if app.startswith("luyue.") and app != "luyue.project"]

urlpatterns = [
    # First: programs ask often, and each address before theirs would be tried.
    path("api/", include("luyue.api.urls")),
    *(path("", include(f"{app}.urls")) for app in _OWN if find_spec(f"{app}.urls")),
]
