"""Parts of pages about messages: `{% load notices %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luyue.notices.models import Delivery
from luyue.notices.words import STATES
from luyue.web.templatetags import luyue

register = template.Library()


@register.simple_tag(takes_context=True)
def delivery_state(context: template.Context, one: Delivery) -> SafeString:
    """One way of a message: which, and what has become of it, with the reason where it failed."""
    word, icon, tone = STATES[one.state]
    at = one.sent_at if one.state == "sent" else one.due_at if one.state == "held" else None
    when = luyue.when(context, at) if at else ""
    failed = one.last_error if one.state in ("dead", "held") else ""
    return format_html(
        '<span class="ly-delivery" data-state="{}">{} {} {} {}{}</span>',
        tone, luyue.icon(icon), one.get_way_display(), word, when,
        format_html("<span>{}</span>", failed) if failed else "",
    )  # fmt: skip
