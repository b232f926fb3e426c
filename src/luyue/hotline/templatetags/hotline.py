"""What templates of the hotline say about shares."""

from django import template

from luyue.domain.hotline import Share

register = template.Library()


@register.filter
def share_percent(share: Share) -> str:
    """The answered share for people, rounded down: 89.96 % never reads as 90 %. "–" when no call counts."""
    return "–" if share.percent is None else f"{int(share.percent * 10) / 10:g}%"
