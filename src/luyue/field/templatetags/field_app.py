"""What field pages hand over to their script."""

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from luyue.field import app
from luyue.web.templatetags.luyue import asset

register = template.Library()


@register.simple_tag
def outbox_words() -> SafeString:
    """Sentences of the outbox in the person's language, as data."""
    return json_script(app.words() | {"sprite": asset("icons.svg")}, "field-words")
