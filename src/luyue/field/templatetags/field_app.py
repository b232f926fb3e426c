"""What field pages hand over to their script."""

from functools import lru_cache

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from luyue.field import app
from luyue.web.templatetags.luyue import asset

register = template.Library()


@register.simple_tag
def outbox_words() -> SafeString:
    """Sentences of the outbox in the person's language, as data."""
    return _words(get_language() or "", asset("icons.svg"))


@lru_cache(maxsize=8)
def _words(_language: str, sprite: str) -> SafeString:
    return json_script(app.words() | {"sprite": sprite}, "field-words")
