"""Parts of a page that come from apps further up, by name: a hook instead of an import that would point up."""

from collections.abc import Callable, Mapping
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

Panel = Callable[[HttpRequest, object], str]


def panels(place: str, request: HttpRequest, thing: object) -> SafeString:
    """All parts for a place, one after the other.

    Raises:
        KeyError: no page has such a place.
    """
    return mark_safe("".join(panel(request, thing) for panel in _panels()[place]))  # noqa: S308 - rendered by templates


@cache
def _panels() -> Mapping[str, list[Panel]]:
    named: Mapping[str, list[str]] = import_string(settings.LUYUE_PANELS)
    return {place: [import_string(name) for name in names] for place, names in named.items()}
