"""Template filters of quotas."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(things: Mapping[int, Any], number: int) -> Any:
    """What a table keyed by numbers has for one of them; nothing where it has none."""
    return things.get(number, [])
