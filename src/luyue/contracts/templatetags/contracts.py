"""Words and bars of counts: `{% load contracts %}`."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from luyue.accounts.models import SERVING_ROLES
from luyue.domain.statement import Counts

register = template.Library()
SHOWN = ("kept", "late", "missed", "running", "waived")


@register.filter
def share(value: float | None) -> str:
    """A share as "98.2%"; "–" for None. Never rounded up to 100 % while something was missed."""
    if value is None:
        return "–"
    text = f"{value * 100:.1f}"
    if text == "100.0" and value < 1:
        text = "99.9"
    return f"{text.removesuffix('.0')}%"


@register.filter
def level(value: float | None) -> str:
    """How good a share is, for its colour: 2 all kept, 1 at least 95 %, 0 below; "" for None."""
    if value is None:
        return ""
    return "2" if value == 1 else "1" if value >= 0.95 else "0"


@register.filter
def role_word(role: str) -> str:
    """The word for a role."""
    return str(dict(SERVING_ROLES).get(role, role))


@register.simple_tag
def share_bar(counts: Counts) -> SafeString:
    """Kept, late, missed, running and waived as one bar, with the same in words for who cannot see it."""
    words = {
        "kept": _("达成"), "late": _("超时完成"), "missed": _("超时未做"), "running": _("进行中"), "waived": _("豁免"),
    }  # fmt: skip
    whole = counts.promised + counts.waived
    said = _("，").join(f"{words[name]} {getattr(counts, name)}" for name in SHOWN if getattr(counts, name))
    pieces, left = [], 0.0
    for name in SHOWN:
        width = 100 * getattr(counts, name) / whole if whole else 0
        if width:
            pieces.append((name, f"{left:.3f}", f"{width:.3f}"))
            left += width
    rects = format_html_join("", '<rect class="{}" x="{}%" y="0" width="{}%" height="100%"></rect>', pieces)
    text = said or _("没有")
    return format_html(
        '<svg class="ly-share" role="img" aria-label="{}"><title>{}</title>{}</svg>', text, text, rects
    )
