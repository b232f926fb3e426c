"""Which of its two languages a page speaks: Chinese, or English when that is the active one."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language


def english() -> bool:
    """Whether the active language is English."""
    return (get_language() or "").startswith("en")


def language() -> Literal["zh", "en"]:
    """zh or en, as plans and the domain's words name it."""
    return "en" if english() else "zh"
