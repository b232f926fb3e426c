"""Rows of cases, drawn in code: `{% load desk %}`. As a template they were most of the time that a list took."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from luyue.web.templatetags import luyue as parts

register = template.Library()
Row = Mapping[str, Any]
Frame = Any  # the template's context, or what a test puts in its place

_NOTHING = mark_safe("–")


def _check(row: Row, frame: Frame) -> SafeString:
    said = frame["choose"] % {"number": row["case"].number}
    return format_html(
        '<td class="c-check"><input class="form-check-input" type="checkbox" name="case" value="{}" '
        'aria-label="{}"></td>',
        row["case"].pk,
        said,
    )


def _number(row: Row, frame: Frame) -> SafeString:
    case = row["case"]
    return format_html(
        '<td class="nb c-number"><a data-open href="{}{}/">{}</a></td>', frame["cases"], case.pk, case.number
    )


def _clock(row: Row, frame: Frame) -> SafeString:
    if row["clock"]:
        shown = format_html(
            '<span class="desk-metric">{}</span> {}',
            row["clock"]["metric"],
            parts.clock(frame, row["clock"], inline=True),
        )
    elif row["case"].breached:
        shown = format_html(
            '<span class="ly-state" data-state="breached">{}{}</span>', parts.icon("alarm"), frame["missed"]
        )
    else:
        shown = mark_safe('<span class="text-secondary">–</span>')
    return format_html('<td class="c-clock">{}</td>', shown)


def _title(row: Row, _frame: Frame) -> SafeString:
    return format_html('<td class="clip c-title" title="{0}">{0}</td>', row["case"].title)


def _contract(row: Row, _frame: Frame) -> SafeString:
    contract = row["case"].contract
    return format_html(
        '<td class="clip c-contract" title="{0} · {1}">{0}</td>', contract.name, contract.customer.name
    )


def _site(row: Row, _frame: Frame) -> SafeString:
    site = row["case"].site
    if site is None:
        return format_html('<td class="c-site">{}</td>', _NOTHING)
    return format_html(
        '<td class="c-site">{} <span class="text-secondary">{}</span></td>', site.name, site.address
    )


def _level(row: Row, frame: Frame) -> SafeString:
    if not row["case"].in_scope:
        return format_html(
            '<td class="nb c-level"><span class="text-secondary">{}</span></td>', frame["outside"]
        )
    return format_html('<td class="nb c-level">{}</td>', row["severity"] or _NOTHING)


def _state(row: Row, _frame: Frame) -> SafeString:
    badge = parts.state_badge(row["tone"], row["state"], row["icon"])
    return format_html('<td class="nb c-state">{}</td>', badge)


def _owner(row: Row, _frame: Frame) -> SafeString:
    owner = row["case"].owner
    return format_html('<td class="nb c-owner">{}</td>', owner.name if owner else _NOTHING)


def _when(row: Row, frame: Frame) -> SafeString:
    return format_html('<td class="nb c-when">{}</td>', parts.when(frame, row["case"].reported_at))


CELLS: Mapping[str, Callable[[Row, Frame], SafeString]] = {
    "check": _check,
    "number": _number,
    "clock": _clock,
    "title": _title,
    "contract": _contract,
    "site": _site,
    "level": _level,
    "state": _state,
    "owner": _owner,
    "when": _when,
}


@register.simple_tag(takes_context=True)
def case_cells(context: template.Context, rows: list[Row], *columns: str) -> SafeString:
    """The rows of a table of cases. rows: of `pages.queue.case_rows`; columns: names of CELLS, "" is left out."""
    now: dt.datetime = context.get("request_now") or timezone.now()
    frame = {
        "request_now": now,
        "zone": context.get("zone"),
        "cases": reverse("desk:queue"),
        "choose": _("选 %(number)s"),
        "missed": _("有超时"),
        "outside": _("范围外"),
    }
    draw = [CELLS[name] for name in columns if name]
    # Each cell has escaped what people typed.
    lines = ("".join(cell(row, frame) for cell in draw) for row in rows)
    return mark_safe("\n".join(f"<tr>{line}</tr>" for line in lines))  # noqa: S308
